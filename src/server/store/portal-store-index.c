/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's verbs over the index tables: who sees a version, what it points at, its identifiers.
 * All run on the writer's thread, inside the transaction that writes the version. */
#include "portal-store-index.h"

static gboolean
run_seq (CairnConnection *db, const char *sql, gint64 seq, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":seq", seq);
  return cairn_statement_run (statement, error);
}

static GPtrArray *
list (CairnStatement *statement, GError **error)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  gboolean row;

  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&found);
      g_ptr_array_add (found, g_strdup (cairn_statement_text (statement, 0, NULL)));
    }
  return NULL;
}

GPtrArray *
portal_store_list_audiences (CairnConnection *db, gint64 seq, GError **error)
{
  CairnStatement *statement;

  statement =
    cairn_connection_prepare (db,
                              "SELECT audience FROM idx_audience WHERE seq = :seq AND state = 1"
                              " ORDER BY audience",
                              error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":seq", seq);
  return list (statement, error);
}

gboolean
portal_store_retire_audiences (CairnConnection *db, gint64 seq, GError **error)
{
  return run_seq (db, "UPDATE idx_audience SET state = 0 WHERE seq = :seq AND state = 1", seq,
                  error);
}

gboolean
portal_store_clear_audiences (CairnConnection *db, gint64 seq, GError **error)
{
  return run_seq (db, "DELETE FROM idx_audience WHERE seq = :seq AND state = 1", seq, error);
}

gboolean
portal_store_add_audience (CairnConnection *db,
                           const char      *audience,
                           const char      *type,
                           gint64           seq,
                           gint64           updated,
                           PortalState      state,
                           GError         **error)
{
  CairnStatement *statement;

  statement =
    cairn_connection_prepare (db,
                              "INSERT INTO idx_audience (audience, type, seq, updated, state)"
                              " VALUES (:audience, :type, :seq, :updated, :state)"
                              " ON CONFLICT (audience, type, seq) DO UPDATE SET state = "
                              "excluded.state",
                              error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":audience", audience, -1);
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_int64 (statement, ":seq", seq);
  cairn_statement_bind_int64 (statement, ":updated", updated);
  cairn_statement_bind_int64 (statement, ":state", state);
  return cairn_statement_run (statement, error);
}

/* Everything but the audience of a version that is no longer current. */
gboolean
portal_store_drop_index (CairnConnection *db, gint64 seq, GError **error)
{
  return run_seq (db, "DELETE FROM idx_reference WHERE seq = :seq", seq, error) &&
         run_seq (db, "DELETE FROM idx_token WHERE seq = :seq", seq, error) &&
         run_seq (db, "DELETE FROM idx_string WHERE seq = :seq", seq, error) &&
         run_seq (db, "DELETE FROM idx_date WHERE seq = :seq", seq, error) &&
         run_seq (db, "DELETE FROM idx_number WHERE seq = :seq", seq, error);
}

