/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The listening socket: limits connections by address, speaks TLS where a certificate is set, and
 * hands connections to a SoupServer.
 *
 * libsoup 3.2.3 (Debian 12) keeps what it had for a connection that the client closed between two
 * requests until its SoupServer goes. So a SoupServer takes a number of connections only, then
 * another one takes over, and the old one goes with its last connection. */
#include "portal-listener.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "common/cairn-error.h"
#include "portal-connection.h"

#define MOST_A_SERVER 1000
#define LEAVING "portal-leaving"

struct _PortalListener
{
  GSocketService     *service;
  GTlsCertificate    *certificate;
  GSocketAddress     *address;
  PortalConnections  *connections;
  GHashTable         *counts;        /* address → connections */
  GPtrArray          *generations;   /* Generation, the current one last */
  char               *folder;
  SoupServerCallback  early;     /* nullable: before the body */
  SoupServerCallback  handler;
  gpointer            data;
  guint               most_an_address;   /* but from this machine, and from a reverse proxy */
  gboolean            behind_proxy;
};

typedef struct
{
  PortalListener *listener;   /* NULL when it is gone */
  SoupServer     *server;
  guint           accepted;
  guint           live;
} Generation;

/* What a connection leaves when it ends */
typedef struct
{
  Generation *generation;
  GHashTable *counts;
  char       *address;
} Place;

static void
generation_clear (gpointer data)
{
  g_object_unref (((Generation *) data)->server);
}

static void
generation_end (gpointer data)
{
  Generation *generation = data;

  generation->listener = NULL;
  soup_server_disconnect (generation->server);
  g_rc_box_release_full (generation, generation_clear);
}

/* A SoupServer keeps connections alive only when it listens somewhere; nobody can come in here. */
static gboolean
listen_nowhere (PortalListener *self, SoupServer *server, GError **error)
{
  g_autoptr(GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                            G_SOCKET_PROTOCOL_DEFAULT, error);
  g_autoptr(GSocketAddress) address = NULL;
  g_autofree char *name = g_strdup_printf ("listen.%d", (int) getpid ()), *path = NULL;
  int folder = open (self->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  gboolean done;

  if (folder < 0 || socket == NULL)
    {
      if (socket != NULL)
        g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s: %s", self->folder,
                     g_strerror (errno));
      return FALSE;
    }
  /* A name in the folder would be too long for some folders */
  path = g_strdup_printf ("/proc/self/fd/%d/%s", folder, name);
  address = g_unix_socket_address_new (path);
  unlinkat (folder, name, 0);
  done = g_socket_bind (socket, address, FALSE, error) && g_socket_listen (socket, error) &&
         soup_server_listen_socket (server, socket, 0, error);
  unlinkat (folder, name, 0);
  close (folder);
  return done;
}

static Generation *
add_generation (PortalListener *self, GError **error)
{
  Generation *generation = g_rc_box_new0 (Generation);

  generation->listener = self;
  generation->server = soup_server_new (NULL, NULL);
  if (self->early != NULL)
    soup_server_add_early_handler (generation->server, NULL, self->early, self->data, NULL);
  soup_server_add_handler (generation->server, NULL, self->handler, self->data, NULL);
  portal_connection_watch_server (generation->server);
  if (listen_nowhere (self, generation->server, error))
    {
      g_ptr_array_add (self->generations, generation);
      return generation;
    }
  generation_end (generation);
  return NULL;
}

static Generation *
current_generation (PortalListener *self)
{
  Generation *current = g_ptr_array_index (self->generations, self->generations->len - 1);
  Generation *next;
  g_autoptr(GError) error = NULL;

  if (current->accepted < MOST_A_SERVER)
    return current;
  next = add_generation (self, &error);
  if (next == NULL)
    {
      g_message ("%s", error->message);
      return current;
    }
  g_object_set_data (G_OBJECT (current->server), LEAVING, current);
  if (current->live == 0)
    g_ptr_array_remove (self->generations, current);
  return next;
}

static gboolean
remove_generation (gpointer data)
{
  Generation *generation = data;

  if (generation->listener != NULL && generation->live == 0)
    g_ptr_array_remove (generation->listener->generations, generation);
  return G_SOURCE_REMOVE;
}

static void
generation_release (gpointer data)
{
  g_rc_box_release_full (data, generation_clear);
}

/* Called from inside a SoupServer, which must not go just then. */
static void
leave (gpointer data)
{
  Place *place = data;
  Generation *generation = place->generation;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (place->counts, place->address));

  if (n > 1)
    g_hash_table_insert (place->counts, g_strdup (place->address), GUINT_TO_POINTER (n - 1));
  else
    g_hash_table_remove (place->counts, place->address);
  generation->live--;
  if (generation->live == 0 && generation->listener != NULL &&
      portal_listener_is_leaving (generation->server))
    {
      g_autoptr(GSource) source = g_idle_source_new ();

      g_source_set_callback (source, remove_generation, g_rc_box_acquire (generation),
                             generation_release);
      g_source_attach (source, g_main_context_get_thread_default ());
    }
  generation_release (generation);
  g_hash_table_unref (place->counts);
  g_free (place->address);
  g_free (place);
}

