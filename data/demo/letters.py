# SPDX-License-Identifier: GPL-3.0-or-later
"""Papers that are no reports: discharge letters, plans, wishes in writing, insurance cards, pictures."""
import base64

import messages
import picture
from clinic import staff
from letter import Letter
from words import HL7, LOINC, at, concept, day, quantity, ref, stamp, years


def facts(c, *more):
    return [('Patient', c.name), ('Born', stamp(c.born)), ('Chart number', f'NFC-{c.prefix.upper()}'), *more]


def insurance_card(c, number):
    """What the front desk scanned."""
    return c.document(-20, 'delgado', 'Insurance card', ('64290-0', 'Health insurance card'),
                      _Bytes(messages.card(c, 'Prairie Health Plan', number)), [
                          ('Insurance card', ['Front and back: Prairie Health Plan, Prairie Standard.'])])


class _Bytes:
    """A paper that is already drawn."""

    def __init__(self, content):
        self.content = content

    def bytes(self):
        return self.content


def eye_picture(c, report, when):
    """The picture that belongs to an eye report."""
    media = c.add('Media', status='completed',
                  type=concept('Picture', (HL7 + 'media-type', 'image', 'Image')), subject=c.bare,
                  createdDateTime=at(when, 10), issued=at(when, 15, 30), operator=staff('nakamura'),
                  bodySite=concept('Right eye'), height=240, width=240, content={'contentType': 'image/png'})
    content = c.attach(media, 'Back of the right eye', picture.eye(), when, 'image/png')
    c.with_paper(media, 'content', content)
    c.with_paper(report, 'media', [{'comment': 'Right eye; the small dots are microaneurysms.', 'link': ref(media)}])


def eye_letter(c):
    """A small report whose page lies in it."""
    letter = Letter('clinic', 'Glasses prescription', facts(c, ('Date', stamp(-410))))
    letter.heading('Glasses')
    letter.table(('Eye', 'Sphere', 'Cylinder', 'Axis', 'Near'), [
        ('Right', '\u20131.25', '\u20130.50', '90\u00b0', '+2.00'), ('Left', '\u20131.00', '\u20130.25', '85\u00b0', '+2.00')],
        (0, 110, 200, 290, 370))
    letter.paragraph('Valid for two years. Progressive lenses suit driving and reading.')
    letter.signed('Dr. Keiko Nakamura', 'eye doctor', -410)
    content = letter.bytes()
    return c.add('DiagnosticReport', status='final',
                 category=[concept('Eye clinic', (HL7 + 'v2-0074', 'OTH', 'Other'))],
                 code=concept('Glasses prescription', (LOINC, '29077-5', 'Ophthalmology Optics Narrative')), subject=c.bare,
                 effectiveDateTime=at(-410, 14), issued=at(-410, 15), performer=[staff('nakamura')],
                 conclusion='Progressive glasses for near sight, a little stronger than before.',
                 presentedForm=[{'contentType': 'application/pdf', 'language': 'en', 'title': 'Glasses prescription',
                                 'size': len(content), 'data': base64.b64encode(content).decode(),
                                 'creation': at(-410, 15)}])


def david(c):
    insurance_card(c, 'PHP-771-9920-01')
    last = next(r for r in reversed(c.resources) if r['resourceType'] == 'DiagnosticReport'
                and r['code']['text'].startswith('Eye picture'))
    eye_picture(c, f'DiagnosticReport/{last["id"]}', -45)
    eye_letter(c)
    c.letter_note(-25, 'okafor', 'Letter after your diabetes check', ('11488-4', 'Consult note'),
                  facts(c, ('Visit', stamp(-25)), ('With', 'Dr. Amara Okafor')), [
                      (None, ['Dear Mr. Moreno,', 'thank you for coming. In short: your blood sugar is the best since we '
                              'know each other, your blood pressure is close to what we agreed, and your kidneys and '
                              'eyes are holding well.']),
                      ('What we agreed', ['- Metformin, lisinopril, atorvastatin and empagliflozin go on as before.',
                                          '- Blood pressure at home twice a week, in the morning, sitting.',
                                          '- An apple or two crackers before the late shift, so that the nights stay '
                                          'without lows.', '- Picture of the eyes in two months, feet at each visit.']),
                      ('When to call', ['- Blood sugar below 70 more than once a week, or above 250 twice in a row.',
                                        '- A sore on a foot that is not better after two days.',
                                        '- Vomiting or no appetite for a day: then stop empagliflozin until you eat '
                                        'again.'])])


