/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody signs in with, and how far that has come. No I/O. */
#include "cairn-credentials-private.h"

#include "common/cairn-crypto.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (CairnCredentials, cairn_credentials, G_TYPE_OBJECT)

static void
cairn_credentials_finalize (GObject *object)
{
  CairnCredentials *self = CAIRN_CREDENTIALS (object);

  g_free (self->username);
  cairn_secret_clear (self->password);
  cairn_secret_clear (self->code);
  g_free (self->device);
  cairn_secret_clear (self->verifier);
  g_free (self->challenge);
  cairn_secret_clear (self->session);
  g_free (self->terms);
  g_free (self->terms_version);
  cairn_secret_clear (self->factor_secret);
  cairn_secret_clear (self->factor_uri);
  g_clear_pointer (&self->recovery_codes, g_ptr_array_unref);
  G_OBJECT_CLASS (cairn_credentials_parent_class)->finalize (object);
}

static void
cairn_credentials_class_init (CairnCredentialsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_credentials_finalize;
}

/* The name of this computer as its owner knows it. */
static char *
dup_device (void)
{
  const char *name = g_get_host_name ();

  return g_str_has_prefix (name, "localhost") ? NULL : g_strndup (name, strcspn (name, "."));
}

static void
cairn_credentials_init (CairnCredentials *self)
{
  self->device = dup_device ();
}

/**
 * cairn_credentials_new:
 * @username: user name or e-mail address
 * @password: password
 *
 * Returns: (transfer full): credentials that have not been tried yet
 */
CairnCredentials *
cairn_credentials_new (const char *username, const char *password)
{
  CairnCredentials *self;

  g_return_val_if_fail (username != NULL && password != NULL, NULL);

  self = g_object_new (CAIRN_TYPE_CREDENTIALS, NULL);
  self->username = g_strdup (username);
  self->password = g_strdup (password);
  return self;
}

/**
 * cairn_credentials_set_code:
 * @self: credentials
 * @code: (nullable): one-time code, or a recovery code in its place; sent once
 */
void
cairn_credentials_set_code (CairnCredentials *self, const char *code)
{
  g_return_if_fail (CAIRN_IS_CREDENTIALS (self));

  cairn_secret_clear (self->code);
  self->code = code != NULL && *code != '\0' ? g_strdup (code) : NULL;
}

/**
 * cairn_credentials_accept_terms:
 * @self: credentials
 *
 * Agrees to the terms of use that cairn_credentials_get_terms() gives now, and to no others.
 */
void
cairn_credentials_accept_terms (CairnCredentials *self)
{
  g_return_if_fail (CAIRN_IS_CREDENTIALS (self));

  self->accepted = self->terms_version != NULL;
}

/**
 * cairn_credentials_get_prompt:
 * @self: credentials
 *
 * Returns: what the portal asks for next
 */
CairnPrompt
cairn_credentials_get_prompt (CairnCredentials *self)
{
  g_return_val_if_fail (CAIRN_IS_CREDENTIALS (self), CAIRN_PROMPT_PASSWORD);
  return self->prompt;
}

/**
 * cairn_credentials_get_terms:
 * @self: credentials
 *
 * Returns: (nullable): the terms of use that are to be accepted, when the portal asks for that
 */
const char *
cairn_credentials_get_terms (CairnCredentials *self)
{
  g_return_val_if_fail (CAIRN_IS_CREDENTIALS (self), NULL);
  return self->terms;
}

/**
 * cairn_credentials_get_factor_secret:
 * @self: credentials
 *
 * Returns: (nullable): what somebody types into an authenticator app, in base32, when the portal asks for a second factor to be set up
 *   (%CAIRN_PROMPT_SET_UP); its first code goes to cairn_credentials_set_code()
 */
const char *
cairn_credentials_get_factor_secret (CairnCredentials *self)
{
  g_return_val_if_fail (CAIRN_IS_CREDENTIALS (self), NULL);
  return self->factor_secret;
}

/**
 * cairn_credentials_get_factor_uri:
 * @self: credentials
 *
 * Returns: (nullable): the same as an address that such an app reads from a QR code
 */
const char *
cairn_credentials_get_factor_uri (CairnCredentials *self)
{
  g_return_val_if_fail (CAIRN_IS_CREDENTIALS (self), NULL);
  return self->factor_uri;
}

/**
 * cairn_credentials_get_recovery_codes:
 * @self: credentials
 *
 * Returns: (nullable) (transfer none) (array zero-terminated=1): the recovery codes of a second factor that was set up on the way
 *   in; nobody gives them again
 */
const char *const *
cairn_credentials_get_recovery_codes (CairnCredentials *self)
{
  g_return_val_if_fail (CAIRN_IS_CREDENTIALS (self), NULL);
  return self->recovery_codes != NULL ? (const char *const *) self->recovery_codes->pdata : NULL;
}

/**
 * cairn_credentials_get_username:
 * @self: credentials
 *
 * Returns: user name or e-mail address
 */
const char *
cairn_credentials_get_username (CairnCredentials *self)
{
  g_return_val_if_fail (CAIRN_IS_CREDENTIALS (self), NULL);
  return self->username;
}

/* From the password on, with a key of its own (RFC 7636). */
void
cairn_credentials_begin (CairnCredentials *self)
{
  cairn_secret_clear (self->verifier);
  self->verifier = cairn_pkce_verifier_new ();
  g_free (self->challenge);
  self->challenge = cairn_pkce_challenge (self->verifier);
  cairn_credentials_take_prompt (self, CAIRN_PROMPT_PASSWORD, NULL);
}

/* Takes the session that goes on with it. */
void
cairn_credentials_take_prompt (CairnCredentials *self, CairnPrompt prompt, char *session)
{
  self->prompt = prompt;
  cairn_secret_clear (self->session);
  self->session = session;
}

void
cairn_credentials_take_factor (CairnCredentials *self, char *secret, char *uri)
{
  cairn_secret_clear (self->factor_secret);
  cairn_secret_clear (self->factor_uri);
  self->factor_secret = secret;
  self->factor_uri = uri;
}

/* @codes: (transfer full): NULL-terminated */
void
cairn_credentials_take_codes (CairnCredentials *self, GPtrArray *codes)
{
  g_clear_pointer (&self->recovery_codes, g_ptr_array_unref);
  self->recovery_codes = codes;
}

/* Takes both. Who agreed to other words has not agreed to these. */
void
cairn_credentials_take_terms (CairnCredentials *self, char *version, char *terms)
{
  if (g_strcmp0 (version, self->terms_version) != 0)
    self->accepted = FALSE;
  g_free (self->terms_version);
  g_free (self->terms);
  self->terms_version = version;
  self->terms = terms;
}
