// Measures the budgets of benches/budgets.json on the built app and the embedded control plane, prints the table and writes target/bench.json
// ({name: {value, unit, budget}}; the value of what could not be measured is null). Exit code 1 if one is missed or could not be measured.
//
// Playwright drives the system's Chromium; the figures are Chromium's own (DevTools protocol, resource timing). The app measures nothing of itself; it only
// marks the moment when the waterfall has become a picture. Names as arguments measure those alone; BENCH_VERBOSE=1 prints what the figures are made of.
import { chromium } from '@playwright/test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM_ARGS, COMPANY, PASSWORD, PEOPLE, ROOT, axe, chromium as executable, site, startControlPlane } from '../tests/e2e/support/tools.mjs';
import { startFor, startOtherPage } from '../tests/e2e/support/other-page.mjs';

const PERSON = { email: PEOPLE.owner, password: PASSWORD };
/** Chromium's own preset "Fast 4G": 9 Mbit/s down, 1.5 up, each less a tenth, 165 ms there and back. */
const FAST_4G = { offline: false, downloadThroughput: (9_000_000 / 8) * 0.9, uploadThroughput: (1_500_000 / 8) * 0.9, latency: 165 };
const CPU = 4;
const budgets = JSON.parse(readFileSync(join(ROOT, 'benches/budgets.json'), 'utf8'));
const figures = {};
const only = process.argv.slice(2);
const wanted = (...names) => only.length === 0 || names.some((name) => only.includes(name));
/** Figures that may truly be 0; any other 0 is a measurement that did not happen. */
const MAY_BE_ZERO = ['axe', 'list_requests_hidden', 'memory_10k_hour_mb'];
const figure = (name, value) => { figures[name] = { value, unit: budgets[name].unit, budget: budgets[name].budget }; };
const note = (name, value) => {
  if (!Number.isFinite(value) || value < 0 || (value === 0 && !MAY_BE_ZERO.includes(name))) throw new Error(`${name} reads ${value}: it was not measured`);
  figure(name, Math.round(value * 10) / 10);
};
const verbose = (...what) => { if (process.env.BENCH_VERBOSE) console.error('bench:', ...what); };
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
  new Promise((done, fail) => {
    const end = performance.now() + 60_000;
    const look = () => {
      for (const link of document.querySelectorAll('a')) {
        if (link.textContent.trim() === name && link.getClientRects().length > 0) return done(performance.now());
      }
      if (performance.now() > end) return fail(new Error(`no row called ${name} within a minute; the page says: ${document.body?.innerText.slice(0, 300)}`));
      requestAnimationFrame(look);
    };
    look();
  });

/** Resolves when nothing has been asked, and nothing was under way, for two seconds: longer than the app lets anything wait for the first rows. */
function quiet(session) {
  const under_way = new Set();
  return new Promise((done) => {
    let timer;
    const again = () => {
      clearTimeout(timer);
      if (under_way.size === 0) timer = setTimeout(done, 2_000);
    };
    session.on('Network.requestWillBeSent', ({ requestId }) => { under_way.add(requestId); again(); });
    for (const end of ['Network.loadingFinished', 'Network.loadingFailed']) session.on(end, ({ requestId }) => { under_way.delete(requestId); again(); });
  });
}

