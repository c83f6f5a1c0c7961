/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/**
 * PortalAccount:
 * @name_key: what the user name is found by: folded, so that "Ana" and "ana" are one
 * @patient: (nullable): whose record the account opens by itself
 * @practitioner: (nullable): set for staff, with @role
 */
typedef struct
{
  char    *id;
  char    *username;
  char    *name_key;
  char    *email;
  char    *email_key;
  char    *hash;
  char    *patient;
  char    *practitioner;
  char    *role;
  gboolean disabled;
} PortalAccount;

void           portal_account_free           (PortalAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalAccount, portal_account_free)

gboolean       portal_store_add_account      (CairnConnection *db, const PortalAccount *account, gint64 now,
                                              GError **error);
gboolean       portal_store_find_account     (CairnConnection *db, const char *key, PortalAccount **account,
                                              GError **error);
gboolean       portal_store_load_account     (CairnConnection *db, const char *id, PortalAccount **account,
                                              GError **error);
GPtrArray     *portal_store_list_accounts    (CairnConnection *db, GError **error);
GPtrArray     *portal_store_list_patients    (CairnConnection *db, const char *account, GError **error);
gboolean       portal_store_link_patient     (CairnConnection *db, const char *account, const char *patient,
                                              gboolean own, gint64 now, GError **error);
gboolean       portal_store_disable_account  (CairnConnection *db, const char *account, GError **error);

/* Counters against guessing; name is "account:…", "name:…", "address:…" or "all" */
typedef struct
{
  gint64 wrong;      /* since */
  gint64 since;      /* ms */
  gint64 in_a_row;   /* without a right one between */
} PortalCounter;

gboolean       portal_store_load_counter     (CairnConnection *db, const char *name, PortalCounter *counter,
                                              GError **error);
gboolean       portal_store_save_counter     (CairnConnection *db, const char *name, const PortalCounter *counter,
                                              GError **error);
gboolean       portal_store_forget_counters  (CairnConnection *db, gint64 before, gint64 kept_from, GError **error);

G_END_DECLS
