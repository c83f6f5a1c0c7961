#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages at the real portal: once each whatever fails, told at once on many sockets, and fast in a thick record.

CAIRN_LONG=1: 200 rounds of kills and 2,000 sockets; CAIRN_SEED repeats a run.
"""
import http.client
import json
import os
import random
import resource
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import uuid

import tap
from portal import PORTAL, SOURCE, Portal
from websocket import Refused, WebSocket

sys.path.insert(0, os.path.join(SOURCE, 'tests', 'bench'))
import message_record  # noqa: E402
import page_yardstick  # noqa: E402

LONG = bool(os.environ.get('CAIRN_LONG'))
ROUNDS = 200 if LONG else 20
SOCKETS = 2000 if LONG else 200
A_PERSON = 10                   # sockets that one account may have
SEED = int(os.environ.get('CAIRN_SEED') or 20260101)
SCOPE = ('launch/patient patient/*.rs patient/Communication.cu patient/Subscription.cruds')
HEADERS = {'Content-Type': 'application/fhir+json'}


def clinic(portal, people=1):
    entries = [{'resourceType': 'Practitioner', 'id': 'hale', 'name': [{'family': 'Hale'}]}]
    for n in range(people):
        entries.append({'resourceType': 'Patient', 'id': f'p{n}', 'generalPractitioner': [{'reference': 'Practitioner/hale'}]})
    portal.load_text({'resourceType': 'Bundle', 'type': 'batch', 'entry': [{'resource': e} for e in entries]})
    for n in range(people):
        portal.account(f'person{n}', f'p{n}')
    portal.run('account', 'add', '--username', 'doctor', '--email', 'doctor@example.org', '--practitioner', 'hale', '--role',
               'clinician', '--password-stdin', stdin='a long sample password')
    portal.start()
    return [page_yardstick.token(portal.port, f'person{n}', scope=SCOPE)[0] for n in range(people)]


def ask(port, method, path, token, body=None, headers=None):
    """(status, value or None)"""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None,
                           {'Authorization': 'Bearer ' + token, **HEADERS, **(headers or {})})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
    finally:
        connection.close()


def message(words, patient='p0'):
    me = {'reference': f'Patient/{patient}'}
    return {'resourceType': 'Communication', 'status': 'completed', 'subject': me, 'sender': me,
            'recipient': [{'reference': 'Practitioner/hale'}], 'sent': '2026-01-01T10:00:00Z', 'payload': [{'contentString': words}]}


def post(port, token, words, identifier, patient='p0'):
    made = {**message(words, patient), 'identifier': [{'system': 'urn:ietf:rfc:3986', 'value': identifier}]}
    return ask(port, 'POST', '/fhir/Communication', token, made, {'If-None-Exist': f'identifier=urn:ietf:rfc:3986|{identifier}'})


def all_messages(port, token, patient='p0'):
    """In the order in which the portal got them."""
    path, found = f'/fhir/Communication?patient={patient}&_count=1000', []
    while path:
        status, page = ask(port, 'GET', path, token)
        assert status == 200, (status, page)
        found += [e['resource'] for e in page.get('entry', [])]
        path = next((link['url'].partition(f':{port}')[2] for link in page['link'] if link['relation'] == 'next'), None)
    return found


def words_of(resource):
    return resource['payload'][0]['contentString']


def t_at_once():
    """four clients that send the same message at the same moment make one"""
    with Portal() as portal:
        token = clinic(portal)[0]
        for n in range(ROUNDS):
            identifier, barrier, found = f'urn:uuid:{uuid.uuid4()}', threading.Barrier(4), []

            def send(identifier=identifier, barrier=barrier, found=found, n=n):
                barrier.wait()
                found.append(post(portal.port, token, f'message {n}', identifier))
            threads = [threading.Thread(target=send) for _ in range(4)]
            for one in threads:
                one.start()
            for one in threads:
                one.join()
            assert sorted(status for status, _ in found) == [200, 200, 200, 201], found
            assert len({made['id'] for _, made in found}) == 1, found
        got = [words_of(one) for one in all_messages(portal.port, token)]
        assert got == [f'message {n}' for n in range(ROUNDS)], got


def t_killed():
    """whenever the portal is killed, a message that is sent until it is answered is there once, in order"""
    chance, killed, unanswered, kept, longest, wanted = random.Random(SEED), 0, 0, 0, 0, []
    with Portal() as portal:
        token = clinic(portal)[0]
        for n in range(5):
            assert portal.stop() == 0
            portal.start()
            took, _ = timed(lambda n=n: post(portal.port, token, f'warm {n}', f'urn:uuid:{uuid.UUID(int=n)}'))
            wanted.append(f'warm {n}')
            longest = max(longest, took / 1000)
        for n in range(ROUNDS):
            identifier, moment = f'urn:uuid:{uuid.UUID(int=1000 + n)}', chance.randrange(int(longest * 1e6)) / 1e6
            process, answered = portal.process, True
            timer = threading.Timer(moment, lambda process=process: process.send_signal(signal.SIGKILL))
            timer.start()
            try:
                status = post(portal.port, token, f'message {n}', identifier)[0]
                assert status == 201, status
            except (OSError, http.client.HTTPException):
                unanswered, answered = unanswered + 1, False
            timer.join()
            killed += process.wait() == -signal.SIGKILL
            portal.process = None
            portal.start()
            status, made = post(portal.port, token, f'message {n}', identifier)
            assert status == 200 or (status == 201 and not answered), (status, made)
            kept += status == 200 and not answered
            wanted.append(f'message {n}')
        got = [words_of(one) for one in all_messages(portal.port, token)]
        assert got == wanted, f'seed {SEED}: {got}'
        verified = portal.run('audit', 'verify')[1]
        assert verified['ok'], verified
        print(f'# {killed} kills, {unanswered} before the answer, {kept} of those when it was kept already; the first message of a portal takes up to {longest * 1000:.1f} ms, seed {SEED}')
        assert unanswered >= ROUNDS // 10


def subscribe(port, token, patient):
    status, made = ask(port, 'POST', '/fhir/Subscription', token, {
        'resourceType': 'Subscription', 'status': 'requested', 'reason': 'new messages', 'criteria': f'Communication?patient={patient}',
        'channel': {'type': 'websocket'}})
    assert status == 201, (status, made)
    return made['id']


def t_staff():
    """what staff answer by command comes over the socket, and the patient reads that the clinic has read"""
    with Portal() as portal:
        token = clinic(portal)[0]
        made = post(portal.port, token, 'Hello', 'urn:uuid:1')[1]
        bound = subscribe(portal.port, token, 'p0')
        with WebSocket(portal.port, token) as ear:
            ear.say(f'bind {bound}')
            ear.wait_for(f'bound {bound}')
            shown = portal.run('staff', 'list', '--as', 'doctor', '--json')[1]
            assert [(one['id'], one['state']) for one in shown] == [(made['id'], 'waiting')], shown
            answered = portal.run('staff', 'reply', '--as', 'doctor', '--json', '--text-stdin', f'Communication/{made["id"]}',
                                  stdin='Thank you\n')[1]
            assert (answered['state'], answered['messages']) == ('answered', 2), answered
            ear.wait_for(f'ping {bound}')
            got = all_messages(portal.port, token)
            assert sorted(words_of(one) for one in got) == ['Hello', 'Thank you'], got
            assert next(one for one in got if words_of(one) == 'Hello').get('received'), got
            portal.run('staff', 'close', '--as', 'doctor', '--reason', 'All said', f'Communication/{made["id"]}')
            ear.wait_for(f'ping {bound}')
            assert ask(portal.port, 'GET', f'/fhir/Communication/{made["id"]}', token)[1]['status'] == 'stopped'
            plain = subprocess.run([PORTAL, 'staff', 'show', '--data', portal.data, '--as', 'doctor', f'Communication/{made["id"]}'],
                                   capture_output=True, text=True, check=True).stdout
            assert 'closed' in plain and '\nThank you\n' in plain, plain
            assert portal.stop() == 0
            assert ear.hear() is None and ear.closed == 1001, ear.closed


def t_disabled():
    """an account that another process disables loses its socket"""
    with Portal() as portal:
        token = clinic(portal)[0]
        with WebSocket(portal.port, token) as ear:
            portal.run('account', 'disable', '--username', 'person0')
            assert ear.hear(60) is None and ear.closed == 4401, ear.closed


def t_unread():
    """a client that reads nothing holds nobody up, is not told for ever, and is told again once it has read"""
    with Portal() as portal:
        token = clinic(portal)[0]
        bound = subscribe(portal.port, token, 'p0')
        with WebSocket(portal.port, token, window=2304) as deaf, WebSocket(portal.port, token) as ear:
            for one in (deaf, ear):
                one.say(f'bind {bound}')
                one.wait_for(f'bound {bound}')
            before = memory(portal.process.pid)
            for n in range(400):
                assert post(portal.port, token, 'news', f'urn:uuid:{n}')[0] == 201
                ear.wait_for(f'ping {bound}')
            grown = memory(portal.process.pid) - before
            heard = 0
            try:
                while True:
                    heard += deaf.hear(3) == f'ping {bound}'
            except TimeoutError:
                pass
            print(f'# of 400 pings {heard} for who read none of them; memory grew by {grown} KB')
            assert 0 < heard < 400, heard
            assert post(portal.port, token, 'news', 'urn:uuid:last')[0] == 201
            deaf.wait_for(f'ping {bound}')


def t_silent():
    """a client that doesn't even answer pings is cut off"""
    with Portal() as portal:
        token = clinic(portal)[0]
        with WebSocket(portal.port, token) as ear:
            ear.socket.settimeout(200)
            started = time.monotonic()
            while ear.socket.recv(4096):
                pass
            assert 60 < time.monotonic() - started < 150


