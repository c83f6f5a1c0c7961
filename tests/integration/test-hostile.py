#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken and malicious pages: one assertion a line of CASES.tsv on what cairnctl prints."""
import datetime
import json
import os
import re
import socket
import subprocess
import threading
import time

import tap
from hostile_portal import HostilePortal
from portal import CAIRNCTL, VISIBLE, Client, read_bytes

FOLDER = os.path.join(VISIBLE, 'hostile-derived')
PATIENT = 'd78af07c-9cb9-4f31-9b11-c45a28f2eec8'


class Seen:
    """What cairnctl says after a sync of one page."""

    def __init__(self, name, client, portal):
        self.name, self.client, self.portal = name, client, portal
        path = os.path.join(FOLDER, name)
        self.raw = read_bytes(path if os.path.exists(path) else path + '.xz')
        self.sync = client('sync')
        self.code = client.code
        self.rows = client('list', 'all', '--limit', '1000', check=0)
        self.text = client.stdout
        self.text.encode('utf-8')                            # all of it valid UTF-8
        self.by_key = {f'{r["type"]}/{r["id"]}': r for r in self.rows}
        self.quarantine = client('quarantine', check=0)
        self.totals_agree()

    def totals_agree(self):
        for name, t in self.sync['types'].items():
            parts = sum(t[k] for k in ('stored', 'unchanged', 'deleted', 'quarantined'))
            assert t['received'] == parts, f'{name}: received {t["received"]}, accounted for {parts}'

    def resources(self):
        entries = json.loads(self.raw.decode('utf-8-sig'))['entry']
        return [e['resource'] for e in entries if isinstance(e, dict) and isinstance(e.get('resource'), dict)]

    def row(self, key):
        assert key in self.by_key, f'{key} is not listed: {sorted(self.by_key)[:20]}'
        return self.by_key[key]

    def screen(self, key, seconds=5):
        """What `cairnctl show` prints for people."""
        started = time.time()
        done = subprocess.run([CAIRNCTL, 'show', key], env=self.client.env, capture_output=True, timeout=60,
                              stdin=subprocess.DEVNULL)
        assert done.returncode == 0, f'show {key}: exit {done.returncode}: {done.stderr[-500:]!r}'
        assert time.time() - started < seconds, f'show {key} took {time.time() - started:.1f} s'
        return done.stdout.decode('utf-8')

    def reasons(self):
        return [(q.get('type'), q.get('id'), q.get('reason')) for q in self.quarantine]

    def quarantined(self, type_=None, id_=None):
        return [q for q in self.quarantine if (type_ is None or q.get('type') == type_)
                and (id_ is None or q.get('id') == id_)]

    def faulty(self, reason, key):
        """One entry is in quarantine for that reason, and is not among the records."""
        assert [q['reason'] for q in self.quarantine].count(reason) == 1, self.reasons()
        assert key not in self.by_key, f'{key} is listed'

    def refused(self, *words):
        """The page was told to be bad, and nothing of it was kept."""
        assert self.code in (1, 3), f'exit {self.code}'
        error = (self.sync['types'].get('Observation') or {}).get('error')
        assert error, f'no error told: {self.sync}'
        left = [k for k in self.by_key if k != f'Patient/{PATIENT}']
        assert not left, f'kept {left}'
        said = json.dumps(error).lower()
        assert not words or any(w in said for w in words), f'the error does not say what is wrong: {error}'


def own(seen, type_='Observation'):
    return [r for r in seen.resources() if r.get('resourceType') == type_ and r.get('id') != PATIENT]


def narrative_script(s):
    for r in own(s):
        key = f'Observation/{r["id"]}'
        assert s.row(key)['value'] == r['valueString'], s.row(key)
        s.screen(key)


def markup_in_strings(s):
    title = s.row('Condition/mk')['title']
    assert title == '&lt;not an entity&gt; &amp;amp; "quotes" \'apostrophes\'', title
    assert title in s.screen('Condition/mk')
    s.faulty('nul', 'Observation/m-421844862')


def unicode_(s):
    s.faulty('lone-surrogate', 'Observation/m-436624884')
    assert '\\ud800' not in s.text.lower() and '\ufffd' not in s.text


def long_strings(s):
    row = s.row('Observation/m-982890973')
    assert row['title'].startswith('LLLL'), row['title'][:40]
    s.screen('Observation/m-982890973', 3)


def start_of(text):
    """The UTC start of a legal FHIR date, to the millisecond."""
    m = re.fullmatch(r'(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d))?)?)?', text)
    year, month, day, hour, minute, second = (int(m[i] or (1 if i < 4 else 0)) for i in range(1, 7))
    leap = second == 60
    when = datetime.datetime(year, month, day, hour, minute, 59 if leap else second)
    if m[8] and m[8] != 'Z':
        sign = -1 if m[8][0] == '-' else 1
        when -= sign * datetime.timedelta(hours=int(m[8][1:3]), minutes=int(m[8][4:6]))
    return when + datetime.timedelta(seconds=1 if leap else 0)


