/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ways back in: user name by mail, password by code and by the page behind a link; devices and activity; a new password
 * ends the rest (portal-recover, portal-password, portal-page, portal-sessions). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-crypto.h"

#define NEW "eleven quiet otters swim"

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = NULL;

  f->config->support = g_strdup ("Call 555-0100");
  report = fixture_load (f, "{\"resourceType\":\"Patient\",\"id\":\"pat\"}");
  fixture_add (f, "reader", "pat");
  fixture_add (f, "other", "pat");
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
  g_assert_cmpstr (fixture_text (answer, "support"), ==, "Call 555-0100");
}

static char *
ask (Fixture *f, const char *name)
{
  g_autoptr(JsonObject) answer = NULL;

  fixture_send_json (f, "POST", "account/recover/password", NULL, "{'username':'%s'}", name);
  assert_status (f, 202);
  answer = fixture_json (f);
  g_assert_cmpuint (json_object_get_size (answer), ==, 3);
  return g_strdup (fixture_text (answer, "recovery"));
}

static void
set (Fixture *f, const char *handle, const char *code, const char *password)
{
  fixture_send_json (f, "POST", "account/password", NULL, "{'recovery':'%s','code':'%s','password':'%s'}", handle, code, password);
}

static gboolean
can_sign_in (Fixture *f, const char *username, const char *password)
{
  g_autofree char *verifier = cairn_pkce_verifier_new (), *code = fixture_challenge (f, verifier, username, password);

  return code != NULL;
}

static void
test_username (void)
{
  static const char *const names[] = { "reader@example.org", "nobody@example.org", "READER@example.org" };
  g_autoptr(Fixture) f = start ();
  g_autofree char *letter = NULL, *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      fixture_send_json (f, "POST", "account/recover/username", NULL, "{'email':'%s'}", names[i]);
      assert_status (f, 202);
      if (first == NULL)
        first = g_strdup (f->body);
      g_assert_cmpstr (first, ==, f->body);
    }
  letter = fixture_letter (f, "mail", "reader@example.org");
  g_assert_nonnull (strstr (letter, "“reader”"));
  g_free (fixture_letter (f, "mail", "reader@example.org"));
  g_usleep (100000);
  g_assert_cmpuint (fixture_count_letters (f, "mail"), ==, 0);
  fixture_send_json (f, "POST", "account/recover/username", NULL, "{}");
  assert_problem (f, 400, "contact_needed");
}

static void
test_code (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) tokens = fixture_sign_in (f, "reader");
  g_autofree char *first = NULL, *handle = NULL, *old_letter = NULL, *letter = NULL, *code = NULL, *news = NULL, *form = NULL;

  g_free (fixture_letter (f, "mail", "reader@example.org"));
  first = ask (f, "reader@example.org");
  old_letter = fixture_letter (f, "mail", "reader@example.org");
  handle = ask (f, "reader");
  letter = fixture_letter (f, "mail", "reader@example.org");
  code = fixture_letter_code (letter);
  set (f, handle, code, "short");
  assert_problem (f, 400, "password_short");
  set (f, handle, "00000000", NEW);
  assert_problem (f, 400, "code_wrong");
  set (f, first, code, NEW);
  assert_problem (f, 400, "code_wrong");
  set (f, handle, code, NEW);
  assert_status (f, 204);
  news = fixture_letter (f, "mail", "reader@example.org");
  g_assert_nonnull (strstr (news, "password was changed"));
  g_assert_true (can_sign_in (f, "reader", NEW));
  g_assert_false (can_sign_in (f, "reader", FIXTURE_PASSWORD));
  /* Once; and all others are dead, as are sessions */
  set (f, handle, code, NEW);
  assert_problem (f, 404, "recovery_expired");
  g_free (code);
  code = fixture_letter_code (old_letter);
  set (f, first, code, NEW);
  assert_problem (f, 404, "recovery_expired");
  fixture_get (f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (f, 401);
  form = g_strdup_printf ("grant_type=refresh_token&client_id=cairn&refresh_token=%s", fixture_text (tokens, "refresh_token"));
  fixture_post (f, "auth/token", NULL, form);
  assert_status (f, 400);
}

