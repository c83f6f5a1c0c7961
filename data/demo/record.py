# SPDX-License-Identifier: GPL-3.0-or-later
"""A synthetic patient's record of any size, one resource a line, the patient first.

Made for measuring: a mix of kinds as in a real chart, dates over twenty years, oldest first, all in
the patient's compartment and without references to anything that is not in it. Streams, so that a
million resources need no memory.
"""
import json
import random

from words import (CATEGORY, CVX, FLAGS, HL7, LOINC, RXNORM, TESTS, VITALS, at, concept, day, narrative, quantity,
                   ref,
                   status_code, years)

# kind: how many in a thousand
MIX = [('lab', 420), ('pressure', 60), ('vital', 140), ('Encounter', 90), ('Claim', 60), ('ExplanationOfBenefit', 50),
       ('DiagnosticReport', 50), ('MedicationRequest', 40), ('Procedure', 30), ('Condition', 25),
       ('Immunization', 15),
       ('DocumentReference', 15), ('CarePlan', 3), ('AllergyIntolerance', 2)]
VISITS = ['Check-up', 'Blood pressure check', 'Knee pain', 'Cough', 'Back pain', 'Medicine review', 'Skin check',
          'Headache']
MEDICINES = [('Metformin 500 mg tablet', '861007'), ('Lisinopril 10 mg tablet', '314076'),
             ('Atorvastatin 20 mg tablet', '617310'),
             ('Amlodipine 5 mg tablet', '197361'), ('Paracetamol 500 mg tablet', '198440')]
WORDS = ('the patient feels well sleeps through eats with appetite walks daily pain less than before no fever cough gone '
         'pressure steady weight the same plan go on as before next check in half a year').split()


