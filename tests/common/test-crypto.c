/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "common/cairn-crypto.h"

static void
test_pkce (void)
{
  /* The example of RFC 7636, appendix B */
  const char *verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const char *challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  g_autofree char *computed = cairn_pkce_challenge (verifier), *made = cairn_pkce_verifier_new ();

  g_assert_cmpstr (computed, ==, challenge);
  g_assert_true (cairn_pkce_verify (verifier, challenge));
  g_assert_false (cairn_pkce_verify (made, challenge));
  g_assert_false (cairn_pkce_verify (NULL, challenge));
  g_assert_false (cairn_pkce_verify (verifier, NULL));
  g_assert_false (cairn_pkce_verify ("short", "short"));
  g_assert_false (cairn_pkce_verify (challenge, challenge));   /* "plain" is never taken */
  g_assert_cmpuint (strlen (made), ==, 43);
}

static void
test_password (void)
{
  g_autofree char *hash = cairn_password_hash ("Ein langes Wort, Größe 12", NULL);

  g_assert_true (g_str_has_prefix (hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
  g_assert_true (cairn_password_verify (hash, "Ein langes Wort, Größe 12"));
  g_assert_false (cairn_password_verify (hash, "Ein langes Wort, Größe 13"));
  g_assert_false (cairn_password_verify ("nonsense", "x"));
}

static void
test_seal (void)
{
  g_autoptr(GBytes) key = cairn_random_bytes (CAIRN_KEY_BYTES), other = cairn_random_bytes (CAIRN_KEY_BYTES);
  g_autoptr(GBytes) box = cairn_seal (key, "token", 5), plain = NULL, changed = NULL;
  gsize length;
  const guchar *data = g_bytes_get_data (box, &length);
  g_autofree guchar *copy = g_memdup2 (data, length);

  plain = cairn_unseal (key, data, length);
  g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), "token", 5);
  g_assert_null (cairn_unseal (other, data, length));
  copy[length - 1] ^= 1;
  g_assert_null (cairn_unseal (key, copy, length));
  g_assert_null (cairn_unseal (key, data, 3));
}

static void
test_texts (void)
{
  g_autofree char *sha = cairn_sha256_hex ("abc", -1), *encoded = cairn_base64url_encode ("\xfb\xff", 2), *uuid = cairn_random_uuid ();
  g_autoptr(GBytes) decoded = cairn_base64url_decode (encoded);

  g_assert_cmpstr (sha, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_cmpstr (encoded, ==, "-_8");
  g_assert_cmpmem (g_bytes_get_data (decoded, NULL), g_bytes_get_size (decoded), "\xfb\xff", 2);
  g_assert_null (cairn_base64url_decode ("not base64 !"));
  g_assert_true (g_uuid_string_is_valid (uuid));
  g_assert_true (cairn_constant_time_equal ("abc", "abc"));
  g_assert_false (cairn_constant_time_equal ("abc", "abd"));
  g_assert_false (cairn_constant_time_equal ("abc", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (cairn_crypto_init (NULL));
  g_test_add_func ("/crypto/pkce", test_pkce);
  g_test_add_func ("/crypto/password", test_password);
  g_test_add_func ("/crypto/seal", test_seal);
  g_test_add_func ("/crypto/texts", test_texts);
  return g_test_run ();
}
