/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *portal_name_prepare  (const char *name);
char *portal_name_skeleton (const char *name);

G_END_DECLS
