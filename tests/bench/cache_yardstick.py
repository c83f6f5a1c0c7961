# SPDX-License-Identifier: GPL-3.0-or-later
"""The yardstick of bringing a chart in: python's json and sqlite3, unencrypted, the same columns.

cache_yardstick.py DB PAGE… prints its seconds of CPU and the number of resources. The columns,
indexes and searchable words are those of src/client/cairn-cache.c; its SQLite may be too old for
contentless_delete.
"""
import html
import json
import re
import resource
import sqlite3
import sys

DATES = ('effectiveDateTime', 'issued', 'onsetDateTime', 'recordedDate', 'authoredOn', 'occurrenceDateTime',
         'performedDateTime', 'date',
         'created', 'sent', 'start')
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


def row(r, text):
    title, term = concept(r.get('code') or r.get('type') or r.get('vaccineCode')
                          or r.get('medicationCodeableConcept'))
    quantity = r.get('valueQuantity') or {}
    value = quantity.get('value', r.get('valueString'))
    meta = r.get('meta', {})
    date = date_of(r)
    flags = 1 if r.get('status') == 'entered-in-error' else 0
    return (r['resourceType'], r['id'], meta.get('versionId'), meta.get('lastUpdated'), r['resourceType'].lower(), 1,
            date,
            date and date[:19], title or r['resourceType'], term, None if value is None else str(value),
            quantity.get('unit'),
            concept(r.get('interpretation'))[0], r.get('status'), flags, text)


def main():
    before = resource.getrusage(resource.RUSAGE_SELF)
    db = sqlite3.connect(sys.argv[1])
    db.executescript('''
        PRAGMA journal_mode=WAL;
        CREATE TABLE resource (place INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version TEXT,
          updated TEXT, kind TEXT NOT NULL, timeline INTEGER NOT NULL, date TEXT, start INTEGER, title TEXT NOT NULL,
          term TEXT, value TEXT, unit TEXT, interpretation TEXT, status TEXT, flags INTEGER NOT NULL, text TEXT NOT NULL);
        CREATE UNIQUE INDEX resource_id ON resource (type, id);
        CREATE INDEX resource_timeline ON resource (timeline) WHERE timeline = 1;
        CREATE INDEX resource_kind ON resource (kind);
        CREATE VIRTUAL TABLE words USING fts5 (text, content='', tokenize='unicode61 remove_diacritics 2');''')
    count = 0
    for path in sys.argv[2:]:
        with open(path, encoding='utf-8') as file:
            bundle = json.load(file)
        with db:
            for entry in bundle['entry']:
                r = entry['resource']
                found = []
                words(r, found)
                text = json.dumps(r, ensure_ascii=False, separators=(',', ':'))
                place = db.execute('INSERT INTO resource (type, id, version, updated, kind, timeline, date, start, title, term, value, unit, '
                                   'interpretation, status, flags, text) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)',
                                   row(r, text)).lastrowid
                db.execute('INSERT INTO words (rowid, text) VALUES (?, ?)', (place, ' '.join(found)))
                count += 1
    db.close()
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(f'{after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.3f} {count}')


main()
