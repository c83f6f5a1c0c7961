/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"
#include "server/portal-call.h"

G_BEGIN_DECLS

typedef gboolean (*PortalEnrollFunc) (gpointer data, GError **error);

gboolean portal_enroll_on_writer (PortalCall *call, PortalEnrollFunc func, gpointer data, CairnConnection **db);
void     portal_enroll           (PortalCall *call, CairnJson body);

G_END_DECLS
