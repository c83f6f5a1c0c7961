/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lock of an account and what is known of it without its key, in XDG_STATE_HOME. Any thread. */
#include "cairn-lock.h"

#include "client/cache/cairn-cache.h"
#include "cairn-paths.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

#define GROUP "lock"
#define SYNC_GROUP "sync"
#define MAX_TRIES 5

static GKeyFile *
load (const char *path)
{
  GKeyFile *file = g_key_file_new ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  return file;
}

static gboolean
save (GKeyFile *file, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  g_autoptr(GError) local_error = NULL;
  gsize length;

  g_mkdir_with_parents (folder, 0700);
  text = g_key_file_to_data (file, &length, NULL);
  if (g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &local_error))
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s: %s", path, local_error->message);
  return FALSE;
}

/**
 * cairn_lock_is_locked:
 * @account: an account's name
 *
 * Returns: whether the account is locked
 */
gboolean
cairn_lock_is_locked (const char *account)
{
  g_autofree char *path = cairn_paths_lock_file (account);
  g_autoptr(GKeyFile) file = load (path);

  return g_key_file_get_boolean (file, GROUP, "locked", NULL);
}

/**
 * cairn_lock_is_known:
 * @account: an account's name
 *
 * Returns: whether it is written down anywhere whether the account is locked; it isn't once the account was signed out
 */
gboolean
cairn_lock_is_known (const char *account)
{
  g_autofree char *path = cairn_paths_lock_file (account);
  g_autoptr(GKeyFile) file = load (path);

  return g_key_file_has_key (file, GROUP, "locked", NULL);
}

/**
 * cairn_lock_set:
 * @account: an account's name
 * @locked: whether it is locked from now on
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Returns: whether it was written
 */
gboolean
cairn_lock_set (const char *account, gboolean locked, GError **error)
{
  g_autofree char *path = cairn_paths_lock_file (account);
  g_autoptr(GKeyFile) file = load (path);

  g_key_file_set_boolean (file, GROUP, "locked", locked);
  return save (file, path, error);
}

/**
 * cairn_lock_get_last_use:
 * @account: an account's name
 *
 * Returns: when somebody last used it, ms since 1970; 0 unknown
 */
gint64
cairn_lock_get_last_use (const char *account)
{
  g_autofree char *path = cairn_paths_lock_file (account);
  g_autoptr(GKeyFile) file = load (path);

  return g_key_file_get_int64 (file, GROUP, "last-use", NULL);
}

/**
 * cairn_lock_set_last_use:
 * @account: an account's name
 * @now: ms since 1970
 */
void
cairn_lock_set_last_use (const char *account, gint64 now)
{
  g_autofree char *path = cairn_paths_lock_file (account);
  g_autoptr(GKeyFile) file = load (path);
  g_autoptr(GError) error = NULL;

  g_key_file_set_int64 (file, GROUP, "last-use", now);
  if (!save (file, path, &error))
    g_message ("%s", error->message);
}

/**
 * cairn_lock_store_verifier:
 * @connection: a connection to the cache
 * @password: a password that the portal took
 * @error: return location
 *
 * Keeps an Argon2id verifier and gives five tries again.
 *
 * Returns: whether it is kept
 */
gboolean
cairn_lock_store_verifier (CairnConnection *connection, const char *password, GError **error)
{
  g_autofree char *hash = cairn_password_hash (password, error);

  return hash != NULL && cairn_cache_set_value (connection, "verifier", hash, error) &&
         cairn_cache_set_value (connection, "unlock-tries", NULL, error);
}

/**
 * cairn_lock_check_offline:
 * @connection: a connection to the cache
 * @password: a password
 * @tries_left: (out): how many more wrong ones there may be before only the portal can tell
 * @error: return location
 *
 * Checks a password without the portal. A try is written down before it is made. Errors: %CAIRN_ERROR_CREDENTIALS when it
 * is wrong, %CAIRN_ERROR_NETWORK when only the portal can tell: after five tries, or without a verifier.
 *
 * Returns: whether it is right
 */
gboolean
cairn_lock_check_offline (CairnConnection *connection, const char *password, guint *tries_left, GError **error)
{
  g_autofree char *hash = cairn_cache_get_value (connection, "verifier", NULL);
  g_autofree char *tries_text = cairn_cache_get_value (connection, "unlock-tries", NULL);
  gint64 tries = tries_text != NULL ? g_ascii_strtoll (tries_text, NULL, 10) : 0;
  g_autofree char *next = g_strdup_printf ("%" G_GINT64_FORMAT, tries + 1);

  *tries_left = hash == NULL ? 0 : (guint) CLAMP (MAX_TRIES - tries, 0, MAX_TRIES);
  if (*tries_left == 0)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK, "The portal is needed to check the password");
      return FALSE;
    }
  if (!cairn_cache_set_value (connection, "unlock-tries", next, error))
    return FALSE;
  if (cairn_password_verify (hash, password))
    return cairn_cache_set_value (connection, "unlock-tries", NULL, error);
  --*tries_left;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS, "The password is wrong; %u tries are left without the portal",
               *tries_left);
  return FALSE;
}

/**
 * cairn_account_status_load:
 * @account: an account's name
 *
 * Returns: how its last sync ended
 */
CairnAccountStatus
cairn_account_status_load (const char *account)
{
  g_autofree char *path = cairn_paths_sync_file (account);
  g_autoptr(GKeyFile) file = load (path);
  CairnAccountStatus status;

  status.last_sync = g_key_file_get_int64 (file, SYNC_GROUP, "last-sync", NULL);
  status.expired = g_key_file_get_boolean (file, SYNC_GROUP, "expired", NULL);
  status.offline = g_key_file_get_boolean (file, SYNC_GROUP, "offline", NULL);
  return status;
}

/**
 * cairn_account_status_save:
 * @account: an account's name
 * @status: how its last sync ended
 */
void
cairn_account_status_save (const char *account, const CairnAccountStatus *status)
{
  g_autofree char *path = cairn_paths_sync_file (account);
  g_autoptr(GKeyFile) file = load (path);
  g_autoptr(GError) error = NULL;

  g_key_file_set_int64 (file, SYNC_GROUP, "last-sync", status->last_sync);
  g_key_file_set_boolean (file, SYNC_GROUP, "expired", status->expired);
  g_key_file_set_boolean (file, SYNC_GROUP, "offline", status->offline);
  if (!save (file, path, &error))
    g_message ("%s", error->message);
}
