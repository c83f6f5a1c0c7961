# SPDX-License-Identifier: GPL-3.0-or-later
"""Eleanor Whitfield, 83: twenty years at the clinic, and a record as thick as that."""
import base64

import forms
import imaging
import letters
import messages
from chart import PatientChart, lab_place, smoking
from clinic import HOSPITAL_SITE, PHARMACY, staff
from words import HL7, LOINC, SNOMED, at, concept, day, month, narrative, quantity, ref, year, years

BORN = years(83) - 210
SINCE = years(20)

WARFARIN = ('855332', 'warfarin sodium 5 MG Oral Tablet')
APIXABAN = ('1364445', 'apixaban 5 MG Oral Tablet')

# start (years ago), years it ran, text, RxNorm, dose, reason, times a day
MEDICINES = [
    (19.0, None, 'Levothyroxine 50 mcg tablet', None, '1 tablet before breakfast', 'Slow thyroid', 1),
    (17.5, None, 'Lisinopril 10 mg tablet', ('314076', 'lisinopril 10 MG Oral Tablet'), '1 tablet in the morning',
     'High blood pressure', 1),
    (15.0, 9.0, 'Alendronate 70 mg tablet', None, '1 tablet a week, standing, with a glass of water', 'Thin bones',
     1),
    (12.0, None, 'Metoprolol succinate 50 mg tablet', ('866436',
                                                       '24 HR metoprolol succinate 50 MG Extended Release Oral Tablet'), '1 tablet in the morning', 'Irregular heartbeat', 1),
    (12.0, 7.0, 'Warfarin 5 mg tablet', WARFARIN, 'As the INR says; see the card', 'Irregular heartbeat', 1),
    (5.0, None, 'Apixaban 5 mg tablet', APIXABAN, '1 tablet in the morning and 1 in the evening',
     'Irregular heartbeat', 2),
    (6.5, None, 'Furosemide 40 mg tablet', ('313988', 'furosemide 40 MG Oral Tablet'), '1 tablet in the morning',
     'Weak heart', 1),
    (10.0, 6.0, 'Omeprazole 20 mg capsule', ('198051', 'omeprazole 20 MG Delayed Release Oral Capsule'),
     '1 capsule before breakfast', 'Heartburn', 1),
    (4.0, None, 'Calcium with vitamin D tablet', None, '1 tablet with lunch', 'Thin bones', 1),
    (3.0, None, 'Paracetamol 500 mg tablet', ('198440', 'acetaminophen 500 MG Oral Tablet'),
     '1 or 2 tablets for pain, 6 a day at most', 'Knee and back pain', 2),
    (2.0, None, 'Eye drops (latanoprost)', None, '1 drop in each eye at bedtime', 'Glaucoma', 1),
]

# years ago, years it lasted or None, text, SNOMED, severity words
PROBLEMS = [
    (19.5, None, 'Slow thyroid', ('40930008', 'Hypothyroidism')),
    (18.0, None, 'High blood pressure', ('59621000', 'Essential hypertension')),
    (16.0, None, 'Worn knee joint, right', ('239873007', 'Osteoarthritis of knee')),
    (15.2, None, 'Thin bones', ('64859006', 'Osteoporosis')),
    (14.0, 0.1, 'Shingles', ('4740000', 'Herpes zoster')),
    (12.1, None, 'Irregular heartbeat', ('49436004', 'Atrial fibrillation')),
    (10.5, 4.0, 'Heartburn', ('235595009', 'Gastroesophageal reflux disease')),
    (9.3, 0.3, 'Low iron', ('87522002', 'Iron deficiency anemia')),
    (8.8, 0.4, 'Cataract, right eye', ('193570009', 'Cataract')),
    (7.1, 0.1, 'Pneumonia', ('233604007', 'Pneumonia')),
    (6.6, None, 'Weak heart', ('84114007', 'Heart failure')),
    (4.4, 0.5, 'Broken hip, left', ('5913000', 'Fracture of neck of femur')),
    (4.0, None, 'Kidneys work at half strength', ('433144002', 'Chronic kidney disease stage 3')),
    (3.2, None, 'Hard of hearing', ('15188001', 'Hearing loss')),
    (2.1, None, 'Glaucoma', ('23986001', 'Glaucoma')),
    (1.1, 0.05, 'Bladder infection', ('68566005', 'Urinary tract infection')),
]

