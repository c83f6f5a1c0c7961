#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""cairn-portal's command line: what it promises to scripts."""
import base64
import datetime
import hashlib
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile

import tap
from portal import BUILD, PASSWORD, PORTAL, SOURCE, VISIBLE, Portal, parse

sys.path.insert(0, os.path.join(SOURCE, 'tests', 'bench'))
import page_yardstick  # noqa: E402

PATIENT = {'resourceType': 'Patient', 'id': 'pat', 'name': [{'text': 'Somebody'}]}


def observation(id_, **more):
    return {'resourceType': 'Observation', 'id': id_, 'status': 'final', 'code': {'text': 'Weight'},
            'subject': {'reference': 'Patient/pat'}, **more}


def transaction(*resources):
    return {'resourceType': 'Bundle', 'type': 'transaction', 'entry': [
        {'fullUrl': f'urn:uuid:{i:08}-0000-4000-8000-000000000000', 'resource': r,
         'request': {'method': 'POST', 'url': r['resourceType']}} for i, r in enumerate(resources)]}


def only(report):
    assert len(report['files']) == 1, report
    return report['files'][0]


def get(portal, path, headers=None):
    connection = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=20)
    connection.request('GET', path, headers=headers or {})
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read()


def t_import_counts():
    """import: created, unchanged, updated, deleted are told by type"""
    with Portal() as portal:
        first = only(portal.load_text(transaction(PATIENT, observation('a'), observation('b'))))
        assert first['ok'] and first['created'] == {'Patient': 1, 'Observation': 2}, first
        again = only(portal.load_text(transaction(PATIENT, observation('a'), observation('b'))))
        assert again['unchanged'] == {'Patient': 1, 'Observation': 2} and not again['created'], again
        changed = only(portal.load_text(observation('a', valueString='new')))
        assert changed['updated'] == {'Observation': 1}, changed
        gone = only(portal.load_text({'resourceType': 'Bundle', 'type': 'batch', 'entry': [
            {'request': {'method': 'DELETE', 'url': 'Observation/b'}}]}))
        assert gone['deleted'] == {'Observation': 1}, gone


def t_import_all_or_nothing():
    """import: a bad file is refused whole, the others go on, exit 1"""
    with Portal() as portal, tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, text in (('bad.json', json.dumps(transaction(PATIENT, observation('a')))[:-20]),
                           ('good.json', json.dumps(transaction(PATIENT, observation('c'))))):
            paths.append(os.path.join(folder, name))
            with open(paths[-1], 'w', encoding='utf-8') as file:
                file.write(text)
        report = portal.load(*paths, check=False)
        bad, good = report['files']
        assert not bad['ok'] and bad['error'], bad
        assert good['ok'] and good['created'] == {'Patient': 1, 'Observation': 1}, good


def t_import_unresolved():
    """import: an unmatched reference is kept and listed; --strict fails the file"""
    with Portal() as portal, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'o.json')
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(transaction(PATIENT, observation('a',
                                                       performer=[{'reference': 'Practitioner?identifier=x|1'}])),
                                                       file)
        done = only(portal.load(path))
        assert done['ok'] and [u['reference'] for u in done['unresolved']] == ['Practitioner?identifier=x|1'], done
    with Portal() as portal:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'o.json')
            with open(path, 'w', encoding='utf-8') as file:
                json.dump(transaction(PATIENT, observation('a',
                                                           performer=[{'reference': 'Practitioner?identifier=x|1'}])),
                                                           file)
            done = only(portal.load(path, check=False, strict=True))
            assert not done['ok'], done


