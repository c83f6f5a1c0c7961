/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One change of one resource (FHIR R4 §3.1.0.4 to §3.1.0.8): what it means, whether it is allowed,
 * and into the store. On the writer, inside a transaction. */
#include "portal-edit.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "common/cairn-gate.h"
#include "fhir/cairn-types.h"
#include "portal-check.h"
#include "portal-patch.h"
#include "server/live/portal-subscription.h"
#include "server/messages/portal-attachment.h"
#include "server/messages/portal-message.h"
#include "server/api/portal-search.h"
#include "server/store/portal-store-content.h"
#include "server/store/portal-store-index.h"
#include "server/store/portal-text.h"

#define MOST_BYTES (4 * 1024 * 1024)

PortalEdit *
portal_edit_new (PortalEditKind kind, const char *type, const char *id)
{
  PortalEdit *self = g_new0 (PortalEdit, 1);

  self->kind = kind;
  self->type = g_strdup (type);
  self->id = g_strdup (id);
  self->status = 200;
  return self;
}

void
portal_edit_free (PortalEdit *self)
{
  g_free (self->type);
  g_free (self->id);
  g_clear_pointer (&self->condition, g_ptr_array_unref);
  g_free (self->if_match);
  g_free (self->why);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_free (self);
}

void
portal_edit_refuse (PortalEdit *self, guint status, const char *code, const char *why)
{
  self->status = status;
  self->code = code;
  g_free (self->why);
  self->why = g_strdup (why);
}

static void
param_free (gpointer data)
{
  g_free (((PortalParam *) data)->name);
  g_free (((PortalParam *) data)->value);
  g_free (data);
}

/* (element-type PortalParam): of If-None-Exist, or of what follows a "?". */
GPtrArray *
portal_edit_parse_condition (const char *query)
{
  GPtrArray *params = g_ptr_array_new_with_free_func (param_free);
  GUriParamsIter iter;
  PortalParam param;

  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_WWW_FORM);
  while (g_uri_params_iter_next (&iter, &param.name, &param.value, NULL))
    g_ptr_array_add (params, g_memdup2 (&param, sizeof param));
  return params;
}

static PortalOperation
operation_of (const PortalEdit *self)
{
  if (self->kind == PORTAL_EDIT_DELETE)
    return PORTAL_OPERATION_DELETE;
  return self->make ? PORTAL_OPERATION_CREATE : PORTAL_OPERATION_UPDATE;
}

/* system|value of a create's condition that is just an identifier, or NULL */
static char **
split_identifier (const PortalEdit *self)
{
  const PortalParam *param;

  if (self->kind != PORTAL_EDIT_CREATE || self->condition == NULL || self->condition->len != 1)
    return NULL;
  param = g_ptr_array_index (self->condition, 0);
  if (!g_str_equal (param->name, "identifier") || strpbrk (param->value, ",\\") != NULL ||
      strchr (param->value, '|') == NULL)
    return NULL;
  return g_strsplit (param->value, "|", 2);
}

static const char *
claimant (const PortalEditing *editing)
{
  return editing->call->view->patient != NULL ? editing->call->view->patient : "";
}

static gboolean
note_live (const PortalRow *row, gpointer data)
{
  *(gboolean *) data = row->state == PORTAL_STATE_LIVE;
  return FALSE;
}

/* Whether the same was made before, by the same patient. */
static gboolean
aim_at_claim (PortalEdit *self, PortalEditing *editing, GError **error)
{
  g_auto(GStrv) identifier = split_identifier (self);
  g_autoptr(GPtrArray) ids = NULL;
  PortalAudiences audiences;

  if (identifier == NULL)
    return TRUE;
  ids = portal_store_find_claim (editing->db, self->type, claimant (editing), identifier[0],
                                 identifier[1], error);
  if (ids == NULL || ids->len == 0)
    return ids != NULL;
  portal_view_get_audiences (editing->call->view, self->type, audiences);
  if (!portal_store_find_seen (editing->db, audiences, self->type, g_ptr_array_index (ids, 0), 0,
                               note_live, &self->exists, error))
    return FALSE;
  if (self->exists)
    self->id = g_strdup (g_ptr_array_index (ids, 0));
  return TRUE;
}

