#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tour.py [--out DIR] [--url URL]: a picture of every page in every variant, from the sample clinic.

Starts the real app, signs in as a sample person and walks through it as a user does. Leaves
PAGE-VARIANT.png and index.json: [{"page","variant","file","nodes","unnamed"}], where unnamed lists
what a screen reader could not name. Runs inside tests/support/headless; without --url it starts
the sample clinic itself.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
BUILD = os.environ.get('CAIRN_BUILD') or os.path.join(SOURCE, 'build')

import a11y  # noqa: E402

APP = os.path.join(BUILD, 'src', 'app', 'cairn')
# variant: settings of the window, text size, which sample account
VARIANTS = {
    'wide': ({}, 1.0, 1),
    'narrow': ({'window-width': 360, 'window-height': 720}, 1.0, 1),
    'dark': ({'color-scheme': "'dark'"}, 1.0, 1),
    'large': ({}, 1.5, 1),
    'thick': ({}, 1.0, 2),
}


class Tour:
    def __init__(self, out, url, people):
        self.out, self.url, self.people = out, url, people
        self.index = []

    def environment(self, folder, settings):
        env = dict(os.environ, GSETTINGS_BACKEND='keyfile')
        for name in ('DATA', 'CACHE', 'STATE', 'CONFIG'):
            env[f'XDG_{name}_HOME'] = os.path.join(folder, name.lower())
            os.makedirs(env[f'XDG_{name}_HOME'], mode=0o700)
        os.makedirs(os.path.join(folder, 'config', 'glib-2.0', 'settings'))
        with open(os.path.join(folder, 'config', 'glib-2.0', 'settings', 'keyfile'), 'w', encoding='utf-8') as file:
            file.write('[io/github/cairnhealth/Cairn]\n' + ''.join(f'{k}={v}\n' for k, v in settings.items()))
        os.makedirs(os.path.join(folder, 'config', 'gtk-4.0'))
        with open(os.path.join(folder, 'config', 'gtk-4.0', 'settings.ini'), 'w', encoding='utf-8') as file:
            file.write('[Settings]\ngtk-enable-animations=0\n')
        return env

    def picture(self, app, page, variant):
        """The window as it stands, and what its accessibility tree lacks."""
        time.sleep(0.4)                                      # a last frame
        name = f'{page}-{variant}.png'
        a11y.shot(os.path.join(self.out, name), app.window())
        self.index.append({'page': page, 'variant': variant, 'file': name, 'nodes': sum(1 for _ in app.walk()),
                           'unnamed': [' '.join(filter(None, u)) for u in app.unnamed()]})
        print(f'{name}', flush=True)

    def walk(self, variant):
        settings, scale, who = VARIANTS[variant]
        subprocess.run(['xprop', '-root', '-format', 'RESOURCE_MANAGER', '8s', '-set', 'RESOURCE_MANAGER',
                        f'Xft.dpi: {round(96 * scale)}\n'], check=True)
        with tempfile.TemporaryDirectory(prefix='tour.') as folder:
            env = self.environment(folder, settings)
            app = a11y.App([APP], env=env)
            app.find('label', 'Welcome to Cairn')
            self.picture(app, 'welcome', variant)
            app.stop()
            app = a11y.App([APP, self.url], env=env)
            try:
                self.signed_in(app, variant, self.people[who])
                self.pages(app, variant)
            finally:
                app.stop()

    def signed_in(self, app, variant, person):
        user = app.find('text', 'User name or e-mail')
        app.window()
        a11y.set_text(user, person['username'])
        a11y.set_text(app.find('text', 'Password'), person['password'])
        self.picture(app, 'sign-in', variant)
        a11y.do(app.find('push button', 'Sign In'))
        app.find('label', 'Newest results', timeout=60)
        app.find('label', re.compile(r'^(Up to date|Updated )'), timeout=60)

    def pages(self, app, variant):
        app.window()
        self.picture(app, 'home', variant)
        a11y.keys('alt+2')
        app.find('list', 'Records', timeout=20)
        self.picture(app, 'records', variant)
        self.open_first(app)
        self.picture(app, 'record', variant)
        a11y.keys('ctrl+comma')
        app.wait(lambda: app.node.get_child_count() > 1, 5, 'the preferences')
        a11y.keys('Escape')
        app.wait(lambda: app.node.get_child_count() == 1, 5, 'the end of the preferences')
        a11y.keys('ctrl+l')
        app.find('label', 'Cairn is locked', timeout=10)
        self.picture(app, 'locked', variant)

    def open_first(self, app):
        """Opens the newest test result."""
        a11y.do(app.find(None, 'Test results'))       # a toggle, or a push button to GTK 4.8
        time.sleep(0.5)
        rows = app.find('list', 'Records')
        first = app.wait(lambda: next((rows.get_child_at_index(i) for i in range(rows.get_child_count())
                                       if a11y.size(rows.get_child_at_index(i))), None), 10, 'a row')
        app.click(first)
        app.find('push button', 'Back', timeout=10)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--out', default=os.path.join(SOURCE, 'tour'))
    parser.add_argument('--url')
    parser.add_argument('--variant', action='append', choices=VARIANTS)
    options = parser.parse_args()
    clinic = None
    url = options.url
    if url is None:
        clinic = subprocess.Popen(['/usr/bin/python3', os.path.join(SOURCE, 'data', 'demo', 'clinic_day.py'),
                                   '--no-app'],
                                  stdout=subprocess.PIPE, text=True)
        url = json.loads(clinic.stdout.readline())['url']
    with open(os.path.join(BUILD, 'data', 'demo', 'accounts.json'), encoding='utf-8') as file:
        people = json.load(file)
    shutil.rmtree(options.out, ignore_errors=True)
    os.makedirs(options.out)
    tour = Tour(options.out, url, people)
    failed = 0
    for variant in options.variant or VARIANTS:
        try:
            tour.walk(variant)
        except AssertionError as error:
            failed += 1
            print(f'{variant}: {error}', flush=True)
            a11y.shot(os.path.join(options.out, f'failed-{variant}.png'))
    with open(os.path.join(options.out, 'index.json'), 'w', encoding='utf-8') as file:
        json.dump(tour.index, file, indent=1)
    if clinic:
        clinic.terminate()
        clinic.wait()
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
