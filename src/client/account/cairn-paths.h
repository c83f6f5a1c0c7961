/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where things lie ("State" in the contract). Folders of databases and mutexes are made when asked for, for this user only. */
char     *cairn_paths_accounts_file (void);
char     *cairn_paths_cache_file    (const char *account, GError **error);
char     *cairn_paths_outbox_file   (const char *account, GError **error);
char     *cairn_paths_lock_file     (const char *account);
char     *cairn_paths_sync_file     (const char *account);
char     *cairn_paths_mutex_file    (const char *name, GError **error);
gboolean  cairn_paths_remove_database (const char *path, GError **error);
void      cairn_paths_remove_folders (const char *account);
void      cairn_paths_remove_account (const char *account);

G_END_DECLS
