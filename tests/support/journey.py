# SPDX-License-Identifier: GPL-3.0-or-later
"""A journey through the app by keyboard and screen reader alone, at a real portal whose mail is read where it arrives."""
import base64
import email
import email.policy
import hashlib
import hmac
import json
import os
import re
import shutil
import struct
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import a11y
import portal as support
import tap


def totp(secret, ahead=0):
    """What an authenticator app shows so many seconds from now (RFC 6238)."""
    key = base64.b32decode(secret + '=' * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack('>Q', int(time.time() + ahead) // 30), 'sha1').digest()
    at = digest[-1] & 15
    return f'{(struct.unpack(">I", digest[at:at + 4])[0] & 0x7fffffff) % 10 ** 6:06}'


def post(url, token=None, form=None, body=None):
    """The JSON that a form or a JSON body gets."""
    data = urllib.parse.urlencode(form).encode() if form else json.dumps(body).encode()
    headers = {'Content-Type': 'application/x-www-form-urlencoded' if form else 'application/json'}
    if token:
        headers['Authorization'] = 'Bearer ' + token
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=20) as answer:
        return json.load(answer)


CODE = r'\b\d{8}\b'


def token_of(url, username, password, device, recovery_code=None):
    """Signs in from another device."""
    verifier = base64.urlsafe_b64encode(os.urandom(32)).rstrip(b'=')
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b'=').decode()
    form = {'client_id': 'cairn', 'response_type': 'code', 'scope': 'patient/*.rs', 'code_challenge': challenge,
            'code_challenge_method': 'S256', 'username': username, 'password': password, 'device': device}
    try:
        code = post(url + '/auth/challenge', form=form)['authorization_code']
    except urllib.error.HTTPError as error:
        session = json.load(error).get('auth_session')
        if not recovery_code or not session:
            raise
        code = post(url + '/auth/challenge', form={'client_id': 'cairn', 'auth_session': session,
                                                   'recovery_code': recovery_code, 'device': device})['authorization_code']
    return post(url + '/auth/token', form={'grant_type': 'authorization_code', 'client_id': 'cairn', 'code': code,
                                           'code_verifier': verifier.decode()})['access_token']


def newest_letter(portal, to, saying=''):
    """The words of a mail to somebody that says such a thing, which is taken away."""
    box = os.path.join(portal.data, 'mail', 'new')
    for _ in range(100):
        for name in sorted(os.listdir(box) if os.path.isdir(box) else []):
            path = os.path.join(box, name)
            with open(path, 'rb') as file:
                letter = email.message_from_binary_file(file, policy=email.policy.default)
            words = letter.get_body(('plain',)).get_content() if letter['To'] == to else ''
            if words and re.search(saying, words):
                os.unlink(path)
                return words
        time.sleep(0.1)
    raise AssertionError(f'no mail to {to}')


def digits_for(portal, to):
    """The code of a mail; others may come in between, such as of a new device."""
    return re.search(CODE, newest_letter(portal, to, CODE)).group()


