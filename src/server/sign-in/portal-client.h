/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"
#include "server/store/people/portal-store-clients.h"

G_BEGIN_DECLS

#define PORTAL_CLIENT_MOST_REDIRECTS 10

gboolean      portal_client_redirect_is_good (const char *uri);
gboolean      portal_client_may_redirect     (const PortalClient *client, const char *uri);
char         *portal_client_dup_target       (const char *uri);
char         *portal_client_dup_name         (const char *name);
gboolean      portal_client_site_is_good     (const char *uri);
PortalClient *portal_client_new              (const char *name, const char *const *redirects);
gboolean      portal_client_forget           (CairnConnection *db, const PortalConfig *config, GError **error);
gboolean      portal_client_find             (CairnConnection *db, const char *id, PortalClient **client, GError **error);
PortalClient *portal_client_prove            (PortalCall *call, CairnConnection *db, const char **why, GError **error);

G_END_DECLS
