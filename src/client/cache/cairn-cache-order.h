/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-cache.h"

G_BEGIN_DECLS

/* The places of all rows of a list in the order in which it shows them; 8 bytes a row. */
GArray    *cairn_cache_order (CairnConnection *connection, const CairnCacheQuery *query, GCancellable *cancellable,
                              GError **error);
GPtrArray *cairn_cache_rows  (CairnConnection *connection, const gint64 *places, guint n, GError **error);

G_END_DECLS
