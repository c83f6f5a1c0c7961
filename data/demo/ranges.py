# SPDX-License-Identifier: GPL-3.0-or-later
"""What is usual for whom, and the units that the laboratory has changed."""
from words import HL7, LOINC, SNOMED, TESTS, concept, quantity, years

TESTS_SYSTEM = 'https://northfield-clinic.example/fhir/CodeSystem/laboratory-tests'
SI_SINCE = years(4.6)       # from this day on the laboratory reports sugar and fats by amount of substance

# key: (LOINC, its name, factor from mg/dL, decimals), in mmol/L
SI = {
    'glucose': ('14771-0', 'Fasting glucose [Moles/volume] in Serum or Plasma', 0.0555, 1),
    'cholesterol': ('14647-2', 'Cholesterol [Moles/volume] in Serum or Plasma', 0.02586, 1),
    'ldl': ('22748-8', 'Cholesterol in LDL [Moles/volume] in Serum or Plasma', 0.02586, 1),
    'hdl': ('14646-4', 'Cholesterol in HDL [Moles/volume] in Serum or Plasma', 0.02586, 1),
    'triglycerides': ('14927-8', 'Triglyceride [Moles/volume] in Serum or Plasma', 0.01129, 1),
}

# key: (sex or None, (from, to) in years, low, high); those without a row here have one range for all
BY_PERSON = {
    'hemoglobin': [('male', (18, None), 13.5, 17.5), ('female', (18, None), 12.0, 15.5), (None, (0.5, 2), 10.5, 13.5),
                   (None, (2, 6), 11.5, 13.5), (None, (6, 12), 11.5, 15.5)],
    'hematocrit': [('male', (18, None), 41, 50), ('female', (18, None), 36, 46), (None, (2, 6), 34, 40),
                   (None, (6, 12), 35, 45)],
    'mcv': [(None, (18, None), 80, 100), (None, (2, 6), 75, 87), (None, (6, 12), 77, 95)],
    'white-cells': [(None, (18, None), 4.0, 11.0), (None, (2, 6), 5.0, 15.5), (None, (6, 12), 4.5, 13.5)],
    'ferritin': [('male', (18, None), 30, 400), ('female', (18, None), 15, 150), (None, (0, 18), 7, 140)],
    'creatinine': [('male', (18, None), 0.74, 1.35), ('female', (18, None), 0.59, 1.04), (None, (2, 12), 0.3, 0.7)],
    'hdl': [('male', (18, None), 40, None), ('female', (18, None), 50, None)],
    'alt': [('male', (18, None), 7, 55), ('female', (18, None), 7, 45)],
    'nt-probnp': [(None, (18, 50), None, 450), (None, (50, 75), None, 900), (None, (75, None), None, 1800)],
}
PEOPLE = {'male': ('Men', ('248153007', 'Male')), 'female': ('Women', ('248152002', 'Female'))}


def measure(key, when):
    """(title, LOINC, its name, unit, UCUM, factor, decimals) of a test on a day."""
    text, code, display, unit, ucum, _, _, decimals = TESTS[key]
    if key in SI and when >= SI_SINCE:
        code, display, factor, decimals = SI[key]
        return text, code, display, 'mmol/L', 'mmol/L', factor, decimals
    return text, code, display, unit, ucum, 1, decimals


def codings(key, code, display):
    """LOINC tells amounts in grams and in moles apart; the laboratory's own code stays the same."""
    return ((LOINC, code, display), (TESTS_SYSTEM, key, TESTS[key][0]))


def rounded(value, decimals):
    return round(value, decimals) if decimals else int(round(value))


def fits(row, sex, age):
    return row[0] in (None, sex) and row[1][0] <= age and (row[1][1] is None or age < row[1][1])


def words_of(row, sex_said, unit, low, high):
    sex, (start, end) = row[:2]
    who = PEOPLE[sex][0] if sex_said and sex else 'Adults' if start >= 18 and end is None and not sex_said else None
    if (start, end) != (18, None):
        span = f'{start} years and older' if end is None else f'below {end} years' if not start else \
            f'{start} to {end} years' if start >= 1 else f'{round(start * 12)} months to {end} years'
        who = f'{who}, {span}' if who else span
    limits = f'{low} to {high} {unit}' if None not in (low, high) else \
        f'above {low} {unit}' if high is None else f'below {high} {unit}'
    return f'{who}: {limits}' if who else limits


def ranges(key, when, sex, age):
    """(referenceRange, low, high): all that the laboratory prints, and the limits for this person."""
    _, _, _, unit, ucum, factor, decimals = measure(key, when)
    everyone = [(None, (0, None), *TESTS[key][5:7])]
    rows = BY_PERSON.get(key, everyone)
    grown = age >= 18
    shown = [r for r in rows if (r[1][0] >= 18) == grown and (key == 'nt-probnp' or grown or fits(r, sex, age))] \
        if rows is not everyone else rows
    out = []
    for row in shown:
        low, high = (None if v is None else rounded(v * factor, decimals) for v in row[2:])
        limits = {k: quantity(v, unit, ucum) for k, v in (('low', low), ('high', high)) if v is not None}
        if row[0]:
            limits['appliesTo'] = [concept(PEOPLE[row[0]][0], (SNOMED, *PEOPLE[row[0]][1]))]
        if row[1] != (0, None) and rows is not everyone:
            limits['age'] = {k: quantity(v, 'years', 'a') for k, v in (('low', row[1][0]), ('high', row[1][1]))
                             if v is not None}
        limits['text'] = words_of(row, True, unit, low, high) if rows is not everyone else \
            words_of((None, (18, None)), True, unit, low, high)
        if len(shown) > 1:
            limits['type'] = concept('Usual', (HL7 + 'referencerange-meaning', 'normal', 'Normal Range'))
        out.append(limits)
    mine = next((r for r in rows if fits(r, sex, age)), everyone[0])
    return out, *(None if v is None else rounded(v * factor, decimals) for v in mine[2:])
