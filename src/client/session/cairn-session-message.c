/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing to the care team, and finding what was written. Main thread; the work runs on the database's. */
#include "cairn-session-private.h"

#include "client/cache/cairn-cache-messages.h"
#include "client/cairn-conversation.h"
#include "client/files/cairn-file-private.h"
#include "common/cairn-error.h"
#include "common/cairn-json.h"
#include "fhir/cairn-date.h"

#include <string.h>

static void
append_member (GString *text, const char *name, const char *value)
{
  g_string_append_printf (text, "\"%s\":", name);
  cairn_json_append_string (text, value);
}

static void
append_reference (GString *text, const char *reference, const char *display)
{
  g_string_append_c (text, '{');
  append_member (text, "reference", reference);
  if (display != NULL)
    {
      g_string_append_c (text, ',');
      append_member (text, "display", display);
    }
  g_string_append_c (text, '}');
}

static void
append_attachment (GString *text, const CairnFile *file)
{
  g_autofree char *url = g_strconcat ("Binary/", file->uuid, NULL);

  g_string_append (text, "{\"contentAttachment\":{");
  append_member (text, "contentType", file->type);
  g_string_append_c (text, ',');
  append_member (text, "url", url);
  g_string_append_printf (text, ",\"size\":%" G_GINT64_FORMAT ",", file->size);
  append_member (text, "title", file->title);
  g_string_append (text, "}}");
}

static void
append_payload (GString *text, const char *words, GListModel *files)
{
  g_string_append (text, ",\"payload\":[");
  if (*words != '\0')
    {
      g_string_append_c (text, '{');
      append_member (text, "contentString", words);
      g_string_append_c (text, '}');
    }
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr(CairnFile) file = g_list_model_get_item (files, i);

      if (i > 0 || *words != '\0')
        g_string_append_c (text, ',');
      append_attachment (text, file);
    }
  g_string_append (text, "]}");
}

/* R4 Communication: sent by the patient, part of the thread's first message */
static GBytes *
make_message (CairnSession *self, const CairnMessageWrite *write, const char *words, GListModel *files)
{
  g_autofree char *me = g_strconcat ("Patient/", cairn_account_get_patient (self->account), NULL);
  g_autofree char *sent = cairn_date_dup_instant (cairn_date_now ());
  GString *text = g_string_new ("{\"resourceType\":\"Communication\",\"status\":\"completed\",");

  if (write->key != NULL)
    {
      gboolean here = g_str_has_prefix (write->key, "urn:");
      g_autofree char *head = here ? g_strdup (write->key) : g_strconcat ("Communication/", write->key, NULL);

      g_string_append (text, "\"partOf\":[");
      append_reference (text, head, NULL);
      g_string_append (text, "],");
    }
  if (write->answers != NULL)
    {
      g_string_append (text, "\"inResponseTo\":[");
      append_reference (text, write->answers, NULL);
      g_string_append (text, "],");
    }
  g_string_append (text, "\"subject\":");
  append_reference (text, me, NULL);
  if (write->topic != NULL && *write->topic != '\0')
    {
      g_string_append (text, ",\"topic\":{");
      append_member (text, "text", write->topic);
      g_string_append_c (text, '}');
    }
  g_string_append_c (text, ',');
  append_member (text, "sent", sent);
  if (write->recipient != NULL)
    {
      g_string_append (text, ",\"recipient\":[");
      append_reference (text, write->recipient, write->recipient_name);
      g_string_append_c (text, ']');
    }
  g_string_append (text, ",\"sender\":");
  append_reference (text, me, self->patient_name);
  append_payload (text, words, files);
  return g_string_free_to_bytes (text);
}

typedef struct
{
  char  *key;
  gint64 number;
} Sent;

