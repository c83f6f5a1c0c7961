/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache.h"
#include "client/net/cairn-grant.h"
#include "client/cairn-sync.h"

G_BEGIN_DECLS

CairnSync *cairn_sync_new           (CairnGrant *grant, CairnCache *cache);
void       cairn_sync_set_cache     (CairnSync *self, CairnCache *cache);
void       cairn_sync_set_last_sync (CairnSync *self, gint64 last_sync);

G_END_DECLS
