/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's verbs over what comes before an account, and over ways back into one. */
#include "portal-store-registration.h"

#include "server/store/portal-store-private.h"

void
portal_registration_free (PortalRegistration *registration)
{
  g_free (registration->hash);
  g_free (registration->email);
  g_free (registration->phone);
  g_free (registration->contact_key);
  g_free (registration->given);
  g_free (registration->family);
  g_free (registration->birth);
  g_free (registration->invite);
  g_free (registration->code);
  g_free (registration->account);
  g_free (registration);
}

void
portal_recovery_free (PortalRecovery *recovery)
{
  g_free (recovery->hash);
  g_free (recovery->link);
  g_free (recovery->code);
  g_free (recovery->account);
  g_free (recovery);
}

static char *
dup_text (CairnStatement *statement, int column)
{
  return g_strdup (cairn_statement_text (statement, column, NULL));
}

/* Prepares a statement with :key bound. */
static CairnStatement *
prepare (CairnConnection *db, const char *sql, const char *key, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement != NULL)
    cairn_statement_bind_text (statement, ":key", key, -1);
  return statement;
}

static gboolean
run_key (CairnConnection *db, const char *sql, const char *key, GError **error)
{
  CairnStatement *statement = prepare (db, sql, key, error);

  return statement != NULL && cairn_statement_run (statement, error);
}

/* The number that a statement over :key and :now answers. */
static gboolean
count (CairnConnection *db, const char *sql, const char *key, gint64 now, gint64 *n, GError **error)
{
  CairnStatement *statement = prepare (db, sql, key, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":now", now);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  *n = row ? cairn_statement_int64 (statement, 0) : 0;
  cairn_statement_reset (statement);
  return TRUE;
}

