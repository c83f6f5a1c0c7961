# SPDX-License-Identifier: GPL-3.0-or-later
"""The invented clinic: its organizations, places and people (the directory)."""
from words import HL7, SNOMED, US_CORE, Chart, concept, ref

CLINIC = 'Organization/northfield-clinic'
LAB = 'Organization/northfield-laboratory'
IMAGING = 'Organization/lakeside-imaging'
HOSPITAL = 'Organization/lakeside-hospital'
PHARMACY = 'Organization/birch-street-pharmacy'
PLAN = 'Organization/prairie-health-plan'
MAIN_SITE = 'Location/northfield-main'
LAB_SITE = 'Location/northfield-lab-room'
HOSPITAL_SITE = 'Location/lakeside-ward'
VIDEO = 'Location/northfield-video'
IMAGING_SITE = 'Location/lakeside-imaging-desk'
NPI = 'http://hl7.org/fhir/sid/us-npi'

# id: (name, second line, phone, street)
PHARMACIES = {
    'birch-street-pharmacy': ('Birch Street Pharmacy', 'Next door to the clinic; open until 8 in the evening',
                              '555-0160', '15 Birch Street'),
    'lakeside-pharmacy': ('Lakeside Pharmacy', 'In the hospital, open day and night', '555-0161', '80 Lake Road'),
    'mill-road-pharmacy': ('Mill Road Pharmacy', 'Drive-through and home delivery', '555-0162', '102 Mill Road'),
}

# id: (given, family, prefix, gender, job, SNOMED specialty, SNOMED role, phone)
STAFF = {
    'okafor': ('Amara', 'Okafor', 'Dr.', 'female', 'Family doctor', ('419772000', 'Family practice'),
               ('62247001', 'Family medicine specialist'), '555-0111'),
    'adeyemi': ('Samuel', 'Adeyemi', 'Dr.', 'male', 'Children\'s doctor', ('394537008', 'Pediatric specialty'),
                ('82296001', 'Pediatrician'), '555-0112'),
    'lindqvist': ('Henrik', 'Lindqvist', 'Dr.', 'male', 'Internal medicine', ('419192003', 'Internal medicine'),
                  ('309343006', 'Physician'), '555-0113'),
    'raman': ('Priya', 'Raman', 'Dr.', 'female', 'Heart specialist', ('394579002', 'Cardiology'),
              ('17561000', 'Cardiologist'), '555-0114'),
    'delgado': ('Rosa', 'Delgado', None, 'female', 'Nurse', None,
                ('224535009', 'Registered nurse'), '555-0115'),
    'hofmann': ('Lena', 'Hofmann', None, 'female', 'Diabetes educator', ('722164000', 'Dietetics and nutrition'),
                ('159033005', 'Dietitian'), '555-0116'),
    'vega': ('Tomás', 'Vega', None, 'male', 'Pharmacist', None, ('46255001', 'Pharmacist'), '555-0117'),
    'nakamura': ('Keiko', 'Nakamura', 'Dr.', 'female', 'Eye doctor', ('394594003', 'Ophthalmology'),
                 ('422234006', 'Ophthalmologist'), '555-0118'),
    'bauer': ('Jonas', 'Bauer', 'Dr.', 'male', 'Bone and joint surgeon', ('394801008', 'Trauma and orthopedics'),
              ('22731001', 'Orthopedic surgeon'), '555-0119'),
    'osei': ('Grace', 'Osei', None, 'female', 'Physiotherapist', ('722138006', 'Physiotherapy'),
             ('36682004', 'Physiotherapist'), '555-0120'),
    'moreau': ('Claire', 'Moreau', 'Dr.', 'female', 'Radiologist', ('394914008', 'Radiology'),
               ('66862007', 'Radiologist'), '555-0141'),
    'ito': ('Hana', 'Ito', 'Dr.', 'female', 'Pathologist', ('394597005', 'Histopathology'),
            ('61207006', 'Medical pathologist'), '555-0131'),
}


# Who share the answering of messages. id: (name, what it is for, hours until an answer, people)
POOLS = {
    'care-questions': ('Questions to the care team', 'How you feel, results, what to do next', 48, ('okafor', 'delgado')),
    'medicines': ('Medicines and refills', 'Refills, side effects, pharmacies', 24, ('vega', 'delgado')),
    'front-office': ('Appointments and papers', 'Visits, letters, forms and insurance', 72, ('delgado',)),
}
REPLY_HOURS = 'https://cairnhealth.github.io/fhir/reply-hours'


def name_of(who):
    given, family, prefix = STAFF[who][:3]
    return ' '.join(filter(None, (prefix, given, family)))


def staff(who):
    """A reference to a person of the clinic, with the name to show."""
    return ref(f'Practitioner/{who}', name_of(who))


def address(line, zip_code='55057'):
    return {'use': 'work', 'line': [line], 'city': 'Northfield', 'state': 'MN', 'postalCode': zip_code,
            'country': 'US'}


def npi(n):
    """A provider number in the right form that nobody has: real ones begin with 1 or 2."""
    digits = f'99999{n:04}'
    total = 24 + sum(int(d) if i % 2 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(digits))
    return digits + str(-total % 10)


def organization(chart, id_, name, kind, phone, line, alias=None):
    code, title = ('pay', 'Payer') if 'plan' in kind else ('prov', 'Healthcare Provider')
    chart.add('Organization', id_, meta={'profile': [US_CORE + 'organization']}, active=True, name=name,
              identifier=[{'system': NPI, 'value': npi(int(phone[-4:]))}], alias=[alias] if alias else None,
              type=[concept(kind, (HL7 + 'organization-type', code, title))],
              telecom=[{'system': 'phone', 'value': phone, 'use': 'work'}], address=[address(line)])


