/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"
#include "server/store/people/portal-store-registration.h"

G_BEGIN_DECLS

void     portal_contact_post  (PortalCall *call, CairnConnection *db);
gboolean portal_contact_apply (PortalCall *call, CairnConnection *db, const PortalRegistration *r, gint64 now, GError **error);

G_END_DECLS
