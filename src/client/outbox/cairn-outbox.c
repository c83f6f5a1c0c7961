/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What waits to be sent, and its sending: one thing at a time, oldest first, by one process of the account at a time.
 * Main thread; the rows are on the disk and everything else can be lost.
 */
#include "cairn-outbox-private.h"

#include "client/account/cairn-mutex.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

#include <string.h>

#define LOCK_WAIT_MS 200
#define LOCKED_AGAIN_MS 2000      /* another process sends */
#define FIRST_WAIT_MS 4000
#define LONGEST_WAIT_MS 300000

static void cairn_outbox_list_model_init (GListModelInterface *iface);
static void send_next (CairnOutbox *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (CairnOutbox, cairn_outbox, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, cairn_outbox_list_model_init))

enum
{
  SENT,
  DRAFT_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
cairn_outbox_ask_free (gpointer data)
{
  CairnOutboxAsk *ask = data;

  g_clear_pointer (&ask->row, cairn_outbox_row_free);
  g_clear_pointer (&ask->bytes, g_bytes_unref);
  g_free (ask->draft);
  g_free (ask->reference);
  g_clear_pointer (&ask->numbers, g_array_unref);
  g_clear_pointer (&ask->files, g_ptr_array_unref);
  g_free (ask);
}

static GType
get_item_type (GListModel *model)
{
  return CAIRN_TYPE_OUTBOX_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (CAIRN_OUTBOX (model)->items));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (CAIRN_OUTBOX (model)->items), position);
}

static void
cairn_outbox_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
items_changed_cb (GListModel *items, guint position, guint removed, guint added, gpointer data)
{
  g_list_model_items_changed (G_LIST_MODEL (data), position, removed, added);
}

static void
cairn_outbox_finalize (GObject *object)
{
  CairnOutbox *self = CAIRN_OUTBOX (object);

  cairn_outbox_close (self);
  g_clear_object (&self->items);
  g_hash_table_unref (self->drafts);
  g_ptr_array_unref (self->files);
  g_hash_table_unref (self->file_lists);
  g_hash_table_unref (self->draft_lines);
  g_clear_object (&self->grant);
  g_clear_object (&self->cancellable);
  g_free (self->lock_name);
  cairn_message_limits_clear (&self->limits);
  G_OBJECT_CLASS (cairn_outbox_parent_class)->finalize (object);
}

static void
cairn_outbox_class_init (CairnOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_outbox_finalize;

  signals[SENT] = g_signal_new ("sent", CAIRN_TYPE_OUTBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                G_TYPE_INT64, G_TYPE_STRING);
  signals[DRAFT_CHANGED] = g_signal_new ("draft-changed", CAIRN_TYPE_OUTBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                         1, G_TYPE_STRING);
}

static void
cairn_outbox_init (CairnOutbox *self)
{
  self->cancellable = g_cancellable_new ();
  cairn_message_limits_init (&self->limits);
  self->drafts = cairn_outbox_drafts_new ();
  self->files = g_ptr_array_new_with_free_func (g_object_unref);
  self->file_lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->draft_lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->items = g_list_store_new (CAIRN_TYPE_OUTBOX_ITEM);
  g_signal_connect_object (self->items, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
}

/* Of what is attached and sent from now on. */
void
cairn_outbox_set_limits (CairnOutbox *self, const CairnMessageLimits *limits)
{
  cairn_message_limits_clear (&self->limits);
  cairn_message_limits_copy (limits, &self->limits);
}

const CairnMessageLimits *
cairn_outbox_get_limits (CairnOutbox *self)
{
  return &self->limits;
}

/* The list shows what the file has: items that stay are the same objects. */
static void
show_rows (CairnOutbox *self, GPtrArray *rows)
{
  guint position = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      const CairnOutboxRow *row = rows->pdata[i];
      g_autoptr(CairnOutboxItem) item = NULL;

      while ((item = g_list_model_get_item (G_LIST_MODEL (self->items), position)) != NULL &&
             cairn_outbox_item_get_number (item) < row->number)
        {
          g_list_store_remove (self->items, position);
          g_clear_object (&item);
        }
      if (item != NULL && cairn_outbox_item_get_number (item) == row->number)
        cairn_outbox_item_update (item, row);
      else
        {
          g_autoptr(CairnOutboxItem) added = cairn_outbox_item_new (row);

          g_list_store_insert (self->items, position, added);
        }
      position++;
    }
  while (g_list_model_get_n_items (G_LIST_MODEL (self->items)) > position)
    g_list_store_remove (self->items, position);
}

