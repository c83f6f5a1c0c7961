/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The accounts that this machine keeps, in a key file shared by all Cairn programs. Each change
 * reads the file again under a lock, so that two programs don't lose each other's. Main thread.
 */
#include "client/cairn-accounts.h"

#include "cairn-mutex.h"
#include "cairn-paths.h"

#include "common/cairn-error.h"

#define MAX_RECENT 5

struct _CairnAccounts
{
  GObject    parent_instance;

  GPtrArray    *items;
  char        **recent;
  GFileMonitor *monitor;   /* once it was read */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CairnAccounts, cairn_accounts, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return CAIRN_TYPE_ACCOUNT;
}

static guint
get_n_items (GListModel *model)
{
  return CAIRN_ACCOUNTS (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  CairnAccounts *self = CAIRN_ACCOUNTS (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static GKeyFile *
load_file (GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  g_autofree char *path = cairn_paths_accounts_file ();
  g_autoptr(GError) local_error = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local_error) &&
      !g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s: %s", path, local_error->message);
      return NULL;
    }
  return g_steal_pointer (&file);
}

static gboolean
save_file (GKeyFile *file, GError **error)
{
  g_autofree char *path = cairn_paths_accounts_file ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  g_autoptr(GError) local_error = NULL;
  gsize length = 0;

  g_mkdir_with_parents (folder, 0700);
  text = g_key_file_to_data (file, &length, NULL);
  if (g_file_set_contents_full (path, text, length, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                0600, &local_error))
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s: %s", path, local_error->message);
  return FALSE;
}

static CairnAccount *
read_account (GKeyFile *file, const char *group)
{
  g_autofree char *portal = g_key_file_get_string (file, group, "portal", NULL);
  g_autofree char *username = g_key_file_get_string (file, group, "username", NULL);
  g_autofree char *patient = g_key_file_get_string (file, group, "patient", NULL);
  g_autoptr(CairnAccount) account = NULL;

  if (portal == NULL || username == NULL || patient == NULL)
    return NULL;
  account = cairn_account_new (portal, username, patient, TRUE);
  /* A hand-edited group must not lead to another account's files. */
  return g_str_equal (cairn_account_get_name (account), group) ? g_steal_pointer (&account) : NULL;
}

static void
take_file (CairnAccounts *self, GKeyFile *file)
{
  g_auto(GStrv) groups = g_key_file_get_groups (file, NULL);
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  guint removed = self->items->len;
  gboolean same;

  for (guint i = 0; groups[i] != NULL; i++)
    {
      CairnAccount *account = g_str_equal (groups[i], "recent") ? NULL : read_account (file, groups[i]);

      if (account != NULL)
        g_ptr_array_add (items, account);
    }
  g_strfreev (self->recent);
  self->recent = g_key_file_get_string_list (file, "recent", "portals", NULL, NULL);

  same = items->len == removed;
  for (guint i = 0; same && i < removed; i++)
    same = g_str_equal (cairn_account_get_name (items->pdata[i]), cairn_account_get_name (self->items->pdata[i]));
  if (same)
    return;
  g_ptr_array_unref (self->items);
  self->items = g_steal_pointer (&items);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, self->items->len);
}

static void
monitor_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer data)
{
  g_autoptr(GError) error = NULL;

  if (!cairn_accounts_reload (data, &error))
    g_message ("%s", error->message);
}

/* Whatever adds or removes an account, here or in another process, the list follows. */
static void
watch (CairnAccounts *self)
{
  g_autofree char *path = cairn_paths_accounts_file ();
  g_autoptr(GFile) file = g_file_new_for_path (path);

  if (self->monitor != NULL)
    return;
  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (monitor_cb), self, 0);
}

static void
cairn_accounts_finalize (GObject *object)
{
  CairnAccounts *self = CAIRN_ACCOUNTS (object);

  g_clear_object (&self->monitor);
  g_ptr_array_unref (self->items);
  g_strfreev (self->recent);
  G_OBJECT_CLASS (cairn_accounts_parent_class)->finalize (object);
}

static void
cairn_accounts_class_init (CairnAccountsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_accounts_finalize;
}

