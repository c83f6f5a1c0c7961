# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports with a page of their own: pictures, heart, tissue; for each of the three people."""
from letter import LEFT, PALE, RIGHT, RULE
from words import LOINC, concept, quantity, years

CHEST = ('36643-5', 'XR Chest 2 Views')
ECHO = ('42148-7', 'US Heart')
DENSITY = ('38269-7', 'DXA Skeletal system Views for bone density')
TISSUE = ('11526-1', 'Pathology study')


def ecg_samples(beats, every=21):
    """Lead II, 40 ms a sample, in hundredths of a millivolt: P, QRS, T, and a rest."""
    beat = [0, 2, 9, 14, 8, 1, 0, -9, 62, 118, -22, -8, 0, 3, 9, 20, 31, 24, 9, 2]
    return [v for n in range(beats) for v in beat + [0] * (every - len(beat) + (n % 3 == 1))]


def draw_ecg(samples):
    """Squared paper with the trace, as large as on a page."""
    def draw(letter):
        letter.heading('Rhythm strip, lead II')
        letter.room(130)
        top, high, step = letter.y + 8, 108, 9
        letter.rect(LEFT, top, RIGHT - LEFT, high, (1, 0.97, 0.96))
        for n in range(int((RIGHT - LEFT) / step) + 1):
            letter.line([(LEFT + n * step, top), (LEFT + n * step, top + high)], (0.97, 0.83, 0.8),
                        0.8 if n % 5 == 0 else 0.3)
        for n in range(int(high / step) + 1):
            letter.line([(LEFT, top + n * step), (RIGHT, top + n * step)], (0.97, 0.83, 0.8),
                        0.8 if n % 5 == 0 else 0.3)
        scale = (RIGHT - LEFT - 12) / (len(samples) - 1)
        letter.line([(LEFT + 6 + n * scale, top + 76 - v * 0.45) for n, v in enumerate(samples)], (0.1, 0.1, 0.2), 1)
        letter.text(LEFT, top + high + 14, '25 mm/s, 10 mm/mV', 8.5, color=PALE)
        letter.y = top + high + 18
    return draw


def draw_density(history):
    """T-scores over the years on the three bands that people know."""
    def draw(letter):
        letter.heading('Course at the hip (T-score)')
        letter.room(150)
        top, high, left = letter.y + 8, 120, LEFT + 34
        place = {t: top + high * (0.5 - t) / 4 for t in (0, -1, -2.5, -3.5)}
        for color, above, below, name in (((0.91, 0.96, 0.92), 0.5, -1, 'usual'),
                                          ((1, 0.96, 0.88), -1, -2.5, 'thinner'),
                                          ((0.99, 0.91, 0.9), -2.5, -3.5, 'much thinner')):
            y = top + high * (0.5 - above) / 4
            letter.rect(left, y, RIGHT - left, high * (above - below) / 4, color)
            letter.text(RIGHT - 6, y + 12, name, 8.5, color=PALE, align='right')
        for value, y in place.items():
            letter.text(left - 6, y + 3, str(value).replace('-', '\u2013'), 8.5, color=PALE, align='right')
            letter.line([(left, y), (RIGHT, y)], RULE, 0.5)
        points = [(left + 30 + n * 78, top + high * (0.5 - t) / 4) for n, t in enumerate(history)]
        letter.line(points, letter.tint, 1.6)
        for (x, y), value in zip(points, history):
            letter.ellipse(x, y, 3, 3, letter.tint)
            letter.text(x, y - 7, f'{value:.1f}'.replace('-', '\u2013'), 8.5, 'bold', align='center')
        letter.y = top + high + 8
    return draw