/* What the file has: messages, and files of drafts and messages. */
typedef struct
{
  GPtrArray *rows;
  GPtrArray *files;
} Listed;

static void
listed_free (gpointer data)
{
  Listed *listed = data;

  g_clear_pointer (&listed->rows, g_ptr_array_unref);
  g_clear_pointer (&listed->files, g_ptr_array_unref);
  g_free (listed);
}

static gpointer
list_rows (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Listed *listed = g_new0 (Listed, 1);

  listed->rows = cairn_outbox_rows_list (connection, error);
  if (listed->rows != NULL)
    listed->files = cairn_outbox_files_list (connection, 0, error);
  if (listed->files != NULL)
    return listed;
  listed_free (listed);
  return NULL;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnOutbox) self = data;
  g_autoptr(GError) error = NULL;
  Listed *listed = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (listed != NULL && self->store != NULL)
    {
      cairn_outbox_show_files (self, listed->files);
      show_rows (self, listed->rows);
    }
  else if (error != NULL)
    g_message ("The outbox can't be read: %s", error->message);
  g_clear_pointer (&listed, listed_free);
}

void
cairn_outbox_refresh (CairnOutbox *self)
{
  if (self->store != NULL)
    cairn_database_run_async (self->database, list_rows, NULL, NULL, listed_free, NULL, listed_cb,
                              g_object_ref (self));
}

static gboolean
timer_cb (gpointer data)
{
  CairnOutbox *self = data;

  self->timer = 0;
  cairn_outbox_send_now (self);
  return G_SOURCE_REMOVE;
}

static void
arm (CairnOutbox *self, gint64 wait_ms)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add ((guint) CLAMP (wait_ms, 10, LONGEST_WAIT_MS), timer_cb, self);
}

static void
stop_sending (CairnOutbox *self, gint64 next_time)
{
  g_clear_pointer (&self->mutex, cairn_mutex_free);
  self->sending = FALSE;
  if (self->store == NULL)
    return;
  if (self->again)
    cairn_outbox_send_now (self);
  else if (next_time > 0)
    arm (self, next_time - cairn_date_now ());
}

/* What opened a thread is called by another name now: row and name change together. */
static gboolean
remove_sent (CairnConnection *connection, const CairnOutboxRow *row, const char *reference, GError **error)
{
  gboolean opens = row->thread != NULL && g_str_has_prefix (row->thread, "urn:") && strchr (reference, '/') != NULL;

  if (!cairn_connection_begin (connection, error))
    return FALSE;
  if (cairn_outbox_rows_remove (connection, row->number, error) &&
      (!opens || cairn_outbox_rows_rename (connection, row->thread, reference, error)) &&
      cairn_connection_commit (connection, error))
    {
      cairn_connection_exec (connection, "PRAGMA incremental_vacuum", NULL);   /* the room of its files; it can wait, too */
      return TRUE;
    }
  cairn_connection_rollback (connection);
  return FALSE;
}

/* Writes what became of a try: gone, or its new state. */
static gpointer
note_outcome (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnOutboxAsk *ask = data;
  gboolean gone = !ask->failed || (ask->row->quiet && ask->row->error != NULL);
  gboolean ok;

  if (gone)
    ok = remove_sent (connection, ask->row, ask->reference != NULL ? ask->reference : "", error);
  else
    ok = cairn_outbox_rows_update (connection, ask->row, error) &&
         (ask->row->error == NULL || cairn_outbox_files_send_again (connection, ask->row->number, error));
  return ok ? data : NULL;
}