def t_tls():
    """the same over TLS, told so in the capability statement"""
    with tempfile.TemporaryDirectory() as folder:
        pem = [os.path.join(folder, name) for name in ('key.pem', 'cert.pem')]
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', pem[0], '-out', pem[1], '-days', '2',
                        '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], check=True, capture_output=True)
        trust = ssl.create_default_context(cafile=pem[1])
        with Portal() as portal:
            token = clinic(portal)[0]
            assert portal.stop() == 0
            portal.arguments = ['--tls-key', pem[0], '--tls-cert', pem[1]]
            portal.start()

            def over(method, path, body=None):
                connection = http.client.HTTPSConnection('localhost', portal.port, timeout=30, context=trust)
                connection.request(method, path, json.dumps(body) if body else None, {'Authorization': 'Bearer ' + token, **HEADERS})
                answer = connection.getresponse()
                return answer.status, json.loads(answer.read())
            told = over('GET', '/fhir/metadata')[1]['rest'][0]['extension'][0]['valueUri']
            assert told == f'wss://localhost:{portal.port}/fhir/websocket', told
            bound = over('POST', '/fhir/Subscription', {
                'resourceType': 'Subscription', 'status': 'requested', 'reason': 'news', 'criteria': 'Communication?patient=p0',
                'channel': {'type': 'websocket'}})[1]['id']
            with WebSocket(portal.port, token, tls=trust) as ear:
                ear.say(f'bind {bound}')
                ear.wait_for(f'bound {bound}')
                assert over('POST', '/fhir/Communication', message('Hello'))[0] == 201
                ear.wait_for(f'ping {bound}')


