/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of a resource for _summary and _elements (FHIR R4 §3.1.1.5.9): whole members left out, the
 * others as they are stored, and the tag that says so. What R4 requires of a type is always there. Any thread. */
#include "portal-subset.h"

#include <string.h>

#include "common/cairn-json-edit.h"
#include "server/write/portal-check.h"

#define SUBSETTED "{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ObservationValue\"," \
                  "\"code\":\"SUBSETTED\"}"

/* What a summary shows beside what the type can be searched by */
static const char *const in_summary[] = {
  "active", "actor", "address", "birthDate", "category", "class", "clinicalStatus", "code", "component",
  "comment", "created", "criticality", "deceasedBoolean", "deceasedDateTime", "description",
  "effectiveDateTime", "effectivePeriod", "end", "focus", "for", "gender", "identifier", "intent", "issued",
  "link", "managingOrganization", "medicationCodeableConcept", "medicationReference", "name",
  "occurrenceDateTime", "occurrencePeriod", "onsetDateTime", "owner", "patient", "performer", "period",
  "planningHorizon", "priority", "requester", "schedule", "serviceType", "specialty", "start", "status",
  "subject", "telecom", "title", "topic", "type", "url", "valueCodeableConcept", "valueQuantity",
  "valueString", "verificationStatus", "version", "vaccineCode", NULL
};
static const char *const always[] = { "resourceType", "id", "meta", "implicitRules", NULL };

static gboolean
is_searched_by (const char *type, const char *name)
{
  GArray *paths = portal_params_get_paths (type);

  for (guint i = 0; paths != NULL && i < paths->len; i++)
    if (g_str_equal (g_array_index (paths, PortalPath, i).first, name))
      return TRUE;
  return FALSE;
}

static gboolean
is_kept (const PortalQuery *query, const char *type, const char *name)
{
  if (g_strv_contains (always, name) ||
      (query->summary != PORTAL_SUMMARY_DATA && portal_check_requires (type, name)))
    return TRUE;
  if (query->elements != NULL)
    return g_strv_contains ((const char *const *) query->elements, name);
  switch (query->summary)
    {
    case PORTAL_SUMMARY_TEXT:
      return g_str_equal (name, "text") || g_str_equal (name, "status");
    case PORTAL_SUMMARY_DATA:
      return !g_str_equal (name, "text");
    case PORTAL_SUMMARY_TRUE:
      return g_strv_contains (in_summary, name) || is_searched_by (type, name);
    case PORTAL_SUMMARY_FALSE:
    default:
      return TRUE;
    }
}

/* meta with one tag more */
static char *
tag_meta (CairnJson meta)
{
  g_autoptr(CairnJsonEdit) edit = cairn_json_edit_new (meta);
  CairnJson tags = cairn_json_member (meta, "tag");
  g_autofree char *raw = NULL;

  if (cairn_json_is_array (tags) && cairn_json_count (tags) > 0)
    raw = g_strdup_printf ("%.*s," SUBSETTED "]", (int) tags.length - 1, tags.text);
  else
    raw = g_strdup ("[" SUBSETTED "]");
  cairn_json_edit_set_member (edit, meta, "tag", raw);
  return cairn_json_edit_apply (edit, NULL);
}

/* A copy that says that something is left out. */
char *
portal_subset_dup_tagged (CairnJson resource, gsize *length)
{
  CairnJson meta = cairn_json_member (resource, "meta");
  g_autofree char *tagged = cairn_json_is_object (meta) ? tag_meta (meta) : g_strdup ("{\"tag\":[" SUBSETTED "]}");
  g_autoptr(CairnJsonEdit) edit = cairn_json_edit_new (resource);

  cairn_json_edit_set_member (edit, resource, "meta", tagged);
  return cairn_json_edit_apply (edit, length);
}

gboolean
portal_subset_is_needed (const PortalQuery *query)
{
  return query->elements != NULL || query->summary != PORTAL_SUMMARY_FALSE;
}

char *
portal_subset_dup (const PortalQuery *query, const char *type, CairnJson resource, gsize *length)
{
  GString *out = g_string_sized_new (1024);
  CairnJson name, value;
  CairnJsonIter iter;

  cairn_json_iter_init (&iter, resource);
  while (cairn_json_iter_next (&iter, &name, &value))
    {
      g_autofree char *plain = cairn_json_dup_string (name), *meta = NULL;

      /* _birthDate goes with birthDate */
      if (!is_kept (query, type, *plain == '_' ? plain + 1 : plain))
        continue;
      g_string_append_c (out, out->len == 0 ? '{' : ',');
      g_string_append_len (out, name.text, name.length);
      g_string_append_c (out, ':');
      if (g_str_equal (plain, "meta") && cairn_json_is_object (value))
        meta = tag_meta (value);
      if (meta != NULL)
        g_string_append (out, meta);
      else
        g_string_append_len (out, value.text, value.length);
    }
  g_string_append (out, out->len == 0 ? "{}" : "}");
  *length = out->len;
  return g_string_free (out, FALSE);
}
