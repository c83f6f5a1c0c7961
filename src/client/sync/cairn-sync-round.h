/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-sync.h"
#include "common/cairn-database.h"

G_BEGIN_DECLS

/**
 * CairnSyncRound:
 * @wanted: (nullable) (element-type utf8): "Type/id" in order, that records refer to and that isn't here
 * @stored: (nullable) (element-type utf8 GPtrArray): ids of what was brought along before, by type
 * @rests: (nullable) (element-type utf8 CairnSyncRest): the types at rest, by name
 *
 * What a run asks of the cache between its rounds.
 */
typedef struct
{
  GPtrArray  *wanted;
  GHashTable *stored;
  GHashTable *rests;
} CairnSyncRound;

void     cairn_sync_round_free        (CairnSyncRound *self);

/* CairnDatabaseFuncs: the first two take nothing and return a CairnSyncRound, the last takes the CairnSyncReport. */
gpointer cairn_sync_round_list_wanted (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);
gpointer cairn_sync_round_list_stored (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);
gpointer cairn_sync_round_save        (CairnConnection *connection, gpointer report, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnSyncRound, cairn_sync_round_free)

G_END_DECLS
