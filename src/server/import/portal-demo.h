/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal.h"

G_BEGIN_DECLS

gboolean portal_demo_fill (Portal *portal, GError **error);
void     portal_demo_explain (Portal *portal, const PortalConfig *config);

G_END_DECLS
