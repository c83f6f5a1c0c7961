/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The light check of a resource that comes: its shape, and the elements that R4 requires of the types
 * that a portal keeps. Terminologies and profiles are for the clinic's own tools. Any thread. */
#include "portal-check.h"

#include <string.h>

#include "fhir/cairn-types.h"

/* Of each type; "a|b" is either */
static const struct
{
  const char *type;
  const char *required;
} table[] = {
  { "AllergyIntolerance", "patient" },
  { "Appointment", "status participant" },
  { "Binary", "contentType" },
  { "CarePlan", "status intent subject" },
  { "Communication", "status" },
  { "Condition", "subject" },
  { "Coverage", "status beneficiary payor" },
  { "DiagnosticReport", "status code" },
  { "DocumentReference", "status content" },
  { "Encounter", "status class" },
  { "FamilyMemberHistory", "status patient relationship" },
  { "Goal", "lifecycleStatus description subject" },
  { "Immunization", "status vaccineCode patient occurrenceDateTime|occurrenceString" },
  { "MedicationDispense", "status medicationCodeableConcept|medicationReference" },
  { "MedicationRequest", "status intent subject medicationCodeableConcept|medicationReference" },
  { "MedicationStatement", "status subject medicationCodeableConcept|medicationReference" },
  { "Observation", "status code" },
  { "Procedure", "status subject" },
  { "Provenance", "target recorded agent" },
  { "Questionnaire", "status" },
  { "QuestionnaireResponse", "status" },
  { "RelatedPerson", "patient" },
  { "Schedule", "actor" },
  { "ServiceRequest", "status intent subject" },
  { "Slot", "schedule status start end" },
  { "Task", "status intent" },
};

static gboolean
has_one (CairnJson resource, const char *names)
{
  g_auto(GStrv) list = g_strsplit (names, "|", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      CairnJsonType type = cairn_json_type (cairn_json_member (resource, list[i]));

      if (type != CAIRN_JSON_ABSENT && type != CAIRN_JSON_NULL)
        return TRUE;
    }
  return FALSE;
}

static char *
check_required (CairnJson resource, const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto(GStrv) names = g_strsplit (table[i].required, " ", -1);

      for (guint k = 0; g_str_equal (table[i].type, type) && names[k] != NULL; k++)
        if (!has_one (resource, names[k]))
          return g_strdup_printf ("%s.%s is required", type, names[k]);
    }
  return NULL;
}

/* FHIR has no null but in arrays of extensions, and nothing empty */
static char *
check_members (CairnJson resource)
{
  CairnJson name, value;
  CairnJsonIter iter;

  cairn_json_iter_init (&iter, resource);
  while (cairn_json_iter_next (&iter, &name, &value))
    {
      g_autofree char *plain = cairn_json_dup_string (name);
      CairnJsonType type = cairn_json_type (value);
      gboolean container = type == CAIRN_JSON_OBJECT || type == CAIRN_JSON_ARRAY;

      if (type == CAIRN_JSON_NULL || (type == CAIRN_JSON_STRING && value.length == 2) ||
          (container && cairn_json_count (value) == 0))
        return g_strdup_printf ("%s is empty", plain);
      if (g_str_equal (plain, "status") && type != CAIRN_JSON_STRING)
        return g_strdup ("status is a code");
    }
  return NULL;
}

/* What is wrong with a resource that should be of a type, or NULL. */
char *
portal_check_resource (CairnJson resource, const char *type)
{
  CairnJson id = cairn_json_member (resource, "id"), meta = cairn_json_member (resource, "meta");
  g_autofree char *id_text = cairn_json_dup_string (id), *fault = NULL;

  if (!cairn_json_is_object (resource))
    return g_strdup ("A resource is an object");
  if (!cairn_json_equals (cairn_json_member (resource, "resourceType"), type))
    return g_strdup_printf ("resourceType is not %s", type);
  if (id.text != NULL && !cairn_id_is_legal (id_text))
    return g_strdup ("id is none of FHIR");
  if (meta.text != NULL && !cairn_json_is_object (meta))
    return g_strdup ("meta is no object");
  fault = check_members (resource);
  return fault != NULL ? g_steal_pointer (&fault) : check_required (resource, type);
}
