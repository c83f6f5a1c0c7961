/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/sync/cairn-sync-page.h"
#include "client/sync/cairn-sync-state.h"
#include "client/cairn-sync.h"

G_BEGIN_DECLS

/* On the database's thread, inside a transaction of the caller's. */
gboolean cairn_cache_store_page    (CairnConnection *connection, CairnSyncPage *page, CairnSyncState *state,
                                    CairnSyncCounts *counts, GError **error);
gboolean cairn_cache_note_seen     (CairnConnection *connection, CairnSyncPage *page, const char *type, GError **error);
gboolean cairn_cache_delete_unseen (CairnConnection *connection, const char *type, guint64 *n, GError **error);
gboolean cairn_cache_forget_seen   (CairnConnection *connection, const char *type, GError **error);
gboolean cairn_cache_forget_stale_quarantine (CairnConnection *connection, CairnSyncState *state, GError **error);

G_END_DECLS
