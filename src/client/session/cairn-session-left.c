/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the portal doesn't have yet, by name: from the outbox, then what threads are about from the cache. Main thread. */
#include "client/cairn-left.h"

#include "cairn-session-private.h"

#include "client/cache/cairn-cache-threads.h"
#include "client/cache/cairn-cache-words.h"
#include "client/outbox/cairn-outbox-rows.h"
#include "common/cairn-error.h"

/**
 * cairn_left_free:
 * @self: (transfer full): something that is left
 */
void
cairn_left_free (CairnLeft *self)
{
  g_free (self->type);
  g_free (self->key);
  g_free (self->topic);
  g_free (self);
}

static CairnLeft *
left_new (const char *type, const char *key, CairnLeftState state)
{
  CairnLeft *left = g_new0 (CairnLeft, 1);

  left->type = g_strdup (type);
  left->key = g_strdup (key);
  left->state = state;
  return left;
}

static void
add_rows (GPtrArray *all, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const CairnOutboxRow *row = rows->pdata[i];
      gboolean waits = g_str_equal (row->state, "waiting") || g_str_equal (row->state, "sending");
      CairnLeft *left = left_new (row->type, row->thread, waits ? CAIRN_LEFT_WAITING : CAIRN_LEFT_FAILED);

      /* Of an answer the thread says what it is about */
      if (g_str_equal (row->type, "Communication") && (row->thread == NULL || g_str_has_prefix (row->thread, "urn:")))
        left->topic = cairn_cache_words_dup_topic (cairn_json_from_string (row->text));
      g_ptr_array_add (all, left);
    }
}

/* On the outbox's thread */
static gpointer
list_left (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_left_free);
  g_autoptr(GPtrArray) rows = cairn_outbox_rows_list (connection, error);
  CairnStatement *statement;
  gboolean found;

  if (rows == NULL)
    return NULL;
  add_rows (all, rows);
  statement = cairn_connection_prepare (connection, "SELECT thread, topic FROM draft ORDER BY thread", error);
  if (statement == NULL)
    return NULL;
  while (cairn_statement_step (statement, &found, error))
    {
      CairnLeft *left;

      if (!found)
        return g_steal_pointer (&all);
      left = left_new ("Communication", cairn_statement_text (statement, 0, NULL), CAIRN_LEFT_DRAFT);
      left->topic = g_strdup (cairn_statement_text (statement, 1, NULL));
      g_ptr_array_add (all, left);
    }
  return NULL;
}

static gboolean
name_one (CairnConnection *connection, CairnLeft *left, GError **error)
{
  CairnMessagesQuery *query = cairn_messages_query_new (left->key, NULL);
  g_autoptr(GArray) places = cairn_cache_threads_order (connection, query, error);
  g_autoptr(GPtrArray) rows = NULL;

  if (places != NULL)
    rows = cairn_cache_threads_rows (connection, query, (const gint64 *) (gpointer) places->data, places->len, error);
  cairn_messages_query_free (query);
  if (rows != NULL && rows->len > 0)
    left->topic = g_strdup (((const CairnThreadRow *) rows->pdata[0])->topic);
  return rows != NULL;
}

/* On the cache's thread */
static gpointer
name_left (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  GPtrArray *all = data;

  for (guint i = 0; i < all->len; i++)
    {
      CairnLeft *left = all->pdata[i];

      if (left->topic == NULL && left->key != NULL && *left->key != '\0' && !name_one (connection, left, error))
        return NULL;
    }
  return g_ptr_array_ref (all);
}

/* A name that can't be had is no reason to hide what it would name. */
static void
named_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GPtrArray) named = cairn_database_run_finish (CAIRN_DATABASE (source), result, NULL);

  g_task_return_pointer (task, g_ptr_array_ref (g_task_get_task_data (task)), (GDestroyNotify) g_ptr_array_unref);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  GPtrArray *all = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  CairnDatabase *cache = cairn_session_get_database (g_task_get_source_object (task), FALSE, NULL);

  if (all == NULL)
    g_task_return_error (task, error);
  else if (cache == NULL || all->len == 0)
    g_task_return_pointer (task, all, (GDestroyNotify) g_ptr_array_unref);
  else
    {
      g_task_set_task_data (task, all, (GDestroyNotify) g_ptr_array_unref);
      cairn_database_run_async (cache, name_left, g_ptr_array_ref (all), (GDestroyNotify) g_ptr_array_unref,
                                (GDestroyNotify) g_ptr_array_unref, NULL, named_cb, g_object_ref (task));
    }
}

/**
 * cairn_session_list_left_async:
 * @self: a session
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Lists what was written here and isn't at the portal, drafts last.
 */
void
cairn_session_list_left_async (CairnSession        *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  CairnStore *store;

  g_return_if_fail (CAIRN_IS_SESSION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_session_list_left_async);
  store = cairn_session_get_store (self);
  if (store == NULL)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_FAILED, "The account is closed");
  else
    cairn_database_run_async (store->outbox, list_left, NULL, NULL, (GDestroyNotify) g_ptr_array_unref, cancellable, listed_cb,
                              g_object_ref (task));
}

/**
 * cairn_session_list_left_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnLeft) (nullable): what is left
 */
GPtrArray *
cairn_session_list_left_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
