/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of one thread, with what is not at the portal yet behind them. On the database's thread. */
#include "cairn-cache-document.h"
#include "cairn-cache-people.h"
#include "cairn-cache-threads.h"
#include "cairn-cache-words.h"

#include "fhir/cairn-attachment.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-value.h"

void
cairn_message_row_free (CairnMessageRow *self)
{
  g_free (self->reference);
  g_free (self->words);
  g_free (self->sender);
  g_free (self->role);
  g_free (self->recipient);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  g_clear_pointer (&self->kept, g_hash_table_unref);
  g_free (self);
}

static gboolean
add_words (CairnJson value, gpointer data)
{
  GString *words = data;
  g_autofree char *text = cairn_json_dup_string (value);

  if (text == NULL || *g_strstrip (text) == '\0')
    return TRUE;
  if (words->len > 0)
    g_string_append (words, "\n\n");
  g_string_append (words, text);
  return TRUE;
}

/**
 * cairn_cache_words_dup:
 * @resource: a Communication
 *
 * Returns: (transfer full): what it says, "" for nothing
 */
char *
cairn_cache_words_dup (CairnJson resource)
{
  GString *words = g_string_new (NULL);

  cairn_json_foreach (cairn_json_member (resource, "payload"), "contentString", add_words, words);
  return g_string_free (words, FALSE);
}

/**
 * cairn_cache_words_dup_topic:
 * @resource: a Communication
 *
 * Returns: (transfer full): what it is about; its first words when it doesn't say
 */
char *
cairn_cache_words_dup_topic (CairnJson resource)
{
  char *topic = cairn_concept_dup_text (cairn_json_member (resource, "topic"));

  if (topic != NULL && *topic != '\0')
    return topic;
  g_free (topic);
  return cairn_cache_words_dup (resource);
}

/**
 * cairn_cache_messages_order:
 * @connection: a connection to the cache
 * @query: which thread
 * @error: return location
 *
 * Returns: (transfer full) (element-type gint64) (nullable): places of its messages, oldest first
 */
GArray *
cairn_cache_messages_order (CairnConnection *connection, const CairnMessagesQuery *query, GError **error)
{
  g_autoptr(GArray) order = g_array_new (FALSE, FALSE, sizeof (gint64));
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT m.place FROM thread t JOIN message m ON m.thread = t.number"
                                        " WHERE t.key = :key ORDER BY m.sent, m.place", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":key", query->key, -1);
  while (cairn_statement_step (statement, &row, error))
    {
      gint64 place;

      if (row)
        {
          place = cairn_statement_int64 (statement, 0);
          g_array_append_val (order, place);
          continue;
        }
      for (guint i = 0; i < query->pending->len; i++)
        {
          const CairnCachePending *pending = query->pending->pdata[i];

          place = -pending->number;
          if (g_strcmp0 (pending->thread, query->key) == 0)
            g_array_append_val (order, place);
        }
      return g_steal_pointer (&order);
    }
  return NULL;
}

static void
read_resource (CairnMessageRow *row, CairnCachePeople *people, CairnJson resource)
{
  g_autofree char *received = cairn_json_dup_text_at (resource, "received");
  CairnJson sender = cairn_json_member (resource, "sender");
  CairnDate date;

  row->words = cairn_cache_words_dup (resource);
  row->sender = cairn_cache_people_dup_name (people, sender);
  row->role = cairn_cache_people_dup_role (people, sender);
  row->recipient = cairn_cache_people_dup_name (people, cairn_json_get (resource, "recipient.0"));
  if (received != NULL && cairn_date_parse (received, &date))
    row->received = date.start;
  row->attachments = cairn_attachment_list (resource);
}

static gboolean
read_stored (CairnConnection *connection, CairnMessageRow *row, CairnCachePeople *people, GError **error)
{
  CairnStatement *statement;
  gboolean found;

  statement = cairn_connection_prepare (connection, "SELECT r.id, m.sent, m.flags & 1, r.flags, b.text FROM message m"
                                        " JOIN resource r ON r.place = m.place JOIN body b ON b.number = r.body"
                                        " WHERE m.place = :place", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":place", row->place);
  if (!cairn_statement_step (statement, &found, error))
    return FALSE;
  if (found)
    {
      row->reference = g_strconcat ("Communication/", cairn_statement_text (statement, 0, NULL), NULL);
      row->sent = cairn_statement_int64 (statement, 1);
      row->own = cairn_statement_int64 (statement, 2) != 0;
      row->flags = (CairnFlags) cairn_statement_int64 (statement, 3);
      read_resource (row, people, cairn_json_from_string (cairn_statement_text (statement, 4, NULL)));
    }
  cairn_statement_reset (statement);
  if (row->attachments != NULL && row->attachments->len > 0)
    row->kept = cairn_cache_list_documents (connection, row->reference, NULL);
  return TRUE;
}

static void
read_pending (const CairnMessagesQuery *query, CairnMessageRow *row, CairnCachePeople *people)
{
  for (guint i = 0; i < query->pending->len; i++)
    {
      const CairnCachePending *pending = query->pending->pdata[i];

      if (pending->number != -row->place)
        continue;
      row->own = TRUE;
      row->sent = pending->created;
      read_resource (row, people, cairn_json_from_string (pending->text));
    }
}

/**
 * cairn_cache_messages_rows:
 * @connection: a connection to the cache
 * @query: what waits
 * @places: (array length=n): of messages
 * @n: how many
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnMessageRow) (nullable): what a conversation shows of them; those that are gone are
 *   left out
 */
GPtrArray *
cairn_cache_messages_rows (CairnConnection *connection, const CairnMessagesQuery *query, const gint64 *places, guint n,
                           GError **error)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_message_row_free);
  g_autoptr(CairnCachePeople) people = cairn_cache_people_new (connection);

  for (guint i = 0; i < n; i++)
    {
      CairnMessageRow *row = g_new0 (CairnMessageRow, 1);

      row->place = places[i];
      g_ptr_array_add (rows, row);
      if (row->place < 0)
        read_pending (query, row, people);
      else if (!read_stored (connection, row, people, error))
        return NULL;
      if (row->words == NULL)
        g_ptr_array_set_size (rows, (int) rows->len - 1);
    }
  return g_steal_pointer (&rows);
}
