# SPDX-License-Identifier: GPL-3.0-or-later
"""David Moreno, 58: type 2 diabetes and high blood pressure, followed for twelve years."""
import forms
import imaging
import letters
import messages
from chart import PatientChart, smoking
from clinic import LAB_SITE, VIDEO, staff
from ranges import SI_SINCE
from words import HL7, LOINC, RXNORM, SNOMED, at, concept, day, month, quantity, ref, year, years

BORN = years(58) - 130
FOUND = years(12) + 20          # the day the diabetes was found

METFORMIN_500 = ('861007', 'metformin hydrochloride 500 MG Oral Tablet')
METFORMIN_1000 = ('861004', 'metformin hydrochloride 1000 MG Oral Tablet')
LISINOPRIL_10 = ('314076', 'lisinopril 10 MG Oral Tablet')
LISINOPRIL_20 = ('314077', 'lisinopril 20 MG Oral Tablet')
ATORVASTATIN_20 = ('617310', 'atorvastatin 20 MG Oral Tablet')
ATORVASTATIN_40 = ('617311', 'atorvastatin 40 MG Oral Tablet')
AMLODIPINE = ('197361', 'amlodipine 5 MG Oral Tablet')
EMPAGLIFLOZIN = ('1545658', 'empagliflozin 10 MG Oral Tablet')

# HbA1c every three to six months: found late, brought down, slipped, brought down again
HBA1C = [9.4, 8.1, 7.2, 6.9, 6.8, 6.7, 6.9, 7.0, 6.8, 7.1, 7.3, 7.2, 7.6, 7.9, 8.2, 8.4, 8.0, 7.5, 7.3, 7.1, 7.0, 7.2,
         7.1, 6.9, 6.8,
         6.9, 7.0, 6.8, 6.7, 6.8, 6.6, 6.7, 6.5, 6.6, 6.5, 6.1]


def people(c):
    c.person(['David', 'Luis'], 'Moreno', 'male', BORN, '555-0182', 'david.moreno@example.org', '31 Mill Road',
             maritalStatus=concept('Married', (HL7 + 'v3-MaritalStatus', 'M', 'Married')),
             communication=[{'language': concept('English', ('urn:ietf:bcp:47', 'en', 'English')), 'preferred': True},
                            {'language': concept('Spanish', ('urn:ietf:bcp:47', 'es', 'Spanish'))}],
             contact=[{'relationship': [concept('Wife', (HL7 + 'v3-RoleCode', 'WIFE', 'wife'))],
                       'name': {'family': 'Moreno', 'given': ['Carmen']},
                       'telecom': [{'system': 'phone', 'value': '555-0183'}]}])
    c.coverage(years(9), 'PHP-771-9920-01')
    smoking(c, FOUND, 'Stopped smoking', '8517006', 'Ex-smoker')
    smoking(c, -30, 'Stopped smoking', '8517006', 'Ex-smoker')
    c.observation('social-history', 'Alcohol (drinks a week)', (LOINC, '11286-5', 'Alcoholic drinks per day'), -30,
                  {'valueRange': {'low': {'value': 2, 'unit': 'drinks a week'},
                                  'high': {'value': 4, 'unit': 'drinks a week'}}}, who='delgado')
    c.observation('social-history', 'Work', (LOINC, '11341-5', 'History of Occupation'), -30,
                  {'valueString': 'Bus driver, early shifts'}, who='delgado')


def problems(c):
    c.diabetes = c.condition('Type 2 diabetes', ('44054006', 'Diabetes mellitus type 2'), FOUND,
                             note='Found by a routine blood test. No nerve damage so far.')
    c.pressure_problem = c.condition('High blood pressure', ('59621000', 'Essential hypertension'), FOUND - 300,
                                     onset_text=month(FOUND - 300))
    c.condition('High cholesterol', ('55822004', 'Hyperlipidemia'), FOUND + 10)
    c.condition('Overweight', ('238131007', 'Overweight'), FOUND)
    c.eyes = c.condition('Early eye changes from diabetes', ('4855003', 'Retinopathy due to diabetes mellitus'), -390,
                         who='nakamura',
                         severity=concept('Mild', (SNOMED, '255604002', 'Mild')),
                         note='Both eyes, no treatment needed; picture once a year.')
    c.condition('Broken wrist', ('263102004', 'Fracture subluxation of wrist'), years(40), years(40) + 60,
                onset_text=year(years(40)))
    c.condition('Angina', ('194828000', 'Angina'), -800, who='raman', verification='refuted', ended=-790,
                note='Chest pain came from the muscles; heart tests were normal.')
    c.condition('Gout', None, -640, verification='entered-in-error', note='Entered in the wrong chart.')
    c.allergy('Penicillin', ('91936005', 'Allergy to penicillin'), 'medication', 'high', 'Rash over the whole body',
              years(30), severity='moderate')
    c.allergy('Latex gloves', ('300916003', 'Latex allergy'), 'environment', 'low', 'Itching hands', -900)


