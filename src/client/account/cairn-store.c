/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens an account's files with the keys from the keyring, or with keys that live in memory only. */
#include "cairn-store.h"

#include "cairn-keyring.h"
#include "client/outbox/cairn-outbox-file.h"
#include "client/outbox/cairn-outbox-rows.h"
#include "cairn-paths.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  GBytes  *cache;
  GBytes  *outbox;
  gboolean fresh;
} Keys;

static void
keys_clear (Keys *keys)
{
  g_clear_pointer (&keys->cache, g_bytes_unref);
  g_clear_pointer (&keys->outbox, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Keys, keys_clear)

static void
make_keys (Keys *keys)
{
  keys_clear (keys);
  keys->cache = cairn_random_bytes (CAIRN_KEY_BYTES);
  keys->outbox = cairn_random_bytes (CAIRN_KEY_BYTES);
  keys->fresh = TRUE;
}

/* "cache:outbox", each in base64url */
static gboolean
parse_keys (const char *secret, Keys *keys)
{
  const char *colon = strchr (secret, ':');
  char *cache;

  if (colon == NULL)
    return FALSE;
  cache = g_strndup (secret, (gsize) (colon - secret));
  keys->cache = cairn_base64url_decode (cache);
  keys->outbox = cairn_base64url_decode (colon + 1);
  cairn_secret_clear (cache);
  return keys->cache != NULL && keys->outbox != NULL && g_bytes_get_size (keys->cache) == CAIRN_KEY_BYTES &&
         g_bytes_get_size (keys->outbox) == CAIRN_KEY_BYTES;
}

static char *
format_keys (const Keys *keys)
{
  g_autofree char *cache = cairn_base64url_encode (g_bytes_get_data (keys->cache, NULL), g_bytes_get_size (keys->cache));
  g_autofree char *outbox = cairn_base64url_encode (g_bytes_get_data (keys->outbox, NULL), g_bytes_get_size (keys->outbox));

  return g_strconcat (cache, ":", outbox, NULL);
}

static gboolean
get_keys (const char *account, Keys *keys, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  char *secret = cairn_keyring_lookup (account, CAIRN_KEYRING_KEYS, &local_error);
  gboolean found;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  found = secret != NULL && parse_keys (secret, keys);
  cairn_secret_clear (secret);
  if (found)
    return TRUE;
  make_keys (keys);
  secret = format_keys (keys);
  found = cairn_keyring_store (account, CAIRN_KEYRING_KEYS, secret, error);
  cairn_secret_clear (secret);
  return found;
}

/* What a process that wasn't to remember anything left behind when it was killed. Its key is gone with it. */
static void
remove_leftovers (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      int pid = 0, end = 0;

      if ((sscanf (name, "cache-%d.db%n", &pid, &end) == 1 || sscanf (name, "outbox-%d.db%n", &pid, &end) == 1) &&
          name[end] == '\0' && kill (pid, 0) != 0 && errno == ESRCH)
        cairn_paths_remove_database (path, NULL);
    }
}

static char *
temporary_path (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *own = g_strdup_printf ("%.*s-%d.db", (int) strlen (name) - 3, name, (int) getpid ());

  remove_leftovers (folder);
  return g_build_filename (folder, own, NULL);
}

static gboolean
find_paths (CairnStore *self, GError **error)
{
  g_autofree char *cache = cairn_paths_cache_file (self->account, error);
  g_autofree char *outbox = cache != NULL ? cairn_paths_outbox_file (self->account, error) : NULL;

  if (outbox == NULL)
    return FALSE;
  self->cache_path = self->remembered ? g_steal_pointer (&cache) : temporary_path (cache);
  self->outbox_path = self->remembered ? g_steal_pointer (&outbox) : temporary_path (outbox);
  return TRUE;
}