def eleanor(c):
    insurance_card(c, 'PHP-102-4410-01')
    c.letter_note(years(6), None, 'Living will', ('42348-3', 'Advance healthcare directives'), facts(
        c, ('Written on', stamp(years(6))), ('Speaks for me', 'Margaret Whitfield-Shaw'), ('Phone', '555-0185')), [
            (None, ['I, Eleanor Ruth Whitfield, write this of my own will and with a clear mind.']),
            ('What I wish', ['- If there is no way back to a life in which I know my people, I wish no machines that '
                             'breathe for me and no heart massage.',
                             '- Food and drink as long as I enjoy them, no tube into the stomach.',
                             '- Enough medicine against pain and fear, also if it shortens my time.',
                             '- Comfort and company come first. I would like to be at home.']),
            ('Who speaks for me', ['My daughter Margaret Whitfield-Shaw decides when I cannot. She knows what I want.']),
            ('Until when', ['This holds until I take it back. I look at it again every two years.'])],
        signer=('Eleanor Whitfield', 'herself'), category=('clinical-note', 'Clinical Note'))
    c.add('Consent', status='active', patient=c.bare, dateTime=at(years(6)), performer=[c.patient],
          scope=concept('Wishes in advance', (HL7 + 'consentscope', 'adr', 'Advanced Care Directive')),
          category=[concept('Living will', (HL7 + 'consentcategorycodes', 'acd', 'Advance Directive'))],
          policyRule=concept('Her own word'),
          provision={'type': 'permit', 'actor': [{'role': concept('Speaks for the patient', (
              HL7 + 'v3-RoleCode', 'HPOWATT', 'healthcare power of attorney')),
              'reference': ref('RelatedPerson/eleanor-daughter', 'Margaret Whitfield-Shaw')}]})


def discharge(c, when, why, words, stay, plans):
    """The letter that goes home with somebody."""
    c.letter_note(when, 'lindqvist', f'Discharge letter: {why.lower()}', ('18842-5', 'Discharge summary'),
                  facts(c, ('Left us on', stamp(when)), ('Ward', 'Lakeside Hospital, ward 3'), ('For', why)), [
                      (None, ['Dear Mrs. Whitfield, dear Dr. Okafor,', 'thank you for your trust. What happened, and what '
                              'comes next:']), ('What happened', words),
                      ('What comes next', [f'- {p}' for p in plans]),
                      ('Medicines', ['The list under Medications is up to date as of today; what is not on it was '
                                     'stopped.'])], house='hospital', encounter=stay, hour=11)


def mia(c):
    c.letter_note(-32, 'adeyemi', 'Emergency plan for school', ('34133-9', 'Summarization of episode note'), facts(
        c, ('Allergy', 'Peanut'), ('Mother', 'Anna Larsen, 555-0181'), ('Clinic', '555-0100')), [
            ('Signs of a reaction', ['- Hives, swollen lips or face, itching mouth',
                                     '- Cough, hoarse voice, short breath', '- Vomiting, belly cramps',
                                     '- Pale, drowsy, collapses']),
            ('What to do, in this order', [
                '1. Adrenaline pen into the outer thigh, through the clothes, hold for three seconds.',
                '2. Call 911: "severe allergic reaction, a child of six".',
                '3. Lay her down, legs up; sitting if she is short of breath. Do not leave her alone.',
                '4. Call her mother.', '5. Second pen after five minutes if she is no better.']),
            ('Where the pens are', ['- In her school bag, front pocket', '- In the teachers\' room, drawer marked with '
                                    'her name']),
            ('Good to know', ['Traces ("may contain") are to be left out, too. Hazelnut and milk are fine. Hydrocortisone '
                              'cream at the elbows is for eczema and has nothing to do with it.'])])
    insurance_card(c, 'PHP-558-2041-03')
    c.add('Flag', status='active', category=[concept('Safety', (HL7 + 'flag-category', 'safety', 'Safety'))],
          code=concept('Peanut allergy: adrenaline pen in the bag'), subject=c.bare, period={'start': day(years(4) + 200)})


def percentiles(c, when, months, kg, cm, visit):
    """Where a girl stands among a hundred of her age, from the weight and height at the middle."""
    middle = {0: (3.2, 49.1), 1: (4.2, 53.7), 2: (5.1, 57.1), 4: (6.4, 62.1), 6: (7.3, 65.7), 9: (8.2, 70.1),
              12: (8.9, 74.0), 15: (9.6, 77.5), 18: (10.2, 80.7), 24: (11.5, 86.4), 30: (12.7, 90.7), 36: (13.9, 95.1),
              48: (16.1, 102.7), 60: (18.2, 109.4), 72: (20.2, 115.1)}[months]
    for key, value, mean, spread in (('weight-percentile', kg, middle[0], 0.12),
                                     ('height-percentile', cm, middle[1], 0.038)):
        share = min(97, max(3, round(50 + 100 * (value / mean - 1) / spread * 0.34)))
        c.vital(key, when, share, 10, visit)


def scale(c, when, kilograms, visit):
    """Body weight; until some years ago the clinic's scales showed pounds."""
    if when >= years(4.6):
        return c.vital('weight', when, kilograms, 9, visit)
    return c.observation('vital-signs', 'Weight', (LOINC, '29463-7', 'Body weight'), when,
                         {'valueQuantity': quantity(round(kilograms / 0.45359237, 1), 'lb', '[lb_av]')}, 9, 5,
                         who='delgado', encounter=visit)
