#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the way is said under the header: an ended sign-in, no network, no keyring."""
import os
import re
import shutil
import subprocess
import sys

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
import portal as support  # noqa: E402
import tap  # noqa: E402

PASSWORD = support.PASSWORD
RECORD = {'resourceType': 'Bundle', 'type': 'collection', 'entry': [
    {'resource': {'resourceType': 'Patient', 'id': 'p1', 'name': [{'given': ['Maren'], 'family': 'Lindqvist'}]}},
    {'resource': {'resourceType': 'Observation', 'id': 'k', 'status': 'final', 'subject': {'reference': 'Patient/p1'},
                  'category': [{'coding': [{'code': 'laboratory'}]}], 'code': {'text': 'Potassium'},
                  'effectiveDateTime': '2025-11-19', 'valueQuantity': {'value': 4.4, 'unit': 'mmol/L'}}}]}


def clinic(portal):
    portal.load_text(RECORD)
    portal.account('maren', 'p1')


def sign_in(app):
    a11y.set_text(app.find('text', 'User name or e-mail'), 'maren')
    a11y.set_text(app.find('text', 'Password'), PASSWORD)
    a11y.do(app.find('push button', 'Sign In'))
    app.find('label', 'Potassium', timeout=60)
    app.find('label', 'Up to date', timeout=60)


class Bars:
    def __init__(self, portal):
        self.portal = portal
        self.folder, self.env = a11y.own_folders()
        self.app = a11y.App([support.CAIRN, portal.url], env=self.env, stderr=subprocess.DEVNULL)

    def close(self):
        self.app.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def offline(self):
        sign_in(self.app)
        self.portal.stop()
        self.app.window()
        a11y.keys('ctrl+r')
        self.app.find('label', re.compile('^No connection. Last update'), timeout=30)
        self.app.find('label', 'Potassium')

    def ended(self):
        """The clinic has forgotten every sign-in: the record stays readable, the password is asked for."""
        shutil.rmtree(self.portal.data)
        clinic(self.portal)
        self.portal.start()
        self.app.window()
        a11y.keys('ctrl+r')
        self.app.find('label', re.compile('^Your sign-in has ended'), timeout=30)
        self.app.find('label', 'Potassium')
        assert not self.app.unnamed(), self.app.unnamed()

    def again(self):
        a11y.do(self.app.find('push button', 'Sign In'))
        a11y.do(self.app.find('push button', 'Forgot Password?', timeout=20))
        self.app.find('push button', 'Send Code', timeout=10)
        self.app.window()
        a11y.keys('Escape')
        self.app.find('push button', 'Forgot Password?', timeout=10)
        self.app.window()
        self.app.find('text', 'Password')                    # has the focus
        a11y.type_text('not the right one')
        a11y.keys('Return')
        self.app.find('label', 'The user name or the password is wrong.', timeout=30)
        a11y.type_text(PASSWORD)                             # in place of the wrong one
        a11y.keys('Return')
        self.app.find('label', 'Potassium', timeout=30)
        self.app.find('label', 'Up to date', timeout=60)
        self.app.gone('label', re.compile('^Your sign-in has ended'))


def no_keyring():
    """Runs in a session without a Secret Service."""
    with support.Portal() as portal:
        clinic(portal)
        portal.start()
        bars = Bars(portal)
        try:
            sign_in(bars.app)
            bars.app.find('label', re.compile('^There is no keyring'), timeout=10)
        finally:
            bars.close()


def run_without_keyring():
    env = {**os.environ, 'HEADLESS_KEYRING': 'no'}
    done = subprocess.run([os.path.join(SOURCE, 'tests', 'support', 'headless'), '/usr/bin/python3', __file__,
                           '--no-keyring'], env=env, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr[-1500:]


def main():
    if '--no-keyring' in sys.argv:
        no_keyring()
        return
    with support.Portal() as portal:
        clinic(portal)
        portal.start()
        bars = Bars(portal)
        try:
            if (tap.run('No network: the age of the record is said', bars.offline)
                    and tap.run('An ended sign-in is said, the record stays', bars.ended)):
                tap.run('Signing in again goes on', bars.again)
        finally:
            bars.close()
    tap.run('Without a keyring it is said that nothing is kept', run_without_keyring)
    tap.done()


if __name__ == '__main__':
    main()
