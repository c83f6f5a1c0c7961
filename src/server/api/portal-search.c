/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searches and histories, a page at a time (FHIR R4 §3.1.1, §3.1.0.12): by size, about a megabyte,
 * or by _count. On a reader. */
#include "portal-search.h"

#include <string.h>

#include "portal-bundle.h"
#include "portal-fhir.h"
#include "portal-focus.h"
#include "portal-include.h"
#include "portal-query.h"
#include "portal-subset.h"

#define PAGE_BYTES (1024 * 1024)

typedef struct
{
  PortalCall      *call;
  CairnConnection *db;
  PortalQuery     *query;
  PortalBundle    *bundle;
  PortalIncludes  *includes;
  const char *const *audiences;
  gint64           position;
  gboolean         more;       /* there is something after this page */
  gint64           total;
  GPtrArray       *candidates; /* Candidate */
  gint64           found;      /* what find_named() saw */
  gint64           last;       /* version of a history that was looked at */
  guint            looked;     /* how many were, in one go */
  GError          *error;
} Paging;

/* One that fits a sorted search */
typedef struct
{
  gint64 seq;
  char  *keys[PORTAL_MOST_SORTS + 1];
} Candidate;

static void
candidate_free (gpointer data)
{
  Candidate *candidate = data;

  for (guint i = 0; i < PORTAL_MOST_SORTS; i++)
    g_free (candidate->keys[i]);
  g_free (candidate);
}

static gboolean
is_full (Paging *paging, gsize length)
{
  guint count = portal_bundle_get_count (paging->bundle);

  return count >= paging->query->count ||
         (count > 0 && portal_bundle_get_size (paging->bundle) + length > PAGE_BYTES);
}

static void
add_match (Paging *paging, const PortalRow *row)
{
  g_autofree char *text = NULL;
  PortalRow part = *row;

  portal_includes_match (paging->includes, row);
  if (portal_subset_is_needed (paging->query))
    {
      text = portal_subset_dup (paging->query, row->type, row->text, &part.text.length);
      part.text.text = text;
    }
  portal_bundle_add_match (paging->bundle, &part);
}

static gboolean
add_row (const PortalRow *row, gpointer data)
{
  Paging *paging = data;
  PortalQuery *query = paging->query;

  if (!portal_view_sees (paging->call->view, row,
                         query->history ? PORTAL_OPERATION_HISTORY : PORTAL_OPERATION_SEARCH))
    return TRUE;
  if (is_full (paging, row->text.length))
    {
      paging->more = TRUE;
      return FALSE;
    }
  if (query->history)
    portal_bundle_add_version (paging->bundle, row);
  else
    add_match (paging, row);
  paging->position = row->seq;
  return TRUE;
}

/* Whether it fits; an error is kept and counts as no. */
static gboolean
fits (Paging *paging, gint64 seq)
{
  gboolean fit = FALSE;

  return portal_filters_fit (paging->query->filters, paging->db, paging->call->view, seq, &fit,
                             &paging->error) &&
         fit;
}

static gboolean
is_in_range (const PortalRange *range, const PortalRow *row)
{
  return row->state == PORTAL_STATE_LIVE && row->updated >= range->from && row->updated < range->to &&
         !(row->updated >= range->not_from && row->updated < range->not_to);
}

static gboolean
find_named (const PortalRow *row, gpointer data)
{
  Paging *paging = data;

  if (is_in_range (&paging->query->range, row) &&
      portal_view_sees (paging->call->view, row, PORTAL_OPERATION_SEARCH))
    paging->found = row->seq;
  return FALSE;
}

/* The seq of an id that is seen and fits, or 0. */
static gint64
look_up (Paging *paging, const char *id)
{
  paging->found = 0;
  if (!portal_store_find_seen (paging->db, paging->audiences, paging->query->type, id, 0, find_named,
                               paging, &paging->error) ||
      (paging->found != 0 && !fits (paging, paging->found)))
    return 0;
  return paging->found;
}

/* _id: one look-up each, in the order in which they were named. */
static void
search_ids (Paging *paging)
{
  PortalQuery *query = paging->query;
  gint64 place;

  for (place = query->position; place < (gint64) query->ids->len && !paging->more; place++)
    {
      gint64 seq = look_up (paging, g_ptr_array_index (query->ids, place));

      if (paging->error != NULL ||
          (seq != 0 && !portal_store_get_seq (paging->db, paging->audiences, seq, add_row, paging,
                                              &paging->error)))
        return;
    }
  paging->position = paging->more ? place - 1 : place;
}