gboolean
portal_store_add_reference (CairnConnection *db,
                            gint64           seq,
                            const char      *name,
                            const char      *target_type,
                            const char      *target_id,
                            GError         **error)
{
  CairnStatement *statement;

  statement =
    cairn_connection_prepare (db,
                              "INSERT INTO idx_reference (target_type, target_id, name, seq)"
                              " VALUES (:type, :id, :name, :seq)"
                              " ON CONFLICT (target_type, target_id, name, seq) DO NOTHING",
                              error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", target_type, -1);
  cairn_statement_bind_text (statement, ":id", target_id, -1);
  cairn_statement_bind_text (statement, ":name", name, -1);
  cairn_statement_bind_int64 (statement, ":seq", seq);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_add_token (CairnConnection *db,
                        gint64           seq,
                        const char      *type,
                        const char      *name,
                        const char      *system,
                        const char      *code,
                        GError         **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO idx_token (type, name, code, system, seq)"
                                            " VALUES (:type, :name, :code, :system, :seq)"
                                            " ON CONFLICT (seq, name, code, system) DO NOTHING", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":name", name, -1);
  cairn_statement_bind_text (statement, ":code", code, -1);
  cairn_statement_bind_text (statement, ":system", system != NULL ? system : "", -1);
  cairn_statement_bind_int64 (statement, ":seq", seq);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_add_string (CairnConnection *db,
                         gint64           seq,
                         const char      *name,
                         const char      *value,
                         const char      *folded,
                         GError         **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO idx_string (seq, name, value, folded)"
                                            " VALUES (:seq, :name, :value, :folded)"
                                            " ON CONFLICT (seq, name, value) DO NOTHING", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":seq", seq);
  cairn_statement_bind_text (statement, ":name", name, -1);
  cairn_statement_bind_text (statement, ":value", value, -1);
  cairn_statement_bind_text (statement, ":folded", folded, -1);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_add_date (CairnConnection *db,
                       gint64           seq,
                       const char      *name,
                       gint64           low,
                       gint64           high,
                       GError         **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO idx_date (seq, name, low, high)"
                                            " VALUES (:seq, :name, :low, :high)"
                                            " ON CONFLICT (seq, name, low, high) DO NOTHING", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":seq", seq);
  cairn_statement_bind_text (statement, ":name", name, -1);
  cairn_statement_bind_int64 (statement, ":low", low);
  cairn_statement_bind_int64 (statement, ":high", high);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_add_number (CairnConnection *db,
                         gint64           seq,
                         const char      *name,
                         double           low,
                         double           high,
                         const char      *system,
                         const char      *code,
                         const char      *unit,
                         GError         **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (
    db,
    "INSERT INTO idx_number (seq, name, low, high, system, code, unit)"
    " VALUES (:seq, :name, :low, :high, :system, :code, :unit)"
    " ON CONFLICT (seq, name, low, high, system, code, unit) DO NOTHING",
    error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":seq", seq);
  cairn_statement_bind_text (statement, ":name", name, -1);
  cairn_statement_bind_double (statement, ":low", low);
  cairn_statement_bind_double (statement, ":high", high);
  cairn_statement_bind_text (statement, ":system", system != NULL ? system : "", -1);
  cairn_statement_bind_text (statement, ":code", code != NULL ? code : "", -1);
  cairn_statement_bind_text (statement, ":unit", unit != NULL ? unit : "", -1);
  return cairn_statement_run (statement, error);
}

/* Whether the rows were made by the table with this fingerprint. */
gboolean
portal_store_is_indexed (CairnConnection *db, const char *digest, gboolean *indexed, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "SELECT 1 FROM indexed WHERE id = 1 AND digest = :digest",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":digest", digest, -1);
  if (!cairn_statement_step (statement, indexed, error))
    return FALSE;
  cairn_statement_reset (statement);
  return TRUE;
}

gboolean
portal_store_set_indexed (CairnConnection *db, const char *digest, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO indexed (id, digest) VALUES (1, :digest)"
                                            " ON CONFLICT (id) DO UPDATE SET digest = excluded.digest",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":digest", digest, -1);
  return cairn_statement_run (statement, error);
}

/* All that searches look into; visibility stays. */
gboolean
portal_store_clear_values (CairnConnection *db, GError **error)
{
  return cairn_connection_exec (db, "DELETE FROM idx_token; DELETE FROM idx_string;"
                                    " DELETE FROM idx_date; DELETE FROM idx_number;"
                                    " DELETE FROM idx_reference WHERE name NOT IN ('points', 'context')",
                                error);
}

/* What a version points at under a name. */
GPtrArray *
portal_store_list_targets (CairnConnection *db, gint64 seq, const char *name, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db,
                                        "SELECT target_type || '/' || target_id FROM idx_reference"
                                        " WHERE seq = :seq AND name = :name",
                                        error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":seq", seq);
  cairn_statement_bind_text (statement, ":name", name, -1);
  return list (statement, error);
}

/* The current resources that point at something under a name. */
GPtrArray *
portal_store_list_pointing (CairnConnection *db,
                            const char      *name,
                            const char      *target_type,
                            const char      *target_id,
                            GError         **error)
{
  CairnStatement *statement;

  statement =
    cairn_connection_prepare (db,
                              "SELECT v.type || '/' || v.id FROM idx_reference r JOIN version v"
                              " ON v.seq = r.seq WHERE r.target_type = :type AND r.target_id = :id"
                              " AND r.name = :name",
                              error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":type", target_type, -1);
  cairn_statement_bind_text (statement, ":id", target_id, -1);
  cairn_statement_bind_text (statement, ":name", name, -1);
  return list (statement, error);
}

