/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Titles and values stand in the cache in words, which may be other ones in the next release or another language. Then
 * they are put anew from the texts, some rows at a time; the texts stay as they came. On the database's thread.
 */
#include "cairn-cache-wording.h"

#include "common/cairn-error.h"
#include "fhir/cairn-script.h"
#include "fhir/cairn-summary.h"

#include <locale.h>

#define ROWS 64

/* How the rows are worded, and up to which place they are worded anew. */
#define WORDING "wording"
#define REWORDED "reworded"

typedef struct
{
  gint64  place;
  char   *text;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->text);
  g_free (row);
}

/**
 * cairn_cache_dup_wording:
 *
 * Returns: (transfer full): how this program would word a record: its release of the words, and the language
 */
char *
cairn_cache_dup_wording (void)
{
  return g_strdup_printf ("%u %s", CAIRN_SUMMARY_WORDING, setlocale (LC_MESSAGES, NULL));
}

/**
 * cairn_cache_wording_begin:
 * @connection: a connection to the cache
 * @data: the current wording
 * @cancellable: (nullable): not used
 * @error: return location
 *
 * A cache without records is worded right from the start.
 *
 * Returns: 1 when there is something to word anew, 2 when there isn't, %NULL with an error
 */
gpointer
cairn_cache_wording_begin (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) reading = NULL;
  g_autofree char *before = cairn_cache_get_value (connection, WORDING, &reading);
  gint64 any;

  if (reading != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reading));
      return NULL;
    }
  if (g_strcmp0 (before, data) == 0)
    return GINT_TO_POINTER (2);
  if (!cairn_connection_scalar (connection, "SELECT EXISTS (SELECT 1 FROM resource)", &any, error))
    return NULL;
  if (any != 0)
    return GINT_TO_POINTER (1);
  return cairn_cache_set_value (connection, WORDING, data, error) ? GINT_TO_POINTER (2) : NULL;
}

static GPtrArray *
read_rows (CairnConnection *connection, gint64 after, GError **error)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);
  CairnStatement *statement;
  gboolean more;

  statement = cairn_connection_prepare (connection, "SELECT r.place, b.text FROM resource r JOIN body b ON b.number = r.body"
                                        " WHERE r.place > :after ORDER BY r.place LIMIT " G_STRINGIFY (ROWS), error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":after", after);
  while (cairn_statement_step (statement, &more, error))
    {
      Row *row;

      if (!more)
        return g_steal_pointer (&rows);
      row = g_new (Row, 1);
      row->place = cairn_statement_int64 (statement, 0);
      row->text = g_strdup (cairn_statement_text (statement, 1, NULL));
      g_ptr_array_add (rows, row);
    }
  return NULL;
}

static gboolean
write_columns (CairnConnection *connection, gint64 place, const CairnSummary *summary, guint64 initials, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "UPDATE resource SET kind = :kind, timeline = :timeline, title = :title,"
                                        " term = :term, value = :value, unit = :unit, interpretation = :interpretation,"
                                        " status = :status, flags = :flags, initials = :initials WHERE place = :place", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":kind", summary->kind->id, -1);
  cairn_statement_bind_int64 (statement, ":timeline", summary->kind->in_timeline);
  cairn_statement_bind_text (statement, ":title", summary->title, -1);
  cairn_statement_bind_text (statement, ":term", summary->term, -1);
  cairn_statement_bind_text (statement, ":value", summary->value, -1);
  cairn_statement_bind_text (statement, ":unit", summary->unit, -1);
  cairn_statement_bind_text (statement, ":interpretation", summary->interpretation, -1);
  cairn_statement_bind_text (statement, ":status", summary->status, -1);
  cairn_statement_bind_int64 (statement, ":flags", summary->flags);
  cairn_statement_bind_int64 (statement, ":initials", (gint64) initials);
  cairn_statement_bind_int64 (statement, ":place", place);
  return cairn_statement_run (statement, error);
}

static gboolean
write_words (CairnConnection *connection, gint64 place, const char *words, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "DELETE FROM words WHERE rowid = :place", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":place", place);
  if (!cairn_statement_run (statement, error))
    return FALSE;
  if (*words == '\0')
    return TRUE;
  statement = cairn_connection_prepare (connection, "INSERT INTO words (rowid, text) VALUES (:place, :text)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":place", place);
  cairn_statement_bind_text (statement, ":text", words, -1);
  return cairn_statement_run (statement, error);
}

static gboolean
word (CairnConnection *connection, const Row *row, GError **error)
{
  CairnJson resource = cairn_json_from_string (row->text);
  CairnSummary *summary = cairn_summary_new (resource);
  g_autofree char *words = NULL;
  gboolean done;

  if (summary == NULL)   /* it came by the gate with a type */
    return TRUE;
  words = cairn_script_split (cairn_summary_dup_search_text (resource, CAIRN_SUMMARY_MAX_SEARCH_TEXT, NULL, NULL));
  done = write_columns (connection, row->place, summary, cairn_script_initials (words), error) &&
         write_words (connection, row->place, words, error);
  cairn_summary_free (summary);
  return done;
}

/**
 * cairn_cache_wording_go_on:
 * @connection: a connection with an open transaction
 * @data: the current wording
 * @cancellable: (nullable): not used
 * @error: return location
 *
 * Words some more rows anew; where it was interrupted, it goes on the next time. Another wording begins at the first row.
 *
 * Returns: 1 when there is more to word, 2 when all is, %NULL with an error
 */
gpointer
cairn_cache_wording_go_on (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *so_far = cairn_cache_get_value (connection, REWORDED, NULL), *place = NULL;
  const char *current = data;
  g_autoptr(GPtrArray) rows = NULL;
  gint64 after = -1;

  if (so_far != NULL && g_str_has_prefix (so_far, current) && so_far[strlen (current)] == '@')
    after = g_ascii_strtoll (so_far + strlen (current) + 1, NULL, 10);
  rows = read_rows (connection, after, error);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (!word (connection, rows->pdata[i], error))
      return NULL;
  if (rows == NULL)
    return NULL;
  if (rows->len < ROWS)
    return cairn_cache_set_value (connection, REWORDED, NULL, error) && cairn_cache_set_value (connection, WORDING, current, error)
           ? GINT_TO_POINTER (2) : NULL;
  place = g_strdup_printf ("%s@%" G_GINT64_FORMAT, current, ((const Row *) rows->pdata[ROWS - 1])->place);
  return cairn_cache_set_value (connection, REWORDED, place, error) ? GINT_TO_POINTER (1) : NULL;
}
