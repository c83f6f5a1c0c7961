/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text that an edit stores: references of a Bundle's entries to each other put in, the id, no
 * white space between tokens; and what it points at held against what the caller sees. On the
 * writer. */
#include "portal-edit.h"

#include <string.h>

#include "common/cairn-json-edit.h"
#include "fhir/cairn-types.h"
#include "server/api/portal-search.h"
#include "server/store/portal-text.h"

typedef struct
{
  PortalEdit    *self;
  PortalEditing *editing;
  CairnJsonEdit *edit;
  GError        *error;
} Rewriting;

static void
put (Rewriting *rewriting, CairnJson value, const char *target)
{
  g_autoptr(GString) raw = g_string_new (NULL);

  cairn_json_append_string (raw, target);
  cairn_json_edit_replace (rewriting->edit, value, raw->str);
}

/* Type?condition: the one that the caller sees */
static void
resolve_condition (Rewriting *rewriting, const char *reference, const char *mark, CairnJson value)
{
  PortalEditing *editing = rewriting->editing;
  g_autofree char *type = g_strndup (reference, mark - reference), *target = NULL;
  g_autoptr(GPtrArray) params = portal_edit_parse_condition (mark + 1);
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  gboolean found = cairn_type_is_known (type) && portal_view_may (editing->call->view, type, PORTAL_OPERATION_SEARCH) &&
                   portal_search_match (editing->call, editing->db, type, params, ids, &rewriting->error) &&
                   ids->len == 1;

  portal_view_end_focus (editing->call->view);
  if (!found)
    {
      if (rewriting->error == NULL)
        portal_edit_refuse (rewriting->self, 412, "not-found",
                            "A conditional reference matches nothing, or several");
      return;
    }
  target = g_strconcat (type, "/", g_ptr_array_index (ids, 0), NULL);
  put (rewriting, value, target);
}

static void
rewrite (const char *type, const char *id, const char *reference, CairnJson value, gpointer data)
{
  Rewriting *rewriting = data;
  PortalCall *call = rewriting->editing->call;
  GHashTable *names = rewriting->editing->names;
  const char *target = names != NULL ? g_hash_table_lookup (names, reference) : NULL;
  const char *mark = strchr (reference, '?');
  gsize length = strlen (call->base);

  if (rewriting->error != NULL || rewriting->self->status >= 400)
    return;
  if (target != NULL)
    put (rewriting, value, target);
  else if (g_str_has_prefix (reference, call->base) && reference[length] == '/')
    put (rewriting, value, reference + length + 1);
  else if (mark != NULL && g_ascii_isupper (*reference) && memchr (reference, ':', mark - reference) == NULL)
    resolve_condition (rewriting, reference, mark, value);
  else if (names != NULL && g_str_has_prefix (reference, "urn:"))
    portal_edit_refuse (rewriting->self, 400, "invalid", "A reference names no entry of the Bundle");
}

/* NULL with an error, or when the edit was refused. */
char *
portal_edit_prepare (PortalEdit     *self,
                     PortalEditing  *editing,
                     CairnJson       resource,
                     gsize          *length,
                     GError        **error)
{
  g_autoptr(CairnJsonEdit) edit = cairn_json_edit_new (resource);
  Rewriting rewriting = { self, editing, edit, NULL };
  g_autofree char *id = g_strdup_printf ("\"%s\"", self->id), *edited = NULL;
  CairnJson text;

  cairn_reference_foreach (resource, rewrite, &rewriting);
  if (rewriting.error != NULL)
    g_propagate_error (error, rewriting.error);
  if (rewriting.error != NULL || self->status >= 400)
    return NULL;
  cairn_json_edit_set_member (edit, resource, "id", id);
  edited = cairn_json_edit_apply (edit, &text.length);
  text.text = edited;
  return portal_text_compact (text, length);
}

static gboolean
note_seen (const PortalRow *row, gpointer data)
{
  gboolean *seen = data;

  *seen = row->state == PORTAL_STATE_LIVE;
  return FALSE;
}

static gboolean
is_seen (PortalEditing *editing, const char *reference, gboolean *seen, GError **error)
{
  g_autofree char *type = NULL, *id = NULL;
  PortalAudiences audiences;

  *seen = g_hash_table_contains (editing->made, reference);
  if (*seen || !cairn_reference_split (reference, &type, &id))
    return TRUE;
  portal_view_get_audiences (editing->call->view, type, audiences);
  return portal_store_find_seen (editing->db, audiences, type, id, 0, note_seen, seen, error);
}

/* Pointing at something must not make it visible, so it has to be visible before. */
gboolean
portal_edit_check_points (PortalEdit *self, PortalEditing *editing, CairnJson resource, GError **error)
{
  g_autoptr(GPtrArray) points = portal_index_list_points (self->type, resource);
  char *context = cairn_json_dup_text_at (resource, "securityContext.reference");

  if (context != NULL)
    g_ptr_array_add (points, context);
  for (guint i = 0; i < points->len; i++)
    {
      gboolean seen;

      if (!is_seen (editing, g_ptr_array_index (points, i), &seen, error))
        return FALSE;
      if (!seen)
        {
          portal_edit_refuse (self, 422, "not-found", "It points at something that you don't see");
          self->detail = g_str_equal (self->type, "Communication") ? "attachment" : NULL;
          break;
        }
    }
  return TRUE;
}
