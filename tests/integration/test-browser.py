#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal's pages in Debian's Chromium, as people use them: letting an app in and the way back to a password, with the
keyboard alone, at 360 pixels, without a word in the console; and what other sites try with them.

With CAIRN_PICTURES=DIR each page is drawn there: wide, narrow, dark, right to left.
"""
import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import re
import secrets
import socket
import struct
import sys
import threading
import time
import urllib.parse
import urllib.request

import tap
from chromium import Chromium
from portal import PASSWORD, SOURCE, Portal, wait_for

sys.path.insert(0, os.path.join(SOURCE, 'tests', 'bench'))
import page_yardstick  # noqa: E402

PICTURES = os.environ.get('CAIRN_PICTURES')
NEW = 'seven quiet herons wait'
SCOPE = 'launch/patient openid fhirUser offline_access patient/*.rs patient/Appointment.cu'
PEOPLE = {'resourceType': 'Bundle', 'type': 'collection', 'entry': [
    {'resource': {'resourceType': 'Patient', 'id': 'ana', 'name': [{'given': ['Ana'], 'family': 'Silva'}]}},
    {'resource': {'resourceType': 'Patient', 'id': 'rui', 'name': [{'given': ['Rui'], 'family': 'Silva'}]}}]}
CONFIG = '''[server]
name=Riverside Clinic
support=Call 555-0100, weekdays from 8 to 17
'''
NARROW = 360


class Elsewhere:
    """Another site: an app that is called back, and pages that mean no good."""

    def __init__(self):
        self.asked, self.pages = [], {}
        elsewhere = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                elsewhere.asked.append(self.path)
                page = elsewhere.pages.get(self.path, '<!DOCTYPE html><title>app</title><h1>The app</h1>')
                self.send_response(200)
                self.send_header('Content-Type', 'text/html')
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_port}'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self):
        """The parameters of the last call back."""
        def called():
            return next((p for p in reversed(self.asked) if p.startswith('/callback?')), None)
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(wait_for(called, 20, 'the call back')).query))


class Six(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


class Launch:
    """An app that has registered itself, and one try to be let in."""

    def __init__(self, portal, elsewhere, redirect='http://127.0.0.1/callback'):
        self.portal, self.elsewhere = portal, elsewhere
        body = json.dumps({'client_name': 'Heart Diary', 'redirect_uris': [redirect]}).encode()
        request = urllib.request.Request(f'{portal.url}auth/register', body, {'Content-Type': 'application/json'})
        self.client = json.load(urllib.request.urlopen(request, timeout=30))['client_id']

    def address(self, **other):
        self.verifier = secrets.token_urlsafe(32)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        self.redirect = f'{self.elsewhere.url}/callback'
        params = {'response_type': 'code', 'client_id': self.client, 'redirect_uri': self.redirect, 'scope': SCOPE, 'state': 'tree',
                  'aud': f'{self.portal.url}fhir', 'code_challenge_method': 'S256',
                  'code_challenge': base64.urlsafe_b64encode(digest).rstrip(b'=').decode(), **other}
        return f'{self.portal.url}auth/authorize?{urllib.parse.urlencode(params)}'

    def redeem(self, code):
        form = urllib.parse.urlencode({'grant_type': 'authorization_code', 'client_id': self.client, 'code': code,
                                       'redirect_uri': self.redirect, 'code_verifier': self.verifier}).encode()
        return json.load(urllib.request.urlopen(f'{self.portal.url}auth/token', form, timeout=30))


def look(page, name):
    """What holds for every page; draws it when pictures are wanted."""
    width = page.evaluate('document.documentElement.scrollWidth')
    assert width <= NARROW, f'{name} is {width} pixels wide'
    page.evaluate('document.documentElement.style.fontSize = "140%"')
    large = page.evaluate('document.documentElement.scrollWidth')
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
        page.picture(os.path.join(PICTURES, f'{name}-large.png'))
    page.evaluate('document.documentElement.style.fontSize = ""')
    assert large <= NARROW, f'{name} in large text is {large} pixels wide'
    small = page.evaluate('[...document.querySelectorAll("input:not([type=hidden]), button, summary")].filter(e => e.offsetParent).map(e =>'
                          ' (e.closest("label") || e).getBoundingClientRect()).filter(r => r.height < 32).length')
    assert small == 0, f'{name} has {small} things too small to touch'
    assert page.unnamed() == [], f'{name} has nameless {page.unnamed()}'
    assert page.evaluate('document.scripts.length') == 0
    if not PICTURES:
        return
    for variant, shape in (('narrow', (NARROW, 740, False)), ('dark', (NARROW, 740, True)), ('wide', (1200, 800, False))):
        page.shape(*shape)
        page.picture(os.path.join(PICTURES, f'{name}-{variant}.png'))
    page.evaluate('document.documentElement.dir = "rtl"')
    page.shape(NARROW, 740)
    page.picture(os.path.join(PICTURES, f'{name}-rtl.png'))
    page.evaluate('document.documentElement.dir = "ltr"')
    page.call('Emulation.setEmulatedMedia', {'features': [{'name': 'forced-colors', 'value': 'active'}]})
    page.picture(os.path.join(PICTURES, f'{name}-contrast.png'))
    page.shape(NARROW)


def silent(page):
    assert page.complaints() == [], '\n'.join(page.complaints())


def sign_in(page, password=PASSWORD):
    assert 'User name' in page.focus(), page.focus()
    page.type('ana')
    page.press('Tab')
    assert page.focus() == 'Password', page.focus()
    page.type(password)
    page.press('Enter', loads=True)


def focus_is_seen(page):
    style = page.evaluate('(s => [s.outlineStyle, parseFloat(s.outlineWidth)])(getComputedStyle(document.activeElement))')
    assert style[0] == 'solid' and style[1] >= 2, style


def t_allow(work):
    """an app is let in with the keyboard alone, without what was unticked"""
    page = work.chromium.page(NARROW)
    page.goto(work.launch.address())
    assert page.heading() == 'Sign in'
    focus_is_seen(page)
    look(page, 'sign-in')
    sign_in(page)
    assert page.heading() == 'Connect “Heart Diary” with your record?', page.heading()
    look(page, 'consent')
    page.tab_to('Appointments')
    focus_is_seen(page)
    page.press(' ')
    page.tab_to('Allow')
    focus_is_seen(page)
    page.press('Enter', loads=True)
    assert page.heading() == 'The app' and page.url().startswith(work.elsewhere.url), page.url()
    answer = work.elsewhere.answer()
    assert answer['state'] == 'tree' and answer['iss'] == f'{work.portal.url}fhir', answer
    tokens = work.launch.redeem(answer['code'])
    assert 'Appointment' not in tokens['scope'] and 'patient/*.rs' in tokens['scope'], tokens['scope']
    assert tokens['patient'] == 'ana', tokens
    silent(page)


def t_whose(work):
    """who opens several records chooses with the arrow keys"""
    work.portal.run('account', 'link', '--username', 'ana', '--patient', 'rui')
    page = work.chromium.page(NARROW)
    page.goto(work.launch.address())
    sign_in(page)
    look(page, 'consent-several')
    page.tab_to('Ana Silva')
    page.press('ArrowDown')
    assert page.focus() == 'Rui Silva', page.focus()
    page.tab_to('Allow')
    page.press('Enter', loads=True)
    assert work.launch.redeem(work.elsewhere.answer()['code'])['patient'] == 'rui'
    silent(page)


def t_wrong(work):
    """a wrong password is said, the name stays, and no is an answer"""
    page = work.chromium.page(NARROW)
    page.goto(work.launch.address())
    sign_in(page, 'wrong')
    assert page.evaluate('document.querySelector("[role=alert]").innerText') == 'The user name or the password is wrong.'
    assert page.focus() == 'Password' and page.evaluate('document.getElementById("username").value') == 'ana'
    look(page, 'sign-in-wrong')
    page.type(PASSWORD)
    page.press('Enter', loads=True)
    page.tab_to('Don’t Allow')
    page.press('Enter', loads=True)
    answer = work.elsewhere.answer()
    assert answer['error'] == 'access_denied' and answer['state'] == 'tree' and 'code' not in answer, answer
    page.goto(work.launch.address())
    page.tab_to('Cancel')
    page.press('Enter', loads=True)
    assert work.elsewhere.answer()['error'] == 'access_denied'
    silent(page)


def totp(secret, step):
    key = base64.b32decode(secret + '=' * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack('>Q', step), 'sha1').digest()
    place = digest[-1] & 15
    return f'{(struct.unpack(">I", digest[place:place + 4])[0] & 0x7fffffff) % 1000000:06d}'


def call(work, path, token, body):
    request = urllib.request.Request(work.portal.url + path, json.dumps(body).encode(), {'Content-Type': 'application/json',
                                                                                        'Authorization': f'Bearer {token}'})
    return json.load(urllib.request.urlopen(request, timeout=30))


def t_factor(work):
    """the second step: a wrong code, a recovery code, a right code"""
    work.portal.account('bea', 'rui')
    token = page_yardstick.token(work.portal.port, 'bea', PASSWORD, 'offline_access patient/*.rs')[0]
    draft = call(work, 'account/second-factor', token, {})
    step = int(time.time()) // 30
    codes = call(work, 'account/second-factor', token, {'code': totp(draft['secret'], step)})['recovery_codes']
    page = work.chromium.page(NARROW)
    for way in ('recovery code', 'code'):
        page.goto(work.launch.address())
        page.type('bea')
        page.press('Tab')
        page.type(PASSWORD)
        page.press('Enter', loads=True)
        assert page.heading() == 'One more step' and page.focus() == 'One-time code', page.heading()
        if way == 'code':
            page.type(totp(draft['secret'], step + 1))
        else:
            page.type('000000')
            page.press('Enter', loads=True)
            assert 'wrong' in page.evaluate('document.querySelector("[role=alert]").innerText')
            page.tab_to('No authenticator app')
            page.press('Enter')
            page.press('Tab')
            assert page.focus() == 'Recovery code', page.focus()
            look(page, 'code')
            page.type(codes[0].lower())
        page.press('Enter', loads=True)
        assert page.heading().startswith('Connect'), page.heading()
    silent(page)


def t_stranger(work):
    """an address that is not the app's is not gone to, and people are told so"""
    page = work.chromium.page(NARROW)
    page.goto(work.launch.address(redirect_uri=f'{work.elsewhere.url}/elsewhere'))
    assert page.heading() == 'This app can’t be connected' and page.url().startswith(work.portal.url)
    look(page, 'stranger')
    assert not any(path.startswith('/elsewhere') for path in work.elsewhere.asked)
    silent(page)


