/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making an account at the real portal with the code from its mail, and the ways back into one (cairn-sign-up.c, cairn-sign-up-get.c,
 * cairn-refusal.c, cairn-body.c). */
#include "client-test.h"

#include "client/cairn-sign-up.h"
#include "client/sign-up/cairn-body.h"
#include "client/sign-up/cairn-refusal-private.h"
#include "common/cairn-error.h"
#include "common/cairn-json.h"
#include "fhir/cairn-date.h"
#include "server/accounts/portal-factor.h"

#include <glib/gstdio.h>
#include <string.h>

#define GOOD "seven tall herons wade"
#define ANA_CHART \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"ana\",\"name\":[{\"family\":\"García\",\"given\":[\"Ana\"]}]," \
  "\"birthDate\":\"1980-02-29\",\"telecom\":[{\"system\":\"email\",\"value\":\"ana@example.org\"}]}}"

static const CairnNewcomer ana = { .given = "Ana", .family = "García", .birth_date = "1980-02-29", .email = "ana@example.org" };

static Clinic *
start (void)
{
  Clinic *clinic = clinic_new ();

  clinic_stop (clinic);
  clinic->config->support = g_strdup ("Call 555-0100");
  clinic_start (clinic);
  clinic_load (clinic, ANA_CHART);
  return clinic;
}

static CairnSignUp *
open_at (const char *address, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_sign_up_open_async (address, NULL, client_test_done, &result);
  return cairn_sign_up_open_finish (client_test_wait (&result), error);
}

static CairnSignUp *
desk (Clinic *clinic)
{
  g_autoptr(GError) error = NULL;
  CairnSignUp *self = open_at (portal_get_url (clinic->portal), &error);

  g_assert_no_error (error);
  return self;
}

static gboolean
end (CairnSignUp *self, GAsyncResult **result, GError **error)
{
  return cairn_sign_up_step_finish (self, client_test_wait (result), error);
}

static void
assert_done (CairnSignUp *self, GAsyncResult **result)
{
  g_autoptr(GError) error = NULL;

  end (self, result, &error);
  g_assert_no_error (error);
  g_assert_null (cairn_sign_up_get_refusal (self));
  g_clear_object (result);
}

static void
assert_refused (CairnSignUp *self, GAsyncResult **result, int code, const char *why, const char *field)
{
  g_autoptr(GError) error = NULL;
  const CairnRefusal *refusal;

  g_assert_false (end (self, result, &error));
  g_assert_error (error, CAIRN_ERROR, code);
  refusal = cairn_sign_up_get_refusal (self);
  g_assert_nonnull (refusal);
  g_assert_cmpstr (refusal->code, ==, why);
  g_assert_cmpstr (refusal->field, ==, field);
  g_assert_cmpstr (refusal->support, ==, "Call 555-0100");
  g_assert_true (cairn_refusal_is (refusal, why));
  g_clear_object (result);
}

static void
verify (Clinic *clinic, CairnSignUp *self, const char *kind, const char *to)
{
  g_autofree char *letter = clinic_take_letter (clinic, kind, to), *code = clinic_code_in (letter);
  g_autoptr(GAsyncResult) result = NULL;

  cairn_sign_up_verify_async (self, code, NULL, client_test_done, &result);
  assert_done (self, &result);
}

static CairnSession *
sign_in (Clinic *clinic, const char *username, const char *password, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_sign_in_async (portal_get_url (clinic->portal), username, password, NULL, FALSE, NULL, client_test_done, &result);
  return cairn_session_sign_in_finish (client_test_wait (&result), error);
}

