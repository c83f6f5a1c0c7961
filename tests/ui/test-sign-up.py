#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From nobody to a synced record, and back in without user name or password; by keyboard and screen reader alone.

The real portal, the real program; codes come from where the portal's mail arrives.
"""
import os
import re
import sys

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
from journey import Journey, run  # noqa: E402

PASSWORD = 'seven tall herons wade'
NEW_PASSWORD = 'lantern orchard ferry oak'
RECORD = {'resourceType': 'Bundle', 'type': 'collection', 'entry': [
    {'resource': {'resourceType': 'Patient', 'id': 'maren', 'birthDate': '1958-03-14',
                  'name': [{'given': ['Maren'], 'family': 'Lindqvist'}],
                  'telecom': [{'system': 'email', 'value': 'maren@example.org'}]}},
    {'resource': {'resourceType': 'Patient', 'id': 'anna', 'name': [{'given': ['Anna'], 'family': 'Berg'}]}},
    {'resource': {'resourceType': 'Condition', 'id': 'c1', 'subject': {'reference': 'Patient/maren'},
                  'code': {'text': 'Hay fever'}}}]}


class SignUp(Journey):
    def offered(self):
        self.app.find('push button', 'Create an Account', timeout=20)
        self.says('Call 555-0100')
        self.audit('sign-in')
        self.shot('sign-in')
        self.press('^Create an Account$')
        self.says('^Step 1 of 6: About You$')

    def about(self):
        self.write('Given names', 'Maren')
        self.write('Family name', 'Lindqvist', tabs=1)
        self.write('Birth date', '31.2.1958', tabs=1)
        self.write('E-mail or mobile', 'maren@example.org', tabs=1)
        self.audit('about you')
        a11y.keys('Return')
        self.says('^There is no such day')
        self.shot('about-wrong')
        self.write('Birth date', '14.3.58')
        a11y.keys('Return')
        self.says('^Write the year with four digits')
        self.write('Birth date', '14.3.1958')
        self.says('^14 March 1958$')
        self.write('E-mail or mobile', 'maren@example', tabs=1)
        a11y.keys('Return')
        self.says('^The end of the address is missing')
        self.write('E-mail or mobile', 'maren@example.org')
        self.shot('about')
        self.press('^Continue$')
        self.says('^Step 2 of 6: Code$')

    def wrong_code(self):
        self.says('to maren@example.org')                    # all of it: a slip shows
        self.write('^Code$', '1234567')
        a11y.type_text('a')
        a11y.keys('Return')
        self.says('^The code has eight digits')              # and costs no try
        self.write('^Code$', '00000000')
        a11y.keys('Return')
        self.says('You have 4 more tries')
        self.audit('code')
        self.shot('code-wrong')

    def back_keeps(self):
        a11y.keys('Escape')
        self.says('^Step 1 of 6: About You$')
        for name, words in (('Family name', 'Lindqvist'), ('Birth date', '14.3.1958'), ('E-mail or mobile', 'maren@')):
            assert words in a11y.text(self.app.find('text', re.compile(name))), name
        self.press('^Continue$')
        self.says('^Step 2 of 6: Code$')
        self.write('^Code$', self.digits('maren@example.org'))
        a11y.keys('Return')
        self.says('^Step 3 of 6: User Name$')

    def name(self):
        self.write('^User name$', 'Anna')
        a11y.keys('Return')
        self.says('^Somebody has this user name')
        self.audit('user name')
        self.shot('name-taken')
        self.write('^User name$', 'maren')
        a11y.keys('Return')
        self.says('^Step 4 of 6: Password$')

    def password(self):
        self.write('New password', 'password')
        self.says('^Weak$')
        self.shot('password-weak')
        a11y.keys('Return')
        self.says('^This is too short')
        self.write('New password', PASSWORD)
        self.app.wait(lambda: {'Good', 'Strong'} & set(self.app.names('label')), 10, 'a better word')
        self.audit('password')
        self.shot('password')
        a11y.keys('Return')
        self.says('^Step 5 of 6: Terms$')

    def offline(self):
        """Nothing answers: that is said, and nothing is lost."""
        self.says('^Step 5 of 6: Terms$')
        assert self.is_focused('I agree')
        self.says('^Maren Lindqvist, born 14 March 1958$')
        self.says('^maren@example.org, user name “maren”$')
        self.press('^Change your details$')
        self.says('^Step 1 of 6: About You$')
        self.press('^Continue$')                             # nothing was changed: no new code
        self.press('^Continue$')
        self.press('^Continue$')
        self.press('^Continue$')
        self.says('^Step 5 of 6: Terms$')
        a11y.keys('space')
        self.audit('terms')
        self.shot('terms')
        self.portal.stop()
        self.press('^Create Account$')
        self.says('can not be reached', timeout=60)
        self.shot('terms-offline')
        self.portal.start(self.portal.port)

    def signed_in(self):
        self.press('^Create Account$')
        self.says('^Step 6 of 6: Two-Step Sign-In$', 40)
        self.audit('second factor')
        self.shot('factor-offer')
        self.press('^Set It Up$')
        self.says('^Set up your authenticator app$')
        self.audit('key')
        self.shot('factor-key')
        self.press('^Not Now$')
        self.app.find('label', re.compile('Maren'), timeout=40)
        if not self.width:
            self.app.find('label', 'Up to date', timeout=60)
        self.shot('home')

    def forgot_name(self):
        self.forget_all()
        self.app.find('push button', 'Forgot User Name?', timeout=20)
        self.press('^Forgot User Name')
        self.write('E-mail or mobile', 'maren@example.org')
        self.audit('forgot user name')
        self.shot('forgot-name')
        a11y.keys('Return')
        self.says('^Look into your mail$')
        self.says('Call 555-0100')
        self.shot('forgot-name-sent')
        while 'maren' not in (letter := self.letter('maren@example.org')).replace('maren@example.org', ''):
            pass
        assert PASSWORD not in letter
        self.press('^Go to Sign In$')
        self.app.find('push button', 'Forgot Password?')

    def forgot_password(self):
        self.press('^Forgot Password')
        self.write('Your user name or e-mail', 'maren')
        self.audit('forgot password')
        a11y.keys('Return')
        self.says('^Choose a new password$')
        self.write('^Code$', '00000000')
        self.write('New password', NEW_PASSWORD, tabs=1)
        self.shot('new-password')
        a11y.keys('Return')
        self.says('You have 4 more tries')
        self.audit('new password')
        self.shot('new-password-wrong')
        self.write('^Code$', self.digits('maren@example.org'))
        a11y.keys('Return')
        self.says('^Your password is changed$')
        self.shot('changed')
        self.press('^Go to Sign In$')

    def in_again(self):
        """The terms have changed in the meantime."""
        self.portal.stop()
        terms = os.path.join(self.portal.folder, 'terms.txt')
        with open(terms, 'w', encoding='utf-8') as file:
            file.write('New terms of Northfield Family Clinic.\n\nBe kind to the people who answer you.\n')
        with open(self.portal.arguments[-1], 'a', encoding='utf-8') as file:
            file.write(f'[rules]\nterms_file={terms}\n')
        self.portal.start(self.portal.port)
        self.write('^Password', NEW_PASSWORD)
        a11y.keys('Return')
        self.says('^The terms of use have changed$')
        self.says('Be kind to the people')
        self.audit('changed terms')
        self.shot('terms-changed')
        a11y.keys('Escape')
        self.app.find('push button', 'Forgot Password?')
        a11y.keys('Return')
        self.says('^The terms of use have changed$')
        self.walk_to('I agree')
        a11y.keys('space')
        self.press('^Continue$')
        self.app.find('label', re.compile('Maren'), timeout=40)
        if not self.width:
            self.app.find('label', 'Up to date', timeout=60)

    def waiting(self):
        """Somebody whom the clinic has no chart for."""
        self.forget_all()
        self.app.find('push button', 'Create an Account', timeout=20)
        self.press('^Create an Account$')
        self.write('Given names', 'Olga')
        for name, words in (('Family name', 'Petrov'), ('Birth date', '1990-05-06'), ('E-mail or mobile', 'olga@example.org')):
            self.write(name, words, tabs=1)
        a11y.keys('Return')
        self.says('^Step 2 of 6')
        self.write('^Code$', self.digits('olga@example.org'))
        a11y.keys('Return')
        self.write('^User name$', 'olga')
        a11y.keys('Return')
        self.write('New password', PASSWORD)
        a11y.keys('Return')
        self.says('^Step 5 of 6: Terms$')
        self.walk_to('I agree')
        a11y.keys('space')
        self.press('^Create Account$')
        self.says('look for your record')
        self.audit('done')
        self.shot('waiting')
        self.press('^Go to Sign In$')
        self.write('^Password', PASSWORD)
        a11y.keys('Return')
        self.says('has yet to join it to your record')
        self.shot('waiting-sign-in')


STEPS = [
    ('The sign-in page offers what the portal does', SignUp.offered),
    ('About you: a wrong date is told beside the field', SignUp.about),
    ('A wrong code says how many tries are left', SignUp.wrong_code),
    ('Back keeps what was typed; the code of the mail goes on', SignUp.back_keeps),
    ('A taken user name is told', SignUp.name),
    ('The meter says weak and good; the portal has the last word', SignUp.password),
    ('Offline says so and keeps all', SignUp.offline),
    ('The account is made and its record comes', SignUp.signed_in),
    ('A forgotten user name comes by mail', SignUp.forgot_name),
    ('A forgotten password is changed by a code', SignUp.forgot_password),
    ('The new password signs in, after an agreement to changed terms', SignUp.in_again),
    ('Somebody without a chart is told what happens next', SignUp.waiting),
]


if __name__ == '__main__':
    run(STEPS, SignUp, RECORD, [('anna', 'anna')])
