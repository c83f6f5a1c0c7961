#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A message is in its thread once, and in order, with its file, whatever happens on the way.

Each round writes three messages of one thread, the second with a picture, through a proxy that cuts
before, in, after a request or in its answer, while the client or the portal is killed after random
microseconds; in some rounds two clients post the same identifier at once. CAIRN_LONG=1 makes it 200
rounds; CAIRN_SEED repeats a run.
"""
import base64
import concurrent.futures
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

import tap
from cutproxy import CutProxy
from portal import CAIRNCTL, PASSWORD, SOURCE, Client, Portal, parse, wait_for

sys.path.insert(0, os.path.join(SOURCE, 'tests', 'bench'))
import page_yardstick  # noqa: E402

LANES = 2               # at the same time: most of it is waiting
ROUNDS = 200 if os.environ.get('CAIRN_LONG') else 20
SEED = int(os.environ.get('CAIRN_SEED') or 20261124)
# A picture of one pixel
PIXEL = base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')
CUTS = ('before', 'during', 'after', 'answer')
LONGEST = 0.35          # seconds after which a kill comes at the latest


class Clinic:
    """The portal, what is in it, and the proxy before it."""

    def __init__(self, portal, proxy):
        self.portal, self.proxy = portal, proxy
        self.token = page_yardstick.token(portal.port, 'me', scope='launch/patient patient/*.rs')[0]
        self.lock = threading.Lock()

    def get(self, path, accept='application/fhir+json'):
        request = urllib.request.Request(self.portal.url + 'fhir/' + path, headers={'Authorization': 'Bearer ' + self.token,
                                                                                  'Accept': accept})

        def ask():
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.read()
            except (urllib.error.URLError, ConnectionError):     # it is just being killed
                return None
        return wait_for(ask, 30, path)

    def messages(self, topic):
        """Those of one round, in the order in which the portal got them."""
        found, url = [], 'Communication?patient=me&_count=1000'
        for entry in json.loads(self.get(url)).get('entry', []):
            one = entry['resource']
            if any(p.get('contentString', '').startswith(topic) for p in one['payload']):
                found.append(one)
        return sorted(found, key=lambda one: one['meta']['lastUpdated'])

    def kill(self):
        with self.lock:
            self.portal.process.send_signal(signal.SIGKILL)
            self.portal.process.wait()
            self.portal.process.stdout.close()
            self.portal.process = None
            self.portal.start()


def words(message):
    return message['payload'][0]['contentString']


def run(client, *arguments, stdin='', kill_after=None):
    """cairnctl, maybe killed; what it said, None when it could not."""
    process = subprocess.Popen([CAIRNCTL, *arguments, '--json'], env=client.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    process.stdin.write(stdin)
    process.stdin.close()
    if kill_after is not None:
        try:
            process.wait(kill_after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
    said = process.stdout.read()
    process.wait(60)
    process.stdout.close()
    return parse(said)


def waiting(client):
    return client('outbox', check=0)


def write(clinic, client, text, thread, attach, chance, dies):
    """Writes one message until it is somewhere: at the portal or in the outbox. Returns the thread's name."""
    topic = text.split(' ')[0]
    for attempt in range(6):
        kill = dies and attempt == 0
        there = len(waiting(client)) + len(clinic.messages(topic)) if kill else 0
        said = run(client, 'message', '--text-stdin', *(['--thread', thread] if thread else ['--topic', topic]),
                   *(['--attach', attach] if attach else []), stdin=text,
                   kill_after=chance.randrange(int(LONGEST * 1e6)) / 1e6 if kill else None)
        if said and said.get('thread'):
            return said['thread']
        rows = waiting(client)
        if kill and len(rows) + len(clinic.messages(topic)) > there:      # it was killed when it had written that down
            if thread or not rows:
                return thread or clinic.messages(topic)[0]['id']
            return rows[-1]['thread']
    raise AssertionError('it was never written')


