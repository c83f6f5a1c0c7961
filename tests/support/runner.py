# SPDX-License-Identifier: GPL-3.0-or-later
"""The work behind tests/run: builds, runs every part, counts single test points.

Two lanes, one a core: everything with the ordinary build in the one; lint, the sanitized build
and its tests in the other. Every part speaks TAP (meson's tests too, where they can), and a
failure prints the useful end of its log.
"""
import argparse
import glob
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
BUILD = os.path.realpath(os.environ.get('CAIRN_BUILD') or os.path.join(SOURCE, 'build'))
ASAN = os.path.join(BUILD, 'asan')
FUZZ = os.path.join(BUILD, 'fuzz')
PARTS = ['unit', 'integration', 'ui', 'lint', 'asan', 'fuzz', 'bench']
POINT = re.compile(r'^\s{0,4}(not )?ok\b(?:\s+\d+)?(?:\s*-)?\s*(.*?)\s*(?:#\s*(skip|todo)\b\s*(.*))?$', re.I)

lock = threading.Lock()
total = {'passed': 0, 'failed': 0, 'skipped': 0}
failures = []
children = set()


def say(line):
    with lock:
        print(line, flush=True)


def environment(build):
    env = dict(os.environ, CAIRN_SOURCE=SOURCE, CAIRN_BUILD=build, CAIRN_LOCALE_DIR=os.path.join(build, 'po'), PYTHONDONTWRITEBYTECODE='1',
               PYTHONPATH=os.path.join(SOURCE, 'tests', 'support'),
               CAIRN_VISIBLE=os.path.join(SOURCE, '..', 'shared', 'data', 'visible'),
               TZ='UTC', LC_ALL='C.UTF-8', GSETTINGS_BACKEND='memory')
    env.pop('LANGUAGE', None)
    return env


def call(argv, env=None, limit=1800, cwd=SOURCE):
    """Runs argv in its own process group: (exit code or None on timeout, output)."""
    process = subprocess.Popen(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, text=True,
                               errors='replace', stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True)
    with lock:
        children.add(process)
    try:
        out, _ = process.communicate(timeout=limit)
        return process.returncode, out
    except subprocess.TimeoutExpired:
        for sig in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, sig)
                out, _ = process.communicate(timeout=10)
                return None, out
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        return None, ''
    finally:
        with lock:
            children.discard(process)


def tap(output):
    """(passed, failed, skipped, names of the failed ones) of a TAP text."""
    passed = failed = skipped = 0
    names = []
    for line in output.splitlines():
        if not (m := POINT.match(line)):
            continue
        if m[3] and m[3].lower() == 'skip':
            skipped += 1
        elif m[1] and not m[3]:
            failed += 1
            names.append(m[2])
        else:
            passed += 1
    return passed, failed, skipped, names


def useful(output, lines=40):
    """The part of a log that tells why: what surrounds failures, or its end; libraries' chatter is left out."""
    rows = [r for r in output.splitlines() if not re.search(r'-(DEBUG|INFO): ', r)]
    bad = re.compile(r'^\s*not ok|Bail out|ERROR|CRITICAL|WARNING|error:|FAILED|Assertion|Sanitizer|Traceback|runtime error|'
                     r'corrupted|double free|invalid pointer|Aborted|Segmentation|Trace/breakpoint')
    keep = set()
    for i, row in enumerate(rows):
        if bad.search(row):
            keep.update(range(max(0, i - 2), min(len(rows), i + 16)))
    chosen = [rows[i] for i in sorted(keep)][:lines] or rows[-lines:]
    return '\n'.join('    ' + r[:400] for r in chosen)


