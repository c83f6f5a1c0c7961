/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run of the sync asks of the cache between its rounds, and what it notes at its end. On the database's thread. */
#include "cairn-sync-round.h"

#include "cairn-sync-state.h"
#include "client/cache/cairn-cache.h"
#include "fhir/cairn-date.h"
#include "client/cache/cairn-cache-parts.h"
#include "fhir/cairn-types.h"

/**
 * cairn_sync_round_free:
 * @self: (transfer full): a round
 */
void
cairn_sync_round_free (CairnSyncRound *self)
{
  g_clear_pointer (&self->wanted, g_ptr_array_unref);
  g_clear_pointer (&self->stored, g_hash_table_unref);
  g_clear_pointer (&self->rests, g_hash_table_unref);
  g_free (self);
}

gpointer
cairn_sync_round_list_wanted (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(CairnSyncRound) round = g_new0 (CairnSyncRound, 1);

  round->wanted = cairn_sync_state_list_wanted (connection, cairn_date_now (), error);
  return round->wanted != NULL ? g_steal_pointer (&round) : NULL;
}

static gboolean
add_stored (CairnConnection *connection, CairnSyncRound *round, const char *type, GError **error)
{
  g_autoptr(GPtrArray) ids = cairn_sync_state_list_stored (connection, type, error);

  if (ids == NULL)
    return FALSE;
  if (ids->len > 0)
    g_hash_table_insert (round->stored, g_strdup (type), g_steal_pointer (&ids));
  return TRUE;
}

gpointer
cairn_sync_round_list_stored (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const char *const *types = cairn_type_list (CAIRN_TYPE_CLASS_DIRECTORY);
  g_autoptr(CairnSyncRound) round = g_new0 (CairnSyncRound, 1);

  round->stored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  if (!add_stored (connection, round, "Medication", error))
    return NULL;
  for (guint i = 0; types[i] != NULL; i++)
    if (!add_stored (connection, round, types[i], error))
      return NULL;
  round->rests = cairn_sync_rest_list (connection, error);
  if (round->rests == NULL)
    return NULL;
  return g_steal_pointer (&round);
}

static gboolean
save_error (CairnConnection *connection, const char *type, const GError *problem, GError **error)
{
  g_autoptr(CairnSyncState) state = cairn_sync_state_load (connection, type, error);

  if (state == NULL)
    return FALSE;
  g_free (state->error);
  state->error = g_strdup (problem->message);
  return cairn_sync_state_save (connection, state, error);
}

static gboolean
has_new (const CairnSyncReport *report, const char *type)
{
  const CairnSyncCounts *counts = g_hash_table_lookup (report->types, type);

  return counts != NULL && counts->stored > 0;
}

gpointer
cairn_sync_round_save (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const CairnSyncReport *report = data;
  GHashTableIter iter;
  gpointer type, counts;

  if (!cairn_connection_begin (connection, error))
    return NULL;
  g_hash_table_iter_init (&iter, report->types);
  while (g_hash_table_iter_next (&iter, &type, &counts))
    {
      const GError *problem = ((CairnSyncCounts *) counts)->error;

      if (problem != NULL && !save_error (connection, type, problem, error))
        return NULL;
    }
  if ((has_new (report, "Observation") || has_new (report, "DiagnosticReport")) && !cairn_cache_parts_join (connection, error))
    return NULL;
  if (report->result == CAIRN_SYNC_COMPLETE)
    {
      g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, cairn_date_now ());

      if (!cairn_cache_set_value (connection, "last-sync", now, error))
        return NULL;
    }
  return cairn_connection_commit (connection, error) ? data : NULL;
}