def david(c):
    visit = c.chest_pain
    samples = ecg_samples(10)
    trace = c.observation('procedure', 'ECG trace', (LOINC, '11524-6', 'EKG study'), -800, {'valueSampledData': {
        'origin': quantity(0, 'mV'), 'period': 40, 'factor': 0.01, 'lowerLimit': -200, 'upperLimit': 200,
        'dimensions': 1, 'data': ' '.join(map(str, samples))}}, 12, who='raman', encounter=visit)
    c.study(-800, 'ECG', ('11524-6', 'EKG study'), 'cardiology', 'raman', house='clinic', encounter=visit,
            reason='Pressure in the chest after lifting.',
            findings=['Regular sinus rhythm, 68 beats a minute. Normal axis. PR 160 ms, QRS 92 ms, QTc 412 ms.',
                      'No ST elevation or depression, no pathological Q waves, T waves upright in the left leads.'],
            impression=['Normal ECG. No sign of a heart attack.'], results=[trace], draw=draw_ecg(samples),
            plain='Regular beat, no sign of a heart attack.')
    c.study(-798, 'Chest X-ray', CHEST, modality='DX', reason='Chest pain after lifting; ribs tender on the left.',
            technique='Two views, standing.', compared='Chest X-ray of three years ago.', encounter=visit,
            findings=['The heart is of normal size. The lungs are clear and well filled on both sides. No fluid, no '
                      'air beside the lungs. The great vessels look normal for the age.',
                      'Old, well healed fracture of the seventh rib on the left. No fresh fracture.'],
            impression=['Heart and lungs look normal.', 'Old healed rib fracture on the left, no fresh one.'],
            status='amended', amended='The old rib fracture was not mentioned in the first version. It changes nothing '
            'for the treatment.', site=('51185008', 'Chest'), plain='Heart and lungs look normal.')
    c.study(-72, 'Ultrasound of the belly', ('24558-9', 'US Abdomen'), modality='US', images=24,
            reason='Liver values a little high in two blood tests.',
            technique='Fasting, curved probe; all organs of the upper belly well seen.',
            findings=['Liver: 16.2 cm long, a little larger than usual, brighter than the kidney beside it. Smooth '
                      'edge, no lump. Blood flows in the right direction.',
                      'Gallbladder: thin wall, no stones. Bile ducts not widened.',
                      'Pancreas and spleen: normal as far as seen. Spleen 10.8 cm.',
                      'Kidneys: right 11.1 cm, left 11.4 cm, normal outline. A simple cyst of 14 mm in the left one. '
                      'No stones, no backed-up urine.', 'Aorta 18 mm. No free fluid.'],
            impression=['Mild fatty liver (grade 1).', 'Simple cyst in the left kidney, harmless; no check needed.',
                        'No gallstones.'],
            plain='A little fat in the liver, as often with diabetes. Losing more weight helps. The small cyst in the '
            'kidney is harmless.', table=('Measurements', ('Organ', 'Measured', 'Usual'), [
                ('Liver, length', ('16.2 cm', True), 'up to 16 cm'), ('Spleen, length', '10.8 cm', 'up to 12 cm'),
                ('Right kidney', '11.1 cm', '9 to 13 cm'), ('Left kidney', '11.4 cm', '9 to 13 cm'),
                ('Bile duct', '4 mm', 'up to 6 mm'), ('Aorta', '18 mm', 'up to 25 mm')], (0, 200, 320)),
            site=('818983003', 'Abdomen'))
    mole(c)
    for n, words in enumerate(['No changes from diabetes.'] * 5 + ['First small changes in both eyes.',
                                                                   'Small changes as last year; no treatment.']):
        when = -390 - (6 - n) * 365 + (365 if n == 6 else 0) - (0 if n < 6 else 20)
        early = n >= 5
        c.study(when, 'Eye picture (retina)', ('71484-0', 'Eye fundus photography panel'), who='nakamura',
                modality='OP', images=4, house='clinic', reason='Type 2 diabetes: yearly picture of the retina.',
                technique='Two fields of each eye after drops.',
                findings=['Right eye: ' + ('four microaneurysms outside the centre, no bleeding, no swelling.'
                                           if early else 'clear picture, no microaneurysms, no bleeding.'),
                          'Left eye: ' + ('two microaneurysms; the centre is dry.' if early else 'as on the right.'),
                          'Pressure 15 mmHg on both sides.'],
                impression=[words, 'Next picture in a year.'], plain=words)
        c.procedure(when, 'Eye check for diabetes', ('36228007', 'Ophthalmic examination and evaluation'), 'nakamura',
                    14)


def mole(c):
    """A mole that was taken out, and what the pathologist saw."""
    visit = c.visit(-44, 'okafor', 'Mole taken out', 10, minutes=40, reason='A mole on the back that had changed',
                    note=['Mole on the left shoulder blade, 7 mm, two browns, edge uneven on one side.',
                          'Numbed, cut out whole with 2 mm of skin around it, three stitches.',
                          'Stitches out in ten to fourteen days. The tissue goes to the laboratory.'])
    c.procedure(-44, 'Mole taken out', ('65801008', 'Excision'), 'okafor', 10, visit, 'No trouble',
                site='Left shoulder blade')
    specimen = c.specimen(-44, ('Skin', '309066003', 'Skin biopsy specimen'))
    c.study(-44, 'Tissue from the skin', TISSUE, 'pathology', 'ito', house='laboratory', encounter=visit,
            specimen=specimen, reason='Mole of the back that had changed. Melanoma?',
            technique='Spindle of skin, 18 x 9 x 5 mm, marked at 12 o\'clock, cut in seven slices, all looked at.',
            findings=['With the naked eye: brown spot of 7 mm in the middle of the piece.',
                      'Under the microscope: nests of mole cells at the border of the skin layers and below it, '
                      'growing smaller with depth. Slightly uneven cells at the border, no dividing cells below.',
                      'All edges are free of mole cells; the nearest is 2.1 mm away.'],
            impression=['Compound nevus with mild dysplasia, taken out whole.', 'No melanoma.'],
            plain='A harmless mole with slightly uneven cells, taken out whole. No skin cancer. Nothing more to do; '
            'show us your skin once a year.')


