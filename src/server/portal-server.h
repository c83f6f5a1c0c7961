/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-call.h"

G_BEGIN_DECLS

/**
 * PortalServer:
 *
 * The HTTP side of a portal: a thread with its main context, libsoup's server in it, and a bounded pool
 * for passwords. Starting and stopping block, and are done by one other thread.
 */
typedef struct _PortalServer PortalServer;

PortalServer *portal_server_start   (const PortalService *service, GError **error);
void          portal_server_stop    (PortalServer *self);
const char   *portal_server_get_url (PortalServer *self);
const char   *portal_server_get_metrics_url (PortalServer *self);

G_END_DECLS
