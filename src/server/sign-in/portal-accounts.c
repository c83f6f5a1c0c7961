/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making, listing, linking and disabling accounts, as `cairn-portal account` does. Blocks: for the
 * command line and for tests. */
#include "portal-accounts.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"
#include "portal-throttle.h"
#include "server/accounts/portal-account-call.h"
#include "server/accounts/portal-name.h"
#include "server/accounts/portal-secret.h"
#include "server/mail/portal-letters.h"
#include "server/store/people/portal-store-factor.h"
#include "server/store/people/portal-store-grants.h"
#include "server/store/people/portal-store-registration.h"
#include "server/store/portal-store.h"

#define LONGEST_NAME 100
#define LONGEST_PASSWORD 1024
#define INVITE_GROUPS 3                                               /* 60 bits */
#define INVITE_MS (30 * 24 * 60 * 60 * G_GINT64_CONSTANT (1000))

static const char *const roles[] = { "front-desk", "nurse", "clinician", "administrator", NULL };

typedef struct
{
  const PortalConfig *config;
  const char         *username;
  const char         *patient;
  char               *code;
  gint64              expires;
} Change;

static gboolean
usage (GError **error, const char *message)
{
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, message);
  return FALSE;
}

/* What a name is found by: Unicode-normalised and case-folded. */
char *
portal_account_key (const char *name)
{
  g_autofree char *normal = g_utf8_normalize (name, -1, G_NORMALIZE_NFKC);

  return g_utf8_casefold (normal != NULL ? normal : "", -1);
}

static gboolean
check_name (const char *name, GError **error)
{
  if (name == NULL || *name == '\0' || strlen (name) > LONGEST_NAME ||
      !g_utf8_validate (name, -1, NULL))
    return usage (error, "A user name has 1 to 100 bytes of UTF-8");
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isgraph (g_utf8_get_char (at)) || *at == '@')
      return usage (error, "A user name has no spaces, control characters or @");
  return TRUE;
}

static gboolean
check_account (const PortalNewAccount *account, GError **error)
{
  const char *at = account->email != NULL ? strchr (account->email, '@') : NULL;

  if (!check_name (account->username, error))
    return FALSE;
  if (at == NULL || at == account->email || at[1] == '\0' ||
      strpbrk (account->email, " \t\r\n<>\",;") != NULL ||
      !g_utf8_validate (account->email, -1, NULL))
    return usage (error, "An e-mail address is needed");
  if ((account->patient == NULL) == (account->practitioner == NULL))
    return usage (error, "An account belongs either to a patient or to a practitioner");
  if (!cairn_id_is_legal (account->patient != NULL ? account->patient : account->practitioner))
    return usage (error, "That is no legal id");
  if (account->practitioner != NULL &&
      (account->role == NULL || !g_strv_contains (roles, account->role)))
    return usage (error, "A role is one of front-desk, nurse, clinician, administrator");
  if (account->practitioner == NULL && account->role != NULL)
    return usage (error, "Only practitioners have a role");
  if (account->password == NULL || !g_utf8_validate (account->password, -1, NULL) ||
      g_utf8_strlen (account->password, -1) < PORTAL_PASSWORD_LEAST ||
      strlen (account->password) > LONGEST_PASSWORD)
    return usage (error, "A password has 8 or more characters");
  return TRUE;
}

static gboolean
must_exist (CairnConnection *db, const char *type, const char *id, GError **error)
{
  PortalRow row;
  gboolean found;

  if (!portal_store_get_current (db, type, id, &row, &found, error))
    return FALSE;
  if (found && !row.deleted)
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "There is no %s/%s", type, id);
  return FALSE;
}

static gpointer
add_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  PortalAccount *account = data;
  g_autoptr(PortalAccount) same = NULL;

  if (!cairn_connection_begin (db, error) ||
      !must_exist (db, account->patient != NULL ? "Patient" : "Practitioner",
                   account->patient != NULL ? account->patient : account->practitioner, error) ||
      !portal_store_find_account (db, account->name_key, &same, error))
    return NULL;
  if (same != NULL)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_CONFLICT, "The user name %s is taken",
                   account->username);
      return NULL;
    }
  return GINT_TO_POINTER (portal_store_add_account (db, account, cairn_date_now (), error) &&
                          cairn_connection_commit (db, error));
}