def memory(pid):
    with open(f'/proc/{pid}/status', encoding='ascii') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmRSS'))


def t_sockets():
    """many sockets, each bound: what memory one takes, and how soon all of them are told"""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))    # the portal takes what it may have
    people = SOCKETS // A_PERSON
    with Portal() as portal:
        tokens = clinic(portal, people)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16384), hard))
        bound = [subscribe(portal.port, token, f'p{n}') for n, token in enumerate(tokens)]
        ears = []

        def listen(n):
            ear = WebSocket(portal.port, tokens[n])
            ear.say(f'bind {bound[n]}')
            ear.wait_for(f'bound {bound[n]}')
            ears.append((n, ear))
        for n in range(people):
            listen(n)
        time.sleep(1)
        before = memory(portal.process.pid)
        for n in range(people):
            for _ in range(A_PERSON - 1):
                listen(n)
        try:
            listen(0)
            raise AssertionError('one more than a person may have')
        except Refused as refused:
            assert ' 503 ' in str(refused), refused
        time.sleep(1)
        each = (memory(portal.process.pid) - before) / (SOCKETS - people)
        started = time.monotonic()
        for n, token in enumerate(tokens):
            assert post(portal.port, token, 'news', f'urn:uuid:{n}', f'p{n}')[0] == 201
        written = time.monotonic() - started
        for n, ear in ears:
            ear.wait_for(f'ping {bound[n]}')
        took = time.monotonic() - started
        print(f'# {len(ears)} sockets: {each:.1f} KB each; {people} messages written in {written:.2f} s, all told after {took:.2f} s')
        assert each < 12, each
        started = time.monotonic()
        assert ask(portal.port, 'GET', '/fhir/Communication?patient=p0', tokens[0])[0] == 200
        assert time.monotonic() - started < 5
        assert portal.stop() == 0
        assert ears[0][1].hear() is None and ears[0][1].closed == 1001
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def timed(work):
    started = time.perf_counter()
    result = work()
    return (time.perf_counter() - started) * 1000, result


