/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What writes records into the cache: one page, one transaction. On the database's thread. FTS5 writes its pending words
 * out whenever a row comes that is not after the last one, so a page's words are added in the order of their rows.
 */
#include "cairn-cache-messages.h"
#include "cairn-cache-news.h"
#include "cairn-cache-parts.h"
#include "cairn-cache-write.h"
#include "cairn-place.h"

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

#include <string.h>

typedef struct
{
  CairnConnection *connection;
  CairnSyncState  *state;
  CairnSyncCounts *counts;
  GHashTable      *words;         /* place → borrowed search text, not yet written */
  gboolean         quarantined;   /* whether anything may be in quarantine */
  CairnCacheNews   news;
} Writer;

/* A row that is already there */
typedef struct
{
  gboolean found;
  gint64   place;
  gint64   body;
  char    *version;
  char    *updated;
  char    *text;      /* only when it has no version */
} Old;

static void
old_clear (Old *old)
{
  g_free (old->version);
  g_free (old->updated);
  g_free (old->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Old, old_clear)

static CairnStatement *
prepare_for (Writer *writer, const char *sql, const char *type, const char *id, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (writer->connection, sql, error);

  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":id", id, -1);
  return statement;
}

static gboolean
find_old (Writer *writer, const char *type, const char *id, Old *old, GError **error)
{
  CairnStatement *statement;
  gboolean row;

  statement = prepare_for (writer, "SELECT place, body, version, updated,"
                           " CASE WHEN version IS NULL THEN (SELECT b.text FROM body b WHERE b.number = r.body) END"
                           " FROM resource r WHERE type = :type AND id = :id", type, id, error);
  if (statement == NULL || !cairn_statement_step (statement, &row, error))
    return FALSE;
  old->found = row;
  if (row)
    {
      old->place = cairn_statement_int64 (statement, 0);
      old->body = cairn_statement_int64 (statement, 1);
      old->version = g_strdup (cairn_statement_text (statement, 2, NULL));
      old->updated = g_strdup (cairn_statement_text (statement, 3, NULL));
      old->text = g_strdup (cairn_statement_text (statement, 4, NULL));
    }
  cairn_statement_reset (statement);
  return TRUE;
}

static gboolean
is_older (const char *a, const char *b)
{
  CairnDate date_a, date_b;

  return a != NULL && b != NULL && cairn_date_parse (a, &date_a) && cairn_date_parse (b, &date_b) &&
         date_a.start < date_b.start;
}

/* Whether what came is no news: the same version, an older one, or, without versions, the same text. */
static gboolean
is_known (const Old *old, const CairnSyncPageEntry *entry)
{
  const CairnSummary *summary = entry->summary;

  if (!old->found)
    return FALSE;
  if (old->version != NULL && summary->version != NULL && g_str_equal (old->version, summary->version))
    return TRUE;
  if (is_older (summary->updated, old->updated))
    return TRUE;
  return old->text != NULL && summary->version == NULL && strlen (old->text) == entry->text.length &&
         memcmp (old->text, entry->text.text, entry->text.length) == 0;
}

static gboolean
run_with_number (Writer *writer, const char *sql, gint64 number, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (writer->connection, sql, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":number", number);
  return cairn_statement_run (statement, error);
}

static gboolean
delete_words (Writer *writer, gint64 place, GError **error)
{
  return g_hash_table_remove (writer->words, &place) ||
         run_with_number (writer, "DELETE FROM words WHERE rowid = :number", place, error);
}

static gboolean
delete_row (Writer *writer, gint64 place, gint64 body, GError **error)
{
  return run_with_number (writer, "DELETE FROM resource WHERE place = :number", place, error) &&
         run_with_number (writer, "DELETE FROM body WHERE number = :number", body, error) &&
         delete_words (writer, place, error);
}

