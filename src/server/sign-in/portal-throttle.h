/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"
#include "server/store/people/portal-store-accounts.h"

G_BEGIN_DECLS

#define PORTAL_HOUR_MS (60 * 60 * G_GINT64_CONSTANT (1000))

gboolean portal_throttle_take  (CairnConnection *db, const PortalConfig *config, const char *account,
                                const char *address, gint64 now, gint64 *wait, GError **error);
gboolean portal_throttle_right (CairnConnection *db, const char *account, const char *address, GError **error);
gboolean portal_throttle_count (CairnConnection *db, const char *name, gint64 limit, gint64 now, gint64 *wait,
                                GError **error);
gboolean portal_throttle_forgive (CairnConnection *db, const char *name, gint64 now, GError **error);

G_END_DECLS
