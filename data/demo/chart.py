# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens in a patient's life at the clinic, as FHIR R4: one method an event.

Offsets are days from the anchor. Methods return the reference of what they made.
"""
import base64

from clinic import CLINIC, LAB, LAB_SITE, MAIN_SITE, PHARMACIES, PHARMACY, PLAN, staff
from papers import Papers
from ranges import codings, measure, ranges, rounded
from words import (CATEGORY, CVX, FLAGS, HL7, LOINC, PANELS, RXNORM, SNOMED, US_CORE, VITALS, Chart, at, concept, day,
                   narrative, quantity, ref, status_code)

TODAY = 0
PHARMACY_NAMES = {f'Organization/{id_}': about[0] for id_, about in PHARMACIES.items()}
VIRTUAL = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService'


class PatientChart(Papers, Chart):
    def __init__(self, patient, name, seed):
        super().__init__(patient, seed)
        self.name = name
        self.patient = ref(f'Patient/{patient}', name)
        self.bare = ref(f'Patient/{patient}')

    # People and cover

    def person(self, given, family, gender, born, phone, email, line, **more):
        self.gender, self.born = gender, born
        return self.add(
            'Patient', self.prefix, meta={'profile': [US_CORE + 'patient']},
            text=narrative(f'{" ".join(given)} {family}'),
            identifier=[{'use': 'usual', 'type': concept('Chart number', (HL7 + 'v2-0203', 'MR')),
                         'system': 'urn:oid:2.16.840.1.113883.19.5', 'value': f'NFC-{self.prefix.upper()}'}],
            active=True, name=[{'use': 'official', 'family': family, 'given': given}],
            telecom=[{'system': 'phone', 'value': phone, 'use': 'mobile'}, {'system': 'email', 'value': email}],
            gender=gender, birthDate=day(born),
            address=[{'use': 'home', 'line': [line], 'city': 'Northfield', 'state': 'MN', 'postalCode': '55057',
                      'country': 'US'}],
            managingOrganization=ref(CLINIC, 'Northfield Family Clinic'), **more)

    def coverage(self, since, number, relationship='self', subscriber=None):
        self.cover = self.add(
            'Coverage', status='active', type=concept('Health plan',
                                                      (HL7 + 'v3-ActCode', 'EHCPOL', 'extended healthcare')),
            subscriber=subscriber or self.bare, subscriberId=number, beneficiary=self.bare,
            relationship=concept(relationship.capitalize(), (HL7 + 'subscriber-relationship', relationship)),
            period={'start': day(since)}, payor=[ref(PLAN, 'Prairie Health Plan')], order=1,
            **{'class': [{'type': status_code('coverage-class', 'group'), 'value': 'NF-100',
                          'name': 'Northfield families'},
                         {'type': status_code('coverage-class', 'plan'), 'value': 'PRAIRIE-STANDARD',
                          'name': 'Prairie Standard'}]})
        return self.cover

    # Visits

    def visit(self, when, who, why, hour=9, minute=0, kind=('AMB', 'ambulatory', 'Office visit'), minutes=20,
              reason=None,
              place=(MAIN_SITE, 'Northfield Family Clinic'), until=None, note=None, status='finished'):
        code, display, title = kind
        encounter = self.add(
            'Encounter', meta={'profile': [US_CORE + 'encounter']},
            text=narrative(f'{title} with {staff(who)["display"]}: {why}.'),
            status=status, type=[concept(why)], subject=self.patient,
            participant=[{'type': [concept('Main clinician', (HL7 + 'v3-ParticipationType', 'PPRF',
                                                              'primary performer'))],
                          'individual': staff(who)}],
            period={'start': at(when, hour, minute),
                    'end': at(until, 11) if until else at(when, hour + (minute + minutes) // 60,
                                                          (minute + minutes) % 60)},
            reasonCode=[concept(reason or why)], location=[{'location': ref(*place)}],
            serviceProvider=ref(CLINIC, 'Northfield Family Clinic'),
            **{'class': {'system': HL7 + 'v3-ActCode', 'code': code, 'display': display}})
        if note:
            self.note(when, who, title + ' note', ('11506-3', 'Progress note'), note, encounter, hour)
        return encounter

    def appointment(self, start, who, title, hour=9, minute=0, minutes=20, status='booked', reason=None,
                    instruction=None, place=(MAIN_SITE, 'Northfield Family Clinic'), room=None, kind='ROUTINE',
                    offered=False, **more):
        """room: where a video visit takes place; offered: the clinic waits for the patient's answer."""
        accepted = 'needs-action' if status == 'proposed' else 'accepted'
        end = minute + minutes
        link = [{'url': VIRTUAL, 'extension': [
            {'url': 'address', 'valueUrl': f'https://visit.northfield-clinic.example/{room}'}]}] if room else None
        return self.add(
            'Appointment', extension=link, status=status, serviceType=[concept(title)], description=title,
            appointmentType=concept({'ROUTINE': 'Routine', 'FOLLOWUP': 'Follow-up', 'CHECKUP': 'Check-up'}[kind],
                                    (HL7 + 'v2-0276', kind, {'ROUTINE': 'Routine appointment',
                                                             'FOLLOWUP': 'Follow up visit from a previous appointment',
                                                             'CHECKUP': 'A routine check-up, such as an annual '
                                                             'physical'}[kind])),
            reasonCode=[concept(reason)] if reason else None, patientInstruction=instruction,
            start=at(start, hour, minute), end=at(start, hour + end // 60, end % 60), minutesDuration=minutes,
            created=at(min(start - 21, TODAY - 2), 10), participant=[
                {'actor': self.patient, 'required': 'required', 'status': 'needs-action' if offered else 'accepted'},
                {'actor': staff(who), 'required': 'required', 'status': accepted},
                {'actor': ref(*place), 'required': 'required', 'status': 'accepted'}], **more)

    # Results

    def observation(self, category, text, code, when, value, hour=9, minute=0, status='final', who=None,
                    encounter=None, **more):
        profile = {'laboratory': 'observation-lab', 'vital-signs': 'vital-signs'}.get(category)
        codes = code if code and isinstance(code[0], tuple) else [code] if code else []
        return self.add(
            'Observation', meta={'profile': [US_CORE + profile]} if profile else None, status=status,
            category=[CATEGORY[category]], code=concept(text, *codes), subject=self.bare,
            encounter=ref(encounter) if encounter else None, effectiveDateTime=at(when, hour, minute),
            issued=at(when, hour + 2, minute), performer=[staff(who) if who else ref(LAB, 'Northfield Laboratory')],
            **value, **more)

    def lab(self, key, when, value, hour=8, status='final', comparator=None, encounter=None, goal=None, **more):
        """A test's value, given in the unit of TESTS; goal: what was agreed, as (limits, words)."""
        text, code, display, unit, ucum, factor, decimals = measure(key, when)
        limits, low, high = ranges(key, when, self.gender, (when - self.born) / 365.25)
        value = rounded(value * factor, decimals)
        flag = 'L' if low is not None and value < low else 'H' if high is not None and value > high else 'N'
        amount = quantity(value, unit, ucum)
        if comparator:
            amount = {'value': value, 'comparator': comparator, **{k: v for k, v in amount.items() if k != 'value'}}
        if goal:
            limits.append({**{k: quantity(v, unit, ucum) for k, v in goal[0].items()}, 'text': goal[1],
                           'type': concept('Agreed with you', (HL7 + 'referencerange-meaning', 'treatment',
                                                               'Treatment'))})
        return self.observation(
            'laboratory', text, codings(key, code, display), when, {'valueQuantity': amount}, hour, 0, status,
            encounter=encounter,
            interpretation=[concept(FLAGS[flag], (HL7 + 'v3-ObservationInterpretation', flag, FLAGS[flag]))],
            referenceRange=limits, **more)

    def panel(self, key, when, values, who='okafor', conclusion=None, status='final', encounter=None, order=True,
              paper=False):
        title, code, display, members = PANELS[key]
        results = [self.lab(m, when, values[m], encounter=encounter, status=status) for m in members if m in values]
        request = self.order(when - 1, who, title, (LOINC, code, display), encounter) if order else None
        specimen = self.specimen(when) if order else None
        report = self.report(when, title, (LOINC, code, display), ('LAB', 'Laboratory'), results, conclusion, status,
                             request=request, specimen=specimen, encounter=encounter)
        if paper:
            self.lab_paper(report, when, title, who, results, conclusion, status)
        return report

    def report(self, when, title, code, category, results=(), conclusion=None, status='final', who=None, request=None,
               specimen=None, encounter=None, text=None, **more):
        if category[0] == 'LAB':
            kind = concept('Laboratory', (HL7 + 'v2-0074', 'LAB', 'Laboratory'))
        else:
            kind = concept(category[1], (LOINC, category[0], category[1]))
        words = text or conclusion
        return self.add(
            'DiagnosticReport', text=narrative(title + '.', words) if words else None, status=status,
            basedOn=[ref(request)] if request else None, category=[kind],
            code=concept(title, *([code] if code else [])),
            subject=self.bare, encounter=ref(encounter) if encounter else None, effectiveDateTime=at(when, 8),
            issued=at(when, 15, 30), performer=[staff(who) if who else ref(LAB, 'Northfield Laboratory')],
            specimen=[ref(specimen)] if specimen else None, result=[ref(r) for r in results] or None,
            conclusion=conclusion, **more)

    def order(self, when, who, title, code=None, encounter=None, status='completed', reason=None, kind='laboratory',
              **more):
        category = {'laboratory': ('108252007', 'Laboratory procedure'), 'pathology': ('108252007',
                                                                                     'Laboratory procedure'),
                    'radiology': ('363679005', 'Imaging'), 'cardiology': ('103693007', 'Diagnostic procedure')}[kind]
        return self.add('ServiceRequest', meta={'profile': [US_CORE + 'servicerequest']}, status=status,
                        intent='order', category=[concept(category[1], (SNOMED, *category))] if code else None,
                        code=concept(title, *([(LOINC, *code[-2:])] if code else [])), subject=self.bare,
                        encounter=ref(encounter) if encounter else None,
                        occurrenceDateTime=at(when + 1, 8), authoredOn=at(when, 16), requester=staff(who),
                        reasonCode=[concept(reason)] if reason else None, **more)

    def specimen(self, when, kind=('Blood', '119297000', 'Blood specimen')):
        return self.add('Specimen', status='available', type=concept(kind[0], (SNOMED, kind[1], kind[2])),
                        subject=self.bare,
                        receivedTime=at(when, 10), collection={'collectedDateTime': at(when, 8)})

    def vital(self, key, when, value, hour=9, encounter=None, who='delgado', **more):
        text, code, display, unit, ucum = VITALS[key]
        return self.observation('vital-signs', text, (LOINC, code, display), when,
                                {'valueQuantity': quantity(value, unit, ucum)}, hour, 5, who=who, encounter=encounter,
                                **more)

    def pressure(self, when, upper, lower, hour=9, encounter=None, who='delgado', **more):
        """Blood pressure; lower None: it could not be heard."""
        parts = []
        for text, code, display, value in (('Upper (systolic)', '8480-6', 'Systolic blood pressure', upper),
                                           ('Lower (diastolic)', '8462-4', 'Diastolic blood pressure', lower)):
            part = {'code': concept(text, (LOINC, code, display))}
            if value is None:
                part['dataAbsentReason'] = concept('Could not be measured',
                                                   (HL7 + 'data-absent-reason', 'unknown', 'Unknown'))
            else:
                part['valueQuantity'] = quantity(value, 'mmHg', 'mm[Hg]')
            parts.append(part)
        flag = 'H' if upper >= 140 else 'L' if upper < 90 else 'N'
        return self.observation('vital-signs', 'Blood pressure', (LOINC, '85354-9',
                                                                  'Blood pressure panel with all children optional'),
                                when, {'component': parts}, hour, 5, who=who, encounter=encounter,
                                interpretation=[concept(FLAGS[flag],
                                                        (HL7 + 'v3-ObservationInterpretation', flag, FLAGS[flag]))],
                                                        **more)

    # Problems, allergies, vaccinations, procedures

    def condition(self, text, code, onset, ended=None, who='okafor', category='problem-list-item', onset_text=None,
                  verification='confirmed', severity=None, note=None, encounter=None):
        return self.add(
            'Condition', meta={'profile': [US_CORE + 'condition-problems-health-concerns'
                                           if category == 'problem-list-item'
                                           else US_CORE + 'condition-encounter-diagnosis']},
            clinicalStatus=None if verification == 'entered-in-error'
            else status_code('condition-clinical', 'resolved' if ended else 'active'),
            verificationStatus=status_code('condition-ver-status', verification),
            category=[concept('Problem' if category == 'problem-list-item' else 'Visit diagnosis',
                              (HL7 + 'condition-category', category))],
            severity=severity, code=concept(text, *([(SNOMED, *code)] if code else [])), subject=self.bare,
            encounter=ref(encounter) if encounter else None, onsetDateTime=onset_text or day(onset),
            abatementDateTime=day(ended) if ended else None, recordedDate=day(onset + 1), recorder=staff(who),
            asserter=staff(who),
            note=[{'text': note}] if note else None)

    def allergy(self, text, code, category, criticality, reaction, since, who='okafor', verification='confirmed',
                severity='mild',
                clinical='active', note=None):
        return self.add(
            'AllergyIntolerance', meta={'profile': [US_CORE + 'allergyintolerance']},
            text=narrative(f'Allergy: {text}. {reaction}.'),
            clinicalStatus=None if verification == 'entered-in-error'
            else status_code('allergyintolerance-clinical', clinical),
            verificationStatus=status_code('allergyintolerance-verification', verification),
            type='allergy', category=[category], criticality=criticality,
            code=concept(text, *([(SNOMED, *code)] if code else [])),
            patient=self.bare, onsetDateTime=day(since), recordedDate=day(since + 2), recorder=staff(who),
            note=[{'text': note}] if note else None,
            reaction=[{'manifestation': [concept(reaction)], 'severity': severity}] if reaction else None)

    def vaccination(self, when, text, cvx, display, dose=None, series=None, who='delgado', status='completed',
                    why_not=None, encounter=None):
        return self.add(
            'Immunization', meta={'profile': [US_CORE + 'immunization']}, status=status,
            statusReason=concept(why_not) if why_not else None, vaccineCode=concept(text, (CVX, cvx, display)),
            patient=self.bare,
            encounter=ref(encounter) if encounter else None, occurrenceDateTime=at(when, 9, 30), primarySource=True,
            location=ref(MAIN_SITE, 'Northfield Family Clinic'), lotNumber=f'NF{abs(when) % 97:02}A{cvx}',
            site=concept('Left arm', (HL7 + 'v3-ActSite', 'LA', 'left arm')), performer=[{'actor': staff(who)}],
            protocolApplied=[{'series': series or text, 'doseNumberPositiveInt': dose}] if dose else None)

    def procedure(self, when, text, code, who, hour=10, encounter=None, outcome=None, note=None, site=None,
                  status='completed', reason=None):
        return self.add(
            'Procedure', meta={'profile': [US_CORE + 'procedure']}, status=status,
            code=concept(text, *([(SNOMED, *code)] if code else [])),
            subject=self.bare, encounter=ref(encounter) if encounter else None, performedDateTime=at(when, hour),
            performer=[{'actor': staff(who)}], reasonCode=[concept(reason)] if reason else None,
            bodySite=[concept(site)] if site else None, outcome=concept(outcome) if outcome else None,
            note=[{'text': note}] if note else None)

    # Medicines

    def medicine(self, text, rxnorm, start, dose, who='okafor', status='active', ended=None, repeats=3, supply=90,
                 reason=None,
                 as_needed=False, times=1, encounter=None, intent='order', prior=None, reported=None,
                 medication=None):
        period = {'start': day(start), 'end': day(ended if ended is not None else start + 365)}
        what = {'medicationReference': ref(medication, text)} if medication else \
            {'medicationCodeableConcept': concept(text, *([(RXNORM, *rxnorm)] if rxnorm else []))}
        return self.add(
            'MedicationRequest', meta={'profile': [US_CORE + 'medicationrequest']}, status=status, intent=intent,
            category=[concept('Outpatient', (HL7 + 'medicationrequest-category', 'outpatient', 'Outpatient'))],
            reportedBoolean=reported, **what, subject=self.bare, encounter=ref(encounter) if encounter else None,
            authoredOn=at(start, 11), requester=staff(who), reasonCode=[concept(reason)] if reason else None,
            dosageInstruction=[{'text': dose, 'timing': {'repeat': {'frequency': times, 'period': 1,
                                                                    'periodUnit': 'd'}},
                                'asNeededBoolean': as_needed, 'route': concept('By mouth',
                                        (SNOMED, '26643006', 'Oral route'))}],
            dispenseRequest={'validityPeriod': period, 'numberOfRepeatsAllowed': repeats,
                             'quantity': {'value': supply * times, 'unit': 'tablet'},
                             'expectedSupplyDuration': quantity(supply, 'days', 'd'),
                             'performer': ref(PHARMACY, 'Birch Street Pharmacy')},
            priorPrescription=ref(prior) if prior else None)

    def dispense(self, request, text, rxnorm, when, supply=90, dose=None, days=None, where=PHARMACY):
        """supply: how many tablets; days: for how long they last."""
        return self.add(
            'MedicationDispense', meta={'profile': [US_CORE + 'medicationdispense']}, status='completed',
            medicationCodeableConcept=concept(text, *([(RXNORM, *rxnorm)] if rxnorm else [])),
            subject=self.bare, performer=[{'actor': ref(where, PHARMACY_NAMES[where])}],
            authorizingPrescription=[ref(request)],
            type=concept('Refill', (HL7 + 'v3-ActCode', 'RF', 'Refill')),
            quantity={'value': supply, 'unit': 'tablet'},
            daysSupply=quantity(days or supply, 'days', 'd'), whenHandedOver=at(when, 16),
            dosageInstruction=[{'text': dose}] if dose else None)

    # Papers

    def note(self, when, who, title, code, words, encounter=None, hour=9, category=('clinical-note', 'Clinical Note'),
             status='current'):
        """A document whose text lies in it."""
        data = '\n\n'.join(words) if isinstance(words, (list, tuple)) else words
        return self.add(
            'DocumentReference', meta={'profile': [US_CORE + 'documentreference']}, status=status,
            type=concept(title, (LOINC, *code)),
            category=[concept(category[1],
                              ('http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
                               *category))],
            subject=self.bare, date=at(when, hour, 45), author=[staff(who)],
            custodian=ref(CLINIC, 'Northfield Family Clinic'), description=title,
            content=[{'attachment': {'contentType': 'text/plain; charset=utf-8', 'language': 'en', 'title': title,
                                     'data': base64.b64encode(data.encode()).decode(),
                                     'creation': at(when, hour, 45)}}],
            context={'encounter': [ref(encounter)]} if encounter else None)

    def provenance(self, targets, when, who, activity='create', hour=17):
        return self.add(
            'Provenance', target=[ref(t) for t in targets], recorded=at(when, hour),
            activity=concept({'create': 'Recorded', 'revise': 'Corrected'}[activity],
                             (HL7 + 'v3-DataOperation', {'create': 'CREATE', 'revise': 'UPDATE'}[activity])),
            agent=[{'type': concept('Author', (HL7 + 'provenance-participant-type', 'author', 'Author')),
                    'who': staff(who),
                    'onBehalfOf': ref(CLINIC, 'Northfield Family Clinic')}])

    # Messages (their words are in messages.py)

    def writer(self):
        return self.patient

    # Money

    def bill(self, when, encounter, title, amount, who='okafor'):
        money = {'value': round(amount, 2), 'currency': 'USD'}
        claim = self.add(
            'Claim', status='active', type=status_code('claim-type', 'professional'), use='claim',
            patient=self.patient,
            billablePeriod={'start': day(when), 'end': day(when)}, created=at(when + 1, 7),
            insurer=ref(PLAN, 'Prairie Health Plan'),
            provider=staff(who), priority=status_code('processpriority', 'normal'),
            insurance=[{'sequence': 1, 'focal': True, 'coverage': ref(self.cover)}],
            item=[{'sequence': 1, 'productOrService': concept(title), 'servicedDate': day(when),
                   'encounter': [ref(encounter)], 'net': money}],
            total=money)
        share = round(amount * 0.2, 2)
        self.add(
            'ExplanationOfBenefit', status='active', type=status_code('claim-type', 'professional'), use='claim',
            patient=self.patient,
            billablePeriod={'start': day(when), 'end': day(when)}, created=at(when + 12, 7),
            insurer=ref(PLAN, 'Prairie Health Plan'),
            provider=staff(who), claim=ref(claim), outcome='complete', disposition='Settled as agreed with the plan.',
            insurance=[{'focal': True, 'coverage': ref(self.cover)}],
            item=[{'sequence': 1, 'productOrService': concept(title), 'servicedDate': day(when), 'net': money}],
            total=[{'category': concept('Billed by the clinic', (HL7 + 'adjudication', 'submitted')),
                    'amount': money},
                   {'category': concept('Paid by the plan', (HL7 + 'adjudication', 'benefit')),
                    'amount': {'value': round(amount - share, 2), 'currency': 'USD'}},
                   {'category': concept('Your share', (HL7 + 'adjudication', 'copay')),
                    'amount': {'value': share, 'currency': 'USD'}}])
        return claim

    # Care over time

    def care_team(self, title, members, since):
        return self.add('CareTeam', meta={'profile': [US_CORE + 'careteam']}, status='active', name=title,
                        subject=self.bare,
                        period={'start': day(since)}, participant=[{'role': [concept(role)], 'member': staff(who)}
                                                                   for who, role in members])

    def goal(self, text, since, due=None, measure=None, target=None, status='active', achievement='in-progress'):
        return self.add(
            'Goal', meta={'profile': [US_CORE + 'goal']}, lifecycleStatus=status,
            achievementStatus=concept(achievement.replace('-', ' ').capitalize(),
                                      (HL7 + 'goal-achievement', achievement)),
            description={'text': text}, subject=self.bare, startDate=day(since),
            target=[{'measure': concept(*measure), **({'detailQuantity': target} if target else {}),
                     'dueDate': day(due)}] if measure else None,
            expressedBy=self.bare)

    def plan(self, title, words, since, activities, goals=(), conditions=(), team=None, status='active',
             who='okafor', planned=()):
        """planned: steps that are due some day, as (words, day)."""
        return self.add(
            'CarePlan', meta={'profile': [US_CORE + 'careplan']}, text=narrative(title, *words), status=status,
            intent='plan',
            category=[concept('Assessment and plan', ('http://hl7.org/fhir/us/core/CodeSystem/careplan-category',
                                                      'assess-plan'))],
            title=title, description=words[0], subject=self.bare, period={'start': day(since)}, author=staff(who),
            careTeam=[ref(team)] if team else None, addresses=[ref(c) for c in conditions] or None,
            goal=[ref(g) for g in goals] or None,
            activity=[{'detail': {'code': concept(a), 'status': 'in-progress', 'description': a}}
                      for a in activities] + [
                {'detail': {'code': concept(a), 'status': 'not-started', 'description': a,
                            'scheduledPeriod': {'start': day(due)}}} for a, due in planned])


def smoking(chart, when, text, code, display):
    return chart.observation('social-history', 'Smoking', (LOINC, '72166-2', 'Tobacco smoking status'), when,
                             {'valueCodeableConcept': concept(text, (SNOMED, code, display))}, who='delgado')


def lab_place():
    return (LAB_SITE, 'Laboratory, room 4')
