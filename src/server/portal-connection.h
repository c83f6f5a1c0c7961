/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * PortalConnections:
 *
 * Those that are open, of one thread, with the clock that ends them.
 */
typedef struct _PortalConnections PortalConnections;

PortalConnections *portal_connections_new            (void);
void               portal_connections_release        (PortalConnections *self);
void               portal_connections_look           (PortalConnections *self);

void               portal_connection_watch           (PortalConnections *connections, GSocketConnection *stream,
                                                      GSocketAddress *remote, GDestroyNotify ended, gpointer data);
void               portal_connection_watch_server    (SoupServer *server);
gboolean           portal_connection_is_too_large    (SoupServerMessage *message);
GSocket           *portal_connection_hand_over      (SoupServerMessage *message);
void               portal_connection_answering       (SoupServerMessage *message, gsize length);

G_END_DECLS
