/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's verbs over accounts, the patients they may open, and the counters against guessing.
 */
#include "portal-store-accounts.h"

#define COLUMNS "c.id, c.username, c.name_key, c.email, c.email_key, c.hash, c.practitioner, c.role, c.disabled," \
                " c.phone, c.given, c.family, c.birth, c.skeleton, c.terms, c.factor, c.factor_step, c.factor_since, c.quiet, c.language," \
                " (SELECT p.patient FROM account_patient p WHERE p.account = c.id AND p.own = 1)"

void
portal_account_free (PortalAccount *account)
{
  g_free (account->id);
  g_free (account->username);
  g_free (account->name_key);
  g_free (account->email);
  g_free (account->email_key);
  g_free (account->hash);
  g_free (account->patient);
  g_free (account->practitioner);
  g_free (account->role);
  g_free (account->phone);
  g_free (account->given);
  g_free (account->family);
  g_free (account->birth);
  g_free (account->skeleton);
  g_free (account->terms);
  g_free (account->language);
  g_free (account->factor);
  g_free (account);
}

static PortalAccount *
read_account (CairnStatement *statement)
{
  PortalAccount *account = g_new0 (PortalAccount, 1);

  account->id = g_strdup (cairn_statement_text (statement, 0, NULL));
  account->username = g_strdup (cairn_statement_text (statement, 1, NULL));
  account->name_key = g_strdup (cairn_statement_text (statement, 2, NULL));
  account->email = g_strdup (cairn_statement_text (statement, 3, NULL));
  account->email_key = g_strdup (cairn_statement_text (statement, 4, NULL));
  account->hash = g_strdup (cairn_statement_text (statement, 5, NULL));
  account->practitioner = g_strdup (cairn_statement_text (statement, 6, NULL));
  account->role = g_strdup (cairn_statement_text (statement, 7, NULL));
  account->disabled = cairn_statement_int64 (statement, 8) != 0;
  account->phone = g_strdup (cairn_statement_text (statement, 9, NULL));
  account->given = g_strdup (cairn_statement_text (statement, 10, NULL));
  account->family = g_strdup (cairn_statement_text (statement, 11, NULL));
  account->birth = g_strdup (cairn_statement_text (statement, 12, NULL));
  account->skeleton = g_strdup (cairn_statement_text (statement, 13, NULL));
  account->terms = g_strdup (cairn_statement_text (statement, 14, NULL));
  account->factor = g_strdup (cairn_statement_text (statement, 15, NULL));
  account->factor_step = cairn_statement_int64 (statement, 16);
  account->factor_since = cairn_statement_int64 (statement, 17);
  account->quiet = cairn_statement_int64 (statement, 18) != 0;
  account->language = g_strdup (cairn_statement_text (statement, 19, NULL));
  account->patient = g_strdup (cairn_statement_text (statement, 20, NULL));
  return account;
}

gboolean
portal_store_add_account (CairnConnection *db,
                          const PortalAccount *account,
                          gint64 now,
                          GError **error)
{
  const char *const texts[][2] = {
    { ":id", account->id }, { ":username", account->username }, { ":name_key", account->name_key },
    { ":email", account->email }, { ":email_key", account->email_key }, { ":hash", account->hash },
    { ":practitioner", account->practitioner }, { ":role", account->role }, { ":phone", account->phone },
    { ":given", account->given }, { ":family", account->family }, { ":birth", account->birth },
    { ":skeleton", account->skeleton }, { ":terms", account->terms },
    { ":language", account->language },
  };
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO account (id, username, name_key, email, email_key, hash,"
                                            " practitioner, role, disabled, created, phone, given, family, birth, skeleton,"
                                            " terms, terms_since, language) VALUES (:id, :username, :name_key, :email, :email_key,"
                                            " :hash, :practitioner, :role, 0, :now, :phone, :given, :family, :birth,"
                                            " :skeleton, :terms, CASE WHEN :terms IS NOT NULL THEN :now END,"
                                            " :language)", error);
  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    cairn_statement_bind_text (statement, texts[i][0], texts[i][1], -1);
  cairn_statement_bind_int64 (statement, ":now", now);
  return cairn_statement_run (statement, error) &&
         (account->patient == NULL ||
          portal_store_link_patient (db, account->id, account->patient, TRUE, now, error));
}

static GPtrArray *
list_accounts (CairnStatement *statement, GError **error)
{
  g_autoptr(GPtrArray)
    accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) portal_account_free);
  gboolean row;

  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&accounts);
      g_ptr_array_add (accounts, read_account (statement));
    }
  return NULL;
}

