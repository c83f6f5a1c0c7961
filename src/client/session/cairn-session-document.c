/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening a document of a record: from inside the record, from what was opened before, or from the portal, which then
 * gets the only request that this file makes; no other origin is ever asked. Main thread; bytes go into the cache as they
 * come, and are checked on the database's thread.
 */
#include "cairn-session-private.h"

#include "client/cache/cairn-cache-document.h"
#include "client/files/cairn-piece-streams.h"
#include "common/cairn-error.h"
#include "common/cairn-gate.h"

#include <string.h>

/* A Binary in JSON is a third larger than what is in it. */
#define MAX_ANSWER (CAIRN_ATTACHMENT_MAX_BYTES / 3 * 4 + 64 * 1024)
#define DEADLINE_SECONDS 600

/* One document on its way to somebody who wants to see or to save it. */
typedef struct
{
  char               *owner;
  CairnAttachment    *attachment;
  char               *url;         /* NULL when the record has the bytes */
  CairnDatabase      *database;
  CairnCacheDocument *kept;        /* where it is, or is coming to, in the cache */
  GOutputStream      *sink;
  CairnApiAnswer     *answer;
  CairnDocument      *document;    /* when it is in memory */
  CairnDocumentProgress progress;
  gpointer            progress_data;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *self = data;

  g_free (self->owner);
  g_free (self->url);
  cairn_attachment_free (self->attachment);
  g_clear_object (&self->database);
  g_clear_pointer (&self->kept, cairn_cache_document_free);
  g_clear_object (&self->sink);
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

/* It is in the cache, or in memory when it came from inside the record. */
static void
finish (GTask *task)
{
  if (may_show (task))
    g_task_return_boolean (task, TRUE);
}

static gpointer
drop (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_cache_drop_document (connection, *(gint64 *) data, NULL);
  return NULL;
}

/* What came isn't a whole document. Takes @error. */
static void
give_up (GTask *task, GError *error)
{
  Opening *opening = g_task_get_task_data (task);
  CairnDatabase *database = cairn_session_get_database (g_task_get_source_object (task), FALSE, NULL);

  if (opening->kept != NULL && database != NULL)
    cairn_database_run_async (database, drop, g_memdup2 (&opening->kept->number, sizeof (gint64)), g_free, NULL, NULL, NULL, NULL);
  g_task_return_error (task, error);
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

/* What came as pieces is looked at by its head and its hash. */
static gboolean
check_pieces (Opening *opening, GError **error)
{
  CairnPieceOutput *sink = CAIRN_PIECE_OUTPUT (opening->sink);
  g_autofree char *type = cairn_media_type_dup (opening->answer->type);
  gsize size = (gsize) cairn_piece_output_get_size (sink);

  if (size == 0)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The attachment is empty");
      return FALSE;
    }
  if (!cairn_attachment_check_parts (opening->attachment, type, cairn_piece_output_get_head (sink), size,
                                     cairn_piece_output_get_sha1 (sink), error))
    return FALSE;
  opening->kept->size = size;
  if (opening->attachment->type != NULL || type != NULL)
    opening->kept->type = g_strdup (opening->attachment->type != NULL ? opening->attachment->type : type);
  else
    opening->kept->type = g_strdup ("application/octet-stream");
  return TRUE;
}

/* On the database's thread: what came is checked, and found from now on. */
static gpointer
keep (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = g_task_get_task_data (G_TASK (data));

  if (opening->sink != NULL)
    return check_pieces (opening, error) &&
           cairn_cache_finish_document (connection, opening->kept, cairn_piece_output_get_sha1 (CAIRN_PIECE_OUTPUT (opening->sink)),
                                        CAIRN_CACHE_MAX_DOCUMENTS, error) ? data : NULL;
  opening->document = read_answer (opening->attachment, opening->answer, error);
  if (opening->document == NULL)
    return NULL;
  cairn_cache_drop_document (connection, opening->kept->number, NULL);
  cairn_cache_document_free (opening->kept);
  opening->kept = cairn_cache_store_document (connection, opening->url, opening->owner, opening->document, CAIRN_CACHE_MAX_DOCUMENTS, error);
  return opening->kept != NULL ? data : NULL;
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  if (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error) != NULL)
    finish (task);
  else
    give_up (task, error);
}

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Opening *opening = g_task_get_task_data (task);
  CairnDatabase *database;
  GError *error = NULL;

  opening->answer = cairn_grant_send_finish (CAIRN_GRANT (source), result, &error);
  if (opening->answer == NULL)
    {
      give_up (task, error);
      return;
    }
  database = cairn_session_get_database (g_task_get_source_object (task), FALSE, &error);
  if (database == NULL)
    g_task_return_error (task, error);
  else
    cairn_database_run_async (database, keep, g_object_ref (task), g_object_unref, NULL, NULL, kept_cb, g_object_ref (task));
}

