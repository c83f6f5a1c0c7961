/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"
#include "server/store/portal-filter.h"

G_BEGIN_DECLS

#define PORTAL_MOST_ENTRIES 1000
#define PORTAL_MOST_SORTS 3
#define PORTAL_PAGE_PARAM "_page"

/**
 * PortalSort:
 * @param: (nullable): %NULL for _lastUpdated, or with @by_id for _id
 */
typedef struct
{
  const PortalSearchParam *param;
  gboolean                 by_id;
  gboolean                 descending;
} PortalSort;

/**
 * PortalInclude:
 * @target: (nullable): the only type to take
 * @iterate: whether what is included is asked as well
 *
 * One of _include or _revinclude.
 */
typedef struct
{
  const PortalSearchParam *param;
  char                    *target;
  gboolean                 iterate;
} PortalInclude;

typedef enum
{
  PORTAL_SUMMARY_FALSE,
  PORTAL_SUMMARY_TRUE,
  PORTAL_SUMMARY_TEXT,
  PORTAL_SUMMARY_DATA,
} PortalSummary;

/**
 * PortalQuery:
 * @history: of a type, of one resource (@id) or of all (type ""), else a search
 * @everything: of a patient (@id), the @types (nullable) that are wanted
 * @nobody: whether it asks for another patient's records, of which there are none to see
 * @ids: (element-type utf8) (nullable): of _id, without doubles
 * @filters: (element-type PortalFilter): all must fit
 * @sorts: (element-type PortalSort)
 * @elements: (nullable): of _elements
 * @position: how far the pages before this one got: a seq, or a place in @ids
 * @keys: (nullable): what the last one before was sorted by
 * @understood: (element-type PortalParam): what of the request was understood; the next-link is made
 *   of it
 * @page: (nullable): the next-link that this is
 *
 * What a search or history asks for.
 */
typedef struct
{
  char          *type;
  char          *id;
  gboolean       history;
  gboolean       everything;
  GStrv          types;
  gboolean       nobody;
  gboolean       named;
  gboolean       unknown;
  GPtrArray     *ids;
  PortalRange    range;
  GPtrArray     *filters;
  PortalFilter  *patient;    /* nullable: what the patient must fit, of patient.… */
  GArray        *sorts;
  GArray        *includes;
  GArray        *revincludes;
  PortalSummary  summary;
  GStrv          elements;
  gint64         since;
  guint          count;
  gboolean       count_only;
  gboolean       total;
  gint64         position;
  GStrv          keys;
  GPtrArray     *understood;
  char          *page;
} PortalQuery;

/* What came of reading a parameter */
typedef enum
{
  PORTAL_READ_DONE,
  PORTAL_READ_UNKNOWN,
  PORTAL_READ_REFUSED,   /* the call has been answered */
} PortalRead;

PortalQuery *portal_query_new         (PortalCall *call, const char *type, const char *compartment);
PortalQuery *portal_query_new_history (PortalCall *call, const char *type, const char *id);
PortalQuery *portal_query_new_everything (PortalCall *call, const char *patient);
PortalQuery *portal_query_new_params  (PortalCall *call, const char *type, GPtrArray *params);
void         portal_query_free        (PortalQuery *query);
char        *portal_query_dup_next    (const PortalQuery *query, PortalCall *call);
char        *portal_query_dup_self    (const PortalQuery *query);

/* Its parts (portal-query-filter.c, portal-query-result.c) */
gboolean     portal_query_refuse      (PortalCall *call, const char *code, const char *message);
PortalRead   portal_query_read_filter (PortalCall *call, PortalQuery *query, const PortalParam *param);
PortalRead   portal_query_read_result (PortalCall *call, PortalQuery *query, const PortalParam *param);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalQuery, portal_query_free)

G_END_DECLS
