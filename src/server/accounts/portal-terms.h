/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

gboolean portal_terms_load (const PortalConfig *config, char **text, char **version, GError **error);
void     portal_terms_get  (PortalCall *call, CairnConnection *db);

G_END_DECLS
