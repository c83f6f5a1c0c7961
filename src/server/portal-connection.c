/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SoupServer has no limits of its own: this counts each request's body, and ends connections that
 * are idle, drip, or don't take their answer. It also closes those that their client has closed
 * between two requests: libsoup 3.2.3 (Debian 12) forgets them. On the server's thread. */
#include "portal-connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "portal-router.h"

#define HEADERS_SECONDS 10
#define IDLE_SECONDS 75
#define BODY_SECONDS 30
#define REFUSED_SECONDS 3      /* to stop sending what is too large anyway */
#define BYTES_A_SECOND (64 * 1024)

#define KEY "portal-connection"

#define LOOK_SECONDS 1         /* how often all of them are looked at */

/* One clock for all: a timer of its own for each state of each connection would cost more than a read does */
struct _PortalConnections
{
  GQueue   all;      /* Connection, linked in place */
  GSource *clock;    /* while there are any */
  gint64   looked;   /* monotonic */
};

/* Of one socket, freed with it */
typedef struct
{
  PortalConnections *connections;
  GList              link;
  GSocketConnection *stream;     /* owns this */
  gint64             deadline;   /* monotonic; 0 for none */
  gboolean           idle;       /* between two requests */
  gboolean           handed_over;
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
connections_clear (gpointer data)
{
  PortalConnections *self = data;

  if (self->clock != NULL)
    g_source_destroy (self->clock);
  g_clear_pointer (&self->clock, g_source_unref);
}

PortalConnections *
portal_connections_new (void)
{
  return g_rc_box_new0 (PortalConnections);
}

/* Those that are open keep it. */
void
portal_connections_release (PortalConnections *self)
{
  g_rc_box_release_full (self, connections_clear);
}

static void
end (Connection *connection)
{
  GDestroyNotify ended = g_steal_pointer (&connection->ended);
  PortalConnections *connections = g_steal_pointer (&connection->connections);

  if (connections != NULL)
    {
      g_queue_unlink (&connections->all, &connection->link);
      portal_connections_release (connections);
    }
  if (ended != NULL)
    ended (connection->data);
}

static void
connection_free (gpointer data)
{
  end (data);
  g_free (data);
}

/* libsoup reads what there is; is there an end to see? */
static void
look (Connection *connection)
{
  g_autoptr(GObject) stream = g_object_ref (G_OBJECT (connection->stream));
  GSocket *socket = g_socket_connection_get_socket (connection->stream);
  char byte;
  gssize n = recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT);

  if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
    return;
  g_io_stream_close (G_IO_STREAM (stream), NULL, NULL);
  end (connection);
}

/* Ends those whose time is over, and those whose client has gone; not more often than ten times a second. */
void
portal_connections_look (PortalConnections *self)
{
  gint64 now = g_get_monotonic_time ();

  if (now - self->looked < G_USEC_PER_SEC / 10)
    return;
  self->looked = now;
  for (GList *link = self->all.head, *next; link != NULL; link = next)
    {
      Connection *connection = link->data;

      next = link->next;
      if (connection->deadline > 0 && connection->deadline <= now)
        {
          connection->deadline = 0;
          g_socket_shutdown (g_socket_connection_get_socket (connection->stream), TRUE, TRUE, NULL);
        }
      else if (connection->idle)
        look (connection);
    }
}

static gboolean
clock_cb (gpointer data)
{
  PortalConnections *self = data;

  g_rc_box_acquire (self);
  portal_connections_look (self);
  if (self->all.length == 0)
    connections_clear (self);
  portal_connections_release (self);
  return G_SOURCE_CONTINUE;
}

static void
start_clock (PortalConnections *self)
{
  if (self->clock != NULL)
    return;
  self->clock = g_timeout_source_new_seconds (LOOK_SECONDS);
  g_source_set_callback (self->clock, clock_cb, self, NULL);
  g_source_attach (self->clock, g_main_context_get_thread_default ());
}

static void
restart (Connection *connection, guint seconds)
{
  connection->deadline = seconds > 0 && !connection->handed_over ? g_get_monotonic_time () + seconds * G_USEC_PER_SEC : 0;
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
portal_connection_watch (PortalConnections *connections,
                         GSocketConnection *stream,
                         GSocketAddress *remote,
                         GDestroyNotify ended,
                         gpointer data)
{
  Connection *connection = g_new0 (Connection, 1);
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  connection->connections = g_rc_box_acquire (connections);
  connection->link.data = connection;
  connection->stream = stream;
  connection->ended = ended;
  connection->data = data;
  g_weak_ref_init (weak, stream);
  g_object_set_data_full (G_OBJECT (remote), KEY, weak, weak_free);
  g_object_set_data_full (G_OBJECT (stream), KEY, connection, connection_free);
  restart (connection, HEADERS_SECONDS);
  g_queue_push_tail_link (&connections->all, &connection->link);
  start_clock (connections);
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

  if (connection != NULL)
    restart (connection, seconds);
}

/* libsoup sends headers and body apart: on, they leave in as few packets as they fill; off sends what is left. */
static void
hold_back (Connection *connection, gboolean on)
{
#ifdef TCP_CORK
  g_socket_set_option (g_socket_connection_get_socket (connection->stream), IPPROTO_TCP, TCP_CORK, on, NULL);
#endif
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
    connection->idle = FALSE;

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

  if (connection == NULL || connection->handed_over || g_io_stream_is_closed (G_IO_STREAM (stream)))
    return;
  restart (connection, IDLE_SECONDS);
  hold_back (connection, FALSE);
  connection->idle = TRUE;
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

/* A message's connection goes on as something else, and whoever has it looks after its times. (transfer full)
 * (nullable): its socket. */
GSocket *
portal_connection_hand_over (SoupServerMessage *message)
{
  g_autoptr(GObject) stream = NULL;
  Connection *connection = find (message, &stream);

  if (connection == NULL)
    return NULL;
  restart (connection, 0);
  hold_back (connection, FALSE);
  connection->idle = FALSE;
  connection->handed_over = TRUE;
  return g_object_ref (g_socket_connection_get_socket (connection->stream));
}

/* The answer is on its way: it has its own time. */
void
portal_connection_answering (SoupServerMessage *message, gsize length)
{
  g_autoptr(GObject) stream = NULL;
  Connection *connection = find (message, &stream);

  if (connection == NULL)
    return;
  hold_back (connection, TRUE);
  restart (connection, BODY_SECONDS + length / BYTES_A_SECOND);
}
