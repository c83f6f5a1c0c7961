/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cairnctl sign-in, status, unlock, sign-out. */
#include "ctl.h"

#include "client/account/cairn-lock.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "common/cairn-scopes.h"
#include "fhir/cairn-date.h"

#include <stdio.h>
#include <string.h>

/* A line of standard input without its end; free with cairn_secret_clear(). */
static char *
read_secret (void)
{
  char line[4096] = "";
  char *secret;
  gsize length;

  if (fgets (line, sizeof line, stdin) == NULL)
    line[0] = '\0';
  length = strlen (line);
  while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
    line[--length] = '\0';
  secret = g_strdup (line);
  explicit_bzero (line, sizeof line);
  return secret;
}

static void
print_sign_in (Ctl *ctl, CairnSession *session)
{
  CairnAccount *account = cairn_session_get_account (session);
  const char *scope = cairn_grant_get_scope (cairn_session_get_grant (session));
  g_autoptr(CairnScopes) scopes = cairn_scopes_parse (scope != NULL ? scope : "");
  g_auto(GStrv) list = cairn_scopes_to_strv (scopes);
  g_autoptr(JsonBuilder) builder = NULL;

  if (!ctl->json)
    {
      ctl_print ("Signed in as %s\n", cairn_account_get_name (account));
      return;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  ctl_add_string (builder, "account", cairn_account_get_name (account));
  ctl_add_string (builder, "portal", cairn_account_get_portal (account));
  ctl_add_string (builder, "patient", cairn_account_get_patient (account));
  json_builder_set_member_name (builder, "scopes");
  json_builder_begin_array (builder);
  for (guint i = 0; list[i] != NULL; i++)
    json_builder_add_string_value (builder, list[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ctl_print_json (builder);
}

static gboolean
sign_out (CairnSession *session, gboolean discard, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_sign_out_async (session, discard, NULL, ctl_done_cb, &result);
  return cairn_session_sign_out_finish (session, ctl_wait (&result), error);
}

int
ctl_sign_in (Ctl *ctl)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session;
  char *password, *otp;

  if (ctl->account != NULL)
    return ctl_usage (ctl, "sign-in gives an account its name; --account picks one for the other commands");
  if (ctl->username == NULL || !ctl->password_stdin)
    return ctl_usage (ctl, "cairnctl sign-in URL --username U --password-stdin [--otp-stdin]");
  password = read_secret ();
  otp = ctl->otp_stdin ? read_secret () : NULL;
  cairn_session_sign_in_async (ctl->arguments[0], ctl->username, password, otp, TRUE, NULL, ctl_done_cb, &result);
  cairn_secret_clear (password);
  cairn_secret_clear (otp);
  session = ctl->session = cairn_session_sign_in_finish (ctl_wait (&result), &error);
  if (session == NULL)
    return ctl_fail (ctl, error);
  if (cairn_session_get_remembered (session))
    {
      print_sign_in (ctl, session);
      return CTL_DONE;
    }
  /* A sign-in that the next command would not find is none. */
  error = g_error_copy (cairn_session_get_error (session));
  sign_out (session, TRUE, NULL);
  return ctl_fail (ctl, error);
}

typedef struct
{
  const char *state;
  gint64      last_sync;
  gboolean    offline;
  gssize      outbox;   /* −1 unknown */
} Status;

static gboolean
find_status (CairnAccount *account, Status *status, GError **error)
{
  const char *name = cairn_account_get_name (account);
  CairnAccountStatus saved = cairn_account_status_load (name);
  gboolean signed_in;

  if (!cairn_store_peek (name, &signed_in, &status->outbox, error))
    return FALSE;
  status->state = cairn_lock_is_locked (name) ? "locked" : !signed_in ? "signed-out" : saved.expired ? "expired" : "signed-in";
  status->last_sync = saved.last_sync;
  status->offline = saved.offline;
  return TRUE;
}

static void
add_status (JsonBuilder *builder, CairnAccount *account, const Status *status)
{
  g_autofree char *last_sync = status->last_sync > 0 ? cairn_date_dup_instant (status->last_sync) : NULL;

  json_builder_begin_object (builder);
  ctl_add_string (builder, "account", cairn_account_get_name (account));
  ctl_add_string (builder, "portal", cairn_account_get_portal (account));
  ctl_add_string (builder, "username", cairn_account_get_username (account));
  ctl_add_string (builder, "patient", cairn_account_get_patient (account));
  ctl_add_string (builder, "state", status->state);
  ctl_add_string (builder, "last_sync", last_sync);
  json_builder_set_member_name (builder, "offline");
  json_builder_add_boolean_value (builder, status->offline);
  json_builder_set_member_name (builder, "outbox");
  if (status->outbox >= 0)
    json_builder_add_int_value (builder, status->outbox);
  else
    json_builder_add_null_value (builder);
  json_builder_end_object (builder);
}

int
ctl_status (Ctl *ctl)
{
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(GError) error = NULL;

  if (!cairn_accounts_reload (accounts, &error))
    return ctl_fail (ctl, error);
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (accounts)); i++)
    {
      g_autoptr(CairnAccount) account = g_list_model_get_item (G_LIST_MODEL (accounts), i);
      g_autofree char *last_sync = NULL;
      Status status;

      if (ctl->account != NULL && !g_str_equal (ctl->account, cairn_account_get_name (account)))
        continue;
      if (!find_status (account, &status, &error))
        return ctl_fail (ctl, error);
      add_status (builder, account, &status);
      last_sync = status.last_sync > 0 ? cairn_date_dup_instant (status.last_sync) : g_strdup ("never");
      if (!ctl->json)
        ctl_print ("%s  %s  %s  last sync %s%s\n", cairn_account_get_name (account), cairn_account_get_username (account),
                   status.state, last_sync, status.offline ? ", offline" : "");
    }
  json_builder_end_array (builder);
  if (ctl->json)
    ctl_print_json (builder);
  else if (g_list_model_get_n_items (G_LIST_MODEL (accounts)) == 0)
    puts ("Nobody is signed in");
  return CTL_DONE;
}

int
ctl_unlock (Ctl *ctl)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  char *password;
  CairnSession *session;
  int code;

  if (!ctl->password_stdin)
    return ctl_usage (ctl, "cairnctl unlock --password-stdin");
  session = ctl_open (ctl, FALSE, &code);
  if (session == NULL)
    return code;
  password = read_secret ();
  cairn_session_unlock_async (session, password, NULL, ctl_done_cb, &result);
  cairn_secret_clear (password);
  if (!cairn_session_unlock_finish (session, ctl_wait (&result), &error))
    return ctl_fail (ctl, error);
  puts (ctl->json ? "{\"state\":\"unlocked\"}" : "Unlocked");
  return CTL_DONE;
}

int
ctl_sign_out (Ctl *ctl)
{
  g_autoptr(GError) error = NULL;
  CairnSession *session;
  int code;

  session = ctl_open (ctl, FALSE, &code);
  if (session == NULL)
    return code;
  if (!sign_out (session, ctl->discard_unsent, &error))
    return ctl_fail (ctl, error);
  puts (ctl->json ? "{\"state\":\"signed-out\"}" : "Signed out");
  return CTL_DONE;
}
