/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache.h"
#include "client/net/cairn-grant.h"
#include "client/cairn-sync.h"

G_BEGIN_DECLS

/* Told of each step of a run. */
typedef void (*CairnSyncRunFunc) (CairnSyncPhase phase, double fraction, gboolean changed, gpointer data);

void             cairn_sync_run_async  (CairnGrant *grant, CairnCache *cache, CairnSyncRunFunc progress, gpointer data,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
CairnSyncReport *cairn_sync_run_finish (GAsyncResult *result, GError **error);

G_END_DECLS
