#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real SMTP server and an HTTP gateway for text messages, which misbehave on demand.

mail_server.py DIR [--port N]: prints "SMTP-PORT GATEWAY-PORT" when ready. What was taken lies in DIR/inbox, a file a
letter, after a first line with sender and recipients. DIR/mode says how to behave, and is read anew at each command:
  ok                     take it
  later, never           451 or 550 to the recipient (503 or 400 at the gateway)
  later-data, never-data 451 or 554 after the message
  cut                    take the message, then hang up without an answer, once: the mode becomes ok
  slow                   take the message, answer too late
DIR/cert.pem is made; with it STARTTLS is offered and, for the user "portal" with the password in DIR/password, required.
"""
import asyncio
import hmac
import http.server
import json
import os
import ssl
import subprocess
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

FOLDER = sys.argv[1]
PORT = int(sys.argv[3]) if len(sys.argv) > 3 else 0
lock = threading.Lock()
count = 0


def mode():
    with open(os.path.join(FOLDER, 'mode'), encoding='utf-8') as file:
        return file.read().strip()


def keep(head, body):
    global count
    with lock:
        count += 1
        path = os.path.join(FOLDER, 'inbox', f'{count:04}')
    with open(path + '.tmp', 'wb') as file:
        file.write(head.encode() + b'\n' + body)
    os.rename(path + '.tmp', path)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if mode() == 'later':
            return '451 4.7.1 come back later'
        if mode() == 'never':
            return '550 5.1.1 nobody here'
        envelope.rcpt_tos.append(address)
        return '250 ok'

    async def handle_DATA(self, server, session, envelope):
        how = mode()
        if how == 'later-data':
            return '451 4.3.0 disk full'
        if how == 'never-data':
            return '554 5.6.0 not this'
        keep(f'{envelope.mail_from} {" ".join(envelope.rcpt_tos)} auth={session.authenticated} tls={session.ssl is not None}',
             envelope.original_content)
        if how == 'cut':
            with open(os.path.join(FOLDER, 'mode'), 'w', encoding='utf-8') as file:
                file.write('ok')
            server.transport.abort()
        if how == 'slow':
            await asyncio.sleep(4)
        return '250 ok'


def authenticate(server, session, envelope, mechanism, data):
    with open(os.path.join(FOLDER, 'password'), 'rb') as file:
        wanted = file.read().strip()
    right = data.login == b'portal' and hmac.compare_digest(data.password, wanted)
    return AuthResult(success=right, handled=right)


class Gateway(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        json.loads(body)
        status = {'later': 503, 'never': 400}.get(mode(), 202)
        if status == 202:
            keep(f'{self.headers.get("Authorization")} {self.headers.get("Content-Type")}', body)
        self.send_response(status)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *args):
        pass


def make_certificate():
    cert, key = os.path.join(FOLDER, 'cert.pem'), os.path.join(FOLDER, 'key.pem')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
                    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key,
                    '-out', cert], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def main():
    os.makedirs(os.path.join(FOLDER, 'inbox'))
    with open(os.path.join(FOLDER, 'mode'), 'w', encoding='utf-8') as file:
        file.write('ok')
    secure = os.path.exists(os.path.join(FOLDER, 'password'))
    options = {'tls_context': make_certificate(), 'require_starttls': True, 'authenticator': authenticate,
               'auth_required': True} if secure else {}
    controller = Controller(Handler(), hostname='127.0.0.1', port=PORT, **options)
    if PORT == 0:
        # aiosmtpd knocks at its own door with the port that it was given
        import socket
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            controller.port = probe.getsockname()[1]
    controller.start()
    gateway = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Gateway)
    threading.Thread(target=gateway.serve_forever, daemon=True).start()
    print(controller.port, gateway.server_port, flush=True)
    sys.stdin.read()
    controller.stop()


main()
