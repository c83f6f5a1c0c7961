/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-session.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_SYNC_STATUS (cairn_sync_status_get_type ())
G_DECLARE_FINAL_TYPE (CairnSyncStatus, cairn_sync_status, CAIRN, SYNC_STATUS, AdwBin)

void          cairn_sync_status_set_session (CairnSyncStatus *self, CairnSession *session);
char         *cairn_sync_status_dup_age     (CairnSession *session);
const GError *cairn_sync_status_get_failure (CairnSession *session);

G_END_DECLS