static void
sent_free (gpointer data)
{
  Sent *sent = data;

  g_free (sent->key);
  g_free (sent);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Sent *sent = g_task_get_task_data (task);
  GError *error = NULL;

  sent->number = cairn_outbox_add_finish (CAIRN_OUTBOX (source), result, &error);
  if (sent->number == 0)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* What of a draft's files goes; %NULL while one of them is still being read. */
static GListModel *
list_files (CairnSession *self, const char *key)
{
  g_autoptr(GListModel) draft = cairn_outbox_get_draft_files (self->outbox, key);
  g_autoptr(GListStore) files = g_list_store_new (CAIRN_TYPE_FILE);

  for (guint i = 0; i < g_list_model_get_n_items (draft); i++)
    {
      g_autoptr(CairnFile) file = g_list_model_get_item (draft, i);

      if (file->state == CAIRN_FILE_READING)
        return NULL;
      if (file->state == CAIRN_FILE_HERE && file->number != 0)
        g_list_store_append (files, file);
    }
  return G_LIST_MODEL (g_steal_pointer (&files));
}

/**
 * cairn_session_send_message_async:
 * @self: a session
 * @write: what to send
 * @cancellable: (nullable): ends the wait; it may be in the outbox all the same
 * @callback: called when it is on the disk
 * @user_data: for @callback
 *
 * Puts a message (R4 Communication) into the outbox, which sends it when it can, in order within its thread; the thread's
 * draft goes with it, and the files of that which are %CAIRN_FILE_HERE. Errors:
 * %CAIRN_ERROR_USAGE for no words and no files, %CAIRN_ERROR_IN_USE while a file is still being read, %CAIRN_ERROR_TOO_LARGE for more than the portal takes, those of
 * cairn_outbox_add_async().
 */
void
cairn_session_send_message_async (CairnSession            *self,
                                  const CairnMessageWrite *write,
                                  GCancellable            *cancellable,
                                  GAsyncReadyCallback      callback,
                                  gpointer                 user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *words = g_strstrip (g_strdup (write->words));
  g_autofree char *uuid = g_uuid_string_random ();
  const char *draft = write->draft != NULL ? write->draft : write->key != NULL ? write->key : "";
  g_autoptr(GListModel) files = NULL;
  g_autoptr(GBytes) bytes = NULL;
  const CairnMessageLimits *limits;
  Sent *sent = g_new0 (Sent, 1);

  g_return_if_fail (CAIRN_IS_SESSION (self));

  limits = cairn_outbox_get_limits (self->outbox);
  files = list_files (self, draft);
  g_task_set_source_tag (task, cairn_session_send_message_async);
  g_task_set_task_data (task, sent, sent_free);
  sent->key = write->key != NULL ? g_strdup (write->key) : g_strconcat ("urn:uuid:", uuid, NULL);
  if (files == NULL)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_IN_USE, "A file is still being read");
  else if (*words == '\0' && g_list_model_get_n_items (files) == 0)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_USAGE, "A message without words");
  else if (strlen (words) > limits->words)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE, "A message of more than %" G_GSIZE_FORMAT " bytes", limits->words);
  else
    {
      CairnOutboxWrite add = { .type = "Communication", .thread = sent->key, .draft = draft, .files = files,
                               .undo_seconds = write->undo_seconds };

      add.bytes = bytes = make_message (self, write, words, files);
      cairn_outbox_add_async (self->outbox, &add, cancellable, added_cb, g_object_ref (task));
    }
}

/**
 * cairn_session_send_message_finish:
 * @self: a session
 * @result: what the callback got
 * @key: (out) (optional) (transfer full): key of its thread
 * @error: return location
 *
 * Returns: its number in the outbox, or 0
 */
gint64
cairn_session_send_message_finish (CairnSession *self, GAsyncResult *result, char **key, GError **error)
{
  Sent *sent = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_task_is_valid (result, self), 0);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return 0;
  if (key != NULL)
    *key = g_strdup (sent->key);
  return sent->number;
}

static gpointer
find_thread (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  char *key = cairn_cache_messages_dup_key (connection, data, error);

  if (key == NULL && (error == NULL || *error == NULL))
    g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "There is no message %s here", (const char *) data);
  return key;
}

static gpointer
count_unread (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 n;

  return cairn_cache_messages_n_unread (connection, &n, error) ? GSIZE_TO_POINTER ((gsize) n + 1) : NULL;
}

static void
key_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  char *key = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (key != NULL)
    g_task_return_pointer (task, key, g_free);
  else
    g_task_return_error (task, error);
}

static void
count_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  gpointer n = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (n != NULL)
    g_task_return_int (task, (gssize) GPOINTER_TO_SIZE (n) - 1);
  else
    g_task_return_error (task, error);
}

static void
ask_cache (CairnSession *self, GTask *task, CairnDatabaseFunc func, const char *argument, GDestroyNotify result_free,
           GAsyncReadyCallback callback)
{
  GError *error = NULL;
  CairnDatabase *database = cairn_session_get_database (self, TRUE, &error);

  if (database == NULL)
    g_task_return_error (task, error);
  else
    cairn_database_run_async (database, func, g_strdup (argument), g_free, result_free, g_task_get_cancellable (task), callback,
                              g_object_ref (task));
}

/**
 * cairn_session_find_thread_async:
 * @self: a session
 * @reference: "Communication/id"
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Finds the thread that a message belongs to. Errors: %CAIRN_ERROR_NOT_FOUND, %CAIRN_ERROR_LOCKED, %CAIRN_ERROR_DAMAGED.
 */
void
cairn_session_find_thread_async (CairnSession        *self,
                                 const char          *reference,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CAIRN_IS_SESSION (self));

  g_task_set_source_tag (task, cairn_session_find_thread_async);
  ask_cache (self, task, find_thread, reference, g_free, key_cb);
}

/**
 * cairn_session_find_thread_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the thread's key
 */
char *
cairn_session_find_thread_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_session_count_unread_async:
 * @self: a session
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Counts the messages that nobody read. Errors: %CAIRN_ERROR_LOCKED, %CAIRN_ERROR_DAMAGED.
 */
void
cairn_session_count_unread_async (CairnSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CAIRN_IS_SESSION (self));

  g_task_set_source_tag (task, cairn_session_count_unread_async);
  ask_cache (self, task, count_unread, NULL, NULL, count_cb);
}

/**
 * cairn_session_count_unread_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: how many there are, −1 when that can't be told
 */
gssize
cairn_session_count_unread_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);
  return g_task_propagate_int (G_TASK (result), error);
}