/** One visit at a 4× CPU slow-down on Fast 4G. */
async function visit(page, url, name) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', FAST_4G);
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU });
  const requests = [];
  session.on('Network.requestWillBeSent', ({ requestId, request, wallTime }) => {
    if (/^https?:/.test(request.url)) requests.push({ id: requestId, url: request.url, at: wallTime * 1000, bytes: 0 });
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const request = requests.find(({ id }) => id === requestId);
    if (request) request.bytes = encodedDataLength;
  });
  const idle = quiet(session);
  // The page says itself when its row is seen: to be asked it would have to run Playwright's own script first, some 9 ms that the slow-down makes 35 of.
  await session.send('Runtime.enable');
  await session.send('Runtime.addBinding', { name: 'rowIsSeen' });
  const told = new Promise((done) => session.on('Runtime.bindingCalled', ({ name: called, payload }) => called === 'rowIsSeen' && done(JSON.parse(payload))));
  await session.send('Page.enable');
  await session.send('Page.addScriptToEvaluateOnNewDocument', {
    source: `(${rowSeen})(${JSON.stringify(name)}).then(
      (ms) => rowIsSeen(JSON.stringify({ ms, origin: performance.timeOrigin })), (error) => rowIsSeen(JSON.stringify({ error: error.message })));`,
  });
  await page.goto(url, { waitUntil: 'commit' });
  const { ms: rows_ms, origin, error } = await told;
  if (error) throw new Error(`bench: ${error}`);
  const seen = origin + rows_ms;
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await idle;
  // The parts that are fetched while the page is idle are none of what anybody waits for (docs/decisions/0010-parts.md); before the rows none may come.
  const isPart = ({ url: address }) => /\/assets\/(split_|chunk_|parts-|later-)/.test(address);
  if (requests.some((one) => isPart(one) && one.at <= seen)) throw new Error('bench: a part was fetched before the first rows of the list');
  const visited = requests.filter((one) => !isPart(one));
  // The pictures of templates are the control plane's, as its answers are.
  const files = visited.filter(({ url: address }) => !/\/api\/v2\/|\/icon\//.test(address));
  return { rows_ms, toFirstRows: visited.filter(({ at }) => at <= seen).length, all: visited.length, fileBytes: files.reduce((sum, { bytes }) => sum + bytes, 0), requests, seen };
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
    const fresh = await visit(page, `${url}/workspaces`, name);
    first.push(fresh.rows_ms);
    counted ??= fresh;
    const again = await context.newPage();
    cached.push((await visit(again, `${url}/workspaces`, name)).rows_ms);
    await context.close();
  }
  note('first_visit_kb', counted.fileBytes / 1000);
  note('first_visit_requests', counted.toFirstRows);
  note('first_visit_requests_all', counted.all);
  note('first_rows_4g_ms', median(first));
  note('first_rows_cached_ms', median(cached));
  verbose(`first rows ${first.map(Math.round)}, cached ${cached.map(Math.round)} ms; the first visit, milliseconds before and after its first rows:`);
  for (const { url: address, bytes, at } of counted.requests) verbose(`${Math.round(at - counted.seen)} ms\t${bytes}\t${address}`);
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

