/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening a document of a record: from inside the record, from what was opened before, or from the portal, which then
 * gets the only request that this file makes; no other origin is ever asked. Main thread; bytes are read and checked on
 * workers.
 */
#include "cairn-session-private.h"

#include "client/cache/cairn-cache-document.h"
#include "common/cairn-error.h"
#include "common/cairn-gate.h"

#include <string.h>

/* A Binary in JSON is a third larger than what is in it. */
#define MAX_ANSWER (CAIRN_ATTACHMENT_MAX_BYTES / 3 * 4 + 64 * 1024)
#define DEADLINE_SECONDS 600

typedef struct
{
  char            *owner;
  CairnAttachment *attachment;
  char            *url;         /* NULL when the record has the bytes */
  CairnApiAnswer  *answer;
  CairnDocument   *document;
  CairnDocumentProgress progress;
  gpointer         progress_data;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *self = data;

  g_free (self->owner);
  g_free (self->url);
  cairn_attachment_free (self->attachment);
  g_clear_pointer (&self->answer, cairn_api_answer_free);
  g_clear_pointer (&self->document, cairn_document_free);
  g_free (self);
}

/**
 * cairn_document_new:
 * @type: (nullable): its media type
 * @bytes: what is in it
 *
 * Returns: (transfer full): a document
 */
CairnDocument *
cairn_document_new (const char *type, GBytes *bytes)
{
  CairnDocument *self = g_new (CairnDocument, 1);

  self->type = g_strdup (type != NULL ? type : "application/octet-stream");
  self->bytes = g_bytes_ref (bytes);
  return self;
}

/**
 * cairn_document_free:
 * @self: (transfer full): a document
 */
void
cairn_document_free (CairnDocument *self)
{
  g_free (self->type);
  g_bytes_unref (self->bytes);
  g_free (self);
}

/**
 * cairn_session_locate_document:
 * @self: a session
 * @attachment: an attachment of one of its records
 * @address: (out) (optional) (transfer full) (nullable): its absolute address, %NULL inside and nowhere
 *
 * Returns: where its bytes are; a relative address is one of the portal's
 */
CairnDocumentPlace
cairn_session_locate_document (CairnSession *self, const CairnAttachment *attachment, char **address)
{
  g_autofree char *base = NULL;
  g_autofree char *url = NULL;

  g_return_val_if_fail (CAIRN_IS_SESSION (self), CAIRN_DOCUMENT_NOWHERE);
  g_return_val_if_fail (attachment != NULL, CAIRN_DOCUMENT_NOWHERE);

  if (address != NULL)
    *address = NULL;
  if (attachment->inside)
    return CAIRN_DOCUMENT_INSIDE;
  base = g_strconcat (cairn_account_get_portal (self->account), "/", NULL);
  url = attachment->url != NULL ? g_uri_resolve_relative (base, attachment->url, G_URI_FLAGS_ENCODED, NULL) : NULL;
  if (url == NULL || !(g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "http://")))
    return CAIRN_DOCUMENT_NOWHERE;
  if (address != NULL)
    *address = g_strdup (url);
  return cairn_api_is_ours (cairn_grant_get_api (self->grant), url) ? CAIRN_DOCUMENT_PORTAL : CAIRN_DOCUMENT_ELSEWHERE;
}

/* Locked, closed or signed out in the meantime: then nothing is handed out. */
static gboolean
may_show (GTask *task)
{
  GError *error = NULL;

  if (cairn_session_get_database (g_task_get_source_object (task), TRUE, &error) != NULL)
    return TRUE;
  g_task_return_error (task, error);
  return FALSE;
}

static void
finish (GTask *task)
{
  Opening *opening = g_task_get_task_data (task);

  if (may_show (task))
    g_task_return_pointer (task, g_steal_pointer (&opening->document), (GDestroyNotify) cairn_document_free);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;

  cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  if (error != NULL)   /* it can be shown all the same, and fetched again another time */
    g_message ("A document could not be kept: %s", error->message);
  finish (task);
}

