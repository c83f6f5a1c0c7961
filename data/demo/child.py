# SPDX-License-Identifier: GPL-3.0-or-later
"""Mia Larsen, six years old; her mother reads the record and writes the messages."""
import forms
import imaging
import letters
import messages
from chart import PatientChart
from clinic import CLINIC, VIDEO
from words import HL7, LOINC, SNOMED, concept, day, narrative, quantity, ref, years

BORN = years(6) - 47

# weeks after birth, plain title, CVX, name, dose
VACCINATIONS = [
    (0, 'Hepatitis B vaccination', '08', 'Hep B, adolescent or pediatric', 1),
    (5, 'Hepatitis B vaccination', '08', 'Hep B, adolescent or pediatric', 2),
    (9, 'Diphtheria, tetanus and whooping cough vaccination', '20', 'DTaP', 1),
    (9, 'Polio vaccination', '10', 'IPV', 1),
    (9, 'Pneumococcal vaccination', '133', 'Pneumococcal conjugate PCV 13', 1),
    (9, 'Rotavirus vaccination', '119', 'rotavirus, monovalent', 1),
    (9, 'Hib vaccination', '48', 'Hib (PRP-T)', 1),
    (18, 'Diphtheria, tetanus and whooping cough vaccination', '20', 'DTaP', 2),
    (18, 'Polio vaccination', '10', 'IPV', 2),
    (18, 'Pneumococcal vaccination', '133', 'Pneumococcal conjugate PCV 13', 2),
    (18, 'Rotavirus vaccination', '119', 'rotavirus, monovalent', 2),
    (18, 'Hib vaccination', '48', 'Hib (PRP-T)', 2),
    (27, 'Diphtheria, tetanus and whooping cough vaccination', '20', 'DTaP', 3),
    (27, 'Polio vaccination', '10', 'IPV', 3),
    (27, 'Pneumococcal vaccination', '133', 'Pneumococcal conjugate PCV 13', 3),
    (27, 'Hib vaccination', '48', 'Hib (PRP-T)', 3),
    (27, 'Hepatitis B vaccination', '08', 'Hep B, adolescent or pediatric', 3),
    (54, 'Measles, mumps and rubella vaccination', '03', 'MMR', 1),
    (54, 'Chickenpox vaccination', '21', 'varicella', 1),
    (54, 'Hepatitis A vaccination', '83', 'Hep A, ped/adol, 2 dose', 1),
    (54, 'Pneumococcal vaccination', '133', 'Pneumococcal conjugate PCV 13', 4),
    (54, 'Hib vaccination', '48', 'Hib (PRP-T)', 4),
    (66, 'Diphtheria, tetanus and whooping cough vaccination', '20', 'DTaP', 4),
    (80, 'Hepatitis A vaccination', '83', 'Hep A, ped/adol, 2 dose', 2),
    (214, 'Diphtheria, tetanus and whooping cough vaccination', '20', 'DTaP', 5),
    (214, 'Polio vaccination', '10', 'IPV', 4),
    (214, 'Measles, mumps and rubella vaccination', '03', 'MMR', 2),
    (214, 'Chickenpox vaccination', '21', 'varicella', 2),
]

# months, kg, cm, head cm or None
GROWTH = [(0, 3.4, 50.0, 34.6), (1, 4.3, 54.1, 36.9), (2, 5.2, 57.6, 38.6), (4, 6.6, 62.6, 40.8),
          (6, 7.6, 66.4, 42.4),
          (9, 8.7, 70.9, 44.0), (12, 9.5, 74.8, 45.1), (15, 10.3, 78.3, 45.9), (18, 11.0, 81.6, 46.5),
          (24, 12.3, 87.4, 47.4),
          (30, 13.5, 92.3, 48.1), (36, 14.6, 96.6, None), (48, 16.9, 103.9, None), (60, 19.3, 110.6, None),
          (72, 21.8, 116.9, None)]


class ChildChart(PatientChart):
    def writer(self):
        return ref('RelatedPerson/mia-mother', 'Anna Larsen')


def people(c):
    c.person(['Mia', 'Sofie'], 'Larsen', 'female', BORN, '555-0181', 'anna.larsen@example.org', '7 Orchard Lane',
             contact=[{'relationship': [concept('Mother', (HL7 + 'v3-RoleCode', 'MTH', 'mother'))],
                       'name': {'family': 'Larsen', 'given': ['Anna']},
                       'telecom': [{'system': 'phone', 'value': '555-0181'}]}],
             communication=[{'language': concept('English', ('urn:ietf:bcp:47', 'en', 'English')),
                             'preferred': True}])
    c.add('RelatedPerson', 'mia-mother', active=True, patient=c.bare,
          relationship=[concept('Mother', (HL7 + 'v3-RoleCode', 'MTH', 'mother'))],
          name=[{'use': 'official', 'family': 'Larsen', 'given': ['Anna']}],
          telecom=[{'system': 'phone', 'value': '555-0181', 'use': 'mobile'},
                   {'system': 'email', 'value': 'anna.larsen@example.org'}],
          gender='female', birthDate=day(years(37)))
    c.coverage(BORN, 'PHP-558-2041-03', 'child', ref('RelatedPerson/mia-mother', 'Anna Larsen'))


