/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_MESSAGE_LAYOUT (cairn_message_layout_get_type ())
G_DECLARE_FINAL_TYPE (CairnMessageLayout, cairn_message_layout, CAIRN, MESSAGE_LAYOUT, GtkLayoutManager)

void cairn_message_layout_set_children (CairnMessageLayout *self,
                                        GtkWidget          *day,
                                        GtkWidget          *avatar,
                                        GtkWidget          *bubble,
                                        GtkWidget          *meta);
void cairn_message_layout_set_side     (CairnMessageLayout *self,
                                        gboolean            own,
                                        gboolean            narrow,
                                        gboolean            wide);
void cairn_message_layout_set_width    (CairnMessageLayout *self,
                                        int                 width);

G_END_DECLS
