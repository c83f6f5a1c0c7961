/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting something into the outbox, taking it back, trying it again. Main thread. */
#include "cairn-outbox-private.h"

#include "cairn-outbox-text.h"
#include "client/files/cairn-file-private.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

/* The row comes, and its draft and files go with it together: neither twice nor not at all. */
static gboolean
write_row (CairnConnection *connection, CairnOutboxAsk *ask, GError **error)
{
  if (!cairn_connection_begin (connection, error))
    return FALSE;
  if (cairn_outbox_rows_add (connection, ask->row, error) &&
      cairn_outbox_files_give (connection, ask->numbers, ask->row->number, error) &&
      cairn_outbox_rows_follow (connection, ask->row->thread, error) &&
      (ask->draft == NULL || cairn_outbox_rows_drop_draft (connection, ask->draft, error)) &&
      cairn_connection_commit (connection, error))
    return TRUE;
  cairn_connection_rollback (connection);
  return FALSE;
}

/* Checks the resource and writes the row. */
static gpointer
add_row (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnOutboxAsk *ask = data;
  gint64 *number;

  ask->row->text = cairn_outbox_text_new (ask->row->type, ask->bytes, ask->row->target == NULL ? &ask->row->identifier : NULL, error);
  if (ask->row->text == NULL)
    return NULL;
  if (ask->row->target != NULL)
    {
      g_autofree char *uuid = g_uuid_string_random ();

      ask->row->identifier = g_strconcat (ask->row->target, "|", uuid, NULL);
    }
  if (!write_row (connection, ask, error))
    return NULL;
  number = g_new (gint64, 1);
  *number = ask->row->number;
  return number;
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnOutbox *self = g_task_get_source_object (task);
  GError *error = NULL;
  gint64 *number = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (number == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  cairn_outbox_refresh (self);
  cairn_outbox_send_now (self);
  g_task_return_pointer (task, number, g_free);
}

static GArray *
list_numbers (GListModel *files)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr(CairnFile) file = g_list_model_get_item (files, i);

      g_array_append_val (numbers, file->number);
    }
  return numbers;
}

static gboolean
fail_closed (CairnOutbox *self, GTask *task)
{
  if (self->store != NULL)
    return FALSE;
  g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_FAILED, "The account is closed");
  return TRUE;
}

/**
 * cairn_outbox_add_async:
 * @self: an outbox
 * @write: what to write
 * @cancellable: (nullable): ends the wait; it may be here all the same
 * @callback: called when it is on the disk
 * @user_data: for @callback
 *
 * Puts something into the outbox, which sends it when it can. Errors: %CAIRN_ERROR_BAD_DATA, %CAIRN_ERROR_USAGE (another
 * type), %CAIRN_ERROR_CONFLICT (it is here already), %CAIRN_ERROR_STORAGE.
 */
void
cairn_outbox_add_async (CairnOutbox            *self,
                        const CairnOutboxWrite *write,
                        GCancellable           *cancellable,
                        GAsyncReadyCallback     callback,
                        gpointer                user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  CairnOutboxAsk *ask;

  g_return_if_fail (CAIRN_IS_OUTBOX (self));

  g_task_set_source_tag (task, cairn_outbox_add_async);
  if (fail_closed (self, task))
    return;
  ask = g_new0 (CairnOutboxAsk, 1);
  ask->bytes = g_bytes_ref (write->bytes);
  ask->row = g_new0 (CairnOutboxRow, 1);
  ask->row->type = g_strdup (write->type);
  ask->row->thread = g_strdup (write->thread);
  ask->row->target = g_strdup (write->target);
  ask->row->version = g_strdup (write->version);
  ask->draft = g_strdup (write->draft);
  if (write->draft != NULL)
    {
      cairn_outbox_write_drafts (self);   /* what was typed last must not come after it */
      cairn_outbox_forget_draft (self, write->draft);
    }
  ask->row->quiet = write->quiet;
  ask->numbers = list_numbers (write->files);
  ask->row->created = cairn_date_now ();
  ask->row->not_before = write->undo_seconds > 0 ? ask->row->created + write->undo_seconds * 1000 : 0;
  cairn_database_run_async (self->database, add_row, ask, cairn_outbox_ask_free, g_free, NULL, added_cb, g_object_ref (task));
}

