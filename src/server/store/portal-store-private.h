/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-store.h"

G_BEGIN_DECLS

#define PORTAL_COLUMNS "v.seq, v.type, v.id, v.version, v.updated, v.method, v.text, v.content"
#define PORTAL_SEEN PORTAL_COLUMNS ", a.audience, a.state"

/* One audience keeps the index's order; two need a sort, of a directory's few rows. Where the audience doesn't
 * matter, still each version once: what is seen now goes before what was. */
#define PORTAL_ANY_AUDIENCE \
  " a.audience = (SELECT b.audience FROM idx_audience b WHERE b.seq = a.seq" \
  " ORDER BY b.state = 1 DESC, b.audience LIMIT 1) "
#define PORTAL_AUDIENCES(list, one, two) \
  (g_str_equal ((list)[0], PORTAL_ANYBODY) ? one PORTAL_ANY_AUDIENCE two \
   : (list)[1] != NULL                     ? one " a.audience IN (:first, :second) " two \
                                           : one " a.audience = :first " two)

/* Of the store's own files */
const char *const *portal_store_pass_anybody (const char *const *audiences);
void     portal_store_bind_audiences (CairnStatement *statement, const char *const *audiences);
gboolean portal_store_walk           (CairnStatement *statement, PortalRowFunc func, gpointer data, GError **error);

G_END_DECLS
