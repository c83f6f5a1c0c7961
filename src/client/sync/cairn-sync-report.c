/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of a sync. Plain data. */
#include "client/cairn-sync.h"

G_DEFINE_BOXED_TYPE (CairnSyncReport, cairn_sync_report, cairn_sync_report_copy, cairn_sync_report_free)

static void
counts_free (gpointer data)
{
  CairnSyncCounts *counts = data;

  g_clear_error (&counts->error);
  g_free (counts->outcome);
  g_free (counts);
}

/**
 * cairn_sync_report_new:
 *
 * Returns: (transfer full): an empty report
 */
CairnSyncReport *
cairn_sync_report_new (void)
{
  CairnSyncReport *self = g_new0 (CairnSyncReport, 1);

  self->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, counts_free);
  return self;
}

/**
 * cairn_sync_report_copy:
 * @self: a report
 *
 * Returns: (transfer full): a copy
 */
CairnSyncReport *
cairn_sync_report_copy (CairnSyncReport *self)
{
  CairnSyncReport *copy = g_memdup2 (self, sizeof *self);
  GHashTableIter iter;
  gpointer type, value;

  copy->error = self->error != NULL ? g_error_copy (self->error) : NULL;
  copy->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, counts_free);
  g_hash_table_iter_init (&iter, self->types);
  while (g_hash_table_iter_next (&iter, &type, &value))
    {
      CairnSyncCounts *counts = g_memdup2 (value, sizeof *counts);

      counts->error = counts->error != NULL ? g_error_copy (counts->error) : NULL;
      counts->outcome = g_strdup (counts->outcome);
      g_hash_table_insert (copy->types, g_strdup (type), counts);
    }
  return copy;
}

/**
 * cairn_sync_report_free:
 * @self: (transfer full): a report
 */
void
cairn_sync_report_free (CairnSyncReport *self)
{
  g_hash_table_unref (self->types);
  g_clear_error (&self->error);
  g_free (self);
}
