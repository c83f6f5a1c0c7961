# SPDX-License-Identifier: GPL-3.0-or-later
"""An app of others, let in by the portal's own pages as a browser goes through them: SMART App Launch, standalone."""
import base64
import hashlib
import html
import http.cookiejar
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request

CALLBACK = 'http://127.0.0.1/callback'


class _Stay(urllib.request.HTTPRedirectHandler):
    """Where a page sends the browser is for the app, not for us."""

    def redirect_request(self, *_):
        return None


def fields(page):
    """What a form of the portal sends when nothing is changed in it: (name, value)."""
    found = []
    for tag in re.findall('<input [^>]*>', page):
        name, value = re.search('name="([^"]*)"', tag), re.search('value="([^"]*)"', tag)
        if name and value and ('type="hidden"' in tag or ' checked' in tag):
            found.append((name[1], html.unescape(value[1])))
    return found


def connect(url, username, password, name, scope='launch/patient offline_access patient/Observation.rs'):
    """Registers an app and lets it in; its token answer."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), _Stay)

    def ask(path, form=None, data=None):
        body = urllib.parse.urlencode(form).encode() if form else data
        request = urllib.request.Request(url + path, body, {'Content-Type': 'application/json'} if data else {})
        with browser.open(request, timeout=60) as answer:
            return answer.read().decode()
    client = json.loads(ask('/auth/register', data=json.dumps({
        'client_name': name, 'redirect_uris': [CALLBACK], 'token_endpoint_auth_method': 'none'}).encode()))['client_id']
    verifier = base64.urlsafe_b64encode(os.urandom(32)).rstrip(b'=').decode()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b'=').decode()
    page = ask('/auth/authorize?' + urllib.parse.urlencode({
        'response_type': 'code', 'client_id': client, 'redirect_uri': CALLBACK, 'scope': scope, 'state': 'here',
        'aud': url + '/fhir', 'code_challenge': challenge, 'code_challenge_method': 'S256'}))
    page = ask('/auth/sign-in', [*fields(page), ('username', username), ('password', password)])
    try:
        ask('/auth/consent', fields(page))
        raise AssertionError('the page did not send the app its code')
    except urllib.error.HTTPError as sent:
        answer = urllib.parse.parse_qs(urllib.parse.urlsplit(sent.headers['Location']).query)
    assert answer['state'] == ['here'], answer
    return json.loads(ask('/auth/token', {
        'grant_type': 'authorization_code', 'client_id': client, 'code': answer['code'][0], 'redirect_uri': CALLBACK,
        'code_verifier': verifier}))
