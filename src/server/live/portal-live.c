/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of who is told of what, and the one look into the store that serves all of them: after each commit of
 * this process, and each second for those of others (staff, import), a reader lists whose records have new versions.
 * What that costs grows with what was written, not with the sockets. On the server's thread but for the jobs. */
#include "portal-live-private.h"

#include <string.h>

#include "fhir/cairn-date.h"
#include "portal-connection.h"
#include "portal-subscription.h"
#include "server/store/people/portal-store-grants.h"

#define MOST_A_PERSON 10
#define SOON_MS 20           /* commits that come together are told of together */
#define BYE_MS 1000          /* to say good-bye in */
#define CHECK_SECONDS 15     /* how often tokens are looked at without cause */
#define MOST_NEWS 2000       /* rows a look */

/* What a look found */
typedef struct
{
  PortalLive *live;      /* kept by the server until its jobs are over */
  gint64      after;
  gint64      last;
  guint       n;
  GHashTable *keys;      /* set of keys with news */
  GPtrArray  *ended;     /* ids of subscriptions that are gone */
} Look;

/* Whether tokens are still good: by place in sockets */
typedef struct
{
  PortalLive *live;
  gboolean    all;
  GPtrArray  *sockets;   /* PortalLiveSocket */
  GPtrArray  *hashes;
  GArray     *expires;   /* gint64; 0 for a token that isn't good any more */
} Check;

static void start_clock (PortalLive *self);

static void
look_free (gpointer data)
{
  Look *look = data;

  g_hash_table_unref (look->keys);
  g_ptr_array_unref (look->ended);
  g_free (look);
}

static gboolean
note_news (const PortalNews *news, gpointer data)
{
  Look *look = data;

  look->n++;
  look->last = MAX (look->last, news->seq);
  if (g_str_equal (news->type, "Subscription"))
    {
      if (news->gone)
        g_ptr_array_add (look->ended, g_strdup (news->id));
    }
  else
    g_hash_table_add (look->keys, portal_subscription_make_key (news->type, news->audience));
  return TRUE;
}

static gpointer
look_on_reader (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Look *look = data;

  return GINT_TO_POINTER (portal_store_list_news (db, look->after, MOST_NEWS, note_news, look, error));
}

static void
end_subscription (PortalLive *self, const char *id)
{
  for (GList *link = self->sockets.head; link != NULL; link = link->next)
    {
      PortalLiveSocket *socket = link->data;

      for (guint i = 0; i < socket->bindings->len; i++)
        {
          PortalBinding *binding = g_ptr_array_index (socket->bindings, i);

          if (!g_str_equal (binding->id, id))
            continue;
          portal_live_socket_drop (socket, binding, TRUE);
          break;
        }
    }
}

static void
tell (PortalLive *self, Look *look)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, look->keys);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      GPtrArray *watchers = g_hash_table_lookup (self->watchers, key);

      for (guint i = 0; watchers != NULL && i < watchers->len; i++)
        {
          PortalBinding *binding = g_ptr_array_index (watchers, i);

          binding->due = TRUE;
          portal_live_socket_tell (binding->socket);
        }
    }
  for (guint i = 0; i < look->ended->len; i++)
    end_subscription (self, g_ptr_array_index (look->ended, i));
}

static void look_now (PortalLive *self);

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Look *look = data;
  PortalLive *self = look->live;
  g_autoptr(GError) error = NULL;

  self->looking = FALSE;
  self->jobs--;
  if (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error) == NULL)
    g_message ("News can't be looked for: %s", error != NULL ? error->message : "?");
  else if (!self->stopping)
    {
      /* The last version's audiences may have been cut off */
      self->last = look->n == MOST_NEWS && look->last - 1 > look->after ? look->last - 1 : look->last;
      tell (self, look);
      if (look->n == MOST_NEWS || self->again)
        look_now (self);
    }
  look_free (look);
}

