/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to call a resource type, and an element that no table names. Immutable. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-code-words.h"
#include "cairn-fact-rows.h"

typedef struct
{
  const char *name, *words;
} Words;

static const Words types[] = {
  { "Account", NC_ ("record", "Account") },
  { "AdverseEvent", NC_ ("record", "Unwanted event") },
  { "AllergyIntolerance", NC_ ("record", "Allergy") },
  { "Appointment", NC_ ("record", "Appointment") },
  { "AppointmentResponse", NC_ ("record", "Answer to an appointment") },
  { "AuditEvent", NC_ ("record", "Who looked at the record") },
  { "Basic", NC_ ("record", "Record") },
  { "Binary", NC_ ("record", "File") },
  { "BodyStructure", NC_ ("record", "Part of the body") },
  { "CarePlan", NC_ ("record", "Care plan") },
  { "CareTeam", NC_ ("record", "Care team") },
  { "ChargeItem", NC_ ("record", "Charge") },
  { "Claim", NC_ ("record", "Bill to the insurer") },
  { "ClaimResponse", NC_ ("record", "Insurer's answer to a bill") },
  { "ClinicalImpression", NC_ ("record", "Assessment") },
  { "Communication", NC_ ("record", "Message") },
  { "CommunicationRequest", NC_ ("record", "Planned message") },
  { "Composition", NC_ ("record", "Document") },
  { "Condition", NC_ ("record", "Condition") },
  { "Consent", NC_ ("record", "Consent") },
  { "Coverage", NC_ ("record", "Insurance") },
  { "CoverageEligibilityRequest", NC_ ("record", "Question to the insurer") },
  { "CoverageEligibilityResponse", NC_ ("record", "Insurer's answer") },
  { "DetectedIssue", NC_ ("record", "Warning") },
  { "Device", NC_ ("record", "Device") },
  { "DeviceMetric", NC_ ("record", "Measurement of a device") },
  { "DeviceRequest", NC_ ("record", "Order for a device") },
  { "DeviceUseStatement", NC_ ("record", "Device in use") },
  { "DiagnosticReport", NC_ ("record", "Report") },
  { "DocumentManifest", NC_ ("record", "Set of documents") },
  { "DocumentReference", NC_ ("record", "Document") },
  { "Encounter", NC_ ("record", "Visit") },
  { "Endpoint", NC_ ("record", "Computer system") },
  { "EnrollmentRequest", NC_ ("record", "Application for insurance") },
  { "EnrollmentResponse", NC_ ("record", "Answer to an application for insurance") },
  { "EpisodeOfCare", NC_ ("record", "Time in care") },
  { "ExplanationOfBenefit", NC_ ("record", "Insurer's statement") },
  { "FamilyMemberHistory", NC_ ("record", "Relative") },
  { "Flag", NC_ ("record", "Flag") },
  { "Goal", NC_ ("record", "Goal") },
  { "Group", NC_ ("record", "Group") },
  { "GuidanceResponse", NC_ ("record", "Advice from a program") },
  { "HealthcareService", NC_ ("record", "Service") },
  { "ImagingStudy", NC_ ("record", "Imaging") },
  { "Immunization", NC_ ("record", "Vaccination") },
  { "ImmunizationEvaluation", NC_ ("record", "Check of a vaccination") },
  { "ImmunizationRecommendation", NC_ ("record", "Recommended vaccinations") },
  { "InsurancePlan", NC_ ("record", "Insurance plan") },
  { "Invoice", NC_ ("record", "Invoice") },
  { "List", NC_ ("record", "List") },
  { "Location", NC_ ("record", "Place") },
  { "MeasureReport", NC_ ("record", "Quality report") },
  { "Media", NC_ ("record", "Picture or recording") },
  { "Medication", NC_ ("record", "Medicine") },
  { "MedicationAdministration", NC_ ("record", "Medicine given") },
  { "MedicationDispense", NC_ ("record", "Medicine handed over") },
  { "MedicationRequest", NC_ ("record", "Prescription") },
  { "MedicationStatement", NC_ ("record", "Medicine taken") },
  { "MolecularSequence", NC_ ("record", "Genetic sequence") },
  { "NutritionOrder", NC_ ("record", "Diet") },
  { "Observation", NC_ ("record", "Test or measurement") },
  { "Organization", NC_ ("record", "Organization") },
  { "OrganizationAffiliation", NC_ ("record", "Cooperation of organizations") },
  { "Patient", NC_ ("record", "Patient") },
  { "PaymentNotice", NC_ ("record", "Notice of a payment") },
  { "PaymentReconciliation", NC_ ("record", "Payment to a clinic") },
  { "Person", NC_ ("record", "Person") },
  { "Practitioner", NC_ ("record", "Health professional") },
  { "PractitionerRole", NC_ ("record", "Health professional") },
  { "Procedure", NC_ ("record", "Procedure") },
  { "Provenance", NC_ ("record", "Where a record comes from") },
  { "Questionnaire", NC_ ("record", "Form") },
  { "QuestionnaireResponse", NC_ ("record", "Form") },
  { "RelatedPerson", NC_ ("record", "Relative or helper") },
  { "RequestGroup", NC_ ("record", "Set of orders") },
  { "ResearchStudy", NC_ ("record", "Research study") },
  { "ResearchSubject", NC_ ("record", "Part in a research study") },
  { "RiskAssessment", NC_ ("record", "Assessment of a risk") },
  { "Schedule", NC_ ("record", "Schedule") },
  { "ServiceRequest", NC_ ("record", "Order or referral") },
  { "Slot", NC_ ("record", "Time for an appointment") },
  { "Specimen", NC_ ("record", "Sample") },
  { "Substance", NC_ ("record", "Substance") },
  { "SupplyDelivery", NC_ ("record", "Delivery") },
  { "SupplyRequest", NC_ ("record", "Order of supplies") },
  { "Task", NC_ ("record", "Task") },
  { "VisionPrescription", NC_ ("record", "Prescription for glasses or lenses") },
};

