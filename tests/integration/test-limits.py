#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one client may take of a portal: connections an address, time for a body; and what it still gets at the end."""
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time

import tap
from portal import SOURCE, Portal

sys.path.insert(0, os.path.join(SOURCE, 'tests', 'bench'))
import page_yardstick  # noqa: E402

MOST = 5
US, THEM = '10.99.0.1', '10.99.0.2'


def is_open(connection):
    """Whether the portal keeps a connection on which nothing was said."""
    connection.settimeout(0.5)
    try:
        return connection.recv(1) != b''
    except TimeoutError:
        return True
    except ConnectionError:
        return False


def connect(portal, address):
    return socket.create_connection((US, portal.port), 10, source_address=(address, 0))


def limited():
    """Runs in a network of its own, where addresses that aren't this machine's loopback can be had."""
    for words in ('link set lo up', f'addr add {US}/32 dev lo', f'addr add {THEM}/32 dev lo'):
        subprocess.run(['ip', *words.split()], check=True)
    with Portal() as portal:
        portal.load_text({'resourceType': 'Patient', 'id': 'p'})
        pem = os.path.join(portal.folder, 'key.pem'), os.path.join(portal.folder, 'cert.pem')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=portal',
                        '-keyout', pem[0], '-out', pem[1]], check=True, capture_output=True)
        config = os.path.join(portal.folder, 'config')
        with open(config, 'w', encoding='utf-8') as file:
            file.write(f'[server]\nconnections_per_address={MOST}\ntls_key={pem[0]}\ntls_cert={pem[1]}\n')
        portal.arguments += ['--config', config]
        portal.start(address=US)
        held = [connect(portal, US) for _ in range(MOST)]
        assert all(is_open(one) for one in held)
        assert not is_open(connect(portal, US)), 'one more than allowed'
        assert is_open(connect(portal, THEM)), 'another address has its own'
        held.pop().close()
        end = time.time() + 10
        while not is_open(connect(portal, US)):
            assert time.time() < end, 'a place that was left stays taken'
        assert portal.stop() == 0


def t_connections():
    """one address gets so many connections and no more, another its own; a place that is left can be taken"""
    done = subprocess.run(['unshare', '-n', sys.executable, __file__, 'limited'], capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]


def t_slow_body():
    """a body that drips is cut off, whatever is sent of it"""
    with Portal() as portal:
        portal.start()
        with socket.create_connection(('127.0.0.1', portal.port), 10) as slow:
            slow.sendall(b'POST /auth/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n'
                         b'Content-Length: 1000\r\n\r\n')
            started = time.time()
            slow.settimeout(1)
            while time.time() - started < 60:
                try:
                    slow.sendall(b'a')
                    if slow.recv(1000) == b'':
                        break
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
            assert 25 < time.time() - started < 45, time.time() - started
        assert portal.stop() == 0


def t_drain_download():
    """SIGTERM while 25 MB go out: they come whole, then the portal ends"""
    size = 25 * 1024 * 1024
    with Portal() as portal:
        portal.load_text({'resourceType': 'Patient', 'id': 'me'})
        portal.account('me', 'me')
        portal.start()
        token, _ = page_yardstick.token(portal.port, 'me', scope='launch/patient patient/*.rs patient/Binary.cu')
        up = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=60)
        up.request('POST', '/fhir/Binary', b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR'.ljust(size, b'\0'), {'Authorization': 'Bearer ' + token, 'Content-Type': 'image/png',
                                                         'X-Security-Context': 'Patient/me'})
        answer = up.getresponse()
        answer.read()
        path = answer.getheader('Location').partition('/_history')[0].partition('/fhir/')[2]
        down = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=60)
        down.request('GET', '/fhir/' + path, headers={'Authorization': 'Bearer ' + token})
        answer = down.getresponse()
        n = len(answer.read(65536))
        portal.process.terminate()
        time.sleep(0.5)
        assert portal.process.poll() is None, 'it ended with an answer on its way'
        while block := answer.read(1 << 20):
            n += len(block)
        assert n == size, n
        assert portal.process.wait(20) == 0


def may_unshare():
    return shutil.which('unshare') and shutil.which('ip') and \
        subprocess.run(['unshare', '-n', 'true'], capture_output=True).returncode == 0


if sys.argv[1:] == ['limited']:
    limited()
    sys.exit()
if may_unshare():
    tap.run(t_connections.__doc__, t_connections)
else:
    tap.skip(t_connections.__doc__, 'UNAVAILABLE: no network namespaces here')
for fn in (t_slow_body, t_drain_download):
    tap.run(fn.__doc__, fn)
tap.done()
