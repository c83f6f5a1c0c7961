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


def start_portal(data, port, children):
    """The address of the started portal; its words go to stderr."""
    portal = subprocess.Popen([PORTAL, 'serve', '--data', data, '--listen', f'127.0.0.1:{port}', '--demo'],
                              stdout=subprocess.PIPE, text=True)
    children.append(portal)
    line = portal.stdout.readline()
    if not line.startswith('Listening on '):
        portal.terminate()
        sys.exit(f'The sample clinic did not start (exit {portal.wait()}).')
    return line.split()[2]


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


def open_app(url, base, children):
    env = private_folders(base)
    children.append(subprocess.Popen([APP, url], env=env))
    code = children[-1].wait()
    forget_keys(env)
    return 0 if code == -signal.SIGTERM else code


def tour(url, _base, children):
    tell('No display here: taking the tour on a virtual one.')
    out = os.path.join(SOURCE, 'tour')
    children.append(subprocess.Popen(['/usr/bin/python3', TOUR, '--out', out, '--url', url], stdout=sys.stderr,
                                     env={**os.environ, 'CAIRN_BUILD': BUILD, 'CAIRN_SOURCE': SOURCE}))
    code = children[-1].wait()
    tell(f'The pictures are in {out}')
    return code


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--no-app', action='store_true')
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--data')
    options = parser.parse_args()
    base = tempfile.mkdtemp(prefix='cairn-demo-')
    children, asked = [], []

    def stop(*_):
        """Ends what was started last: the app or the tour, or else the portal; who waits for it tidies up."""
        asked.append(True)
        if children:
            children[-1].terminate()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        return serve(options, base, children, asked)
    finally:
        for child in reversed(children):
            if child.poll() is None:
                child.terminate()
            child.wait()
        shutil.rmtree(base, ignore_errors=True)


def serve(options, base, children, asked):
    data = os.path.abspath(options.data or os.path.join(base, 'portal'))
    os.makedirs(data, mode=0o700, exist_ok=True)
    with open(os.path.join(BUILD, 'data', 'demo', 'accounts.json'), encoding='utf-8') as accounts:
        people = json.load(accounts)
    url = start_portal(data, options.port, children)
    if options.no_app:
        keys = ('username', 'password', 'patient', 'role', 'otp_secret')
        print(json.dumps({'url': url, 'data': data, 'mail': os.path.join(data, 'mail'),
                          'accounts': [{k: p[k] for k in keys if k in p} for p in people]}), flush=True)
        code = children[0].wait()
        return 0 if asked else code or 1
    me = people[1]
    tell('', f'The sample clinic is open at {url}', f'  Sign in as   {me["username"]}',
         f'  Password     {me["password"]}')
    for other in people[:1] + people[2:]:
        tell(f'  or as        {other["username"]}, {other["password"]}')
    tell(f'  Its mail arrives in {os.path.join(data, "mail")}', '')
    display = os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY')
    return (open_app if display else tour)(url, base, children)


sys.exit(main())
