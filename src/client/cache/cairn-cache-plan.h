/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-cache.h"

G_BEGIN_DECLS

/* What cairn_cache_row_read() takes from a statement over resource r. */
#define CAIRN_CACHE_COLUMNS "r.place, r.type, r.id, r.version, r.updated, r.kind, r.date, r.start, r.title, r.term, r.value, " \
  "r.unit, r.interpretation, r.status, r.flags, EXISTS (SELECT 1 FROM news WHERE news.place = r.place), " \
  "EXISTS (SELECT 1 FROM part WHERE part.place = r.place), (SELECT count(*) FROM part WHERE part.head = r.place)"

/**
 * CairnCacheSpan:
 * @from: the first place
 * @to: the place behind the last
 * @limited: whether the query asks for a span of time, which leaves undated rows out
 *
 * The places that a query's span of time covers.
 */
typedef struct
{
  gint64   from;
  gint64   to;
  gboolean limited;
} CairnCacheSpan;

gboolean       cairn_cache_span_find (CairnCacheSpan *self, const CairnCacheQuery *query, GError **error);
char          *cairn_cache_dup_match (const char *search);
CairnCacheRow *cairn_cache_row_read  (CairnStatement *statement);

G_END_DECLS