/* Nobody has the name: the same answers, five tries, and no letter. */
static void
test_nobody (void)
{
  static const char *const names[] = { "nobody", "reader" };
  g_autoptr(Fixture) f = start ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *handle = ask (f, names[i]);

      for (guint k = 0; k < 5; k++)
        {
          g_autoptr(JsonObject) answer = NULL;

          set (f, handle, "00000000", NEW);
          answer = fixture_json (f);
          g_assert_cmpstr (fixture_text (answer, "code"), ==, "code_wrong");
          g_assert_cmpint (json_object_get_int_member (answer, "tries_left"), ==, 4 - k);
        }
      set (f, handle, "00000000", NEW);
      assert_problem (f, 400, "code_dead");
    }
  g_free (fixture_letter (f, "mail", "reader@example.org"));
  g_assert_cmpuint (fixture_count_letters (f, "mail"), ==, 0);
}

/* Three alive are enough. */
static void
test_flood (void)
{
  g_autoptr(Fixture) f = start ();

  for (guint i = 0; i < 6; i++)
    g_free (ask (f, "reader"));
  for (guint i = 0; i < 3; i++)
    g_free (fixture_letter (f, "mail", "reader@example.org"));
  g_usleep (200000);
  g_assert_cmpuint (fixture_count_letters (f, "mail"), ==, 0);
  for (guint i = 0; i < 20 && f->status != 429; i++)
    fixture_send_json (f, "POST", "account/recover/password", NULL, "{'username':'u%u'}", i);
  assert_problem (f, 429, "too_many");
}

static char *
dup_link (const char *letter)
{
  g_autoptr(GRegex) regex = g_regex_new ("http://\\S+/account/reset/([0-9a-f]{64})\\b", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  g_assert_true (g_regex_match (regex, letter, 0, &match));
  return g_match_info_fetch (match, 1);
}

static void
post_page (Fixture *f, const char *token, const char *password, const char *again)
{
  g_autofree char *one = g_uri_escape_string (password, NULL, FALSE), *other = g_uri_escape_string (again, NULL, FALSE);
  g_autofree char *form = g_strdup_printf ("token=%s&password=%s&again=%s", token, one, other);

  fixture_post (f, "account/reset", NULL, form);
}

static void
assert_page (Fixture *f, guint status, const char *words)
{
  const char *policy;

  assert_status (f, status);
  g_assert_cmpstr (soup_message_headers_get_content_type (f->headers, NULL), ==, "text/html");
  policy = soup_message_headers_get_one (f->headers, "Content-Security-Policy");
  g_assert_true (g_str_has_prefix (policy, "default-src 'none'; "));
  g_assert_null (strstr (policy, "unsafe"));
  g_assert_nonnull (strstr (policy, "frame-ancestors 'none'"));
  g_assert_cmpstr (soup_message_headers_get_one (f->headers, "Referrer-Policy"), ==, "no-referrer");
  g_assert_cmpstr (soup_message_headers_get_one (f->headers, "Cache-Control"), ==, "no-store");
  g_assert_null (soup_message_headers_get_one (f->headers, "Set-Cookie"));
  g_assert_null (strstr (f->body, "<script"));
  g_assert_null (strstr (f->body, " style="));
  g_assert_null (strchr (f->body, '@'));
  if (strstr (f->body, words) == NULL)
    g_error ("The page doesn't say “%s”: %s", words, f->body);
}

static void
test_page (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *letter = NULL, *link = NULL, *path = NULL, *made_up = NULL;

  g_free (ask (f, "reader"));
  letter = fixture_letter (f, "mail", "reader@example.org");
  link = dup_link (letter);
  path = g_strconcat ("account/reset/", link, NULL);
  /* Looking uses nothing up */
  for (guint i = 0; i < 3; i++)
    {
      fixture_get (f, path, NULL);
      assert_page (f, 200, "Choose a new password");
      g_assert_nonnull (strstr (f->body, "href=\"../page.css\""));
      g_assert_nonnull (strstr (f->body, "action=\"../reset\""));
    }
  post_page (f, link, NEW, "another one altogether");
  assert_page (f, 400, "not the same");
  g_assert_nonnull (strstr (f->body, "href=\"page.css\""));
  g_assert_nonnull (strstr (f->body, "action=\"reset\""));
  post_page (f, link, "short", "short");
  assert_page (f, 400, "too short");
  post_page (f, link, "aaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaa");
  assert_page (f, 400, "first that somebody would guess");
  post_page (f, link, NEW, NEW);
  assert_page (f, 200, "Password saved");
  g_assert_true (can_sign_in (f, "reader", NEW));
  post_page (f, link, NEW, NEW);
  assert_page (f, 404, "no longer good");
  fixture_get (f, path, NULL);
  assert_page (f, 404, "Get another one");
  g_assert_nonnull (strstr (f->body, "Call 555-0100"));
  made_up = g_strnfill (64, 'a');
  g_free (path);
  path = g_strconcat ("account/reset/", made_up, NULL);
  fixture_get (f, path, NULL);
  assert_page (f, 404, "no longer good");
  post_page (f, "\"><script>", NEW, NEW);
  assert_page (f, 404, "no longer good");
  /* Nothing is taken from the address: only the form counts */
  fixture_post (f, "account/reset?token=x&password=y", NULL, "");
  assert_page (f, 404, "no longer good");
  fixture_get (f, "account/page.css", NULL);
  assert_status (f, 200);
  g_assert_cmpstr (soup_message_headers_get_content_type (f->headers, NULL), ==, "text/css");
}

static gpointer
run_sql (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_exec (db, data, error));
}

