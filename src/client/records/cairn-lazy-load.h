/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-lazy-list.h"

G_BEGIN_DECLS

/**
 * CairnLazyLoad:
 * @klass: of the list
 * @query: what it asks for
 * @old: (nullable): the order to compare with; a list that is another one has none
 * @places: (nullable): rows to read; without them what is shown first
 * @ordered: whether the order is asked for
 * @order: set: the order as it is now
 * @changes: (nullable): set: from @old to @order
 * @rows: set: what was read
 *
 * What a lazy list asks of the database's thread, and its answer.
 */
typedef struct
{
  CairnLazyListClass *klass;
  gpointer            query;
  GArray             *old;
  GArray             *places;
  gboolean            ordered;
  GArray             *order;
  GArray             *changes;
  GPtrArray          *rows;
} CairnLazyLoad;

CairnLazyLoad *cairn_lazy_load_new  (CairnLazyList *list);
void           cairn_lazy_load_free (gpointer load);

/* A CairnDatabaseFunc: takes a CairnLazyLoad, returns another one with the answers. */
gpointer       cairn_lazy_load_run  (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);

G_END_DECLS
