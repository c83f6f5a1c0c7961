# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads with the care team. The first message of a thread carries it; the others are part of it."""
import picture
from clinic import CLINIC, STAFF, staff
from letter import Letter
from words import HL7, at, concept, ref, stamp

# What people write about: words -> HL7's communication-category, where there is one
CATEGORIES = {'Question to the care team': None, 'Reminder': ('reminder', 'Reminder'),
              'Result': ('notification', 'Notification'), 'Prescription': ('instruction', 'Instruction'),
              'Notice of the clinic': ('notification', 'Notification'), 'Form': None}
MEANS = ('WRITTEN', 'written')


def thread(c, topic, category, messages, about=None):
    """messages: (offset, hour, who or None for the patient, words, read, *(title, bytes, type))."""
    first = previous = None
    team = next(m[2] for m in messages if m[2])
    kind = CATEGORIES[category]
    for when, hour, who, words, read, *papers in messages:
        sender = clinic_or(who) if who else c.writer()
        previous = c.add(
            'Communication', partOf=[ref(first)] if first else None, inResponseTo=[ref(previous)] if previous else None,
            status='completed', priority='routine', subject=c.patient, topic=concept(topic),
            category=[concept(category, (HL7 + 'communication-category', *kind)) if kind else concept(category)],
            medium=[concept('Portal', (HL7 + 'v3-ParticipationMode', *MEANS))], about=[ref(about)] if about else None,
            sent=at(when, hour, 12), received=at(when + (hour + 3) // 24, (hour + 3) % 24, 40) if read else None,
            sender=sender, recipient=[c.writer() if who else clinic_or(team)], payload=[{'contentString': words}])
        if papers:
            c.with_paper(previous, 'payload', [{'contentString': words}] + [
                {'contentAttachment': c.attach(previous, title, content, when, kind_of, hour)}
                for title, content, kind_of in papers])
        first = first or previous
    return first


def clinic_or(who):
    return ref(CLINIC, 'Northfield Family Clinic') if who == 'clinic' else staff(who)


def sheet(title, name, paragraphs):
    """A handout as a page."""
    letter = Letter('clinic', title, [('For', name), ('From', STAFF['hofmann'][0] + ' Hofmann, diabetes educator')])
    for heading, words in paragraphs:
        letter.heading(heading)
        for line in words:
            letter.paragraph(line, indent=12, mark='\u2022')
    return letter.bytes()


def david(c):
    thread(c, 'Question about blood sugar at night', 'Question to the care team', [
        (-9, 21, None, 'Good evening. My sugar was 68 twice last week around three in the morning. Should I change '
         'anything?', True),
        (-8, 10, 'delgado', 'Thank you for writing it down. Do you eat before the late shift? Please measure at bedtime '
         'for a week, and keep something sweet beside the bed.', True),
        (-2, 20, None, 'I did: between 95 and 110 at bedtime, and no more lows since I eat an apple on the bus.', True),
        (-1, 15, 'okafor', 'Very good, and well observed. Leave the tablets as they are; we look at it together at your '
         'visit in a few days. Please bring the diary.', False)])
    thread(c, 'New result: blood sugar (HbA1c)', 'Result', [
        (-23, 12, 'okafor', 'Your HbA1c is the lowest since we know each other: 6.1. Well done, and thank you for all '
         'the walking. Nothing to change.', True)])
    thread(c, 'Result of the mole on your back', 'Result', [
        (-40, 16, 'okafor', 'Good news: the mole was harmless and is out completely. The full report is under Records. '
         'Nothing more to do; please let us look at your skin once a year.', True),
        (-40, 19, None, 'What a relief. Thank you for calling it so early.', True)])
    thread(c, 'Refill of lisinopril', 'Prescription', [
        (-85, 9, None, 'I picked up the last box of lisinopril today.', True),
        (-84, 11, 'vega', 'Noted. The next prescription needs a look at your kidneys; the blood test is booked.', True),
        (-1, 17, 'vega', 'Your request for lisinopril is here. Dr. Okafor signs it as soon as the blood test is back; '
         'you have tablets for five more days, so there will be no gap.', False)])
    thread(c, 'Eating on early shifts', 'Question to the care team', [
        (-34, 18, None, 'Could you send me the list of breakfasts again that we talked about? I lost the paper.', True),
        (-33, 9, 'hofmann', 'With pleasure. It is attached, two pages to hang on the fridge.', True,
         ('Breakfast before the early shift', sheet('Breakfast before the early shift', c.name, [
             ('Ready in five minutes', ['Oats with yogurt, nuts and berries', 'Two slices of whole-grain bread with '
                                        'cottage cheese and tomato', 'An egg, an apple and a handful of almonds']),
             ('To take along', ['Whole-grain wrap with turkey and salad', 'Carrot sticks and hummus', 'Plain yogurt '
                                'with half a banana']),
             ('Better left out', ['Juice and sweet drinks: water, tea or coffee instead', 'Sweet rolls and white '
                                  'toast', 'Cereal with sugar among the first three ingredients'])]),
          'application/pdf'))])
    thread(c, 'Change of our opening hours', 'Notice of the clinic', [
        (-12, 8, 'clinic', 'From next month the laboratory opens at seven on Tuesdays and Thursdays. All other hours '
         'stay as they are.', True)])
    thread(c, 'Before your diabetes check', 'Reminder', [
        (-1, 8, 'delgado', 'Hello David, your diabetes check is in a few days. Please answer the short form under Things '
         'to do, and come to the blood test the day before without breakfast.', False)])


def mia(c):
    thread(c, 'Peanut allergy and school', 'Question to the care team', [
        (-33, 8, None, 'Good morning, the new class teacher asks for a plan in writing in case Mia eats peanut by '
         'mistake. Can we get one?', True),
        (-32, 14, 'adeyemi', 'Of course. It is now under Records: "Emergency plan for school". Please show them how the '
         'pen works, too.', True),
        (-32, 19, None, 'Thank you, that was quick!', True)])
    thread(c, 'Red skin at the elbow', 'Question to the care team', [
        (-6, 20, None, 'Mia\'s elbow is red again since the cold days. I attach a picture. Should I start the cream?',
         True, ('Elbow', picture.skin(), 'image/png')),
        (-5, 11, 'adeyemi', 'Thank you for the picture, it helps. Yes: a thin layer once a day for five days, and the '
         'moisturizer twice a day. If it weeps or hurts, please come in.', False)])
    thread(c, 'Flu vaccination', 'Reminder', [
        (-3, 9, 'delgado', 'Hello Anna, Mia\'s flu vaccination was put off when she had a fever. There is a place for '
         'her soon; you find it under Appointments.', False)])


def eleanor(c):
    thread(c, 'Swollen ankles', 'Question to the care team', [
        (-20, 9, None, 'My ankles are thicker than last month and the scales say two kilograms more.', True),
        (-20, 15, 'raman', 'Thank you for telling us at once. Take one and a half water tablets for five days and weigh '
         'yourself each morning.', True),
        (-14, 9, None, 'Down by two kilograms, and the shoes fit again.', True),
        (-13, 12, 'raman', 'Good. Back to one tablet. We measure your salts at the next blood test.', False)])
    thread(c, 'Flu vaccination', 'Reminder', [
        (-90, 9, 'delgado', 'It is time for the flu vaccination; come any morning, no appointment needed.', True)])
    thread(c, 'Hearing aids', 'Question to the care team', [
        (-4, 10, None, 'The left one whistles again. Where do I go?', True),
        (-3, 11, 'delgado', 'To the technician in the Birch Street building; they expect you any afternoon.', False)])
    thread(c, 'Your wishes in writing', 'Question to the care team', [
        (-65, 14, None, 'I would like to look at my living will again with somebody. Nothing changed, but it has been a '
         'while.', True),
        (-64, 10, 'lindqvist', 'A good idea, Mrs. Whitfield. Let us take time for it at the medicine review; please '
         'bring Margaret along if you like.', True)])


def card(c, plan, number):
    """The two sides of an insurance card, as a page of the patient's own papers."""
    letter = Letter('clinic', 'Insurance card', [('Patient', c.name), ('Copied on', stamp(-20))])
    tint, pale = (0.16, 0.27, 0.5), (0.85, 0.9, 0.97)
    x, y, w, h = letter_card(letter, tint)
    letter.text(x + 18, y + 30, plan, 15, 'bold', (1, 1, 1))
    for n, (name, value) in enumerate((('Member', c.name), ('Member number', number), ('Group', 'NF-100'),
                                       ('Plan', 'Prairie Standard'))):
        letter.text(x + 18, y + 64 + n * 22, name, 8.5, color=pale)
        letter.text(x + 96, y + 64 + n * 22, value, 11, 'bold', (1, 1, 1))
    letter.text(x + w - 18, y + h - 16, 'Office visit $20   Urgent care $45', 8.5, color=pale, align='right')
    x, y, w, h = letter_card(letter, pale)
    for n, line in enumerate(('Questions about what is covered: 555-0170, day and night.',
                              'In an emergency call 911 or go to the nearest hospital.',
                              'Pharmacies: show the front side.', '1 Prairie Avenue, Northfield, MN 55057')):
        letter.text(x + 18, y + 36 + n * 24, line, 9.5)
    return letter.bytes()


def letter_card(letter, color):
    x, y, w, h = 120, letter.y + 26, 340, 214
    letter.rect(x, y, w, h, color)
    letter.y = y + h
    return x, y, w, h
