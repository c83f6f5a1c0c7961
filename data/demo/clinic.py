# SPDX-License-Identifier: GPL-3.0-or-later
"""The invented clinic: its organizations, places and people (the directory)."""
from words import HL7, SNOMED, Chart, concept, narrative, ref

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

# id: (given, family, prefix, gender, job, SNOMED specialty, phone)
STAFF = {
    'okafor': ('Amara', 'Okafor', 'Dr.', 'female', 'Family doctor', ('419772000', 'Family practice'), '555-0111'),
    'adeyemi': ('Samuel', 'Adeyemi', 'Dr.', 'male', 'Children\'s doctor', ('394537008', 'Pediatric specialty'),
                '555-0112'),
    'lindqvist': ('Henrik', 'Lindqvist', 'Dr.', 'male', 'Internal medicine', ('419192003', 'Internal medicine'),
                  '555-0113'),
    'raman': ('Priya', 'Raman', 'Dr.', 'female', 'Heart specialist', ('394579002', 'Cardiology'), '555-0114'),
    'delgado': ('Rosa', 'Delgado', None, 'female', 'Nurse', ('722138006', 'Nursing'), '555-0115'),
    'hofmann': ('Lena', 'Hofmann', None, 'female', 'Diabetes educator', ('722164000', 'Dietetics'), '555-0116'),
    'vega': ('Tomás', 'Vega', None, 'male', 'Pharmacist', ('722166003', 'Pharmacy'), '555-0117'),
    'nakamura': ('Keiko', 'Nakamura', 'Dr.', 'female', 'Eye doctor', ('394594003', 'Ophthalmology'), '555-0118'),
    'bauer': ('Jonas', 'Bauer', 'Dr.', 'male', 'Bone and joint surgeon', ('394801008', 'Trauma and orthopedics'),
              '555-0119'),
    'osei': ('Grace', 'Osei', None, 'female', 'Physiotherapist', ('722140001', 'Physiotherapy'), '555-0120'),
}


def name_of(who):
    given, family, prefix = STAFF[who][:3]
    return ' '.join(filter(None, (prefix, given, family)))


def staff(who):
    """A reference to a person of the clinic, with the name to show."""
    return ref(f'Practitioner/{who}', name_of(who))


def address(line, zip_code='55057'):
    return {'use': 'work', 'line': [line], 'city': 'Northfield', 'state': 'MN', 'postalCode': zip_code,
            'country': 'US'}


def organization(chart, id_, name, kind, phone, line):
    chart.add('Organization', id_, active=True, name=name,
              type=[concept(kind, (HL7 + 'organization-type', 'pay' if 'plan' in kind else 'prov'))],
              telecom=[{'system': 'phone', 'value': phone, 'use': 'work'}], address=[address(line)])


def place(chart, id_, name, description, owner, line, physical='bu'):
    chart.add('Location', id_, status='active', name=name, description=description, mode='instance',
              telecom=[{'system': 'phone', 'value': '555-0100', 'use': 'work'}], address=address(line),
              physicalType=concept(name, (HL7 + 'location-physical-type', physical)),
              managingOrganization=ref(owner))


def person(chart, who):
    given, family, prefix, gender, job, specialty, phone = STAFF[who]
    name = {'use': 'official', 'family': family, 'given': [given]}
    if prefix:
        name['prefix'] = [prefix]
    chart.add('Practitioner', who, active=True, name=[name], gender=gender,
              identifier=[{'system': 'http://hl7.org/fhir/sid/us-npi', 'value': '19999' + phone[-4:] + '7'}],
              telecom=[{'system': 'phone', 'value': phone, 'use': 'work'}])
    chart.add('PractitionerRole', f'{who}-role', active=True, practitioner=staff(who),
              organization=ref(CLINIC, 'Northfield Family Clinic'),
              location=[ref(MAIN_SITE, 'Northfield Family Clinic')],
              code=[concept(job)], specialty=[concept(job, (SNOMED, *specialty))],
              telecom=[{'system': 'phone', 'value': phone, 'use': 'work'}],
              availableTime=[{'daysOfWeek': ['mon', 'tue', 'wed', 'thu', 'fri'],
                              'availableStartTime': '08:00:00', 'availableEndTime': '17:00:00'}])


def make():
    chart = Chart('clinic', 1)
    organization(chart, 'northfield-clinic', 'Northfield Family Clinic', 'Clinic', '555-0100', '12 Birch Street')
    organization(chart, 'northfield-laboratory', 'Northfield Laboratory', 'Laboratory', '555-0130', '12 Birch Street')
    organization(chart, 'lakeside-imaging', 'Lakeside Imaging', 'Imaging center', '555-0140', '80 Lake Road')
    organization(chart, 'lakeside-hospital', 'Lakeside Hospital', 'Hospital', '555-0150', '80 Lake Road')
    organization(chart, 'birch-street-pharmacy', 'Birch Street Pharmacy', 'Pharmacy', '555-0160', '15 Birch Street')
    organization(chart, 'prairie-health-plan', 'Prairie Health Plan', 'Health plan', '555-0170', '1 Prairie Avenue')
    place(chart, 'northfield-main', 'Northfield Family Clinic', 'Ground floor, entrance from the garden; step-free',
          CLINIC, '12 Birch Street')
    place(chart, 'northfield-lab-room', 'Laboratory, room 4', 'Blood tests without an appointment from 8 to 10',
          LAB, '12 Birch Street', 'ro')
    place(chart, 'lakeside-ward', 'Lakeside Hospital', 'Main entrance; ask at the desk for the ward', HOSPITAL,
          '80 Lake Road')
    place(chart, 'northfield-video', 'Video visit', 'The link arrives as a message before the visit', CLINIC,
          '12 Birch Street', 'vi')
    for who in STAFF:
        person(chart, who)
    for id_, name, category in (('family-medicine', 'Family medicine', 'General Practice'),
                                ('diabetes-care', 'Diabetes care', 'Specialist Medical'),
                                ('blood-tests', 'Blood tests', 'Pathology')):
        chart.add('HealthcareService', id_, active=True, providedBy=ref(CLINIC, 'Northfield Family Clinic'),
                  name=name, category=[concept(category)], location=[ref(MAIN_SITE, 'Northfield Family Clinic')],
                  comment='Bring your card and a list of your medicines.', appointmentRequired=id_ != 'blood-tests',
                  text=narrative(f'{name} at Northfield Family Clinic.'))
    return chart
