#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trouble at home: wrong words, lost keys, damaged files, two copies, a wrong clock, a full disk."""
import glob
import http.server
import json
import os
import stat
import subprocess
import tempfile
import threading

import tap
from hostile_portal import HostilePortal
from portal import BUILD, CAIRNCTL, PASSWORD, SOURCE, Client, Portal, parse

MIA = os.path.join(BUILD, 'data', 'demo', 'mia.json')
CLINIC = os.path.join(BUILD, 'data', 'demo', 'clinic.json')


def sample(portal):
    portal.load(CLINIC, MIA)
    portal.account('reader', 'mia')
    portal.start()
    return portal


def account_folder(client, kind):
    return next(p for p in glob.glob(os.path.join(client.folder, kind, 'cairn', '*')) if os.path.isdir(p))


def told(client, *words):
    """An error in the contract's form that says one of the words."""
    error = (parse(client.stdout) or {}).get('error')
    assert error and error.get('code') and error.get('message'), f'no error told: {client.stdout!r} {client.stderr!r}'
    said = json.dumps(error).lower()
    assert not words or any(w in said for w in words), f'{error} says none of {words}'
    return error


def t_not_fhir():
    """a server that is not a portal: said, with what was tried"""
    class Web(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = b'<!doctype html><title>A web site</title>'
            self.send_response(200)
            self.send_header('Content-Type', 'text/html')
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Client() as client:
        client.sign_in(f'http://127.0.0.1:{server.server_port}/', 'reader', check=1)
        told(client)
    server.shutdown()


def t_wrong_password():
    """a wrong password and a wrong name: the same answer"""
    with Portal() as portal, Client() as client:
        sample(portal)
        client.sign_in(portal.url, 'reader', 'not the password at all', check=None)
        assert client.code in (1, 4), client.code
        first = told(client)
        client.sign_in(portal.url, 'nobody', check=None)
        assert client.code in (1, 4) and told(client) == first, f'{told(client)} is not {first}'
        assert not (client('status') or []), 'a failed sign-in left an account'


def t_revoked():
    """a revoked grant: exit 4, expired, the record stays readable, sign-in mends it"""
    with HostilePortal(patient='p', page=None) as portal, Client() as client:
        client.sign_in(portal.url, 'reader')
        client('sync', check=0)
        portal.revoked = True
        portal.answer = lambda r: r.send(b'', 401, headers=[('WWW-Authenticate',
                                                             'Bearer error="invalid_token"')]) or True
        client('sync')
        assert client.code == 4, f'exit {client.code}: {client.stdout}'
        assert client('status')[0]['state'] == 'expired', client.stdout
        client('list', 'all', check=0)
        portal.revoked, portal.answer = False, None
        client.sign_in(portal.url, 'reader')
        client('sync', check=0)
        assert client('status')[0]['state'] == 'signed-in', client.stdout


def t_no_keyring():
    """no Secret Service: sign-in exits 1 and names the keyring"""
    with Portal() as portal:
        sample(portal)
        script = f'printf %s {PASSWORD!r} | {CAIRNCTL} sign-in {portal.url} --username reader --password-stdin --json'
        done = subprocess.run([os.path.join(SOURCE, 'tests', 'support', 'headless'), 'bash', '-c', script],
                              capture_output=True, text=True,
                              env={**os.environ, 'HEADLESS_KEYRING': 'no', 'HEADLESS_DISPLAY': 'no'}, timeout=60)
        assert done.returncode == 1, f'exit {done.returncode}: {done.stdout} {done.stderr}'
        assert 'keyring' in (done.stdout + done.stderr).lower(), done.stdout + done.stderr


def t_file_keyring():
    """the file keyring works for one process"""
    with Portal() as portal, tempfile.TemporaryDirectory() as folder:
        sample(portal)
        with Client({'SECRET_BACKEND': 'file', 'SECRET_FILE_TEST_PATH': os.path.join(folder, 'keys'),
                     'SECRET_FILE_TEST_PASSWORD': 'test'}) as client:
            client.sign_in(portal.url, 'reader')
            client('sync', check=0)
            assert client('counts', check=0)['Patient'] == 1


def t_damaged_cache():
    """a damaged cache: made anew by the next sync"""
    with Portal() as portal, Client() as client:
        sample(portal)
        client.sign_in(portal.url, 'reader')
        client('sync', check=0)
        want = client.versions()
        path = os.path.join(account_folder(client, 'cache'), 'cache.db')
        with open(path, 'r+b') as file:
            size = os.path.getsize(path)
            for at in range(0, size, 4096):
                file.seek(at + 100)
                file.write(b'broken!' * 40)
        client('list', 'all')
        client('sync')
        if client.code != 0:
            client('sync', check=0)
        assert client.versions() == want, 'not the same record after the repair'


def t_damaged_outbox():
    """a damaged outbox: kept aside and said"""
    with Portal() as portal, Client() as client:
        sample(portal)
        client.sign_in(portal.url, 'reader')
        client('sync', check=0)
        client('outbox', check=0)
        path = os.path.join(account_folder(client, 'data'), 'outbox.db')
        broken = b'this is no database ' * 300
        with open(path, 'wb') as file:
            file.write(broken)
        for suffix in ('-wal', '-shm'):
            if os.path.exists(path + suffix):
                os.unlink(path + suffix)
        client('outbox')
        said = (client.stdout + client.stderr).lower()
        assert 'aside' in said or 'damaged' in said, f'not said: {said}'
        kept = [p for p in glob.glob(os.path.join(os.path.dirname(path), '*')) if os.path.isfile(p)
                and open(p, 'rb').read() == broken and p != path]
        assert kept, f'not kept aside: {os.listdir(os.path.dirname(path))}'
        client('outbox', check=0)


def t_two_copies():
    """two syncs at once: both end well, one record"""
    with Portal() as portal, Client() as client:
        portal.load(CLINIC, os.path.join(BUILD, 'data', 'demo', 'eleanor.json'))
        portal.account('reader', 'eleanor')
        portal.start()
        client.sign_in(portal.url, 'reader')
        both = [client.start('sync') for _ in range(2)]
        codes = [p.wait(120) for p in both]
        assert codes == [0, 0], codes
        versions = client('list', 'all', '--limit', '100000', check=0)
        assert len(versions) == len({(r['type'], r['id']) for r in versions}), 'listed twice'
        count = client('counts', check=0)
        assert sum(v for k, v in count.items() if k != 'quarantined') == len(versions)


def t_clock():
    """a clock an hour off, either way: sync works and misses nothing"""
    with Portal() as portal, Client() as client:
        sample(portal)
        client.sign_in(portal.url, 'reader')
        client('sync', check=0)
        for off in ('+1h', '-1h'):
            portal.load_text({'resourceType': 'Observation', 'status': 'final',
                              'id': 'clock' + off.strip('+-') + ('a' if off[0] == '+' else 'b'),
                              'code': {'text': 'Clock'}, 'subject': {'reference': 'Patient/mia'}})
            done = subprocess.run(['faketime', '-f', off, CAIRNCTL, 'sync', '--json'], env=client.env,
                                  capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=120)
            assert done.returncode == 0, f'{off}: exit {done.returncode}: {done.stdout[-500:]} {done.stderr[-300:]}'
        found = {r['id'] for r in client('list', 'Observation', '--limit', '1000', check=0)}
        assert {'clock1ha', 'clock1hb'} <= found, 'a record came between the clocks'


def t_untrusted():
    """an untrusted certificate: refused; CAIRN_CA_FILE adds it"""
    with tempfile.TemporaryDirectory() as folder:
        cert, key = os.path.join(folder, 'cert.pem'), os.path.join(folder, 'key.pem')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj',
                        '/CN=127.0.0.1', '-addext',
                        'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:TRUE', '-keyout', key,
                        '-out', cert],
                       check=True, capture_output=True)
        with Portal(arguments=('--tls-cert', cert, '--tls-key', key)) as portal:
            sample(portal)
            assert portal.url.startswith('https://'), portal.url
            with Client() as client:
                client.sign_in(portal.url, 'reader', check=1)
                told(client, 'certificate', 'tls', 'trust')
            with Client({'CAIRN_CA_FILE': cert}) as client:
                client.sign_in(portal.url, 'reader')
                client('sync', check=0)


