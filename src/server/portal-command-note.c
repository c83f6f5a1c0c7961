/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done on the portal's own machine is in the audit log like a request, with who did it there. Blocks. */
#include "portal-command-note.h"

#include "fhir/cairn-date.h"

static gboolean
write_events (Portal *portal, PortalEvent *events, guint n, GError **error)
{
  g_autoptr(PortalAudit) audit = portal_audit_new (portal_store_get_audit (portal_get_store (portal)));
  gint64 now = cairn_date_now ();

  for (guint i = 0; i < n; i++)
    {
      events[i].time = now;
      events[i].operator = g_get_user_name ();
    }
  return portal_audit_write (audit, events, n, error);
}

gboolean
portal_command_note (Portal *portal, PortalEvent *event, GError **error)
{
  return write_events (portal, event, 1, error);
}

/* A row for each patient (nullable), at least one. */
gboolean
portal_command_note_all (Portal *portal, PortalEvent *event, GHashTable *patients, GError **error)
{
  guint n = patients != NULL ? g_hash_table_size (patients) : 0;
  g_autofree PortalEvent *events = g_new (PortalEvent, MAX (n, 1));
  GHashTableIter iter;
  gpointer patient;

  events[0] = *event;
  if (n == 0)
    return write_events (portal, events, 1, error);
  n = 0;
  g_hash_table_iter_init (&iter, patients);
  while (g_hash_table_iter_next (&iter, &patient, NULL))
    {
      events[n] = *event;
      events[n++].patient = patient;
    }
  return write_events (portal, events, n, error);
}
