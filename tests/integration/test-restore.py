#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A portal goes back to a backup: what a real client has seen since is undone there, too."""
import json
import os
import shutil

import tap
from portal import Client, Portal


def observation(name, words, status='final'):
    return {'resourceType': 'Observation', 'id': name, 'status': status, 'code': {'text': words},
            'subject': {'reference': 'Patient/pat'}}


def removal(reference):
    return {'resourceType': 'Bundle', 'type': 'transaction',
            'entry': [{'request': {'method': 'DELETE', 'url': reference}}]}


def world(portal):
    portal.load_text({'resourceType': 'Patient', 'id': 'pat'})
    for name in ('changed', 'deleted', 'same'):
        portal.load_text(observation(name, name + ' at first'))
    portal.account('ana', 'pat')
    portal.start()


def synced(client):
    """(id, title) of observations as the client has them, and the greatest version."""
    assert client('sync', check=0)['state'] == 'complete'
    rows = client('list', 'Observation', check=0)
    return {(r['id'], r['title']) for r in rows}, {r['id']: int(r['version']) for r in rows}


def go_on(portal, client):
    """What happens after the backup, and the client sees it."""
    portal.load_text(observation('changed', 'changed later'))
    portal.load_text(observation('changed', 'changed last'))
    portal.load_text(removal('Observation/deleted'))
    portal.load_text(observation('new', 'new later'))
    found, versions = synced(client)
    assert found == {('changed', 'changed last'), ('same', 'same at first'), ('new', 'new later')}, found
    return versions


FIRST = {('changed', 'changed at first'), ('deleted', 'deleted at first'), ('same', 'same at first')}


def t_over():
    """restored over what came later: the client takes back what it saw, deletes what was made since"""
    with Portal() as portal, Client() as client:
        world(portal)
        client.sign_in(portal.url, 'ana')
        assert synced(client)[0] == FIRST
        backup = os.path.join(portal.folder, 'backup')
        portal.run('backup', backup)
        seen = go_on(portal, client)
        portal.run('restore', backup)
        client('sync')
        assert client.code == 4, f'still signed in after a restore: exit {client.code}'
        client.sign_in(portal.url, 'ana')
        found, versions = synced(client)
        assert found == FIRST, found
        assert versions['changed'] > seen['changed'], (versions, seen)
        assert versions['same'] == seen['same'], (versions, seen)
        portal.load_text(observation('new', 'new again'))
        found, versions = synced(client)
        assert ('new', 'new again') in found and versions['new'] > seen['new'], (found, versions, seen)
        assert client('quarantine', check=0) == []


def t_beside():
    """restored where nothing is known of what came later: each resource comes anew, no number twice"""
    with Portal() as portal, Portal() as fresh, Client() as client:
        world(portal)
        client.sign_in(portal.url, 'ana')
        assert synced(client)[0] == FIRST
        backup = os.path.join(portal.folder, 'backup')
        portal.run('backup', backup)
        seen = go_on(portal, client)
        port = portal.port
        portal.stop()
        fresh.run('restore', backup, '--key-file', os.path.join(portal.data, 'key'))
        shutil.copy(os.path.join(portal.data, 'key'), os.path.join(fresh.data, 'key'))
        portal.let_port()
        fresh.start(port)
        client.sign_in(fresh.url, 'ana')
        found, versions = synced(client)
        assert found >= FIRST, found
        assert all(versions[name] > seen.get(name, 1) for name in ('changed', 'deleted', 'same')), (versions, seen)
        fresh.load_text(observation('new', 'new again'))
        found, versions = synced(client)
        assert ('new', 'new again') in found and versions['new'] > seen['new'], (found, versions, seen)


def t_locked_out():
    """who was locked out since the backup stays out"""
    with Portal() as portal, Client() as client:
        world(portal)
        backup = os.path.join(portal.folder, 'backup')
        portal.run('backup', backup)
        portal.run('account', 'disable', '--username', 'ana')
        portal.run('restore', backup)
        client.sign_in(portal.url, 'ana', check=None)
        assert client.code != 0, client.stdout
        listed = json.dumps(portal.run('account', 'list', '--json')[1])
        assert 'true' in listed, listed


for fn in (t_over, t_beside, t_locked_out):
    tap.run(fn.__doc__, fn)
tap.done()
