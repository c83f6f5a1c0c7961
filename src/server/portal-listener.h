/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "portal-config.h"

G_BEGIN_DECLS

/**
 * PortalListener:
 *
 * The listening socket and the SoupServers behind it. On the server's thread.
 */
typedef struct _PortalListener PortalListener;

PortalListener *portal_listener_new       (const PortalConfig *config, const char *listen, gboolean secure,
                                           SoupServerCallback early, SoupServerCallback handler, gpointer data, GError **error);
char           *portal_listener_dup_url   (PortalListener *self);
guint           portal_listener_count     (PortalListener *self);
void            portal_listener_stop      (PortalListener *self);
void            portal_listener_free      (PortalListener *self);
gboolean        portal_listener_is_leaving (SoupServer *server);

G_END_DECLS
