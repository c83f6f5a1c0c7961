/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is new since the patient's last look. When they looked is kept in outbox.db, which outlives the cache. Main
 * thread; the work runs on the databases' threads.
 */
#include "cairn-session-private.h"

#include "client/cache/cairn-cache-messages.h"
#include "client/cache/cairn-cache-news.h"

#define LOOK "look"

typedef struct
{
  gint64 n_new;
  gint64 n_unread;
} News;

static gpointer
count_news (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  News news;

  if (!cairn_cache_news_count (connection, &news.n_new, error) || !cairn_cache_messages_n_unread (connection, &news.n_unread, error))
    return NULL;
  return g_memdup2 (&news, sizeof news);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnSession) self = data;
  g_autofree News *news = cairn_database_run_finish (CAIRN_DATABASE (source), result, NULL);

  if (news == NULL)
    return;
  cairn_session_set_n_new (self, (guint) news->n_new);
  cairn_session_set_n_unread (self, (guint) news->n_unread);
}

/* Counts again what is new and what was not read. */
void
cairn_session_count_news (CairnSession *self)
{
  CairnDatabase *database = cairn_session_get_database (self, TRUE, NULL);

  if (database != NULL)
    cairn_database_run_async (database, count_news, NULL, NULL, g_free, NULL, counted_cb, g_object_ref (self));
}

static gpointer
forget (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_cache_news_forget (connection, data, error);
  return GINT_TO_POINTER (cairn_connection_changes (connection) > 0);
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnSession) self = data;
  g_autoptr(GError) error = NULL;

  if (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error) != NULL)
    cairn_session_note_changed (self);
  else if (error != NULL)
    g_message ("What was opened stays new: %s", error->message);
}

/**
 * cairn_session_note_opened:
 * @self: a session
 * @reference: "Type/id"
 *
 * The patient has opened a record: it is no longer new, nor are the results that are part of it.
 */
void
cairn_session_note_opened (CairnSession *self, const char *reference)
{
  CairnDatabase *database;

  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (reference != NULL);

  database = cairn_session_get_database (self, TRUE, NULL);
  if (database != NULL && self->n_new > 0)
    cairn_database_run_async (database, forget, g_strdup (reference), g_free, NULL, NULL, forgotten_cb, g_object_ref (self));
}

static gpointer
write_look (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *look = g_strdup_printf ("%" G_GINT64_FORMAT, *(gint64 *) data);

  if (!cairn_cache_set_value (connection, LOOK, look, error))
    return NULL;
  return data;
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;

  if (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error) == NULL)
    g_message ("The last look: %s", error->message);
}

static gpointer
read_look (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 look;

  return cairn_cache_news_look (connection, &look, error) ? g_memdup2 (&look, sizeof look) : NULL;
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnSession) self = data;
  gint64 *look = cairn_database_run_finish (CAIRN_DATABASE (source), result, NULL);
  CairnStore *store = cairn_session_get_store (self);

  if (look == NULL || *look <= self->look || store == NULL)
    {
      g_free (look);
      return;
    }
  self->look = *look;
  cairn_database_run_async (store->outbox, write_look, look, g_free, NULL, NULL, written_cb, NULL);
}

/**
 * cairn_session_note_look:
 * @self: a session
 *
 * The patient looks at the list of all records. What is new there stays marked until they leave: until Cairn is locked or closed.
 */
void
cairn_session_note_look (CairnSession *self)
{
  CairnDatabase *database;

  g_return_if_fail (CAIRN_IS_SESSION (self));

  database = cairn_session_get_database (self, TRUE, NULL);
  if (database != NULL)
    cairn_database_run_async (database, read_look, NULL, NULL, g_free, NULL, looked_cb, g_object_ref (self));
}

static gpointer
settle (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_cache_news_settle (connection, *(gint64 *) data, error);
  return NULL;
}

/* What was on the list before the lock has been seen. Runs before anything is read again. */
void
cairn_session_settle_news (CairnSession *self)
{
  CairnStore *store = cairn_session_get_store (self);
  CairnDatabase *database = store != NULL ? cairn_cache_get_database (store->cache) : NULL;

  if (database != NULL && self->look > 0)
    cairn_database_run_async (database, settle, g_memdup2 (&self->look, sizeof self->look), g_free, NULL, NULL, NULL, NULL);
}

static gpointer
load_look (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *value = cairn_cache_get_value (connection, LOOK, NULL);

  *(gint64 *) data = value != NULL ? g_ascii_strtoll (value, NULL, 10) : 0;
  return NULL;
}

/* The same when an account is opened, on a worker thread. */
gint64
cairn_session_open_news (CairnStore *store)
{
  gint64 look = 0;

  cairn_database_run (store->outbox, load_look, &look, NULL);
  if (look > 0)
    cairn_database_run (cairn_cache_get_database (store->cache), settle, &look, NULL);
  return look;
}
