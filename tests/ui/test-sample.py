#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking around with sample data: a clinic of the program's own that leaves nothing behind."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
import portal as support  # noqa: E402
import tap  # noqa: E402


def portals(parent):
    """Pids of the portals that a program has started."""
    out = subprocess.run(['ps', '-o', 'pid=,args=', '--ppid', str(parent)], capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in out.splitlines() if 'cairn-portal' in line]


def main():
    folder = tempfile.mkdtemp(prefix='sample.')
    env = dict(os.environ, GSETTINGS_BACKEND='memory', TMPDIR=os.path.join(folder, 'tmp'))
    os.mkdir(env['TMPDIR'])
    for name in ('DATA', 'CACHE', 'STATE', 'CONFIG'):
        env[f'XDG_{name}_HOME'] = os.path.join(folder, name.lower())
        os.makedirs(env[f'XDG_{name}_HOME'], mode=0o700)
    app = a11y.App([support.CAIRN], env=env, stderr=subprocess.DEVNULL)
    try:
        def look_around():
            app.window()
            a11y.do(app.find('push button', 'Look Around with Sample Data'))
            app.find('label', re.compile('^New(est)? results$'), timeout=60)
            app.find('label', 'Up to date', timeout=60)
            app.find('label', 'Sample data: invented people')
            assert len(portals(app.process.pid)) == 1

        def leave():
            child = portals(app.process.pid)[0]
            a11y.do(app.find('push button', 'Leave'))
            app.find('label', 'Welcome to Cairn', timeout=20)
            support.wait_for(lambda: not os.path.exists(f'/proc/{child}'), 10, 'the end of the clinic')
            look_around()

        def quit_app():
            child = portals(app.process.pid)[0]
            app.window()
            a11y.keys('ctrl+q')
            assert app.process.wait(15) == 0
            support.wait_for(lambda: not os.path.exists(f'/proc/{child}'), 10, 'the end of the clinic')

        def nothing_left():
            assert not glob.glob(os.path.join(env['TMPDIR'], '*')), os.listdir(env['TMPDIR'])
            left = [f for f in glob.glob(os.path.join(folder, '*', '**'), recursive=True) if f.endswith('.db')]
            assert not left, left
            again = a11y.App([support.CAIRN], env=env, stderr=subprocess.DEVNULL)
            try:
                again.find('label', 'Welcome to Cairn')
                names = again.names()
                assert not any(re.search(r'127\.0\.0\.1|Moreno', n or '') for n in names), names
            finally:
                again.stop()

        if (tap.run('The sample clinic opens from the first screen', look_around)
                and tap.run('It can be left, and opened again', leave)
                and tap.run('It ends with the program', quit_app)):
            tap.run('Nothing of it stays', nothing_left)
    finally:
        app.stop()
        shutil.rmtree(folder, ignore_errors=True)
    tap.done()


if __name__ == '__main__':
    main()