/** List requests of one open list in `seconds`, from the moment its rows are there and its first rhythm has begun. */
async function listRequests(browser, url, query, seconds, { hidden = false } = {}) {
  const context = await signedIn(browser, url);
  const page = await context.newPage();
  // Chromium without a window hides no page: what the page reads of it is replaced.
  await page.addInitScript(() => {
    globalThis.hide = () => {
      Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
      Object.defineProperty(document, 'hidden', { get: () => true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
  });
  const isList = (request) => /\/api\/v2\/workspaces\?/.test(request.url());
  await page.goto(`${url}/workspaces?q=${encodeURIComponent(query)}`);
  await page.evaluate(rowSeen, (await firstName(context, url, query)).name);
  // The rhythm: the first question after the list was read.
  await page.waitForRequest(isList, { timeout: 60_000 });
  if (hidden) await page.evaluate(() => globalThis.hide());
  const asked = [];
  page.on('request', (request) => { if (isList(request)) asked.push(Date.now()); });
  await new Promise((done) => { setTimeout(done, seconds * 1000); });
  await context.close();
  verbose(`${asked.length} list requests of ${query} in ${seconds} s${hidden ? ', hidden' : ''}`);
  return asked.length;
}

async function polling(browser, url) {
  note('list_requests', (await listRequests(browser, url, 'status:stopped', 61)) / 2);
  note('list_requests_active', (await listRequests(browser, url, 'status:pending', 26)) / 5);
  note('list_requests_hidden', await listRequests(browser, url, 'status:pending', 35, { hidden: true }));
}

/** What changes in the document of an open list while nothing happens: ages and clocks in words, nothing that is made anew. */
async function idleMutations(browser, url) {
  const context = await signedIn(browser, url);
  const page = await context.newPage();
  await page.goto(`${url}/workspaces?q=`);
  await page.evaluate(rowSeen, (await firstName(context, url, '')).name);
  // What the rows want beside them has come, and the parts that are fetched while the page is idle.
  await page.waitForLoadState('networkidle');
  const records = await page.evaluate(() => new Promise((done) => {
    const seen = [];
    const observer = new MutationObserver((list) => seen.push(...list));
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    setTimeout(() => {
      observer.disconnect();
      const path = ({ target }) => [(target.parentElement ?? target).closest?.('[class]')?.className, target.nodeName].join(' ');
      done(seen.map((record) => `${record.type} ${record.attributeName ?? ''} ${path(record)}`));
    }, 10_000);
  }));
  const kinds = new Map();
  for (const kind of records) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  for (const [kind, times] of [...kinds].sort(([, one], [, other]) => other - one)) verbose(`${times} × ${kind}`);
  note('list_idle_mutations', records.length);
  await context.close();
}

/** How far lists are scrolled in a frame: more than four rows, 10,000 pixels a second. */
const A_FRAME_PX = 173;

async function scrollRows(browser) {
  const server = await startControlPlane([...COMPANY, '--workspaces', '940', '--site', site(), '--headers', join(ROOT, 'public/_headers')]);
  try {
    const context = await signedIn(browser, server.url);
    const page = await context.newPage();
    const { name, count } = await firstName(context, server.url, '');
    if (count < 990) throw new Error(`only ${count} workspaces to scroll`);
    await page.goto(`${server.url}/workspaces?q=`);
    await page.evaluate(rowSeen, name);
    await page.getByRole('table', { name: `Workspaces, ${count} of ${count} loaded` }).waitFor();
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable');
    const script = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name: metric }) => metric === 'ScriptDuration').value * 1000;
    const top = () => page.evaluate(() => scrollY);
    const frames = [];
    for (let frame = 0; frame < 120; frame += 1) {
      const before = await script();
      await page.evaluate((by) => new Promise((done) => { scrollBy(0, by); requestAnimationFrame(() => requestAnimationFrame(done)); }), A_FRAME_PX);
      frames.push((await script()) - before);
    }
    if ((await top()) < 120 * 170) throw new Error(`the list of ${count} did not scroll (${await top()} px)`);
    // What it scrolled to is there: the row in the middle of the window has a name.
    await page.waitForFunction(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('tr')?.querySelector('a')?.textContent.trim());
    verbose(`script per frame: median ${median(frames).toFixed(1)}, p95 ${p95(frames).toFixed(1)}, most ${Math.max(...frames).toFixed(1)} ms`);
    note('list_1000_scroll_ms', p95(frames));
  } finally {
    await server.stop();
  }
}

/** The address of a build of the seed, whose timings a measurement replaces. */
async function someBuild(context, url) {
  const { workspaces } = await (await context.request.get(`${url}/api/v2/workspaces?limit=25&q=${encodeURIComponent('status:running')}`)).json();
  const { owner_name, name, latest_build } = workspaces[0];
  return `${url}/@${owner_name}/${name}/builds/${latest_build.build_number}`;
}

/** In the page: milliseconds from the last byte of the timings to the frame after the one that drew them. */
const pictured = (seconds) =>
  new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`no picture within ${seconds} s`)), seconds * 1000);
    const look = () => {
      const [painted] = performance.getEntriesByName('gantry:waterfall', 'mark');
      const data = performance.getEntriesByType('resource').find((entry) => entry.name.endsWith('/timings'));
      if (!painted || !data) return requestAnimationFrame(look);
      clearTimeout(late);
      done(painted.startTime - data.responseEnd);
    };
    look();
  });

async function waterfall(browser, url) {
  const context = await signedIn(browser, url);
  const page = await context.newPage();
  const recorded = JSON.parse(readFileSync(join(ROOT, 'tests/contract/recordings/timings/thousand-resources.json'), 'utf8')).response.body;
  const rows = recorded.provisioner_timings.filter(({ resource }) => resource).length;
  if (rows < 1000) throw new Error(`the recording has only ${rows} resources`);
  // A build of the seed whose timings are those of a recorded build of 1,000 resources.
  let given = 0;
  await page.route(/\/workspacebuilds\/[^/]+\/timings$/, (route) => { given += 1; return route.fulfill({ json: recorded }); });
  const address = await someBuild(context, url);
  const runs = [];
  for (let run = 0; run < 5; run += 1) {
    await page.goto(address);
    runs.push(await page.evaluate(pictured, 20));
  }
  if (given < runs.length) throw new Error(`the timings were asked for ${given} times in ${runs.length} visits`);
  await page.goto(`${address}?view=table`);
  // The table has pages of 1,000 rows and says how many there are in all.
  const more = page.getByRole('button', { name: 'Show more rows' });
  await more.click();
  await more.waitFor({ state: 'hidden' });
  const spans = await page.locator('table tbody tr').count();
  if (spans < rows) throw new Error(`${spans} spans are shown of ${rows}`);
  verbose(`waterfall of ${spans} spans: ${runs.map(Math.round)} ms`);
  note('waterfall_1000_open_ms', median(runs));
  await context.close();
}