def count(part, name, code, output, seconds, speaks_tap=True):
    """Adds one test program's points to the total and says how it went."""
    passed, failed, skipped, names = tap(output) if speaks_tap else (0, 0, 0, [])
    why = 'ran out of time' if code is None else f'exit {code}'
    if code == 77 and not (passed or failed):
        skipped = skipped or 1
    elif code != 0 and not failed:
        failed, names = 1, [why]
    elif code == 0 and not (passed or failed or skipped):
        passed = 1
    with lock:
        total['passed'] += passed
        total['failed'] += failed
        total['skipped'] += skipped
        failures.extend(f'{part}/{name}: {n}' for n in names)
    line = f'{part:<12} {name:<34} {passed:4} passed'
    if failed:
        line += f', {failed} failed ({why})'
    if skipped:
        line += f', {skipped} skipped'
    say(f'{line}  [{seconds:.0f} s]')
    for row in output.splitlines():
        if row.startswith('UNAVAILABLE:'):
            say('  ' + row)
    if failed:
        say(useful(output))


def script(part, path, build=BUILD, under=(), limit=1200, args=(), env=None):
    name = os.path.splitext(os.path.relpath(path, os.path.join(SOURCE, 'tests')))[0]
    started = time.time()
    code, out = call([*under, path, *args], {**environment(build), **(env or {})}, limit)
    count(part, name, code, out, time.time() - started)


def configure(build, options):
    if not os.path.exists(os.path.join(build, 'build.ninja')):
        return call(['meson', 'setup', build, SOURCE, *options])
    return 0, ''


def build(part, folder, options, targets=()):
    started = time.time()
    os.makedirs(folder, exist_ok=True)
    code, out = configure(folder, options)
    if code == 0:
        code, out = call(['ninja', '-C', folder, *targets], limit=3600)
    if code == 0:
        say(f'{part:<12} built {os.path.relpath(folder, SOURCE)}  [{time.time() - started:.0f} s]')
        return True
    count(part, 'build', code or 1, out, time.time() - started, speaks_tap=False)
    return False


def meson_tests(part, folder, options=()):
    """meson test, counted point by point from its log."""
    for old in glob.glob(os.path.join(folder, 'meson-logs', 'testlog*.json')):
        os.unlink(old)
    started = time.time()
    code, out = call(['meson', 'test', '-C', folder, '--no-rebuild', *options],
                     environment(folder), 3600)
    logs = glob.glob(os.path.join(folder, 'meson-logs', 'testlog*.json'))
    if not logs:
        if 'No tests defined' in out:
            return
        count(part, 'meson test', code or 1, out, time.time() - started, speaks_tap=False)
        return
    with open(logs[0], encoding='utf-8', errors='replace') as log:
        for line in log:
            t = json.loads(line)
            result = t.get('result', '')
            code = {'OK': 0, 'EXPECTEDFAIL': 0, 'SKIP': 77, 'TIMEOUT': None}.get(
                result, t.get('returncode') or 1)
            output = (t.get('stdout') or '') + '\n' + (t.get('stderr') or '')
            count(part, t['name'].split(' / ')[-1], code, output, t.get('duration', 0))


def ordinary_lane(wanted, long, match):
    if not build('build', BUILD, ['-Dwerror=true']):
        return
    built.set()
    if 'unit' in wanted:
        meson_tests('unit', BUILD)
    headless = os.path.join(SOURCE, 'tests', 'support', 'headless')
    extra = {'CAIRN_LONG': '1'} if long else {}
    for part, pattern in (('integration', 'integration/test-*.py'), ('ui', 'ui/test-*.py')):
        if part in wanted:
            for path in sorted(glob.glob(os.path.join(SOURCE, 'tests', pattern))):
                if match not in path:
                    continue
                script(part, path, under=(headless,), env=extra, limit=7200 if long else 1200)
    if 'asan' in wanted:
        sanitized_scripts()


def sanitized_scripts():
    """Hostile pages and real records once more, with the programs that the other lane has built by now."""
    asan_done.wait()
    support = os.path.join(SOURCE, 'tests', 'support')
    for name in ('hostile', 'files') if sanitized else ():
        script('asan', os.path.join(SOURCE, 'tests', 'integration', f'test-{name}.py'), ASAN,
               (os.path.join(support, 'headless'), os.path.join(support, 'asan-env')))


