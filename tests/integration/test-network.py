#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bad network and bad answers: each is told, nothing half is kept, and the next run goes on."""
import email.utils
import gzip
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

import tap
from faultproxy import FaultProxy
from hostile_portal import HostilePortal, bundle, observation
from portal import SOURCE, Client, Portal

LIMIT = 16 * 1024 * 1024


def home(answer, after=None, want=(0,), env=None):
    """Signs in to a portal that answers so, syncs: (client's report, portal); `after` looks further."""
    with HostilePortal(answer=answer) as portal, Client(env) as client:
        client.sign_in(portal.url, 'reader')
        report = client('sync', timeout=400)
        assert client.code in want, f'exit {client.code}, wanted {want}: {client.stdout[-600:]} {client.stderr[-300:]}'
        if after:
            after(client, portal, report)
        return report


def pages(*, count=3, before=None):
    """An answer: Observation in pages of ten; before(request, page number) may take over."""
    def answer(request):
        if request.type != 'Observation':
            return False
        page = int((request.query.get('page') or ['0'])[0])
        if before and before(request, page):
            return True
        following = f'{request.portal.url}fhir/Observation?page={page + 1}' if page + 1 < count else None
        request.send(bundle([observation(page * 10 + n) for n in range(10)], following))
        return True
    return answer


def once(fn):
    """Only the first call takes over."""
    state = []

    def take(request, page):
        if state or page == 0:
            return False
        state.append(1)
        return fn(request)
    return take


def always(fn, at=1):
    return lambda request, page: fn(request) if page == at else False


def listed(client):
    return len(client('list', 'Observation', '--limit', '1000', check=0))


def error_of(report):
    return (report['types'].get('Observation') or {}).get('error')


def all_home(client, portal, report):
    assert report['state'] == 'complete', report
    assert listed(client) == 30, f'{listed(client)} listed'


def partial(*words):
    """The first page is kept (or all of the type waits), the fault is told, other types are whole."""
    def look(client, portal, report):
        assert report['state'] in ('partial', 'failed'), report['state']
        error = error_of(report)
        assert error, f'no error told: {report}'
        said = json.dumps(error).lower()
        assert not words or any(w in said for w in words), f'{error} says none of {words}'
        assert listed(client) in (0, 10), f'{listed(client)} listed'
    return look


# Each test is a function; its docstring is the test point's name.

def t_pages():
    """three pages come home"""
    home(pages(), all_home)


def t_401_once():
    """401 in mid-sync: refreshed, then whole"""
    def look(client, portal, report):
        all_home(client, portal, report)
        assert portal.grants >= 2, 'the token was never refreshed'
    home(pages(before=once(lambda r: r.send({'resourceType': 'OperationOutcome', 'issue': []}, 401,
                                            headers=[('WWW-Authenticate', 'Bearer error="invalid_token"')]) or True)),
                                            look)


def t_401_for_good():
    """401 and a revoked grant: exit 4, the record stays readable"""
    def refuse(request):
        request.portal.revoked = True
        request.send({'resourceType': 'OperationOutcome', 'issue': []}, 401,
                     headers=[('WWW-Authenticate', 'Bearer error="invalid_token"')])
        return True

    def look(client, portal, report):
        assert client('status')[0]['state'] == 'expired', client.stdout
        assert listed(client) in (0, 10)
        client('sync')
        assert client.code == 4, f'exit {client.code}'
    home(pages(before=always(refuse)), look, want=(4,))


def t_429():
    """429 with Retry-After: waited for, then whole"""
    when = []

    def busy(request):
        when.append(time.time())
        request.send({'resourceType': 'OperationOutcome', 'issue': []}, 429, headers=[('Retry-After', '2')])
        return True

    def look(client, portal, report):
        all_home(client, portal, report)
        assert time.time() - when[0] >= 2, 'did not wait'
    home(pages(before=once(busy)), look)


def t_503_date():
    """503 with a date in Retry-After: waited for, then whole"""
    def busy(request):
        request.send(b'', 503, headers=[('Retry-After', email.utils.formatdate(time.time() + 2, usegmt=True))])
        return True
    home(pages(before=once(busy)), all_home)


def t_500():
    """500: told, other types whole, the next sync goes on"""
    broken = [True]

    def fail(request, page):
        if broken[0] and page == 1:
            request.send({'resourceType': 'OperationOutcome', 'issue': [{'severity': 'error', 'code': 'exception',
                                                                         'diagnostics': 'the disk sang'}]}, 500)
            return True
        return False

    def look(client, portal, report):
        partial()(client, portal, report)
        broken[0] = False
        again = client('sync', check=0)
        assert again['state'] == 'complete', again
        assert listed(client) == 30, f'{listed(client)} listed'
    home(pages(before=fail), look, want=(3,))