/* The text of a new record goes behind all others; a new version takes the old one's room. */
static gboolean
write_body (Writer *writer, const CairnSyncPageEntry *entry, gint64 *body, GError **error)
{
  gboolean new = *body == 0;
  CairnStatement *statement;

  statement = cairn_connection_prepare (writer->connection, new ? "INSERT INTO body (text) VALUES (:text)"
                                        : "UPDATE body SET text = :text WHERE number = :number", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":text", entry->text.text, (gssize) entry->text.length);
  if (!new)
    cairn_statement_bind_int64 (statement, ":number", *body);
  if (!cairn_statement_run (statement, error))
    return FALSE;
  if (new)
    *body = cairn_connection_last_rowid (writer->connection);
  return TRUE;
}

/* The next free place of a second; a second that is full borrows from the one after it. */
static gboolean
find_place (Writer *writer, const CairnSummary *summary, gint64 *place, GError **error)
{
  gint64 base = summary->has_start ? cairn_place_base (summary->start) : 1;
  gint64 last = base | CAIRN_PLACE_MAX_NUMBER;
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (writer->connection, "SELECT max(place) FROM resource"
                                        " WHERE place BETWEEN :base AND :last", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":base", base);
  cairn_statement_bind_int64 (statement, ":last", last);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  *place = cairn_statement_is_null (statement, 0) ? base : cairn_statement_int64 (statement, 0) + 1;
  cairn_statement_reset (statement);
  if (*place <= last)
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE, "More than %" G_GINT64_FORMAT " records of one second",
               CAIRN_PLACE_MAX_NUMBER);
  return FALSE;
}

static gboolean
write_row (Writer *writer, const CairnSyncPageEntry *entry, gint64 place, gint64 body, GError **error)
{
  const CairnSummary *summary = entry->summary;
  CairnStatement *statement;

  statement = prepare_for (writer, "INSERT INTO resource (place, type, id, version, updated, kind, timeline, date, start,"
                           " title, term, value, unit, interpretation, status, flags, body, initials)"
                           " VALUES (:place, :type, :id, :version, :updated, :kind, :timeline, :date, :start,"
                           " :title, :term, :value, :unit, :interpretation, :status, :flags, :body, :initials)"
                           " ON CONFLICT (place) DO UPDATE SET version = excluded.version, updated = excluded.updated,"
                           " kind = excluded.kind, timeline = excluded.timeline, date = excluded.date,"
                           " start = excluded.start, title = excluded.title, term = excluded.term,"
                           " value = excluded.value, unit = excluded.unit, interpretation = excluded.interpretation,"
                           " status = excluded.status, flags = excluded.flags, body = excluded.body, initials = excluded.initials",
                           entry->type, entry->id, error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":place", place);
  cairn_statement_bind_text (statement, ":version", summary->version, -1);
  cairn_statement_bind_text (statement, ":updated", summary->updated, -1);
  cairn_statement_bind_text (statement, ":kind", summary->kind->id, -1);
  cairn_statement_bind_int64 (statement, ":timeline", summary->kind->in_timeline);
  cairn_statement_bind_text (statement, ":date", summary->date, -1);
  if (summary->has_start)
    cairn_statement_bind_int64 (statement, ":start", summary->start);
  cairn_statement_bind_text (statement, ":title", summary->title, -1);
  cairn_statement_bind_text (statement, ":term", summary->term, -1);
  cairn_statement_bind_text (statement, ":value", summary->value, -1);
  cairn_statement_bind_text (statement, ":unit", summary->unit, -1);
  cairn_statement_bind_text (statement, ":interpretation", summary->interpretation, -1);
  cairn_statement_bind_text (statement, ":status", summary->status, -1);
  cairn_statement_bind_int64 (statement, ":flags", summary->flags);
  cairn_statement_bind_int64 (statement, ":body", body);
  cairn_statement_bind_int64 (statement, ":initials", (gint64) entry->initials);
  return cairn_statement_run (statement, error);
}

static gboolean
clear_quarantine (Writer *writer, const char *type, const char *id, GError **error)
{
  CairnStatement *statement;

  if (!writer->quarantined)
    return TRUE;
  statement = prepare_for (writer, "DELETE FROM quarantine WHERE type = :type AND id = :id", type, id, error);
  return statement != NULL && cairn_statement_run (statement, error);
}

