/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

void portal_authorize_get     (PortalCall *call, CairnConnection *db);
void portal_authorize_sign_in (PortalCall *call, CairnConnection *db);
void portal_authorize_consent (PortalCall *call, CairnConnection *db);
void portal_authorize_refuse  (PortalCall *call, CairnConnection *db);

G_END_DECLS