def t_cut():
    """a cut-off body: nothing of that page is kept"""
    body = bundle([observation(n) for n in range(500)])
    home(pages(before=always(lambda r: r.cut(body, len(body) // 2))), partial(), want=(3,))


def t_endless():
    """an endless body: stopped at the limit of a page"""
    def look(client, portal, report):
        partial('large', 'limit', 'big', 'mb', 'size')(client, portal, report)
        assert not getattr(portal, 'exhausted', False), 'read on for a minute'
    home(pages(before=always(lambda r: r.endless(b' ' * 65536, 60))), look, want=(3,))


def t_gzip_bomb():
    """a gzip bomb: the limit counts decoded bytes"""
    bomb = gzip.compress(b'{"resourceType":"Bundle","type":"searchset","entry":[' + b' ' * (64 * 1024 * 1024) + b']}')
    home(pages(before=always(lambda r: r.send(bomb, headers=[('Content-Encoding', 'gzip')]) or True)), partial(),
         want=(3,))


def t_large():
    """a page over the limit: refused and told"""
    filler = json.dumps('x' * 1000).encode()
    body = b'{"resourceType":"Bundle","type":"searchset","entry":[],"x":[' + b','.join([filler] * (LIMIT // 900)) + b']}'
    home(pages(before=always(lambda r: r.send(body) or True)), partial('large', 'limit', 'big', 'mb', 'size'),
         want=(3,))


def t_html():
    """HTML instead of JSON: refused and told"""
    home(pages(before=always(lambda r: r.send(b'<!doctype html><title>Sign in</title>', kind='text/html') or True)),
         partial(), want=(3,))


def t_content_type():
    """a wrong content type: refused and told"""
    home(pages(before=always(lambda r: r.send(bundle([observation(99)]), kind='text/plain') or True)),
         partial('type', 'text/plain', 'json', 'fhir'), want=(3,))


def t_not_bundle():
    """an OperationOutcome with 200: refused, its words told"""
    home(pages(before=always(lambda r: r.send({'resourceType': 'OperationOutcome', 'issue': [
        {'severity': 'error', 'code': 'processing', 'diagnostics': 'no index today'}]}) or True)), partial(),
        want=(3,))


class OtherHost:
    """Another server, which must never hear of us."""

    def __enter__(self):
        heard = self.heard = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                heard.append((self.path, self.headers.get('Authorization')))
                self.send_response(404)
                self.end_headers()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_port}/fhir/Observation?page=2'
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def t_other_host():
    """a next-link to another host: refused, no token sent there"""
    with OtherHost() as other:
        home(pages(before=always(lambda r: r.send(bundle([observation(50)], other.url)) or True)), None, want=(3,))
        assert not other.heard, f'asked the other host: {other.heard}'


def t_redirect():
    """a redirect to another host: not followed"""
    with OtherHost() as other:
        home(pages(before=always(lambda r: r.send(b'', 302, headers=[('Location', other.url)]) or True)), None,
             want=(3,))
        assert not other.heard, f'followed: {other.heard}'


def t_loop():
    """next-links in a loop: stopped and told"""
    def round_and_round(request):
        request.send(bundle([observation(10)], f'{request.portal.url}fhir/Observation?page=1'))
        return True

    def look(client, portal, report):
        assert error_of(report), report
        assert len(portal.asked('/fhir/Observation')) < 30, f'{len(portal.asked("/fhir/Observation"))} requests'
    home(pages(before=always(round_and_round)), look, want=(3,))


def t_outcome_entry():
    """an outcome entry is told and not counted"""
    def warned(request):
        body = json.loads(bundle([observation(n) for n in range(10, 20)]))
        body['entry'].append({'search': {'mode': 'outcome'}, 'resource': {'resourceType': 'OperationOutcome',
                                                                          'issue': [
            {'severity': 'warning', 'code': 'incomplete', 'diagnostics': 'some are hidden'}]}})
        request.send(body)
        return True

    def look(client, portal, report):
        assert report['types']['Observation']['received'] == 20, report['types']['Observation']
        assert report['types']['Observation']['quarantined'] == 0
    home(pages(before=always(warned)), look)


def t_tokens_stay():
    """the access token goes to the portal's own FHIR endpoint only"""
    def look(client, portal, report):
        for method, path, headers in portal.requests:
            sent = {k.lower(): v for k, v in headers.items()}
            assert 'authorization' not in sent or path.startswith('/fhir/'), f'token sent to {path}'
            assert 'access-' not in path and 'refresh-' not in path, f'token in the address: {path}'
    home(pages(), look)


def record(portal, count=4000):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'record.ndjson')
        subprocess.run([sys.executable, '-B', os.path.join(SOURCE, 'data', 'demo', 'generate.py'), '--record',
                        str(count), '--out', path], check=True)
        portal.load(path)
    portal.account('reader', 'sample')
    portal.start()


def t_cut_wire():
    """connections reset in mid-sync, again and again: in the end all is home, once"""
    with Portal() as portal:
        record(portal)
        with FaultProxy(portal.port) as wire, Client() as client:
            client.sign_in(wire.url, 'reader')
            for cut in (70_000, 200_000, 900_000):
                wire.set(cut_after=cut)
                report = client('sync')
                assert client.code in (0, 3), f'exit {client.code}: {client.stderr[-400:]}'
            wire.set(cut_after=0)
            report = client('sync', check=0)
            assert report['state'] == 'complete', report
            assert len(client.versions()) == 4000, f'{len(client.versions())} of 4000'


def t_offline():
    """no network: the record reads, sync says offline and fails"""
    with Portal() as portal:
        record(portal, 200)
        with FaultProxy(portal.port) as wire, Client() as client:
            client.sign_in(wire.url, 'reader')
            client('sync', check=0)
            wire.set(mode='refuse')
            client('sync')
            assert client.code in (1, 3), f'exit {client.code}'
            assert len(client('list', 'all', '--limit', '1000', check=0)) == 200
            assert client('status', check=0)[0]['offline'] is True, client.stdout
            wire.set(mode='pass')
            client('sync', check=0)
            assert client('status', check=0)[0]['offline'] is False, client.stdout


def main():
    for name, fn in list(globals().items()):
        if name.startswith('t_'):
            tap.run(fn.__doc__, fn)
    tap.done()


main()
