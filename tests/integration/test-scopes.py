#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another server's requests for SMART v2 scopes (../shared/data/visible/access), asked with each of some scopes: alone, in
a batch and in a transaction. Whatever comes back is of the token's patient or of the directory, and within its scopes."""
import http.client
import json
import os
import sys

import tap
from portal import PASSWORD, SOURCE, VISIBLE, Portal

sys.path.insert(0, os.path.join(SOURCE, 'tests', 'bench'))
import page_yardstick  # noqa: E402

REQUESTS = os.path.join(VISIBLE, 'access', 'SMARTv2ScopesBundleTransaction.json')
ME, OTHER = 'smartUserClient', 'somebody-else'
DIRECTORY = {'Practitioner', 'Organization'}
LOINC = 'http://loinc.org'
SCOPES = {
    'all': 'launch/patient patient/*.rs',
    'observations': 'launch/patient patient/Observation.rs',
    'observations by id': 'launch/patient patient/Observation.r',
    'reports and visits': 'launch/patient patient/DiagnosticReport.rs patient/Encounter.rs',
    'the patient': 'launch/patient patient/Patient.rs',
}


def record(patient):
    """Some of each type that the requests name; the words tell whose it is."""
    me = {'reference': f'Patient/{patient}'}

    def code(loinc):
        return {'coding': [{'system': LOINC, 'code': loinc}], 'text': f'of {patient}'}
    plain = [
        {'resourceType': 'Patient', 'id': patient, 'name': [{'family': patient}]},
        {'resourceType': 'Encounter', 'id': f'visit-{patient}', 'status': 'finished', 'subject': me,
         'class': {'code': 'AMB'}},
        {'resourceType': 'DiagnosticReport', 'id': f'report-{patient}', 'status': 'final', 'subject': me,
         'code': code('1-8')},
        {'resourceType': 'Specimen', 'id': f'specimen-{patient}', 'subject': me},
        {'resourceType': 'MedicationRequest', 'id': f'smart-medicationrequest-{patient}', 'status': 'active',
         'intent': 'order', 'subject': me, 'medicationCodeableConcept': {'text': f'of {patient}'}},
        {'resourceType': 'MedicationDispense', 'id': f'dispense-{patient}', 'status': 'completed', 'subject': me,
         'medicationCodeableConcept': {'text': f'of {patient}'},
         'authorizingPrescription': [{'reference': f'MedicationRequest/smart-medicationrequest-{patient}'}]},
    ]
    seen = [{'resourceType': 'Observation', 'id': f'smart-observation-{patient}' + ('' if n == 0 else f'-{n}'),
             'status': 'final', 'subject': me, 'code': code(loinc), 'encounter': {'reference': f'Encounter/visit-{patient}'},
             'performer': [{'reference': 'Practitioner/dr'}]} for n, loinc in enumerate(('55233-1', '4548-4', '8480-6'))]
    return plain + seen


def owners():
    """Type/id → whose"""
    return {f'{r["resourceType"]}/{r["id"]}': patient for patient in (ME, OTHER) for r in record(patient)}


class Caller:
    def __init__(self, portal, scope):
        self.token, patient = page_yardstick.token(portal.port, 'reader', PASSWORD, scope)
        assert patient == ME
        self.types = {one.split('/')[1].split('.')[0] for one in scope.split() if '.' in one}
        self.searches = any(one.endswith('s') for one in scope.split() if '.' in one)
        self.connection = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=30)

    def call(self, method, path, body=None):
        self.connection.request(method, '/fhir' + path, json.dumps(body) if body else None,
                                {'Authorization': 'Bearer ' + self.token, 'Content-Type': 'application/fhir+json'})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        return answer.status, json.loads(text), text

    def check(self, what, status, value, text):
        """Nothing of the other's, nothing outside the scopes, and errors as FHIR wants them."""
        assert status == 200 or 400 <= status < 500, f'{what}: {status}'
        assert OTHER not in text, f'{what} told of somebody else: {text[:800]}'
        if status != 200:
            assert value['resourceType'] == 'OperationOutcome', f'{what}: {text[:300]}'
            return 0
        count = 0
        for resource in self.resources(value):
            name = resource['resourceType']
            if name in ('Bundle', 'OperationOutcome'):
                continue
            count += 1
            assert '*' in self.types or name in self.types, f'{what}: {name} is outside {self.types}'
            assert self.searches, f'{what}: a search with a scope for reads'
            assert name in DIRECTORY or owners().get(f'{name}/{resource["id"]}') == ME, f'{what}: {name}/{resource["id"]}'
        return count

    def resources(self, value):
        """What is in it, also of the Bundles in a batch's answer."""
        yield value
        for entry in value.get('entry', []):
            if 'resource' in entry:
                yield from self.resources(entry['resource'])


