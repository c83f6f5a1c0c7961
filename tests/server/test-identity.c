/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a token is for: introspection, ID tokens and the keys to check them by (portal-oauth, portal-id-token,
 * portal-tokens). The signature is checked by OpenSSL alone, from the published key's numbers. */
#include "portal-fixture.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#include "common/cairn-crypto.h"

#define PEOPLE "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[" \
               "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"pat\"}}," \
               "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"doc\"}}]}"

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, PEOPLE);

  fixture_add (f, "reader", "pat");
  fixture_add_staff (f, "doctor", "doc", "clinician");
  fixture_start (f);
  return f;
}

static JsonObject *
sign_in (Fixture *f, const char *username, const char *scope, const char *nonce)
{
  g_autofree char *verifier = cairn_pkce_verifier_new (), *challenge = cairn_pkce_challenge (verifier);
  g_autofree char *form = NULL;
  g_autoptr(JsonObject) answer = NULL;

  form = g_strdup_printf ("client_id=cairn&response_type=code&scope=%s&code_challenge=%s&code_challenge_method=S256%s%s"
                          "&username=%s&password=a%%20long%%20sample%%20password", scope, challenge,
                          nonce != NULL ? "&nonce=" : "", nonce != NULL ? nonce : "", username);
  fixture_post (f, "auth/challenge", NULL, form);
  assert_status (f, 200);
  answer = fixture_json (f);
  return fixture_redeem (f, fixture_text (answer, "authorization_code"), verifier);
}

static JsonObject *
introspect (Fixture *f, const char *token)
{
  g_autofree char *form = g_strdup_printf ("client_id=cairn&token=%s", token);

  fixture_post (f, "auth/introspect", NULL, form);
  assert_status (f, 200);
  return fixture_json (f);
}

static void
assert_dead (Fixture *f, const char *token)
{
  g_autoptr(JsonObject) answer = introspect (f, token);

  g_assert_cmpstr (f->body, ==, "{\"active\":false}");
}

static void
test_introspect (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) tokens = sign_in (f, "reader", "offline_access%20fhirUser%20patient/*.rs", NULL);
  g_autoptr(JsonObject) access = NULL, refresh = NULL;
  g_autofree char *form = NULL, *user = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  access = introspect (f, fixture_text (tokens, "access_token"));
  g_assert_true (json_object_get_boolean_member (access, "active"));
  g_assert_cmpstr (fixture_text (access, "client_id"), ==, "cairn");
  g_assert_cmpstr (fixture_text (access, "scope"), ==, fixture_text (tokens, "scope"));
  g_assert_cmpstr (fixture_text (access, "patient"), ==, "pat");
  g_assert_cmpstr (fixture_text (access, "iss"), ==, portal_get_fhir_url (f->portal));
  user = g_strconcat (portal_get_fhir_url (f->portal), "/Patient/pat", NULL);
  g_assert_cmpstr (fixture_text (access, "fhirUser"), ==, user);
  g_assert_cmpint (json_object_get_int_member (access, "exp"), >, now + 800);
  g_assert_cmpint (json_object_get_int_member (access, "exp"), <=, now + 901);
  g_assert_cmpstr (soup_message_headers_get_one (f->headers, "Cache-Control"), ==, "no-store");
  g_assert_cmpstr (soup_message_headers_get_one (f->headers, "Access-Control-Allow-Origin"), ==, "*");
  refresh = introspect (f, fixture_text (tokens, "refresh_token"));
  g_assert_cmpint (json_object_get_int_member (refresh, "exp"), >, now + 80 * 24 * 3600);

  /* Asking used nothing up */
  form = g_strdup_printf ("grant_type=refresh_token&client_id=cairn&refresh_token=%s", fixture_text (tokens, "refresh_token"));
  fixture_post (f, "auth/token", NULL, form);
  assert_status (f, 200);
  assert_dead (f, fixture_text (tokens, "refresh_token"));
  assert_dead (f, "made-up");
  fixture_post (f, "auth/introspect", NULL, "client_id=cairn");
  assert_status (f, 400);
  fixture_post (f, "auth/introspect", NULL, "token=x");
  assert_status (f, 400);
  fixture_post (f, "auth/introspect", NULL, "client_id=stranger&token=x");
  assert_status (f, 401);
}

