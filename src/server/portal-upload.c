/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bodies of Binaries, as they come (FHIR R4 §2.13): a token first, then part after part into the store's
 * temporary rows, while the client waits; no more than a part is ever in memory. A Binary as JSON has its
 * data taken out on the way. On the server's thread. */
#include "portal-upload.h"

#include <string.h>

#include "portal-router.h"
#include "portal-unpack.h"
#include "server/api/portal-binary.h"
#include "server/messages/portal-attachment.h"
#include "server/sign-in/portal-tokens.h"
#include "server/store/portal-store-content.h"

#define KEY "portal-upload"
#define MOST_AT_ONCE 16
#define MOST_BYTES (25 * 1024 * 1024)

struct _PortalUploads
{
  const PortalService *service;
  guint                n;
};

/* Of one request, freed with it */
typedef struct
{
  PortalUpload       upload;
  PortalUploads     *uploads;
  SoupServerMessage *message;   /* owns this */
  PortalUnpack      *unpack;    /* nullable */
  GChecksum         *sum;
  GByteArray        *waiting;   /* decoded */
  gsize              most;      /* bytes of it, decoded */
  gboolean           discard;
} Receiver;

/* A job on a database's thread; the message stays until it is done */
typedef struct
{
  SoupServerMessage *message;
  Receiver          *receiver;
  char              *token;
  char              *method;
  gboolean           allowed;
  gboolean           patient;
  gint64             content;
  guint              part;
  GBytes            *bytes;
} Job;

PortalUploads *
portal_uploads_new (const PortalService *service)
{
  PortalUploads *self = g_new0 (PortalUploads, 1);

  self->service = service;
  return self;
}

void
portal_uploads_free (PortalUploads *self)
{
  g_free (self);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->token);
  g_free (job->method);
  g_clear_pointer (&job->bytes, g_bytes_unref);
  g_object_unref (job->message);
  g_free (job);
}

static gpointer
drop_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (portal_store_content_drop (db, *(gint64 *) data, error));
}

static void
receiver_free (gpointer data)
{
  Receiver *self = data;

  if (self->upload.content != 0 && !self->upload.kept)
    cairn_database_run_async (portal_store_get_writer (self->uploads->service->store), drop_on_writer,
                              g_memdup2 (&self->upload.content, sizeof self->upload.content), g_free, NULL, NULL,
                              NULL, NULL);
  self->uploads->n--;
  g_clear_pointer (&self->unpack, portal_unpack_free);
  g_checksum_free (self->sum);
  g_byte_array_unref (self->waiting);
  g_clear_pointer (&self->upload.tail, g_bytes_unref);
  g_clear_pointer (&self->upload.rest, g_bytes_unref);
  g_free (self->upload.media_type);
  g_free (self);
}

static void
refuse (Receiver *self, guint status, const char *code, const char *detail, const char *why)
{
  if (self->upload.status == 0)
    {
      self->upload.status = status;
      self->upload.detail = detail;
      self->upload.code = code;
      self->upload.why = why;
    }
  self->discard = TRUE;
  g_byte_array_set_size (self->waiting, 0);
}

static Job *
job_new (Receiver *self)
{
  Job *job = g_new0 (Job, 1);

  job->receiver = self;
  job->message = g_object_ref (self->message);
  soup_server_message_pause (self->message);
  return job;
}

static gpointer
check_on_reader (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Job *job = data;
  g_autoptr(PortalView) view = job->token != NULL ? portal_tokens_check (db, job->token, NULL) : NULL;

  job->allowed = view != NULL && (portal_view_may (view, "Binary", PORTAL_OPERATION_CREATE) ||
                                  portal_view_may (view, "Binary", PORTAL_OPERATION_UPDATE));
  job->patient = view != NULL && view->role == NULL;
  return NULL;
}

/* Patients attach some types only; of a Binary in JSON the type is not known yet. */
static gboolean
is_of_no_use (Receiver *self)
{
  const char *media_type = self->upload.media_type;

  return self->unpack == NULL && portal_binary_is_media_type (media_type) && !portal_attachment_takes (self->uploads->service->config, media_type);
}

/* Who isn't known or may not write gets told by the route; nothing of what they send is kept. */
static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  g_autoptr(GError) error = NULL;

  cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  job->receiver->discard |= !job->allowed;
  if (job->patient)
    job->receiver->most = portal_attachment_most (job->receiver->uploads->service->config);
  if (job->allowed && job->patient && is_of_no_use (job->receiver))
    refuse (job->receiver, 415, "not-supported", "type", PORTAL_ATTACHMENT_TYPE);
  soup_server_message_unpause (job->message);
  job_free (job);
}

