#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""cairnctl against the real portal: every command, its words and its exit codes, as the contract says."""
import fcntl
import glob
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', 'support'))
sys.dont_write_bytecode = True

import tap  # noqa: E402
from portal import CAIRNCTL, Client, Portal, parse  # noqa: E402

FOLDER = tempfile.mkdtemp(prefix='cairnctl.')
KEYRING = {'SECRET_BACKEND': 'file', 'SECRET_FILE_TEST_PASSWORD': 'test'}
OBSERVATION = ('{"resourceType":"Observation","status":"amended", "id":"sugar","code":{"text":"Blood sugar \\u001b[31m"},'
               '"subject":{"reference":"Patient/pat"},"effectiveDateTime":"2024-03","valueQuantity":{"value":6.10,"unit":"mmol/L"},'
               '"note":[{"text":"caf\u00e9"}]}')


def bundle(*resources):
    return '{"resourceType":"Bundle","type":"batch","entry":[' + ','.join(f'{{"resource":{r}}}' for r in resources) + ']}'


def load(portal, *resources):
    path = os.path.join(FOLDER, 'load.json')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(bundle(*resources))
    portal.load(path)


def patient(name):
    return json.dumps({'resourceType': 'Patient', 'id': name, 'name': [{'text': name}]})


def new_client(**env):
    path = os.path.join(tempfile.mkdtemp(dir=FOLDER), 'keyring')
    return Client(env={**KEYRING, 'SECRET_FILE_TEST_PATH': path, **env})


