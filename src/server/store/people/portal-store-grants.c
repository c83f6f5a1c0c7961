/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's verbs over sign-ins: sessions of the challenge endpoint, codes, grants and their
 * tokens. */
#include "portal-store-grants.h"

void
portal_session_free (PortalSession *session)
{
  g_free (session->client);
  g_free (session->scope);
  g_free (session->challenge);
  g_free (session->account);
  g_free (session->nonce);
  g_free (session->redirect);
  g_free (session->state);
  g_free (session->browser);
  g_free (session);
}

void
portal_code_free (PortalCode *code)
{
  g_free (code->client);
  g_free (code->account);
  g_free (code->patient);
  g_free (code->scope);
  g_free (code->challenge);
  g_free (code->used_by);
  g_free (code->device);
  g_free (code->nonce);
  g_free (code->redirect);
  g_free (code);
}

void
portal_grant_free (PortalGrant *grant)
{
  g_free (grant->id);
  g_free (grant->account);
  g_free (grant->patient);
  g_free (grant->client);
  g_free (grant->scope);
  g_free (grant->role);
  g_free (grant->practitioner);
  g_free (grant->device);
  g_free (grant);
}

void
portal_refresh_free (PortalRefresh *refresh)
{
  g_free (refresh->grant);
  g_free (refresh->successor_hash);
  g_free (refresh->successor);
  g_free (refresh);
}

static char *
dup_text (CairnStatement *statement, int column)
{
  return g_strdup (cairn_statement_text (statement, column, NULL));
}

/* A statement whose one parameter is :key, at its first row; NULL in found when there is none. */
static gboolean
find (CairnConnection *db, const char *sql, const char *key, CairnStatement **found, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);
  gboolean row;

  *found = NULL;
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":key", key, -1);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    *found = statement;
  return TRUE;
}

