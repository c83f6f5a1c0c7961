#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 in mid-sync: whatever the moment, the next run ends in the same set of versions.

The moments are random microseconds from a seed, spread over the time that a first sync takes.
CAIRN_LONG=1 makes it 500 rounds; CAIRN_SEED repeats a run.
"""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

import tap
from portal import SOURCE, Client, Portal

ROUNDS = 500 if os.environ.get('CAIRN_LONG') else 20
SEED = int(os.environ.get('CAIRN_SEED') or 20240101)


def signed_in(portal):
    client = Client()
    client.sign_in(portal.url, 'reader')
    return client


def kill_once(client, seconds):
    process = client.start('sync')
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return process.returncode == -signal.SIGKILL


def round_of(portal, moments, want, counts):
    """Kills one client's first sync at each moment, then lets it finish."""
    with signed_in(portal) as client:
        killed = sum(kill_once(client, m) for m in moments)
        done = client('sync', check=0)
        assert done['state'] == 'complete', done['state']
        got = client.versions()
        assert got == want, f'{len(want - got)} missing, {len(got - want)} too many, e.g. {sorted(want ^ got)[:5]}'
        got = client('counts', check=0)
        assert got == counts, f'{got} is not {counts}'
        return killed


def main():
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder, Portal() as portal:
        record = os.path.join(folder, 'record.ndjson')
        subprocess.run([sys.executable, '-B', os.path.join(SOURCE, 'data', 'demo', 'generate.py'), '--record',
                        '12000', '--out', record], check=True)
        portal.load(record)
        portal.account('reader', 'sample')
        portal.start()
        with signed_in(portal) as client:
            started = time.time()
            client('sync', check=0)
            whole = time.time() - started
            want, counts = client.versions(), client('counts', check=0)
        tap.equal(len(want), 12000, f'an undisturbed sync brings all home in {whole:.2f} s (seed {SEED})')
        killed = 0
        for n in range(ROUNDS):
            moments = [chance.randrange(int(whole * 1e6)) / 1e6 for _ in range(chance.randint(1, 3))]
            result = []
            ok = tap.run(f'round {n + 1}: killed after {", ".join(f"{m * 1000:.3f}" for m in moments)} ms',
                         lambda: result.append(round_of(portal, moments, want, counts)))
            if not ok:
                tap.note(json.dumps({'seed': SEED, 'round': n + 1, 'moments': moments}))
            killed += sum(result)
        tap.point(killed >= ROUNDS // 2, f'{killed} kills hit a running sync')
    tap.done()


main()
