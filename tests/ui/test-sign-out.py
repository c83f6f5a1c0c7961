#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leaving, and what is there for the next person; an address of this very machine; by keyboard and screen reader alone."""
import os
import re
import sys

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
import portal as support  # noqa: E402
from journey import Journey, run  # noqa: E402

PASSWORD = 'seven tall herons wade'
RECORD = {'resourceType': 'Bundle', 'type': 'collection', 'entry': [
    {'resource': {'resourceType': 'Patient', 'id': 'maren', 'birthDate': '1958-03-14',
                  'name': [{'given': ['Maren'], 'family': 'Lindqvist'}],
                  'telecom': [{'system': 'email', 'value': 'maren@example.org'}]}},
    {'resource': {'resourceType': 'Patient', 'id': 'anna', 'name': [{'given': ['Anna'], 'family': 'Berg'}]}}]}


class SignOut(Journey):
    def bare_address(self):
        """127.0.0.1:PORT without http:// before it, on the first page."""
        self.app.find('push button', 'Forgot Password?', timeout=20)
        a11y.keys('Escape')
        self.write('Clinic address', f'127.0.0.1:{self.portal.port}')
        a11y.keys('Return')
        self.app.find('push button', 'Forgot Password?', timeout=20)

    def registers(self):
        self.press('^Create an Account$')
        self.write('Given names', 'Maren')
        for name, words in (('Family name', 'Lindqvist'), ('Birth date', '14 march 1958'),
                            ('E-mail or mobile', 'maren@example.org')):
            self.write(name, words, tabs=1)
        a11y.keys('Return')
        self.says('^Step 2 of 6')
        self.write('^Code$', self.digits('maren@example.org'))
        a11y.keys('Return')
        self.says('^Step 3 of 6')
        self.write('^User name$', 'maren')
        a11y.keys('Return')
        self.says('^Step 4 of 6')
        self.write('New password', PASSWORD)
        a11y.keys('Return')
        self.says('^Step 5 of 6')
        a11y.keys('space')
        self.press('^Create Account$')
        self.says('^Step 6 of 6: Two-Step Sign-In$', 40)
        self.press('^Not Now$')
        self.at_home('Maren')

    def signs_out(self):
        self.app.window()
        if self.width:
            a11y.keys('alt+Left')
        self.menu('^Sign Out')
        self.says('^You are signed out. Nothing of your record is left on this computer')
        assert 'maren' not in self.app.names('label'), 'still listed'
        self.audit('welcome')
        self.shot('signed-out')

    def next_person(self):
        """On the same computer: nothing of the one before."""
        self.write('Clinic address', self.portal.url)
        a11y.keys('Return')
        self.app.find('push button', 'Forgot Password?', timeout=20)
        self.press('^Create an Account$')
        self.says('^Step 1 of 6')
        for name in ('Given names', 'Family name', 'Birth date', 'E-mail or mobile'):
            assert a11y.text(self.app.find('text', re.compile(name))) == '', name
        a11y.keys('Escape')
        self.app.find('push button', 'Forgot Password?')

    def ended(self):
        """A sign-in that was ended elsewhere is no alarm."""
        self.sign_in('anna', support.PASSWORD)
        self.at_home('Anna')


STEPS = [
    ('An address of this machine needs no http://', SignOut.bare_address),
    ('An account is made', SignOut.registers),
    ('Sign Out says that nothing is left here', SignOut.signs_out),
    ('The next person finds an empty form', SignOut.next_person),
    ('And signs in', SignOut.ended),
]

if __name__ == '__main__':
    run(STEPS, SignOut, RECORD, [('anna', 'anna')])
