/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cairnctl sync. */
#include "ctl.h"

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

#include <stdio.h>
#include <string.h>

static const char *const results[] = {
  [CAIRN_SYNC_COMPLETE] = "complete",
  [CAIRN_SYNC_PARTIAL] = "partial",
  [CAIRN_SYNC_FAILED] = "failed",
};

static void
add_number (JsonBuilder *builder, const char *name, guint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) value);
}

static void
add_counts (JsonBuilder *builder, const char *type, const CairnSyncCounts *counts)
{
  json_builder_set_member_name (builder, type);
  json_builder_begin_object (builder);
  add_number (builder, "received", counts->received);
  add_number (builder, "stored", counts->stored);
  add_number (builder, "unchanged", counts->unchanged);
  add_number (builder, "deleted", counts->deleted);
  add_number (builder, "quarantined", counts->quarantined);
  json_builder_set_member_name (builder, "error");
  if (counts->error != NULL)
    ctl_add_error (builder, counts->error);
  else
    json_builder_add_null_value (builder);
  if (counts->outcome != NULL)
    ctl_add_string (builder, "outcome", counts->outcome);
  json_builder_end_object (builder);
}

static void
print_report_json (const CairnSyncReport *report, GList *types)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL;
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];

  json_builder_begin_object (builder);
  ctl_add_string (builder, "state", results[report->result]);
  json_builder_set_member_name (builder, "types");
  json_builder_begin_object (builder);
  for (GList *l = types; l != NULL; l = l->next)
    add_counts (builder, l->data, g_hash_table_lookup (report->types, l->data));
  json_builder_end_object (builder);
  add_number (builder, "requests", report->requests);
  add_number (builder, "bytes_wire", report->bytes_wire);
  add_number (builder, "bytes_body", report->bytes_body);
  if (report->error != NULL)
    {
      json_builder_set_member_name (builder, "error");
      ctl_add_error (builder, report->error);
    }
  json_builder_end_object (builder);
  /* json-glib writes 0.527 as 0.52700000000000002 */
  text = ctl_dup_json (builder);
  g_ascii_formatd (seconds, sizeof seconds, "%.3f", report->seconds);
  printf ("%.*s,\"seconds\":%s}\n", (int) strlen (text) - 1, text, seconds);
}

static void
print_report (const CairnSyncReport *report, GList *types)
{
  for (GList *l = types; l != NULL; l = l->next)
    {
      const CairnSyncCounts *counts = g_hash_table_lookup (report->types, l->data);

      if (counts->received == 0 && counts->error == NULL && counts->outcome == NULL)
        continue;
      ctl_print ("%-24s %6" G_GUINT64_FORMAT " received, %" G_GUINT64_FORMAT " stored, %" G_GUINT64_FORMAT " unchanged, %"
                 G_GUINT64_FORMAT " deleted, %" G_GUINT64_FORMAT " quarantined%s%s%s%s\n", (const char *) l->data,
                 counts->received, counts->stored, counts->unchanged, counts->deleted, counts->quarantined,
                 counts->error != NULL ? "; " : "", counts->error != NULL ? counts->error->message : "",
                 counts->outcome != NULL ? "; " : "", counts->outcome != NULL ? counts->outcome : "");
    }
  ctl_print ("%s, %.1f s\n", results[report->result], report->seconds);
}

static int
code_for (const CairnSyncReport *report)
{
  if (g_error_matches (report->error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN))
    return CTL_SIGN_IN;
  switch (report->result)
    {
    case CAIRN_SYNC_COMPLETE:
      return CTL_DONE;
    case CAIRN_SYNC_PARTIAL:
      return CTL_PARTIAL;
    case CAIRN_SYNC_FAILED:
    default:
      return CTL_FAILED;
    }
}

int
ctl_sync (Ctl *ctl)
{
  g_autoptr(CairnSyncReport) report = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GList) types = NULL;
  CairnSync *sync;
  CairnSession *session;
  int code;

  session = ctl_open (ctl, FALSE, &code);
  if (session == NULL)
    return code;
  sync = cairn_session_get_sync (session);
  cairn_sync_start_async (sync, NULL, ctl_done_cb, &result);
  report = cairn_sync_start_finish (sync, ctl_wait (&result), &error);
  if (report == NULL)
    return ctl_fail (ctl, error);
  ctl_send_waiting (session, TRUE);
  types = g_list_sort (g_hash_table_get_keys (report->types), (GCompareFunc) g_strcmp0);
  if (ctl->json)
    print_report_json (report, types);
  else
    print_report (report, types);
  if (report->error != NULL)
    fprintf (stderr, "cairnctl: %s\n", report->error->message);
  return code_for (report);
}
