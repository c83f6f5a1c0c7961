/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is planned, ordered and wanted: which elements say something to a patient. Immutable. */
#include "config.h"

#include "cairn-fact-table.h"

#include <glib/gi18n-lib.h>

const CairnFactTable cairn_fact_table_plan[] = {
  TYPE ("Appointment",
    F ("From", "start"), F ("Ends", "end"), MORE ("Minutes", "minutesDuration"), PARTS ("With", "participant", P ("-actor"), P ("type")), F ("What for", "reasonCode reasonReference description"),
    F ("Kind", "serviceCategory serviceType specialty appointmentType"), F ("What to do before", "patientInstruction"), F ("Cancelled because", "cancelationReason"), F ("Wanted", "requestedPeriod"), F ("Belongs to", "basedOn supportingInformation"), NOTE ("Comment", "comment")),
  TYPE ("AppointmentResponse", F ("Appointment", "appointment"), F ("Answer", "participantStatus"), F ("From", "start"), F ("To", "end"), F ("Who answers", "actor participantType"), NOTE ("Comment", "comment")),
  TYPE ("CarePlan",
    F ("What it is about", "description category"), F ("For", "addresses"), F ("From when to when", "period"), MORE ("Kind", "intent"), F ("Goals", "goal"), F ("Care team", "careTeam"), F ("At the visit", "encounter"), F ("Took part", "contributor"), F ("Replaces", "replaces"), F ("Part of", "partOf"), F ("From", "supportingInfo"), NOTE ("Note", "note"),
    GROUP ("What to do", "activity", P ("detail.code detail.description reference"), Q ("Must not be done", "?detail.doNotPerform"), P ("detail.status"), P ("detail.statusReason"), P ("detail.kind"), Q ("When: %s", "detail.scheduled[x]"), Q ("What: %s", "detail.product[x]"), Q ("Each day: %s", "detail.dailyAmount"), Q ("How much: %s", "detail.quantity"),
      Q ("Where: %s", "detail.location"), Q ("By %s", "detail.performer"), Q ("Why: %s", "detail.reasonCode detail.reasonReference"), Q ("For the goal: %s", "detail.goal"), P ("outcomeCodeableConcept outcomeReference"), P ("progress"))),
  TYPE ("CareTeam",
    F ("Kind", "category"), F ("From when to when", "period"), F ("Why", "reasonCode reasonReference"), F ("At", "managingOrganization"), F ("Contact", "telecom"), F ("At the visit", "encounter"), PARTS ("Members", "participant", P ("-member"), P ("role"), Q ("for %s", "onBehalfOf"), P ("period")), NOTE ("Note", "note")),
  TYPE ("Goal",
    F ("How it goes", "achievementStatus"), F ("How important", "priority"), PARTS ("Target", "target", P ("measure"), P ("detail[x]"), Q ("by %s", "due[x]")), F ("Starts", "start[x]"), F ("For", "addresses"), MORE ("Kind", "category"), F ("Set by", "expressedBy"), F ("State since", "statusDate"), F ("Why its state changed", "statusReason"),
    F ("Outcome", "outcomeCode outcomeReference"), NOTE ("Note", "note")),
  TYPE ("NutritionOrder",
    F ("Preferences", "foodPreferenceModifier"), F ("Foods to leave out", "excludeFoodModifier"), F ("Because of allergies", "allergyIntolerance"), MORE ("Kind", "intent"), F ("At the visit", "encounter"),
    PARTS ("Diet", "oralDiet", P ("type"), P ("schedule"), P ("instruction")), PARTS ("Nutrients", "oralDiet.nutrient", P ("modifier"), P ("amount")), PARTS ("Texture", "oralDiet.texture", P ("modifier"), Q ("of %s", "foodType")), F ("Drinks", "oralDiet.fluidConsistencyType"),
    PARTS ("Supplements", "supplement", P ("productName"), P ("type"), P ("quantity"), P ("schedule"), P ("instruction")),
    PARTS ("Feeding by tube", "enteralFormula", P ("baseFormulaProductName"), P ("baseFormulaType"), P ("additiveProductName"), P ("additiveType"), Q ("energy %s", "caloricDensity"), Q ("into %s", "routeofAdministration"), Q ("at most %s", "maxVolumeToDeliver"), P ("administrationInstruction")),
    PARTS ("Amounts by tube", "enteralFormula.administration", P ("quantity"), Q ("at %s", "rate[x]"), P ("schedule")), NOTE ("Note", "note")),
  TYPE ("RequestGroup",
    F ("What for", "reasonCode reasonReference"), MORE ("Kind", "intent"), MORE ("How urgent", "priority"), F ("At the visit", "encounter"), GROUP ("What to do", "action", P ("title"), P ("description"), P ("textEquivalent"), P ("code"), Q ("When: %s", "timing[x]"), P ("resource"), Q ("By %s", "participant")), NOTE ("Note", "note")),
  TYPE ("ResearchSubject", F ("Study", "study"), F ("From when to when", "period"), F ("Planned group", "assignedArm"), F ("Group", "actualArm"), F ("Consent", "consent")),
  TYPE ("ResearchStudy",
    F ("Title", "title"), F ("What it is about", "description focus condition keyword"), MORE ("Kind", "category primaryPurposeType phase"), F ("From when to when", "period"), F ("Run by", "sponsor principalInvestigator"), F ("Where", "site location"), F ("Why it stopped", "reasonStopped"), F ("Contact", "contact.telecom")),
  TYPE ("ServiceRequest",
    F ("What to do", "patientInstruction"), F ("When", "occurrence[x]"), F ("When needed", "asNeeded[x]"), F ("How much", "quantity[x]"), F ("In detail", "orderDetail"), F ("Why", "reasonCode reasonReference"), F ("Where in the body", "bodySite"), MORE ("Kind", "category intent"), MORE ("How urgent", "priority"),
    F ("By whom", "performer performerType"), F ("Where", "locationCode locationReference"), F ("Must not be done", "doNotPerform"), F ("Sample", "specimen"), F ("Insurance", "insurance"), F ("Replaces", "replaces"), F ("From", "supportingInfo"), F ("At the visit", "encounter"), F ("Number of the order", "requisition"), NOTE ("Note", "note")),
  TYPE ("Task",
    F ("What to do", "description"), F ("About", "focus for"), F ("How far it is", "businessStatus"), F ("Why", "reasonCode reasonReference statusReason"), F ("When", "executionPeriod"), F ("Until", "restriction.period"), F ("How often", "restriction.repetitions"), F ("For whom", "restriction.recipient"),
    F ("Who does it", "owner performerType"), MORE ("Kind", "intent"), MORE ("How urgent", "priority"), F ("Where", "location"), F ("Insurance", "insurance"), F ("Part of", "partOf"), F ("At the visit", "encounter"), PARTS ("Given", "input", P ("type"), P ("value[x]")), PARTS ("Result", "output", P ("type"), P ("value[x]")), NOTE ("Note", "note")),
  { NULL, NULL, 0 },
};