def parsed(sort):
    return datetime.datetime.fromisoformat(re.sub(r'\.(\d+)', lambda m: '.' + (m[1] + '000000')[:6],
                                                  sort.rstrip('Z'))).replace(tzinfo=None)


def dates_valid(s):
    for r in own(s):
        row = s.row(f'Observation/{r["id"]}')
        written = r['effectiveDateTime']
        assert row['date'] == written, f'{written}: date {row["date"]}'
        assert row['sort'], f'{written}: no sort'
        gap = abs((parsed(row['sort']) - start_of(written)).total_seconds())
        assert gap <= 1, f'{written}: sorts as {row["sort"]}'
    order = [parsed(r['sort']) for r in s.rows if r['type'] == 'Observation']
    assert order == sorted(order, reverse=True), order


def dates_invalid(s):
    for r in own(s):
        row = s.row(f'Observation/{r["id"]}')
        written = r['effectiveDateTime']
        assert row['sort'] is None, f'{written!r} sorts as {row["sort"]}'
        assert row['date'] in (None, '', written, str(written)), f'{written!r} is shown as {row["date"]!r}'
        s.screen(f'Observation/{r["id"]}')


def date_absent(s):
    for r in own(s):
        row = s.row(f'Observation/{r["id"]}')
        assert row['date'] in (None, '') or row['date'] in json.dumps(r), f'{row["date"]!r} stands nowhere in it'


def values(s):
    want = {
        'm-91085006': ('1.1', '2.2', 'mg'), 'm-396734090': ('5',), 'm-809148757': ('1', '128'),
        'm-357189147': ('<', '8'), 'm-306730637': ('14:35',),
        'm-123745271': ('2013', '2014'), 'm-487515643': ('0',), 'm-34883660': ('LA9633-4',), 'm-943205670': ('5',),
    }
    for id_, parts in want.items():
        shown = s.screen(f'Observation/{id_}')
        missing = [p for p in parts if p not in shown]
        assert not missing, f'{id_}: {missing} not on screen: {shown!r}'
        assert s.row(f'Observation/{id_}')['value'] is not None, f'{id_}: no value in the list'
    assert 'cuff slipped' in s.screen('Observation/m-298830152') and '120' in s.screen('Observation/m-298830152')
    for r in own(s):
        s.screen(f'Observation/{r["id"]}')


def numbers(s):
    for r in own(s):
        key = f'Observation/{r["id"]}'
        at = s.raw.index(f'"id": "{r["id"]}"'.encode()) if f'"id": "{r["id"]}"'.encode() in s.raw else s.raw.index(f'"id":"{r["id"]}"'.encode())
        written = re.compile(rb'"valueQuantity":\s*\{\s*"value":\s*([^,}\s]+)').search(s.raw, at)[1].decode()
        value = s.row(key)['value']
        assert value is not None and written in value, f'{written} became {value}'
        assert written in s.screen(key), f'{written} is not on screen'
        shown = subprocess.run([CAIRNCTL, 'show', key, '--json'], env=s.client.env, capture_output=True,
                               text=True).stdout
        assert re.search(r'"value":\s*' + re.escape(written) + r'\s*[,}]', shown), f'show --json lost {written}'
    assert not re.search(r'\b(inf|nan|infinity)\b', s.text, re.I), 'inf or nan in the list'


def missing_required(s):
    with_id = [f'{r["resourceType"]}/{r["id"]}' for r in s.resources() if 'id' in r and r['id'] != PATIENT]
    for key in with_id:
        s.row(key)
        s.screen(key)
    without = [r['resourceType'] for r in s.resources() if 'id' not in r]
    got = sorted(q.get('type') or '' for q in s.quarantine)
    assert got == sorted(without), f'in quarantine {got}, wanted {sorted(without)}'


def wrong_types(s):
    for key in ('Observation/m-240541538', 'Condition/wt2'):
        s.row(key)
        s.screen(key)
    assert s.row('Observation/m-240541538')['status'] in (None, ''), s.row('Observation/m-240541538')


def modifier(s):
    for key in ('Observation/m-910240237', 'Condition/ref', 'MedicationRequest/dnp', 'Observation/m-732409176',
                'Immunization/nd'):
        row = s.row(key)
        plain = not row['flags'] and row['status'] in (None, '', 'active', 'final', 'completed', 'confirmed')
        assert not plain, f'{key} looks like a plain fact: {row}'
    assert 'entered-in-error' in s.row('Observation/m-910240237')['flags']


def references(s):
    for key in ('Observation/self', 'Encounter/ea', 'Encounter/eb', 'Observation/m-717395630'):
        s.row(key)
        s.screen(key, 2)


def deep(s):
    s.faulty('depth', 'Observation')
    assert not [k for k in s.by_key if k.startswith('Observation/')]


