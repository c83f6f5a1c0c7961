/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of threads, with what is not at the portal yet in its place. On the database's thread. */
#include "cairn-cache-threads.h"

#include "cairn-cache-people.h"
#include "cairn-cache-plan.h"
#include "cairn-cache-words.h"

#include "fhir/cairn-value.h"

/**
 * cairn_messages_query_new:
 * @key: (nullable): of a thread
 * @search: (nullable): words
 *
 * Returns: (transfer full): a query in which nothing waits
 */
CairnMessagesQuery *
cairn_messages_query_new (const char *key, const char *search)
{
  CairnMessagesQuery *self = g_new0 (CairnMessagesQuery, 1);

  self->key = g_strdup (key);
  self->search = g_strdup (search);
  self->pending = g_ptr_array_new ();
  return self;
}

void
cairn_messages_query_add (CairnMessagesQuery *self, gint64 number, const char *thread, const char *text, gint64 created)
{
  CairnCachePending *pending = g_new (CairnCachePending, 1);

  *pending = (CairnCachePending) { number, g_strdup (thread), g_strdup (text), created };
  g_ptr_array_add (self->pending, pending);
}

void
cairn_messages_query_free (CairnMessagesQuery *self)
{
  for (guint i = 0; i < self->pending->len; i++)
    {
      CairnCachePending *pending = self->pending->pdata[i];

      g_free (pending->thread);
      g_free (pending->text);
      g_free (pending);
    }
  g_ptr_array_unref (self->pending);
  g_free (self->key);
  g_free (self->search);
  g_free (self);
}

void
cairn_thread_row_free (CairnThreadRow *self)
{
  g_free (self->key);
  g_free (self->topic);
  g_free (self->name);
  g_free (self->reference);
  g_free (self->role);
  g_free (self->words);
  g_free (self->closed_why);
  g_free (self);
}

typedef struct
{
  gint64 place;
  gint64 last;   /* ms since 1970 */
} Entry;

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *first = a, *second = b;

  if (first->last != second->last)
    return first->last > second->last ? -1 : 1;
  return first->place > second->place ? -1 : first->place < second->place;
}

/* As the full text finds words, or nearly: each as a beginning. */
static gboolean
has_words (const CairnCachePending *pending, const char *search)
{
  CairnJson resource = cairn_json_from_string (pending->text);
  g_autofree char *topic = cairn_concept_dup_text (cairn_json_member (resource, "topic"));
  g_autofree char *words = cairn_cache_words_dup (resource);
  g_autofree char *text = g_strconcat (words, "\n", topic, NULL);

  return g_str_match_string (search, text, TRUE);
}

/* The newest thing that waits in a thread; @oldest gets the one that came first. With a search, of those that are found. */
static const CairnCachePending *
find_pending (const CairnMessagesQuery *query, const char *key, const char *search, const CairnCachePending **oldest)
{
  const CairnCachePending *newest = NULL;

  for (guint i = 0; i < query->pending->len; i++)
    {
      const CairnCachePending *pending = query->pending->pdata[i];

      if (g_strcmp0 (pending->thread, key) != 0 || (search != NULL && !has_words (pending, search)))
        continue;
      if (newest == NULL && oldest != NULL)
        *oldest = pending;
      newest = pending;
    }
  return newest;
}

