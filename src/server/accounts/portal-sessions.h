/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

void portal_sessions_list     (PortalCall *call, CairnConnection *db);
void portal_sessions_get      (PortalCall *call, CairnConnection *db);
void portal_sessions_end      (PortalCall *call, CairnConnection *db);
void portal_sessions_end_others (PortalCall *call, CairnConnection *db);
void portal_sessions_activity (PortalCall *call, CairnConnection *db);

G_END_DECLS
