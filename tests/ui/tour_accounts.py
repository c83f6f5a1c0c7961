# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages about one's own account, for tour.py: making one, getting back in, one-time codes, sign-in and security.

Each variant has a small portal of its own, since the way changes what it finds. "error" mistypes at each step, "thick" is
signed in on many devices.
"""
import os
import re
import time

import a11y
import portal as support
from journey import digits_for, token_of, totp

PASSWORD = 'seven tall herons wade'
PERSON = {'resourceType': 'Patient', 'id': 'sofia', 'birthDate': '1991-05-17',
          'name': [{'family': 'Reyes', 'given': ['Sofia']}], 'telecom': [{'system': 'email', 'value': 'sofia@example.org'}]}
CONFIG = '[server]\nname=Northfield Family Clinic\nsupport=Call (555) 010-0142, Monday to Friday, 8 to 17.\n'
PAGES = ('register-person', 'register-code', 'register-name', 'register-password', 'register-terms', 'register-factor',
         'register-waiting', 'factor-key', 'factor-codes', 'second-factor', 'security', 'contact', 'contact-address', 'activity', 'password', 'proof', 'code',
         'code-recovery', 'terms-changed', 'recover-name', 'recover-name-sent', 'recover-password', 'new-password')
DEVICES = ('Telephone', 'Kitchen computer', 'Mozilla/5.0 (X11; Linux x86_64)', 'A laptop with a rather long name that its owner has '
           'given it in a moment of leisure') + tuple(f'Library terminal {n}' for n in range(1, 13))


class Accounts:
    """tour: who starts the app and takes the pictures."""

    def __init__(self, tour, settings, env):
        self.tour, self.settings, self.env = tour, settings, env
        self.wrong = tour.variant == 'error'
        self.portal = None

    def walk(self):
        with support.Portal() as self.portal:
            self.config = os.path.join(self.portal.folder, 'portal.conf')
            with open(self.config, 'w', encoding='utf-8') as file:
                file.write(CONFIG)
            self.portal.arguments += ['--config', self.config]
            self.portal.load_text(PERSON)
            self.portal.load_text({'resourceType': 'Patient', 'id': 'other', 'name': [{'family': 'Other'}]})
            self.portal.account('taken', 'other')
            self.portal.start()
            self.tour.start('accounts-' + self.tour.variant, self.settings, self.env, self.portal.url)
            self.register()
            self.security()
            self.tour.stop()
            self.tour.start('accounts-again-' + self.tour.variant, self.settings, self.env, self.portal.url)
            self.back_in()
            self.tour.stop()
            if self.tour.wanted('register-waiting'):
                self.tour.start('accounts-waiting-' + self.tour.variant, self.settings, self.env, self.portal.url)
                self.waiting()
                self.tour.stop()

    # By accessible names

    def find(self, *arguments, **more):
        return self.tour.app.find(*arguments, **{'timeout': 20, **more})

    def says(self, words, timeout=20):
        return self.find('label', re.compile(words), timeout=timeout)

    def fill(self, **fields):
        for name, words in fields.items():                   # "User name" is not "User name or e-mail", which stands behind
            a11y.set_text(self.find('text', re.compile(f'^{name.replace("_", " ")}(?! or)')), words)

    def do(self, name):
        node = self.tour.app.wait(lambda: next((n for n in self.tour.app.walk(shown=True) if n.get_name() == name
                                                and a11y.size(n) and 'click' in a11y.actions(n)), None), 20, name)
        a11y.do(node)

    def agree(self):
        """The focus is there."""
        time.sleep(0.4)
        self.tour.press('space')

    def mistyped(self, go, words):
        """For the variant that shows errors."""
        if self.wrong:
            self.do(go)
            self.says(words)

    def take(self, page):
        self.tour.page(page, lambda: time.sleep(0.3))

    def digits(self, to='sofia@example.org'):
        return digits_for(self.portal, to)

    def is_focused(self, row):
        try:
            return any(a11y.has(n, 'FOCUSED') and row in a11y.label_of(n) for n in self.tour.app.walk(shown=True)
                       if n.get_role_name() not in ('frame', 'window'))
        except a11y.GLib.Error:                              # a node vanished while we walked
            return False

    def enter(self, row):
        """A row of a list is activated by its key."""
        self.tour.app.window()
        for _ in range(40):
            if self.is_focused(row):
                a11y.keys('Return')
                return
            a11y.keys('Tab')
            time.sleep(0.15)
        raise AssertionError(f'no way to {row}')

    # The way

    def register(self):
        self.do('Create an Account')
        self.fill(Given_names='Sofia', Family_name='Reyes', Birth_date='31 February 1991' if self.wrong else '17 May 1991')
        self.fill(**{'E-mail or mobile': 'sofia@example.org'})
        self.mistyped('Continue', '^There is no such day')
        self.take('register-person')
        self.fill(Birth_date='17 May 1991')
        self.do('Continue')
        self.says('^Step 2 of 6')
        a11y.set_text(self.find('text', 'Code'), '00000000' if self.wrong else '')
        self.mistyped('Continue', '^This is not the code')
        self.take('register-code')
        a11y.set_text(self.find('text', 'Code'), self.digits())
        self.do('Continue')
        self.says('^Step 3 of 6')
        self.fill(User_name='taken' if self.wrong else 'sofia')
        self.mistyped('Continue', '^Somebody has this user name')
        self.take('register-name')
        self.fill(User_name='sofia')
        self.do('Continue')
        self.says('^Step 4 of 6')
        self.fill(New_password='password' if self.wrong else PASSWORD)
        self.says('^Weak$' if self.wrong else '^(Good|Strong)$')
        self.mistyped('Continue', '^This is too short')
        self.take('register-password')
        self.fill(New_password=PASSWORD)
        self.do('Continue')
        self.says('^Step 5 of 6')
        self.agree()
        self.take('register-terms')
        self.do('Create Account')
        self.says('^Step 6 of 6: Two-Step Sign-In$', 40)
        self.take('register-factor')

    def security(self):
        self.do('Set It Up')
        self.says('^Set up your authenticator app$')
        key = self.tour.app.wait(lambda: next((n for n in self.tour.app.names('label')
                                               if re.fullmatch('[A-Z2-7]{4}( [A-Z2-7]{1,4})+', n or '')), None), 10, 'the key')
        self.secret = key.replace(' ', '')
        self.fill(Six_digits='000000' if self.wrong else '')
        self.mistyped('Turn On', '^This code is wrong')
        self.take('factor-key')
        self.fill(Six_digits=totp(self.secret))
        self.do('Turn On')
        self.says('^Keep these recovery codes$')
        self.codes = [n for n in self.tour.app.names('label') if re.fullmatch('[0-9A-Z]{4}(-[0-9A-Z]{4}){3}', n or '')]
        self.take('factor-codes')
        self.do('I Have Kept Them')
        self.find('push button', 'Main Menu', timeout=40)
        if self.tour.variant == 'thick':
            for device, code in zip(DEVICES, self.codes[1:] + ['none'] * len(DEVICES)):
                try:
                    token_of(self.portal.url.rstrip('/'), 'sofia', PASSWORD, device, code)
                except OSError:
                    pass                                     # a failed sign-in for the activity
        self.portal.stop()
        self.portal.start(self.portal.port, clock='+10m')
        self.open_security()
        self.take('security')
        self.enter('sofia')
        self.says('^How the clinic reaches you$')
        self.take('contact')
        self.enter('E-mail address')
        self.says('^New e-mail address$')
        a11y.set_text(self.find('text', 'E-mail address'), 'sofia@home' if self.wrong else '')
        self.mistyped('Continue', '^The end of the address is missing')
        self.take('contact-address')
        self.tour.press('alt+Left', 'alt+Left')
        self.says('^Where you are signed in$')
        self.do('All activity')
        self.says('^What was done with your account')
        self.take('activity')
        self.tour.press('alt+Left')
        self.says('^Where you are signed in$')
        self.enter('Password')
        self.says('^Choose a new password$')
        self.fill(New_password='password' if self.wrong else '')
        if self.wrong:
            self.says('^Weak$')
        self.take('password')
        self.tour.press('alt+Left')
        self.says('^Where you are signed in$')
        self.enter('Two-step sign-in')
        self.says('^New recovery codes$')
        self.take('second-factor')
        self.enter('New recovery codes')
        self.says('asks for your password once more')
        if self.wrong:
            self.fill(Password='not this one')
            a11y.set_text(self.find('text', 'One-time code or recovery code'), '000000')
            self.mistyped('Continue', '^The password is wrong')
        self.take('proof')
        a11y.xdo('windowfocus', '--sync', self.tour.window())
        a11y.keys('Escape')

    def open_security(self):
        self.tour.app.window()
        if self.tour.variant.startswith('narrow'):
            self.tour.press('alt+Left')
            time.sleep(0.4)
        for _ in range(3):                                   # a menu may be late
            a11y.xdo('windowfocus', '--sync', self.tour.window())
            a11y.keys('Tab')                                 # after a registration nothing has the focus
            time.sleep(0.5)
            a11y.keys('F10')
            for _ in range(40):
                if self.is_focused('Sign-In and Security'):
                    break
                if self.is_focused('Update Now') or self.is_focused('Lock'):
                    a11y.keys('Down')
                time.sleep(0.15)
            a11y.keys('Return')
            try:
                self.says('^Where you are signed in$', 8)
                return
            except AssertionError:
                self.tour.press('Escape')
        raise AssertionError('no way to sign-in and security')

    def back_in(self):
        self.find('push button', 'Forgot User Name?')
        self.do('Forgot User Name?')
        self.fill(**{'E-mail or mobile': 'sofia' if self.wrong else 'sofia@example.org'})
        self.mistyped('Send User Name', '^This is not an e-mail address')
        self.take('recover-name')
        self.fill(**{'E-mail or mobile': 'sofia@example.org'})
        self.do('Send User Name')
        self.says('^Look into your mail$')
        self.take('recover-name-sent')
        self.do('Go to Sign In')
        self.do('Forgot Password?')
        self.fill(**{'Your user name or': 'sofia'})
        self.take('recover-password')
        self.do('Send Code')
        self.says('^Choose a new password$')
        a11y.set_text(self.find('text', 'Code'), '00000000' if self.wrong else '')
        self.fill(New_password=PASSWORD + ' again' if self.wrong else '')
        self.mistyped('Change Password', '^This is not the code')
        self.take('new-password')
        self.tour.press('Escape', 'Escape')
        self.tour.sign_in('sofia', PASSWORD)
        self.says('^Enter the code$')
        a11y.set_text(self.find('text', 'One-time code'), '000000' if self.wrong else '')
        self.mistyped('Continue', '^This code is wrong')
        self.take('code')
        self.do('Use a Recovery Code')
        self.take('code-recovery')
        self.portal.stop()
        terms = os.path.join(self.portal.folder, 'terms.txt')
        with open(terms, 'w', encoding='utf-8') as file:
            file.write('These are the new terms of Northfield Family Clinic.\n\n' +
                       'What you write to us is read by people, who answer on working days. ' * 12)
        with open(self.config, 'a', encoding='utf-8') as file:
            file.write(f'[rules]\nterms_file={terms}\n')
        self.portal.start(self.portal.port, clock='+10m')
        a11y.set_text(self.find('text', 'Recovery code'), self.codes[0])
        self.do('Continue')
        self.says('^The terms of use have changed$', 40)
        self.take('terms-changed')

    def waiting(self):
        """Somebody whom the clinic has no chart for."""
        self.do('Create an Account')
        self.fill(Given_names='Olga', Family_name='Petrov', Birth_date='1990-05-06')
        self.fill(**{'E-mail or mobile': 'olga@example.org'})
        self.do('Continue')
        self.says('^Step 2 of 6')
        a11y.set_text(self.find('text', 'Code'), self.digits('olga@example.org'))
        self.do('Continue')
        self.says('^Step 3 of 6')
        self.fill(User_name='olga')
        self.do('Continue')
        self.says('^Step 4 of 6')
        self.fill(New_password=PASSWORD)
        self.do('Continue')
        self.says('^Step 5 of 6')
        self.agree()
        self.do('Create Account')
        self.says('look for your record', 40)
        self.take('register-waiting')
