# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal under load: reads and search pages against nginx serving the same bytes from files, the import of a
chart, the memory of idle connections, and reads while people sign in."""
import json
import os
import resource
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time

import page_yardstick
from portal import BUILD, VISIBLE, Portal, wait_for
from websocket import WebSocket

LOAD = os.path.join(BUILD, 'tests', 'bench', 'http-load')
HUGE = os.path.join(VISIBLE, 'huge', 'one-patient-27mb.json.xz')
CONNECTIONS = 32
SECONDS = 2
IDLE = 900


class Nginx:
    """nginx with one folder of files."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]

    def __enter__(self):
        os.makedirs(os.path.join(self.folder, 'files'))
        os.chmod(self.folder, 0o755)
        path = os.path.join(self.folder, 'nginx.conf')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(('user root;\n' if os.geteuid() == 0 else '') + f'''daemon off; pid {self.folder}/pid; error_log {self.folder}/error;
worker_processes auto;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 100000000; sendfile on; default_type application/fhir+json;
  client_body_temp_path {self.folder}/b; proxy_temp_path {self.folder}/p; fastcgi_temp_path {self.folder}/f;
  uwsgi_temp_path {self.folder}/u; scgi_temp_path {self.folder}/s;
  server {{ listen 127.0.0.1:{self.port}; root {self.folder}/files; }} }}
''')
        self.process = subprocess.Popen([shutil.which('nginx') or '/usr/sbin/nginx', '-c', path, '-p', self.folder],
                                        stderr=subprocess.DEVNULL)
        wait_for(self.answers, what='nginx')
        return self

    def answers(self):
        try:
            socket.create_connection(('127.0.0.1', self.port), 1).close()
            return True
        except OSError:
            return False

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def put(self, name, body):
        path = os.path.join(self.folder, 'files', name)
        with open(path, 'wb') as file:
            file.write(body)
        os.chmod(path, 0o644)


def request(path, token=None):
    return (f'GET {path} HTTP/1.1\r\nHost: localhost\r\n' + (f'Authorization: Bearer {token}\r\n' if token else '')
            + '\r\n')


def load(port, text, connections=CONNECTIONS, seconds=SECONDS):
    """(requests a second, median ms, 99th percentile ms)"""
    done = subprocess.run([LOAD, str(port), str(connections), str(seconds)], input=text, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f'http-load: {done.stderr[-500:]}')
    return [float(n) for n in done.stdout.split()]


def cpu_seconds(pid):
    """Of a process and its children."""
    total = 0
    with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as children:
        for one in [str(pid), *children.read().split()]:
            with open(f'/proc/{one}/stat', encoding='ascii') as stat:
                total += sum(int(n) for n in stat.read().rsplit(')', 1)[1].split()[11:13])
    return total / os.sysconf('SC_CLK_TCK')


def loaded(process, port, text):
    """(ms of wall, µs of CPU) a request"""
    before = cpu_seconds(process.pid)
    rate = load(port, text)[0]
    return 1000 / rate, (cpu_seconds(process.pid) - before) * 1e6 / (rate * SECONDS)


def get(port, path, token):
    import http.client
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
    connection.request('GET', path, headers={'Authorization': 'Bearer ' + token})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f'{path}: {answer.status} {body[:200]}')
    return body


def observation(n, size):
    head = {'resourceType': 'Observation', 'id': f'o{n}', 'status': 'final', 'code': {'text': 'Weight'},
            'subject': {'reference': 'Patient/pat'}, 'valueString': ''}
    head['valueString'] = 'x' * (size - len(json.dumps(head, separators=(',', ':'))) - 70)
    return head


def clinic(portal, count=120, size=1024):
    portal.load_text({'resourceType': 'Bundle', 'type': 'transaction', 'entry': [
        {'fullUrl': f'urn:uuid:{n:08}-0000-4000-8000-000000000000', 'resource': r,
         'request': {'method': 'POST', 'url': r['resourceType']}} for n, r in enumerate(
             [{'resourceType': 'Patient', 'id': 'pat'}] + [observation(n, size) for n in range(count)])]})
    portal.account('reader', 'pat')
    portal.start()
    return page_yardstick.token(portal.port, 'reader')[0]