def t_frames(work):
    """another site can neither frame the pages nor send their forms"""
    site = work.elsewhere
    handle = re.search(r'name="session" value="([^"]+)"', urllib.request.urlopen(work.launch.address(), timeout=30).read().decode())[1]
    fields = f'<input name="session" value="{handle}"><input name="username" value="ana"><input name="password" value="{PASSWORD}">'
    site.pages['/frame'] = f'<!DOCTYPE html><h1>Bait</h1><iframe src="{work.launch.address()}"></iframe>'
    site.pages['/forged'] = f'<!DOCTYPE html><form method="post" action="{work.portal.url}auth/sign-in">{fields}<button autofocus>Win</button></form>'
    page = work.chromium.page()
    page.goto(f'{site.url}/frame')
    wait_for(lambda: page.call('Page.getFrameTree') and any('frame-ancestors' in c or 'X-Frame-Options' in c or 'FrameAncestor' in c
                                                            or "Refused to display" in c for c in page.complaints()), 20,
             'the frame to be refused')
    page = work.chromium.page()
    page.goto(work.launch.address())                       # the victim has a sign-in of their own
    page.goto(f'{site.url}/forged')
    page.press('Enter', loads=True)
    assert page.heading() == 'This sign-in has run out', page.heading()


def t_six(work):
    """an app that listens at [::1] is called back, too"""
    try:
        server = Six(('::1', 0), http.server.BaseHTTPRequestHandler)
    except OSError as error:
        tap.note(f'no IPv6 here: {error}')
        return
    server.server_close()
    launch = Launch(work.portal, work.elsewhere, 'http://[::1]/callback')
    page = work.chromium.page(NARROW)
    page.goto(launch.address(redirect_uri=f'http://[::1]:{server.server_port}/callback'))
    page.tab_to('Cancel')
    before = len(page.complaints())
    page.press('Enter')
    wait_for(lambda: page.url().startswith('chrome-error:') or len(page.complaints()) > before, 20, 'an answer')
    assert page.url().startswith('chrome-error:'), page.complaints()      # it has gone there, where nobody listens any more


