# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the sample clinic for data/demo/run: the portal, then the app, the tour, or nothing but JSON."""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
BUILD = os.path.realpath(os.environ.get('CAIRN_BUILD') or os.path.join(SOURCE, 'build'))
PORTAL = os.path.join(BUILD, 'src', 'server', 'cairn-portal')
CLI = os.path.join(BUILD, 'src', 'cli', 'cairnctl')
APP = os.path.join(BUILD, 'src', 'app', 'cairn')
TOUR = os.path.join(SOURCE, 'tests', 'ui', 'tour.py')


def tell(*lines):
    print(*lines, sep='\n', file=sys.stderr, flush=True)


def start_portal(data, port):
    """The running portal and its address; its words go to stderr."""
    portal = subprocess.Popen([PORTAL, 'serve', '--data', data, '--listen', f'127.0.0.1:{port}', '--demo'],
                              stdout=subprocess.PIPE, text=True)
    line = portal.stdout.readline()
    if not line.startswith('Listening on '):
        portal.terminate()
        sys.exit(f'The sample clinic did not start (exit {portal.wait()}).')
    return portal, line.split()[2]


def private_folders(base):
    """The app's own folders, so that trying it out leaves nothing behind."""
    env = dict(os.environ)
    for name in ('DATA', 'CACHE', 'STATE', 'CONFIG'):
        env[f'XDG_{name}_HOME'] = os.path.join(base, name.lower())
        os.makedirs(env[f'XDG_{name}_HOME'], mode=0o700, exist_ok=True)
    env['GSETTINGS_SCHEMA_DIR'] = os.path.join(BUILD, 'data')
    env['GSETTINGS_BACKEND'] = 'keyfile'
    return env


def forget_keys(env):
    """Signs out what the app signed in, so that no key of the sample stays in the keyring."""
    try:
        out = subprocess.run([CLI, 'status', '--json'], env=env, capture_output=True, text=True, timeout=20).stdout
        for account in json.loads(out or '[]'):
            subprocess.run([CLI, '--account', account['account'], 'sign-out', '--discard-unsent'], env=env,
                           timeout=20,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        pass


def open_app(url, base):
    env = private_folders(base)
    code = subprocess.call([APP, url], env=env)
    forget_keys(env)
    return code


def tour(url):
    tell('No display here: taking the tour on a virtual one.')
    out = os.path.join(SOURCE, 'tour')
    code = subprocess.call([os.path.join(SOURCE, 'tests', 'support', 'headless'), '/usr/bin/python3', TOUR, '--out',
                            out, '--url', url],
                           stdout=sys.stderr, env={**os.environ, 'CAIRN_BUILD': BUILD, 'CAIRN_SOURCE': SOURCE,
                                                   'PYTHONDONTWRITEBYTECODE': '1',
                                                   'PYTHONPATH': os.path.join(SOURCE, 'tests', 'support')})
    tell(f'The pictures are in {out}')
    return code


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--no-app', action='store_true')
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--data')
    options = parser.parse_args()
    base = tempfile.mkdtemp(prefix='cairn-demo-')
    data = os.path.abspath(options.data or os.path.join(base, 'portal'))
    os.makedirs(data, mode=0o700, exist_ok=True)
    with open(os.path.join(BUILD, 'data', 'demo', 'accounts.json'), encoding='utf-8') as accounts:
        people = json.load(accounts)
    portal, url = start_portal(data, options.port)
    asked = []

    def stop(*_):
        asked.append(True)
        portal.terminate()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        if options.no_app:
            keys = ('username', 'password', 'patient', 'role', 'otp_secret')
            print(json.dumps({'url': url, 'data': data, 'mail': os.path.join(data, 'mail'),
                              'accounts': [{k: p[k] for k in keys if k in p} for p in people]}), flush=True)
            code = portal.wait()
            return 0 if asked else code or 1
        me = people[1]
        tell('', f'The sample clinic is open at {url}', f'  Sign in as   {me["username"]}',
             f'  Password     {me["password"]}')
        for other in people[:1] + people[2:]:
            tell(f'  or as        {other["username"]}, {other["password"]}')
        tell(f'  Its mail arrives in {os.path.join(data, "mail")}', '')
        return open_app(url, base) if os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY') else tour(url)
    finally:
        if portal.poll() is None:
            portal.terminate()
        portal.wait()
        shutil.rmtree(base, ignore_errors=True)


sys.exit(main())