def t_thick():
    """5,000 threads and one of 10,000 messages: pages, the newest of the long one, a message into it, staff's list"""
    with tempfile.TemporaryDirectory() as folder, Portal() as portal:
        record = os.path.join(folder, 'messages.ndjson')
        with open(record, 'w', encoding='utf-8') as out:
            out.writelines(message_record.lines(5000, 10000, 'p0'))
        portal.load(record)
        token = clinic_of(portal)
        whole, found = timed(lambda: all_messages(portal.port, token))
        assert len(found) == 22500, len(found)
        path = '/fhir/Communication?patient=p0&part-of=Communication/long-0&_sort=-sent&_count=50'
        ask(portal.port, 'GET', path, token)
        newest, (status, page) = timed(lambda: ask(portal.port, 'GET', path, token))
        assert status == 200 and page['entry'][0]['resource']['id'] == 'long-0-9999', page
        reply = {**message('One more'), 'partOf': [{'reference': 'Communication/long-0'}]}
        sent, (status, made) = timed(lambda: ask(portal.port, 'POST', '/fhir/Communication', token, reply))
        assert status == 201, made
        listed, (_, threads, _) = timed(lambda: portal.run('staff', 'list', 'Practitioner/hale', '--as', 'doctor', '--json'))
        assert len(threads) > 1000, len(threads)
        shown, (_, thread, _) = timed(lambda: portal.run('staff', 'show', 'Communication/long-0', '--as', 'doctor', '--json'))
        assert thread['messages'] == 10001 and thread['state'] == 'waiting', thread['state']
        print(f'# all 22,500 by pages: {whole:.0f} ms; newest 50 of 10,000: {newest:.1f} ms; a reply into it: {sent:.1f} ms; '
              f'staff list of {len(threads)} threads: {listed:.0f} ms; staff show of 10,000: {shown:.0f} ms')
        assert whole < 30000 and newest < 3000 and sent < 3000 and listed < 20000 and shown < 20000


def clinic_of(portal):
    portal.account('person0', 'p0')
    portal.run('account', 'add', '--username', 'doctor', '--email', 'doctor@example.org', '--practitioner', 'hale', '--role',
               'clinician', '--password-stdin', stdin='a long sample password')
    portal.start()
    return page_yardstick.token(portal.port, 'person0', scope=SCOPE)[0]


for fn in (t_at_once, t_killed, t_staff, t_disabled, t_unread, t_tls, t_sockets, t_thick) + ((t_silent,) if LONG else ()):
    tap.run(fn.__doc__, fn)
tap.done()