static gboolean
try_seq (gint64 seq, gpointer data)
{
  Paging *paging = data;

  if (fits (paging, seq))
    portal_store_get_seq (paging->db, paging->audiences, seq, add_row, paging, &paging->error);
  return paging->error == NULL && !paging->more;
}

static gboolean
count_seq (gint64 seq, gpointer data)
{
  Paging *paging = data;

  paging->total += fits (paging, seq);
  return paging->error == NULL;
}

static void
count_all (Paging *paging)
{
  PortalQuery *query = paging->query;

  paging->total = 0;
  if (query->nobody)
    return;
  if (query->ids != NULL)
    for (guint i = 0; i < query->ids->len && paging->error == NULL; i++)
      paging->total += look_up (paging, g_ptr_array_index (query->ids, i)) != 0;
  else if (query->filters->len == 0)
    portal_store_count (paging->db, paging->audiences, query->type, &query->range, &paging->total,
                        &paging->error);
  else
    portal_store_list_seqs (paging->db, paging->audiences, query->type, &query->range, 0, count_seq,
                            paging, &paging->error);
}

static gboolean
read_id (const PortalRow *row, gpointer data)
{
  *(char **) data = g_strdup (row->id);
  return FALSE;
}

static gboolean
add_candidate (gint64 seq, gpointer data)
{
  Paging *paging = data;
  Candidate *candidate;

  if (!fits (paging, seq))
    return paging->error == NULL;
  candidate = g_new0 (Candidate, 1);
  candidate->seq = seq;
  g_ptr_array_add (paging->candidates, candidate);
  for (guint i = 0; i < paging->query->sorts->len && paging->error == NULL; i++)
    {
      const PortalSort *sort = &g_array_index (paging->query->sorts, PortalSort, i);

      if (sort->param != NULL)
        candidate->keys[i] = portal_filter_dup_key (sort->param, sort->descending, paging->db, seq,
                                                    &paging->error);
      else if (sort->by_id)
        portal_store_get_seq (paging->db, paging->audiences, seq, read_id, &candidate->keys[i],
                              &paging->error);
      else
        candidate->keys[i] = portal_filter_encode (seq);
    }
  return paging->error == NULL;
}

/* What has no value comes last, whichever way it goes. */
static int
compare_keys (GArray *sorts, char *const *a, gint64 a_seq, char *const *b, gint64 b_seq)
{
  for (guint i = 0; i < sorts->len; i++)
    {
      const char *one = a[i] != NULL ? a[i] : "", *two = b[i] != NULL ? b[i] : "";
      int order = strcmp (one, two);

      if (order == 0)
        continue;
      if (*one == '\0' || *two == '\0')
        return *one == '\0' ? 1 : -1;
      return g_array_index (sorts, PortalSort, i).descending ? -order : order;
    }
  return a_seq < b_seq ? -1 : a_seq > b_seq;
}

static int
compare_candidates (gconstpointer a, gconstpointer b, gpointer data)
{
  Candidate *one = *(Candidate *const *) a, *two = *(Candidate *const *) b;

  return compare_keys (data, one->keys, one->seq, two->keys, two->seq);
}

static void
collect_candidates (Paging *paging)
{
  PortalQuery *query = paging->query;

  if (query->ids == NULL)
    portal_store_list_seqs (paging->db, paging->audiences, query->type, &query->range, 0,
                            add_candidate, paging, &paging->error);
  for (guint i = 0; query->ids != NULL && i < query->ids->len && paging->error == NULL; i++)
    {
      gint64 seq = look_up (paging, g_ptr_array_index (query->ids, i));

      if (seq != 0)
        add_candidate (seq, paging);
    }
}

/* All that fit are put in order for every page: a chart has some thousand of a type. */
static void
search_sorted (Paging *paging)
{
  PortalQuery *query = paging->query;
  g_autoptr(GPtrArray) candidates = g_ptr_array_new_with_free_func (candidate_free);
  char *const *last = query->keys;
  g_auto(GStrv) keys = NULL;

  paging->candidates = candidates;
  collect_candidates (paging);
  g_ptr_array_sort_with_data (candidates, compare_candidates, query->sorts);
  for (guint i = 0; i < candidates->len && paging->error == NULL; i++)
    {
      Candidate *candidate = g_ptr_array_index (candidates, i);

      if (last != NULL && g_strv_length ((GStrv) last) == query->sorts->len &&
          compare_keys (query->sorts, candidate->keys, candidate->seq, last, query->position) <= 0)
        continue;
      portal_store_get_seq (paging->db, paging->audiences, candidate->seq, add_row, paging,
                            &paging->error);
      if (paging->more)
        break;
      g_strfreev (keys);
      keys = g_strdupv (candidate->keys);
    }
  g_strfreev (query->keys);
  query->keys = g_steal_pointer (&keys);
}

