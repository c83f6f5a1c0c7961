/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/store/portal-store.h"

G_BEGIN_DECLS

/**
 * PortalRegistration:
 * @hash: of the handle that only its client has
 * @email: (nullable): or @phone, which is verified
 * @contact_key: what the contact is found by
 * @invite: (nullable): hash of an invitation
 * @code: (nullable): hash of the code that was sent, with the handle; %NULL where there is an account already
 * @account: (nullable): that is to have the contact, rather than a new one
 * @sent: ms, the last time, of @n_sent
 * @expires: ms: the code's while it isn't verified, then the whole registration's
 */
typedef struct
{
  char    *hash;
  char    *email;
  char    *phone;
  char    *contact_key;
  char    *given;
  char    *family;
  char    *birth;
  char    *invite;
  char    *code;
  char    *account;
  gint64   tries;
  gint64   sent;
  gint64   n_sent;
  gboolean verified;
  gint64   expires;
} PortalRegistration;

/**
 * PortalRecovery:
 * @hash: of the handle that its client has; @link of the one in the mail, @code of the code with the handle
 * @account: (nullable): nobody's, where the name is nobody's
 *
 * A way back in.
 */
typedef struct
{
  char  *hash;
  char  *link;
  char  *code;
  char  *account;
  gint64 tries;
  gint64 code_expires;
  gint64 expires;
} PortalRecovery;

void     portal_registration_free        (PortalRegistration *registration);
void     portal_recovery_free            (PortalRecovery *recovery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalRegistration, portal_registration_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalRecovery, portal_recovery_free)

gboolean portal_store_save_registration  (CairnConnection *db, const PortalRegistration *registration, GError **error);
gboolean portal_store_load_registration  (CairnConnection *db, const char *hash, gint64 now,
                                          PortalRegistration **registration, GError **error);
gboolean portal_store_drop_registration  (CairnConnection *db, const char *hash, GError **error);
gboolean portal_store_count_registrations (CairnConnection *db, const char *contact_key, gint64 now, gint64 *n,
                                          GError **error);
gboolean portal_store_forget_registrations (CairnConnection *db, gint64 now, GError **error);

gboolean portal_store_add_invite         (CairnConnection *db, const char *hash, const char *patient, gint64 expires,
                                          GError **error);
gboolean portal_store_load_invite        (CairnConnection *db, const char *hash, gint64 now, char **patient, GError **error);
gboolean portal_store_use_invite         (CairnConnection *db, const char *hash, GError **error);

gboolean portal_store_add_recovery       (CairnConnection *db, const PortalRecovery *recovery, GError **error);
gboolean portal_store_load_recovery      (CairnConnection *db, const char *hash, gint64 now, PortalRecovery **recovery,
                                          GError **error);
gboolean portal_store_load_recovery_link (CairnConnection *db, const char *link, gint64 now, PortalRecovery **recovery,
                                          GError **error);
gboolean portal_store_count_recovery_try (CairnConnection *db, const char *hash, GError **error);
gboolean portal_store_count_recoveries   (CairnConnection *db, const char *account, gint64 now, gint64 *n, GError **error);
gboolean portal_store_drop_recoveries    (CairnConnection *db, const char *account, GError **error);

gboolean portal_store_list_born          (CairnConnection *db, gint64 start, gint64 end, PortalRowFunc func, gpointer data,
                                          GError **error);

G_END_DECLS
