# SPDX-License-Identifier: GPL-3.0-or-later
"""TAP for the test scripts: one line a test point, a plan at the end."""
import sys
import traceback

_count = 0
_failed = 0


def point(ok, name, why=''):
    """Prints one result; `why` explains a failure. Returns ok."""
    global _count, _failed
    _count += 1
    if not ok:
        _failed += 1
    print(f'{"ok" if ok else "not ok"} {_count} {name}', flush=True)
    if not ok and why:
        for line in str(why).splitlines()[-40:]:
            print('# ' + line[:2000], flush=True)
    return bool(ok)


def equal(got, want, name):
    return point(got == want, name, f'got {got!r}\nwanted {want!r}')


def skip(name, why):
    global _count
    _count += 1
    print(f'ok {_count} {name} # SKIP {why}', flush=True)


def unavailable(why):
    """A whole part cannot run here: counted as one skipped, never as passed."""
    print(f'UNAVAILABLE: {why}', flush=True)
    skip(why.split(';')[0], why)


def note(string):
    for line in str(string).splitlines():
        print('# ' + line, flush=True)


def run(name, fn, *args):
    """A test function: returning is success, an exception is the failure."""
    try:
        fn(*args)
    except Exception as error:  # noqa: BLE001
        where = traceback.extract_tb(error.__traceback__)[-1]
        return point(False, name, f'{type(error).__name__}: {error}\nat {where.filename}:{where.lineno} {where.line}')
    return point(True, name)


def walk(steps, subject, failed=None):
    """Runs (name, method) in order; after the first that fails the rest can't be told, and @failed is called."""
    for n, (name, step) in enumerate(steps):
        if run(name, step, subject):
            continue
        if failed:
            failed()
        for later, _ in steps[n + 1:]:
            point(False, later, 'a step before it failed')
        return


def done():
    """Prints the plan and leaves: 0 when nothing failed."""
    print(f'1..{_count}', flush=True)
    sys.exit(1 if _failed else 0)
