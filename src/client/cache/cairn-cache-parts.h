/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-cache.h"

G_BEGIN_DECLS

/* On the database's thread */
gboolean cairn_cache_parts_note   (CairnConnection *connection, gint64 place, const char *type, CairnJson resource, GError **error);
gboolean cairn_cache_parts_join   (CairnConnection *connection, GError **error);
gboolean cairn_cache_is_missing   (CairnConnection *connection, const char *const *kinds, gboolean *missing, GError **error);
gboolean cairn_cache_is_shared    (CairnConnection *connection, const char *const *kinds, gboolean *shared, GError **error);

G_END_DECLS
