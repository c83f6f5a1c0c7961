/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody sees of the apps that they let in, showing them out, and how apps prove who they are (portal-apps,
 * portal-owner, portal-oauth, portal-client, portal-store-clients). Steps of a sign-in beyond the password, too. */
#include "portal-browser.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "server/accounts/portal-factor.h"
#include "server/sign-in/portal-client.h"

#define DAY_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

static JsonObject *
connect_app (Browser *b)
{
  g_autofree char *code = browser_get_code (b, BROWSER_BACK);

  browser_redeem (b, code, BROWSER_BACK, b->verifier);
  assert_status (b->f, 200);
  return fixture_json (b->f);
}

static void
refresh (Browser *b, const char *token)
{
  g_autofree char *form = g_strdup_printf ("grant_type=refresh_token&client_id=%s&refresh_token=%s", b->client, token);

  fixture_post (b->f, "auth/token", NULL, form);
}

static guint
count_apps (Browser *b, const char *token)
{
  g_autoptr(JsonObject) answer = fixture_get_json (b->f, "account/apps", token);

  return json_array_get_length (json_object_get_array_member (answer, "apps"));
}

static void
test_apps (void)
{
  g_auto(Browser) b = browser_new ();
  g_autofree char *token = fixture_token (b.f, "reader"), *path = g_strconcat ("account/apps/", b.client, NULL), *other = NULL;
  g_autoptr(JsonObject) first = NULL, second = NULL, app = NULL, sessions = NULL, activity = NULL;

  g_assert_cmpuint (count_apps (&b, token), ==, 0);
  first = connect_app (&b);
  second = connect_app (&b);
  g_assert_cmpuint (count_apps (&b, token), ==, 1);
  app = fixture_get_json (b.f, path, token);
  g_assert_cmpstr (fixture_text (app, "id"), ==, b.client);
  g_assert_cmpstr (fixture_text (app, "name"), ==, "Reader & <Friends>");
  g_assert_cmpstr (fixture_text (app, "scope"), ==, "launch/patient openid fhirUser offline_access patient/*.rs");
  g_assert_cmpstr (fixture_text (app, "patient"), ==, "pat");
  g_assert_false (json_object_get_boolean_member (app, "known"));
  g_assert_true (json_object_get_boolean_member (app, "refresh"));
  sessions = fixture_get_json (b.f, "account/sessions", token);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (sessions, "sessions")), ==, 1);

  /* Nobody else's, and none of the app's own business */
  fixture_add (b.f, "other", "kid");
  other = fixture_token (b.f, "other");
  g_assert_cmpuint (count_apps (&b, other), ==, 0);
  fixture_send (b.f, "DELETE", path, other, NULL, NULL);
  assert_status (b.f, 404);
  fixture_send (b.f, "DELETE", path, fixture_text (first, "access_token"), NULL, NULL);
  assert_status (b.f, 403);
  fixture_get (b.f, "account/sessions", fixture_text (first, "access_token"));
  assert_status (b.f, 403);
  fixture_send_json (b.f, "POST", "account/password", fixture_text (first, "access_token"), "{'password':'another long sample password'}");
  assert_status (b.f, 403);

  fixture_get (b.f, "fhir/Patient/pat", fixture_text (first, "access_token"));
  assert_status (b.f, 200);
  fixture_send (b.f, "DELETE", path, token, NULL, NULL);
  assert_status (b.f, 204);
  g_assert_cmpuint (count_apps (&b, token), ==, 0);
  fixture_get (b.f, "fhir/Patient/pat", fixture_text (first, "access_token"));
  assert_status (b.f, 401);
  refresh (&b, fixture_text (second, "refresh_token"));
  assert_status (b.f, 400);
  g_assert_nonnull (strstr (b.f->body, "invalid_grant"));
  fixture_send (b.f, "DELETE", path, token, NULL, NULL);
  assert_status (b.f, 404);
  fixture_get (b.f, "fhir/Patient/pat", token);
  assert_status (b.f, 200);
  activity = fixture_get_json (b.f, "account/activity", token);
  g_assert_nonnull (strstr (b.f->body, "app-consent"));
  g_assert_nonnull (strstr (b.f->body, "app-end"));
  g_assert_nonnull (strstr (b.f->body, "\"app-consent\",\"done\":true,\"app\":\"Reader & <Friends>\""));
}

static gpointer
change_client (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (portal_store_add_client (db, data, error));
}

static gpointer
remove_client (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  gboolean had;

  return GINT_TO_POINTER (portal_store_remove_client (db, data, &had, error) && had);
}

