// What a build's page does with its times beside drawing them: zoom and its address, search, keys, exports, a file opened, comparison, trend, and what is
// expected of a build under way.
import { readFileSync } from 'node:fs';
import type { Download, Locator, Page } from '@playwright/test';
import { type App, expect, test } from '../support/fixture';

const chart = (page: Page): Locator => page.getByRole('img', { name: /^Waterfall of build/ });
const tree = (page: Page): Locator => page.getByRole('tree', { name: /^Spans of build/ });
const query = (page: Page): URLSearchParams => new URL(page.url()).searchParams;

async function saved(app: App, item: RegExp): Promise<{ download: Download; bytes: Buffer }> {
  await app.page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([app.page.waitForEvent('download'), app.page.getByRole('menuitem', { name: item }).click()]);
  return { download, bytes: readFileSync(await download.path()) };
}

type Attribute = { key: string; value: { stringValue?: string; intValue?: string } };
type OtlpSpan = { traceId: string; spanId: string; parentSpanId?: string; name: string; kind: number; startTimeUnixNano: string; endTimeUnixNano: string; attributes: Attribute[]; status: { code: number } };

/** Reads a trace of OTLP/JSON as its schema has it: ids in hexadecimal, 64-bit integers as strings, parents that are there. */
function readTrace({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }: { resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: OtlpSpan[] }[] }[] }): void {
  expect(spans.length).toBeGreaterThan(3);
  const ids = new Set(spans.map((span) => span.spanId));
  expect(ids.size).toBe(spans.length);
  for (const span of spans) {
    expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span.spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
    if (span.parentSpanId !== undefined) expect(ids).toContain(span.parentSpanId);
    expect(span.kind).toBe(1);
    expect([0, 1, 2]).toContain(span.status.code);
    expect(span.startTimeUnixNano).toMatch(/^\d{19}$/);
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
  }
  for (const { key, value } of [...resource.attributes, ...spans.flatMap((span) => span.attributes)]) {
    expect(key).not.toBe('');
    expect(typeof (value.stringValue ?? value.intValue)).toBe('string');
  }
  expect(resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue).toBe('coder');
}

