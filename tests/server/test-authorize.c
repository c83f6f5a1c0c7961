/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An app of others gets in by a browser, without a script: pages, consent, codes, and all that must fail (portal-authorize,
 * portal-client, portal-register-client, portal-sign-in-page, portal-scope-words, portal-scope-parts, portal-store-clients). */
#include "portal-browser.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "server/sign-in/portal-client.h"

static void
test_road (void)
{
  g_auto(Browser) b = browser_new ();
  g_autofree char *code = NULL, *letter = NULL;
  g_autoptr(JsonObject) tokens = NULL;

  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_assert_page (&b, 200, "https://app.example");
  g_assert_nonnull (strstr (b.f->body, "Reader &amp; &lt;Friends&gt;"));
  g_assert_nonnull (strstr (b.f->body, "The clinic does not know this app"));
  g_assert_nonnull (strstr (browser_header (&b, "Set-Cookie"), "HttpOnly; SameSite=Lax"));
  browser_sign_in (&b, "reader");
  browser_assert_page (&b, 200, "https://app.example");
  g_assert_nonnull (strstr (b.f->body, "Ana &lt;b&gt; Silva"));
  g_assert_nonnull (strstr (b.f->body, "The whole record"));
  g_assert_nonnull (strstr (b.f->body, "Appointments</strong><br><span class=\"hint\">add, change<"));
  browser_post (&b, "auth/consent", "patient=pat&scope=launch/patient&scope=openid+fhirUser&scope=offline_access&scope=patient/*.rs");
  browser_assert_back (&b, BROWSER_BACK "&code=", NULL);
  code = browser_sent_back (&b, "code");
  browser_redeem (&b, code, BROWSER_BACK, b.verifier);
  assert_status (b.f, 200);
  tokens = fixture_json (b.f);
  g_assert_cmpstr (fixture_text (tokens, "scope"), ==, "launch/patient openid fhirUser offline_access patient/*.rs");
  g_assert_cmpstr (fixture_text (tokens, "patient"), ==, "pat");
  g_assert_nonnull (fixture_text (tokens, "id_token"));
  fixture_get (b.f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (b.f, 200);
  letter = fixture_letter (b.f, "mail", "reader@example.org");
  g_assert_nonnull (strstr (letter, "“Reader & <Friends>”"));
}

/* What was unticked is not given, what was not asked for can't be taken. */
static void
test_consent (void)
{
  static const struct { const char *form, *scope; } cases[] = {
    { "scope=patient/*.rs", "patient/*.rs" },
    { "scope=patient/Patient.r&scope=openid", "patient/Patient.r openid" },
    { "scope=patient/*.rs&scope=patient/Communication.cu&scope=user/*.cruds&scope=system/*.rs", "patient/*.rs" },
    { "scope=launch/patient&scope=offline_access", NULL },
    { "", NULL },
    { "scope=patient/Task.cu", NULL },
    { "scope=patient/*.rs&part=allergies&part=nothing", "patient/Patient.rs patient/Practitioner.rs patient/PractitionerRole.rs"
      " patient/Organization.rs patient/Location.rs patient/AllergyIntolerance.rs" },
    { "part=allergies&scope=openid", "openid" },
  };

  g_auto(Browser) b = browser_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(JsonObject) tokens = NULL;
      g_autofree char *code = NULL;

      browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
      browser_sign_in (&b, "reader");
      browser_post (&b, "auth/consent", cases[i].form);
      browser_assert_back (&b, BROWSER_BACK, cases[i].scope != NULL ? NULL : "access_denied");
      if (cases[i].scope == NULL)
        continue;
      code = browser_sent_back (&b, "code");
      browser_redeem (&b, code, BROWSER_BACK, b.verifier);
      assert_status (b.f, 200);
      tokens = fixture_json (b.f);
      g_assert_cmpstr (fixture_text (tokens, "scope"), ==, cases[i].scope);
    }
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_sign_in (&b, "reader");
  browser_post (&b, "auth/refuse", "scope=patient/*.rs");
  browser_assert_back (&b, BROWSER_BACK, "access_denied");
  browser_post (&b, "auth/consent", "scope=patient/*.rs");
  browser_assert_page (&b, 400, NULL);
}

