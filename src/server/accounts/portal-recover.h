/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"
#include "server/store/portal-store-registration.h"

G_BEGIN_DECLS

void     portal_recover_username (PortalCall *call, CairnConnection *db);
void     portal_recover_password (PortalCall *call, CairnConnection *db);

G_END_DECLS
