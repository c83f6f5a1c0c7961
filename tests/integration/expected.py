# SPDX-License-Identifier: GPL-3.0-or-later
"""What a patient's synced record must hold, worked out from a file alone.

Knows nothing of the programs under test: R4's patient compartment (hl7.org/fhir/R4/
compartmentdefinition-patient.html, plus Device.patient) as paths to references, and what the
resources in it refer to.
"""
import collections
import json
import re

COMPARTMENT = {
    'Account': 'subject', 'AdverseEvent': 'subject', 'AllergyIntolerance': 'patient recorder asserter',
    'Appointment': 'participant.actor',
    'AppointmentResponse': 'actor', 'AuditEvent': 'agent.who entity.what', 'Basic': 'subject author',
    'BodyStructure': 'patient',
    'CarePlan': 'subject activity.detail.performer', 'CareTeam': 'subject participant.member',
    'ChargeItem': 'subject',
    'Claim': 'patient payee.party', 'ClaimResponse': 'patient', 'ClinicalImpression': 'subject',
    'Communication': 'subject sender recipient',
    'CommunicationRequest': 'subject sender recipient requester', 'Composition': 'subject author attester.party',
    'Condition': 'subject asserter',
    'Consent': 'patient', 'Coverage': 'policyHolder subscriber beneficiary payor',
    'CoverageEligibilityRequest': 'patient',
    'CoverageEligibilityResponse': 'patient', 'DetectedIssue': 'patient', 'Device': 'patient',
    'DeviceRequest': 'subject performer',
    'DeviceUseStatement': 'subject', 'DiagnosticReport': 'subject', 'DocumentManifest': 'subject author recipient',
    'DocumentReference': 'subject author', 'Encounter': 'subject', 'EnrollmentRequest': 'candidate',
    'EpisodeOfCare': 'patient',
    'ExplanationOfBenefit': 'patient payee.party', 'FamilyMemberHistory': 'patient', 'Flag': 'subject',
    'Goal': 'subject', 'Group': 'member.entity',
    'ImagingStudy': 'subject', 'Immunization': 'patient', 'ImmunizationEvaluation': 'patient',
    'ImmunizationRecommendation': 'patient',
    'Invoice': 'subject recipient', 'List': 'subject source', 'MeasureReport': 'subject', 'Media': 'subject',
    'MedicationAdministration': 'subject performer.actor', 'MedicationDispense': 'subject receiver',
    'MedicationRequest': 'subject',
    'MedicationStatement': 'subject', 'MolecularSequence': 'patient', 'NutritionOrder': 'patient',
    'Observation': 'subject performer',
    'Patient': 'link.other', 'Person': 'link.target', 'Procedure': 'subject performer.actor', 'Provenance': 'target',
    'QuestionnaireResponse': 'subject author', 'RelatedPerson': 'patient',
    'RequestGroup': 'subject action.participant',
    'ResearchSubject': 'individual', 'RiskAssessment': 'subject', 'Schedule': 'actor',
    'ServiceRequest': 'subject performer', 'Specimen': 'subject',
    'SupplyDelivery': 'patient', 'SupplyRequest': 'deliverTo', 'VisionPrescription': 'patient',
}
FOLLOWED = {'Medication', 'Organization', 'Practitioner', 'PractitionerRole', 'Location', 'HealthcareService',
            'Endpoint', 'Questionnaire', 'Schedule',
            'Slot'}


class File:
    """A Bundle's (or several Bundles') resources, and what their references mean."""

    def __init__(self, *texts):
        self.resources, self.by_key, self.by_url = [], {}, {}
        self.by_identifier = collections.defaultdict(list)
        for text in texts:
            for entry in json.loads(text)['entry']:
                r = entry['resource']
                self.resources.append(r)
                self.by_key[f'{r["resourceType"]}/{r.get("id")}'] = r
                if 'fullUrl' in entry:
                    self.by_url[entry['fullUrl']] = r
                for i in r.get('identifier', []) if isinstance(r.get('identifier'), list) else []:
                    self.by_identifier[(r['resourceType'], i.get('system'), i.get('value'))].append(r)

    def target(self, reference):
        if reference in self.by_url:
            return self.by_url[reference]
        if m := re.fullmatch(r'(\w+)\?identifier=(?:(.*)\|)?(.*)', reference):
            found = self.by_identifier.get((m[1], m[2], m[3]), [])
            return found[0] if len(found) == 1 else None
        return self.by_key.get(re.sub(r'/_history/.*', '', reference))

    def targets(self, value):
        """All resources that a value refers to, at any place in it."""
        if isinstance(value, dict):
            if isinstance(value.get('reference'), str) and (found := self.target(value['reference'])) is not None:
                yield found
            for v in value.values():
                yield from self.targets(v)
        elif isinstance(value, list):
            for v in value:
                yield from self.targets(v)


def at_path(value, path):
    if isinstance(value, list):
        for v in value:
            yield from at_path(v, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from at_path(value[path[0]], path[1:])


def record(file, patient):
    """The resources that the patient's own copy holds: list, each once."""
    out = {id(patient): patient}
    for r in file.resources:
        for path in COMPARTMENT.get(r['resourceType'], '').split():
            for reference in at_path(r, path.split('.')):
                if isinstance(reference, dict) and file.target(reference.get('reference') or '') is patient:
                    out[id(r)] = r
    queue = list(out.values())
    while queue:
        for r in file.targets(queue.pop()):
            if r['resourceType'] in FOLLOWED and id(r) not in out:
                out[id(r)] = r
                queue.append(r)
    return list(out.values())


def counts(resources):
    return dict(collections.Counter(r['resourceType'] for r in resources))
