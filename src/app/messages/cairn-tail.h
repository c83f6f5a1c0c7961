/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CairnTail:
 *
 * The end of a #GListModel: all of it but some at its beginning, which may come later.
 */
#define CAIRN_TYPE_TAIL (cairn_tail_get_type ())
G_DECLARE_FINAL_TYPE (CairnTail, cairn_tail, CAIRN, TAIL, GObject)

CairnTail *cairn_tail_new          (GListModel *model, guint first);
guint      cairn_tail_get_n_hidden (CairnTail *self);
void       cairn_tail_show_more    (CairnTail *self, guint n);

G_END_DECLS
