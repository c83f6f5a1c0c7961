/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"
#include "server/store/portal-store-mail.h"

G_BEGIN_DECLS

typedef enum
{
  PORTAL_CARRIED,
  PORTAL_CARRY_LATER,     /* may go better another time */
  PORTAL_CARRY_NEVER,     /* refused for good */
  PORTAL_CARRY_STOPPED,   /* the portal goes down */
} PortalCarried;

void          portal_carrier_init         (void);
PortalCarried portal_carrier_send         (const PortalConfig *config, const PortalLetter *letter, const int *stopping,
                                           char **why);
char         *portal_carrier_get_folder   (const PortalConfig *config, PortalLetterKind kind);
char         *portal_carrier_dup_words    (const PortalConfig *config);

G_END_DECLS
