/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GThread *cairn_head_start_fonts      (GtkSettings *settings);
void     cairn_head_start_take_fonts (GThread     *thread);

void     cairn_head_start_icons      (GtkIconTheme *icons);

G_END_DECLS
