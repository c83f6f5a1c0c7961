/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the audit log says about a request. On the server's thread. */
#include "portal-audit-call.h"

#include <string.h>

#include "fhir/cairn-types.h"
#include "server/portal-router.h"

#define MOST_NAMES 20
#define LONGEST_NAME 40

/* A name of a parameter is the client's choice; what doesn't look like one might say anything. */
static gboolean
is_plain (const char *name)
{
  static const char allowed[] = G_CSET_a_2_z G_CSET_A_2_Z "_-.:";
  gsize length = strlen (name);

  return length > 0 && length <= LONGEST_NAME && name[strspn (name, allowed)] == '\0' &&
         (*name == '_' || g_ascii_islower (*name));
}

/* Which parameters there were, not what they said. */
static char *
dup_shape (const PortalCall *call)
{
  GString *shape;

  if (!g_str_has_prefix (call->path, "/fhir/") || call->params->len == 0)
    return NULL;
  shape = g_string_new (NULL);
  for (guint i = 0; i < MIN (call->params->len, MOST_NAMES); i++)
    {
      const PortalParam *param = g_ptr_array_index (call->params, i);

      g_string_append_printf (shape, "%s%s", i > 0 ? "&" : "", is_plain (param->name) ? param->name : "?");
    }
  return g_string_free (shape, FALSE);
}

/* The type and id that the address names. */
static void
read_place (const PortalCall *call, PortalEvent *event)
{
  const char *pattern = call->route->pattern;
  gboolean compartment = g_str_has_prefix (pattern, "/fhir/Patient/{id}");
  const char *type = g_str_has_prefix (pattern, "/fhir/AuditEvent") ? "AuditEvent" : compartment ? call->args[1] : strstr (pattern, "{type}") != NULL || strstr (pattern, "{Binary}") != NULL ? call->args[0] : NULL;

  if (type != NULL && cairn_type_is_known (type))
    event->type = type;
  if (event->type != NULL && !compartment && strstr (pattern, "{id}") != NULL)
    event->id = call->args[1];
}

/* The id that a resource got when it was made; the answer names it as BASE/Type/id/_history/1. */
static char *
dup_made_id (const PortalCall *call)
{
  for (guint i = 0; i < call->headers->len; i++)
    {
      const PortalParam *header = g_ptr_array_index (call->headers, i);
      g_autofree char *id = NULL;

      if (!g_str_equal (header->name, "Location") || !g_str_has_prefix (header->value, call->base) ||
          !cairn_reference_split (header->value + strlen (call->base) + 1, NULL, &id))
        continue;
      return g_steal_pointer (&id);
    }
  return NULL;
}

/* A row for each patient whose record staff saw something of. */
static void
append (const PortalCall *call, const PortalEvent *event, PortalAuditDone done, gpointer data)
{
  GHashTable *touched = call->view != NULL ? call->view->touched : NULL;
  g_autofree PortalEvent *events = NULL;
  GHashTableIter iter;
  gpointer patient;
  guint n = 0;

  if (touched == NULL || g_hash_table_size (touched) == 0)
    {
      portal_audit_append (call->service->audit, event, 1, done, data);
      return;
    }
  events = g_new (PortalEvent, g_hash_table_size (touched));
  g_hash_table_iter_init (&iter, touched);
  while (g_hash_table_iter_next (&iter, &patient, NULL))
    {
      events[n] = *event;
      events[n++].patient = patient;
    }
  portal_audit_append (call->service->audit, events, n, done, data);
}

/* Writes what a call asked for and got; done comes when it is in the log. */
void
portal_audit_call (const PortalCall *call, PortalAuditDone done, gpointer data)
{
  g_autofree char *shape = dup_shape (call), *made = NULL;
  PortalEvent event = { .time = call->started, .who = call->who, .patient = call->about, .app = call->app, .action = call->action != NULL ? call->action : call->route->action, .query = shape,
                        .entries = call->entries, .outcome = call->status, .address = call->address };

  if (call->view != NULL)
    {
      event.who = call->view->account;
      event.role = call->view->role;
      event.practitioner = call->view->practitioner;
      event.patient = call->view->patient != NULL ? call->view->patient : call->view->focus;
    }
  read_place (call, &event);
  if (event.id == NULL && event.type != NULL && call->status == 201)
    event.id = made = dup_made_id (call);
  append (call, &event, done, data);
}
