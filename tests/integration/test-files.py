#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real records that nobody here wrote: imported alone, signed in, synced, counted."""
import os

import expected
import tap
from portal import VISIBLE, Client, Portal, read_bytes

PATIENTS = os.path.join(VISIBLE, 'patients')
HUGE = os.path.join(VISIBLE, 'huge', 'one-patient-27mb.json.xz')


def unresolved(report):
    return sum(len(f.get('unresolved') or []) for f in report['files'])


def whole(path, before=()):
    """One file into an empty portal, home, and counted."""
    texts = [read_bytes(p) for p in (*before, path)]
    file = expected.File(*texts)
    patient = next(r for r in file.resources if r['resourceType'] == 'Patient')
    with Portal() as portal, Client() as client:
        report = portal.load(*before, path)
        portal.account('reader', patient['id'])
        portal.start()
        client.sign_in(portal.url, 'reader')
        done = client('sync', check=0)
        assert done['state'] == 'complete', done['state']
        for name, t in done['types'].items():
            got, parts = t['received'], [t[k] for k in ('stored', 'unchanged', 'deleted', 'quarantined')]
            assert got == sum(parts), f'{name}: received {got}, but {parts}'
        counts = client('counts', check=0)
        assert counts.pop('quarantined') == 0, 'something is in quarantine: ' + client_quarantine(client)
        want = expected.counts(expected.record(file, patient))
        counts = {k: v for k, v in counts.items() if v}
        assert counts == want, f'got {dict(counts.items() - want.items())}, wanted {dict(want.items() - counts.items())}'
        again = client('sync', check=0)
        stored = sum(t['stored'] for t in again['types'].values())
        assert stored == 0, f'a second sync stored {stored} more'
        return unresolved(report)


def client_quarantine(client):
    return str(client('quarantine'))[:500]


def main():
    if not os.path.isdir(PATIENTS):
        tap.unavailable('no real records beside the project (../shared/data)')
        tap.done()
    names = sorted(os.listdir(PATIENTS))
    information = [os.path.join(PATIENTS, n) for n in names if 'Information' in n]
    for name in names:
        path = os.path.join(PATIENTS, name)
        short = name.split('.')[0][:40]
        if path in information:
            continue
        if name.startswith('sample_complete'):
            def with_directory():
                left = whole(path, information)
                assert left == 418, f'{left} references unresolved, wanted 418'
            tap.run(f'{short}: counts as in the file', with_directory)
        else:
            tap.run(f'{short}: counts as in the file', whole, path)
    for path in information:
        def directory_only():
            with Portal() as portal:
                report = portal.load(path)['files'][0]
                want = expected.counts(expected.File(read_bytes(path)).resources)
                assert report['created'] == want, report['created']
        tap.run(f'{os.path.basename(path).split(".")[0][:40]}: imported', directory_only)
    tap.run('27 MB chart: counts as in the file', whole, HUGE)
    tap.done()


main()
