/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"
#include "server/store/portal-store.h"

G_BEGIN_DECLS

/**
 * PortalUpkeep:
 *
 * What a portal tidies up now and then, of the thread that it was made on.
 */
typedef struct _PortalUpkeep PortalUpkeep;

PortalUpkeep *portal_upkeep_new  (PortalStore *store, const PortalConfig *config);
void          portal_upkeep_free (PortalUpkeep *self);

gboolean      portal_upkeep_end_subscriptions (CairnConnection *db, gint64 now, guint *n, GError **error);

G_END_DECLS