static void
test_revoked (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) tokens = sign_in (f, "reader", "offline_access%20patient/*.rs", NULL), alive = NULL;
  g_autofree char *form = g_strdup_printf ("client_id=cairn&token=%s", fixture_text (tokens, "refresh_token"));

  alive = introspect (f, fixture_text (tokens, "access_token"));
  g_assert_true (json_object_get_boolean_member (alive, "active"));
  g_assert_false (json_object_has_member (alive, "fhirUser"));
  fixture_post (f, "auth/revoke", NULL, form);
  assert_dead (f, fixture_text (tokens, "access_token"));
  assert_dead (f, fixture_text (tokens, "refresh_token"));
}

static JsonObject *
part (const char *text)
{
  g_autoptr(GBytes) bytes = cairn_base64url_decode (text);
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;

  g_assert_nonnull (bytes);
  json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

static BIGNUM *
number (JsonObject *key, const char *name)
{
  g_autoptr(GBytes) bytes = cairn_base64url_decode (fixture_text (key, name));

  return BN_bin2bn (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);
}

static gboolean
verify (JsonObject *key, const char *text, gsize length, const char *signature)
{
  g_autoptr(GBytes) bytes = cairn_base64url_decode (signature);
  BIGNUM *n = number (key, "n"), *e = number (key, "e");
  OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new ();
  OSSL_PARAM *params;
  EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name (NULL, "RSA", NULL);
  EVP_MD_CTX *digest = EVP_MD_CTX_new ();
  EVP_PKEY *pkey = NULL;
  gboolean good;

  OSSL_PARAM_BLD_push_BN (build, OSSL_PKEY_PARAM_RSA_N, n);
  OSSL_PARAM_BLD_push_BN (build, OSSL_PKEY_PARAM_RSA_E, e);
  params = OSSL_PARAM_BLD_to_param (build);
  g_assert_cmpint (EVP_PKEY_fromdata_init (maker), ==, 1);
  g_assert_cmpint (EVP_PKEY_fromdata (maker, &pkey, EVP_PKEY_PUBLIC_KEY, params), ==, 1);
  g_assert_cmpint (EVP_PKEY_get_bits (pkey), >=, 2048);
  g_assert_cmpint (EVP_DigestVerifyInit (digest, NULL, EVP_sha256 (), NULL, pkey), ==, 1);
  good = EVP_DigestVerify (digest, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), (const guchar *) text, length) == 1;
  EVP_MD_CTX_free (digest);
  EVP_PKEY_free (pkey);
  EVP_PKEY_CTX_free (maker);
  OSSL_PARAM_free (params);
  OSSL_PARAM_BLD_free (build);
  BN_free (n);
  BN_free (e);
  return good;
}

static JsonObject *
load_key (Fixture *f)
{
  g_autoptr(JsonObject) set = fixture_get_json (f, "fhir/.well-known/jwks.json", NULL);
  JsonObject *key = json_array_get_object_element (json_object_get_array_member (set, "keys"), 0);
  static const char *const secrets[] = { "d", "p", "q", "dp", "dq", "qi" };

  assert_status (f, 200);
  g_assert_cmpstr (soup_message_headers_get_one (f->headers, "Access-Control-Allow-Origin"), ==, "*");
  g_assert_cmpstr (fixture_text (key, "kty"), ==, "RSA");
  g_assert_cmpstr (fixture_text (key, "alg"), ==, "RS256");
  g_assert_cmpstr (fixture_text (key, "use"), ==, "sig");
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_false (json_object_has_member (key, secrets[i]));
  return json_object_ref (key);
}

/* What an ID token says, once its signature was found right. */
static JsonObject *
open_token (Fixture *f, const char *token)
{
  g_auto(GStrv) parts = g_strsplit (token, ".", -1);
  g_autoptr(JsonObject) key = load_key (f), header = NULL;
  gsize length = strrchr (token, '.') - token;
  g_autofree char *forged = g_strdup (token);

  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  header = part (parts[0]);
  g_assert_cmpstr (fixture_text (header, "alg"), ==, "RS256");
  g_assert_cmpstr (fixture_text (header, "kid"), ==, fixture_text (key, "kid"));
  g_assert_true (verify (key, token, length, parts[2]));
  forged[length - 1] = forged[length - 1] == 'A' ? 'B' : 'A';
  g_assert_false (verify (key, forged, length, parts[2]));
  return part (parts[1]);
}

