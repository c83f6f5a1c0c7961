/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How news come home: told over a socket, else by asking. Main thread. */
#include "cairn-live-private.h"

#include "common/cairn-error.h"

#include <string.h>

#define TICK_MS 30000
#define ASK_MS 60000
#define FIRST_WAIT_MS 1000
#define LONGEST_WAIT_MS 300000
#define REFUSED_WAIT_MS 3600000   /* a portal that doesn't want us on a socket is asked for one again that late */
#define SILENCE_MS 80000          /* the other side answers each half minute */
#define TOKEN_ENDED 4401          /* close code of the profile */

G_DEFINE_FINAL_TYPE (CairnLive, cairn_live, G_TYPE_OBJECT)

static void open_socket (CairnLive *self);

static void
drop_socket (CairnLive *self)
{
  if (self->socket != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->socket, self);
      cairn_socket_close (self->socket);
    }
  g_clear_object (&self->socket);
}

static void
synced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnLive) self = data;
  g_autoptr(CairnSyncReport) report = cairn_sync_start_finish (CAIRN_SYNC (source), result, NULL);

  if (self->again && self->cancellable != NULL)
    cairn_live_sync_soon (self);
}

/* Something is new at the portal; what is told during a sync is brought by the next. */
void
cairn_live_sync_soon (CairnLive *self)
{
  self->again = cairn_sync_get_running (self->sync);
  if (self->again)
    return;
  self->asked = g_get_monotonic_time ();
  cairn_sync_start_async (self->sync, self->cancellable, synced_cb, g_object_ref (self));
}

/* A sync that somebody else began has ended. */
static void
running_cb (CairnSync *sync, GParamSpec *pspec, gpointer data)
{
  CairnLive *self = data;

  if (self->again && self->cancellable != NULL && !cairn_sync_get_running (sync))
    cairn_live_sync_soon (self);
}

static gboolean
retry_cb (gpointer data)
{
  CairnLive *self = data;

  self->retry_timer = 0;
  open_socket (self);
  return G_SOURCE_REMOVE;
}

/* Opens a socket after a while, and a little more or less, so that not all clients come at once. */
void
cairn_live_retry (CairnLive *self, guint wait_ms)
{
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  if (self->cancellable != NULL)
    self->retry_timer = g_timeout_add (wait_ms / 2 + (guint) g_random_int_range (0, (gint32) MAX (wait_ms, 2)), retry_cb, self);
}

/* Later each time. */
static void
back_off (CairnLive *self)
{
  guint wait = MIN (self->first_wait_ms << MIN (self->tries, 16), LONGEST_WAIT_MS);

  self->tries++;
  self->state = CAIRN_LIVE_TRYING;
  cairn_live_retry (self, wait);
}

static void
fail (CairnLive *self, const GError *error)
{
  guint http = cairn_api_error_get_http (error);

  if (self->cancellable == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;   /* stopped, and maybe started anew */
  self->opening = FALSE;
  g_message ("Live: %s", error->message);
  if (cairn_grant_get_expired (self->grant))
    {
      self->state = CAIRN_LIVE_OFF;
      return;
    }
  if (http < 400 || http >= 500 || http == 408 || http == 429)
    {
      back_off (self);
      return;
    }
  self->state = CAIRN_LIVE_ASKING;
  cairn_live_retry (self, REFUSED_WAIT_MS);
}

static void
closed_cb (CairnSocket *socket, guint code, gpointer data)
{
  CairnLive *self = data;

  g_debug ("The socket was closed: %u", code);
  drop_socket (self);
  if (code == TOKEN_ENDED)
    {
      self->state = CAIRN_LIVE_TRYING;
      cairn_live_retry (self, self->first_wait_ms / 4);
    }
  else
    back_off (self);
}

static void
text_cb (CairnSocket *socket, const char *text, gpointer data)
{
  CairnLive *self = data;
  const char *id = strchr (text, ' ');

  if (id == NULL || !g_str_equal (id + 1, self->subscription))
    return;
  if (g_str_has_prefix (text, "bound "))
    {
      self->tries = 0;
      self->anew = FALSE;
      self->state = CAIRN_LIVE_TOLD;
      cairn_live_sync_soon (self);
    }
  else if (g_str_has_prefix (text, "ping "))
    cairn_live_sync_soon (self);
  else if (g_str_has_prefix (text, "error "))   /* it has ended, or somebody has deleted it */
    {
      self->anew = TRUE;
      g_clear_pointer (&self->subscription, g_free);
      drop_socket (self);
      back_off (self);
    }
}

static void
bind_socket (CairnLive *self)
{
  g_autofree char *text = g_strconcat ("bind ", self->subscription, NULL);

  cairn_socket_say (self->socket, text);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnLive) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnApiAnswer) answer = cairn_grant_send_finish (CAIRN_GRANT (source), result, &error);

  if (answer == NULL)
    {
      fail (self, error);
      return;
    }
  self->opening = FALSE;
  if (self->cancellable == NULL)
    return;
  self->socket = g_steal_pointer (&answer->socket);
  self->opened = g_get_monotonic_time ();
  g_signal_connect (self->socket, "text", G_CALLBACK (text_cb), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (closed_cb), self);
  bind_socket (self);
}

