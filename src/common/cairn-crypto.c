/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random values, PKCE, password hashes and sealed boxes: thin words over libsodium. Any thread. */
#include "cairn-crypto.h"

#include <sodium.h>
#include <string.h>

#include "cairn-error.h"

/* OWASP's Argon2id parameters (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
#define PASSWORD_MEMORY (19 * 1024 * 1024)
#define PASSWORD_PASSES 2

G_STATIC_ASSERT (CAIRN_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

/**
 * cairn_crypto_init:
 * @error: return location
 *
 * To be called once at start, before anything else here.
 *
 * Returns: whether the system's random source can be used
 */
gboolean
cairn_crypto_init (GError **error)
{
  if (sodium_init () >= 0)
    return TRUE;
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_FAILED, "The system's random source can't be used");
  return FALSE;
}

/**
 * cairn_random_bytes:
 * @n: how many
 *
 * Returns: (transfer full): @n unpredictable bytes
 */
GBytes *
cairn_random_bytes (gsize n)
{
  guchar *data = g_malloc (n);

  randombytes_buf (data, n);
  return g_bytes_new_take (data, n);
}

/**
 * cairn_random_token:
 * @n: bytes of randomness; 32 for anything that gives access
 *
 * Returns: (transfer full): those, base64url without padding
 */
char *
cairn_random_token (gsize n)
{
  g_autoptr(GBytes) bytes = cairn_random_bytes (n);

  return cairn_base64url_encode (g_bytes_get_data (bytes, NULL), n);
}

/**
 * cairn_random_uuid:
 *
 * Returns: (transfer full): a random UUID (RFC 9562, version 4)
 */
char *
cairn_random_uuid (void)
{
  guchar b[16];

  randombytes_buf (b, sizeof b);
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7],
                          b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/**
 * cairn_base64url_encode:
 * @data: (array length=length): bytes
 * @length: how many
 *
 * Returns: (transfer full): their base64url without padding (RFC 4648 §5)
 */
