/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ID tokens, signed with RS256, and the keys to check them by (RFC 7515, 7517, 7638). The store keeps a JWK Set; its first
 * key signs, all are published, so that a new one can be put in front while tokens of the old are still about. On the
 * writer's thread, without a transaction of the caller's. */
#include "portal-id-token.h"

#include <jansson.h>
#include <jose/jose.h>
#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "server/store/portal-store.h"

#define SECRET "id-token-keys"
#define THUMBPRINT "S256"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

static gpointer
fail (GError **error, const char *what)
{
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_FAILED, "%s", what);
  return NULL;
}

static void
clear_text (char *text)
{
  if (text != NULL)
    explicit_bzero (text, strlen (text));
  free (text);
}

/* A fresh key set of one, as text. */
static char *
make_keys (GError **error)
{
  g_autoptr(json_t) key = json_pack ("{s:s,s:s,s:i}", "alg", "RS256", "use", "sig", "bits", 2048);
  g_autoptr(json_t) set = NULL, kid = NULL;
  char *text, *copy;

  if (key == NULL || !jose_jwk_gen (NULL, key))
    return fail (error, "No key for ID tokens could be made");
  kid = jose_jwk_thp (NULL, key, THUMBPRINT);
  if (kid == NULL || json_object_set (key, "kid", kid) < 0)
    return fail (error, "A key for ID tokens has no name");
  set = json_pack ("{s:[O]}", "keys", key);
  text = set != NULL ? json_dumps (set, JSON_COMPACT) : NULL;
  if (text == NULL)
    return fail (error, "A key for ID tokens could not be written");
  copy = g_strdup (text);
  clear_text (text);
  return copy;
}

static json_t *
load_keys (CairnConnection *db, GError **error)
{
  char *text = portal_store_load_made (db, SECRET, make_keys, error);
  json_t *set;

  if (text == NULL)
    return NULL;
  set = json_loads (text, 0, NULL);
  cairn_secret_clear (text);
  if (json_array_size (json_object_get (set, "keys")) > 0)
    return set;
  json_decref (set);
  return fail (error, "The keys for ID tokens can't be read");
}

static json_t *
make_claims (const PortalIdClaims *claims)
{
  json_int_t now = claims->now / 1000;
  json_t *body = json_pack ("{s:s,s:s,s:s,s:I,s:I}", "iss", claims->issuer, "aud", claims->audience, "sub", claims->subject,
                            "iat", now, "exp", now + (json_int_t) claims->seconds);

  if (body != NULL && claims->nonce != NULL)
    json_object_set_new (body, "nonce", json_string (claims->nonce));
  if (body != NULL && claims->fhir_user != NULL)
    json_object_set_new (body, "fhirUser", json_string (claims->fhir_user));
  return body;
}

char *
portal_id_token_new (CairnConnection *db, const PortalIdClaims *claims, GError **error)
{
  g_autoptr(json_t) set = load_keys (db, error), body = NULL, jws = NULL, header = NULL;
  const json_t *key;
  const char *head, *payload, *signature;
  char *text;

  if (set == NULL)
    return NULL;
  key = json_array_get (json_object_get (set, "keys"), 0);
  body = make_claims (claims);
  text = body != NULL ? json_dumps (body, JSON_COMPACT) : NULL;
  if (text == NULL)
    return fail (error, "An ID token could not be written");
  jws = json_pack ("{s:o}", "payload", jose_b64_enc (text, strlen (text)));
  free (text);
  header = json_pack ("{s:{s:s,s:s,s:O}}", "protected", "alg", "RS256", "typ", "JWT", "kid", json_object_get (key, "kid"));
  if (jws == NULL || header == NULL || !jose_jws_sig (NULL, jws, header, key))
    return fail (error, "An ID token could not be signed");
  if (json_unpack (jws, "{s:s,s:s,s:s}", "protected", &head, "payload", &payload, "signature", &signature) < 0)
    return fail (error, "A signed ID token is not whole");
  return g_strjoin (".", head, payload, signature, NULL);
}

/* The public halves, as a JWK Set. */
char *
portal_id_token_dup_keys (CairnConnection *db, GError **error)
{
  g_autoptr(json_t) set = load_keys (db, error);
  json_t *keys;
  char *text, *copy;

  if (set == NULL)
    return NULL;
  keys = json_object_get (set, "keys");
  for (size_t i = 0; i < json_array_size (keys); i++)
    if (!jose_jwk_pub (NULL, json_array_get (keys, i)))
      return fail (error, "A key for ID tokens has no public half");
  text = json_dumps (set, JSON_COMPACT);
  if (text == NULL)
    return fail (error, "The keys for ID tokens could not be written");
  copy = g_strdup (text);
  free (text);
  return copy;
}