/* Bytes go into the cache as they come; only a Binary in JSON has to be here as a whole to be understood. */
static GOutputStream *
open_sink (const char *type, gpointer data)
{
  Opening *opening = g_task_get_task_data (G_TASK (data));
  g_autofree char *plain = cairn_media_type_dup (type);

  g_clear_object (&opening->sink);
  if (is_binary (opening->attachment, plain))
    return NULL;
  opening->sink = cairn_piece_output_new (opening->database, opening->kept->number, CAIRN_ATTACHMENT_MAX_BYTES);
  return g_object_ref (opening->sink);
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
      give_up (task, error);
      return;
    }
  request->accept = opening->attachment->type != NULL ? g_strconcat (opening->attachment->type, ", */*;q=0.5", NULL) : g_strdup ("*/*");
  request->limit = MAX_ANSWER;
  request->deadline = DEADLINE_SECONDS;
  request->tries = 2;
  request->progress = opening->progress;
  request->progress_data = opening->progress_data;
  request->open_sink = open_sink;
  request->sink_data = task;
  cairn_grant_send_async (CAIRN_GRANT (source), request, g_task_get_cancellable (task), answer_cb, g_object_ref (task));
}

static CairnDocument *
read_inside (CairnConnection *connection, const Opening *opening, GError **error)
{
  g_autoptr(GBytes) text = cairn_cache_load_text (connection, opening->owner, error);
  g_autoptr(GBytes) bytes = NULL;

  if (text == NULL)
    return NULL;
  bytes = cairn_attachment_dup_data (cairn_json_from_bytes (text), opening->attachment->number, error);
  if (bytes == NULL || !cairn_attachment_check (opening->attachment, NULL, bytes, error))
    return NULL;
  return cairn_document_new (opening->attachment->type, bytes);
}

/* What is here: inside the record or among what was opened before; else room is made for what will come. */
static gpointer
find (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = g_task_get_task_data (G_TASK (data));
  g_autoptr(GError) local_error = NULL;

  if (opening->url == NULL)
    {
      opening->document = read_inside (connection, opening, error);
      return opening->document != NULL ? GINT_TO_POINTER (TRUE) : NULL;
    }
  opening->kept = cairn_cache_find_document (connection, opening->url, opening->owner, opening->attachment, &local_error);
  if (opening->kept != NULL)
    return GINT_TO_POINTER (TRUE);
  if (g_error_matches (local_error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND))
    opening->kept = cairn_cache_begin_document (connection, opening->url, opening->owner, error);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnSession *self = g_task_get_source_object (task);
  GError *error = NULL;
  gpointer found = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (found != NULL)
    finish (task);
  else if (error == NULL)
    cairn_grant_connect_async (self->grant, g_task_get_cancellable (task), connected_cb, g_object_ref (task));
  else
    g_task_return_error (task, error);
}

/* Sees to it that a document is in the cache, or in memory when it is inside its record. */
static void
fetch (CairnSession *self, GTask *task, const char *reference, const CairnAttachment *attachment, CairnDocumentProgress progress,
       gpointer progress_data)
{
  g_autofree char *url = NULL;
  CairnDocumentPlace place = cairn_session_locate_document (self, attachment, &url);
  GError *error = NULL;
  CairnDatabase *database = cairn_session_get_database (self, TRUE, &error);
  Opening *opening;

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
      opening->database = g_object_ref (database);
      opening->progress = progress;
      opening->progress_data = progress_data;
      g_task_set_task_data (task, opening, opening_free);
      cairn_database_run_async (database, find, g_object_ref (task), g_object_unref, NULL, g_task_get_cancellable (task), found_cb,
                                g_object_ref (task));
    }
}

static gpointer
read_kept (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const Opening *opening = g_task_get_task_data (G_TASK (data));

  return cairn_cache_read_document (connection, opening->kept, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  CairnDocument *document = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (document == NULL)
    g_task_return_error (task, error);
  else if (may_show (task))
    g_task_return_pointer (task, document, (GDestroyNotify) cairn_document_free);
  else
    cairn_document_free (document);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Opening *opening = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, error);
  else if (opening->document != NULL)
    g_task_return_pointer (task, g_steal_pointer (&opening->document), (GDestroyNotify) cairn_document_free);
  else
    cairn_database_run_async (opening->database, read_kept, g_object_ref (result), g_object_unref, (GDestroyNotify) cairn_document_free,
                              g_task_get_cancellable (task), read_cb, g_object_ref (task));
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
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr(GTask) fetching = NULL;

  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (reference != NULL && attachment != NULL);

  g_task_set_source_tag (task, cairn_session_open_document_async);
  fetching = g_task_new (self, cancellable, fetched_cb, g_object_ref (task));
  fetch (self, fetching, reference, attachment, progress, progress_data);
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

/**
 * cairn_session_fetch_document_async:
 * @self: a session
 * @reference: "Type/id" of the record that has the attachment
 * @attachment: which one; copied
 * @progress: (nullable): as of cairn_session_open_document_async()
 * @progress_data: for @progress
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * As cairn_session_open_document_async(), for who needs it piece by piece.
 */
void
cairn_session_fetch_document_async (CairnSession          *self,
                                    const char            *reference,
                                    const CairnAttachment *attachment,
                                    CairnDocumentProgress  progress,
                                    gpointer               progress_data,
                                    GCancellable          *cancellable,
                                    GAsyncReadyCallback    callback,
                                    gpointer               user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, cairn_session_fetch_document_async);
  fetch (self, task, reference, attachment, progress, progress_data);
}

/**
 * cairn_session_fetch_document_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a stream over it
 */
GInputStream *
cairn_session_fetch_document_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  const Opening *opening = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  if (opening->document != NULL)
    return g_memory_input_stream_new_from_bytes (opening->document->bytes);
  return cairn_piece_input_new (opening->database, opening->kept->number, (goffset) opening->kept->size);
}
