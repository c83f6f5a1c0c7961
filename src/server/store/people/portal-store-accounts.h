/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/**
 * PortalAccount:
 * @name_key: what the user name is found by: folded, so that "Ana" and "ana" are one
 * @patient: (nullable): whose record the account opens by itself
 * @practitioner: (nullable): set for staff, with @role
 * @email: "" when only a @phone was verified
 * @given: (nullable): what the owner said on registering, with @family and @birth, for staff to find the chart by
 * @skeleton: (nullable): what the user name looks like
 * @terms: (nullable): the version that was accepted on registering
 * @language: (nullable): tag of the language that the owner reads
 * @quiet: whether no mail is wanted about new messages
 * @factor: (nullable): the sealed secret of a second factor, whose last code was that of @factor_step
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
  char    *phone;
  char    *given;
  char    *family;
  char    *birth;
  char    *skeleton;
  char    *terms;
  char    *language;
  char    *factor;
  gint64   factor_step;
  gint64   factor_since;
  gboolean quiet;
} PortalAccount;

void           portal_account_free           (PortalAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalAccount, portal_account_free)

gboolean       portal_store_add_account      (CairnConnection *db, const PortalAccount *account, gint64 now,
                                              GError **error);
gboolean       portal_store_find_account     (CairnConnection *db, const char *key, PortalAccount **account,
                                              GError **error);
gboolean       portal_store_load_account     (CairnConnection *db, const char *id, PortalAccount **account,
                                              GError **error);
gboolean       portal_store_find_contact     (CairnConnection *db, const char *email_key, const char *phone,
                                              PortalAccount **account, GError **error);
gboolean       portal_store_name_is_taken    (CairnConnection *db, const char *key, const char *skeleton, gboolean *taken,
                                              GError **error);
gboolean       portal_store_chart_is_taken   (CairnConnection *db, const char *patient, gboolean *taken, GError **error);
gboolean       portal_store_set_hash         (CairnConnection *db, const char *account, const char *hash, GError **error);
gboolean       portal_store_set_contact      (CairnConnection *db, const char *account, const char *email,
                                              const char *email_key, const char *phone, GError **error);
gboolean       portal_store_set_terms        (CairnConnection *db, const char *account, const char *version, gint64 now,
                                              GError **error);
GPtrArray     *portal_store_list_practitioner (CairnConnection *db, const char *practitioner, GError **error);
GPtrArray     *portal_store_list_readers     (CairnConnection *db, const char *patient, GError **error);
gboolean       portal_store_set_language     (CairnConnection *db, const char *account, const char *language, GError **error);
gboolean       portal_store_set_quiet        (CairnConnection *db, const char *account, gboolean quiet, GError **error);
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