/* A record whose date moved to another second gets another place; else it keeps its own. */
static gboolean
store_entry (Writer *writer, const CairnSyncPageEntry *entry, GError **error)
{
  const CairnSummary *summary = entry->summary;
  g_auto(Old) old = { FALSE };
  gint64 base = summary->has_start ? cairn_place_base (summary->start) : 0;
  gint64 place, body;

  if (!find_old (writer, entry->type, entry->id, &old, error))
    return FALSE;
  if (is_known (&old, entry))
    {
      writer->counts->unchanged++;
      return TRUE;
    }
  if (old.found && (old.place & ~CAIRN_PLACE_MAX_NUMBER) == base)
    {
      place = old.place;
      body = old.body;
      if (!delete_words (writer, place, error))
        return FALSE;
    }
  else
    {
      body = 0;
      if ((old.found && !delete_row (writer, old.place, old.body, error)) || !find_place (writer, summary, &place, error))
        return FALSE;
    }
  if (!write_body (writer, entry, &body, error) || !write_row (writer, entry, place, body, error) ||
      !clear_quarantine (writer, entry->type, entry->id, error) || !cairn_cache_news_note (&writer->news, writer->connection, place, summary, error) ||
      !cairn_cache_parts_note (writer->connection, place, entry->type, entry->text, error) ||
      !cairn_cache_messages_note (writer->connection, place, summary, entry->type, entry->id, entry->text, error))
    return FALSE;
  if (entry->search_text != NULL && *entry->search_text != '\0')
    g_hash_table_insert (writer->words, g_memdup2 (&place, sizeof place), entry->search_text);
  writer->counts->stored++;
  return TRUE;
}

static gboolean
delete_entry (Writer *writer, const CairnSyncPageEntry *entry, GError **error)
{
  g_auto(Old) old = { FALSE };

  if (!find_old (writer, entry->type, entry->id, &old, error) || !clear_quarantine (writer, entry->type, entry->id, error))
    return FALSE;
  if (!old.found)
    {
      writer->counts->unchanged++;
      return TRUE;
    }
  writer->counts->deleted++;
  return delete_row (writer, old.place, old.body, error);
}

static gboolean
write_quarantine (Writer *writer, const CairnSyncPageEntry *entry, GError **error)
{
  g_autofree char *key = cairn_sha256_hex (entry->text.text, (gssize) entry->text.length);
  CairnStatement *statement;

  writer->quarantined = TRUE;
  statement = prepare_for (writer, "INSERT INTO quarantine (key, type, id, reason, source, pass, text)"
                           " VALUES (:key, :type, :id, :reason, :source, :pass, :text)"
                           " ON CONFLICT (key) DO UPDATE SET reason = excluded.reason, source = excluded.source,"
                           " pass = excluded.pass", entry->type, entry->id, error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":key", key, -1);
  cairn_statement_bind_text (statement, ":reason", entry->reason, -1);
  cairn_statement_bind_text (statement, ":source", writer->state->type, -1);
  cairn_statement_bind_int64 (statement, ":pass", writer->state->pass);
  cairn_statement_bind_blob (statement, ":text", entry->text.text, entry->text.length);
  return cairn_statement_run (statement, error);
}

/* What turned out to be somebody else's goes from the records at once; a broken new version leaves the old one. */
static gboolean
quarantine_entry (Writer *writer, const CairnSyncPageEntry *entry, GError **error)
{
  writer->counts->quarantined++;
  if (entry->type != NULL && entry->id != NULL)
    {
      g_auto(Old) old = { FALSE };

      if (!clear_quarantine (writer, entry->type, entry->id, error))
        return FALSE;
      if (g_str_equal (entry->reason, "other-patient") &&
          (!find_old (writer, entry->type, entry->id, &old, error) ||
           (old.found && !delete_row (writer, old.place, old.body, error))))
        return FALSE;
    }
  return write_quarantine (writer, entry, error);
}