static gboolean
claim (PortalEdit *self, PortalEditing *editing, GError **error)
{
  g_auto(GStrv) identifier = split_identifier (self);

  return identifier == NULL || portal_store_add_claim (editing->db, self->type, claimant (editing),
                                                       identifier[0], identifier[1], self->id, error);
}

static gboolean
names_ids (GPtrArray *condition)
{
  for (guint i = 0; i < condition->len; i++)
    if (g_str_equal (((const PortalParam *) g_ptr_array_index (condition, i))->name, "_id"))
      return TRUE;
  return FALSE;
}

/* A condition that sees no record would match nothing, and make a second one of what is there. */
static gboolean
search_condition (PortalEdit *self, PortalEditing *editing, GPtrArray *ids, GError **error)
{
  PortalView *view = editing->call->view;
  gboolean done = portal_search_match (editing->call, editing->db, self->type, self->condition, ids, error);
  gboolean blind = done && portal_view_needs_patient (view, self->type) && !g_str_equal (self->type, "Patient") &&
                   !names_ids (self->condition);

  portal_view_end_focus (view);
  if (blind)
    portal_edit_refuse (self, 400, "required", "A condition names the patient");
  else if (!done && *error == NULL)
    portal_edit_refuse (self, 400, "not-supported", "A condition must name search parameters that are known here");
  return done && !blind;
}

/* Finds what a condition means. */
static gboolean
aim_at_condition (PortalEdit *self, PortalEditing *editing, GError **error)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  if (!portal_view_may (editing->call->view, self->type, PORTAL_OPERATION_SEARCH))
    {
      portal_edit_refuse (self, 403, "forbidden", "A condition needs a scope that searches");
      return TRUE;
    }
  if (!aim_at_claim (self, editing, error) || self->exists)
    return self->exists;
  if (!search_condition (self, editing, ids, error))
    return *error == NULL;
  if (ids->len > 1)
    portal_edit_refuse (self, 412, "multiple-matches", "Several resources match the condition");
  else if (ids->len == 1)
    {
      g_free (self->id);
      self->id = g_strdup (g_ptr_array_index (ids, 0));
      self->exists = TRUE;
    }
  return TRUE;
}

/* Settles the id, so that a Bundle's other entries can name it. */
gboolean
portal_edit_aim (PortalEdit *self, PortalEditing *editing, GError **error)
{
  self->aimed = TRUE;
  if (self->condition != NULL && (!aim_at_condition (self, editing, error) || self->status >= 400))
    return self->status >= 400;
  if (self->id == NULL && self->kind == PORTAL_EDIT_PATCH)
    portal_edit_refuse (self, 404, "not-found", "Nothing matches the condition");
  else if (self->id == NULL && self->kind != PORTAL_EDIT_DELETE)
    {
      self->make = TRUE;
      self->id = cairn_random_uuid ();
    }
  return TRUE;
}

typedef struct
{
  PortalEdit *self;
  PortalView *view;
  gboolean    found;
  gboolean    gone;
} Current;

static gboolean
take_current (const PortalRow *row, gpointer data)
{
  Current *current = data;
  PortalEdit *self = current->self;

  if (row->audience == NULL)
    return FALSE;
  current->gone = row->state == PORTAL_STATE_GONE || row->deleted;
  current->found = row->state == PORTAL_STATE_LIVE && !current->gone;
  self->version = row->version;
  self->updated = row->updated;
  self->content_now = row->content;
  if (current->found)
    self->text = g_bytes_new (row->text.text, row->text.length);
  return FALSE;
}

/* What the caller sees under the edit's id. */
static gboolean
load_current (PortalEdit *self, PortalEditing *editing, GError **error)
{
  Current current = { self, editing->call->view, FALSE, FALSE };
  PortalAudiences audiences;
  PortalRow row;
  gboolean taken = FALSE;

  portal_view_get_audiences (editing->call->view, self->type, audiences);
  if (!portal_store_find_seen (editing->db, audiences, self->type, self->id, 0, take_current, &current,
                               error))
    return FALSE;
  if (current.found)
    return TRUE;
  if (self->kind == PORTAL_EDIT_DELETE)
    {
      self->status = current.gone ? 204 : 404;
      if (!current.gone)
        portal_edit_refuse (self, 404, "not-found", "There is no such resource");
      return TRUE;
    }
  if (!portal_store_get_current (editing->db, self->type, self->id, &row, &taken, error))
    return FALSE;
  if (current.gone)
    portal_edit_refuse (self, 410, "deleted", "This resource was deleted");
  else if (self->kind == PORTAL_EDIT_UPDATE && !taken && self->if_match == NULL &&
           portal_view_may_name (editing->call->view, self->type, self->id))
    self->make = TRUE;
  else
    portal_edit_refuse (self, 404, "not-found", "There is no such resource");
  return TRUE;
}