def t_scheme(work):
    """an app with a scheme of its own is called back, too"""
    launch = Launch(work.portal, work.elsewhere, 'org.example.diary:/callback')
    page = work.chromium.page(NARROW)
    page.goto(launch.address(redirect_uri='org.example.diary:/callback'))
    page.tab_to('Cancel')
    page.press('Enter')

    def sent_away():
        work.chromium.read(0.02)
        return any(e['method'] == 'Network.responseReceivedExtraInfo' and e['params']['statusCode'] == 303
                   and e['params']['headers'].get('Location', '').startswith('org.example.diary:/callback?error=access_denied')
                   for e in work.chromium.events if e.get('sessionId') == page.session)
    wait_for(sent_away, 20, 'the way back')
    page.evaluate('1')
    assert not any('Content Security' in c for c in page.complaints()), page.complaints()


def t_parts(work):
    """of a whole record, only the parts that were ticked"""
    page = work.chromium.page(NARROW)
    page.goto(work.launch.address())
    sign_in(page)
    page.tab_to('Only parts of it')
    page.press('Enter')
    page.tab_to('Allergies')
    page.press(' ')
    look(page, 'consent-parts')
    for words in ('Appointments', 'Allow'):
        page.tab_to(words)
        while page.focus() not in (words, words + '\nadd, change'):
            page.press('Tab')
        page.press('Enter' if words == 'Allow' else ' ', loads=words == 'Allow')
    scope = work.launch.redeem(work.elsewhere.answer()['code'])['scope'].split()
    assert 'patient/AllergyIntolerance.rs' in scope and not {'patient/*.rs', 'patient/Condition.rs', 'patient/Appointment.cu'} & set(scope), scope
    silent(page)


