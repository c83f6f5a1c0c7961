#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clinic that wants a second factor: it is set up on the way in, by keyboard and screen reader alone."""
import os
import re
import sys
import tempfile
import time
import urllib.parse

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
import portal as support  # noqa: E402
import qr  # noqa: E402
import tap  # noqa: E402
from journey import Journey, run, totp  # noqa: E402

KEY = '[A-Z2-7]{4}( [A-Z2-7]{1,4})+'
RECORD = {'resourceType': 'Bundle', 'type': 'collection', 'entry': [
    {'resource': {'resourceType': 'Patient', 'id': 'maren', 'birthDate': '1958-03-14',
                  'name': [{'given': ['Maren'], 'family': 'Lindqvist'}]}}]}


class Wanted(Journey):

    def asked(self):
        self.sign_in('maren', support.PASSWORD, '^A second step is needed$')
        key = self.app.wait(lambda: next((n for n in self.app.names('label') if re.fullmatch(KEY, n)), None), 10, 'the key')
        self.secret = key.replace(' ', '')
        self.audit('set-up')
        self.shot('wanted-key')
        with tempfile.TemporaryDirectory() as folder:
            time.sleep(0.5)                                  # a last frame
            a11y.shot(os.path.join(folder, 'screen.png'))
            texts = qr.read(os.path.join(folder, 'screen.png'))
        if texts is not None:
            assert len(texts) == 1 and urllib.parse.parse_qs(urllib.parse.urlsplit(texts[0]).query)['secret'] == [self.secret], texts

    def wrong(self):
        self.write('^One-time code', '000000')
        a11y.keys('Return')
        self.says('^This is not the code that the app shows now')

    def codes(self):
        self.write('^One-time code', totp(self.secret))
        a11y.keys('Return')
        self.says('^Keep these recovery codes$')
        codes = next(n for n in self.app.names('label') if re.match('[0-9A-Z]{4}-', n)).split('\n')
        assert len(set(codes)) == 10, codes
        self.audit('codes')
        self.shot('wanted-codes')
        self.press('^I Have Kept Them$')
        self.at_home('Maren')


STEPS = [
    ('A right password leads to a key, by camera and as text', Wanted.asked),
    ('A wrong code is said', Wanted.wrong),
    ('The right one is followed by ten recovery codes, and then by the record', Wanted.codes),
]


if __name__ == '__main__':
    with tempfile.NamedTemporaryFile('w', suffix='.conf', encoding='utf-8') as config:
        config.write('[server]\nname=Northfield\n[rules]\nsecond_factor=required\n')
        config.flush()
        run(STEPS, Wanted, RECORD, [('maren', 'maren')], ['--config', config.name])
