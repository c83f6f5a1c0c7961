/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/**
 * CairnSyncStep:
 * @CAIRN_SYNC_STEP_DONE: nothing is under way
 * @CAIRN_SYNC_STEP_ALL: all of it is being brought
 * @CAIRN_SYNC_STEP_UPDATES: what changed since the last time is being brought
 * @CAIRN_SYNC_STEP_HISTORY: deletions are being asked for by type history
 * @CAIRN_SYNC_STEP_COMPARE: deletions are being found by comparing ids
 *
 * Where a type is. The numbers are stored.
 */
typedef enum
{
  CAIRN_SYNC_STEP_DONE = 0,
  CAIRN_SYNC_STEP_ALL = 1,
  CAIRN_SYNC_STEP_UPDATES = 2,
  CAIRN_SYNC_STEP_HISTORY = 3,
  CAIRN_SYNC_STEP_COMPARE = 4,
} CairnSyncStep;

/**
 * CairnSyncState:
 * @type: resource type
 * @step: where it is
 * @next: (nullable): page to go on with, %NULL for the step's first
 * @started: the server's clock when the round under way began, ms since 1970; 0 unknown
 * @since: the same of the last round that ended; 0 when none has
 * @pass: number of full passes that began
 * @error: (nullable): what went wrong the last time
 * @outcome: (nullable): what the server said about its answers the last time
 *
 * Where the sync of one type stands; written in the same transaction as the page that leads there.
 */
typedef struct
{
  char         *type;
  CairnSyncStep step;
  char         *next;
  gint64        started;
  gint64        since;
  gint64        pass;
  char         *error;
  char         *outcome;
} CairnSyncState;

/**
 * CairnSyncRest:
 * @type: resource type
 * @since: the server's clock when its last round began, ms since 1970
 * @had_rows: whether anything of the type is here
 *
 * A type of which all came the last time, and nothing is under way.
 */
typedef struct
{
  char    *type;
  gint64   since;
  gboolean had_rows;
} CairnSyncRest;

void            cairn_sync_rest_free  (CairnSyncRest *self);
GHashTable     *cairn_sync_rest_list  (CairnConnection *connection, GError **error);

CairnSyncState *cairn_sync_state_load (CairnConnection *connection, const char *type, GError **error);
gboolean        cairn_sync_state_save (CairnConnection *connection, const CairnSyncState *self, GError **error);
CairnSyncState *cairn_sync_state_copy (const CairnSyncState *self);
void            cairn_sync_state_free (CairnSyncState *self);

/* The directory entries and medications that records refer to */
GPtrArray *cairn_sync_state_list_wanted  (CairnConnection *connection, gint64 now, GError **error);
gboolean   cairn_sync_state_note_asked   (CairnConnection *connection, const char *type, const char *const *ids,
                                          gint64 now, GError **error);
GPtrArray *cairn_sync_state_list_stored  (CairnConnection *connection, const char *type, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnSyncState, cairn_sync_state_free)

G_END_DECLS