def requests():
    with open(REQUESTS, encoding='utf-8') as file:
        return [entry['request'] for entry in json.load(file)['entry']]


def with_patient(url):
    """The same question as the portal wants it: naming the patient."""
    if '_id=' in url or url.startswith('/?') or url.startswith('/Practitioner'):
        return url
    return url + ('&' if '?' in url else '?') + ('_id=' if url.startswith('/Patient') else 'patient=') + ME


def t_alone(portal):
    """each request by itself, as it is and naming the patient"""
    found = {}
    for name, scope in SCOPES.items():
        caller = Caller(portal, scope)
        for request in requests():
            for url in {request['url'], with_patient(request['url'])}:
                url = url.replace('|', '%7C')
                found[name, url] = caller.check(f'{name}: GET {url}', *caller.call('GET', url))
    # What must be there: the checks above would pass on nothing, too
    code = f'/Observation?code={LOINC}%7C55233-1'
    assert found['all', f'/Observation?patient={ME}'] == 3, found
    assert found['observations', f'{code}&patient={ME}'] == found['all', f'{code}&patient={ME}'] == 1
    assert found['observations', f'{code}&status=final&patient={ME}'] == 1
    # What the whole compartment points at is left out of a page, as the CapabilityStatement tells
    assert found['all', f'/Patient?_revinclude=Encounter:patient&_revinclude=Observation:patient&_id={ME}'] == 1
    assert found['all', f'/Observation?_include=Observation:performer:Practitioner&_include=Observation:subject&patient={ME}'] == 5
    assert found['observations', f'/Observation?_include=Observation:performer:Practitioner&_include=Observation:subject'
                 f'&patient={ME}'] == 3, 'an include reached outside the scopes'
    assert found['the patient', f'/Patient?_revinclude=Encounter:patient&_id={ME}'] == 1
    assert found['reports and visits', f'/Observation?patient={ME}'] == 0
    assert found['all', '/Practitioner'] == 1 and found['observations', '/Practitioner'] == 0
    assert not any(count for (name, _), count in found.items() if name == 'observations by id')
    assert not any(count for (_, url), count in found.items() if '=12345' in url)


def t_together(portal):
    """all of them in a batch, and in a transaction"""
    counts = {}
    for name, scope in SCOPES.items():
        caller = Caller(portal, scope)
        entries = [{'request': {'method': 'GET', 'url': with_patient(one['url']).lstrip('/').replace('|', '%7C')}}
                   for one in requests() if not one['url'].startswith('/?')]
        status, value, text = caller.call('POST', '', {'resourceType': 'Bundle', 'type': 'batch', 'entry': entries})
        count = caller.check(f'{name}: batch', status, value, text)
        assert status == 200 and len(value['entry']) == len(entries), text[:300]
        counts[name] = count
        for kind in ('batch', 'transaction'):
            with open(REQUESTS, encoding='utf-8') as file:
                bundle = {**json.load(file), 'type': kind}
            caller.check(f'{name}: the file as a {kind}', *caller.call('POST', '', bundle))
    assert counts['all'] > counts['observations'] > counts['the patient'] > counts['observations by id'] == 0, counts


def t_other_names(portal):
    """the other patient's ids and names find nothing, in each of the requests"""
    caller = Caller(portal, SCOPES['all'])
    for request in requests():
        url = request['url'].replace('|', '%7C').replace(ME, OTHER).replace('smartUserClien', OTHER)
        for one in (url, f'{url}{"&" if "?" in url else "?"}patient={OTHER}'):
            status, value, text = caller.call('GET', one)
            own = json.dumps([r for r in value.get('entry', [])])
            assert OTHER not in own, f'{one}: {text[:500]}'
            assert status != 200 or value['resourceType'] == 'Bundle'


def main():
    if not os.path.exists(REQUESTS):
        tap.unavailable('no requests beside the project (../shared/data/visible/access)')
        tap.done()
    with Portal() as portal:
        portal.load_text({'resourceType': 'Bundle', 'type': 'collection', 'entry': [
            {'resource': r} for r in [{'resourceType': 'Practitioner', 'id': 'dr', 'name': [{'family': 'Doe'}]},
                                      *record(ME), *record(OTHER)]]})
        portal.account('reader', ME)
        portal.start()
        for test in (t_alone, t_together, t_other_names):
            tap.run(test.__doc__, test, portal)
    tap.done()


main()
