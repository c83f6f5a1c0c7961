/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in step by step at the real portal: password, code, changed terms, a second factor to set up (cairn-credentials.c, cairn-oauth.c,
 * cairn-prompt.c). */
#include "client-test.h"

#include "client/cairn-security.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "server/accounts/portal-factor.h"

#include <string.h>

static CairnSession *
try (Clinic *clinic, CairnCredentials *credentials, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_sign_in_with_async (portal_get_url (clinic->portal), credentials, FALSE, NULL, client_test_done, &result);
  return cairn_session_sign_in_finish (client_test_wait (&result), error);
}

static void
assert_asks (Clinic *clinic, CairnCredentials *credentials, CairnPrompt prompt)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (try (clinic, credentials, &error));
  g_assert_cmpint (cairn_credentials_get_prompt (credentials), ==, prompt);
  g_assert_true (cairn_session_needs_otp (error) == (prompt == CAIRN_PROMPT_CODE));
  g_assert_true (cairn_session_needs_terms (error) == (prompt == CAIRN_PROMPT_TERMS));
  g_assert_true (cairn_session_needs_set_up (error) == (prompt == CAIRN_PROMPT_SET_UP));
}

static gpointer
run_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_exec (db, data, error));
}

static void
run (Clinic *clinic, const char *sql)
{
  g_autoptr(GError) error = NULL;

  cairn_database_run (portal_store_get_writer (portal_get_store (clinic->portal)), run_on_writer, (gpointer) sql, &error);
  g_assert_no_error (error);
}

/* Turns the second factor on. Returns its key. */
static char *
add_factor (Clinic *clinic)
{
  g_autoptr(CairnSession) session = clinic_sign_in (clinic, FALSE);
  g_autoptr(CairnSecurity) security = cairn_security_new (session);
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *key = NULL, *code = NULL;
  gint64 step;

  cairn_security_begin_factor_async (security, NULL, client_test_done, &result);
  g_assert_true (cairn_security_step_finish (security, client_test_wait (&result), NULL));
  g_clear_object (&result);
  key = g_strdup (cairn_security_get_factor_key (security));
  code = portal_factor_code (key, cairn_date_now () - 30 * 1000, &step);
  cairn_security_confirm_factor_async (security, code, NULL, client_test_done, &result);
  g_assert_true (cairn_security_step_finish (security, client_test_wait (&result), NULL));
  cairn_session_close (session);
  return g_steal_pointer (&key);
}

/* One code is enough for all of it: it is good once. */
static void
test_steps (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autofree char *key = add_factor (clinic), *code = NULL;
  CairnCredentials *credentials = cairn_credentials_new ("anna", CLINIC_PASSWORD);
  g_autoptr(CairnSession) session = NULL;
  g_autoptr(GError) error = NULL;
  gint64 step;

  run (clinic, "UPDATE account SET terms = 'old'");
  g_assert_cmpint (cairn_credentials_get_prompt (credentials), ==, CAIRN_PROMPT_PASSWORD);
  assert_asks (clinic, credentials, CAIRN_PROMPT_CODE);
  cairn_credentials_set_code (credentials, "000000");
  assert_asks (clinic, credentials, CAIRN_PROMPT_CODE);
  code = portal_factor_code (key, cairn_date_now (), &step);
  cairn_credentials_set_code (credentials, code);
  assert_asks (clinic, credentials, CAIRN_PROMPT_TERMS);
  g_assert_cmpuint (strlen (cairn_credentials_get_terms (credentials)), >, 200);
  assert_asks (clinic, credentials, CAIRN_PROMPT_TERMS);   /* tried again without agreeing */
  cairn_credentials_accept_terms (credentials);
  session = try (clinic, credentials, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cairn_credentials_get_username (credentials), ==, "anna");
  cairn_session_close (session);
  client_test_finalize (credentials);
}

/* The clinic wants a second factor: it is set up on the way in. */
static void
test_set_up (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnCredentials *credentials = cairn_credentials_new ("anna", CLINIC_PASSWORD);
  g_autofree char *code = NULL, *secret = NULL;
  g_autoptr(CairnSession) session = NULL;
  g_autoptr(GError) error = NULL;
  gint64 step;

  clinic_stop (clinic);
  g_free (clinic->config->second_factor);
  clinic->config->second_factor = g_strdup ("required");
  clinic_start (clinic);
  assert_asks (clinic, credentials, CAIRN_PROMPT_SET_UP);
  secret = g_strdup (cairn_credentials_get_factor_secret (credentials));
  g_assert_nonnull (strstr (cairn_credentials_get_factor_uri (credentials), secret));
  g_assert_null (cairn_credentials_get_recovery_codes (credentials));
  cairn_credentials_set_code (credentials, "000000");
  assert_asks (clinic, credentials, CAIRN_PROMPT_SET_UP);
  g_assert_cmpstr (cairn_credentials_get_factor_secret (credentials), ==, secret);
  code = portal_factor_code (secret, cairn_date_now (), &step);
  cairn_credentials_set_code (credentials, code);
  session = try (clinic, credentials, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length ((char **) cairn_credentials_get_recovery_codes (credentials)), ==, 10);
  cairn_session_close (session);
  client_test_finalize (credentials);
}

