/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit log for patients: who did what with their record, as FHIR R4 AuditEvents (§6.4) made from its rows, under
 * AuditEvent?patient=. AuditEvents that were imported are resources like others, and found without patient=. On a
 * reader, which waits for the log's. */
#include "portal-audit-event.h"

#include <stdlib.h>
#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-json.h"
#include "fhir/cairn-types.h"
#include "server/api/portal-bundle.h"
#include "server/api/portal-fhir.h"
#include "server/api/portal-query.h"
#include "server/api/portal-search.h"

#define ID_PREFIX "log."
#define MOST_EVENTS 1000
#define USUAL_EVENTS 100

#define INTERACTIONS "http://hl7.org/fhir/restful-interaction"
#define DICOM "http://dicom.nema.org/resources/ontology/DCM"

typedef struct
{
  PortalCall   *call;
  char         *patient;
  gint64        before;
  guint         count;
  PortalBundle *bundle;
  guint         n;
  gint64        last;
  gboolean      more;
  GString      *one;     /* of a read */
} Looking;

static void
looking_clear (Looking *looking)
{
  g_free (looking->patient);
  g_clear_pointer (&looking->bundle, portal_bundle_free);
  if (looking->one != NULL)
    g_string_free (looking->one, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Looking, looking_clear)

/* What FHIR calls it: C, R, U, D or E. */
static char
letter_of (const char *action)
{
  if (g_str_equal (action, "create") || g_str_equal (action, "import") || g_str_equal (action, "account-add"))
    return 'C';
  if (g_str_equal (action, "update") || g_str_equal (action, "patch") || g_str_equal (action, "hold") ||
      g_str_equal (action, "account-link") || g_str_equal (action, "account-disable") ||
      g_str_equal (action, "release"))
    return 'U';
  if (g_str_equal (action, "delete"))
    return 'D';
  if (g_str_equal (action, "read") || g_str_equal (action, "vread") || g_str_equal (action, "show") ||
      g_str_equal (action, "list") || g_str_has_prefix (action, "history"))
    return 'R';
  return 'E';
}

static void
add_kind (GString *out, const char *action)
{
  static const char *const interactions[] = { "read", "vread", "update", "patch", "delete", "history-instance",
                                              "history-type", "history-system", "create", "search-type", "transaction",
                                              "batch", "operation", NULL };
  gboolean rest = g_strv_contains (interactions, action), sign_in = g_str_equal (action, "sign-in");

  if (sign_in)
    g_string_append (out, ",\"type\":{\"system\":\"" DICOM "\",\"code\":\"110114\",\"display\":\"User Authentication\"}"
                          ",\"subtype\":[{\"system\":\"" DICOM "\",\"code\":\"110122\",\"display\":\"Login\"}]");
  else if (rest)
    g_string_append_printf (out, ",\"type\":{\"system\":\"http://terminology.hl7.org/CodeSystem/audit-event-type\","
                                 "\"code\":\"rest\",\"display\":\"RESTful Operation\"},\"subtype\":[{\"system\":\""
                                 INTERACTIONS "\",\"code\":\"%s\"}]", action);
  else
    g_string_append_printf (out, ",\"type\":{\"system\":\"" DICOM "\",\"code\":\"110100\",\"display\":"
                                 "\"Application Activity\"},\"subtype\":[{\"code\":\"%s\"}]", action);
}

static void
add_agent (GString *out, CairnJson event)
{
  g_autofree char *who = cairn_json_dup_text_at (event, "who"), *role = cairn_json_dup_text_at (event, "role");
  g_autofree char *practitioner = cairn_json_dup_text_at (event, "practitioner");
  g_autofree char *address = cairn_json_dup_text_at (event, "address");
  g_autofree char *operator = cairn_json_dup_text_at (event, "operator");

  g_string_append (out, ",\"agent\":[{");
  if (role != NULL)
    {
      g_string_append (out, "\"role\":[{\"text\":");
      cairn_json_append_string (out, role);
      g_string_append (out, "}],");
    }
  if (practitioner != NULL)
    g_string_append_printf (out, "\"who\":{\"reference\":\"Practitioner/%s\"}", practitioner);
  else if (who != NULL)
    g_string_append_printf (out, "\"who\":{\"identifier\":{\"system\":\"urn:ietf:rfc:3986\",\"value\":\"urn:uuid:%s\"}}",
                            who);
  else
    g_string_append_printf (out, "\"who\":{\"display\":\"%s\"}", operator != NULL ? "The portal's operator" : "Not known");
  g_string_append (out, ",\"requestor\":true");
  if (address != NULL)
    {
      g_string_append (out, ",\"network\":{\"address\":");
      cairn_json_append_string (out, address);
      g_string_append (out, ",\"type\":\"2\"}");
    }
  g_string_append (out, "}],\"source\":{\"observer\":{\"display\":\"Cairn portal\"}}");
}

static void
add_entities (GString *out, const char *patient, CairnJson event)
{
  g_autofree char *type = cairn_json_dup_text_at (event, "type"), *id = cairn_json_dup_text_at (event, "id");
  g_autofree char *query = cairn_json_dup_text_at (event, "query");
  g_autofree char *entries = cairn_json_dup_text_at (event, "entries");

  g_string_append_printf (out, ",\"entity\":[{\"what\":{\"reference\":\"Patient/%s\"},\"role\":{\"system\":"
                               "\"http://terminology.hl7.org/CodeSystem/object-role\",\"code\":\"1\",\"display\":\"Patient\"}}",
                          patient);
  if (type != NULL && id != NULL)
    g_string_append_printf (out, ",{\"what\":{\"reference\":\"%s/%s\"}}", type, id);
  else if (type != NULL)
    {
      g_string_append_printf (out, ",{\"what\":{\"type\":\"%s\",\"display\":\"%s\"}", type, type);
      if (query != NULL)
        {
          g_string_append (out, ",\"description\":");
          cairn_json_append_string (out, query);
        }
      g_string_append_c (out, '}');
    }
  if (entries != NULL)
    {
      g_string_append (out, ",{\"what\":{\"display\":\"Several entries\"},\"description\":");
      cairn_json_append_string (out, entries);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
}

static char *
to_resource (const PortalAuditRow *row)
{
  CairnJson event = cairn_json_from_string (row->data);
  g_autofree char *time = cairn_json_dup_text_at (event, "time"), *action = cairn_json_dup_text_at (event, "action");
  GString *out = g_string_sized_new (1024);
  gint64 outcome = 0;

  cairn_json_int64 (cairn_json_member (event, "outcome"), &outcome);
  g_string_append_printf (out, "{\"resourceType\":\"AuditEvent\",\"id\":\"" ID_PREFIX "%" G_GINT64_FORMAT "\",\"meta\":{"
                               "\"versionId\":\"1\",\"lastUpdated\":\"%s\"}", row->n, time);
  add_kind (out, action);
  g_string_append_printf (out, ",\"action\":\"%c\",\"recorded\":\"%s\",\"outcome\":\"%c\",\"outcomeDesc\":\"%u\"",
                          letter_of (action), time, outcome < 400 ? '0' : outcome < 500 ? '4' : '8', (guint) outcome);
  add_agent (out, event);
  add_entities (out, row->patient, event);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

static gboolean
add_event (const PortalAuditRow *row, gpointer data)
{
  Looking *looking = data;
  g_autofree char *text = NULL, *id = NULL;
  PortalRow match = { .type = "AuditEvent", .version = 1, .state = PORTAL_STATE_LIVE };

  if (looking->n == looking->count)
    {
      looking->more = TRUE;
      return FALSE;
    }
  text = to_resource (row);
  id = g_strdup_printf (ID_PREFIX "%" G_GINT64_FORMAT, row->n);
  match.id = id;
  match.text = cairn_json_from_string (text);
  portal_bundle_add_match (looking->bundle, &match);
  looking->n++;
  looking->last = row->n;
  return TRUE;
}

static gpointer
list_on_log (CairnConnection *log, gpointer data, GCancellable *cancellable, GError **error)
{
  Looking *looking = data;

  return GINT_TO_POINTER (portal_store_audit_about (log, looking->patient, looking->before, looking->count + 1,
                                                    add_event, looking, error));
}

/* Where the page before ended, sealed for who got it. */
static char *
dup_page (Looking *looking)
{
  g_autofree char *viewer = portal_view_dup_name (looking->call->view);
  g_autofree char *plain = g_strdup_printf ("log %s %s %" G_GINT64_FORMAT, viewer, looking->patient, looking->last);
  g_autoptr(GBytes) sealed = cairn_seal (looking->call->service->page_key, plain, strlen (plain));

  return cairn_base64url_encode (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
}

static gboolean
read_page (Looking *looking, const char *text)
{
  g_autoptr(GBytes) box = cairn_base64url_decode (text), plain = NULL;
  g_autofree char *viewer = portal_view_dup_name (looking->call->view), *page = NULL;
  g_auto(GStrv) parts = NULL;

  if (box != NULL)
    plain = cairn_unseal (looking->call->service->page_key, g_bytes_get_data (box, NULL), g_bytes_get_size (box));
  if (plain == NULL)
    return FALSE;
  page = g_strndup (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  parts = g_strsplit (page, " ", -1);
  if (g_strv_length (parts) != 4 || !g_str_equal (parts[0], "log") || !g_str_equal (parts[1], viewer) ||
      !g_str_equal (parts[2], looking->patient))
    return FALSE;
  looking->before = g_ascii_strtoll (parts[3], NULL, 10);
  return TRUE;
}

static void
reply_list (Looking *looking)
{
  PortalCall *call = looking->call;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) body = NULL;
  g_autofree char *self = NULL, *next = NULL;

  looking->bundle = portal_bundle_new ("searchset", call->base);
  if (portal_view_sees_log (call->view, looking->patient) &&
      cairn_database_run (portal_store_get_audit_reader (call->service->store), list_on_log, looking, &error) == NULL)
    {
      portal_call_fail (call, error);
      return;
    }
  self = g_strdup_printf ("%s/AuditEvent?patient=%s&_count=%u", call->base, looking->patient, looking->count);
  portal_bundle_add_link (looking->bundle, "self", self);
  if (looking->more)
    {
      g_autofree char *page = dup_page (looking);

      next = g_strdup_printf ("%s&" PORTAL_PAGE_PARAM "=%s", self, page);
      portal_bundle_add_link (looking->bundle, "next", next);
    }
  body = portal_bundle_end (looking->bundle);
  portal_call_reply (call, 200, PORTAL_FHIR_JSON, body);
}

/* The id in "id", "Patient/id" or an address of our own; NULL when it is none. */
static char *
dup_patient (PortalCall *call, const char *value)
{
  if (g_str_has_prefix (value, call->base) && value[strlen (call->base)] == '/')
    value += strlen (call->base) + 1;
  if (g_str_has_prefix (value, "Patient/"))
    value += strlen ("Patient/");
  return cairn_id_is_legal (value) ? g_strdup (value) : NULL;
}

static gboolean
may (PortalCall *call, PortalOperation operation)
{
  if (!portal_fhir_takes_json (call))
    return FALSE;
  if (portal_view_may (call->view, "AuditEvent", operation))
    return TRUE;
  portal_call_outcome (call, 403, "forbidden", "The token's scopes do not reach this type");
  return FALSE;
}

/* The handlers of resources find the type in front. */
static void
name_type (PortalCall *call)
{
  g_free (call->args[1]);
  call->args[1] = call->args[0];
  call->args[0] = g_strdup ("AuditEvent");
}

void
portal_audit_event_search (PortalCall *call, CairnConnection *db)
{
  const char *patient = portal_call_get_param (call, "patient"), *page = portal_call_get_param (call, PORTAL_PAGE_PARAM);
  const char *count = portal_call_get_param (call, "_count");
  g_auto(Looking) looking = { .call = call, .before = G_MAXINT64, .count = USUAL_EVENTS };
  guint64 wanted = USUAL_EVENTS;

  name_type (call);
  if (patient == NULL)
    {
      portal_search_type (call, db);
      return;
    }
  if (!may (call, PORTAL_OPERATION_SEARCH))
    return;
  looking.patient = dup_patient (call, patient);
  if (looking.patient == NULL)
    portal_call_outcome (call, 400, "value", "patient is one patient's id");
  else if (count != NULL && !g_ascii_string_to_unsigned (count, 10, 0, G_MAXUINT32, &wanted, NULL))
    portal_call_outcome (call, 400, "value", "_count is a number");
  else if (page != NULL && !read_page (&looking, page))
    portal_call_outcome (call, 400, "value", "This link to a page belongs to another search or another patient");
  else
    {
      looking.count = CLAMP (wanted, 1, MOST_EVENTS);
      portal_view_focus (call->view, looking.patient);
      reply_list (&looking);
    }
}

static gboolean
read_event (const PortalAuditRow *row, gpointer data)
{
  Looking *looking = data;
  g_autofree char *text = NULL;

  if (row->patient == NULL || !portal_view_sees_log (looking->call->view, row->patient))
    return FALSE;
  text = to_resource (row);
  looking->one = g_string_new (text);
  return FALSE;
}

static gpointer
read_on_log (CairnConnection *log, gpointer data, GCancellable *cancellable, GError **error)
{
  Looking *looking = data;

  return GINT_TO_POINTER (portal_store_audit_get (log, looking->before, read_event, looking, error));
}

void
portal_audit_event_read (PortalCall *call, CairnConnection *db)
{
  g_auto(Looking) looking = { .call = call };
  g_autoptr(GError) error = NULL;
  guint64 n;

  name_type (call);
  if (!g_str_has_prefix (call->args[1], ID_PREFIX) ||
      !g_ascii_string_to_unsigned (call->args[1] + strlen (ID_PREFIX), 10, 1, G_MAXINT64, &n, NULL))
    {
      portal_fhir_read (call, db);
      return;
    }
  if (!may (call, PORTAL_OPERATION_READ))
    return;
  looking.before = n;
  if (cairn_database_run (portal_store_get_audit_reader (call->service->store), read_on_log, &looking, &error) == NULL)
    portal_call_fail (call, error);
  else if (looking.one == NULL)
    portal_call_outcome (call, 404, "not-found", "There is no such resource");
  else
    portal_call_reply_take (call, 200, PORTAL_FHIR_JSON, g_strdup (looking.one->str));
}
