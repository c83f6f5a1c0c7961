/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean cairn_trust_load    (GTlsDatabase **database, GError **error);
gboolean cairn_trust_accepts (GTlsDatabase *database, GTlsCertificate *certificate, GUri *uri);

G_END_DECLS
