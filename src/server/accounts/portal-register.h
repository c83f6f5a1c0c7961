/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"
#include "server/store/people/portal-store-registration.h"

G_BEGIN_DECLS

void portal_register_post   (PortalCall *call, CairnConnection *db);
void portal_register_verify (PortalCall *call, CairnConnection *db);

gboolean portal_register_send (PortalCall *call, CairnConnection *db, PortalRegistration *r, GError **error);

G_END_DECLS