static gboolean
read_entries (CairnConnection *connection, const CairnMessagesQuery *query, const char *match, GArray *entries, GHashTable *known,
              GError **error)
{
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, query->key != NULL
                                        ? "SELECT m.thread, t.key, max(m.sent) FROM thread t JOIN message m ON m.thread = t.number"
                                          " WHERE t.key = :key GROUP BY m.thread"
                                        : match == NULL
                                        ? "SELECT m.thread, t.key, max(m.sent) FROM message m JOIN thread t ON t.number = m.thread"
                                          " GROUP BY m.thread"
                                        : "SELECT m.thread, t.key, max(m.sent) FROM words w CROSS JOIN message m ON m.place = w.rowid"
                                          " CROSS JOIN thread t ON t.number = m.thread WHERE words MATCH :match"
                                          " GROUP BY m.thread", error);
  if (statement == NULL)
    return FALSE;
  if (query->key != NULL)
    cairn_statement_bind_text (statement, ":key", query->key, -1);
  else if (match != NULL)
    cairn_statement_bind_text (statement, ":match", match, -1);
  while (cairn_statement_step (statement, &row, error))
    {
      const CairnCachePending *pending;
      Entry entry;

      if (!row)
        return TRUE;
      entry = (Entry) { cairn_statement_int64 (statement, 0), cairn_statement_int64 (statement, 2) };
      pending = find_pending (query, cairn_statement_text (statement, 1, NULL), query->search, NULL);
      if (pending != NULL)
        {
          entry.last = MAX (entry.last, pending->created);
          g_hash_table_add (known, g_strdup (pending->thread));
        }
      g_array_append_val (entries, entry);
    }
  return FALSE;
}

static gboolean
look_up_thread (CairnConnection *connection, const char *key, gint64 *number, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "SELECT number FROM thread WHERE key = :key", error);
  gboolean found;

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":key", key, -1);
  if (!cairn_statement_step (statement, &found, error))
    return FALSE;
  *number = found ? cairn_statement_int64 (statement, 0) : 0;
  cairn_statement_reset (statement);
  return TRUE;
}

/* Threads that are nowhere but here, and those in which nothing but what waits was found. */
static gboolean
add_waiting (CairnConnection *connection, const CairnMessagesQuery *query, GArray *entries, GHashTable *known, GError **error)
{
  for (guint i = 0; i < query->pending->len; i++)
    {
      const CairnCachePending *pending = query->pending->pdata[i];
      const CairnCachePending *newest = find_pending (query, pending->thread, query->search, NULL);
      gboolean is_new = g_str_has_prefix (pending->thread, "urn:");
      Entry entry = { -pending->number, 0 };

      if (newest == NULL || (!is_new && query->search == NULL) || (query->key != NULL && !g_str_equal (query->key, pending->thread)) ||
          !g_hash_table_add (known, g_strdup (pending->thread)))
        continue;
      if (!is_new && !look_up_thread (connection, pending->thread, &entry.place, error))
        return FALSE;
      entry.last = newest->created;
      if (entry.place != 0)
        g_array_append_val (entries, entry);
    }
  return TRUE;
}

/**
 * cairn_cache_threads_order:
 * @connection: a connection to the cache
 * @query: which threads
 * @error: return location
 *
 * Returns: (transfer full) (element-type gint64) (nullable): their places, that with the newest message first; of a search,
 *   that with the newest message that was found
 */