def blood_tests(c):
    step = (-25 - FOUND) / (len(HBA1C) - 1)
    for n, value in enumerate(HBA1C):
        when = round(FOUND + n * step)
        encounter = check(c, n, when, value) if n % 2 == 0 else None
        title = 'Blood sugar (HbA1c)'
        result = c.lab('hba1c', when, value, encounter=encounter, goal=({'high': 7.0}, 'below 7 %, agreed with you'),
                       **comment(n, when))
        trend = 'a little above the usual range, the best value so far' if n == len(HBA1C) - 1 else \
            'in the range agreed with you' if value <= 7.0 else 'above the range agreed with you'
        c.report(when, title, (LOINC, '4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood'), ('LAB', 'Laboratory'),
                 [result], f'HbA1c {value} %: {trend}.')
        if n % 2 == 0 or n == len(HBA1C) - 1:
            yearly(c, n, when, encounter)
        if n % 3 == 0:
            c.lab('glucose', when, c.around(value * 18, 9), encounter=encounter)


def comment(n, when):
    """What the doctor wrote to him about some of the values."""
    words = {len(HBA1C) - 1: 'Your best value so far, well done. No change to your tablets; let us look again in May.',
             15: 'This has gone up for a year. Please come and see me, so that we can look at your tablets together.'}
    return {'note': [{'authorReference': staff('okafor'), 'time': at(when + 1, 14, 20), 'text': words[n]}]} \
        if n in words else {}


def lately(c):
    """The days before today: liver values after the ultrasound, and a urine test that is not finished."""
    liver = [c.lab('alt', -5, 47), c.lab('ast', -5, 33)]
    c.report(-5, 'Liver check', (LOINC, '24325-3', 'Hepatic function 2000 panel - Serum or Plasma'),
             ('LAB', 'Laboratory'), liver, 'Both in the usual range now; losing weight helps the liver.')
    c.lab('acr', -3, 21, status='preliminary', note=[{'text': 'The laboratory repeats it from a second sample.'}])
    c.observation('laboratory', 'Urine culture', (LOINC, '630-4', 'Bacteria identified in Urine by Culture'), -3,
                  {'valueCodeableConcept': concept('No growth so far')}, status='preliminary')


