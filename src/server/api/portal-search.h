/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

void portal_search_type        (PortalCall *call, CairnConnection *db);
void portal_search_compartment (PortalCall *call, CairnConnection *db);
gboolean portal_search_match   (PortalCall *call, CairnConnection *db, const char *type, GPtrArray *params,
                                GPtrArray *ids, GError **error);
void portal_search_history     (PortalCall *call, CairnConnection *db);
void portal_search_all_history (PortalCall *call, CairnConnection *db);

G_END_DECLS
