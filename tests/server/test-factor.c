/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second factor: set up, asked for, taken once; recovery codes, the proof that it is the owner, and guessing
 * (portal-factor, portal-owner, portal-sign-in, portal-store-factor). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "server/accounts/portal-factor.h"
#include "server/sign-in/portal-accounts.h"

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, "{\"resourceType\":\"Patient\",\"id\":\"pat\"}");

  fixture_add (f, "reader", "pat");
  fixture_start (f);
  return f;
}

static void
assert_problem (Fixture *f, guint status, const char *code)
{
  g_autoptr(JsonObject) answer = NULL;

  assert_status (f, status);
  answer = fixture_json (f);
  g_assert_cmpstr (fixture_text (answer, "code"), ==, code);
}

/* What the app shows, of the step after the last one that was used: a clock may be that much ahead. */
static char *
next_code (const char *secret, gint64 after, gint64 *step)
{
  gint64 now = MAX (cairn_date_now (), (after + 1) * 30000);

  g_assert_cmpint (now - cairn_date_now (), <=, 30000);
  return portal_factor_code (secret, now, step);
}

/* Turns it on; the secret, and the step that was used up. */
static char *
turn_on (Fixture *f, const char *token, gint64 *step, JsonArray **codes)
{
  g_autoptr(JsonObject) draft = NULL, done = NULL;
  g_autofree char *code = NULL;

  fixture_send_json (f, "POST", "account/second-factor", token, "{}");
  assert_status (f, 200);
  draft = fixture_json (f);
  g_assert_true (g_str_has_prefix (fixture_text (draft, "uri"), "otpauth://totp/Cairn:reader?secret="));
  code = portal_factor_code (fixture_text (draft, "secret"), cairn_date_now (), step);
  fixture_send_json (f, "POST", "account/second-factor", token, "{'code':'%.3s %s'}", code, code + 3);
  assert_status (f, 200);
  done = fixture_json (f);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (done, "recovery_codes")), ==, 10);
  if (codes != NULL)
    *codes = json_array_ref (json_object_get_array_member (done, "recovery_codes"));
  return g_strdup (fixture_text (draft, "secret"));
}

/* Password first; the session in which the code is asked for. */
static char *
ask (Fixture *f, const char *verifier)
{
  g_autoptr(JsonObject) answer = NULL;

  g_assert_null (fixture_challenge (f, verifier, "reader", FIXTURE_PASSWORD));
  assert_status (f, 400);
  answer = fixture_json (f);
  g_assert_cmpstr (fixture_text (answer, "error"), ==, "insufficient_authorization");
  g_assert_cmpstr (fixture_text (answer, "cairn_next"), ==, "otp");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (answer, "otp_channels")), ==, 2);
  return g_strdup (fixture_text (answer, "auth_session"));
}

static char *
give (Fixture *f, const char *session, const char *name, const char *code)
{
  g_autofree char *form = g_strdup_printf ("client_id=cairn&auth_session=%s&%s=%s", session, name, code);
  g_autoptr(JsonObject) answer = NULL;

  fixture_post (f, "auth/challenge", NULL, form);
  answer = fixture_json (f);
  return g_strdup (fixture_text (answer, "authorization_code"));
}

static void
assert_error (Fixture *f, guint status, const char *error)
{
  g_autoptr(JsonObject) answer = fixture_json (f);

  assert_status (f, status);
  g_assert_cmpstr (fixture_text (answer, "error"), ==, error);
}

static void
test_road (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *verifier = cairn_pkce_verifier_new ();
  g_autofree char *secret = NULL, *session = NULL, *code = NULL, *got = NULL, *again = NULL, *replay = NULL, *letter = NULL;
  g_autoptr(JsonObject) tokens = NULL, about = NULL;
  gint64 step;

  g_free (fixture_letter (f, "mail", "reader@example.org"));
  secret = turn_on (f, token, &step, NULL);
  letter = fixture_letter (f, "mail", "reader@example.org");
  g_assert_nonnull (strstr (letter, "Two-step sign-in is on"));
  about = fixture_get_json (f, "account/second-factor", token);
  g_assert_true (json_object_get_boolean_member (about, "enabled"));
  g_assert_cmpint (json_object_get_int_member (about, "recovery_codes_left"), ==, 10);

  session = ask (f, verifier);
  /* The step that turned it on is used up */
  code = portal_factor_code (secret, step * 30000, &step);
  g_assert_null (give (f, session, "otp", code));
  assert_error (f, 400, "insufficient_authorization");
  g_free (code);
  code = next_code (secret, step, &step);
  got = give (f, session, "otp", code);
  tokens = fixture_redeem (f, got, verifier);
  g_assert_cmpstr (fixture_text (tokens, "patient"), ==, "pat");
  /* What was proved is good for one code */
  g_assert_null (give (f, session, "otp", code));
  assert_error (f, 400, "insufficient_authorization");
  /* Nor does the same code open another session */
  again = ask (f, verifier);
  replay = give (f, again, "otp", code);
  g_assert_null (replay);
}

