/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which thread a message belongs to, and whether it was read. A thread is called after the message that opens it; parts
 * may come before it, and by way of other parts. On the database's thread.
 */
#include "cairn-cache-messages.h"

#include "common/cairn-error.h"
#include "common/cairn-json-edit.h"
#include "fhir/cairn-date.h"

#include <string.h>

/* "Communication/1", or the same under some base; else %NULL. */
static char *
dup_message_id (CairnJson reference)
{
  g_autofree char *text = cairn_json_dup_string (reference);
  const char *at = text != NULL ? g_strrstr (text, "Communication/") : NULL;
  char *id;

  if (at == NULL || (at != text && at[-1] != '/'))
    return NULL;
  id = g_strdup (at + strlen ("Communication/"));
  id[strcspn (id, "/")] = '\0';   /* without "_history" */
  if (*id == '\0')
    g_clear_pointer (&id, g_free);
  return id;
}

static gboolean
is_own (CairnJson resource)
{
  g_autofree char *sender = cairn_json_dup_text_at (resource, "sender.reference");
  g_autofree char *type = cairn_json_dup_text_at (resource, "sender.type");

  if (sender == NULL)
    return FALSE;
  return strstr (sender, "Patient/") != NULL || strstr (sender, "RelatedPerson/") != NULL ||
         g_strcmp0 (type, "Patient") == 0 || g_strcmp0 (type, "RelatedPerson") == 0;
}

static CairnMessageFlags
find_flags (const CairnSummary *summary, CairnJson resource)
{
  if (is_own (resource))
    return CAIRN_MESSAGE_OWN;
  if ((summary->flags & (CAIRN_FLAG_ENTERED_IN_ERROR | CAIRN_FLAG_CANCELLED)) != 0)
    return 0;
  return cairn_json_type (cairn_json_member (resource, "received")) == CAIRN_JSON_ABSENT ? CAIRN_MESSAGE_NOT_RECEIVED : 0;
}

/* A number by a text, 0 when there is none. */
static gboolean
look_up (CairnConnection *connection, const char *sql, const char *text, gint64 *number, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, sql, error);
  gboolean row;

  *number = 0;
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":text", text, -1);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    *number = cairn_statement_int64 (statement, 0);
  cairn_statement_reset (statement);
  return TRUE;
}

#define THREAD_OF_MESSAGE "SELECT m.thread FROM resource r JOIN message m ON m.place = r.place" \
  " WHERE r.type = 'Communication' AND r.id = :text"
#define THREAD_BY_KEY "SELECT number FROM thread WHERE key = :text"

static gboolean
find_thread (CairnConnection *connection, const char *key, gint64 *thread, GError **error)
{
  CairnStatement *statement;

  if (!look_up (connection, THREAD_OF_MESSAGE, key, thread, error))
    return FALSE;
  if (*thread == 0 && !look_up (connection, THREAD_BY_KEY, key, thread, error))
    return FALSE;
  if (*thread != 0)
    return TRUE;
  statement = cairn_connection_prepare (connection, "INSERT INTO thread (key) VALUES (:key)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":key", key, -1);
  if (!cairn_statement_run (statement, error))
    return FALSE;
  *thread = cairn_connection_last_rowid (connection);
  return TRUE;
}

/* What took this message for the head of a thread, because it came before it, follows it to where it belongs. */
static gboolean
gather (CairnConnection *connection, const char *id, gint64 thread, GError **error)
{
  CairnStatement *statement;
  gint64 own;

  if (!look_up (connection, THREAD_BY_KEY, id, &own, error))
    return FALSE;
  if (own == 0 || own == thread)
    return TRUE;
  statement = cairn_connection_prepare (connection, "UPDATE message SET thread = :thread WHERE thread = :own", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":thread", thread);
  cairn_statement_bind_int64 (statement, ":own", own);
  return cairn_statement_run (statement, error);
}

static gboolean
write_message (CairnConnection *connection, gint64 place, gint64 thread, gint64 sent, CairnMessageFlags flags, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "INSERT INTO message (place, thread, sent, flags) VALUES (:place, :thread,"
                                        " :sent, :flags) ON CONFLICT (place) DO UPDATE SET thread = excluded.thread,"
                                        " sent = excluded.sent, flags = excluded.flags", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":place", place);
  cairn_statement_bind_int64 (statement, ":thread", thread);
  cairn_statement_bind_int64 (statement, ":sent", sent);
  cairn_statement_bind_int64 (statement, ":flags", flags);
  return cairn_statement_run (statement, error);
}