static void
noted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnOutbox) self = data;
  g_autoptr(GError) error = NULL;

  cairn_outbox_refresh (self);
  if (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error) != NULL)
    send_next (self);
  else
    {
      g_message ("The outbox can't be written: %s", error->message);
      stop_sending (self, 0);
    }
}

/* A failure that may pass is tried again, later each time; the others wait for the person. */
static void
read_failure (CairnOutboxRow *row, const GError *error)
{
  guint http = cairn_api_error_get_http (error);
  gint64 wait = MIN ((gint64) FIRST_WAIT_MS << MIN (row->tries, 10), LONGEST_WAIT_MS);
  gboolean passes = cairn_error_may_retry (error) || http == 0 || http == 401 || http == 408 || http == 429 || http >= 500;

  g_free (row->state);
  g_free (row->error);
  row->error = passes ? NULL : g_strdup (error->message);
  row->state = g_strdup (passes ? "waiting" : http == 409 || http == 412 ? "conflict" : "refused");
  row->tries++;
  row->not_before = passes ? cairn_date_now () + wait / 2 + g_random_int_range (0, (gint32) wait) : 0;
}

typedef struct
{
  CairnOutbox    *self;
  CairnOutboxRow *row;
} Try;

/* Takes @try. */
static void
end_try (Try *try, const char *reference, const GError *error)
{
  g_autoptr(CairnOutbox) self = try->self;
  CairnOutboxAsk *ask = g_new0 (CairnOutboxAsk, 1);
  gint64 number = try->row->number;

  ask->row = g_steal_pointer (&try->row);
  g_free (try);
  ask->failed = reference == NULL;
  ask->reference = g_strdup (reference);
  if (error != NULL)
    {
      g_message ("Sending: %s", error->message);
      read_failure (ask->row, error);
    }
  if (self->store == NULL)
    {
      cairn_outbox_ask_free (ask);
      stop_sending (self, 0);
      return;
    }
  if (reference != NULL && ask->row->thread != NULL && g_str_has_prefix (ask->row->thread, "urn:") && strchr (reference, '/') != NULL)
    {
      cairn_outbox_rename_draft (self, ask->row->thread, strchr (reference, '/') + 1);
      cairn_outbox_rename_files (self, ask->row->thread, strchr (reference, '/') + 1);
    }
  cairn_database_run_async (self->database, note_outcome, ask, cairn_outbox_ask_free, NULL, NULL, noted_cb, g_object_ref (self));
  if (reference != NULL)
    g_signal_emit (self, signals[SENT], 0, number, reference);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *reference = cairn_outbox_send_row_finish (result, &error);

  end_try (data, reference, error);
}

/* The portal has its files; now it goes itself. */
static void
uploaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Try *try = data;
  CairnOutbox *self = try->self;
  g_autoptr(GError) error = NULL;
  gboolean whole = cairn_outbox_upload_finish (result, &error);

  if (whole && self->store != NULL)
    cairn_outbox_send_row_async (self->grant, cairn_cache_get_database (self->store->cache), try->row, self->cancellable,
                                 sent_cb, try);
  else
    end_try (try, NULL, error);
}

