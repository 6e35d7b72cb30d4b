// Follows the changes of a running server with the npm clients `graphql-ws` and `graphql-sse`:
//
//     npm ci && node follow.mjs http://127.0.0.1:8080/graphql TOKEN
//
// Each client runs a query, has a wrong document refused, follows, sees the organisation that it makes, and
// ends. A line for each says how far it got. Exits 0 only if both come to the end.

import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, token] = process.argv.slice(2);
if (!token) {
  console.error('usage: node follow.mjs URL TOKEN');
  process.exit(2);
}
const Authorization = `Bearer ${token}`;

const FOLLOW = `subscription ($after: Cursor) {
  changes(after: $after, filter: { types: [ORGANISATION] }) {
    cursor hasMore changes { op record { ... on Organisation { name } } }
  }
}`;
const CREATE = `mutation ($name: String!) {
  createOrganisation(input: { data: { name: $name, kind: COMPANY } }) {
    organisation { name } userErrors { message }
  }
}`;

async function once(client, payload) {
  for await (const answer of client.iterate(payload)) {
    return answer;
  }
  throw new Error('no answer');
}

function check(isTrue, what) {
  if (!isTrue) {
    throw new Error(what);
  }
}

// The two report a refusal each in its own way: as an error, or as an answer.
async function refusal(client) {
  try {
    return (await once(client, { query: '{ nothing }' })).errors;
  } catch (errors) {
    return errors;
  }
}

async function follow(name, client) {
  const steps = [];
  const asked = await once(client, { query: '{ limits { page } }' });
  check(asked.data.limits.page === 200, 'the limits');
  steps.push('a query');
  const [refused] = await refusal(client);
  check(refused.extensions.code === 'GRAPHQL_VALIDATION_FAILED', 'a code');
  steps.push('a refusal');

  const own = `Followed by ${name}`;
  let pages = 0;
  for await (const { data, errors } of client.iterate({ query: FOLLOW })) {
    check(!errors, 'no errors');
    if (data.changes.changes.some(({ op, record }) => op === 'UPSERT' && record.name === own)) {
      steps.push('a change');
      break;
    }
    pages += 1;
    if (data.changes.hasMore) {
      continue;
    }
    steps.push(pages === 1 ? '1 page' : `${pages} pages`);
    const made = await once(client, { query: CREATE, variables: { name: own } });
    check(made.data.createOrganisation.organisation?.name === own, 'an organisation');
  }
  await client.dispose();
  steps.push('the end');
  console.log(`${name}: ${steps.join(', ')}`);
}

const retryAttempts = 0;
await follow(
  'graphql-ws',
  createWsClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization },
    retryAttempts,
  }),
);
await follow('graphql-sse', createSseClient({ url, headers: { Authorization }, retryAttempts }));
