/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search parameters: every SHALL of US Core 7 to 9 for what a patient app shows, and those of
 * scheduling, messages and requests. Whoever changes a row changes the digest, and the store indexes
 * itself anew when it is next opened. `patient` and `subject` of a compartment type mean membership
 * of the compartment; their paths serve _include only. The names "points" and "context" are taken by
 * the index of visibility (portal-index.c). Immutable after the first use; any thread. */
#include "portal-params.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "fhir/cairn-types.h"

static const PortalSearchParam params[] = {
  { "AllergyIntolerance", "clinical-status", PORTAL_KIND_TOKEN, "clinicalStatus", NULL },
  { "AllergyIntolerance", "code", PORTAL_KIND_TOKEN, "code|reaction.substance", NULL },
  { "AllergyIntolerance", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "AllergyIntolerance", "patient", PORTAL_KIND_REFERENCE, "patient", "Patient" },
  { "Appointment", "actor", PORTAL_KIND_REFERENCE, "participant.actor",
    "Patient|Practitioner|PractitionerRole|RelatedPerson|Device|HealthcareService|Location" },
  { "Appointment", "appointment-type", PORTAL_KIND_TOKEN, "appointmentType", NULL },
  { "Appointment", "date", PORTAL_KIND_DATE, "start", NULL },
  { "Appointment", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Appointment", "location", PORTAL_KIND_REFERENCE, "participant.actor", "Location" },
  { "Appointment", "part-status", PORTAL_KIND_CODE, "participant.status", NULL },
  { "Appointment", "patient", PORTAL_KIND_REFERENCE, "participant.actor", "Patient" },
  { "Appointment", "practitioner", PORTAL_KIND_REFERENCE, "participant.actor", "Practitioner" },
  { "Appointment", "reason-code", PORTAL_KIND_TOKEN, "reasonCode", NULL },
  { "Appointment", "service-category", PORTAL_KIND_TOKEN, "serviceCategory", NULL },
  { "Appointment", "service-type", PORTAL_KIND_TOKEN, "serviceType", NULL },
  { "Appointment", "slot", PORTAL_KIND_REFERENCE, "slot", "Slot" },
  { "Appointment", "specialty", PORTAL_KIND_TOKEN, "specialty", NULL },
  { "Appointment", "status", PORTAL_KIND_CODE, "status", NULL },
  { "CarePlan", "category", PORTAL_KIND_TOKEN, "category", NULL },
  { "CarePlan", "date", PORTAL_KIND_DATE, "period", NULL },
  { "CarePlan", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "CarePlan", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "CarePlan", "status", PORTAL_KIND_CODE, "status", NULL },
  { "CarePlan", "subject", PORTAL_KIND_REFERENCE, "subject", "Patient|Group" },
  { "CareTeam", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "CareTeam", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "CareTeam", "role", PORTAL_KIND_TOKEN, "participant.role", NULL },
  { "CareTeam", "status", PORTAL_KIND_CODE, "status", NULL },
  { "CareTeam", "subject", PORTAL_KIND_REFERENCE, "subject", "Patient|Group" },
  { "Communication", "based-on", PORTAL_KIND_REFERENCE, "basedOn", NULL },
  { "Communication", "category", PORTAL_KIND_TOKEN, "category", NULL },
  { "Communication", "encounter", PORTAL_KIND_REFERENCE, "encounter", "Encounter" },
  { "Communication", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Communication", "part-of", PORTAL_KIND_REFERENCE, "partOf", NULL },
  { "Communication", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "Communication", "received", PORTAL_KIND_DATE, "received", NULL },
  { "Communication", "recipient", PORTAL_KIND_REFERENCE, "recipient", NULL },
  { "Communication", "sender", PORTAL_KIND_REFERENCE, "sender",
    "Patient|Practitioner|PractitionerRole|Organization|RelatedPerson|Device|HealthcareService" },
  { "Communication", "sent", PORTAL_KIND_DATE, "sent", NULL },
  { "Communication", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Communication", "subject", PORTAL_KIND_REFERENCE, "subject", "Patient|Group" },
  { "Condition", "abatement-date", PORTAL_KIND_DATE, "abatementDateTime|abatementPeriod", NULL },
  { "Condition", "asserted-date", PORTAL_KIND_DATE,
    "http://hl7.org/fhir/StructureDefinition/condition-assertedDate", NULL },
  { "Condition", "category", PORTAL_KIND_TOKEN, "category", NULL },
  { "Condition", "clinical-status", PORTAL_KIND_TOKEN, "clinicalStatus", NULL },
  { "Condition", "code", PORTAL_KIND_TOKEN, "code", NULL },
  { "Condition", "encounter", PORTAL_KIND_REFERENCE, "encounter", "Encounter" },
  { "Condition", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Condition", "onset-date", PORTAL_KIND_DATE, "onsetDateTime|onsetPeriod", NULL },
  { "Condition", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "Condition", "recorded-date", PORTAL_KIND_DATE, "recordedDate", NULL },
  { "Condition", "subject", PORTAL_KIND_REFERENCE, "subject", "Patient|Group" },
  { "Coverage", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Coverage", "patient", PORTAL_KIND_REFERENCE, "beneficiary", "Patient" },
  { "Coverage", "payor", PORTAL_KIND_REFERENCE, "payor", "Organization|Patient|RelatedPerson" },
  { "Coverage", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Coverage", "type", PORTAL_KIND_TOKEN, "type", NULL },
  { "Device", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Device", "patient", PORTAL_KIND_REFERENCE, "patient", "Patient" },
  { "Device", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Device", "type", PORTAL_KIND_TOKEN, "type", NULL },
  { "DiagnosticReport", "category", PORTAL_KIND_TOKEN, "category", NULL },
  { "DiagnosticReport", "code", PORTAL_KIND_TOKEN, "code", NULL },
  { "DiagnosticReport", "date", PORTAL_KIND_DATE, "effectiveDateTime|effectivePeriod", NULL },
  { "DiagnosticReport", "encounter", PORTAL_KIND_REFERENCE, "encounter", "Encounter" },
  { "DiagnosticReport", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "DiagnosticReport", "issued", PORTAL_KIND_DATE, "issued", NULL },
  { "DiagnosticReport", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "DiagnosticReport", "result", PORTAL_KIND_REFERENCE, "result", "Observation" },
  { "DiagnosticReport", "status", PORTAL_KIND_CODE, "status", NULL },
  { "DiagnosticReport", "subject", PORTAL_KIND_REFERENCE, "subject",
    "Patient|Group|Device|Location" },
  { "DocumentReference", "category", PORTAL_KIND_TOKEN, "category", NULL },
  { "DocumentReference", "date", PORTAL_KIND_DATE, "date", NULL },
  { "DocumentReference", "identifier", PORTAL_KIND_TOKEN, "masterIdentifier|identifier", NULL },
  { "DocumentReference", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "DocumentReference", "period", PORTAL_KIND_DATE, "context.period", NULL },
  { "DocumentReference", "status", PORTAL_KIND_CODE, "status", NULL },
  { "DocumentReference", "subject", PORTAL_KIND_REFERENCE, "subject",
    "Patient|Practitioner|Group|Device" },
  { "DocumentReference", "type", PORTAL_KIND_TOKEN, "type", NULL },
  { "Encounter", "class", PORTAL_KIND_TOKEN, "class", NULL },
  { "Encounter", "date", PORTAL_KIND_DATE, "period", NULL },
  { "Encounter", "discharge-disposition", PORTAL_KIND_TOKEN, "hospitalization.dischargeDisposition",
    NULL },
  { "Encounter", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Encounter", "length", PORTAL_KIND_QUANTITY, "length", NULL },
  { "Encounter", "location", PORTAL_KIND_REFERENCE, "location.location", "Location" },
  { "Encounter", "participant", PORTAL_KIND_REFERENCE, "participant.individual",
    "Practitioner|PractitionerRole|RelatedPerson" },
  { "Encounter", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "Encounter", "service-provider", PORTAL_KIND_REFERENCE, "serviceProvider", "Organization" },
  { "Encounter", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Encounter", "subject", PORTAL_KIND_REFERENCE, "subject", "Patient|Group" },
  { "Encounter", "type", PORTAL_KIND_TOKEN, "type", NULL },
  { "Endpoint", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Endpoint", "name", PORTAL_KIND_STRING, "name", NULL },
  { "Endpoint", "status", PORTAL_KIND_CODE, "status", NULL },
  { "FamilyMemberHistory", "code", PORTAL_KIND_TOKEN, "condition.code", NULL },
  { "FamilyMemberHistory", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "FamilyMemberHistory", "patient", PORTAL_KIND_REFERENCE, "patient", "Patient" },
  { "FamilyMemberHistory", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Goal", "description", PORTAL_KIND_TOKEN, "description", NULL },
  { "Goal", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Goal", "lifecycle-status", PORTAL_KIND_CODE, "lifecycleStatus", NULL },
  { "Goal", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "Goal", "subject", PORTAL_KIND_REFERENCE, "subject", "Patient|Group|Organization" },
  { "Goal", "target-date", PORTAL_KIND_DATE, "target.dueDate", NULL },
  { "HealthcareService", "active", PORTAL_KIND_TOKEN, "active", NULL },
  { "HealthcareService", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "HealthcareService", "location", PORTAL_KIND_REFERENCE, "location", "Location" },
  { "HealthcareService", "name", PORTAL_KIND_STRING, "name", NULL },
  { "HealthcareService", "organization", PORTAL_KIND_REFERENCE, "providedBy", "Organization" },
  { "HealthcareService", "service-type", PORTAL_KIND_TOKEN, "type", NULL },
  { "HealthcareService", "specialty", PORTAL_KIND_TOKEN, "specialty", NULL },
  { "Immunization", "date", PORTAL_KIND_DATE, "occurrenceDateTime", NULL },
  { "Immunization", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Immunization", "patient", PORTAL_KIND_REFERENCE, "patient", "Patient" },
  { "Immunization", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Immunization", "vaccine-code", PORTAL_KIND_TOKEN, "vaccineCode", NULL },
  { "Location", "address", PORTAL_KIND_STRING, "address", NULL },
  { "Location", "address-city", PORTAL_KIND_STRING, "address.city", NULL },
  { "Location", "address-country", PORTAL_KIND_STRING, "address.country", NULL },
  { "Location", "address-postalcode", PORTAL_KIND_STRING, "address.postalCode", NULL },
  { "Location", "address-state", PORTAL_KIND_STRING, "address.state", NULL },
  { "Location", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Location", "name", PORTAL_KIND_STRING, "name|alias", NULL },
  { "Location", "organization", PORTAL_KIND_REFERENCE, "managingOrganization", "Organization" },
  { "Location", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Medication", "code", PORTAL_KIND_TOKEN, "code", NULL },
  { "Medication", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "MedicationDispense", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "MedicationDispense", "medication", PORTAL_KIND_REFERENCE, "medicationReference",
    "Medication" },
  { "MedicationDispense", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "MedicationDispense", "prescription", PORTAL_KIND_REFERENCE, "authorizingPrescription",
    "MedicationRequest" },
  { "MedicationDispense", "status", PORTAL_KIND_CODE, "status", NULL },
  { "MedicationDispense", "subject", PORTAL_KIND_REFERENCE, "subject", "Patient|Group" },
  { "MedicationDispense", "type", PORTAL_KIND_TOKEN, "type", NULL },
  { "MedicationDispense", "whenhandedover", PORTAL_KIND_DATE, "whenHandedOver", NULL },
  { "MedicationDispense", "whenprepared", PORTAL_KIND_DATE, "whenPrepared", NULL },
  { "MedicationRequest", "authoredon", PORTAL_KIND_DATE, "authoredOn", NULL },
  { "MedicationRequest", "code", PORTAL_KIND_TOKEN, "medicationCodeableConcept", NULL },
  { "MedicationRequest", "encounter", PORTAL_KIND_REFERENCE, "encounter", "Encounter" },
  { "MedicationRequest", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "MedicationRequest", "intent", PORTAL_KIND_CODE, "intent", NULL },
  { "MedicationRequest", "medication", PORTAL_KIND_REFERENCE, "medicationReference", "Medication" },
  { "MedicationRequest", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "MedicationRequest", "requester", PORTAL_KIND_REFERENCE, "requester",
    "Practitioner|PractitionerRole|Organization|Patient|RelatedPerson|Device" },
  { "MedicationRequest", "status", PORTAL_KIND_CODE, "status", NULL },
  { "MedicationRequest", "subject", PORTAL_KIND_REFERENCE, "subject", "Patient|Group" },
  { "MedicationStatement", "code", PORTAL_KIND_TOKEN, "medicationCodeableConcept", NULL },
  { "MedicationStatement", "effective", PORTAL_KIND_DATE, "effectiveDateTime|effectivePeriod",
    NULL },
  { "MedicationStatement", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "MedicationStatement", "medication", PORTAL_KIND_REFERENCE, "medicationReference",
    "Medication" },
  { "MedicationStatement", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "MedicationStatement", "status", PORTAL_KIND_CODE, "status", NULL },
  { "MedicationStatement", "subject", PORTAL_KIND_REFERENCE, "subject", "Patient|Group" },
  { "Observation", "based-on", PORTAL_KIND_REFERENCE, "basedOn", NULL },
  { "Observation", "category", PORTAL_KIND_TOKEN, "category", NULL },
  { "Observation", "code", PORTAL_KIND_TOKEN, "code", NULL },
  { "Observation", "date", PORTAL_KIND_DATE,
    "effectiveDateTime|effectivePeriod|effectiveInstant|effectiveTiming", NULL },
  { "Observation", "derived-from", PORTAL_KIND_REFERENCE, "derivedFrom", NULL },
  { "Observation", "encounter", PORTAL_KIND_REFERENCE, "encounter", "Encounter" },
  { "Observation", "has-member", PORTAL_KIND_REFERENCE, "hasMember",
    "Observation|QuestionnaireResponse|MolecularSequence" },
  { "Observation", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Observation", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "Observation", "performer", PORTAL_KIND_REFERENCE, "performer",
    "Practitioner|PractitionerRole|Organization|CareTeam|Patient|RelatedPerson" },
  { "Observation", "specimen", PORTAL_KIND_REFERENCE, "specimen", "Specimen" },
  { "Observation", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Observation", "subject", PORTAL_KIND_REFERENCE, "subject", "Patient|Group|Device|Location" },
  { "Observation", "value-concept", PORTAL_KIND_TOKEN, "valueCodeableConcept", NULL },
  { "Observation", "value-quantity", PORTAL_KIND_QUANTITY, "valueQuantity", NULL },
  { "Organization", "active", PORTAL_KIND_TOKEN, "active", NULL },
  { "Organization", "address", PORTAL_KIND_STRING, "address", NULL },
  { "Organization", "address-city", PORTAL_KIND_STRING, "address.city", NULL },
  { "Organization", "address-country", PORTAL_KIND_STRING, "address.country", NULL },
  { "Organization", "address-postalcode", PORTAL_KIND_STRING, "address.postalCode", NULL },
  { "Organization", "address-state", PORTAL_KIND_STRING, "address.state", NULL },
  { "Organization", "endpoint", PORTAL_KIND_REFERENCE, "endpoint", "Endpoint" },
  { "Organization", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Organization", "name", PORTAL_KIND_STRING, "name|alias", NULL },
  { "Organization", "partof", PORTAL_KIND_REFERENCE, "partOf", "Organization" },
  { "Organization", "type", PORTAL_KIND_TOKEN, "type", NULL },
  { "Patient", "active", PORTAL_KIND_TOKEN, "active", NULL },
  { "Patient", "address", PORTAL_KIND_STRING, "address", NULL },
  { "Patient", "birthdate", PORTAL_KIND_DATE, "birthDate", NULL },
  { "Patient", "death-date", PORTAL_KIND_DATE, "deceasedDateTime", NULL },
  { "Patient", "family", PORTAL_KIND_STRING, "name.family", NULL },
  { "Patient", "gender", PORTAL_KIND_CODE, "gender", NULL },
  { "Patient", "general-practitioner", PORTAL_KIND_REFERENCE, "generalPractitioner",
    "Organization|Practitioner|PractitionerRole" },
  { "Patient", "given", PORTAL_KIND_STRING, "name.given", NULL },
  { "Patient", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Patient", "name", PORTAL_KIND_STRING, "name", NULL },
  { "Patient", "organization", PORTAL_KIND_REFERENCE, "managingOrganization", "Organization" },
  { "Practitioner", "active", PORTAL_KIND_TOKEN, "active", NULL },
  { "Practitioner", "family", PORTAL_KIND_STRING, "name.family", NULL },
  { "Practitioner", "given", PORTAL_KIND_STRING, "name.given", NULL },
  { "Practitioner", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Practitioner", "name", PORTAL_KIND_STRING, "name", NULL },
  { "PractitionerRole", "active", PORTAL_KIND_TOKEN, "active", NULL },
  { "PractitionerRole", "endpoint", PORTAL_KIND_REFERENCE, "endpoint", "Endpoint" },
  { "PractitionerRole", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "PractitionerRole", "location", PORTAL_KIND_REFERENCE, "location", "Location" },
  { "PractitionerRole", "organization", PORTAL_KIND_REFERENCE, "organization", "Organization" },
  { "PractitionerRole", "practitioner", PORTAL_KIND_REFERENCE, "practitioner", "Practitioner" },
  { "PractitionerRole", "role", PORTAL_KIND_TOKEN, "code", NULL },
  { "PractitionerRole", "service", PORTAL_KIND_REFERENCE, "healthcareService",
    "HealthcareService" },
  { "PractitionerRole", "specialty", PORTAL_KIND_TOKEN, "specialty", NULL },
  { "Procedure", "category", PORTAL_KIND_TOKEN, "category", NULL },
  { "Procedure", "code", PORTAL_KIND_TOKEN, "code", NULL },
  { "Procedure", "date", PORTAL_KIND_DATE, "performedDateTime|performedPeriod", NULL },
  { "Procedure", "encounter", PORTAL_KIND_REFERENCE, "encounter", "Encounter" },
  { "Procedure", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Procedure", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "Procedure", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Procedure", "subject", PORTAL_KIND_REFERENCE, "subject", "Patient|Group" },
  { "Provenance", "agent", PORTAL_KIND_REFERENCE, "agent.who", NULL },
  { "Provenance", "patient", PORTAL_KIND_REFERENCE, "target", "Patient" },
  { "Provenance", "recorded", PORTAL_KIND_DATE, "recorded", NULL },
  { "Provenance", "target", PORTAL_KIND_REFERENCE, "target", NULL },
  { "Questionnaire", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Questionnaire", "name", PORTAL_KIND_STRING, "name", NULL },
  { "Questionnaire", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Questionnaire", "title", PORTAL_KIND_STRING, "title", NULL },
  { "QuestionnaireResponse", "author", PORTAL_KIND_REFERENCE, "author", NULL },
  { "QuestionnaireResponse", "authored", PORTAL_KIND_DATE, "authored", NULL },
  { "QuestionnaireResponse", "based-on", PORTAL_KIND_REFERENCE, "basedOn",
    "CarePlan|ServiceRequest" },
  { "QuestionnaireResponse", "encounter", PORTAL_KIND_REFERENCE, "encounter", "Encounter" },
  { "QuestionnaireResponse", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "QuestionnaireResponse", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "QuestionnaireResponse", "questionnaire", PORTAL_KIND_REFERENCE, "questionnaire",
    "Questionnaire" },
  { "QuestionnaireResponse", "status", PORTAL_KIND_CODE, "status", NULL },
  { "QuestionnaireResponse", "subject", PORTAL_KIND_REFERENCE, "subject", NULL },
  { "RelatedPerson", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "RelatedPerson", "name", PORTAL_KIND_STRING, "name", NULL },
  { "RelatedPerson", "patient", PORTAL_KIND_REFERENCE, "patient", "Patient" },
  { "RelatedPerson", "relationship", PORTAL_KIND_TOKEN, "relationship", NULL },
  { "Schedule", "active", PORTAL_KIND_TOKEN, "active", NULL },
  { "Schedule", "actor", PORTAL_KIND_REFERENCE, "actor",
    "Patient|Practitioner|PractitionerRole|RelatedPerson|Device|HealthcareService|Location" },
  { "Schedule", "date", PORTAL_KIND_DATE, "planningHorizon", NULL },
  { "Schedule", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Schedule", "service-category", PORTAL_KIND_TOKEN, "serviceCategory", NULL },
  { "Schedule", "service-type", PORTAL_KIND_TOKEN, "serviceType", NULL },
  { "Schedule", "specialty", PORTAL_KIND_TOKEN, "specialty", NULL },
  { "ServiceRequest", "authored", PORTAL_KIND_DATE, "authoredOn", NULL },
  { "ServiceRequest", "category", PORTAL_KIND_TOKEN, "category", NULL },
  { "ServiceRequest", "code", PORTAL_KIND_TOKEN, "code", NULL },
  { "ServiceRequest", "encounter", PORTAL_KIND_REFERENCE, "encounter", "Encounter" },
  { "ServiceRequest", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "ServiceRequest", "intent", PORTAL_KIND_CODE, "intent", NULL },
  { "ServiceRequest", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "ServiceRequest", "requester", PORTAL_KIND_REFERENCE, "requester",
    "Practitioner|PractitionerRole|Organization|Patient|RelatedPerson|Device" },
  { "ServiceRequest", "requisition", PORTAL_KIND_TOKEN, "requisition", NULL },
  { "ServiceRequest", "specimen", PORTAL_KIND_REFERENCE, "specimen", "Specimen" },
  { "ServiceRequest", "status", PORTAL_KIND_CODE, "status", NULL },
  { "ServiceRequest", "subject", PORTAL_KIND_REFERENCE, "subject",
    "Patient|Group|Device|Location" },
  { "Slot", "appointment-type", PORTAL_KIND_TOKEN, "appointmentType", NULL },
  { "Slot", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Slot", "schedule", PORTAL_KIND_REFERENCE, "schedule", "Schedule" },
  { "Slot", "service-category", PORTAL_KIND_TOKEN, "serviceCategory", NULL },
  { "Slot", "service-type", PORTAL_KIND_TOKEN, "serviceType", NULL },
  { "Slot", "specialty", PORTAL_KIND_TOKEN, "specialty", NULL },
  { "Slot", "start", PORTAL_KIND_DATE, "start", NULL },
  { "Slot", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Specimen", "accession", PORTAL_KIND_TOKEN, "accessionIdentifier", NULL },
  { "Specimen", "collected", PORTAL_KIND_DATE,
    "collection.collectedDateTime|collection.collectedPeriod", NULL },
  { "Specimen", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Specimen", "patient", PORTAL_KIND_REFERENCE, "subject", "Patient" },
  { "Specimen", "subject", PORTAL_KIND_REFERENCE, "subject",
    "Patient|Group|Device|Location|Substance" },
  { "Specimen", "type", PORTAL_KIND_TOKEN, "type", NULL },
  { "Task", "authored-on", PORTAL_KIND_DATE, "authoredOn", NULL },
  { "Task", "based-on", PORTAL_KIND_REFERENCE, "basedOn", NULL },
  { "Task", "business-status", PORTAL_KIND_TOKEN, "businessStatus", NULL },
  { "Task", "code", PORTAL_KIND_TOKEN, "code", NULL },
  { "Task", "encounter", PORTAL_KIND_REFERENCE, "encounter", "Encounter" },
  { "Task", "focus", PORTAL_KIND_REFERENCE, "focus", NULL },
  { "Task", "identifier", PORTAL_KIND_TOKEN, "identifier", NULL },
  { "Task", "intent", PORTAL_KIND_CODE, "intent", NULL },
  { "Task", "modified", PORTAL_KIND_DATE, "lastModified", NULL },
  { "Task", "owner", PORTAL_KIND_REFERENCE, "owner",
    "Practitioner|PractitionerRole|Organization|CareTeam|HealthcareService"
    "|Patient|Device|RelatedPerson" },
  { "Task", "part-of", PORTAL_KIND_REFERENCE, "partOf", "Task" },
  { "Task", "patient", PORTAL_KIND_REFERENCE, "for", "Patient" },
  { "Task", "period", PORTAL_KIND_DATE, "executionPeriod", NULL },
  { "Task", "priority", PORTAL_KIND_CODE, "priority", NULL },
  { "Task", "requester", PORTAL_KIND_REFERENCE, "requester",
    "Practitioner|PractitionerRole|Organization|Patient|Device|RelatedPerson" },
  { "Task", "status", PORTAL_KIND_CODE, "status", NULL },
  { "Task", "subject", PORTAL_KIND_REFERENCE, "for", NULL },
};

/* What the index makes of a value besides the table: raised when that changes. */
#define INDEX_VERSION "1"

const PortalSearchParam *
portal_params_list (guint *n)
{
  *n = G_N_ELEMENTS (params);
  return params;
}

static void
add_path (GHashTable *by_type, const PortalSearchParam *param, const char *path)
{
  GArray *paths = g_hash_table_lookup (by_type, param->type);
  PortalPath one = { param, NULL, "" };
  const char *dot = strchr (path, '.');

  if (paths == NULL)
    {
      paths = g_array_new (FALSE, FALSE, sizeof (PortalPath));
      g_hash_table_insert (by_type, (gpointer) param->type, paths);
    }
  if (g_str_has_prefix (path, "http"))
    {
      one.first = g_strdup ("extension");
      one.rest = g_intern_string (path);
    }
  else
    {
      one.first = dot != NULL ? g_strndup (path, dot - path) : g_strdup (path);
      one.rest = dot != NULL ? g_intern_string (dot + 1) : "";
    }
  g_array_append_val (paths, one);
}

static GHashTable *
get_by_type (void)
{
  static GHashTable *by_type;

  if (g_once_init_enter (&by_type))
    {
      GHashTable *made = g_hash_table_new (g_str_hash, g_str_equal);

      for (guint i = 0; i < G_N_ELEMENTS (params); i++)
        {
          g_auto(GStrv) paths = g_strsplit (params[i].paths, "|", -1);

          for (guint k = 0; !portal_param_is_compartment (&params[i]) && paths[k] != NULL; k++)
            add_path (made, &params[i], paths[k]);
        }
      g_once_init_leave (&by_type, made);
    }
  return by_type;
}

/* (element-type PortalPath) (nullable): what of a type's resources is indexed. */
GArray *
portal_params_get_paths (const char *type)
{
  return g_hash_table_lookup (get_by_type (), type);
}

const PortalSearchParam *
portal_params_find (const char *type, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (params); i++)
    if (g_str_equal (params[i].type, type) && g_str_equal (params[i].name, name))
      return &params[i];
  return NULL;
}

/* A fingerprint of the table: a store that was indexed by another one is indexed anew. */
const char *
portal_params_get_digest (void)
{
  static const char *digest;

  if (g_once_init_enter (&digest))
    {
      g_autoptr(GString) text = g_string_new (INDEX_VERSION);
      g_autofree char *made = NULL;

      for (guint i = 0; i < G_N_ELEMENTS (params); i++)
        g_string_append_printf (text, "\n%s %s %d %s", params[i].type, params[i].name,
                                params[i].kind, params[i].paths);
      made = cairn_sha256_hex (text->str, text->len);
      g_once_init_leave (&digest, g_intern_string (made));
    }
  return digest;
}

/* As SearchParameter.type calls it. */
const char *
portal_kind_get_name (PortalKind kind)
{
  static const char *const names[] = { "token", "token", "string", "date", "reference", "quantity" };

  return names[kind];
}

/* Whether it asks for the patient whose compartment the resource is in. */
gboolean
portal_param_is_compartment (const PortalSearchParam *param)
{
  return (g_str_equal (param->name, "patient") || g_str_equal (param->name, "subject")) &&
         cairn_type_get_class (param->type) == CAIRN_TYPE_CLASS_COMPARTMENT;
}

gboolean
portal_param_may_point_at (const PortalSearchParam *param, const char *type)
{
  g_auto(GStrv) targets = NULL;

  if (param->targets == NULL)
    return TRUE;
  targets = g_strsplit (param->targets, "|", -1);
  return g_strv_contains ((const char *const *) targets, type);
}
