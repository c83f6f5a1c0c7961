/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which elements of each resource type say something to a patient, and what to call them. Immutable. */
#include "config.h"

#include "cairn-facts-table.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define F(label, paths) { NC_ ("fact", label), paths }
#define ROWS(...) (const CairnFactRow[]) { __VA_ARGS__ }, G_N_ELEMENTS (((const CairnFactRow[]) { __VA_ARGS__ }))

static const struct
{
  const char         *type;
  const CairnFactRow *rows;
  guint               n;
} tables[] = {
  { "AllergyIntolerance", ROWS (
    F ("Reaction", "reaction.manifestation reaction.description"), F ("How severe", "reaction.severity"),
    F ("How dangerous it could be", "criticality"), F ("Kind", "category type"),     F ("How certain", "verificationStatus"), F ("Since", "onset[x]"), F ("Last time", "lastOccurrence"),
    F ("Note", "note")) },
  { "Appointment", ROWS (
    F ("Ends", "end"), F ("With", "-participant.actor"), F ("What for", "reasonCode reasonReference description"),
    F ("Kind", "serviceType appointmentType"), F ("What to do before", "patientInstruction"), F ("Cancelled because", "cancelationReason"),
    F ("Comment", "comment")) },
  { "CarePlan", ROWS (
    F ("What it is about", "description category"), F ("For", "addresses"), F ("Period", "period"),
    F ("What to do", "activity.detail.code activity.detail.description activity.reference"), F ("Goals", "goal"), F ("Care team", "careTeam"), F ("Note", "note")) },
  { "CareTeam", ROWS (
    F ("Members", "-participant.member"), F ("Roles", "participant.role"), F ("Period", "period"), F ("For", "reasonCode reasonReference"), F ("Note", "note")) },
  { "Communication", ROWS (
    F ("Message", "payload.contentString"), F ("Attachments", "payload.contentAttachment"), F ("From", "sender"), F ("To", "recipient"),
    F ("Read", "received"), F ("About", "about")) },
  { "Condition", ROWS (
    F ("How certain", "verificationStatus"), F ("How severe", "severity"), F ("Since", "onset[x]"),
    F ("Ended", "abatement[x]"), F ("Where in the body", "bodySite"), F ("Kind", "category"), F ("Noted at the visit", "encounter"), F ("Note", "note")) },
  { "Coverage", ROWS (
    F ("Insurer", "payor"), F ("Member number", "subscriberId"), F ("Relationship to the member", "relationship"), F ("Plan", "class.name"),
    F ("Number of the plan", "class.value"), F ("Valid", "period")) },
  { "Device", ROWS (
    F ("Kind", "type"), F ("Maker", "manufacturer"), F ("Model", "modelNumber"), F ("Serial number", "serialNumber"), F ("Lot", "lotNumber"),
    F ("Unique identifier", "udiCarrier.carrierHRF distinctIdentifier"), F ("Expires", "expirationDate"), F ("Note", "note")) },
  { "DiagnosticReport", ROWS (
    F ("Conclusion", "conclusion conclusionCode"), F ("Results", "*result"), F ("Pictures", "media.link imagingStudy"), F ("Kind", "category"),
    F ("Documents", "presentedForm"), F ("Sample", "specimen"), F ("From the visit", "encounter")) },
  { "DocumentReference", ROWS (
    F ("Kind", "type category"), F ("Content", "content.attachment"), F ("Period", "context.period"), F ("From the visit", "context.encounter"),
    F ("State of the document", "docStatus")) },
  { "Encounter", ROWS (
    F ("Kind", "class type serviceType"), F ("Reason", "reasonCode reasonReference"), F ("When", "period"), F ("With", "participant.individual"),
    F ("Where", "location.location"), F ("At", "serviceProvider"), F ("Diagnoses", "diagnosis.condition"), F ("Left for", "hospitalization.dischargeDisposition")) },
  { "ExplanationOfBenefit", ROWS (
    F ("Period", "billablePeriod"), F ("For", "item.productOrService"), F ("Outcome", "outcome disposition"), F ("Total", "total"),
    F ("Paid", "payment.amount"), F ("Insurer", "insurer"), F ("Provider", "provider")) },
  { "Claim", ROWS (
    F ("Period", "billablePeriod"), F ("For", "item.productOrService"), F ("Total", "total"), F ("Diagnoses", "diagnosis.diagnosisCodeableConcept diagnosis.diagnosisReference"),
    F ("Insurer", "insurance.coverage insurer"), F ("Provider", "provider")) },
  { "FamilyMemberHistory", ROWS (
    F ("Relationship", "relationship"), F ("Conditions", "condition.code"), F ("Age", "age[x]"), F ("Born", "born[x]"), F ("Died", "deceased[x]"), F ("Note", "note condition.note")) },
  { "Goal", ROWS (
    F ("How it goes", "achievementStatus"), F ("Priority", "priority"), F ("Target", "target.detailQuantity target.detailString target.detailRange target.detailCodeableConcept"),
    F ("Due", "target.dueDate"), F ("For", "addresses"), F ("Note", "note")) },
  { "ImagingStudy", ROWS (
    F ("How", "modality procedureCode"), F ("Reason", "reasonCode"), F ("Series", "series.description series.modality"), F ("Part of the body", "series.bodySite"),
    F ("At", "location"), F ("From the visit", "encounter"), F ("Note", "note")) },
  { "Immunization", ROWS (
    F ("Given", "occurrence[x]"), F ("Why not", "statusReason"), F ("Dose", "protocolApplied.doseNumberPositiveInt protocolApplied.doseNumberString doseQuantity"),
    F ("Against", "protocolApplied.targetDisease"), F ("Maker", "manufacturer"), F ("Lot", "lotNumber"), F ("Where in the body", "site route"),
    F ("At", "location"), F ("From the visit", "encounter"), F ("Reaction", "reaction.detail"), F ("Note", "note")) },
  { "MedicationRequest", ROWS (
    F ("How to take it", "dosageInstruction"), F ("What for", "reasonCode reasonReference"), F ("Refills", "dispenseRequest.numberOfRepeatsAllowed"),
    F ("Valid", "dispenseRequest.validityPeriod"), F ("Quantity", "dispenseRequest.quantity"), F ("Pharmacy", "dispenseRequest.performer"),
    F ("Kind", "intent category"), F ("Why its state changed", "statusReason"), F ("Note", "note")) },
  { "MedicationDispense", ROWS (
    F ("Quantity", "quantity"), F ("Days it lasts", "daysSupply"), F ("How to take it", "dosageInstruction"), F ("Handed over", "whenHandedOver"),
    F ("Note", "note")) },
  { "MedicationStatement", ROWS (
    F ("How it is taken", "dosage"), F ("What for", "reasonCode reasonReference"), F ("Period", "effective[x]"), F ("Note", "note")) },
  { "MedicationAdministration", ROWS (
    F ("Dose", "dosage.text dosage.dose"), F ("How", "dosage.route"), F ("When", "effective[x]"), F ("What for", "reasonCode"), F ("Note", "note")) },
  { "Medication", ROWS (F ("Form", "form"), F ("Ingredients", "ingredient.itemCodeableConcept"), F ("Maker", "manufacturer")) },
  { "Observation", ROWS (
    F ("Usual range", "referenceRange"), F ("Kind", "category"), F ("How it was measured", "method"), F ("Where in the body", "bodySite"),
    F ("Sample", "specimen"), F ("Device", "device"), F ("Part of", "partOf"), F ("Results in it", "*hasMember"), F ("From the visit", "encounter"),
    F ("Why there is no value", "dataAbsentReason"), F ("Comment", "note")) },
  { "Patient", ROWS (
    F ("Born", "birthDate"), F ("Died", "deceased[x]"), F ("Gender", "gender"), F ("Address", "address"), F ("Contact", "telecom"), F ("Language", "communication.language"),
    F ("Emergency contact", "contact.name"), F ("General practitioner", "generalPractitioner"), F ("Looked after by", "managingOrganization")) },
  { "Practitioner", ROWS (F ("Contact", "telecom"), F ("Address", "address"), F ("Qualification", "qualification.code")) },
  { "PractitionerRole", ROWS (F ("Who", "practitioner"), F ("Role", "code"), F ("Specialty", "specialty"), F ("At", "organization location"), F ("Contact", "telecom")) },
  { "Organization", ROWS (F ("Kind", "type"), F ("Address", "address"), F ("Contact", "telecom"), F ("Part of", "partOf")) },
  { "Location", ROWS (F ("Kind", "type"), F ("Address", "address"), F ("Contact", "telecom"), F ("Run by", "managingOrganization")) },
  { "Procedure", ROWS (
    F ("When", "performed[x]"), F ("Reason", "reasonCode reasonReference"), F ("Where in the body", "bodySite"), F ("Outcome", "outcome"),
    F ("Complications", "complication"), F ("Afterwards", "followUp"), F ("At", "location"), F ("From the visit", "encounter"), F ("Why not", "statusReason"), F ("Note", "note")) },
  { "Provenance", ROWS (F ("Of", "target"), F ("Who", "agent.who"), F ("On behalf of", "agent.onBehalfOf"), F ("What was done", "activity"), F ("When", "occurred[x]")) },
  { "QuestionnaireResponse", ROWS (F ("Questions", "item.text"), F ("Filled in by", "source")) },
  { "RelatedPerson", ROWS (F ("Relationship", "relationship"), F ("Contact", "telecom"), F ("Address", "address")) },
  { "ServiceRequest", ROWS (
    F ("When", "occurrence[x]"), F ("Reason", "reasonCode reasonReference"), F ("Kind", "category intent"), F ("Priority", "priority"),
    F ("By whom", "performer performerType"), F ("What to do", "patientInstruction"), F ("Note", "note")) },
  { "Specimen", ROWS (
    F ("Taken", "collection.collected[x]"), F ("From", "collection.bodySite"), F ("How", "collection.method"), F ("Received", "receivedTime"), F ("State", "condition status"), F ("Note", "note")) },
};

static const CairnFactRow source_rows[] = {
  F ("Ordered by", "requester basedOn prescription"), F ("Reported by", "performer performer.actor resultsInterpreter informationSource"),
  F ("Recorded by", "recorder asserter enterer"), F ("Author", "author custodian"), F ("Reported", "issued"),
  F ("Recorded", "recorded recordedDate dateAsserted created"), F ("Reported by someone else", "reported[x]"), F ("Source system", "meta.source"),
};

const CairnFactRow *
cairn_fact_rows (const char *type, guint *n)
{
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (g_strcmp0 (tables[i].type, type) == 0)
      {
        *n = tables[i].n;
        return tables[i].rows;
      }
  *n = 0;
  return NULL;
}

const CairnFactRow *
cairn_source_rows (guint *n)
{
  *n = G_N_ELEMENTS (source_rows);
  return source_rows;
}
