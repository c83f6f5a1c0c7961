/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One socket of PortalLive: what it says, and what it is told. It says "bind ID" and "unbind ID" and may say little
 * else; a client that doesn't read is told nothing more until it does, so nothing piles up here. */
#include "portal-live-private.h"

#include <string.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>

#include "common/cairn-crypto.h"
#include "fhir/cairn-types.h"
#include "portal-subscription.h"
#include "server/sign-in/portal-tokens.h"

#define LONGEST_FRAME 256
#define MOST_FRAMES 32                        /* in */
#define FRAMES_TIME (10 * G_USEC_PER_SEC)
#define PING_SECONDS 30
#define SILENT_TIME (3 * PING_SECONDS * G_USEC_PER_SEC)
#define MOST_UNREAD 2048                      /* bytes that the kernel still holds */
#define MOST_BINDINGS (2 * PORTAL_MOST_SUBSCRIPTIONS)

/* Of a "bind", on a reader */
typedef struct
{
  PortalLive       *live;
  PortalLiveSocket *socket;
  char             *id;
  char             *hash;
  char             *key;
  gint64            end;
  gint64            seq;
  PortalView       *view;
} Bind;

static void
bind_free (gpointer data)
{
  Bind *bind = data;

  portal_live_socket_unref (bind->socket);
  g_free (bind->id);
  g_free (bind->hash);
  g_free (bind->key);
  g_free (bind);
}

static void
binding_free (gpointer data)
{
  PortalBinding *binding = data;

  g_free (binding->id);
  g_free (binding->key);
  g_free (binding);
}

static void
socket_clear (gpointer data)
{
  PortalLiveSocket *self = data;

  g_clear_object (&self->channel);
  g_clear_object (&self->wire);
  g_ptr_array_unref (self->bindings);
  g_free (self->account);
  g_free (self->own);
  g_free (self->hash);
}

PortalLiveSocket *
portal_live_socket_ref (PortalLiveSocket *self)
{
  return g_rc_box_acquire (self);
}

void
portal_live_socket_unref (gpointer self)
{
  g_rc_box_release_full (self, socket_clear);
}

