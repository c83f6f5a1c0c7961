#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the screen says for every resource of ../shared/data/visible.

Prints each screen into build/screens/, and holds them against rules that need no table of ours: no code, address, number
of a machine or empty word where a person reads, nothing twice, and nothing lost. Whether an element is lost is asked by
changing it: a screen that stays the same has not said it. What may be left out stands in LEFT_OUT, with the reason.
"""
import copy
import json
import lzma
import os
import re
import subprocess
import sys

SOURCE = os.environ['CAIRN_SOURCE']
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
import tap  # noqa: E402

VISIBLE = os.environ.get('CAIRN_VISIBLE', '')
OUT = os.path.join(os.environ['CAIRN_BUILD'], 'screens')
FOLDERS = ['r4-examples', 'us-core', 'ips', 'german', 'workflow', 'patients', 'huge', 'access']
ANSWERS = 3    # CAIRN_FACT_SECTION_ANSWERS: several questions may well have the same answer
TEXT = 4       # CAIRN_FACT_SECTION_TEXT
SAMPLE = 6     # resources of a type and shape that are looked at in one file

# Resource types that are nobody's record: what a program says to a program.
NOT_RECORDS = set('''ActivityDefinition Binary Bundle CapabilityStatement ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap
    EffectEvidenceSynthesis EventDefinition ExampleScenario GraphDefinition ImplementationGuide Library Linkage Measure MessageDefinition
    MessageHeader NamingSystem OperationDefinition OperationOutcome Parameters PlanDefinition Questionnaire ResearchDefinition
    ResearchElementDefinition RiskEvidenceSynthesis SearchParameter SpecimenDefinition StructureDefinition StructureMap Subscription
    Substance SubstanceSpecification TerminologyCapabilities TestReport TestScript ValueSet VerificationResult Evidence EvidenceVariable
    CatalogEntry'''.split())

# Paths that the screen leaves out, and why.
LEFT_OUT = [
    (r'(^|\.)(meta|implicitRules|language|contained|text)(\.|$)', 'about the file, or the same in prose; the narrative is shown as it is'),
    (r'(^|\.)(id|_\w+)(\.|$)', 'a name for machines'),
    (r'(^|\.)(extension|modifierExtension)(\.|$)', 'only who defined it knows what it says; a modifier brings the warning'),
    (r'\.(system|version|userSelected)$', 'which dictionary a code is from'),
    (r'(^|\.)(subject|patient|beneficiary)(\.|$)', 'the person whose record it is'),
    (r'(^|\.)(sequence|linkId|uid|\w+Sequence)$', 'counts and names for programs'),
    (r'(^|\.)(identifier|address|name|telecom|contact\.\w+)\.(use|rank|type|period)(\.|$)', 'how it is filed; what is no longer in use is called so'),
    (r'(^|\.)identifier\.(type|assigner)(\.|$)', 'whose number it is; said where it has words'),
    (r'(^|\.)address\.(line|city|postalCode|state|country|district)$', 'the same again in parts, where the address has a text'),
    (r'^(result|hasMember)\.display$', 'a result is called what it is called itself'),
    (r'^(header|payloadMimeType)$', 'how programs talk with each other; may be a secret'),
    (r'^content\.format(\.|$)', 'how programs read it'),
    (r'^class\.display$', 'which sort of visit, for which there are better words'),
    (r'Age\.unit$', 'a year, however it is written'),
    (r'^section\.mode$', 'how a section was put together'),
    (r'\.(contentType|data|hash|url|language|format\.code)$', 'of an attachment: it is opened, not read out'),
]


def read(path):
    opener = lzma.open if path.endswith('.xz') else open
    with opener(path, 'rb') as file:
        return json.loads(file.read().decode('utf-8'))


def shape(value):
    if isinstance(value, dict):
        return tuple(sorted((k, shape(v)) for k, v in value.items() if k not in ('text', 'meta', 'extension')))
    if isinstance(value, list):
        return shape(value[0]) if value else ()
    return ()


def resolved(bundle):
    """The bundle with the references inside it as a server stores them."""
    text = json.dumps(bundle)
    for entry in bundle.get('entry', []):
        inside = entry.get('resource') if isinstance(entry, dict) else None
        if isinstance(inside, dict) and 'id' in inside and entry.get('fullUrl'):
            text = text.replace(f'"reference": "{entry["fullUrl"]}"', f'"reference": "{inside["resourceType"]}/{inside["id"]}"')
    return json.loads(text)


def resources(document):
    if not isinstance(document, dict):
        return
    if document.get('resourceType') == 'Bundle':
        if len(document.get('entry', [])) < 3000:
            document = resolved(document)
        for entry in document.get('entry', []):
            if isinstance(entry, dict):
                yield from resources(entry.get('resource'))
    elif 'resourceType' in document:
        yield document


def line(document):
    return json.dumps(document, ensure_ascii=False, separators=(',', ':')) + '\n'


def screens(program, names, documents):
    text = ''.join(map(line, names)) + '\n' + ''.join(map(line, documents))
    run = subprocess.run([program], input=text.encode(), stdout=subprocess.PIPE, check=True)
    got = [json.loads(x) for x in run.stdout.decode().splitlines()]
    assert len(got) == len(documents), (len(got), len(documents))
    return got


def words(screen):
    """All that a person reads, as (where, text)."""
    yield 'title', screen['title']
    for name in ('term', 'value', 'line', 'unit', 'warning'):
        if screen[name]:
            yield name, screen[name]
    for fact in screen['facts']:
        if fact['heading']:
            yield 'heading', fact['heading']
        yield 'label', fact['label']
        yield fact['label'] if fact['section'] != TEXT else 'text', fact['text']


def show(screen):
    out = [f"[{screen['kind']}] {screen['title']}"]
    out += [f'  ({screen["term"]})'] if screen['term'] else []
    out += [f'  = {screen["line"]} {screen["unit"] or ""} {screen["level"] or ""}'] if screen['line'] else []
    out += [f'  ! {screen["warning"]}'] if screen['warning'] else []
    heading = None
    for fact in screen['facts']:
        if fact['heading'] != heading:
            heading = fact['heading']
            out.append(f'  -- {heading} --')
        mark = {4: '~', 5: '!'}.get(fact['role'], ' ')
        out.append(f'  {mark}{fact["label"]}: ' + fact['text'].replace('\n', '\n      ') + (' >' if fact['reference'] else ''))
    if screen['narrative']:
        out.append(f'  narrative of {len(screen["narrative"])} characters')
    return '\n'.join(out) + '\n\n'


RULES = [
    ('a raw instant', re.compile(r'\d{4}-\d\d-\d\d(T|\b)')),
    ('JSON', re.compile(r'[{}]|\bnull\b|\(null\)')),
    ('an address of a machine', re.compile(r'urn:|https?://(terminology\.|snomed|loinc|hl7|www\.hl7)')),
    ('a code with hyphens', re.compile(r'^[a-z]+(-[a-z]+)+$', re.M)),
    ('a name in camelCase', re.compile(r'\b[a-z]+[A-Z][a-z]+[A-Za-z]*\b')),
    ('a reference', re.compile(r'\b(Patient|Observation|Condition|Encounter|Practitioner(Role)?|Organization|Location|Procedure|Medication\w*|'
                               r'DiagnosticReport|ServiceRequest|Device|Goal|CarePlan|Claim|Coverage|Group|Questionnaire\w*)/[A-Za-z0-9.-]+')),
    ('a bare code', re.compile(r'^[0-9]{2,}-[0-9]$|^[0-9]{6,18}$')),
]
TRUE_OF_SOURCE = re.compile(r'nanoLiters|mmHg|mL|dL|kPa|mEq|mOsm|pH|[A-Z]/[A-Z]')


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get('reference'), str):
            yield value['reference']
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from references(member)


def faults(screen, resource, here):
    """What is wrong with a screen; what the source itself wrote in its own prose is not ours."""
    source = json.dumps(resource, ensure_ascii=False)
    prose = set(re.findall(r'"(?:text|display|description|title|comment|name|valueString|contentString|conclusion|value|line|family|url|patientInstruction|unit|number|path)":"?((?:[^"\\]|\\.)*)', source.replace('": "', '":"')))
    prose = ' '.join(prose)
    if not screen['title'].strip():
        yield 'no title'
    for where, text in words(screen):
        if not text.strip():
            yield f'{where}: empty'
        for name, rule in RULES:
            found = rule.search(text)
            if where == 'text' or not found or TRUE_OF_SOURCE.search(found.group()) or json.dumps(found.group(), ensure_ascii=False)[1:-1] in prose:
                continue
            if name == 'a bare code' and where not in ('title', 'term'):
                continue
            yield f'{where}: {name}: {text[:120]!r}'
    inside = {'#' + str(x.get('id')) for x in resource.get('contained', [])}
    if all(x in here or x in inside for x in references(resource)) and any('(not here)' in text for _, text in words(screen)):
        yield 'calls missing what is here'
    seen = set()
    for fact in screen['facts']:
        if len(fact['text'].encode()) > 20100:
            yield 'too long: ' + fact['label']
        key = (fact['heading'], fact['label'], fact['text'], fact['reference'] or fact['section'] == ANSWERS and len(seen))
        if key in seen:
            yield f'twice: {fact["label"]}: {fact["text"][:80]!r}'
        seen.add(key)


def leaves(value, path=()):
    if isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, path + (name,))
    elif isinstance(value, list):
        for i, member in enumerate(value):
            yield from leaves(member, path + (i,))
    elif value is not None:
        yield path, value


def dotted(path):
    return '.'.join(x for x in path if isinstance(x, str))


def changed(document, path, value):
    other = copy.deepcopy(document)
    at = other
    for step in path[:-1]:
        at = at[step]
    if isinstance(value, bool):
        at[path[-1]] = not value
    elif isinstance(value, (int, float)):
        at[path[-1]] = value + 3
    elif re.fullmatch(r'\d{4}(-\d\d){0,2}(T.*)?', value):
        at[path[-1]] = ('1907' if value[:4] != '1907' else '1908') + value[4:]
    elif re.fullmatch(r'\d\d:\d\d(:\d\d)?', value):
        at[path[-1]] = '03:17:00'
    else:
        at[path[-1]] = value + ' q'
    return other


def left_out(path):
    return any(re.search(rule, path) for rule, why in LEFT_OUT)


def said_in_words(document, path):
    """A code or a reference that has words beside it, or a dictionary's words where the clinic wrote its own."""
    around = [document]
    for step in path[:-1]:
        around.append(around[-1][step])
    last, parent = path[-1], around[-1]
    if any(str(x.get('reference')).startswith('Patient/') for y in around if isinstance(y, dict) for x in (y, y.get('actor'), y.get('member')) if isinstance(x, dict)):
        return True
    if last == 'reference' or (last == 'type' and ('reference' in parent or 'display' in parent)):
        return True
    if last not in ('code', 'display'):
        return False
    if len(path) > 2 and path[-3] == 'coding':
        concept = around[-3]
        return 'text' in concept or any('display' in x for x in concept['coding']) or parent is not concept['coding'][0]
    return last == 'code' and ('display' in parent or 'unit' in parent)