static void
later (Fixture *f, const char *sql)
{
  g_autoptr(GError) error = NULL;

  cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), run_sql, (gpointer) sql, &error);
  g_assert_no_error (error);
}

/* A code lasts a quarter of an hour, a link an hour. */
static void
test_expiry (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *handle = ask (f, "reader"), *letter = fixture_letter (f, "mail", "reader@example.org");
  g_autofree char *code = fixture_letter_code (letter), *link = dup_link (letter), *path = NULL;

  path = g_strconcat ("account/reset/", link, NULL);
  later (f, "UPDATE recovery SET code_expires = code_expires - 901000, expires = expires - 901000");
  set (f, handle, code, NEW);
  assert_problem (f, 404, "recovery_expired");
  fixture_get (f, path, NULL);
  assert_page (f, 200, "Choose");
  later (f, "UPDATE recovery SET expires = expires - 2701000");
  fixture_get (f, path, NULL);
  assert_page (f, 404, "no longer good");
}

/* A hundred wrong tries block an account until its owner acts. */
static void
test_owner (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) tokens = fixture_sign_in (f, "reader");
  g_autofree char *handle = NULL, *letter = NULL, *code = NULL;

  g_free (fixture_letter (f, "mail", "reader@example.org"));
  g_assert_false (can_sign_in (f, "reader", "wrong"));
  later (f, "UPDATE throttle SET in_a_row = 100, since = since - 3600000 WHERE name LIKE 'account:%'");
  g_assert_false (can_sign_in (f, "reader", FIXTURE_PASSWORD));
  assert_status (f, 429);
  fixture_get (f, "fhir/Patient/pat", fixture_text (tokens, "access_token"));
  assert_status (f, 200);
  handle = ask (f, "reader");
  letter = fixture_letter (f, "mail", "reader@example.org");
  code = fixture_letter_code (letter);
  set (f, handle, code, NEW);
  assert_status (f, 204);
  g_assert_true (can_sign_in (f, "reader", NEW));
}

static guint
count_sessions (Fixture *f, const char *token, char **other)
{
  g_autoptr(JsonObject) answer = fixture_get_json (f, "account/sessions", token);
  JsonArray *list = json_object_get_array_member (answer, "sessions");
  guint current = 0;

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *one = json_array_get_object_element (list, i);

      g_assert_nonnull (fixture_text (one, "created"));
      if (json_object_get_boolean_member (one, "current"))
        current++;
      else if (other != NULL && *other == NULL)
        *other = g_strdup (fixture_text (one, "id"));
    }
  g_assert_cmpuint (current, ==, 1);
  return json_array_get_length (list);
}

static void
test_sessions (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *first = fixture_token (f, "reader"), *second = fixture_token (f, "reader"), *third = fixture_token (f, "reader");
  g_autofree char *stranger = fixture_token (f, "other"), *id = NULL, *path = NULL;
  g_autoptr(JsonObject) ended = NULL, activity = NULL;

  g_assert_cmpuint (count_sessions (f, first, &id), ==, 3);
  path = g_strconcat ("account/sessions/", id, NULL);
  fixture_get (f, path, first);
  assert_status (f, 200);
  /* Not another's */
  fixture_get (f, path, stranger);
  assert_problem (f, 404, "no_session");
  fixture_send (f, "DELETE", path, stranger, NULL, NULL);
  assert_problem (f, 404, "no_session");
  g_assert_cmpuint (count_sessions (f, first, NULL), ==, 3);
  fixture_send (f, "DELETE", path, first, NULL, NULL);
  assert_status (f, 204);
  g_assert_cmpuint (count_sessions (f, first, NULL), ==, 2);
  fixture_send (f, "DELETE", "account/sessions", first, NULL, NULL);
  ended = fixture_json (f);
  g_assert_cmpint (json_object_get_int_member (ended, "ended"), ==, 1);
  fixture_get (f, "account/sessions", second);
  assert_status (f, 401);
  fixture_get (f, "account/sessions", third);
  assert_status (f, 401);
  g_assert_cmpuint (count_sessions (f, stranger, NULL), ==, 1);
  activity = fixture_get_json (f, "account/activity", first);
  g_assert_nonnull (strstr (f->body, "\"action\":\"sessions-end\""));
  g_assert_nonnull (strstr (f->body, "\"action\":\"sign-in\""));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (activity, "events")), ==, 5);
}