static void
cairn_accounts_init (CairnAccounts *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * cairn_accounts_new:
 *
 * Returns: (transfer full): an empty list; cairn_accounts_reload() fills it
 */
CairnAccounts *
cairn_accounts_new (void)
{
  return g_object_new (CAIRN_TYPE_ACCOUNTS, NULL);
}

/**
 * cairn_accounts_reload:
 * @self: the accounts
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Reads the file; a missing file is an empty list. From then on the list follows the file by itself.
 *
 * Returns: whether it could be read
 */
gboolean
cairn_accounts_reload (CairnAccounts *self, GError **error)
{
  g_autoptr(GKeyFile) file = NULL;

  g_return_val_if_fail (CAIRN_IS_ACCOUNTS (self), FALSE);

  file = load_file (error);
  if (file == NULL)
    return FALSE;
  take_file (self, file);
  watch (self);
  return TRUE;
}

/**
 * cairn_accounts_lookup:
 * @self: the accounts
 * @name: (nullable): an account's name, or %NULL for the only one
 *
 * Returns: (transfer none) (nullable): the account
 */
CairnAccount *
cairn_accounts_lookup (CairnAccounts *self, const char *name)
{
  g_return_val_if_fail (CAIRN_IS_ACCOUNTS (self), NULL);

  if (name == NULL)
    return self->items->len == 1 ? self->items->pdata[0] : NULL;
  for (guint i = 0; i < self->items->len; i++)
    if (g_str_equal (cairn_account_get_name (self->items->pdata[i]), name))
      return self->items->pdata[i];
  return NULL;
}

/**
 * cairn_accounts_add:
 * @self: the accounts
 * @account: the account to keep
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Writes an account to the file; one of the same name is replaced.
 *
 * Returns: whether it is kept
 */
gboolean
cairn_accounts_add (CairnAccounts *self, CairnAccount *account, GError **error)
{
  g_autoptr(CairnMutex) mutex = NULL;
  g_autoptr(GKeyFile) file = NULL;
  const char *name;

  g_return_val_if_fail (CAIRN_IS_ACCOUNTS (self), FALSE);
  g_return_val_if_fail (CAIRN_IS_ACCOUNT (account), FALSE);

  mutex = cairn_mutex_lock ("accounts.lock", 2000, NULL, error);
  file = mutex != NULL ? load_file (error) : NULL;
  if (file == NULL)
    return FALSE;
  name = cairn_account_get_name (account);
  g_key_file_set_string (file, name, "portal", cairn_account_get_portal (account));
  g_key_file_set_string (file, name, "username", cairn_account_get_username (account));
  g_key_file_set_string (file, name, "patient", cairn_account_get_patient (account));
  if (!save_file (file, error))
    return FALSE;
  take_file (self, file);
  return TRUE;
}

/**
 * cairn_accounts_remove:
 * @self: the accounts
 * @name: an account's name
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Takes an account out of the file; it need not be in it.
 *
 * Returns: whether it is out
 */
gboolean
cairn_accounts_remove (CairnAccounts *self, const char *name, GError **error)
{
  g_autoptr(CairnMutex) mutex = NULL;
  g_autoptr(GKeyFile) file = NULL;

  g_return_val_if_fail (CAIRN_IS_ACCOUNTS (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  mutex = cairn_mutex_lock ("accounts.lock", 2000, NULL, error);
  file = mutex != NULL ? load_file (error) : NULL;
  if (file == NULL)
    return FALSE;
  if (g_key_file_remove_group (file, name, NULL) && !save_file (file, error))
    return FALSE;
  take_file (self, file);
  return TRUE;
}

/**
 * cairn_accounts_list_recent:
 * @self: the accounts
 *
 * Returns: (transfer full): addresses of portals used of late, newest first
 */
char **
cairn_accounts_list_recent (CairnAccounts *self)
{
  static const char *const none[] = { NULL };

  g_return_val_if_fail (CAIRN_IS_ACCOUNTS (self), NULL);
  return g_strdupv ((char **) (self->recent != NULL ? (const char *const *) self->recent : none));
}

/**
 * cairn_accounts_add_recent:
 * @self: the accounts
 * @portal: an address that worked
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Puts an address first among the recent ones.
 *
 * Returns: whether it was written
 */
gboolean
cairn_accounts_add_recent (CairnAccounts *self, const char *portal, GError **error)
{
  g_autoptr(CairnMutex) mutex = NULL;
  g_autoptr(GKeyFile) file = NULL;
  g_autoptr(GPtrArray) list = g_ptr_array_new ();
  g_auto(GStrv) old = NULL;

  g_return_val_if_fail (CAIRN_IS_ACCOUNTS (self), FALSE);
  g_return_val_if_fail (portal != NULL, FALSE);

  mutex = cairn_mutex_lock ("accounts.lock", 2000, NULL, error);
  file = mutex != NULL ? load_file (error) : NULL;
  if (file == NULL)
    return FALSE;
  old = g_key_file_get_string_list (file, "recent", "portals", NULL, NULL);
  g_ptr_array_add (list, (char *) portal);
  for (guint i = 0; old != NULL && old[i] != NULL && list->len < MAX_RECENT; i++)
    if (!g_str_equal (old[i], portal))
      g_ptr_array_add (list, old[i]);
  g_key_file_set_string_list (file, "recent", "portals", (const char *const *) list->pdata, list->len);
  if (!save_file (file, error))
    return FALSE;
  take_file (self, file);
  return TRUE;
}