def t_origin(work):
    """an app that is a page of another site gets its tokens and reads, but nothing of accounts"""
    page = work.chromium.page()
    page.goto(work.launch.address())
    sign_in(page)
    page.tab_to('Allow')
    page.press('Enter', loads=True)
    form = {'grant_type': 'authorization_code', 'client_id': work.launch.client, 'code': work.elsewhere.answer()['code'],
            'redirect_uri': work.launch.redirect, 'code_verifier': work.launch.verifier}
    said = page.evaluate("""(async (root, form) => {
      const tokens = await (await fetch(root + 'auth/token', { method: 'POST', body: new URLSearchParams(form) })).json();
      const headers = { Authorization: 'Bearer ' + tokens.access_token };
      const read = await fetch(root + 'fhir/Patient/' + tokens.patient, { headers });
      const refused = await fetch(root + 'account/apps', { headers }).then(() => 'read', (error) => error.name);
      const alone = (await fetch(root + 'fhir/Patient/' + tokens.patient)).status;
      return [read.status, read.headers.get('ETag'), (await read.json()).id, refused, alone];
    })(%s, %s)""" % (json.dumps(work.portal.url), json.dumps(form)))
    assert said == [200, 'W/"1"', 'ana', 'TypeError', 401], said


def letter(portal, subject):
    """The newest mail with that subject."""
    folder = os.path.join(portal.data, 'mail', 'new')

    def find():
        for name in sorted(os.listdir(folder), reverse=True) if os.path.isdir(folder) else []:
            with open(os.path.join(folder, name), 'rb') as file:
                mail = email.message_from_binary_file(file, policy=email.policy.default)
            if subject in mail['Subject']:
                os.unlink(os.path.join(folder, name))
                return mail.get_body(('plain',)).get_content()
        return None
    return wait_for(find, 20, subject)