/* By its owner: other devices go, this one stays. */
static void
test_change (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *here = fixture_token (f, "reader"), *there = fixture_token (f, "reader");

  fixture_send_json (f, "POST", "account/password", NULL, "{'password':'" NEW "'}");
  assert_status (f, 401);
  fixture_send_json (f, "POST", "account/password", here, "{'password':'reader@example.org'}");
  assert_problem (f, 400, "password_personal");
  fixture_send_json (f, "POST", "account/password", here, "{'password':'" NEW "'}");
  assert_status (f, 204);
  fixture_get (f, "account/sessions", here);
  assert_status (f, 200);
  fixture_get (f, "account/sessions", there);
  assert_status (f, 401);
  g_assert_true (can_sign_in (f, "reader", NEW));
  later (f, "UPDATE grants SET proved = 0");
  fixture_send_json (f, "POST", "account/password", here, "{'password':'" FIXTURE_PASSWORD "'}");
  assert_problem (f, 401, "step_up");
}

/* Terms that changed are asked for at the next sign-in. */
static void
test_terms (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *version = NULL, *form = NULL;
  g_autoptr(JsonObject) about = NULL, answer = NULL, done = NULL;

  about = fixture_get_json (f, "account/", NULL);
  version = g_strdup (fixture_text (json_object_get_object_member (about, "terms"), "version"));
  fixture_send_json (f, "POST", "account/terms", token, "{'version':'old'}");
  assert_problem (f, 409, "terms_needed");
  later (f, "UPDATE account SET terms = 'old' WHERE username = 'reader'");
  g_assert_false (can_sign_in (f, "reader", FIXTURE_PASSWORD));
  answer = fixture_json (f);
  g_assert_cmpstr (fixture_text (answer, "cairn_next"), ==, "accept_terms");
  g_assert_cmpstr (fixture_text (answer, "terms_version"), ==, version);
  form = g_strdup_printf ("client_id=cairn&auth_session=%s&accept_terms=%s", fixture_text (answer, "auth_session"), version);
  fixture_post (f, "auth/challenge", NULL, form);
  assert_status (f, 200);
  g_assert_true (can_sign_in (f, "reader", FIXTURE_PASSWORD));
}

/* A page does what the app does, says the same to everybody, and is throttled with it. */
static void
test_forgot (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *letter = NULL, *known = NULL;
  guint n = 0;

  fixture_get (f, "account/forgot", NULL);
  assert_status (f, 200);
  fixture_post (f, "account/forgot", NULL, "username=");
  assert_status (f, 400);
  fixture_post (f, "account/forgot", NULL, "username=+Reader@Example.org+");
  assert_status (f, 200);
  known = g_strdup (f->body);
  letter = fixture_letter (f, "mail", "reader@example.org");
  g_assert_nonnull (strstr (letter, "/account/reset/"));
  fixture_post (f, "account/forgot", NULL, "username=nobody");
  assert_status (f, 200);
  g_assert_cmpstr (f->body, ==, known);
  while (f->status == 200 && n++ < 40)
    fixture_post (f, "account/forgot", NULL, "username=nobody");
  assert_status (f, 429);
  g_assert_nonnull (soup_message_headers_get_one (f->headers, "Retry-After"));
  g_assert_true (g_str_has_prefix (soup_message_headers_get_one (f->headers, "Content-Type"), "text/html"));
  fixture_send_json (f, "POST", "account/recover/password", NULL, "{'username':'nobody'}");
  assert_status (f, 429);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recover/username", test_username);
  g_test_add_func ("/recover/code", test_code);
  g_test_add_func ("/recover/nobody", test_nobody);
  g_test_add_func ("/recover/flood", test_flood);
  g_test_add_func ("/recover/page", test_page);
  g_test_add_func ("/recover/expiry", test_expiry);
  g_test_add_func ("/recover/owner", test_owner);
  g_test_add_func ("/recover/sessions", test_sessions);
  g_test_add_func ("/recover/change", test_change);
  g_test_add_func ("/recover/terms", test_terms);
  g_test_add_func ("/recover/forgot", test_forgot);
  return g_test_run ();
}