char *
cairn_base64url_encode (gconstpointer data, gsize length)
{
  gsize size = sodium_base64_ENCODED_LEN (length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  char *text = g_malloc (size);

  return sodium_bin2base64 (text, size, data, length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/**
 * cairn_base64url_decode:
 * @text: base64url without padding
 *
 * Returns: (transfer full) (nullable): the bytes, %NULL when @text is something else
 */
GBytes *
cairn_base64url_decode (const char *text)
{
  gsize length = strlen (text), size = 0;
  guchar *data = g_malloc (length + 1);

  if (sodium_base642bin (data, length + 1, text, length, NULL, &size, NULL,
                         sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
    {
      g_free (data);
      return NULL;
    }
  return g_bytes_new_take (data, size);
}

/**
 * cairn_hex_encode:
 * @data: (array length=length): bytes
 * @length: how many
 *
 * Returns: (transfer full): them in lower-case hexadecimal
 */
char *
cairn_hex_encode (gconstpointer data, gsize length)
{
  char *text = g_malloc (2 * length + 1);

  return sodium_bin2hex (text, 2 * length + 1, data, length);
}

/**
 * cairn_sha256_hex:
 * @text: (array length=length): bytes
 * @length: how many, or -1 up to the NUL
 *
 * Returns: (transfer full): their SHA-256 in lower-case hexadecimal
 */
char *
cairn_sha256_hex (const char *text, gssize length)
{
  guchar hash[crypto_hash_sha256_BYTES];

  crypto_hash_sha256 (hash, (const guchar *) text, length < 0 ? strlen (text) : (gsize) length);
  return cairn_hex_encode (hash, sizeof hash);
}

/**
 * cairn_constant_time_equal:
 * @a: (nullable): a text
 * @b: (nullable): another
 *
 * Returns: whether they are the same, in a time that depends on their lengths only
 */
gboolean
cairn_constant_time_equal (const char *a, const char *b)
{
  return a != NULL && b != NULL && strlen (a) == strlen (b) && sodium_memcmp (a, b, strlen (a)) == 0;
}

/**
 * cairn_pkce_verifier_new:
 *
 * Returns: (transfer full): a code verifier of 256 bits (RFC 7636 §4.1)
 */
char *
cairn_pkce_verifier_new (void)
{
  return cairn_random_token (32);
}

/**
 * cairn_pkce_challenge:
 * @verifier: a code verifier
 *
 * Returns: (transfer full): its S256 challenge (RFC 7636 §4.2)
 */
char *
cairn_pkce_challenge (const char *verifier)
{
  guchar hash[crypto_hash_sha256_BYTES];

  crypto_hash_sha256 (hash, (const guchar *) verifier, strlen (verifier));
  return cairn_base64url_encode (hash, sizeof hash);
}

/**
 * cairn_pkce_verify:
 * @verifier: (nullable): what a token request brought
 * @challenge: (nullable): what the code was bound to
 *
 * Returns: whether they fit by S256, and the verifier has the form that RFC 7636 §4.1 asks for
 */
gboolean
cairn_pkce_verify (const char *verifier, const char *challenge)
{
  g_autofree char *computed = NULL;
  gsize length = verifier != NULL ? strlen (verifier) : 0;

  if (length < 43 || length > 128)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (verifier[i]) && strchr ("-._~", verifier[i]) == NULL)
      return FALSE;
  computed = cairn_pkce_challenge (verifier);
  return cairn_constant_time_equal (computed, challenge);
}

/**
 * cairn_password_hash:
 * @password: a password
 * @error: return location
 *
 * Takes about 30 ms and 19 MiB: call it on a worker thread.
 *
 * Returns: (transfer full) (nullable): its Argon2id hash in PHC form, %NULL when memory is short
 */
char *
cairn_password_hash (const char *password, GError **error)
{
  char hash[crypto_pwhash_STRBYTES];

  if (crypto_pwhash_argon2id_str (hash, password, strlen (password), PASSWORD_PASSES, PASSWORD_MEMORY) == 0)
    return g_strdup (hash);
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_FAILED, "There is not enough memory to hash a password");
  return NULL;
}

/**
 * cairn_password_verify:
 * @hash: a hash by cairn_password_hash()
 * @password: a password
 *
 * Takes as long as hashing: call it on a worker thread.
 *
 * Returns: whether @password is the one
 */
gboolean
cairn_password_verify (const char *hash, const char *password)
{
  return crypto_pwhash_str_verify (hash, password, strlen (password)) == 0;
}

/**
 * cairn_seal:
 * @key: %CAIRN_KEY_BYTES bytes
 * @data: (array length=length): what to keep
 * @length: its bytes
 *
 * Returns: (transfer full): nonce and XChaCha20-Poly1305 ciphertext
 */
GBytes *
cairn_seal (GBytes *key, gconstpointer data, gsize length)
{
  const gsize nonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  gsize size = nonce + length + crypto_aead_xchacha20poly1305_ietf_ABYTES;
  guchar *box = g_malloc (size);

  g_return_val_if_fail (g_bytes_get_size (key) == CAIRN_KEY_BYTES, NULL);
  randombytes_buf (box, nonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt (box + nonce, NULL, data, length, NULL, 0, NULL, box,
                                              g_bytes_get_data (key, NULL));
  return g_bytes_new_take (box, size);
}

/**
 * cairn_unseal:
 * @key: %CAIRN_KEY_BYTES bytes
 * @data: (array length=length): a box by cairn_seal()
 * @length: its bytes
 *
 * Returns: (transfer full) (nullable): what was sealed, %NULL when the key is another or the box was changed
 */
GBytes *
cairn_unseal (GBytes *key, gconstpointer data, gsize length)
{
  const gsize nonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  const gsize overhead = nonce + crypto_aead_xchacha20poly1305_ietf_ABYTES;
  const guchar *box = data;
  guchar *plain;

  g_return_val_if_fail (g_bytes_get_size (key) == CAIRN_KEY_BYTES, NULL);
  if (length < overhead)
    return NULL;
  plain = g_malloc (length - overhead + 1);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (plain, NULL, NULL, box + nonce, length - nonce, NULL, 0, box,
                                                  g_bytes_get_data (key, NULL)) != 0)
    {
      g_free (plain);
      return NULL;
    }
  return g_bytes_new_take (plain, length - overhead);
}

/**
 * cairn_secret_clear:
 * @secret: (transfer full) (nullable): a password or token that is done with
 *
 * Overwrites and frees it.
 *
 * Returns: %NULL, so that `secret = cairn_secret_clear (secret)` leaves nothing behind
 */
char *
cairn_secret_clear (char *secret)
{
  if (secret != NULL)
    sodium_memzero (secret, strlen (secret));
  g_free (secret);
  return NULL;
}