static gboolean
test_patient (const PortalRow *row, gpointer data)
{
  Paging *paging = data;
  gboolean fit = FALSE;

  if (row->state == PORTAL_STATE_LIVE &&
      portal_view_sees (paging->call->view, row, PORTAL_OPERATION_SEARCH))
    portal_filter_fits (paging->query->patient, paging->db, paging->call->view, row->seq, &fit,
                        &paging->error);
  paging->query->nobody |= !fit;
  paging->found = TRUE;
  return FALSE;
}

/* patient.identifier and its like: the one patient of the view fits, or there is nothing. */
static void
check_patient (Paging *paging)
{
  const PortalView *view = paging->call->view;
  PortalAudiences audiences;

  paging->found = FALSE;
  portal_view_get_audiences (view, "Patient", audiences);
  portal_store_find_seen (paging->db, audiences, "Patient", view->patient, 0, test_patient, paging,
                          &paging->error);
  paging->query->nobody |= !paging->found;
}

static gboolean
add_version (const PortalRow *row, gpointer data)
{
  Paging *paging = data;

  paging->looked++;
  paging->last = row->seq;
  return add_row (row, data);
}

/* Of what spans types, rows that the token doesn't reach may stand between those that it does. */
static void
fill_history (Paging *paging)
{
  PortalQuery *query = paging->query;
  guint limit = query->count + 1;

  paging->last = query->position;
  do
    {
      paging->looked = 0;
      portal_store_history (paging->db, paging->audiences, query->type, query->id, query->since, paging->last, limit,
                            add_version, paging, &paging->error);
    }
  while (paging->looked == limit && !paging->more && paging->error == NULL);
}

/* A token of single categories: the rest is no match and isn't counted. */
static void
narrow (Paging *paging)
{
  PortalQuery *query = paging->query;
  g_auto(GStrv) categories = NULL;
  PortalFilter *filter;

  if (query->history || *query->type == '\0')
    return;
  categories = portal_view_dup_categories (paging->call->view, query->type, PORTAL_OPERATION_SEARCH);
  if (categories == NULL)
    return;
  filter = portal_filter_new (portal_params_find (query->type, "category"));
  for (guint i = 0; categories[i] != NULL; i++)
    {
      PortalFilterValue *value = g_new0 (PortalFilterValue, 1);
      const char *bar = strrchr (categories[i], '|');

      value->system = bar != NULL ? g_strndup (categories[i], bar - categories[i]) : NULL;
      value->text = g_strdup (bar != NULL ? bar + 1 : categories[i]);
      g_ptr_array_add (filter->values, value);
    }
  g_ptr_array_add (query->filters, filter);
}

static void
fill (Paging *paging)
{
  PortalQuery *query = paging->query;

  narrow (paging);
  if (query->patient != NULL)
    check_patient (paging);
  if (paging->error == NULL && (query->count_only || query->total))
    count_all (paging);
  if (paging->error != NULL || query->count_only || query->nobody)
    return;
  if (query->history)
    fill_history (paging);
  else if (query->sorts->len > 0)
    search_sorted (paging);
  else if (query->ids != NULL)
    search_ids (paging);
  else if (query->filters->len > 0)
    portal_store_list_seqs (paging->db, paging->audiences, query->type, &query->range,
                            query->position, try_seq, paging, &paging->error);
  else
    portal_store_search (paging->db, paging->audiences, query->type, &query->range, query->position,
                         query->count + 1, add_row, paging, &paging->error);
}

typedef struct
{
  Paging    *paging;
  GPtrArray *ids;
} Matching;

static gboolean
take_id (const PortalRow *row, gpointer data)
{
  Matching *matching = data;

  if (portal_view_sees (matching->paging->call->view, row, PORTAL_OPERATION_SEARCH))
    g_ptr_array_add (matching->ids, g_strdup (row->id));
  return FALSE;
}

