/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CAIRN_KEY_BYTES 32   /* of a database key */

gboolean  cairn_crypto_init           (GError **error);

GBytes   *cairn_random_bytes          (gsize n);
char     *cairn_random_token          (gsize n);
char     *cairn_random_uuid           (void);

char     *cairn_base64url_encode      (gconstpointer data, gsize length);
GBytes   *cairn_base64url_decode      (const char *text);
char     *cairn_hex_encode            (gconstpointer data, gsize length);
char     *cairn_sha256_hex            (const char *text, gssize length);
gboolean  cairn_constant_time_equal   (const char *a, const char *b);

char     *cairn_pkce_verifier_new     (void);
char     *cairn_pkce_challenge        (const char *verifier);
gboolean  cairn_pkce_verify           (const char *verifier, const char *challenge);

char     *cairn_password_hash         (const char *password, GError **error);
gboolean  cairn_password_verify       (const char *hash, const char *password);

GBytes   *cairn_seal                  (GBytes *key, gconstpointer data, gsize length);
GBytes   *cairn_unseal                (GBytes *key, gconstpointer data, gsize length);

char     *cairn_secret_clear          (char *secret);

G_END_DECLS
