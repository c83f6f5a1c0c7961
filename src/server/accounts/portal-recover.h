/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"
#include "server/store/people/portal-store-registration.h"

G_BEGIN_DECLS

void     portal_recover_username (PortalCall *call, CairnConnection *db);
gboolean portal_recover_send (PortalCall *call, CairnConnection *db, const char *name, char **handle, GError **error);
void     portal_recover_password (PortalCall *call, CairnConnection *db);

G_END_DECLS
