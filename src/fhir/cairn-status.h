/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *cairn_status_get_words (const char *status);
char       *cairn_status_dup_words (const char *status);

G_END_DECLS
