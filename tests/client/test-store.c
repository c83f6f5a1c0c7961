/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"

#include "client/account/cairn-keyring.h"
#include "client/account/cairn-paths.h"
#include "client/account/cairn-store.h"
#include "common/cairn-error.h"

static gboolean
is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* With the keyring: the same keys the next time, and peeking changes nothing. */
static void
test_remembered (void)
{
  CairnStore *store;
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;
  gboolean signed_in;
  gssize n;

  g_assert_true (cairn_store_peek ("kept", &signed_in, &n, &error));
  g_assert_false (signed_in);
  g_assert_cmpint (n, ==, 0);
  store = cairn_store_open ("kept", TRUE, &error);
  g_assert_no_error (error);
  g_assert_false (store->cache_renewed);
  g_assert_null (store->outbox_kept_aside);
  path = g_strdup (store->cache_path);
  cairn_store_free (store);
  g_assert_true (is_there (path));

  store = cairn_store_open ("kept", TRUE, &error);
  g_assert_no_error (error);
  g_assert_false (store->cache_renewed);
  cairn_store_free (store);
  g_assert_true (cairn_keyring_store ("kept", CAIRN_KEYRING_TOKEN, "token", NULL));
  g_assert_true (cairn_store_peek ("kept", &signed_in, &n, &error));
  g_assert_true (signed_in);
  g_assert_cmpint (n, ==, 0);

  g_assert_true (cairn_keyring_store ("kept", CAIRN_KEYRING_KEYS, "nonsense", NULL));   /* as good as lost */
  g_assert_true (cairn_store_peek ("kept", &signed_in, &n, &error));
  g_assert_cmpint (n, ==, -1);
  store = cairn_store_open ("kept", TRUE, &error);
  g_assert_no_error (error);
  g_assert_true (store->cache_renewed);
  g_assert_nonnull (store->outbox_kept_aside);
  cairn_store_free (store);
}

/* Without: files of this process's own, which go with it; those of a dead one go too. */
static void
test_not_remembered (void)
{
  g_autofree char *kept = cairn_paths_cache_file ("passing", NULL);
  g_autofree char *folder = g_path_get_dirname (kept);
  g_autofree char *leftover = g_build_filename (folder, "cache-999999999.db", NULL);
  g_autofree char *own = NULL;
  g_autoptr(GError) error = NULL;
  CairnStore *store;

  g_assert_true (g_file_set_contents (leftover, "x", -1, NULL));
  store = cairn_store_open ("passing", FALSE, &error);
  g_assert_no_error (error);
  g_assert_false (is_there (leftover));
  g_assert_false (is_there (kept));
  own = g_strdup (store->cache_path);
  g_assert_true (is_there (own));
  g_assert_null (cairn_keyring_lookup ("passing", CAIRN_KEYRING_KEYS, NULL));
  cairn_store_free (store);
  g_assert_false (is_there (own));
  g_assert_false (is_there (folder));
}

static void
test_renewed (void)
{
  g_autoptr(CairnStore) store = cairn_store_open ("renewed", TRUE, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (cairn_store_renew_cache (store, &error));
  g_assert_true (store->cache_renewed);
  g_assert_nonnull (cairn_cache_get_database (store->cache));
}

static void
test_no_room (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "cairn", "blocked", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (folder, "a file where a folder must be", -1, NULL));
  g_assert_null (cairn_store_open ("blocked", TRUE, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE);
}

static void
add (void)
{
  g_test_add_func ("/client/store/remembered", test_remembered);
  g_test_add_func ("/client/store/not-remembered", test_not_remembered);
  g_test_add_func ("/client/store/renewed", test_renewed);
  g_test_add_func ("/client/store/no-room", test_no_room);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
