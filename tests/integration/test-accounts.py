#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts with the real programs: an invitation on the command line, a registration over HTTP with the mail from the
Maildir, then cairnctl: sign in, read, second factor, a forgotten password."""
import base64
import email
import email.policy
import glob
import hashlib
import hmac
import json
import os
import re
import struct
import time
import urllib.error
import urllib.parse
import urllib.request

import tap
from portal import Client, Portal, wait_for

PASSWORD = 'seven tall herons wade'
NEW = 'eleven quiet otters swim'
PATIENT = {'resourceType': 'Patient', 'id': 'pat', 'name': [{'family': 'Stone', 'given': ['Bob']}], 'birthDate': '1980-02-29'}


def call(portal, method, path, body=None, token=None):
    """(status, JSON or None)"""
    request = urllib.request.Request(portal.url + 'account/' + path, method=method,
                                     data=json.dumps(body).encode() if body is not None else None,
                                     headers={'Content-Type': 'application/json'})
    if token:
        request.add_header('Authorization', 'Bearer ' + token)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b'null')


def letter(portal, subject):
    """The plain part of the mail with that subject; it is taken out of the Maildir."""
    def look():
        for path in glob.glob(os.path.join(portal.data, 'mail', 'new', '*')):
            with open(path, 'rb') as file:
                message = email.message_from_binary_file(file, policy=email.policy.default)
            if subject in message['Subject']:
                os.remove(path)
                return message.get_body(('plain',)).get_content()
        return None
    return wait_for(look, 20, f'a mail about {subject}')


def totp(secret, step):
    """RFC 6238 in the words of its own appendix, not of our library."""
    digest = hmac.new(base64.b32decode(secret), struct.pack('>Q', step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f'{(struct.unpack(">I", digest[at:at + 4])[0] & 0x7fffffff) % 1000000:06}'


def token_of(portal, username, password):
    verifier = base64.urlsafe_b64encode(os.urandom(32)).rstrip(b'=').decode()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b'=').decode()

    def post(path, **form):
        with urllib.request.urlopen(portal.url + path, urllib.parse.urlencode(form).encode(), 60) as answer:
            return json.load(answer)
    code = post('auth/challenge', client_id='cairn', response_type='code', scope='offline_access patient/*.rs',
                code_challenge=challenge, code_challenge_method='S256', username=username, password=password)
    return post('auth/token', grant_type='authorization_code', client_id='cairn', code=code['authorization_code'],
                code_verifier=verifier)['access_token']


def register(portal):
    invite = portal.run('account', 'invite', '--patient', 'pat', '--json')[1]
    tap.point(re.fullmatch(r'([A-Z2-9]{4}-){2}[A-Z2-9]{4}', invite['code']) and invite['expires'].endswith('Z'), 'invite prints a code', invite)
    status, begun = call(portal, 'POST', 'register', {'email': 'bob@example.org', 'invitation': invite['code'].lower()})
    tap.equal(status, 202, 'a registration begins')
    code = re.search(r'\b\d{8}\b', letter(portal, 'Your code'))[0]
    status, _ = call(portal, 'POST', 'verify', {'registration': begun['registration'], 'code': f'{code[:4]} {code[4:]}'})
    tap.equal(status, 200, 'the code of the mail is right')
    terms = call(portal, 'GET', '')[1]['terms']['version']
    status, made = call(portal, 'POST', 'register', {'registration': begun['registration'], 'username': 'Bob', 'password': PASSWORD,
                                                    'terms': terms})
    tap.equal((status, made), (201, {'username': 'bob', 'state': 'linked'}), 'the account is made and opens the record')
    listed = portal.run('account', 'list', '--json')[1]
    tap.equal([(a['username'], a['patients']) for a in listed], [('bob', ['pat'])], 'account list shows it')


def sign_in(portal, client):
    answer = client.sign_in(portal.url, 'bob', PASSWORD)
    tap.equal(answer['patient'], 'pat', 'cairnctl signs in')
    tap.equal(client('sync', check=0)['state'], 'complete', 'cairnctl brings the record home')
    tap.point('new device' in letter(portal, 'New sign-in'), 'a new device is told by mail')


def second_factor(portal):
    token = token_of(portal, 'bob', PASSWORD)
    letter(portal, 'New sign-in')
    draft = call(portal, 'POST', 'second-factor', {}, token)[1]
    step = int(time.time()) // 30
    status, done = call(portal, 'POST', 'second-factor', {'code': totp(draft['secret'], step)}, token)
    tap.equal(status, 200, 'a code of our own making turns the second factor on')
    letter(portal, 'Two-step')
    with Client() as other:
        other.sign_in(portal.url, 'bob', PASSWORD, check=1)
        tap.point('otp' in other.stdout.lower() or 'one-time' in other.stdout.lower() + other.stderr.lower(),
                  'cairnctl says that a one-time code is needed', other.stdout + other.stderr)
        other('sign-in', portal.url, '--username', 'bob', '--password-stdin', '--otp-stdin', stdin=PASSWORD + '\n000000\n', check=1)
        tap.point(True, 'cairnctl fails with a wrong code')
        answer = other('sign-in', portal.url, '--username', 'bob', '--password-stdin', '--otp-stdin',
                       stdin=f'{PASSWORD}\n{totp(draft["secret"], step + 1)}\n', check=0)
        tap.equal(answer['patient'], 'pat', 'cairnctl signs in with the right one')
    return token, done['recovery_codes']


def forgotten(portal, client, token):
    status, asked = call(portal, 'POST', 'recover/password', {'username': 'bob@example.org'})
    text = letter(portal, 'A new password')
    tap.point(status == 202 and f'{portal.url}account/reset/' in text, 'the mail leads to the portal', text)
    code = re.search(r'^\s*(\d{8})\s*$', text, re.M)[1]
    status, _ = call(portal, 'POST', 'password', {'recovery': asked['recovery'], 'code': code, 'password': NEW})
    tap.equal(status, 204, 'the code of the mail sets a new password')
    tap.equal(call(portal, 'GET', 'sessions', token=token)[0], 401, 'other sessions have ended')
    client('sync')
    tap.equal(client.code, 4, 'cairnctl has to sign in again')


def help_by_staff(portal):
    portal.run('account', 'reset', '--username', 'bob')
    with Client() as other:
        answer = other.sign_in(portal.url, 'bob', NEW)
        tap.equal(answer['patient'], 'pat', 'after account reset the password is enough')
    log = open(os.path.join(portal.folder, 'log'), encoding='utf-8').read()
    secrets = [w for w in (PASSWORD, NEW, 'bob@example.org') if w in log]
    tap.equal(secrets, [], 'no secret and no address is in the log')


def apps(portal):
    """The clinic adds an app (portal-command-client.c)."""
    back = 'https://app.example/back'
    made = portal.run('client', 'add', '--name', 'Partner', '--redirect', back, '--redirect', 'http://127.0.0.1/x', '--confidential',
                      '--scope', 'patient/*.rs', '--json')[1]
    tap.point(len(made['client_secret']) == 43 and made['redirects'] == [back, 'http://127.0.0.1/x'], 'client add tells the secret', made)
    listed = portal.run('client', 'list', '--json')[1]
    tap.point(listed == [{k: v for k, v in made.items() if k != 'client_secret'}], 'client list, without the secret', listed)
    for wrong in (['--name', 'x'], ['--redirect', back], ['--name', 'x', '--redirect', 'http://app.example/'],
                  ['--name', 'a\nb', '--redirect', back], ['--name', 'x', '--redirect', back, '--site', 'http://app.example']):
        tap.equal(portal.run('client', 'add', *wrong, check=False)[0], 2, f'client add {" ".join(wrong)!r} is refused')
    authorize = f'{portal.url}auth/authorize?client_id={made["client_id"]}&redirect_uri={back}&prompt=none&state=s'
    tap.equal(status_of(authorize), 303, 'the app is known while the portal runs')
    portal.run('client', 'remove', '--id', made['client_id'])
    tap.equal(status_of(authorize), 400, 'and no longer once it is removed')
    tap.equal(portal.run('client', 'remove', '--id', made['client_id'], check=False)[0], 1, 'it can be removed once')
    tap.equal(portal.run('client', 'list', '--json')[1], [], 'then there is none')


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def status_of(url):
    try:
        return urllib.request.build_opener(Stay).open(url, timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


def main():
    with Portal() as portal, Client() as client:
        portal.load_text(PATIENT)
        portal.start()
        register(portal)
        sign_in(portal, client)
        token, _ = second_factor(portal)
        forgotten(portal, client, token)
        help_by_staff(portal)
        apps(portal)
    tap.done()


main()
