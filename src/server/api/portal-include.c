/* SPDX-License-Identifier: GPL-3.0-or-later */
/* _include and _revinclude (FHIR R4 §3.1.1.5.6): what the matches of a page point at is read from
 * their texts, what points at them comes from the index; each row is held against the caller's view
 * like a match is. With :iterate what was included is asked the same, until nothing new comes. On a
 * reader. */
#include "portal-include.h"

#include "fhir/cairn-types.h"

#define MOST_INCLUDED 2000   /* beside a page; what points in circles ends by itself */

/* A match, or something that was included */
typedef struct
{
  char    *type;
  char    *id;
  gboolean included;
} Member;

struct _PortalIncludes
{
  PortalCall        *call;
  const PortalQuery *query;
  GPtrArray         *wanted;    /* "Type/id" that members point at */
  GPtrArray         *members;   /* Member */
  GHashTable        *there;     /* set of "Type/id": in the page already */
  PortalBundle      *bundle;
};

typedef struct
{
  PortalIncludes      *includes;
  const PortalInclude *include;
} Collecting;

static void
member_free (gpointer data)
{
  Member *member = data;

  g_free (member->type);
  g_free (member->id);
  g_free (member);
}

PortalIncludes *
portal_includes_new (PortalCall *call, const PortalQuery *query)
{
  PortalIncludes *self = g_new0 (PortalIncludes, 1);

  self->call = call;
  self->query = query;
  self->wanted = g_ptr_array_new_with_free_func (g_free);
  self->members = g_ptr_array_new_with_free_func (member_free);
  self->there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
portal_includes_free (PortalIncludes *self)
{
  g_ptr_array_unref (self->wanted);
  g_ptr_array_unref (self->members);
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

/* Reads what a row points at; its text is good for this call only. */
static void
note (PortalIncludes *self, const PortalRow *row, gboolean included)
{
  Member *member;

  if (self->query->includes->len == 0 && self->query->revincludes->len == 0)
    return;
  member = g_new (Member, 1);
  *member = (Member) { g_strdup (row->type), g_strdup (row->id), included };
  g_ptr_array_add (self->members, member);
  for (guint i = 0; i < self->query->includes->len; i++)
    {
      const PortalInclude *include = &g_array_index (self->query->includes, PortalInclude, i);
      g_auto(GStrv) paths = NULL;
      Collecting collecting = { self, include };

      if ((included && !include->iterate) || !g_str_equal (include->param->type, row->type))
        continue;
      paths = g_strsplit (include->param->paths, "|", -1);
      for (guint k = 0; paths[k] != NULL; k++)
        cairn_json_foreach (row->text, paths[k], collect, &collecting);
    }
}

void
portal_includes_match (PortalIncludes *self, const PortalRow *row)
{
  g_hash_table_add (self->there, g_strconcat (row->type, "/", row->id, NULL));
  note (self, row, FALSE);
}

static gboolean
add_row (const PortalRow *row, gpointer data)
{
  PortalIncludes *self = data;

  if (self->members->len >= MOST_INCLUDED)
    return FALSE;
  if (!portal_view_sees (self->call->view, row, PORTAL_OPERATION_SEARCH) ||
      !g_hash_table_add (self->there, g_strconcat (row->type, "/", row->id, NULL)))
    return TRUE;
  portal_bundle_add_include (self->bundle, row);
  note (self, row, TRUE);
  return TRUE;
}

static gboolean
add_wanted (PortalIncludes *self, CairnConnection *db, const char *reference, GError **error)
{
  g_autofree char *type = NULL, *id = NULL;
  PortalAudiences audiences;

  if (g_hash_table_contains (self->there, reference))
    return TRUE;
  cairn_reference_split (reference, &type, &id);
  portal_view_get_audiences (self->call->view, type, audiences);
  return portal_store_find_seen (db, audiences, type, id, 0, add_row, self, error);
}

static gboolean
add_referring (PortalIncludes *self, CairnConnection *db, const Member *member, GError **error)
{
  for (guint i = 0; i < self->query->revincludes->len; i++)
    {
      const PortalInclude *include = &g_array_index (self->query->revincludes, PortalInclude, i);
      PortalAudiences audiences;

      if ((member->included && !include->iterate) || !portal_param_may_point_at (include->param, member->type))
        continue;
      portal_view_get_audiences (self->call->view, include->param->type, audiences);
      if (!portal_store_list_referring (db, audiences, include->param->type, include->param->name, member->type,
                                        member->id, add_row, self, error))
        return FALSE;
    }
  return TRUE;
}

/* Adds them after the matches; both lists grow while they are gone through. */
gboolean
portal_includes_add (PortalIncludes *self, CairnConnection *db, PortalBundle *bundle, GError **error)
{
  guint wanted = 0, member = 0;

  self->bundle = bundle;
  while (wanted < self->wanted->len || member < self->members->len)
    if (wanted < self->wanted->len ? !add_wanted (self, db, g_ptr_array_index (self->wanted, wanted++), error)
                                   : !add_referring (self, db, g_ptr_array_index (self->members, member++), error))
      return FALSE;
  return TRUE;
}