gboolean
portal_store_save_registration (CairnConnection *db, const PortalRegistration *r, GError **error)
{
  const char *const texts[][2] = { { ":email", r->email }, { ":phone", r->phone }, { ":contact_key", r->contact_key },
                                   { ":given", r->given }, { ":family", r->family }, { ":birth", r->birth },
                                   { ":invite", r->invite }, { ":code", r->code }, { ":account", r->account } };
  CairnStatement *statement;

  statement = prepare (db, "INSERT OR REPLACE INTO registration (hash, email, phone, contact_key, given, family, birth,"
                           " invite, code, account, tries, sent, n_sent, verified, expires) VALUES (:key, :email, :phone,"
                           " :contact_key, :given, :family, :birth, :invite, :code, :account, :tries, :sent, :n_sent, :verified,"
                           " :expires)", r->hash, error);
  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i][1] != NULL)
      cairn_statement_bind_text (statement, texts[i][0], texts[i][1], -1);
  cairn_statement_bind_int64 (statement, ":tries", r->tries);
  cairn_statement_bind_int64 (statement, ":sent", r->sent);
  cairn_statement_bind_int64 (statement, ":n_sent", r->n_sent);
  cairn_statement_bind_int64 (statement, ":verified", r->verified);
  cairn_statement_bind_int64 (statement, ":expires", r->expires);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_load_registration (CairnConnection     *db,
                                const char          *hash,
                                gint64               now,
                                PortalRegistration **registration,
                                GError             **error)
{
  CairnStatement *row;
  gboolean found;

  *registration = NULL;
  row = prepare (db, "SELECT hash, email, phone, contact_key, given, family, birth, invite, code, account, tries, sent, n_sent,"
                     " verified, expires FROM registration WHERE hash = :key AND expires > :now", hash, error);
  if (row == NULL)
    return FALSE;
  cairn_statement_bind_int64 (row, ":now", now);
  if (!cairn_statement_step (row, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  *registration = g_new (PortalRegistration, 1);
  **registration = (PortalRegistration) { dup_text (row, 0), dup_text (row, 1), dup_text (row, 2), dup_text (row, 3),
                                          dup_text (row, 4), dup_text (row, 5), dup_text (row, 6), dup_text (row, 7),
                                          dup_text (row, 8), dup_text (row, 9), cairn_statement_int64 (row, 10),
                                          cairn_statement_int64 (row, 11), cairn_statement_int64 (row, 12),
                                          cairn_statement_int64 (row, 13) != 0, cairn_statement_int64 (row, 14) };
  cairn_statement_reset (row);
  return TRUE;
}

gboolean
portal_store_drop_registration (CairnConnection *db, const char *hash, GError **error)
{
  return run_key (db, "DELETE FROM registration WHERE hash = :key", hash, error);
}

/* Those of one contact that are alive. */
gboolean
portal_store_count_registrations (CairnConnection *db, const char *contact_key, gint64 now, gint64 *n, GError **error)
{
  return count (db, "SELECT count (*) FROM registration WHERE contact_key = :key AND expires > :now AND verified = 0",
                contact_key, now, n, error);
}

/* All that has run out here. */
gboolean
portal_store_forget_registrations (CairnConnection *db, gint64 now, GError **error)
{
  static const char *const steps[] = { "DELETE FROM registration WHERE expires < :now",
                                       "DELETE FROM recovery WHERE expires < :now",
                                       "DELETE FROM invite WHERE expires < :now" };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      CairnStatement *statement = cairn_connection_prepare (db, steps[i], error);

      if (statement == NULL)
        return FALSE;
      cairn_statement_bind_int64 (statement, ":now", now);
      if (!cairn_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
portal_store_add_invite (CairnConnection *db, const char *hash, const char *patient, gint64 expires, GError **error)
{
  CairnStatement *statement = prepare (db, "INSERT INTO invite (hash, patient, expires, used)"
                                           " VALUES (:key, :patient, :expires, 0)", hash, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":patient", patient, -1);
  cairn_statement_bind_int64 (statement, ":expires", expires);
  return cairn_statement_run (statement, error);
}

/* Whose record an invitation that is still good opens; NULL without one. */
gboolean
portal_store_load_invite (CairnConnection *db, const char *hash, gint64 now, char **patient, GError **error)
{
  CairnStatement *row = prepare (db, "SELECT patient FROM invite WHERE hash = :key AND used = 0 AND expires > :now", hash,
                                 error);
  gboolean found;

  *patient = NULL;
  if (row == NULL)
    return FALSE;
  cairn_statement_bind_int64 (row, ":now", now);
  if (!cairn_statement_step (row, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  *patient = dup_text (row, 0);
  cairn_statement_reset (row);
  return TRUE;
}

gboolean
portal_store_use_invite (CairnConnection *db, const char *hash, GError **error)
{
  return run_key (db, "UPDATE invite SET used = 1 WHERE hash = :key", hash, error);
}

gboolean
portal_store_add_recovery (CairnConnection *db, const PortalRecovery *recovery, GError **error)
{
  CairnStatement *statement;

  statement = prepare (db, "INSERT INTO recovery (hash, link, code, account, tries, code_expires, expires)"
                           " VALUES (:key, :link, :code, :account, 0, :code_expires, :expires)", recovery->hash, error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":link", recovery->link, -1);
  cairn_statement_bind_text (statement, ":code", recovery->code, -1);
  if (recovery->account != NULL)
    cairn_statement_bind_text (statement, ":account", recovery->account, -1);
  cairn_statement_bind_int64 (statement, ":code_expires", recovery->code_expires);
  cairn_statement_bind_int64 (statement, ":expires", recovery->expires);
  return cairn_statement_run (statement, error);
}

#define RECOVERY "SELECT hash, link, code, account, tries, code_expires, expires FROM recovery WHERE expires > :now AND "

static gboolean
load_recovery (CairnConnection *db, const char *sql, const char *key, gint64 now, PortalRecovery **recovery, GError **error)
{
  CairnStatement *row = prepare (db, sql, key, error);
  gboolean found;

  *recovery = NULL;
  if (row == NULL)
    return FALSE;
  cairn_statement_bind_int64 (row, ":now", now);
  if (!cairn_statement_step (row, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  *recovery = g_new (PortalRecovery, 1);
  **recovery = (PortalRecovery) { dup_text (row, 0), dup_text (row, 1), dup_text (row, 2), dup_text (row, 3),
                                  cairn_statement_int64 (row, 4), cairn_statement_int64 (row, 5),
                                  cairn_statement_int64 (row, 6) };
  cairn_statement_reset (row);
  return TRUE;
}

gboolean
portal_store_load_recovery (CairnConnection *db, const char *hash, gint64 now, PortalRecovery **recovery, GError **error)
{
  return load_recovery (db, RECOVERY "hash = :key", hash, now, recovery, error);
}

gboolean
portal_store_load_recovery_link (CairnConnection *db, const char *link, gint64 now, PortalRecovery **recovery, GError **error)
{
  return load_recovery (db, RECOVERY "link = :key", link, now, recovery, error);
}

gboolean
portal_store_count_recovery_try (CairnConnection *db, const char *hash, GError **error)
{
  return run_key (db, "UPDATE recovery SET tries = tries + 1 WHERE hash = :key", hash, error);
}

gboolean
portal_store_count_recoveries (CairnConnection *db, const char *account, gint64 now, gint64 *n, GError **error)
{
  return count (db, "SELECT count (*) FROM recovery WHERE account = :key AND code_expires > :now", account, now, n, error);
}

/* Once one was used, or the password changed, the others are dead. */
gboolean
portal_store_drop_recoveries (CairnConnection *db, const char *account, GError **error)
{
  return run_key (db, "DELETE FROM recovery WHERE account = :key", account, error);
}

/* The charts of those who were born in that time. */
gboolean
portal_store_list_born (CairnConnection *db, gint64 start, gint64 end, PortalRowFunc func, gpointer data, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "SELECT " PORTAL_COLUMNS ", NULL, 1 FROM idx_date d JOIN version v ON v.seq = d.seq"
                                            " WHERE d.name = 'birthdate' AND d.low = :start AND d.high = :end"
                                            " AND v.type = 'Patient' AND v.method <> 'DELETE'", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":start", start);
  cairn_statement_bind_int64 (statement, ":end", end);
  return portal_store_walk (statement, func, data, error);
}
