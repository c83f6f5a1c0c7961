/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"
#include "server/store/people/portal-store-accounts.h"

G_BEGIN_DECLS

GBytes  *portal_factor_dup_key (PortalStore *store);
gboolean portal_factor_take    (CairnConnection *db, GBytes *key, const PortalAccount *account, const char *otp,
                                const char *recovery_code, gboolean *right, GError **error);
gboolean portal_factor_is_wanted (const PortalConfig *config, const PortalAccount *account);
gboolean portal_factor_draft   (CairnConnection *db, GBytes *key, const PortalAccount *account, gboolean anew, char **text, GError **error);
char    *portal_factor_dup_uri (const PortalConfig *config, const PortalAccount *account, const char *secret);
gboolean portal_factor_confirm (CairnConnection *db, const PortalConfig *config, GBytes *key, const PortalAccount *account,
                                const char *code, const char *languages, gboolean *right, GError **error);
gboolean portal_factor_tell_recovery (CairnConnection *db, const PortalConfig *config, const PortalAccount *account,
                                      const char *languages, GError **error);
GPtrArray *portal_factor_make_codes (CairnConnection *db, const PortalAccount *account, GError **error);
char    *portal_factor_code    (const char *secret, gint64 now, gint64 *step);

void     portal_factor_get     (PortalCall *call, CairnConnection *db);
void     portal_factor_post    (PortalCall *call, CairnConnection *db);
void     portal_factor_delete  (PortalCall *call, CairnConnection *db);

G_END_DECLS
