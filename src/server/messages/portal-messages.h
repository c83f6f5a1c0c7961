/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

#define PORTAL_MOST_RECIPIENTS 5

void portal_messages_get  (PortalCall *call, CairnConnection *db);
void portal_messages_post (PortalCall *call, CairnConnection *db);

G_END_DECLS
