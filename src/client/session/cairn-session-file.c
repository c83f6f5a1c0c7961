/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of messages opened and saved: from the outbox while they are not at the portal, by way of the encrypted cache after that.
 * Main thread.
 */
#include "cairn-session-private.h"

#include "client/files/cairn-file-private.h"
#include "client/files/cairn-piece-streams.h"
#include "common/cairn-error.h"

typedef struct
{
  CairnFile        *file;
  GFile            *to;        /* NULL to open it */
  GCancellable     *cancellable;
  CairnFileState    before;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->file);
  g_clear_object (&opening->to);
  g_free (opening);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, &error) >= 0)
    g_task_return_boolean (task, TRUE);
  else if (error->domain == CAIRN_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s", error->message);
}

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GInputStream *stream = g_object_get_data (G_OBJECT (task), "stream");
  g_autoptr(GError) error = NULL;
  g_autoptr(GFileOutputStream) out = g_file_replace_finish (G_FILE (source), result, &error);

  if (out == NULL)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s", error->message);
  else
    g_output_stream_splice_async (G_OUTPUT_STREAM (out), stream,
                                  G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT,
                                  g_task_get_cancellable (task), saved_cb, g_object_ref (task));
}

/* Takes @stream. What was there before is there until all of the new one is. */
static void
save_stream (GTask *task, GInputStream *stream)
{
  Opening *opening = g_task_get_task_data (task);

  g_object_set_data_full (G_OBJECT (task), "stream", stream, g_object_unref);
  g_file_replace_async (opening->to, NULL, FALSE, G_FILE_CREATE_PRIVATE, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                        replaced_cb, g_object_ref (task));
}

static void
progress_cb (gsize done, gpointer data)
{
  CairnFile *file = data;

  if (file->size > 0)
    cairn_file_set_progress (file, (double) done / (double) file->size);
}

/* What it says when it did not come: what is refused stays so, a lost connection passes. */
static void
show_failure (Opening *opening, const GError *error)
{
  cairn_file_set_state (opening->file, opening->before);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cairn_file_set_problem (opening->file, CAIRN_FILE_MISSING, error->message);
}

static void
show_success (CairnFile *file, const char *type, gint64 size)
{
  cairn_file_set_problem (file, CAIRN_FILE_FINE, NULL);
  cairn_file_set_content (file, type, size);
  cairn_file_set_state (file, CAIRN_FILE_KEPT);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Opening *opening = g_task_get_task_data (task);
  GError *error = NULL;
  CairnDocument *document = cairn_session_open_document_finish (CAIRN_SESSION (source), result, &error);

  if (document == NULL)
    {
      show_failure (opening, error);
      g_task_return_error (task, error);
      return;
    }
  show_success (opening->file, document->type, (gint64) g_bytes_get_size (document->bytes));
  g_task_return_pointer (task, document, (GDestroyNotify) cairn_document_free);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Opening *opening = g_task_get_task_data (task);
  GError *error = NULL;
  GInputStream *stream = cairn_session_fetch_document_finish (CAIRN_SESSION (source), result, &error);

  if (stream == NULL)
    {
      show_failure (opening, error);
      g_task_return_error (task, error);
      return;
    }
  show_success (opening->file, opening->file->type, opening->file->size);
  save_stream (task, stream);
}

static void
open_received (CairnSession *self, GTask *task)
{
  Opening *opening = g_task_get_task_data (task);
  CairnFile *file = opening->file;

  opening->before = file->state == CAIRN_FILE_FETCHING ? CAIRN_FILE_PORTAL : file->state;
  if (file->state == CAIRN_FILE_PORTAL)
    {
      cairn_file_set_progress (file, 0);
      cairn_file_set_state (file, CAIRN_FILE_FETCHING);
    }
  if (opening->to != NULL)
    cairn_session_fetch_document_async (self, file->owner, file->attachment, progress_cb, file, g_task_get_cancellable (task),
                                        fetched_cb, g_object_ref (task));
  else
    cairn_session_open_document_async (self, file->owner, file->attachment, progress_cb, file, g_task_get_cancellable (task),
                                       opened_cb, g_object_ref (task));
}

static gpointer
load_pieces (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const CairnFile *file = data;
  g_autoptr(GBytes) bytes = cairn_pieces_load_all (connection, file->number, (gsize) file->size, error);

  return bytes != NULL ? cairn_document_new (file->type, bytes) : NULL;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  CairnDocument *document = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (document != NULL && cairn_session_get_database (g_task_get_source_object (task), TRUE, &error) == NULL)
    g_clear_pointer (&document, cairn_document_free);
  if (document != NULL)
    g_task_return_pointer (task, document, (GDestroyNotify) cairn_document_free);
  else
    g_task_return_error (task, error);
}

static void
start (CairnSession *self, CairnFile *file, GFile *to, GTask *task)
{
  Opening *opening = g_new0 (Opening, 1);
  GError *error = NULL;

  opening->file = g_object_ref (file);
  opening->to = to != NULL ? g_object_ref (to) : NULL;
  g_task_set_task_data (task, opening, opening_free);
  if (cairn_session_get_database (self, TRUE, &error) == NULL)
    g_task_return_error (task, error);
  else if (file->attachment != NULL)
    open_received (self, task);
  else if (file->number == 0 || file->size <= 0)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "The file is not here");
  else if (to != NULL)
    save_stream (task, cairn_piece_input_new (self->store->outbox, file->number, file->size));
  else
    cairn_database_run_async (self->store->outbox, load_pieces, file, NULL, (GDestroyNotify) cairn_document_free,
                              g_task_get_cancellable (task), loaded_cb, g_object_ref (task));
}

/**
 * cairn_session_open_file_async:
 * @self: a session
 * @file: a file of a message, or of one that is being written
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Opens a file, to show it; @file says meanwhile how far that is. Errors as of cairn_session_open_document_async().
 */
void
cairn_session_open_file_async (CairnSession        *self,
                               CairnFile           *file,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (CAIRN_IS_FILE (file));

  g_task_set_source_tag (task, cairn_session_open_file_async);
  start (self, file, NULL, task);
}

/**
 * cairn_session_open_file_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what is in it
 */
CairnDocument *
cairn_session_open_file_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_session_save_file_async:
 * @self: a session
 * @file: a file of a message, or of one that is being written
 * @to: where a person wants it
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Writes a file to the disk, as it is, piece by piece. Errors: %CAIRN_ERROR_STORAGE, and those of cairn_session_open_document_async().
 */
void
cairn_session_save_file_async (CairnSession        *self,
                               CairnFile           *file,
                               GFile               *to,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (CAIRN_IS_FILE (file) && G_IS_FILE (to));

  g_task_set_source_tag (task, cairn_session_save_file_async);
  start (self, file, to, task);
}

/**
 * cairn_session_save_file_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether all of it is on the disk
 */
gboolean
cairn_session_save_file_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
