/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache.h"

G_BEGIN_DECLS

/* So many rows are read at once. */
#define CAIRN_RECORDS_SPAN 64

/**
 * CairnRecordsChange:
 * @position: where the old order changes
 * @removed: how many rows went there
 * @new_position: where the new order has what came instead
 * @added: how many came
 */
typedef struct
{
  guint position;
  guint removed;
  guint new_position;
  guint added;
} CairnRecordsChange;

/**
 * CairnRecordsLoad:
 * @query: (nullable): which list to put in order; %NULL to read rows only
 * @places: (nullable) (element-type gint64): rows to read
 * @old: (nullable) (element-type gint64): the order as it was, to be compared with; a list that is another one has none
 * @order: (nullable) (element-type gint64): set: the order as it is now
 * @changes: (nullable) (element-type CairnRecordsChange): set: from @old to @order, first to last
 * @n_soon: how many rows of what is yet to come are wanted; only in a list that folds
 * @n_later: set: how many more of them there are
 * @missing: set: whether the list is empty because such records were refused and never came whole
 * @not_shared: set: whether the list is empty because the portal doesn't share such records
 * @rows: (nullable) (element-type CairnCacheRow): set: what was read: @places, and the beginning of a list that is another one
 *
 * What a list reads in one go.
 */
typedef struct
{
  CairnCacheQuery *query;
  GArray          *places;
  GArray          *old;
  GArray          *order;
  GArray          *changes;
  GPtrArray       *rows;
  guint            n_soon;
  guint            n_later;
  gboolean         missing;
  gboolean         not_shared;
} CairnRecordsLoad;

CairnRecordsLoad *cairn_records_load_new  (const CairnCacheQuery *query, GArray *places, GArray *old);
void              cairn_records_load_free (CairnRecordsLoad *self);

/* From one order to another one, first to last, as few and small changes. */
GArray           *cairn_records_changes   (GArray *old, GArray *new);

/* A CairnDatabaseFunc: takes a CairnRecordsLoad, returns another one with the answers. */
gpointer          cairn_records_load_run  (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnRecordsLoad, cairn_records_load_free)

G_END_DECLS