def plain(client, *arguments, check=0):
    done = subprocess.run([CAIRNCTL, *arguments], env=client.env, capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == check, f'exit {done.returncode}, wanted {check}: {done.stdout} {done.stderr}'
    return done.stdout


def error_of(client):
    error = parse(client.stdout)['error']
    assert set(error) >= {'code', 'message', 'retry'}, error
    assert error['message'] in client.stderr, (error, client.stderr)
    return error


def t_usage():
    """usage: exit 2, one JSON value all the same"""
    with new_client() as client:
        for words in ([], ['fly'], ['list'], ['list', 'all', 'more'], ['show'], ['--nonsense'], ['sync', '--limit', '5'],
                      ['sign-in', 'http://127.0.0.1'], ['sign-in', 'http://127.0.0.1', '--username', 'a'],
                      ['list', 'Bogus'], ['list', 'observation'], ['sign-in', 'http://127.0.0.1', '--username', 'a', '--password-stdin', '--account', 'b'],
                      ['list', 'all', '--limit', 'many'], ['list', 'all', '--limit', '-1'], ['unlock']):
            client(*words, check=2)
            assert error_of(client)['code'] == 'usage', client.stdout
        assert 'sign-in' in plain(client, '--help')
        assert 'YYYY-MM-DD' in plain(client, 'list', '--help') and '--search' in plain(client, 'list', '--help')
        assert 'Nobody is signed in' in plain(client, 'status')
        assert plain(client, '--version').startswith('cairnctl ')


def t_nobody():
    """nobody signed in: exit 4, status is an empty list"""
    with new_client() as client:
        for words in (['sync'], ['counts'], ['list', 'all'], ['show', 'Patient/a'], ['quarantine'], ['outbox'], ['sign-out']):
            client(*words, check=4)
            assert error_of(client)['code'] == 'sign-in'
        assert client('status', check=0) == []


def t_road():
    """sign-in, sync, counts, list, show, sign-out"""
    with new_client() as client:
        answer = client.sign_in(PORTAL.url, 'anna')
        assert set(answer) == {'account', 'portal', 'patient', 'scopes'} and answer['patient'] == 'pat', answer
        assert 'patient/*.rs' in answer['scopes']
        status = client('status', check=0)
        assert status == [{'account': answer['account'], 'portal': answer['portal'], 'username': 'anna', 'patient': 'pat',
                           'state': 'signed-in', 'last_sync': None, 'offline': False, 'outbox': 0}], status
        report = client('sync', check=0)
        assert report['state'] == 'complete' and report['types']['Observation']['stored'] == 3, report
        assert report['requests'] > 0 and report['bytes_wire'] > 0 and report['bytes_body'] > 0 and report['seconds'] > 0
        assert client('status', check=0)[0]['last_sync'].endswith('Z')
        assert client('counts', check=0) == {'Observation': 3, 'Patient': 1, 'quarantined': 0}
        assert client('quarantine', check=0) == [] and client('list', 'quarantine', check=0) == []
        assert client('outbox', check=0) == []
        lists(client)
        shows(client)
        assert client('sign-out', check=0) == {'state': 'signed-out'}
        left = [p for p in glob.glob(client.folder + '/**', recursive=True) if p.endswith('.db')]
        assert left == [], left
        client('list', 'all', check=4)


def lists(client):
    rows = client('list', 'Observation', check=0)
    assert [r['id'] for r in rows] == ['sugar', 'old', 'undated'], rows
    assert rows[0] == {'type': 'Observation', 'id': 'sugar', 'version': '1', 'updated': rows[0]['updated'], 'date': '2024-03',
                       'sort': '2024-03-01T00:00:00Z', 'kind': 'test-result', 'title': rows[0]['title'], 'value': '6.10',
                       'unit': 'mmol/L', 'interpretation': None, 'status': 'amended', 'flags': ['corrected'],
                       'portal': rows[0]['portal']}, rows[0]
    assert rows[2]['sort'] is None and rows[2]['date'] is None
    assert len(client('list', 'all', check=0)) == 4
    assert [r['id'] for r in client('list', 'all', '--search', 'CAFE', check=0)] == ['sugar']
    assert [r['id'] for r in client('list', 'all', '--since', '2000', '--until', '2023', check=0)] == ['old']
    assert [r['id'] for r in client('list', 'Observation', '--limit', '1', '--offset', '1', check=0)] == ['old']
    assert client('list', 'Condition', check=0) == []
    client('list', 'all', '--since', 'soon', check=2)
    assert error_of(client)['code'] == 'usage'
    text = plain(client, 'list', 'Observation')
    assert '6.10 mmol/L' in text and '\x1b' not in text, text


def shows(client):
    client('show', 'Observation/sugar', check=0)
    shown = json.loads(client.stdout)
    assert '"value":6.10' in client.stdout, client.stdout
    assert [k for k in shown if k != 'meta'] == [k for k in json.loads(OBSERVATION)], shown
    text = plain(client, 'show', 'Observation/sugar')
    assert '6.10 mmol/L' in text and '\x1b' not in text, text
    client('show', 'Observation/none', check=1)
    assert error_of(client)['code'] == 'not-found'
    client('show', 'nonsense', check=2)


def t_refused():
    """wrong password, no keyring, keyring in use: exit 1 and why"""
    with new_client() as client:
        client.sign_in(PORTAL.url, 'anna', 'wrong', check=1)
        assert error_of(client)['code'] == 'credentials'
        assert client('status', check=0) == []
        name = hashlib.sha256(client.env['SECRET_FILE_TEST_PATH'].encode()).hexdigest()[:12]
        os.makedirs(client.env['XDG_RUNTIME_DIR'] + '/cairn', 0o700, exist_ok=True)
        with open(client.env['XDG_RUNTIME_DIR'] + f'/cairn/keyring-{name}.lock', 'w', encoding='ascii') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            client.sign_in(PORTAL.url, 'anna', check=1)
            assert 'keyring in use' in error_of(client)['message']
    with Client(env={'SECRET_BACKEND': 'service', 'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nonexistent'}) as client:
        client.sign_in(PORTAL.url, 'anna', check=1)
        assert 'no keyring' in error_of(client)['message'] and error_of(client)['code'] == 'keyring'
        assert client('status', check=0) == []


def lock(client):
    name = client('status', check=0)[0]['account']
    path = os.path.join(client.env['XDG_STATE_HOME'], 'cairn', name, 'lock')
    with open(path, 'w', encoding='ascii') as file:
        file.write('[lock]\nlocked=true\n')


def t_locked():
    """locked: reading exits 5, status and sync work, unlock ends it"""
    with new_client() as client:
        client.sign_in(PORTAL.url, 'anna')
        client('sync', check=0)
        lock(client)
        for words in (['counts'], ['list', 'all'], ['show', 'Observation/sugar'], ['quarantine'], ['list', 'quarantine'], ['outbox']):
            client(*words, check=5)
            assert error_of(client)['code'] == 'locked'
            assert 'sugar' not in client.stdout.lower()
        assert client('status', check=0)[0]['state'] == 'locked'
        client('sync', check=0)
        client('unlock', '--password-stdin', stdin='wrong', check=1)
        assert error_of(client)['code'] == 'credentials'
        client('counts', check=5)
        client('unlock', '--password-stdin', stdin='a long sample password\n', check=0)
        client('counts', check=0)


def t_send():
    """send: written once, waits while offline, says why it was refused"""
    message = json.dumps({'resourceType': 'Communication', 'status': 'completed', 'subject': {'reference': 'Patient/pat'},
                          'sender': {'reference': 'Patient/pat'}, 'payload': [{'contentString': 'Good morning'}]})
    stranger = message.replace('Patient/pat', 'Patient/stranger', 1)
    with Portal() as portal, new_client() as client:
        load(portal, patient('pat'))
        portal.account('anna', 'pat')
        portal.start()
        client('send', 'Communication', '--file', '-', stdin=message, check=4)
        client.sign_in(portal.url, 'anna')
        client('send', 'Communication', check=2)
        client('send', 'Communication', '--file', '-', stdin='{', check=1)
        sent = client('send', 'Communication', '--file', '-', stdin=message, check=0)
        assert sent['state'] == 'sent' and sent['reference'].startswith('Communication/') and sent['error'] is None, sent
        assert client('show', sent['reference'], check=0)['payload'][0]['contentString'] == 'Good morning'
        refused = client('send', 'Communication', '--file', '-', stdin=stranger, check=1)
        assert refused['state'] == 'refused' and refused['reference'] is None and refused['error'], refused
        portal.stop()
        queued = client('send', 'Communication', '--file', '-', stdin=message, check=0)
        assert queued['state'] == 'waiting' and queued['reference'] is None, queued
        assert [r['state'] for r in client('outbox', check=0)] == ['refused', 'waiting']
        assert client('status', check=0)[0]['outbox'] == 2
        portal.start()
        for _ in range(30):
            client('sync', check=0)
            if client('counts', check=0)['Communication'] == 2:
                break
            time.sleep(0.5)
        assert [r['state'] for r in client('outbox', check=0)] == ['refused']
        assert client('counts', check=0)['Communication'] == 2
        client('sign-out', check=1)
        client('sign-out', '--discard-unsent', check=0)


def t_offline_and_expired():
    """offline everything but sync works; a dead grant leaves the record readable and exits 4"""
    with Portal() as portal, new_client() as client:
        load(portal, patient('pat'), OBSERVATION)
        portal.account('anna', 'pat')
        portal.start()
        client.sign_in(portal.url, 'anna')
        client('sync', check=0)
        portal.stop()
        assert client('counts', check=0)['Observation'] == 1
        report = client('sync', check=1)
        assert report['state'] == 'failed' and report['error']['code'] == 'network' and report['error']['retry'], report
        assert client('status', check=0)[0]['offline'] is True
        lock(client)
        client('unlock', '--password-stdin', stdin='a long sample password', check=0)
        portal.run('account', 'disable', '--username', 'anna')
        portal.start()
        report = client('sync', check=4)
        assert report['error']['code'] == 'sign-in', report
        assert client('status', check=0)[0]['state'] == 'expired'
        assert client('counts', check=0)['Observation'] == 1
        portal.stop()
        client('sign-out', check=0)


def t_two_accounts():
    """several accounts: --account says which"""
    with new_client() as client:
        one = client.sign_in(PORTAL.url, 'anna')['account']
        two = client.sign_in(PORTAL.url, 'bo')['account']
        client('counts', check=2)
        client('--account', 'nobody', 'counts', check=4)
        client('--account', one, 'sync', check=0)
        assert client('--account', one, 'counts', check=0)['Observation'] == 3
        assert client('--account', two, 'counts', check=0) == {'quarantined': 0}
        assert client('--account', 'bo', 'counts', check=0) == {'quarantined': 0}   # by its user name
        assert [a['account'] for a in client('status', '--account', two, check=0)] == [two]
        assert len(client('status', check=0)) == 2
        client('--account', one, 'sign-out', check=0)
        client('counts', check=0)


if __name__ == '__main__':
    with Portal() as PORTAL:
        load(PORTAL, patient('pat'), patient('bo'), OBSERVATION,
             '{"resourceType":"Observation","id":"old","status":"final","code":{"text":"Old"},"subject":{"reference":"Patient/pat"},'
             '"effectiveDateTime":"2001-02-03T04:05:06+02:00"}',
             '{"resourceType":"Observation","id":"undated","status":"final","code":{"text":"Undated"},'
             '"subject":{"reference":"Patient/pat"}}')
        PORTAL.account('anna', 'pat')
        PORTAL.account('bo', 'bo')
        PORTAL.start()
        for test in (t_usage, t_nobody, t_road, t_refused, t_locked, t_send, t_offline_and_expired, t_two_accounts):
            tap.run(test.__doc__, test)
    subprocess.run(['rm', '-rf', FOLDER], check=False)
    tap.done()