static void
test_recovery_codes (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *verifier = cairn_pkce_verifier_new ();
  g_autofree char *secret = NULL, *first = NULL, *second = NULL, *third = NULL, *got = NULL, *none = NULL, *old = NULL, *lower = NULL, *letter = NULL;
  g_autoptr(JsonArray) codes = NULL;
  g_autoptr(JsonObject) about = NULL, more = NULL;
  gint64 step;

  secret = turn_on (f, token, &step, &codes);
  lower = g_ascii_strdown (json_array_get_string_element (codes, 3), -1);
  first = ask (f, verifier);
  got = give (f, first, "recovery_code", lower);
  g_assert_nonnull (got);
  second = ask (f, verifier);
  do   /* a new device and two-step sign-in are told of before */
    {
      g_free (letter);
      letter = fixture_letter (f, "mail", "reader@example.org");
    }
  while (strstr (letter, "Recovery codes left: 9.") == NULL);
  none = give (f, second, "recovery_code", lower);
  g_assert_null (none);
  about = fixture_get_json (f, "account/second-factor", token);
  g_assert_cmpint (json_object_get_int_member (about, "recovery_codes_left"), ==, 9);
  /* New ones kill the old ones */
  fixture_send_json (f, "POST", "account/second-factor", token, "{'recovery_codes':true}");
  assert_status (f, 200);
  more = fixture_json (f);
  third = ask (f, verifier);
  old = give (f, third, "recovery_code", json_array_get_string_element (codes, 5));
  g_assert_null (old);
  g_free (got);
  got = give (f, third, "recovery_code",
              json_array_get_string_element (json_object_get_array_member (more, "recovery_codes"), 0));
  g_assert_nonnull (got);
}

/* Five wrong codes end a session; many sessions gain nothing. */
static void
test_guessing (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *verifier = cairn_pkce_verifier_new ();
  g_autofree char *secret = NULL, *session = NULL, *code = NULL, *more = NULL;
  gint64 step;

  secret = turn_on (f, token, &step, NULL);
  session = ask (f, verifier);
  for (guint i = 0; i < 4; i++)
    {
      g_assert_null (give (f, session, "otp", "000000"));
      assert_error (f, 400, "insufficient_authorization");
    }
  g_assert_null (give (f, session, "otp", "000000"));
  assert_error (f, 400, "invalid_session");
  code = next_code (secret, step, &step);
  g_assert_null (give (f, session, "otp", code));
  assert_error (f, 400, "invalid_session");
  for (guint i = 0; i < 40 && f->status != 429; i++)
    {
      g_autofree char *next = ask (f, verifier);

      for (guint k = 0; k < 5 && f->status != 429; k++)
        g_assert_null (give (f, next, "otp", "000000"));
    }
  assert_error (f, 429, "temporarily_unavailable");
  /* A signed-in device goes on */
  fixture_get (f, "fhir/Patient/pat", token);
  assert_status (f, 200);
}

/* What somebody else planted comes to be worth nothing (session fixation). */
static void
test_fixation (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *verifier = cairn_pkce_verifier_new ();
  g_autofree char *challenge = cairn_pkce_challenge (verifier), *form = NULL, *victim = NULL, *secret = NULL, *code = NULL;
  g_autoptr(JsonObject) planted = NULL, after = NULL;
  gint64 step;

  secret = turn_on (f, token, &step, NULL);
  form = g_strdup_printf ("client_id=cairn&response_type=code&scope=patient/*.rs&code_challenge=%s&code_challenge_method=S256",
                          challenge);
  fixture_post (f, "auth/challenge", NULL, form);
  planted = fixture_json (f);
  victim = g_strdup_printf ("client_id=cairn&auth_session=%s&username=reader&password=a%%20long%%20sample%%20password",
                            fixture_text (planted, "auth_session"));
  fixture_post (f, "auth/challenge", NULL, victim);
  after = fixture_json (f);
  g_assert_cmpstr (fixture_text (after, "cairn_next"), ==, "otp");
  g_assert_cmpstr (fixture_text (after, "auth_session"), !=, fixture_text (planted, "auth_session"));
  code = next_code (secret, step, &step);
  g_assert_null (give (f, fixture_text (planted, "auth_session"), "otp", code));
  assert_error (f, 400, "invalid_session");
}