class Journey:
    """The program, opened at a portal's address. JOURNEY_SHOTS names a folder for pictures, JOURNEY_WIDTH a size such as 360x720."""

    def __init__(self, portal):
        self.portal = portal
        self.folder, self.env = a11y.own_folders()
        self.app = None
        self.width = os.environ.get('JOURNEY_WIDTH')
        self.start()

    def start(self):
        self.app = a11y.App([support.CAIRN, self.portal.url], env=self.env, stderr=subprocess.DEVNULL)
        self.app.window()
        if self.width:
            window = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.app.process.pid)], check=True,
                                    capture_output=True, text=True).stdout.split()[0]
            a11y.xdo('windowsize', '--sync', window, *self.width.split('x'))

    def close(self):
        self.app.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def shot(self, name):
        folder = os.environ.get('JOURNEY_SHOTS')
        if folder:
            time.sleep(0.7)
            a11y.shot(os.path.join(folder, name + '.png'))

    # by keyboard

    def is_focused(self, name):
        try:
            return any(a11y.has(node, 'FOCUSED') and re.search(name, a11y.label_of(node) or '')
                       for node in self.app.walk(shown=True) if node.get_role_name() not in ('frame', 'window'))
        except a11y.GLib.Error:                              # a node vanished while we walked
            return False

    def write(self, name, words, tabs=0):
        """Types; what was typed must stand in that field, so that the focus was there."""
        field = self.app.find('text', re.compile(name), timeout=10)
        time.sleep(0.4)
        self.app.window()
        for _ in range(tabs):
            a11y.keys('Tab')
        a11y.keys('ctrl+a')
        a11y.type_text(words)
        self.app.wait(lambda: a11y.Atspi.Text.get_character_count(field) == len(words), 10, f'“{words}” in {name}')

    def walk_to(self, name, key='Tab', most=30):
        self.app.window()
        for _ in range(most):
            if self.is_focused(name):
                return
            a11y.keys(key)
            time.sleep(0.12)
        raise AssertionError(f'{most} times {key} do not lead to {name}')

    def press(self, name):
        self.walk_to(name)
        a11y.keys('Return')

    def says(self, words, timeout=20):
        self.app.find('label', re.compile(words), timeout=timeout)

    def audit(self, page):
        """All that can be used has a name; the close button of libadwaita's toasts has none, and goes with them."""
        end = time.time() + 15
        while (unnamed := self.app.unnamed()) and time.time() < end:
            time.sleep(0.5)
        assert not unnamed, f'{page}: {unnamed}'

    def letter(self, to):
        return newest_letter(self.portal, to)

    def digits(self, to):
        return digits_for(self.portal, to)

    def forget_all(self):
        """The program begins anew, as on a computer that knows nobody."""
        self.app.stop()
        for name in os.listdir(self.folder):
            shutil.rmtree(os.path.join(self.folder, name))
            os.makedirs(os.path.join(self.folder, name), mode=0o700)
        self.start()

    # ways that many go

    def sign_in(self, name, password, then=None):
        self.app.find('push button', 'Forgot Password?', timeout=20)
        self.write('^User name or e-mail', name)
        self.write('^Password', password, tabs=1)
        a11y.keys('Return')
        if then:
            self.says(then)

    def at_home(self, name):
        self.app.find('label', re.compile(name), timeout=40)

    def menu(self, name):
        """Of the main menu."""
        a11y.keys('F10')
        self.walk_to(name, key='Down')
        a11y.keys('Return')

    def open_security(self):
        """By the main menu, which folded stands a step back."""
        self.app.window()
        if self.width:
            a11y.keys('alt+Left')
            time.sleep(0.5)
        self.menu('Sign-In and Security')
        self.says('^Where you are signed in$')

    def top(self):
        """The window on top."""
        return subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.app.process.pid)], check=True,
                              capture_output=True, text=True).stdout.split()[-1]

    def type_proof(self, password, code):
        """The focus is in the password."""
        time.sleep(0.4)
        a11y.keys('ctrl+a')
        a11y.type_text(password)
        a11y.keys('Return')
        if code:
            time.sleep(0.3)
            a11y.type_text(code)
            a11y.keys('Return')


CLINIC = '[server]\nname=Northfield Family Clinic\nsupport=Call 555-0100.\n'


def run(steps, kind, record=None, accounts=(), arguments=()):
    """A journey of a kind through its steps, at a clinic of its own with a record and accounts of (user name, patient)."""
    with support.Portal(arguments=arguments) as portal:
        if not arguments:
            config = os.path.join(portal.folder, 'portal.conf')
            with open(config, 'w', encoding='utf-8') as file:
                file.write(CLINIC)
            portal.arguments += ['--config', config]
        if record:
            portal.load_text(record)
        for account in accounts:
            portal.account(*account)
        portal.start()
        journey = kind(portal)
        try:
            tap.walk(steps, journey, a11y.shot_of_failure)
        finally:
            journey.close()
    tap.done()