static void
look_now (PortalLive *self)
{
  Look *look;

  self->again = self->looking;
  if (self->looking || self->n_bindings == 0)
    return;
  self->looking = TRUE;
  self->jobs++;
  look = g_new0 (Look, 1);
  look->live = self;
  look->after = look->last = self->last;
  look->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  look->ended = g_ptr_array_new_with_free_func (g_free);
  cairn_database_run_async (portal_store_next_reader (self->service->store), look_on_reader, look, NULL, NULL, NULL,
                            looked_cb, look);
}

static void
check_free (gpointer data)
{
  Check *check = data;

  g_ptr_array_unref (check->sockets);
  g_ptr_array_unref (check->hashes);
  g_array_unref (check->expires);
  g_free (check);
}

static gpointer
check_on_reader (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Check *check = data;
  gint64 now = cairn_date_now ();

  for (guint i = 0; i < check->hashes->len; i++)
    {
      g_autoptr(PortalGrant) grant = NULL;
      gint64 expires;

      if (!portal_store_find_access (db, g_ptr_array_index (check->hashes, i), now, &grant, error))
        return NULL;
      expires = grant != NULL ? grant->expires : 0;
      g_array_append_val (check->expires, expires);
    }
  return GINT_TO_POINTER (1);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Check *check = data;
  PortalLive *self = check->live;

  gboolean all = check->all;

  cairn_database_run_finish (CAIRN_DATABASE (source), result, NULL);
  if (all)
    self->checking = FALSE;
  self->jobs--;
  for (guint i = 0; i < check->expires->len; i++)
    {
      PortalLiveSocket *socket = g_ptr_array_index (check->sockets, i);

      socket->expires = g_array_index (check->expires, gint64, i);
      if (socket->expires == 0 && socket->live != NULL)
        portal_live_socket_close (socket, PORTAL_LIVE_TOKEN_ENDED, "the token has ended");
    }
  check_free (check);
  if (all && self->check_again && !self->stopping)
    portal_live_recheck (self);
}

static void
note_socket (Check *check, PortalLiveSocket *socket)
{
  g_ptr_array_add (check->sockets, portal_live_socket_ref (socket));
  g_ptr_array_add (check->hashes, g_strdup (socket->hash));
}

/* Looks at one socket's token, or with NULL at all. */
static void
start_check (PortalLive *self, PortalLiveSocket *one)
{
  Check *check = g_new0 (Check, 1);

  self->jobs++;
  check->live = self;
  check->all = one == NULL;
  check->sockets = g_ptr_array_new_with_free_func (portal_live_socket_unref);
  check->hashes = g_ptr_array_new_with_free_func (g_free);
  check->expires = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (one != NULL)
    note_socket (check, one);
  for (GList *link = self->sockets.head; one == NULL && link != NULL; link = link->next)
    note_socket (check, link->data);
  cairn_database_run_async (portal_store_next_reader (self->service->store), check_on_reader, check, NULL, NULL, NULL,
                            checked_cb, check);
}

/* Looks whether the tokens are still good: grants may have ended. */
void
portal_live_recheck (PortalLive *self)
{
  self->check_again = self->checking;
  if (self->checking || self->sockets.length == 0)
    return;
  self->checking = TRUE;
  start_check (self, NULL);
}

static gboolean
soon_cb (gpointer data)
{
  PortalLive *self = data;

  g_clear_pointer (&self->soon, g_source_unref);
  look_now (self);
  return G_SOURCE_REMOVE;
}

/* Something was written. */
void
portal_live_wake (PortalLive *self)
{
  if (self->soon != NULL || self->n_bindings == 0 || self->stopping)
    return;
  self->soon = g_timeout_source_new (SOON_MS);
  g_source_set_callback (self->soon, soon_cb, self, NULL);
  g_source_attach (self->soon, g_main_context_get_thread_default ());
}

