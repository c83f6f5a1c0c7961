/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Observations of one series, found by the codes or words in the full text, which costs the cache no index of its own;
 * what is found is then looked at. On the database's thread.
 */
#include "cairn-cache-series.h"

#include "cairn-cache.h"
#include "cairn-place.h"
#include "common/cairn-error.h"
#include "fhir/cairn-measure.h"
#include "fhir/cairn-types.h"

#define NEAR_MS (30 * 86400 * G_GINT64_CONSTANT (1000))   /* a report comes about a month after its results at most */
#define MAX_HOLDERS 6

/* Any of the words, each as a phrase. */
static char *
make_match (char **words)
{
  GString *match = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_string_append (match, i > 0 ? " OR \"" : "\"");
      for (const char *at = words[i]; *at != '\0'; at++)
        g_string_append_c (match, *at == '"' ? ' ' : *at);
      g_string_append_c (match, '"');
    }
  return g_string_free (match, FALSE);
}

static CairnStatement *
find (CairnConnection *connection, const char *key, guint limit, GError **error)
{
  g_auto(GStrv) words = cairn_measure_words (key);
  g_autofree char *match = make_match (words);
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "SELECT r.id, r.date, r.title, r.start, r.flags, b.text"
                                        " FROM words w CROSS JOIN resource r ON r.place = w.rowid"
                                        " CROSS JOIN body b ON b.number = r.body"
                                        " WHERE w.words MATCH :match AND r.type = 'Observation' AND r.start IS NOT NULL"
                                        " ORDER BY w.rowid DESC LIMIT :limit", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":match", match, -1);
  cairn_statement_bind_int64 (statement, ":limit", limit);
  return statement;
}

/**
 * cairn_cache_series_foreach:
 * @connection: a connection to the cache
 * @key: of a series, as of cairn_measure_dup_key()
 * @limit: Observations to look at, at most
 * @func: (scope call): called for each that belongs to the series, newest first; undated ones are left out
 * @data: for @func
 * @cancellable: (nullable): ends it
 * @error: return location
 *
 * Returns: whether it came to an end
 */
gboolean
cairn_cache_series_foreach (CairnConnection *connection, const char *key, guint limit, CairnCacheSeriesFunc func, gpointer data,
                            GCancellable *cancellable, GError **error)
{
  CairnStatement *statement = find (connection, key, limit, error);
  gboolean row, more = TRUE;

  if (statement == NULL)
    return FALSE;
  while (more && cairn_statement_step (statement, &row, error))
    {
      gsize length = 0;
      const char *text;
      CairnCacheSeriesRow found;

      if (!row)
        return TRUE;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        {
          cairn_statement_reset (statement);
          return FALSE;
        }
      text = cairn_statement_text (statement, 5, &length);
      found = (CairnCacheSeriesRow) { cairn_statement_text (statement, 0, NULL), cairn_statement_text (statement, 1, NULL),
                                      cairn_statement_text (statement, 2, NULL), cairn_statement_int64 (statement, 3),
                                      (guint) cairn_statement_int64 (statement, 4), { text, length } };
      if (cairn_measure_has_key (found.resource, key))
        more = func (&found, data);
    }
  if (!more)
    cairn_statement_reset (statement);
  return !more;
}

/**
 * cairn_cache_add_holders:
 * @connection: a connection to the cache
 * @reference: "Type/id" of a result, an imaging study or a picture
 * @facts: what it says
 *
 * Adds the reports of about its time, and the panels of the same time, that point at it.
 */
void
cairn_cache_add_holders (CairnConnection *connection, const char *reference, CairnFacts *facts)
{
  g_autofree char *needle = g_strdup_printf ("\"%s\"", reference);
  CairnStatement *statement;
  gboolean row;

  if (!facts->summary->has_start)
    return;
  statement = cairn_connection_prepare (connection, "SELECT r.type || '/' || r.id, r.title FROM resource r JOIN body b ON b.number = r.body"
                                        " WHERE r.place BETWEEN :from AND :to AND (r.type = 'DiagnosticReport' OR (r.type = 'Observation'"
                                        " AND r.start = :start)) AND r.type || '/' || r.id <> :own AND instr (b.text, :needle) > 0"
                                        " ORDER BY r.type LIMIT :limit", NULL);
  if (statement == NULL)
    return;
  cairn_statement_bind_int64 (statement, ":from", cairn_place_base (facts->summary->start - NEAR_MS));
  cairn_statement_bind_int64 (statement, ":to", cairn_place_base (facts->summary->start + NEAR_MS));
  cairn_statement_bind_int64 (statement, ":start", facts->summary->start);
  cairn_statement_bind_text (statement, ":own", reference, -1);
  cairn_statement_bind_text (statement, ":needle", needle, -1);
  cairn_statement_bind_int64 (statement, ":limit", MAX_HOLDERS);
  while (cairn_statement_step (statement, &row, NULL) && row)
    cairn_facts_add_holder (facts, cairn_statement_text (statement, 1, NULL), cairn_statement_text (statement, 0, NULL));
}

/**
 * cairn_cache_read_person:
 * @connection: a connection to the cache
 * @resource: a resource with a subject
 * @person: (out caller-allocates): what is known of its patient; nothing when they are not in the cache
 */
void
cairn_cache_read_person (CairnConnection *connection, CairnJson resource, CairnPerson *person)
{
  g_autofree char *subject = cairn_json_dup_text_at (resource, "subject.reference"), *type = NULL, *id = NULL, *plain = NULL;
  g_autoptr(GBytes) text = NULL;

  *person = (CairnPerson) { 0 };
  if (subject == NULL || !cairn_reference_split (subject, &type, &id) || g_strcmp0 (type, "Patient") != 0)
    return;
  plain = g_strdup_printf ("%s/%s", type, id);
  text = cairn_cache_load_text (connection, plain, NULL);
  if (text != NULL)
    cairn_person_read (cairn_json_from_bytes (text), person);
}
