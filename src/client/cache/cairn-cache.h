/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"
#include "fhir/cairn-summary.h"

G_BEGIN_DECLS

/**
 * CairnCacheRow:
 * @rowid: its place in time order: (seconds since 0001-01-01 of its start) << 23 | number, an undated one has just a number
 * @updated: (nullable): meta.lastUpdated as written
 * @is_new: whether it is new since the last look
 * @is_part: whether it stands under a report that it is part of
 * @n_parts: how many results stand under it
 * @n_messages: how many messages the thread has that it is part of; 0 when it is no message
 * @n_unusual: how many of those are outside the usual
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
  gboolean    is_new;
  gboolean    is_part;
  guint       n_parts;
  guint       n_unusual;
  guint       n_messages;
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
 * @from_ms: (nullable): nothing that starts before this instant
 * @soon_ms: (nullable): what starts from this instant on comes first, the nearest before all; only in an order
 * @flags: only what has one of these, 0 for everything; only in an order
 * @unusual: only results outside the usual; only in an order
 * @news: only what is new since the last look; only in an order
 * @fold: results that are part of a report stand under it, and only when it is one of @unfolded; only in an order
 * @unfolded: (nullable) (element-type gint64): places of reports
 * @threads: of the messages of a thread only the newest; only in an order
 * @oldest_first: the other way round
 * @limit: how many rows at most, 0 for all
 * @offset: how many to leave out first
 *
 * Which rows to list; newest first, undated last.
 */
typedef struct
{
  char    *type;
  char   **kinds;
  gboolean timeline;
  char    *search;
  char    *since;
  char    *until;
  gint64  *from_ms;
  gint64  *soon_ms;
  CairnFlags flags;
  gboolean unusual;
  gboolean news;
  gboolean fold;
  GArray  *unfolded;
  gboolean threads;
  gboolean oldest_first;
  guint    limit;
  guint    offset;
} CairnCacheQuery;

CairnCacheQuery *cairn_cache_query_copy (const CairnCacheQuery *self);
void             cairn_cache_query_free (CairnCacheQuery *self);

/**
 * CairnQuarantineRow:
 * @type: (nullable): what it says that it is
 * @id: (nullable): its id, when it has a legal one
 * @reason: a name of cairn-bundle.h, or "other-patient"
 * @text: the entry's bytes as they came
 *
 * An entry that is kept, but not as a record.
 */
typedef struct
{
  char   *type;
  char   *id;
  char   *reason;
  GBytes *text;
} CairnQuarantineRow;

void cairn_quarantine_row_free (CairnQuarantineRow *self);

/**
 * CairnCache:
 *
 * The encrypted copy of one record (file cache.db). It is disposable: everything in it can be had
 * from the portal again. It has one connection for lists and state; a sync opens another for bulk writes.
 */
#define CAIRN_TYPE_CACHE (cairn_cache_get_type ())
G_DECLARE_FINAL_TYPE (CairnCache, cairn_cache, CAIRN, CACHE, GObject)

CairnCache    *cairn_cache_open         (const char *path, GBytes *key, GError **error);
void           cairn_cache_close        (CairnCache *self);
CairnDatabase *cairn_cache_get_database (CairnCache *self);
CairnDatabase *cairn_cache_open_bulk    (CairnCache *self, GError **error);
const char    *cairn_cache_get_path     (CairnCache *self);

/* On the database's thread: reading */
GPtrArray     *cairn_cache_list         (CairnConnection *connection, const CairnCacheQuery *query, GError **error);
gboolean       cairn_cache_count        (CairnConnection *connection, const CairnCacheQuery *query, gint64 *n, GError **error);
GPtrArray     *cairn_cache_counts       (CairnConnection *connection, GError **error);
GPtrArray     *cairn_cache_quarantine   (CairnConnection *connection, GError **error);
gboolean       cairn_cache_n_quarantined (CairnConnection *connection, gint64 *n, GError **error);
GBytes        *cairn_cache_load_text    (CairnConnection *connection, const char *reference, GError **error);
char          *cairn_cache_dup_title    (CairnConnection *connection, const char *reference, char **value);

/* On the database's thread: small values by name */
char          *cairn_cache_get_value    (CairnConnection *connection, const char *name, GError **error);
gboolean       cairn_cache_set_value    (CairnConnection *connection, const char *name, const char *value, GError **error);

/**
 * CairnTypeCount:
 *
 * How many resources of a type there are.
 */
typedef struct
{
  char  *type;
  gint64 n;
} CairnTypeCount;

void cairn_type_count_free (CairnTypeCount *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnCacheRow, cairn_cache_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnCacheQuery, cairn_cache_query_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnQuarantineRow, cairn_quarantine_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnTypeCount, cairn_type_count_free)

G_END_DECLS