def growth(c):
    for months, kg, cm, head in GROWTH:
        when = min(BORN + round(months * 30.44), -40)
        title = 'Check-up after birth' if not months else f'Well-child check, {months} months' if months < 36 else \
            f'Well-child check, {months // 12} years'
        visit = c.visit(when, 'adeyemi', title, 10, reason='Growing up well',
                        note=f'{title}. Grows along her own line. Eats and sleeps well. Parents have no worries.'
                        if months in (12, 36, 72) else None)
        c.vital('weight', when, kg, 10, visit)
        c.vital('height', when, cm, 10, visit)
        if head:
            c.vital('head', when, head, 10, visit)
        if months >= 24:
            bmi = round(kg / (cm / 100) ** 2, 1)
            c.vital('bmi', when, bmi, 10, visit)
            c.vital('bmi-percentile', when, 50 + months % 17, 10, visit)
        letters.percentiles(c, when, months, kg, cm, visit)
        if months >= 36:
            c.pressure(when, 88 + months // 12 * 2, 52 + months // 12, 10, visit)
        c.bill(when, visit, title, 165.0, 'adeyemi')
        c.appointment(when, 'adeyemi', title, 10, status='fulfilled')


def vaccinations(c):
    for weeks, text, cvx, display, dose in VACCINATIONS:
        c.vaccination(BORN + weeks * 7, text, cvx, display, dose)
    for n in range(1, 6):
        when = BORN + round(n * 365.25) - 60
        c.vaccination(when, 'Flu vaccination', '150', 'Influenza, injectable, quadrivalent, preservative free', 1,
                      'Flu')
    c.vaccination(-95, 'Flu vaccination', '150', 'Influenza, injectable, quadrivalent, preservative free',
                  status='not-done',
                  why_not='Put off: she had a fever that day')
    forms.recommended(c, -42, [
        ('Flu vaccination', '150', 'Influenza, injectable, quadrivalent, preservative free', 0,
         'Put off in autumn; a place is booked.'),
        ('COVID-19 vaccination', '213', 'SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED', 30,
         'For children with a severe allergy it is given at the clinic, with half an hour of watching.')])


def illness(c):
    ear = years(4) + 12
    visit = c.visit(ear, 'adeyemi', 'Ear pain', 15, reason='Ear pain and fever for two days',
                    note='Red, bulging eardrum on the right. Antibiotic for ten days, paracetamol for pain. Come back '
                         'if no better in three days.')
    c.vital('temperature', ear, 38.7, 15, visit)
    c.condition('Middle ear infection', ('65363002', 'Otitis media'), ear, ear + 12, 'adeyemi', 'encounter-diagnosis',
                encounter=visit)
    c.medicine('Amoxicillin 400 mg in 5 mL syrup', None, ear, '6 mL by mouth twice a day for 10 days', 'adeyemi',
               'completed', ear + 10, 0, 10,
               'Middle ear infection', times=2, encounter=visit)
    throat = -210
    visit = c.visit(throat, 'adeyemi', 'Sore throat', 11, reason='Sore throat since yesterday')
    test = c.observation('laboratory', 'Strep throat quick test',
                         (LOINC, '78012-2', 'Streptococcus pyogenes Ag [Presence] in Throat by Rapid immunoassay'),
                         throat, {'valueCodeableConcept': concept('Not found',
                                                                  (SNOMED, '260415000', 'Not detected'))}, 11,
                                                                  encounter=visit,
                         interpretation=[concept('Normal', (HL7 + 'v3-ObservationInterpretation', 'N', 'Normal'))])
    c.report(throat, 'Strep throat quick test', (LOINC, '78012-2',
                                                 'Streptococcus pyogenes Ag [Presence] in Throat by Rapid immunoassay'),
             ('LAB', 'Laboratory'), [test], 'No strep found. A cold; rest and plenty to drink.', encounter=visit)
    c.condition('Sore throat with a cold', ('54150009', 'Upper respiratory infection'), throat, throat + 8, 'adeyemi',
                'encounter-diagnosis', encounter=visit)
    eczema = c.condition('Eczema', ('24079001', 'Atopic dermatitis'), years(5), who='adeyemi',
                         note='Elbows and knees, worse in winter.')
    c.medicine('Hydrocortisone 1 % cream', None, -70, 'Thin layer on red skin once a day, for 7 days at most',
               'adeyemi', 'active', None, 1, 30,
               'Eczema', as_needed=True)
    c.allergy('Peanut', ('91935009', 'Allergy to peanut'), 'food', 'high', 'Hives and swollen lips', years(4) + 200,
              'adeyemi', severity='severe',
              note='Carries an adrenaline pen; the school has a second one.')
    c.allergy('Cow\'s milk', ('782594005', 'Allergy to cow\'s milk protein'), 'food', 'low', 'Loose stools',
              BORN + 150, 'adeyemi', clinical='resolved',
              note='Grown out of it: milk tolerated since her second birthday.')
    c.medicine('Adrenaline pen 0.15 mg', None, -180,
               'One pen into the thigh at the first signs of a severe reaction, then call for help', 'adeyemi',
               'active', None, 1, 365, 'Peanut allergy', as_needed=True)
    return eczema


def tests(c):
    lead = BORN + 380
    value = c.lab('lead', lead, 1.2)
    c.report(lead, 'Lead in blood', (LOINC, '10368-9', 'Lead [Mass/volume] in Capillary blood'),
             ('LAB', 'Laboratory'), [value], 'No sign of lead.')
    c.panel('cbc', -210, {'hemoglobin': 12.4, 'hematocrit': 37.2, 'white-cells': 9.8, 'platelets': 312, 'mcv': 81},
            'adeyemi', 'A normal blood count.')
    c.lab('ferritin', -210, 11)
    hearing = c.observation('exam', 'Hearing', None, -42, {'valueString': 'Hears all tones in both ears'},
                            who='delgado')
    c.provenance([hearing], -42, 'delgado')
    c.observation('survey', 'Development check (ages and stages)', None, -42,
                  {'component': [{'code': concept(t), 'valueInteger': v} for t,
                                 v in (('Talking', 55), ('Moving', 60), ('Fingers', 50), ('Solving', 55),
                                       ('Playing', 60))]},
                  who='delgado')
    c.observation('laboratory', 'Urine dipstick', None, -42, {'valueCodeableConcept': concept('All normal')},
                  who='delgado',
                  status='preliminary', note=[{'text': 'The laboratory still looks at the sediment.'}])


def family(c):
    for who, code, text, words in (('Mother', 'MTH', 'Hay fever', None),
                                   ('Grandmother', 'MGRMTH', 'Type 2 diabetes', 'since her fifties')):
        c.add('FamilyMemberHistory', status='completed', patient=c.bare, date=day(years(5)), name=None,
              relationship=concept(who, (HL7 + 'v3-RoleCode', code)),
              condition=[{'code': concept(text), **({'onsetString': words} if words else {})}])


def coming(c):
    c.appointment(12, 'adeyemi', 'Flu vaccination', 15, 30, 10, reason='Put off in autumn',
                  instruction='Please bring the yellow vaccination card.')
    c.appointment(47, 'adeyemi', 'Eczema check by video', 16, 0, 15, place=(VIDEO, 'Video visit'), room='adeyemi-larsen',
                  instruction='Good light helps: sit by a window.')
    c.appointment(-61, 'adeyemi', 'Well-child check', 10, status='cancelled',
                  cancelationReason=concept('Family away', (HL7 + 'appointment-cancellation-reason', 'pat')))
    messages.mia(c)
    forms.mia(c)
    letters.mia(c)
    team = c.care_team('Mia\'s care team', [('adeyemi', 'Children\'s doctor'), ('delgado', 'Nurse')], BORN)
    goal = c.goal('Skin without itching at night', -300, 60, ('Nights woken by itching',),
                  quantity(1, 'nights a week', '/wk'))
    c.plan('Eczema plan', ['Moisturize twice a day, all year.', 'Cream only on red skin, a week at a time.',
                           'Short, lukewarm baths.'], -300,
           ['Moisturize twice a day', 'Keep an itch diary'], [goal], [c.eczema], team, who='adeyemi')
    c.add('Consent', status='active', text=narrative('The school nurse may be told about the allergy.'),
          scope=concept('Privacy', (HL7 + 'consentscope', 'patient-privacy', 'Privacy Consent')),
          category=[concept('Sharing with school')], patient=c.bare, dateTime=day(-31),
          performer=[c.writer()], organization=[ref(CLINIC, 'Northfield Family Clinic')],
          policyRule=concept('Parent\'s word'))


def make():
    c = ChildChart('mia', 'Mia Larsen', 11)
    people(c)
    growth(c)
    vaccinations(c)
    c.eczema = illness(c)
    tests(c)
    imaging.mia(c)
    imaging.allergy_test(c)
    family(c)
    coming(c)
    return c
