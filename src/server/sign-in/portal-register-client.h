/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

void portal_register_client (PortalCall *call, CairnConnection *db);

G_END_DECLS