LETTER = (b'<html><body><h1>Letter</h1><p>Pressure in both eyes too high. Drops at bedtime, next check in half a '
          b'year.</p></body></html>')
COMPLAINTS = ['Knee pain', 'Swollen ankles', 'Short of breath on the stairs', 'Blood pressure check',
              'Dizzy in the morning', 'Back pain', 'Cough',
              'Poor sleep', 'Medicine review', 'Tired', 'Skin check', 'Burning on passing water']
NOTES = ['Feels well on the whole. Walks with a stick, shops for herself.',
         'Ankles a little swollen in the evening. No cough, sleeps on one pillow.',
         'Blood pressure diary looked at together. Medicines understood, box filled by her daughter.',
         'Stumbled once, no injury. Carpets taken up at home.',
         'Eats well, weight steady. Would like to go on living in her own flat.',
         'Hearing aids whistle; appointment with the technician made.']


def people(c):
    c.person(['Eleanor', 'Ruth'], 'Whitfield', 'female', BORN, '555-0184', 'eleanor.whitfield@example.org',
             '4 Church Row',
             maritalStatus=concept('Widowed', (HL7 + 'v3-MaritalStatus', 'W', 'Widowed')),
             communication=[{'language': concept('English', ('urn:ietf:bcp:47', 'en', 'English')),
                             'preferred': True}])
    c.add('RelatedPerson', 'eleanor-daughter', active=True, patient=c.bare, gender='female',
          relationship=[concept('Daughter', (HL7 + 'v3-RoleCode', 'DAU', 'natural daughter'))],
          name=[{'family': 'Whitfield-Shaw', 'given': ['Margaret']}],
          telecom=[{'system': 'phone', 'value': '555-0185', 'use': 'home'}])
    c.coverage(years(18), 'PHP-102-4410-01')
    smoking(c, SINCE + 3, 'Never smoked', '266919005', 'Never smoked tobacco')
    for ago, ended, text, code in PROBLEMS:
        start = years(ago)
        c.condition(text, code, start, years(ago - ended) if ended else None,
                    onset_text=month(start) if ago > 15 else None,
                    note='Written down from her own words.' if ago > 18 else None)
    c.condition('Appendix removed as a child', None, years(72), years(72) + 10, onset_text=year(years(72)))
    c.allergy('Sulfa antibiotics', ('91939003', 'Allergy to sulfonamide'), 'medication', 'high', 'Blisters and fever',
              years(18), severity='severe')
    c.allergy('Iodine contrast medium', ('293637006', 'Allergy to iodinated contrast media'), 'medication', 'high',
              'Hives', years(9), severity='moderate')
    c.allergy('Wasp sting', ('91934008', 'Allergy to wasp venom'), 'environment', 'low', 'Large swelling', years(15))
    c.allergy('Strawberries', None, 'food', 'low', 'Itching mouth', years(12), verification='unconfirmed')
    c.allergy('Aspirin', ('293586001', 'Allergy to aspirin'), 'medication', 'low', 'Stomach ache', years(10),
              verification='entered-in-error', note='A side effect, not an allergy.')
    for who, code, text, age in (('Mother', 'MTH', 'Stroke', 79), ('Brother', 'BRO', 'Bowel cancer', 71),
                                 ('Sister', 'SIS', 'Glaucoma', 65)):
        c.add('FamilyMemberHistory', status='completed', patient=c.bare, date=day(SINCE + 10),
              relationship=concept(who, (HL7 + 'v3-RoleCode', code)),
              condition=[{'code': concept(text), 'onsetAge': quantity(age, 'years', 'a')}])


def visits(c):
    """A visit about every month: vital signs, often blood, always a bill."""
    when, n = SINCE + 14, 0
    while when < -12:
        complaint = COMPLAINTS[n % len(COMPLAINTS)]
        who = ('okafor', 'lindqvist', 'raman')[0 if n % 5 else 1 + n % 2]
        visit = c.visit(when, who, complaint, 9 + n % 7, n % 4 * 15,
                        note=[complaint + '.', c.random.choice(NOTES), 'Plan: go on as before.'] if n % 3 == 0
                        else None)
        signs(c, when, visit, n)
        if n % 2 == 0:
            blood(c, when, who, visit, n)
        if n % 7 == 3:
            c.condition(complaint, None, when, when + 20, who, 'encounter-diagnosis', encounter=visit)
        c.bill(when, visit, complaint, 95 + n % 6 * 18.5, who)
        if n % 4 == 0:
            c.appointment(when, who, complaint, 9 + n % 7, status='fulfilled')
        when += 26 + c.random.randint(0, 12)
        n += 1
    return n