/** Timings of a build of so many resources: three providers, modules, and times that overlap as Terraform's do. */
function manyTimings(count) {
  const origin = Date.UTC(2026, 5, 1, 12);
  const at = (ms) => new Date(origin + ms).toISOString().replace('Z', '123Z');
  const row = (stage, action, source, resource, from, to) => ({ job_id: '15396d4d-0bef-458c-a1c2-aac3e33c71f1', started_at: at(from), ended_at: at(to), stage, source, action, resource });
  const rows = ['init', 'plan', 'apply', 'graph'].map((stage, index) => row(stage, 'terraform', 'coder', `coder_stage_${stage}`, 1_000 + index * 100_000, 100_000 + index * 100_000));
  for (let index = 0; index < count; index += 1) {
    const from = 201_000 + (index % 997) * 90;
    const kind = ['docker_container.main', 'kubernetes_config_map.settings', 'null_resource.machine'][index % 3];
    const within = index % 2 === 0 ? '' : `module.pods["team-${index % 40}"].`;
    rows.push(row('apply', 'create', `registry.terraform.io/kreuzwerker/provider-${index % 3}`, `${within}${kind}[${index}]`, from, from + 50 + (index % 613)));
  }
  return { provisioner_timings: rows, agent_script_timings: [], agent_connection_timings: [] };
}

/** Opened, zoomed and searched at 10,000 and 100,000 spans, and what that takes of memory beside the same page with a small build. */
async function manySpans(browser, url) {
  const context = await signedIn(browser, url);
  const page = await context.newPage();
  let body = '';
  await page.route(/\/workspacebuilds\/[^/]+\/timings$/, (route) => route.fulfill({ contentType: 'application/json', body }));
  const address = await someBuild(context, url);
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const script = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name: metric }) => metric === 'ScriptDuration').value * 1000;
  const open = async (count) => {
    body = JSON.stringify(manyTimings(count));
    await page.goto(address);
    const ms = await page.evaluate(pictured, 60);
    await page.waitForLoadState('networkidle');
    const bytes = await page.evaluate(() => globalThis.__gantry.memory.buffer.byteLength);
    return { ms, mb: bytes / 1e6 };
  };
  const zoom = async () => {
    const box = await page.getByRole('img', { name: /^Waterfall/ }).boundingBox();
    const frames = [];
    for (let frame = 0; frame < 80; frame += 1) {
      const before = await script();
      await page.evaluate(([x, y, by, ctrlKey]) => new Promise((done) => {
        document.elementFromPoint(x, y).dispatchEvent(new WheelEvent('wheel', { deltaY: ctrlKey ? by : 0, deltaX: ctrlKey ? 0 : by, clientX: x, clientY: y, ctrlKey, shiftKey: !ctrlKey, bubbles: true, cancelable: true }));
        requestAnimationFrame(() => requestAnimationFrame(done));
      }), [box.x + box.width * (0.3 + (frame % 5) / 10), box.y + 60, frame % 40 < 20 ? -60 : 60, frame % 4 !== 3]);
      frames.push((await script()) - before);
    }
    return frames;
  };
  const small = await open(20);
  const ten = await open(10_000);
  const tenFrames = await zoom();
  note('waterfall_10k_zoom_ms', p95(tenFrames));
  const opened = [];
  let large;
  for (let run = 0; run < 3; run += 1) {
    large = await open(100_000);
    opened.push(large.ms);
  }
  const frames = await zoom();
  note('waterfall_100k_open_ms', median(opened));
  note('waterfall_100k_zoom_ms', p95(frames));
  note('waterfall_100k_mb', large.mb - small.mb);
  const before = await script();
  await page.evaluate(() => new Promise((done) => {
    const field = document.querySelector('input[placeholder="Find a span"]');
    field.focus();
    field.value = 'machine[99998]';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    requestAnimationFrame(() => requestAnimationFrame(done));
  }));
  note('waterfall_100k_search_ms', (await script()) - before);
  verbose(`100,000 spans: opened ${opened.map(Math.round)} ms, ${large.mb.toFixed(1)} MB, small ${small.mb.toFixed(1)} MB, 10,000 ${ten.mb.toFixed(1)} MB in ${Math.round(ten.ms)} ms; script a frame: median ${median(frames).toFixed(1)}, most ${Math.max(...frames).toFixed(1)} ms`);
  await context.close();
}

