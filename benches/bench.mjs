// Measures the budgets of benches/budgets.json on the built app and the embedded control plane, prints the table and writes target/bench.json
// ({name: {value, unit, budget}}). Exit code 1 if one is missed.
//
// Playwright drives the system's Chromium; the figures are Chromium's own (DevTools protocol), so that nothing of the app measures itself except the
// waterfall's "from data to picture", which it marks with performance.measure.
import { chromium } from '@playwright/test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CHROMIUM_ARGS, ROOT, chromium as executable, site, startControlPlane } from '../tests/e2e/support/tools.mjs';

const PERSON = { email: 'ada@acme.test', password: 'gantry-demo-1' };
/** Chromium's own preset "Fast 4G": 9 Mbit/s down, 1.5 up, each less a tenth, 165 ms there and back. */
const FAST_4G = { offline: false, downloadThroughput: (9_000_000 / 8) * 0.9, uploadThroughput: (1_500_000 / 8) * 0.9, latency: 165 };
const CPU = 4;
const budgets = JSON.parse(readFileSync(join(ROOT, 'benches/budgets.json'), 'utf8'));
const figures = {};
const only = process.argv.slice(2);
const wanted = (...names) => only.length === 0 || names.some((name) => only.includes(name));
const note = (name, value) => {
  figures[name] = { value: Math.round(value * 10) / 10, unit: budgets[name].unit, budget: budgets[name].budget };
};
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const p95 = (list) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * 0.95))];

async function signedIn(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const answer = await context.request.post(`${url}/api/v2/users/login`, { data: PERSON, headers: { Authorization: 'Bearer gantry' } });
  if (answer.status() !== 201) throw new Error(`bench: ${PERSON.email} cannot sign in: ${answer.status()} ${await answer.text()}`);
  return context;
}

/** The name of a workspace that the API gives for the list as the page asks for it: what a first row shows. */
async function firstName(context, url, query) {
  const answer = await context.request.get(`${url}/api/v2/workspaces?limit=25&q=${encodeURIComponent(query)}`);
  const { workspaces, count } = await answer.json();
  if (!workspaces?.length) throw new Error('bench: the control plane has no workspace to show');
  return { name: workspaces[0].name, count };
}

/** Waits in the page for a visible link with that text, at the precision of a frame; answers milliseconds since navigation. */
const rowSeen = (name) =>
  new Promise((done) => {
    const look = () => {
      for (const link of document.querySelectorAll('a')) {
        if (link.textContent.trim() === name && link.getClientRects().length > 0) return done(performance.now());
      }
      requestAnimationFrame(look);
    };
    look();
  });

async function visit(page, url, name, { throttled }) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  if (throttled) {
    await session.send('Network.emulateNetworkConditions', FAST_4G);
    await session.send('Emulation.setCPUThrottlingRate', { rate: CPU });
  }
  const requests = [];
  session.on('Network.requestWillBeSent', ({ requestId, request }) => { if (/^https?:/.test(request.url)) requests.push({ id: requestId, url: request.url, bytes: 0 }); });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const request = requests.find(({ id }) => id === requestId);
    if (request) request.bytes = encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'commit' });
  const rows_ms = await page.evaluate(rowSeen, name);
  const toFirstRows = requests.length;
  await page.waitForLoadState('networkidle');
  const files = requests.filter(({ url: address }) => !address.includes('/api/v2/'));
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  return { rows_ms, toFirstRows, all: requests.length, fileBytes: files.reduce((sum, { bytes }) => sum + bytes, 0), requests };
}

async function firstVisit(browser, url) {
  const first = [];
  const cached = [];
  let counted;
  for (let run = 0; run < 5; run += 1) {
    const context = await signedIn(browser, url);
    const { name, count } = await firstName(context, url, 'owner:me');
    if (run === 0) console.error(`bench: first visit, ${(await firstName(context, url, '')).count} workspaces, ${count} of them ada's`);
    const page = await context.newPage();
    const fresh = await visit(page, `${url}/workspaces`, name, { throttled: true });
    first.push(fresh.rows_ms);
    counted ??= fresh;
    const again = await context.newPage();
    cached.push((await visit(again, `${url}/workspaces`, name, { throttled: true })).rows_ms);
    await context.close();
  }
  note('first_visit_kb', counted.fileBytes / 1000);
  note('first_visit_requests', counted.toFirstRows);
  note('first_visit_requests_all', counted.all);
  note('first_rows_4g_ms', median(first));
  note('first_rows_cached_ms', median(cached));
  if (process.env.BENCH_VERBOSE) console.error(counted.requests.map(({ url: address, bytes }) => `  ${bytes}\t${address}`).join('\n'), first, cached);
}

async function heap(browser, url) {
  const context = await signedIn(browser, url);
  const page = await context.newPage();
  await page.goto(`${url}/workspaces?q=`);
  const { name } = await firstName(context, url, '');
  await page.evaluate(rowSeen, name);
  await page.waitForLoadState('networkidle');
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const wasm = await page.evaluate(() => globalThis.__gantry.memory.buffer.byteLength);
  console.error(`bench: heap ${(usedSize / 1e6).toFixed(1)} MB JavaScript + ${(wasm / 1e6).toFixed(1)} MB wasm`);
  note('heap_mb', (usedSize + wasm) / 1e6);
  await context.close();
}

