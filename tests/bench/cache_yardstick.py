# SPDX-License-Identifier: GPL-3.0-or-later
"""The yardstick of bringing a chart in: python's json and sqlite3, unencrypted, the same columns.

cache_yardstick.py DB PAGE… prints its seconds of CPU and the number of resources. The columns,
indexes and searchable words are those of src/client/cairn-cache.c; its SQLite may be too old for
contentless_delete.
"""
import datetime
import html
import json
import re
import resource
import sqlite3
import sys

DATES = ('effectiveDateTime', 'issued', 'onsetDateTime', 'recordedDate', 'authoredOn', 'occurrenceDateTime',
         'performedDateTime', 'date',
         'created', 'sent', 'start')
DIRECTORY = ('Organization/', 'Practitioner/', 'PractitionerRole/', 'Location/', 'Medication/', 'HealthcareService/')
TAGS = re.compile(r'<[^>]*>')
# as in src/fhir/cairn-search-text.c
SPOKEN = {'text', 'display', 'title', 'description', 'name', 'family', 'given', 'conclusion', 'comment', 'note',
          'valueString',
          'patientInstruction', 'contentString', 'city', 'code', 'unit', 'lotNumber', 'instructionText'}


def concept(value):
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict):
        return None, None
    display = next((c.get('display') for c in value.get('coding', []) if c.get('display')), None)
    return value.get('text') or display, display


def date_of(r):
    for name in DATES:
        if name in r:
            return r[name]
    for name in ('period', 'effectivePeriod', 'performedPeriod', 'billablePeriod'):
        if name in r:
            return r[name].get('start')
    return None


def words(value, out):
    if isinstance(value, dict):
        for key, v in value.items():
            if isinstance(v, dict):
                words(v, out)
            elif isinstance(v, list):
                if key in SPOKEN:
                    out.extend(e for e in v if isinstance(e, str))
                words(v, out)
            elif isinstance(v, str):
                if key in SPOKEN:
                    out.append(v)
                elif key == 'div':
                    out.append(html.unescape(TAGS.sub(' ', v)))
    else:
        for v in value:
            if isinstance(v, (dict, list)):
                words(v, out)


def seconds_of(date):
    """The UTC start of a FHIR date in seconds since 1970, None without one."""
    if not date:
        return None
    whole = date + '0001-01-01T00:00:00+00:00'[len(date):] if len(date) < 11 else date.replace('Z', '+00:00')
    return int(datetime.datetime.fromisoformat(whole).timestamp())


def references(value, out):
    for v in value.values() if isinstance(value, dict) else value:
        if isinstance(v, (dict, list)):
            references(v, out)
    if isinstance(value, dict):
        target = value.get('reference')
        if isinstance(target, str) and target.startswith(DIRECTORY):
            out.add(tuple(target.split('/')))


def row(r, place, start, text):
    title, term = concept(r.get('code') or r.get('type') or r.get('vaccineCode')
                          or r.get('medicationCodeableConcept'))
    quantity = r.get('valueQuantity') or {}
    value = quantity.get('value', r.get('valueString'))
    meta = r.get('meta', {})
    flags = 1 if r.get('status') == 'entered-in-error' else 0
    return (place, r['resourceType'], r['id'], meta.get('versionId'), meta.get('lastUpdated'),
            r['resourceType'].lower(), 1, date_of(r), start, title or r['resourceType'], term,
            None if value is None else str(value), quantity.get('unit'), concept(r.get('interpretation'))[0],
            r.get('status'), flags, text)


def store(db, bundle, number):
    wanted = set()
    for entry in bundle['entry']:
        r = entry['resource']
        found = []
        words(r, found)
        references(r, wanted)
        start = seconds_of(date_of(r))
        place = number if start is None else (start + 62135596800) << 23 | number
        text = json.dumps(r, ensure_ascii=False, separators=(',', ':'))
        db.execute('INSERT INTO resource VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)', row(r, place, start, text))
        db.execute('INSERT INTO words (rowid, text) VALUES (?, ?)', (place, ' '.join(found)))
        number += 1
    db.executemany('INSERT OR IGNORE INTO wanted (type, id) VALUES (?, ?)', wanted)
    return number


def main():
    before = resource.getrusage(resource.RUSAGE_SELF)
    db = sqlite3.connect(sys.argv[1])
    db.executescript('''
        PRAGMA journal_mode=WAL;
        CREATE TABLE resource (place INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version TEXT,
          updated TEXT, kind TEXT NOT NULL, timeline INTEGER NOT NULL, date TEXT, start INTEGER,
          title TEXT NOT NULL, term TEXT, value TEXT, unit TEXT, interpretation TEXT, status TEXT,
          flags INTEGER NOT NULL, text TEXT NOT NULL);
        CREATE UNIQUE INDEX resource_id ON resource (type, id);
        CREATE INDEX resource_timeline ON resource (timeline) WHERE timeline = 1;
        CREATE INDEX resource_kind ON resource (kind);
        CREATE VIRTUAL TABLE words USING fts5 (text, content='', tokenize='unicode61 remove_diacritics 2');
        CREATE TABLE wanted (type TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (type, id)) WITHOUT ROWID;''')
    count = 0
    for path in sys.argv[2:]:
        with open(path, encoding='utf-8') as file:
            bundle = json.load(file)
        with db:
            count = store(db, bundle, count)
    db.close()
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(f'{after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.3f} {count}')


main()
