// What networks and proxies do, held by figures: however sockets, answers and connections fail, the pages tell the truth soon after it can be
// known, and ask no more than they may. Time is the page's own, moved by hand; the faults are real (support/faulty.mjs).
import type { Page, TestInfo } from '@playwright/test';
import { CUT_OFF, App, expect, test, type Server } from '../support/fixture';
import { startFaulty } from '../support/faulty.mjs';

type Faulty = Awaited<ReturnType<typeof startFaulty>>;

/** What a reader may have to wait for the truth once the network is back, in seconds of the page's time. */
const RETURN_S = 10;
/** How far the page's time is moved at once. */
const STEP_MS = 500;

const figures: string[] = [];
const line = (name: string, truth: string, requests: string) => `${name.padEnd(58)} ${truth.padStart(12)} ${requests.padStart(24)}`;

test.afterAll(() => {
  console.log([line('what fails', 'the truth', 'requests'), ...figures].join('\n'));
});

async function note(info: TestInfo, truth: string, requests: string): Promise<void> {
  figures.push(line(info.title, truth, requests));
  await info.attach('figures', { body: line(info.title, truth, requests), contentType: 'text/plain' });
}

/** The page's own clock. */
const clock = (page: Page) => page.evaluate(() => Date.now());

/** Moves the page's time until something is so, no faster than the control plane answers; how many seconds of it that took. */
async function seconds(page: Page, faulty: Faulty, so: () => Promise<boolean>, most: number, what: string): Promise<number> {
  const begin = await clock(page);
  for (;;) {
    if (await so()) return (await clock(page) - begin) / 1_000;
    const passed = (await clock(page) - begin) / 1_000;
    expect(passed, `seconds until ${what}`).toBeLessThanOrEqual(most);
    await page.clock.runFor(STEP_MS);
    await faulty.settled();
  }
}

/** Lets the page's time pass. */
async function pass(page: Page, s: number): Promise<void> {
  const end = (await clock(page)) + s * 1_000;
  while ((await clock(page)) < end) await page.clock.runFor(STEP_MS);
}

const says = (page: Page, text: RegExp) => async () => text.test((await page.getByRole('main').innerText()).replace(/\s+/g, ' '));

