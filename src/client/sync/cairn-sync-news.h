/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-sync-job.h"

G_BEGIN_DECLS

/**
 * CairnSyncNews:
 *
 * One batch Bundle (FHIR R4 §3.1.0.11) that asks of many types at once whether there is anything new: most syncs find
 * nothing, and then it is the only question. Main thread.
 */
typedef struct _CairnSyncNews CairnSyncNews;

CairnSyncNews *cairn_sync_news_new         (const CairnSyncContext *context);
void           cairn_sync_news_free        (CairnSyncNews *self);
void           cairn_sync_news_ask         (CairnSyncNews *self, const CairnSyncRest *rest, const char *const *ids);
gboolean       cairn_sync_news_is_empty    (CairnSyncNews *self);
void           cairn_sync_news_send_async  (CairnSyncNews *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data);
GHashTable    *cairn_sync_news_send_finish (GAsyncResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnSyncNews, cairn_sync_news_free)

G_END_DECLS
