#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a portal: its unit, its manual, its drain, its log, and what it keeps from one who asks too much."""
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time

import tap
from portal import BUILD, PASSWORD, SOURCE, Portal

sys.path.insert(0, os.path.join(SOURCE, 'tests', 'bench'))
import page_yardstick  # noqa: E402

PATIENT = {'resourceType': 'Patient', 'id': 'marmaduke', 'name': [{'text': 'Marmaduke Quince'}]}
MAN = os.path.join(SOURCE, 'data', 'man')


def read(*path):
    with open(os.path.join(SOURCE, *path), encoding='utf-8') as file:
        return file.read()


def t_unit():
    """the systemd unit is well closed (exposure 2.0 at most)"""
    said = subprocess.run(['systemd-analyze', 'security', '--offline=true', '--no-pager',
                           os.path.join(BUILD, 'data', 'cairn-portal.service')], capture_output=True, text=True)
    found = re.search(r'exposure level for cairn-portal\.service: ([\d.]+)', said.stdout)
    assert found, said.stdout[-500:] + said.stderr[-500:]
    assert float(found[1]) <= 2.0, found[0]


def t_config_reference():
    """cairn-portal.conf(5) names each key, and no other"""
    keys = set(re.findall(r'^  \{ "\w+", "(\w+)", ', read('src', 'server', 'portal-config.c'), re.M))
    named = set()
    for line in re.findall(r'^\.TP\n\.BR? (.*)$', read('data', 'man', 'cairn-portal.conf.5'), re.M):
        named.update(re.findall(r'\w+', line))
    assert len(keys) > 10 and keys <= named, f'not named: {keys - named}'
    assert named <= keys, f'not there: {named - keys}'


def t_manual():
    """the manual pages render without a warning and name each command"""
    for name in sorted(os.listdir(MAN)):
        done = subprocess.run(['groff', '-man', '-Tutf8', '-ww', '-z', os.path.join(MAN, name)], capture_output=True,
                              text=True)
        assert done.returncode == 0 and not done.stderr, f'{name}: {done.stderr}'
    page = read('data', 'man', 'cairn-portal.8')
    for command in re.findall(r'^  \{ "(\w+)", portal_command_', read('src', 'server', 'portal-main.c'), re.M):
        assert re.search(r'\b' + command + r'\b', page), command
    page = read('data', 'man', 'cairnctl.1').replace('\\-', '-')
    for command in re.findall(r'^  \{ "([\w-]+)", "', read('src', 'cli', 'cairnctl.c'), re.M):
        assert command in page, command


def t_help():
    """each verb's --help says what it needs, its own options only, and an example that works as far as the options go"""
    portal = os.path.join(BUILD, 'src', 'server', 'cairn-portal')
    rows = re.findall(r'^  \{ "(\w+)", (?:"(\w+)"|NULL),', read('src', 'server', 'portal-help.c'), re.M)
    assert len(rows) > 20, rows
    for command, verb in rows:
        words = [command] + ([verb] if verb else [])
        said = subprocess.run([portal, *words, '--help'], capture_output=True, text=True)
        assert said.returncode == 0 and not said.stderr, f'{words}: {said.stderr}'
        usage, _, rest = said.stdout.partition('Help Options:')
        shown = set(re.findall(r'^ *(?:-h, )?--([\w-]+)', rest.partition('Example:')[0], re.M))
        used = set(re.findall(r'(?<![\w-])--([\w-]+)', usage.split('\n')[1])) | set(re.findall(r'(?<![\w-])--([\w-]+)', rest.partition('Example:')[2]))
        assert 'Example:\n' in rest and used <= shown, f'{words}: {used - shown} used but not told of'
    invite = subprocess.run([portal, 'account', 'invite', '--help'], capture_output=True, text=True).stdout
    assert '--patient ID' in invite and '--role' not in invite and '--password-stdin' not in invite, invite
    reply = subprocess.run([portal, 'staff', 'reply', '--help'], capture_output=True, text=True).stdout
    assert '--text-stdin' in reply and '--reason' not in reply, reply