/** A list of 10,000: its first rows at the slow-down, a key in the filter until it is painted, order and groups, scrolling, memory. */
/** How the table is called once all is loaded; how many that are changes with what the seed is deleting. */
const ALL_LOADED = /^Workspaces, (\d+) of \1 loaded/;

async function tenThousand(browser) {
  const server = await startControlPlane([...COMPANY, '--workspaces', '9940', '--site', site(), '--headers', join(ROOT, 'public/_headers')]);
  try {
    const context = await signedIn(browser, server.url);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: CPU });
    const { name, count } = await firstName(context, server.url, '');
    if (count < 9_900) throw new Error(`only ${count} workspaces`);
    await page.goto(`${server.url}/workspaces?q=`, { waitUntil: 'commit' });
    note('first_rows_10k_ms', await page.evaluate(rowSeen, name));
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    let most = 0;
    let under_way = 0;
    const isList = (request) => /\/api\/v2\/workspaces\?/.test(request.url());
    page.on('request', (request) => { if (isList(request)) most = Math.max(most, (under_way += 1)); });
    const ended = (request) => { if (isList(request)) under_way -= 1; };
    page.on('requestfinished', ended);
    page.on('requestfailed', ended);
    await page.getByRole('button', { name: 'Load all' }).click({ timeout: 120_000 });
    await page.getByRole('table', { name: ALL_LOADED }).waitFor({ timeout: 300_000 });
    if (most > 1) throw new Error(`${most} list requests were under way at the same time`);
    // From the event to the frame after it was painted, as the page itself sees it.
    const painted = (act, with_) => page.evaluate(([source, argument]) => new Promise((done) => {
      globalThis.acts[source](argument);
      const began = globalThis.began;
      requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => done(performance.now() - began); channel.port2.postMessage(0); });
    }), [act, with_]);
    // The page's policy forbids code out of texts: what is done in it is put there beforehand.
    const prepare = () => page.evaluate(() => {
      globalThis.acts = {
        type(text) {
          const box = document.querySelector('.filter input');
          globalThis.began = performance.now();
          box.value = text;
          box.setSelectionRange(9, 9);
          box.dispatchEvent(new InputEvent('input', { bubbles: true }));
        },
        sort(head) {
          const button = [...document.querySelectorAll('th .sort')].find((one) => one.textContent.startsWith(head));
          globalThis.began = performance.now();
          button.click();
        },
      };
    });
    await prepare();
    const keys = [];
    for (const text of ['1', '12', '123', '12', '1', '', '9', '98', '987', '']) keys.push(await painted('type', text));
    note('filter_10k_ms', p95(keys));
    await page.goto(`${server.url}/workspaces?q=`);
    await page.getByRole('button', { name: 'Load all' }).click({ timeout: 120_000 });
    await page.getByRole('table', { name: ALL_LOADED }).waitFor({ timeout: 300_000 });
    await prepare();
    const sorts = [];
    for (const head of ['Name', 'Owner', 'Last used', 'Credits', 'Template']) sorts.push(await painted('sort', head));
    note('sort_10k_ms', p95(sorts));
    const script = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name: metric }) => metric === 'ScriptDuration').value * 1000;
    await session.send('Performance.enable');
    const frames = [];
    for (let frame = 0; frame < 120; frame += 1) {
      const before = await script();
      await page.evaluate((by) => new Promise((done) => { window.scrollBy(0, by); requestAnimationFrame(() => requestAnimationFrame(done)); }), A_FRAME_PX);
      frames.push(await script() - before);
    }
    note('scroll_10k_ms', p95(frames));
    note('memory_10k_mb', (await page.evaluate(() => globalThis.__gantry.memory.buffer.byteLength)) / 1e6);
    verbose(`10,000: keys ${keys.map(Math.round)}, sorts ${sorts.map(Math.round)} ms`);
    await context.close();
  } finally {
    await server.stop();
  }
}