def link_in_mail(portal):
    return re.search(r'\S+/account/reset/[0-9a-f]{64}', letter(portal, 'A new password'))[0]


def recover(portal):
    body = json.dumps({'username': 'ana'}).encode()
    request = urllib.request.Request(f'{portal.url}account/recover/password', body, {'Content-Type': 'application/json'})
    urllib.request.urlopen(request, timeout=30)
    return link_in_mail(portal)


def fill(page, first, second):
    assert page.focus() == 'New password', page.focus()
    page.type(first)
    page.press('Tab')
    page.type(second)
    page.press('Enter', loads=True)
    return page.evaluate('document.querySelector("[role=alert]")?.innerText')


def t_recover(work):
    """from the sign-in to a mail, and by its link to a new password, with the keyboard alone; it works once"""
    page = work.chromium.page(NARROW)
    page.goto(work.launch.address())
    page.tab_to('Forgotten your password?')
    page.press('Enter', loads=True)
    assert page.heading() == 'Forgotten your password?' and 'User name' in page.focus(), page.heading()
    look(page, 'forgot')
    page.type('ana@example.org')
    page.press('Enter', loads=True)
    assert page.heading() == 'Look into your mail', page.heading()
    look(page, 'forgot-sent')
    link = link_in_mail(work.portal)
    page.goto(link)
    assert page.heading() == 'Choose a new password', page.heading()
    look(page, 'reset')
    page.tab_to('New password')
    focus_is_seen(page)
    assert fill(page, NEW, NEW + 'x') == 'The two are not the same.'
    look(page, 'reset-wrong')
    assert fill(page, 'short', 'short') == 'This password is too short.'
    assert fill(page, NEW, NEW) is None and page.heading() == 'Password saved', page.heading()
    look(page, 'reset-done')
    silent(page)
    page.goto(link)
    assert page.heading() == 'This link is no longer good', page.heading()
    look(page, 'reset-used')
    page.goto(work.launch.address())
    sign_in(page, NEW)
    assert page.heading().startswith('Connect'), page.heading()
    silent(page)


def t_expired(work):
    """a link that has run out says what to do next"""
    clock = os.path.join(work.portal.folder, 'clock')
    with Portal(arguments=work.portal.arguments, env={
            'LD_PRELOAD': '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1', 'FAKETIME_TIMESTAMP_FILE': clock,
            'FAKETIME_NO_CACHE': '1', 'DONT_FAKE_MONOTONIC': '1', 'FAKETIME_DONT_FAKE_MONOTONIC': '1'}) as portal:
        set_clock(clock, '+0')
        portal.load_text(PEOPLE)
        portal.account('ana', 'ana')
        portal.start()
        link = recover(portal)
        page = work.chromium.page(NARROW)
        set_clock(clock, '+59m')
        page.goto(link)
        assert page.heading() == 'Choose a new password', page.heading()
        set_clock(clock, '+61m')
        assert fill(page, NEW, NEW) is None and page.heading() == 'This link is no longer good', page.heading()
        assert '555-0100' in page.evaluate('document.body.innerText')
        silent(page)


def set_clock(path, offset):
    with open(path + '.new', 'w', encoding='ascii') as file:
        file.write(offset + '\n')
    os.rename(path + '.new', path)


class Work:
    def __init__(self, portal, chromium):
        self.portal, self.chromium, self.elsewhere = portal, chromium, Elsewhere()
        self.launch = Launch(portal, self.elsewhere)


def main():
    with Portal() as portal, Chromium() as chromium:
        config = os.path.join(portal.folder, 'portal.conf')
        with open(config, 'w', encoding='utf-8') as file:
            file.write(CONFIG)
        portal.arguments = ['--config', config]
        portal.load_text(PEOPLE)
        portal.account('ana', 'ana')
        portal.start()
        tap.note(chromium.version)
        work = Work(portal, chromium)
        for test in (t_allow, t_whose, t_wrong, t_factor, t_stranger, t_frames, t_six, t_scheme, t_parts, t_origin, t_recover, t_expired):
            begun = time.monotonic()
            tap.run(test.__doc__, test, work)
            tap.note(f'{time.monotonic() - begun:.1f} s')
    tap.done()


main()
