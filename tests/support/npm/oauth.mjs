// SPDX-License-Identifier: GPL-3.0-or-later
// Goes the way of tokens with oauth4webapi, which refuses whatever is not as its standards say.
// In: {"url", "username", "password", "patient"}, a line for each account. Out: {"name", "ok", "why"}.
import { createInterface } from 'node:readline';
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';

const SCOPE = 'openid fhirUser offline_access launch/patient patient/*.rs';
const plain = { [oauth.allowInsecureRequests]: true };      // loopback
const client = { client_id: 'cairn' };
const nobody = oauth.None();

async function point(name, run) {
  try {
    await run();
    console.log(JSON.stringify({ name: `oauth4webapi: ${name}`, ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ name: `oauth4webapi: ${name}`, ok: false, why: `${error.stack} ${error.cause ?? ''}`.slice(0, 1500) }));
  }
}

async function discover(url) {
  return oauth.processDiscoveryResponse(new URL(url), await fetch(`${url}/.well-known/smart-configuration`));
}

// The portal's own way to a code; from there on everything is the library's
async function getCode(server, { username, password }, verifier, nonce) {
  const body = new URLSearchParams({
    ...client, response_type: 'code', scope: SCOPE, username, password, nonce, code_challenge_method: 'S256',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  });
  const answer = await (await fetch(server.authorization_challenge_endpoint, { method: 'POST', body })).json();
  assert.ok(answer.authorization_code, answer.error_description);
  return answer.authorization_code;
}

// The code came straight from the server, not by a redirect, so that there is no iss of RFC 9207 to check
async function redeem(server, code, verifier) {
  const params = oauth.validateAuthResponse(server, client, new URLSearchParams({ code, iss: server.issuer }), oauth.expectNoState);
  return oauth.authorizationCodeGrantRequest(server, client, nobody, params, 'http://127.0.0.1/callback', verifier, plain);
}

async function look(server, token) {
  return oauth.processIntrospectionResponse(server, client, await oauth.introspectionRequest(server, client, nobody, token, plain));
}

async function refresh(server, token) {
  return oauth.processRefreshTokenResponse(server, client, await oauth.refreshTokenGrantRequest(server, client, nobody, token, plain));
}

async function isGrantDead(attempt) {
  await assert.rejects(attempt, (error) => error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant' && error.status === 400);
}

async function signIn({ url, patient, ...who }) {
  const verifier = oauth.generateRandomCodeVerifier();
  const nonce = oauth.generateRandomNonce();
  let server, code, tokens, newer;

  await point('discovery', async () => { server = await discover(url); });
  await point('a code becomes tokens, the ID token is signed by the published key', async () => {
    code = await getCode(server, who, verifier, nonce);
    const answer = await redeem(server, code, verifier);
    tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, { expectedNonce: nonce, requireIdToken: true });
    await oauth.validateApplicationLevelSignature(server, answer, plain);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    assert.equal(claims.fhirUser, `${url}/Patient/${patient}`);
    assert.equal(tokens.patient, patient);
  });
  await point('introspection', async () => {
    const live = await look(server, tokens.access_token);
    assert.equal(live.active, true);
    assert.equal(live.patient, patient);
    assert.equal(live.scope, tokens.scope);
    assert.deepEqual(await look(server, 'made-up'), { active: false });
  });
  await point('refresh tokens rotate', async () => {
    newer = await refresh(server, tokens.refresh_token);
    assert.notEqual(newer.refresh_token, tokens.refresh_token);
    assert.deepEqual(await look(server, tokens.refresh_token), { active: false });
  });
  await point('a revoked grant is dead', async () => {
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, nobody, newer.refresh_token, plain));
    assert.deepEqual(await look(server, newer.access_token), { active: false });
    await isGrantDead(() => refresh(server, newer.refresh_token));
  });
  await point('a wrong verifier and a code that was used', async () => {
    const other = await getCode(server, who, verifier, nonce);
    const tried = async (one, proof) => oauth.processAuthorizationCodeResponse(server, client, await redeem(server, one, proof), { expectedNonce: nonce });
    await isGrantDead(() => tried(other, oauth.generateRandomCodeVerifier()));
    await isGrantDead(() => tried(other, verifier));
    await isGrantDead(() => tried(code, verifier));
  });
}

for await (const line of createInterface({ input: process.stdin }))
  await signIn(JSON.parse(line));
