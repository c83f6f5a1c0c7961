// SPDX-License-Identifier: GPL-3.0-or-later
// Launches apps of others with oauth4webapi, openid-client and fhirclient, through the pages that people see.
// In: {"url", "root", "username", "password", "patient", "laboratory", "others"}, a line. Out: {"name", "ok", "why"}.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import smart from 'fhirclient';

const WHOLE = 'launch/patient openid fhirUser offline_access patient/*.rs';
const LABORATORY = 'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory';
const CALLBACK = 'http://127.0.0.1/callback';
const plain = { [oauth.allowInsecureRequests]: true };      // loopback

async function point(name, run) {
  try {
    await run();
    console.log(JSON.stringify({ name, ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ name, ok: false, why: `${error.stack} ${error.cause ?? ''}`.slice(0, 1500) }));
  }
}

// What a person does in a browser without scripts: sign in, take away the marks of `without`, allow; where it leads
async function walk(address, { username, password }, without = []) {
  let cookie = '';
  async function open(target, body) {
    const answer = await fetch(target, { method: body ? 'POST' : 'GET', body, headers: { cookie }, redirect: 'manual' });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return answer;
  }
  function decode(text) {
    return text.replace(/&#39;|&apos;/g, "'").replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
  }
  function form(page) {
    const fields = new URLSearchParams();
    for (const [input] of page.matchAll(/<input [^>]*>/g)) {
      const attribute = (name) => decode(input.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? '');
      const given = attribute('type') === 'hidden' || / checked/.test(input);
      if (given && !without.includes(attribute('value')))
        fields.append(attribute('name'), attribute('value'));
    }
    return [new URL(page.match(/<form method="post" action="([^"]*)"/)[1], address), fields];
  }
  let answer = await open(address);
  assert.equal(answer.status, 200, answer.headers.get('location'));
  let [target, fields] = form(await answer.text());
  fields.set('username', username);
  fields.set('password', password);
  answer = await open(target, fields);
  assert.equal(answer.status, 200);
  answer = await open(...form(await answer.text()));
  assert.equal(answer.status, 303);
  return new URL(answer.headers.get('location'));
}

async function search(url, token, query) {
  const answer = await fetch(`${url}/${query}`, { headers: { authorization: `Bearer ${token}` } });
  return [answer.status, (await answer.json()).entry?.length ?? 0];
}

async function withOauth({ url, patient, laboratory, others, ...who }) {
  const verifier = oauth.generateRandomCodeVerifier();
  let server, client, tokens;

  async function launch(scope, without) {
    const state = oauth.generateRandomState();
    const redirect = CALLBACK.replace('127.0.0.1', '127.0.0.1:49152');
    const address = new URL(server.authorization_endpoint);
    address.search = new URLSearchParams({
      response_type: 'code', client_id: client.client_id, redirect_uri: redirect, scope, state, aud: url,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    });
    const params = oauth.validateAuthResponse(server, client, await walk(address, who, without), state);
    return oauth.processAuthorizationCodeResponse(server, client,
      await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), params, redirect, verifier, plain));
  }

  await point('oauth4webapi: discovery at openid-configuration', async () => {
    server = await oauth.processDiscoveryResponse(new URL(url), await oauth.discoveryRequest(new URL(url), plain));
    assert.equal(server.authorization_response_iss_parameter_supported, true);
  });
  await point('oauth4webapi: discovery at oauth-authorization-server', async () => {
    const answer = await oauth.discoveryRequest(new URL(url), { ...plain, algorithm: 'oauth2' });
    assert.deepEqual(await oauth.processDiscoveryResponse(new URL(url), answer), server);
  });
  await point('oauth4webapi: an app registers itself', async () => {
    const answer = await oauth.dynamicClientRegistrationRequest(server, {
      client_name: 'oauth4webapi', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' }, plain);
    client = await oauth.processDynamicClientRegistrationResponse(answer);
    assert.ok(client.client_id);
  });
  await point('oauth4webapi: launch, with state and issuer checked', async () => {
    tokens = await launch(WHOLE, []);
    assert.equal(tokens.patient, patient);
    assert.equal(oauth.getValidatedIdTokenClaims(tokens).fhirUser, `${url}/Patient/${patient}`);
    assert.deepEqual(await search(url, tokens.access_token, `Observation?patient=${patient}&_count=1000`), [200, laboratory + others]);
  });
  await point('oauth4webapi: a scope that was taken away is not there', async () => {
    const less = await launch(WHOLE, ['offline_access', 'openid fhirUser']);
    assert.equal(less.scope, 'launch/patient patient/*.rs');
    assert.equal(less.refresh_token, undefined);
    assert.equal(less.id_token, undefined);
  });
  await point('oauth4webapi: scopes of one category', async () => {
    const narrow = await launch(`launch/patient ${LABORATORY}`, []);
    assert.equal(narrow.scope, `launch/patient ${LABORATORY}`);
    assert.deepEqual(await search(url, narrow.access_token, `Observation?patient=${patient}&_count=1000`), [200, laboratory]);
    assert.equal((await search(url, narrow.access_token, `Condition?patient=${patient}`))[0], 403);
  });
  await point('oauth4webapi: refresh, and revocation ends it all', async () => {
    const newer = await oauth.processRefreshTokenResponse(server, client,
      await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh_token, plain));
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, oauth.None(), newer.refresh_token, plain));
    assert.equal((await search(url, newer.access_token, `Observation?patient=${patient}`))[0], 401);
  });
}