/* An address that isn't proven is never gone to; one that is gets every other error. */
static void
test_redirects (void)
{
  static const char *const bad[] = {
    "https://app.example/back", "https://app.example/back?a=1&b=2", "https://app.example/back?a=1#x", "https://app.example.evil.example/back?a=1",
    "https://app.example@evil.example/back?a=1", "https://APP.example/back?a=1", "http://app.example/back?a=1", "https://app.example/back?a=1/../x",
    "http://127.0.0.1/other", "http://127.0.0.1:1@evil.example/callback", "http://127.0.0.1.evil.example/callback", "http://localhost/callback",
    "http://[::1]/callback", "http://127.0.0.1:99999/callback", "http://127.0.0.1:/callback", "https://127.0.0.1/callback", "http://127.0.0.1:80",
    "org.example.app:/other", "javascript:/callback", "//evil.example", "", "https://app.example/back?a=1\r\nSet-Cookie: x=y",
    "https://app.example/back?a=1 https://evil.example", NULL };
  static const char *const good[] = { BROWSER_BACK, "http://127.0.0.1/callback", "http://127.0.0.1:1/callback", "http://127.0.0.1:65535/callback",
                                      "org.example.app:/back", NULL };
  g_auto(Browser) b = browser_new ();

  for (guint i = 0; bad[i] != NULL; i++)
    {
      g_autofree char *escaped = g_uri_escape_string (bad[i], NULL, FALSE), *other = g_strconcat ("redirect_uri=", escaped, NULL);

      browser_ask (&b, NULL, BROWSER_SCOPE, other);
      browser_assert_page (&b, 400, NULL);
      g_assert_null (browser_header (&b, "Location"));
      g_assert_null (b.handle);
      browser_ask (&b, NULL, "nothing", other);
      browser_assert_page (&b, 400, NULL);
    }
  for (guint i = 0; good[i] != NULL; i++)
    {
      browser_ask (&b, good[i], BROWSER_SCOPE, NULL);
      assert_status (b.f, 200);
      browser_ask (&b, good[i], BROWSER_SCOPE, "prompt=none");
      browser_assert_back (&b, good[i], "login_required");
    }
  g_free (b.client);
  b.client = g_strdup ("00000000-0000-4000-8000-000000000000");
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_assert_page (&b, 400, NULL);
  g_free (b.client);
  b.client = g_strdup ("cairn");
  browser_ask (&b, "http://127.0.0.1/callback", BROWSER_SCOPE, NULL);
  browser_assert_page (&b, 400, NULL);
}

static void
test_requests (void)
{
  static const struct { const char *other, *scope, *error; } cases[] = {
    { "response_type=token", BROWSER_SCOPE, "unsupported_response_type" }, { "response_type=", BROWSER_SCOPE, "invalid_request" },
    { "response_mode=fragment", BROWSER_SCOPE, "invalid_request" }, { "code_challenge=", BROWSER_SCOPE, "invalid_request" },
    { "code_challenge_method=plain", BROWSER_SCOPE, "invalid_request" }, { "code_challenge_method=", BROWSER_SCOPE, "invalid_request" },
    { "code_challenge=short", BROWSER_SCOPE, "invalid_request" }, { "aud=", BROWSER_SCOPE, "invalid_request" },
    { "aud=https://other.example/fhir", BROWSER_SCOPE, "invalid_request" }, { "request=x", BROWSER_SCOPE, "request_not_supported" },
    { "request_uri=https://x.example", BROWSER_SCOPE, "request_uri_not_supported" }, { "prompt=none", BROWSER_SCOPE, "login_required" },
    { NULL, "", "invalid_scope" }, { NULL, "system/*.rs", "invalid_scope" }, { NULL, "user/*.rs", "invalid_scope" },
    { NULL, "\"", "invalid_scope" },
  };
  g_auto(Browser) b = browser_new ();
  g_autofree char *aud = NULL, *twice = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      browser_ask (&b, BROWSER_BACK, cases[i].scope, cases[i].other);
      browser_assert_back (&b, BROWSER_BACK, cases[i].error);
    }
  aud = g_strdup_printf ("aud=%s/", portal_get_fhir_url (b.f->portal));
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, aud);
  assert_status (b.f, 200);
  twice = g_strdup_printf ("auth/authorize?client_id=%s&redirect_uri=https://app.example/back?a%%3D1&redirect_uri=https://evil.example", b.client);
  fixture_get (b.f, twice, NULL);
  browser_assert_page (&b, 400, NULL);
}

/* A header can't be broken out of. */
static void
test_injection (void)
{
  g_auto(Browser) b = browser_new ();
  g_autofree char *state = NULL;

  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, "state=x%0D%0ASet-Cookie:%20evil%3D1&prompt=none");
  assert_status (b.f, 303);
  g_assert_null (browser_header (&b, "Set-Cookie"));
  state = browser_sent_back (&b, "state");
  g_assert_cmpstr (state, ==, "x\r\nSet-Cookie: evil=1");
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, "nonce=%22%3E%3Cscript%3E&state=%22%3E%3Cscript%3E");
  browser_assert_page (&b, 200, "https://app.example");
  browser_post (&b, "auth/sign-in", "username=%22%3E%3Cscript%3E&password=x");
  browser_assert_page (&b, 400, "https://app.example");
  g_assert_nonnull (strstr (b.f->body, "value=\"&quot;&gt;&lt;script&gt;\""));
}

