/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in as Cairn's app does: challenge, code, token, refresh, revoke, and everything that must
 * fail (portal-oauth, portal-sign-in, portal-tokens, portal-throttle, portal-store-grants,
 * portal-letters). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-crypto.h"

#define PATIENT "{\"resourceType\":\"Patient\",\"id\":\"pat\"}"

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, PATIENT);

  fixture_add (f, "reader", "pat");
  fixture_start (f);
  return f;
}

static void
redeem (Fixture *f, const char *code, const char *verifier, const char *client)
{
  g_autofree char *form = NULL;

  form = g_strdup_printf ("grant_type=authorization_code&client_id=%s&code=%s&code_verifier=%s",
                          client, code, verifier);
  fixture_post (f, "auth/token", NULL, form);
}

static JsonObject *
refresh (Fixture *f, const char *token)
{
  g_autofree char
    *form = g_strdup_printf ("grant_type=refresh_token&client_id=cairn&refresh_token=%s", token);

  fixture_post (f, "auth/token", NULL, form);
  return fixture_json (f);
}

static void
assert_error (Fixture *f, guint status, const char *error)
{
  g_autoptr(JsonObject) answer = fixture_json (f);

  assert_status (f, status);
  g_assert_cmpstr (fixture_text (answer, "error"), ==, error);
  g_assert_cmpstr (soup_message_headers_get_one (f->headers, "Cache-Control"), ==, "no-store");
}

static guint
count_mails (Fixture *f)
{
  gint64 end = g_get_monotonic_time () + 2 * G_USEC_PER_SEC;

  while (fixture_count_letters (f, "mail") == 0 && g_get_monotonic_time () < end)
    g_usleep (5000);
  return fixture_count_letters (f, "mail");
}

static void
test_sign_in (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) tokens = fixture_sign_in (f, "reader");
  const char *access = fixture_text (tokens, "access_token");

  g_assert_cmpstr (fixture_text (tokens, "token_type"), ==, "Bearer");
  g_assert_cmpstr (fixture_text (tokens, "patient"), ==, "pat");
  g_assert_cmpint (json_object_get_int_member (tokens, "expires_in"), ==, 900);
  g_assert_cmpstr (fixture_text (tokens, "scope"), ==,
                   "launch/patient offline_access patient/*.rs");
  g_assert_nonnull (fixture_text (tokens, "refresh_token"));
  g_assert_cmpstr (soup_message_headers_get_one (f->headers, "Cache-Control"), ==, "no-store");
  g_assert_cmpstr (soup_message_headers_get_one (f->headers, "Pragma"), ==, "no-cache");
  fixture_get (f, "fhir/Patient/pat", access);
  assert_status (f, 200);
  g_assert_cmpuint (count_mails (f), ==, 1);
}

static void
test_by_email (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *verifier = cairn_pkce_verifier_new ();
  g_autofree char *code = fixture_challenge (f, verifier, "Reader@Example.org", FIXTURE_PASSWORD);

  g_assert_nonnull (code);
}

static void
test_prompts (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *verifier = cairn_pkce_verifier_new (),
                  *challenge = cairn_pkce_challenge (verifier);
  g_autofree char *form = NULL, *more = NULL, *other = NULL;
  g_autoptr(JsonObject) answer = NULL, done = NULL;

  form = g_strdup_printf ("client_id=cairn&response_type=code&scope=patient/*.rs&code_challenge=%s"
                          "&code_challenge_method=S256", challenge);
  fixture_post (f, "auth/challenge", NULL, form);
  assert_error (f, 400, "insufficient_authorization");
  answer = fixture_json (f);
  g_assert_cmpstr (fixture_text (answer, "cairn_next"), ==, "password");
  g_assert_cmpuint (strlen (fixture_text (answer, "auth_session")), ==, 43);

  more = g_strdup_printf ("client_id=cairn&auth_session=%s&username=reader&password=a%%20long%%"
                          "20sample%%20password",
                          fixture_text (answer, "auth_session"));
  fixture_post (f, "auth/challenge", NULL, more);
  assert_status (f, 200);
  done = fixture_json (f);
  redeem (f, fixture_text (done, "authorization_code"), verifier, "cairn");
  assert_status (f, 200);

  other = g_strdup ("client_id=cairn&auth_session=made-up&username=reader&password=x");
  fixture_post (f, "auth/challenge", NULL, other);
  assert_error (f, 400, "invalid_session");
}

