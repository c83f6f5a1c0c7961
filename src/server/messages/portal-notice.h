/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"
#include "server/portal-config.h"
#include "server/store/portal-store.h"

G_BEGIN_DECLS

gboolean portal_notice_team    (CairnConnection *db, const PortalConfig *config, CairnJson recipients, const char *thread,
                                GError **error);
gboolean portal_notice_patient (CairnConnection *db, const PortalConfig *config, const char *patient, const char *thread,
                                GError **error);

G_END_DECLS