static gpointer
store (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = g_task_get_task_data (G_TASK (data));

  cairn_cache_store_document (connection, opening->url, opening->owner, opening->document, CAIRN_CACHE_MAX_DOCUMENTS, error);
  return NULL;
}

/* What came as JSON is a Binary, unless JSON is what was meant. */
static gboolean
is_binary (const CairnAttachment *attachment, const char *type)
{
  return type != NULL && g_strcmp0 (type, attachment->type) != 0 &&
         (g_str_equal (type, "application/json") || g_str_has_suffix (type, "+json"));
}

static CairnDocument *
read_binary (const CairnAttachment *attachment, GBytes *bytes, GError **error)
{
  g_autofree char *type = NULL;
  g_autoptr(GBytes) data = NULL;
  CairnJson json;

  if (!cairn_gate_check (bytes, MAX_ANSWER, &json, error))
    return NULL;
  if (!cairn_json_equals (cairn_json_member (json, "resourceType"), "Binary"))
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "Something else than a Binary came");
      return NULL;
    }
  type = cairn_json_dup_text_at (json, "contentType");
  data = cairn_attachment_dup_data (json, 0, error);
  if (data == NULL || !cairn_attachment_check (attachment, type, data, error))
    return NULL;
  if (attachment->type != NULL)
    return cairn_document_new (attachment->type, data);
  else
    {
      g_autofree char *plain = cairn_media_type_dup (type);

      return cairn_document_new (plain, data);
    }
}

