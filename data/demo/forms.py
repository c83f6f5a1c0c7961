# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions that the clinic asks: the forms, who is to answer which, and answers given.

PHQ-9 and GAD-7 may be used by anybody (Spitzer, Williams, Kroenke and colleagues).
"""
from clinic import CLINIC, staff
from words import HL7, LOINC, SNOMED, at, concept, day, ref

BASE = 'https://northfield-clinic.example/fhir/Questionnaire/'
OFTEN = [('LA6568-5', 'Not at all', 0), ('LA6569-3', 'Several days', 1),
         ('LA6570-1', 'More than half the days', 2), ('LA6571-9', 'Nearly every day', 3)]
HARD = [('LA6572-7', 'Not difficult at all', 0), ('LA6573-5', 'Somewhat difficult', 1),
        ('LA6575-0', 'Very difficult', 2), ('LA6574-3', 'Extremely difficult', 3)]
SCORE = 'http://hl7.org/fhir/StructureDefinition/ordinalValue'
PROBLEM = 'Over the last two weeks, how often have you been bothered by this?'

PHQ9 = [('44250-9', 'Little interest or pleasure in doing things'), ('44255-8', 'Feeling down, depressed, or hopeless'),
        ('44259-0', 'Trouble falling or staying asleep, or sleeping too much'),
        ('44254-1', 'Feeling tired or having little energy'), ('44251-7', 'Poor appetite or overeating'),
        ('44258-2', 'Feeling bad about yourself, or that you are a failure or have let yourself or your family down'),
        ('44252-5', 'Trouble concentrating on things, such as reading the newspaper or watching television'),
        ('44253-3', 'Moving or speaking so slowly that other people could have noticed? Or the opposite, being so '
                    'fidgety or restless that you have been moving around a lot more than usual'),
        ('44260-8', 'Thoughts that you would be better off dead or of hurting yourself in some way')]
GAD7 = [('69725-0', 'Feeling nervous, anxious, or on edge'), ('68509-9', 'Not being able to stop or control worrying'),
        ('69733-4', 'Worrying too much about different things'), ('69734-2', 'Trouble relaxing'),
        ('69735-9', 'Being so restless that it is hard to sit still'),
        ('69689-8', 'Becoming easily annoyed or irritable'),
        ('69736-7', 'Feeling afraid as if something awful might happen')]
# linkId: (words, type, choices or None)
VISIT = [('reason', 'What would you like to talk about?', 'text', None),
         ('since', 'Since when?', 'string', None),
         ('medicines', 'Do you take your medicines as they are listed here?', 'choice',
          ['Yes, all of them', 'Not always', 'Some I no longer take']),
         ('which', 'Which ones not, and why?', 'text', None),
         ('falls', 'Have you fallen in the last year?', 'boolean', None),
         ('pain', 'How strong is your pain today, from 0 (none) to 10?', 'integer', None),
         ('sugar', 'Have you had low blood sugar since the last visit?', 'boolean', None),
         ('interpreter', 'Would you like an interpreter?', 'boolean', None)]
HOME = [('dress', 'Do you dress without help?'), ('bathe', 'Do you bathe without help?'),
        ('shop', 'Do you shop for yourself?'), ('cook', 'Do you cook?'),
        ('phone', 'Do you use the telephone without help?'), ('stairs', 'Do you climb stairs?')]
SCHOOL = [('asthma', 'Does your child cough or wheeze when running?', 'boolean', None),
          ('sleep', 'How many hours does your child sleep?', 'integer', None),
          ('screen', 'How many hours a day in front of a screen?', 'choice', ['Less than one', 'One to two',
                                                                              'More than two']),
          ('worry', 'Is there anything you worry about?', 'text', None)]


def options(choices):
    return [{'extension': [{'url': SCORE, 'valueDecimal': score}],
             'valueCoding': {'system': LOINC, 'code': code, 'display': words}} for code, words, score in choices]


def plain(rows):
    items = []
    for link, words, kind, choices in rows:
        item = {'linkId': link, 'text': words, 'type': kind, 'required': link in ('reason', 'medicines')}
        if choices:
            item['answerOption'] = [{'valueString': c} for c in choices]
        if link == 'which':
            item['enableWhen'] = [{'question': 'medicines', 'operator': '!=', 'answerString': 'Yes, all of them'}]
        if link == 'pain':
            item['extension'] = [{'url': 'http://hl7.org/fhir/StructureDefinition/minValue', 'valueInteger': 0},
                                 {'url': 'http://hl7.org/fhir/StructureDefinition/maxValue', 'valueInteger': 10}]
        items.append(item)
    return items


def scored(name, code, rows):
    items = [{'linkId': 'intro', 'text': PROBLEM, 'type': 'display'}]
    items += [{'linkId': c, 'code': [{'system': LOINC, 'code': c}], 'text': words, 'type': 'choice', 'required': True,
               'answerOption': options(OFTEN)} for c, words in rows]
    items.append({'linkId': '69722-7', 'code': [{'system': LOINC, 'code': '69722-7'}], 'type': 'choice',
                  'required': False, 'answerOption': options(HARD),
                  'text': 'If you checked off any problems, how difficult have these made it for you to do your work, '
                          'take care of things at home, or get along with other people?'})
    return items + [{'linkId': code, 'code': [{'system': LOINC, 'code': code}], 'text': f'{name} total',
                     'type': 'integer', 'readOnly': True}]


def form(chart, id_, title, purpose, items, code=None):
    chart.add('Questionnaire', id_, url=BASE + id_, version='1', name=''.join(w.capitalize() for w in id_.split('-')),
              title=title, status='active', subjectType=['Patient'], publisher='Northfield Family Clinic',
              description=purpose, code=[{'system': LOINC, 'code': code[0], 'display': code[1]}] if code else None,
              item=items)


def make(chart):
    form(chart, 'phq-9', 'How have you been? (PHQ-9)', 'Nine questions about mood. The care team reads the answers '
         'within two working days; in a crisis call or text 988 at any hour.', scored('PHQ-9', '44261-6', PHQ9),
         ('44249-1', 'PHQ-9 quick depression assessment panel [Reported.PHQ]'))
    form(chart, 'gad-7', 'Worries and nerves (GAD-7)', 'Seven questions about worry and restlessness.',
         scored('GAD-7', '70274-6', GAD7), ('69737-5', 'Generalized anxiety disorder 7 item (GAD-7)'))
    form(chart, 'before-your-visit', 'Before your visit', 'Two minutes that leave more time for you at the visit.',
         plain(VISIT))
    form(chart, 'living-at-home', 'Living at home', 'What goes well alone, and where help would be good.',
         plain([(link, words, 'boolean', None) for link, words in HOME]))
    form(chart, 'school-child', 'Your child at school age', 'For the yearly check-up.', plain(SCHOOL))


def to_do(c, form_id, title, when, due, who='delgado', focus=None, words=None):
    """Asks the patient to answer a form."""
    return c.add('Task', status='requested', intent='order', priority='routine', description=words or title,
                 code=concept('Fill in a form'), focus=ref(f'Questionnaire/{form_id}', title),
                 basedOn=[ref(focus)] if focus else None,
                 authoredOn=at(when, 8), lastModified=at(when, 8), requester=staff(who), owner=c.writer(),
                 restriction={'period': {'end': at(due, 8)}}, **{'for': c.bare})


def answered(c, form_id, title, when, answers, hour=18):
    """answers: (linkId, question, answer as a FHIR value); returns the response."""
    return c.add('QuestionnaireResponse', status='completed', subject=c.bare, authored=at(when, hour),
                 author=c.writer(), source=c.writer(), questionnaire=BASE + form_id,
                 _questionnaire={'extension': [{'url': 'http://hl7.org/fhir/StructureDefinition/display',
                                                'valueString': title}]},
                 item=[{'linkId': link, 'text': words, 'answer': [answer]} for link, words, answer in answers])


def score(c, form_id, name, title, code, rows, when, values):
    """A scored form with its sum as a result of its own."""
    answers = [(link, words, {'valueCoding': {'extension': [{'url': SCORE, 'valueDecimal': v}], 'system': LOINC,
                                              'code': OFTEN[v][0], 'display': OFTEN[v][1]}})
               for (link, words), v in zip(rows, values)]
    answers.append((code[0], f'{name} total', {'valueInteger': sum(values)}))
    response = answered(c, form_id, title, when, answers)
    return c.observation('survey', title, (LOINC, *code), when, {'valueInteger': sum(values)}, 18, who='delgado',
                         derivedFrom=[ref(response)],
                         referenceRange=[{'high': {'value': 4}, 'text': '0 to 4: hardly any complaints'}])


def david(c):
    for when, values in ((-760, (2, 2, 2, 2, 1, 1, 1, 0, 0)), (-580, (1, 1, 2, 1, 1, 0, 1, 0, 0)),
                         (-390, (1, 1, 1, 1, 0, 0, 0, 0, 0)), (-24, (0, 0, 1, 1, 0, 0, 0, 0, 0))):
        score(c, 'phq-9', 'PHQ-9', 'How have you been? (PHQ-9)', (
            '44261-6', 'Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]'), PHQ9, when, values)
    score(c, 'gad-7', 'GAD-7', 'Worries and nerves (GAD-7)', (
        '70274-6', 'Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]'), GAD7, -390,
          (1, 0, 1, 1, 0, 0, 0))
    to_do(c, 'before-your-visit', 'Before your visit', -2, 3, focus=c.next_visit,
          words='Please answer before your diabetes check.')
    to_do(c, 'gad-7', 'Worries and nerves (GAD-7)', -2, 10, 'okafor', words='A yearly look, seven questions.')


def mia(c):
    answered(c, 'school-child', 'Your child at school age', -43, [
        ('asthma', SCHOOL[0][1], {'valueBoolean': False}), ('sleep', SCHOOL[1][1], {'valueInteger': 10}),
        ('screen', SCHOOL[2][1], {'valueString': 'Less than one'}),
        ('worry', SCHOOL[3][1], {'valueString': 'Only the peanuts at birthday parties.'})])
    to_do(c, 'before-your-visit', 'Before your visit', -3, 12, words='Please answer before the flu vaccination.')


def eleanor(c):
    answered(c, 'living-at-home', 'Living at home', -99, [
        (link, words, {'valueBoolean': link in ('dress', 'cook', 'phone')}) for link, words in HOME], 10)
    to_do(c, 'before-your-visit', 'Before your visit', -2, 8, words='Please answer before the pacemaker check.')


RENEWAL = (SNOMED, '103742009', 'Renewal of prescription')


def refill(c, request, title, status, asked, stage=None, why=None, changed=None, owner='vega', output=None, note=None):
    """A request for more of a medicine, and how far it has come."""
    return c.add('Task', status=status, intent='order', priority='routine',
                 code=concept('Renewal of prescription', RENEWAL), description=f'More {title}',
                 focus=ref(request, title), authoredOn=at(asked, 18, 20),
                 lastModified=at(asked if changed is None else changed, 17, 5), requester=c.patient,
                 owner=staff(owner), businessStatus=concept(stage) if stage else None,
                 statusReason=concept(why) if why else None, note=[{'text': note}] if note else None,
                 output=[{'type': concept('New prescription'), 'valueReference': ref(output, title)}] if output
                 else None, **{'for': c.bare})


def check_in(c, visit, when):
    """Before some visits the clinic wants to know that one comes, and that card and contact are right."""
    return c.add('Task', status='requested', intent='order', code=concept('Check in'),
                 description='Check in for your visit', note=[{
                     'text': 'Tell us that you come, and that your address, phone and insurance are still right.'}],
                 focus=ref(visit), authoredOn=at(-2, 7), requester=ref(CLINIC, 'Northfield Family Clinic'),
                 owner=c.writer(), restriction={'period': {'start': at(-2, 7), 'end': at(when, 9)}},
                 **{'for': c.bare})


def recommended(c, when, rows):
    """Vaccinations that are due: (title, CVX, display, due, words)."""
    return c.add('ImmunizationRecommendation', patient=c.bare, date=day(when),
                 authority=ref(CLINIC, 'Northfield Family Clinic'), recommendation=[{
                     'vaccineCode': [concept(title, ('http://hl7.org/fhir/sid/cvx', cvx, display))],
                     'forecastStatus': concept('Due', (HL7 + 'immunization-recommendation-status', 'due', 'Due')),
                     'description': words,
                     'dateCriterion': [{'code': concept('Due', (LOINC, '30980-7', 'Date vaccine due')),
                                        'value': at(due, 0)}]} for title, cvx, display, due, words in rows])
