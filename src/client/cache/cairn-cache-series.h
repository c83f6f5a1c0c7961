/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"
#include "fhir/cairn-facts.h"

G_BEGIN_DECLS

/**
 * CairnCacheSeriesRow:
 *
 * One Observation that may belong to a series. Valid during the call only.
 */
typedef struct
{
  const char *id;
  const char *date;
  const char *title;
  gint64      start;
  guint       flags;
  CairnJson   resource;
} CairnCacheSeriesRow;

/* Returns FALSE to end the walk. */
typedef gboolean (*CairnCacheSeriesFunc) (const CairnCacheSeriesRow *row, gpointer data);

/* On the database's thread */
gboolean cairn_cache_series_foreach (CairnConnection *connection, const char *key, guint limit, CairnCacheSeriesFunc func,
                                     gpointer data, GCancellable *cancellable, GError **error);
void     cairn_cache_add_holders    (CairnConnection *connection, const char *reference, CairnFacts *facts);
void     cairn_cache_read_person    (CairnConnection *connection, CairnJson resource, CairnPerson *person);

G_END_DECLS