static CairnDocument *
read_answer (const CairnAttachment *attachment, const CairnApiAnswer *answer, GError **error)
{
  g_autofree char *type = cairn_media_type_dup (answer->type);

  if (is_binary (attachment, type))
    return read_binary (attachment, answer->body, error);
  if (g_bytes_get_size (answer->body) == 0 || g_bytes_get_size (answer->body) > CAIRN_ATTACHMENT_MAX_BYTES)
    {
      gboolean empty = g_bytes_get_size (answer->body) == 0;

      g_set_error_literal (error, CAIRN_ERROR, empty ? CAIRN_ERROR_BAD_DATA : CAIRN_ERROR_TOO_LARGE,
                           empty ? "The attachment is empty" : "The attachment is too large");
      return NULL;
    }
  if (!cairn_attachment_check (attachment, type, answer->body, error))
    return NULL;
  return cairn_document_new (attachment->type != NULL ? attachment->type : type, answer->body);
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *opening = g_task_get_task_data (G_TASK (data));
  GError *error = NULL;

  opening->document = read_answer (opening->attachment, opening->answer, &error);
  g_clear_pointer (&opening->answer, cairn_api_answer_free);
  if (opening->document != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnDatabase *database;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  database = cairn_session_get_database (CAIRN_SESSION (source), FALSE, NULL);
  if (database != NULL)
    cairn_database_run_async (database, store, g_object_ref (task), g_object_unref, NULL, NULL, stored_cb, g_object_ref (task));
  else
    finish (task);
}

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GTask) reading = NULL;
  Opening *opening = g_task_get_task_data (task);
  GError *error = NULL;

  opening->answer = cairn_grant_send_finish (CAIRN_GRANT (source), result, &error);
  if (opening->answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  reading = g_task_new (g_task_get_source_object (task), NULL, read_cb, g_object_ref (task));
  g_task_set_source_tag (reading, answer_cb);
  g_task_set_task_data (reading, g_object_ref (task), g_object_unref);
  g_task_run_in_thread (reading, read_thread);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Opening *opening = g_task_get_task_data (task);
  g_autoptr(CairnApiRequest) request = cairn_api_request_new ("GET", opening->url);
  GError *error = NULL;

  if (cairn_grant_connect_finish (CAIRN_GRANT (source), result, &error) == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  request->accept = opening->attachment->type != NULL ? g_strconcat (opening->attachment->type, ", */*;q=0.5", NULL) : g_strdup ("*/*");
  request->limit = MAX_ANSWER;
  request->deadline = DEADLINE_SECONDS;
  request->tries = 2;
  request->progress = opening->progress;
  request->progress_data = opening->progress_data;
  cairn_grant_send_async (CAIRN_GRANT (source), request, g_task_get_cancellable (task), answer_cb, g_object_ref (task));
}

/* What is here: inside the record or among what was opened before. */
static gpointer
load (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = g_task_get_task_data (G_TASK (data));
  g_autoptr(GBytes) text = NULL;
  g_autoptr(GBytes) bytes = NULL;

  if (opening->url != NULL)
    return cairn_cache_load_document (connection, opening->url, opening->owner, opening->attachment, error);
  text = cairn_cache_load_text (connection, opening->owner, error);
  if (text == NULL)
    return NULL;
  bytes = cairn_attachment_dup_data (cairn_json_from_bytes (text), opening->attachment->number, error);
  if (bytes == NULL || !cairn_attachment_check (opening->attachment, NULL, bytes, error))
    return NULL;
  return cairn_document_new (opening->attachment->type, bytes);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Opening *opening = g_task_get_task_data (task);
  CairnSession *self = g_task_get_source_object (task);
  g_autoptr(GError) error = NULL;

  opening->document = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  if (opening->document != NULL)
    finish (task);
  else if (opening->url != NULL && g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND))
    cairn_grant_connect_async (self->grant, g_task_get_cancellable (task), connected_cb, g_object_ref (task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * cairn_session_open_document_async:
 * @self: a session
 * @reference: "Type/id" of the record that has the attachment
 * @attachment: which one; copied
 * @progress: (nullable) (scope notified): told how many bytes have come, when they come from the portal
 * @progress_data: for @progress; must live until the call is over
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Opens a document. One that lies at the portal is fetched and kept in the encrypted cache, so that it can be read
 * again without a connection while the record stays the same. Errors: %CAIRN_ERROR_REJECTED for what lies elsewhere (nothing
 * is asked of anybody), %CAIRN_ERROR_NETWORK (not fetched yet and no connection), %CAIRN_ERROR_TOO_LARGE (over 25 MB),
 * %CAIRN_ERROR_BAD_DATA (not what the record says), %CAIRN_ERROR_NOT_FOUND, %CAIRN_ERROR_LOCKED, and those of
 * cairn_api_send_async().
 */
void
cairn_session_open_document_async (CairnSession          *self,
                                   const char            *reference,
                                   const CairnAttachment *attachment,
                                   CairnDocumentProgress  progress,
                                   gpointer               progress_data,
                                   GCancellable          *cancellable,
                                   GAsyncReadyCallback    callback,
                                   gpointer               user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autofree char *url = NULL;
  CairnDocumentPlace place;
  CairnDatabase *database;
  GError *error = NULL;
  Opening *opening;

  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (reference != NULL && attachment != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_session_open_document_async);
  place = cairn_session_locate_document (self, attachment, &url);
  database = cairn_session_get_database (self, TRUE, &error);
  if (database == NULL)
    g_task_return_error (task, error);
  else if (place == CAIRN_DOCUMENT_ELSEWHERE || place == CAIRN_DOCUMENT_NOWHERE)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_REJECTED, "The document is not at the portal");
  else if (attachment->size > CAIRN_ATTACHMENT_MAX_BYTES)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE, "The document is too large");
  else
    {
      opening = g_new0 (Opening, 1);
      opening->owner = g_strdup (reference);
      opening->attachment = cairn_attachment_copy (attachment);
      opening->url = g_steal_pointer (&url);
      opening->progress = progress;
      opening->progress_data = progress_data;
      g_task_set_task_data (task, opening, opening_free);
      cairn_database_run_async (database, load, g_object_ref (task), g_object_unref, (GDestroyNotify) cairn_document_free,
                                cancellable, loaded_cb, g_object_ref (task));
    }
}

/**
 * cairn_session_open_document_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the document
 */
CairnDocument *
cairn_session_open_document_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