static gboolean
note (CairnConnection *connection, gint64 place, gint64 sent, CairnMessageFlags flags, const char *id, CairnJson resource,
      GError **error)
{
  g_autofree char *parent = dup_message_id (cairn_json_get (resource, "partOf.0.reference"));
  gint64 thread;

  if (parent == NULL)
    parent = dup_message_id (cairn_json_get (resource, "inResponseTo.0.reference"));
  return find_thread (connection, parent != NULL && !g_str_equal (parent, id) ? parent : id, &thread, error) &&
         gather (connection, id, thread, error) && write_message (connection, place, thread, sent, flags, error);
}

/**
 * cairn_cache_messages_note:
 * @connection: a connection with an open transaction
 * @place: of a record that was just written
 * @summary: its columns
 * @type: its type
 * @id: its id
 * @resource: what it says
 * @error: return location
 *
 * Notes of a Communication which thread it is part of (partOf, else inResponseTo) and whether it is unread: from somebody
 * else, and without "received".
 *
 * Returns: whether it was written
 */
gboolean
cairn_cache_messages_note (CairnConnection    *connection,
                           gint64              place,
                           const CairnSummary *summary,
                           const char         *type,
                           const char         *id,
                           CairnJson           resource,
                           GError            **error)
{
  if (!g_str_equal (type, "Communication"))
    return TRUE;
  return note (connection, place, summary->has_start ? summary->start : 0, find_flags (summary, resource), id, resource, error);
}

/* The next message behind @place that was here before threads were noted; sets @place to 0 when there is none. */
static gboolean
note_next (CairnConnection *connection, gint64 *place, GError **error)
{
  CairnSummary summary = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT r.place, r.id, r.start, r.flags, b.text FROM resource r"
                                        " JOIN body b ON b.number = r.body WHERE r.type = 'Communication'"
                                        " AND r.place > :place ORDER BY r.place LIMIT 1", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":place", *place);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  *place = row ? cairn_statement_int64 (statement, 0) : 0;
  if (!row)
    return TRUE;
  id = g_strdup (cairn_statement_text (statement, 1, NULL));
  summary.has_start = !cairn_statement_is_null (statement, 2);
  summary.start = cairn_statement_int64 (statement, 2);
  summary.flags = (CairnFlags) cairn_statement_int64 (statement, 3);
  text = g_strdup (cairn_statement_text (statement, 4, NULL));
  cairn_statement_reset (statement);
  return cairn_cache_messages_note (connection, *place, &summary, "Communication", id, cairn_json_from_string (text), error);
}

static gboolean
note_old (CairnConnection *connection, GError **error)
{
  gint64 place = 0;

  do
    if (!note_next (connection, &place, error))
      return FALSE;
  while (place != 0);
  return TRUE;
}

/* A CairnDatabaseFunc: notes the threads of a cache that was written before there were any. Returns @connection or %NULL. */
gpointer
cairn_cache_messages_note_all (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *wanted = cairn_cache_get_value (connection, "messages-to-note", NULL);

  if (wanted == NULL)
    return connection;
  if (!cairn_connection_begin (connection, error))
    return NULL;
  if (note_old (connection, error) && cairn_cache_set_value (connection, "messages-to-note", NULL, error) &&
      cairn_connection_commit (connection, error))
    return connection;
  cairn_connection_rollback (connection);
  return NULL;
}

/**
 * cairn_cache_messages_n_unread:
 * @connection: a connection to the cache
 * @n: (out): how many messages nobody read
 * @error: return location
 *
 * Returns: whether they could be counted
 */
gboolean
cairn_cache_messages_n_unread (CairnConnection *connection, gint64 *n, GError **error)
{
  return cairn_connection_scalar (connection, "SELECT count(*) FROM message WHERE flags = 2", n, error);
}

/**
 * cairn_cache_messages_dup_key:
 * @connection: a connection to the cache
 * @reference: "Communication/id"
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the key of the thread that it belongs to; %NULL without an error when it isn't here
 */
char *
cairn_cache_messages_dup_key (CairnConnection *connection, const char *reference, GError **error)
{
  CairnStatement *statement;
  gboolean row = FALSE;
  char *key = NULL;

  if (!g_str_has_prefix (reference, "Communication/"))
    return NULL;
  statement = cairn_connection_prepare (connection, "SELECT t.key FROM resource r JOIN message m ON m.place = r.place JOIN thread t"
                                        " ON t.number = m.thread WHERE r.type = 'Communication' AND r.id = :id", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":id", reference + strlen ("Communication/"), -1);
  if (cairn_statement_step (statement, &row, error) && row)
    key = g_strdup (cairn_statement_text (statement, 0, NULL));
  cairn_statement_reset (statement);
  return key;
}

void
cairn_cache_unread_free (CairnCacheUnread *self)
{
  g_free (self->reference);
  g_free (self->version);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_free (self);
}

