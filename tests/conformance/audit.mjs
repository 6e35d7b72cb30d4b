// Runs the GraphQL-over-HTTP audit of the npm package `graphql-http` against a running server:
//
//     npm ci && node audit.mjs http://127.0.0.1:8080/graphql
//
// Prints a line for each audit that is not ok, then how many are. Exits 0 only if all are.

import { serverAudits } from 'graphql-http';

const [url] = process.argv.slice(2);
if (!url) {
  console.error('usage: node audit.mjs URL');
  process.exit(2);
}

const audits = serverAudits({ url, fetchFn: fetch });
let ok = 0;
for (const { id, name, fn } of audits) {
  const result = await fn().catch((error) => ({ status: 'error', reason: error.cause ?? error }));
  if (result.status === 'ok') {
    ok += 1;
  } else {
    console.log(`${result.status}: ${id} ${name}: ${result.reason}`);
  }
}
console.log(`${ok} of ${audits.length}`);
process.exit(ok === audits.length ? 0 : 1);
