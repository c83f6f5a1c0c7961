// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a patient's record as others do, with fhirclient and with fhir-kit-client.
// In: {"url", "token", "patient", "counts": {Type: n}, "read": {type, id}, "writes": bool}, a line for each patient.
// Out: {"name", "ok", "why"}.
import { createInterface } from 'node:readline';
import assert from 'node:assert/strict';
import fhirclient from 'fhirclient';
import { Client } from 'fhir-kit-client';

async function point(name, run) {
  try {
    await run();
    console.log(JSON.stringify({ name, ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ name, ok: false, why: String(error.stack).slice(0, 1500) }));
  }
}

// fhirclient, as its own page shows it: from the state that a SMART launch leaves
async function withFhirClient({ url, token, patient, counts, read }) {
  const state = { serverUrl: url, clientId: 'cairn', scope: 'patient/*.rs', tokenResponse: { access_token: token, patient, token_type: 'Bearer' } };
  const session = { get: async () => undefined, set: async () => undefined, unset: async () => false };
  const client = fhirclient({ headers: { host: 'localhost' }, url: '/', socket: {} }, {}, session).client(state);

  await point('fhirclient: the patient of the token', async () => {
    const me = await client.patient.read();
    assert.equal(me.resourceType, 'Patient');
    assert.equal(me.id, patient);
  });
  for (const [type, count] of Object.entries(counts)) {
    await point(`fhirclient: every page of ${type}`, async () => {
      const all = await client.request(`${type}?patient=${patient}&_count=50`, { pageLimit: 0, flat: true });
      assert.equal(all.length, count);
      assert.equal(new Set(all.map((one) => one.id)).size, count);
    });
  }
  await point('fhirclient: client.patient.request() adds the patient', async () => {
    const bundle = await client.patient.request('Condition');
    assert.equal(bundle.type, 'searchset');
    assert.ok(bundle.entry.every((entry) => entry.resource.subject.reference === `Patient/${patient}`));
  });
  await point('fhirclient: references resolved', async () => {
    const one = await client.request(`${read.type}/${read.id}`, { resolveReferences: ['subject'] });
    assert.equal(one.subject.id, patient);
  });
  await point('fhirclient: history', async () => {
    const bundle = await client.request(`${read.type}/${read.id}/_history`);
    assert.equal(bundle.type, 'history');
    assert.equal(bundle.entry[0].resource.id, read.id);
  });
  await point('fhirclient: what it thinks the server is', async () => {
    assert.equal(await client.getFhirRelease(), 4);
  });
  await point('fhirclient: an error comes with its OperationOutcome', async () => {
    await assert.rejects(client.request('Observation/there-is-none'), (error) => error.statusCode === 404 || /404/.test(error.message));
  });
}