async function idleRequests(browser, url) {
  const context = await signedIn(browser, url);
  const page = await context.newPage();
  // stopped workspaces: nothing changes, so this is the idle rate
  await page.goto(`${url}/workspaces?q=status%3Astopped`);
  const { name } = await firstName(context, url, 'status:stopped');
  await page.evaluate(rowSeen, name);
  await page.waitForLoadState('networkidle');
  const lists = [];
  page.on('request', (request) => { if (/\/api\/v2\/workspaces\?/.test(request.url())) lists.push(request.url()); });
  await page.waitForRequest(/\/api\/v2\/workspaces\?/, { timeout: 60_000 });
  const before = lists.length;
  const end = Date.now() + 29_000;
  await page.waitForRequest((request) => /\/api\/v2\/workspaces\?/.test(request.url()) && Date.now() < end, { timeout: 29_000 }).catch(() => undefined);
  note('list_requests', lists.length - before + 1);
  await context.close();
}

async function scrollRows(browser) {
  const server = await startControlPlane(['--memory', '--seed', 'company', '--workspaces', '940', '--site', site(), '--headers', join(ROOT, 'public/_headers')]);
  const context = await signedIn(browser, server.url);
  const page = await context.newPage();
  const { name, count } = await firstName(context, server.url, '');
  await page.goto(`${server.url}/workspaces?q=`);
  await page.evaluate(rowSeen, name);
  const all = page.getByRole('button', { name: 'load all' });
  if (await all.isVisible()) await all.click();
  await page.waitForLoadState('networkidle');
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const script = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name: metric }) => metric === 'ScriptDuration').value * 1000;
  const frames = [];
  for (let frame = 0; frame < 120; frame += 1) {
    const before = await script();
    await page.evaluate(() => new Promise((done) => { scrollBy(0, 173); requestAnimationFrame(() => requestAnimationFrame(done)); }));
    frames.push((await script()) - before);
  }
  const moved = await page.evaluate(() => scrollY);
  if (moved < 1000) throw new Error(`bench: the list of ${count} did not scroll (${moved} px)`);
  note('list_1000_scroll_ms', p95(frames));
  await context.close();
  await server.stop();
}

async function waterfall(browser, url) {
  const context = await signedIn(browser, url);
  const page = await context.newPage();
  const recorded = JSON.parse(readFileSync(join(ROOT, 'tests/contract/recordings/timings/thousand-resources.json'), 'utf8'));
  // A build of the seed whose timings are those of a recorded build of 1,000 resources.
  await page.route(/\/workspacebuilds\/[^/]+\/timings$/, (route) => route.fulfill({ json: recorded.response.body }));
  const { workspaces } = await (await context.request.get(`${url}/api/v2/workspaces?limit=25&q=${encodeURIComponent('status:running')}`)).json();
  const { owner_name, name, latest_build } = workspaces[0];
  const runs = [];
  for (let run = 0; run < 5; run += 1) {
    await page.goto(`${url}/@${owner_name}/${name}/builds/${latest_build.build_number}`);
    const ms = await page.evaluate(() => new Promise((done) => {
      const look = () => {
        const [entry] = performance.getEntriesByName('gantry:waterfall');
        if (entry) done(entry.duration); else requestAnimationFrame(look);
      };
      look();
    }));
    runs.push(ms);
  }
  const rows = recorded.response.body.provisioner_timings.length;
  if (rows < 1000) throw new Error(`bench: only ${rows} spans`);
  note('waterfall_1000_open_ms', median(runs));
  await context.close();
}

async function axe(browser, url) {
  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const context = await signedIn(browser, url);
  const page = await context.newPage();
  const { workspaces } = await (await context.request.get(`${url}/api/v2/workspaces?limit=25&q=${encodeURIComponent('status:running')}`)).json();
  const { owner_name, name, latest_build } = workspaces[0];
  let violations = 0;
  for (const path of ['/workspaces?q=', `/@${owner_name}/${name}`, `/@${owner_name}/${name}/builds/${latest_build.build_number}`, '/quota', '/sign-in', '/no-such-page']) {
    await page.goto(url + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForLoadState('networkidle');
    await page.evaluate(source);
    const found = await page.evaluate(async () => (await globalThis.axe.run({ resultTypes: ['violations'] })).violations.map(({ id, nodes }) => `${id} (${nodes.length})`));
    if (found.length > 0) console.error(`bench: axe on ${path}: ${found.join(', ')}`);
    violations += found.length;
  }
  note('axe', violations);
  await context.close();
}

const server = await startControlPlane(['--memory', '--seed', 'company', '--workspaces', '153', '--site', site(), '--headers', join(ROOT, 'public/_headers')]);
const browser = await chromium.launch({ executablePath: executable(), args: CHROMIUM_ARGS });
try {
  if (wanted('first_visit_kb', 'first_visit_requests', 'first_visit_requests_all', 'first_rows_4g_ms', 'first_rows_cached_ms')) await firstVisit(browser, server.url);
  if (wanted('heap_mb')) await heap(browser, server.url);
  if (wanted('waterfall_1000_open_ms')) await waterfall(browser, server.url);
  if (wanted('axe')) await axe(browser, server.url);
  if (wanted('list_requests')) await idleRequests(browser, server.url);
  if (wanted('list_1000_scroll_ms')) await scrollRows(browser);
} finally {
  await browser.close();
  await server.stop();
}

mkdirSync(join(ROOT, 'target'), { recursive: true });
writeFileSync(join(ROOT, 'target/bench.json'), `${JSON.stringify(figures, null, 2)}\n`);
const missed = Object.entries(figures).filter(([, { value, budget }]) => value > budget);
for (const [name, { value, unit, budget }] of Object.entries(figures)) {
  console.log(`${name.padEnd(26)} ${String(value).padStart(9)} ≤ ${String(budget).padEnd(6)} ${unit}${value > budget ? '   MISSED' : ''}`);
}
console.log(`${Object.keys(figures).length - missed.length} passed, ${missed.length} failed`);
process.exitCode = missed.length > 0 ? 1 : 0;