def t_disk_full():
    """a full disk: said, nothing lost, goes on when there is room"""
    if os.getuid() != 0:
        raise Skip('needs root for a small file system')
    with Portal() as portal, Client() as client:
        portal.load(CLINIC, os.path.join(BUILD, 'data', 'demo', 'eleanor.json'))
        portal.account('reader', 'eleanor')
        portal.start()
        client.sign_in(portal.url, 'reader')
        cache = os.path.join(client.folder, 'cache')
        script = f'mount -t tmpfs -o size=2m none {cache!r} || exit 77; {CAIRNCTL} sync --json; echo "exit $?"; mount -o remount,size=200m {cache!r}; ' \
                 f'{CAIRNCTL} sync --json >/dev/null; echo "exit $?"; {CAIRNCTL} counts --json'
        done = subprocess.run(['unshare', '-m', 'bash', '-c', script], env=client.env, capture_output=True, text=True,
                              timeout=200)
        if done.returncode == 77:
            raise Skip('no file systems may be mounted here')
        lines = done.stdout.splitlines()
        codes = [x for x in lines if x.startswith('exit ')]
        assert codes[0] in ('exit 1', 'exit 3'), f'{codes}: {done.stdout[-800:]}'
        assert 'disk' in done.stdout.lower() or 'space' in done.stdout.lower() or 'full' in done.stdout.lower(), done.stdout[:600]
        assert codes[1] == 'exit 0', f'{codes}: {done.stdout[-500:]} {done.stderr[-500:]}'
        assert json.loads(lines[-1])['Patient'] == 1


