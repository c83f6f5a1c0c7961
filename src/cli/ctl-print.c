/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cairnctl prints, and how a command opens its account. */
#include "ctl.h"

#include "client/net/cairn-api.h"
#include "common/cairn-error.h"

#include <stdio.h>
#include <string.h>

/* Records are text from outside: nothing of it may drive a terminal. */
static void
make_harmless (char *text)
{
  for (char *c = text; *c != '\0'; c++)
    {
      if (((guchar) *c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f)
        *c = ' ';
      else if ((guchar) *c == 0xc2 && (guchar) c[1] >= 0x80 && (guchar) c[1] <= 0x9f)   /* C1 controls */
        c[0] = c[1] = ' ';
    }
}

/**
 * ctl_print:
 * @format: as of printf
 *
 * Prints to standard output what may hold text from outside.
 */
void
ctl_print (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  make_harmless (text);
  fputs (text, stdout);
}

char *
ctl_dup_json (JsonBuilder *builder)
{
  g_autoptr(JsonGenerator) generator = json_generator_new ();
  g_autoptr(JsonNode) root = json_builder_get_root (builder);

  json_generator_set_root (generator, root);
  return json_generator_to_data (generator, NULL);
}

void
ctl_print_json (JsonBuilder *builder)
{
  g_autofree char *text = ctl_dup_json (builder);

  puts (text);
}

void
ctl_add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

/* {"code","message","retry","http"?} */
void
ctl_add_error (JsonBuilder *builder, const GError *error)
{
  guint http = cairn_api_error_get_http (error);

  json_builder_begin_object (builder);
  ctl_add_string (builder, "code", cairn_error_code_name (error));
  ctl_add_string (builder, "message", error->message);
  json_builder_set_member_name (builder, "retry");
  json_builder_add_boolean_value (builder, cairn_error_may_retry (error));
  if (http != 0)
    {
      json_builder_set_member_name (builder, "http");
      json_builder_add_int_value (builder, http);
    }
  json_builder_end_object (builder);
}

static int
code_for (const GError *error)
{
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_USAGE))
    return CTL_USAGE;
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN))
    return CTL_SIGN_IN;
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_LOCKED))
    return CTL_LOCKED;
  return CTL_FAILED;
}

/**
 * ctl_fail:
 * @ctl: the command line
 * @error: what went wrong
 *
 * Says so.
 *
 * Returns: the exit code
 */
int
ctl_fail (Ctl *ctl, const GError *error)
{
  g_autofree char *message = g_strdup (error->message);

  make_harmless (message);
  fprintf (stderr, "cairnctl: %s\n", message);
  if (ctl->json)
    {
      g_autoptr(JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "error");
      ctl_add_error (builder, error);
      json_builder_end_object (builder);
      ctl_print_json (builder);
    }
  return code_for (error);
}

int
ctl_usage (Ctl *ctl, const char *format, ...)
{
  g_autoptr(GError) error = NULL;
  va_list arguments;

  va_start (arguments, format);
  error = g_error_new_valist (CAIRN_ERROR, CAIRN_ERROR_USAGE, format, arguments);
  va_end (arguments);
  return ctl_fail (ctl, error);
}

void
ctl_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* Runs the main context until ctl_done_cb() has set @result. */
GAsyncResult *
ctl_wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

/* By name, or by user name when only one account has it. */
static CairnAccount *
lookup (CairnAccounts *accounts, const char *name)
{
  CairnAccount *account = cairn_accounts_lookup (accounts, name), *only = NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (accounts));

  if (account != NULL || name == NULL)
    return account;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(CairnAccount) candidate = g_list_model_get_item (G_LIST_MODEL (accounts), i);

      if (!g_str_equal (cairn_account_get_username (candidate), name))
        continue;
      if (only != NULL)
        return NULL;
      only = candidate;   /* the list keeps it */
    }
  return only;
}

/**
 * ctl_find_account:
 * @ctl: the command line
 * @code: (out): exit code when there is none
 *
 * Returns: (transfer full) (nullable): the account that --account names, or the only one
 */
CairnAccount *
ctl_find_account (Ctl *ctl, int *code)
{
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();
  g_autoptr(GError) error = NULL;
  CairnAccount *account;

  if (!cairn_accounts_reload (accounts, &error))
    {
      *code = ctl_fail (ctl, error);
      return NULL;
    }
  account = lookup (accounts, ctl->account);
  if (account != NULL)
    return g_object_ref (account);
  if (ctl->account != NULL)
    error = g_error_new (CAIRN_ERROR, CAIRN_ERROR_SIGN_IN, "No account “%s” is signed in", ctl->account);
  else if (g_list_model_get_n_items (G_LIST_MODEL (accounts)) > 0)
    error = g_error_new (CAIRN_ERROR, CAIRN_ERROR_USAGE, "Several accounts are signed in: --account NAME says which");
  else
    error = g_error_new (CAIRN_ERROR, CAIRN_ERROR_SIGN_IN, "Nobody is signed in");
  *code = ctl_fail (ctl, error);
  return NULL;
}

/* What was found out while opening, said once and on stderr. */
static void
say_notices (CairnSession *session)
{
  if (cairn_session_get_cache_renewed (session))
    fprintf (stderr, "cairnctl: the cache was damaged or its key was lost; it is brought again by “cairnctl sync”\n");
  if (cairn_session_get_outbox_kept_aside (session) != NULL)
    fprintf (stderr, "cairnctl: the outbox could not be opened and is kept aside as %s\n",
             cairn_session_get_outbox_kept_aside (session));
}

/**
 * ctl_open:
 * @ctl: the command line
 * @reads_records: whether the command needs an unlocked, whole cache
 * @code: (out): exit code when it can't
 *
 * Returns: (transfer none) (nullable): the account's session, which main() closes
 */
CairnSession *
ctl_open (Ctl *ctl, gboolean reads_records, int *code)
{
  g_autoptr(CairnAccount) account = ctl_find_account (ctl, code);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnSession) session = NULL;
  g_autoptr(GError) error = NULL;

  if (account == NULL)
    return NULL;
  cairn_session_open_full_async (account, CAIRN_SESSION_NO_IDLE_LOCK, NULL, ctl_done_cb, &result);
  session = cairn_session_open_finish (ctl_wait (&result), &error);
  if (session == NULL)
    {
      *code = ctl_fail (ctl, error);
      return NULL;
    }
  say_notices (session);
  if (reads_records && cairn_session_get_state (session) == CAIRN_SESSION_LOCKED)
    error = g_error_new (CAIRN_ERROR, CAIRN_ERROR_LOCKED, "The account is locked; “cairnctl unlock” ends that");
  else if (reads_records && cairn_session_get_cache_renewed (session))
    error = g_error_new (CAIRN_ERROR, CAIRN_ERROR_DAMAGED, "The cache was damaged and is empty now");
  ctl->session = g_steal_pointer (&session);
  if (error == NULL)
    return ctl->session;
  *code = ctl_fail (ctl, error);
  return NULL;
}
