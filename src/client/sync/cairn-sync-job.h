/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache.h"
#include "client/net/cairn-grant.h"
#include "cairn-sync-state.h"
#include "client/cairn-sync.h"

G_BEGIN_DECLS

/* Told after each page that changed what is in the cache; a fraction of 0 to 1, or −1 when unknown. */
typedef void (*CairnSyncJobFunc) (const char *type, double fraction, gboolean changed, gpointer data);

/**
 * CairnSyncContext:
 * @grant: whom to ask, connected
 * @server: what that one offers
 * @database: the cache's connection for bulk writes
 * @patient: id of the Patient
 * @progress: told after each page
 * @data: for @progress
 *
 * What all jobs of one run share; outlives them.
 */
typedef struct
{
  CairnGrant        *grant;
  const CairnServer *server;
  CairnDatabase     *database;
  const char        *patient;
  CairnSyncJobFunc   progress;
  gpointer           data;
} CairnSyncContext;

/**
 * CairnSyncJobKind:
 * @CAIRN_SYNC_JOB_RECORDS: the patient's records of one type
 * @CAIRN_SYNC_JOB_WANTED: what records refer to, by id
 * @CAIRN_SYNC_JOB_REFRESH: what changed of that since the last time, by id
 */
typedef enum
{
  CAIRN_SYNC_JOB_RECORDS,
  CAIRN_SYNC_JOB_WANTED,
  CAIRN_SYNC_JOB_REFRESH,
} CairnSyncJobKind;

void     cairn_sync_job_run_async  (const CairnSyncContext *context, CairnSyncJobKind kind, const char *type,
                                    const char *const *ids, CairnSyncCounts *counts, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean cairn_sync_job_run_finish (GAsyncResult *result, GError **error);

G_END_DECLS
