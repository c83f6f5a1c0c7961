# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be booked: services, the schedules of those who offer them, and free times.

Slots stand on each day of the next weeks; `cairn-portal --demo` closes those that come to a weekend.
"""
import random

from clinic import CLINIC, LAB_SITE, MAIN_SITE, VIDEO, staff
from words import HL7, at, concept, ref

DAYS = 28
CATEGORY = HL7 + 'service-category'
TYPE = HL7 + 'service-type'

# id: (name, category, type, minutes, who, where, words, what to bring)
SERVICES = {
    'family-medicine': ('Visit with your family doctor', ('17', 'General Practice'), ('124', 'General Practice'), 20,
                        ('okafor', 'lindqvist'), MAIN_SITE, 'For new complaints, follow-ups and anything you are not '
                        'sure about.', 'Bring your insurance card and a list of your medicines.'),
    'check-up': ('Yearly check-up', ('17', 'General Practice'), ('124', 'General Practice'), 40,
                 ('okafor', 'lindqvist'), MAIN_SITE, 'A talk about your health, an examination, and the tests due at '
                 'your age.', 'Come without breakfast if blood is to be drawn; water is fine.'),
    'video-visit': ('Video visit', ('17', 'General Practice'), ('124', 'General Practice'), 15,
                    ('okafor', 'adeyemi', 'raman'), VIDEO, 'For what can be talked over: results, medicines, skin '
                    'seen in good light.', 'A quiet place and a charged phone or computer are all it takes.'),
    'child-health': ('Visit for a child', ('17', 'General Practice'), None, 20, ('adeyemi',),
                     MAIN_SITE, 'Well-child checks, fevers, rashes and questions.',
                     'Bring the vaccination card. A favorite toy helps.'),
    'diabetes-care': ('Diabetes care', ('27', 'Specialist Medical'), None, 30,
                      ('okafor', 'hofmann'), MAIN_SITE, 'Blood sugar, feet, food and medicines in one visit.',
                      'Bring your meter or diary.'),
    'heart-care': ('Heart and pacemaker clinic', ('27', 'Specialist Medical'), ('165', 'Cardiology'), 30, ('raman',),
                   MAIN_SITE, 'Checks of heart failure, rhythm and pacemakers.',
                   'Bring your pacemaker card and the weights of the last two weeks.'),
    'eye-care': ('Eye check', ('27', 'Specialist Medical'), None, 30, ('nakamura',), MAIN_SITE,
                 'Pictures of the retina, pressure and glasses.',
                 'The drops blur your sight for some hours: please do not drive.'),
    'physiotherapy': ('Physiotherapy', 'Allied Health', ('65', 'Physiotherapy'), 30, ('osei',), MAIN_SITE,
                      'Exercises for joints, back and balance.', 'Wear clothes you can move in.'),
    'vaccination': ('Vaccination', ('17', 'General Practice'), ('57', 'Immunization'), 10, ('delgado',), MAIN_SITE,
                    'Flu, COVID-19, tetanus, shingles and travel.', 'Wear short sleeves. We ask you to stay for '
                    'fifteen minutes after it.'),
    'blood-tests': ('Blood test', 'Laboratory', None, 10, ('delgado',), LAB_SITE,
                    'Ordered by your clinician; also without an appointment from 8 to 10.',
                    'If your letter says fasting: nothing but water for ten hours.'),
}

HOURS = (8, 9, 10, 11, 13, 14, 15, 16)
TAKEN = 0.78        # of the times of the first day; later ones are emptier


def categories(id_):
    category = SERVICES[id_][1]
    return [concept(category) if isinstance(category, str) else concept(category[1], (CATEGORY, *category))]


def types(id_):
    name, _, kind = SERVICES[id_][:3]
    return [concept(name, (TYPE, *kind)) if kind else concept(name)]


def service(chart, id_):
    name, _, _, _, _, where, words, bring = SERVICES[id_]
    chart.add('HealthcareService', id_, active=True, providedBy=ref(CLINIC, 'Northfield Family Clinic'), name=name,
              category=categories(id_), type=types(id_),
              location=[ref(where)], comment=words, extraDetails=bring, appointmentRequired=id_ != 'blood-tests',
              telecom=[{'system': 'phone', 'value': '555-0100', 'use': 'work'}],
              availableTime=[{'daysOfWeek': ['mon', 'tue', 'wed', 'thu', 'fri'], 'availableStartTime': '08:00:00',
                              'availableEndTime': '17:00:00'}],
              notAvailable=[{'description': 'Weekends and public holidays'}])


def schedule(chart, id_, who):
    """One person's times for one service."""
    name, _, _, minutes, _, where, words, _ = SERVICES[id_]
    specialty = next(r for r in chart.resources if r['id'] == f'{who}-role').get('specialty')
    made = chart.add('Schedule', f'{id_}-{who}', active=True, serviceCategory=categories(id_),
                     serviceType=types(id_), specialty=specialty,
                     actor=[staff(who), ref(where), ref(f'HealthcareService/{id_}', name)],
                     planningHorizon={'start': at(1, 0), 'end': at(DAYS, 23)}, comment=words)
    rng = random.Random(f'{id_} {who}')
    offers = [s for s, about in SERVICES.items() if who in about[4]]
    for day in range(1, DAYS + 1):
        for hour in HOURS:
            if offers[(hour + day) % len(offers)] != id_:          # each hour is for one service, so none overlap
                continue
            for start in range(0, 61 - minutes, minutes):
                if rng.random() < TAKEN - 0.01 * day:
                    continue
                end = start + minutes
                chart.add('Slot', f'{id_}-{who}-{day}-{hour}-{start}', schedule=ref(made), status='free',
                          serviceType=types(id_), specialty=specialty, start=at(day, hour, start),
                          end=at(day, hour + end // 60, end % 60))


def make(chart):
    for id_, about in SERVICES.items():
        service(chart, id_)
        for who in about[4]:
            schedule(chart, id_, who)
