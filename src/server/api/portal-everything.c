/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patient/id/$everything (FHIR R4, Patient operations): all of the record in pages, oldest update
 * first, and with each page the people and places that it names. On a reader. */
#include "portal-everything.h"

#include <string.h>

#include "fhir/cairn-types.h"
#include "portal-bundle.h"
#include "portal-fhir.h"
#include "portal-query.h"

#define PAGE_BYTES (1024 * 1024)

typedef struct
{
  PortalCall   *call;
  PortalQuery  *query;
  PortalBundle *bundle;
  GHashTable   *named;      /* set of "Type/id" of the directory */
  gint64        position;
  gboolean      more;
} Paging;

static gboolean
is_wanted (const PortalQuery *query, const char *type)
{
  return query->types == NULL || g_strv_contains ((const char *const *) query->types, type);
}

static void
note_named (const char *type, const char *id, const char *reference, CairnJson value, gpointer data)
{
  Paging *paging = data;

  if (type != NULL && id != NULL && is_wanted (paging->query, type) &&
      cairn_type_get_class (type) == CAIRN_TYPE_CLASS_DIRECTORY)
    g_hash_table_add (paging->named, g_strconcat (type, "/", id, NULL));
}

static gboolean
add_row (const PortalRow *row, gpointer data)
{
  Paging *paging = data;
  guint count = portal_bundle_get_count (paging->bundle);

  if (!is_wanted (paging->query, row->type) ||
      !portal_view_sees (paging->call->view, row, PORTAL_OPERATION_SEARCH))
    return TRUE;
  if (count >= paging->query->count ||
      (count > 0 && portal_bundle_get_size (paging->bundle) + row->text.length > PAGE_BYTES))
    {
      paging->more = TRUE;
      return FALSE;
    }
  portal_bundle_add_match (paging->bundle, row);
  cairn_reference_foreach (row->text, note_named, paging);
  paging->position = row->seq;
  return TRUE;
}

static gboolean
add_named (const PortalRow *row, gpointer data)
{
  Paging *paging = data;

  if (portal_view_sees (paging->call->view, row, PORTAL_OPERATION_SEARCH))
    portal_bundle_add_include (paging->bundle, row);
  return FALSE;
}

static gboolean
fill (Paging *paging, CairnConnection *db, GError **error)
{
  PortalQuery *query = paging->query;
  PortalAudiences record;
  GHashTableIter iter;
  gpointer reference;

  portal_view_get_audiences (paging->call->view, "Patient", record);
  if (!portal_store_list_all (db, record, query->since, query->position, add_row,
                              paging, error))
    return FALSE;
  g_hash_table_iter_init (&iter, paging->named);
  while (g_hash_table_iter_next (&iter, &reference, NULL))
    {
      g_autofree char *type = NULL, *id = NULL;
      PortalAudiences audiences;

      cairn_reference_split (reference, &type, &id);
      portal_view_get_audiences (paging->call->view, type, audiences);
      if (!portal_store_find_seen (db, audiences, type, id, 0, add_named, paging, error))
        return FALSE;
    }
  return TRUE;
}

static void
reply_page (PortalCall *call, CairnConnection *db, PortalQuery *query)
{
  g_autoptr(PortalBundle) bundle = portal_bundle_new ("searchset", call->base);
  g_autoptr(GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Paging paging = { call, query, bundle, named, query->position, FALSE };
  g_autofree char *params = portal_query_dup_self (query), *self = NULL;
  g_autoptr(GBytes) body = NULL;
  g_autoptr(GError) error = NULL;

  if (!fill (&paging, db, &error))
    {
      portal_call_fail (call, error);
      return;
    }
  self = g_strdup_printf ("%s/Patient/%s/$everything%s", call->base, query->id, params);
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

void
portal_everything_get (PortalCall *call, CairnConnection *db)
{
  g_autoptr(PortalQuery) query = NULL;

  if (!portal_fhir_takes_json (call))
    return;
  if (!portal_view_may (call->view, "Patient", PORTAL_OPERATION_SEARCH))
    portal_call_outcome (call, 403, "forbidden", "The token's scopes do not reach this type");
  else if (!portal_view_focus (call->view, call->args[0]))
    portal_call_outcome (call, 404, "not-found", "There is no such resource");
  else
    query = portal_query_new_everything (call, call->args[0]);
  if (query != NULL)
    reply_page (call, db, query);
}
