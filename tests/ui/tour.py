#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tour.py [--out DIR] [--url URL] [--variant V…] [--page P…]: a picture of every page in every variant.

Starts the real app, signs in as a sample person and walks through it as a user does. Leaves
PAGE-VARIANT.png and index.json: [{"page","variant","file","nodes","unnamed"}], where unnamed lists
what a screen reader could not name. Without --url it starts the sample clinic itself. Two sessions
of tests/support/headless work side by side; "empty" looks at a record with nothing in it, "error"
at a clinic whose portal fails.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path[:0] = [os.path.join(SOURCE, 'tests', 'support'), os.path.join(SOURCE, 'tests', 'ui')]
sys.dont_write_bytecode = True
BUILD = os.environ.get('CAIRN_BUILD') or os.path.join(SOURCE, 'build')
HEADLESS = os.path.join(SOURCE, 'tests', 'support', 'headless')
CLINIC_DAY = os.path.join(SOURCE, 'data', 'demo', 'clinic_day.py')

NARROW = {'window-width': 360, 'window-height': 720}
ADULT, ELDER = 'david', 'eleanor'
# variant: (settings of the window, text size, environment, whose record)
VARIANTS = {
    'wide': ({}, 1.0, {}, ADULT),
    'narrow': (NARROW, 1.0, {}, ADULT),
    'dark': ({'color-scheme': "'dark'"}, 1.0, {}, ADULT),
    'large': ({}, 1.4, {}, ADULT),
    'rtl': ({}, 1.0, {'CAIRN_TEXT_DIRECTION': 'rtl'}, ADULT),
    'contrast': ({}, 1.0, {'ADW_DEBUG_HIGH_CONTRAST': '1'}, ADULT),
    'narrow-large': (NARROW, 1.4, {}, ADULT),
    'thick': ({}, 1.0, {}, ELDER),
    'empty': ({}, 1.0, {}, None),
    'error': ({}, 1.0, {}, None),
}
# Who takes which pictures: about as long for each
SHARES = (('wide', 'dark', 'large', 'thick', 'error'), ('narrow', 'rtl', 'contrast', 'narrow-large', 'empty'))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--out', default=os.path.join(SOURCE, 'tour'))
    parser.add_argument('--url')
    parser.add_argument('--variant', action='append', choices=VARIANTS)
    parser.add_argument('--page', action='append', help='only these pages')
    parser.add_argument('--share', action='store_true', help='one session: takes the pictures itself')
    options = parser.parse_args()
    return take_share(options) if options.share else take_all(options)


def take_all(options):
    """Starts the clinic and the sessions, and puts their lists together."""
    began = time.time()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))     # so that the sessions end, too
    clinic, url = None, options.url
    if url is None:
        clinic = subprocess.Popen(['/usr/bin/python3', CLINIC_DAY, '--no-app'], stdout=subprocess.PIPE, text=True)
        url = json.loads(clinic.stdout.readline())['url']
    shutil.rmtree(options.out, ignore_errors=True)
    os.makedirs(options.out)
    sessions, failed = [], False
    for share in SHARES:
        mine = [v for v in share if not options.variant or v in options.variant]
        arguments = [f'--variant={v}' for v in mine] + [f'--page={p}' for p in options.page or ()]
        if mine:
            sessions.append(subprocess.Popen([HEADLESS, '/usr/bin/python3', os.path.abspath(__file__), '--share',
                                              '--out', os.path.abspath(options.out), '--url', url, *arguments]))
    try:
        for session in sessions:
            failed = session.wait() != 0 or failed
    finally:
        for session in sessions:
            if session.poll() is None:
                session.terminate()
                session.wait()
        if clinic:
            clinic.terminate()
            clinic.wait()
    index = []
    for name in sorted(os.listdir(options.out)):
        if name.startswith('part-'):
            with open(os.path.join(options.out, name), encoding='utf-8') as file:
                index += json.load(file)
            os.unlink(os.path.join(options.out, name))
    with open(os.path.join(options.out, 'index.json'), 'w', encoding='utf-8') as file:
        json.dump(index, file, indent=1, ensure_ascii=False)
    unnamed = sum(len(p['unnamed']) for p in index)
    print(f'{len(index)} pictures, {unnamed} widgets without a name, {time.time() - began:.0f} s', flush=True)
    return 1 if failed else 0


def take_share(options):
    from tour_walk import Tour                                 # needs the session's accessibility bus
    with open(os.path.join(BUILD, 'data', 'demo', 'accounts.json'), encoding='utf-8') as file:
        people = {p['patient']: p for p in json.load(file)}
    variants = options.variant or list(VARIANTS)
    with tempfile.TemporaryDirectory(prefix='tour.') as folder:
        tour = Tour(options.out, options.url, people, folder, options.page)
        for variant in variants:
            try:
                tour.take(variant, *VARIANTS[variant])
            except AssertionError as error:
                tour.failed.append(f'{variant}: {error}')
                print(f'{variant}: {error}', flush=True)
                tour.shot_of_failure(variant)
                tour.stop()
        with open(os.path.join(options.out, f'part-{variants[0]}.json'), 'w', encoding='utf-8') as file:
            json.dump(tour.index, file)
    return 1 if tour.failed else 0


if __name__ == '__main__':
    sys.exit(main())
