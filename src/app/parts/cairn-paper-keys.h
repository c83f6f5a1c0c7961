/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Pixels that an arrow key moves. */
#define CAIRN_PAPER_LINE 48.0

void cairn_paper_keys_add (GtkWidgetClass *widget_class);

G_END_DECLS