static gpointer
age_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_exec (db, "UPDATE grants SET proved = proved - 600000", error));
}

static void
age (Fixture *f)
{
  g_autoptr(GError) error = NULL;

  cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), age_on_writer, NULL, &error);
  g_assert_no_error (error);
}

/* What matters wants the owner again, not just a device that somebody left open. */
static void
test_step_up (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *secret = NULL, *code = NULL;
  const char *header;
  gint64 step;

  age (f);
  fixture_send_json (f, "POST", "account/second-factor", token, "{}");
  assert_problem (f, 401, "step_up");
  header = soup_message_headers_get_one (f->headers, "WWW-Authenticate");
  g_assert_nonnull (strstr (header, "insufficient_user_authentication"));
  g_assert_nonnull (strstr (header, "max_age=300"));
  fixture_send_json (f, "POST", "account/step-up", token, "{'password':'wrong'}");
  assert_problem (f, 400, "password_wrong");
  fixture_send_json (f, "POST", "account/step-up", token, "{'password':'" FIXTURE_PASSWORD "'}");
  assert_status (f, 204);
  secret = turn_on (f, token, &step, NULL);

  age (f);
  fixture_send (f, "DELETE", "account/second-factor", token, NULL, NULL);
  assert_problem (f, 401, "step_up");
  fixture_send_json (f, "POST", "account/step-up", token, "{'password':'" FIXTURE_PASSWORD "'}");
  assert_problem (f, 400, "otp_needed");
  code = next_code (secret, step, &step);
  fixture_send_json (f, "POST", "account/step-up", token, "{'password':'" FIXTURE_PASSWORD "','otp':'%s'}", code);
  assert_status (f, 204);
  fixture_send (f, "DELETE", "account/second-factor", token, NULL, NULL);
  assert_status (f, 204);
  g_free (fixture_token (f, "reader"));
}

static void
test_setting_up (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");

  fixture_send_json (f, "POST", "account/second-factor", token, "{'code':'123456'}");
  assert_problem (f, 409, "nothing_to_confirm");
  fixture_send_json (f, "POST", "account/second-factor", token, "{'recovery_codes':true}");
  assert_problem (f, 409, "no_factor");
  fixture_send_json (f, "POST", "account/second-factor", token, "{}");
  fixture_send_json (f, "POST", "account/second-factor", token, "{'code':'000000'}");
  assert_problem (f, 400, "otp_wrong");
  /* It counts for nothing yet */
  g_free (fixture_token (f, "reader"));
}

/* The clinic helps who lost everything but their face. */
static void
test_staff_reset (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *secret = NULL;
  g_autoptr(GError) error = NULL;
  gint64 step;

  secret = turn_on (f, token, &step, NULL);
  g_assert_true (portal_account_reset (portal_store_get_writer (portal_get_store (f->portal)), f->config, "reader", &error));
  g_assert_no_error (error);
  fixture_get (f, "fhir/Patient/pat", token);
  assert_status (f, 401);
  g_free (fixture_token (f, "reader"));
}

/* Begins with the password; what the portal wants set up. */
static JsonObject *
wanted (Fixture *f, const char *verifier)
{
  JsonObject *answer;

  g_assert_null (fixture_challenge (f, verifier, "reader", FIXTURE_PASSWORD));
  assert_status (f, 400);
  answer = fixture_json (f);
  g_assert_cmpstr (fixture_text (answer, "error"), ==, "insufficient_authorization");
  g_assert_cmpstr (fixture_text (answer, "cairn_next"), ==, "set_up_otp");
  return answer;
}

static void
begin_anew (Fixture *f, const char *rule)
{
  portal_stop (f->portal);
  g_clear_object (&f->portal);
  g_free (f->config->second_factor);
  f->config->second_factor = g_strdup (rule);
  fixture_start (f);
}

static guint
refresh (Fixture *f, JsonObject *tokens)
{
  g_autofree char *form = g_strdup_printf ("grant_type=refresh_token&client_id=cairn&refresh_token=%s", fixture_text (tokens, "refresh_token"));

  fixture_post (f, "auth/token", NULL, form);
  return f->status;
}

