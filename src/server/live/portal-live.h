/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "server/portal-call.h"

G_BEGIN_DECLS

/**
 * PortalLive:
 *
 * Those who wait for news on a socket (FHIR R4 §2.46.6.2, channel websocket), of the server's thread.
 */
typedef struct _PortalLive PortalLive;

typedef void (*PortalLiveEmpty) (gpointer data);

PortalLive *portal_live_new      (const PortalService *service, PortalLiveEmpty empty, gpointer data);
void        portal_live_open     (PortalCall *call, CairnConnection *db);
gboolean    portal_live_accept   (PortalLive *self, SoupServerMessage *message, PortalCall *call);
void        portal_live_wake     (PortalLive *self);
void        portal_live_recheck  (PortalLive *self);
guint       portal_live_count    (PortalLive *self);
void        portal_live_stop     (PortalLive *self);
void        portal_live_cut      (PortalLive *self);
void        portal_live_free     (PortalLive *self);

G_END_DECLS