def signs(c, when, visit, n):
    late = (when - SINCE) / -SINCE
    c.pressure(when, c.around(138 + 6 * late, 8), None if n == 41 else c.around(78, 5), 9, visit)
    c.vital('heart-rate', when, c.around(76, 7), 9, visit)
    c.vital('weight', when, round(68 - 7 * late + c.random.uniform(-0.7, 0.7), 1), 9, visit)
    if n % 2:
        c.vital('oxygen', when, min(99, c.around(96 - 2 * late, 1)), 9, visit)
    if n % 3 == 0:
        c.vital('temperature', when, c.around(36.6, 0.2, 1), 9, visit)
        c.vital('breathing', when, c.around(16, 1), 9, visit)
    if n % 12 == 0:
        c.vital('height', when, round(163 - 5 * late, 1), 9, visit)
    if n % 5 == 0:
        c.observation('survey', 'Pain (0 to 10)', (LOINC, '72514-3',
                                                   'Pain severity - 0-10 verbal numeric rating [Score] - Reported'),
                                                   when,
                      {'valueInteger': c.random.randint(0, 6)}, who='delgado', encounter=visit)


def blood(c, when, who, visit, n):
    late = (when - SINCE) / -SINCE
    iron = years(9.3) < when < years(9.0)
    values = {'hemoglobin': c.around(9.8 if iron else 12.7, 0.3, 1),
              'hematocrit': c.around(30 if iron else 38.5, 0.9, 1),
              'white-cells': c.around(6.9, 1.1, 1), 'platelets': c.around(236, 28),
              'mcv': c.around(74 if iron else 89, 1)}
    c.panel('cbc', when, values, who, 'Too little iron.' if iron else None, encounter=visit, order=n % 4 == 0)
    if n % 4 == 0:
        egfr = max(38, 84 - 40 * late + c.random.uniform(-3, 3))
        c.panel('metabolic', when, {'glucose': c.around(94, 6), 'sodium': c.around(139, 2),
                                    'potassium': c.around(4.4, 0.3, 1), 'calcium': c.around(9.3, 0.3, 1),
                                    'urea': c.around(17 + 9 * late, 3), 'creatinine': round(62 / egfr, 2),
                                    'egfr': egfr, 'alt': c.around(22, 5), 'ast': c.around(24, 4)},
                who, 'Kidneys a little weaker than before.' if egfr < 60 else None, encounter=visit, order=n % 8 == 0)
    if n % 6 == 0:
        c.lab('tsh', when, c.around(2.6, 0.9, 2), encounter=visit)
        c.panel('lipids', when, {'cholesterol': c.around(214, 14), 'ldl': c.around(122, 11), 'hdl': c.around(61, 5),
                                 'triglycerides': c.around(128, 20)}, who, encounter=visit, order=False)
    if when > years(6.6) and n % 4 == 0:
        c.lab('nt-probnp', when, c.around(980 - 300 * late, 120), encounter=visit)
    if n % 10 == 0:
        c.lab('vitamin-d', when, c.around(27, 6), encounter=visit)
        c.lab('b12', when, c.around(340, 60), encounter=visit)
        c.lab('crp', when, 3.0, comparator='<', encounter=visit)


def thinning(c):
    """Seven years of INR checks, every two weeks."""
    when = years(12)
    while when < years(5):
        value = c.around(2.5, 0.45, 1)
        c.lab('inr', when, max(1.1, value), 7, note=[{'text': 'Dose changed; see the card.'}]
              if not 1.8 <= value <= 3.2 else None)
        when += 14


def medicines(c):
    for ago, ran, text, code, dose, reason, times in MEDICINES:
        start, end = years(ago), years(ago - ran) if ran else 0
        request = None
        while start < end - 20:
            last = start + 365 >= end - 20
            request = c.medicine(text, code, start, dose, 'okafor', 'active' if last and not ran else 'completed',
                                 None if last and not ran else start + 365,
                                 3, 90, reason, times=times, prior=request, as_needed='for pain' in dose)
            for n in range(4):
                if start + n * 90 < -2:
                    c.dispense(request, text, code, start + n * 90 + 2, 90 * times, dose, 90)
            start += 365
    c.add('MedicationStatement', status='active', medicationCodeableConcept=concept('Lavender tea'), subject=c.bare,
          effectiveDateTime=month(-900), dateAsserted=day(-100), informationSource=c.patient,
          dosage=[{'text': 'A cup before bed'}])