test('zoom, folds, search and colour stand in the address and outlive a reload', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.make('address-of-a-chart');
  await app.open('/@ada/address-of-a-chart/builds/1');
  await expect(chart(page)).toBeVisible();
  await tree(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect.poll(() => query(page).get('range')).toMatch(/^[\d.]+-[\d.]+$/);
  await page.keyboard.press('Backspace');
  await expect.poll(() => query(page).get('range')).toBeNull();
  await page.keyboard.press('+');
  await expect.poll(() => query(page).get('range')).not.toBeNull();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await expect.poll(() => query(page).get('fold')).toBe('-provisioner');
  await page.keyboard.press('/');
  await page.keyboard.type('queue');
  await expect(page.getByText('1 found')).toBeVisible();
  await expect.poll(() => query(page).get('find')).toBe('queue');
  await page.keyboard.press('Enter');
  await expect(page.getByText('1 of 1')).toBeVisible();
  await page.getByRole('button', { name: 'status', exact: true }).click();
  await expect.poll(() => query(page).get('color')).toBe('status');
  const range = query(page).get('range');
  await page.reload();
  await expect(chart(page)).toBeVisible();
  await expect(page.getByRole('searchbox', { name: 'Find a span' })).toHaveValue('queue');
  await expect(page.getByRole('button', { name: 'Fit' })).toHaveAttribute('aria-pressed', 'false');
  await expect(page.getByRole('button', { name: 'status', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('complementary', { name: 'Selected span' }).getByRole('heading')).toContainText('queue');
  expect(query(page).get('range')).toBe(range);
  // The keys are shown by a key.
  await tree(page).focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys of the chart' })).toBeVisible();
  await app.axe();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keys of the chart' })).toBeHidden();
});

test('the overview has a window, which is moved whole and by its edges, also where it is the whole build', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.make('edges-of-a-window');
  await app.open('/@ada/edges-of-a-window/builds/1');
  await expect(chart(page)).toBeVisible();
  const { x, y, width, height } = (await page.locator('.wf-mini').boundingBox())!;
  const draw = async (from: number, to: number) => {
    await page.mouse.move(x + from * width, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + to * width, y + height / 2, { steps: 4 });
    await page.mouse.up();
  };
  const range = () => (query(page).get('range') ?? '').split('-').map(Number);
  await draw(0.998, 0.5);
  await expect.poll(() => range().length).toBe(2);
  const [start, end] = range();
  expect(start).toBe(0);
  await draw(0.002, 0.2);
  await expect.poll(() => range()[0]).toBeGreaterThan(0);
  const later = range()[0];
  expect(Math.abs(range()[1] - end)).toBeLessThan(end / 100);
  expect(Math.abs(later / end - 0.4)).toBeLessThan(0.03);
  // A press on an edge moves nothing; the middle moves all of it.
  await page.mouse.click(x + 0.2 * width, y + height / 2);
  await draw(0.35, 0.45);
  await expect.poll(() => range()[1]).toBeGreaterThan(end * 1.1);
  expect(Math.abs(range()[1] - range()[0] - (end - later))).toBeLessThan(end / 100);
  await page.locator('.wf-mini').dblclick({ position: { x: width * 0.9, y: height / 2 } });
  await expect.poll(() => query(page).get('range')).toBeNull();
});

test('a build is saved in every format, and its trace is opened again without the network', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.make('saved-build');
  await app.open('/@ada/saved-build/builds/1');
  await expect(chart(page)).toBeVisible();
  await expect(page.getByText('What is slow')).toBeVisible();
  const rows = await tree(page).getByRole('treeitem').count();
  const csv = (await saved(app, /CSV/)).bytes.toString();
  expect(csv.trimEnd().split('\r\n').length).toBe(rows + 1);
  // An SVG that a reader of XML takes, with the names of all rows; the PNG is the same sheet with two pixels for one.
  const drawing = await page.evaluate((text) => {
    const svg = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    const names = Array.from(svg.querySelectorAll('text'), (one) => one.textContent?.trim());
    return { root: svg.localName, faults: svg.querySelectorAll('parsererror').length, size: ['width', 'height'].map((of) => Number(svg.getAttribute(of))), names };
  }, (await saved(app, /SVG/)).bytes.toString());
  expect([drawing.root, drawing.faults]).toEqual(['svg', 0]);
  for (const name of ['provisioner', 'queue', 'init', 'plan', 'apply', 'graph', 'connect', 'scripts']) expect(drawing.names).toContain(name);
  const png = (await saved(app, /PNG/)).bytes;
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(drawing.size.map((side) => side * 2));
  expect((await saved(app, /Markdown/)).bytes.toString()).toContain('| Phase | Time | Share |');
  readTrace(JSON.parse((await saved(app, /OTLP/)).bytes.toString()));
  const trace = await saved(app, /Chrome trace/);
  const events = JSON.parse(trace.bytes.toString()).traceEvents.filter((event: { ph: string }) => event.ph === 'X');
  expect(events.length).toBeGreaterThan(3);
  const field = page.locator('input[type=file]');
  await field.setInputFiles({ name: 'build.trace.json', mimeType: 'application/json', buffer: trace.bytes });
  await expect(page.getByText('From the file build.trace.json.')).toBeVisible();
  expect(await tree(page).getByRole('treeitem').count()).toBe(events.length);
  await field.setInputFiles({ name: 'page.json', mimeType: 'application/json', buffer: Buffer.from('<html>') });
  await expect(page.getByText('“page.json” was not opened.')).toBeVisible();
  await page.getByRole('button', { name: 'Back to the build' }).click();
  await expect(page.getByText('From the file')).toBeHidden();
  expect(await tree(page).getByRole('treeitem').count()).toBe(rows);
});

test('two starts are compared, and the last ones stand as a trend', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  const made = await app.make('compared');
  await app.build(made.id, 'stop');
  await app.settled(made.id);
  await app.build(made.id, 'start');
  await app.settled(made.id);
  await app.open('/@ada/compared/builds/3');
  await expect(chart(page)).toBeVisible();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByRole('menuitemradio', { name: /Build 1/ }).or(page.getByRole('menuitem', { name: /Build 1/ })).or(page.getByRole('menuitemcheckbox', { name: /Build 1/ })).click();
  const beside = page.getByRole('region', { name: 'Compared with build 1' });
  await expect(beside).toContainText(/(longer than|shorter than|as long as) build 1/);
  await expect(beside).toContainText('The values of all parameters are the same.');
  await expect(beside.getByRole('row', { name: /^apply/ })).toBeVisible();
  expect(query(page).get('compare')).toBe('1');
  await expect(page.getByText('Δ to #1', { exact: true })).toBeVisible();
  await page.reload();
  await expect(beside).toBeVisible();
  await page.getByText('Trend of the last builds').click();
  await expect(page.getByRole('link', { name: '#1', exact: true })).toBeVisible();
  expect(query(page).get('trend')).toBe('open');
  await app.axe();
  await page.getByRole('button', { name: 'End the comparison' }).click();
  await expect(beside).toBeHidden();
});

