/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only file that includes libsecret: the Secret Service, or its file backend (SECRET_BACKEND=file,
 * or the portal in a sandbox). One call at a time; any thread, but they block.
 */
#include "cairn-keyring.h"

#include "cairn-mutex.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

#include <libsecret/secret.h>

static const SecretSchema schema = {
  "io.github.cairnhealth.Cairn", SECRET_SCHEMA_NONE,
  {
    { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "item", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
  0, NULL, NULL, NULL, NULL, NULL, NULL, NULL
};

G_LOCK_DEFINE_STATIC (keyring);

/*
 * The file backend reads its file once and never sees what another process writes, which would lose
 * rotated tokens: so one process holds it until it ends.
 */
static gboolean
hold_file_backend (GError **error)
{
  static CairnMutex *held;
  const char *path = g_getenv ("SECRET_FILE_TEST_PATH");
  g_autofree char *hash = NULL;
  g_autofree char *name = NULL;
  g_autoptr(GError) local_error = NULL;

  if (held != NULL || g_strcmp0 (g_getenv ("SECRET_BACKEND"), "file") != 0)
    return TRUE;
  hash = cairn_sha256_hex (path != NULL ? path : "", -1);
  hash[12] = '\0';
  name = g_strdup_printf ("keyring-%s.lock", hash);
  held = cairn_mutex_lock (name, 0, NULL, &local_error);
  if (held != NULL)
    return TRUE;
  if (g_error_matches (local_error, CAIRN_ERROR, CAIRN_ERROR_IN_USE))
    g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_IN_USE, "keyring in use");
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
fail (const GError *cause, GError **error)
{
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_KEYRING, "no keyring: %s",
               cause != NULL ? cause->message : "it does not answer");
  return FALSE;
}

/**
 * cairn_keyring_store:
 * @account: an account's name
 * @item: which of its secrets
 * @secret: the secret
 * @error: return location
 *
 * Returns: whether it is kept
 */
gboolean
cairn_keyring_store (const char *account, const char *item, const char *secret, GError **error)
{
  g_autofree char *label = g_strdup_printf ("Cairn: %s (%s)", account, item);
  g_autoptr(GError) local_error = NULL;
  gboolean ok = FALSE;

  G_LOCK (keyring);
  if (hold_file_backend (error))
    {
      ok = secret_password_store_sync (&schema, SECRET_COLLECTION_DEFAULT, label, secret, NULL, &local_error,
                                       "account", account, "item", item, NULL);
      if (!ok)
        fail (local_error, error);
    }
  G_UNLOCK (keyring);
  return ok;
}

/**
 * cairn_keyring_lookup:
 * @account: an account's name
 * @item: which of its secrets
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the secret, free with cairn_secret_clear(); %NULL without an error
 * when there is none
 */
char *
cairn_keyring_lookup (const char *account, const char *item, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  char *secret = NULL;

  G_LOCK (keyring);
  if (hold_file_backend (error))
    {
      secret = secret_password_lookup_sync (&schema, NULL, &local_error, "account", account, "item", item, NULL);
      if (local_error != NULL)
        fail (local_error, error);
    }
  G_UNLOCK (keyring);
  return secret;
}

/**
 * cairn_keyring_clear:
 * @account: an account's name
 * @item: which of its secrets
 * @error: return location
 *
 * Returns: whether it is gone; it need not have been there
 */
gboolean
cairn_keyring_clear (const char *account, const char *item, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  gboolean ok = FALSE;

  G_LOCK (keyring);
  if (hold_file_backend (error))
    {
      secret_password_clear_sync (&schema, NULL, &local_error, "account", account, "item", item, NULL);
      ok = local_error == NULL || fail (local_error, error);
    }
  G_UNLOCK (keyring);
  return ok;
}
