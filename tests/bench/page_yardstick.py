# SPDX-License-Identifier: GPL-3.0-or-later
"""The yardstick of a first sync: pages of about 100 KB, one after the other, over one connection.

Signs in as the wire's profile says, on a direct connection so that only the pages are on the slow
one, then follows next-links until they end, type by type.
"""
import base64
import hashlib
import http.client
import json
import secrets
import urllib.parse

from portal import PASSWORD

TYPES = ['Observation', 'Encounter', 'Claim', 'ExplanationOfBenefit', 'DiagnosticReport', 'MedicationRequest',
         'Procedure', 'Condition',
         'Immunization', 'DocumentReference', 'CarePlan', 'AllergyIntolerance', 'Patient']
COUNT = 110                     # resources of about 900 bytes: a page of 100 KB


def post(connection, address, form):
    connection.request('POST', urllib.parse.urlsplit(address).path, urllib.parse.urlencode(form),
                       {'Content-Type': 'application/x-www-form-urlencoded'})
    answer = connection.getresponse()
    return json.loads(answer.read())


def token(port, username, password=PASSWORD, scope='openid fhirUser offline_access launch/patient patient/*.rs'):
    """An access token by the first-party challenge, and the patient it is for."""
    direct = http.client.HTTPConnection('127.0.0.1', port)
    direct.request('GET', '/fhir/.well-known/smart-configuration')
    found = json.loads(direct.getresponse().read())
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b'=').decode()
    form = {'client_id': 'cairn', 'response_type': 'code',
            'scope': scope,
            'code_challenge': challenge, 'code_challenge_method': 'S256', 'username': username, 'password': password}
    answer = post(direct, found['authorization_challenge_endpoint'], form)
    if 'authorization_code' not in answer:
        raise RuntimeError(f'sign-in: {answer}')
    answer = post(direct, found['token_endpoint'], {'grant_type': 'authorization_code',
                                                    'code': answer['authorization_code'],
                                                    'client_id': 'cairn', 'code_verifier': verifier})
    direct.close()
    return answer['access_token'], answer.get('patient')


def fetch(wire_port, portal_port, username):
    """The number of resources that came."""
    access, patient = token(portal_port, username)
    connection = http.client.HTTPConnection('127.0.0.1', wire_port)
    seen = 0
    for name in TYPES:
        path = f'/fhir/{name}?' + ('_id=' if name == 'Patient' else 'patient=') + f'{patient}&_count={COUNT}'
        while path:
            connection.request('GET', path, headers={'Authorization': f'Bearer {access}',
                                                     'Accept': 'application/fhir+json'})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise RuntimeError(f'{path}: {answer.status} {body[:300]!r}')
            bundle = json.loads(body)
            seen += len(bundle.get('entry', []))
            following = next((link['url'] for link in bundle.get('link', []) if link['relation'] == 'next'), None)
            if following:
                split = urllib.parse.urlsplit(following)
                path = split.path + '?' + split.query
            else:
                path = None
    connection.close()
    return seen
