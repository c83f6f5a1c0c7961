/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-cache.h"

G_BEGIN_DECLS

/**
 * CairnCachePeople:
 *
 * What people and places are called that a record refers to, and what they do there. For one job on the database's thread.
 */
typedef struct _CairnCachePeople CairnCachePeople;

CairnCachePeople *cairn_cache_people_new      (CairnConnection *connection);
void              cairn_cache_people_free     (CairnCachePeople *self);
char             *cairn_cache_people_dup_name (CairnCachePeople *self, CairnJson reference);
char             *cairn_cache_people_dup_role (CairnCachePeople *self, CairnJson reference);
char             *cairn_cache_people_dup_plain (CairnJson reference);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnCachePeople, cairn_cache_people_free)

G_END_DECLS