test('of a build under way it is said what is left, until its exact bars are there', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  const made = await app.make('held-build-left', 'docker', false);
  await app.goesOn(made.id);
  await app.settled(made.id);
  // Its scripts have run: of a workspace that is stopped before there are none to expect.
  const scripts = async () => (await app.api<{ agent_script_timings: unknown[] }>('GET', `/workspacebuilds/${made.latest_build.id}/timings`)).agent_script_timings;
  await expect.poll(scripts).not.toHaveLength(0);
  await app.build(made.id, 'stop');
  await app.settled(made.id);
  await app.build(made.id, 'start');
  await app.open('/@ada/held-build-left/builds/3');
  await expect(page.getByText(/left(?: until the agents are ready)?, by build 1|By build 1 it would have ended/)).toBeVisible();
  // The server has forgotten when the agent of build 1 connected; its scripts are kept, and expected.
  await expect(tree(page).getByRole('treeitem', { name: /^scripts/ })).toBeAttached();
  await app.goesOn(made.id);
  await expect(page.getByText(/left(?: until the agents are ready)?, by build 1|By build 1 it would have ended/)).toBeHidden();
  await expect(chart(page)).not.toHaveAccessibleDescription(/still growing/);
});

test('what the control plane forgets is kept in this browser until sign-out', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  const made = await app.make('remembered');
  await app.open('/@ada/remembered/builds/1');
  await expect(chart(page)).toBeVisible();
  const databases = () => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? '').filter((name) => name.endsWith('.timelines')));
  const texts = async () => {
    const [name] = await databases();
    if (!name) return 0;
    return page.evaluate((database) => new Promise<number>((done) => {
      const asked = indexedDB.open(database);
      asked.onerror = () => done(0);
      asked.onsuccess = () => {
        const close = (count: number) => { asked.result.close(); done(count); };
        if (!asked.result.objectStoreNames.contains('texts')) return close(0);
        const keys = asked.result.transaction('texts').objectStore('texts').getAllKeys();
        // The last list is kept beside them.
        keys.onsuccess = () => close(keys.result.filter((key) => key !== 'last-list').length);
        keys.onerror = () => close(0);
      };
    }), name);
  };
  await expect.poll(texts).toBe(1);
  const connect = tree(page).getByRole('treeitem', { name: /^connect/ });
  // Where it began and how long it took; how many spans there are changes with what is known of the other builds.
  const told = /^connect, starts at .*? takes .*?,/.exec((await connect.textContent()) ?? '')?.[0] ?? 'no times';
  await app.build(made.id, 'stop');
  await app.settled(made.id);
  await app.build(made.id, 'start');
  await app.settled(made.id);
  await app.open('/@ada/remembered/builds/1');
  await expect(page.getByText('connect is as this browser saw it')).toBeVisible();
  await expect(connect).toContainText(told);
  // In the trend with its agent, and compared with it.
  await app.open('/@ada/remembered/builds/3?trend=open&compare=1');
  await expect(page.getByText(/with their agents, as this browser saw them/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Compared with build 1' })).not.toContainText('Connect is left out');
  await app.signOut();
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await expect.poll(databases).toEqual([]);
});

test('gaps are compressed by a button and by a key, and the keys stand by their button', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.make('sparse');
  await app.open('/@ada/sparse/builds/1');
  await expect(chart(page)).toBeVisible();
  const gaps = page.getByRole('button', { name: 'Compress gaps' });
  await gaps.click();
  await expect(gaps).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => query(page).get('gaps')).toBe('short');
  await page.reload();
  await expect(gaps).toHaveAttribute('aria-pressed', 'true');
  await tree(page).focus();
  await page.keyboard.press('c');
  await expect(gaps).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys of the chart' });
  await expect(keys).toBeVisible();
  const [button, shown] = [(await page.getByRole('button', { name: 'Keys of the chart' }).boundingBox())!, (await keys.boundingBox())!];
  expect(Math.abs(shown.y - (button.y + button.height))).toBeLessThan(16);
  expect(shown.x).toBeLessThanOrEqual(button.x + button.width);
  expect(shown.x + shown.width).toBeGreaterThanOrEqual(button.x);
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();
  // On paper nothing is left that is pressed, and the chart stands with its sentences.
  await page.emulateMedia({ media: 'print' });
  await expect(gaps).toBeHidden();
  await expect(page.getByRole('link', { name: 'Templates' })).toBeHidden();
  await expect(page.getByText('What is slow')).toBeHidden();
  await expect(chart(page)).toBeVisible();
  await page.emulateMedia({ media: null });
});

/** What of a trace speedscope's own parser makes: every bar with its length, as it saves them. */
type Speedscope = { shared: { frames: { name: string }[] }; profiles: { events: { type: 'O' | 'C'; frame: number; at: number }[]; unit: string }[] };

