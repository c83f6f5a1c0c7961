#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in and security: second factor, devices, password, proof and activity; by keyboard and screen reader alone.

The authenticator app is played by what a telephone would read off the screen; the other device is this script.
"""
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
import portal as support  # noqa: E402
import qr  # noqa: E402
import tap  # noqa: E402
from connect import connect  # noqa: E402
from journey import Journey, post, run, token_of, totp  # noqa: E402

NEW_PASSWORD = 'lantern orchard ferry oak'
CODE = re.compile(r'^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$')
RECORD = {'resourceType': 'Bundle', 'type': 'collection', 'entry': [
    {'resource': {'resourceType': 'Patient', 'id': 'maren', 'birthDate': '1958-03-14',
                  'name': [{'given': ['Maren'], 'family': 'Lindqvist'}]}}]}
AHEAD = 600


class Security(Journey):
    # steps

    def opened(self):
        self.other = token_of(self.portal.url.rstrip('/'), 'maren', support.PASSWORD, 'Telephone')
        self.sign_in('maren', support.PASSWORD, None)
        self.at_home('Maren')
        self.open_security()
        self.says('^This device, signed in since')
        self.says('^Telephone$')
        self.says('^Last used')
        self.says('^Off. Whoever knows your password')
        self.audit('security')
        self.shot('security')

    def app_of_others(self):
        url = self.portal.url.rstrip('/')
        token = connect(url, 'maren', support.PASSWORD, 'Step Counter')['access_token']
        a11y.keys('alt+Left')
        self.app.wait(lambda: 'Where you are signed in' not in self.app.names('label'), 10, 'the page before')
        self.open_security()
        self.says('^Step Counter$')
        self.says('^Sees parts of your record since .* The clinic does not know this app')
        self.says('Step Counter\\S*, .*from 127')
        self.audit('connected app')
        self.shot('security-app')
        self.press('^Disconnect: Step Counter$')
        self.says('^Nothing outside of Cairn was let into your record')
        request = urllib.request.Request(url + '/fhir/Observation?patient=maren', headers={'Authorization': 'Bearer ' + token})
        try:
            urllib.request.urlopen(request, timeout=20)
            raise AssertionError('a disconnected app still reads')
        except urllib.error.HTTPError as error:
            assert error.code == 401, error

    def factor(self):
        self.press('^Two-step sign-in')
        self.says('^Two steps to your record$')
        self.audit('second factor')
        self.shot('factor-off')
        self.press('^Set It Up$')
        self.says('^Set up your authenticator app$')
        key = self.app.wait(lambda: next((n for n in self.app.names('label')
                                          if re.fullmatch('[A-Z2-7]{4}( [A-Z2-7]{1,4})+', n)), None), 10, 'the key')
        self.secret = key.replace(' ', '')
        self.audit('key')
        self.shot('factor-key')
        self.camera()
        self.write('^Six digits', '000000')
        a11y.keys('Return')
        self.says('^This code is wrong or too old')
        self.write('^Six digits', totp(self.secret))
        a11y.keys('Return')
        self.says('^Keep these recovery codes$')

    def camera(self):
        """What a telephone reads off the screen is what stands there to be typed."""
        with tempfile.TemporaryDirectory() as folder:
            picture = os.path.join(folder, 'screen.png')
            time.sleep(0.5)                                  # a last frame
            a11y.shot(picture)
            texts = qr.read(picture)
        if texts is None:
            tap.skip('The code on the screen can be read', 'no libzbar')
            return
        assert len(texts) == 1 and texts[0].startswith('otpauth://totp/'), texts
        assert urllib.parse.parse_qs(urllib.parse.urlsplit(texts[0]).query)['secret'] == [self.secret], texts

    def codes_kept(self):
        self.codes = [n for n in self.app.names('label') if CODE.match(n)]
        assert len(set(self.codes)) == 10, self.codes
        self.audit('codes')
        self.shot('factor-codes')
        a11y.keys('alt+Left')
        self.says('^Keep the recovery codes first')
        self.app.window()
        self.menu('Sign Out')                                # would lose them: it asks
        self.app.find('label', 'Sign out all the same?', timeout=10)
        a11y.xdo('windowfocus', '--sync', self.top())
        a11y.keys('Escape')
        self.app.wait(lambda: 'Sign out all the same?' not in self.app.names('label'), 10, 'the question gone')
        self.press('^Copy$')
        self.says('^Copied$')
        self.press('^I Have Kept Them$')
        self.says('^On since .*, 10 recovery codes left$')
        assert not [n for n in self.app.names('label') if CODE.match(n)]
        self.audit('security')
        self.shot('security-on')

    def signs_in_with_code(self):
        self.forget_all()
        self.sign_in('maren', support.PASSWORD, '^Enter the code$')
        self.audit('one-time code')
        self.shot('code')
        self.write('^One-time code$', '000000')
        a11y.keys('Return')
        self.says('^This code is wrong or too old')
        self.write('^One-time code$', self.fresh_code())
        a11y.keys('Return')
        self.at_home('Maren')

    def fresh_code(self):
        """A code of a step that was not used yet: each is good once."""
        used, self.used = getattr(self, 'used', totp(self.secret)), totp(self.secret)
        for _ in range(70):
            code = totp(self.secret, 29)
            if code != used:
                self.used = code
                return code
            time.sleep(0.5)
        raise AssertionError('no new code')

    def signs_in_with_recovery_code(self):
        self.forget_all()
        self.sign_in('maren', support.PASSWORD, '^Enter the code$')
        self.press('^Use a Recovery Code$')
        self.shot('code-recovery')
        self.write('^Recovery code$', 'AAAA-BBBB-CCCC-DDDD')
        a11y.keys('Return')
        self.says('^This recovery code is wrong or was used before')
        self.write('^Recovery code$', self.codes[0].lower())
        a11y.keys('Return')
        self.at_home('Maren')
        self.open_security()
        self.says('^On since .*, 9 recovery codes left$')

    def others(self):
        self.press('^Sign Out Others$')
        self.says('^Signed out there$')
        self.app.wait(lambda: not any(n and n.startswith('Last used') for n in self.app.names('label')), 10, 'one device')
        self.audit('security')
        try:
            post(self.portal.url + 'account/terms', self.other, body={'version': ''})
        except urllib.error.HTTPError as error:
            assert error.code == 401, error.code
        else:
            raise AssertionError('the other device is still signed in')

    def password(self):
        self.press('^Password')
        self.says('^Choose a new password$')
        self.write('New password', 'password')
        self.says('^Weak$')
        a11y.keys('Return')
        self.says('^This is among the first that a guesser tries')
        self.audit('password')
        self.shot('password-common')
        self.write('New password', NEW_PASSWORD)
        self.press('^Change Password$')
        self.says('^Password changed')
        self.says('^Where you are signed in$')

    def proof(self):
        """Ten minutes later the portal wants to know that it is still the owner."""
        self.portal.stop()
        self.portal.start(self.portal.port, clock=f'+{AHEAD // 60}m')
        self.press('^Two-step sign-in')
        self.says('^New recovery codes$')
        self.audit('second factor')
        self.shot('factor-on')
        self.press('^New recovery codes')
        self.app.find('label', re.compile('asks for your password once more'), timeout=30)
        self.audit('proof')
        self.shot('proof')
        a11y.xdo('windowfocus', '--sync', self.top())
        self.type_proof('not the password', totp(self.secret, AHEAD))
        self.says('^The password is wrong')
        self.shot('proof-wrong')
        self.type_proof(NEW_PASSWORD, None)
        self.says('^Keep these recovery codes$')
        codes = [n for n in self.app.names('label') if CODE.match(n)]
        assert len(codes) == 10 and not set(codes) & set(self.codes)
        self.press('^I Have Kept Them$')
        self.says('^Where you are signed in$')

    def activity(self):
        self.press('^All activity$')
        self.says('^What was done with your account')
        assert self.app.names('label').count('Two-step sign-in turned on') == 1
        for words in ('^Two-step sign-in turned on$', '^New recovery codes made$', '^Password changed$', '^All other devices signed out$',
                      '^A password asked for once more was wrong$', '^Signed in$'):
            self.says(words)
        self.audit('activity')
        self.shot('activity')
        a11y.keys('alt+Left')
        self.says('^Where you are signed in$')

    def turned_off(self):
        self.press('^Two-step sign-in')
        self.press('^Turn Off…$')
        self.app.find('label', 'Turn two-step sign-in off?', timeout=10)
        self.shot('factor-remove')
        a11y.xdo('windowfocus', '--sync', self.top())
        self.walk_to('Turn Off$')
        a11y.keys('Return')
        self.says('^Off. Whoever knows your password')
        self.forget_all()
        self.sign_in('maren', NEW_PASSWORD, None)
        self.at_home('Maren')

    def offline(self):
        self.portal.stop()
        self.open_offline()
        self.shot('offline')
        self.audit('offline')
        self.portal.start(self.portal.port)
        self.press('^Try Again$')
        self.says('^Where you are signed in$', 60)

    def open_offline(self):
        self.app.window()
        a11y.keys('F10')
        self.walk_to('Sign-In and Security', key='Down')
        a11y.keys('Return')
        self.says('^The clinic.s portal is needed for this$', 60)


STEPS = [
    ('The page opens from the main menu and lists the devices', Security.opened),
    ('An app of others is shown and disconnected', Security.app_of_others),
    ('A second factor is set up by camera or by typing', Security.factor),
    ('Ten recovery codes are shown once', Security.codes_kept),
    ('A code signs in', Security.signs_in_with_code),
    ('A recovery code signs in', Security.signs_in_with_recovery_code),
    ('Other devices are signed out', Security.others),
    ('The password is changed', Security.password),
    ('After a while the password is asked for once more', Security.proof),
    ('The activity says what was done', Security.activity),
    ('The second factor is turned off, and the new password signs in', Security.turned_off),
    ('Without the portal that is said, and it can be tried again', Security.offline),
]


if __name__ == '__main__':
    run(STEPS, Security, RECORD, [('maren', 'maren')])
