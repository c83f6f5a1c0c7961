/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sync job does on the database's thread: find where to begin, write a page with the state after it. */
#include "cairn-sync-step.h"

#include "client/cache/cairn-cache-write.h"
#include "fhir/cairn-date.h"

/**
 * cairn_sync_start_free:
 * @self: (transfer full): where a job begins
 */
void
cairn_sync_start_free (CairnSyncStart *self)
{
  g_free (self->type);
  g_clear_pointer (&self->state, cairn_sync_state_free);
  g_free (self);
}

/**
 * cairn_sync_write_free:
 * @self: (transfer full): a page to write
 */
void
cairn_sync_write_free (CairnSyncWrite *self)
{
  g_clear_pointer (&self->page, cairn_sync_page_free);
  cairn_sync_state_free (self->before);
  cairn_sync_state_free (self->after);
  g_strfreev (self->asked);
  g_free (self);
}

static gboolean
find_rows (CairnConnection *connection, CairnSyncStart *start, GError **error)
{
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT EXISTS (SELECT 1 FROM resource WHERE type = :type)"
                                        " OR EXISTS (SELECT 1 FROM quarantine WHERE source = :type)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", start->type, -1);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  start->had_rows = cairn_statement_int64 (statement, 0) != 0;
  cairn_statement_reset (statement);
  return TRUE;
}

/* A search goes on at its page; a history or compare, which is short, begins again. */
static void
choose_step (CairnSyncState *state, CairnSyncJobKind kind)
{
  gboolean records = kind == CAIRN_SYNC_JOB_RECORDS;

  if (records && (state->step == CAIRN_SYNC_STEP_ALL || state->step == CAIRN_SYNC_STEP_UPDATES))
    return;
  g_clear_pointer (&state->next, g_free);
  if (records && state->step != CAIRN_SYNC_STEP_DONE)
    return;
  state->started = 0;
  if (kind == CAIRN_SYNC_JOB_REFRESH || (records && state->since > 0))
    {
      state->step = CAIRN_SYNC_STEP_UPDATES;
      return;
    }
  state->step = CAIRN_SYNC_STEP_ALL;
  if (records)
    state->pass++;
}

gpointer
cairn_sync_step_load (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const CairnSyncStart *asked = data;
  g_autoptr(CairnSyncStart) start = g_new0 (CairnSyncStart, 1);

  start->type = g_strdup (asked->type);
  start->kind = asked->kind;
  start->state = cairn_sync_state_load (connection, start->type, error);
  if (start->state == NULL || !find_rows (connection, start, error) ||
      !cairn_cache_forget_seen (connection, start->type, error))
    return NULL;
  choose_step (start->state, start->kind);
  g_clear_pointer (&start->state->outcome, g_free);
  return g_steal_pointer (&start);
}

static gboolean
write_entries (CairnConnection *connection, CairnSyncWrite *write, GError **error)
{
  if (write->before->step == CAIRN_SYNC_STEP_COMPARE)
    return cairn_cache_note_seen (connection, write->page, write->before->type, error);
  return cairn_cache_store_page (connection, write->page, write->before, &write->counts, error);
}

static gboolean
end_step (CairnConnection *connection, CairnSyncWrite *write, GError **error)
{
  guint64 deleted = 0;

  if (write->before->step == CAIRN_SYNC_STEP_COMPARE &&
      !cairn_cache_delete_unseen (connection, write->before->type, &deleted, error))
    return FALSE;
  write->counts.received += deleted;
  write->counts.deleted += deleted;
  if (write->before->step == CAIRN_SYNC_STEP_ALL && !cairn_cache_forget_stale_quarantine (connection, write->before, error))
    return FALSE;
  return cairn_cache_forget_seen (connection, write->before->type, error);
}

gpointer
cairn_sync_step_write (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnSyncWrite *write = data;

  write->counts = (CairnSyncCounts) { 0 };
  if (!write_entries (connection, write, error))
    return NULL;
  if (write->asked != NULL &&
      !cairn_sync_state_note_asked (connection, write->before->type, (const char *const *) write->asked,
                                    cairn_date_now (), error))
    return NULL;
  if (write->ends_step && !end_step (connection, write, error))
    return NULL;
  if (!cairn_sync_state_save (connection, write->after, error))
    return NULL;
  return g_memdup2 (&write->counts, sizeof write->counts);
}