def load():
    """folder/file → the resources of it that are looked at; and all, for their names."""
    chosen, known = {}, []
    for folder in FOLDERS:
        base = os.path.join(VISIBLE, folder)
        for name in sorted(os.listdir(base)) if os.path.isdir(base) else []:
            if '.json' not in name:
                continue
            taken, count = [], {}
            for resource in resources(read(os.path.join(base, name))):
                known.append(resource)
                if resource['resourceType'] in NOT_RECORDS:
                    continue
                key = (resource['resourceType'], shape(resource) if folder in ('patients', 'huge') else '')
                count[key] = count.get(key, 0) + 1
                if count[key] <= SAMPLE if folder in ('patients', 'huge') else count[key] <= 200:
                    taken.append(resource)
            if taken:
                chosen[f'{folder}/{name}'] = taken
    return chosen, known


def lost(program, known, documents):
    """type.path → how often a change there left the screen the same."""
    asked = []
    for document in documents:
        for path, value in leaves(document):
            where = dotted(path)
            machine = isinstance(value, str) and re.match(r'(urn:|https?://)\S*$', value)
            if where != 'resourceType' and not machine and not left_out(where) and not said_in_words(document, path):
                asked.append((document, path, value))
    gone = {}
    before = dict(zip(map(id, documents), screens(program, known, documents)))
    after = screens(program, known, [changed(*x) for x in asked])
    for (document, path, value), screen in zip(asked, after):
        old = before[id(document)]
        if screen == old and not (isinstance(value, str) and any(value.strip() in text for _, text in words(old))):
            where = document['resourceType'] + '.' + dotted(path)
            gone.setdefault(where, []).append(value)
    return gone


