/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache.h"

G_BEGIN_DECLS

/* Rows in a span of a long list */
#define CAIRN_RECORDS_SPAN 64

/**
 * CairnRecordsSpan:
 * @index: which span of the list, from 0
 * @rows: (nullable) (element-type CairnCacheRow): its rows, once read
 */
typedef struct
{
  guint      index;
  GPtrArray *rows;
} CairnRecordsSpan;

/**
 * CairnRecordsLoad:
 * @query: which list; limit and offset are set for each span
 * @count: whether to count the list too
 * @n: set: how long the list is
 * @spans: (element-type CairnRecordsSpan): which spans to read; their rows are set
 *
 * Spans of a list to read in one go.
 */
typedef struct
{
  CairnCacheQuery *query;
  gboolean         count;
  gint64           n;
  GArray          *spans;
} CairnRecordsLoad;

CairnRecordsLoad *cairn_records_load_new  (const CairnCacheQuery *query, gboolean count);
void             cairn_records_load_add  (CairnRecordsLoad *self, guint index);
void             cairn_records_load_free (CairnRecordsLoad *self);

/* A CairnDatabaseFunc: takes a CairnRecordsLoad, returns another one with the answers. */
gpointer         cairn_records_load_run  (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnRecordsLoad, cairn_records_load_free)

G_END_DECLS