def throughput(add, log):
    if not (shutil.which('nginx') or os.path.exists('/usr/sbin/nginx')):
        log('UNAVAILABLE: no nginx to compare with')
        return
    with Portal() as portal, tempfile.TemporaryDirectory() as folder, Nginx(os.path.join(folder, 'nginx')) as nginx:
        token = clinic(portal)
        for name, path, least in (('a read of 1 KB', '/fhir/Observation/o1', 0.15),
                                  ('a search page of 100 KB', '/fhir/Observation?patient=pat&_count=90', 0.35)):
            body = get(portal.port, path, token)
            nginx.put('same', body)
            ours, theirs = [], []
            for n in range(6):
                pair = (loaded(portal.process, portal.port, request(path, token)),
                        loaded(nginx.process, nginx.port, request('/same')))
                if n:                                            # the first pair warms up
                    ours.append(pair[0])
                    theirs.append(pair[1])
            value, cpu = (statistics.median(one) for one in zip(*ours))
            yardstick, yardstick_cpu = (statistics.median(one) for one in zip(*theirs))
            log(f'{name}, {len(body)} bytes: {1000 / value:.0f}/s, nginx {1000 / yardstick:.0f}/s, '
                f'{yardstick / value:.3f} of it (at least {least}); {cpu:.0f} µs of CPU each, nginx {yardstick_cpu:.0f}')
            add(f'{name} with token, access check and audit, against nginx with a file', value, 'ms', round(1 / least, 2),
                len(ours), yardstick)


def importing(add, log):
    if not os.path.exists(HUGE):
        log('UNAVAILABLE: no 27 MB chart beside the project (../shared/data)')
        return
    times = []
    for _ in range(3):
        with Portal() as portal:
            portal.load_text({'resourceType': 'Patient', 'id': 'somebody'})      # the store is there
            started = time.time()
            portal.load(HUGE)
            times.append(time.time() - started)
    add('27 MB transaction imported', statistics.median(times), 's', 10, len(times), absolute=True)


def memory(pid):
    with open(f'/proc/{pid}/status', encoding='ascii') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmRSS'))


def idle(add, _log):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard), hard))
    text = request('/healthz').encode()

    def open_some(count):
        some = []
        for _ in range(count):
            connection = socket.create_connection(('127.0.0.1', portal.port))
            connection.sendall(text)
            connection.recv(4096)
            some.append(connection)
        return some
    with Portal() as portal:
        portal.start()
        first = open_some(50)
        time.sleep(0.3)
        before = memory(portal.process.pid)
        more = open_some(IDLE)
        time.sleep(0.3)
        after = memory(portal.process.pid)
        for connection in first + more:
            connection.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    add('memory an idle connection', (after - before) / IDLE, 'KB', 8, 1, absolute=True)


def live(add, log):
    people, each = 30, 10
    with Portal() as portal:
        portal.load_text({'resourceType': 'Bundle', 'type': 'batch', 'entry': [
            {'resource': {'resourceType': 'Patient', 'id': f'p{n}'}} for n in range(people)]})
        for n in range(people):
            portal.account(f'person{n}', f'p{n}')
        portal.start()
        tokens = [page_yardstick.token(portal.port, f'person{n}')[0] for n in range(people)]
        ears = [WebSocket(portal.port, token) for token in tokens]
        time.sleep(1)
        before = memory(portal.process.pid)
        ears += [WebSocket(portal.port, token) for token in tokens for _ in range(each - 1)]
        time.sleep(1)
        after = memory(portal.process.pid)
        for ear in ears:
            ear.socket.close()
    log(f'{len(ears)} sockets that wait for news')
    add('memory a socket that waits for news', (after - before) / (people * (each - 1)), 'KB', 8, 1, absolute=True)


def storm(add, _log):
    with Portal() as portal:
        token = clinic(portal)
        stop, signed = threading.Event(), []

        def sign_in():
            while not stop.is_set():
                page_yardstick.token(portal.port, 'reader')
                signed.append(1)
        text = request('/fhir/Observation/o1', token)
        quiet, loud = [], []
        for n in range(6):
            stop.clear()
            calm = load(portal.port, text, 4, 1)[2]
            people = [threading.Thread(target=sign_in) for _ in range(6)]
            for one in people:
                one.start()
            time.sleep(0.2)
            rough = load(portal.port, text, 4, 2)[2]
            stop.set()
            for one in people:
                one.join()
            if n:
                quiet.append(calm)
                loud.append(rough)
        if len(signed) < 50:
            raise RuntimeError(f'only {len(signed)} sign-ins: no storm')
        add('99th percentile of reads while six people sign in on end, against quiet', statistics.median(loud), 'ms', 2,
            len(loud), statistics.median(quiet))


def run(add, log):
    for part in (throughput, importing, idle, live, storm):
        part(add, log)