void
portal_live_socket_say (PortalLiveSocket *self, const char *word, const char *id)
{
  g_autofree char *text = g_strconcat (word, " ", id, NULL);

  if (self->channel != NULL && soup_websocket_connection_get_state (self->channel) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (self->channel, text);
}

static gboolean
takes_more (PortalLiveSocket *self)
{
  int unread = 0;

  return ioctl (g_socket_get_fd (self->wire), SIOCOUTQ, &unread) != 0 || unread < MOST_UNREAD;
}

/* Says what is due; FALSE when that has to wait until the other side has read. */
gboolean
portal_live_socket_tell (PortalLiveSocket *self)
{
  for (guint i = 0; i < self->bindings->len; i++)
    {
      PortalBinding *binding = g_ptr_array_index (self->bindings, i);

      if (!binding->due)
        continue;
      if (!takes_more (self))
        return FALSE;
      binding->due = FALSE;
      portal_live_socket_say (self, "ping", binding->id);
    }
  return TRUE;
}

static PortalBinding *
find_binding (PortalLiveSocket *self, const char *id)
{
  for (guint i = 0; i < self->bindings->len; i++)
    {
      PortalBinding *binding = g_ptr_array_index (self->bindings, i);

      if (g_str_equal (binding->id, id))
        return binding;
    }
  return NULL;
}

/* It is over; told, when the other side has to hear of it. */
void
portal_live_socket_drop (PortalLiveSocket *self, PortalBinding *binding, gboolean told)
{
  if (told)
    portal_live_socket_say (self, "error", binding->id);
  portal_live_remove (self->live, binding);
  g_ptr_array_remove_fast (self->bindings, binding);
}

static void
drop_all (PortalLiveSocket *self)
{
  for (guint i = 0; i < self->bindings->len; i++)
    portal_live_remove (self->live, g_ptr_array_index (self->bindings, i));
  g_ptr_array_set_size (self->bindings, 0);
}

static gboolean
take_subscription (const PortalRow *row, gpointer data)
{
  Bind *bind = data;

  if (!row->deleted && portal_view_sees (bind->view, row, PORTAL_OPERATION_READ))
    bind->key = portal_subscription_dup_key (bind->view, row->text, &bind->end);
  return FALSE;
}

static gpointer
find_on_reader (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Bind *bind = data;
  g_autoptr(PortalView) view = portal_tokens_check_hash (db, bind->hash, error);
  PortalAudiences audiences;

  bind->view = view;
  if (view == NULL || !portal_store_last_seq (db, &bind->seq, error))
    return NULL;
  portal_view_get_audiences (view, "Subscription", audiences);
  return GINT_TO_POINTER (portal_store_find_seen (db, audiences, "Subscription", bind->id, 0, take_subscription, bind,
                                                  error));
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Bind *bind = data;
  PortalLiveSocket *self = bind->socket;
  PortalBinding *binding;

  cairn_database_run_finish (CAIRN_DATABASE (source), result, NULL);
  bind->live->jobs--;
  if (self->live == NULL || self->channel == NULL)
    {
      bind_free (bind);
      return;
    }
  if (bind->key == NULL || self->bindings->len >= MOST_BINDINGS)
    portal_live_socket_say (self, "error", bind->id);
  else
    {
      if (find_binding (self, bind->id) == NULL)
        {
          binding = g_new0 (PortalBinding, 1);
          *binding = (PortalBinding) { self, g_strdup (bind->id), g_steal_pointer (&bind->key), bind->end, FALSE };
          g_ptr_array_add (self->bindings, binding);
          portal_live_add (self->live, binding, bind->seq);
        }
      portal_live_socket_say (self, "bound", bind->id);
    }
  bind_free (bind);
}

static void
start_bind (PortalLiveSocket *self, const char *id)
{
  Bind *bind = g_new0 (Bind, 1);

  bind->live = self->live;
  bind->live->jobs++;
  bind->socket = portal_live_socket_ref (self);
  bind->id = g_strdup (id);
  bind->hash = g_strdup (self->hash);
  cairn_database_run_async (portal_store_next_reader (self->live->service->store), find_on_reader, bind, NULL, NULL,
                            NULL, found_cb, bind);
}

static void
obey (PortalLiveSocket *self, const char *text)
{
  gboolean unbind = g_str_has_prefix (text, "unbind ");
  const char *id = text + (unbind ? strlen ("unbind ") : strlen ("bind "));
  PortalBinding *binding;

  if ((!unbind && !g_str_has_prefix (text, "bind ")) || !cairn_id_is_legal (id))
    {
      portal_live_socket_close (self, PORTAL_LIVE_POLICY, "bind ID or unbind ID");
      return;
    }
  if (!unbind)
    {
      start_bind (self, id);
      return;
    }
  binding = find_binding (self, id);
  if (binding != NULL)
    portal_live_socket_drop (self, binding, FALSE);
  portal_live_socket_say (self, binding != NULL ? "unbound" : "error", id);
}

static gboolean
says_too_much (PortalLiveSocket *self)
{
  if (self->heard - self->counted > FRAMES_TIME)
    {
      self->counted = self->heard;
      self->frames = 0;
    }
  return ++self->frames > MOST_FRAMES;
}

static void
message_cb (SoupWebsocketConnection *channel, SoupWebsocketDataType type, GBytes *frame, gpointer data)
{
  PortalLiveSocket *self = data;
  g_autofree char *text = g_strndup (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));

  self->heard = g_get_monotonic_time ();
  if (self->live == NULL || soup_websocket_connection_get_state (channel) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  if (says_too_much (self))
    portal_live_socket_close (self, PORTAL_LIVE_TOO_MUCH, "too many frames");
  else if (type != SOUP_WEBSOCKET_DATA_TEXT)
    portal_live_socket_close (self, PORTAL_LIVE_POLICY, "text only");
  else
    obey (self, text);
}

static void
pong_cb (SoupWebsocketConnection *channel, GBytes *frame, gpointer data)
{
  ((PortalLiveSocket *) data)->heard = g_get_monotonic_time ();
}

static void
closed_cb (SoupWebsocketConnection *channel, gpointer data)
{
  PortalLiveSocket *self = data;

  portal_live_socket_cut (self);
}

gboolean
portal_live_socket_is_silent (PortalLiveSocket *self)
{
  return g_get_monotonic_time () - self->heard > SILENT_TIME;
}

/* Asks the other side to end it; what it watched ends at once. */
void
portal_live_socket_close (PortalLiveSocket *self, gushort code, const char *why)
{
  if (self->live != NULL)
    drop_all (self);
  if (self->channel != NULL && soup_websocket_connection_get_state (self->channel) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->channel, code, why);
}

/* Its end. */
void
portal_live_socket_cut (PortalLiveSocket *self)
{
  g_autoptr(SoupWebsocketConnection) channel = g_steal_pointer (&self->channel);
  PortalLive *live = self->live;

  if (live == NULL)
    return;
  drop_all (self);
  if (channel != NULL)
    {
      g_autoptr(GIOStream) stream = g_object_ref (soup_websocket_connection_get_io_stream (channel));

      g_signal_handlers_disconnect_by_data (channel, self);
      g_io_stream_close (stream, NULL, NULL);
    }
  self->live = NULL;
  portal_live_forget (live, self);
}

/* The call's token and account are the socket's; wire is its TCP socket. */
PortalLiveSocket *
portal_live_socket_new (PortalLive *live, SoupWebsocketConnection *channel, GSocket *wire, PortalCall *call)
{
  PortalLiveSocket *self = g_rc_box_new0 (PortalLiveSocket);

  self->live = live;
  self->link.data = self;
  self->channel = g_object_ref (channel);
  self->wire = g_object_ref (wire);
  self->bindings = g_ptr_array_new_with_free_func (binding_free);
  self->account = g_strdup (call->view->account);
  self->own = g_strdup (call->view->own);
  self->hash = cairn_sha256_hex (call->token, -1);
  self->heard = self->counted = g_get_monotonic_time ();
  soup_websocket_connection_set_max_incoming_payload_size (channel, LONGEST_FRAME);
  soup_websocket_connection_set_keepalive_interval (channel, PING_SECONDS);
  g_signal_connect (channel, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (channel, "pong", G_CALLBACK (pong_cb), self);
  g_signal_connect (channel, "closed", G_CALLBACK (closed_cb), self);
  return self;
}