test('a trace opens in speedscope with the same bars and lengths', async ({ app, browser }) => {
  await app.signIn();
  await app.make('viewed-elsewhere');
  await app.open('/@ada/viewed-elsewhere/builds/1');
  await expect(chart(app.page)).toBeVisible();
  const { bytes } = await saved(app, /Chrome trace/);
  const events: { ph: string; name: string; dur: number }[] = JSON.parse(bytes.toString()).traceEvents;
  const ours = events.filter((event) => event.ph === 'X' && event.dur > 0).map((event) => `${event.name} ${event.dur}`);
  // The viewer as it is published, from its own files.
  const files = new URL('../../../node_modules/speedscope/dist/release/', import.meta.url);
  const context = await browser.newContext({ acceptDownloads: true });
  const viewer = await context.newPage();
  await viewer.route('http://speedscope.test/**', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1) || 'index.html';
    await route.fulfill({ path: new URL(name, files).pathname });
  });
  await viewer.goto('http://speedscope.test/index.html#localProfilePath=none.js');
  await viewer.waitForFunction(() => 'speedscope' in globalThis);
  await viewer.evaluate((text) => {
    const { speedscope } = globalThis as unknown as { speedscope: { loadFileFromBase64: (name: string, text: string) => void } };
    speedscope.loadFileFromBase64('build.trace.json', text);
  }, bytes.toString('base64'));
  await viewer.waitForFunction(() => document.title.includes('build.trace.json') || document.body.textContent?.includes('provisioner'));
  const [download] = await Promise.all([viewer.waitForEvent('download'), viewer.keyboard.press('Control+s')]);
  const parsed = JSON.parse(readFileSync(await download.path()).toString()) as Speedscope;
  const theirs: string[] = [];
  for (const profile of parsed.profiles) {
    const scale = profile.unit === 'microseconds' ? 1 : profile.unit === 'milliseconds' ? 1_000 : 1_000_000;
    const open: { frame: number; at: number }[] = [];
    for (const event of profile.events) {
      if (event.type === 'O') open.push(event);
      else {
        const begun = open.pop()!;
        expect(begun.frame).toBe(event.frame);
        const long = Math.round((event.at - begun.at) * scale);
        if (long > 0) theirs.push(`${parsed.shared.frames[event.frame].name.replace(/ \{.*$/s, '')} ${long}`);
      }
    }
  }
  await context.close();
  expect(theirs.sort()).toEqual(ours.sort());
});

test.describe('with fingers', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 780 } });

  test('one finger moves the range and the page, two zoom, a tap selects', async ({ app }) => {
    const { page } = app;
    await app.signIn();
    await app.make('touched');
    await app.open('/@ada/touched/builds/1');
    await expect(chart(page)).toBeVisible();
    await expect(page.getByText('This workspace has no earlier starts to compare with.')).toBeVisible();
    await chart(page).evaluate((element) => element.scrollIntoView({ block: 'start' }));
    const { x, y, width } = (await chart(page).boundingBox())!;
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: [number, number][]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([across, down], id) => ({ x: x + across * width, y: y + down, id })) });
    const range = () => (query(page).get('range') ?? '').split('-').map(Number);

    // Two fingers that part: closer, and what lay between them stays there.
    await touch('touchStart', [0.4, 200], [0.6, 200]);
    for (const apart of [0.12, 0.16, 0.2]) await touch('touchMove', [0.5 - apart, 200], [0.5 + apart, 200]);
    await touch('touchEnd');
    await expect.poll(() => query(page).get('range')).toMatch(/^[\d.]+-[\d.]+$/);
    const near = range();
    expect(near[0]).toBeGreaterThan(0);

    // One finger sideways: later, and as near.
    await touch('touchStart', [0.7, 200]);
    for (const at of [0.6, 0.5, 0.4]) await touch('touchMove', [at, 200]);
    await touch('touchEnd');
    await expect.poll(() => range()[0]).toBeGreaterThan(near[0]);
    expect(range()[1] - range()[0]).toBeCloseTo(near[1] - near[0], 1);
    expect(await page.evaluate(() => visualViewport!.scale)).toBe(1);

    // One finger upwards: the page.
    const before = await page.evaluate(() => scrollY);
    await touch('touchStart', [0.5, 300]);
    for (const at of [260, 200, 140, 80]) await touch('touchMove', [0.5, at]);
    await touch('touchEnd');
    await expect.poll(() => page.evaluate(() => scrollY)).not.toBe(before);
    // The page rolls on after the finger.
    const rests = () => page.evaluate(async () => {
      const from = scrollY;
      for (let frame = 0; frame < 6; frame += 1) await new Promise(requestAnimationFrame);
      return scrollY === from;
    });
    await expect.poll(rests).toBe(true);

    const row = tree(page).getByRole('treeitem', { name: /^apply/ });
    // A row in the window may still lie beneath the axis, which stays in sight.
    await row.evaluate((element) => element.scrollIntoView({ block: 'center' }));
    const line = (await row.boundingBox())!;
    await page.touchscreen.tap(x + width / 2, line.y + line.height / 2);
    await expect(row).toHaveAttribute('aria-selected', 'true');
    await app.axe();
  });
});
