/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads trends from the cache. On the database's thread. */
#include "cairn-trend-private.h"

#include "client/cache/cairn-cache.h"
#include "common/cairn-error.h"
#include "fhir/cairn-measure.h"

#define MAX_RESULTS 50000

typedef struct
{
  CairnTrend *trend;
  CairnPerson person;
  gboolean    known;
  guint       n;
  guint       limit;
  CairnConnection *connection;
} Walk;

static gboolean
add_row (const CairnCacheSeriesRow *row, gpointer data)
{
  Walk *walk = data;

  if (walk->n++ == walk->limit)
    {
      cairn_trend_set_cut (walk->trend);
      return FALSE;
    }
  if (!walk->known)
    cairn_cache_read_person (walk->connection, row->resource, &walk->person);
  walk->known = TRUE;
  return cairn_trend_add (walk->trend, row, &walk->person);
}

/**
 * cairn_trend_load_key:
 * @connection: a connection to the cache
 * @key: of a series
 * @title: (nullable): what to call it, %NULL for what its newest result is called
 * @limit: results at most, the newest ones; 0 for as many as a trend takes
 * @cancellable: (nullable): ends it
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the trend
 */
CairnTrend *
cairn_trend_load_key (CairnConnection *connection, const char *key, const char *title, guint limit, GCancellable *cancellable,
                      GError **error)
{
  g_autoptr(CairnTrend) trend = cairn_trend_new (key, title);
  Walk walk = { .trend = trend, .limit = limit > 0 ? limit : MAX_RESULTS, .connection = connection };

  if (!cairn_cache_series_foreach (connection, key, G_MAXINT, add_row, &walk, cancellable, error))
    return NULL;
  cairn_trend_finish (trend);
  return g_steal_pointer (&trend);
}

/**
 * cairn_trend_load:
 * @connection: a connection to the cache
 * @reference: "Observation/id"
 * @cancellable: (nullable): ends it
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the trend that it belongs to; without series when there is nothing to compare
 */
CairnTrend *
cairn_trend_load (CairnConnection *connection, const char *reference, GCancellable *cancellable, GError **error)
{
  g_autoptr(GBytes) text = cairn_cache_load_text (connection, reference, error);
  g_autofree char *key = NULL;

  if (text == NULL)
    return NULL;
  key = cairn_measure_dup_key (cairn_json_from_bytes (text));
  if (key == NULL)
    return cairn_trend_new ("", NULL);
  return cairn_trend_load_key (connection, key, NULL, 0, cancellable, error);
}
