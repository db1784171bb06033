// A FHIR client that is not ours creates, reads and searches; HL7's own definitions judge what it gets. Prints one line for each thing
// that was not as it should be, and ends with 1 if there was one. node client.mjs <base address> <bearer token> <patient> <redox DocumentID>
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Client } from 'fhir-kit-client';

const { Fhir } = createRequire(import.meta.url)('fhir');
const validator = new Fhir();
const [base, token, patient, documentId] = process.argv.slice(2);
const client = new Client({ baseUrl: base, bearerToken: token });
let failures = 0;

/** Extensions named by urn and value sets that the validator does not have are no errors. */
function assertLegal(resource) {
  const { messages } = validator.validate(resource);
  const errors = messages.filter((m) => m.severity === 'error' || (m.severity === 'warning' && m.message === 'Unexpected property'));
  assert.deepEqual(errors.map((e) => `${e.location}: ${e.message}`), [], `${resource.resourceType} is not legal R4`);
}

async function step(name, work) {
  try {
    await work();
    console.log(`passed: ${name}`);
  } catch (error) {
    failures += 1;
    console.log(`failed: ${name}: ${error.message}`);
  }
}

function media(title) {
  return {
    resourceType: 'Media',
    status: 'completed',
    subject: { reference: `Patient/${patient}` },
    content: { contentType: 'image/png', data: Buffer.from(`file of ${title}`).toString('base64'), title },
    note: [{ text: 'made by a library' }],
  };
}

let created;
await step('capability statement', async () => {
  const statement = await client.capabilityStatement();
  assert.equal(statement.fhirVersion, '4.0.1');
  assertLegal(statement);
});

await step('create, with nothing said about the answer', async () => {
  const answer = await client.create({ resourceType: 'Media', body: media('silent') });
  assert.equal(Client.httpFor(answer).response.status, 201);
  created = Client.httpFor(answer).response.headers.get('location').match(/Media\/([^/]+)\/_history\/([^/]+)$/);
});

await step('create, with the resource as the answer', async () => {
  const answer = await client.create({ resourceType: 'Media', body: media('loud'), options: { headers: { Prefer: 'return=representation' } } });
  assertLegal(answer);
  assert.equal(answer.content.title, 'loud');
});

await step('read and vread', async () => {
  const read = await client.read({ resourceType: 'Media', id: created[1] });
  assertLegal(read);
  assert.equal(read.meta.versionId, created[2]);
  const version = await client.vread({ resourceType: 'Media', id: created[1], version: created[2] });
  assert.deepEqual(version, read);
  const file = await fetch(read.content.url, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(await file.text(), 'file of silent');
});

await step('search, page by page', async () => {
  let bundle = await client.search({ resourceType: 'Media', searchParams: { patient, _count: 1 } });
  assert.equal(bundle.total, 2);
  const titles = [];
  while (bundle) {
    assertLegal(bundle);
    titles.push(...bundle.entry.map((entry) => entry.resource.content.title));
    bundle = await client.nextPage({ bundle });
  }
  assert.deepEqual(titles, ['loud', 'silent']);
});

await step('search by POST', async () => {
  const bundle = await client.search({ resourceType: 'Media', searchParams: { patient }, options: { postSearch: true } });
  assert.equal(bundle.total, 2);
});

await step('what Redox delivered, as Media and as DocumentReference', async () => {
  for (const resourceType of ['Media', 'DocumentReference']) {
    const bundle = await client.search({ resourceType, searchParams: { identifier: documentId } });
    assert.equal(bundle.total, 1);
    assertLegal(bundle);
    assertLegal(await client.read({ resourceType, id: bundle.entry[0].resource.id }));
  }
});

await step('what was created, as DocumentReference', async () => {
  const body = {
    ...media('contained'),
    contained: [{ resourceType: 'Patient', id: 'p', identifier: [{ system: 'urn:mrn', value: patient }] }],
    subject: { reference: '#p' },
    modifierExtension: [{ url: 'urn:camera:unsure', valueBoolean: true }],
    type: { coding: [{ system: 'http://loinc.org', code: '11524-6' }] },
  };
  const answer = await client.create({ resourceType: 'Media', body, options: { headers: { Prefer: 'return=representation' } } });
  const read = await client.read({ resourceType: 'DocumentReference', id: answer.id });
  assertLegal(read);
  assert.equal(read.subject.identifier.value, patient);
});

await step('errors are OperationOutcomes', async () => {
  for (const [work, status] of [
    [() => client.read({ resourceType: 'Media', id: 'b0000000-0000-4000-8000-000000000000' }), 404],
    [() => client.create({ resourceType: 'Media', body: { resourceType: 'Media', status: 'wrong' } }), 400],
    [() => client.update({ resourceType: 'Media', id: created[1], body: media('x') }), 405],
    [() => client.search({ resourceType: 'Media', searchParams: { shoeSize: 44 } }), 400],
  ]) {
    const error = await work().then(() => assert.fail('it was done'), (e) => e);
    assert.equal(error.response?.status, status, error.message);
    assertLegal(error.response.data);
  }
});

process.exit(failures === 0 ? 0 : 1);