def checked_lane(wanted):
    built.wait()
    if 'lint' in wanted and not build_failed():
        script('lint', os.path.join(SOURCE, 'tests', 'lint', 'run'))
    if 'asan' in wanted:
        if build('asan', ASAN, ['-Dapp=disabled', '-Dwerror=true',
                                '-Db_sanitize=address,undefined']):
            sanitized.append(True)
            asan_done.set()
            meson_tests('asan', ASAN, ['--setup', 'asan'])
    if 'fuzz' in wanted:
        fuzz()


def fuzz():
    """Ten minutes with libFuzzer, the targets one after the other."""
    if subprocess.call(['which', 'clang'], stdout=subprocess.DEVNULL) != 0:
        count('fuzz', 'libFuzzer', 0, 'UNAVAILABLE: no clang\nok 1 fuzz # SKIP no clang', 0)
        return
    names = sorted(os.path.basename(p)[:-2] for p in glob.glob(os.path.join(SOURCE, 'tests', 'fuzz', 'fuzz-*.c')))
    os.environ['CC'] = 'clang'
    ok = build('fuzz', FUZZ, ['-Dapp=disabled', '-Dfuzz=true', '-Db_lundef=false', '-Db_sanitize=address,undefined'],
               [f'tests/fuzz/{n}' for n in names])
    del os.environ['CC']
    seconds = int(os.environ.get('CAIRN_FUZZ_SECONDS') or 600)
    targets = [os.path.join(FUZZ, 'tests', 'fuzz', n) for n in names] if ok else []
    for target in targets:
        name = os.path.basename(target)
        seeds = [d for d in (os.path.join(SOURCE, 'tests', 'fuzz', 'corpus', name.replace('fuzz-', '')),)
                 if os.path.isdir(d)]
        work = os.path.join(FUZZ, 'work', name)
        os.makedirs(work, exist_ok=True)
        started = time.time()
        code, out = call([target, f'-max_total_time={seconds // len(targets)}', '-timeout=20',
                          '-rss_limit_mb=2048', f'-artifact_prefix={work}/', work, *seeds],
                         limit=1200)
        count('fuzz', name, code, out, time.time() - started, speaks_tap=False)


built = threading.Event()
asan_done = threading.Event()       # built, or not to be had
sanitized = []                      # not empty when it was built


def build_failed():
    with lock:
        return any(f.startswith('build/') for f in failures)


def guarded(lane, *args):
    try:
        lane(*args)
    except Exception as error:  # noqa: BLE001 a broken runner must never look like a pass
        count('runner', lane.__name__, 1, repr(error), 0, speaks_tap=False)
    finally:
        built.set()
        if lane is checked_lane:
            asan_done.set()


def stop(signum, _frame):
    with lock:
        running = list(children)
    for process in running:
        try:
            os.killpg(process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
    sys.exit(128 + signum)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--long', action='store_true')
    parser.add_argument('--only', action='append', choices=PARTS)
    parser.add_argument('--match', default='')
    options = parser.parse_args()
    wanted = options.only or [p for p in PARTS if options.long or p not in ('fuzz', 'bench')]
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    started = time.time()
    second = threading.Thread(target=guarded, args=(checked_lane, wanted))
    second.start()
    guarded(ordinary_lane, wanted, options.long, options.match)
    second.join()
    if 'bench' in wanted and not build_failed():     # alone, when nothing else wants the cores
        script('bench', os.path.join(SOURCE, 'tests', 'bench', 'run'), limit=3600, args=('--tap',))
    for line in failures:
        say('FAILED ' + line)
    say(f'took {(time.time() - started) / 60:.1f} min')
    last = f'{total["passed"]} passed, {total["failed"]} failed'
    if total['skipped']:
        last += f', {total["skipped"]} skipped'
    say(last)
    sys.exit(1 if total['failed'] or not total['passed'] else 0)


main()
