/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void   watchdog_start (double limit_ms);
void   watchdog_reset (void);
double watchdog_worst (void);

G_END_DECLS
