# SPDX-License-Identifier: GPL-3.0-or-later
"""The way through the app that tour.py takes, in one session with one screen."""
import os
import re
import subprocess
import time

import a11y
import portal as support
import tour_accounts
from gi.repository import GLib
from hostile_portal import HostilePortal

REPORT, RESULT = 'fat in the liver', 'hba1c'
NEWCOMER = {'resourceType': 'Patient', 'id': 'newcomer', 'active': True, 'gender': 'female', 'birthDate': '1991-05-17',
            'name': [{'use': 'official', 'family': 'Reyes', 'given': ['Sofia']}]}
# One of each kind, by words that only it has
KINDS = (('message', 'list of breakfasts'), ('appointment', 'drops blur'), ('answers', 'moving or speaking'),
         ('bill', 'billed by the clinic'), ('vaccination', 'zoster'), ('picture', 'back of the right eye'),
         ('family', 'father'), ('request', 'renewal'), ('small-report', 'glasses'))
ARRIVED = re.compile(r'^(Up to date|Updated |Not all of it came|.*could not|.*can.t)')


class Tour:
    """index: the pictures taken; failed: what could not be reached, in words."""

    def __init__(self, out, url, people, folder, pages):
        self.out, self.url, self.people, self.folder, self.only = out, url, people, folder, pages
        self.index, self.failed, self.followed = [], [], []
        self.app = self.variant = None

    # What each variant is

    def take(self, variant, settings, scale, env, who):
        """All pages of one variant."""
        self.variant = variant
        subprocess.run(['xprop', '-root', '-format', 'RESOURCE_MANAGER', '8s', '-set', 'RESOURCE_MANAGER',
                        f'Xft.dpi: {round(96 * scale)}\n'], check=True)
        if any(self.wanted(page) for page in tour_accounts.PAGES):
            tour_accounts.Accounts(self, settings, env).walk()
        if variant == 'empty':
            self.empty(settings, env)
        elif variant == 'error':
            self.error(settings, env)
        else:
            person = self.people[who]
            self.doors(settings, env, self.url)
            self.start(who, settings, env)
            self.at_home(person['username'], person['password'])
            self.inside(person['password'])
            self.stop()

    def empty(self, settings, env):
        """A chart with nothing in it but the name."""
        with support.Portal() as portal:
            portal.load_text(NEWCOMER)
            portal.account('sofia', 'newcomer')
            portal.start()
            self.start('empty', settings, env, portal.url)
            self.at_home('sofia', support.PASSWORD)
            self.page('home', lambda: self.press('alt+1'))
            self.page('records', lambda: self.press('alt+2'))
            self.page('search', lambda: self.search('something'))
            self.page('messages', lambda: self.press('alt+4'))
            self.page('new-message', lambda: self.press('ctrl+n'))
            self.stop()

    def error(self, settings, env):
        """Nothing where the clinic should be; a wrong password; a portal that fails; one that is gone."""
        self.start('error-door', settings, env)
        self.page('welcome', self.wrong_address)
        self.stop()
        self.start('error-door', settings, env, self.url)
        self.page('sign-in', self.wrong_password)
        self.stop()

        def fails(request):
            request.send({'resourceType': 'OperationOutcome', 'issue': [{'severity': 'error', 'code': 'forbidden'}]},
                         403)
            return True
        with HostilePortal(answer=fails) as portal:
            self.start('error', settings, env, portal.url)
            self.sign_in('anybody', 'any password at all')
            time.sleep(3)
            self.page('home', lambda: self.press('alt+1'))
            self.page('records', lambda: self.press('alt+2'))
            self.page('messages', lambda: self.press('alt+4'))
            self.stop()
        self.gone(settings, env)

    def gone(self, settings, env):
        """The clinic can't be reached: what has come is still there, what has not says so."""
        with support.Portal(arguments=('--demo',)) as portal:
            portal.start()
            self.start('gone', settings, env, portal.url)
            person = self.people['david']
            self.at_home(person['username'], person['password'])
            portal.stop()
            self.press('ctrl+r')
            self.app.find('label', re.compile('^No connection'), timeout=30)
            self.page('report', lambda: self.open(REPORT))
            self.page('result', lambda: self.open(RESULT, 'Test results'))
            self.page('conversation', self.unsent)
            self.page('locked', self.wrong_unlock)
            self.stop()

    # Starting and ending

    def start(self, name, settings, env, *arguments):
        """The app with folders of its own by name, so that the next variant finds the sign-in of the last."""
        full = dict(os.environ, GSETTINGS_BACKEND='keyfile', ADW_DISABLE_PORTAL='1', **env)
        base = os.path.join(self.folder, name)
        for kind in ('DATA', 'CACHE', 'STATE', 'CONFIG'):
            full[f'XDG_{kind}_HOME'] = os.path.join(base, kind.lower())
            os.makedirs(full[f'XDG_{kind}_HOME'], mode=0o700, exist_ok=True)
        keys = os.path.join(base, 'config', 'glib-2.0', 'settings')
        os.makedirs(keys, exist_ok=True)
        with open(os.path.join(keys, 'keyfile'), 'w', encoding='utf-8') as file:
            file.write('[io/github/cairnhealth/Cairn]\n' + ''.join(f'{k}={v}\n' for k, v in settings.items()))
        os.makedirs(os.path.join(base, 'config', 'gtk-4.0'), exist_ok=True)
        with open(os.path.join(base, 'config', 'gtk-4.0', 'settings.ini'), 'w', encoding='utf-8') as file:
            file.write('[Settings]\ngtk-enable-animations=0\n'                       # and as GNOME has it:
                       'gtk-font-name=Cantarell 11\ngtk-decoration-layout=appmenu:close\n')
        self.app = a11y.App([support.CAIRN, *arguments], env=full)
        self.app.window()

    def stop(self):
        self.app.stop()

    def doors(self, settings, env, url):
        """What is seen before anybody has signed in."""
        if not self.wanted('welcome') and not self.wanted('sign-in'):
            return
        self.start('doors', settings, env, url)
        self.page('sign-in', lambda: self.app.find('text', 'Password', timeout=20))
        self.page('welcome', lambda: (self.press('Escape'), self.app.find('label', 'Welcome to Cairn')))
        self.stop()

    def at_home(self, username, password):
        """Signed in, and the record is here; a sign-in that is kept needs no password again."""
        door = self.app.wait(self.first_door, 20, 'a page')
        if door.get_name() == 'Continue':
            a11y.set_text(self.app.find('text', 'Clinic address'), self.url)
            a11y.do(door)
            self.app.find('text', 'Password', timeout=20)
        if door.get_name() in ('Continue', 'Sign In'):
            self.sign_in(username, password)
        self.app.find('label', ARRIVED, timeout=90)

    def first_door(self):
        """What there is to go on with: a clinic or a password to give, or the record itself."""
        return next((n for n in self.app.walk(shown=True) if a11y.size(n) and (
            n.get_role_name() == 'push button' and n.get_name() in ('Continue', 'Sign In')
            or n.get_role_name() == 'label' and ARRIVED.search(n.get_name() or ''))), None)

    def sign_in(self, username, password):
        a11y.set_text(self.app.find('text', 'User name or e-mail', timeout=20), username)
        a11y.set_text(self.app.find('text', 'Password'), password)
        a11y.do(self.app.find('push button', 'Sign In'))

    # Pages

    def inside(self, password):
        """Every page of a signed-in person."""
        thick = self.variant == 'thick'
        self.follow(*(['hemoglobin'] if thick else ['hba1c', 'systolic']))
        self.page('home', lambda: self.press('alt+1'))
        if self.variant.startswith('narrow'):
            self.page('sidebar', self.to_sidebar)
        self.page('records', self.all_records)
        self.page('records-filtered', self.filter)
        self.page('search', lambda: self.search('blood'))
        self.page('result', lambda: self.open('hemoglobin' if thick else RESULT, 'Test results'))
        self.page('result-table', lambda: self.choose('Table'))
        self.page('result-plain', lambda: self.open('culture' if thick else 'smoking'))
        self.page('blood-pressure', lambda: self.open('blood pressure', 'Vital signs'))
        self.page('ecg', lambda: self.open('heart strain' if thick else 'ecg trace'))
        self.page('report', lambda: self.open('treatment helps' if thick else REPORT))
        self.page('report-text', lambda: self.choose('Text'))
        self.page('condition', lambda: self.open('hypothyroidism' if thick else 'hyperlipidemia'))
        self.page('medicine', lambda: self.open('apixaban' if thick else 'metformin hydrochloride'))
        self.page('document', lambda: self.open('living will' if thick else 'letter after'))
        if self.variant in ('wide', 'narrow'):
            for page, words in KINDS:
                self.page(page, lambda w=words: self.open(w))
        self.messages()
        self.page('preferences', self.preferences)
        self.close_window()
        self.page('locked', self.lock)
        self.unlock(password)

    def follow(self, *words):
        """Pins trends, for Home to show; a pin lasts from one variant to the next."""
        for one in words:
            if one in self.followed or not self.wanted('home'):
                continue
            self.followed.append(one)
            self.open(one, 'Vital signs' if one == 'systolic' else 'Test results')
            pin = self.app.find(None, 'Follow on Home', timeout=5)
            a11y.do(pin, a11y.actions(pin)[0])
            time.sleep(0.5)

    def wanted(self, page):
        return not self.only or page in self.only

    def page(self, name, way):
        """Goes there and takes the picture; what can't be reached is said and passed over."""
        if not self.wanted(name):
            return
        try:
            way()
            self.picture(name)
        except (AssertionError, GLib.Error, subprocess.CalledProcessError) as error:
            self.failed.append(f'{name}-{self.variant}: {error}')
            print(f'{name}-{self.variant}: {error}', flush=True)
            self.shot_of_failure(f'{name}-{self.variant}')

    def shot_of_failure(self, name):
        a11y.shot(os.path.join(self.out, f'failed-{name}.png'))

    def picture(self, name):
        """The window as it stands, and what its accessibility tree lacks."""
        time.sleep(0.35)                                     # a last frame
        file = f'{name}-{self.variant}.png'
        a11y.shot(os.path.join(self.out, file), self.window())
        nodes = self.app.wait(lambda: list(self.app.walk(shown=True)), 10, 'a tree that holds still')
        self.index.append({'page': name, 'variant': self.variant, 'file': file, 'nodes': len(nodes),
                           'unnamed': [' '.join(filter(None, u)) for u in self.app.unnamed(nodes)]})
        print(file, flush=True)
        wide = a11y.size(self.app.node.get_child_at_index(0))[0]
        assert wide <= 360 or not self.variant.startswith('narrow'), f'needs {wide} pixels'

    def window(self):
        """The window on top: a dialog has a number of its own."""
        count = self.app.node.get_child_count()
        found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.app.process.pid)],
                               capture_output=True, text=True).stdout.split()
        return found[-1] if count > 1 and found else self.app.window()

    def press(self, *keys):
        self.app.window()
        a11y.keys(*keys)
        time.sleep(0.25)

    def to_sidebar(self):
        a11y.do(self.app.find('push button', 'Back', timeout=5))
        time.sleep(0.4)

    def all_records(self):
        """The timeline as it opens, without words or filters."""
        self.press('alt+2')
        self.all_kinds()
        entry = self.search_entry(0)
        if entry:
            self.app.click(entry)
            a11y.set_text(entry, '')
            a11y.keys('Escape')
        self.calm()

    def filter(self):
        self.press('alt+2')
        a11y.do(self.app.find(None, 'Test results'))         # a toggle, or a push button to GTK 4.8
        self.calm()

    def search(self, words):
        """The whole timeline with what one typed."""
        self.press('alt+2')
        self.all_kinds()
        entry = self.search_entry(0)
        if entry is None:
            self.press('ctrl+f')
            entry = self.search_entry(5)
        assert entry, 'no search entry'
        a11y.set_text(entry, words)
        self.calm()
        return entry

    def search_entry(self, timeout):
        try:
            return self.app.find('entry', 'Search everything', timeout=timeout)
        except AssertionError:
            return None

    def all_kinds(self):
        try:
            a11y.do(self.app.find(None, 'Everything', timeout=0))
        except (AssertionError, ValueError):
            pass

    def calm(self, least=0.7):
        """Waits until the count of entries stays the same for a while."""
        count, since = None, time.time()
        began = since
        while time.time() - began < 8:
            try:
                now = next((n for n in self.app.names('label') if re.match(r'^[\d,]+ (entr|match)|^No ', n or '')), None)
            except GLib.Error:                               # a row went while we looked at it
                now = None
            if now != count:
                count, since = now, time.time()
            elif time.time() - since > least:
                return
            time.sleep(0.1)

    def open(self, words, kind=None):
        """The newest record that these words find, of one kind or of all."""
        entry = self.search(words)
        if kind:
            a11y.do(self.app.find(None, kind, shown=False))
            self.calm()
        self.app.click(entry)
        time.sleep(0.2)
        a11y.keys('Return')                                  # to the first that was found
        time.sleep(0.5)
        a11y.keys('Return')
        self.app.find('push button', 'Back', timeout=15)
        time.sleep(0.8)

    def choose(self, name):
        """A view beside the one that is shown."""
        node = self.app.wait(lambda: next((n for n in self.app.walk(shown=True) if n.get_name() == name and a11y.size(n)
                                           and a11y.actions(n)), None), 3, name)
        a11y.do(node, a11y.actions(node)[0])
        time.sleep(0.5)

    def preferences(self):
        self.press('ctrl+comma')
        self.app.wait(lambda: self.app.node.get_child_count() > 1, 5, 'the preferences')

    def close_window(self):
        if self.app.node.get_child_count() > 1:
            a11y.xdo('windowfocus', '--sync', self.window())
            a11y.keys('Escape')
            self.app.wait(lambda: self.app.node.get_child_count() == 1, 5, 'the end of the window')

    # Messages

    def messages(self):
        self.page('messages', lambda: self.press('alt+4'))
        self.page('conversation', lambda: self.talk('thicker' if self.variant == 'thick' else 'at night'))
        if self.variant != 'thick':
            self.page('message-file', lambda: self.talk('breakfasts'))
            self.page('file', self.open_file)
        self.page('search-messages', lambda: self.find_talk('diary'))
        self.page('new-message', self.write_new)
        if self.wanted('new-message'):
            self.press('alt+1')

    def find_talk(self, words):
        self.press('alt+4')
        try:
            entry = self.app.find('entry', 'Search messages', timeout=0)
        except AssertionError:
            self.press('ctrl+f')
            entry = self.app.find('entry', 'Search messages')
        a11y.set_text(entry, words)
        time.sleep(0.6)
        return entry

    def talk(self, words):
        """The conversation that these words find."""
        self.app.click(self.find_talk(words))
        time.sleep(0.2)
        a11y.keys('Return')
        time.sleep(0.3)
        a11y.keys('Return')
        self.app.find('text', 'Message', timeout=10)
        time.sleep(0.8)

    def open_file(self):
        self.talk('breakfasts')
        a11y.do(self.app.find('push button', re.compile('Breakfast')))
        time.sleep(2)

    def write_new(self):
        self.press('ctrl+n')
        self.app.find('label', 'New Message', timeout=5)
        time.sleep(0.8)

    def unsent(self):
        """Written without a connection."""
        self.talk('at night')
        a11y.set_text(self.app.find('text', 'Message'), 'Thank you. I bring the diary along on Friday.')
        a11y.keys('ctrl+Return')
        self.app.find('label', re.compile('^Waiting for a connection'), timeout=20)

    def lock(self):
        self.press('ctrl+l')
        self.app.find('label', 'Cairn is locked', timeout=10)

    def unlock(self, password):
        """So that the next variant doesn't open locked."""
        if not self.wanted('locked'):
            return
        a11y.set_text(self.app.find('text', 'Password'), password)
        a11y.do(self.app.find('push button', 'Unlock'))
        self.app.gone('label', 'Cairn is locked', timeout=20)

    def wrong_address(self):
        a11y.set_text(self.app.find('text', 'Clinic address'), 'http://127.0.0.1:1')
        a11y.do(self.app.find('push button', 'Continue'))
        self.app.find('label', re.compile('^Nothing answers'), timeout=20)

    def wrong_password(self):
        self.sign_in('david.moreno', 'not the password')
        self.app.find('label', 'The user name or the password is wrong.', timeout=20)

    def wrong_unlock(self):
        self.lock()
        a11y.set_text(self.app.find('text', 'Password'), 'not the password')
        a11y.do(self.app.find('push button', 'Unlock'))
        self.app.find('label', re.compile('password'), timeout=20)
        time.sleep(1)
