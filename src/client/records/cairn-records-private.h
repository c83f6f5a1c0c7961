/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-records-pool.h"
#include "client/cairn-records.h"

G_BEGIN_DECLS

typedef enum
{
  CAIRN_RECORDS_PROP_0,
  CAIRN_RECORDS_PROP_ERROR,
  CAIRN_RECORDS_PROP_FILTER,
  CAIRN_RECORDS_PROP_KINDS,
  CAIRN_RECORDS_PROP_LOADING,
  CAIRN_RECORDS_PROP_N_ITEMS,
  CAIRN_RECORDS_PROP_N_LATER,
  CAIRN_RECORDS_PROP_SEARCH,
  CAIRN_RECORDS_PROP_SESSION,
  CAIRN_RECORDS_PROP_SINCE,
  CAIRN_RECORDS_PROP_UNTIL,
  CAIRN_RECORDS_N_PROPS
} CairnRecordsProp;

/* Shared by cairn-records.c and cairn-records-query.c. */
struct _CairnRecords
{
  GObject        parent_instance;

  CairnSession  *session;
  CairnCacheQuery query;
  GArray        *order;        /* places of all rows; nobody changes an array once it is here */
  GHashTable    *asked;        /* which spans of it were asked for */
  CairnRecordsPool *pool;
  CairnRecordsFilter filter;
  GCancellable  *cancellable;  /* of all reads of the list as it is now */
  guint          restart;      /* idle source: the list is another one */
  GError        *error;
  guint          n_soon;       /* how many rows of what is yet to come are wanted */
  guint          n_later;      /* how many more there are */
  gboolean       loading;
  gboolean       stale;        /* changed while it was being read */
  gboolean       missing;
  gboolean       not_shared;
};

void cairn_records_notify     (CairnRecords *self, CairnRecordsProp property);
void cairn_records_restart    (CairnRecords *self);
void cairn_records_read_again (CairnRecords *self);

G_END_DECLS