GArray *
cairn_cache_threads_order (CairnConnection *connection, const CairnMessagesQuery *query, GError **error)
{
  g_autofree char *match = query->search != NULL ? cairn_cache_dup_match (query->search) : NULL;
  g_autoptr(GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_autoptr(GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GArray *order;

  if (!read_entries (connection, query, match, entries, known, error) ||
      !add_waiting (connection, query, entries, known, error))
    return NULL;
  g_array_sort (entries, compare_entries);
  order = g_array_sized_new (FALSE, FALSE, sizeof (gint64), entries->len);
  for (guint i = 0; i < entries->len; i++)
    g_array_append_val (order, g_array_index (entries, Entry, i).place);
  return order;
}

/* The other side is who wrote to the patient, else whom the patient wrote to. */
static void
take_other (CairnThreadRow *row, CairnCachePeople *people, CairnJson resource, gboolean own)
{
  CairnJson other = cairn_json_get (resource, own ? "recipient.0" : "sender");

  row->name = cairn_cache_people_dup_name (people, other);
  row->reference = cairn_cache_people_dup_plain (other);
  row->role = cairn_cache_people_dup_role (people, other);
}

static void
take_pending (CairnThreadRow *row, CairnCachePeople *people, const CairnCachePending *pending)
{
  CairnJson resource = cairn_json_from_string (pending->text);

  if (row->topic == NULL)
    row->topic = cairn_cache_words_dup_topic (resource);
  if (row->name == NULL && row->reference == NULL)
    take_other (row, people, resource, TRUE);
  g_free (row->words);
  row->words = cairn_cache_words_dup (resource);
  row->sent = pending->created;
  row->own = TRUE;
  row->found = -pending->number;
}

/* What a line says of the message that it shows */
#define SHOWN "SELECT m.sent, m.flags & 1, b.text, t.key, (SELECT count(*) FROM message u WHERE u.thread = m.thread AND u.flags = 2)" \
  " FROM message m JOIN thread t ON t.number = m.thread JOIN resource r ON r.place = m.place JOIN body b ON b.number = r.body WHERE "

/* A message of the thread: the last one, the first one, the last one that somebody else wrote; or the one of that place. */
static gboolean
read_one (CairnConnection *connection, const char *sql, gint64 thread, CairnStatement **statement, gboolean *found, GError **error)
{
  *statement = cairn_connection_prepare (connection, sql, error);
  if (*statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (*statement, ":thread", thread);
  return cairn_statement_step (*statement, found, error);
}

static gboolean
read_last (CairnConnection *connection, CairnThreadRow *row, GError **error)
{
  CairnStatement *statement;
  gboolean found;

  if (!read_one (connection, row->found != 0 ? SHOWN "m.place = :thread" : SHOWN "m.thread = :thread ORDER BY m.sent DESC, m.place DESC"
                 " LIMIT 1", row->found != 0 ? row->found : row->place, &statement, &found, error))
    return FALSE;
  if (found)
    {
      CairnJson resource = cairn_json_from_string (cairn_statement_text (statement, 2, NULL));

      row->sent = cairn_statement_int64 (statement, 0);
      row->own = cairn_statement_int64 (statement, 1) != 0;
      row->words = cairn_cache_words_dup (resource);
      row->key = g_strdup (cairn_statement_text (statement, 3, NULL));
      row->n_unread = (guint) cairn_statement_int64 (statement, 4);
    }
  cairn_statement_reset (statement);
  return TRUE;
}

static gboolean
read_topic (CairnConnection *connection, CairnThreadRow *row, CairnCachePeople *people, GError **error)
{
  CairnStatement *statement;
  gboolean found;

  if (!read_one (connection, "SELECT r.title, b.text, m.flags & 1 FROM message m JOIN resource r ON r.place = m.place"
                 " JOIN body b ON b.number = r.body WHERE m.thread = :thread ORDER BY m.sent, m.place LIMIT 1", row->place,
                 &statement, &found, error))
    return FALSE;
  if (found)
    {
      CairnJson resource = cairn_json_from_string (cairn_statement_text (statement, 1, NULL));

      g_autofree char *status = cairn_json_dup_text_at (resource, "status");

      row->topic = g_strdup (cairn_statement_text (statement, 0, NULL));
      row->closed = g_strcmp0 (status, "stopped") == 0;
      row->closed_why = row->closed ? cairn_json_dup_text_at (resource, "statusReason.text") : NULL;
      if (row->name == NULL && row->reference == NULL)
        take_other (row, people, resource, cairn_statement_int64 (statement, 2) != 0);
    }
  cairn_statement_reset (statement);
  return TRUE;
}

static gboolean
read_other (CairnConnection *connection, CairnThreadRow *row, CairnCachePeople *people, GError **error)
{
  CairnStatement *statement;
  gboolean found;

  if (!read_one (connection, "SELECT b.text FROM message m JOIN resource r ON r.place = m.place JOIN body b ON b.number = r.body"
                 " WHERE m.thread = :thread AND m.flags & 1 = 0 ORDER BY m.sent DESC, m.place DESC LIMIT 1", row->place,
                 &statement, &found, error))
    return FALSE;
  if (found)
    take_other (row, people, cairn_json_from_string (cairn_statement_text (statement, 0, NULL)), FALSE);
  cairn_statement_reset (statement);
  return TRUE;
}

static void
read_new_thread (const CairnMessagesQuery *query, CairnThreadRow *row, CairnCachePeople *people)
{
  for (guint i = 0; i < query->pending->len; i++)
    {
      const CairnCachePending *pending = query->pending->pdata[i], *oldest = NULL, *newest;

      if (pending->number != -row->place)
        continue;
      row->key = g_strdup (pending->thread);
      find_pending (query, pending->thread, NULL, &oldest);
      newest = find_pending (query, pending->thread, query->search, NULL);
      take_pending (row, people, oldest);
      if (newest != NULL)
        take_pending (row, people, newest);
      return;
    }
}

static gboolean
read_row (CairnConnection *connection, const CairnMessagesQuery *query, CairnThreadRow *row, CairnCachePeople *people,
          GError **error)
{
  const CairnCachePending *pending;

  if (row->place < 0)
    {
      read_new_thread (query, row, people);
      return TRUE;
    }
  if (!read_last (connection, row, error) || !read_other (connection, row, people, error) ||
      !read_topic (connection, row, people, error))
    return FALSE;
  pending = row->key != NULL ? find_pending (query, row->key, query->search, NULL) : NULL;
  if (pending != NULL)
    take_pending (row, people, pending);
  return TRUE;
}

/* The newest message that is found in each thread: their places by the threads' numbers; none without a search. */
static GHashTable *
find_newest (CairnConnection *connection, const CairnMessagesQuery *query, GError **error)
{
  g_autofree char *match = query->search != NULL ? cairn_cache_dup_match (query->search) : NULL;
  g_autoptr(GHashTable) found = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  CairnStatement *statement;
  gboolean row;

  if (match == NULL)
    return g_steal_pointer (&found);
  statement = cairn_connection_prepare (connection, "SELECT m.thread, m.place, max(m.sent) FROM words w CROSS JOIN message m"
                                        " ON m.place = w.rowid WHERE words MATCH :match GROUP BY m.thread", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":match", match, -1);
  while (cairn_statement_step (statement, &row, error))
    {
      gint64 thread = row ? cairn_statement_int64 (statement, 0) : 0, place = row ? cairn_statement_int64 (statement, 1) : 0;

      if (!row)
        return g_steal_pointer (&found);
      g_hash_table_insert (found, g_memdup2 (&thread, sizeof thread), g_memdup2 (&place, sizeof place));
    }
  return NULL;
}

/**
 * cairn_cache_threads_rows:
 * @connection: a connection to the cache
 * @query: what waits
 * @places: (array length=n): of threads
 * @n: how many
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnThreadRow) (nullable): what a list shows of them; those that are gone are left out
 */
GPtrArray *
cairn_cache_threads_rows (CairnConnection *connection, const CairnMessagesQuery *query, const gint64 *places, guint n,
                          GError **error)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_thread_row_free);
  g_autoptr(CairnCachePeople) people = cairn_cache_people_new (connection);
  g_autoptr(GHashTable) found = find_newest (connection, query, error);

  if (found == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      CairnThreadRow *row = g_new0 (CairnThreadRow, 1);
      const gint64 *place = g_hash_table_lookup (found, &places[i]);

      row->place = places[i];
      row->found = place != NULL ? *place : 0;
      g_ptr_array_add (rows, row);
      if (!read_row (connection, query, row, people, error))
        return NULL;
      if (query->search == NULL)
        row->found = 0;
      if (row->key == NULL)
        g_ptr_array_set_size (rows, (int) rows->len - 1);
    }
  return g_steal_pointer (&rows);
}
