/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-store.h"

G_BEGIN_DECLS

char    *portal_fold           (const char *text);
gboolean portal_values_index   (CairnConnection *db, gint64 seq, const char *type, CairnJson resource, GError **error);
gboolean portal_values_refresh (CairnConnection *db, GError **error);

G_END_DECLS
