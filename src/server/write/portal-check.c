/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The light check of a resource that comes: its shape, and the elements that R4 requires of the types
 * that a portal keeps. Terminologies and profiles are for the clinic's own tools. Any thread. */
#include "portal-check.h"

#include <string.h>

#include "fhir/cairn-types.h"

/* Of each type that is kept, as its StructureDefinition says; "a|b" is either */
static const struct
{
  const char *type;
  const char *required;
} table[] = {
  { "Account", "status" },
  { "AdverseEvent", "actuality subject" },
  { "AllergyIntolerance", "patient" },
  { "Appointment", "status participant" },
  { "AppointmentResponse", "appointment participantStatus" },
  { "AuditEvent", "type recorded agent source" },
  { "Basic", "code" },
  { "Binary", "contentType" },
  { "BodyStructure", "patient" },
  { "CarePlan", "status intent subject" },
  { "ChargeItem", "status code subject" },
  { "Claim", "status type use patient created provider priority insurance" },
  { "ClaimResponse", "status type use patient created insurer outcome" },
  { "ClinicalImpression", "status subject" },
  { "Communication", "status" },
  { "CommunicationRequest", "status" },
  { "Composition", "status type date author title" },
  { "Condition", "subject" },
  { "Consent", "status scope category" },
  { "Coverage", "status beneficiary payor" },
  { "CoverageEligibilityRequest", "status purpose patient created insurer" },
  { "CoverageEligibilityResponse", "status purpose patient created request outcome insurer" },
  { "DetectedIssue", "status" },
  { "DeviceRequest", "intent codeReference|codeCodeableConcept subject" },
  { "DeviceUseStatement", "status subject device" },
  { "DiagnosticReport", "status code" },
  { "DocumentManifest", "status content" },
  { "DocumentReference", "status content" },
  { "Encounter", "status class" },
  { "Endpoint", "status connectionType payloadType address" },
  { "EpisodeOfCare", "status patient" },
  { "ExplanationOfBenefit", "status type use patient created insurer provider outcome insurance" },
  { "FamilyMemberHistory", "status patient relationship" },
  { "Flag", "status code subject" },
  { "Goal", "lifecycleStatus description subject" },
  { "Group", "type actual" },
  { "ImagingStudy", "status subject" },
  { "Immunization", "status vaccineCode patient occurrenceDateTime|occurrenceString" },
  { "ImmunizationEvaluation", "status patient targetDisease immunizationEvent doseStatus" },
  { "ImmunizationRecommendation", "patient date recommendation" },
  { "Invoice", "status" },
  { "List", "status mode" },
  { "MeasureReport", "status type measure period" },
  { "Media", "status content" },
  { "MedicationAdministration",
    "status medicationCodeableConcept|medicationReference subject effectiveDateTime|effectivePeriod" },
  { "MedicationDispense", "status medicationCodeableConcept|medicationReference" },
  { "MedicationRequest", "status intent medicationCodeableConcept|medicationReference subject" },
  { "MedicationStatement", "status medicationCodeableConcept|medicationReference subject" },
  { "MolecularSequence", "coordinateSystem" },
  { "NutritionOrder", "status intent patient dateTime" },
  { "Observation", "status code" },
  { "Procedure", "status subject" },
  { "Provenance", "target recorded agent" },
  { "Questionnaire", "status" },
  { "QuestionnaireResponse", "status" },
  { "RelatedPerson", "patient" },
  { "RequestGroup", "status intent" },
  { "ResearchSubject", "status study individual" },
  { "RiskAssessment", "status subject" },
  { "Schedule", "actor" },
  { "ServiceRequest", "status intent subject" },
  { "Slot", "schedule status start end" },
  { "Subscription", "status reason criteria channel" },
  { "SupplyRequest", "itemCodeableConcept|itemReference quantity" },
  { "Task", "status intent" },
  { "VisionPrescription", "status created patient dateWritten prescriber lensSpecification" },
};

/* (nullable): the table's words on a type */
static const char *
find_required (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].type, type))
      return table[i].required;
  return NULL;
}

/* Whether R4 has no resource of the type without that element. */
gboolean
portal_check_requires (const char *type, const char *name)
{
  const char *required = find_required (type);
  g_auto(GStrv) names = required != NULL ? g_strsplit_set (required, " |", -1) : NULL;

  return names != NULL && g_strv_contains ((const char *const *) names, name);
}

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
  const char *required = find_required (type);
  g_auto(GStrv) names = required != NULL ? g_strsplit (required, " ", -1) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (!has_one (resource, names[i]))
      return g_strdup_printf ("%s.%s is required", type, names[i]);
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
