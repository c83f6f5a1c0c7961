/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The requests that write one resource, and $validate: a body past the gate becomes an edit, the edit
 * a transaction, and what came of it the answer. On the writer. */
#include "portal-write.h"

#include <string.h>

#include "common/cairn-gate.h"
#include "fhir/cairn-outcome.h"
#include "portal-check.h"
#include "server/api/portal-fhir.h"

#define LIMIT (32 * 1024 * 1024)   /* the connection's limit comes first */

PortalReturn
portal_write_get_return (const PortalCall *call, PortalReturn fallback)
{
  if (call->prefer == NULL)
    return fallback;
  if (strstr (call->prefer, "return=minimal") != NULL)
    return PORTAL_RETURN_MINIMAL;
  if (strstr (call->prefer, "return=OperationOutcome") != NULL)
    return PORTAL_RETURN_OUTCOME;
  return strstr (call->prefer, "return=representation") != NULL ? PORTAL_RETURN_REPRESENTATION : fallback;
}

/* The body as JSON of this media type (or application/json), or the call is answered. */
static gboolean
read_input (PortalCall *call, const char *media_type, CairnJson *value)
{
  g_autoptr(GError) error = NULL;

  if (!portal_fhir_takes_json (call))
    return FALSE;
  if (call->input == NULL || call->input_type == NULL ||
      (g_ascii_strcasecmp (call->input_type, media_type) != 0 &&
       g_ascii_strcasecmp (call->input_type, "application/json") != 0))
    portal_call_outcome (call, 415, "not-supported", "The body is not of a type that is taken here");
  else if (!cairn_gate_check (call->input, LIMIT, value, &error))
    portal_call_outcome (call, 400, "structure", error->message);
  else
    return TRUE;
  return FALSE;
}

static void
add_version (PortalCall *call, const PortalEdit *edit)
{
  g_autofree char *etag = g_strdup_printf ("W/\"%" G_GINT64_FORMAT "\"", edit->version);
  g_autofree char *modified = portal_fhir_dup_http_date (edit->updated);
  g_autofree char *location = g_strdup_printf ("%s/%s/%s/_history/%" G_GINT64_FORMAT, call->base,
                                               edit->type, edit->id, edit->version);

  portal_call_add_header (call, "ETag", etag);
  portal_call_add_header (call, "Last-Modified", modified);
  if (edit->status == 201)
    portal_call_add_header (call, "Location", location);
}

static void
reply_edit (PortalCall *call, const PortalEdit *edit)
{
  if (edit->status >= 400)
    {
      portal_call_refuse (call, edit->status, edit->code, edit->detail, edit->why);
      return;
    }
  if (edit->status == 204)
    {
      portal_call_reply (call, 204, NULL, NULL);
      return;
    }
  add_version (call, edit);
  switch (portal_write_get_return (call, g_str_equal (edit->type, "Binary") ? PORTAL_RETURN_MINIMAL
                                                                            : PORTAL_RETURN_REPRESENTATION))
    {
    case PORTAL_RETURN_MINIMAL:
      portal_call_reply (call, edit->status, NULL, NULL);
      break;
    case PORTAL_RETURN_OUTCOME:
      portal_call_reply_take (call, edit->status, PORTAL_FHIR_JSON,
                              cairn_outcome_new ("information", "informational", "It is done"));
      break;
    case PORTAL_RETURN_REPRESENTATION:
    default:
      portal_call_reply (call, edit->status, PORTAL_FHIR_JSON, edit->text);
      break;
    }
}

/* In a transaction of its own, and answers the call. */
void
portal_write_run_edit (PortalCall *call, CairnConnection *db, PortalEdit *edit)
{
  g_autoptr(GHashTable) made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(PortalWrite) write = NULL;
  g_autoptr(GError) error = NULL;
  PortalEditing editing = { call, db, NULL, NULL, made };
  gboolean done;

  write = portal_write_begin (db, &error);
  editing.write = write;
  if (write != NULL)
    portal_write_set_owner (write, call->view->own);
  done = write != NULL && portal_write_take_upload (&editing, edit, &error) && portal_edit_run (edit, &editing, &error);
  if (done && edit->status < 400)
    done = portal_write_commit (write, &error);
  if (done && edit->status < 400)
    {
      reply_edit (call, edit);
      return;
    }
  cairn_connection_rollback (db);
  if (done)
    reply_edit (call, edit);
  else
    portal_call_fail (call, error);
}

/* Of an address without an id: its query says which one is meant. */
PortalEdit *
portal_write_new_edit (PortalCall *call, PortalEditKind kind)
{
  PortalEdit *edit = portal_edit_new (kind, call->args[0], call->args[1]);

  edit->if_match = g_strdup (call->if_match);
  if (kind == PORTAL_EDIT_CREATE && call->if_none_exist != NULL)
    edit->condition = portal_edit_parse_condition (call->if_none_exist);
  else if (kind != PORTAL_EDIT_CREATE && call->args[1] == NULL)
    edit->condition = g_ptr_array_ref (call->params);
  return edit;
}

static void
write_resource (PortalCall *call, CairnConnection *db, PortalEditKind kind, const char *media_type)
{
  g_autoptr(PortalEdit) edit = portal_write_new_edit (call, kind);

  if (read_input (call, media_type, &edit->input))
    portal_write_run_edit (call, db, edit);
}

void
portal_write_create (PortalCall *call, CairnConnection *db)
{
  write_resource (call, db, PORTAL_EDIT_CREATE, "application/fhir+json");
}

void
portal_write_update (PortalCall *call, CairnConnection *db)
{
  write_resource (call, db, PORTAL_EDIT_UPDATE, "application/fhir+json");
}

void
portal_write_patch (PortalCall *call, CairnConnection *db)
{
  write_resource (call, db, PORTAL_EDIT_PATCH, "application/json-patch+json");
}

void
portal_write_erase (PortalCall *call, CairnConnection *db)
{
  g_autoptr(PortalEdit) edit = portal_write_new_edit (call, PORTAL_EDIT_DELETE);

  if (portal_fhir_takes_json (call))
    portal_write_run_edit (call, db, edit);
}

/* The resource itself, or as the parameter "resource". */
static CairnJson
find_resource (CairnJson body)
{
  CairnJson parameters = cairn_json_member (body, "parameter"), one;
  CairnJsonIter iter;

  if (!cairn_json_equals (cairn_json_member (body, "resourceType"), "Parameters"))
    return body;
  cairn_json_iter_init (&iter, parameters);
  while (cairn_json_iter_next (&iter, NULL, &one))
    if (cairn_json_equals (cairn_json_member (one, "name"), "resource"))
      return cairn_json_member (one, "resource");
  return CAIRN_JSON_NONE;
}

/* Light: what a create would refuse. The operation works whatever it finds. */
void
portal_write_validate (PortalCall *call, CairnConnection *db)
{
  g_autofree char *fault = NULL;
  CairnJson body;

  if (!read_input (call, "application/fhir+json", &body))
    return;
  fault = portal_check_resource (find_resource (body), call->args[0]);
  portal_call_reply_take (call, 200, PORTAL_FHIR_JSON,
                          fault != NULL
                            ? cairn_outcome_new ("error", "invalid", fault)
                            : cairn_outcome_new ("information", "informational",
                                                 "Structure and required elements are right"));
}
