/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is new since the last look. A record is news when it comes, or comes in another version, after the cache was
 * complete once. While a cache is filled it is news when the server changed it after the last look, which outlives
 * the cache in outbox.db; before the first look of all, when it is of the last days. It stays news until it is opened, or
 * until the list that shows it was looked at and left.
 */
#include "cairn-cache-news.h"
#include "cairn-cache-order.h"
#include "cairn-cache-plan.h"

#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"

#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT (1000))
#define FIRST_DAYS 7

static gint64
get_number (CairnConnection *connection, const char *name, GError **error)
{
  g_autofree char *value = cairn_cache_get_value (connection, name, error);

  return value != NULL ? g_ascii_strtoll (value, NULL, 10) : 0;
}

static gboolean
set_number (CairnConnection *connection, const char *name, gint64 number, GError **error)
{
  g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  return cairn_cache_set_value (connection, name, value, error);
}

/**
 * cairn_cache_news_begin:
 * @self: (out caller-allocates): what decides
 * @connection: a connection to the cache
 * @error: return location
 *
 * Returns: whether it could be read
 */
gboolean
cairn_cache_news_begin (CairnCacheNews *self, CairnConnection *connection, GError **error)
{
  GError *local_error = NULL;

  self->now = cairn_date_now ();
  self->filled = get_number (connection, "last-sync", &local_error) != 0;
  self->look = local_error == NULL ? get_number (connection, "look", &local_error) : 0;
  self->newest = self->saved = local_error == NULL ? get_number (connection, "newest", &local_error) : 0;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/* What a patient waits for; messages and visits to come have places of their own. */
static gboolean
is_kind_of_news (const CairnKind *kind)
{
  static const char *const kinds[] = { "test-result", "report", "imaging", "document", "condition", "allergy", "immunization",
                                       "medication", "procedure", "care-plan", NULL };

  return g_strv_contains (kinds, kind->id);
}

static gboolean
is_news (const CairnCacheNews *self, const CairnSummary *summary, gint64 updated)
{
  if (!is_kind_of_news (summary->kind) || (summary->flags & CAIRN_FLAG_ENTERED_IN_ERROR) != 0)
    return FALSE;
  if (self->filled)
    return TRUE;
  if (self->look != 0)
    return updated > self->look;
  return summary->has_start && summary->start > self->now - FIRST_DAYS * DAY_MS && summary->start <= self->now;
}

/**
 * cairn_cache_news_note:
 * @self: what decides
 * @connection: a connection with an open transaction
 * @place: of a record that was just written
 * @summary: what it says
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
cairn_cache_news_note (CairnCacheNews     *self,
                       CairnConnection    *connection,
                       gint64              place,
                       const CairnSummary *summary,
                       GError            **error)
{
  CairnDate date;
  gint64 updated = summary->updated != NULL && cairn_date_parse (summary->updated, &date) ? date.start : 0;
  CairnStatement *statement;

  self->newest = MAX (self->newest, updated);
  if (!is_news (self, summary, updated))
    return TRUE;
  statement = cairn_connection_prepare (connection, "INSERT INTO news (place, updated) VALUES (:place, :updated)"
                                        " ON CONFLICT (place) DO UPDATE SET updated = excluded.updated", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":place", place);
  cairn_statement_bind_int64 (statement, ":updated", updated);
  return cairn_statement_run (statement, error);
}

/**
 * cairn_cache_news_end:
 * @self: what decided
 * @connection: the connection
 * @error: return location
 *
 * Returns: whether it was written how far the server's clock has come
 */
gboolean
cairn_cache_news_end (CairnCacheNews *self, CairnConnection *connection, GError **error)
{
  return self->newest == self->saved || set_number (connection, "newest", self->newest, error);
}

/**
 * cairn_cache_news_list:
 * @connection: a connection to the cache
 * @limit: how many at most
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnCacheRow) (nullable): what is new, newest first by its date;
 *   results under a report that is new itself are that report's row
 */
GPtrArray *
cairn_cache_news_list (CairnConnection *connection, guint limit, GError **error)
{
  g_autoptr(GArray) places = g_array_new (FALSE, FALSE, sizeof (gint64));
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT n.place FROM " CAIRN_CACHE_NEWS_ROWS " ORDER BY n.place DESC"
                                        " LIMIT :limit", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":limit", limit);
  while (cairn_statement_step (statement, &row, error))
    {
      gint64 place;

      if (!row)
        return cairn_cache_rows (connection, (const gint64 *) (gpointer) places->data, places->len, error);
      place = cairn_statement_int64 (statement, 0);
      g_array_append_val (places, place);
    }
  return NULL;
}

/**
 * cairn_cache_news_count:
 * @connection: a connection to the cache
 * @n: (out): how many records are new; results under a report that is new itself count once
 * @error: return location
 *
 * Returns: whether they could be counted
 */
gboolean
cairn_cache_news_count (CairnConnection *connection, gint64 *n, GError **error)
{
  return cairn_connection_scalar (connection, "SELECT count(*) FROM " CAIRN_CACHE_NEWS_ROWS, n, error);
}

/**
 * cairn_cache_news_forget:
 * @connection: a connection to the cache
 * @reference: "Type/id" of what was opened, and with it what stands under it
 * @error: return location
 *
 * Returns: whether it is no longer new
 */
gboolean
cairn_cache_news_forget (CairnConnection *connection, const char *reference, GError **error)
{
  g_autofree char *type = NULL;
  g_autofree char *id = NULL;
  CairnStatement *statement;

  if (!cairn_reference_split (reference, &type, &id))
    return TRUE;
  statement = cairn_connection_prepare (connection, "WITH seen (place) AS (SELECT place FROM resource WHERE type = :type"
                                        " AND id = :id) DELETE FROM news WHERE place IN seen OR place IN (SELECT p.place FROM"
                                        " part p JOIN seen s ON p.head = s.place)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":id", id, -1);
  return cairn_statement_run (statement, error);
}

/**
 * cairn_cache_news_look:
 * @connection: a connection to the cache
 * @look: (out): how far the server's clock had come in all that is here
 * @error: return location
 *
 * The list is being looked at; what it shows stays new until cairn_cache_news_settle().
 *
 * Returns: whether it could be read
 */
gboolean
cairn_cache_news_look (CairnConnection *connection, gint64 *look, GError **error)
{
  GError *local_error = NULL;

  *look = get_number (connection, "newest", &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/**
 * cairn_cache_news_settle:
 * @connection: a connection to the cache
 * @look: the server's clock at the last look
 * @error: return location
 *
 * What was there at the last look is no longer new.
 *
 * Returns: whether it was written
 */
gboolean
cairn_cache_news_settle (CairnConnection *connection, gint64 look, GError **error)
{
  CairnStatement *statement;

  if (get_number (connection, "look", NULL) == look)
    return TRUE;
  statement = cairn_connection_prepare (connection, "DELETE FROM news WHERE updated <= :look", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":look", look);
  return cairn_statement_run (statement, error) && set_number (connection, "look", look, error);
}