def t_import_stdin():
    """import: NDJSON from standard input"""
    with Portal() as portal:
        text = '\n'.join(json.dumps(r) for r in (PATIENT, observation('a'), observation('b'))) + '\n'
        done = subprocess.run([PORTAL, 'import', '--data', portal.data, '--json', '-'], input=text,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert only(parse(done.stdout))['created'] == {'Patient': 1, 'Observation': 2}, done.stdout


def t_import_beside():
    """import runs beside serve; SIGTERM drains, exit 0"""
    with Portal() as portal:
        portal.load_text(PATIENT)
        portal.start()
        assert re.fullmatch(r'http://127\.0\.0\.1:\d+/', portal.url), portal.url
        portal.load_text(observation('later'))
        status, _, body = get(portal, '/fhir/metadata')
        assert status == 200 and json.loads(body)['resourceType'] == 'CapabilityStatement', body[:200]
        assert portal.stop() == 0


def t_encrypted():
    """everything the portal keeps is encrypted and its owner's"""
    with Portal() as portal:
        portal.load_text(transaction({**PATIENT, 'name': [{'text': 'Marmaduke Quince'}]},
                                     observation('a', valueString='Xylophone')))
        portal.account('reader', 'pat')
        for folder, _, files in os.walk(portal.data):
            for name in files:
                path = os.path.join(folder, name)
                with open(path, 'rb') as file:
                    data = file.read()
                for word in (b'Marmaduke', b'Xylophone', b'SQLite format', PASSWORD.encode()):
                    assert word not in data, f'{word!r} stands in {name}'
                assert os.stat(path).st_mode & 0o077 == 0, f'{name} may be read by others'


def t_errors():
    """FHIR errors are OperationOutcomes, OAuth's RFC 6749's; without a token nothing leaves"""
    with Portal() as portal:
        portal.load_text(transaction(PATIENT, observation('a')))
        portal.start()
        for path in ('/fhir/Observation?patient=pat', '/fhir/Patient/pat', '/fhir/Observation/a',
                     '/fhir/Observation/_history'):
            status, headers, body = get(portal, path)
            assert status == 401, f'{path}: {status}'
            assert json.loads(body)['resourceType'] == 'OperationOutcome' and 'Bearer' in headers.get('WWW-Authenticate', ''), headers
        assert get(portal, '/fhir/Observation/a',
                   {'Authorization': 'Bearer ' + base64.b64encode(b'x' * 30).decode()})[0] == 401
        status, headers, body = get(portal, '/fhir/.well-known/smart-configuration')
        found = json.loads(body)
        assert found['code_challenge_methods_supported'] == ['S256'], found
        connection = http.client.HTTPConnection('127.0.0.1', portal.port)
        connection.request('POST', found['token_endpoint'].split(str(portal.port), 1)[1],
                           'grant_type=authorization_code&code=x&client_id=cairn',
                           {'Content-Type': 'application/x-www-form-urlencoded'})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        assert answer.status == 400 and body['error'] in ('invalid_grant', 'invalid_request'), body
        assert answer.getheader('Cache-Control') == 'no-store', answer.getheaders()


def t_not_loopback():
    """serve refuses an address for others without TLS"""
    with Portal() as portal:
        done = subprocess.run([PORTAL, 'serve', '--data', portal.data, '--listen', '0.0.0.0:0'], capture_output=True,
                              text=True, timeout=30)
        assert done.returncode != 0 and done.stderr and 'Listening' not in done.stdout, done


def t_config():
    """--print-config prints what holds; an unknown key is an error"""
    with Portal() as portal, tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([PORTAL, 'serve', '--data', portal.data, '--print-config'], capture_output=True,
                              text=True, timeout=30)
        assert done.returncode == 0 and '[server]' in done.stdout, done
        path = os.path.join(folder, 'config')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('[server]\nlissten=127.0.0.1:0\n')
        done = subprocess.run([PORTAL, 'serve', '--data', portal.data, '--config', path], capture_output=True,
                              text=True, timeout=30)
        assert done.returncode != 0 and 'lissten' in done.stderr, done


def t_accounts():
    """account add tells the account; list shows it; a short password is refused"""
    with Portal() as portal:
        portal.load_text(PATIENT)
        made = portal.account('reader', 'pat')
        assert made['username'] == 'reader' and made['patient'] == 'pat' and made['account'], made
        code, listed, _ = portal.run('account', 'list', '--json')
        assert code == 0 and [a['username'] for a in listed] == ['reader'], listed
        code, _, words = portal.run('account', 'add', '--username', 'two', '--email', 'two@example.org', '--patient',
                                    'pat', '--json',
                                    '--password-stdin', stdin='short', check=False)
        assert code != 0 and words, 'a short password was taken'
        nowhere = os.path.join(portal.data, 'mistyped')
        done = subprocess.run([PORTAL, 'account', 'list', '--data', nowhere], capture_output=True, text=True)
        assert done.returncode == 1 and 'no portal' in done.stderr, done
        assert not os.path.exists(nowhere), 'a mistyped folder became a portal'
        code, _, words = portal.run('account', 'add', '--username', 'reader', '--email', 'r2@example.org',
                                    '--patient', 'pat', '--json',
                                    '--password-stdin', stdin=PASSWORD, check=False)
        assert code != 0, 'a user name was given twice'


def t_other_patient():
    """a token sees its own patient only"""
    with Portal() as portal:
        portal.load_text(transaction(PATIENT, observation('a'), {**PATIENT, 'id': 'other'},
                                     {**observation('secret'), 'subject': {'reference': 'Patient/other'}}))
        portal.account('reader', 'pat')
        portal.start()
        token, _ = page_yardstick.token(portal.port, 'reader')
        mine = {'Authorization': 'Bearer ' + token}
        assert get(portal, '/fhir/Observation/a', mine)[0] == 200
        for path in ('/fhir/Observation/secret', '/fhir/Patient/other', '/fhir/Observation/secret/_history/1'):
            assert get(portal, path, mine)[0] in (403, 404), path
        status, _, body = get(portal, '/fhir/Observation/secret/_history', mine)
        assert status in (403, 404) or not json.loads(body).get('entry'), body[:300]
        for path in ('/fhir/Observation?patient=other', '/fhir/Observation?_id=secret', '/fhir/Observation/_history',
                     '/fhir/Observation?patient=pat', '/fhir/Patient?_id=other'):
            status, _, body = get(portal, path, mine)
            assert b'secret' not in body.replace(path.encode(), b'').replace(b'_id=secret',
                    b'') and b'"id":"other"' not in body, \
                f'{path}: {body[:300]}'


def staff_account(portal, username, role):
    portal.run('account', 'add', '--username', username, '--email', username + '@example.org', '--practitioner', 'dr',
               '--role', role, '--json', '--password-stdin', stdin=PASSWORD)


def staff(portal, who, *arguments, check=True):
    return portal.run('staff', '--json', '--as', who, *arguments, check=check)


def t_staff():
    """staff hold a result: it is gone for the patient, back with a new lastUpdated when released"""
    with Portal() as portal:
        portal.load_text(transaction(PATIENT, observation('a'), {'resourceType': 'Practitioner', 'id': 'dr'}))
        portal.account('reader', 'pat')
        staff_account(portal, 'doctor', 'clinician')
        staff_account(portal, 'desk', 'front-desk')
        portal.start()
        token, _ = page_yardstick.token(portal.port, 'reader')
        mine = {'Authorization': 'Bearer ' + token}
        first = json.loads(get(portal, '/fhir/Observation/a', mine)[2])['meta']['lastUpdated']
        done = staff(portal, 'doctor', 'hold', 'Observation/a', '--reason', 'a call first')[1]
        assert done['held'] and done['hold']['reason'] == 'a call first', done
        assert get(portal, '/fhir/Observation/a', mine)[0] in (404, 410)
        assert not json.loads(get(portal, '/fhir/Observation?patient=pat', mine)[2]).get('entry')
        listed = staff(portal, 'doctor', 'list')[1]
        assert [(e['type'], e['id'], e['patient']) for e in listed] == [('Observation', 'a', 'pat')], listed
        assert staff(portal, 'desk', 'release', 'Observation/a', check=False)[0] == 2
        assert staff(portal, 'doctor', 'release', 'Observation/a')[1]['held'] is False
        status, _, body = get(portal, '/fhir/Observation/a', mine)
        assert status == 200 and json.loads(body)['meta']['lastUpdated'] > first, body
        assert staff(portal, 'doctor', 'show', 'Observation/a')[1]['resource']['id'] == 'a'
        assert staff(portal, 'reader', 'list', check=False)[0] == 1
        assert portal.run('staff', 'list', check=False)[0] == 2


def t_audit():
    """audit verify counts chains and rows; export tells who did what, and no patient's words"""
    with Portal() as portal:
        portal.load_text(transaction({**PATIENT, 'name': [{'text': 'Marmaduke'}]}, observation('a')))
        account = portal.account('reader', 'pat')['account']
        for _ in range(2):
            portal.start()
            token, _ = page_yardstick.token(portal.port, 'reader')
            get(portal, '/fhir/Observation/a', {'Authorization': 'Bearer ' + token})
            portal.stop()
        code, report, _ = portal.run('audit', 'verify')
        assert code == 0 and report == {'chains': 4, 'rows': report['rows'], 'ok': True, 'first_bad': None}, report
        exported = subprocess.run([PORTAL, 'audit', 'export', '--data', portal.data], capture_output=True, text=True)
        lines = [json.loads(line) for line in exported.stdout.splitlines()]
        assert len(lines) == report['rows'] + 1 and 'Marmaduke' not in exported.stdout
        last, heads = '', {}
        for line in lines:                                   # the chain, as anybody can check it
            prev = heads.get(line['chain_id'], last)
            text = f'{prev}\n{line["chain_id"]}\n{line["seq"]}\n{line["data"]}'
            assert line['prev'] == prev and line['hash'] == hashlib.sha256(text.encode()).hexdigest(), line
            last = heads[line['chain_id']] = line['hash']
        events = [json.loads(line['data']) for line in lines]
        assert [e['action'] for e in events if e.get('type') == 'Observation'] == ['read', 'read'], events
        assert all(e['who'] == account and e['patient'] == 'pat' for e in events if e['action'] == 'read'), events
        assert events[0]['action'] == 'import' and events[0]['patient'] == 'pat', events[0]
        assert events[0]['entries'] == 'created Observation 1, created Patient 1' and events[0]['operator'], events[0]
        assert events[1]['action'] == 'account-add' and events[1]['account'] == account, events[1]
        assert events[-1]['action'] == 'audit-export', events[-1]
        portal.run('account', 'disable', '--username', 'reader')
        exported = subprocess.run([PORTAL, 'audit', 'export', '--data', portal.data], capture_output=True, text=True)
        events = [json.loads(json.loads(line)['data']) for line in exported.stdout.splitlines()]
        assert (events[-2]['action'], events[-2]['account']) == ('account-disable', account), events[-2]


def t_backup():
    """backup while it serves, restore beside it: what was then is there again, and the log is whole"""
    with Portal() as portal, Portal() as fresh:
        portal.load_text(transaction(PATIENT, observation('a')))
        portal.account('reader', 'pat')
        portal.start()
        file = os.path.join(portal.folder, 'backup')
        code, report, _ = portal.run('backup', file, '--json')
        assert code == 0 and report['resources'] == 2, report
        portal.load_text(observation('b'))
        token, _ = page_yardstick.token(portal.port, 'reader')
        mine = {'Authorization': 'Bearer ' + token}
        assert len(json.loads(get(portal, '/fhir/Observation?patient=pat', mine)[2])['entry']) == 2
        portal.run('restore', file)
        token, _ = page_yardstick.token(portal.port, 'reader')
        mine = {'Authorization': 'Bearer ' + token}
        assert len(json.loads(get(portal, '/fhir/Observation?patient=pat', mine)[2])['entry']) == 1
        assert portal.run('audit', 'verify')[1]['ok']
        code, _, words = fresh.run('restore', file, check=False)
        assert code == 2 and 'key' in words and not os.path.exists(fresh.data), words
        fresh.run('restore', file, '--key-file', os.path.join(portal.data, 'key'))
        assert portal.run('backup', os.path.join(portal.folder, 'no', 'folder'), check=False)[0] == 1


def working(days):
    """So many days from today, or the Monday after."""
    when = datetime.date.today() + datetime.timedelta(days=days)
    return (when + datetime.timedelta(days=max(0, 7 - when.weekday()) if when.weekday() > 4 else 0)).isoformat()


def t_demo():
    """the sample clinic is dated to today, on working days, in its papers as well"""
    began = datetime.date.today()
    with Portal(arguments=('--demo',)) as portal:
        portal.start()
        with open(os.path.join(BUILD, 'data', 'demo', 'accounts.json'), encoding='utf-8') as file:
            me = next(a for a in json.load(file) if a['patient'] == 'david')
        token, patient = page_yardstick.token(portal.port, me['username'], me['password'])
        mine = {'Authorization': 'Bearer ' + token}

        def found(path):
            return [e['resource'] for e in json.loads(get(portal, '/fhir/' + path, mine)[2])['entry']]
        starts = sorted(r['start'][:10] for r in found(f'Appointment?patient={patient}&_count=1000'))
        coming = [s for s in starts if s > began.isoformat()]
        slots = [datetime.date.fromisoformat(r['start'][:10]) for r in found('Slot?status=free&_count=1000')]
        reports = [r for r in found(f'DiagnosticReport?patient={patient}&_count=1000')
                   if 'url' in r.get('presentedForm', [{}])[0]]
        pages = [base64.b64decode(json.loads(get(portal, '/fhir/' + r['presentedForm'][0]['url'],
                                                 {**mine, 'Accept': 'application/fhir+json'})[2])['data'])
                 for r in reports]
        assert began == datetime.date.today() or not coming, 'midnight'
        assert coming == [working(d) for d in (2, 3, 17, 24, 41, 61)], coming
        assert len(slots) > 200 and all(d.weekday() < 5 and d > began for d in slots), slots
        assert len(reports) > 10
        for report, page in zip(reports, pages):
            date = datetime.date.fromisoformat(report['effectiveDateTime'][:10])
            assert page.startswith(b'%PDF-1.4') and len(page) == report['presentedForm'][0]['size'], report['id']
            assert f'{date:%d %b %Y}'.encode() in page, f'{report["id"]}: {date} is not in its page'


def main():
    for name, fn in list(globals().items()):
        if name.startswith('t_'):
            tap.run(fn.__doc__, fn)
    if os.path.isdir(VISIBLE):
        tap.run('a chart from an xz pipe', from_pipe)
    tap.done()


def from_pipe():
    path = os.path.join(VISIBLE, 'patients', 'uscore_bundle_patient_85.json.xz')
    with Portal() as portal:
        unpack = subprocess.Popen(['xz', '-dc', path], stdout=subprocess.PIPE)
        done = subprocess.run([PORTAL, 'import', '--data', portal.data, '--json', '-'], stdin=unpack.stdout,
                              capture_output=True, text=True)
        unpack.wait()
        assert done.returncode == 0 and sum(only(parse(done.stdout))['created'].values()) == 267, done.stdout[:500]


main()
