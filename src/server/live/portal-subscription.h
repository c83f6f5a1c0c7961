/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/write/portal-edit.h"

G_BEGIN_DECLS

#define PORTAL_MOST_SUBSCRIPTIONS 20   /* a person */

gboolean portal_subscription_settle (PortalEdit *edit, PortalEditing *editing, char **text, gsize *length, GError **error);
char    *portal_subscription_dup_key (const PortalView *view, CairnJson resource, gint64 *end);
char    *portal_subscription_make_key (const char *type, const char *audience);

G_END_DECLS
