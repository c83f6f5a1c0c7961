#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A patient signs in, brings a record home and reads it, offline too; signing out leaves nothing.

The real portal, the real program, a real keyring; touched only by the accessibility tree, keys and
the command line. One test point a step; each step goes on where the one before stopped.
"""
import os
import re
import shutil
import subprocess
import sys
import time

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
import portal as support  # noqa: E402
import tap  # noqa: E402

DEMO = os.path.join(support.BUILD, 'data', 'demo')
USER = 'david'
NAME = 'David Luis Moreno'
PASSWORD = support.PASSWORD
WRONG = 'not the password at all'
TITLE = 'Blood sugar (HbA1c)'
SECRETS = ('org.freedesktop.secrets', '/org/freedesktop/secrets/collection/login')


class Journey:
    def __init__(self, portal):
        self.portal = portal
        self.folder, self.env = a11y.own_folders()
        self.app = None
        self.record_words = set()

    def start(self, *arguments, **env):
        self.app = a11y.App([support.CAIRN, *arguments], env={**self.env, **env})
        self.app.window()

    def quit(self):
        self.app.window()
        a11y.keys('ctrl+q')
        code = self.app.process.wait(10)
        assert code == 0, f'the program ended with {code}'

    def close(self):
        if self.app:
            self.app.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # what can be seen

    def words(self):
        """Everything that a screen reader could say now, hidden pages too."""
        return self.app.wait(lambda: self._words(), 10, 'a tree that holds still')

    def _words(self):
        out = []
        a11y.settle()
        for node in self.app.walk():
            out.append(node.get_name() or '')
            out.append(node.get_description() or '')
            text = node.get_text_iface()
            if text:
                out.append(a11y.text(node))
        return '\n'.join(out)

    def audit(self, page):
        unnamed = self.app.wait(lambda: (self.app.unnamed(),), 10, 'a tree that holds still')[0]
        assert not unnamed, f'{page}: {unnamed}'

    def files(self):
        for base, _, names in os.walk(self.folder):
            for name in names:
                yield os.path.join(base, name)

    def readable(self, *words):
        """Files that hold one of these words as plain text."""
        found = []
        for path in self.files():
            with open(path, 'rb') as file:
                data = file.read()
            if any(w.encode() in data or w.encode('utf-16-le') in data for w in words):
                found.append(path)
        return found

    def keyring(self):
        out = subprocess.run(['gdbus', 'call', '--session', '--dest', SECRETS[0], '--object-path', SECRETS[1],
                              '--method', 'org.freedesktop.DBus.Properties.Get',
                              'org.freedesktop.Secret.Collection', 'Items'],
                             capture_output=True, text=True, check=True).stdout
        return re.findall(r"'(/org/freedesktop/secrets/[^']+)'", out)

    # steps

    def welcome(self):
        self.start()
        self.app.find('label', 'Welcome to Cairn')
        self.audit('welcome')
        address = self.app.find('text', 'Clinic address')
        a11y.set_text(address, 'no such place')
        a11y.do(self.app.find('push button', 'Continue'))
        self.app.find('label', re.compile('no spaces'))
        for wrong, words in (('ftp://clinic.example', 'begins with https://'),
                             (self.portal.url + '/elsewhere', 'no patient portal at this address'),
                             ('http://127.0.0.1:1', '^Nothing answers at this address')):
            a11y.set_text(address, wrong)
            a11y.do(self.app.find('push button', 'Continue'))
            self.app.find('label', re.compile(words), timeout=20)
        a11y.set_text(address, self.portal.url)
        a11y.do(self.app.find('push button', 'Continue'))
        self.app.find('text', 'Password', timeout=20)
        for key in ('Escape', 'alt+Left'):
            self.app.window()
            a11y.keys(key)
            self.app.find('push button', 'Continue')
            a11y.do(self.app.find('push button', 'Continue'))
            self.app.find('text', 'Password', timeout=20)
        self.app.find('label', re.compile(r'^127\.0\.0\.1:\d+$'))
        self.audit('sign-in')

    def wrong_password(self):
        a11y.set_text(self.app.find('text', 'User name or e-mail'), USER)
        a11y.set_text(self.app.find('text', 'Password'), WRONG)
        a11y.do(self.app.find('push button', 'Sign In'))
        self.app.find('label', 'The user name or the password is wrong.', timeout=20)
        assert a11y.text(self.app.find('text', 'User name or e-mail')) == USER
        self.app.window()
        a11y.type_text('x')                       # the focus is on the field, its text selected
        self.app.wait(lambda: a11y.Atspi.Text.get_character_count(self.app.find('text', 'Password')) == 1, 5,
                      'the password to be replaced')

    def sign_in(self):
        a11y.set_text(self.app.find('text', 'Password'), PASSWORD)
        a11y.do(self.app.find('push button', 'Sign In'))
        self.app.find('label', re.compile('^New(est)? results$'), timeout=30)
        self.app.find('label', 'Up to date', timeout=60)
        self.app.find('label', NAME)
        self.audit('home')
        assert PASSWORD not in self.words()
        assert len(self.keyring()) > 0, 'nothing is in the keyring'
        assert not self.readable(PASSWORD), self.readable(PASSWORD)

    def find_record(self):
        self.app.window()
        a11y.keys('alt+2')
        self.app.find('list', 'Records', timeout=10)
        self.audit('records')
        a11y.keys('ctrl+f')
        self.app.find('entry', 'Search everything')
        time.sleep(0.2)
        a11y.type_text('hba1c')
        self.app.wait(lambda: any(re.match(r'^[\d,]+ match', n) for n in self.app.names('label')), 10,
                      'the number of matches')
        self.audit('search')

    def remember_count(self):
        self.app.window()
        a11y.keys('alt+2')
        label = self.app.find('label', re.compile(r'^[\d,]+ entries$'), timeout=10)
        self.all_entries = label.get_name()

    def open_record(self):
        a11y.do(self.app.find('push button', 'Test results'))
        time.sleep(0.5)
        self.app.window()
        a11y.keys('ctrl+f', 'ctrl+f')              # back to the field
        time.sleep(0.3)
        a11y.keys('Return')
        time.sleep(0.2)
        a11y.keys('Return')
        self.app.find('label', re.compile('usual range$'), timeout=10)
        self.app.find('push button', 'Back')
        self.app.find(None, re.compile('^Where this comes from'))
        self.audit('record')
        self.record_words = {n for n in self.app.names('label') if re.match(r'^\d+\.\d$', n)} | {TITLE, NAME}
        assert len(self.record_words) > 2, 'no value is shown'

    def lock(self):
        self.app.window()
        a11y.keys('ctrl+l')
        self.app.find('label', 'Cairn is locked', timeout=5)
        self.audit('locked')
        said = self.words()
        left = [w for w in self.record_words if re.search(r'(?<![\w.])' + re.escape(w) + r'(?![\w.])', said)]
        assert not left, f'still to be read while locked: {left}'
        done = subprocess.run([support.CAIRNCTL, 'list', 'all', '--json'], env=self.env, capture_output=True, text=True)
        assert done.returncode == 5, f'cairnctl list: {done.returncode} {done.stdout[:200]}'

    def unlock(self):
        a11y.set_text(self.app.find('text', 'Password'), WRONG)
        a11y.do(self.app.find('push button', 'Unlock'))
        self.app.find('label', 'This password is wrong.', timeout=20)
        a11y.set_text(self.app.find('text', 'Password'), PASSWORD)
        a11y.do(self.app.find('push button', 'Unlock'))
        self.app.find('label', re.compile('usual range$'), timeout=20)     # where it was left

    def offline(self):
        self.quit()
        assert not self.readable(NAME, TITLE), self.readable(NAME, TITLE)
        self.portal.stop()
        self.start()
        self.app.find('label', NAME, timeout=10)
        self.app.find('label', re.compile('^No connection'), timeout=30)
        a11y.keys('alt+2')
        self.app.find('label', self.all_entries, timeout=10)
        self.audit('offline')

    def locked_offline(self):
        """A start later than the lock time opens locked; the password unlocks without a network."""
        self.quit()
        time.sleep(2.5)
        self.start(CAIRN_LOCK_SECONDS='2')
        self.app.find('label', 'Cairn is locked', timeout=10)
        assert NAME not in self.words()
        a11y.set_text(self.app.find('text', 'Password'), WRONG)
        a11y.do(self.app.find('push button', 'Unlock'))
        self.app.find('label', re.compile('^This password is wrong. You can try 4 more times'), timeout=20)
        a11y.set_text(self.app.find('text', 'Password'), PASSWORD)
        a11y.do(self.app.find('push button', 'Unlock'))
        self.app.find('label', NAME, timeout=20)

    def idle_lock(self):
        self.app.find('label', 'Cairn is locked', timeout=10)
        assert NAME not in self.words()
        self.quit()

    def online_again(self):
        self.portal.start()
        self.start(CAIRN_LOCK_SECONDS='0')
        self.app.find('label', 'Cairn is locked', timeout=20)      # it was locked when it ended
        a11y.set_text(self.app.find('text', 'Password'), PASSWORD)
        a11y.do(self.app.find('push button', 'Unlock'))
        self.app.find('label', NAME, timeout=20)
        self.app.window()
        a11y.keys('ctrl+r')
        self.app.find('label', 'Up to date', timeout=60)

    def windows(self):
        """Preferences, shortcuts and About open, are named throughout, and close by Escape."""
        for keys, name in ((('ctrl+comma',), 'Colours'), (('ctrl+question',), None)):
            self.app.window()
            a11y.keys(*keys)
            self.app.wait(lambda: self.app.node.get_child_count() > 1, 5, f'the window of {keys}')
            if name:
                self.app.find(None, re.compile(name))
            self.audit(keys[0])
            other = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.app.process.pid)],
                                   capture_output=True, text=True).stdout.split()
            a11y.xdo('windowfocus', '--sync', other[-1])
            a11y.keys('Escape')
            self.app.wait(lambda: self.app.node.get_child_count() == 1, 5, f'the end of the window of {keys}')

    def sign_out(self):
        self.app.window()
        a11y.keys('F10')
        a11y.do(self.app.find('menu item', 'Sign Out', timeout=5))
        self.app.find('label', 'Welcome to Cairn', timeout=20)
        said = self.words()
        assert NAME not in said and TITLE not in said
        assert not self.keyring(), f'still in the keyring: {self.keyring()}'
        left = [os.path.relpath(f, self.folder) for f in self.files() if f.endswith('.db') or '.db-' in f]
        assert not left, f'still on the disk: {left}'
        assert not self.readable(NAME, TITLE, 'HbA1c'), self.readable(NAME, TITLE, 'HbA1c')
        self.quit()


STEPS = [
    ('Welcome leads to the clinic that was typed', Journey.welcome),
    ('A wrong password is said beside the field, nothing typed is lost', Journey.wrong_password),
    ('Signing in brings the record home', Journey.sign_in),
    ('The timeline counts its entries', Journey.remember_count),
    ('Search narrows the timeline as one types', Journey.find_record),
    ('A record opens with its value and usual range', Journey.open_record),
    ('Locked, no word of the record is left', Journey.lock),
    ('The password unlocks it where it was', Journey.unlock),
    ('Without a network the record is readable', Journey.offline),
    ('After the lock time it opens locked and unlocks offline', Journey.locked_offline),
    ('Left alone it locks itself', Journey.idle_lock),
    ('The portal is back: it updates', Journey.online_again),
    ('Preferences and shortcuts by keyboard', Journey.windows),
    ('Signing out leaves nothing readable', Journey.sign_out),
]


def main():
    with support.Portal() as portal:
        portal.load(os.path.join(DEMO, 'clinic.json'), os.path.join(DEMO, 'david.json'))
        portal.account(USER, 'david')
        portal.start()
        journey = Journey(portal)
        try:
            tap.walk(STEPS, journey, a11y.shot_of_failure)
        finally:
            journey.close()
    tap.done()


if __name__ == '__main__':
    main()