/* A place for a connection, or NULL when its address has too many. */
static Place *
take_place (PortalListener *self, GSocketAddress *remote)
{
  GInetAddress *address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));
  g_autofree char *name = g_inet_address_to_string (address);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, name));
  Place *place;

  if (n >= self->most_an_address && !self->behind_proxy && !g_inet_address_get_is_loopback (address))
    {
      portal_connections_look (self->connections);   /* some may have gone */
      n = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, name));
      if (n >= self->most_an_address)
        return NULL;
    }
  g_hash_table_insert (self->counts, g_strdup (name), GUINT_TO_POINTER (n + 1));
  place = g_new (Place, 1);
  *place = (Place) { g_rc_box_acquire (current_generation (self)), g_hash_table_ref (self->counts),
                     g_steal_pointer (&name) };
  place->generation->accepted++;
  place->generation->live++;
  return place;
}

static GIOStream *
make_secure (GSocketConnection *stream, GTlsCertificate *certificate, GError **error)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  GIOStream *secure = g_tls_server_connection_new (G_IO_STREAM (stream), certificate, error);

  if (secure == NULL)
    return NULL;
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (secure), protocols);
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (secure), FALSE);
  return secure;
}

static gboolean
incoming (GSocketService *service, GSocketConnection *stream, GObject *source, gpointer data)
{
  PortalListener *self = data;
  g_autoptr(GSocketAddress) remote = g_socket_connection_get_remote_address (stream, NULL);
  g_autoptr(GSocketAddress) local = g_socket_connection_get_local_address (stream, NULL);
  g_autoptr(GIOStream) secure = NULL;
  g_autoptr(GError) error = NULL;
  SoupServer *server;
  Place *place;

  if (!G_IS_INET_SOCKET_ADDRESS (remote) || local == NULL)
    return TRUE;
  place = take_place (self, remote);
  if (place == NULL)
    return TRUE;
  server = place->generation->server;
  g_socket_set_option (g_socket_connection_get_socket (stream), IPPROTO_TCP, TCP_NODELAY, TRUE,
                       NULL);
  portal_connection_watch (self->connections, stream, remote, leave, place);
  if (self->certificate != NULL)
    secure = make_secure (stream, self->certificate, &error);
  if (error == NULL)
    soup_server_accept_iostream (server, secure != NULL ? secure : G_IO_STREAM (stream), local,
                                 remote, &error);
  if (error != NULL)
    g_message ("A connection can't be served: %s", error->message);
  return TRUE;
}

/* With the configured certificate when secure and there is one. Listens at once; connections are taken when the thread's main context runs. */
PortalListener *
portal_listener_new (const PortalConfig *config,
                     const char *listen,
                     gboolean secure,
                     SoupServerCallback early,
                     SoupServerCallback handler,
                     gpointer data,
                     GError **error)
{
  g_autoptr(GInetSocketAddress) address = portal_config_dup_address (listen, error);
  PortalListener *self;
  gboolean done;

  if (address == NULL)
    return NULL;
  self = g_new0 (PortalListener, 1);
  self->service = g_socket_service_new ();
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->generations = g_ptr_array_new_with_free_func (generation_end);
  self->connections = portal_connections_new ();
  self->folder = g_strdup (config->data);
  self->early = early;
  self->handler = handler;
  self->data = data;
  self->behind_proxy = config->behind_proxy;
  self->most_an_address = config->connections_per_address;
  secure = secure && config->tls_cert != NULL;
  if (secure)
    self->certificate = g_tls_certificate_new_from_files (config->tls_cert, config->tls_key, error);
  done = (!secure || self->certificate != NULL) &&
         add_generation (self, error) != NULL &&
         g_socket_listener_add_address (G_SOCKET_LISTENER (self->service),
                                        G_SOCKET_ADDRESS (address), G_SOCKET_TYPE_STREAM,
                                        G_SOCKET_PROTOCOL_TCP, NULL, &self->address, error);
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming), self);
  if (!done)
    g_clear_pointer (&self, portal_listener_free);
  return self;
}

char *
portal_listener_dup_url (PortalListener *self)
{
  GInetSocketAddress *socket = G_INET_SOCKET_ADDRESS (self->address);
  GInetAddress *address = g_inet_socket_address_get_address (socket);
  g_autofree char *host = g_inet_address_to_string (address);
  gboolean v6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf ("%s://%s%s%s:%u/", self->certificate != NULL ? "https" : "http",
                          v6 ? "[" : "", host, v6 ? "]" : "",
                          g_inet_socket_address_get_port (socket));
}

/* Connections that are open. */
guint
portal_listener_count (PortalListener *self)
{
  guint n = 0;

  for (guint i = 0; i < self->generations->len; i++)
    n += ((Generation *) g_ptr_array_index (self->generations, i))->live;
  return n;
}

/* Takes no more connections; those that are open get the answers that they wait for. */
void
portal_listener_stop (PortalListener *self)
{
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
}

/* Ends all connections. */
void
portal_listener_free (PortalListener *self)
{
  portal_listener_stop (self);
  g_ptr_array_unref (self->generations);
  portal_connections_release (self->connections);
  g_object_unref (self->service);
  g_clear_object (&self->certificate);
  g_clear_object (&self->address);
  g_hash_table_unref (self->counts);
  g_free (self->folder);
  g_free (self);
}

/* Whether a SoupServer wants its connections to end after their answers. */
gboolean
portal_listener_is_leaving (SoupServer *server)
{
  return g_object_get_data (G_OBJECT (server), LEAVING) != NULL;
}
