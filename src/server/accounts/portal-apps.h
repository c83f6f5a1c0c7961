/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

void portal_apps_list (PortalCall *call, CairnConnection *db);
void portal_apps_get  (PortalCall *call, CairnConnection *db);
void portal_apps_end  (PortalCall *call, CairnConnection *db);

G_END_DECLS
