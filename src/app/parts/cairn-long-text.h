/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void cairn_long_text_set        (GtkLabel *label, const char *text);
void cairn_long_text_set_headed (GtkLabel *label, const char *text);

G_END_DECLS
