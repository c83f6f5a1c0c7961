/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char   *cairn_script_split       (char *text);
guint64 cairn_script_initials    (const char *text);
guint64 cairn_script_initial_bit (char letter);

G_END_DECLS
