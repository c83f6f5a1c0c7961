/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A browser that goes through the portal's pages, and the app that sent it there. */
#include "portal-browser.h"

#include <string.h>

#include "common/cairn-crypto.h"

#define PEOPLE "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[" \
               "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"pat\",\"name\":[{\"text\":\"Ana <b> Silva\"}]}}," \
               "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"kid\",\"name\":[{\"text\":\"Rui Silva\"}]}}," \
               "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"doc\"}}]}"

void
browser_clear (Browser *b)
{
  g_free (b->client);
  g_free (b->verifier);
  g_free (b->cookie);
  g_free (b->handle);
  fixture_free (b->f);
}

const char *
browser_header (Browser *b, const char *name)
{
  return soup_message_headers_get_one (b->f->headers, name);
}

char *
browser_register (Fixture *f, const char *name, const char *redirects)
{
  g_autoptr(JsonObject) answer = NULL;

  fixture_send_json (f, "POST", "auth/register", NULL, "{'client_name':'%s','redirect_uris':[%s]}", name, redirects);
  assert_status (f, 201);
  answer = fixture_json (f);
  return g_strdup (fixture_text (answer, "client_id"));
}

Browser
browser_new (void)
{
  Browser b = { .f = fixture_new () };
  g_autoptr(JsonObject) report = fixture_load (b.f, PEOPLE);

  fixture_add (b.f, "reader", "pat");
  fixture_start (b.f);
  b.client = browser_register (b.f, "Reader & <Friends>", "'" BROWSER_BACK "','http://127.0.0.1/callback','org.example.app:/back'");
  b.verifier = cairn_pkce_verifier_new ();
  return b;
}

static void
take_page (Browser *b)
{
  g_autoptr(GRegex) regex = g_regex_new ("name=\"session\" value=\"([A-Za-z0-9_-]{43})\"", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  const char *cookie = browser_header (b, "Set-Cookie");

  if (cookie != NULL)
    {
      g_free (b->cookie);
      b->cookie = g_strndup (cookie, strcspn (cookie, ";"));
    }
  g_clear_pointer (&b->handle, g_free);
  if (b->f->body != NULL && g_regex_match (regex, b->f->body, 0, &match))
    b->handle = g_match_info_fetch (match, 1);
}

/* The authorization request, with some of its parameters otherwise ("name=value&…") or left out ("name="). */
void
browser_ask (Browser *b, const char *redirect, const char *scope, const char *other)
{
  g_autoptr(GHashTable) changed = g_uri_parse_params (other != NULL ? other : "", -1, "&", G_URI_PARAMS_WWW_FORM, NULL);
  g_autofree char *challenge = cairn_pkce_challenge (b->verifier);
  const char *params[][2] = { { "response_type", "code" }, { "client_id", b->client }, { "redirect_uri", redirect },
                              { "scope", scope }, { "state", "a state&b" }, { "aud", portal_get_fhir_url (b->f->portal) },
                              { "code_challenge", challenge }, { "code_challenge_method", "S256" }, { "nonce", "a nonce" } };
  g_autoptr(GString) path = g_string_new ("auth/authorize?");
  GHashTableIter iter;
  gpointer name, value;

  for (guint i = 0; i < G_N_ELEMENTS (params); i++)
    if (!g_hash_table_contains (changed, params[i][0]) && params[i][1] != NULL)
      g_hash_table_insert (changed, g_strdup (params[i][0]), g_strdup (params[i][1]));
  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      if (*(char *) value == '\0')
        continue;
      g_string_append_printf (path, "%s=", (char *) name);
      g_string_append_uri_escaped (path, value, NULL, FALSE);
      g_string_append_c (path, '&');
    }
  fixture_send (b->f, "GET", path->str, NULL, b->cookie != NULL ? "Cookie" : NULL, b->cookie);
  take_page (b);
}

