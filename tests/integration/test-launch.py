#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps of others are launched with oauth4webapi, openid-client and fhirclient, through the portal's pages: discovery,
registration, PKCE, consent, scopes of all kinds, refresh, revocation."""
import node_tools
import tap
from portal import PASSWORD, Portal

SYSTEM = 'http://terminology.hl7.org/CodeSystem/observation-category'
LABORATORY, OTHERS = 4, 3


def record():
    me = {'reference': 'Patient/somebody'}
    seen = [{'resourceType': 'Observation', 'id': f'seen-{n}', 'status': 'final', 'subject': me, 'code': {'text': f'test {n}'},
             'category': [{'coding': [{'system': SYSTEM, 'code': 'laboratory' if n < LABORATORY else 'vital-signs'}]}]}
            for n in range(LABORATORY + OTHERS)]
    condition = {'resourceType': 'Condition', 'id': 'cough', 'subject': me, 'code': {'text': 'Cough'}}
    patient = {'resourceType': 'Patient', 'id': 'somebody', 'name': [{'text': 'Some Body'}]}
    return {'resourceType': 'Bundle', 'type': 'collection', 'entry': [{'resource': r} for r in [patient, condition, *seen]]}


def main():
    why = node_tools.install()
    if why:
        tap.unavailable(f'{why}; others\' tools are not tried')
        tap.done()
    with Portal() as portal:
        portal.load_text(record())
        portal.account('somebody', 'somebody')
        portal.start()
        points = node_tools.run('launch.mjs', [{'url': f'{portal.url}fhir', 'root': portal.url, 'username': 'somebody',
                                                'password': PASSWORD, 'patient': 'somebody', 'laboratory': LABORATORY,
                                                'others': OTHERS}])
    tap.equal(len(points), 12, 'all were tried')
    for one in points:
        tap.point(one['ok'], one['name'], one.get('why', ''))
    tap.done()


main()