/* Everybody who sees a resource that points at this one, but for resources of types that are skipped. */
GPtrArray *
portal_store_list_viewers (CairnConnection *db,
                           const char      *target_type,
                           const char      *target_id,
                           gboolean       (*skip) (const char *type),
                           GError         **error)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (
    db,
    "SELECT DISTINCT a.type, a.audience FROM idx_reference r JOIN idx_audience a ON a.seq = r.seq"
    " AND a.state = 1 WHERE r.target_type = :type AND r.target_id = :id AND r.name = 'points'",
    error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":type", target_type, -1);
  cairn_statement_bind_text (statement, ":id", target_id, -1);
  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&found);
      if (!skip (cairn_statement_text (statement, 0, NULL)))
        g_ptr_array_add (found, g_strdup (cairn_statement_text (statement, 1, NULL)));
    }
  return NULL;
}

/* Ids of current resources with an identifier; a NULL system takes any. */
GPtrArray *
portal_store_find_identifier (CairnConnection *db,
                              const char      *type,
                              const char      *system,
                              const char      *value,
                              GError         **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (
    db,
    system != NULL ? "SELECT DISTINCT v.id FROM idx_token t JOIN version v ON v.seq = t.seq"
                     " WHERE t.type = :type AND t.name = 'identifier' AND t.code = :value"
                     " AND t.system = :system"
                   : "SELECT DISTINCT v.id FROM idx_token t JOIN version v ON v.seq = t.seq"
                     " WHERE t.type = :type AND t.name = 'identifier' AND t.code = :value",
    error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":value", value, -1);
  if (system != NULL)
    cairn_statement_bind_text (statement, ":system", system, -1);
  return list (statement, error);
}

/* Resources that an earlier file called by this urn:uuid, or whose id is that uuid. */
GPtrArray *
portal_store_find_urn (CairnConnection *db, const char *urn, GError **error)
{
  CairnStatement *statement;

  statement =
    cairn_connection_prepare (db,
                              "SELECT type || '/' || id FROM alias WHERE urn = :urn UNION"
                              " SELECT v.type || '/' || v.id FROM version v WHERE v.id = :id"
                              " AND v.method <> 'DELETE'",
                              error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":urn", urn, -1);
  cairn_statement_bind_text (statement, ":id", g_str_has_prefix (urn, "urn:uuid:") ? urn + 9 : urn,
                             -1);
  return list (statement, error);
}

gboolean
portal_store_add_alias (CairnConnection *db,
                        const char *urn,
                        const char *type,
                        const char *id,
                        GError **error)
{
  CairnStatement *statement;

  statement =
    cairn_connection_prepare (db,
                              "INSERT INTO alias (urn, type, id) VALUES (:urn, :type, :id)"
                              " ON CONFLICT (urn, type, id) DO NOTHING",
                              error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":urn", urn, -1);
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":id", id, -1);
  return cairn_statement_run (statement, error);
}

static CairnStatement *
prepare_claim (CairnConnection  *db,
               const char       *sql,
               const char       *type,
               const char       *patient,
               const char       *system,
               const char       *value,
               GError          **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":patient", patient, -1);
  cairn_statement_bind_text (statement, ":system", system, -1);
  cairn_statement_bind_text (statement, ":value", value, -1);
  return statement;
}

/* Says which resource a conditional create made: the same asked again finds it, whatever became of
 * its identifier. */
gboolean
portal_store_add_claim (CairnConnection  *db,
                        const char       *type,
                        const char       *patient,
                        const char       *system,
                        const char       *value,
                        const char       *id,
                        GError          **error)
{
  CairnStatement *statement;

  statement = prepare_claim (db,
                             "INSERT INTO claim (type, patient, system, value, id)"
                             " VALUES (:type, :patient, :system, :value, :id)"
                             " ON CONFLICT (type, patient, system, value) DO UPDATE SET id = excluded.id",
                             type, patient, system, value, error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":id", id, -1);
  return cairn_statement_run (statement, error);
}

GPtrArray *
portal_store_find_claim (CairnConnection  *db,
                         const char       *type,
                         const char       *patient,
                         const char       *system,
                         const char       *value,
                         GError          **error)
{
  CairnStatement *statement;

  statement = prepare_claim (db,
                             "SELECT id FROM claim WHERE type = :type AND patient = :patient"
                             " AND system = :system AND value = :value",
                             type, patient, system, value, error);
  return statement != NULL ? list (statement, error) : NULL;
}