static gboolean
run_key (CairnConnection *db, const char *sql, const char *key, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":key", key, -1);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_save_session (CairnConnection *db,
                           const char *hash,
                           const PortalSession *session,
                           GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (
    db,
    "INSERT INTO auth_session (hash, client, scope, challenge, expires, account, stage, tries, nonce, redirect, state, browser)"
    " VALUES (:hash, :client, :scope, :challenge, :expires, :account, :stage, :tries, :nonce, :redirect, :state, :browser)"
    " ON CONFLICT (hash)"
    " DO UPDATE SET scope = excluded.scope, challenge = excluded.challenge, account = excluded.account,"
    " stage = excluded.stage, tries = excluded.tries, nonce = excluded.nonce",
    error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":hash", hash, -1);
  cairn_statement_bind_text (statement, ":client", session->client, -1);
  cairn_statement_bind_text (statement, ":scope", session->scope, -1);
  cairn_statement_bind_text (statement, ":challenge", session->challenge, -1);
  cairn_statement_bind_int64 (statement, ":expires", session->expires);
  cairn_statement_bind_text (statement, ":account", session->account, -1);
  cairn_statement_bind_int64 (statement, ":stage", session->stage);
  cairn_statement_bind_int64 (statement, ":tries", session->tries);
  cairn_statement_bind_text (statement, ":nonce", session->nonce, -1);
  cairn_statement_bind_text (statement, ":redirect", session->redirect, -1);
  cairn_statement_bind_text (statement, ":state", session->state, -1);
  cairn_statement_bind_text (statement, ":browser", session->browser, -1);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_load_session (CairnConnection *db,
                           const char *hash,
                           PortalSession **session,
                           GError **error)
{
  CairnStatement *row;

  *session = NULL;
  if (!find (db, "SELECT client, scope, challenge, expires, account, stage, tries, nonce, redirect, state, browser FROM auth_session"
                 " WHERE hash = :key", hash, &row, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  *session = g_new (PortalSession, 1);
  **session = (PortalSession){ dup_text (row, 0), dup_text (row, 1), dup_text (row, 2),
                               cairn_statement_int64 (row, 3), dup_text (row, 4),
                               cairn_statement_int64 (row, 5), cairn_statement_int64 (row, 6), dup_text (row, 7),
                               dup_text (row, 8), dup_text (row, 9), dup_text (row, 10) };
  cairn_statement_reset (row);
  return TRUE;
}

gboolean
portal_store_drop_session (CairnConnection *db, const char *hash, GError **error)
{
  return run_key (db, "DELETE FROM auth_session WHERE hash = :key", hash, error);
}

gboolean
portal_store_add_code (CairnConnection *db,
                       const char *hash,
                       const PortalCode *code,
                       GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db,
                                        "INSERT INTO code (hash, client, account, patient, scope, "
                                        "challenge, expires, device, nonce, redirect)"
                                        " VALUES (:hash, :client, :account, :patient, :scope, "
                                        ":challenge, :expires, :device, :nonce, :redirect)",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":hash", hash, -1);
  cairn_statement_bind_text (statement, ":client", code->client, -1);
  cairn_statement_bind_text (statement, ":account", code->account, -1);
  cairn_statement_bind_text (statement, ":patient", code->patient, -1);
  cairn_statement_bind_text (statement, ":scope", code->scope, -1);
  cairn_statement_bind_text (statement, ":challenge", code->challenge, -1);
  cairn_statement_bind_int64 (statement, ":expires", code->expires);
  cairn_statement_bind_text (statement, ":device", code->device, -1);
  cairn_statement_bind_text (statement, ":nonce", code->nonce, -1);
  cairn_statement_bind_text (statement, ":redirect", code->redirect, -1);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_load_code (CairnConnection *db, const char *hash, PortalCode **code, GError **error)
{
  CairnStatement *row;

  *code = NULL;
  if (!find (db,
             "SELECT client, account, patient, scope, challenge, expires, used_by, device, nonce, redirect FROM code WHERE "
             "hash = :key",
             hash, &row, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  *code = g_new (PortalCode, 1);
  **code = (PortalCode){ dup_text (row, 0), dup_text (row, 1), dup_text (row, 2),
                         dup_text (row, 3), dup_text (row, 4), cairn_statement_int64 (row, 5),
                         dup_text (row, 6), dup_text (row, 7), dup_text (row, 8), dup_text (row, 9) };
  cairn_statement_reset (row);
  return TRUE;
}

gboolean
portal_store_use_code (CairnConnection *db, const char *hash, const char *used_by, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "UPDATE code SET used_by = :used_by WHERE hash = :hash",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":hash", hash, -1);
  cairn_statement_bind_text (statement, ":used_by", used_by, -1);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_add_grant (CairnConnection *db, const PortalGrant *grant, gint64 now, GError **error)
{
  CairnStatement *statement;

  statement =
    cairn_connection_prepare (db,
                              "INSERT INTO grants (id, account, patient, client, scope, created, "
                              "revoked, device, proved, used)"
                              " VALUES (:id, :account, :patient, :client, :scope, :now, 0, :device, :now, :now)",
                              error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":id", grant->id, -1);
  cairn_statement_bind_text (statement, ":account", grant->account, -1);
  cairn_statement_bind_text (statement, ":patient", grant->patient, -1);
  cairn_statement_bind_text (statement, ":client", grant->client, -1);
  cairn_statement_bind_text (statement, ":scope", grant->scope, -1);
  cairn_statement_bind_text (statement, ":device", grant->device, -1);
  cairn_statement_bind_int64 (statement, ":now", now);
  return cairn_statement_run (statement, error);
}

#define GRANT "g.id, g.account, g.patient, g.client, g.scope, CASE WHEN g.revoked = 0 AND c.disabled = 0" \
              " AND (g.patient IS NULL OR EXISTS (SELECT 1 FROM account_patient p WHERE p.account = g.account" \
              " AND p.patient = g.patient)) THEN 0 ELSE 1 END, CASE WHEN g.patient IS NULL THEN c.role END," \
              " CASE WHEN g.patient IS NULL THEN c.practitioner END, g.device, g.proved"

static PortalGrant *
read_grant (CairnStatement *row)
{
  PortalGrant *grant = g_new (PortalGrant, 1);

  *grant = (PortalGrant){
    dup_text (row, 0), dup_text (row, 1), dup_text (row, 2),
    dup_text (row, 3), dup_text (row, 4), cairn_statement_int64 (row, 5) != 0,
    dup_text (row, 6), dup_text (row, 7), dup_text (row, 8), cairn_statement_int64 (row, 9), 0
  };
  cairn_statement_reset (row);
  return grant;
}

gboolean
portal_store_load_grant (CairnConnection *db, const char *id, PortalGrant **grant, GError **error)
{
  CairnStatement *row;

  *grant = NULL;
  if (!find (db,
             "SELECT " GRANT " FROM grants g JOIN account c ON c.id = g.account WHERE g.id = :key",
             id, &row, error))
    return FALSE;
  if (row != NULL)
    *grant = read_grant (row);
  return TRUE;
}

gboolean
portal_store_revoke_grant (CairnConnection *db, const char *id, GError **error)
{
  return run_key (db, "UPDATE grants SET revoked = 1 WHERE id = :key", id, error) &&
         run_key (db, "UPDATE refresh_token SET successor = NULL WHERE grant_id = :key", id,
                  error) &&
         run_key (db, "DELETE FROM access_token WHERE grant_id = :key", id, error);
}

/* All grants of an account but one (nullable). */
gboolean
portal_store_revoke_others (CairnConnection *db, const char *account, const char *kept, gint64 *n, GError **error)
{
  static const char *const steps[] = {
    "DELETE FROM code WHERE account = :account",
    "DELETE FROM auth_session WHERE account = :account",
    "DELETE FROM access_token WHERE grant_id IN (SELECT id FROM grants WHERE account = :account AND id IS NOT :kept)",
    "UPDATE refresh_token SET successor = NULL WHERE successor IS NOT NULL AND grant_id IN (SELECT id FROM grants"
    " WHERE account = :account AND id IS NOT :kept)",
    "UPDATE grants SET revoked = 1 WHERE account = :account AND revoked = 0 AND id IS NOT :kept",
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      CairnStatement *statement = cairn_connection_prepare (db, steps[i], error);

      if (statement == NULL)
        return FALSE;
      cairn_statement_bind_text (statement, ":account", account, -1);
      if (i >= 2)
        cairn_statement_bind_text (statement, ":kept", kept, -1);
      if (!cairn_statement_run (statement, error))
        return FALSE;
    }
  *n = cairn_connection_changes (db);
  return TRUE;
}

static gboolean
add_token (CairnConnection *db,
           const char *sql,
           const char *hash,
           const char *grant,
           gint64 expires,
           GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":hash", hash, -1);
  cairn_statement_bind_text (statement, ":grant", grant, -1);
  cairn_statement_bind_int64 (statement, ":expires", expires);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_add_access (CairnConnection *db,
                         const char *hash,
                         const char *grant,
                         gint64 expires,
                         GError **error)
{
  return add_token (db,
                    "INSERT INTO access_token (hash, grant_id, expires) VALUES (:hash, :grant, "
                    ":expires)",
                    hash, grant, expires, error);
}

/* The grant of an access token that is good now. */
gboolean
portal_store_find_access (CairnConnection *db,
                          const char *hash,
                          gint64 now,
                          PortalGrant **grant,
                          GError **error)
{
  CairnStatement *statement;
  gint64 expires;
  gboolean row;

  *grant = NULL;
  statement = cairn_connection_prepare (db,
                                        "SELECT " GRANT ", t.expires"
                                        " FROM access_token t JOIN grants g ON g.id = t.grant_id"
                                        " JOIN account c ON c.id = g.account"
                                        " WHERE t.hash = :hash AND t.expires > :now",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":hash", hash, -1);
  cairn_statement_bind_int64 (statement, ":now", now);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  expires = cairn_statement_int64 (statement, 10);
  *grant = read_grant (statement);
  (*grant)->expires = expires;
  if ((*grant)->revoked)
    g_clear_pointer (grant, portal_grant_free);
  return TRUE;
}

gboolean
portal_store_drop_access (CairnConnection *db, const char *hash, GError **error)
{
  return run_key (db, "DELETE FROM access_token WHERE hash = :key", hash, error);
}

gboolean
portal_store_add_refresh (CairnConnection *db,
                          const char *hash,
                          const char *grant,
                          gint64 expires,
                          GError **error)
{
  return add_token (db,
                    "INSERT INTO refresh_token (hash, grant_id, expires) VALUES (:hash, :grant, "
                    ":expires)",
                    hash, grant, expires, error);
}

gboolean
portal_store_load_refresh (CairnConnection *db,
                           const char *hash,
                           PortalRefresh **refresh,
                           GError **error)
{
  CairnStatement *row;

  *refresh = NULL;
  if (!find (db,
             "SELECT grant_id, expires, replaced, successor_hash, successor FROM refresh_token "
             "WHERE hash = :key",
             hash, &row, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  *refresh = g_new (PortalRefresh, 1);
  **refresh = (PortalRefresh){ dup_text (row, 0), cairn_statement_int64 (row, 1),
                               cairn_statement_int64 (row, 2), dup_text (row, 3),
                               dup_text (row, 4) };
  cairn_statement_reset (row);
  return TRUE;
}

gboolean
portal_store_replace_refresh (CairnConnection *db,
                              const char      *hash,
                              gint64           now,
                              gint64           expires,
                              const char      *successor_hash,
                              const char      *successor,
                              GError         **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (
    db,
    "UPDATE refresh_token SET replaced = :now, expires = :expires,"
    " successor_hash = :successor_hash, successor = :successor WHERE hash = :hash",
    error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":hash", hash, -1);
  cairn_statement_bind_int64 (statement, ":now", now);
  cairn_statement_bind_int64 (statement, ":expires", expires);
  cairn_statement_bind_text (statement, ":successor_hash", successor_hash, -1);
  cairn_statement_bind_text (statement, ":successor", successor, -1);
  return cairn_statement_run (statement, error);
}

/* What has run out, and sealed successors whose time is over. */
gboolean
portal_store_forget_expired (CairnConnection *db,
                             gint64 now,
                             gint64 replaced_before,
                             GError **error)
{
  static const char *const steps[] = {
    "DELETE FROM access_token WHERE expires < :time",
    "DELETE FROM auth_session WHERE expires < :time",
    "DELETE FROM code WHERE expires + 600000 < :time",
    "DELETE FROM refresh_token WHERE expires < :time",
    "UPDATE refresh_token SET successor = NULL WHERE replaced < :time AND successor IS NOT NULL",
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      CairnStatement *statement = cairn_connection_prepare (db, steps[i], error);

      if (statement == NULL)
        return FALSE;
      cairn_statement_bind_int64 (statement, ":time",
                                  i == G_N_ELEMENTS (steps) - 1 ? replaced_before : now);
      if (!cairn_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}