static gboolean
is_version (const char *if_match, gint64 version)
{
  g_autofree char *etag = g_strdup_printf ("W/\"%" G_GINT64_FORMAT "\"", version);
  g_auto(GStrv) tags = g_strsplit (if_match, ",", -1);

  for (guint i = 0; tags[i] != NULL; i++)
    {
      const char *tag = g_strstrip (tags[i]);

      if (g_str_equal (tag, "*") || g_str_equal (tag, etag) || g_str_equal (tag, etag + strlen ("W/")))
        return TRUE;
    }
  return FALSE;
}

/* The resource as the caller wants it; NULL when the edit was refused. */
static GBytes *
dup_wanted (PortalEdit *self)
{
  g_autoptr(GBytes) patched = NULL;
  g_autoptr(GError) error = NULL;
  CairnJson value;
  char *text;

  if (self->kind != PORTAL_EDIT_PATCH)
    return g_bytes_new (self->input.text, self->input.length);
  text = portal_patch_apply (cairn_json_from_bytes (self->text), self->input, &error);
  if (text != NULL)
    {
      patched = g_bytes_new_take (text, strlen (text));
      if (cairn_gate_check (patched, MOST_BYTES, &value, &error))
        return g_steal_pointer (&patched);
    }
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_REJECTED))
    portal_edit_refuse (self, 422, "processing", error->message);
  else
    portal_edit_refuse (self, 400, "structure", error->message);
  return NULL;
}

static gboolean
check_wanted (PortalEdit *self, CairnJson wanted)
{
  g_autofree char *fault = portal_check_resource (wanted, self->type);
  CairnJson id = cairn_json_member (wanted, "id");

  if (fault != NULL)
    portal_edit_refuse (self, self->kind == PORTAL_EDIT_PATCH ? 422 : 400, "invalid", fault);
  else if (self->kind != PORTAL_EDIT_CREATE && (id.text != NULL || self->condition == NULL) &&
           !(self->make && self->condition != NULL) && !cairn_json_equals (id, self->id))
    portal_edit_refuse (self, 400, "invalid", "The resource's id is not that of the address");
  return self->status < 400;
}

static gboolean
take_result (PortalEdit *self, PortalEditing *editing, GError **error)
{
  PortalRow row;
  gboolean found;

  if (!portal_store_get_current (editing->db, self->type, self->id, &row, &found, error))
    return FALSE;
  g_clear_pointer (&self->text, g_bytes_unref);
  self->version = row.version;
  self->updated = row.updated;
  if (!row.deleted)
    self->text = g_bytes_new (row.text.text, row.text.length);
  g_hash_table_add (editing->made, g_strconcat (self->type, "/", self->id, NULL));
  return TRUE;
}

/* Whether the same is there already, as when an upload is tried again. */
static gboolean
check_unchanged (PortalEdit *self, PortalEditing *editing, CairnJson resource, gboolean *unchanged, GError **error)
{
  CairnJson now = cairn_json_from_bytes (self->text);
  g_autofree char *text = NULL;
  gsize length;

  *unchanged = FALSE;
  if (now.text == NULL)
    return TRUE;
  text = portal_text_stamp (resource, self->version, self->updated, &length);
  return length != now.length || memcmp (text, now.text, length) != 0 ||
         portal_store_content_same (editing->db, self->content_now, self->content, unchanged, error);
}

/* Of a Binary, what is too much for its text; a patch leaves it where it is. */
static gboolean
take_content (PortalEdit *self, PortalEditing *editing, char **text, gsize *length, GError **error)
{
  if (!g_str_equal (self->type, "Binary") || self->content != 0)
    return TRUE;
  if (!portal_store_content_take (editing->db, text, length, &self->content, error))
    return FALSE;
  if (self->kind == PORTAL_EDIT_PATCH && self->content == 0 &&
      cairn_json_member ((CairnJson) { *text, *length }, "data").text == NULL)
    self->content = self->content_now;
  return TRUE;
}

