/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An answer that goes out part after part as the client takes it: one part is in memory at a time. What a
 * Binary holds never changes, so that a part can be read whenever it is its turn. On the server's thread. */
#include "portal-download.h"

#include <string.h>

#include "portal-connection.h"
#include "server/store/portal-store-content.h"

#define KEY "portal-download"

/* Of one answer, freed with its message */
typedef struct
{
  SoupServerMessage *message;   /* owns this */
  PortalStore       *store;
  PortalParts       *parts;
  goffset            at;        /* of the content */
  goffset            end;
  gboolean           reading;
} Download;

typedef struct
{
  SoupServerMessage *message;   /* keeps the download, too */
  Download          *download;
  gint64             content;
  guint              n;
} Job;

static void
download_free (gpointer data)
{
  Download *self = data;

  portal_parts_free (self->parts);
  g_free (self);
}

static void
append (Download *self, GBytes *bytes)
{
  soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), bytes);
}

static gpointer
read_on_reader (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Job *job = data;

  return portal_store_content_part (db, job->content, job->n, error);
}

/* What of a part is wanted, as it goes out. */
static GBytes *
cut (Download *self, GBytes *part)
{
  goffset begin = self->at / PORTAL_CONTENT_PART * PORTAL_CONTENT_PART;
  gsize from = self->at - begin, size = g_bytes_get_size (part);
  gsize length = MIN ((goffset) (size - MIN (from, size)), self->end - self->at);
  const guchar *data = g_bytes_get_data (part, NULL);
  char *text;

  self->at += length;
  if (!self->parts->base64)
    return g_bytes_new_from_bytes (part, from, length);
  text = g_base64_encode (data + from, length);
  return g_bytes_new_take (text, strlen (text));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  Download *self = job->download;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) part = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error), bytes = NULL;

  self->reading = FALSE;
  if (part != NULL)
    bytes = cut (self, part);
  if (bytes != NULL && g_bytes_get_size (bytes) > 0)
    {
      append (self, bytes);
      soup_server_message_unpause (job->message);
    }
  else
    {
      GSocket *socket = soup_server_message_get_socket (job->message);

      /* Too late for another status: a body that ends early is what tells of it */
      g_message ("A download ended early: %s", error != NULL ? error->message : "nothing more is there");
      if (socket != NULL)
        g_socket_shutdown (socket, TRUE, TRUE, NULL);
    }
  g_object_unref (job->message);
  g_free (job);
}

/* After a part went out: the next one. libsoup waits by itself while it has none. */
static void
wrote_chunk (SoupServerMessage *message, gpointer data)
{
  Download *self = data;
  Job *job;

  if (self->reading)
    return;
  if (self->at < self->end)
    {
      job = g_new (Job, 1);
      *job = (Job) { g_object_ref (message), self, self->parts->content, self->at / PORTAL_CONTENT_PART };
      self->reading = TRUE;
      cairn_database_run_async (portal_store_next_reader (self->store), read_on_reader, job, NULL,
                                (GDestroyNotify) g_bytes_unref, NULL, read_cb, job);
    }
  else if (self->parts->after != NULL)
    {
      append (self, self->parts->after);
      g_clear_pointer (&self->parts->after, g_bytes_unref);
      soup_server_message_unpause (message);
    }
}

/* Takes the parts. The message is paused and gets unpaused by the caller. */
void
portal_download_begin (SoupServerMessage *message, PortalStore *store, PortalParts *parts)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  Download *self = g_new0 (Download, 1);

  self->message = message;
  self->store = store;
  self->parts = parts;
  self->at = parts->from;
  self->end = parts->from + parts->length;
  g_object_set_data_full (G_OBJECT (message), KEY, self, download_free);
  portal_connection_answering (message, parts->size);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CONTENT_LENGTH);
  soup_message_headers_set_content_length (headers, parts->size);
  if (g_str_equal (soup_server_message_get_method (message), "HEAD"))
    return;
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (wrote_chunk), self);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (wrote_chunk), self);
  if (parts->before != NULL && g_bytes_get_size (parts->before) > 0)
    append (self, parts->before);
}