def hospital(c):
    """Pneumonia, a broken hip, a pacemaker: three stays, each with its papers."""
    ward = (HOSPITAL_SITE, 'Lakeside Hospital')
    stays = [
        (years(7.1), 8, 'Pneumonia', ('233604007', 'Pneumonia'), None,
         ['Fever, cough and short breath for three days. X-ray: shadow in the lower right lung.',
          'Antibiotic into the vein for four days, then tablets. Oxygen for two days.',
          'Went home on her own feet.'],
         ['Amoxicillin for three more days.', 'Chest X-ray at your family doctor in six weeks.',
          'Drink enough; come back for fever or short breath.']),
        (years(4.4), 15, 'Broken hip, left', ('5913000', 'Fracture of neck of femur'),
         ('Hip replacement, left', ('52734007', 'Total replacement of hip')),
         ['Fell in the kitchen. Left hip broken.', 'Operated the next morning, new joint without cement.',
          'Blood thinner paused for two days, given again on the third.',
          'Walks with a frame; rehabilitation booked.'],
         ['Three weeks of rehabilitation, then physiotherapy twice a week.',
          'Do not bend the hip over 90 degrees or cross the legs for three months.',
          'Check with Dr. Bauer in six weeks.']),
        (years(1.6), 4, 'Slow heartbeat', ('48867003', 'Bradycardia'),
         ('Pacemaker put in', ('307280005', 'Implantation of cardiac pacemaker')),
         ['Fainted twice. Pulse of 34.', 'Pacemaker put in below the left collarbone, no trouble.',
          'The wound is dry.'],
         ['Pacemaker check with Dr. Raman in six weeks.',
          'Until then do not lift the left arm above the shoulder.',
          'Keep the pacemaker card with you.']),
    ]
    for start, days, why, code, operation, words, plans in stays:
        stay = c.visit(start, 'lindqvist', why, 14, kind=('IMP', 'inpatient encounter', 'Hospital stay'), place=ward,
                       until=start + days)
        c.condition(why, code, start, start + days + 60, 'lindqvist', 'encounter-diagnosis', encounter=stay)
        for n in range(days):
            for hour in (7, 19):
                c.vital('temperature', start + n, c.around(38.4 - 0.2 * n if why == 'Pneumonia' else 36.8, 0.2, 1),
                        hour, stay)
                c.pressure(start + n, c.around(128, 9), c.around(72, 6), hour, stay)
            c.vital('oxygen', start + n, min(98, 90 + n), 8, stay)
            c.add('MedicationAdministration', status='completed',
                  medicationCodeableConcept=concept('Ceftriaxone 2 g' if why == 'Pneumonia' else 'Paracetamol 1 g'),
                  subject=c.bare, context=ref(stay), effectiveDateTime=at(start + n, 8),
                  performer=[{'actor': staff('delgado')}],
                  dosage={'text': 'Into the vein' if why == 'Pneumonia' else 'By mouth',
                          'dose': quantity(2 if why == 'Pneumonia' else 1, 'g')})
        if operation:
            done = c.procedure(start + 1, operation[0], operation[1], 'bauer' if 'Hip' in operation[0] else 'raman',
                               8, stay, 'Went well')
            c.provenance([done], start + 1, 'lindqvist')
        letters.discharge(c, start + days, why, words, stay, plans)
        imaging.stays(c, start, why, stay)
        c.bill(start + days, stay, f'Hospital stay: {why.lower()}', 2100.0 * days, 'lindqvist')


