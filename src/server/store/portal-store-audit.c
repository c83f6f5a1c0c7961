/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit log's file and the store's verbs over it. It is a file of its own, so that an answer that waits
 * for its row never waits for a long import. Nothing changes or deletes a row, and the database refuses to. */
#include "portal-store-audit.h"

static const char first[] =
  "CREATE TABLE audit (n INTEGER PRIMARY KEY, chain_id TEXT NOT NULL, seq INTEGER NOT NULL,"
  " prev TEXT NOT NULL, hash TEXT NOT NULL, patient TEXT, data TEXT NOT NULL);"
  "CREATE INDEX audit_patient ON audit (patient, n) WHERE patient IS NOT NULL;"
  "CREATE TABLE audit_head (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, hash TEXT NOT NULL);"
  "INSERT INTO audit_head (id, n, hash) VALUES (1, 0, '');"
  "CREATE TRIGGER audit_keep BEFORE DELETE ON audit BEGIN SELECT RAISE (ABORT, 'the audit log only grows'); END;"
  "CREATE TRIGGER audit_same BEFORE UPDATE ON audit BEGIN SELECT RAISE (ABORT, 'the audit log only grows'); END;";

/* What was done with an account itself names no type of resource */
static const char account[] =
  "CREATE INDEX audit_account ON audit (json_extract (data, '$.who'), n) WHERE json_extract (data, '$.type') IS NULL;";

const CairnMigration portal_audit_schema[] = {
  { first },
  { account },
  { NULL },
};

#define COLUMNS "n, chain_id, seq, prev, hash, patient, data"

/* The last row's place and hash; 0 and "" while there is none. */
gboolean
portal_store_audit_head (CairnConnection *db, gint64 *n, char **hash, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "SELECT n, hash FROM audit_head WHERE id = 1", error);
  gboolean row;

  *n = -1;
  *hash = NULL;
  if (statement == NULL || !cairn_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  *n = cairn_statement_int64 (statement, 0);
  *hash = g_strdup (cairn_statement_text (statement, 1, NULL));
  cairn_statement_reset (statement);
  return TRUE;
}

gboolean
portal_store_audit_add (CairnConnection *db, const PortalAuditRow *row, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO audit (" COLUMNS ") VALUES (:n, :chain, :seq, :prev, :hash,"
                                            " :patient, :data)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":n", row->n);
  cairn_statement_bind_text (statement, ":chain", row->chain, -1);
  cairn_statement_bind_int64 (statement, ":seq", row->seq);
  cairn_statement_bind_text (statement, ":prev", row->prev, -1);
  cairn_statement_bind_text (statement, ":hash", row->hash, -1);
  if (row->patient != NULL)
    cairn_statement_bind_text (statement, ":patient", row->patient, -1);
  cairn_statement_bind_text (statement, ":data", row->data, -1);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_audit_set_head (CairnConnection *db, gint64 n, const char *hash, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "UPDATE audit_head SET n = :n, hash = :hash WHERE id = 1", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":n", n);
  cairn_statement_bind_text (statement, ":hash", hash, -1);
  return cairn_statement_run (statement, error);
}

static gboolean
walk (CairnStatement *statement, PortalAuditFunc func, gpointer data, GError **error)
{
  gboolean more;

  while (cairn_statement_step (statement, &more, error))
    {
      PortalAuditRow row;

      if (!more)
        return TRUE;
      row.n = cairn_statement_int64 (statement, 0);
      row.chain = cairn_statement_text (statement, 1, NULL);
      row.seq = cairn_statement_int64 (statement, 2);
      row.prev = cairn_statement_text (statement, 3, NULL);
      row.hash = cairn_statement_text (statement, 4, NULL);
      row.patient = cairn_statement_text (statement, 5, NULL);
      row.data = cairn_statement_text (statement, 6, NULL);
      if (!func (&row, data))
        {
          cairn_statement_reset (statement);
          return TRUE;
        }
    }
  return FALSE;
}

/* All of it, oldest first. */
gboolean
portal_store_audit_walk (CairnConnection *db, PortalAuditFunc func, gpointer data, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "SELECT " COLUMNS " FROM audit ORDER BY n", error);

  return statement != NULL && walk (statement, func, data, error);
}

/* What was done with a patient's record, newest first. */
gboolean
portal_store_audit_about (CairnConnection  *db,
                          const char       *patient,
                          gint64            before,
                          guint             limit,
                          PortalAuditFunc   func,
                          gpointer          data,
                          GError          **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "SELECT " COLUMNS " FROM audit WHERE patient = :patient AND n < :before"
                                            " ORDER BY n DESC LIMIT :limit", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":patient", patient, -1);
  cairn_statement_bind_int64 (statement, ":before", before);
  cairn_statement_bind_int64 (statement, ":limit", limit);
  return walk (statement, func, data, error);
}

/* What an account did that was about no resource, before a place in the log, newest first. */
gboolean
portal_store_audit_by (CairnConnection *db, const char *who, gint64 before, PortalAuditFunc func, gpointer data, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "SELECT " COLUMNS " FROM audit WHERE json_extract (data, '$.who') = :who"
                                            " AND json_extract (data, '$.type') IS NULL AND n < :before ORDER BY n DESC", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":who", who, -1);
  cairn_statement_bind_int64 (statement, ":before", before);
  return walk (statement, func, data, error);
}

gboolean
portal_store_audit_get (CairnConnection *db, gint64 n, PortalAuditFunc func, gpointer data, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "SELECT " COLUMNS " FROM audit WHERE n = :n", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":n", n);
  return walk (statement, func, data, error);
}
