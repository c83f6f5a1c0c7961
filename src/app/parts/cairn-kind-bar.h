/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_KIND_BAR (cairn_kind_bar_get_type ())
G_DECLARE_FINAL_TYPE (CairnKindBar, cairn_kind_bar, CAIRN, KIND_BAR, GtkWidget)

void cairn_kind_bar_set_kind   (CairnKindBar *self,
                                const char   *kind);
void cairn_kind_bar_set_narrow (CairnKindBar *self,
                                gboolean      narrow);

G_END_DECLS
