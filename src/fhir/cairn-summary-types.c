/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where each resource type says what it is and when. Immutable. */
#include "config.h"

#include <string.h>

#include "cairn-summary-types.h"

/* In order of their types, as strcmp() has it. */
static const CairnSummaryType types[] = {
  { "Account", "other", "name type", "servicePeriod.start", "status" },
  { "AdverseEvent", "other", "event category.0", "date detected", "actuality" },
  { "AllergyIntolerance", "allergy", "code reaction.0.substance", "onsetDateTime onsetPeriod.start recordedDate", NULL },
  { "Appointment", "appointment", "description serviceType.0 reasonCode.0 appointmentType", "start requestedPeriod.0.start", "status" },
  { "AppointmentResponse", "appointment", "comment", "start", "participantStatus" },
  { "AuditEvent", "provenance", "subtype.0 type", "recorded", "type" },
  { "BodyStructure", "other", "description location", NULL, NULL },
  { "CarePlan", "care-plan", "title category.1 category.0 description", "period.start created", "status intent" },
  { "CareTeam", "care-plan", "name category.0", "period.start", NULL },
  { "ChargeItem", "other", "code", "occurrenceDateTime occurrencePeriod.start enteredDate", "status code" },
  { "Claim", "other", "item.0.productOrService type", "billablePeriod.start created", "status use" },
  { "ClaimResponse", "other", "type", "created", "status use outcome" },
  { "ClinicalImpression", "document", "code description", "effectiveDateTime effectivePeriod.start date", "status" },
  { "Communication", "message", "topic payload.0.contentString", "sent received", "status" },
  { "CommunicationRequest", "message", "payload.0.contentString category.0", "occurrenceDateTime occurrencePeriod.start authoredOn", "status" },
  { "Composition", "document", "title type", "date", "status type" },
  { "Condition", "condition", "code", "onsetDateTime onsetPeriod.start recordedDate", NULL },
  { "Consent", "other", "category.0 scope", "dateTime provision.period.start", "status scope" },
  { "Coverage", "coverage", "type class.0.name payor.0.display", "period.start", "status" },
  { "CoverageEligibilityRequest", "coverage", NULL, "servicedDate servicedPeriod.start created", "status" },
  { "CoverageEligibilityResponse", "coverage", "disposition", "servicedDate servicedPeriod.start created", "status outcome" },
  { "DetectedIssue", "other", "code", "identifiedDateTime identifiedPeriod.start", "status" },
  { "Device", "device", "deviceName.0.name type", "manufactureDate", NULL },
  { "DeviceMetric", "device", "type", NULL, NULL },
  { "DeviceRequest", "order", "codeCodeableConcept codeReference.display", "authoredOn", "intent" },
  { "DeviceUseStatement", "device", "device.display", "timingDateTime timingPeriod.start recordedOn", "status" },
  { "DiagnosticReport", "report", "code", "effectiveDateTime effectivePeriod.start", "status code" },
  { "DocumentManifest", "document", "description type", "created", "status" },
  { "DocumentReference", "document", "description type content.0.attachment.title", "date context.period.start", "status content" },
  { "Encounter", "visit", "reasonCode.0 type.0 serviceType class", "period.start", "status class" },
  { "Endpoint", "directory", "name", NULL, "status" },
  { "EnrollmentRequest", "coverage", NULL, "created", NULL },
  { "EnrollmentResponse", "coverage", "disposition", "created", NULL },
  { "EpisodeOfCare", "visit", "type.0", "period.start", "status" },
  { "ExplanationOfBenefit", "other", "item.0.productOrService type", "billablePeriod.start created", "status use" },
  { "FamilyMemberHistory", "family-history", "relationship name", "date", "status relationship" },
  { "Flag", "other", "code", "period.start", "status code" },
  { "Goal", "care-plan", "description", "startDate statusDate", "lifecycleStatus description" },
  { "Group", "directory", "name code", NULL, NULL },
  { "GuidanceResponse", "other", "reasonCode.0", "occurrenceDateTime", "status" },
  { "HealthcareService", "directory", "name type.0", NULL, NULL },
  { "ImagingStudy", "imaging", "description procedureCode.0 series.0.description modality.0 series.0.modality", "started", "status" },
  { "Immunization", "immunization", "vaccineCode", "occurrenceDateTime", "status vaccineCode" },
  { "ImmunizationEvaluation", "immunization", "targetDisease", "date", "status" },
  { "ImmunizationRecommendation", "immunization", "recommendation.0.vaccineCode.0 recommendation.0.targetDisease", "date", NULL },
  { "InsurancePlan", "directory", "name type.0", "period.start", NULL },
  { "Invoice", "other", "type", "date", "status" },
  { "List", "document", "title code", "date", "status mode" },
  { "Location", "directory", "name type.0", NULL, NULL },
  { "Media", "imaging", "content.title type view", "createdDateTime createdPeriod.start issued", "status content" },
  { "Medication", "medication", "code", NULL, NULL },
  { "MedicationAdministration", "medication", "medicationCodeableConcept medicationReference.display", "effectiveDateTime effectivePeriod.start", "status" },
  { "MedicationDispense", "medication", "medicationCodeableConcept medicationReference.display", "whenHandedOver whenPrepared", "status" },
  { "MedicationRequest", "medication", "medicationCodeableConcept medicationReference.display", "authoredOn", "status intent" },
  { "MedicationStatement", "medication", "medicationCodeableConcept medicationReference.display", "effectiveDateTime effectivePeriod.start dateAsserted", "status" },
  { "MolecularSequence", "test-result", NULL, NULL, NULL },
  { "NutritionOrder", "order", "oralDiet.type.0 supplement.0.productName supplement.0.type enteralFormula.baseFormulaType enteralFormula.baseFormulaProductName", "dateTime", "status intent" },
  { "Observation", "test-result", "code", "effectiveDateTime effectiveInstant effectivePeriod.start", "status code" },
  { "Organization", "directory", "name", NULL, NULL },
  { "OrganizationAffiliation", "directory", "code.0 participatingOrganization.display", NULL, NULL },
  { "Patient", "person", "name", "birthDate", NULL },
  { "PaymentNotice", "other", "paymentStatus", "paymentDate created", "status" },
  { "PaymentReconciliation", "other", "disposition", "paymentDate created", "status" },
  { "Person", "directory", "name", "birthDate", NULL },
  { "Practitioner", "directory", "name", NULL, NULL },
  { "PractitionerRole", "directory", "practitioner.display code.0 specialty.0", NULL, NULL },
  { "Procedure", "procedure", "code", "performedDateTime performedPeriod.start", "status" },
  { "Provenance", "provenance", "activity", "occurredDateTime occurredPeriod.start recorded", NULL },
  { "Questionnaire", "directory", "title name", NULL, "status" },
  { "QuestionnaireResponse", "form", "_questionnaire.extension.0.valueString", "authored", "status" },
  { "RelatedPerson", "directory", "name relationship.0", "period.start", NULL },
  { "RequestGroup", "order", "code action.0.title", "authoredOn", "status intent" },
  { "ResearchStudy", "other", "title", "period.start", "status" },
  { "ResearchSubject", "other", "study.display", "period.start", "status" },
  { "RiskAssessment", "other", "code method", "occurrenceDateTime occurrencePeriod.start", "status" },
  { "Schedule", "directory", "serviceType.0 comment", NULL, NULL },
  { "ServiceRequest", "order", "code", "occurrenceDateTime occurrencePeriod.start authoredOn", "status intent" },
  { "Slot", "directory", "serviceType.0", "start", "status" },
  { "Specimen", "other", "type", "collection.collectedDateTime collection.collectedPeriod.start receivedTime", NULL },
  { "SupplyDelivery", "other", "suppliedItem.itemCodeableConcept type", "occurrenceDateTime occurrencePeriod.start", NULL },
  { "SupplyRequest", "order", "itemCodeableConcept category", "occurrenceDateTime occurrencePeriod.start authoredOn", NULL },
  { "Task", "other", "description code", "authoredOn executionPeriod.start", "status intent" },
  { "VisionPrescription", "other", NULL, "dateWritten created", "status" },
};

/* A type without a row of its own. */
static const CairnSummaryType other_type = {
  NULL, "other", "title name code type category.0 description", "date dateTime created authoredOn recorded period.start issued", NULL,
};

const CairnSummaryType *
cairn_summary_type_find (const char *type)
{
  guint low = 0, high = G_N_ELEMENTS (types);

  while (low < high)
    {
      guint middle = (low + high) / 2;
      int order = strcmp (type, types[middle].type);

      if (order == 0)
        return &types[middle];
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return &other_type;
}
