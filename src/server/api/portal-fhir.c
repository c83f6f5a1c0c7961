/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading one resource: the stored text goes out as it is (FHIR R4 §3.1.0.2, §3.1.0.3). On a
 * reader. */
#include "portal-fhir.h"

#include <libsoup/soup.h>
#include <string.h>

typedef struct
{
  PortalCall      *call;
  CairnConnection *db;
  PortalFhirReply  reply;
  gboolean         found;
} Reading;

char *
portal_fhir_dup_http_date (gint64 ms)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (ms / 1000);

  return soup_date_time_to_string (time, SOUP_DATE_HTTP);
}

/* Everything is JSON; who asks for XML alone is told. */
gboolean
portal_fhir_takes_json (PortalCall *call)
{
  const char *format = portal_call_get_param (call, "_format");
  const char *wanted = format != NULL ? format : call->accept;

  if (wanted == NULL || strstr (wanted, "json") != NULL || strstr (wanted, "*/*") != NULL ||
      strstr (wanted, "application/*") != NULL)
    return TRUE;
  portal_call_outcome (call, 406, "not-supported", "This portal speaks JSON only");
  return FALSE;
}

static gboolean
has_etag (const char *header, const char *etag)
{
  g_auto(GStrv) tags = header != NULL ? g_strsplit (header, ",", -1) : NULL;

  for (guint i = 0; tags != NULL && tags[i] != NULL; i++)
    {
      const char *tag = g_strstrip (tags[i]);

      if (g_str_equal (tag, "*") || g_str_equal (tag, etag) ||
          g_str_equal (tag, etag + strlen ("W/")))
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_row (const PortalRow *row, gpointer data)
{
  Reading *reading = data;
  PortalCall *call = reading->call;
  g_autofree char *etag = g_strdup_printf ("W/\"%" G_GINT64_FORMAT "\"", row->version);
  g_autofree char *modified = portal_fhir_dup_http_date (row->updated);

  if (!portal_view_sees (call->view, row, PORTAL_OPERATION_READ))
    return TRUE;
  reading->found = TRUE;
  if (row->state == PORTAL_STATE_GONE || row->deleted)
    {
      portal_call_outcome (call, 410, "deleted", "This resource was deleted");
      return FALSE;
    }
  portal_call_add_header (call, "ETag", etag);
  portal_call_add_header (call, "Last-Modified", modified);
  if (has_etag (call->if_none_match, etag))
    portal_call_reply (call, 304, NULL, NULL);
  else
    reading->reply (call, reading->db, row);
  return FALSE;
}

static void
reply_json (PortalCall *call, CairnConnection *db, const PortalRow *row)
{
  g_autoptr(GBytes) body = g_bytes_new (row->text.text, row->text.length);

  portal_call_reply (call, 200, PORTAL_FHIR_JSON, body);
}

/* Finds what the address names, in a version or with 0 as it is now, and has it answered. */
void
portal_fhir_answer (PortalCall *call, CairnConnection *db, gint64 version, PortalFhirReply reply)
{
  const char *type = call->args[0], *id = call->args[1];
  Reading reading = { call, db, reply, FALSE };
  g_autoptr(GError) error = NULL;
  PortalAudiences audiences;

  if (!portal_view_may (call->view, type, PORTAL_OPERATION_READ))
    {
      portal_call_outcome (call, 403, "forbidden", "The token's scopes do not reach this type");
      return;
    }
  portal_view_get_audiences (call->view, type, audiences);
  if (!portal_store_find_seen (db, audiences, type, id, version, read_row, &reading, &error))
    portal_call_fail (call, error);
  else if (!reading.found)
    portal_call_outcome (call, 404, "not-found", "There is no such resource");
}

/* The same for an address that names the version, too. */
void
portal_fhir_answer_version (PortalCall *call, CairnConnection *db, PortalFhirReply reply)
{
  guint64 version;

  if (g_ascii_string_to_unsigned (call->args[2], 10, 1, G_MAXINT64, &version, NULL))
    portal_fhir_answer (call, db, version, reply);
  else
    portal_call_outcome (call, 404, "not-found", "There is no such version");
}

void
portal_fhir_read (PortalCall *call, CairnConnection *db)
{
  if (portal_fhir_takes_json (call))
    portal_fhir_answer (call, db, 0, reply_json);
}

void
portal_fhir_vread (PortalCall *call, CairnConnection *db)
{
  if (portal_fhir_takes_json (call))
    portal_fhir_answer_version (call, db, reply_json);
}
