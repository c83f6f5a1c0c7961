/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The searches that a sync asks (FHIR R4 §3.1.1, §3.2). No state. */
#include "cairn-sync-url.h"

#include "fhir/cairn-date.h"

/* Clocks of a cluster differ, and a commit may come later than its stamp. */
#define OVERLAP_MS (5 * 60 * G_GINT64_CONSTANT (1000))

/*
 * The patient compartment is wider than `patient=` for many types; Device is outside R4's compartment
 * and has a patient all the same.
 */
static void
append_scope (GString *url, const CairnSyncContext *context, const char *type, gboolean compartment, const char *ids)
{
  const char *base = context->server->base;

  if (ids != NULL)
    g_string_append_printf (url, "%s/%s?_id=%s", base, type, ids);
  else if (g_str_equal (type, "Patient"))
    g_string_append_printf (url, "%s/Patient?_id=%s", base, context->patient);
  else if (compartment && !g_str_equal (type, "Device"))
    g_string_append_printf (url, "%s/Patient/%s/%s?", base, context->patient, type);
  else
    g_string_append_printf (url, "%s/%s?patient=%s", base, type, context->patient);
}

static void
append (GString *url, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, ",:", FALSE);

  if (url->str[url->len - 1] != '?')
    g_string_append_c (url, '&');
  g_string_append_printf (url, "%s=%s", name, escaped);
}

/**
 * cairn_sync_url_new:
 * @context: what the run shares
 * @state: the type and where it is
 * @compartment: whether to search the compartment rather than by `patient=`
 * @page_size: entries a page, at most
 * @ids: (nullable): ids to ask for, with commas, instead of the patient's records
 *
 * Returns: (transfer full): address of the first page of the step that @state is at
 */
char *
cairn_sync_url_new (const CairnSyncContext *context,
                    const CairnSyncState   *state,
                    gboolean                compartment,
                    guint                   page_size,
                    const char             *ids)
{
  g_autofree char *size = g_strdup_printf ("%u", page_size);
  g_autofree char *instant = cairn_date_dup_instant (MAX (state->since - OVERLAP_MS, 0));
  g_autofree char *changed = g_strconcat ("ge", instant, NULL);
  GString *url = g_string_new (NULL);

  if (state->step == CAIRN_SYNC_STEP_HISTORY)
    {
      g_string_append_printf (url, "%s/%s/_history?", context->server->base, state->type);
      append (url, "_since", instant);
    }
  else
    append_scope (url, context, state->type, compartment, ids);
  if (state->step == CAIRN_SYNC_STEP_UPDATES)
    append (url, "_lastUpdated", changed);
  if (state->step == CAIRN_SYNC_STEP_COMPARE)
    append (url, "_elements", "id");
  append (url, "_count", size);
  return g_string_free (url, FALSE);
}
