#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""25 MB up and down, as they are and in JSON: the portal's memory stays flat, and so it does when clients dawdle or go."""
import base64
import contextlib
import hashlib
import http.client
import json
import os
import socket
import sys
import threading
import time

import tap
from portal import SOURCE, Portal

sys.path.insert(0, os.path.join(SOURCE, 'tests', 'bench'))
import page_yardstick  # noqa: E402

SIZE = 25 * 1024 * 1024
PNG = b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2'   # as what patients attach must begin
BLOCK = PNG + os.urandom(3 * 65536 - len(PNG))
ALLOWED = 2048                  # kB that memory may grow over a quiet portal that has done all of it once
SCOPE = 'launch/patient patient/*.rs patient/Binary.cu'


def memory(process, name):
    with open(f'/proc/{process.pid}/status', encoding='utf-8') as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))


def peak(process, work):
    """How far (kB) memory rose above what it was, while work ran; and its result."""
    with open(f'/proc/{process.pid}/clear_refs', 'w', encoding='utf-8') as file:
        file.write('5')
    before = memory(process, 'VmRSS')
    result = work()
    return memory(process, 'VmHWM') - before, result


def blocks(size):
    while size > 0:
        yield BLOCK[:size]
        size -= len(BLOCK)


def digest(size):
    made = hashlib.sha256()
    for block in blocks(size):
        made.update(block)
    return made.hexdigest()


def in_json(size):
    yield b'{"resourceType":"Binary","contentType":"image/png","securityContext":{"reference":"Patient/me"},"data":"'
    for block in blocks(size):
        yield base64.b64encode(block)
    yield b'"}'


def upload(portal, token, body, media_type, chunked=False, length=SIZE):
    connection = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=120)
    headers = {'Authorization': 'Bearer ' + token, 'Content-Type': media_type, 'X-Security-Context': 'Patient/me'}
    if not chunked:
        headers['Content-Length'] = str(length)
    connection.request('POST', '/fhir/Binary', body, headers, encode_chunked=chunked)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    return answer.status, (answer.getheader('Location') or '').partition('/_history')[0].partition('/fhir/')[2], said


def download(portal, token, path, accept='*/*'):
    """(length, SHA-256) of what is sent, never held as a whole."""
    connection = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=120)
    connection.request('GET', '/fhir/' + path, headers={'Authorization': 'Bearer ' + token, 'Accept': accept})
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    made, n = hashlib.sha256(), 0
    while block := answer.read(65536):
        made.update(block)
        n += len(block)
    connection.close()
    return n, made.hexdigest(), answer


def started(portal):
    portal.load_text({'resourceType': 'Patient', 'id': 'me'})
    portal.account('me', 'me')
    portal.start()
    return page_yardstick.token(portal.port, 'me', scope=SCOPE)[0]


def t_flat():
    """25 MB go up and down, as they are and in JSON, in flat memory"""
    with Portal() as portal:
        token = started(portal)
        json_length = sum(len(part) for part in in_json(SIZE))
        ways = {'raw': lambda: upload(portal, token, blocks(SIZE), 'image/png'),
                'chunked': lambda: upload(portal, token, blocks(SIZE), 'image/png', chunked=True),
                'JSON': lambda: upload(portal, token, in_json(SIZE), 'application/fhir+json', length=json_length)}
        path = ways['raw']()[1]
        ways['JSON']()
        download(portal, token, path)
        download(portal, token, path, 'application/fhir+json')
        for name, way in ways.items():
            grown, (status, path, said) = peak(portal.process, way)
            assert status == 201, (name, status, said)
            print(f'# {name} up: {grown} kB')
            assert grown <= ALLOWED, f'{name} up: {grown} kB'
            grown, (n, made, _) = peak(portal.process, lambda path=path: download(portal, token, path))
            print(f'# {name} down: {grown} kB')
            assert (n, made) == (SIZE, digest(SIZE)), name
            assert grown <= ALLOWED, f'{name} down: {grown} kB'
        grown, (n, _, _) = peak(portal.process, lambda: download(portal, token, path, 'application/fhir+json'))
        print(f'# JSON down: {grown} kB')
        assert n > SIZE * 4 / 3 and grown <= ALLOWED, (n, grown)


