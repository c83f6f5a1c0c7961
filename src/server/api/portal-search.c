/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searches and histories, a page at a time (FHIR R4 §3.1.1, §3.1.0.12): by size, about a megabyte,
 * or by _count. On a reader. */
#include "portal-search.h"

#include <string.h>

#include "portal-bundle.h"
#include "portal-fhir.h"
#include "portal-query.h"

#define PAGE_BYTES (1024 * 1024)

typedef struct
{
  PortalCall   *call;
  PortalQuery  *query;
  PortalBundle *bundle;
  gint64        position;
  gboolean      more;      /* there is something after this page */
} Paging;

static gboolean
is_full (Paging *paging, const PortalRow *row)
{
  guint count = portal_bundle_get_count (paging->bundle);

  return count >= paging->query->count ||
         (count > 0 && portal_bundle_get_size (paging->bundle) + row->text.length > PAGE_BYTES);
}

static gboolean
add_row (const PortalRow *row, gpointer data)
{
  Paging *paging = data;
  PortalQuery *query = paging->query;

  if (!portal_view_sees (paging->call->view, row,
                         query->history ? PORTAL_OPERATION_HISTORY : PORTAL_OPERATION_SEARCH))
    return TRUE;
  if (is_full (paging, row))
    {
      paging->more = TRUE;
      return FALSE;
    }
  if (query->history)
    portal_bundle_add_version (paging->bundle, row);
  else
    portal_bundle_add_match (paging->bundle, row);
  paging->position = row->seq;
  return TRUE;
}

static gboolean
add_named (const PortalRow *row, gpointer data)
{
  Paging *paging = data;
  PortalRange *range = &paging->query->range;
  gint64 position = paging->position;

  if (row->state != PORTAL_STATE_LIVE || row->updated < range->from || row->updated >= range->to ||
      (row->updated >= range->not_from && row->updated < range->not_to))
    return TRUE;
  add_row (row, paging);
  paging->position = position;
  return FALSE;
}

/* _id: one look-up each, in the order in which they were named. */
static gboolean
search_ids (Paging *paging, CairnConnection *db, const char *const *audiences, GError **error)
{
  PortalQuery *query = paging->query;

  for (paging->position = query->position; paging->position < (gint64) query->ids->len;
       paging->position++)
    {
      const char *id = g_ptr_array_index (query->ids, paging->position);

      if (!portal_store_find_seen (db, audiences, query->type, id, 0, add_named, paging, error))
        return FALSE;
      if (paging->more)
        break;
    }
  return TRUE;
}

static gboolean
count_only (Paging *paging, CairnConnection *db, const char *const *audiences, GError **error)
{
  PortalQuery *query = paging->query;
  gint64 total = 0;

  if (!query->nobody && query->ids == NULL &&
      !portal_store_count (db, audiences, query->type, &query->range, &total, error))
    return FALSE;
  if (!query->nobody && query->ids != NULL)
    {
      g_autoptr(PortalBundle) counted = portal_bundle_new ("searchset", paging->call->base);
      Paging counting = { paging->call, query, counted, 0, FALSE };

      query->count = query->ids->len;
      if (!search_ids (&counting, db, audiences, error))
        return FALSE;
      total = portal_bundle_get_count (counted);
    }
  portal_bundle_set_total (paging->bundle, total);
  return TRUE;
}

static gboolean
fill (Paging *paging, CairnConnection *db, GError **error)
{
  PortalQuery *query = paging->query;
  PortalAudiences audiences;

  portal_view_get_audiences (paging->call->view, query->type, audiences);
  if (query->count_only)
    return count_only (paging, db, audiences, error);
  if (query->nobody)
    return TRUE;
  if (query->history)
    return portal_store_history (db, audiences, query->type, query->id, query->since,
                                 query->position, query->count + 1, add_row, paging, error);
  if (query->ids != NULL)
    return search_ids (paging, db, audiences, error);
  return portal_store_search (db, audiences, query->type, &query->range, query->position,
                              query->count + 1, add_row, paging, error);
}

/* As a GET would ask, whichever way it was asked. */
static char *
dup_self (PortalCall *call, PortalQuery *query)
{
  const char *path = call->path + strlen ("/fhir");
  gsize length = strlen (path) - (g_str_has_suffix (path, "/_search") ? strlen ("/_search") : 0);

  return g_strdup_printf ("%s%.*s%s%s", call->base, (int) length, path,
                          query->self->len > 0 ? "?" : "", query->self->str);
}

static void
reply_page (PortalCall *call, CairnConnection *db, PortalQuery *query)
{
  g_autoptr(PortalBundle)
    bundle = portal_bundle_new (query->history ? "history" : "searchset", call->base);
  Paging paging = { call, query, bundle, query->position, FALSE };
  g_autofree char *self = NULL;
  g_autoptr(GBytes) body = NULL;
  g_autoptr(GError) error = NULL;

  if (!fill (&paging, db, &error))
    {
      portal_call_fail (call, error);
      return;
    }
  self = dup_self (call, query);
  portal_bundle_add_link (bundle, "self", self);
  if (paging.more)
    {
      g_autofree char *next = NULL;

      query->position = paging.position;
      next = portal_query_dup_next (query, call);
      portal_bundle_add_link (bundle, "next", next);
    }
  body = portal_bundle_end (bundle);
  portal_call_reply (call, 200, PORTAL_FHIR_JSON, body);
}

static gboolean
may (PortalCall *call, const char *type, PortalOperation operation)
{
  if (!portal_fhir_takes_json (call))
    return FALSE;
  if (portal_view_may (call->view, type, operation))
    return TRUE;
  portal_call_outcome (call, 403, "forbidden", "The token's scopes do not reach this type");
  return FALSE;
}

static void
search (PortalCall *call, CairnConnection *db, const char *type, const char *compartment)
{
  g_autoptr(PortalQuery) query = NULL;

  if (!may (call, type, PORTAL_OPERATION_SEARCH))
    return;
  query = portal_query_new (call, type, compartment);
  if (query != NULL)
    reply_page (call, db, query);
}

void
portal_search_type (PortalCall *call, CairnConnection *db)
{
  search (call, db, call->args[0], NULL);
}

void
portal_search_compartment (PortalCall *call, CairnConnection *db)
{
  search (call, db, call->args[1], call->args[0]);
}

void
portal_search_history (PortalCall *call, CairnConnection *db)
{
  g_autoptr(PortalQuery) query = NULL;

  if (!may (call, call->args[0], PORTAL_OPERATION_HISTORY))
    return;
  query = portal_query_new_history (call, call->args[0], call->args[1]);
  if (query != NULL)
    reply_page (call, db, query);
}