/* Of a history, only the newest entry of each resource counts (FHIR R4 §3.1.0.14: newest first). */
static gboolean
is_superseded (Writer *writer, const CairnSyncPageEntry *entry, gboolean *superseded, GError **error)
{
  CairnStatement *statement;

  *superseded = FALSE;
  if (writer->state->step != CAIRN_SYNC_STEP_HISTORY || entry->id == NULL ||
      g_strcmp0 (entry->type, writer->state->type) != 0)
    return TRUE;
  statement = prepare_for (writer, "INSERT INTO seen (type, id) VALUES (:type, :id) ON CONFLICT DO NOTHING",
                           entry->type, entry->id, error);
  if (statement == NULL || !cairn_statement_run (statement, error))
    return FALSE;
  *superseded = cairn_connection_changes (writer->connection) == 0;
  return TRUE;
}

static gboolean
write_entry (Writer *writer, const CairnSyncPageEntry *entry, GError **error)
{
  gboolean superseded;

  writer->counts->received++;
  if (!is_superseded (writer, entry, &superseded, error))
    return FALSE;
  if (superseded)
    {
      writer->counts->unchanged++;
      return TRUE;
    }
  switch (entry->action)
    {
    case CAIRN_SYNC_PAGE_STORE:
      return store_entry (writer, entry, error);
    case CAIRN_SYNC_PAGE_DELETE:
      return delete_entry (writer, entry, error);
    case CAIRN_SYNC_PAGE_QUARANTINE:
      return quarantine_entry (writer, entry, error);
    default:
      g_assert_not_reached ();
    }
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  gint64 place_a = *(const gint64 *) a, place_b = *(const gint64 *) b;

  return place_a < place_b ? -1 : place_a > place_b;
}