/* A code works once, for its app, with its verifier and at its address; used twice, all that came of it is dead. */
static void
test_codes (void)
{
  g_auto(Browser) b = browser_new ();
  g_autofree char *code = browser_get_code (&b, "http://127.0.0.1:4711/callback"), *other = NULL, *client = NULL, *own = NULL;
  g_autoptr(JsonObject) tokens = NULL;
  g_autofree char *form = NULL;

  browser_redeem (&b, code, "http://127.0.0.1:4711/callback", b.verifier);
  assert_status (b.f, 200);
  tokens = fixture_json (b.f);
  browser_redeem (&b, code, "http://127.0.0.1:4711/callback", b.verifier);
  assert_status (b.f, 400);
  fixture_get (b.f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (b.f, 401);
  form = g_strdup_printf ("grant_type=refresh_token&client_id=%s&refresh_token=%s", b.client, fixture_text (tokens, "refresh_token"));
  fixture_post (b.f, "auth/token", NULL, form);
  assert_status (b.f, 400);

  for (guint i = 0; i < 4; i++)
    {
      static const char *const redirects[] = { NULL, "http://127.0.0.1:4712/callback", BROWSER_BACK, "http://127.0.0.1:4711/callback" };
      g_autofree char *wrong = cairn_pkce_verifier_new ();

      g_free (other);
      other = browser_get_code (&b, "http://127.0.0.1:4711/callback");
      browser_redeem (&b, other, redirects[i], i == 3 ? wrong : b.verifier);
      assert_status (b.f, 400);
      browser_redeem (&b, other, "http://127.0.0.1:4711/callback", b.verifier);
      assert_status (b.f, 400);
    }

  /* Another app can do nothing with it, and spoils nothing */
  g_free (code);
  code = browser_get_code (&b, BROWSER_BACK);
  client = browser_register (b.f, "Other", "'" BROWSER_BACK "'");
  own = b.client;
  b.client = g_steal_pointer (&client);
  browser_redeem (&b, code, BROWSER_BACK, b.verifier);
  assert_status (b.f, 400);
  g_free (b.client);
  b.client = g_strdup ("cairn");
  browser_redeem (&b, code, NULL, b.verifier);
  assert_status (b.f, 400);
  g_free (b.client);
  b.client = g_steal_pointer (&own);
  browser_redeem (&b, code, BROWSER_BACK, b.verifier);
  assert_status (b.f, 200);
}

/* Forms work in the browser that they were made for, and their session is another once there is something to it. */
static void
test_forgery (void)
{
  g_auto(Browser) b = browser_new ();
  g_autofree char *cookie = NULL, *planted = NULL, *handle = NULL;

  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  cookie = g_steal_pointer (&b.cookie);
  planted = g_strdup (b.handle);
  browser_sign_in (&b, "reader");
  browser_assert_page (&b, 400, NULL);
  b.cookie = g_strdup ("cairn-browser=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  b.handle = g_strdup (planted);
  browser_sign_in (&b, "reader");
  browser_assert_page (&b, 400, NULL);
  g_free (b.cookie);
  b.cookie = g_steal_pointer (&cookie);
  b.handle = g_strdup (planted);
  browser_sign_in (&b, "reader");
  assert_status (b.f, 200);
  g_assert_cmpstr (b.handle, !=, planted);
  handle = g_steal_pointer (&b.handle);
  b.handle = g_strdup (planted);
  browser_post (&b, "auth/consent", "scope=patient/*.rs");
  browser_assert_page (&b, 400, NULL);
  b.handle = g_strdup ("made-up");
  browser_post (&b, "auth/consent", "scope=patient/*.rs");
  browser_assert_page (&b, 400, NULL);
  fixture_get (b.f, "auth/consent?scope=patient/*.rs", NULL);
  assert_status (b.f, 405);
  b.handle = g_strdup (handle);
  browser_post (&b, "auth/consent", "scope=patient/*.rs");
  browser_assert_back (&b, BROWSER_BACK, NULL);
  b.handle = g_strdup (handle);
  browser_post (&b, "auth/consent", "scope=patient/*.rs");
  browser_assert_page (&b, 400, NULL);
}

/* One engine: what is wrong counts here as it counts in the app, and a browser's session is no app's. */
static void
test_passwords (void)
{
  g_auto(Browser) b = browser_new ();
  g_autofree char *verifier = cairn_pkce_verifier_new (), *code = NULL, *form = NULL, *one = NULL, *other = NULL;

  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  form = g_strdup_printf ("client_id=cairn&auth_session=%s&username=reader&password=a+long+sample+password", b.handle);
  fixture_post (b.f, "auth/challenge", NULL, form);
  assert_status (b.f, 400);
  g_assert_nonnull (strstr (b.f->body, "invalid_session"));
  g_free (form);
  form = g_strdup_printf ("client_id=%s&response_type=code&scope=patient/*.rs", b.client);
  fixture_post (b.f, "auth/challenge", NULL, form);
  assert_status (b.f, 400);
  g_assert_nonnull (strstr (b.f->body, "redirect_to_web"));
  browser_post (&b, "auth/consent", "scope=patient/*.rs");
  browser_assert_page (&b, 400, "https://app.example");
  browser_post (&b, "auth/sign-in", "username=reader&password=wrong");
  browser_assert_page (&b, 400, "https://app.example");
  one = g_strdup (strstr (b.f->body, "<p class=\"wrong\""));
  browser_post (&b, "auth/sign-in", "username=nobody&password=wrong");
  other = g_strdup (strstr (b.f->body, "<p class=\"wrong\""));
  g_assert_true (g_str_has_prefix (other, "<p class=\"wrong\" id=\"wrong\" role=\"alert\">The user name or the password is wrong.</p>"));
  g_assert_cmpint (strncmp (one, other, 80), ==, 0);
  for (guint i = 1; i < 10; i++)
    browser_post (&b, "auth/sign-in", "username=reader&password=wrong");
  browser_assert_page (&b, 400, "https://app.example");
  browser_sign_in (&b, "reader");
  browser_assert_page (&b, 429, NULL);
  g_assert_nonnull (browser_header (&b, "Retry-After"));
  code = fixture_challenge (b.f, verifier, "reader", FIXTURE_PASSWORD);
  g_assert_null (code);
  assert_status (b.f, 429);
}

/* Who opens several records says which one, and no other. */
static void
test_people (void)
{
  g_auto(Browser) b = browser_new ();
  g_autoptr(JsonObject) tokens = NULL;
  g_autofree char *code = NULL;
  g_autoptr(GError) error = NULL;

  fixture_link (b.f, "reader", "kid");
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_sign_in (&b, "reader");
  g_assert_nonnull (strstr (b.f->body, "value=\"pat\" checked><span>Ana"));
  g_assert_nonnull (strstr (b.f->body, "value=\"kid\"><span>Rui Silva"));
  browser_post (&b, "auth/consent", "patient=kid&scope=patient/*.rs");
  code = browser_sent_back (&b, "code");
  browser_redeem (&b, code, BROWSER_BACK, b.verifier);
  tokens = fixture_json (b.f);
  g_assert_cmpstr (fixture_text (tokens, "patient"), ==, "kid");
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_sign_in (&b, "reader");
  browser_post (&b, "auth/consent", "patient=somebody&scope=patient/*.rs");
  browser_assert_back (&b, BROWSER_BACK, "access_denied");
}

/* Staff have no record of their own; an app that nobody here knows gets nothing of theirs. */
static void
test_staff (void)
{
  g_auto(Browser) b = browser_new ();

  fixture_add_staff (b.f, "doctor", "doc", "clinician");
  browser_ask (&b, BROWSER_BACK, "user/*.rs patient/*.rs", NULL);
  browser_sign_in (&b, "doctor");
  browser_assert_back (&b, BROWSER_BACK, "invalid_scope");
}

static gpointer
nearly_too_many (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_exec (db, "UPDATE throttle SET wrong = 598 WHERE name LIKE 'authorize:%'", error));
}

/* Names are no marks of the frame, and no address floods the portal with sessions. */
static void
test_marks (void)
{
  g_auto(Browser) b = browser_new ();
  g_autoptr(GError) error = NULL;
  guint n = 0;

  g_free (b.client);
  b.client = browser_register (b.f, "@body@ @clinic@", "'http://[::1]/back'");
  browser_ask (&b, "http://[::1]:4711/back", BROWSER_SCOPE, NULL);
  browser_assert_page (&b, 200, "http:");
  browser_sign_in (&b, "reader");
  g_assert_nonnull (strstr (b.f->body, "<title>Connect “&#64;body&#64; &#64;clinic&#64;” with your record? –"));
  cairn_database_run (portal_store_get_writer (portal_get_store (b.f->portal)), nearly_too_many, NULL, &error);
  g_assert_no_error (error);
  do
    browser_ask (&b, "http://[::1]:4711/back", BROWSER_SCOPE, NULL);
  while (b.f->status == 200 && n++ < 10);
  browser_assert_page (&b, 429, NULL);
  g_assert_cmpuint (n, ==, 2);
}

static void
test_names (void)
{
  static const char *const bad[] = { "", "  ", "a\nb", "a\xe2\x80\xae""b", "\xff", "a\xe2\x80\x8b""b", NULL };
  g_autofree char *name = portal_client_dup_name (" Ana’s Übersicht "), *longest = g_strnfill (81, 'x');

  g_assert_cmpstr (name, ==, "Ana’s Übersicht");
  for (guint i = 0; bad[i] != NULL; i++)
    g_assert_null (portal_client_dup_name (bad[i]));
  g_assert_null (portal_client_dup_name (longest));
  g_assert_null (portal_client_dup_name (NULL));
}

static void
test_register (void)
{
  static const char *const bad[] = {
    "[]", "{}", "{'client_name':'x'}", "{'client_name':'x','redirect_uris':[]}", "{'client_name':'x','redirect_uris':['http://app.example/']}",
    "{'client_name':'x','redirect_uris':['http://localhost/']}", "{'client_name':'x','redirect_uris':['javascript:/x']}",
    "{'client_name':'x','redirect_uris':['https://app.example/#x']}", "{'client_name':'x','redirect_uris':['app:/x']}",
    "{'client_name':'x','redirect_uris':[1]}", "{'redirect_uris':['https://app.example/']}",
    "{'client_name':'x','redirect_uris':['https://app.example/'],'token_endpoint_auth_method':'client_secret_basic'}",
    "{'client_name':'x','redirect_uris':['https://app.example/'],'grant_types':['password']}",
    "{'client_name':'x','redirect_uris':['https://app.example/'],'response_types':['token']}",
    "{'client_name':'x','redirect_uris':['https://app.example/'],'client_uri':'http://app.example'}",
    "{'client_name':'x','redirect_uris':['https://u:p@app.example/']}", "{'client_name':'x','redirect_uris':['https://app.example;x/']}", NULL };
  g_auto(Browser) b = browser_new ();
  guint made = 1;

  for (guint i = 0; bad[i] != NULL; i++)
    {
      g_autoptr(JsonObject) answer = NULL;

      fixture_send_json (b.f, "POST", "auth/register", NULL, "%s", bad[i]);
      assert_status (b.f, 400);
      answer = fixture_json (b.f);
      g_assert_nonnull (fixture_text (answer, "error"));
    }
  do
    fixture_send_json (b.f, "POST", "auth/register", NULL, "{'client_name':'x','redirect_uris':['https://app.example/']}");
  while (b.f->status == 201 && made++ < 100);
  assert_status (b.f, 429);
  g_assert_cmpuint (made, ==, 20);
}

/* Where the clinic wants a second factor, a browser goes no further without one. */
static void
test_factor_wanted (void)
{
  g_auto(Browser) b = browser_new ();

  portal_stop (b.f->portal);
  g_clear_object (&b.f->portal);
  g_free (b.f->config->second_factor);
  b.f->config->second_factor = g_strdup ("required");
  fixture_start (b.f);
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_sign_in (&b, "reader");
  browser_assert_page (&b, 200, "https://app.example");
  g_assert_nonnull (strstr (b.f->body, "A second step is needed"));
  g_assert_null (strstr (b.f->body, "otpauth"));
  browser_post (&b, "auth/consent", "patient=pat&scope=launch/patient&scope=patient/*.rs");
  g_assert_null (browser_header (&b, "Location"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/authorize/factor-wanted", test_factor_wanted);
  g_test_add_func ("/authorize/road", test_road);
  g_test_add_func ("/authorize/consent", test_consent);
  g_test_add_func ("/authorize/redirects", test_redirects);
  g_test_add_func ("/authorize/requests", test_requests);
  g_test_add_func ("/authorize/injection", test_injection);
  g_test_add_func ("/authorize/codes", test_codes);
  g_test_add_func ("/authorize/forgery", test_forgery);
  g_test_add_func ("/authorize/passwords", test_passwords);
  g_test_add_func ("/authorize/people", test_people);
  g_test_add_func ("/authorize/staff", test_staff);
  g_test_add_func ("/authorize/marks", test_marks);
  g_test_add_func ("/authorize/names", test_names);
  g_test_add_func ("/authorize/register", test_register);
  return g_test_run ();
}