/* All else stays byte for byte: of somebody else's message a portal takes nothing but "received". */
static GBytes *
dup_received (const char *text, const char *now)
{
  CairnJson resource = cairn_json_from_string (text);
  g_autoptr(CairnJsonEdit) edit = cairn_json_edit_new (resource);
  gsize length;
  char *edited;

  cairn_json_edit_set_member (edit, resource, "received", now);
  edited = cairn_json_edit_apply (edit, &length);
  return g_bytes_new_take (edited, length);
}

/**
 * cairn_cache_messages_unread:
 * @connection: a connection to the cache
 * @key: of a thread
 * @limit: how many at most
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnCacheUnread) (nullable): what is unread in it, oldest first
 */
GPtrArray *
cairn_cache_messages_unread (CairnConnection *connection, const char *key, guint limit, GError **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_cache_unread_free);
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (cairn_date_now () / 1000);
  g_autofree char *now = g_date_time_format (utc, "\"%Y-%m-%dT%H:%M:%SZ\"");
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT r.id, r.version, b.text FROM thread t JOIN message m ON m.thread = t.number"
                                        " JOIN resource r ON r.place = m.place JOIN body b ON b.number = r.body"
                                        " WHERE t.key = :key AND m.flags = 2 ORDER BY m.sent, m.place LIMIT :limit", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":key", key, -1);
  cairn_statement_bind_int64 (statement, ":limit", limit);
  while (cairn_statement_step (statement, &row, error))
    {
      CairnCacheUnread *unread;

      if (!row)
        return g_steal_pointer (&list);
      unread = g_new0 (CairnCacheUnread, 1);
      unread->reference = g_strconcat ("Communication/", cairn_statement_text (statement, 0, NULL), NULL);
      unread->version = g_strdup (cairn_statement_text (statement, 1, NULL));
      unread->text = dup_received (cairn_statement_text (statement, 2, NULL), now);
      g_ptr_array_add (list, unread);
    }
  return NULL;
}

static GArray *
list_places (CairnConnection *connection, const char *sql, guint limit, GError **error)
{
  g_autoptr(GArray) places = g_array_new (FALSE, FALSE, sizeof (gint64));
  CairnStatement *statement = cairn_connection_prepare (connection, sql, error);
  gboolean row;

  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":limit", limit);
  while (cairn_statement_step (statement, &row, error))
    {
      gint64 place = row ? cairn_statement_int64 (statement, 0) : 0;

      if (!row)
        return g_steal_pointer (&places);
      g_array_append_val (places, place);
    }
  return NULL;
}

/**
 * cairn_cache_messages_newest_unread:
 * @connection: a connection to the cache
 * @limit: how many at most
 * @error: return location
 *
 * Returns: (transfer full) (element-type gint64) (nullable): places of the messages that nobody read, the newest first
 */
GArray *
cairn_cache_messages_newest_unread (CairnConnection *connection, guint limit, GError **error)
{
  return list_places (connection, "SELECT place FROM message WHERE flags = 2 ORDER BY sent DESC, place DESC LIMIT :limit", limit,
                      error);
}

/**
 * cairn_cache_messages_unread_places:
 * @connection: a connection to the cache
 * @limit: how many at most, the newest
 * @error: return location
 *
 * Returns: (transfer full) (element-type gint64) (nullable): places of the messages that nobody read, in order
 */
GArray *
cairn_cache_messages_unread_places (CairnConnection *connection, guint limit, GError **error)
{
  return list_places (connection, "SELECT place FROM (SELECT place FROM message WHERE flags = 2 ORDER BY place DESC LIMIT :limit)"
                      " ORDER BY place", limit, error);
}

/**
 * cairn_cache_messages_read_here:
 * @connection: a connection to the cache
 * @unread: (element-type CairnCacheUnread): messages
 * @error: return location
 *
 * Notes that they were read; a newer version of one of them counts as unread again unless it says "received".
 *
 * Returns: whether it was written
 */
gboolean
cairn_cache_messages_read_here (CairnConnection *connection, GPtrArray *unread, GError **error)
{
  if (!cairn_connection_begin (connection, error))
    return FALSE;
  for (guint i = 0; i < unread->len; i++)
    {
      const CairnCacheUnread *one = unread->pdata[i];
      CairnStatement *statement;

      statement = cairn_connection_prepare (connection, "UPDATE message SET flags = flags | 4 WHERE flags = 2 AND place ="
                                            " (SELECT place FROM resource WHERE type = 'Communication' AND id = :id)", error);
      if (statement != NULL)
        cairn_statement_bind_text (statement, ":id", one->reference + strlen ("Communication/"), -1);
      if (statement == NULL || !cairn_statement_run (statement, error))
        {
          cairn_connection_rollback (connection);
          return FALSE;
        }
    }
  return cairn_connection_commit (connection, error);
}
