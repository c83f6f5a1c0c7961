/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

void portal_oauth_challenge  (PortalCall *call, CairnConnection *db);
void portal_oauth_token      (PortalCall *call, CairnConnection *db);
void portal_oauth_revoke     (PortalCall *call, CairnConnection *db);
void portal_oauth_introspect (PortalCall *call, CairnConnection *db);
void portal_oauth_keys       (PortalCall *call, CairnConnection *db);

G_END_DECLS