/** How much an open list of 10,000 has grown after an hour of its own rhythm, whose clock is moved on as soon as what was asked for has come. */
async function anHour(browser) {
  const server = await startControlPlane([...COMPANY, '--workspaces', '9940', '--site', site(), '--headers', join(ROOT, 'public/_headers')]);
  try {
    const context = await signedIn(browser, server.url);
    const page = await context.newPage();
    await page.clock.install();
    let asked = 0;
    const under_way = new Set();
    const isList = (request) => /\/api\/v2\/workspaces\?/.test(request.url());
    page.on('request', (request) => { if (isList(request)) { asked += 1; under_way.add(request); } });
    for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => under_way.delete(request));
    await page.goto(`${server.url}/workspaces?q=`);
    await page.getByRole('button', { name: 'Load all' }).click({ timeout: 120_000 });
    await page.getByRole('table', { name: ALL_LOADED }).waitFor({ timeout: 300_000 });
    const session = await context.newCDPSession(page);
    const size = async () => {
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      return { script: usedSize / 1e6, wasm: (await page.evaluate(() => globalThis.__gantry.memory.buffer.byteLength)) / 1e6 };
    };
    const minutes = async (count) => {
      for (let step = 0; step < count * 12; step += 1) {
        await page.clock.runFor(5_000);
        // The page's own scripts are through with the answer when they answer this.
        while (under_way.size > 0) await page.evaluate(() => undefined);
        await page.evaluate(() => undefined);
      }
    };
    // The first sweep through all of it is no growth: each row has been read anew once.
    await minutes(10);
    const before = await size();
    const already = asked;
    await minutes(60);
    const after = await size();
    if (asked - already < 300) throw new Error(`only ${asked - already} list requests in the hour: it was none`);
    verbose(`an hour of 10,000: ${asked - already} list requests; script ${before.script.toFixed(1)} to ${after.script.toFixed(1)} MB, wasm ${before.wasm.toFixed(1)} to ${after.wasm.toFixed(1)} MB`);
    note('memory_10k_hour_mb', Math.max(0, after.script + after.wasm - before.script - before.wasm));
    await context.close();
  } finally {
    await server.stop();
  }
}

async function accessibility(browser, url) {
  const context = await signedIn(browser, url);
  const page = await context.newPage();
  const { workspaces } = await (await context.request.get(`${url}/api/v2/workspaces?limit=25&q=${encodeURIComponent('status:running')}`)).json();
  const { owner_name, name, latest_build } = workspaces[0];
  let violations = 0;
  for (const path of ['/workspaces?q=', `/@${owner_name}/${name}`, `/@${owner_name}/${name}/builds/${latest_build.build_number}`, '/quota', '/sign-in', '/no-such-page']) {
    await page.goto(url + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForLoadState('networkidle');
    const found = await axe(page);
    if (found.length > 0) console.error(`bench: axe on ${path}: ${found.join('\n')}`);
    violations += found.length;
  }
  note('axe', violations);
  await context.close();
}

/** A panel in a page of another site, with the files in the cache: from the element in that page to the first row in the panel, at a 4× CPU slow-down. */
async function panelPaint() {
  // Both pages in one process, or the slow-down of the one is none of the other.
  const browser = await chromium.launch({ executablePath: executable(), args: [...CHROMIUM_ARGS, '--disable-site-isolation-trials'] });
  const other = await startOtherPage();
  const gantry = await startFor([other.origin], '/', { options: ['--workspaces', '154'] });
  try {
    const login = await fetch(`${gantry.url}/api/v2/users/login`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(PERSON) });
    const { session_token: token } = await login.json();
    Object.assign(other.to, { gantry: `${gantry.url}/`, token, policy: 'plain' });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const taken = [];
    // The first visit fills the cache, and the second the browser's own of what it has compiled.
    for (let run = 0; run < 7; run += 1) {
      await page.goto(`${other.origin}/blank`);
      await page.evaluate((src) => new Promise((done) => document.head.append(Object.assign(document.createElement('script'), { src, onload: done }))), `${gantry.url}/embed.js`);
      await session.send('Emulation.setCPUThrottlingRate', { rate: CPU });
      await page.evaluate(() => {
        const panel = Object.assign(document.createElement('gantry-panel'), { title: 'Workspaces' });
        panel.getToken = async () => (await fetch('/coder-token')).text();
        globalThis.began = performance.timeOrigin + performance.now();
        document.querySelector('main').append(panel);
      });
      const frame = await (await page.waitForSelector('iframe')).contentFrame();
      await frame.waitForURL(/embed\/workspaces/);
      const seen = await frame.evaluate(() => new Promise((done) => {
        const look = () => (document.querySelector('td a') ? requestAnimationFrame(() => done(performance.timeOrigin + performance.now())) : requestAnimationFrame(look));
        look();
      }));
      await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
      if (run > 1) taken.push(seen - (await page.evaluate(() => globalThis.began)));
      await frame.waitForLoadState('networkidle');
    }
    note('panel_cached_ms', median(taken));
    verbose(`a panel's first row ${taken.map(Math.round)} ms`);
    await context.close();
  } finally {
    await browser.close();
    await gantry.stop();
    await other.stop();
  }
}