def t_private():
    """nothing readable at rest, files for their owner only, sign-out leaves nothing"""
    with Portal() as portal, Client() as client:
        sample(portal)
        client.sign_in(portal.url, 'reader')
        client('sync', check=0)
        for folder, _, files in os.walk(client.folder):
            for name in files:
                path = os.path.join(folder, name)
                data = open(path, 'rb').read()
                for word in (b'Peanut', b'Larsen', b'SQLite format', PASSWORD.encode()):
                    assert word not in data, f'{word!r} stands in {name}'
                assert stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0, f'{name} may be read by others'
        client('sign-out', check=0)
        left = [os.path.join(d, f) for d, _, fs in os.walk(client.folder) for f in fs
                if f.endswith(('.db', '.db-wal', '.db-shm'))]
        assert not left, left
        client('list', 'all')
        assert client.code in (1, 2, 4), client.code


def t_usage():
    """usage errors exit 2"""
    with Client() as client:
        client('frobnicate')
        assert client.code == 2, client.code
        client('list', '--nonsense')
        assert client.code == 2, client.code


def t_deletes():
    """a change and a deletion on the portal come home"""
    with Portal() as portal, Client() as client:
        sample(portal)
        client.sign_in(portal.url, 'reader')
        client('sync', check=0)
        before = client.versions()
        row = next(r for r in before if r[0] == 'Condition')
        portal.load_text({'resourceType': 'Bundle', 'type': 'transaction',
                          'entry': [{'request': {'method': 'DELETE', 'url': f'{row[0]}/{row[1]}'}}]})
        portal.load_text({'resourceType': 'Observation', 'id': 'mia-observation-1', 'status': 'corrected',
                          'code': {'text': 'Weight'},
                          'subject': {'reference': 'Patient/mia'}, 'valueString': 'changed'})
        report = client('sync', check=0)
        assert report['types'][row[0]]['deleted'] == 1, report['types'][row[0]]
        after = client.versions()
        assert row not in after and not any(v[:2] == row[:2] for v in after)
        changed = next(r for r in client('list', 'Observation', '--limit', '1000') if r['id'] == 'mia-observation-1')
        assert changed['value'] == 'changed' and changed['version'] == '2' and 'corrected' in changed['flags'], changed
        assert len(after) == len(before) - 1


class Skip(Exception):
    pass


def main():
    if not os.path.exists(MIA):
        tap.point(False, 'the sample clinic is built', MIA)
        tap.done()
    for name, fn in list(globals().items()):
        if not name.startswith('t_'):
            continue
        try:
            fn()
            tap.point(True, fn.__doc__)
        except Skip as why:
            tap.skip(fn.__doc__, why)
        except Exception as error:  # noqa: BLE001
            tap.run(fn.__doc__, raiser(error))
    tap.done()


def raiser(error):
    def again():
        raise error
    return again


main()
