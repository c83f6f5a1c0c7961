/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "cairn-account.h"

G_BEGIN_DECLS

/**
 * CairnAccounts:
 *
 * A #GListModel of the #CairnAccount objects in XDG_DATA_HOME/cairn/accounts, a key file that every
 * Cairn program of this user shares, and the addresses of the portals used of late. Only accounts
 * with #CairnAccount:keep are in the file.
 */
#define CAIRN_TYPE_ACCOUNTS (cairn_accounts_get_type ())
G_DECLARE_FINAL_TYPE (CairnAccounts, cairn_accounts, CAIRN, ACCOUNTS, GObject)

CairnAccounts  *cairn_accounts_new          (void);
gboolean        cairn_accounts_reload       (CairnAccounts *self, GError **error);
CairnAccount   *cairn_accounts_lookup       (CairnAccounts *self, const char *name);
gboolean        cairn_accounts_add          (CairnAccounts *self, CairnAccount *account, GError **error);
gboolean        cairn_accounts_remove       (CairnAccounts *self, const char *name, GError **error);
char          **cairn_accounts_list_recent  (CairnAccounts *self);
gboolean        cairn_accounts_add_recent   (CairnAccounts *self, const char *portal, GError **error);

G_END_DECLS