async function withFhirKit({ url, token, patient, counts, read }) {
  const client = new Client({ baseUrl: url, bearerToken: token });
  const wanted = Object.entries(counts);

  await point('fhir-kit-client: finds where to sign in', async () => {
    const found = await client.smartAuthMetadata();
    assert.ok(String(found.tokenUrl).startsWith(url.replace(/fhir$/, '')));
  });
  await point('fhir-kit-client: the CapabilityStatement', async () => {
    const statement = await client.capabilityStatement();
    // It asks the CapabilityStatement and smart-configuration at once, and takes what comes first
    const uris = statement.rest[0].security.extension[0].extension;
    assert.equal(uris.find((one) => one.url === 'token').valueUri, `${url.replace(/fhir$/, '')}auth/token`);
    assert.equal(statement.fhirVersion, '4.0.1');
    const types = statement.rest[0].resource.map((one) => one.type);
    assert.ok(wanted.every(([type]) => types.includes(type)));
  });
  for (const [type, count] of wanted) {
    await point(`fhir-kit-client: every page of ${type}`, async () => {
      const seen = [];
      let bundle = await client.search({ resourceType: type, searchParams: { patient, _count: 40, _total: 'accurate' } });
      assert.equal(bundle.total, count);
      while (bundle) {
        seen.push(...(bundle.entry ?? []).map((entry) => entry.resource.id));
        bundle = await client.nextPage({ bundle });
      }
      assert.equal(new Set(seen).size, count);
      assert.equal(seen.length, count);
    });
  }
  await point('fhir-kit-client: search by POST finds the same', async () => {
    const [type, count] = wanted[0];
    const bundle = await client.search({ resourceType: type, searchParams: { patient, _summary: 'count' }, options: { postSearch: true } });
    assert.equal(bundle.total, count);
  });
  await point('fhir-kit-client: search in the compartment', async () => {
    const bundle = await client.search({ resourceType: read.type, compartment: { resourceType: 'Patient', id: patient }, searchParams: { _summary: 'count' } });
    assert.equal(bundle.total, counts[read.type]);
  });
  await point('fhir-kit-client: read, vread and all histories', async () => {
    const one = await client.read({ resourceType: read.type, id: read.id });
    const version = one.meta.versionId;
    assert.deepEqual(await client.vread({ resourceType: read.type, id: read.id, version }), one);
    for (const place of [{ resourceType: read.type, id: read.id }, { resourceType: read.type }, {}]) {
      const bundle = await client.history(place);
      assert.equal(bundle.type, 'history');
      assert.ok(bundle.entry.length > 0);
    }
  });
  await point('fhir-kit-client: a reference resolved', async () => {
    const one = await client.read({ resourceType: read.type, id: read.id });
    assert.equal((await client.resolve({ reference: one.subject.reference })).id, patient);
  });
  await point('fhir-kit-client: $everything', async () => {
    const bundle = await client.operation({ name: 'everything', resourceType: 'Patient', id: patient, method: 'GET' });
    assert.equal(bundle.type, 'searchset');
    assert.ok(bundle.entry.some((entry) => entry.resource.id === patient));
  });
  await point('fhir-kit-client: a batch', async () => {
    const body = { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: `Patient/${patient}` } }, { request: { method: 'GET', url: 'Patient/there-is-none' } }] };
    const bundle = await client.batch({ body });
    assert.equal(bundle.type, 'batch-response');
    assert.equal(bundle.entry[0].resource.id, patient);
    assert.match(bundle.entry[1].response.status, /^404/);
  });
}

// A message written, found, refused where it must be
async function writing({ url, token, patient }) {
  const client = new Client({ baseUrl: url, bearerToken: token });
  const message = { resourceType: 'Communication', status: 'completed', subject: { reference: `Patient/${patient}` }, sender: { reference: `Patient/${patient}` }, payload: [{ contentString: 'Is the clinic open on Monday?' }] };
  let made;

  await point('fhir-kit-client: create', async () => {
    made = await client.create({ resourceType: 'Communication', body: message });
    assert.equal(Client.httpFor(made).response.status, 201);
    assert.equal(made.payload[0].contentString, message.payload[0].contentString);
  });
  await point('fhir-kit-client: patch', async () => {
    const jsonPatch = [{ op: 'add', path: '/topic', value: { text: 'Opening hours' } }];
    const changed = await client.patch({ resourceType: 'Communication', id: made.id, jsonPatch });
    assert.equal(changed.topic.text, 'Opening hours');
    assert.equal(changed.meta.versionId, '2');
  });
  await point('fhir-kit-client: what a patient may not do is refused with an OperationOutcome', async () => {
    const body = { ...message, resourceType: 'Condition', code: { text: 'None' } };
    await assert.rejects(client.create({ resourceType: 'Condition', body }), (error) => error.response.status === 403 && error.response.data.resourceType === 'OperationOutcome');
  });
  await point('fhirclient: update with its own version', async () => {
    const state = { serverUrl: url, tokenResponse: { access_token: token, patient } };
    const session = { get: async () => undefined, set: async () => undefined, unset: async () => false };
    const other = fhirclient({ headers: { host: 'localhost' }, url: '/', socket: {} }, {}, session).client(state);
    const now = await other.request(`Communication/${made.id}`);
    const changed = await other.update({ ...now, topic: { text: 'Hours' } });
    assert.equal(changed.topic.text, 'Hours');
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  await withFhirClient(job);
  await withFhirKit(job);
  if (job.writes) {
    await writing(job);
  }
}
