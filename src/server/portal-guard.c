/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SoupServer has no limits of its own: this counts each request's body and ends connections that are idle,
 * drip, or don't take their answer. On the server's thread. */
#include "portal-guard.h"

#define BODY_LIMIT (1024 * 1024)
#define IDLE_SECONDS 75
#define BODY_SECONDS 30
#define BYTES_A_SECOND (64 * 1024)

typedef struct
{
  SoupServerMessage *message;   /* owns this */
  GSource           *timer;
  guint64            received;
  gboolean           too_large;
} Guard;

static void
stop (Guard *guard)
{
  if (guard->timer != NULL)
    {
      g_source_destroy (guard->timer);
      g_clear_pointer (&guard->timer, g_source_unref);
    }
}

static void
guard_free (gpointer data)
{
  stop (data);
  g_free (data);
}

static gboolean
out_of_time (gpointer data)
{
  Guard *guard = data;
  GSocket *socket = soup_server_message_get_socket (guard->message);

  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
  return G_SOURCE_REMOVE;
}

static void
restart (Guard *guard, guint seconds)
{
  stop (guard);
  guard->timer = g_timeout_source_new_seconds (seconds);
  g_source_set_callback (guard->timer, out_of_time, guard, NULL);
  g_source_attach (guard->timer, g_main_context_get_thread_default ());
}

static void
refuse_body (Guard *guard)
{
  guard->too_large = TRUE;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (guard->message), FALSE);
  soup_message_headers_replace (soup_server_message_get_response_headers (guard->message), "Connection", "close");
}

static void
got_headers (SoupServerMessage *message, gpointer data)
{
  Guard *guard = data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  goffset length = 0;

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    length = soup_message_headers_get_content_length (headers);
  if (length > BODY_LIMIT)
    refuse_body (guard);
  restart (guard, BODY_SECONDS + MIN (length, BODY_LIMIT) / BYTES_A_SECOND);
}

static void
got_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  Guard *guard = data;

  guard->received += g_bytes_get_size (chunk);
  if (guard->received > BODY_LIMIT && !guard->too_large)
    refuse_body (guard);
}

static void
got_body (SoupServerMessage *message, gpointer data)
{
  stop (data);
}

static void
request_started (SoupServer *server, SoupServerMessage *message, gpointer data)
{
  Guard *guard = g_new0 (Guard, 1);

  guard->message = message;
  g_object_set_data_full (G_OBJECT (message), "portal-guard", guard, guard_free);
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers), guard);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk), guard);
  g_signal_connect (message, "got-body", G_CALLBACK (got_body), guard);
  g_signal_connect (message, "finished", G_CALLBACK (got_body), guard);
  restart (guard, IDLE_SECONDS);
}

void
portal_guard_watch (SoupServer *server)
{
  g_signal_connect (server, "request-started", G_CALLBACK (request_started), NULL);
}

gboolean
portal_guard_is_too_large (SoupServerMessage *message)
{
  Guard *guard = g_object_get_data (G_OBJECT (message), "portal-guard");

  return guard != NULL && guard->too_large;
}

/* The answer is on its way: it has its own time. */
void
portal_guard_answering (SoupServerMessage *message, gsize length)
{
  Guard *guard = g_object_get_data (G_OBJECT (message), "portal-guard");

  if (guard != NULL)
    restart (guard, BODY_SECONDS + length / BYTES_A_SECOND);
}
