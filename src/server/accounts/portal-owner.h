/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"
#include "server/store/people/portal-store-accounts.h"
#include "server/store/people/portal-store-grants.h"

G_BEGIN_DECLS

#define PORTAL_PROOF_SECONDS 300

/**
 * PortalOwner:
 *
 * Who bears the token, and through which of their devices.
 */
typedef struct
{
  PortalGrant   *grant;
  PortalAccount *account;
} PortalOwner;

void     portal_owner_clear     (PortalOwner *owner);
gboolean portal_owner_load      (PortalCall *call, CairnConnection *db, PortalOwner *owner);
gboolean portal_owner_proved    (PortalCall *call, const PortalOwner *owner);
gboolean portal_owner_count_try (PortalCall *call, CairnConnection *db, const char *counter, gint64 *wait, GError **error);
gboolean portal_owner_right     (PortalCall *call, CairnConnection *db, const char *counter, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PortalOwner, portal_owner_clear)

G_END_DECLS
