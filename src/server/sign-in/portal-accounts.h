/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"
#include "server/store/people/portal-store-accounts.h"

G_BEGIN_DECLS

#define PORTAL_PASSWORD_LEAST 8   /* accepted, with a warning below the clinic's criteria */

/**
 * PortalNewAccount:
 *
 * What `account add` is told; for a patient or for a practitioner with a role.
 */
typedef struct
{
  const char *username;
  const char *email;
  const char *patient;
  const char *practitioner;
  const char *role;
  const char *password;
} PortalNewAccount;

char          *portal_account_key     (const char *name);
PortalAccount *portal_account_add     (CairnDatabase *writer, const PortalNewAccount *account, GError **error);
PortalAccount *portal_account_find    (CairnDatabase *writer, const char *username, GError **error);
gboolean       portal_account_link    (CairnDatabase *writer, const PortalConfig *config, const char *username,
                                       const char *patient, GError **error);
char          *portal_account_invite  (CairnDatabase *writer, const char *patient, gint64 *expires, GError **error);
gboolean       portal_account_reset   (CairnDatabase *writer, const PortalConfig *config, const char *username,
                                       GError **error);
gboolean       portal_account_disable (CairnDatabase *writer, const char *username, GError **error);
char          *portal_account_list    (CairnDatabase *writer, gboolean json, GError **error);
char          *portal_account_to_json (const PortalAccount *account);

G_END_DECLS
