/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "portal-config.h"

G_BEGIN_DECLS

/**
 * PortalListener:
 *
 * Takes connections and hands them to a SoupServer, which in libsoup 3.2.3 (Debian 12) never closes the
 * ones that it accepts itself. On the server's thread.
 */
typedef struct _PortalListener PortalListener;

PortalListener *portal_listener_new     (const PortalConfig *config, SoupServer *server, GError **error);
char           *portal_listener_dup_url (PortalListener *self);
void            portal_listener_free    (PortalListener *self);

G_END_DECLS
