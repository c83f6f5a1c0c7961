# SPDX-License-Identifier: GPL-3.0-or-later
"""The words the sample records are written in: dates, codes, and one class that collects a chart.

Every date stands relative to ANCHOR; `cairn-portal --demo` moves them by whole days to today. So no
text may name a date, and no code may look like one (`check` refuses both).
"""
import datetime
import html
import random
import re

ANCHOR = datetime.date(2024, 1, 1)

LOINC = 'http://loinc.org'
SNOMED = 'http://snomed.info/sct'
RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm'
CVX = 'http://hl7.org/fhir/sid/cvx'
UCUM = 'http://unitsofmeasure.org'
HL7 = 'http://terminology.hl7.org/CodeSystem/'
US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-'

DATE = re.compile(r'\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?$')
DATE_KEYS = {'birthDate', 'start', 'end', 'date', 'issued', 'authoredOn', 'created', 'recorded', 'recordedDate',
             'onsetDateTime', 'abatementDateTime', 'effectiveDateTime', 'occurrenceDateTime', 'performedDateTime',
             'sent', 'received', 'collectedDateTime', 'receivedTime', 'whenHandedOver', 'whenPrepared', 'startDate',
             'statusDate', 'dueDate', 'expirationDate', 'authored', 'creation', 'servicedDate', 'started',
             'dateAsserted', 'dateTime', 'time', 'recordedOn', 'createdDateTime', 'lastModified', 'value'}


def day(offset):
    """A date `offset` days from the anchor."""
    return (ANCHOR + datetime.timedelta(days=offset)).isoformat()


def at(offset, hour=9, minute=0):
    return f'{day(offset)}T{hour:02}:{minute:02}:00+00:00'


def stamp(offset):
    """A date for words on paper and in notes, which `cairn-portal --demo` moves as well."""
    return f'{ANCHOR + datetime.timedelta(days=offset):%d %b %Y}'.replace(' ', '\u00a0')


def month(offset):
    return day(offset)[:7]


def year(offset):
    return day(offset)[:4]


def years(n):
    """The offset of n years before the anchor."""
    return -round(n * 365.25)


def coding(system, code, display=None):
    return {'system': system, 'code': code, **({'display': display} if display else {})}


def concept(text, *codings):
    """A CodeableConcept: plain words first, the clinical codes beside them."""
    out = {'coding': [coding(*c) for c in codings]} if codings else {}
    return {**out, 'text': text}


def status_code(system, code):
    return {'coding': [coding(HL7 + system, code)]}


def quantity(value, unit, code=None):
    return {'value': value, 'unit': unit, 'system': UCUM, 'code': code or unit}