const PARTS = [
  [firstVisit, ['first_visit_kb', 'first_visit_requests', 'first_visit_requests_all', 'first_rows_4g_ms', 'first_rows_cached_ms']],
  [heap, ['heap_mb']],
  [waterfall, ['waterfall_1000_open_ms']],
  [manySpans, ['waterfall_10k_zoom_ms', 'waterfall_100k_open_ms', 'waterfall_100k_zoom_ms', 'waterfall_100k_search_ms', 'waterfall_100k_mb']],
  [scrollRows, ['list_1000_scroll_ms']],
  [tenThousand, ['first_rows_10k_ms', 'filter_10k_ms', 'sort_10k_ms', 'scroll_10k_ms', 'memory_10k_mb']],
  [anHour, ['memory_10k_hour_mb']],
  [idleMutations, ['list_idle_mutations']],
  [accessibility, ['axe']],
  [panelPaint, ['panel_cached_ms']],
  [polling, ['list_requests', 'list_requests_active', 'list_requests_hidden']],
];
for (const name of only) if (!budgets[name]) throw new Error(`bench: no budget is called ${name}: ${Object.keys(budgets).join(', ')}`);
const server = await startControlPlane([...COMPANY, '--workspaces', '154', '--site', site(), '--headers', join(ROOT, 'public/_headers')]);
const browser = await chromium.launch({ executablePath: executable(), args: CHROMIUM_ARGS });
try {
  for (const [measure, names] of PARTS.filter(([, all]) => wanted(...all))) {
    await measure(browser, server.url).catch((error) => console.error(`bench: ${names.join(', ')}: ${error.stack ?? error}`));
    for (const name of names) if (!figures[name]) figure(name, null);
  }
} finally {
  await browser.close();
  await server.stop();
}
// A budget without a part that measures it is a defect of this file.
if (only.length === 0) for (const name of Object.keys(budgets)) if (!figures[name]) figure(name, null);

mkdirSync(join(ROOT, 'target'), { recursive: true });
writeFileSync(join(ROOT, 'target/bench.json'), `${JSON.stringify(figures, null, 2)}\n`);
const verdict = ({ value, budget }) => (value === null ? 'NOT MEASURED' : value > budget ? 'MISSED' : '');
for (const [name, figure_] of Object.entries(figures)) {
  console.log(`${name.padEnd(26)} ${String(figure_.value ?? '—').padStart(9)} ≤ ${String(figure_.budget).padEnd(6)} ${figure_.unit}   ${verdict(figure_)}`.trimEnd());
}
const failed = Object.values(figures).filter((one) => verdict(one) !== '').length;
const load = loadavg()[0].toFixed(1);
console.log(`${Object.keys(figures).length - failed} passed, ${failed} failed; ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, load ${load}, ${browser.version()}`);
process.exitCode = failed > 0 ? 1 : 0;