def eleanor(c):
    for ago, percent, words in ((12.1, 58, 'Left chamber enlarged.'), (6.5, 40, 'Heart pumps at 40 percent.'),
                                (0.9, 45, 'Heart pumps at 45 percent.')):
        when = years(ago)
        done = c.procedure(when, 'Ultrasound of the heart', ('40701008', 'Echocardiography'), 'raman', 10,
                           outcome=words.rstrip('.'))
        part = c.observation('imaging', 'Pumping strength of the heart (ejection fraction)',
                             (LOINC, '10230-1', 'Left ventricular Ejection fraction'), when,
                             {'valueQuantity': quantity(percent, '%'),
                              'referenceRange': [{'low': quantity(52, '%'), 'high': quantity(74, '%'),
                                                  'text': '52 to 74 %'}]}, who='raman')
        report = c.study(when, 'Ultrasound of the heart', ECHO, 'cardiology', 'raman', modality='US', images=42,
                         house='clinic', reason='Irregular heartbeat' + ('' if ago > 12 else '; weak heart') + '.',
                         technique='From the front of the chest, at rest; pictures of good quality.',
                         findings=['Left ventricle: ' + ('normal size, pumps well.' if percent > 50 else
                                                         'a little wide, pumps less than usual, evenly in all walls.'),
                                   'Left atrium: enlarged. Right side of normal size.',
                                   'Valves: mild leak at the mitral valve. Aortic valve thickened, opens well.',
                                   'No fluid around the heart.'],
                         impression=[words, 'Mild leak of the mitral valve.'] + (
                             ['A little better than at the last look.'] if ago < 1 else []), results=[part],
                         table=('Measurements', ('What', 'Measured', 'Usual'), [
                             ('Ejection fraction', (f'{percent} %', percent < 52), '52 to 74 %'),
                             ('Left ventricle, end of filling', f'{60 - percent // 5} mm', '38 to 52 mm'),
                             ('Left atrium', ('46 mm', True), 'up to 38 mm'),
                             ('Wall between the chambers', '10 mm', '6 to 10 mm')], (0, 200, 320)), plain=words)
        c.provenance([done, part, report], when, 'raman')
    scores = [round(-2.8 + n * 0.1, 1) for n in range(6)]
    for n, score in enumerate(scores):
        when = years(15) + n * 800
        value = c.observation('imaging', 'Bone density, hip (T-score)', (LOINC, '80948-3', 'DXA Femur T-score'), when,
                              {'valueQuantity': quantity(score, 'T-score', '{T-score}')}, who='bauer')
        c.study(when, 'Bone density', DENSITY, who='bauer', ordered='lindqvist', modality='BMD', images=2,
                reason='Thin bones, under treatment.', technique='DXA of the hip and the lower back.',
                findings=[f'Hip: T-score \u2013{-score}. Lower back: T-score \u2013{round(-score - 0.4, 1)}.',
                          'Places with worn joints were left out of the measurement.'],
                impression=['Bones thinner than usual; treatment helps.'], results=[value],
                draw=draw_density(scores[:n + 1]) if n else None)
    c.study(years(13), 'Tissue from the bowel', TISSUE, 'pathology', 'ito', ordered='lindqvist', house='laboratory',
            reason='Two polyps, 6 and 4 mm, from the large bowel.',
            findings=['Two pieces of bowel lining with regular, crowded glands. Cell nuclei long and in line.',
                      'No invasion, edges free in both.'],
            impression=['Two tubular adenomas, low grade.', 'No cancer.'], plain='Two harmless polyps. No cancer.')