def narrative(*paragraphs):
    body = ''.join(f'<p>{html.escape(p)}</p>' for p in paragraphs)
    return {'status': 'generated', 'div': f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'}


def story(title, parts):
    """A narrative in sections: (heading, [paragraphs]); a heading that is the title is left out."""
    body = ''.join(('' if h == title else f'<h3>{html.escape(h)}</h3>') + ''.join(
        f'<p>{html.escape(p)}</p>' for p in ps) for h, ps in parts if ps)
    return {'status': 'generated', 'div': f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'}


def ref(reference, display=None):
    return {'reference': reference, **({'display': display} if display else {})}


CATEGORY = {
    'laboratory': concept('Test result', (HL7 + 'observation-category', 'laboratory', 'Laboratory')),
    'vital-signs': concept('Vital signs', (HL7 + 'observation-category', 'vital-signs', 'Vital Signs')),
    'social-history': concept('Life and habits', (HL7 + 'observation-category', 'social-history', 'Social History')),
    'survey': concept('Questionnaire', (HL7 + 'observation-category', 'survey', 'Survey')),
    'imaging': concept('Imaging', (HL7 + 'observation-category', 'imaging', 'Imaging')),
    'procedure': concept('Procedure', (HL7 + 'observation-category', 'procedure', 'Procedure')),
    'exam': concept('Examination', (HL7 + 'observation-category', 'exam', 'Exam')),
}

FLAGS = {'H': 'High', 'L': 'Low', 'N': 'Normal', 'HH': 'Critical high', 'LL': 'Critical low', 'A': 'Abnormal'}

# Laboratory tests: key -> (plain title, LOINC, LOINC name, unit, UCUM, low, high, decimals)
TESTS = {
    'hba1c': ('Blood sugar (HbA1c)', '4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood', '%', '%', 4.0, 5.6, 1),
    'glucose': ('Blood sugar (fasting glucose)', '1558-6', 'Fasting glucose [Mass/volume] in Serum or Plasma',
                'mg/dL', 'mg/dL', 70, 99, 0),
    'cholesterol': ('Total cholesterol', '2093-3', 'Cholesterol [Mass/volume] in Serum or Plasma', 'mg/dL', 'mg/dL',
                    None, 200, 0),
    'ldl': ('LDL cholesterol', '13457-7', 'Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation',
            'mg/dL', 'mg/dL', None, 100, 0),
    'hdl': ('HDL cholesterol', '2085-9', 'Cholesterol in HDL [Mass/volume] in Serum or Plasma', 'mg/dL', 'mg/dL', 40,
            None, 0),
    'triglycerides': ('Triglycerides', '2571-8', 'Triglyceride [Mass/volume] in Serum or Plasma', 'mg/dL', 'mg/dL',
                      None, 150, 0),
    'creatinine': ('Kidney (creatinine)', '2160-0', 'Creatinine [Mass/volume] in Serum or Plasma', 'mg/dL', 'mg/dL',
                   0.6, 1.3, 2),
    'egfr': ('Kidney (eGFR)', '98979-8', 'Glomerular filtration rate by CKD-EPI 2021', 'mL/min/1.73 m²',
             'mL/min/{1.73_m2}', 60, None, 0),
    'acr': ('Protein in urine (albumin/creatinine)', '9318-7', 'Albumin/Creatinine [Mass Ratio] in Urine', 'mg/g',
            'mg/g', None, 30, 0),
    'potassium': ('Potassium', '2823-3', 'Potassium [Moles/volume] in Serum or Plasma', 'mmol/L', 'mmol/L', 3.5, 5.1,
                  1),
    'sodium': ('Sodium', '2951-2', 'Sodium [Moles/volume] in Serum or Plasma', 'mmol/L', 'mmol/L', 136, 145, 0),
    'urea': ('Kidney (urea nitrogen)', '3094-0', 'Urea nitrogen [Mass/volume] in Serum or Plasma', 'mg/dL', 'mg/dL',
             7, 20, 0),
    'calcium': ('Calcium', '17861-6', 'Calcium [Mass/volume] in Serum or Plasma', 'mg/dL', 'mg/dL', 8.6, 10.2, 1),
    'alt': ('Liver (ALT)', '1742-6', 'Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma', 'U/L',
            'U/L', 7, 56, 0),
    'ast': ('Liver (AST)', '1920-8', 'Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma',
            'U/L', 'U/L', 10, 40, 0),
    'hemoglobin': ('Hemoglobin', '718-7', 'Hemoglobin [Mass/volume] in Blood', 'g/dL', 'g/dL', 12.0, 15.5, 1),
    'hematocrit': ('Hematocrit', '4544-3', 'Hematocrit [Volume Fraction] of Blood by Automated count', '%', '%', 36,
                   46, 1),
    'white-cells': ('White blood cells', '6690-2', 'Leukocytes [#/volume] in Blood by Automated count', '10³/µL',
                    '10*3/uL', 4.0, 11.0, 1),
    'platelets': ('Platelets', '777-3', 'Platelets [#/volume] in Blood by Automated count', '10³/µL', '10*3/uL', 150,
                  400, 0),
    'mcv': ('Red cell size (MCV)', '787-2', 'MCV [Entitic volume] by Automated count', 'fL', 'fL', 80, 100, 0),
    'tsh': ('Thyroid (TSH)', '3016-3', 'Thyrotropin [Units/volume] in Serum or Plasma', 'mIU/L', 'm[IU]/L', 0.4, 4.5,
            2),
    'ferritin': ('Iron store (ferritin)', '2276-4', 'Ferritin [Mass/volume] in Serum or Plasma', 'ng/mL', 'ng/mL', 15,
                 150, 0),
    'vitamin-d': ('Vitamin D', '1989-3', '25-hydroxyvitamin D3 [Mass/volume] in Serum or Plasma', 'ng/mL', 'ng/mL',
                  30, 100, 0),
    'b12': ('Vitamin B12', '2132-9', 'Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma', 'pg/mL', 'pg/mL',
            200, 900, 0),
    'inr': ('Blood thinning (INR)', '6301-6', 'INR in Platelet poor plasma by Coagulation assay', 'INR', '{INR}', 2.0,
            3.0, 1),
    'nt-probnp': ('Heart strain (NT-proBNP)', '33762-6',
                  'Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma', 'pg/mL', 'pg/mL',
                  None, 450, 0),
    'crp': ('Inflammation (CRP)', '1988-5', 'C reactive protein [Mass/volume] in Serum or Plasma', 'mg/L', 'mg/L',
            None, 5, 1),
    'lead': ('Lead in blood', '10368-9', 'Lead [Mass/volume] in Capillary blood', 'µg/dL', 'ug/dL', None, 3.5, 1),
}

PANELS = {
    'cbc': ('Blood count', '58410-2', 'CBC panel - Blood by Automated count',
            ['hemoglobin', 'hematocrit', 'white-cells', 'platelets', 'mcv']),
    'lipids': ('Cholesterol panel', '57698-3', 'Lipid panel with direct LDL - Serum or Plasma',
               ['cholesterol', 'ldl', 'hdl', 'triglycerides']),
    'metabolic': ('Kidney, liver and salts', '24323-8', 'Comprehensive metabolic panel - Serum or Plasma',
                  ['glucose', 'sodium', 'potassium', 'calcium', 'urea', 'creatinine', 'egfr', 'alt', 'ast']),
    'kidney': ('Kidney check', '24362-6', 'Renal function panel - Serum or Plasma',
               ['creatinine', 'egfr', 'potassium', 'urea']),
}

VITALS = {
    'heart-rate': ('Heart rate', '8867-4', 'Heart rate', 'beats/min', '/min'),
    'breathing': ('Breathing rate', '9279-1', 'Respiratory rate', 'breaths/min', '/min'),
    'temperature': ('Temperature', '8310-5', 'Body temperature', '°C', 'Cel'),
    'oxygen': ('Oxygen saturation', '59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry', '%', '%'),
    'weight': ('Weight', '29463-7', 'Body weight', 'kg', 'kg'),
    'height': ('Height', '8302-2', 'Body height', 'cm', 'cm'),
    'bmi': ('Body mass index (BMI)', '39156-5', 'Body mass index (BMI) [Ratio]', 'kg/m²', 'kg/m2'),
    'head': ('Head size', '9843-4', 'Head Occipital-frontal circumference', 'cm', 'cm'),
    'bmi-percentile': ('BMI for age (percentile)', '59576-9', 'Body mass index (BMI) [Percentile] Per age and sex',
                       '%', '%'),
    'height-percentile': ('Height for age (percentile)', '8303-0', 'Body height [Percentile]', '%', '%'),
    'weight-percentile': ('Weight for age (percentile)', '8336-0', 'Body weight [Percentile] Per age and sex', '%',
                          '%'),
}


def check(resource, where=''):
    """Refuses a text that names a date and a code that looks like one."""
    def walk(value, key):
        if isinstance(value, dict):
            for k, v in value.items():
                walk(v, k)
        elif isinstance(value, list):
            for v in value:
                walk(v, key)
        elif isinstance(value, str):
            if DATE.match(value) and key not in DATE_KEYS:
                raise ValueError(f'{where}: {key} looks like a date: {value}')
            if key in ('div', 'text', 'contentString', 'conclusion', 'description', 'comment') \
                    and re.search(r'\b(19|20)\d\d\b', value.replace('1999/xhtml', '')):
                raise ValueError(f'{where}: a text names a year: {value}')
    walk(resource, '')


class Chart:
    """Collects resources; ids are PREFIX-kind-number, so that they stay the same from run to run."""

    def __init__(self, prefix, seed):
        self.prefix = prefix
        self.random = random.Random(seed)
        self.resources = []
        self.numbers = {}

    def add(self, kind, id_=None, **members):
        """Adds a resource and returns its reference; members that are None are left out."""
        if id_ is None:
            number = self.numbers[kind] = self.numbers.get(kind, 0) + 1
            id_ = f'{self.prefix}-{kind.lower()}-{number}'
        resource = {'resourceType': kind, 'id': id_}
        resource.update({k: v for k, v in members.items() if v is not None})
        check(resource, f'{kind}/{id_}')
        self.resources.append(resource)
        return f'{kind}/{id_}'

    def bundle(self):
        return {'resourceType': 'Bundle', 'type': 'transaction', 'entry': [
            {'resource': r, 'request': {'method': 'PUT', 'url': f'{r["resourceType"]}/{r["id"]}'}}
            for r in self.resources]}

    def around(self, value, spread, decimals=0):
        drawn = self.random.gauss(value, spread)
        return round(drawn, decimals) if decimals else int(round(drawn))
