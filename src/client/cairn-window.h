/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-cache.h"

G_BEGIN_DECLS

/* Rows in a window of a long list */
#define CAIRN_WINDOW_ROWS 64

/**
 * CairnWindow:
 * @index: which window of the list, from 0
 * @rows: (nullable) (element-type CairnCacheRow): its rows, once read
 */
typedef struct
{
  guint      index;
  GPtrArray *rows;
} CairnWindow;

/**
 * CairnWindowLoad:
 * @query: which list; limit and offset are set for each window
 * @count: whether to count the list too
 * @n: set: how long the list is
 * @windows: (element-type CairnWindow): which windows to read; their rows are set
 *
 * Windows of a list to read in one go.
 */
typedef struct
{
  CairnCacheQuery *query;
  gboolean         count;
  gint64           n;
  GArray          *windows;
} CairnWindowLoad;

CairnWindowLoad *cairn_window_load_new  (const CairnCacheQuery *query, gboolean count);
void             cairn_window_load_add  (CairnWindowLoad *self, guint index);
void             cairn_window_load_free (CairnWindowLoad *self);

/* A CairnDatabaseFunc: takes a CairnWindowLoad, returns another one with the answers. */
gpointer         cairn_window_load_run  (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnWindowLoad, cairn_window_load_free)

G_END_DECLS
