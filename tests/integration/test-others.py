#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Others' tools at the portal: fhirclient and fhir-kit-client read and write, @medplum/core checks what is served,
oauth4webapi goes the way of tokens.

All that the portal serves of the sample clinic must be valid FHIR R4, and valid by the US Core profile that it
claims. Imported data is the clinic's: there each resource may have the problems that its file has, and no more, and
what the portal makes around it must be valid.
"""
import glob
import http.client
import json
import os
import sys
import tarfile
import urllib.parse

import node_tools
import tap
from portal import BUILD, PASSWORD, SOURCE, VISIBLE, Portal, read_bytes

sys.path.insert(0, os.path.join(SOURCE, 'tests', 'bench'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'integration'))
import page_yardstick  # noqa: E402
import search_table  # noqa: E402

DEMO = os.path.join(BUILD, 'data', 'demo')
PROFILES = os.path.join(VISIBLE, '..', 'profiles', 'us-core-7.0.0-structuredefinitions.tar.xz')
WRITES = ('launch/patient patient/*.rs patient/Appointment.cu patient/Binary.cu patient/Communication.cu'
          ' patient/Task.cu patient/Observation.c')
STAFF = 'user/*.rs'


class Reader:
    """Somebody with a token; keeps the text of each answer for the check."""

    def __init__(self, portal, username, password=PASSWORD, scope=WRITES):
        self.portal, self.username = portal, username
        self.token, self.patient = page_yardstick.token(portal.port, username, password, scope)
        self.served = []
        self.connection = http.client.HTTPConnection('127.0.0.1', portal.port, timeout=60)

    def call(self, method, path, body=None, want=None, **headers):
        head = {'Authorization': 'Bearer ' + self.token, 'Accept': 'application/fhir+json'}
        if body is not None:
            head['Content-Type'] = 'application/fhir+json'
        head.update({name.replace('_', '-'): value for name, value in headers.items()})
        text = json.dumps(body) if isinstance(body, (dict, list)) else body
        self.connection.request(method, '/fhir' + path, text, {n: v for n, v in head.items() if v})
        answer = self.connection.getresponse()
        said = answer.read().decode()
        assert want is None or answer.status == want, f'{method} {path}: {answer.status}, wanted {want}: {said[:500]}'
        if said:
            self.served.append((f'{self.username}: {method} {path}', said))
        return json.loads(said) if said else None

    def pages(self, path):
        """All pages of a search or a history: how many entries."""
        count = 0
        while path:
            bundle = self.call('GET', path, want=200)
            count += len(bundle.get('entry', []))
            following = next((link['url'] for link in bundle.get('link', []) if link['relation'] == 'next'), None)
            path = None
            if following:
                split = urllib.parse.urlsplit(following)
                path = split.path[len('/fhir'):] + '?' + split.query
        return count


def types_of(reader):
    """The types that can be searched, from the CapabilityStatement."""
    statement = reader.call('GET', '/metadata', want=200)
    return [one['type'] for one in statement['rest'][0]['resource']]


def claimed_profiles():
    if not os.path.exists(PROFILES):
        tap.note('UNAVAILABLE: no US Core profiles beside the project; only R4 itself is checked')
        return []
    found = []
    with tarfile.open(PROFILES) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith('.json'):
                profile = json.load(archive.extractfile(member))
                if profile.get('resourceType') == 'StructureDefinition' and profile.get('kind') == 'resource':
                    found.append({'profile': profile})
    return found


def validated(served, profiles=()):
    """What @medplum/core says: [(label, issues)]"""
    lines = [{'label': label, 'text': text} for label, text in served]
    said = node_tools.run('validate.mjs', [*profiles, *lines])
    unread = [one['unread'].split('/')[-1] for one in said if 'unread' in one]
    assert set(unread) <= {'us-core-provenance'}, unread          # @medplum/core 4 wants its slices in another order
    said = [one for one in said if 'unread' not in one]
    assert len(said) >= len(lines)
    return [(one['label'], one['issues']) for one in said]


def complain(found):
    """Fails with one example of each kind of problem."""
    kinds = {}
    for label, issues in found:
        for issue in issues:
            kind = ''.join('#' if c.isdigit() else c for c in issue)
            kinds.setdefault(kind, []).append(label)
    assert not kinds, '\n'.join(f'{len(where)} times: {kind}; as in {where[0]}' for kind, where in kinds.items())


def read_all(reader):
    """The whole record by every road."""
    patient = reader.patient
    for name in types_of(reader):
        where = {'Patient': f'_id={patient}', 'AuditEvent': f'patient={patient}'}.get(name)
        bundle = reader.call('GET', f'/{name}?{where or "patient=" + patient}&_count=1')
        directory = bundle.get('resourceType') != 'Bundle'
        reader.pages(f'/{name}' if directory else f'/{name}?{where or "patient=" + patient}')
    reader.pages('/_history?_count=200')
    reader.pages(f'/Patient/{patient}/$everything')
    reader.pages(f'/AuditEvent?patient={patient}')
    for query in ('Observation?category=laboratory&_include=Observation:performer&_include=Observation:encounter',
                  'Encounter?_revinclude=DiagnosticReport:encounter&_count=20', 'Observation?_elements=code&_count=5',
                  'Observation?_summary=true&_count=5', 'Observation?_summary=count', 'Condition?_summary=data&_count=5',
                  'MedicationRequest?_sort=-authoredon&_total=accurate&_count=5', 'Observation?date=gt2100'):
        reader.call('GET', '/' + query.replace('?', f'?patient={patient}&'), want=200)


def provoke(reader):
    """Errors of each kind, and what else the portal says of itself."""
    me = f'Patient/{reader.patient}'
    message = {'resourceType': 'Communication', 'status': 'completed', 'subject': {'reference': me},
               'sender': {'reference': me}, 'payload': [{'contentString': 'Thank you.'}]}
    reader.call('GET', f'/{me}', want=401, Authorization=None)
    reader.call('GET', f'/{me}', want=401, Authorization='Bearer none')
    reader.call('GET', '/Observation', want=400)
    reader.call('GET', f'/Observation?patient={reader.patient}&date=soon', want=400)
    reader.call('GET', f'/Observation?patient={reader.patient}&colour=red', want=400, Prefer='handling=strict')
    reader.call('GET', f'/Observation?patient={reader.patient}&colour=red', want=200)
    reader.call('GET', '/Observation/there-is-none', want=404)
    reader.call('GET', '/Nothing/1', want=404)
    reader.call('GET', '/no/such/address/at/all', want=404)
    reader.call('PUT', '/metadata', {}, want=405)
    reader.call('GET', f'/{me}', want=406, Accept='application/fhir+xml')
    reader.call('POST', '/Communication', '{"resourceType":', want=400)
    reader.call('POST', '/Communication', {'resourceType': 'Communication'}, want=None)
    reader.call('POST', '/Condition', {'resourceType': 'Condition', 'subject': {'reference': me}}, want=403)
    reader.call('POST', '/Communication', 'x' * (1024 * 1024 + 1), want=413)
    reader.connection.close()
    made = reader.call('POST', '/Communication', message, want=201, Prefer='return=representation')
    reader.call('POST', '/Communication', message, want=201, Prefer='return=OperationOutcome')
    place = f'/Communication/{made["id"]}'
    reader.call('PUT', place, {**made, 'topic': {'text': 'Thanks'}}, want=412, If_Match='W/"7"')
    reader.call('PUT', place, {**made, 'topic': {'text': 'Thanks'}}, want=200, If_Match='W/"1"')
    reader.call('PATCH', place, [{'op': 'test', 'path': '/status', 'value': 'no'}],
                Content_Type='application/json-patch+json')
    reader.call('GET', place + '/_history', want=200)
    reader.call('GET', place + '/_history/1', want=200)
    reader.call('POST', '/Communication/$validate', message)
    reader.call('POST', '/Communication/$validate', {'resourceType': 'Communication'})
    batch = [{'request': {'method': 'GET', 'url': me}}, {'request': {'method': 'GET', 'url': 'Patient/nobody'}},
             {'request': {'method': 'GET', 'url': f'Encounter?patient={reader.patient}&_count=2'}},
             {'resource': message, 'request': {'method': 'POST', 'url': 'Communication'}}]
    reader.call('POST', '', {'resourceType': 'Bundle', 'type': 'batch', 'entry': batch}, want=200)
    reader.call('POST', '', {'resourceType': 'Bundle', 'type': 'transaction', 'entry': [
        {'fullUrl': 'urn:uuid:00000000-0000-4000-8000-000000000000', 'resource': message,
         'request': {'method': 'POST', 'url': 'Communication'}}]}, want=200)
    reader.call('POST', '', {'resourceType': 'Bundle', 'type': 'transaction', 'entry': [
        {'resource': {'resourceType': 'Condition'}, 'request': {'method': 'POST', 'url': 'Condition'}}]})


def staff_reads(portal):
    """What somebody who works there is served, of all patients."""
    portal.run('account', 'add', '--username', 'nurse', '--email', 'nurse@example.org', '--practitioner', 'delgado',
               '--role', 'nurse', '--json', '--password-stdin', stdin=PASSWORD)
    nurse = Reader(portal, 'nurse', scope=STAFF)
    for name in types_of(nurse):
        bundle = nurse.call('GET', f'/{name}?_count=30')
        if bundle['resourceType'] != 'Bundle':
            nurse.call('GET', f'/{name}?patient=eleanor&_count=30', want=200)
    nurse.call('GET', '/Appointment?patient=eleanor&_include=Appointment:practitioner&_sort=-date&_count=10', want=200)
    return nurse.served


def t_catches():
    """@medplum/core finds what is wrong, inside a Bundle and by a profile, too"""
    wrong = {'resourceType': 'Bundle', 'type': 'searchset', 'entry': [
        {'resource': {'resourceType': 'Observation', 'id': 'a', 'status': 'final', 'code': {'text': 'x'}, 'colour': 1}},
        {'resource': {'resourceType': 'Observation', 'id': 'b', 'status': 'final', 'code': {'text': 'x'}}},
        {'search': {'mode': 'sometimes'}}]}
    found = dict(validated([('page', json.dumps(wrong))]))
    assert found['page'], 'an entry without anything passed'
    assert 'colour' in str(found['page: Observation/a']) and not found['page: Observation/b'], found


def t_clinic():
    """all that the sample clinic serves is valid, by R4 and by the profiles it claims"""
    with open(os.path.join(DEMO, 'accounts.json'), encoding='utf-8') as file:
        people = json.load(file)
    with Portal(arguments=['--demo']) as portal:
        portal.start()
        served = []
        for one in people:
            reader = Reader(portal, one['username'], one['password'])
            read_all(reader)
            served += reader.served
        other = Reader(portal, people[0]['username'], people[0]['password'])
        provoke(other)
        other.pages(f'/AuditEvent?patient={other.patient}')
        served += other.served + staff_reads(portal)
    found = validated(served, claimed_profiles())
    tap.note(f'{len(served)} answers, {len(found)} resources')
    assert len(found) > 10000, len(found)
    complain(found)


def t_search_table():
    """each row of the table of search parameters looks where R4's or US Core's SearchParameter says"""
    said = search_table.differences(node_tools.definitions)
    assert not said, '\n'.join(said)


def originals(paths):
    for path in paths:
        whole = json.loads(read_bytes(path))
        for resource in [entry['resource'] for entry in whole['entry']] if whole['resourceType'] == 'Bundle' else [whole]:
            yield f'{resource["resourceType"]}/{resource.get("id")}', json.dumps(resource)


def foreign_files():
    return [os.path.join(VISIBLE, 'patients', name) for name in (
        'uscore_bundle_patient_85.json.xz', 'carin_bundle_patient_888.json',
        'synthea_Jules135_Gutmann970_6bcb9066-cf6c-443e-91b3-c9022c8c4f6a.json.xz')]


def t_foreign():
    """imported data comes out with the problems of its file and no others"""
    paths = foreign_files()
    before = {}
    for label, issues in validated(originals(paths)):
        before.setdefault(label, set()).update(issues)
    with Portal() as portal:
        portal.load(*paths)
        people = [r for label, text in originals(paths) if label.startswith('Patient/') for r in [json.loads(text)]]
        served = []
        for n, person in enumerate(people):
            portal.account(f'person{n}', person['id'])
        portal.start()
        for n in range(len(people)):
            reader = Reader(portal, f'person{n}')
            read_all(reader)
            served += reader.served
    found = validated(served)
    assert len(found) > 2000, len(found)
    more = []
    for label, issues in found:
        own = before.get(label.split(': ')[-1])
        more.append((label, issues if own is None else [one for one in issues if one not in own]))
    complain(more)


def t_readers():
    """fhirclient and fhir-kit-client read the sample clinic and real records, and write"""
    jobs = []
    with Portal(arguments=['--demo']) as clinic, Portal() as real:
        path = os.path.join(VISIBLE, 'patients', 'uscore_bundle_patient_85.json.xz')
        clinic.start()
        with open(os.path.join(DEMO, 'accounts.json'), encoding='utf-8') as file:
            people = json.load(file)
        for one in people:
            reader = Reader(clinic, one['username'], one['password'])
            with open(os.path.join(DEMO, one['patient'] + '.json'), encoding='utf-8') as file:
                resources = [entry['resource'] for entry in json.load(file)['entry']]
            jobs.append(job(clinic, reader, resources))
        if os.path.exists(path):
            resources = [json.loads(text) for _, text in originals([path])]
            patient = next(r['id'] for r in resources if r['resourceType'] == 'Patient')
            real.load(path)
            real.account('somebody', patient)
            real.start()
            jobs.append(job(real, Reader(real, 'somebody'), resources))
        else:
            tap.note('UNAVAILABLE: no real records beside the project (../shared/data)')
        points = node_tools.run('read.mjs', jobs)
    assert len(points) > 20 * len(jobs), len(points)
    for one in points:
        tap.point(one['ok'], one['name'], one.get('why', ''))


def t_oauth():
    """oauth4webapi: discovery, ID token, introspection, refresh, revocation"""
    with Portal() as portal:
        portal.load_text({'resourceType': 'Patient', 'id': 'somebody'})
        portal.account('somebody', 'somebody')
        portal.start()
        points = node_tools.run('oauth.mjs', [{'url': f'{portal.url}fhir', 'username': 'somebody', 'password': PASSWORD,
                                               'patient': 'somebody'}])
    assert len(points) == 6, points
    for one in points:
        tap.point(one['ok'], one['name'], one.get('why', ''))


def job(portal, reader, resources):
    counts = {name: sum(one['resourceType'] == name for one in resources)     # each file is about one patient
              for name in ('Observation', 'Condition', 'Immunization', 'Encounter', 'MedicationRequest')}
    read = next(r['id'] for r in resources if r['resourceType'] == 'Observation')
    return {'url': f'{portal.url}fhir', 'token': reader.token, 'patient': reader.patient, 'counts': counts,
            'read': {'type': 'Observation', 'id': read}, 'writes': True}


def main():
    why = node_tools.install()
    if why:
        tap.unavailable(f'{why}; others\' tools are not tried')
        tap.done()
    tap.run(t_catches.__doc__, t_catches)
    tap.run(t_search_table.__doc__, t_search_table)
    tap.run(t_oauth.__doc__, t_oauth)
    tap.run(t_readers.__doc__, t_readers)
    tap.run(t_clinic.__doc__, t_clinic)
    if all(os.path.exists(path) for path in foreign_files()):
        tap.run(t_foreign.__doc__, t_foreign)
    else:
        tap.unavailable('no real records beside the project (../shared/data)')
    tap.done()


main()
