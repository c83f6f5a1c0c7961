/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The places on disk that Cairn uses. No state, any thread. */
#include "cairn-paths.h"

#include "common/cairn-error.h"

#include <errno.h>
#include <glib/gstdio.h>

static char *
file_in (const char *base, const char *account, const char *file, GError **error)
{
  g_autofree char *folder = g_build_filename (base, "cairn", account, NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s can't be made: %s", folder, g_strerror (errno));
      return NULL;
    }
  return g_build_filename (folder, file, NULL);
}

/**
 * cairn_paths_accounts_file:
 *
 * Returns: (transfer full): the key file of known accounts; it may not exist
 */
char *
cairn_paths_accounts_file (void)
{
  return g_build_filename (g_get_user_data_dir (), "cairn", "accounts", NULL);
}

/**
 * cairn_paths_cache_file:
 * @account: an account's name
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Returns: (transfer full): the account's cache, or %NULL
 */
char *
cairn_paths_cache_file (const char *account, GError **error)
{
  return file_in (g_get_user_cache_dir (), account, "cache.db", error);
}

/**
 * cairn_paths_outbox_file:
 * @account: an account's name
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Returns: (transfer full): the account's outbox, or %NULL
 */
char *
cairn_paths_outbox_file (const char *account, GError **error)
{
  return file_in (g_get_user_data_dir (), account, "outbox.db", error);
}

/**
 * cairn_paths_lock_file:
 * @account: an account's name
 *
 * Returns: (transfer full): the key file of the account's lock; its folder may not exist
 */
char *
cairn_paths_lock_file (const char *account)
{
  return g_build_filename (g_get_user_state_dir (), "cairn", account, "lock", NULL);
}

/**
 * cairn_paths_sync_file:
 * @account: an account's name
 *
 * Returns: (transfer full): the key file of how the account's last sync ended; its folder may not exist
 */
char *
cairn_paths_sync_file (const char *account)
{
  return g_build_filename (g_get_user_state_dir (), "cairn", account, "sync", NULL);
}

/**
 * cairn_paths_mutex_file:
 * @name: what it guards
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Returns: (transfer full): a file to lock between processes, or %NULL
 */
char *
cairn_paths_mutex_file (const char *name, GError **error)
{
  return file_in (g_get_user_runtime_dir (), NULL, name, error);
}

/**
 * cairn_paths_remove_database:
 * @path: a database that nobody has open here
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Removes a database with its journal.
 *
 * Returns: whether nothing of it is left
 */
gboolean
cairn_paths_remove_database (const char *path, GError **error)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *file = g_strconcat (path, suffixes[i], NULL);

      if (g_unlink (file) != 0 && errno != ENOENT)
        {
          g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s can't be removed: %s", file, g_strerror (errno));
          return FALSE;
        }
    }
  return TRUE;
}

static void
remove_folder (const char *base, const char *account)
{
  g_autofree char *folder = g_build_filename (base, "cairn", account, NULL);

  g_rmdir (folder);
}

/**
 * cairn_paths_remove_folders:
 * @account: an account's name
 *
 * Removes the account's folders where they are empty; a folder with anything in it stays.
 */
void
cairn_paths_remove_folders (const char *account)
{
  remove_folder (g_get_user_cache_dir (), account);
  remove_folder (g_get_user_data_dir (), account);
  remove_folder (g_get_user_state_dir (), account);
}

/**
 * cairn_paths_remove_account:
 * @account: an account's name
 *
 * Removes the files of an account that was signed out. Outboxes that were kept aside stay.
 */
void
cairn_paths_remove_account (const char *account)
{
  g_autofree char *cache = cairn_paths_cache_file (account, NULL);
  g_autofree char *outbox = cairn_paths_outbox_file (account, NULL);
  g_autofree char *lock = cairn_paths_lock_file (account);
  g_autofree char *sync = cairn_paths_sync_file (account);
  g_autoptr(GError) error = NULL;

  if (cache != NULL && !cairn_paths_remove_database (cache, &error))
    g_message ("%s", error->message);
  g_clear_error (&error);
  if (outbox != NULL && !cairn_paths_remove_database (outbox, &error))
    g_message ("%s", error->message);
  g_unlink (lock);
  g_unlink (sync);
  cairn_paths_remove_folders (account);
}
