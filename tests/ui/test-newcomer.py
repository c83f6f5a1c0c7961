#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A newcomer at the sample clinic: from its sign-in page to a synced record of one's own, with what the screen says and no more."""
import os
import re
import sys

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
from journey import Journey, run  # noqa: E402

PASSWORD = 'seven tall herons wade'


class Newcomer(Journey):
    def told(self):
        """The clinic says what it is, how to come in, and where its mail arrives."""
        self.app.find('push button', 'Create an Account', timeout=20)
        words = a11y.text(self.app.find('label', re.compile('This is the sample clinic')))
        self.invitation = re.search(r'invitation ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2})', words).group(1)
        mail = re.search(r'mail arrives in (/\S+)', words).group(1)
        assert os.path.realpath(mail) == os.path.realpath(os.path.join(self.portal.data, 'mail')), mail
        self.audit('sign-in')
        self.shot('sign-in')

    def invited(self):
        self.press('^Create an Account$')
        self.says('^Step 1 of 6: About You$')
        self.walk_to('I have an invitation code')
        a11y.keys('space')
        self.write('^Invitation', 'AAAA-BBBB-CCCC')          # the focus went there
        self.write('E-mail or mobile', 'me@example.org', tabs=1)
        a11y.keys('Return')
        self.says('^This invitation is not right')
        self.write('^Invitation', self.invitation.lower())
        self.audit('about you')
        self.shot('about')
        self.press('^Continue$')
        self.says('^Step 2 of 6: Code$')
        self.shot('code')
        self.write('^Code$', self.digits('me@example.org'))
        a11y.keys('Return')
        self.says('^Step 3 of 6: User Name$')

    def made(self):
        self.write('^User name$', 'me.myself')
        a11y.keys('Return')
        self.says('^Step 4 of 6: Password$')
        self.write('New password', PASSWORD)
        a11y.keys('Return')
        self.says('^Step 5 of 6: Terms$')
        self.walk_to('I agree')
        a11y.keys('space')
        self.press('^Create Account$')
        self.says('^Step 6 of 6: Two-Step Sign-In$', 40)
        self.press('^Not Now$')

    def synced(self):
        self.says('Sofia$', 40)
        self.says('^Up to date$', 60)
        self.says('^Talk about the blood test')
        self.shot('home')


STEPS = [
    ('The sample clinic says what it is and where its mail arrives', Newcomer.told),
    ('An invitation that is wrong is told, the right one goes on', Newcomer.invited),
    ('The account is made with the code from the mail', Newcomer.made),
    ('The record is there', Newcomer.synced),
]


if __name__ == '__main__':
    run(STEPS, Newcomer, arguments=('--demo',))