/* Where the clinic wants it, a password alone gets nobody further than to set it up. */
static void
test_required (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) before = fixture_sign_in (f, "reader"), first = NULL, again = NULL, done = NULL, tokens = NULL, about = NULL;
  g_autofree char *verifier = cairn_pkce_verifier_new (), *code = NULL, *form = NULL, *letter = NULL, *none = NULL, *other = NULL;
  gint64 step;

  begin_anew (f, "required");
  /* Who was signed in is asked, too */
  g_assert_cmpuint (refresh (f, before), ==, 400);
  assert_error (f, 400, "invalid_grant");
  first = wanted (f, verifier);
  g_assert_true (g_str_has_prefix (fixture_text (first, "otp_uri"), "otpauth://totp/Cairn:reader?secret="));
  none = give (f, fixture_text (first, "auth_session"), "otp", "000000");
  g_assert_null (none);
  again = fixture_json (f);
  g_assert_cmpstr (fixture_text (again, "cairn_next"), ==, "set_up_otp");
  g_assert_cmpstr (fixture_text (again, "otp_secret"), ==, fixture_text (first, "otp_secret"));
  other = give (f, fixture_text (again, "auth_session"), "recovery_code", "aaaa-bbbb-cccc-dddd");
  g_assert_null (other);
  code = portal_factor_code (fixture_text (first, "otp_secret"), cairn_date_now (), &step);
  form = g_strdup_printf ("client_id=cairn&auth_session=%s&otp=%s", fixture_text (again, "auth_session"), code);
  fixture_post (f, "auth/challenge", NULL, form);
  assert_status (f, 200);
  done = fixture_json (f);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (done, "recovery_codes")), ==, 10);
  tokens = fixture_redeem (f, fixture_text (done, "authorization_code"), verifier);
  g_free (fixture_letter (f, "mail", "reader@example.org"));
  letter = fixture_letter (f, "mail", "reader@example.org");
  about = fixture_get_json (f, "account/", fixture_text (tokens, "access_token"));
  g_assert_cmpstr (fixture_text (about, "second_factor"), ==, "required");
  g_assert_true (json_object_get_boolean_member (json_object_get_object_member (about, "account"), "second_factor_required"));
  fixture_send (f, "DELETE", "account/second-factor", fixture_text (tokens, "access_token"), NULL, NULL);
  assert_problem (f, 403, "factor_required");
  g_assert_cmpuint (refresh (f, tokens), ==, 200);
  g_free (ask (f, verifier));
}

/* Five wrong codes end it, and the next password begins anew. */
static void
test_required_guessing (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *verifier = cairn_pkce_verifier_new ();
  g_autoptr(JsonObject) first = NULL, later = NULL;

  begin_anew (f, "required");
  first = wanted (f, verifier);
  for (guint i = 0; i < 5; i++)
    g_free (give (f, fixture_text (first, "auth_session"), "otp", "000000"));
  assert_error (f, 400, "invalid_session");
  later = wanted (f, verifier);
}

/* "staff" is about who works there. */
static void
test_required_staff (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = NULL, *verifier = cairn_pkce_verifier_new (), *code = NULL;
  g_autoptr(JsonObject) answer = NULL, report = fixture_load (f, "{\"resourceType\":\"Practitioner\",\"id\":\"nurse\"}");

  fixture_add_staff (f, "bo", "nurse", "nurse");
  begin_anew (f, "staff");
  token = fixture_token (f, "reader");
  g_assert_nonnull (token);
  code = fixture_challenge (f, verifier, "bo", FIXTURE_PASSWORD);
  g_assert_null (code);
  answer = fixture_json (f);
  g_assert_cmpstr (fixture_text (answer, "cairn_next"), ==, "set_up_otp");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/factor/road", test_road);
  g_test_add_func ("/factor/recovery-codes", test_recovery_codes);
  g_test_add_func ("/factor/guessing", test_guessing);
  g_test_add_func ("/factor/fixation", test_fixation);
  g_test_add_func ("/factor/step-up", test_step_up);
  g_test_add_func ("/factor/setting-up", test_setting_up);
  g_test_add_func ("/factor/staff-reset", test_staff_reset);
  g_test_add_func ("/factor/required", test_required);
  g_test_add_func ("/factor/required/guessing", test_required_guessing);
  g_test_add_func ("/factor/required/staff", test_required_staff);
  return g_test_run ();
}
