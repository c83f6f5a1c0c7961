/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

void portal_audit_call (const PortalCall *call, PortalAuditDone done, gpointer data);

G_END_DECLS
