/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-session.h"
#include "common/cairn-connection.h"

G_BEGIN_DECLS

/**
 * CairnLazyList:
 *
 * A #GListModel over a session's cache that knows its order, 8 bytes a row, and holds those items that somebody holds
 * and some hundred more. Order and rows are read on the database's thread; when the cache changes only what is in use is
 * read again, and views are told just what came and went. Main thread.
 *
 * Properties: "session" (construct-only), "n-items", "loading" and "error" (read-only).
 */
#define CAIRN_TYPE_LAZY_LIST (cairn_lazy_list_get_type ())
G_DECLARE_DERIVABLE_TYPE (CairnLazyList, cairn_lazy_list, CAIRN, LAZY_LIST, GObject)

/**
 * CairnLazyListClass:
 * @from_end: whether what is shown first is at the end
 * @item_type: of its items
 * @dup_query: what is asked for now
 * @query_free: frees that
 * @order: on the database's thread: the places of all rows
 * @rows: on the database's thread: some rows, each of which begins with its place
 * @new_item: an item that says nothing yet
 * @fill: lets an item say what a row says
 *
 * What a list is of.
 */
struct _CairnLazyListClass
{
  GObjectClass parent_class;

  gboolean       from_end;
  GType          item_type;
  gpointer       (*dup_query) (CairnLazyList *self);
  GDestroyNotify query_free;
  GArray        *(*order)     (CairnConnection *connection, gconstpointer query, GError **error);
  GPtrArray     *(*rows)      (CairnConnection *connection, gconstpointer query, const gint64 *places, guint n, GError **error);
  GObject       *(*new_item)  (CairnLazyList *self, gint64 place);
  void           (*fill)      (CairnLazyList *self, GObject *item, gpointer row);
};

CairnSession *cairn_lazy_list_get_session (CairnLazyList *self);
gboolean      cairn_lazy_list_get_loading (CairnLazyList *self);
const GError *cairn_lazy_list_get_error   (CairnLazyList *self);
void          cairn_lazy_list_read_again  (CairnLazyList *self);
void          cairn_lazy_list_restart     (CairnLazyList *self);
gboolean      cairn_lazy_list_find        (CairnLazyList *self, gint64 place, guint *position);
void          cairn_lazy_list_foreach     (CairnLazyList *self, GFunc func, gpointer data);

G_END_DECLS