def wide(s):
    s.row('Observation/m-587279343')
    s.screen('Observation/m-587279343', 5)


def attachments(s):
    for r in own(s, 'DocumentReference'):
        if r['id'] == 'd315899932':                           # a NUL in its title
            s.faulty('nul', 'DocumentReference/' + r['id'])
        else:
            s.row(f'DocumentReference/{r["id"]}')
            s.screen(f'DocumentReference/{r["id"]}')
    s.row('DiagnosticReport/pf')
    s.screen('DiagnosticReport/pf')
    stray = [f for d, _, fs in os.walk(os.environ['HEADLESS_DIR']) for f in fs if 'bashrc' in f]
    assert not stray, stray


def links(s):
    assert len(s.portal.requests) < 200, f'{len(s.portal.requests)} requests'
    assert s.code == 3 or s.code == 1, f'a refused link must be told: exit {s.code}'
    assert not s.portal.stolen, f'port 9 was asked: {s.portal.stolen}'
    assert 'Observation' not in [r['type'] for r in s.rows]


def bom(s):
    assert s.row('Observation/m-691692367')['value'] == 'fine'


def dup_keys(s):
    assert [q['reason'] for q in s.quarantine] == ['duplicate-key'], s.reasons()
    assert s.row('Observation/m-691692367')['value'] == 'fine'


def duplicate_ids(s):
    assert s.row('Condition/same')['title'].startswith('Body mass index')
    assert s.row('Observation/same')['value'] in ('first', 'second')


def two_patients(s):
    assert 'OTHER PATIENT SECRET' not in s.text
    reasons = [q['reason'] for q in s.quarantined('Observation', 'm-662074257')]
    assert reasons == ['other-patient'], s.reasons()
    assert s.quarantined('Patient', 'other') and 'Patient/other' not in s.by_key


def ids(s):
    s.row('Observation/' + 'a' * 64)
    listed = [r['id'] for r in s.rows if r['type'] == 'Observation']
    assert listed == ['a' * 64], listed
    assert len(s.quarantined('Observation')) == 6, s.reasons()


def future_r5(s):
    for key in ('MedicationRequest/r5', 'DiagnosticReport/r5b'):
        s.row(key)
        s.screen(key)


def refused_utf8(s):
    s.refused('utf')


def refused(s):
    s.refused()


CASES = {
    'narrative-script.json': narrative_script, 'markup-in-strings.json': markup_in_strings, 'unicode.json': unicode_,
    'long-strings.json': long_strings, 'dates-valid.json': dates_valid, 'dates-invalid.json': dates_invalid,
    'date-absent.json': date_absent,
    'values.json': values, 'numbers.json': numbers, 'missing-required.json': missing_required,
    'wrong-types.json': wrong_types,
    'modifier.json': modifier, 'references.json': references, 'deep.json': deep, 'wide.json': wide,
    'attachments.json': attachments,
    'links.json': links, 'bom.json': bom, 'utf16.json': refused, 'latin1.json': refused_utf8,
    'truncated.json': refused,
    'trailing.json': refused, 'dup-keys.json': dup_keys, 'empty.json': refused, 'null.json': refused,
    'array.json': refused,
    'number.json': refused, 'html.json': refused, 'duplicate-ids.json': duplicate_ids,
    'two-patients.json': two_patients, 'ids.json': ids,
    'future-r5.json': future_r5,
}


class Trap:
    """Listens on the port that the hostile links name, when this user may."""

    def __init__(self):
        self.heard = []
        self.socket = socket.socket()
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind(('127.0.0.1', 9))
            self.socket.listen()
            threading.Thread(target=self.listen, daemon=True).start()
        except OSError:
            tap.note('port 9 cannot be listened on here')

    def listen(self):
        while True:
            connection, _ = self.socket.accept()
            self.heard.append(connection.recv(4096)[:200])
            connection.close()


def one(name, check, trap):
    path = os.path.join(FOLDER, name)
    page = read_bytes(path if os.path.exists(path) else path + '.xz')
    with HostilePortal(PATIENT, page) as portal, Client() as client:
        portal.stolen = trap.heard
        client.sign_in(portal.url, 'reader')
        check(Seen(name, client, portal))
        stray = [r for r in portal.requests if 'x.png' in r[1] or 'passwd' in r[1]]
        assert not stray, stray


def main():
    if not os.path.isdir(FOLDER):
        tap.unavailable('no hostile pages beside the project (../shared/data)')
        tap.done()
    trap = Trap()
    with open(os.path.join(FOLDER, 'CASES.tsv'), encoding='utf-8') as cases:
        next(cases)
        for line in cases:
            name, what, expected = line.rstrip('\n').split('\t')
            if name not in CASES:
                tap.point(False, f'{name}: {what}', 'no assertion for this case')
                continue
            tap.run(f'{name}: {what}: {expected}', one, name, CASES[name], trap)
    tap.equal(trap.heard, [], 'nothing in any page made the client ask another port')
    tap.done()


main()