/* "billablePeriod" → "Billable period" */
static char *
spell_out (const char *name)
{
  GString *out = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at++)
    {
      if (at > name && g_ascii_isupper (*at))
        g_string_append_c (out, ' ');
      g_string_append_c (out, at > name ? g_ascii_tolower (*at) : g_ascii_toupper (*at));
    }
  return g_string_free (out, FALSE);
}

char *
cairn_type_dup_words (const char *type)
{
  guint low = 0, high = G_N_ELEMENTS (types);

  while (low < high)
    {
      guint middle = (low + high) / 2;
      int order = strcmp (type, types[middle].name);

      if (order == 0)
        return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "record", types[middle].words));
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return spell_out (type);
}

/* "valueCodeableConcept" → "value" */
static void
strip_choice (char *name)
{
  static const char *const choices[] = {
    "CodeableConcept", "Reference", "DateTime", "Quantity", "String", "Boolean", "Period", "Timing", "Range", "Ratio", "Coding", "Integer", "Decimal", "PositiveInt",
    "UnsignedInt", "Attachment", "Money", "Date", "Age", "Duration", "Identifier", "Canonical", "Code", "Uri", "Time", "Instant", "SampledData",
  };

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (g_str_has_suffix (name, choices[i]) && strlen (name) > strlen (choices[i]))
      {
        name[strlen (name) - strlen (choices[i])] = '\0';
        break;
      }
}

char *
cairn_element_dup_label (CairnJson name)
{
  static const Words elements[] = {
    { "identifier", NC_ ("element", "Number") },
    { "actor", NC_ ("element", "Who") },
    { "agent", NC_ ("element", "Who") },
    { "who", NC_ ("element", "Who") },
    { "item", NC_ ("element", "What") },
    { "productOrService", NC_ ("element", "Service") },
    { "serviced", NC_ ("element", "When") },
    { "net", NC_ ("element", "Amount") },
    { "unitPrice", NC_ ("element", "Price of one") },
    { "used", NC_ ("element", "Used so far") },
    { "allowed", NC_ ("element", "At most") },
    { "telecom", NC_ ("element", "Contact") },
    { "note", NC_ ("element", "Note") },
    { "code", NC_ ("element", "What") },
    { "type", NC_ ("element", "Kind") },
    { "category", NC_ ("element", "Kind") },
    { "period", NC_ ("element", "When") },
    { "encounter", NC_ ("element", "At the visit") },
    { "reasonCode", NC_ ("element", "Why") },
    { "reason", NC_ ("element", "Why") },
    { "performer", NC_ ("element", "By") },
    { "adjudication", NC_ ("element", "Amounts") },
    { "financial", NC_ ("element", "Amounts") },
    { "instantiates", NC_ ("element", "Follows") },
    { "birthDate", NC_ ("element", "Born") },
  };
  g_autofree char *plain = cairn_json_dup_string (name);

  for (guint i = 0; i < 2; i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (elements); j++)
        if (g_str_equal (elements[j].name, plain))
          return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "element", elements[j].words));
      if (i == 0)
        strip_choice (plain);
    }
  return spell_out (plain);
}
