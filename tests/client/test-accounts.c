/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"

#include "client/account/cairn-mutex.h"
#include "client/account/cairn-paths.h"
#include "common/cairn-error.h"


static void
test_account (void)
{
  CairnAccount *account = cairn_account_new ("https://portal.example/fhir", "anna@example.org", "pat-1", TRUE);
  g_autoptr(CairnAccount) same = cairn_account_new ("https://portal.example/fhir", "anna@example.org", "pat-1", FALSE);
  g_autoptr(CairnAccount) other = cairn_account_new ("https://portal.example/fhir", "anna@example.org", "pat-2", TRUE);
  g_autofree char *host = cairn_account_dup_host (account);
  const char *name = cairn_account_get_name (account);

  g_assert_cmpstr (host, ==, "portal.example");
  g_assert_cmpstr (name, ==, cairn_account_get_name (same));
  g_assert_cmpstr (name, !=, cairn_account_get_name (other));
  g_assert_true (g_str_has_prefix (name, "anna-example-org-"));
  g_assert_finalize_object (account);
}

static gboolean
has_two (gpointer data)
{
  return g_list_model_get_n_items (data) == 2;
}

static gboolean
has_one (gpointer data)
{
  return g_list_model_get_n_items (data) == 1;
}

static void
test_accounts (void)
{
  CairnAccounts *accounts = cairn_accounts_new ();
  g_autoptr(CairnAccounts) others = cairn_accounts_new ();
  g_autoptr(CairnAccount) one = cairn_account_new ("http://127.0.0.1:1/fhir", "anna", "pat-1", TRUE);
  g_autoptr(CairnAccount) two = cairn_account_new ("http://127.0.0.1:1/fhir", "bo", "pat-2", TRUE);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) recent = NULL;

  g_assert_true (cairn_accounts_reload (accounts, &error));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (accounts)), ==, 0);
  g_assert_null (cairn_accounts_lookup (accounts, NULL));

  /* Two programs add at once and neither loses the other's. */
  g_assert_true (cairn_accounts_add (accounts, one, &error));
  g_assert_true (cairn_accounts_add (others, two, &error));
  g_assert_true (cairn_accounts_reload (accounts, &error));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (accounts)), ==, 2);
  g_assert_null (cairn_accounts_lookup (accounts, NULL));
  g_assert_cmpstr (cairn_account_get_username (cairn_accounts_lookup (accounts, cairn_account_get_name (two))), ==, "bo");
  g_assert_true (cairn_accounts_remove (accounts, cairn_account_get_name (two), &error));
  g_assert_true (cairn_accounts_remove (accounts, "no-such-account", &error));
  g_assert_cmpstr (cairn_account_get_patient (cairn_accounts_lookup (accounts, NULL)), ==, "pat-1");

  /* The list follows what another program does. */
  g_assert_true (cairn_accounts_add (others, two, &error));
  client_test_spin (has_two, accounts);
  g_assert_true (cairn_accounts_remove (others, cairn_account_get_name (two), &error));
  client_test_spin (has_one, accounts);

  for (guint i = 0; i < 7; i++)
    {
      g_autofree char *portal = g_strdup_printf ("https://%u.example/fhir", i % 6);

      g_assert_true (cairn_accounts_add_recent (accounts, portal, &error));
    }
  recent = cairn_accounts_list_recent (accounts);
  g_assert_cmpuint (g_strv_length (recent), ==, 5);
  g_assert_cmpstr (recent[0], ==, "https://0.example/fhir");
  g_assert_cmpstr (recent[1], ==, "https://5.example/fhir");
  g_assert_true (cairn_accounts_remove (accounts, cairn_account_get_name (one), &error));
  g_assert_finalize_object (accounts);
}

static void
test_edited_by_hand (void)
{
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();
  g_autofree char *path = cairn_paths_accounts_file ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "[../../evil]\nportal=http://x\nusername=a\npatient=p\n[half]\nportal=x\n", -1, NULL));
  g_assert_true (cairn_accounts_reload (accounts, &error));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (accounts)), ==, 0);
  g_assert_true (g_file_set_contents (path, "no key file", -1, NULL));
  g_assert_false (cairn_accounts_reload (accounts, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE);
}

static void
test_mutex (void)
{
  CairnMutex *mutex;
  g_autoptr(GCancellable) cancelled = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  mutex = cairn_mutex_lock ("test.lock", 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (cairn_mutex_lock ("test.lock", 30, NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_IN_USE);
  g_clear_error (&error);
  g_cancellable_cancel (cancelled);
  g_assert_null (cairn_mutex_lock ("test.lock", 10000, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  cairn_mutex_free (mutex);
  mutex = cairn_mutex_lock ("test.lock", 0, NULL, &error);
  g_assert_no_error (error);
  cairn_mutex_free (mutex);
}

static void
add (void)
{
  g_test_add_func ("/client/account", test_account);
  g_test_add_func ("/client/accounts", test_accounts);
  g_test_add_func ("/client/accounts/edited-by-hand", test_edited_by_hand);
  g_test_add_func ("/client/mutex", test_mutex);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