def main():
    if not os.path.isdir(VISIBLE):
        tap.unavailable('no ../shared/data')
        return tap.done()
    program = sys.argv[1]
    chosen, known = load()
    os.makedirs(OUT, exist_ok=True)
    everything = [r for rs in chosen.values() for r in rs]
    said = iter(screens(program, known, everything))
    here = {f'{r["resourceType"]}/{r["id"]}' for r in known if isinstance(r.get('id'), str)}
    bad = {}
    for name, documents in chosen.items():
        mine = [next(said) for _ in documents]
        with open(os.path.join(OUT, name.replace('/', '-') + '.txt'), 'w', encoding='utf-8') as out:
            out.writelines(show(s) for s in mine)
        wrong = [f'{r["resourceType"]}/{r.get("id")}: {x}' for s, r in zip(mine, documents) for x in faults(s, r, here)]
        if wrong:
            bad[name] = wrong
        tap.point(not wrong, name, '\n'.join(wrong))
    few, seen = [], {}
    for document in everything:
        key = (document['resourceType'], shape(document))
        seen[key] = seen.get(key, 0) + 1
        if seen[key] == 1:
            few.append(document)
    gone = lost(program, known, few)
    with open(os.path.join(OUT, 'lost.txt'), 'w', encoding='utf-8') as out:
        out.writelines(f'{k}: {len(v)}: {v[0]!r:.80}\n' for k, v in sorted(gone.items()))
    tap.point(not gone, 'nothing is lost', '\n'.join(f'{k}: {v[0]!r:.80}' for k, v in sorted(gone.items())))
    return tap.done()


if __name__ == '__main__':
    sys.exit(main())