def procedures(c):
    for ago, text, code, who, outcome in (
            (13.0, 'Look into the bowel', ('73761001', 'Colonoscopy'), 'lindqvist',
             'Two small polyps taken out, harmless'),
            (8.5, 'Cataract taken out, right eye', ('54885007', 'Extraction of cataract'), 'nakamura',
             'Sees well again'),
            (3.0, 'Hearing aids fitted', None, 'delgado', None)):
        c.procedure(years(ago), text, code, who, 10, outcome=outcome)
    for n in range(18):                                  # physiotherapy after the hip
        c.procedure(years(4.3) + n * 4, 'Physiotherapy: walking and stairs',
                    ('91251008', 'Physical therapy procedure'), 'osei', 15)
    imaging.eleanor(c)
    for n in range(20):
        c.vaccination(SINCE + 200 + n * 365, 'Flu vaccination', '135',
                      'Influenza, high dose seasonal, preservative-free', 1, 'Flu')
    for when, text, code, display in ((-5000, 'Pneumococcal vaccination', '33', 'pneumococcal polysaccharide PPV23'),
                                      (-600, 'Pneumococcal vaccination', '216',
                                       'Pneumococcal conjugate vaccine 20-valent'),
                                      (-1100, 'COVID-19 vaccination', '213',
                                       'SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED'),
                                       (-1072, 'COVID-19 vaccination', '213',
                                        'SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED'),
                                      (-800, 'COVID-19 vaccination', '213',
                                       'SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED'),
                                       (-3000, 'Tetanus vaccination', '113',
                                        'Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed'),
                                      (-1500, 'Shingles vaccination', '187', 'zoster recombinant'),
                                      (-1400, 'Shingles vaccination', '187', 'zoster recombinant')):
        c.vaccination(when, text, code, display)


def devices(c):
    for text, code, since, maker in (('Pacemaker', ('14106009', 'Cardiac pacemaker'), years(1.6) + 1,
                                      'Northwind Medical'),
                                     ('Hip joint, left', ('304120007', 'Total hip replacement prosthesis'),
                                      years(4.4) + 1, 'Granite Orthopedics'),
                                     ('Hearing aids', ('6012004', 'Hearing aid'), years(3), 'Clearsound')):
        device = c.add('Device', status='active', manufacturer=maker, manufactureDate=None,
                       deviceName=[{'name': text, 'type': 'user-friendly-name'}],
                       type=concept(text, (SNOMED, *code)), patient=c.bare, serialNumber=f'SN-{abs(since):05}',
                       lotNumber=f'L{abs(since) % 89:02}',
                       expirationDate=None, note=[{'text': 'Card given to the patient.'}])
        c.add('DeviceUseStatement', status='active', subject=c.bare, timingPeriod={'start': day(since)},
              recordedOn=day(since + 3), device=ref(device, text))
    c.add('Flag', status='active', category=[concept('Safety')], code=concept('May fall: walk beside her',
            (SNOMED, '129839007', 'At increased risk for falls')),
          subject=c.bare, period={'start': day(years(4.4))})
    c.add('RiskAssessment', status='final', subject=c.bare, occurrenceDateTime=at(-100),
          code=concept('Risk of falling'),
          prediction=[{'outcome': concept('A fall within a year'), 'probabilityDecimal': 45,
                       'qualitativeRisk': concept('High')}],
          note=[{'text': 'Walking frame, rails in the bath, shoes with grip.'}])
    c.add('List', status='current', mode='working', title='Medicines in the weekly box', subject=c.bare, date=at(-60),
          source=staff('vega'),
          entry=[{'item': ref(f'{r["resourceType"]}/{r["id"]}')} for r in c.resources
                 if r['resourceType'] == 'MedicationRequest' and r['status'] == 'active'])
    c.add('ClinicalImpression', status='completed', subject=c.bare, date=at(-100),
          description='Yearly look at everything', assessor=staff('lindqvist'),
          summary='Stable heart, kidneys at half strength, safe at home with help three times a week.')