PortalAccount *
portal_account_add (CairnDatabase *writer, const PortalNewAccount *wanted, GError **error)
{
  g_autoptr(PortalAccount) account = NULL;

  if (!check_account (wanted, error))
    return NULL;
  account = g_new0 (PortalAccount, 1);
  account->id = cairn_random_uuid ();
  account->username = g_strdup (wanted->username);
  account->name_key = portal_account_key (wanted->username);
  account->email = portal_email_prepare (wanted->email);
  if (account->email == NULL)
    account->email = g_strdup (wanted->email);
  account->email_key = portal_account_key (account->email);
  account->skeleton = portal_name_skeleton (account->name_key);
  account->patient = g_strdup (wanted->patient);
  account->practitioner = g_strdup (wanted->practitioner);
  account->role = g_strdup (wanted->role);
  account->hash = cairn_password_hash (wanted->password, error);
  if (account->hash == NULL || cairn_database_run (writer, add_on_writer, account, error) == NULL)
    return NULL;
  return g_steal_pointer (&account);
}

static gboolean
find (CairnConnection *db, const char *username, PortalAccount **account, GError **error)
{
  g_autofree char *key = portal_account_key (username);

  if (!portal_store_find_account (db, key, account, error))
    return FALSE;
  if (*account != NULL)
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "There is no account %s", username);
  return FALSE;
}

static gboolean
tell (CairnConnection *db, const Change *change, const PortalAccount *account, PortalTopic topic, GError **error)
{
  g_autofree char *language = portal_account_dup_language (db, account, NULL);
  PortalFacts facts = { .language = language };
  PortalLetterKind kind;
  const char *to = portal_account_channel (account, &kind);

  return portal_letters_queue (db, change->config, kind, to, topic, &facts, error);
}

static gpointer
link_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;
  g_autoptr(PortalAccount) account = NULL;

  return GINT_TO_POINTER (
    cairn_connection_begin (db, error) && find (db, change->username, &account, error) &&
    must_exist (db, "Patient", change->patient, error) &&
    portal_store_link_patient (db, account->id, change->patient, account->patient == NULL,
                               cairn_date_now (), error) &&
    tell (db, change, account, PORTAL_TOPIC_LINKED, error) && cairn_connection_commit (db, error));
}

/* Lets an account open a patient's record: its own, if it has none yet, or another one too. */
gboolean
portal_account_link (CairnDatabase       *writer,
                     const PortalConfig  *config,
                     const char          *username,
                     const char          *patient,
                     GError             **error)
{
  Change change = { config, username, patient, NULL, 0 };

  return cairn_database_run (writer, link_on_writer, &change, error) != NULL;
}

static gpointer
find_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  PortalAccount *account = NULL;

  return find (db, data, &account, error) ? account : NULL;
}

/* By a user name or an e-mail address; NULL with an error. */
PortalAccount *
portal_account_find (CairnDatabase *writer, const char *username, GError **error)
{
  return cairn_database_run (writer, find_on_writer, (gpointer) username, error);
}

static gpointer
disable_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;
  g_autoptr(PortalAccount) account = NULL;

  return GINT_TO_POINTER (
    cairn_connection_begin (db, error) && find (db, change->username, &account, error) &&
    portal_store_disable_account (db, account->id, error) && cairn_connection_commit (db, error));
}

gboolean
portal_account_disable (CairnDatabase *writer, const char *username, GError **error)
{
  Change change = { .username = username };

  return cairn_database_run (writer, disable_on_writer, &change, error) != NULL;
}

static gpointer
invite_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;
  g_autofree char *clean = portal_secret_clean (change->code), *hash = cairn_sha256_hex (clean, -1);

  return GINT_TO_POINTER (cairn_connection_begin (db, error) && must_exist (db, "Patient", change->patient, error) &&
                          portal_store_add_invite (db, hash, change->patient, change->expires, error) &&
                          cairn_connection_commit (db, error));
}

/* A code that makes its bearer's account open that patient's record, once; kept as a hash only. */
char *
portal_account_invite (CairnDatabase *writer, const char *patient, gint64 *expires, GError **error)
{
  Change change = { .patient = patient, .expires = cairn_date_now () + INVITE_MS };

  change.code = portal_secret_words (INVITE_GROUPS);
  *expires = change.expires;
  if (cairn_database_run (writer, invite_on_writer, &change, error) != NULL)
    return change.code;
  g_free (change.code);
  return NULL;
}

