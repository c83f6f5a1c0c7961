/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-sync-page.h"
#include "cairn-sync-job.h"
#include "cairn-sync-state.h"

G_BEGIN_DECLS

/* The database's side of a sync job: what runs on its thread. */

/**
 * CairnSyncStart:
 * @type: resource type
 * @kind: what the job brings
 * @state: set: where it begins
 * @had_rows: set: whether anything of the type is here
 */
typedef struct
{
  char            *type;
  CairnSyncJobKind kind;
  CairnSyncState  *state;
  gboolean         had_rows;
} CairnSyncStart;

/**
 * CairnSyncWrite:
 * @page: what came
 * @before: the state in which it was asked for
 * @after: the state once it is written
 * @counts: set: what became of its entries
 * @asked: (nullable): ids that it answers for
 * @ends_step: whether it is the last page of @before's step
 */
typedef struct
{
  CairnSyncPage       *page;
  CairnSyncState  *before;
  CairnSyncState  *after;
  CairnSyncCounts  counts;
  char           **asked;
  gboolean         ends_step;
} CairnSyncWrite;

void     cairn_sync_start_free (CairnSyncStart *self);
void     cairn_sync_write_free (CairnSyncWrite *self);

/* CairnDatabaseFuncs. The first one takes and returns a CairnSyncStart, the second returns a copy of its counts. */
gpointer cairn_sync_step_load  (CairnConnection *connection, gpointer start, GCancellable *cancellable, GError **error);
gpointer cairn_sync_step_write (CairnConnection *connection, gpointer write, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnSyncStart, cairn_sync_start_free)

G_END_DECLS
