/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SoupServer has no limits of its own: this counts each request's body, and ends connections that
 * are idle, drip, or don't take their answer. It also closes those that their client has closed
 * between two requests: libsoup 3.2.3 (Debian 12) forgets them. On the server's thread. */
#include "portal-connection.h"

#include <errno.h>
#include <sys/socket.h>

#include "portal-router.h"

#define HEADERS_SECONDS 10
#define IDLE_SECONDS 75
#define BODY_SECONDS 30
#define REFUSED_SECONDS 3      /* to stop sending what is too large anyway */
#define BYTES_A_SECOND (64 * 1024)

#define KEY "portal-connection"

/* Of one socket, freed with it */
typedef struct
{
  GSocketConnection *stream;   /* owns this */
  GSource           *timer;
  GSource           *idle;     /* between two requests: sees the end */
  GDestroyNotify     ended;
  gpointer           data;
} Connection;

/* Of one request, freed with it */
typedef struct
{
  guint64  received;
  guint64  limit;
  gboolean too_large;
} Body;

static void
drop (GSource **source)
{
  if (*source != NULL)
    {
      g_source_destroy (*source);
      g_clear_pointer (source, g_source_unref);
    }
}

static void
end (Connection *connection)
{
  GDestroyNotify ended = g_steal_pointer (&connection->ended);

  drop (&connection->timer);
  drop (&connection->idle);
  if (ended != NULL)
    ended (connection->data);
}

static void
connection_free (gpointer data)
{
  end (data);
  g_free (data);
}

static gboolean
out_of_time (gpointer data)
{
  Connection *connection = data;

  g_socket_shutdown (g_socket_connection_get_socket (connection->stream), TRUE, TRUE, NULL);
  return G_SOURCE_REMOVE;
}

static void
restart (Connection *connection, guint seconds)
{
  drop (&connection->timer);
  connection->timer = g_timeout_source_new_seconds (seconds);
  g_source_set_callback (connection->timer, out_of_time, connection, NULL);
  g_source_attach (connection->timer, g_main_context_get_thread_default ());
}

/* After libsoup had its turn (it reads what there is): is there an end to see? */
static gboolean
look (GSocket *socket, GIOCondition condition, gpointer data)
{
  Connection *connection = data;
  g_autoptr(GObject) stream = g_object_ref (G_OBJECT (connection->stream));
  char byte;
  gssize n = recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n <= 0)
    {
      g_io_stream_close (G_IO_STREAM (stream), NULL, NULL);
      end (connection);
    }
  return G_SOURCE_REMOVE;
}

static void
watch_idle (Connection *connection)
{
  drop (&connection->idle);
  connection->idle = g_socket_create_source (g_socket_connection_get_socket (connection->stream),
                                             G_IO_IN | G_IO_HUP | G_IO_ERR, NULL);
  g_source_set_priority (connection->idle, G_PRIORITY_LOW);
  g_source_set_callback (connection->idle, G_SOURCE_FUNC (look), connection, NULL);
  g_source_attach (connection->idle, g_main_context_get_thread_default ());
}

static void
weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* Starts the clock of a connection that was just accepted; ended is called once. libsoup hands the
 * address on with each of its messages, and so it leads back to the connection. */
void
portal_connection_watch (GSocketConnection *stream,
                         GSocketAddress *remote,
                         GDestroyNotify ended,
                         gpointer data)
{
  Connection *connection = g_new0 (Connection, 1);
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  connection->stream = stream;
  connection->ended = ended;
  connection->data = data;
  g_weak_ref_init (weak, stream);
  g_object_set_data_full (G_OBJECT (remote), KEY, weak, weak_free);
  g_object_set_data_full (G_OBJECT (stream), KEY, connection, connection_free);
  restart (connection, HEADERS_SECONDS);
}

/* The connection of a message; NULL when it is gone. The stream keeps it. */
static Connection *
find (SoupServerMessage *message, GObject **stream)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  GWeakRef *weak = remote != NULL ? g_object_get_data (G_OBJECT (remote), KEY) : NULL;

  *stream = weak != NULL ? g_weak_ref_get (weak) : NULL;
  return *stream != NULL ? g_object_get_data (*stream, KEY) : NULL;
}

/* Restarts, or with 0 stops, the clock of a message's connection. */
static void
give (SoupServerMessage *message, guint seconds)
{
  g_autoptr(GObject) stream = NULL;
  Connection *connection = find (message, &stream);

  if (connection == NULL)
    return;
  if (seconds > 0)
    restart (connection, seconds);
  else
    drop (&connection->timer);
}

static void
refuse_body (SoupServerMessage *message, Body *body)
{
  body->too_large = TRUE;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection",
                                "close");
  give (message, REFUSED_SECONDS);
}

static void
got_headers (SoupServerMessage *message, gpointer data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autoptr(GObject) stream = NULL;
  Connection *connection = find (message, &stream);
  GUri *uri = soup_server_message_get_uri (message);
  goffset length = 0;
  Body *body = data;

  if (connection != NULL)
    drop (&connection->idle);

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    length = soup_message_headers_get_content_length (headers);
  body->limit = portal_router_get_body_limit (soup_server_message_get_method (message),
                                              uri != NULL ? g_uri_get_path (uri) : "/");
  if (length > (goffset) body->limit)
    refuse_body (message, body);
  else
    give (message, BODY_SECONDS + length / BYTES_A_SECOND);
}

static void
got_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  Body *body = data;

  body->received += g_bytes_get_size (chunk);
  if (body->received > body->limit && !body->too_large)
    refuse_body (message, body);
}

static void
got_body (SoupServerMessage *message, gpointer data)
{
  give (message, 0);
}

static void
finished (SoupServerMessage *message, gpointer data)
{
  g_autoptr(GObject) stream = NULL;
  Connection *connection = find (message, &stream);

  if (connection == NULL || g_io_stream_is_closed (G_IO_STREAM (stream)))
    return;
  restart (connection, IDLE_SECONDS);
  watch_idle (connection);
}

static void
request_started (SoupServer *server, SoupServerMessage *message, gpointer data)
{
  Body *body = g_new0 (Body, 1);

  g_object_set_data_full (G_OBJECT (message), KEY, body, g_free);
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers), body);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk), body);
  g_signal_connect (message, "got-body", G_CALLBACK (got_body), body);
  g_signal_connect (message, "finished", G_CALLBACK (finished), body);
  give (message, HEADERS_SECONDS);
}

void
portal_connection_watch_server (SoupServer *server)
{
  g_signal_connect (server, "request-started", G_CALLBACK (request_started), NULL);
}

gboolean
portal_connection_is_too_large (SoupServerMessage *message)
{
  Body *body = g_object_get_data (G_OBJECT (message), KEY);

  return body != NULL && body->too_large;
}

/* The answer is on its way: it has its own time. */
void
portal_connection_answering (SoupServerMessage *message, gsize length)
{
  give (message, BODY_SECONDS + length / BYTES_A_SECOND);
}
