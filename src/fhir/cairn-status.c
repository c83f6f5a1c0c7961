/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FHIR's status codes in words for people. Immutable. */
#include "config.h"

#include "cairn-status.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const struct
{
  const char *code, *words;
} statuses[] = {
  { "abandoned", NC_("status", "Given up") },
  { "aborted", NC_("status", "Stopped before the end") },
  { "accepted", NC_("status", "Accepted") },
  { "active", NC_("status", "Active") },
  { "amended", NC_("status", "Amended") },
  { "appended", NC_("status", "Added to") },
  { "arrived", NC_("status", "Arrived") },
  { "available", NC_("status", "Available") },
  { "balanced", NC_("status", "Paid in full") },
  { "billable", NC_("status", "Billed") },
  { "booked", NC_("status", "Booked") },
  { "cancelled", NC_("status", "Cancelled") },
  { "checked-in", NC_("status", "Checked in") },
  { "completed", NC_("status", "Completed") },
  { "confirmed", NC_("status", "Confirmed") },
  { "corrected", NC_("status", "Corrected") },
  { "current", NC_("status", "Current") },
  { "declined", NC_("status", "Declined") },
  { "differential", NC_("status", "One of several possibilities") },
  { "draft", NC_("status", "Draft") },
  { "ended", NC_("status", "Ended") },
  { "entered-in-error", NC_("status", "Entered by mistake") },
  { "enteredinerror", NC_("status", "Entered by mistake") },
  { "error", NC_("status", "Failed") },
  { "failed", NC_("status", "Failed") },
  { "final", NC_("status", "Final") },
  { "finished", NC_("status", "Finished") },
  { "fulfilled", NC_("status", "Took place") },
  { "health-unknown", NC_("status", "Nothing is known") },
  { "in-progress", NC_("status", "In progress") },
  { "inactive", NC_("status", "No longer active") },
  { "intended", NC_("status", "Intended") },
  { "issued", NC_("status", "Sent out") },
  { "mitigated", NC_("status", "Dealt with") },
  { "noshow", NC_("status", "Missed") },
  { "not-done", NC_("status", "Not done") },
  { "not-started", NC_("status", "Not started") },
  { "not-taken", NC_("status", "Not taken") },
  { "off", NC_("status", "Not in use") },
  { "on-hold", NC_("status", "On hold") },
  { "onleave", NC_("status", "Away for a while") },
  { "partial", NC_("status", "Partly done") },
  { "pending", NC_("status", "Waiting for confirmation") },
  { "planned", NC_("status", "Planned") },
  { "preliminary", NC_("status", "Preliminary") },
  { "preparation", NC_("status", "Being prepared") },
  { "presumed", NC_("status", "Presumed") },
  { "proposed", NC_("status", "Proposed") },
  { "provisional", NC_("status", "Provisional") },
  { "queued", NC_("status", "Waiting to be worked on") },
  { "ready", NC_("status", "Ready") },
  { "received", NC_("status", "Received") },
  { "recurrence", NC_("status", "Came back") },
  { "refuted", NC_("status", "Ruled out") },
  { "registered", NC_("status", "Waiting for a result") },
  { "rejected", NC_("status", "Rejected") },
  { "relapse", NC_("status", "Came back") },
  { "remission", NC_("status", "In remission") },
  { "requested", NC_("status", "Requested") },
  { "resolved", NC_("status", "Resolved") },
  { "retired", NC_("status", "No longer in use") },
  { "revoked", NC_("status", "Withdrawn") },
  { "scheduled", NC_("status", "Scheduled") },
  { "started", NC_("status", "Started") },
  { "stopped", NC_("status", "Stopped") },
  { "superseded", NC_("status", "Replaced by a newer one") },
  { "suspended", NC_("status", "Paused") },
  { "triaged", NC_("status", "Seen by a nurse, waiting") },
  { "unavailable", NC_("status", "Not available") },
  { "unconfirmed", NC_("status", "Not confirmed") },
  { "unknown", NC_("status", "Unknown") },
  { "unsatisfactory", NC_("status", "Could not be used") },
  { "waiting", NC_("status", "Waiting") },
  { "waitlist", NC_("status", "On the waiting list") },
};

/**
 * cairn_status_get_words:
 * @status: a status code of any resource type
 *
 * Returns: (transfer none) (nullable): translated words for it; %NULL for a code that no table knows
 */
const char *
cairn_status_get_words (const char *status)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (g_str_equal (statuses[i].code, status))
      return g_dpgettext2 (GETTEXT_PACKAGE, "status", statuses[i].words);
  return NULL;
}

/**
 * cairn_status_dup_words:
 * @status: a status code of any resource type
 *
 * Returns: (transfer full): translated words for it; a code that no table knows as it is, without its hyphens
 */
char *
cairn_status_dup_words (const char *status)
{
  const char *known = cairn_status_get_words (status);
  char *words = g_strdup (known != NULL ? known : status);

  if (known == NULL && strspn (words, "abcdefghijklmnopqrstuvwxyz-") == strlen (words))
    {
      g_strdelimit (words, "-", ' ');
      words[0] = g_ascii_toupper (words[0]);
    }
  return words;
}