/** What was asked of the API from a place in the list on, besides sockets. */
const reads = (faulty: Faulty, from: number, path = /\/api\/v2\//) => faulty.asked.slice(from).filter((one) => one.status !== 'socket' && path.test(one.path));

/** A control plane behind a faulty proxy: `app` sees it through the proxy, `truth` asks past it. */
const it = test.extend<{ faulty: Faulty; app: App; truth: App }>({
  faulty: async ({ server }, use) => {
    const faulty = await startFaulty(server.url);
    await use(faulty);
    await faulty.stop();
  },
  app: async ({ faulty, server, visit, complaints }, use) => {
    complaints.allow('network', CUT_OFF);
    complaints.allow('socket', /\/api\/v2\//);
    // A workspace that somebody else stopped has no agents any more; a page that has not heard so yet may ask for one.
    complaints.allow(404, /\/api\/v2\/workspaceagents\/[0-9a-f-]+(\/listening-ports)?$/);
    const proxied: Server = { ...server, url: faulty.url };
    const app = await visit(proxied);
    await app.page.clock.install();
    await app.signIn();
    await use(app);
  },
  truth: async ({ app, server, base }, use) => {
    // The same person: cookies know no ports.
    await use(new App(await app.page.context().newPage(), server, base));
  },
});

for (const [how, break_] of [
  ['an upgrade that is never answered', (faulty: Faulty) => faulty.upgrades('swallow')],
  ['sockets that open and never speak', (faulty: Faulty) => faulty.upgrades('mute')],
  ['upgrades that are refused', (faulty: Faulty) => faulty.upgrades('refuse')],
] as const) {
  it(`${how}: a workspace`, async ({ app, truth, faulty }, info) => {
    const made = await truth.make('stress-upgrade');
    break_(faulty);
    await app.open('/@ada/stress-upgrade');
    await expect(app.page.getByRole('main')).toContainText(/Running since/);
    await truth.build(made.id, 'stop');
    await truth.settled(made.id);
    const took = await seconds(app.page, faulty, says(app.page, /Stopped since/), 15, 'a stop by somebody else is told');
    // And no storm afterwards. What the page reads once as it opens, and once of the stop, is not of it.
    await pass(app.page, 2);
    await faulty.settled();
    const from = faulty.asked.length;
    const before = await clock(app.page);
    await pass(app.page, 60);
    const minutes = ((await clock(app.page)) - before) / 60_000;
    const asked = reads(faulty, from).length;
    expect(asked / minutes, 'requests a minute').toBeLessThan(20);
    await note(info, `${took.toFixed(1)} s`, `${asked} in ${(minutes * 60).toFixed(0)} s`);
  });
}

it('an open socket that falls silent: a workspace at rest', async ({ app, truth, faulty }, info) => {
  const made = await truth.make('stress-silent');
  await app.open('/@ada/stress-silent');
  await expect(app.page.getByRole('main')).toContainText(/Running since/);
  await expect.poll(() => faulty.speaking()).toBeGreaterThan(0);
  faulty.silence();
  const from = faulty.asked.length;
  await truth.build(made.id, 'stop');
  await truth.settled(made.id);
  const took = await seconds(app.page, faulty, says(app.page, /Stopped since/), 31, 'a stop by somebody else is told');
  const asked = reads(faulty, from).length;
  expect(asked).toBeLessThan(20);
  // What lied is replaced: the next change is pushed again, without a question.
  await seconds(app.page, faulty, async () => faulty.speaking() > 0, 10, 'a new socket speaks');
  await truth.build(made.id, 'start');
  await expect(app.page.getByRole('main')).toContainText(/Starting|Pending start|Running since/);
  await truth.settled(made.id);
  await note(info, `${took.toFixed(1)} s`, `${asked}`);
});

it('an open socket that falls silent: who comes back is told at once', async ({ app, truth, faulty }, info) => {
  const made = await truth.make('stress-back');
  await app.open('/@ada/stress-back');
  await expect(app.page.getByRole('main')).toContainText(/Running since/);
  await expect.poll(() => faulty.speaking()).toBeGreaterThan(0);
  faulty.silence();
  await truth.build(made.id, 'stop');
  await truth.settled(made.id);
  const from = faulty.asked.length;
  await app.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(app.page.getByRole('main')).toContainText(/Stopped since/);
  // Coming back again and again asks no more often for that.
  const asked = reads(faulty, from).length;
  for (let times = 0; times < 20; times += 1) await app.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await app.page.evaluate(() => fetch('/api/v2/buildinfo'));
  expect(reads(faulty, from).length - asked).toBeLessThan(8);
  await note(info, 'at once', `${asked}`);
});

it('an open socket that falls silent: a build under way', async ({ app, truth, faulty }, info) => {
  const made = await truth.make('held-build-silent', 'docker', false);
  await app.open('/@ada/held-build-silent/builds/1');
  await expect(app.page.getByRole('main')).toContainText(/Starting|so far/);
  await expect.poll(() => faulty.speaking()).toBeGreaterThan(1);
  faulty.silence();
  const from = faulty.asked.length;
  await truth.goesOn(made.id);
  const took = await seconds(app.page, faulty, says(app.page, /Start succeeded/), 15, 'the end of a build is told');
  const asked = reads(faulty, from).length;
  expect(asked).toBeLessThan(40);
  await note(info, `${took.toFixed(1)} s`, `${asked}`);
});

it('connections that break: a workspace and a list', async ({ app, truth, faulty }, info) => {
  const made = await truth.make('stress-drop');
  await app.open('/workspaces?q=name%3Astress-drop');
  await expect(app.row('stress-drop')).toContainText(/Running|Unhealthy/);
  const page = (await app.tab('/@ada/stress-drop')).page;
  await expect(page.getByRole('main')).toContainText(/Running since/);
  const from = faulty.asked.length;
  for (let times = 0; times < 5; times += 1) {
    faulty.drop();
    await pass(page, 2);
  }
  await truth.build(made.id, 'stop');
  await truth.settled(made.id);
  const took = await seconds(page, faulty, says(page, /Stopped since/), RETURN_S, 'the workspace is told');
  const list = await seconds(app.page, faulty, async () => /Stopped/.test(await app.row('stress-drop').innerText()), 31, 'the list is told');
  const asked = reads(faulty, from).length;
  expect(asked).toBeLessThan(80);
  await note(info, `${took.toFixed(1)}, ${list.toFixed(1)} s`, `${asked}`);
});

it('a stall: connections are accepted and never answered', async ({ app, truth, faulty }, info) => {
  const made = await truth.make('stress-stall');
  await app.open('/workspaces?q=name%3Astress-stall');
  await expect(app.row('stress-stall')).toContainText(/Running|Unhealthy/);
  const page = (await app.tab('/@ada/stress-stall')).page;
  await expect(page.getByRole('main')).toContainText(/Running since/);
  await expect.poll(() => faulty.speaking()).toBeGreaterThan(0);
  faulty.stall(true);
  const from = faulty.asked.length;
  await truth.build(made.id, 'stop');
  await truth.settled(made.id);
  // It is said, and what is shown says how old it is.
  for (const one of [app.page, page]) {
    await seconds(one, faulty, () => one.getByText(/Offline since/).isVisible(), 60, 'the banner is there');
  }
  await pass(page, 30);
  const during = reads(faulty, from).length;
  expect(during, 'requests of two pages during the stall').toBeLessThan(60);
  faulty.stall(false);
  const begin = await clock(page);
  const left = async () => [await says(page, /Stopped since/)(), /Stopped/.test(await app.row('stress-stall').innerText())];
  await seconds(page, faulty, async () => (await left()).every(Boolean), RETURN_S, 'both pages tell the truth');
  const took = ((await clock(page)) - begin) / 1_000;
  for (const one of [app.page, page]) await expect(one.getByText(/Offline since/)).toBeHidden();
  await note(info, `${took.toFixed(1)} s`, `${during} while stalled`);
});

for (const [how, fault, truthWithin] of [
  ['answers that are cut, of the right length', { cut: true }, RETURN_S],
  ['429 without a time', { status: 429 }, RETURN_S],
  ['429 with Retry-After: 20', { status: 429, headers: { 'Retry-After': '20' } }, 20 + RETURN_S],
  ['500', { status: 500 }, RETURN_S],
] as const) {
  it(`${how}: a list`, async ({ app, truth, faulty, complaints }, info) => {
    complaints.allow(429, /\/workspaces\?/);
    complaints.allow(500, /\/workspaces\?/);
    const made = await truth.make('stress-list');
    await app.open('/workspaces?q=name%3Astress-list');
    const row = app.row('stress-list');
    await expect(row).toContainText(/Running|Unhealthy/);
    const list = /\/api\/v2\/workspaces\?/;
    faulty.fail({ path: list, ...fault });
    const from = faulty.asked.length;
    await seconds(app.page, faulty, async () => reads(faulty, from, list).length > 0, 40, 'the list is asked for');
    const began = await clock(app.page);
    await pass(app.page, 15);
    const asked = reads(faulty, from, list).length;
    if ('headers' in fault) expect(asked, 'Retry-After is respected').toBe(1);
    expect(asked).toBeLessThan(6);
    faulty.fail();
    await truth.build(made.id, 'stop');
    await truth.settled(made.id);
    const took = await seconds(app.page, faulty, async () => /Stopped/.test(await row.innerText()), truthWithin, 'the list tells the truth');
    const passed = ((await clock(app.page)) - began) / 1_000;
    await note(info, `${took.toFixed(1)} s`, `${asked} in 15 of ${passed.toFixed(0)} s`);
  });
}

it('failed rows whose logs answer 500', async ({ app, faulty, complaints }, info) => {
  complaints.allow(500, /\/workspacebuilds\//);
  const logs = /\/workspacebuilds\/[^/]+\/logs/;
  faulty.fail({ path: logs, status: 500 });
  await app.page.evaluate(() => Object.keys(localStorage).filter((key) => key.endsWith('failures')).forEach((key) => localStorage.removeItem(key)));
  await app.page.setViewportSize({ width: 1280, height: 2_400 });
  await app.open('/workspaces?q=status%3Afailed');
  const rows = app.page.getByRole('row').filter({ hasText: 'Failed' });
  await expect.poll(() => rows.count()).toBeGreaterThan(5);
  const from = faulty.asked.length;
  await seconds(app.page, faulty, async () => reads(faulty, 0, logs).length > 0, 10, 'a log is asked for');
  await pass(app.page, 30);
  // Its reason stands in its log alone.
  const reason = /Failed to query/;
  await expect(app.row('fail-init')).not.toContainText(reason);
  const asked = reads(faulty, from, logs).length;
  expect(asked, 'requests for logs in 30 s').toBeLessThanOrEqual(10);
  // Scrolling to and fro, and back again, asks for no more.
  for (let times = 0; times < 10; times += 1) {
    await app.page.mouse.wheel(0, times % 2 === 0 ? 3_000 : -3_000);
    await app.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  }
  await pass(app.page, 5);
  expect(reads(faulty, from, logs).length - asked).toBeLessThanOrEqual(4);
  // What works again is told, though nobody does anything.
  faulty.fail();
  const took = await seconds(app.page, faulty, async () => reason.test(await app.row('fail-init').innerText()), 150, 'the reasons are told');
  await note(info, `${took.toFixed(1)} s`, `${asked} in 30 s, ${await rows.count()} rows`);
});

it('signing out in the middle: nothing more is asked', async ({ app, faulty, complaints }, info) => {
  complaints.allow(500, /\/workspacebuilds\//);
  faulty.fail({ path: /\/workspacebuilds\/[^/]+\/logs/, status: 500 });
  await app.open('/workspaces?q=');
  await expect.poll(() => app.page.getByRole('row').count()).toBeGreaterThan(10);
  await pass(app.page, 3);
  await app.signOut();
  await expect(app.page.getByLabel('E-mail')).toBeVisible();
  const from = faulty.asked.length;
  await pass(app.page, 60);
  const asked = reads(faulty, from);
  expect(asked.map((one) => `${one.method} ${one.path} ${one.status}`).length, 'requests in a minute').toBeLessThan(5);
  expect(faulty.speaking()).toBe(0);
  await note(info, '', `${asked.length} in 60 s`);
});

it('a first request that hangs: what is waited for is said, and asked again', async ({ app, faulty }, info) => {
  // The first is lost on its way; nobody has to do anything.
  faulty.fail({ path: /\/users\/me$/, hang: true, times: 1 });
  await app.open('/workspaces');
  const listed = async () => (await app.page.getByRole('row').count()) > 3;
  // The application is here: its time is what is measured, not the machine's.
  const asking = app.page.getByRole('heading', { name: 'Asking who is signed in' });
  await expect(asking).toBeVisible();
  const took = await seconds(app.page, faulty, listed, RETURN_S, 'the list is there');
  // All of them hang: the page says so, and what can be done.
  faulty.fail({ path: /\/users\/me$/, hang: true });
  await app.open('/workspaces');
  const again = app.page.getByRole('button', { name: 'Ask again' });
  await expect(asking).toBeVisible();
  await seconds(app.page, faulty, () => again.isVisible(), 8, 'the next step is offered');
  await expect(app.page.getByRole('main')).toContainText('The control plane has not answered yet.');
  await app.axe();
  await pass(app.page, 10);
  faulty.fail();
  const from = faulty.asked.length;
  await again.click();
  await expect.poll(listed).toBe(true);
  await note(info, `${took.toFixed(1)} s`, `${reads(faulty, from).length}`);
});