def place(chart, id_, name, description, owner, line, physical=('bu', 'Building'), phone='555-0100', link=None):
    telecom = [{'system': 'phone', 'value': phone, 'use': 'work'}]
    if link:
        telecom.insert(0, {'system': 'url', 'value': link, 'use': 'work'})
    chart.add('Location', id_, meta={'profile': [US_CORE + 'location']}, status='active', name=name,
              description=description, mode='instance', telecom=telecom, address=address(line),
              physicalType=concept(physical[1], (HL7 + 'location-physical-type', *physical)),
              managingOrganization=ref(owner),
              hoursOfOperation=None if physical[0] == 'vi' else [{
                  'daysOfWeek': ['mon', 'tue', 'wed', 'thu', 'fri'], 'openingTime': '08:00:00',
                  'closingTime': '17:00:00'}])


def person(chart, who):
    given, family, prefix, gender, job, specialty, role, phone = STAFF[who]
    house = {'moreau': (IMAGING, 'Lakeside Imaging', IMAGING_SITE), 'ito': (LAB, 'Northfield Laboratory', LAB_SITE)}.get(
        who, (CLINIC, 'Northfield Family Clinic', MAIN_SITE))
    name = {'use': 'official', 'family': family, 'given': [given]}
    if prefix:
        name['prefix'] = [prefix]
    chart.add('Practitioner', who, meta={'profile': [US_CORE + 'practitioner']}, active=True, name=[name],
              gender=gender, identifier=[{'system': NPI, 'value': npi(int(phone[-4:]))}],
              telecom=[{'system': 'phone', 'value': phone, 'use': 'work'}],
              communication=[concept(t, ('urn:ietf:bcp:47', c, t)) for c, t in (('en', 'English'), ('es', 'Spanish'))]
              if who in ('delgado', 'vega') else [concept('English', ('urn:ietf:bcp:47', 'en', 'English'))])
    chart.add('PractitionerRole', f'{who}-role', meta={'profile': [US_CORE + 'practitionerrole']}, active=True,
              practitioner=staff(who), organization=ref(house[0], house[1]), location=[ref(house[2])],
              code=[concept(job, (SNOMED, *role))],
              specialty=[concept(job, (SNOMED, *specialty))] if specialty else None,
              healthcareService=[ref(f'HealthcareService/{pool}', POOLS[pool][0]) for pool in POOLS if who in POOLS[pool][3]] or None,
              telecom=[{'system': 'phone', 'value': phone, 'use': 'work'}],
              availableTime=[{'daysOfWeek': ['mon', 'tue', 'wed', 'thu', 'fri'],
                              'availableStartTime': '08:00:00', 'availableEndTime': '17:00:00'}])


def pool(chart, id_, name, about, hours):
    chart.add('HealthcareService', id_, extension=[{'url': REPLY_HOURS, 'valueInteger': hours}], active=True,
              providedBy=ref(CLINIC, 'Northfield Family Clinic'),
              category=[concept('Messages', ('https://cairnhealth.github.io/fhir/service', 'messages', 'Messages'))],
              name=name, comment=about, telecom=[{'system': 'phone', 'value': '555-0100', 'use': 'work'},
                                                 {'system': 'email', 'value': f'{id_}@northfield-clinic.example', 'use': 'work'}])


def make():
    chart = Chart('clinic', 1)
    organization(chart, 'northfield-clinic', 'Northfield Family Clinic', 'Clinic', '555-0100', '12 Birch Street')
    organization(chart, 'northfield-laboratory', 'Northfield Laboratory', 'Laboratory', '555-0130', '12 Birch Street')
    organization(chart, 'lakeside-imaging', 'Lakeside Imaging', 'Imaging center', '555-0140', '80 Lake Road')
    organization(chart, 'lakeside-hospital', 'Lakeside Hospital', 'Hospital', '555-0150', '80 Lake Road')
    for id_, (name, line_two, phone, street) in PHARMACIES.items():
        organization(chart, id_, name, 'Pharmacy', phone, street)
        place(chart, id_, name, line_two, f'Organization/{id_}', street, phone=phone)
    organization(chart, 'prairie-health-plan', 'Prairie Health Plan', 'Health plan', '555-0170', '1 Prairie Avenue')
    place(chart, 'northfield-main', 'Northfield Family Clinic', 'Ground floor, entrance from the garden; step-free',
          CLINIC, '12 Birch Street')
    place(chart, 'northfield-lab-room', 'Laboratory, room 4', 'Blood tests without an appointment from 8 to 10',
          LAB, '12 Birch Street', ('ro', 'Room'), '555-0130')
    place(chart, 'lakeside-imaging-desk', 'Lakeside Imaging', 'Second floor of the hospital; lift at the main '
          'entrance', IMAGING, '80 Lake Road', phone='555-0140')
    place(chart, 'lakeside-ward', 'Lakeside Hospital', 'Main entrance; ask at the desk for the ward', HOSPITAL,
          '80 Lake Road', phone='555-0150')
    place(chart, 'northfield-video', 'Video visit', 'Opens in your browser, ten minutes before the time', CLINIC,
          '12 Birch Street', ('vi', 'Virtual'), link='https://visit.northfield-clinic.example/')
    for id_, (name, about, hours, _) in POOLS.items():
        pool(chart, id_, name, about, hours)
    for who in STAFF:
        person(chart, who)
    return chart
