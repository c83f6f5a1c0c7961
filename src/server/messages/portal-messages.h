/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

#define PORTAL_MOST_ATTACHMENTS 8
#define PORTAL_MOST_RECIPIENTS 5
#define PORTAL_MOST_WORDS 20000                         /* bytes of a message */
#define PORTAL_MOST_ATTACHMENT (25 * 1024 * 1024)       /* bytes of an attachment */

const char *const *portal_messages_get_types (void);
void portal_messages_get  (PortalCall *call, CairnConnection *db);
void portal_messages_post (PortalCall *call, CairnConnection *db);

G_END_DECLS
