/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Binary that came in parts becomes an edit (FHIR R4 §2.13): of the body as it is, with the headers'
 * Content-Type and X-Security-Context, or of a resource in JSON, whose data is with the parts. On the writer. */
#include "portal-write.h"

#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-gate.h"
#include "server/api/portal-binary.h"
#include "server/store/portal-store-content.h"

#define LIMIT (1024 * 1024)

static void
append_member (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, "%c\"%s\":", out->len == 0 ? '{' : ',', name);
  cairn_json_append_string (out, value);
}

static void
append_context (GString *out, const char *reference)
{
  g_string_append (out, ",\"securityContext\":{\"reference\":");
  cairn_json_append_string (out, reference);
  g_string_append_c (out, '}');
}

/* What stays in the text when it is small */
static void
append_data (GString *out, const PortalUpload *upload)
{
  g_autofree char *data = NULL;
  gsize length;
  const guchar *bytes = g_bytes_get_data (upload->tail, &length);

  if (upload->content != 0 || length == 0)
    return;
  data = g_base64_encode (bytes, length);
  g_string_append_printf (out, ",\"data\":\"%s\"", data);
}

static GBytes *
dup_text_of_raw (PortalCall *call)
{
  const PortalUpload *upload = call->upload;
  GString *out = g_string_new (NULL);

  append_member (out, "resourceType", "Binary");
  if (call->args[1] != NULL)
    append_member (out, "id", call->args[1]);
  append_member (out, "contentType", upload->media_type);
  if (call->security_context != NULL)
    append_context (out, call->security_context);
  append_data (out, upload);
  g_string_append_c (out, '}');
  return g_string_free_to_bytes (out);
}

/* All that came but the emptied data, which comes last. */
static GBytes *
dup_text_of_json (PortalCall *call, CairnJson resource)
{
  GString *out = g_string_new (NULL);
  CairnJson name, value;
  CairnJsonIter iter;

  cairn_json_iter_init (&iter, resource);
  while (cairn_json_iter_next (&iter, &name, &value))
    if (!cairn_json_equals (name, "data"))
      {
        g_string_append_c (out, out->len == 0 ? '{' : ',');
        g_string_append_len (out, name.text, name.length);
        g_string_append_c (out, ':');
        g_string_append_len (out, value.text, value.length);
      }
  if (call->security_context != NULL && cairn_json_member (resource, "securityContext").text == NULL)
    append_context (out, call->security_context);
  append_data (out, call->upload);
  g_string_append_c (out, '}');
  return g_string_free_to_bytes (out);
}

/* NULL when the call has been answered. */
static GBytes *
dup_text (PortalCall *call)
{
  PortalUpload *upload = call->upload;
  g_autofree char *media_type = NULL;
  g_autoptr(GError) error = NULL;
  CairnJson resource, data;

  if (upload->rest == NULL && portal_binary_is_media_type (upload->media_type))
    return dup_text_of_raw (call);
  if (upload->rest == NULL)
    {
      portal_call_outcome (call, 415, "not-supported", "A Binary needs a Content-Type");
      return NULL;
    }
  if (!cairn_gate_check (upload->rest, LIMIT, &resource, &error))
    {
      portal_call_outcome (call, 400, "structure", error->message);
      return NULL;
    }
  media_type = cairn_json_dup_text_at (resource, "contentType");
  data = cairn_json_member (resource, "data");
  if (cairn_json_equals (cairn_json_member (resource, "resourceType"), "Binary") &&
      portal_binary_is_media_type (media_type) &&
      (data.text == NULL || (cairn_json_equals (data, "") && upload->length > 0)))
    return dup_text_of_json (call, resource);
  portal_call_outcome (call, 400, "invalid", "This is no Binary with a contentType and, if any, data");
  return NULL;
}

/* Before anything else: did it come as a whole? */
static gboolean
check_upload (PortalCall *call)
{
  const PortalUpload *upload = call->upload;

  if (upload != NULL && upload->status == 0 && upload->complete)
    return TRUE;
  if (upload != NULL && upload->status == 503)
    portal_call_add_header (call, "Retry-After", "5");
  if (upload != NULL && upload->status != 0)
    portal_call_refuse (call, upload->status, upload->code, upload->detail, upload->why);
  else
    portal_call_outcome (call, 403, "forbidden", "The token's scopes do not reach this far");
  return FALSE;
}

/* The last part, in the transaction that keeps all of them. */
gboolean
portal_write_take_upload (PortalEditing *editing, PortalEdit *edit, GError **error)
{
  PortalUpload *upload = editing->call->upload;

  if (upload == NULL || upload->content == 0)
    return TRUE;
  edit->content = upload->content;
  return portal_store_content_add (editing->db, upload->content, upload->parts, g_bytes_get_data (upload->tail, NULL),
                                   g_bytes_get_size (upload->tail), error) &&
         portal_store_content_finish (editing->db, upload->content, upload->length, upload->hash, error);
}

static void
write_binary (PortalCall *call, CairnConnection *db, PortalEditKind kind)
{
  g_autoptr(GBytes) text = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(PortalEdit) edit = NULL;

  if (!check_upload (call))
    return;
  text = dup_text (call);
  if (text == NULL)
    return;
  edit = portal_write_new_edit (call, kind);
  if (!cairn_gate_check (text, LIMIT, &edit->input, &error))
    portal_call_outcome (call, 400, "structure", error->message);
  else
    portal_write_run_edit (call, db, edit);
  call->upload->kept = edit->content_kept && call->status < 400;
}

void
portal_write_binary_create (PortalCall *call, CairnConnection *db)
{
  write_binary (call, db, PORTAL_EDIT_CREATE);
}

void
portal_write_binary_update (PortalCall *call, CairnConnection *db)
{
  write_binary (call, db, PORTAL_EDIT_UPDATE);
}