static void
subscribed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnLive) self = data;
  g_autoptr(CairnApiRequest) request = NULL;
  g_autoptr(GError) error = NULL;
  char *id = cairn_live_subscribe_finish (result, &error);

  if (id == NULL)
    {
      fail (self, error);
      return;
    }
  g_free (self->subscription);
  self->subscription = id;
  request = cairn_api_request_new ("GET", cairn_grant_get_server (self->grant)->websocket);
  request->socket = TRUE;
  request->tries = 1;
  cairn_grant_send_async (self->grant, request, self->cancellable, opened_cb, g_object_ref (self));
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnLive) self = data;
  g_autoptr(GError) error = NULL;
  const CairnServer *server = cairn_grant_connect_finish (CAIRN_GRANT (source), result, &error);

  if (server == NULL)
    fail (self, error);
  else if (server->websocket == NULL || cairn_server_lookup_type (server, "Subscription") == NULL)
    {
      self->opening = FALSE;
      self->state = CAIRN_LIVE_ASKING;
    }
  else
    cairn_live_subscribe_async (self->grant, self->anew, self->cancellable, subscribed_cb, g_object_ref (self));
}

static void
open_socket (CairnLive *self)
{
  if (self->cancellable == NULL || self->opening || self->socket != NULL || cairn_grant_get_expired (self->grant))
    return;
  self->opening = TRUE;
  self->state = CAIRN_LIVE_TRYING;
  cairn_grant_connect_async (self->grant, self->cancellable, connected_cb, g_object_ref (self));
}

/* The machine slept, or its network is another: what was open is of no use. */
void
cairn_live_resume (CairnLive *self)
{
  if (self->cancellable == NULL)
    return;
  drop_socket (self);
  self->tries = 0;
  self->asked = 0;
  if (self->state == CAIRN_LIVE_TOLD)
    self->state = CAIRN_LIVE_TRYING;
  cairn_live_retry (self, self->first_wait_ms);
}

static gboolean
is_over (gint64 since, guint ms)
{
  return g_get_monotonic_time () - since > ms * G_TIME_SPAN_MILLISECOND;
}

static gboolean
tick_cb (gpointer data)
{
  CairnLive *self = data;

  cairn_live_check_sleep (self);
  if (self->socket != NULL && is_over (cairn_socket_get_heard (self->socket), self->silence_ms))
    {
      drop_socket (self);
      back_off (self);
    }
  if (self->state != CAIRN_LIVE_TOLD && self->state != CAIRN_LIVE_OFF && is_over (self->asked, self->ask_ms) &&
      !cairn_sync_get_running (self->sync))
    cairn_live_sync_soon (self);
  return G_SOURCE_CONTINUE;
}

/* A new sign-in, or a portal that answers again. */
static void
grant_cb (CairnGrant *grant, GParamSpec *pspec, gpointer data)
{
  CairnLive *self = data;

  if (self->cancellable == NULL || self->socket != NULL || cairn_grant_get_expired (grant) || !cairn_grant_get_online (grant) ||
      self->state == CAIRN_LIVE_ASKING)
    return;
  self->tries = 0;
  cairn_live_retry (self, self->first_wait_ms);
}

static void
cairn_live_finalize (GObject *object)
{
  CairnLive *self = CAIRN_LIVE (object);

  cairn_live_stop (self);
  g_clear_object (&self->network);
  g_clear_object (&self->grant);
  g_clear_object (&self->sync);
  g_free (self->subscription);
  G_OBJECT_CLASS (cairn_live_parent_class)->finalize (object);
}

static void
cairn_live_class_init (CairnLiveClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_live_finalize;
}

static void
cairn_live_init (CairnLive *self)
{
  self->tick_ms = TICK_MS;
  self->ask_ms = ASK_MS;
  self->first_wait_ms = FIRST_WAIT_MS;
  self->silence_ms = SILENCE_MS;
}

/**
 * cairn_live_new:
 * @grant: whose news
 * @sync: what brings them home
 *
 * Returns: (transfer full): it, off
 */
CairnLive *
cairn_live_new (CairnGrant *grant, CairnSync *sync)
{
  CairnLive *self = g_object_new (CAIRN_TYPE_LIVE, NULL);

  self->grant = g_object_ref (grant);
  self->sync = g_object_ref (sync);
  g_signal_connect_object (grant, "notify::expired", G_CALLBACK (grant_cb), self, 0);
  g_signal_connect_object (grant, "notify::online", G_CALLBACK (grant_cb), self, 0);
  g_signal_connect_object (sync, "notify::running", G_CALLBACK (running_cb), self, 0);
  return self;
}

/**
 * cairn_live_start:
 * @self: live news
 *
 * Starts to listen.
 */
void
cairn_live_start (CairnLive *self)
{
  g_return_if_fail (CAIRN_IS_LIVE (self));

  if (self->cancellable != NULL)
    return;
  self->cancellable = g_cancellable_new ();
  self->asked = g_get_monotonic_time ();
  self->tick_timer = g_timeout_add (self->tick_ms, tick_cb, self);
  cairn_live_watch_machine (self);
  open_socket (self);
}

/**
 * cairn_live_stop:
 * @self: live news
 *
 * Stops to listen.
 */
void
cairn_live_stop (CairnLive *self)
{
  g_return_if_fail (CAIRN_IS_LIVE (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  g_clear_handle_id (&self->tick_timer, g_source_remove);
  cairn_live_forget_machine (self);
  drop_socket (self);
  self->opening = FALSE;
  self->again = FALSE;
  self->state = CAIRN_LIVE_OFF;
}

/**
 * cairn_live_get_state:
 * @self: live news
 *
 * Returns: how they come
 */
CairnLiveState
cairn_live_get_state (CairnLive *self)
{
  g_return_val_if_fail (CAIRN_IS_LIVE (self), CAIRN_LIVE_OFF);
  return self->state;
}