static gpointer
reset_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;
  g_autoptr(PortalAccount) account = NULL;
  g_autofree char *tries = NULL, *codes = NULL;
  gint64 now = cairn_date_now (), n;

  if (!cairn_connection_begin (db, error) || !find (db, change->username, &account, error))
    return NULL;
  tries = g_strconcat ("account:", account->id, NULL);
  codes = g_strconcat ("code:", account->id, NULL);
  return GINT_TO_POINTER (
    portal_store_set_factor (db, account->id, NULL, account->factor_step, now, error) &&
    portal_store_drop_recovery_codes (db, account->id, error) &&
    portal_store_revoke_others (db, account->id, NULL, &n, error) && portal_throttle_forgive (db, tries, now, error) &&
    portal_throttle_forgive (db, codes, now, error) &&
    (account->factor == NULL || tell (db, change, account, PORTAL_TOPIC_FACTOR_OFF, error)) &&
    cairn_connection_commit (db, error));
}

/* For somebody whom the clinic knows in person and who has lost phone and recovery codes: no second factor, no block after
 * wrong tries, signed out everywhere. The password stays. */
gboolean
portal_account_reset (CairnDatabase *writer, const PortalConfig *config, const char *username, GError **error)
{
  Change change = { .config = config, .username = username };

  return cairn_database_run (writer, reset_on_writer, &change, error) != NULL;
}

static void
build_account (JsonBuilder *builder, const PortalAccount *account)
{
  const char *const values[][2] = { { "username", account->username }, { "account", account->id },
                                    { "patient", account->patient }, { "practitioner", account->practitioner },
                                    { "role", account->role } };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (values[i][1] != NULL || i == 2)
      {
        json_builder_set_member_name (builder, values[i][0]);
        if (values[i][1] != NULL)
          json_builder_add_string_value (builder, values[i][1]);
        else
          json_builder_add_null_value (builder);
      }
}

static char *
to_text (JsonBuilder *builder)
{
  g_autoptr(JsonNode) root = json_builder_get_root (builder);

  return json_to_string (root, FALSE);
}

char *
portal_account_to_json (const PortalAccount *account)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  build_account (builder, account);
  json_builder_end_object (builder);
  return to_text (builder);
}

/* What staff find the record of somebody by who registered and waits. */
static void
add_person (JsonBuilder *builder, const PortalAccount *account)
{
  const char *const values[][2] = { { "phone", account->phone }, { "given", account->given }, { "family", account->family },
                                    { "birth_date", account->birth } };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (values[i][1] != NULL)
      {
        json_builder_set_member_name (builder, values[i][0]);
        json_builder_add_string_value (builder, values[i][1]);
      }
}

static gboolean
list_one (CairnConnection *db,
          PortalAccount *account,
          JsonBuilder *builder,
          GString *plain,
          GError **error)
{
  g_autoptr(GPtrArray) patients = portal_store_list_patients (db, account->id, error);

  if (patients == NULL)
    return FALSE;
  g_ptr_array_add (patients, NULL);
  if (plain != NULL)
    {
      g_autofree char *all = g_strjoinv (" ", (char **) patients->pdata);

      g_string_append_printf (plain, "%s\t%s\t%s\t%s\n", account->username, account->email,
                              account->practitioner != NULL ? account->role : *all != '\0' ? all : "waiting",
                              account->disabled ? "disabled" : "active");
      return TRUE;
    }
  json_builder_begin_object (builder);
  build_account (builder, account);
  json_builder_set_member_name (builder, "email");
  json_builder_add_string_value (builder, account->email);
  add_person (builder, account);
  json_builder_set_member_name (builder, "patients");
  json_builder_begin_array (builder);
  for (guint i = 0; i + 1 < patients->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (patients, i));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "disabled");
  json_builder_add_boolean_value (builder, account->disabled);
  json_builder_end_object (builder);
  return TRUE;
}

static gpointer
list_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) accounts = portal_store_list_accounts (db, error);
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(GString) plain = GPOINTER_TO_INT (data) ? NULL : g_string_new (NULL);

  if (accounts == NULL)
    return NULL;
  json_builder_begin_array (builder);
  for (guint i = 0; i < accounts->len; i++)
    if (!list_one (db, g_ptr_array_index (accounts, i), builder, plain, error))
      return NULL;
  json_builder_end_array (builder);
  return plain != NULL ? g_strdup (plain->str) : to_text (builder);
}

char *
portal_account_list (CairnDatabase *writer, gboolean json, GError **error)
{
  return cairn_database_run (writer, list_on_writer, GINT_TO_POINTER (json), error);
}