static void
test_bad_requests (void)
{
  static const struct { const char *form; guint status; const char *error; } cases[] = {
    { "response_type=code", 400, "invalid_request" },
    { "client_id=other&response_type=code", 401, "invalid_client" },
    { "client_id=cairn", 400, "unsupported_response_type" },
    { "client_id=cairn&response_type=token", 400, "unsupported_response_type" },
    { "client_id=cairn&response_type=code&scope=patient/*.rs", 400, "invalid_request" },
    { "client_id=cairn&response_type=code&scope=patient/*.rs&code_challenge=abc&code_challenge_method=S256", 400,
      "invalid_request" },
    { "client_id=cairn&response_type=code&scope=patient/*.rs&code_challenge=abc&code_challenge_method=plain", 400,
      "invalid_request" },
  };
  g_autoptr(Fixture) f = start ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fixture_post (f, "auth/challenge", NULL, cases[i].form);
      assert_error (f, cases[i].status, cases[i].error);
    }
  fixture_post (f, "auth/challenge?client_id=cairn", NULL, "response_type=code");
  assert_error (f, 400, "invalid_request");
  fixture_post (f, "auth/token", NULL, "client_id=cairn&grant_type=password&username=reader");
  assert_error (f, 400, "unsupported_grant_type");
  fixture_post (f, "auth/token", NULL, "client_id=cairn&grant_type=authorization_code");
  assert_error (f, 400, "invalid_request");
  fixture_send (f, "GET", "auth/token", NULL, NULL, NULL);
  assert_status (f, 405);
}

/* A wrong password and a name that nobody has: the same answer but for the session. */
static void
test_wrong (void)
{
  static const char *const names[] = { "reader", "nobody" };
  g_autoptr(Fixture) f = start ();
  g_autofree char *verifier = cairn_pkce_verifier_new ();
  g_autofree char *words = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *code = fixture_challenge (f, verifier, names[i], "not the password");
      g_autoptr(JsonObject) answer = fixture_json (f);

      g_assert_null (code);
      assert_error (f, 400, "insufficient_authorization");
      g_assert_cmpstr (fixture_text (answer, "cairn_next"), ==, "password");
      if (words == NULL)
        words = g_strdup (fixture_text (answer, "error_description"));
      g_assert_cmpstr (words, ==, fixture_text (answer, "error_description"));
    }
  g_assert_cmpuint (count_mails (f), ==, 0);
}

static void
test_throttle (void)
{
  static const char *const names[] = { "reader", "nobody" };
  g_autoptr(Fixture) f = fixture_new ();
  g_autofree char *verifier = cairn_pkce_verifier_new ();
  g_autoptr(JsonObject) report = NULL;

  f->config->wrong_per_account = 3;
  f->config->wrong_per_address = 7;
  report = fixture_load (f, PATIENT);
  fixture_add (f, "reader", "pat");
  fixture_add (f, "third", "pat");
  fixture_start (f);
  for (guint n = 0; n < G_N_ELEMENTS (names); n++)
    {
      for (guint i = 0; i < 3; i++)
        {
          g_assert_null (fixture_challenge (f, verifier, names[n], "wrong"));
          assert_status (f, 400);
        }
      /* The right one is not looked at any more either */
      g_assert_null (fixture_challenge (f, verifier, names[n], FIXTURE_PASSWORD));
      assert_error (f, 429, "temporarily_unavailable");
      g_assert_nonnull (soup_message_headers_get_one (f->headers, "Retry-After"));
    }
  /* Another account still works from here, and a right try costs nothing */
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *code = fixture_challenge (f, verifier, "third", FIXTURE_PASSWORD);

      g_assert_nonnull (code);
    }
  g_assert_null (fixture_challenge (f, verifier, "third", "wrong"));
  assert_status (f, 400);
  g_assert_null (fixture_challenge (f, verifier, "fourth", "wrong"));
  assert_error (f, 429, "temporarily_unavailable");
}

