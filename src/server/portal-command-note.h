/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal.h"
#include "server/audit/portal-audit.h"

G_BEGIN_DECLS

#define PORTAL_COMMAND_DONE 200
#define PORTAL_COMMAND_FAILED 400

gboolean portal_command_note     (Portal *portal, PortalEvent *event, GError **error);
gboolean portal_command_note_all (Portal *portal, PortalEvent *event, GHashTable *patients, GError **error);

G_END_DECLS