def configured(portal, text):
    path = os.path.join(portal.folder, 'config')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    portal.arguments += ['--config', path]


def t_request_log():
    """log_requests: a line of JSON a request, without ids, words or tokens"""
    with Portal() as portal:
        portal.load_text(PATIENT)
        portal.account('reader', 'marmaduke')
        configured(portal, '[server]\nlog_requests=true\n')
        portal.start()
        token, _ = page_yardstick.token(portal.port, 'reader')
        connection = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=20)
        connection.request('GET', '/fhir/Patient/marmaduke?Quince=1', headers={'Authorization': 'Bearer ' + token})
        assert connection.getresponse().status == 200
        portal.stop()
        lines = [json.loads(line) for line in portal.words().splitlines() if line.startswith('{')]
        reads = [line for line in lines if line['route'] == '/fhir/{type}/{id}']
        assert len(reads) == 1 and reads[0]['status'] == 200 and reads[0]['bytes'] > 0 and reads[0]['ms'] >= 0, lines
        for word in ('marmaduke', 'Quince', token, PASSWORD):
            assert word not in portal.words(), word


def t_metrics():
    """metrics are on their own address, and only on a loopback one"""
    with Portal() as portal:
        portal.load_text(PATIENT)
        configured(portal, '[server]\nmetrics=127.0.0.1:0\n')
        portal.start()
        port = int(re.search(r'Metrics are at http://127\.0\.0\.1:(\d+)/metrics', portal.words())[1])
        for at, path, want in ((portal.port, '/healthz', 200), (portal.port, '/metrics', 404), (port, '/metrics', 200),
                               (port, '/healthz', 404)):
            connection = http.client.HTTPConnection('127.0.0.1', at, timeout=20)
            connection.request('GET', path)
            answer = connection.getresponse()
            body = answer.read().decode()
            assert answer.status == want, f'{path}: {answer.status}'
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
        connection.request('GET', '/metrics')
        body = connection.getresponse().read().decode()
        assert 'cairn_requests_total{method="GET",route="/healthz",status="200"} 1' in body, body
        configured(portal, '[server]\nmetrics=0.0.0.0:0\n')
        portal.stop()
        try:
            portal.start()
        except AssertionError:
            return
        raise AssertionError('metrics on every address')


def t_drain():
    """SIGTERM: what is being worked on is answered, nothing new is taken, exit 0"""
    with Portal() as portal:
        portal.load_text(PATIENT)
        portal.account('reader', 'marmaduke')
        portal.start()
        form = ('client_id=cairn&response_type=code&scope=patient/*.rs&code_challenge_method=S256&username=reader'
                f'&password=wrong-{PASSWORD.replace(" ", "+")}&code_challenge={"a" * 43}')
        connection = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=20)
        connection.request('POST', '/auth/challenge', form, {'Content-Type': 'application/x-www-form-urlencoded'})
        time.sleep(0.01)                                       # the slow part of a sign-in has begun
        portal.process.terminate()
        answer = connection.getresponse()
        body = json.loads(answer.read())
        assert answer.status == 400 and body['error'] == 'insufficient_authorization', body
        assert portal.process.wait(20) == 0
        try:
            socket.create_connection(('127.0.0.1', portal.port), 1).close()
        except OSError:
            return
        raise AssertionError('still listening')


def main():
    for name, fn in list(globals().items()):
        if not name.startswith('t_'):
            continue
        needed = {'t_unit': 'systemd-analyze', 't_manual': 'groff'}.get(name)
        if needed and not shutil.which(needed):
            tap.skip(fn.__doc__, f'UNAVAILABLE: no {needed} here')
        else:
            tap.run(fn.__doc__, fn)
    tap.done()


main()
