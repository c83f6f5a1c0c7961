/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"

G_BEGIN_DECLS

char    *portal_mail_get_folder (const PortalConfig *config);
gboolean portal_mail_new_device (const PortalConfig *config, const char *to, gint64 when, GError **error);

G_END_DECLS
