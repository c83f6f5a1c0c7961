# SPDX-License-Identifier: GPL-3.0-or-later
"""The real portal and the real command-line client for the test scripts.

Run inside tests/support/headless, which has the keyring. Everything lives below one temporary
folder; `Portal` and `Client` are context managers that take down what they started.
"""
import glob
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

SOURCE = os.environ.get('CAIRN_SOURCE') or os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
BUILD = os.environ.get('CAIRN_BUILD') or os.path.join(SOURCE, 'build')
VISIBLE = os.path.realpath(os.environ.get('CAIRN_VISIBLE') or os.path.join(SOURCE, '..', 'shared', 'data', 'visible'))
PORTAL = os.path.join(BUILD, 'src', 'server', 'cairn-portal')
CAIRNCTL = os.path.join(BUILD, 'src', 'cli', 'cairnctl')
CAIRN = os.path.join(BUILD, 'src', 'app', 'cairn')
PASSWORD = 'a long sample password'


class Failed(AssertionError):
    pass


def read_bytes(path):
    """A file's bytes, unpacked when it ends in .xz."""
    if path.endswith('.xz'):
        return subprocess.run(['xz', '-dc', path], check=True, capture_output=True).stdout
    with open(path, 'rb') as file:
        return file.read()


def unpacked(path, folder):
    """The path of a file as the portal can read it."""
    if not path.endswith('.xz'):
        return path
    out = os.path.join(folder, os.path.basename(path)[:-3])
    with open(out, 'wb') as file:
        file.write(read_bytes(path))
    return out


class Portal:
    """A portal with a data folder of its own."""

    def __init__(self, data=None, arguments=(), env=None):
        self.folder = tempfile.mkdtemp(prefix='portal.')
        self.data = data or os.path.join(self.folder, 'data')
        self.arguments = list(arguments)
        self.env = {**os.environ, **(env or {})}
        self.process = None
        self.url = None
        self.port = 0
        self.held = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.let_port()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *arguments, stdin=None, check=True):
        """cairn-portal ARGUMENTS --data: (exit code, JSON or None, stderr)."""
        done = subprocess.run([PORTAL, arguments[0], *arguments[1:2], '--data', self.data, *arguments[2:]],
                              env=self.env,
                              input=stdin, capture_output=True, text=True, timeout=600)
        if check and done.returncode != 0:
            raise Failed(f'cairn-portal {" ".join(arguments[:2])}: exit {done.returncode}: {done.stderr[-2000:]}{done.stdout[-2000:]}')
        return done.returncode, parse(done.stdout), done.stderr

    def load(self, *files, check=True, strict=False, clock=None):
        """Imports files (a .xz is unpacked first) and returns the report; clock '-1d' does it yesterday."""
        paths = [unpacked(f, self.folder) for f in files]
        at = ['faketime', '-f', clock] if clock else []
        done = subprocess.run([*at, PORTAL, 'import', '--data', self.data, '--json', *(['--strict'] if strict else []),
                               *paths],
                              env=self.env, capture_output=True, text=True, timeout=900)
        report = parse(done.stdout)
        if check and done.returncode != 0:
            raise Failed(f'cairn-portal import: exit {done.returncode}: {done.stderr[-1000:]} {done.stdout[-3000:]}')
        return report

    def load_text(self, resource):
        """Imports one resource or Bundle given as a value."""
        path = os.path.join(self.folder, 'one.json')
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(resource, file)
        return self.load(path)

    def account(self, username, patient, password=PASSWORD):
        return self.run('account', 'add', '--username', username, '--email', username + '@example.org', '--patient',
                        patient,
                        '--json', '--password-stdin', stdin=password)[1]

    def start(self, port=0, address='127.0.0.1', clock=None):
        """Serves; clock '+10m' does so ten minutes from now."""
        self.let_port()
        # faketime(1) would stay between us and the portal
        fake = {'FAKETIME': clock, 'LD_PRELOAD': glob.glob('/usr/lib/*/faketime/libfaketimeMT.so.1')[0]} if clock else {}
        self.log = open(os.path.join(self.folder, 'log'), 'a+', encoding='utf-8')
        self.process = subprocess.Popen([PORTAL, 'serve', '--data', self.data, '--listen',
                                         f'{address}:{port or self.port}',
                                         *self.arguments], env={**self.env, **fake}, stdout=subprocess.PIPE,
                                         stderr=self.log,
                                         text=True)
        line = self.process.stdout.readline()
        if not line.startswith('Listening on '):
            self.stop()
            raise Failed('cairn-portal serve: ' + (line or self.words()))
        self.url = line.split()[2]
        self.port = int(self.url.rstrip('/').rsplit(':', 1)[1])
        return self

    def words(self):
        self.log.seek(0)
        return self.log.read()[-3000:]

    def stop(self):
        """Drains; returns the exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process.stdout.close()
        self.process = None
        self.hold_port()
        return code

    def hold_port(self):
        """Tests run side by side: while this portal is down no other may get its port, or a client would ask a stranger."""
        if self.port and self.held is None:
            self.held = socket.socket()
            try:
                self.held.bind(('127.0.0.1', self.port))
            except OSError:                                  # connections of its own are still fading away
                self.let_port()

    def let_port(self):
        if self.held is not None:
            self.held.close()
            self.held = None


def parse(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


class Client:
    """cairnctl with folders of its own (the keyring is the session's)."""

    def __init__(self, env=None):
        self.folder = tempfile.mkdtemp(prefix='client.')
        self.env = {**os.environ, **(env or {})}
        for name in ('DATA', 'CACHE', 'STATE', 'CONFIG'):
            self.env[f'XDG_{name}_HOME'] = os.path.join(self.folder, name.lower())
            os.mkdir(self.env[f'XDG_{name}_HOME'], 0o700)
        self.code = None
        self.stderr = ''
        self.stdout = ''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            if os.listdir(os.path.join(self.folder, 'data')):
                self('sign-out', '--discard-unsent', timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            pass
        shutil.rmtree(self.folder, ignore_errors=True)

    def __call__(self, *arguments, stdin=None, timeout=300, check=None):
        """Runs cairnctl ARGUMENTS --json: its value. `check` is the exit code that must come."""
        argv = [CAIRNCTL, *arguments] + ([] if '--json' in arguments else ['--json'])
        done = subprocess.run(argv, env=self.env, input=stdin if stdin is not None else '', capture_output=True,
                              timeout=timeout,
                              text=True, errors='surrogateescape')
        self.code, self.stderr, self.stdout = done.returncode, done.stderr, done.stdout
        if check is not None and self.code != check:
            raise Failed(f'cairnctl {" ".join(arguments)}: exit {self.code}, wanted {check}: {self.stdout[-1500:]} {self.stderr[-1500:]}')
        return parse(self.stdout)

    def sign_in(self, url, username, password=PASSWORD, check=0):
        return self('sign-in', url, '--username', username, '--password-stdin', stdin=password, check=check)

    def start(self, *arguments):
        """Starts cairnctl without waiting."""
        return subprocess.Popen([CAIRNCTL, *arguments, '--json'], env=self.env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def versions(self, limit=1000000):
        """The set of (type, id, version) in the cache."""
        return {(r['type'], r['id'], r['version']) for r in self('list', 'all', '--limit', str(limit), check=0)}


def wait_for(fn, timeout=10, what='condition'):
    end = time.time() + timeout
    while time.time() < end:
        result = fn()
        if result:
            return result
        time.sleep(0.02)
    raise Failed('timed out waiting for ' + what)