async function withOpenid({ url, patient, laboratory, others, ...who }) {
  const verifier = openid.randomPKCECodeVerifier();
  let config, tokens;

  async function launch(scope) {
    const nonce = openid.randomNonce();
    const state = openid.randomState();
    const address = openid.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK, scope, state, nonce, aud: url,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' });
    return openid.authorizationCodeGrant(config, await walk(address, who), {
      pkceCodeVerifier: verifier, expectedState: state, expectedNonce: scope.includes('openid') ? nonce : undefined });
  }

  await point('openid-client: discovery and registration at once', async () => {
    config = await openid.dynamicClientRegistration(new URL(url), { client_name: 'openid-client', redirect_uris: [CALLBACK],
      token_endpoint_auth_method: 'none' }, openid.None(), { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] });
    assert.ok(config.serverMetadata().supportsPKCE());
  });
  await point('openid-client: launch, ID token with nonce and signature', async () => {
    tokens = await launch(WHOLE);
    assert.equal(tokens.claims().fhirUser, `${url}/Patient/${patient}`);
    assert.equal(tokens.patient, patient);
  });
  await point('openid-client: v1 scopes', async () => {
    const old = await launch('launch/patient patient/Observation.read patient/Patient.read');
    assert.equal(old.scope, 'launch/patient patient/Observation.read patient/Patient.read');
    assert.deepEqual(await search(url, old.access_token, `Observation?patient=${patient}&_count=1000`), [200, laboratory + others]);
    assert.equal((await search(url, old.access_token, `Condition?patient=${patient}`))[0], 403);
  });
  await point('openid-client: introspection, refresh, revocation', async () => {
    assert.equal((await openid.tokenIntrospection(config, tokens.access_token)).active, true);
    const newer = await openid.refreshTokenGrant(config, tokens.refresh_token);
    await openid.tokenRevocation(config, newer.refresh_token);
    assert.equal((await openid.tokenIntrospection(config, newer.access_token)).active, false);
    await assert.rejects(openid.refreshTokenGrant(config, newer.refresh_token), (error) => error.error === 'invalid_grant');
  });
}

// fhirclient as a web server's app: it begins at /launch, and is called back
async function withFhirclient({ url, root, patient, laboratory, others, ...who }) {
  const kept = new Map();
  const storage = { get: async (key) => kept.get(key), set: async (key, value) => (kept.set(key, value), value),
    unset: async (key) => kept.delete(key) };
  let ready, failed, clientId;
  const done = new Promise((resolve, reject) => { ready = resolve; failed = reject; });
  const server = createServer((request, response) => {
    const app = smart(request, response, () => storage);
    if (request.url.startsWith('/launch'))
      app.authorize({ iss: url, clientId, scope: WHOLE, redirectUri: '/callback', pkceMode: 'required' }).catch(failed);
    else
      app.ready().then((client) => { response.end('done'); ready(client); }, failed);
  });

  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const own = `http://127.0.0.1:${server.address().port}`;
  await point('fhirclient: launch, read, refresh', async () => {
    const answer = await fetch(`${root}auth/register`, { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'fhirclient', redirect_uris: [CALLBACK] }) });
    clientId = (await answer.json()).client_id;
    const begun = await fetch(`${own}/launch`, { redirect: 'manual' });
    const back = await walk(new URL(begun.headers.get('location')), who);
    assert.equal(back.origin, own);
    await fetch(back);
    const client = await done;
    assert.equal(client.patient.id, patient);
    assert.equal((await client.patient.read()).id, patient);
    assert.equal(client.getFhirUser(), `Patient/${patient}`);
    const before = client.state.tokenResponse.access_token;
    await client.refresh();
    assert.notEqual(client.state.tokenResponse.access_token, before);
    assert.equal((await client.patient.request('Observation?_count=1000')).entry.length, laboratory + others);
  });
  server.close();
}

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  await withOauth(job);
  await withOpenid(job);
  await withFhirclient(job);
}