static void
test_wrong (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnCredentials) credentials = cairn_credentials_new ("anna", "wrong");
  g_autoptr(GError) error = NULL;

  g_assert_null (try (clinic, credentials, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS);
  g_assert_false (cairn_session_needs_otp (error));
  g_assert_cmpint (cairn_credentials_get_prompt (credentials), ==, CAIRN_PROMPT_PASSWORD);
  g_assert_null (cairn_credentials_get_terms (credentials));
}

/* Somebody who was long in finding the telephone, or mistyped five times, needn't type the password again. */
static void
test_late (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autofree char *key = add_factor (clinic), *code = NULL;
  g_autoptr(CairnCredentials) credentials = cairn_credentials_new ("anna", CLINIC_PASSWORD);
  g_autoptr(CairnSession) session = NULL;
  g_autoptr(GError) error = NULL;
  gint64 step;

  assert_asks (clinic, credentials, CAIRN_PROMPT_CODE);
  run (clinic, "DELETE FROM auth_session");
  code = portal_factor_code (key, cairn_date_now (), &step);
  cairn_credentials_set_code (credentials, code);
  session = try (clinic, credentials, &error);
  g_assert_no_error (error);
  cairn_session_close (session);
}

/* Terms that changed don't keep anybody out of what is on this computer; signing in again asks for them. */
static void
test_again (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnSession) session = clinic_sign_in (clinic, FALSE);
  g_autoptr(CairnCredentials) credentials = cairn_credentials_new ("anna", CLINIC_PASSWORD);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  run (clinic, "UPDATE account SET terms = 'old'");
  cairn_session_lock (session);
  cairn_session_unlock_async (session, CLINIC_PASSWORD, NULL, client_test_done, &result);
  g_assert_true (cairn_session_unlock_finish (session, client_test_wait (&result), &error));
  g_clear_object (&result);
  cairn_session_sign_in_again_with_async (session, credentials, NULL, client_test_done, &result);
  g_assert_false (cairn_session_sign_in_again_finish (session, client_test_wait (&result), &error));
  g_assert_true (cairn_session_needs_terms (error));
  g_clear_error (&error);
  g_clear_object (&result);
  cairn_credentials_accept_terms (credentials);
  cairn_session_sign_in_again_with_async (session, credentials, NULL, client_test_done, &result);
  g_assert_true (cairn_session_sign_in_again_finish (session, client_test_wait (&result), &error));
  g_assert_no_error (error);
  cairn_session_close (session);
}

/* The list of devices calls this computer by its name, however it signed in, and the activity has each sign-in. */
static void
assert_named (CairnSession *session)
{
  g_autoptr(CairnSecurity) security = cairn_security_new (session);
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *host = g_strndup (g_get_host_name (), strcspn (g_get_host_name (), "."));
  GPtrArray *devices;
  guint sign_ins = 0;

  cairn_security_load_async (security, NULL, client_test_done, &result);
  g_assert_true (cairn_security_step_finish (security, client_test_wait (&result), NULL));
  devices = cairn_security_get_devices (security);
  for (guint i = 0; i < cairn_security_get_activity (security)->len; i++)
    {
      const CairnActivity *event = g_ptr_array_index (cairn_security_get_activity (security), i);

      sign_ins += g_str_equal (event->action, "sign-in") && event->done;
    }
  g_assert_cmpuint (sign_ins, ==, 2);   /* this one, and that which turned the second factor on */
  for (guint i = 0; i < devices->len && !g_str_has_prefix (host, "localhost"); i++)
    if (((CairnDevice *) g_ptr_array_index (devices, i))->current)
      g_assert_cmpstr (((CairnDevice *) g_ptr_array_index (devices, i))->name, ==, host);
}

static void
test_device (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autofree char *key = add_factor (clinic), *code = portal_factor_code (key, cairn_date_now (), &(gint64) { 0 });
  g_autoptr(CairnCredentials) credentials = cairn_credentials_new ("anna", CLINIC_PASSWORD);
  g_autoptr(CairnSession) session = NULL;
  g_autoptr(GError) error = NULL;

  cairn_credentials_set_code (credentials, code);
  session = try (clinic, credentials, &error);
  g_assert_no_error (error);
  assert_named (session);
  cairn_session_close (session);
}

static void
add_tests (void)
{
  g_test_add_func ("/credentials/steps", test_steps);
  g_test_add_func ("/credentials/set-up", test_set_up);
  g_test_add_func ("/credentials/wrong", test_wrong);
  g_test_add_func ("/credentials/late", test_late);
  g_test_add_func ("/credentials/again", test_again);
  g_test_add_func ("/credentials/device", test_device);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add_tests);
}
