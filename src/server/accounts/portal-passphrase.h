/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"

G_BEGIN_DECLS

#define PORTAL_PASSPHRASE_LONGEST 1024   /* bytes */

int         portal_passphrase_least   (const PortalConfig *config, gboolean factor);
const char *portal_passphrase_refuses (const PortalConfig *config, const char *password, const char *username,
                                       const char *email, gboolean factor, const char **detail);

G_END_DECLS