static gpointer
write_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Job *job = data;

  if (job->content == 0 && !portal_store_content_new (db, &job->content, error))
    return NULL;
  return GINT_TO_POINTER (portal_store_content_add (db, job->content, job->part, g_bytes_get_data (job->bytes, NULL),
                                                    g_bytes_get_size (job->bytes), error));
}

static void write_next (Receiver *self);

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  Receiver *self = job->receiver;
  g_autoptr(GError) error = NULL;

  self->upload.content = job->content;
  if (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error) == NULL)
    {
      g_message ("An upload failed: %s", error->message);
      refuse (self, 500, "exception", NULL, "The portal could not store this");
    }
  else
    self->upload.parts++;
  write_next (self);
  soup_server_message_unpause (job->message);
  job_free (job);
}

/* As long as more than a part waits: one alone may end in the text. */
static void
write_next (Receiver *self)
{
  Job *job;

  if (self->discard || self->waiting->len <= PORTAL_CONTENT_PART)
    return;
  job = job_new (self);
  job->content = self->upload.content;
  job->part = self->upload.parts;
  job->bytes = g_bytes_new (self->waiting->data, PORTAL_CONTENT_PART);
  g_byte_array_remove_range (self->waiting, 0, PORTAL_CONTENT_PART);
  cairn_database_run_async (portal_store_get_writer (self->uploads->service->store), write_on_writer, job, NULL, NULL,
                            NULL, written_cb, job);
}

static void
got_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  Receiver *self = data;
  gsize length, before = self->waiting->len;
  const guchar *bytes = g_bytes_get_data (chunk, &length);

  if (self->discard)
    return;
  if (self->unpack == NULL)
    g_byte_array_append (self->waiting, bytes, length);
  else if (!portal_unpack_feed (self->unpack, bytes, length, self->waiting))
    {
      refuse (self, 400, "structure", NULL, "The body is no Binary in JSON, or its data is no base64");
      return;
    }
  length = self->waiting->len - before;
  g_checksum_update (self->sum, self->waiting->data + before, length);
  self->upload.length += length;
  if (self->upload.length > self->most)
    refuse (self, 413, "too-long", "size", PORTAL_ATTACHMENT_SIZE);
  else
    write_next (self);
}

/* Its body has come: what there is of it, or NULL when it didn't come in parts. */
PortalUpload *
portal_uploads_end (SoupServerMessage *message)
{
  Receiver *self = g_object_get_data (G_OBJECT (message), KEY);

  if (self == NULL || self->discard || self->upload.complete)
    return self != NULL ? &self->upload : NULL;
  if (self->unpack != NULL)
    self->upload.rest = portal_unpack_end (self->unpack);
  self->upload.complete = TRUE;
  self->upload.tail = g_bytes_new (self->waiting->data, self->waiting->len);
  g_strlcpy (self->upload.hash, g_checksum_get_string (self->sum), sizeof self->upload.hash);
  g_byte_array_set_size (self->waiting, 0);
  return &self->upload;
}

static char *
dup_token (SoupMessageHeaders *headers)
{
  const char *authorization = soup_message_headers_get_one (headers, "Authorization");

  return authorization != NULL && g_ascii_strncasecmp (authorization, "Bearer ", 7) == 0
           ? g_strstrip (g_strdup (authorization + 7))
           : NULL;
}

/* An early handler: a request's headers are there, its body isn't. */
void
portal_uploads_begin (PortalUploads *uploads, SoupServerMessage *message, const char *path)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *media_type = soup_message_headers_get_one (headers, "Content-Type");
  const char *plain = soup_message_headers_get_content_type (headers, NULL);
  Receiver *self;
  Job *job;

  if (!portal_router_takes_parts (soup_server_message_get_method (message), path))
    return;
  self = g_new0 (Receiver, 1);
  self->uploads = uploads;
  self->message = message;
  self->upload.media_type = g_strdup (media_type);
  self->most = MOST_BYTES;
  self->sum = g_checksum_new (G_CHECKSUM_SHA256);
  self->waiting = g_byte_array_new ();
  if (plain != NULL && g_ascii_strcasecmp (plain, "application/fhir+json") == 0)
    self->unpack = portal_unpack_new ();
  g_object_set_data_full (G_OBJECT (message), KEY, self, receiver_free);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk), self);
  if (uploads->n++ >= MOST_AT_ONCE)
    {
      refuse (self, 503, "throttled", NULL, "The portal is busy");
      return;
    }
  job = job_new (self);
  job->token = dup_token (headers);
  cairn_database_run_async (portal_store_next_reader (uploads->service->store), check_on_reader, job, NULL, NULL, NULL,
                            checked_cb, job);
}