def stays(c, start, why, stay):
    """The picture taken on the day of a hospital stay."""
    if 'hip' in why:
        c.study(start, 'X-ray of the left hip', ('37615-2', 'XR Hip - left Views'), modality='DX', house='imaging',
                ordered='lindqvist', reason='Fell in the kitchen; cannot stand on the left leg.',
                technique='Pelvis from the front, left hip from the side.', encounter=stay,
                findings=['Break through the neck of the left thigh bone, the head tilted and shifted (Garden III).',
                          'Right hip and pelvis whole. Bones thinner than usual.'],
                impression=['Displaced fracture of the left femoral neck.'],
                plain='The left hip is broken.', site=('287579007', 'Left hip region'))
        return
    pneumonia = why == 'Pneumonia'
    c.study(start, 'Chest X-ray', CHEST, modality='DX', ordered='lindqvist', encounter=stay,
            reason='Fever, cough and short breath.' if pneumonia else 'Fainted twice; pacemaker put in.',
            technique='One view, sitting.' if pneumonia else 'Two views, standing.',
            findings=['Shadow in the lower right lung with air-filled bronchi. Left lung clear. Small seam of fluid at '
                      'the right base.'] if pneumonia else
            ['Pacemaker below the left collarbone, both leads where they should be. No air beside the lung.',
             'Heart enlarged, lungs clear.'],
            impression=['Pneumonia of the right lower lobe.'] if pneumonia else
            ['Pacemaker and leads in the right place.', 'No air beside the lung.'],
            plain='Pneumonia at the lower right.' if pneumonia else 'The pacemaker and its wires lie well.',
            site=('51185008', 'Chest'))


def mia(c):
    when = -455
    visit = c.visit(when, 'adeyemi', 'Fall from the swing', 16, reason='Fell on the outstretched right hand',
                    kind=('EMER', 'emergency', 'Urgent visit'), minutes=90,
                    note=['Fell from the swing two hours ago. Right forearm tender just above the wrist, a little '
                          'swollen, moves her fingers well.',
                          'X-ray: buckle fracture. Splint for three weeks, pain relief for two days.',
                          'No gym until the splint is off. No check needed if all is well.'])
    c.condition('Buckle fracture of the right wrist', ('263102004', 'Fracture subluxation of wrist'), when, when + 21,
                'adeyemi', 'encounter-diagnosis', encounter=visit)
    c.study(when, 'X-ray of the right wrist', ('37302-7', 'XR Wrist - right Views'), modality='DX', ordered='adeyemi',
            reason='Fell from the swing. Fracture?', technique='Two views.', encounter=visit,
            findings=['Bulge in the outer layer of the radius, 2 cm above the wrist, on the back. No gap, no tilt.',
                      'The growth plates are open and look normal. Ulna and hand bones whole.'],
            impression=['Buckle (torus) fracture of the right radius.', 'Growth plates not involved.'],
            plain='A small dent in the bone above the right wrist. It heals by itself in a splint in three weeks.',
            site=('9736006', 'Right wrist region'))
    hip = c.born + 38
    c.study(hip, 'Ultrasound of the hips', ('38036-0', 'US Hip - bilateral'), modality='US', images=4,
            ordered='adeyemi', reason='Part of the check-up at five weeks.',
            technique='Graf\'s method, both sides.',
            findings=['Right: alpha 64 degrees, type Ia. Left: alpha 62 degrees, type Ia. Both heads well covered.'],
            impression=['Both hips are ripe for the age (type Ia).'], plain='Both hips are as they should be.')


def allergy_test(c):
    """Mia's blood test for peanut."""
    values = [c.observation('laboratory', text, (LOINC, code, display), years(4) + 190, {
        'valueQuantity': quantity(value, 'kU/L', 'k[IU]/L'),
        'interpretation': [concept('High' if value > 0.35 else 'Normal', (
            'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', 'H' if value > 0.35 else 'N',
            'High' if value > 0.35 else 'Normal'))],
        'referenceRange': [{'high': quantity(0.35, 'kU/L', 'k[IU]/L'), 'text': 'below 0.35 kU/L'}]})
        for text, code, display, value in (
            ('Peanut antibodies (IgE)', '6206-7', 'Peanut IgE Ab [Units/volume] in Serum', 14.2),
            ('Peanut main protein Ara h 2 (IgE)', '58778-2',
             'Peanut recombinant (rAra h) 2 IgE Ab [Units/volume] in Serum', 9.8),
            ('Hazelnut antibodies (IgE)', '6136-6', 'Hazelnut IgE Ab [Units/volume] in Serum', 0.12),
            ('Milk antibodies (IgE)', '7258-7', 'Cow milk IgE Ab [Units/volume] in Serum', 0.08))]
    report = c.report(years(4) + 190, 'Allergy test', None, ('LAB', 'Laboratory'), values,
                      'A true peanut allergy. Hazelnut and milk are fine.', encounter=None)
    c.lab_paper(report, years(4) + 190, 'Allergy test', 'adeyemi', values,
                'A true peanut allergy. Hazelnut and milk are fine.')
