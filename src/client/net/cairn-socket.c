/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A WebSocket that says whether anybody is still there. Main thread. */
#include "cairn-socket-private.h"

#define MAX_BYTES 4096
#define KEEPALIVE_SECONDS 30

struct _CairnSocket
{
  GObject                  parent_instance;

  SoupWebsocketConnection *channel;   /* NULL once it is over */
  gint64                   heard;     /* monotonic */
};

G_DEFINE_FINAL_TYPE (CairnSocket, cairn_socket, G_TYPE_OBJECT)

enum
{
  CLOSED,
  TEXT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The channel tells nobody any more, and goes. */
static void
let_go (CairnSocket *self)
{
  if (self->channel == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->channel, self);
  if (soup_websocket_connection_get_state (self->channel) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->channel, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  g_clear_object (&self->channel);
}

static void
cairn_socket_dispose (GObject *object)
{
  let_go (CAIRN_SOCKET (object));
  G_OBJECT_CLASS (cairn_socket_parent_class)->dispose (object);
}

static void
cairn_socket_class_init (CairnSocketClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cairn_socket_dispose;

  signals[CLOSED] = g_signal_new ("closed", CAIRN_TYPE_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[TEXT] = g_signal_new ("text", CAIRN_TYPE_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cairn_socket_init (CairnSocket *self)
{
}

static void
message_cb (SoupWebsocketConnection *channel, SoupWebsocketDataType type, GBytes *bytes, gpointer data)
{
  g_autoptr(CairnSocket) self = g_object_ref (data);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  self->heard = g_get_monotonic_time ();
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    g_signal_emit (self, signals[TEXT], 0, text);
}

static void
pong_cb (SoupWebsocketConnection *channel, GBytes *bytes, gpointer data)
{
  CAIRN_SOCKET (data)->heard = g_get_monotonic_time ();
}

static void
error_cb (SoupWebsocketConnection *channel, const GError *error, gpointer data)
{
  g_debug ("WebSocket: %s", error->message);
}

static void
closed_cb (SoupWebsocketConnection *channel, gpointer data)
{
  g_autoptr(CairnSocket) self = g_object_ref (data);
  guint code = soup_websocket_connection_get_close_code (channel);

  let_go (self);
  g_signal_emit (self, signals[CLOSED], 0, code != 0 ? code : SOUP_WEBSOCKET_CLOSE_ABNORMAL);
}

CairnSocket *
cairn_socket_new (SoupWebsocketConnection *channel)
{
  CairnSocket *self = g_object_new (CAIRN_TYPE_SOCKET, NULL);

  self->channel = g_object_ref (channel);
  self->heard = g_get_monotonic_time ();
  soup_websocket_connection_set_max_incoming_payload_size (channel, MAX_BYTES);
  soup_websocket_connection_set_keepalive_interval (channel, KEEPALIVE_SECONDS);
  g_signal_connect (channel, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (channel, "pong", G_CALLBACK (pong_cb), self);
  g_signal_connect (channel, "error", G_CALLBACK (error_cb), self);
  g_signal_connect (channel, "closed", G_CALLBACK (closed_cb), self);
  return self;
}

/**
 * cairn_socket_say:
 * @self: a socket
 * @text: what to say
 */
void
cairn_socket_say (CairnSocket *self, const char *text)
{
  g_return_if_fail (CAIRN_IS_SOCKET (self));

  if (self->channel != NULL && soup_websocket_connection_get_state (self->channel) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (self->channel, text);
}

/**
 * cairn_socket_get_heard:
 * @self: a socket
 *
 * Returns: when the other side was heard last, monotonic
 */
gint64
cairn_socket_get_heard (CairnSocket *self)
{
  g_return_val_if_fail (CAIRN_IS_SOCKET (self), 0);
  return self->heard;
}

/**
 * cairn_socket_close:
 * @self: a socket
 *
 * Ends it; no signal comes any more.
 */
void
cairn_socket_close (CairnSocket *self)
{
  g_return_if_fail (CAIRN_IS_SOCKET (self));
  let_go (self);
}
