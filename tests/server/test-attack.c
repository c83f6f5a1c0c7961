/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody tries who has no business here: bodies that are too large, forms from other pages, methods and tokens that
 * don't belong, and counters that many addresses share (portal-password, portal-throttle, portal-page, portal-oauth). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-crypto.h"

#define MEGABYTE (1024 * 1024)

static Fixture *
start (gboolean proxy)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = NULL;

  f->config->behind_proxy = proxy;
  report = fixture_load (f, "{\"resourceType\":\"Patient\",\"id\":\"pat\"}");
  fixture_add (f, "reader", "pat");
  fixture_start (f);
  return f;
}

/* A password of a megabyte is no work for the hash: it is refused as a body, or simply wrong. */
static void
test_large (void)
{
  g_autoptr(Fixture) f = start (FALSE);
  g_autofree char *verifier = cairn_pkce_verifier_new (), *token = fixture_token (f, "reader");
  g_autofree char *large = g_strnfill (MEGABYTE, 'x'), *most = g_strnfill (MEGABYTE - 1000, 'x'), *body = NULL;
  gint64 began;

  g_assert_null (fixture_challenge (f, verifier, "reader", most));
  assert_status (f, 400);
  began = g_get_monotonic_time ();
  body = g_strconcat ("client_id=cairn&response_type=code&username=reader&password=", large, NULL);
  fixture_post (f, "auth/challenge", NULL, body);
  assert_status (f, 413);
  fixture_send_json (f, "POST", "account/password", token, "{'password':'%s'}", most);
  assert_status (f, 413);
  fixture_send_json (f, "POST", "account/step-up", token, "{'password':'%s'}", most);
  assert_status (f, 413);
  fixture_send_json (f, "POST", "account/register", NULL, "{'registration':'x','username':'%s'}", most);
  assert_status (f, 413);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 20 * G_USEC_PER_SEC);
  g_free (fixture_token (f, "reader"));
}

/* Nothing rides on a cookie, and JSON endpoints take no form: a page of somebody else's can't act for its visitor. */
static void
test_forms (void)
{
  static const char *const paths[] = { "account/register", "account/verify", "account/recover/username", "account/recover/password",
                                       "account/password", "account/step-up", "account/terms", "account/second-factor" };
  g_autoptr(Fixture) f = start (FALSE);
  g_autofree char *token = fixture_token (f, "reader");

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      fixture_post (f, paths[i], token, "password=eleven+quiet+otters+swim&email=a@example.org");
      assert_status (f, 415);
      fixture_put (f, "POST", paths[i], token, "text/plain", "{\"password\":\"eleven quiet otters swim\"}", NULL, NULL);
      assert_status (f, 415);
      fixture_send (f, "OPTIONS", paths[i], NULL, "Origin", "https://evil.example");
      g_assert_null (soup_message_headers_get_one (f->headers, "Access-Control-Allow-Origin"));
      g_assert_null (soup_message_headers_get_one (f->headers, "Set-Cookie"));
    }
}

/* Addresses in letters come from the configuration when there is one, and no answer sends anybody elsewhere. */
static void
test_redirects (void)
{
  static const char *const queries[] = { "redirect_uri=https://evil.example/", "next=//evil.example", "return_to=https://evil.example" };
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(JsonObject) report = NULL;
  g_autofree char *letter = NULL;

  f->config->public_url = g_strdup ("https://portal.example.org/");
  report = fixture_load (f, "{\"resourceType\":\"Patient\",\"id\":\"pat\"}");
  fixture_add (f, "reader", "pat");
  fixture_start (f);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autofree char *path = g_strconcat ("account/reset?", queries[i], NULL);

      fixture_post (f, path, NULL, queries[i]);
      assert_status (f, 404);
      g_assert_null (soup_message_headers_get_one (f->headers, "Location"));
      g_assert_null (strstr (f->body, "evil"));
    }
  fixture_put (f, "POST", "account/recover/password", NULL, "application/json", "{\"username\":\"reader\"}", "Host", "evil.example");
  assert_status (f, 202);
  letter = fixture_letter (f, "mail", "reader@example.org");
  g_assert_nonnull (strstr (letter, "https://portal.example.org/account/reset/"));
  g_assert_null (strstr (letter, "evil"));
}

/* Nobody but the clinic says where a letter leads. */
static void
test_hosts (void)
{
  g_autoptr(Fixture) f = start (TRUE);
  g_autofree char *letter = NULL, *here = NULL;

  fixture_put (f, "POST", "account/recover/password", NULL, "application/json", "{\"username\":\"reader\"}", "Host", "evil.example");
  assert_status (f, 202);
  letter = fixture_letter (f, "mail", "reader@example.org");
  g_assert_null (strstr (letter, "evil"));
  g_assert_null (strstr (letter, "account/reset"));
  g_assert_nonnull (strstr (letter, "type the code below"));
  fixture_put (f, "POST", "account/recover/password", NULL, "application/json", "{\"username\":\"reader\"}", "Host", "127.0.0.1:99");
  assert_status (f, 202);
  here = fixture_letter (f, "mail", "reader@example.org");
  g_assert_nonnull (strstr (here, "//127.0.0.1:99/account/reset/"));
}

/* One account from many addresses, and many accounts from one: both end. */
static void
test_spread (void)
{
  g_autoptr(Fixture) f = start (TRUE);
  guint tried = 0;

  for (; tried < 30 && f->status != 429; tried++)
    {
      g_autofree char *address = g_strdup_printf ("10.1.0.%u", tried + 1);

      fixture_put (f, "POST", "auth/challenge", NULL, "application/x-www-form-urlencoded",
                   "client_id=cairn&response_type=code&scope=patient/*.rs&code_challenge=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                   "&code_challenge_method=S256&username=reader&password=wrong", "X-Forwarded-For", address);
    }
  g_assert_cmpuint (tried, ==, 11);
}

/* A challenge without S256, or a verifier that doesn't fit, gets nobody a token (PKCE downgrade). */
static void
test_pkce (void)
{
  g_autoptr(Fixture) f = start (FALSE);
  g_autofree char *verifier = cairn_pkce_verifier_new (), *challenge = cairn_pkce_challenge (verifier), *form = NULL, *code = NULL;
  g_autofree char *redeem = NULL;

  form = g_strdup_printf ("client_id=cairn&response_type=code&scope=patient/*.rs&code_challenge=%s&username=reader"
                          "&password=a%%20long%%20sample%%20password", challenge);
  fixture_post (f, "auth/challenge", NULL, form);
  assert_status (f, 400);
  code = fixture_challenge (f, verifier, "reader", FIXTURE_PASSWORD);
  redeem = g_strdup_printf ("grant_type=authorization_code&client_id=cairn&code=%s", code);
  fixture_post (f, "auth/token", NULL, redeem);
  assert_status (f, 400);
  g_free (redeem);
  redeem = g_strdup_printf ("grant_type=authorization_code&client_id=cairn&code=%s&code_verifier=%s", code, challenge);
  fixture_post (f, "auth/token", NULL, redeem);
  assert_status (f, 400);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attack/large", test_large);
  g_test_add_func ("/attack/forms", test_forms);
  g_test_add_func ("/attack/redirects", test_redirects);
  g_test_add_func ("/attack/spread", test_spread);
  g_test_add_func ("/attack/pkce", test_pkce);
  g_test_add_func ("/attack/hosts", test_hosts);
  return g_test_run ();
}