/**
 * cairn_outbox_add_finish:
 * @self: an outbox
 * @result: what the callback got
 * @error: return location
 *
 * Returns: its number, or 0
 */
gint64
cairn_outbox_add_finish (CairnOutbox *self, GAsyncResult *result, GError **error)
{
  g_autofree gint64 *number = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);
  number = g_task_propagate_pointer (G_TASK (result), error);
  return number != NULL ? *number : 0;
}

static gpointer
take_row (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 number = *(gint64 *) data;
  g_autoptr(CairnOutboxRow) row = NULL;

  if (!cairn_connection_begin (connection, error))
    return NULL;
  if (cairn_outbox_files_take_back (connection, number, error))
    row = cairn_outbox_rows_take (connection, number, error);
  if (row != NULL && cairn_connection_commit (connection, error))
    return g_steal_pointer (&row);
  cairn_connection_rollback (connection);
  return NULL;
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnOutbox *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr(CairnOutboxRow) row = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (row == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  cairn_outbox_refresh (self);
  cairn_outbox_send_now (self);   /* what waited behind it */
  g_task_return_pointer (task, g_steal_pointer (&row->text), g_free);
}

/**
 * cairn_outbox_take_async:
 * @self: an outbox
 * @number: of an item
 * @cancellable: (nullable): ends the wait
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Takes back what was not sent: Undo, or giving up; its files are in the thread's draft again. Errors: %CAIRN_ERROR_NOT_FOUND when it was sent or is being sent.
 */
void
cairn_outbox_take_async (CairnOutbox         *self,
                         gint64               number,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CAIRN_IS_OUTBOX (self));

  g_task_set_source_tag (task, cairn_outbox_take_async);
  if (!fail_closed (self, task))
    cairn_database_run_async (self->database, take_row, g_memdup2 (&number, sizeof number), g_free,
                              (GDestroyNotify) cairn_outbox_row_free, NULL, taken_cb, g_object_ref (task));
}

/**
 * cairn_outbox_take_finish:
 * @self: an outbox
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the resource that was taken back
 */
char *
cairn_outbox_take_finish (CairnOutbox *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
retried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnOutbox) self = data;

  cairn_database_run_finish (CAIRN_DATABASE (source), result, NULL);
  cairn_outbox_refresh (self);
  cairn_outbox_send_now (self);
}

static gpointer
wake_rows (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_outbox_rows_wake (connection, error) ? connection : NULL;
}

/**
 * cairn_outbox_send_waiting:
 * @self: an outbox
 *
 * Tries all that waits for a better time at once: the portal can be reached again, or a person wants it.
 */
void
cairn_outbox_send_waiting (CairnOutbox *self)
{
  g_return_if_fail (CAIRN_IS_OUTBOX (self));

  if (self->store != NULL)
    cairn_database_run_async (self->database, wake_rows, NULL, NULL, NULL, NULL, retried_cb, g_object_ref (self));
}

static gpointer
wake_row (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnOutboxRow row = { .number = *(gint64 *) data, .state = (char *) "waiting" };

  return cairn_outbox_files_retry (connection, row.number, error) && cairn_outbox_rows_update (connection, &row, error) ? data : NULL;
}

/**
 * cairn_outbox_retry:
 * @self: an outbox
 * @number: of an item that was refused, or that waits for its time
 *
 * Tries it again at once.
 */
void
cairn_outbox_retry (CairnOutbox *self, gint64 number)
{
  g_return_if_fail (CAIRN_IS_OUTBOX (self));

  if (self->store != NULL)
    cairn_database_run_async (self->database, wake_row, g_memdup2 (&number, sizeof number), g_free, NULL, NULL, retried_cb,
                              g_object_ref (self));
}