static gboolean
write_words (Writer *writer, GError **error)
{
  g_autoptr(GArray) places = g_array_sized_new (FALSE, FALSE, sizeof (gint64), g_hash_table_size (writer->words));
  CairnStatement *statement;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, writer->words);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_val (places, *(gint64 *) key);
  g_array_sort (places, compare_places);
  statement = cairn_connection_prepare (writer->connection, "INSERT INTO words (rowid, text) VALUES (:place, :text)", error);
  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < places->len; i++)
    {
      const gint64 *place = &g_array_index (places, gint64, i);

      cairn_statement_bind_int64 (statement, ":place", *place);
      cairn_statement_bind_text (statement, ":text", g_hash_table_lookup (writer->words, place), -1);
      if (!cairn_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

/* New records ask for what they refer to, also for what the server did not have the last time. */
static gboolean
write_wanted (Writer *writer, CairnSyncPage *page, GError **error)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, page->wanted);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_auto(GStrv) parts = g_strsplit (key, "/", 2);
      CairnStatement *statement;

      statement = prepare_for (writer, "INSERT INTO wanted (type, id) VALUES (:type, :id)"
                               " ON CONFLICT DO UPDATE SET asked = 0 WHERE asked != 0", parts[0], parts[1], error);
      if (statement == NULL || !cairn_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * cairn_cache_store_page:
 * @connection: a connection with an open transaction
 * @page: what came
 * @state: of the type that was asked for; not changed
 * @counts: (inout): what became of the entries is added
 * @error: return location
 *
 * Writes all entries of a page. Entries received are those stored, unchanged, deleted and quarantined.
 *
 * Returns: whether all was written; the caller rolls back otherwise
 */
gboolean
cairn_cache_store_page (CairnConnection *connection, CairnSyncPage *page, CairnSyncState *state, CairnSyncCounts *counts,
                        GError **error)
{
  g_autoptr(GHashTable) words = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  CairnSyncCounts here = { 0 };
  Writer writer = { connection, state, &here, words, FALSE };
  gint64 quarantined;

  if (!cairn_connection_scalar (connection, "SELECT EXISTS (SELECT 1 FROM quarantine)", &quarantined, error) ||
      !cairn_cache_news_begin (&writer.news, connection, error))
    return FALSE;
  writer.quarantined = quarantined != 0;
  for (guint i = 0; i < page->entries->len; i++)
    if (!write_entry (&writer, page->entries->pdata[i], error))
      return FALSE;
  if (!write_words (&writer, error) || !cairn_cache_news_end (&writer.news, connection, error) ||
      (here.stored > 0 && !write_wanted (&writer, page, error)))
    return FALSE;

  g_assert (here.received == page->entries->len);
  g_assert (here.received == here.stored + here.unchanged + here.deleted + here.quarantined);
  counts->received += here.received;
  counts->stored += here.stored;
  counts->unchanged += here.unchanged;
  counts->deleted += here.deleted;
  counts->quarantined += here.quarantined;
  return TRUE;
}

/**
 * cairn_cache_note_seen:
 * @connection: a connection with an open transaction
 * @page: a page of which only ids matter
 * @type: the type that is compared
 * @error: return location
 *
 * Remembers which resources the server has.
 *
 * Returns: whether it was written
 */
gboolean
cairn_cache_note_seen (CairnConnection *connection, CairnSyncPage *page, const char *type, GError **error)
{
  Writer writer = { connection, NULL, NULL, NULL, FALSE };

  for (guint i = 0; i < page->entries->len; i++)
    {
      const CairnSyncPageEntry *entry = page->entries->pdata[i];
      CairnStatement *statement;

      if (g_strcmp0 (entry->type, type) != 0 || entry->id == NULL)
        continue;
      statement = prepare_for (&writer, "INSERT INTO seen (type, id) VALUES (:type, :id) ON CONFLICT DO NOTHING",
                               entry->type, entry->id, error);
      if (statement == NULL || !cairn_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  gint64 place;
  gint64 body;
} Row;

static GArray *
list_unseen (CairnConnection *connection, const char *type, GError **error)
{
  g_autoptr(GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT place, body FROM resource r WHERE type = :type AND NOT EXISTS"
                                        " (SELECT 1 FROM seen s WHERE s.type = r.type AND s.id = r.id)", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":type", type, -1);
  while (cairn_statement_step (statement, &row, error))
    {
      Row found;

      if (!row)
        return g_steal_pointer (&rows);
      found = (Row) { cairn_statement_int64 (statement, 0), cairn_statement_int64 (statement, 1) };
      g_array_append_val (rows, found);
    }
  return NULL;
}

/**
 * cairn_cache_delete_unseen:
 * @connection: a connection with an open transaction
 * @type: the type that was compared
 * @n: (inout): how many were deleted is added
 * @error: return location
 *
 * Deletes what the server no longer has after a full compare.
 *
 * Returns: whether it was done
 */
gboolean
cairn_cache_delete_unseen (CairnConnection *connection, const char *type, guint64 *n, GError **error)
{
  g_autoptr(GHashTable) words = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr(GArray) rows = list_unseen (connection, type, error);
  Writer writer = { connection, NULL, NULL, words, FALSE };

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (!delete_row (&writer, g_array_index (rows, Row, i).place, g_array_index (rows, Row, i).body, error))
      return FALSE;
  *n += rows->len;
  return cairn_cache_forget_seen (connection, type, error);
}

/**
 * cairn_cache_forget_seen:
 * @connection: a connection
 * @type: a type
 * @error: return location
 *
 * Makes the list of what the server has empty, before or after a compare or a history.
 *
 * Returns: whether it is empty
 */
gboolean
cairn_cache_forget_seen (CairnConnection *connection, const char *type, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "DELETE FROM seen WHERE type = :type", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", type, -1);
  return cairn_statement_run (statement, error);
}

/**
 * cairn_cache_forget_stale_quarantine:
 * @connection: a connection with an open transaction
 * @state: of a type whose full pass just ended
 * @error: return location
 *
 * Lets go of quarantined entries that a full pass did not bring again.
 *
 * Returns: whether it was done
 */
gboolean
cairn_cache_forget_stale_quarantine (CairnConnection *connection, CairnSyncState *state, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "DELETE FROM quarantine WHERE source = :source AND pass < :pass", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":source", state->type, -1);
  cairn_statement_bind_int64 (statement, ":pass", state->pass);
  return cairn_statement_run (statement, error);
}
