/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's verbs over second factors and over the devices that an account is signed in on. */
#include "portal-store-factor.h"

void
portal_device_free (PortalDevice *device)
{
  g_free (device->id);
  g_free (device->client);
  g_free (device->name);
  g_free (device->patient);
  g_free (device);
}

/* A statement with :id bound; unused others stay NULL. */
static CairnStatement *
prepare (CairnConnection *db, const char *sql, const char *id, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement != NULL)
    cairn_statement_bind_text (statement, ":id", id, -1);
  return statement;
}

static gboolean
run_text (CairnConnection *db, const char *sql, const char *id, const char *name, const char *text, GError **error)
{
  CairnStatement *statement = prepare (db, sql, id, error);

  if (statement == NULL)
    return FALSE;
  if (name != NULL)
    cairn_statement_bind_text (statement, name, text, -1);
  return cairn_statement_run (statement, error);
}

static gboolean
run_number (CairnConnection *db, const char *sql, const char *id, const char *name, gint64 number, GError **error)
{
  CairnStatement *statement = prepare (db, sql, id, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, name, number);
  return cairn_statement_run (statement, error);
}

/* @sealed: NULL to do without. */
gboolean
portal_store_set_factor (CairnConnection *db, const char *account, const char *sealed, gint64 step, gint64 now, GError **error)
{
  CairnStatement *statement;

  statement = prepare (db, "UPDATE account SET factor = :sealed, factor_step = :step, factor_since = :now,"
                           " factor_draft = NULL, factor_draft_until = NULL WHERE id = :id", account, error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":sealed", sealed, -1);
  cairn_statement_bind_int64 (statement, ":step", step);
  cairn_statement_bind_int64 (statement, ":now", now);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_set_factor_step (CairnConnection *db, const char *account, gint64 step, GError **error)
{
  return run_number (db, "UPDATE account SET factor_step = :step WHERE id = :id", account, ":step", step, error);
}

gboolean
portal_store_set_factor_draft (CairnConnection *db, const char *account, const char *sealed, gint64 until, GError **error)
{
  CairnStatement *statement;

  statement = prepare (db, "UPDATE account SET factor_draft = :sealed, factor_draft_until = :until WHERE id = :id", account,
                       error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":sealed", sealed, -1);
  cairn_statement_bind_int64 (statement, ":until", until);
  return cairn_statement_run (statement, error);
}

/* NULL when there is none that is still good. */
gboolean
portal_store_load_factor_draft (CairnConnection *db, const char *account, gint64 now, char **sealed, GError **error)
{
  CairnStatement *statement;
  gboolean row;

  *sealed = NULL;
  statement = prepare (db, "SELECT factor_draft FROM account WHERE id = :id AND factor_draft_until > :now", account, error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":now", now);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    *sealed = g_strdup (cairn_statement_text (statement, 0, NULL));
  cairn_statement_reset (statement);
  return TRUE;
}

gboolean
portal_store_add_recovery_code (CairnConnection *db, const char *account, const char *hash, GError **error)
{
  return run_text (db, "INSERT INTO recovery_code (account, hash) VALUES (:id, :hash)", account, ":hash", hash, error);
}

/* Each works once. */
gboolean
portal_store_take_recovery_code (CairnConnection *db, const char *account, const char *hash, gboolean *had, GError **error)
{
  if (!run_text (db, "DELETE FROM recovery_code WHERE account = :id AND hash = :hash", account, ":hash", hash, error))
    return FALSE;
  *had = cairn_connection_changes (db) > 0;
  return TRUE;
}

gboolean
portal_store_count_recovery_codes (CairnConnection *db, const char *account, gint64 *n, GError **error)
{
  CairnStatement *statement = prepare (db, "SELECT count (*) FROM recovery_code WHERE account = :id", account, error);
  gboolean row;

  if (statement == NULL || !cairn_statement_step (statement, &row, error))
    return FALSE;
  *n = row ? cairn_statement_int64 (statement, 0) : 0;
  cairn_statement_reset (statement);
  return TRUE;
}

gboolean
portal_store_drop_recovery_codes (CairnConnection *db, const char *account, GError **error)
{
  return run_text (db, "DELETE FROM recovery_code WHERE account = :id", account, NULL, NULL, error);
}

/* What can still get at the account: with a refresh token that is good, or an access token for a while. */
GPtrArray *
portal_store_list_devices (CairnConnection *db, const char *account, gint64 now, GError **error)
{
  g_autoptr(GPtrArray) devices = g_ptr_array_new_with_free_func ((GDestroyNotify) portal_device_free);
  CairnStatement *statement;
  gboolean row;

  statement = prepare (db, "SELECT g.id, g.client, g.device, g.patient, g.created, max (g.used, g.created) FROM grants g"
                           " WHERE g.account = :id AND g.revoked = 0 AND NOT EXISTS (SELECT 1 FROM client c WHERE c.id = g.client)"
                           " AND (EXISTS (SELECT 1 FROM refresh_token r WHERE"
                           " r.grant_id = g.id AND r.replaced IS NULL AND r.expires > :now) OR EXISTS (SELECT 1 FROM"
                           " access_token t WHERE t.grant_id = g.id AND t.expires > :now))"
                           " ORDER BY max (g.used, g.created) DESC, g.id", account, error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":now", now);
  while (cairn_statement_step (statement, &row, error))
    {
      PortalDevice *device;

      if (!row)
        return g_steal_pointer (&devices);
      device = g_new (PortalDevice, 1);
      *device = (PortalDevice) { g_strdup (cairn_statement_text (statement, 0, NULL)),
                                 g_strdup (cairn_statement_text (statement, 1, NULL)),
                                 g_strdup (cairn_statement_text (statement, 2, NULL)),
                                 g_strdup (cairn_statement_text (statement, 3, NULL)),
                                 cairn_statement_int64 (statement, 4), cairn_statement_int64 (statement, 5) };
      g_ptr_array_add (devices, device);
    }
  return NULL;
}

/* Its owner has just given password and second factor. */
gboolean
portal_store_prove_grant (CairnConnection *db, const char *grant, gint64 now, GError **error)
{
  return run_number (db, "UPDATE grants SET proved = :now WHERE id = :id", grant, ":now", now, error);
}

gboolean
portal_store_use_grant (CairnConnection *db, const char *grant, gint64 now, GError **error)
{
  return run_number (db, "UPDATE grants SET used = :now WHERE id = :id", grant, ":now", now, error);
}