static gboolean
find_one (CairnConnection *db,
          const char *sql,
          const char *key,
          PortalAccount **account,
          GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);
  g_autoptr(GPtrArray) accounts = NULL;

  *account = NULL;
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":key", key, -1);
  accounts = list_accounts (statement, error);
  if (accounts == NULL)
    return FALSE;
  if (accounts->len == 1)
    *account = g_ptr_array_steal_index (accounts, 0);
  return TRUE;
}

/* By user name, or by an e-mail address that only one account has. Both are looked for whatever there is, so that a
 * name that nobody has takes as long. */
gboolean
portal_store_find_account (CairnConnection *db,
                           const char *key,
                           PortalAccount **account,
                           GError **error)
{
  g_autoptr(PortalAccount) by_email = NULL;

  if (!find_one (db, "SELECT " COLUMNS " FROM account c WHERE c.name_key = :key", key, account, error) ||
      !find_one (db, "SELECT " COLUMNS " FROM account c WHERE c.email_key = :key", key, &by_email, error))
    return FALSE;
  if (*account == NULL)
    *account = g_steal_pointer (&by_email);
  return TRUE;
}

/* By a contact that only one account has. */
gboolean
portal_store_find_contact (CairnConnection  *db,
                           const char       *email_key,
                           const char       *phone,
                           PortalAccount   **account,
                           GError          **error)
{
  return email_key != NULL ? find_one (db, "SELECT " COLUMNS " FROM account c WHERE c.email_key = :key", email_key, account, error)
                           : find_one (db, "SELECT " COLUMNS " FROM account c WHERE c.phone = :key", phone, account, error);
}

static gboolean
exists (CairnConnection *db, const char *sql, const char *key, const char *other, gboolean *found, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":key", key, -1);
  if (other != NULL)
    cairn_statement_bind_text (statement, ":other", other, -1);
  if (!cairn_statement_step (statement, found, error))
    return FALSE;
  cairn_statement_reset (statement);
  return TRUE;
}

/* Also by one that looks the same. */
gboolean
portal_store_name_is_taken (CairnConnection *db, const char *key, const char *skeleton, gboolean *taken, GError **error)
{
  return exists (db, "SELECT 1 FROM account WHERE name_key = :key UNION ALL SELECT 1 FROM account WHERE skeleton = :other"
                     " LIMIT 1", key, skeleton, taken, error);
}

/* Whether somebody has that chart as their own. */
gboolean
portal_store_chart_is_taken (CairnConnection *db, const char *patient, gboolean *taken, GError **error)
{
  return exists (db, "SELECT 1 FROM account_patient WHERE patient = :key AND own = 1 LIMIT 1", patient, NULL, taken, error);
}

gboolean
portal_store_set_hash (CairnConnection *db, const char *account, const char *hash, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "UPDATE account SET hash = :hash WHERE id = :id", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":hash", hash, -1);
  cairn_statement_bind_text (statement, ":id", account, -1);
  return cairn_statement_run (statement, error);
}

/* Either an e-mail address or a telephone number; the other stays. */
gboolean
portal_store_set_contact (CairnConnection *db, const char *account, const char *email, const char *email_key, const char *phone,
                          GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, email != NULL ? "UPDATE account SET email = :contact, email_key = :key WHERE id = :id"
                                                          : "UPDATE account SET phone = :contact WHERE id = :id", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":contact", email != NULL ? email : phone, -1);
  if (email != NULL)
    cairn_statement_bind_text (statement, ":key", email_key, -1);
  cairn_statement_bind_text (statement, ":id", account, -1);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_set_terms (CairnConnection *db, const char *account, const char *version, gint64 now, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "UPDATE account SET terms = :version, terms_since = :now WHERE id = :id", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":version", version, -1);
  cairn_statement_bind_int64 (statement, ":now", now);
  cairn_statement_bind_text (statement, ":id", account, -1);
  return cairn_statement_run (statement, error);
}

/* Whether no mail is wanted about new messages. */
gboolean
portal_store_set_quiet (CairnConnection *db, const char *account, gboolean quiet, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "UPDATE account SET quiet = :quiet WHERE id = :id", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":quiet", quiet);
  cairn_statement_bind_text (statement, ":id", account, -1);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_set_language (CairnConnection *db, const char *account, const char *language, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "UPDATE account SET language = :language WHERE id = :id", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":language", language, -1);
  cairn_statement_bind_text (statement, ":id", account, -1);
  return cairn_statement_run (statement, error);
}

static GPtrArray *
list_active (CairnConnection *db, const char *sql, const char *key, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":key", key, -1);
  return list_accounts (statement, error);
}

