/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/store/portal-store.h"

G_BEGIN_DECLS

char    *portal_restore        (PortalStore *store, const char *file, GError **error);
gboolean portal_restore_finish (PortalStore *store, GError **error);

G_END_DECLS