class Record:
    def __init__(self, patient, seed):
        self.id = patient
        self.random = random.Random(seed)
        self.subject = ref(f'Patient/{patient}')
        self.encounter = None
        self.labs = []

    def lines(self, count):
        """Yields `count` resources as JSON texts."""
        yield self.patient()
        kinds = [kind for kind, share in MIX for _ in range(share)]
        start = years(20)
        for n in range(1, count):
            when = start + (n * -start) // max(count, 2)
            hour, minute = 7 + self.random.randrange(11), self.random.randrange(60)
            kind = self.random.choice(kinds)
            members = getattr(self, 'visit' if kind == 'Encounter' else kind.lower())(when, hour, minute)
            resource = {'resourceType': members.pop('resourceType', kind), 'id': f'{self.id}-{n}', **members}
            if kind == 'Encounter':
                self.encounter = ref(f'Encounter/{self.id}-{n}')
            elif kind == 'lab':
                self.labs = self.labs[-7:] + [ref(f'Observation/{self.id}-{n}')]
            yield json.dumps(resource, ensure_ascii=False, separators=(',', ':'))

    def patient(self):
        return json.dumps({
            'resourceType': 'Patient', 'id': self.id, 'active': True, 'gender': 'female', 'birthDate': day(years(61)),
            'identifier': [{'system': 'urn:oid:2.16.840.1.113883.19.5', 'value': self.id.upper()}],
            'name': [{'use': 'official', 'family': 'Sample', 'given': ['Person']}]}, separators=(',', ':'))

    def at_visit(self):
        return {'encounter': self.encounter} if self.encounter else {}

    def observed(self, category, text, code, display, when, value):
        return {'resourceType': 'Observation', 'status': 'final', 'category': [CATEGORY[category]],
                'code': concept(text, (LOINC, code, display)), 'subject': self.subject, **self.at_visit(),
                'effectiveDateTime': when, 'issued': when, **value}

    def lab(self, when, hour, minute):
        text, code, display, unit, ucum, low, high, decimals = TESTS[self.random.choice(list(TESTS))]
        low_, high_ = low or (high or 0) * 0.5, high or (low or 0) * 2
        value = round(self.random.uniform(low_ - (high_ - low_) * 0.2, high_ + (high_ - low_) * 0.3), decimals)
        flag = 'L' if low is not None and value < low else 'H' if high is not None and value > high else 'N'
        limits = {k: quantity(v, unit, ucum) for k, v in (('low', low), ('high', high)) if v is not None}
        return self.observed('laboratory', text, code, display, at(when, hour, minute), {
            'valueQuantity': quantity(value if decimals else int(value), unit, ucum), 'referenceRange': [limits],
            'interpretation': [concept(FLAGS[flag], (HL7 + 'v3-ObservationInterpretation', flag, FLAGS[flag]))]})

    def vital(self, when, hour, minute):
        text, code, display, unit, ucum = VITALS[self.random.choice(list(VITALS))]
        return self.observed('vital-signs', text, code, display, at(when, hour, minute),
                             {'valueQuantity': quantity(round(self.random.uniform(15, 100), 1), unit, ucum)})

    def pressure(self, when, hour, minute):
        parts = [{'code': concept(text, (LOINC, code, display)), 'valueQuantity': quantity(self.random.randint(*span),
                'mmHg', 'mm[Hg]')}
                 for text, code, display, span in (('Upper (systolic)', '8480-6', 'Systolic blood pressure',
                                                    (105, 165)),
                                                   ('Lower (diastolic)', '8462-4', 'Diastolic blood pressure',
                                                    (58, 98)))]
        return self.observed('vital-signs', 'Blood pressure', '85354-9',
                             'Blood pressure panel with all children optional',
                             at(when, hour, minute), {'component': parts})

    def visit(self, when, hour, minute):
        why = self.random.choice(VISITS)
        return {'text': narrative(f'{why}.'), 'status': 'finished',
                'class': {'system': HL7 + 'v3-ActCode', 'code': 'AMB', 'display': 'ambulatory'},
                'type': [concept(why)], 'subject': self.subject,
                'period': {'start': at(when, hour, minute), 'end': at(when, hour + 1, minute)},
                'reasonCode': [concept(why)]}

    def money(self):
        return {'value': round(self.random.uniform(40, 900), 2), 'currency': 'USD'}

    def claim(self, when, hour, minute):
        money = self.money()
        return {'status': 'active', 'type': status_code('claim-type', 'professional'), 'use': 'claim',
                'patient': self.subject,
                'billablePeriod': {'start': day(when), 'end': day(when)}, 'created': at(when, hour, minute),
                'provider': {'display': 'Northfield Family Clinic'},
                'priority': status_code('processpriority', 'normal'),
                'insurance': [{'sequence': 1, 'focal': True, 'coverage': {'display': 'Prairie Health Plan'}}],
                'item': [{'sequence': n + 1, 'productOrService': concept(self.random.choice(VISITS)), 'net': money}
                         for n in range(3)],
                'total': money}

    def explanationofbenefit(self, when, hour, minute):
        money = self.money()
        return {'status': 'active', 'type': status_code('claim-type', 'professional'), 'use': 'claim',
                'patient': self.subject,
                'billablePeriod': {'start': day(when), 'end': day(when)}, 'created': at(when, hour, minute),
                'insurer': {'display': 'Prairie Health Plan'}, 'provider': {'display': 'Northfield Family Clinic'},
                'outcome': 'complete',
                'insurance': [{'focal': True, 'coverage': {'display': 'Prairie Health Plan'}}],
                'item': [{'sequence': n + 1, 'productOrService': concept(self.random.choice(VISITS)), 'net': money,
                          'adjudication': [{'category': status_code('adjudication', k), 'amount': money}
                                           for k in ('submitted', 'benefit', 'copay')]}
                         for n in range(3)],
                'total': [{'category': status_code('adjudication', 'submitted'), 'amount': money}]}

    def diagnosticreport(self, when, hour, minute):
        words = ' '.join(self.random.choices(WORDS, k=25)).capitalize() + '.'
        return {'text': narrative('Blood count.', words), 'status': 'final',
                'category': [concept('Laboratory', (HL7 + 'v2-0074', 'LAB', 'Laboratory'))],
                'code': concept('Blood count', (LOINC, '58410-2', 'CBC panel - Blood by Automated count')),
                'subject': self.subject,
                'effectiveDateTime': at(when, hour, minute), 'issued': at(when, hour, minute),
                'result': self.labs[-4:], 'conclusion': words}

    def medicationrequest(self, when, hour, minute):
        text, code = self.random.choice(MEDICINES)
        return {'status': 'completed', 'intent': 'order', 'medicationCodeableConcept': concept(text, (RXNORM, code)),
                'subject': self.subject,
                'authoredOn': at(when, hour, minute), 'dosageInstruction': [{'text': '1 tablet in the morning'}],
                'dispenseRequest': {'numberOfRepeatsAllowed': 3, 'validityPeriod': {'start': day(when),
                        'end': day(when + 365)}}}

    def procedure(self, when, hour, minute):
        return {'status': 'completed', 'code': concept(self.random.choice(VISITS)), 'subject': self.subject,
                **self.at_visit(),
                'performedDateTime': at(when, hour, minute)}

    def condition(self, when, hour, minute):
        return {'clinicalStatus': status_code('condition-clinical', self.random.choice(['active', 'resolved'])),
                'verificationStatus': status_code('condition-ver-status', 'confirmed'),
                'category': [concept('Visit diagnosis', (HL7 + 'condition-category', 'encounter-diagnosis'))],
                'code': concept(self.random.choice(VISITS)), 'subject': self.subject, 'onsetDateTime': day(when),
                'recordedDate': day(when)}

    def immunization(self, when, hour, minute):
        return {'status': 'completed', 'vaccineCode': concept('Flu vaccination',
                                                              (CVX, '150', 'Influenza, injectable, quadrivalent, preservative free')),
                'patient': self.subject, 'occurrenceDateTime': at(when, hour, minute), 'primarySource': True}

    def documentreference(self, when, hour, minute):
        words = ' '.join(self.random.choices(WORDS, k=120))
        return {'text': narrative(words), 'status': 'current', 'type': concept('Visit note',
                (LOINC, '11506-3', 'Progress note')),
                'subject': self.subject, 'date': at(when, hour, minute), 'description': 'Visit note',
                'content': [{'attachment': {'contentType': 'text/plain', 'title': 'Visit note'}}]}

    def careplan(self, when, hour, minute):
        return {'text': narrative('Walk every day.'), 'status': 'active', 'intent': 'plan',
                'title': 'Plan for the year', 'subject': self.subject,
                'period': {'start': day(when)}}

    def allergyintolerance(self, when, hour, minute):
        return {'clinicalStatus': status_code('allergyintolerance-clinical', 'active'),
                'code': concept(self.random.choice(['Peanut', 'Penicillin', 'Pollen'])),
                'patient': self.subject, 'recordedDate': day(when), 'criticality': 'low'}


def write(out, count, patient, seed):
    for line in Record(patient, seed).lines(count):
        out.write(line + '\n')