static void
test_code (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *verifier = cairn_pkce_verifier_new (), *wrong = cairn_pkce_verifier_new ();
  g_autofree char *code = NULL, *access = NULL, *refresh_token = NULL;
  g_autoptr(JsonObject) tokens = NULL, after = NULL;

  redeem (f, "made-up", verifier, "cairn");
  assert_error (f, 400, "invalid_grant");

  /* A wrong verifier spoils the code */
  code = fixture_challenge (f, verifier, "reader", FIXTURE_PASSWORD);
  redeem (f, code, wrong, "cairn");
  assert_error (f, 400, "invalid_grant");
  redeem (f, code, verifier, "cairn");
  assert_error (f, 400, "invalid_grant");
  g_free (code);

  code = fixture_challenge (f, verifier, "reader", FIXTURE_PASSWORD);
  redeem (f, code, verifier, "someone-else");
  assert_error (f, 401, "invalid_client");
  redeem (f, code, "", "cairn");
  assert_error (f, 400, "invalid_grant");
  g_free (code);

  /* A code that comes twice takes everything back that the first one gave */
  code = fixture_challenge (f, verifier, "reader", FIXTURE_PASSWORD);
  redeem (f, code, verifier, "cairn");
  assert_status (f, 200);
  tokens = fixture_json (f);
  fixture_get (f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (f, 200);
  redeem (f, code, verifier, "cairn");
  assert_error (f, 400, "invalid_grant");
  fixture_get (f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (f, 401);
  after = refresh (f, fixture_text (tokens, "refresh_token"));
  assert_error (f, 400, "invalid_grant");
}

static void
test_rotation (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) first = fixture_sign_in (f, "reader");
  g_autoptr(JsonObject) second = refresh (f, fixture_text (first, "refresh_token"));
  g_autoptr(JsonObject) again = NULL, third = NULL, late = NULL, end = NULL;

  assert_status (f, 200);
  g_assert_cmpstr (fixture_text (first, "refresh_token"), !=,
                   fixture_text (second, "refresh_token"));
  g_assert_cmpstr (fixture_text (second, "patient"), ==, "pat");

  /* The answer was lost: the same successor again, and it works */
  again = refresh (f, fixture_text (first, "refresh_token"));
  assert_status (f, 200);
  g_assert_cmpstr (fixture_text (again, "refresh_token"), ==,
                   fixture_text (second, "refresh_token"));
  g_assert_cmpstr (fixture_text (again, "access_token"), !=, fixture_text (second, "access_token"));
  fixture_get (f, "fhir/Patient/pat", fixture_text (again, "access_token"));
  assert_status (f, 200);

  third = refresh (f, fixture_text (second, "refresh_token"));
  assert_status (f, 200);

  /* The successor has been used: the old one comes from a thief, or its owner does */
  late = refresh (f, fixture_text (first, "refresh_token"));
  assert_error (f, 400, "invalid_grant");
  end = refresh (f, fixture_text (third, "refresh_token"));
  assert_error (f, 400, "invalid_grant");
  fixture_get (f, "fhir/Patient/pat", fixture_text (third, "access_token"));
  assert_status (f, 401);
  g_assert_cmpuint (count_mails (f), ==, 1);
}

static void
test_revoke (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) tokens = fixture_sign_in (f, "reader"),
                         other = fixture_sign_in (f, "reader"), after = NULL;
  g_autofree char *form = NULL;

  fixture_post (f, "auth/revoke", NULL, "client_id=cairn&token=unknown");
  assert_status (f, 200);
  fixture_post (f, "auth/revoke", NULL, "client_id=cairn");
  assert_error (f, 400, "invalid_request");
  form = g_strdup_printf ("client_id=cairn&token=%s", fixture_text (tokens, "refresh_token"));
  fixture_post (f, "auth/revoke", NULL, form);
  assert_status (f, 200);
  fixture_get (f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (f, 401);
  after = refresh (f, fixture_text (tokens, "refresh_token"));
  assert_error (f, 400, "invalid_grant");

  /* The other device stays signed in; its access token goes alone */
  fixture_get (f, "fhir/Patient/pat", fixture_text (other, "access_token"));
  assert_status (f, 200);
  g_free (form);
  form = g_strdup_printf ("client_id=cairn&token=%s", fixture_text (other, "access_token"));
  fixture_post (f, "auth/revoke", NULL, form);
  assert_status (f, 200);
  fixture_get (f, "fhir/Patient/pat", fixture_text (other, "access_token"));
  assert_status (f, 401);
  json_object_unref (after);
  after = refresh (f, fixture_text (other, "refresh_token"));
  assert_status (f, 200);
}

static void
test_expiry (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(JsonObject) report = NULL, tokens = NULL, fresh = NULL;

  f->config->access_token_seconds = 1;
  report = fixture_load (f, PATIENT);
  fixture_add (f, "reader", "pat");
  fixture_start (f);
  tokens = fixture_sign_in (f, "reader");
  fixture_get (f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (f, 200);
  g_usleep (1200 * 1000);
  fixture_get (f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (f, 401);
  g_assert_nonnull (
    strstr (soup_message_headers_get_one (f->headers, "WWW-Authenticate"), "invalid_token"));
  fresh = refresh (f, fixture_text (tokens, "refresh_token"));
  fixture_get (f, "fhir/Patient/pat", fixture_text (fresh, "access_token"));
  assert_status (f, 200);
}

static void
test_without_offline (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *verifier = cairn_pkce_verifier_new (),
                  *challenge = cairn_pkce_challenge (verifier);
  g_autofree char *form = NULL;
  g_autoptr(JsonObject) answer = NULL, tokens = NULL;

  form = g_strdup_printf ("client_id=cairn&response_type=code&scope=openid%%20patient/"
                          "Observation.rs%%20user/*.cruds"
                          "&code_challenge=%s&code_challenge_method=S256&username=reader"
                          "&password=a%%20long%%20sample%%20password",
                          challenge);
  fixture_post (f, "auth/challenge", NULL, form);
  assert_status (f, 200);
  answer = fixture_json (f);
  redeem (f, fixture_text (answer, "authorization_code"), verifier, "cairn");
  tokens = fixture_json (f);
  g_assert_cmpstr (fixture_text (tokens, "scope"), ==, "openid patient/Observation.rs");
  g_assert_nonnull (fixture_text (tokens, "id_token"));
  g_assert_false (json_object_has_member (tokens, "refresh_token"));
  fixture_get (f, "fhir/Observation?patient=pat", fixture_text (tokens, "access_token"));
  assert_status (f, 200);
  fixture_get (f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (f, 403);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oauth/sign-in", test_sign_in);
  g_test_add_func ("/oauth/by-email", test_by_email);
  g_test_add_func ("/oauth/prompts", test_prompts);
  g_test_add_func ("/oauth/bad-requests", test_bad_requests);
  g_test_add_func ("/oauth/wrong", test_wrong);
  g_test_add_func ("/oauth/throttle", test_throttle);
  g_test_add_func ("/oauth/code", test_code);
  g_test_add_func ("/oauth/rotation", test_rotation);
  g_test_add_func ("/oauth/revoke", test_revoke);
  g_test_add_func ("/oauth/expiry", test_expiry);
  g_test_add_func ("/oauth/without-offline", test_without_offline);
  return g_test_run ();
}
