/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

void portal_page_send      (PortalCall *call, guint status, const char *title, const char *body, const char *base,
                            const char *target);
void portal_page_add_support (PortalCall *call, GString *body);
void portal_page_style     (PortalCall *call, CairnConnection *db);
void portal_page_reset     (PortalCall *call, CairnConnection *db);
void portal_page_forgot    (PortalCall *call, CairnConnection *db);
void portal_page_forgot_send (PortalCall *call, CairnConnection *db);
void portal_page_reset_set (PortalCall *call, CairnConnection *db);

G_END_DECLS
