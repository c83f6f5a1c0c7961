/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"
#include "fhir/cairn-summary.h"

G_BEGIN_DECLS

/**
 * CairnCacheRow:
 * @rowid: its place in time order: (seconds since 0001-01-01 of its start) << 23 | number, an undated one has just a number
 * @updated: (nullable): meta.lastUpdated as written
 *
 * One line of a list, as the cache keeps it; the other members are as in #CairnSummary.
 */
typedef struct
{
  gint64      rowid;
  char       *type;
  char       *id;
  char       *version;
  char       *updated;
  char       *kind;
  char       *date;
  gboolean    has_start;
  gint64      start;
  char       *title;
  char       *term;
  char       *value;
  char       *unit;
  char       *interpretation;
  char       *status;
  CairnFlags  flags;
} CairnCacheRow;

void cairn_cache_row_free (CairnCacheRow *self);

/**
 * CairnCacheQuery:
 * @type: (nullable): only this resource type
 * @kinds: (nullable): only these kinds
 * @timeline: only what belongs to the timeline
 * @search: (nullable): words that all must occur, the last one as a beginning
 * @since: (nullable): a FHIR date; nothing that starts before it
 * @until: (nullable): a FHIR date; nothing that starts after its end
 * @limit: how many rows at most, 0 for all
 * @offset: how many to leave out first
 *
 * Which rows to list.
 */
typedef struct
{
  char   *type;
  char  **kinds;
  gboolean timeline;
  char   *search;
  char   *since;
  char   *until;
  guint   limit;
  guint   offset;
} CairnCacheQuery;

CairnCacheQuery *cairn_cache_query_copy (const CairnCacheQuery *self);
void             cairn_cache_query_free (CairnCacheQuery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnCacheRow, cairn_cache_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnCacheQuery, cairn_cache_query_free)

G_END_DECLS
