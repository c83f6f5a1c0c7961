/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of a message that goes: each is PUT under the name that it was given here, so that a second try is the same upload
 * (FHIR R4 §2.41, §3.1.0.10.1). Piece by piece, one after the other. Main thread.
 */
#include "cairn-outbox-private.h"

#include "client/files/cairn-file-private.h"
#include "client/files/cairn-piece-streams.h"
#include "common/cairn-error.h"

#define DEADLINE_SECONDS 3600   /* a slow line is no fault; one that is dead is noticed after half a minute */

typedef struct
{
  CairnOutbox *outbox;
  GPtrArray   *files;
  char        *context;
  guint        next;
  GError      *error;     /* why the one at hand did not go */
} Upload;

static void send_next (GTask *task);

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  g_object_unref (upload->outbox);
  g_ptr_array_unref (upload->files);
  g_free (upload->context);
  g_clear_error (&upload->error);
  g_free (upload);
}

static CairnFile *
find_file (Upload *upload)
{
  const CairnOutboxFileRow *row = upload->files->pdata[upload->next];

  for (guint i = 0; i < upload->outbox->files->len; i++)
    if (((CairnFile *) upload->outbox->files->pdata[i])->number == row->number)
      return upload->outbox->files->pdata[i];
  return NULL;
}

static void
show_state (Upload *upload, CairnFileState state)
{
  CairnFile *file = find_file (upload);

  if (file == NULL)
    return;
  cairn_file_set_state (file, state);
  if (state == CAIRN_FILE_SENDING)
    cairn_file_set_progress (file, 0);
}

static GInputStream *
open_body (gpointer data)
{
  Upload *upload = g_task_get_task_data (G_TASK (data));
  const CairnOutboxFileRow *row = upload->files->pdata[upload->next];

  return cairn_piece_input_new (upload->outbox->database, row->number, row->size);
}

static void
progress_cb (gsize done, gpointer data)
{
  Upload *upload = g_task_get_task_data (G_TASK (data));
  const CairnOutboxFileRow *row = upload->files->pdata[upload->next];
  CairnFile *file = find_file (upload);

  if (file != NULL && row->size > 0)
    cairn_file_set_progress (file, (double) done / (double) row->size);
}

static gpointer
note_state (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnOutboxFileRow *row = data;

  return cairn_outbox_files_set_state (connection, row->number, row->state, row->error, error) ? row : NULL;
}

static void
noted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Upload *upload = g_task_get_task_data (task);
  GError *error = NULL;

  cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  if (upload->error != NULL || error != NULL)
    {
      if (upload->error != NULL)
        g_clear_error (&error);
      g_task_return_error (task, error != NULL ? error : g_steal_pointer (&upload->error));
      return;
    }
  show_state (upload, CAIRN_FILE_SENT);
  upload->next++;
  send_next (task);
}

/* What won't pass by itself is the file's fault; anything else is tried again with the message. */
static gboolean
is_refusal (const GError *error)
{
  guint http = cairn_api_error_get_http (error);

  return http >= 400 && http < 500 && http != 401 && http != 408 && http != 429;
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Upload *upload = g_task_get_task_data (task);
  CairnOutboxFileRow *row = upload->files->pdata[upload->next];
  g_autoptr(CairnApiAnswer) answer = cairn_grant_send_finish (CAIRN_GRANT (source), result, &upload->error);

  if (upload->outbox->store == NULL || (answer == NULL && !is_refusal (upload->error)))
    {
      show_state (upload, CAIRN_FILE_HERE);
      if (answer == NULL)
        g_task_return_error (task, g_steal_pointer (&upload->error));
      else
        g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_FAILED, "The account is closed");
      return;
    }
  g_free (row->state);
  row->state = g_strdup (answer != NULL ? "sent" : "refused");
  g_free (row->error);
  row->error = answer != NULL ? NULL : g_strdup (upload->error->message);
  cairn_database_run_async (upload->outbox->database, note_state, row, NULL, NULL, NULL, noted_cb, g_object_ref (task));
}

static void
send_file (GTask *task, const CairnServer *server)
{
  Upload *upload = g_task_get_task_data (task);
  const CairnOutboxFileRow *row = upload->files->pdata[upload->next];
  g_autofree char *url = g_strconcat (server->base, "/Binary/", row->uuid, NULL);
  g_autoptr(CairnApiRequest) request = cairn_api_request_new ("PUT", url);

  request->open_body = open_body;
  request->body_length = row->size;
  request->body_type = g_strdup (row->type);
  request->security_context = g_strdup (upload->context);
  request->prefer = "return=minimal";
  request->deadline = DEADLINE_SECONDS;
  request->repeat = TRUE;
  request->sent = progress_cb;
  request->body_data = task;
  show_state (upload, CAIRN_FILE_SENDING);
  cairn_grant_send_async (upload->outbox->grant, request, g_task_get_cancellable (task), sent_cb, g_object_ref (task));
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  const CairnServer *server = cairn_grant_connect_finish (CAIRN_GRANT (source), result, &error);

  if (server != NULL)
    send_file (task, server);
  else
    g_task_return_error (task, error);
}

static void
send_next (GTask *task)
{
  Upload *upload = g_task_get_task_data (task);

  while (upload->next < upload->files->len &&
         g_str_equal (((CairnOutboxFileRow *) upload->files->pdata[upload->next])->state, "sent"))
    upload->next++;
  if (upload->next == upload->files->len)
    g_task_return_boolean (task, TRUE);
  else
    cairn_grant_connect_async (upload->outbox->grant, g_task_get_cancellable (task), connected_cb, g_object_ref (task));
}

/**
 * cairn_outbox_upload_async:
 * @self: an outbox
 * @files: (element-type CairnOutboxFileRow): files of a message
 * @thread: (nullable): key of its thread, which says who may see them
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Sees to it that the portal has the files of a message. What it has stays noted.
 */
void
cairn_outbox_upload_async (CairnOutbox         *self,
                           GPtrArray           *files,
                           const char          *thread,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Upload *upload = g_new0 (Upload, 1);

  g_task_set_source_tag (task, cairn_outbox_upload_async);
  upload->outbox = g_object_ref (self);
  upload->files = g_ptr_array_ref (files);
  if (thread != NULL && !g_str_has_prefix (thread, "urn:"))
    upload->context = g_strconcat ("Communication/", thread, NULL);
  else
    upload->context = g_strconcat ("Patient/", cairn_account_get_patient (cairn_grant_get_account (self->grant)), NULL);
  g_task_set_task_data (task, upload, upload_free);
  send_next (task);
}

/**
 * cairn_outbox_upload_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether the portal has all of them
 */
gboolean
cairn_outbox_upload_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