/* What is due now for one socket; FALSE when it is over. */
static gboolean
look_after (PortalLiveSocket *socket, gint64 now)
{
  if (portal_live_socket_is_silent (socket))
    return FALSE;
  if (socket->expires != 0 && socket->expires <= now)
    portal_live_socket_close (socket, PORTAL_LIVE_TOKEN_ENDED, "the token has ended");
  for (guint i = socket->bindings->len; i > 0; i--)
    {
      PortalBinding *binding = g_ptr_array_index (socket->bindings, i - 1);

      if (binding->end <= now)
        portal_live_socket_drop (socket, binding, TRUE);
    }
  portal_live_socket_tell (socket);
  return TRUE;
}

static gboolean
clock_cb (gpointer data)
{
  PortalLive *self = data;
  gint64 now = cairn_date_now ();

  for (GList *link = self->sockets.head, *next; link != NULL; link = next)
    {
      next = link->next;
      if (!look_after (link->data, now))
        portal_live_socket_cut (link->data);
    }
  if (++self->ticks % CHECK_SECONDS == 0)
    portal_live_recheck (self);
  look_now (self);
  if (self->sockets.length > 0)
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&self->clock, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
start_clock (PortalLive *self)
{
  if (self->clock != NULL)
    return;
  self->clock = g_timeout_source_new_seconds (1);
  g_source_set_callback (self->clock, clock_cb, self, NULL);
  g_source_attach (self->clock, g_main_context_get_thread_default ());
}

/* From here on it is told; seq is the last version that there was when its subscription was found. */
void
portal_live_add (PortalLive *self, PortalBinding *binding, gint64 seq)
{
  GPtrArray *watchers = g_hash_table_lookup (self->watchers, binding->key);

  if (self->n_bindings++ == 0)
    self->last = seq;
  if (watchers == NULL)
    {
      watchers = g_ptr_array_new ();
      g_hash_table_insert (self->watchers, g_strdup (binding->key), watchers);
    }
  g_ptr_array_add (watchers, binding);
}

void
portal_live_remove (PortalLive *self, PortalBinding *binding)
{
  GPtrArray *watchers = g_hash_table_lookup (self->watchers, binding->key);

  self->n_bindings--;
  g_ptr_array_remove_fast (watchers, binding);
  if (watchers->len == 0)
    g_hash_table_remove (self->watchers, binding->key);
}

/* A socket is over. */
void
portal_live_forget (PortalLive *self, PortalLiveSocket *socket)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->persons, socket->account));

  if (n > 1)
    g_hash_table_insert (self->persons, g_strdup (socket->account), GUINT_TO_POINTER (n - 1));
  else
    g_hash_table_remove (self->persons, socket->account);
  g_queue_unlink (&self->sockets, &socket->link);
  portal_live_socket_unref (socket);
  if (self->sockets.length == 0)
    self->empty (self->data);
}

/* GET /fhir/websocket: whether it may; the server's thread does the rest. */
void
portal_live_open (PortalCall *call, CairnConnection *db)
{
  if (call->upgrade)
    {
      portal_call_reply (call, 101, NULL, NULL);
      return;
    }
  portal_call_add_header (call, "Upgrade", "websocket");
  portal_call_outcome (call, 426, "not-supported", "This address speaks WebSocket (RFC 6455) only");
}

/* What waits for its stream */
typedef struct
{
  PortalLive *live;
  PortalCall *call;
} Opening;

static void
opening_free (gpointer data, GClosure *closure)
{
  portal_call_free (((Opening *) data)->call);
  g_free (data);
}

