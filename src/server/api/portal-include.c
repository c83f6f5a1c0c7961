/* SPDX-License-Identifier: GPL-3.0-or-later */
/* _include and _revinclude (FHIR R4 §3.1.1.5.6): what the matches of a page point at is read from
 * their texts, what points at them comes from the index; each row is held against the caller's view
 * like a match is. On a reader. */
#include "portal-include.h"

#include "fhir/cairn-types.h"

struct _PortalIncludes
{
  PortalCall        *call;
  const PortalQuery *query;
  GPtrArray         *wanted;    /* "Type/id" that matches point at */
  GPtrArray         *matches;   /* "Type/id" */
  GHashTable        *there;     /* set of "Type/id": in the page already */
  PortalBundle      *bundle;
};

typedef struct
{
  PortalIncludes      *includes;
  const PortalInclude *include;
} Collecting;

PortalIncludes *
portal_includes_new (PortalCall *call, const PortalQuery *query)
{
  PortalIncludes *self = g_new0 (PortalIncludes, 1);

  self->call = call;
  self->query = query;
  self->wanted = g_ptr_array_new_with_free_func (g_free);
  self->matches = g_ptr_array_new_with_free_func (g_free);
  self->there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
portal_includes_free (PortalIncludes *self)
{
  g_ptr_array_unref (self->wanted);
  g_ptr_array_unref (self->matches);
  g_hash_table_unref (self->there);
  g_free (self);
}

static gboolean
collect (CairnJson value, gpointer data)
{
  Collecting *self = data;
  g_autofree char *type = NULL, *id = NULL;
  g_autofree char *reference = cairn_json_dup_string (
    cairn_json_is_object (value) ? cairn_json_member (value, "reference") : value);

  if (cairn_reference_split (reference, &type, &id) &&
      (self->include->target == NULL || g_str_equal (self->include->target, type)) &&
      portal_param_may_point_at (self->include->param, type))
    g_ptr_array_add (self->includes->wanted, g_strconcat (type, "/", id, NULL));
  return TRUE;
}

/* Notes a match; its text is good for this call only. */
void
portal_includes_match (PortalIncludes *self, const PortalRow *row)
{
  char *name;

  if (self->query->includes->len == 0 && self->query->revincludes->len == 0)
    return;
  name = g_strconcat (row->type, "/", row->id, NULL);
  g_hash_table_add (self->there, g_strdup (name));
  g_ptr_array_add (self->matches, name);
  for (guint i = 0; i < self->query->includes->len; i++)
    {
      const PortalInclude *include = &g_array_index (self->query->includes, PortalInclude, i);
      g_auto(GStrv) paths = g_strsplit (include->param->paths, "|", -1);
      Collecting collecting = { self, include };

      for (guint k = 0; paths[k] != NULL; k++)
        cairn_json_foreach (row->text, paths[k], collect, &collecting);
    }
}

static gboolean
add_row (const PortalRow *row, gpointer data)
{
  PortalIncludes *self = data;
  g_autofree char *name = NULL;

  if (!portal_view_sees (self->call->view, row, PORTAL_OPERATION_SEARCH))
    return TRUE;
  name = g_strconcat (row->type, "/", row->id, NULL);
  if (g_hash_table_add (self->there, g_steal_pointer (&name)))
    portal_bundle_add_include (self->bundle, row);
  return TRUE;
}

static gboolean
add_wanted (PortalIncludes *self, CairnConnection *db, const char *reference, GError **error)
{
  g_autofree char *type = NULL, *id = NULL;
  PortalAudiences audiences;

  cairn_reference_split (reference, &type, &id);
  portal_view_get_audiences (self->call->view, type, audiences);
  return portal_store_find_seen (db, audiences, type, id, 0, add_row, self, error);
}

static gboolean
add_referring (PortalIncludes      *self,
               CairnConnection     *db,
               const PortalInclude *include,
               const char          *match,
               GError             **error)
{
  g_autofree char *type = NULL, *id = NULL;
  PortalAudiences audiences;

  cairn_reference_split (match, &type, &id);
  portal_view_get_audiences (self->call->view, include->param->type, audiences);
  return portal_store_list_referring (db, audiences, include->param->type, include->param->name,
                                      type, id, add_row, self, error);
}

/* Adds them after the matches. */
gboolean
portal_includes_add (PortalIncludes *self, CairnConnection *db, PortalBundle *bundle, GError **error)
{
  self->bundle = bundle;
  for (guint i = 0; i < self->wanted->len; i++)
    {
      const char *reference = g_ptr_array_index (self->wanted, i);

      if (!g_hash_table_contains (self->there, reference) && !add_wanted (self, db, reference, error))
        return FALSE;
    }
  for (guint i = 0; i < self->query->revincludes->len; i++)
    for (guint k = 0; k < self->matches->len; k++)
      if (!add_referring (self, db, &g_array_index (self->query->revincludes, PortalInclude, i),
                          g_ptr_array_index (self->matches, k), error))
        return FALSE;
  return TRUE;
}