/* From nobody to a signed-in record. */
static void
test_linked (void)
{
  g_autoptr(Clinic) clinic = start ();
  g_autoptr(CairnSignUp) self = desk (clinic);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnSession) session = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (cairn_sign_up_get_rule (self), ==, CAIRN_SIGN_UP_OPEN);
  g_assert_cmpuint (cairn_sign_up_get_password_min (self), ==, 15);
  g_assert_cmpstr (cairn_sign_up_get_support (self), ==, "Call 555-0100");
  g_assert_cmpuint (strlen (cairn_sign_up_get_terms (self)), >, 200);

  cairn_sign_up_begin_async (self, &ana, NULL, client_test_done, &result);
  assert_done (self, &result);
  g_assert_cmpstr (cairn_sign_up_get_sent_to (self), ==, "a…@example.org");
  g_assert_true (cairn_sign_up_get_sent_by_mail (self));
  g_assert_cmpint (cairn_sign_up_get_resend_after (self), ==, 60);

  cairn_sign_up_check_async (self, "ana", NULL, NULL, client_test_done, &result);
  assert_refused (self, &result, CAIRN_ERROR_REJECTED, "not_verified", "code");
  cairn_sign_up_verify_async (self, "00000000", NULL, client_test_done, &result);
  assert_refused (self, &result, CAIRN_ERROR_REJECTED, "code_wrong", "code");
  cairn_sign_up_verify_async (self, "00000000", NULL, client_test_done, &result);
  assert_refused (self, &result, CAIRN_ERROR_REJECTED, "code_wrong", "code");
  verify (clinic, self, "mail", "ana@example.org");

  cairn_sign_up_check_async (self, "Anna", NULL, NULL, client_test_done, &result);
  assert_refused (self, &result, CAIRN_ERROR_CONFLICT, "username_taken", "username");
  cairn_sign_up_check_async (self, "Ana.García", NULL, NULL, client_test_done, &result);
  assert_done (self, &result);
  g_assert_cmpstr (cairn_sign_up_get_username (self), ==, "ana.garcía");
  cairn_sign_up_check_async (self, "Ana.García", "too short", NULL, client_test_done, &result);
  assert_refused (self, &result, CAIRN_ERROR_REJECTED, "password_short", "password");

  cairn_sign_up_make_async (self, "Ana.García", GOOD, NULL, client_test_done, &result);
  assert_done (self, &result);
  g_assert_true (cairn_sign_up_get_linked (self));
  session = sign_in (clinic, cairn_sign_up_get_username (self), GOOD, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cairn_account_get_patient (cairn_session_get_account (session)), ==, "ana");
  cairn_session_close (session);
}

