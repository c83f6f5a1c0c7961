/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

gboolean portal_binary_is_media_type (const char *media_type);

void     portal_binary_read  (PortalCall *call, CairnConnection *db);
void     portal_binary_vread (PortalCall *call, CairnConnection *db);

G_END_DECLS
