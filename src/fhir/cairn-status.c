/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FHIR's status codes in words for people. Immutable. */
#include "config.h"

#include "cairn-status.h"

#include <glib/gi18n-lib.h>

static const struct
{
  const char *code, *words;
} statuses[] = {
  { "active", NC_("status", "Active") },
  { "amended", NC_("status", "Amended") },
  { "appended", NC_("status", "Added to") },
  { "arrived", NC_("status", "Arrived") },
  { "available", NC_("status", "Available") },
  { "booked", NC_("status", "Booked") },
  { "cancelled", NC_("status", "Cancelled") },
  { "completed", NC_("status", "Completed") },
  { "confirmed", NC_("status", "Confirmed") },
  { "corrected", NC_("status", "Corrected") },
  { "current", NC_("status", "Current") },
  { "declined", NC_("status", "Declined") },
  { "draft", NC_("status", "Draft") },
  { "ended", NC_("status", "Ended") },
  { "entered-in-error", NC_("status", "Entered by mistake") },
  { "final", NC_("status", "Final") },
  { "finished", NC_("status", "Finished") },
  { "fulfilled", NC_("status", "Took place") },
  { "in-progress", NC_("status", "In progress") },
  { "inactive", NC_("status", "No longer active") },
  { "intended", NC_("status", "Intended") },
  { "noshow", NC_("status", "Missed") },
  { "not-done", NC_("status", "Not done") },
  { "on-hold", NC_("status", "On hold") },
  { "partial", NC_("status", "Partly done") },
  { "pending", NC_("status", "Waiting for confirmation") },
  { "planned", NC_("status", "Planned") },
  { "preliminary", NC_("status", "Preliminary") },
  { "proposed", NC_("status", "Proposed") },
  { "recurrence", NC_("status", "Came back") },
  { "refuted", NC_("status", "Ruled out") },
  { "registered", NC_("status", "Waiting for a result") },
  { "relapse", NC_("status", "Came back") },
  { "remission", NC_("status", "In remission") },
  { "resolved", NC_("status", "Resolved") },
  { "revoked", NC_("status", "Withdrawn") },
  { "stopped", NC_("status", "Stopped") },
  { "superseded", NC_("status", "Replaced by a newer one") },
  { "unknown", NC_("status", "Unknown") },
};

/**
 * cairn_status_dup_words:
 * @status: a status code of any resource type
 *
 * Returns: (transfer full): translated words for it; a code that no table knows as it is
 */
char *
cairn_status_dup_words (const char *status)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (g_str_equal (statuses[i].code, status))
      return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "status", statuses[i].words));
  return g_strdup (status);
}