def t_json_whole():
    """a Binary of several parts is legal JSON that holds the same bytes"""
    with Portal() as portal:
        token = started(portal)
        status, path, said = upload(portal, token, blocks(1_000_001), 'image/png', length=1_000_001)
        assert status == 201, said
        connection = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=60)
        connection.request('GET', '/fhir/' + path, headers={'Authorization': 'Bearer ' + token,
                                                           'Accept': 'application/fhir+json'})
        found = json.loads(connection.getresponse().read())
        assert found['contentType'] == 'image/png' and found['securityContext'] == {'reference': 'Patient/me'}
        assert hashlib.sha256(base64.b64decode(found['data'], validate=True)).hexdigest() == digest(1_000_001)


def t_too_large():
    """more than 25 MB is refused, whether its length is told or not, and nothing of it stays"""
    with Portal() as portal:
        token = started(portal)
        status = upload(portal, token, blocks(SIZE + 1), 'image/png', chunked=True)[0]
        assert status == 413, status
        connection = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=60)
        connection.putrequest('POST', '/fhir/Binary')
        for name, value in [('Authorization', 'Bearer ' + token), ('Content-Type', 'image/png'),
                            ('Content-Length', str(200 * 1024 * 1024))]:
            connection.putheader(name, value)
        connection.endheaders()
        with contextlib.suppress(OSError):   # it may hang up before, which is as good
            for block in blocks(200 * 1024 * 1024):
                connection.send(block)
            assert connection.getresponse().status == 413
        assert upload(portal, token, blocks(1000), 'image/png', length=1000)[0] == 201


def t_gone():
    """clients that go in the middle leave nothing behind, and others are served meanwhile"""
    with Portal() as portal:
        token = started(portal)
        path = upload(portal, token, blocks(SIZE), 'image/png')[1]
        head = (f'POST /fhir/Binary HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: image/png\r\n'
                f'Content-Length: {SIZE}\r\n\r\n').encode()
        get = f'GET /fhir/{path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n'.encode()
        for _ in range(6):
            download(portal, token, path)   # by then each reader has what it needs
        before = memory(portal.process, 'VmRSS')
        for _ in range(12):
            with socket.create_connection(('127.0.0.1', portal.port), timeout=30) as up:
                up.sendall(head + BLOCK * 10)
            with socket.create_connection(('127.0.0.1', portal.port), timeout=30) as down:
                down.sendall(get)
                down.recv(65536)
        held = [socket.create_connection(('127.0.0.1', portal.port), timeout=30) for _ in range(8)]
        for one in held:           # they ask and then take nothing
            one.sendall(get)
        time.sleep(0.5)
        assert download(portal, token, path)[0] == SIZE
        grown = memory(portal.process, 'VmRSS') - before
        print(f'# {grown} kB after clients that went, and with 8 that dawdle')
        assert grown <= 4 * ALLOWED, grown
        for one in held:
            one.close()
        assert upload(portal, token, blocks(1000), 'image/png', length=1000)[0] == 201
        assert portal.stop() == 0


def t_many():
    """sixteen uploads at once come in whole; what is over that is asked to come again"""
    with Portal() as portal:
        token = started(portal)
        found = []

        def one():
            try:
                status, path, said = upload(portal, token, blocks(3_000_000), 'image/png', length=3_000_000)
            except ConnectionError:                          # who goes on sending into a refusal is cut off
                status, path, said = 503, '', b''
            found.append(status)
            if status == 201 and download(portal, token, path)[:2] != (3_000_000, digest(3_000_000)):
                found.append(said)
        threads = [threading.Thread(target=one) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 24 and set(found) <= {201, 503} and found.count(201) >= 16, found


for fn in (t_flat, t_json_whole, t_too_large, t_gone, t_many):
    tap.run(fn.__doc__, fn)
tap.done()
