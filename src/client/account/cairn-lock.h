/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/* Whether an account is locked on this machine, and when it was last used: shared by all processes. */
gboolean cairn_lock_is_locked      (const char *account);
gboolean cairn_lock_is_known       (const char *account);
gboolean cairn_lock_set            (const char *account, gboolean locked, GError **error);
gint64   cairn_lock_get_last_use   (const char *account);
void     cairn_lock_set_last_use   (const char *account, gint64 now);

/* The password's verifier in the encrypted cache, for when the portal can't be reached. On the database's thread. */
gboolean cairn_lock_store_verifier (CairnConnection *connection, const char *password, GError **error);
gboolean cairn_lock_check_offline  (CairnConnection *connection, const char *password, guint *tries_left, GError **error);

/* What `status` tells without a key: state of the sync as of the last run. */
typedef struct
{
  gint64   last_sync;
  gboolean expired;
  gboolean offline;
} CairnAccountStatus;

CairnAccountStatus cairn_account_status_load (const char *account);
void               cairn_account_status_save (const char *account, const CairnAccountStatus *status);

G_END_DECLS
