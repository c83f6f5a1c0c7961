/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People, places and messages: which elements say something to a patient. Immutable. */
#include "config.h"

#include "cairn-fact-table.h"

#include <glib/gi18n-lib.h>

const CairnFactTable cairn_fact_table_people[] = {
  TYPE ("Communication",
    F ("Message", "payload.content[x] payload.contentString payload.contentReference"), F ("Attachments", "payload.contentAttachment"), F ("About", "about"), F ("From", "sender"), F ("To", "recipient"), F ("Sent", "sent"),
    F ("Read", "received"), MORE ("Kind", "category medium"), MORE ("How urgent", "priority"), F ("Why", "reasonCode reasonReference"), F ("Why not", "statusReason"), F ("Answer to", "inResponseTo"), F ("At the visit", "encounter"), F ("Belongs to", "basedOn partOf"), NOTE ("Note", "note")),
  TYPE ("CommunicationRequest",
    F ("Message", "payload.contentString payload.contentReference"), F ("Attachments", "payload.contentAttachment"), F ("About", "about"), F ("From", "sender"), F ("To", "recipient"), F ("When", "occurrence[x]"), MORE ("Kind", "category medium"), MORE ("How urgent", "priority"),
    F ("Why", "reasonCode reasonReference"), F ("Must not be sent", "doNotPerform"), F ("Replaces", "replaces"), F ("At the visit", "encounter"), NOTE ("Note", "note")),
  TYPE ("Consent",
    F ("About", "scope category"), F ("In general", "provision.type"), F ("Valid", "provision.period"), F ("For what", "provision.purpose"), F ("What may be done", "provision.action"), PARTS ("Who", "provision.actor", P ("role"), P ("reference")), F ("Which records", "provision.class provision.code provision.securityLabel"),
    F ("Which records are meant", "provision.data.reference"), F ("Times of the records", "provision.dataPeriod"), F ("Rule", "policyRule"), PARTS ("Rules", "policy", P ("authority"), P ("uri")), F ("Kept by", "organization"), F ("Agreed by", "performer"), F ("Paper", "source[x]"),
    PARTS ("Checked", "verification", Q ("Yes", "?verified"), Q ("No", "?!verified"), P ("verifiedWith"), P ("verificationDate")),
    GROUP ("Except", "provision.provision", P ("type"), P ("actor.reference"), P ("purpose"), P ("action"), P ("class code securityLabel"), P ("period"), P ("data.reference"))),
  TYPE ("Endpoint", F ("What for", "payloadType"), F ("How", "connectionType"), F ("Run by", "managingOrganization"), F ("Contact", "contact"), F ("When", "period")),
  TYPE ("Group",
    F ("Of", "type code"), F ("How many", "quantity"), F ("Kept by", "managingEntity"), F ("Real members", "actual"), PARTS ("What they share", "characteristic", Q ("not:", "?exclude"), P ("code"), P ("value[x]"), P ("period")), PARTS ("Members", "member", P ("entity"), P ("period"), Q ("no longer", "?inactive"))),
  TYPE ("HealthcareService",
    F ("Kind", "category type specialty"), F ("What it does", "comment extraDetails"), F ("At", "location"), F ("Offered by", "providedBy"), F ("Contact", "telecom"), PARTS ("Open", "availableTime", P ("daysOfWeek"), Q ("all day", "?allDay"), Q ("from %s", "availableStartTime"), Q ("to %s", "availableEndTime")),
    PARTS ("Closed", "notAvailable", P ("description"), P ("during")), F ("Otherwise", "availabilityExceptions"), F ("Appointment needed", "appointmentRequired"), PARTS ("Who may come", "eligibility", P ("code"), P ("comment")), F ("Program", "program"), F ("Languages", "communication"), F ("Special", "characteristic"),
    F ("How to be referred", "referralMethod"), F ("Costs", "serviceProvisionCode"), F ("Area", "coverageArea")),
  TYPE ("Location",
    F ("Kind", "type physicalType"), F ("Address", "address"), F ("Contact", "telecom"), F ("About", "description"), PARTS ("Open", "hoursOfOperation", P ("daysOfWeek"), Q ("all day", "?allDay"), Q ("from %s", "openingTime"), Q ("to %s", "closingTime")), F ("Otherwise", "availabilityExceptions"),
    F ("Run by", "managingOrganization"), F ("Part of", "partOf"), F ("Also called", "alias"), F ("State of it", "operationalStatus"), PARTS ("On the map", "position", P ("latitude"), P ("longitude"), P ("altitude"))),
  TYPE ("Organization",
    F ("Kind", "type"), F ("Address", "address"), F ("Contact", "telecom"), F ("Part of", "partOf"), F ("Also called", "alias"), PARTS ("Whom to ask", "contact", P ("purpose"), P ("name"), P ("telecom"), P ("address"))),
  TYPE ("OrganizationAffiliation", F ("Of", "organization"), F ("With", "participatingOrganization"), F ("As", "code specialty"), F ("When", "period"), F ("At", "location"), F ("Contact", "telecom")),
  TYPE ("Patient",
    F ("Name", "name"), F ("Born", "birthDate"), PARTS ("Died", "", P ("deceasedDateTime"), Q ("Yes", "?deceasedBoolean")), F ("Gender", "gender"), F ("Address", "address"), F ("Contact", "telecom"), F ("Married or not", "maritalStatus"), PARTS ("Twin or more", "", Q ("Yes", "?multipleBirthBoolean"), P ("multipleBirthInteger")),
    PARTS ("Language", "communication", P ("language"), Q ("preferred", "?preferred")), PARTS ("Contact person", "contact", P ("name"), P ("relationship"), P ("telecom"), P ("address"), P ("gender"), P ("organization"), P ("period")),
    F ("General practitioner", "generalPractitioner"), F ("Looked after by", "managingOrganization"), F ("Pictures", "photo"), PARTS ("Also known as", "link", P ("type"), P ("other"))),
  TYPE ("Person", F ("Name", "name"), F ("Born", "birthDate"), F ("Gender", "gender"), F ("Address", "address"), F ("Contact", "telecom"), F ("Looked after by", "managingOrganization"), PARTS ("Belongs to", "link", P ("target"), P ("assurance"))),
  TYPE ("Practitioner",
    F ("Contact", "telecom"), F ("Address", "address"), PARTS ("Qualification", "qualification", P ("code"), P ("issuer"), P ("period")), F ("Languages", "communication"), F ("Gender", "gender"), F ("Born", "birthDate")),
  TYPE ("PractitionerRole",
    F ("Who", "practitioner"), F ("Role", "code"), F ("Specialty", "specialty"), F ("At", "organization location"), F ("Services", "healthcareService"), F ("Contact", "telecom"), F ("When", "period"), PARTS ("Hours", "availableTime", P ("daysOfWeek"), Q ("all day", "?allDay"), Q ("from %s", "availableStartTime"), Q ("to %s", "availableEndTime")),
    PARTS ("Away", "notAvailable", P ("description"), P ("during")), F ("Otherwise", "availabilityExceptions")),
  TYPE ("Provenance",
    F ("Of", "target"), F ("What was done", "activity"), F ("When", "occurred[x]"), F ("Why", "reason"), F ("Where", "location"), PARTS ("Who", "agent", P ("who"), P ("type"), P ("role"), Q ("for %s", "onBehalfOf")), PARTS ("From", "entity", P ("role"), P ("what")), F ("Signed", "signature"), F ("Under the rules of", "policy")),
  TYPE ("RelatedPerson", F ("Relationship", "relationship"), F ("Contact", "telecom"), F ("Address", "address"), F ("Born", "birthDate"), F ("Gender", "gender"), F ("When", "period"), PARTS ("Language", "communication", P ("language"), Q ("preferred", "?preferred"))),
  TYPE ("Schedule", F ("Kind", "serviceCategory serviceType specialty"), F ("Of", "actor"), F ("When", "planningHorizon"), NOTE ("Comment", "comment")),
  TYPE ("Slot", F ("Kind", "serviceCategory serviceType specialty appointmentType"), F ("From", "start"), F ("To", "end"), F ("Of", "schedule"), F ("Booked twice", "overbooked"), NOTE ("Comment", "comment")),
  { NULL, NULL, 0 },
};