/* (element-type PortalAccount): the active ones of somebody who works here. */
GPtrArray *
portal_store_list_practitioner (CairnConnection *db, const char *practitioner, GError **error)
{
  return list_active (db, "SELECT " COLUMNS " FROM account c WHERE c.practitioner = :key AND c.disabled = 0", practitioner, error);
}

/* (element-type PortalAccount): the active ones that may open a patient's record. */
GPtrArray *
portal_store_list_readers (CairnConnection *db, const char *patient, GError **error)
{
  return list_active (db, "SELECT " COLUMNS " FROM account_patient r JOIN account c ON c.id = r.account"
                          " WHERE r.patient = :key AND c.disabled = 0", patient, error);
}

gboolean
portal_store_load_account (CairnConnection *db,
                           const char *id,
                           PortalAccount **account,
                           GError **error)
{
  return find_one (db, "SELECT " COLUMNS " FROM account c WHERE c.id = :key", id, account, error);
}

GPtrArray *
portal_store_list_accounts (CairnConnection *db, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db,
                                                        "SELECT " COLUMNS
                                                        " FROM account c ORDER BY c.name_key",
                                                        error);

  return statement != NULL ? list_accounts (statement, error) : NULL;
}

GPtrArray *
portal_store_list_patients (CairnConnection *db, const char *account, GError **error)
{
  g_autoptr(GPtrArray) patients = g_ptr_array_new_with_free_func (g_free);
  CairnStatement *statement;
  gboolean row;

  statement =
    cairn_connection_prepare (db,
                              "SELECT patient FROM account_patient WHERE account = :account"
                              " ORDER BY own DESC, created, patient",
                              error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":account", account, -1);
  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&patients);
      g_ptr_array_add (patients, g_strdup (cairn_statement_text (statement, 0, NULL)));
    }
  return NULL;
}

gboolean
portal_store_link_patient (CairnConnection *db,
                           const char      *account,
                           const char      *patient,
                           gboolean         own,
                           gint64           now,
                           GError         **error)
{
  CairnStatement *statement;

  statement =
    cairn_connection_prepare (db,
                              "INSERT INTO account_patient (account, patient, own, created)"
                              " VALUES (:account, :patient, :own, :now)"
                              " ON CONFLICT (account, patient) DO NOTHING",
                              error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":account", account, -1);
  cairn_statement_bind_text (statement, ":patient", patient, -1);
  cairn_statement_bind_int64 (statement, ":own", own);
  cairn_statement_bind_int64 (statement, ":now", now);
  return cairn_statement_run (statement, error);
}

/* Ends its sign-ins as well. */
gboolean
portal_store_disable_account (CairnConnection *db, const char *account, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "UPDATE account SET disabled = 1 WHERE id = :account",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":account", account, -1);
  if (!cairn_statement_run (statement, error))
    return FALSE;
  statement = cairn_connection_prepare (db,
                                        "UPDATE grants SET revoked = 1 WHERE account = :account",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":account", account, -1);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_load_counter (CairnConnection *db,
                           const char *name,
                           PortalCounter *counter,
                           GError **error)
{
  CairnStatement *statement;
  gboolean row;

  *counter = (PortalCounter) { 0 };
  statement =
    cairn_connection_prepare (db, "SELECT wrong, since, in_a_row FROM throttle WHERE name = :name",
                              error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":name", name, -1);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    *counter = (PortalCounter){ cairn_statement_int64 (statement, 0),
                                cairn_statement_int64 (statement, 1),
                                cairn_statement_int64 (statement, 2) };
  cairn_statement_reset (statement);
  return TRUE;
}

gboolean
portal_store_save_counter (CairnConnection *db,
                           const char *name,
                           const PortalCounter *counter,
                           GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO throttle (name, wrong, since, in_a_row)"
                                            " VALUES (:name, :wrong, :since, :in_a_row) ON CONFLICT (name)"
                                            " DO UPDATE SET wrong = excluded.wrong, since = excluded.since,"
                                            " in_a_row = excluded.in_a_row", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":name", name, -1);
  cairn_statement_bind_int64 (statement, ":wrong", counter->wrong);
  cairn_statement_bind_int64 (statement, ":since", counter->since);
  cairn_statement_bind_int64 (statement, ":in_a_row", counter->in_a_row);
  return cairn_statement_run (statement, error);
}

/* Those whose time began before; ones with many wrong in a row stay. */
gboolean
portal_store_forget_counters (CairnConnection *db, gint64 before, gint64 kept_from, GError **error)
{
  CairnStatement *statement;

  statement =
    cairn_connection_prepare (db, "DELETE FROM throttle WHERE since < :before AND in_a_row < :kept",
                              error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":before", before);
  cairn_statement_bind_int64 (statement, ":kept", kept_from);
  return cairn_statement_run (statement, error);
}
