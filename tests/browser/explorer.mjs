// Opens the explorer of a running registry in headless Chromium with the network cut:
//
//     npm ci && node explorer.mjs http://127.0.0.1:8080 OPERATORS_TOKEN [SCREENSHOT.png]
//
// Prints a line for each check and exits 0 only if all hold. CHROMIUM names the browser, if it is
// not Debian's.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const EXAMPLES = ['Members', 'Projects', 'Partnerships', 'Search', 'Identifiers', 'Pickers'];

const [address, token, screenshot] = process.argv.slice(2);
if (!address || !token) {
  console.error('usage: node explorer.mjs URL OPERATORS_TOKEN [SCREENSHOT.png]');
  process.exit(2);
}
const { origin } = new URL(address);

let failures = 0;
function check(what, wrong) {
  failures += wrong.length > 0 ? 1 : 0;
  console.log(wrong.length === 0 ? `ok: ${what}` : `FAILED: ${what}\n    ${wrong.join('\n    ')}`);
}

/** What is wrong if the page does not get there in time. */
const met = (promise) => promise.then(() => [], (error) => [error.message]);

const profile = await mkdtemp(join(tmpdir(), 'explorer-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  viewport: { width: 1440, height: 900 },
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Whatever slips past the page's own requests finds no name server either.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  ],
});

try {
  await explore(await browser.newPage());
} catch (error) {
  check('the explorer could be used', [error.message]);
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);

async function explore(page) {
  page.setDefaultTimeout(20_000);
  const elsewhere = [];
  const complaints = [];
  await browser.route('**/*', (route) => {
    const url = new URL(route.request().url());
    if (url.origin === origin) {
      return route.continue();
    }
    elsewhere.push(url.href);
    return route.abort();
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      complaints.push(`${message.text()} (${message.location().url})`);
    }
  });
  // Another project's GraphiQL was once served from this host and port, and left its tabs.
  await browser.addInitScript(() => {
    const nothing = { variables: null, headers: null, operationName: null, response: null };
    const tab = { id: 'left', title: 'Left', query: '{ left }', ...nothing };
    localStorage.setItem('graphiql:tabState', JSON.stringify({ tabs: [tab], activeTabIndex: 0 }));
  });

  const response = await page.goto(`${origin}/graphql`);
  const loaded = `${response.status()} ${await page.title()}`;
  check('the page loads', loaded === '200 Partner Registry' ? [] : [loaded]);

  const text = page.locator('.graphiql-query-editor .view-line').first();
  for (const visit of ['first', 'second']) {
    await text.waitFor();
    const names = await page.getByRole('tab').allInnerTexts();
    const same = names.join() === EXAMPLES.join();
    check(`a ${visit} visit opens with the examples`, same ? [] : [`tabs: ${names.join(', ')}`]);
    // GraphiQL stores its tabs a moment later.
    await page.waitForFunction(() => localStorage.getItem('partner-registry:graphiql:tabState'));
    await page.reload();
  }

  await text.waitFor();
  for (const [index, name] of EXAMPLES.entries()) {
    check(`${name} answers with data`, await run(page, name, index));
  }

  await page.getByLabel('Show Documentation Explorer').click();
  const documentation = page.locator('.graphiql-doc-explorer');
  await documentation.getByRole('link', { name: 'Query', exact: true }).click();
  const field = documentation.getByRole('link', { name: 'organisations', exact: true });
  check('the documentation shows the schema', await met(field.waitFor()));
  check('the editor underlines what the schema lacks', await mistake(page));
  check('nothing was asked of another host', elsewhere);
  check('the browser has no complaint', complaints);
  // What is refused is a complaint, too, so this comes last.
  check('a token is sent, and a wrong one is refused with its reason', await signIn(page));
  check('the token is kept nowhere', await remembered(page));
}

/** Runs a tab's example as a person would and says what is wrong with the answer. */
async function run(page, name, index) {
  if (index > 0) {
    await page.getByRole('tab').nth(index).click();
    // GraphiQL reads the operation's name a moment after it has shown the tab.
    await page.waitForFunction(
      (text) => localStorage.getItem('partner-registry:graphiql:query')?.includes(text),
      `query ${name}(`,
    );
  }
  const asks = (request) => request.method() === 'POST' && request.postDataJSON().operationName === name;
  const [answer] = await Promise.all([
    page.waitForResponse((response) => asks(response.request())),
    page.getByRole('button', { name: /^Execute query/ }).click(),
  ]);
  await page.locator('.result-window .view-line', { hasText: /"(data|errors)"/ }).first().waitFor();
  if (screenshot && index === 0) {
    await page.screenshot({ path: screenshot });
  }
  const { data, errors } = await answer.json();
  const empty = Object.entries(data ?? {}).filter(([, value]) => rows(value) === 0);
  const { variables } = answer.request().postDataJSON();
  return [
    ...(errors ?? []).map((error) => error.message),
    ...(data ? [] : ['no data']),
    ...empty.map(([field, value]) => `${field} is empty: ${JSON.stringify(value)}`),
    ...(Object.keys(variables ?? {}).length > 0 ? [] : ['its variables were not sent']),
  ];
}

/** How many rows a root field answered with: a connection, or a list of answers to keys. */
function rows(value) {
  const lists = Array.isArray(value) ? value.map(({ organisations }) => organisations) : [value?.nodes];
  return Math.min(...lists.map((list) => list?.length ?? 0));
}

/** Asks who one is with a wrong token, with the right one and without one. */
async function signIn(page) {
  await write(page, '{ viewer { principal } }');
  const field = page.getByLabel('Token');
  const result = page.locator('.result-window');
  const wrong = [];
  for (const [typed, status, words] of [
    ['no-token', 401, 'it is no signed token'],
    [` Bearer ${token} `, 200, '"operator"'],
    ['', 200, '"anonymous"'],
    [token, 200, '"operator"'],
  ]) {
    await field.fill(typed);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.getByRole('button', { name: /^Execute query/ }).click(),
    ]);
    wrong.push(...(answer.status() === status ? [] : [`${answer.status()} in the place of ${status}`]));
    // A long message goes on in the next line, wherever a word ends.
    const shown = new RegExp(words.replaceAll(' ', '\\s*'));
    wrong.push(...(await met(result.filter({ hasText: shown }).waitFor())));
  }
  return wrong;
}

/** Where the page could have kept the token, now and after a reload. */
async function remembered(page) {
  // GraphiQL stores its tabs a moment later.
  await page.waitForFunction(() =>
    localStorage.getItem('partner-registry:graphiql:query')?.includes('viewer'),
  );
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]),
  );
  const cookies = JSON.stringify(await browser.cookies());
  await page.reload();
  const field = page.getByLabel('Token');
  await field.waitFor();
  return [
    ...(stored.includes(token) || cookies.includes(token) ? ['it is stored'] : []),
    ...((await field.inputValue()) === '' ? [] : ['it is there after a reload']),
  ];
}

/** Puts a document into the editor. */
function write(page, text) {
  return page.evaluate((text) => {
    const models = globalThis.__MONACO.editor.getModels();
    models.find(({ uri }) => uri.path.endsWith('operation.graphql')).setValue(text);
  }, text);
}

/** Writes a field that no schema has, and waits for the editor's worker to object. */
async function mistake(page) {
  await write(page, '{ noSuchField }');
  return met(
    page.waitForFunction(() => {
      const markers = globalThis.__MONACO.editor.getModelMarkers({});
      return markers.some(({ message }) => message.includes('noSuchField'));
    }),
  );
}
