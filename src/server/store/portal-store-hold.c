/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's verbs over what staff hold back from patients. Those that write run on the writer's thread, inside
 * the transaction that writes the versions. */
#include "portal-store-hold.h"

#include "portal-store.h"

gboolean
portal_store_is_held (CairnConnection *db, const char *type, const char *id, gboolean *held, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "SELECT 1 FROM hold WHERE type = :type AND id = :id LIMIT 1", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":id", id, -1);
  if (!cairn_statement_step (statement, held, error))
    return FALSE;
  cairn_statement_reset (statement);
  return TRUE;
}

gboolean
portal_store_add_hold (CairnConnection *db, const PortalHold *hold, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO hold (type, id, root, reason, account, since)"
                                            " VALUES (:type, :id, :root, :reason, :account, :since)"
                                            " ON CONFLICT (type, id, root) DO NOTHING", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", hold->type, -1);
  cairn_statement_bind_text (statement, ":id", hold->id, -1);
  cairn_statement_bind_text (statement, ":root", hold->root, -1);
  if (hold->reason != NULL)
    cairn_statement_bind_text (statement, ":reason", hold->reason, -1);
  cairn_statement_bind_text (statement, ":account", hold->account, -1);
  cairn_statement_bind_int64 (statement, ":since", hold->since);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_drop_holds (CairnConnection *db, const char *root, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "DELETE FROM hold WHERE root = :root", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":root", root, -1);
  return cairn_statement_run (statement, error);
}

/* What is held for the sake of a root, as "Type/id". */
GPtrArray *
portal_store_list_held (CairnConnection *db, const char *root, GError **error)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (db, "SELECT type || '/' || id FROM hold WHERE root = :root ORDER BY 1", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":root", root, -1);
  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&found);
      g_ptr_array_add (found, g_strdup (cairn_statement_text (statement, 0, NULL)));
    }
  return NULL;
}

/* All holds, latest first, or with a type and id those of one resource. */
gboolean
portal_store_walk_holds (CairnConnection  *db,
                         const char       *type,
                         const char       *id,
                         PortalHoldFunc    func,
                         gpointer          data,
                         GError          **error)
{
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (db, "SELECT type, id, root, reason, account, since FROM hold"
                                            " WHERE :type IS NULL OR (type = :type AND id = :id)"
                                            " ORDER BY since DESC, type, id, root", error);
  if (statement == NULL)
    return FALSE;
  if (type != NULL)
    cairn_statement_bind_text (statement, ":type", type, -1);
  if (id != NULL)
    cairn_statement_bind_text (statement, ":id", id, -1);
  while (cairn_statement_step (statement, &row, error))
    {
      PortalHold hold;

      if (!row)
        return TRUE;
      hold.type = cairn_statement_text (statement, 0, NULL);
      hold.id = cairn_statement_text (statement, 1, NULL);
      hold.root = cairn_statement_text (statement, 2, NULL);
      hold.reason = cairn_statement_text (statement, 3, NULL);
      hold.account = cairn_statement_text (statement, 4, NULL);
      hold.since = cairn_statement_int64 (statement, 5);
      if (!func (&hold, data))
        {
          cairn_statement_reset (statement);
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
run_named (CairnConnection *db, const char *sql, const char *type, const char *id, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":id", id, -1);
  return cairn_statement_run (statement, error);
}

#define OF_RESOURCE " AND type = :type AND seq IN (SELECT seq FROM version WHERE type = :type AND id = :id)"

/* Versions from before a hold are held as well; that an earlier hold ended there is nothing to tell any more. */
gboolean
portal_store_hide_past (CairnConnection *db, const char *type, const char *id, GError **error)
{
  return run_named (db, "DELETE FROM idx_audience WHERE state = 2 AND substr (audience, 1, 1) = '" PORTAL_HELD "'"
                        OF_RESOURCE, type, id, error) &&
         run_named (db, "UPDATE idx_audience SET audience = '" PORTAL_HELD "' || audience WHERE state = 0"
                        " AND audience <> '" PORTAL_EVERYONE "' AND substr (audience, 1, 1) <> '" PORTAL_HELD "'"
                        OF_RESOURCE, type, id, error);
}
