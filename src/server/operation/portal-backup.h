/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/store/portal-store.h"

G_BEGIN_DECLS

char *portal_backup  (PortalStore *store, const char *file, GError **error);

G_END_DECLS
