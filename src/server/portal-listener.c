/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The listening socket: limits connections by address and speaks TLS where a certificate is set. */
#include "portal-listener.h"

#include "portal-connection.h"

#define MOST_AN_ADDRESS 50   /* but from this machine, and from a reverse proxy */

struct _PortalListener
{
  SoupServer      *server;        /* borrowed */
  GSocketService  *service;
  GTlsCertificate *certificate;
  GSocketAddress  *address;
  GHashTable      *connections;   /* address → number */
  gboolean         behind_proxy;
};

typedef struct
{
  GHashTable *connections;
  char       *address;
} Leaving;

static void
left (gpointer data, GObject *stream)
{
  Leaving *leaving = data;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (leaving->connections, leaving->address));

  if (n > 1)
    g_hash_table_insert (leaving->connections, g_strdup (leaving->address), GUINT_TO_POINTER (n - 1));
  else
    g_hash_table_remove (leaving->connections, leaving->address);
  g_hash_table_unref (leaving->connections);
  g_free (leaving->address);
  g_free (leaving);
}

/* Counts a connection until it is gone; FALSE when its address has too many. */
static gboolean
enter (PortalListener *self, GSocketConnection *stream, GSocketAddress *remote)
{
  GInetAddress *address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));
  g_autofree char *name = g_inet_address_to_string (address);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->connections, name));
  Leaving *leaving;

  if (n >= MOST_AN_ADDRESS && !self->behind_proxy && !g_inet_address_get_is_loopback (address))
    return FALSE;
  g_hash_table_insert (self->connections, g_strdup (name), GUINT_TO_POINTER (n + 1));
  leaving = g_new (Leaving, 1);
  *leaving = (Leaving) { g_hash_table_ref (self->connections), g_steal_pointer (&name) };
  g_object_weak_ref (G_OBJECT (stream), left, leaving);
  return TRUE;
}

static gboolean
incoming (GSocketService *service, GSocketConnection *stream, GObject *source, gpointer data)
{
  PortalListener *self = data;
  g_autoptr(GSocketAddress) remote = g_socket_connection_get_remote_address (stream, NULL);
  g_autoptr(GSocketAddress) local = g_socket_connection_get_local_address (stream, NULL);
  g_autoptr(GIOStream) secure = NULL;
  g_autoptr(GError) error = NULL;

  if (!G_IS_INET_SOCKET_ADDRESS (remote) || local == NULL || !enter (self, stream, remote))
    return TRUE;
  portal_connection_watch (stream, remote);
  if (self->certificate != NULL)
    {
      secure = g_tls_server_connection_new (G_IO_STREAM (stream), self->certificate, &error);
      if (secure == NULL)
        {
          g_message ("TLS can't be spoken: %s", error->message);
          return TRUE;
        }
    }
  if (!soup_server_accept_iostream (self->server, secure != NULL ? secure : G_IO_STREAM (stream), local, remote, &error))
    g_message ("A connection can't be served: %s", error->message);
  return TRUE;
}

/* Listens at once; connections are taken when the thread's main context runs. */
PortalListener *
portal_listener_new (const PortalConfig *config, SoupServer *server, GError **error)
{
  g_autoptr(GInetSocketAddress) address = portal_config_dup_address (config, error);
  g_autoptr(GTlsCertificate) certificate = NULL;
  g_autoptr(GSocketService) service = g_socket_service_new ();
  g_autoptr(GSocketAddress) effective = NULL;
  PortalListener *self;

  if (address == NULL)
    return NULL;
  if (config->tls_cert != NULL)
    {
      certificate = g_tls_certificate_new_from_files (config->tls_cert, config->tls_key, error);
      if (certificate == NULL)
        return NULL;
    }
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), G_SOCKET_ADDRESS (address), G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &effective, error))
    return NULL;
  self = g_new0 (PortalListener, 1);
  self->server = server;
  self->service = g_steal_pointer (&service);
  self->certificate = g_steal_pointer (&certificate);
  self->address = g_steal_pointer (&effective);
  self->connections = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->behind_proxy = config->behind_proxy;
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming), self);
  return self;
}

char *
portal_listener_dup_url (PortalListener *self)
{
  GInetSocketAddress *socket = G_INET_SOCKET_ADDRESS (self->address);
  GInetAddress *address = g_inet_socket_address_get_address (socket);
  g_autofree char *host = g_inet_address_to_string (address);
  gboolean v6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf ("%s://%s%s%s:%u/", self->certificate != NULL ? "https" : "http", v6 ? "[" : "", host,
                          v6 ? "]" : "", g_inet_socket_address_get_port (socket));
}

/* Takes no more; connections that are open stay so. */
void
portal_listener_free (PortalListener *self)
{
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_clear_object (&self->certificate);
  g_object_unref (self->address);
  g_hash_table_unref (self->connections);
  g_free (self);
}
