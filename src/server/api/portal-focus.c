/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom a search of staff is about, when it names the patient by something else than the id: they look at one
 * patient's records at a time, and that one is found among all. On a reader. */
#include "portal-focus.h"

typedef struct
{
  PortalCall      *call;
  CairnConnection *db;
  PortalFilter    *filter;
  PortalAudiences  audiences;
  char            *id;
  guint            found;
  GError          *error;
} Focusing;

static gboolean
note_patient (const PortalRow *row, gpointer data)
{
  Focusing *focusing = data;

  g_free (focusing->id);
  focusing->id = g_strdup (row->id);
  focusing->found++;
  return FALSE;
}

static gboolean
try_patient (gint64 seq, gpointer data)
{
  Focusing *focusing = data;
  gboolean fit = FALSE;

  if (portal_filter_fits (focusing->filter, focusing->db, focusing->call->view, seq, &fit, &focusing->error) && fit)
    portal_store_get_seq (focusing->db, focusing->audiences, seq, note_patient, focusing, &focusing->error);
  return focusing->error == NULL && focusing->found < 2;
}

/* patient.… of staff: finds whose records they mean. FALSE when the call has been answered. */
gboolean
portal_focus_patient (PortalCall *call, CairnConnection *db, PortalQuery *query)
{
  Focusing focusing = { call, db, query->patient };
  g_autoptr(GError) error = NULL;
  g_autofree char *id = NULL;
  PortalRange all = PORTAL_RANGE_ALL;

  if (query->patient == NULL || call->view->role == NULL)
    return TRUE;
  portal_view_get_audiences (call->view, "Patient", focusing.audiences);
  portal_store_list_seqs (db, focusing.audiences, "Patient", &all, 0, try_patient, &focusing, &focusing.error);
  error = focusing.error;
  id = focusing.id;
  if (error != NULL)
    portal_call_fail (call, error);
  else if (focusing.found > 1)
    portal_call_outcome (call, 400, "multiple-matches", "Several patients fit; staff look at one patient's records at a time");
  if (error != NULL || focusing.found > 1)
    return FALSE;
  query->nobody |= id == NULL || !portal_view_focus (call->view, id);
  g_clear_pointer (&query->patient, portal_filter_free);
  return TRUE;
}