static gpointer
choose_next (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnOutboxAsk *ask = data;
  g_autoptr(CairnOutboxRow) row = cairn_outbox_rows_next (connection, cairn_date_now (), &ask->next_time, error);
  g_autoptr(GPtrArray) files = NULL;
  CairnOutboxAsk *chosen;

  if (row != NULL)
    {
      g_free (row->state);
      row->state = g_strdup ("sending");
      files = cairn_outbox_files_list (connection, row->number, error);
      if (files == NULL || !cairn_outbox_rows_update (connection, row, error))
        return NULL;
    }
  chosen = g_new0 (CairnOutboxAsk, 1);
  chosen->files = g_steal_pointer (&files);
  chosen->row = g_steal_pointer (&row);
  chosen->next_time = ask->next_time;
  return chosen;
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnOutbox) self = data;
  g_autoptr(GError) error = NULL;
  CairnOutboxAsk *chosen = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  Try *try;

  if (chosen == NULL || chosen->row == NULL || self->store == NULL)
    {
      if (error != NULL)
        g_message ("The outbox can't be read: %s", error->message);
      stop_sending (self, chosen != NULL ? chosen->next_time : 0);
      g_clear_pointer (&chosen, cairn_outbox_ask_free);
      return;
    }
  cairn_outbox_refresh (self);
  try = g_new (Try, 1);
  try->self = g_object_ref (self);
  try->row = g_steal_pointer (&chosen->row);
  cairn_outbox_upload_async (self, chosen->files, try->row->thread, self->cancellable, uploaded_cb, try);
  cairn_outbox_ask_free (chosen);
}

static void
send_next (CairnOutbox *self)
{
  self->again = FALSE;
  if (self->store == NULL || cairn_grant_get_expired (self->grant))
    stop_sending (self, 0);
  else
    cairn_database_run_async (self->database, choose_next, g_new0 (CairnOutboxAsk, 1), cairn_outbox_ask_free, cairn_outbox_ask_free, NULL, chosen_cb,
                              g_object_ref (self));
}

static void
lock_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, cairn_mutex_lock (data, LOCK_WAIT_MS, NULL, NULL), (GDestroyNotify) cairn_mutex_free);
}

static void
locked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  CairnOutbox *self = CAIRN_OUTBOX (source);

  self->mutex = g_task_propagate_pointer (G_TASK (result), NULL);
  if (self->mutex != NULL)
    send_next (self);
  else
    stop_sending (self, cairn_date_now () + LOCKED_AGAIN_MS);
}

/**
 * cairn_outbox_send_now:
 * @self: an outbox
 *
 * Sends what may be sent now; also called when the portal can be reached again.
 */
void
cairn_outbox_send_now (CairnOutbox *self)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (CAIRN_IS_OUTBOX (self));

  self->again = self->sending;
  if (self->store == NULL || self->sending || cairn_grant_get_expired (self->grant))
    return;
  self->sending = TRUE;
  g_clear_handle_id (&self->timer, g_source_remove);
  task = g_task_new (self, NULL, locked_cb, NULL);
  g_task_set_task_data (task, g_strdup (self->lock_name), g_free);
  g_task_run_in_thread (task, lock_thread);
}

/**
 * cairn_outbox_get_sending:
 * @self: an outbox
 *
 * Returns: whether something is under way
 */
gboolean
cairn_outbox_get_sending (CairnOutbox *self)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX (self), FALSE);
  return self->sending;
}

static void
grant_changed_cb (CairnOutbox *self)
{
  if (!cairn_grant_get_expired (self->grant) && cairn_grant_get_online (self->grant))
    cairn_outbox_send_waiting (self);
}

CairnOutbox *
cairn_outbox_new (CairnGrant *grant, CairnStore *store)
{
  CairnOutbox *self = g_object_new (CAIRN_TYPE_OUTBOX, NULL);

  self->grant = g_object_ref (grant);
  self->store = store;
  self->database = g_object_ref (store->outbox);
  self->lock_name = g_strconcat (cairn_account_get_name (cairn_grant_get_account (grant)), ".outbox", NULL);
  g_signal_connect_object (grant, "notify::online", G_CALLBACK (grant_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (grant, "notify::expired", G_CALLBACK (grant_changed_cb), self, G_CONNECT_SWAPPED);
  cairn_outbox_refresh (self);
  cairn_outbox_list_drafts (self);
  return self;
}

/* The store is about to close: nothing is asked of it any more. */
void
cairn_outbox_close (CairnOutbox *self)
{
  cairn_outbox_write_drafts (self);
  self->store = NULL;
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->mutex, cairn_mutex_free);
  g_clear_object (&self->database);
}