static void
switched_cb (SoupServerMessage *message, gpointer data)
{
  Opening *opening = data;
  PortalLive *self = opening->live;
  g_autoptr(GSocket) wire = portal_connection_hand_over (message);
  g_autoptr(GIOStream) stream = soup_server_message_steal_connection (message);
  g_autoptr(SoupWebsocketConnection) channel = NULL;
  PortalLiveSocket *socket;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->persons, opening->call->view->account));

  if (stream == NULL || wire == NULL)
    return;
  channel = soup_websocket_connection_new (stream, soup_server_message_get_uri (message), SOUP_WEBSOCKET_CONNECTION_SERVER,
                                           NULL, NULL, NULL);
  socket = portal_live_socket_new (self, channel, wire, opening->call);
  g_hash_table_insert (self->persons, g_strdup (socket->account), GUINT_TO_POINTER (n + 1));
  g_queue_push_tail_link (&self->sockets, &socket->link);
  start_clock (self);
  if (self->stopping)
    portal_live_socket_close (socket, PORTAL_LIVE_GOING_AWAY, "the portal stops");
  else
    start_check (self, socket);   /* when it ends, and whether it did just now */
}

static gboolean
has_room (PortalLive *self, const char *account)
{
  return !self->stopping && self->sockets.length < (guint) self->service->config->live_sockets &&
         GPOINTER_TO_UINT (g_hash_table_lookup (self->persons, account)) < MOST_A_PERSON;
}

/* Switches a message's connection over and takes the call, or answers the call: FALSE. */
gboolean
portal_live_accept (PortalLive *self, SoupServerMessage *message, PortalCall *call)
{
  Opening *opening;

  if (!has_room (self, call->view->account))
    {
      portal_call_add_header (call, "Retry-After", "60");
      portal_call_outcome (call, 503, "throttled", "There are as many sockets open as may be");
      return FALSE;
    }
  if (!soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
    {
      portal_call_outcome (call, 400, "structure", "This is no WebSocket handshake");
      return FALSE;
    }
  opening = g_new0 (Opening, 1);
  opening->live = self;
  opening->call = call;
  g_signal_connect_data (message, "wrote-informational", G_CALLBACK (switched_cb), opening, opening_free, 0);
  return TRUE;
}

guint
portal_live_count (PortalLive *self)
{
  return self->sockets.length;
}

/* empty is called whenever the last socket is over. */
PortalLive *
portal_live_new (const PortalService *service, PortalLiveEmpty empty, gpointer data)
{
  PortalLive *self = g_new0 (PortalLive, 1);

  self->service = service;
  self->empty = empty;
  self->data = data;
  self->watchers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->persons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static gboolean
cut_cb (gpointer data)
{
  PortalLive *self = data;

  g_clear_pointer (&self->soon, g_source_unref);
  portal_live_cut (self);
  return G_SOURCE_REMOVE;
}

/* Says good-bye; who doesn't answer soon is cut off. */
void
portal_live_stop (PortalLive *self)
{
  self->stopping = TRUE;
  if (self->soon != NULL)
    g_source_destroy (self->soon);
  g_clear_pointer (&self->soon, g_source_unref);
  self->soon = g_timeout_source_new (BYE_MS);
  g_source_set_callback (self->soon, cut_cb, self, NULL);
  g_source_attach (self->soon, g_main_context_get_thread_default ());
  for (GList *link = self->sockets.head, *next; link != NULL; link = next)
    {
      next = link->next;
      portal_live_socket_close (link->data, PORTAL_LIVE_GOING_AWAY, "the portal stops");
    }
}

/* Ends all of them, and waits for what readers do for them. On their thread; what is left is only freed. */
void
portal_live_cut (PortalLive *self)
{
  GSource *sources[] = { self->soon, self->clock };

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    if (sources[i] != NULL)
      {
        g_source_destroy (sources[i]);
        g_source_unref (sources[i]);
      }
  self->soon = self->clock = NULL;
  self->stopping = TRUE;
  while (self->sockets.head != NULL)
    portal_live_socket_cut (self->sockets.head->data);
  while (self->jobs > 0)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

void
portal_live_free (PortalLive *self)
{
  g_hash_table_unref (self->watchers);
  g_hash_table_unref (self->persons);
  g_free (self);
}
