/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the sync stands, kept in the cache beside what it has brought. On the database's thread. */
#include "cairn-sync-state.h"

/* What the server did not have is asked for again after a day, or when a new record refers to it. */
#define ASK_AGAIN_MS (24 * G_GINT64_CONSTANT (3600000))

/**
 * cairn_sync_state_load:
 * @connection: a connection to the cache
 * @type: resource type
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the type's state; that of a type that was never synced is all zero
 */
CairnSyncState *
cairn_sync_state_load (CairnConnection *connection, const char *type, GError **error)
{
  g_autoptr(CairnSyncState) state = g_new0 (CairnSyncState, 1);
  CairnStatement *statement;
  gboolean row;

  state->type = g_strdup (type);
  statement = cairn_connection_prepare (connection, "SELECT step, next, started, since, pass, error, outcome"
                                        " FROM sync_state WHERE type = :type", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":type", type, -1);
  if (!cairn_statement_step (statement, &row, error))
    return NULL;
  if (row)
    {
      state->step = (CairnSyncStep) cairn_statement_int64 (statement, 0);
      state->next = g_strdup (cairn_statement_text (statement, 1, NULL));
      state->started = cairn_statement_int64 (statement, 2);
      state->since = cairn_statement_int64 (statement, 3);
      state->pass = cairn_statement_int64 (statement, 4);
      state->error = g_strdup (cairn_statement_text (statement, 5, NULL));
      state->outcome = g_strdup (cairn_statement_text (statement, 6, NULL));
    }
  cairn_statement_reset (statement);
  return g_steal_pointer (&state);
}

/**
 * cairn_sync_state_save:
 * @connection: a connection to the cache
 * @self: a type's state
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
cairn_sync_state_save (CairnConnection *connection, const CairnSyncState *self, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "INSERT INTO sync_state (type, step, next, started, since, pass, error,"
                                        " outcome) VALUES (:type, :step, :next, :started, :since, :pass, :error, :outcome)"
                                        " ON CONFLICT (type) DO UPDATE SET step = excluded.step, next = excluded.next,"
                                        " started = excluded.started, since = excluded.since, pass = excluded.pass,"
                                        " error = excluded.error, outcome = excluded.outcome", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", self->type, -1);
  cairn_statement_bind_int64 (statement, ":step", self->step);
  cairn_statement_bind_text (statement, ":next", self->next, -1);
  cairn_statement_bind_int64 (statement, ":started", self->started);
  cairn_statement_bind_int64 (statement, ":since", self->since);
  cairn_statement_bind_int64 (statement, ":pass", self->pass);
  cairn_statement_bind_text (statement, ":error", self->error, -1);
  cairn_statement_bind_text (statement, ":outcome", self->outcome, -1);
  return cairn_statement_run (statement, error);
}

CairnSyncState *
cairn_sync_state_copy (const CairnSyncState *self)
{
  CairnSyncState *copy = g_memdup2 (self, sizeof *self);

  copy->type = g_strdup (self->type);
  copy->next = g_strdup (self->next);
  copy->error = g_strdup (self->error);
  copy->outcome = g_strdup (self->outcome);
  return copy;
}

void
cairn_sync_state_free (CairnSyncState *self)
{
  g_free (self->type);
  g_free (self->next);
  g_free (self->error);
  g_free (self->outcome);
  g_free (self);
}

void
cairn_sync_rest_free (CairnSyncRest *self)
{
  g_free (self->type);
  g_free (self);
}

/**
 * cairn_sync_rest_list:
 * @connection: a connection to the cache
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type utf8 CairnSyncRest): the types at rest, by name; those that failed the
 *   last time, or of which the server had something to say, are not among them
 */
GHashTable *
cairn_sync_rest_list (CairnConnection *connection, GError **error)
{
  g_autoptr(GHashTable) list = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) cairn_sync_rest_free);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT type, since, EXISTS (SELECT 1 FROM resource r WHERE r.type = s.type)"
                                        " OR EXISTS (SELECT 1 FROM quarantine q WHERE q.source = s.type) FROM sync_state s"
                                        " WHERE step = 0 AND since > 0 AND error IS NULL AND outcome IS NULL", error);
  if (statement == NULL)
    return NULL;
  while (cairn_statement_step (statement, &row, error))
    {
      CairnSyncRest *rest;

      if (!row)
        return g_steal_pointer (&list);
      rest = g_new (CairnSyncRest, 1);
      rest->type = g_strdup (cairn_statement_text (statement, 0, NULL));
      rest->since = cairn_statement_int64 (statement, 1);
      rest->had_rows = cairn_statement_int64 (statement, 2) != 0;
      g_hash_table_insert (list, rest->type, rest);
    }
  return NULL;
}

static GPtrArray *
list_strings (CairnStatement *statement, GError **error)
{
  g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  gboolean row;

  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&strings);
      g_ptr_array_add (strings, g_strdup (cairn_statement_text (statement, 0, NULL)));
    }
  return NULL;
}

/**
 * cairn_sync_state_list_wanted:
 * @connection: a connection to the cache
 * @now: local clock, ms since 1970
 * @error: return location
 *
 * What records refer to, that isn't here and was not asked for of late.
 *
 * Returns: (transfer full) (element-type utf8) (nullable): "Type/id", sorted
 */
GPtrArray *
cairn_sync_state_list_wanted (CairnConnection *connection, gint64 now, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "SELECT w.type || '/' || w.id FROM wanted w WHERE NOT EXISTS"
                                        " (SELECT 1 FROM resource r WHERE r.type = w.type AND r.id = w.id)"
                                        " AND (w.asked < :before OR w.asked > :now) ORDER BY w.type, w.id", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":before", now - ASK_AGAIN_MS);
  cairn_statement_bind_int64 (statement, ":now", now);
  return list_strings (statement, error);
}

/**
 * cairn_sync_state_note_asked:
 * @connection: a connection to the cache
 * @type: resource type
 * @ids: ids that the server was asked for
 * @now: local clock, ms since 1970
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
cairn_sync_state_note_asked (CairnConnection   *connection,
                             const char        *type,
                             const char *const *ids,
                             gint64             now,
                             GError           **error)
{
  for (guint i = 0; ids[i] != NULL; i++)
    {
      CairnStatement *statement;

      statement = cairn_connection_prepare (connection, "UPDATE wanted SET asked = :now WHERE type = :type AND id = :id", error);
      if (statement == NULL)
        return FALSE;
      cairn_statement_bind_int64 (statement, ":now", now);
      cairn_statement_bind_text (statement, ":type", type, -1);
      cairn_statement_bind_text (statement, ":id", ids[i], -1);
      if (!cairn_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * cairn_sync_state_list_stored:
 * @connection: a connection to the cache
 * @type: resource type
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8) (nullable): ids of all resources of a type
 */
GPtrArray *
cairn_sync_state_list_stored (CairnConnection *connection, const char *type, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "SELECT id FROM resource WHERE type = :type ORDER BY id", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":type", type, -1);
  return list_strings (statement, error);
}