/* Nobody whom the clinic knows: the account waits, and signing in says so. */
static void
test_waiting (void)
{
  g_autoptr(Clinic) clinic = start ();
  g_autoptr(CairnSignUp) self = desk (clinic);
  CairnNewcomer person = { .given = "Ana", .family = "García", .birth_date = "1980-02-29", .phone = "+1 555 765 4321" };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  cairn_sign_up_begin_async (self, &person, NULL, client_test_done, &result);
  assert_done (self, &result);
  g_assert_false (cairn_sign_up_get_sent_by_mail (self));
  verify (clinic, self, "text", "+15557654321");
  cairn_sign_up_make_async (self, "waits", GOOD, NULL, client_test_done, &result);
  assert_done (self, &result);
  g_assert_false (cairn_sign_up_get_linked (self));
  g_assert_null (sign_in (clinic, "waits", GOOD, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_FORBIDDEN);
}

static void
test_refused (void)
{
  static const struct { CairnNewcomer person; const char *why, *field; } cases[] = {
    { { .given = "Ana", .family = "B", .birth_date = "1980-01-01" }, "contact_needed", "email" },
    { { .given = "Ana", .family = "B", .birth_date = "1980-01-01", .email = "ana" }, "email_wrong", "email" },
    { { .given = "Ana", .family = "B", .birth_date = "1980-01-01", .phone = "555 0100" }, "phone_wrong", "phone" },
    { { .family = "B", .birth_date = "1980-01-01", .email = "a@example.org" }, "name_needed", "given" },
    { { .given = "Ana \"A\"", .birth_date = "1980-01-01", .email = "a@example.org" }, "name_needed", "family" },
    { { .given = "Ana", .family = "B", .birth_date = "1980-02-30", .email = "a@example.org" }, "birth_date_wrong", "birth_date" },
    { { .invitation = "AAAA-BBBB-CCCC", .email = "a@example.org" }, "invitation_wrong", "invitation" },
  };
  g_autoptr(Clinic) clinic = start ();
  g_autoptr(CairnSignUp) self = desk (clinic);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      cairn_sign_up_begin_async (self, &cases[i].person, NULL, client_test_done, &result);
      assert_refused (self, &result, CAIRN_ERROR_REJECTED, cases[i].why, cases[i].field);
    }
  g_cancellable_cancel (cancellable);
  cairn_sign_up_begin_async (self, &ana, cancellable, client_test_done, &result);
  g_assert_false (end (self, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&result);
  g_cancellable_reset (cancellable);
  cairn_sign_up_begin_async (self, &ana, cancellable, client_test_done, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (end (self, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&result);

  clinic_stop (clinic);
  cairn_sign_up_begin_async (self, &ana, NULL, client_test_done, &result);
  g_assert_false (end (self, &result, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK);
  g_assert_null (cairn_sign_up_get_refusal (self));
  g_clear_object (&result);
  client_test_finalize (g_steal_pointer (&self));
}

/* The user name by mail, a new password by a code; the old one is dead. Somebody unknown is told the same. */
static void
test_recover (void)
{
  g_autoptr(Clinic) clinic = start ();
  g_autoptr(CairnSignUp) self = desk (clinic);
  g_autofree char *name_letter = NULL, *letter = NULL, *code = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnSession) session = NULL;
  g_autoptr(GError) error = NULL;

  cairn_sign_up_recover_name_async (self, "nobody@example.org", NULL, client_test_done, &result);
  assert_done (self, &result);
  cairn_sign_up_recover_name_async (self, "anna@example.org", NULL, client_test_done, &result);
  assert_done (self, &result);
  name_letter = clinic_take_letter (clinic, "mail", "anna@example.org");

  cairn_sign_up_recover_password_async (self, "nobody", NULL, client_test_done, &result);
  assert_done (self, &result);
  cairn_sign_up_set_password_async (self, "12345678", GOOD, NULL, client_test_done, &result);
  assert_refused (self, &result, CAIRN_ERROR_REJECTED, "code_wrong", "code");
  cairn_sign_up_recover_password_async (self, "anna", NULL, client_test_done, &result);
  assert_done (self, &result);
  letter = clinic_take_letter (clinic, "mail", "anna@example.org");
  code = clinic_code_in (letter);
  cairn_sign_up_set_password_async (self, "00000000", GOOD, NULL, client_test_done, &result);
  assert_refused (self, &result, CAIRN_ERROR_REJECTED, "code_wrong", "code");
  cairn_sign_up_set_password_async (self, code, "anna", NULL, client_test_done, &result);
  assert_refused (self, &result, CAIRN_ERROR_REJECTED, "password_short", "password");
  cairn_sign_up_set_password_async (self, code, GOOD, NULL, client_test_done, &result);
  assert_done (self, &result);
  cairn_sign_up_set_password_async (self, code, GOOD, NULL, client_test_done, &result);
  assert_refused (self, &result, CAIRN_ERROR_REJECTED, "recovery_expired", NULL);
  g_assert_null (sign_in (clinic, "anna", CLINIC_PASSWORD, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS);
  g_clear_error (&error);
  session = sign_in (clinic, "anna", GOOD, &error);
  g_assert_no_error (error);
  cairn_session_close (session);
}

static char *
factor (CairnSession *session, char *body, const char *what)
{
  CairnGrant *grant = cairn_session_get_grant (session);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnApiRequest) request = NULL;
  g_autoptr(CairnApiAnswer) answer = NULL;
  g_autoptr(GError) error = NULL;
  CairnJson found, name;
  CairnJsonIter iter;

  request = cairn_refusal_make_request ("POST", cairn_grant_get_server (grant)->account_endpoint, "second-factor", body);
  cairn_grant_send_async (grant, request, NULL, client_test_done, &result);
  answer = cairn_grant_send_finish (grant, client_test_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (answer->status, ==, 200);
  found = cairn_json_get (cairn_json_from_bytes (answer->body), what);
  cairn_json_iter_init (&iter, found);
  if (cairn_json_is_array (found))
    g_assert_true (cairn_json_iter_next (&iter, &name, &found));   /* the first */
  return cairn_json_dup_string (found);
}

static gboolean
try_code (Clinic *clinic, const char *code)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnSession) session = NULL;
  g_autoptr(GError) error = NULL;

  cairn_session_sign_in_async (portal_get_url (clinic->portal), "anna", CLINIC_PASSWORD, code, FALSE, NULL, client_test_done,
                               &result);
  session = cairn_session_sign_in_finish (client_test_wait (&result), &error);
  if (session == NULL)
    g_assert_true (cairn_session_needs_otp (error));
  else
    cairn_session_close (session);
  return session != NULL;
}

/* A code of the authenticator app, or a recovery code: each is good once. */
static void
test_factor (void)
{
  g_autoptr(Clinic) clinic = start ();
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnSession) session = sign_in (clinic, "anna", CLINIC_PASSWORD, &error);
  g_autofree char *secret = NULL, *code = NULL, *later = NULL, *recovery = NULL;
  gint64 step;

  secret = factor (session, cairn_body_new (NULL), "secret");
  code = portal_factor_code (secret, cairn_date_now (), &step);
  recovery = factor (session, cairn_body_new ("code", code, NULL), "recovery_codes");
  g_assert_nonnull (recovery);
  g_assert_false (try_code (clinic, NULL));
  g_assert_false (try_code (clinic, code));
  later = portal_factor_code (secret, cairn_date_now () + 30 * 1000, &step);
  g_assert_true (try_code (clinic, later));
  g_assert_false (try_code (clinic, "AAAA-BBBB-CCCC-DDDD"));
  g_assert_true (try_code (clinic, recovery));
  g_assert_false (try_code (clinic, recovery));
  cairn_session_close (session);
}

/* A portal whose clinic makes the accounts itself, and addresses without a portal. */
static void
test_rules (void)
{
  static const struct { const char *rule; CairnSignUpRule wanted; } cases[] = {
    { "open", CAIRN_SIGN_UP_OPEN }, { "invitation", CAIRN_SIGN_UP_INVITATION }, { "closed", CAIRN_SIGN_UP_CLOSED },
  };
  g_autoptr(Clinic) clinic = start ();
  g_autofree char *nowhere = g_strconcat (portal_get_url (clinic->portal), "/nowhere", NULL);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(CairnSignUp) self = NULL;

      clinic_stop (clinic);
      g_free (clinic->config->registration);
      clinic->config->registration = g_strdup (cases[i].rule);
      clinic_start (clinic);
      self = desk (clinic);
      g_assert_cmpint (cairn_sign_up_get_rule (self), ==, cases[i].wanted);
    }
  g_assert_null (open_at (nowhere, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL);
  g_clear_error (&error);
  g_assert_null (open_at ("ftp://127.0.0.1", &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
}

static void
test_body (void)
{
  g_autofree char *body = cairn_body_new ("a", "x\"\\\n", "none", NULL, "b", "", "yes", cairn_body_true, NULL);
  g_autofree char *empty = cairn_body_new (NULL);

  g_assert_cmpstr (body, ==, "{\"a\":\"x\\\"\\\\\\u000a\",\"yes\":true}");
  g_assert_cmpstr (empty, ==, "{}");
}

static void
add_tests (void)
{
  g_test_add_func ("/sign-up/linked", test_linked);
  g_test_add_func ("/sign-up/waiting", test_waiting);
  g_test_add_func ("/sign-up/refused", test_refused);
  g_test_add_func ("/sign-up/recover", test_recover);
  g_test_add_func ("/sign-up/factor", test_factor);
  g_test_add_func ("/sign-up/rules", test_rules);
  g_test_add_func ("/sign-up/body", test_body);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add_tests);
}