static gpointer
forget_clients (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 now = *(gint64 *) data;

  return GINT_TO_POINTER (portal_store_forget_clients (db, now - DAY_MS, now - 90 * DAY_MS, now, error));
}

static gpointer
count_clients (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) clients = portal_store_list_clients (db, error);

  return GUINT_TO_POINTER (clients->len);
}

static guint
run (Browser *b, CairnDatabaseFunc func, gpointer data)
{
  g_autoptr(GError) error = NULL;
  gpointer result = cairn_database_run (portal_store_get_writer (portal_get_store (b->f->portal)), func, data, &error);

  g_assert_no_error (error);
  return GPOINTER_TO_UINT (result);
}

static guint
send_as (Browser *b, const char *path, const char *id, const char *secret, const char *form)
{
  g_autofree char *both = g_strconcat (id, ":", secret, NULL), *encoded = g_base64_encode ((guchar *) both, strlen (both));
  g_autofree char *basic = g_strconcat ("Basic ", encoded, NULL);

  fixture_put (b->f, "POST", path, NULL, "application/x-www-form-urlencoded", form, "Authorization", basic);
  return b->f->status;
}

/* An app with a secret is nobody without it. */
static void
test_confidential (void)
{
  static const char *const redirects[] = { BROWSER_BACK, NULL };
  g_auto(Browser) b = browser_new ();
  g_autoptr(PortalClient) client = portal_client_new ("The clinic's partner", redirects);
  g_autofree char *code = NULL, *form = NULL, *back = g_uri_escape_string (BROWSER_BACK, NULL, FALSE), *look = NULL, *more = NULL;
  g_autoptr(JsonObject) tokens = NULL;

  client->secret = cairn_sha256_hex ("a secret", -1);
  client->scope = g_strdup ("launch/patient offline_access patient/Patient.rs");
  g_assert_true (run (&b, change_client, client));
  g_free (b.client);
  b.client = g_strdup (client->id);
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  g_assert_null (strstr (b.f->body, "does not know this app"));
  browser_sign_in (&b, "reader");
  g_assert_null (strstr (b.f->body, "whole record"));
  browser_post (&b, "auth/consent", "scope=patient/*.rs&scope=offline_access");
  code = browser_sent_back (&b, "code");
  form = g_strdup_printf ("grant_type=authorization_code&code=%s&code_verifier=%s&redirect_uri=%s", code, b.verifier, back);
  more = g_strconcat (form, "&client_id=", b.client, NULL);
  fixture_post (b.f, "auth/token", NULL, more);
  assert_status (b.f, 401);
  g_assert_nonnull (strstr (b.f->body, "invalid_client"));
  g_assert_cmpuint (send_as (&b, "auth/token", b.client, "another", form), ==, 401);
  g_assert_nonnull (browser_header (&b, "WWW-Authenticate"));
  g_assert_cmpuint (send_as (&b, "auth/token", "somebody", "a secret", form), ==, 401);
  g_assert_cmpuint (send_as (&b, "auth/token", b.client, "a secret", form), ==, 200);
  tokens = fixture_json (b.f);
  g_assert_cmpstr (fixture_text (tokens, "scope"), ==, "patient/Patient.rs offline_access");
  look = g_strdup_printf ("token=%s", fixture_text (tokens, "access_token"));
  g_assert_cmpuint (send_as (&b, "auth/introspect", b.client, "a secret", look), ==, 200);
  g_assert_nonnull (strstr (b.f->body, "\"active\":true"));
  g_assert_cmpuint (send_as (&b, "auth/introspect", b.client, "another", look), ==, 401);
  fixture_put (b.f, "POST", "auth/token", NULL, "application/x-www-form-urlencoded", form, "Authorization", "Basic ?????");
  assert_status (b.f, 401);
  refresh (&b, fixture_text (tokens, "refresh_token"));
  assert_status (b.f, 401);
  g_free (form);
  form = g_strdup_printf ("grant_type=refresh_token&refresh_token=%s", fixture_text (tokens, "refresh_token"));
  fixture_post (b.f, "auth/token", NULL, form);
  assert_status (b.f, 401);
  fixture_get (b.f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (b.f, 200);
  g_assert_true (run (&b, remove_client, b.client));
  fixture_get (b.f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (b.f, 401);
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_assert_page (&b, 400, NULL);
}

/* A refresh token is its app's, and so is ending it. */
static void
test_tokens (void)
{
  g_auto(Browser) b = browser_new ();
  g_autoptr(JsonObject) tokens = connect_app (&b), newer = NULL;
  g_autofree char *other = browser_register (b.f, "Other", "'" BROWSER_BACK "'"), *own = g_steal_pointer (&b.client), *form = NULL;

  b.client = g_strdup (other);
  refresh (&b, fixture_text (tokens, "refresh_token"));
  assert_status (b.f, 400);
  form = g_strdup_printf ("client_id=%s&token=%s", other, fixture_text (tokens, "refresh_token"));
  fixture_post (b.f, "auth/revoke", NULL, form);
  assert_status (b.f, 200);
  fixture_post (b.f, "auth/introspect", NULL, form);
  g_assert_cmpstr (b.f->body, ==, "{\"active\":false}");
  g_free (b.client);
  b.client = g_steal_pointer (&own);
  refresh (&b, fixture_text (tokens, "refresh_token"));
  assert_status (b.f, 200);
  newer = fixture_json (b.f);
  g_assert_cmpstr (fixture_text (newer, "refresh_token"), !=, fixture_text (tokens, "refresh_token"));
  g_free (form);
  form = g_strdup_printf ("client_id=%s&token=%s", b.client, fixture_text (newer, "refresh_token"));
  fixture_post (b.f, "auth/revoke", NULL, form);
  assert_status (b.f, 200);
  fixture_get (b.f, "fhir/Patient/pat", fixture_text (newer, "access_token"));
  assert_status (b.f, 401);
}

/* What nobody let in is forgotten after a day, what nobody lets in any more after its last token. */
static void
test_forgotten (void)
{
  g_auto(Browser) b = browser_new ();
  g_autofree char *unused = browser_register (b.f, "Unused", "'" BROWSER_BACK "'");
  g_autoptr(JsonObject) tokens = connect_app (&b);
  gint64 now = cairn_date_now ();

  run (&b, forget_clients, &now);
  g_assert_cmpuint (run (&b, count_clients, NULL), ==, 2);
  now += 2 * DAY_MS;
  run (&b, forget_clients, &now);
  g_assert_cmpuint (run (&b, count_clients, NULL), ==, 1);
  now += 89 * DAY_MS;
  run (&b, forget_clients, &now);
  g_assert_cmpuint (run (&b, count_clients, NULL), ==, 0);
}

static char *
enrol (Browser *b, const char *token, char **recovery)
{
  g_autoptr(JsonObject) draft = NULL, done = NULL;
  g_autofree char *secret = NULL, *code = NULL;
  gint64 step;

  fixture_send_json (b->f, "POST", "account/second-factor", token, "{}");
  draft = fixture_json (b->f);
  secret = g_strdup (fixture_text (draft, "secret"));
  code = portal_factor_code (secret, cairn_date_now (), &step);
  fixture_send_json (b->f, "POST", "account/second-factor", token, "{'code':'%s'}", code);
  assert_status (b->f, 200);
  done = fixture_json (b->f);
  *recovery = g_strdup (json_array_get_string_element (json_object_get_array_member (done, "recovery_codes"), 0));
  return g_steal_pointer (&secret);
}

/* The second step can't be left out; a code is good once, here as in the app. */
static void
test_factor (void)
{
  g_auto(Browser) b = browser_new ();
  g_autofree char *token = fixture_token (b.f, "reader"), *recovery = NULL, *secret = enrol (&b, token, &recovery), *form = NULL;
  g_autofree char *used = NULL;
  gint64 step;

  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_sign_in (&b, "reader");
  browser_assert_page (&b, 200, "https://app.example");
  g_assert_nonnull (strstr (b.f->body, "autocomplete=\"one-time-code\""));
  browser_post (&b, "auth/consent", "scope=patient/*.rs");
  browser_assert_page (&b, 400, "https://app.example");
  g_assert_nonnull (strstr (b.f->body, "autocomplete=\"one-time-code\""));
  used = portal_factor_code (secret, cairn_date_now (), &step);
  form = g_strdup_printf ("otp=%s", used);
  browser_post (&b, "auth/sign-in", form);   /* that of the enrolment, or one that is not due yet */
  if (b.f->status == 400)
    {
      g_assert_nonnull (strstr (b.f->body, "This code is wrong, or was used already"));
      g_free (form);
      form = g_strdup_printf ("recovery_code=%s", recovery);
      browser_post (&b, "auth/sign-in", form);
    }
  assert_status (b.f, 200);
  browser_post (&b, "auth/consent", "scope=patient/*.rs");
  browser_assert_back (&b, BROWSER_BACK, NULL);

  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_sign_in (&b, "reader");
  for (guint i = 0; i < 5; i++)
    browser_post (&b, "auth/sign-in", "recovery_code=AAAA-AAAA-AAAA-AAAA");
  browser_assert_page (&b, 400, NULL);
  g_assert_null (b.handle);
}

static gpointer
run_sql (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_exec (db, data, error));
}

/* Terms that have changed come before the consent, and can't be jumped. */
static void
test_terms (void)
{
  g_auto(Browser) b = browser_new ();
  g_autoptr(GRegex) regex = g_regex_new ("name=\"accept_terms\" value=\"([^\"]+)\"", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autofree char *version = NULL, *form = NULL;

  g_assert_true (run (&b, run_sql, (gpointer) "UPDATE account SET terms = 'old'"));
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_sign_in (&b, "reader");
  browser_assert_page (&b, 200, "https://app.example");
  g_assert_true (g_regex_match (regex, b.f->body, 0, &match));
  version = g_match_info_fetch (match, 1);
  browser_post (&b, "auth/consent", "scope=patient/*.rs");
  browser_assert_page (&b, 200, "https://app.example");
  browser_post (&b, "auth/sign-in", "accept_terms=old");
  g_assert_nonnull (strstr (b.f->body, "accept_terms"));
  form = g_strdup_printf ("accept_terms=%s", version);
  browser_post (&b, "auth/sign-in", form);
  g_assert_nonnull (strstr (b.f->body, "name=\"scope\""));
  browser_post (&b, "auth/consent", "scope=patient/*.rs");
  browser_assert_back (&b, BROWSER_BACK, NULL);
}

/* Who has no record yet is told so, and shares nothing. */
static void
test_waiting (void)
{
  g_auto(Browser) b = browser_new ();

  g_assert_true (run (&b, run_sql, (gpointer) "DELETE FROM account_patient"));
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_sign_in (&b, "reader");
  browser_assert_page (&b, 200, "https://app.example");
  g_assert_nonnull (strstr (b.f->body, "No record yet"));
  browser_post (&b, "auth/consent", "scope=patient/*.rs&scope=offline_access");
  browser_assert_page (&b, 400, "https://app.example");
  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_sign_in (&b, "reader");
  browser_post (&b, "auth/refuse", "");
  browser_assert_back (&b, BROWSER_BACK, "access_denied");
}

static guint
count_events (JsonObject *page, const char *action)
{
  JsonArray *events = json_object_get_array_member (page, "events");
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (events); i++)
    n += action == NULL || g_str_equal (fixture_text (json_array_get_object_element (events, i), "action"), action);
  return n;
}

/* More than a page of it; what only asked for the next step is no event. */
static void
test_activity (void)
{
  g_auto(Browser) b = browser_new ();
  g_autofree char *token = fixture_token (b.f, "reader"), *recovery = NULL, *secret = enrol (&b, token, &recovery), *path = NULL;
  g_autoptr(JsonObject) first = NULL, second = NULL;

  browser_ask (&b, BROWSER_BACK, BROWSER_SCOPE, NULL);
  browser_sign_in (&b, "reader");
  g_assert_null (fixture_challenge (b.f, b.verifier, "reader", FIXTURE_PASSWORD));
  for (guint i = 0; i < 100; i++)
    {
      fixture_send (b.f, "DELETE", "account/sessions", token, NULL, NULL);
      assert_status (b.f, 200);
    }
  first = fixture_get_json (b.f, "account/activity", token);
  g_assert_cmpuint (count_events (first, NULL), ==, 100);
  g_assert_cmpuint (count_events (first, "sessions-end"), ==, 100);
  path = g_strconcat ("account/activity?before=", fixture_text (first, "next"), NULL);
  second = fixture_get_json (b.f, path, token);
  g_assert_false (json_object_has_member (second, "next"));
  g_assert_cmpuint (count_events (second, NULL), ==, 2);
  g_assert_cmpuint (count_events (second, "sign-in"), ==, 1);
  g_assert_cmpuint (count_events (second, "second-factor-set"), ==, 1);
  fixture_get (b.f, "account/activity?before=12", token);
  assert_status (b.f, 400);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/apps/apps", test_apps);
  g_test_add_func ("/apps/confidential", test_confidential);
  g_test_add_func ("/apps/tokens", test_tokens);
  g_test_add_func ("/apps/forgotten", test_forgotten);
  g_test_add_func ("/apps/factor", test_factor);
  g_test_add_func ("/apps/terms", test_terms);
  g_test_add_func ("/apps/waiting", test_waiting);
  g_test_add_func ("/apps/activity", test_activity);
  return g_test_run ();
}