def flush(client):
    for _ in range(12):
        client('sync')
        if not waiting(client):
            return
    raise AssertionError(f'still waits: {waiting(client)}')


def check(clinic, topic, texts, picture):
    found = clinic.messages(topic)
    assert [words(one) for one in found] == texts, [words(one) for one in found]
    head = found[0]['id']
    assert all(one['partOf'] == [{'reference': 'Communication/' + head}] for one in found[1:]), found
    files = [p['contentAttachment'] for one in found for p in one['payload'] if 'contentAttachment' in p]
    assert len(files) == 1 and files[0]['contentType'] == 'image/png', files
    assert clinic.get(files[0]['url'], 'image/png') == picture


def round_of(clinic, client, name, chance, picture):
    """What happens, and whether it is as if nothing had."""
    kinds = chance.choice(('cut', 'cut', 'client', 'portal', 'both'))
    texts = [f'{name} {n}' for n in ('one', 'two', 'three')]
    for _ in range(chance.randint(1, 3)):
        clinic.proxy.cut(chance.choice(CUTS), chance.choice(('POST', 'POST', 'PUT')), chance.random())
    dies = chance.randrange(3) if kinds in ('client', 'both') else None
    thread = timer = None
    for n, text in enumerate(texts):
        if kinds in ('portal', 'both') and n == 1:
            timer = threading.Timer(chance.randrange(int(LONGEST * 1e6)) / 1e6, clinic.kill)
            timer.start()
        thread = write(clinic, client, text, thread, picture if n == 1 else None, chance, dies == n)
    if timer:
        timer.join()
    flush(client)
    with open(picture, 'rb') as file:
        check(clinic, name, texts, file.read())


def same_identifier(clinic, clients, name):
    """Two machines send the same thing at the same moment."""
    text = json.dumps({'resourceType': 'Communication', 'status': 'completed', 'subject': {'reference': 'Patient/me'},
                       'sender': {'reference': 'Patient/me'}, 'identifier': [{'system': 'urn:ietf:rfc:3986', 'value': f'urn:test:{name}'}],
                       'payload': [{'contentString': name}]})
    with concurrent.futures.ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda client: run(client, 'send', 'Communication', '--file', '-', stdin=text), clients))
    for client in clients:
        flush(client)
    assert len(clinic.messages(name)) == 1, done


def lane(clinic, clients, number):
    """Every second round: (name, why it failed or None)."""
    chance = random.Random(SEED + number)
    with tempfile.TemporaryDirectory() as folder:
        picture = os.path.join(folder, 'pixel.png')
        with open(picture, 'wb') as file:
            file.write(PIXEL)
        for n in range(number, ROUNDS, LANES):
            name = f'round-{n:03}.'
            try:
                if n % 5 == 4:
                    same_identifier(clinic, clients, name)
                else:
                    round_of(clinic, clients[0], name, chance, picture)
            except Exception as error:  # noqa: BLE001
                yield name, f'{type(error).__name__}: {error}'
            else:
                yield name, None


def main():
    tap.note(f'seed {SEED}')
    with contextlib.ExitStack() as stack:
        portal = stack.enter_context(Portal())
        portal.load_text({'resourceType': 'Patient', 'id': 'me'})
        portal.account('me', 'me')
        portal.start()
        clinic = Clinic(portal, stack.enter_context(CutProxy(portal.port)))
        clients = [stack.enter_context(Client()) for _ in range(2 * LANES)]
        for each in clients:
            each.sign_in(clinic.proxy.url, 'me')
            each('sync', check=0)
        started = time.time()
        with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
            done = pool.map(lambda number: list(lane(clinic, clients[2 * number:2 * number + 2], number)), range(LANES))
        for name, why in sorted(each for one in done for each in one):
            tap.point(why is None, f'{name} is there once and in order', why or '')
        hit = clinic.proxy.hit
        tap.point(hit >= ROUNDS // 2, f'{hit} requests were cut in {time.time() - started:.1f} s')
    tap.done()


main()