/* What the portal itself has to say on some types. */
static gboolean
settle (PortalEdit *self, PortalEditing *editing, char **text, gsize *length, GError **error)
{
  if (g_str_equal (self->type, "Subscription") && self->make)
    return portal_subscription_settle (self, editing, text, length, error);
  if (g_str_equal (self->type, "Communication") && !editing->together)
    return portal_message_settle (self, editing, (CairnJson) { *text, *length }, error);
  if (g_str_equal (self->type, "Binary") && self->make)
    return portal_attachment_settle (self, editing, (CairnJson) { *text, *length }, error);
  return TRUE;
}

static gboolean
put (PortalEdit *self, PortalEditing *editing, GError **error)
{
  g_autoptr(GBytes) wanted = dup_wanted (self);
  g_autofree char *text = NULL;
  CairnJson resource;
  PortalChange change;
  const char *refusal;
  gboolean unchanged;

  if (wanted == NULL || !check_wanted (self, cairn_json_from_bytes (wanted)))
    return TRUE;
  text = portal_edit_prepare (self, editing, cairn_json_from_bytes (wanted), &resource.length, error);
  if (text == NULL)
    return *error == NULL;
  if (!take_content (self, editing, &text, &resource.length, error))
    return FALSE;
  resource.text = text;
  if (!check_unchanged (self, editing, resource, &unchanged, error))
    return FALSE;
  if (unchanged)
    return TRUE;
  refusal = portal_view_refuses (editing->call->view, operation_of (self), self->type,
                                 cairn_json_from_bytes (self->text), resource);
  if (refusal != NULL)
    {
      portal_edit_refuse (self, 403, "forbidden", refusal);
      return TRUE;
    }
  portal_view_note_write (editing->call->view, self->type, resource);
  if (!editing->together &&
      (!portal_edit_check_points (self, editing, resource, error) || self->status >= 400))
    return self->status >= 400;
  if (!settle (self, editing, &text, &resource.length, error) || self->status >= 400)
    return self->status >= 400;
  resource.text = text;
  if (!portal_write_put (editing->write, self->type, self->id, resource, self->content, &change, error) ||
      !take_result (self, editing, error) || !claim (self, editing, error))
    return FALSE;
  self->content_kept = change != PORTAL_CHANGE_NONE;
  self->status = change == PORTAL_CHANGE_CREATED ? 201 : 200;
  return TRUE;
}

static gboolean
erase (PortalEdit *self, PortalEditing *editing, GError **error)
{
  const char *refusal = portal_view_refuses (editing->call->view, PORTAL_OPERATION_DELETE, self->type,
                                             cairn_json_from_bytes (self->text), CAIRN_JSON_NONE);
  PortalChange change;

  if (refusal != NULL)
    {
      portal_edit_refuse (self, 403, "forbidden", refusal);
      return TRUE;
    }
  self->status = 204;
  portal_view_note_write (editing->call->view, self->type, cairn_json_from_bytes (self->text));
  return portal_write_delete (editing->write, self->type, self->id, &change, error) &&
         take_result (self, editing, error);
}

/* Does it, or says in status why not; FALSE is a failure of the portal's own. */
gboolean
portal_edit_run (PortalEdit *self, PortalEditing *editing, GError **error)
{
  if (!self->aimed && !portal_edit_aim (self, editing, error))
    return FALSE;
  if (self->status >= 400)
    return TRUE;
  if (self->id == NULL)   /* a conditional deletion of nothing */
    {
      self->status = 204;
      return TRUE;
    }
  if (!self->make && (!load_current (self, editing, error) || self->status != 200))
    return self->status != 200;
  if (self->kind == PORTAL_EDIT_CREATE && self->exists)
    return TRUE;
  if (!portal_view_may (editing->call->view, self->type, operation_of (self)))
    portal_edit_refuse (self, 403, "forbidden", "The token's scopes do not reach this far");
  else if (self->if_match != NULL && !is_version (self->if_match, self->version))
    portal_edit_refuse (self, 412, "conflict", "Somebody else changed it first");
  if (self->status >= 400)
    return TRUE;
  return self->kind == PORTAL_EDIT_DELETE ? erase (self, editing, error) : put (self, editing, error);
}