static void
assert_user (Fixture *f, JsonObject *claims, const char *who)
{
  g_autofree char *wanted = g_strconcat (portal_get_fhir_url (f->portal), "/", who, NULL);

  g_assert_cmpstr (fixture_text (claims, "fhirUser"), ==, wanted);
}

static void
test_id_token (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) tokens = sign_in (f, "reader", "openid%20fhirUser%20patient/*.rs", "n-0S6_WzA2Mj");
  g_autoptr(JsonObject) claims = open_token (f, fixture_text (tokens, "id_token")), live = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  g_assert_cmpstr (fixture_text (claims, "iss"), ==, portal_get_fhir_url (f->portal));
  g_assert_cmpstr (fixture_text (claims, "aud"), ==, "cairn");
  g_assert_cmpstr (fixture_text (claims, "nonce"), ==, "n-0S6_WzA2Mj");
  assert_user (f, claims, "Patient/pat");
  g_assert_cmpint (ABS (json_object_get_int_member (claims, "iat") - now), <=, 5);
  g_assert_cmpint (json_object_get_int_member (claims, "exp") - json_object_get_int_member (claims, "iat"), ==, 900);
  live = introspect (f, fixture_text (tokens, "access_token"));
  g_assert_cmpstr (fixture_text (claims, "sub"), ==, fixture_text (live, "sub"));
}

static void
test_id_token_staff (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) tokens = sign_in (f, "doctor", "openid%20fhirUser%20user/*.rs", NULL), claims = NULL;

  claims = open_token (f, fixture_text (tokens, "id_token"));
  assert_user (f, claims, "Practitioner/doc");
  g_assert_false (json_object_has_member (claims, "nonce"));
}

static void
test_only_when_asked (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) plain = sign_in (f, "reader", "patient/*.rs", "abc");
  g_autoptr(JsonObject) nameless = NULL, claims = NULL;
  g_autofree char *nonce = g_strnfill (256, 'n'), *form = NULL;

  g_assert_false (json_object_has_member (plain, "id_token"));
  nameless = sign_in (f, "reader", "openid%20patient/*.rs", NULL);
  claims = open_token (f, fixture_text (nameless, "id_token"));
  g_assert_false (json_object_has_member (claims, "fhirUser"));
  form = g_strdup_printf ("client_id=cairn&response_type=code&scope=openid&nonce=%s", nonce);
  fixture_post (f, "auth/challenge", NULL, form);
  assert_status (f, 400);
}

/* The key outlives the process, or tokens would lose their worth with each restart. */
static void
test_key_is_kept (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) first = load_key (f), second = NULL;

  portal_stop (f->portal);
  fixture_start (f);
  second = load_key (f);
  g_assert_cmpstr (fixture_text (first, "kid"), ==, fixture_text (second, "kid"));
  g_assert_cmpstr (fixture_text (first, "n"), ==, fixture_text (second, "n"));
}

static void
test_discovery (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) smart = fixture_get_json (f, "fhir/.well-known/smart-configuration", NULL);
  g_autofree char *jwks = g_strconcat (portal_get_fhir_url (f->portal), "/.well-known/jwks.json", NULL);
  g_autofree char *introspection = g_strconcat (portal_get_url (f->portal), "auth/introspect", NULL);

  g_assert_cmpstr (fixture_text (smart, "issuer"), ==, portal_get_fhir_url (f->portal));
  g_assert_cmpstr (fixture_text (smart, "jwks_uri"), ==, jwks);
  g_assert_cmpstr (fixture_text (smart, "introspection_endpoint"), ==, introspection);
  g_assert_cmpstr (soup_message_headers_get_one (f->headers, "Access-Control-Allow-Origin"), ==, "*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identity/introspect", test_introspect);
  g_test_add_func ("/identity/revoked", test_revoked);
  g_test_add_func ("/identity/id-token", test_id_token);
  g_test_add_func ("/identity/id-token-staff", test_id_token_staff);
  g_test_add_func ("/identity/only-when-asked", test_only_when_asked);
  g_test_add_func ("/identity/key-is-kept", test_key_is_kept);
  g_test_add_func ("/identity/discovery", test_discovery);
  return g_test_run ();
}