static gboolean
match_seq (gint64 seq, gpointer data)
{
  Matching *matching = data;
  Paging *paging = matching->paging;

  if (fits (paging, seq))
    portal_store_get_seq (paging->db, paging->audiences, seq, take_id, matching, &paging->error);
  return paging->error == NULL && matching->ids->len < 2;
}

/* Up to two ids of what a condition matches, of what the caller sees. FALSE without an error when the
 * call has been answered. */
gboolean
portal_search_match (PortalCall       *call,
                     CairnConnection  *db,
                     const char       *type,
                     GPtrArray        *params,
                     GPtrArray        *ids,
                     GError          **error)
{
  g_autoptr(PortalQuery) query = portal_query_new_params (call, type, params);
  PortalAudiences audiences;
  Paging paging = { call, db, query, NULL, NULL, audiences, 0 };
  Matching matching = { &paging, ids };

  if (query == NULL || !portal_focus_patient (call, db, query))
    return FALSE;
  portal_view_get_audiences (call->view, type, audiences);
  narrow (&paging);
  if (query->patient != NULL)
    check_patient (&paging);
  if (paging.error == NULL && !query->nobody && query->ids == NULL)
    portal_store_list_seqs (db, audiences, type, &query->range, 0, match_seq, &matching, &paging.error);
  for (guint i = 0; query->ids != NULL && !query->nobody && i < query->ids->len && ids->len < 2; i++)
    {
      gint64 seq = look_up (&paging, g_ptr_array_index (query->ids, i));

      if (seq != 0 && paging.error == NULL)
        match_seq (seq, &matching);
    }
  if (paging.error == NULL)
    return TRUE;
  g_propagate_error (error, paging.error);
  return FALSE;
}

/* As a GET would ask, whichever way it was asked. */
static char *
dup_self (PortalCall *call, PortalQuery *query)
{
  const char *path = call->path + strlen ("/fhir");
  g_autofree char *self = portal_query_dup_self (query);
  gsize length = strlen (path) - (g_str_has_suffix (path, "/_search") ? strlen ("/_search") : 0);

  return g_strdup_printf ("%s%.*s%s", call->base, (int) length, path, self);
}

static void
add_links (Paging *paging)
{
  PortalQuery *query = paging->query;
  g_autofree char *self = dup_self (paging->call, query), *next = NULL;

  portal_bundle_add_link (paging->bundle, "self", self);
  if (!paging->more)
    return;
  query->position = paging->position;
  next = portal_query_dup_next (query, paging->call);
  portal_bundle_add_link (paging->bundle, "next", next);
}

/* A page is made of several look-ups: they see the store at one moment. */
static void
reply_page (PortalCall *call, CairnConnection *db, PortalQuery *query)
{
  g_autoptr(PortalBundle)
    bundle = portal_bundle_new (query->history ? "history" : "searchset", call->base);
  g_autoptr(PortalIncludes) includes = portal_includes_new (call, query);
  PortalAudiences audiences;
  Paging paging = { call, db, query, bundle, includes, audiences, query->position };
  g_autoptr(GBytes) body = NULL;
  g_autoptr(GError) error = NULL;

  if (*query->type == '\0')
    portal_view_get_all_audiences (call->view, audiences);
  else
    portal_view_get_audiences (call->view, query->type, audiences);
  if (call->inside || cairn_connection_exec (db, "BEGIN", &paging.error))
    {
      fill (&paging);
      if (paging.error == NULL)
        portal_includes_add (includes, db, bundle, &paging.error);
      if (!call->inside)
        cairn_connection_exec (db, "COMMIT", paging.error == NULL ? &paging.error : NULL);
    }
  error = paging.error;
  if (error != NULL)
    {
      portal_call_fail (call, error);
      return;
    }
  if (query->count_only || query->total)
    portal_bundle_set_total (bundle, paging.total);
  add_links (&paging);
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
  if (query != NULL && portal_focus_patient (call, db, query))
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
  if (call->args[1] == NULL && portal_view_needs_patient (call->view, call->args[0]))
    {
      portal_call_outcome (call, 400, "required", "Staff look at one patient's records at a time");
      return;
    }
  query = portal_query_new_history (call, call->args[0], call->args[1]);
  if (query != NULL)
    reply_page (call, db, query);
}

/* Of all types that the token reaches. */
void
portal_search_all_history (PortalCall *call, CairnConnection *db)
{
  g_autoptr(PortalQuery) query = NULL;

  if (!portal_fhir_takes_json (call))
    return;
  query = portal_query_new_history (call, "", NULL);
  if (query != NULL)
    reply_page (call, db, query);
}
