# SPDX-License-Identifier: GPL-3.0-or-later
"""A portal that signs in as the real one does, and then misbehaves.

The one stand-in of the tests: for bytes that the real portal refuses to send. It serves a file's
bytes as the one page of the Observation search ("type":"collection" made "type":"searchset" where
those bytes occur, nothing else touched), an empty searchset for every other type, and whatever a
test's `answer` hook says.
"""
import http.server
import json
import ssl
import threading
import time
import urllib.parse

TYPES = ['AllergyIntolerance', 'Appointment', 'CarePlan', 'Communication', 'Condition', 'Coverage',
         'DiagnosticReport',
         'DocumentReference', 'Encounter', 'Goal', 'Immunization', 'MedicationRequest', 'Observation', 'Patient',
         'Procedure',
         'QuestionnaireResponse']
FHIR = 'application/fhir+json'


def searchset(data):
    for space in (b'', b' '):
        data = data.replace(b'"type":' + space + b'"collection"', b'"type":' + space + b'"searchset"')
    return data


def bundle(resources=(), next_url=None):
    return json.dumps({'resourceType': 'Bundle', 'type': 'searchset',
                       'link': [{'relation': 'next', 'url': next_url}] if next_url else [],
                       'entry': [{'resource': r, 'search': {'mode': 'match'}} for r in resources]}).encode()


def observation(number, patient='p', title='Weight', **more):
    return {'resourceType': 'Observation', 'id': f'o{number}', 'meta': {'versionId': '1',
                                                                        'lastUpdated': '2020-01-01T00:00:00Z'},
            'status': 'final', 'code': {'text': title}, 'subject': {'reference': f'Patient/{patient}'},
            'effectiveDateTime': f'2020-01-{number % 28 + 1:02}', 'valueString': str(number), **more}


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that hang up are what these tests are about."""


class HostilePortal:
    """answer(request) may handle a FHIR request itself and return True; see Request for its means."""

    def __init__(self, patient='p', page=None, answer=None, tls=None):
        self.patient, self.page, self.answer = patient, page, answer
        self.requests = []              # (method, path, headers) of everything asked
        self.grants = 0
        self.revoked = False
        self.lock = threading.Lock()
        owner = self

        class Handler(Request):
            portal = owner
        self.server = Server(('127.0.0.1', 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f'http{"s" if tls else ""}://127.0.0.1:{self.server.server_port}/'
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def asked(self, prefix):
        with self.lock:
            return [r for r in self.requests if r[1].startswith(prefix)]


class Request(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    portal = None

    def log_message(self, *_):
        pass

    def send(self, body, status=200, kind=FHIR, headers=()):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(body)))
        self.send_header('Cache-Control', 'no-store')
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def read_body(self):
        length = int(self.headers.get('Content-Length') or 0)
        return self.rfile.read(length) if length else b''

    def do_GET(self):
        self.handle_request(b'')

    def do_POST(self):
        self.handle_request(self.read_body())

    def handle_request(self, body):
        portal = self.portal
        with portal.lock:
            portal.requests.append((self.command, self.path, dict(self.headers)))
        path, _, query = self.path.partition('?')
        if path.endswith('/.well-known/smart-configuration'):
            return self.send(self.discovery(), kind='application/json')
        if path == '/oauth/challenge':
            return self.send({'authorization_code': 'code', 'auth_session': 'session'}, kind='application/json')
        if path == '/oauth/token':
            return self.token(urllib.parse.parse_qs(body.decode()))
        if path == '/oauth/revoke':
            return self.send({}, kind='application/json')
        if path == '/fhir/metadata':
            return self.send(self.capabilities())
        if not path.startswith('/fhir/'):
            return self.send({'resourceType': 'OperationOutcome',
                              'issue': [{'severity': 'error', 'code': 'not-found'}]}, 404)
        if query == '' and body:
            query = body.decode()
        self.type = path.split('/')[2] if path.count('/') >= 2 else ''
        self.query = urllib.parse.parse_qs(query)
        if portal.answer and portal.answer(self):
            return None
        return self.search(path)

    def search(self, path):
        rest = path.split('/')[3:]
        if rest and rest[0] not in ('_search', ''):
            if self.type == 'Patient':
                return self.send({'resourceType': 'Patient', 'id': rest[0], 'meta': {'versionId': '1'},
                                  'name': [{'text': 'Somebody'}]})
            return self.send({'resourceType': 'OperationOutcome',
                              'issue': [{'severity': 'error', 'code': 'not-found'}]}, 404)
        if self.type == 'Observation' and self.portal.page is not None:
            return self.send(searchset(self.portal.page))
        return self.send(bundle())

    def token(self, form):
        if self.portal.revoked:
            return self.send({'error': 'invalid_grant'}, 400, 'application/json')
        with self.portal.lock:
            self.portal.grants += 1
            n = self.portal.grants
        return self.send({'access_token': f'access-{n}', 'token_type': 'Bearer', 'expires_in': 900,
                          'refresh_token': f'refresh-{n}',
                          'scope': (form.get('scope')
                                    or ['openid fhirUser offline_access launch/patient patient/*.rs'])[0],
                          'patient': self.portal.patient}, kind='application/json', headers=[('Pragma', 'no-cache')])

    def discovery(self):
        base = self.portal.url
        return {'issuer': base + 'fhir', 'authorization_endpoint': base + 'oauth/authorize',
                'token_endpoint': base + 'oauth/token',
                'authorization_challenge_endpoint': base + 'oauth/challenge',
                'revocation_endpoint': base + 'oauth/revoke',
                'cairn_account_endpoint': base + 'account/',
                'grant_types_supported': ['authorization_code', 'refresh_token'],
                'code_challenge_methods_supported': ['S256'],
                'scopes_supported': ['openid', 'fhirUser', 'offline_access', 'launch/patient', 'patient/*.rs'],
                'capabilities': ['launch-standalone', 'client-public', 'permission-offline', 'permission-patient',
                                 'permission-v2']}

    def capabilities(self):
        parameters = [{'name': n, 'type': t} for n, t in (('patient', 'reference'), ('subject', 'reference'),
                                                          ('_id', 'token'),
                                                          ('_lastUpdated', 'date'), ('_count', 'number'))]
        return {'resourceType': 'CapabilityStatement', 'status': 'active', 'date': '2020-01-01', 'kind': 'instance',
                'fhirVersion': '4.0.1',
                'format': ['json'], 'rest': [{'mode': 'server', 'resource': [
                    {'type': t, 'interaction': [{'code': 'read'}, {'code': 'search-type'}], 'searchParam': parameters}
                    for t in TYPES]}]}

    # Misbehaviour

    def cut(self, body, at):
        """Promises the whole body, sends a part, hangs up."""
        self.send_response(200)
        self.send_header('Content-Type', FHIR)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body[:at])
        self.wfile.flush()
        self.close_connection = True
        return True

    def endless(self, chunk, seconds, pause=0.0):
        """Sends chunk after chunk until the other side has enough, or for `seconds`."""
        self.send_response(200)
        self.send_header('Content-Type', FHIR)
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        end = time.time() + seconds
        try:
            while time.time() < end:
                self.wfile.write(b'%x\r\n%s\r\n' % (len(chunk), chunk))
                self.wfile.flush()
                time.sleep(pause)
            self.portal.exhausted = True
        except OSError:
            pass
        self.close_connection = True
        return True