void
browser_post (Browser *b, const char *path, const char *form)
{
  g_autofree char *whole = g_strdup_printf ("session=%s&%s", b->handle != NULL ? b->handle : "", form);

  fixture_put (b->f, "POST", path, NULL, "application/x-www-form-urlencoded", whole, b->cookie != NULL ? "Cookie" : NULL, b->cookie);
  take_page (b);
}

void
browser_sign_in (Browser *b, const char *username)
{
  g_autofree char *form = g_strdup_printf ("username=%s&password=a+long+sample+password", username);

  browser_post (b, "auth/sign-in", form);
}

char *
browser_sent_back (Browser *b, const char *name)
{
  g_autoptr(GUri) uri = NULL;
  g_autoptr(GHashTable) params = NULL;

  assert_status (b->f, 303);
  uri = g_uri_parse (browser_header (b, "Location"), G_URI_FLAGS_ENCODED, NULL);
  g_assert_nonnull (uri);
  params = g_uri_parse_params (g_uri_get_query (uri), -1, "&", G_URI_PARAMS_WWW_FORM, NULL);
  return g_strdup (g_hash_table_lookup (params, name));
}

void
browser_assert_back (Browser *b, const char *redirect, const char *error)
{
  g_autofree char *said = browser_sent_back (b, "error"), *state = browser_sent_back (b, "state"), *iss = browser_sent_back (b, "iss"), *code = NULL;

  code = browser_sent_back (b, "code");
  g_assert_true (g_str_has_prefix (browser_header (b, "Location"), redirect));
  g_assert_cmpstr (said, ==, error);
  g_assert_cmpstr (state, ==, "a state&b");
  g_assert_cmpstr (iss, ==, portal_get_fhir_url (b->f->portal));
  g_assert_true ((code == NULL) == (error != NULL));
}

void
browser_redeem (Browser *b, const char *code, const char *redirect, const char *verifier)
{
  g_autofree char *escaped = redirect != NULL ? g_uri_escape_string (redirect, NULL, FALSE) : NULL, *form = NULL;

  form = g_strdup_printf ("grant_type=authorization_code&client_id=%s&code=%s&code_verifier=%s%s%s", b->client, code, verifier,
                          escaped != NULL ? "&redirect_uri=" : "", escaped != NULL ? escaped : "");
  fixture_post (b->f, "auth/token", NULL, form);
}

/* All the way to a code, with everything allowed that was asked. */
char *
browser_get_code (Browser *b, const char *redirect)
{
  browser_ask (b, redirect, BROWSER_SCOPE, NULL);
  assert_status (b->f, 200);
  browser_sign_in (b, "reader");
  assert_status (b->f, 200);
  browser_post (b, "auth/consent", "patient=pat&scope=launch/patient&scope=openid+fhirUser&scope=offline_access&scope=patient/*.rs");
  browser_assert_back (b, redirect, NULL);
  return browser_sent_back (b, "code");
}

void
browser_assert_page (Browser *b, guint status, const char *target)
{
  const char *policy = browser_header (b, "Content-Security-Policy");
  g_autofree char *forms = g_strdup_printf ("form-action 'self'%s%s;", target != NULL ? " " : "", target != NULL ? target : "");

  assert_status (b->f, status);
  g_assert_true (g_str_has_prefix (browser_header (b, "Content-Type"), "text/html"));
  g_assert_nonnull (policy);
  g_assert_nonnull (strstr (policy, "default-src 'none'"));
  g_assert_nonnull (strstr (policy, "frame-ancestors 'none'"));
  g_assert_nonnull (strstr (policy, forms));
  g_assert_cmpstr (browser_header (b, "X-Frame-Options"), ==, "DENY");
  g_assert_cmpstr (browser_header (b, "Referrer-Policy"), ==, "no-referrer");
  g_assert_cmpstr (browser_header (b, "Cache-Control"), ==, "no-store");
  g_assert_null (strstr (b->f->body, "<script"));
}