def papers(c):
    letters.eleanor(c)
    c.note(-100, 'lindqvist', 'Yearly summary', ('34133-9', 'Summarization of episode note'),
           ['Heart: irregular beat, pacemaker, pumps at 45 percent.', 'Kidneys: half strength, steady.',
            'Bones: hip replaced, treatment finished.', 'Home: own flat, daughter near, help three times a week.'])
    c.note(-101, 'lindqvist', 'Yearly summary', ('34133-9', 'Summarization of episode note'),
           'First version; see the later one.', status='superseded')
    c.add('DocumentReference', status='current', type=concept('Letter from the eye clinic',
                                                              (LOINC, '11488-4', 'Consult note')), subject=c.bare,
                                                              date=at(-760), author=[staff('nakamura')],
          description='Letter from the eye clinic', category=[concept('Letter')], content=[{'attachment': {
              'contentType': 'text/html', 'title': 'Letter from the eye clinic', 'creation': at(-760),
              'data': base64.b64encode(LETTER).decode()}}])
    forms.eleanor(c)
    food = c.observation('social-history', 'Enough to eat', (LOINC, '88124-3', 'Food insecurity risk [HVS]'), -99,
                         {'valueCodeableConcept': concept('Yes, always')}, who='delgado')
    c.observation('survey', 'Lives alone', None, -99, {'valueBoolean': True}, who='delgado', derivedFrom=[ref(food)])
    c.observation('laboratory', 'Antibodies against the bladder germ', None, years(1.1),
                  {'valueRatio': {'numerator': {'value': 1}, 'denominator': {'value': 40}}})
    c.observation('laboratory', 'Urine culture', (LOINC, '630-4', 'Bacteria identified in Urine by Culture'),
                  years(1.1) + 2,
                  {'valueCodeableConcept': concept('Escherichia coli', (SNOMED, '112283007', 'Escherichia coli'))},
                  interpretation=[concept('Abnormal', (HL7 + 'v3-ObservationInterpretation', 'A', 'Abnormal'))])
    c.observation('laboratory', 'Magnesium', (LOINC, '19123-9', 'Magnesium [Mass/volume] in Serum or Plasma'), -40,
                  {'dataAbsentReason': concept('Too little blood in the tube')}, status='cancelled')
    c.observation('exam', 'Knee, right', None, -200,
                  {'valueString': 'Grinds on bending; bends to 100 degrees; no warmth'}, who='bauer',
                  bodySite=concept('Right knee', (SNOMED, '6757004', 'Right knee')))


def coming(c):
    c.appointment(8, 'raman', 'Pacemaker check', 11, 0, 30, reason='Half-yearly check',
                  instruction='Bring the pacemaker card.')
    c.appointment(15, 'delgado', 'Blood test', 8, 30, 10, place=lab_place())
    c.appointment(33, 'okafor', 'Medicine review', 10, 0, 40,
                  instruction='Bring all boxes, also what you buy yourself.')
    c.appointment(-45, 'osei', 'Balance group', 10, 0, 60, status='fulfilled')
    messages.eleanor(c)
    team = c.care_team('Eleanor\'s care team', [('okafor', 'Family doctor'), ('lindqvist', 'Internal medicine'),
                                                ('raman', 'Heart specialist'), ('osei', 'Physiotherapist'),
                                                ('vega', 'Pharmacist'), ('delgado', 'Nurse')], years(6.6))
    goals = [c.goal('Live in my own flat', years(4)), c.goal('No fall this year', -300, 65, ('Falls',),
                                                             quantity(0, 'falls', '1'))]
    c.plan('Heart and home plan', ['Weigh every morning; call when it is two kilograms more within three days.',
                                   'Stick indoors, frame outdoors.', 'Help at home three times a week.'], years(4),
           ['Weigh every morning', 'Balance group once a week', 'Medicines in the weekly box'], goals, team=team,
           who='lindqvist')
    c.order(-5, 'okafor', 'Balance group', status='active')
    c.add('Consent', status='active', scope=concept('Privacy', (HL7 + 'consentscope', 'patient-privacy',
                                                                'Privacy Consent')), category=[concept('Who may be told')],
          patient=c.bare, dateTime=at(years(4)), performer=[c.patient], policyRule=concept('Her own word'),
          text=narrative('Her daughter Margaret may be told everything.'))
    c.add('NutritionOrder', status='active', intent='plan', patient=c.bare, dateTime=at(-100),
          orderer=staff('lindqvist'), oralDiet={'type': [concept('Little salt')]},
          text=narrative('Little salt, one and a half liters to drink a day.'))
    c.add('SupplyRequest', status='active', itemCodeableConcept=concept('Walking frame with seat'),
          quantity={'value': 1}, authoredOn=at(-100), requester=staff('osei'),
          supplier=[ref(PHARMACY, 'Birch Street Pharmacy')], deliverTo=c.patient)


def make():
    c = PatientChart('eleanor', 'Eleanor Whitfield', 33)
    people(c)
    visits(c)
    thinning(c)
    medicines(c)
    hospital(c)
    procedures(c)
    devices(c)
    papers(c)
    coming(c)
    return c