def check(c, n, when, value):
    """The half-yearly diabetes visit."""
    words = ['Diabetes check.', f'HbA1c {value} %.',
             'Feet: skin whole, pulses felt, monofilament felt at all points.',
             'Takes his tablets nearly every day. Walks to work when the shift allows.',
             'Plan: go on as before, next check in half a year.']
    visit = c.visit(when, 'okafor', 'Diabetes check', 8 + n % 3, note=words if n % 4 == 0 else None,
                    reason='Type 2 diabetes')
    upper = 154 - min(n, 20) + c.random.randint(-5, 5)
    c.pressure(when, upper, 94 - min(n, 20) // 2 + c.random.randint(-3, 3), 9, visit)
    c.vital('heart-rate', when, c.around(74, 4), 9, visit)
    kilograms = round(99 - n * 0.32 + c.random.uniform(-0.8, 0.8), 1)
    letters.scale(c, when, kilograms, visit)
    c.vital('bmi', when, round(kilograms / 1.78 ** 2, 1), 9, visit)
    c.procedure(when, 'Foot check', ('401191002', 'Diabetic foot examination'), 'delgado', 9, visit,
                'Nothing unusual')
    c.bill(when, visit, 'Diabetes check', 148.0)
    c.appointment(when, 'okafor', 'Diabetes check', 9, status='fulfilled')
    return visit


def yearly(c, n, when, encounter):
    low = 165 - n * 2.3
    c.panel('lipids', when, {'cholesterol': c.around(205 - n * 1.6, 6), 'ldl': max(68, c.around(low, 5)),
                             'hdl': c.around(44, 2),
                             'triglycerides': c.around(190 - n * 1.5, 18)},
                             conclusion='LDL is what we watch: below 2.6, better below 1.8.' if when >= SI_SINCE
            else 'LDL is what we watch: below 100, better below 70.', encounter=encounter, paper=n > 24)
    kidney = round(0.95 + n * 0.006 + c.random.uniform(-0.04, 0.04), 2)
    c.panel('kidney', when, {'creatinine': kidney, 'egfr': 92 - n * 0.6, 'potassium': c.around(4.3, 0.2, 1),
                             'urea': c.around(15, 2)},
            conclusion='Kidneys work well.', encounter=encounter, paper=n > 28)
    c.lab('acr', when, c.around(12 + n * 0.5, 3))
    if n % 4 == 0:
        c.panel('metabolic', when + 1, {'sodium': c.around(140, 1), 'calcium': c.around(9.4, 0.2, 1),
                                        'alt': c.around(38, 6), 'ast': c.around(29, 4),
                                        'glucose': c.around(128, 9)},
                                        conclusion='Liver and salts in the usual range.')
        c.panel('cbc', when + 1, {'hemoglobin': c.around(14.8, 0.3, 1), 'hematocrit': c.around(43, 1, 1),
                                  'white-cells': c.around(6.8, 0.8, 1),
                                  'platelets': c.around(240, 20), 'mcv': c.around(89, 1)},
                                  conclusion='A normal blood count.')


def medicines(c):
    first = c.medicine('Metformin 500 mg tablet', METFORMIN_500, FOUND + 5, '1 tablet twice a day with a meal',
                       status='stopped', ended=FOUND + 190, times=2,
                       reason='Type 2 diabetes')
    metformin = c.medicine('Metformin 1000 mg tablet', METFORMIN_1000, -230, '1 tablet twice a day with a meal',
                           times=2, reason='Type 2 diabetes', repeats=4, prior=first)
    c.medicine('Lisinopril 10 mg tablet', LISINOPRIL_10, FOUND - 290, '1 tablet in the morning', status='stopped',
               ended=FOUND + 400, reason='High blood pressure')
    older = c.medicine('Lisinopril 20 mg tablet', LISINOPRIL_20, -540, '1 tablet in the morning', status='completed',
                       ended=-180, reason='High blood pressure', repeats=3)
    pill = c.medicine('Lisinopril 20 mg tablet', LISINOPRIL_20, -175, '1 tablet in the morning',
                      reason='High blood pressure', repeats=1, prior=older)
    c.medicine('Atorvastatin 20 mg tablet', ATORVASTATIN_20, FOUND + 15, '1 tablet in the evening', status='stopped',
               ended=-1500, reason='High cholesterol')
    statin = c.medicine('Atorvastatin 40 mg tablet', ATORVASTATIN_40, -210, '1 tablet in the evening',
                        reason='High cholesterol', repeats=3)
    c.medicine('Amlodipine 5 mg tablet', AMLODIPINE, -1400, '1 tablet in the morning', status='stopped', ended=-1100,
               reason='High blood pressure; ankles swelled')
    substance = c.add('Medication', status='active', code=concept('Empagliflozin 10 mg tablet',
                                                                  (RXNORM, *EMPAGLIFLOZIN)),
                      form=concept('Tablet', (SNOMED, '385055001', 'Tablet')))
    new = c.medicine('Empagliflozin 10 mg tablet', None, -152, '1 tablet in the morning; drink enough',
                     reason='Type 2 diabetes', medication=substance, repeats=3)
    pain = c.medicine('Ibuprofen 600 mg tablet', ('197806', 'ibuprofen 600 MG Oral Tablet'), -620,
                      '1 tablet for pain, 3 a day at most, with food', status='completed', ended=-600, repeats=0,
                      supply=7, times=3, reason='Back pain', as_needed=True)
    for request, text, code, times, handed in (
            (metformin, 'Metformin 1000 mg tablet', METFORMIN_1000, 2, (-228, -138, -48)),
            (older, 'Lisinopril 20 mg tablet', LISINOPRIL_20, 1, (-538, -448, -358, -268)),
            (pill, 'Lisinopril 20 mg tablet', LISINOPRIL_20, 1, (-174, -85)),
            (statin, 'Atorvastatin 40 mg tablet', ATORVASTATIN_40, 1, (-208, -118, -30)),
            (new, 'Empagliflozin 10 mg tablet', EMPAGLIFLOZIN, 1, (-150, -62)),
            (pain, 'Ibuprofen 600 mg tablet', ('197806', 'ibuprofen 600 MG Oral Tablet'), 1, (-620,))):
        for when in handed:
            days = 7 if request == pain else 90
            c.dispense(request, text, code, when, days * times if days == 90 else 21, days=days)
    refills(c, older, pill, statin, pain)
    for text, dose, since in (('Vitamin D 1000 units, over the counter', '1 capsule a day in winter', -500),
                              ('Magnesium 250 mg, over the counter', '1 tablet before bed for leg cramps', -40)):
        c.add('MedicationStatement', status='active', medicationCodeableConcept=concept(text), subject=c.bare,
              category=concept('Bought without a prescription', (HL7 + 'medication-statement-category', 'community',
                                                                 'Community')),
              effectivePeriod={'start': day(since)}, dateAsserted=day(-30), informationSource=c.patient,
              dosage=[{'text': dose}])


def refills(c, older, pill, statin, pain):
    """Requests at each stage: done, declined, waiting for a signature, at the pharmacy."""
    forms.refill(c, older, 'Lisinopril 20 mg tablet', 'completed', -178, 'Picked up', changed=-174, output=pill)
    forms.refill(c, pain, 'Ibuprofen 600 mg tablet', 'rejected', -560, changed=-559,
                 why='Ibuprofen and your kidneys do not go well together for long',
                 note='Paracetamol is the better choice with your blood pressure tablets. Please see us if the back '
                      'still hurts.')
    forms.refill(c, pill, 'Lisinopril 20 mg tablet', 'in-progress', -2, 'Waiting for the blood test', changed=-1,
                 owner='okafor')
    forms.refill(c, statin, 'Atorvastatin 40 mg tablet', 'completed', -33, 'Picked up', changed=-30)


def history(c):
    for n in range(11):
        c.vaccination(FOUND + 150 + n * 365, 'Flu vaccination', '150',
                      'Influenza, injectable, quadrivalent, preservative free', 1, 'Flu')
    c.vaccination(-1800, 'Pneumococcal vaccination', '33', 'pneumococcal polysaccharide PPV23', 1)
    c.vaccination(-1060, 'COVID-19 vaccination', '213', 'SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED', 1, 'COVID-19')
    c.vaccination(-1030, 'COVID-19 vaccination', '213', 'SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED', 2, 'COVID-19')
    c.vaccination(-2900, 'Tetanus vaccination', '113', 'Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed')
    c.vaccination(-400, 'Shingles vaccination', '187', 'zoster recombinant', 1)
    c.add('FamilyMemberHistory', status='completed', patient=c.bare, date=day(FOUND),
          relationship=concept('Father', (HL7 + 'v3-RoleCode', 'FTH', 'father')),
          deceasedBoolean=True, condition=[{'code': concept('Heart attack',
                                                            (SNOMED, '22298006', 'Myocardial infarction')),
                                                            'onsetAge': quantity(66, 'years', 'a')}])
    c.add('FamilyMemberHistory', status='completed', patient=c.bare, date=day(FOUND),
          relationship=concept('Mother', (HL7 + 'v3-RoleCode', 'MTH', 'mother')),
          condition=[{'code': concept('Type 2 diabetes', (SNOMED, '44054006', 'Diabetes mellitus type 2'))}])
    heart(c)


def heart(c):
    """The chest pain that was none of the heart."""
    visit = c.visit(-800, 'okafor', 'Chest pain', 11, kind=('EMER', 'emergency', 'Urgent visit'), minutes=90,
                    reason='Pressure in the chest after lifting')
    c.chest_pain = visit
    wrong = c.lab('potassium', -800, 6.4, status='entered-in-error',
                  note=[{'text': 'The sample had been shaken; see the repeat.'}])
    right = c.lab('potassium', -799, 4.4, status='corrected',
                  note=[{'text': 'Repeat of the sample of the day before.'}])
    c.provenance([wrong, right], -799, 'okafor', 'revise')
    c.observation('laboratory', 'Troponin', (LOINC, '10839-9', 'Troponin I.cardiac [Mass/volume] in Serum or Plasma'),
                  -800,
                  {'valueQuantity': {'value': 0.01, 'comparator': '<', 'unit': 'ng/mL',
                                     'system': 'http://unitsofmeasure.org', 'code': 'ng/mL'}},
                  12, encounter=visit)
    c.note(-800, 'okafor', 'Urgent visit note', ('11506-3', 'Progress note'),
           ['Chest pain after lifting a wheelchair ramp.', 'ECG and troponin normal, pain on pressing the ribs.',
            'Muscle pain. Warmth, paracetamol, come back if it changes.'], visit)


def home_readings(c):
    for n in range(40):
        when = -3 - n * 4
        c.pressure(when, c.around(131, 6), c.around(82, 4), 7, who='delgado', method=concept('Measured at home'))


def coming(c):
    c.next_visit = c.appointment(3, 'okafor', 'Diabetes check', 9, 40, 20, reason='Half-yearly check',
                                 kind='FOLLOWUP',
                                 instruction='Please bring the blood pressure diary and your meter.')
    forms.check_in(c, c.next_visit, 3)
    c.appointment(2, 'delgado', 'Blood test', 8, 10, 10, place=(LAB_SITE, 'Laboratory, room 4'),
                  reason='Before the diabetes check',
                  instruction='Nothing to eat from midnight; water is fine. Take your tablets after the test.')
    c.appointment(17, 'hofmann', 'Talk about food', 17, 0, 45, place=(VIDEO, 'Video visit'), room='hofmann-moreno',
                  reason='Food and early shifts',
                  instruction='The link works ten minutes before the time. Have your diary at hand.')
    c.appointment(41, 'nakamura', 'Eye check', 14, 0, 30, reason='Yearly picture of the retina',
                  instruction='Do not drive afterwards: the drops blur the sight for some hours.')
    c.appointment(24, 'delgado', 'Foot care', 11, 0, 30, status='pending', offered=True,
                  reason='A place became free', comment='Please tell us whether you can come.')
    c.appointment(61, 'osei', 'Physiotherapy', 16, 30, 30, status='proposed', reason='Stiff back after long shifts',
                  comment='Afternoons suit me best.')
    c.appointment(-120, 'hofmann', 'Talk about food', 17, 0, 45, status='noshow', place=(VIDEO, 'Video visit'))
    c.appointment(-200, 'okafor', 'Diabetes check', 9, status='cancelled',
                  cancelationReason=concept('Shift changed', (HL7 + 'appointment-cancellation-reason', 'pat',
                                                              'Patient')))
    messages.david(c)
    team = c.care_team('Diabetes team', [('okafor', 'Family doctor'), ('delgado', 'Nurse'),
                                         ('hofmann', 'Diabetes educator'), ('vega', 'Pharmacist')], FOUND)
    goals = [c.goal('HbA1c below 7 %', FOUND, 180, ('HbA1c', (LOINC, '4548-4')), quantity(7, '%'),
                    achievement='achieved'),
             c.goal('Blood pressure below 130 over 80', FOUND, 180, ('Upper blood pressure', (LOINC, '8480-6')),
                    quantity(130, 'mmHg', 'mm[Hg]'), achievement='improving'),
             c.goal('Half an hour on foot every day', -400, 90, ('Minutes walked',), quantity(30, 'min'))]
    c.plan('Diabetes and blood pressure plan', ['Keep HbA1c below 7 % and blood pressure below 130 over 80.',
                                                'Walk half an hour a day; two more kilograms less by summer.',
                                                'Eyes once a year, feet at each visit, kidneys once a year.'],
                                                FOUND + 30,
           ['Measure blood pressure at home, two times a week', 'Walk half an hour a day', 'Eye picture once a year'],
           goals,
           [c.diabetes, c.pressure_problem], team, planned=[('Colonoscopy, every ten years from 45 on', -12)])
    forms.recommended(c, -20, [
        ('COVID-19 vaccination', '213', 'SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED', 21,
         'Once a year with diabetes; walk in on any weekday.')])
    forms.david(c)
    c.order(-1, 'okafor', 'Blood sugar (HbA1c)', (LOINC, '4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood'),
            status='active')


def make():
    c = PatientChart('david', 'David Moreno', 22)
    people(c)
    problems(c)
    blood_tests(c)
    lately(c)
    medicines(c)
    history(c)
    imaging.david(c)
    letters.david(c)
    home_readings(c)
    coming(c)
    return c