static gboolean
open_cache (CairnStore *self, gboolean fresh_keys, GError **error)
{
  g_autoptr(GError) local_error = NULL;

  if (fresh_keys && g_file_test (self->cache_path, G_FILE_TEST_EXISTS))
    return cairn_store_renew_cache (self, error);
  self->cache = cairn_cache_open (self->cache_path, self->cache_key, &local_error);
  if (self->cache != NULL)
    return TRUE;
  if (g_error_matches (local_error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED))
    {
      g_message ("The cache is damaged and is made anew: %s", local_error->message);
      return cairn_store_renew_cache (self, error);
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* An outbox whose key is lost can't be opened by any other: it is kept aside untouched. */
static gboolean
open_outbox (CairnStore *self, GBytes *key, gboolean fresh_keys, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  char *kept = NULL;

  if (fresh_keys)
    {
      self->outbox_kept_aside = cairn_outbox_file_keep_aside (self->outbox_path, &local_error);
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
  self->outbox = cairn_outbox_file_open (self->outbox_path, key, &kept, error);
  if (kept != NULL)
    self->outbox_kept_aside = kept;
  return self->outbox != NULL;
}

/**
 * cairn_store_open:
 * @account: an account's name
 * @remember: whether to use the keyring
 * @error: return location
 *
 * Opens, or makes, what an account keeps. Errors: %CAIRN_ERROR_KEYRING, %CAIRN_ERROR_IN_USE, %CAIRN_ERROR_STORAGE.
 *
 * Returns: (transfer full) (nullable): the store
 */
CairnStore *
cairn_store_open (const char *account, gboolean remember, GError **error)
{
  g_autoptr(CairnStore) self = g_new0 (CairnStore, 1);
  g_auto(Keys) keys = { NULL };

  self->account = g_strdup (account);
  self->remembered = remember;
  if (!remember)
    make_keys (&keys);
  else if (!get_keys (account, &keys, error))
    return NULL;
  self->cache_key = g_bytes_ref (keys.cache);
  if (!find_paths (self, error) || !open_cache (self, keys.fresh, error) ||
      !open_outbox (self, keys.outbox, keys.fresh, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * cairn_store_renew_cache:
 * @self: a store
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Deletes a damaged cache and makes an empty one; the next sync fills it.
 *
 * Returns: whether there is an empty cache now
 */
gboolean
cairn_store_renew_cache (CairnStore *self, GError **error)
{
  if (self->cache != NULL)
    cairn_cache_close (self->cache);
  g_clear_object (&self->cache);
  if (!cairn_paths_remove_database (self->cache_path, error))
    return FALSE;
  self->cache_renewed = TRUE;
  self->cache = cairn_cache_open (self->cache_path, self->cache_key, error);
  return self->cache != NULL;
}

static gpointer
count_unsent (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) rows = cairn_outbox_rows_list (connection, error);

  if (rows != NULL)
    *(gssize *) data = rows->len;
  return NULL;
}

/* Looks into the outbox without making, moving or renewing anything. */
static gssize
peek_outbox (const char *account, GBytes *key)
{
  g_autofree char *path = cairn_paths_outbox_file (account, NULL);
  g_autoptr(CairnDatabase) database = NULL;
  gssize n = -1;

  if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    return 0;
  database = key != NULL ? cairn_database_open (path, key, CAIRN_DATABASE_READ_ONLY, NULL, NULL, NULL) : NULL;
  if (database != NULL)
    cairn_database_run (database, count_unsent, &n, NULL);
  return n;
}

/**
 * cairn_store_peek:
 * @account: an account's name
 * @signed_in: (out): whether there is a refresh token
 * @n_unsent: (out): how much waits in the outbox, −1 unknown
 * @error: return location for a %CAIRN_ERROR_KEYRING or %CAIRN_ERROR_IN_USE
 *
 * What can be told of an account without opening it.
 *
 * Returns: whether the keyring answered
 */
gboolean
cairn_store_peek (const char *account, gboolean *signed_in, gssize *n_unsent, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_auto(Keys) keys = { NULL };
  char *token, *secret = NULL;

  token = cairn_keyring_lookup (account, CAIRN_KEYRING_TOKEN, &local_error);
  if (local_error == NULL)
    secret = cairn_keyring_lookup (account, CAIRN_KEYRING_KEYS, &local_error);
  *signed_in = token != NULL;
  cairn_secret_clear (token);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *n_unsent = peek_outbox (account, secret != NULL && parse_keys (secret, &keys) ? keys.outbox : NULL);
  cairn_secret_clear (secret);
  return TRUE;
}

/**
 * cairn_store_free:
 * @self: (transfer full): a store
 *
 * Closes it; what nobody is to remember goes from the disk.
 */
void
cairn_store_free (CairnStore *self)
{
  if (self->cache != NULL)
    cairn_cache_close (self->cache);
  g_clear_object (&self->cache);
  if (self->outbox != NULL)
    cairn_database_close (self->outbox);
  g_clear_object (&self->outbox);
  if (!self->remembered && self->cache_path != NULL && self->outbox_path != NULL)
    {
      cairn_paths_remove_database (self->cache_path, NULL);
      cairn_paths_remove_database (self->outbox_path, NULL);
      cairn_paths_remove_folders (self->account);
    }
  g_clear_pointer (&self->cache_key, g_bytes_unref);
  g_free (self->account);
  g_free (self->cache_path);
  g_free (self->outbox_path);
  g_free (self->outbox_kept_aside);
  g_free (self);
}
