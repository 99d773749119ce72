// Panels in a page of another site: the examples of docs/embedding as they are published, with the policies that such pages have.
import type { Frame, Page } from '@playwright/test';
import { startFor, startOtherPage } from '../support/other-page.mjs';
import { App, CUT_OFF, PASSWORD, PEOPLE, expect, test, type Server } from '../support/fixture';
import { axe } from '../support/tools.mjs';

type OtherPage = Awaited<ReturnType<typeof startOtherPage>>;

let other: OtherPage;
let stranger: OtherPage;
let gantry: Server;

test.beforeEach(async ({ base }) => {
  [other, stranger] = [await startOtherPage(), await startOtherPage()];
  gantry = await startFor([other.origin], base);
});
test.afterEach(async ({ context }) => {
  // The pages first: they would complain that their control plane is gone.
  await Promise.all(context.pages().map((page) => page.close()));
  await gantry?.stop();
  await Promise.all([other?.stop(), stranger?.stop()]);
});

/** A token of a person's own new session. */
async function tokenOf(email: string, of: Server = gantry): Promise<string> {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${of.url}/api/v2/users/login`, { method: 'POST', headers, body: JSON.stringify({ email, password: PASSWORD }) });
  return ((await answer.json()) as { session_token: string }).session_token;
}

/** Opens a page of the other site, in which ada has a token unless said otherwise. */
async function open(page: Page, base: string, path: string, { from = other, policy = 'plain' as OtherPage['to']['policy'], token = undefined as string | null | undefined } = {}) {
  const address = `${gantry.url}${base}`;
  from.to.token = token === undefined ? await tokenOf(PEOPLE.owner) : token;
  Object.assign(from.to, { gantry: address, policy, asked: [] });
  await page.goto(`${from.origin}/${path}`);
}

/** The frame of a panel: what a person sees in it. */
const panelOf = (page: Page, title: string) => page.frameLocator(`iframe[title="${title}"]`);
const frameOf = async (page: Page, title: string): Promise<Frame> => {
  const frame = await (await page.locator(`iframe[title="${title}"]`).elementHandle())?.contentFrame();
  if (!frame) throw new Error(`no frame called ${title}`);
  return frame;
};

/** Puts a panel into the empty page of the other site, and keeps what it says. */
async function put(page: Page, attributes: Record<string, string>, getToken = true) {
  await page.evaluate(
    async ([src, given, tokens]) => {
      const heard: { type: string; detail: Record<string, unknown> }[] = [];
      Object.assign(globalThis, { heard });
      for (const type of ['ready', 'select', 'action', 'filter', 'error', 'resize']) {
        document.addEventListener(`gantry-${type}`, (event) => heard.push({ type, detail: (event as CustomEvent).detail }));
      }
      await new Promise((done) => document.head.append(Object.assign(document.createElement('script'), { src, onload: done })));
      const panel = document.createElement('gantry-panel');
      for (const [name, value] of Object.entries(given)) panel.setAttribute(name, value);
      if (tokens) Object.assign(panel, { getToken: async () => (await fetch('/coder-token')).text() });
      document.querySelector('main')?.append(panel);
    },
    [`${other.to.gantry || stranger.to.gantry}embed.js`, attributes, getToken] as const,
  );
}
const heard = (page: Page, type: string) =>
  page.evaluate((wanted) => (globalThis as unknown as { heard: { type: string; detail: Record<string, unknown> }[] }).heard.filter((one) => one.type === wanted).map(({ detail }) => detail), type);

test('a portal shows two panels by a token of its own: read, acted on, themed, chosen in', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  // All of it at once: right after a scroll the browser still takes a click for the frame that lay under it before.
  await page.setViewportSize({ width: 1280, height: 1400 });
  await open(page, base, 'plain.html');
  const list = panelOf(page, 'Workspaces');
  const times = panelOf(page, 'Latest build of gantry-web');
  await expect(list.getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
  await expect(list.getByRole('heading', { level: 1 })).toContainText(/^6 of \d+ workspaces$/);
  await expect(list.getByRole('row')).toHaveCount(7);
  await expect(times.getByRole('heading', { name: /^gantry-web, build \d+$/ })).toBeVisible();
  const chart = times.getByRole('tree', { name: /^Spans of build \d+$/ });
  await expect(chart.getByRole('treeitem', { name: /^queue/ })).toBeVisible();
  await expect(times.getByText('Read only: set by this dashboard')).toBeVisible();
  expect(other.to.asked).toEqual(['first', 'first']);
  // The token is kept in memory alone, and in no address.
  for (const title of ['Workspaces', 'Latest build of gantry-web']) {
    const frame = await frameOf(page, title);
    const stored = await frame.evaluate(() => {
      // A browser that gives frames of other sites no cookies gives them no storage either.
      const all = (read: () => unknown) => { try { return JSON.stringify(read()); } catch { return ''; } };
      return location.href + all(() => ({ ...localStorage })) + all(() => ({ ...sessionStorage })) + all(() => document.cookie);
    });
    expect(stored).not.toContain(other.to.token);
    expect((await axe(frame as unknown as Page)).join('\n'), `axe: ${title}`).toBe('');
  }
  expect((await page.content()).includes(String(other.to.token))).toBe(false);
  // The frames are as high as what is in them: nothing of it scrolls.
  for (const title of ['Workspaces', 'Latest build of gantry-web']) {
    const frame = await frameOf(page, title);
    await expect.poll(() => frame.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeLessThanOrEqual(0);
  }
  // The theme is the portal's, and nothing of it is kept for the console.
  await page.getByRole('button', { name: 'Dark' }).click();
  const frame = await frameOf(page, 'Workspaces');
  await expect.poll(() => frame.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  expect((await axe(frame as unknown as Page)).join('\n'), 'axe, dark').toBe('');
  // What is chosen in one panel is shown in the other; the page stays where it is, and no tab opens.
  const before = page.context().pages().length;
  const second = list.getByRole('row').nth(2).getByRole('link').first();
  const chosen = await second.innerText();
  await second.click();
  await expect(list.getByRole('row').and(list.locator('[aria-current=true]'))).toHaveCount(1);
  await expect(times.getByRole('heading', { name: new RegExp(`^${chosen}, build \\d+$`) })).toBeVisible();
  expect([page.url(), page.context().pages().length]).toEqual([`${other.origin}/plain.html`, before]);
  // Another filter.
  await page.getByRole('button', { name: 'Failed ones' }).click();
  await expect(list.getByText('status:failed')).toBeVisible();
  await expect(list.getByRole('row').nth(1)).toContainText('failed');
});

test('an action in a panel is carried out and told to the page', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await open(page, base, 'blank');
  const headers = { 'Coder-Session-Token': String(other.to.token), 'Content-Type': 'application/json' };
  const ask = async (method: string, path: string, body?: unknown) => (await fetch(`${gantry.url}/api/v2${path}`, { method, headers, body: JSON.stringify(body) })).json();
  const templates = (await ask('GET', '/templates')) as { id: string; name: string }[];
  const made = (await ask('POST', '/users/me/workspaces', { template_id: templates.find(({ name }) => name === 'docker')?.id, name: 'in-a-panel' })) as { id: string };
  const status = async () => ((await ask('GET', `/workspaces/${made.id}`)) as { latest_build: { transition: string; job: { status: string } } }).latest_build;
  await expect.poll(async () => (await status()).job.status, { timeout: 45_000 }).toBe('succeeded');
  await put(page, { filter: 'name:in-a-panel', title: 'Workspaces' });
  const list = panelOf(page, 'Workspaces');
  await list.getByRole('button', { name: 'Stop in-a-panel' }).click();
  await expect.poll(async () => (await heard(page, 'action'))[0]).toEqual({ action: 'stop', workspace: { owner: 'ada', name: 'in-a-panel' }, state: 'began' });
  await expect.poll(async () => (await status()).transition, { timeout: 45_000 }).toBe('stop');
  await expect.poll(async () => (await heard(page, 'action')).at(-1)?.state, { timeout: 45_000 }).toBe('done');
  await expect(list.getByRole('button', { name: 'Start in-a-panel' })).toBeVisible();
  expect((await heard(page, 'error')).filter(({ code }) => code)).toEqual([]);
  // What may not be done in it cannot be: no button is there.
  await page.locator('gantry-panel').evaluate((panel) => panel.setAttribute('readonly', ''));
  await expect(list.getByText('Read only: set by this dashboard')).toBeVisible();
  await expect(list.getByRole('link', { name: 'in-a-panel' })).toBeVisible();
  await expect(list.getByRole('button')).toHaveCount(0);
  await ask('POST', `/workspaces/${made.id}/builds`, { transition: 'delete' });
});

test('a token that has ended is asked for once more, and one that is not taken is said', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await open(page, base, 'blank');
  await put(page, { title: 'Workspaces' });
  const list = panelOf(page, 'Workspaces');
  await expect(list.getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
  const old = String(other.to.token);
  other.to.token = await tokenOf(PEOPLE.owner);
  await fetch(`${gantry.url}/api/v2/users/logout`, { method: 'POST', headers: { 'Coder-Session-Token': old } });
  other.to.asked = [];
  // Whoever comes back to the panel finds out.
  await (await frameOf(page, 'Workspaces')).evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect.poll(() => other.to.asked.length, { timeout: 45_000 }).toBe(1);
  await expect(list.getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
  other.to.token = 'nonsense-1234567890';
  await page.reload();
  await put(page, { title: 'Workspaces' });
  await expect(list.getByText('The token that was handed over is not taken')).toBeVisible();
  await expect.poll(async () => (await heard(page, 'error')).at(-1)?.code).toBe('token');
  // It is asked for by hand, and then taken.
  other.to.token = await tokenOf(PEOPLE.owner);
  await list.getByRole('button', { name: 'Ask the page around again' }).click();
  await expect(list.getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
});

test('without a token a window of this site signs in, and hands one to the panel', async ({ page, base, complaints, context }) => {
  complaints.allow(401, /\/api\/v2\//);
  await open(page, base, 'blank');
  await put(page, { title: 'Workspaces' }, false);
  const list = panelOf(page, 'Workspaces');
  await expect(list.getByRole('heading', { name: 'Nobody is signed in here' })).toBeVisible();
  expect((await axe((await frameOf(page, 'Workspaces')) as unknown as Page)).join('\n'), 'axe').toBe('');
  await expect.poll(async () => (await heard(page, 'error')).at(-1)?.code).toBe('signed_out');
  const opened = context.waitForEvent('page');
  await list.getByRole('button', { name: 'Sign in' }).click();
  const window_ = await opened;
  await window_.getByLabel('E-mail').fill(PEOPLE.owner);
  await window_.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await window_.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(window_.getByRole('heading', { name: `Let a panel on ${new URL(other.origin).host} in?` })).toBeVisible();
  expect((await axe(window_)).join('\n'), 'axe of the window').toBe('');
  const closed = window_.waitForEvent('close');
  await window_.getByRole('button', { name: 'Allow' }).click();
  await closed;
  await expect(list.getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
  // It was a token, not the cookie, which a frame of another site has not; and it ends by itself.
  const frame = await frameOf(page, 'Workspaces');
  expect(await frame.evaluate(async (api) => (await fetch(`${api}/api/v2/users/me`)).status, gantry.url)).toBe(401);
  const tokens = (await (await context.request.get(`${gantry.url}/api/v2/users/me/keys/tokens`)).json()) as { token_name: string; lifetime_seconds: number; expires_at: string }[];
  const [made] = tokens.filter(({ token_name }) => token_name.startsWith('gantry-panel-'));
  expect(Date.parse(made.expires_at) - Date.now()).toBeLessThan(10.1 * 3_600_000);
});

test('the window for signing in hands nothing to a page of another site, nor asks it', async ({ page, base, complaints, context }) => {
  complaints.allow(401, /\/api\/v2\//);
  const app = new App(await context.newPage(), gantry, base);
  await app.signIn();
  await open(page, base, 'blank');
  const opened = context.waitForEvent('page');
  await page.evaluate((address) => {
    Object.assign(globalThis, { said: [] });
    addEventListener('message', (event) => (globalThis as unknown as { said: unknown[] }).said.push(event.data));
    const made = open(address, '_blank');
    Object.assign(globalThis, { made });
  }, `${gantry.url}${base}embed/sign-in`);
  const window_ = await opened;
  await expect(window_.getByRole('heading', { name: /No panel knows this window|Asking the panel/ })).toBeVisible();
  await page.evaluate(() => (globalThis as unknown as { made: Window }).made.postMessage({ type: 'asked', host: 'gantry' }, '*'));
  await expect(window_.getByRole('heading', { name: 'No panel knows this window' })).toBeVisible();
  await expect(window_.getByRole('button', { name: 'Allow' })).toHaveCount(0);
  expect(await page.evaluate(() => (globalThis as unknown as { said: unknown[] }).said)).toEqual([]);
});

test('messages of strangers and forged ones do nothing', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await open(page, base, 'blank', { policy: 'none' });
  await put(page, { title: 'Workspaces' });
  const list = panelOf(page, 'Workspaces');
  await expect(list.getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
  const frame = await frameOf(page, 'Workspaces');
  const look = () => frame.evaluate(() => [document.documentElement.dataset.theme, document.querySelector('h1 + span')?.textContent]);
  const before = await look();
  const token = String(other.to.token);
  // Of a page of another origin beside the panel, in a frame of its own; and of the panel's own window.
  Object.assign(stranger.to, { gantry: other.to.gantry, policy: 'none' });
  await page.evaluate(async (addresses) => {
    for (const [title, src] of addresses) {
      const beside = Object.assign(document.createElement('iframe'), { src, title });
      await new Promise((done) => { beside.onload = done; document.body.append(beside); });
    }
  }, [['Plain', `${gantry.url}${base}embed/quota?theme=light`], ['Beside', `${stranger.origin}/blank`]]);
  // What stands in the element's shadow cannot be reached from beside it; a plain frame can.
  const plain = await frameOf(page, 'Plain');
  await expect(panelOf(page, 'Plain').getByRole('button', { name: 'Sign in' })).toBeVisible();
  const forged = [
    { gantry: 1, type: 'theme', theme: 'dark' },
    { gantry: 1, type: 'filter', query: 'status:failed' },
    { gantry: 1, type: 'token', id: 1, token: 'forged-1234567890' },
    { gantry: 1, type: 'hello', tokens: false, theme: 'dark' },
  ];
  await (await frameOf(page, 'Beside')).evaluate((messages) => {
    for (const message of messages) window.parent.frames[0].postMessage(message, '*');
  }, forged);
  expect(await (await frameOf(page, 'Beside')).evaluate(() => window.parent.length)).toBe(2);
  await frame.evaluate((messages) => {
    for (const message of messages) window.postMessage(message, '*');
  }, forged);
  // Of the page around itself, but none of ours; a token that nobody asked for is not taken either.
  await page.evaluate(() => {
    const target = document.querySelector('gantry-panel')?.shadowRoot?.querySelector('iframe')?.contentWindow;
    const circle: Record<string, unknown> = { gantry: 1, type: 'theme', theme: 'dark' };
    circle.self = circle;
    const long = { gantry: 1, type: 'filter', query: 'x'.repeat(70_000) };
    for (const message of [null, undefined, 5, 'hello', [], {}, { type: 'theme', theme: 'dark' }, { gantry: 1, type: 'stop' }, circle, long, { gantry: 1n, type: 'theme', theme: 'dark' }, { gantry: 1, type: 'token', id: 99, token: 'forged-1234567890' }]) {
      target?.postMessage(message, '*');
    }
    target?.postMessage({ gantry: 2, type: 'hello' }, '*');
  });
  // The last one is answered: all before it were heard by then.
  await expect.poll(async () => (await heard(page, 'error')).at(-1)?.code).toBe('version');
  expect(await look()).toEqual(before);
  expect(await plain.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
  const asked = page.waitForRequest((request) => /users\/me$/.test(request.url()));
  await frame.evaluate(() => window.dispatchEvent(new Event('focus')));
  expect((await asked).headers()['coder-session-token']).toBe(token);
  // What a stranger tells the element is not taken for the panel's word.
  const said = (await heard(page, 'select')).length;
  await (await frameOf(page, 'Beside')).evaluate(() => window.parent.postMessage({ gantry: 1, type: 'select', href: 'https://evil.example' }, '*'));
  await page.evaluate(() => window.postMessage({ gantry: 1, type: 'select', href: 'https://evil.example' }, '*'));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  expect((await heard(page, 'select')).length).toBe(said);
});

test('a page that is not named may not show a panel: by the headers, and by the page where there are none', async ({ page, base, complaints, context }) => {
  complaints.allow(401, /\/api\/v2\//);
  complaints.expect(/frame-ancestors|Refused to (?:frame|display)|Framing/);
  complaints.allow('network', CUT_OFF);
  await open(page, base, 'blank', { from: stranger, policy: 'none' });
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/api\/v2\/workspaces/.test(request.url())) asked.push(request.url());
  });
  await page.evaluate((src) => document.body.append(Object.assign(document.createElement('iframe'), { src, title: 'Refused' })), `${gantry.url}${base}embed/workspaces`);
  await expect.poll(() => page.frames().some((frame) => frame.url().startsWith('chrome-error:'))).toBe(true);
  // A server without the header, or one that lets more pages in than the configuration.
  await page.close();
  const bare = await startFor([other.origin], base, { headers: ['*'] });
  try {
    const second = await context.newPage();
    const said: string[] = [];
    second.on('request', (request) => {
      if (/api\/v2\/workspaces/.test(request.url())) asked.push(request.url());
    });
    await second.goto(`${stranger.origin}/blank`);
    await second.exposeFunction('keep', (text: string) => said.push(text));
    await second.evaluate((src) => {
      addEventListener('message', (event) => (globalThis as unknown as { keep: (text: string) => void }).keep(JSON.stringify(event.data)));
      document.body.append(Object.assign(document.createElement('iframe'), { src, title: 'Refused', width: 600, height: 300 }));
    }, `${bare.url}${base}embed/workspaces?host=1`);
    const refused = panelOf(second, 'Refused');
    await expect(refused.getByRole('heading', { name: 'This page may not be shown here' })).toBeVisible();
    await expect(refused.getByText(`Pages of ${stranger.origin} are not among those`)).toBeVisible();
    await (await frameOf(second, 'Refused')).evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    expect([said, asked]).toEqual([[], []]);
    // Nor by way of a page that may: all pages around have to.
    Object.assign(other.to, { gantry: `${bare.url}${base}`, policy: 'none', asked: [], token: 'nobody-asks-for-it' });
    await second.evaluate((src) => {
      document.querySelector('iframe')?.remove();
      document.body.append(Object.assign(document.createElement('iframe'), { src, title: 'Between', width: 600, height: 300 }));
    }, `${other.origin}/plain.html`);
    const between = panelOf(second, 'Between').frameLocator('iframe[title="Workspaces"]');
    await expect(between.getByRole('heading', { name: 'This page may not be shown here' })).toBeVisible();
    expect([said, asked, other.to.asked]).toEqual([[], [], []]);
    await second.close();
  } finally {
    await bare.stop();
  }
});

test('panels come, move and go without leaving anything behind', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  // A panel that goes while its files come cuts them off.
  complaints.allow('network', CUT_OFF);
  await open(page, base, 'blank');
  await put(page, { title: 'Workspaces', panel: 'quota' });
  await expect(panelOf(page, 'Workspaces').getByRole('heading', { name: 'Quota' })).toBeVisible();
  const cdp = await page.context().newCDPSession(page);
  const counted = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    const { documents, nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
    const { metrics } = await cdp.send('Performance.getMetrics').catch(() => ({ metrics: [] as { name: string; value: number }[] }));
    return { documents, nodes, jsEventListeners, heap: metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0 };
  };
  await cdp.send('Performance.enable');
  const turn = async (times: number) => {
    for (let n = 0; n < times; n += 1) {
      await page.evaluate(() => {
        const main = document.querySelector('main');
        const panel = document.querySelector('gantry-panel');
        const box = document.createElement('div');
        main?.append(box);
        // Moved into another element, and out of it again.
        if (panel) box.append(panel);
        if (panel) main?.append(panel);
        box.remove();
        // A second one that goes before it has spoken.
        const second = document.createElement('gantry-panel');
        second.setAttribute('panel', 'quota');
        main?.append(second);
        second.remove();
      });
    }
    await expect(panelOf(page, 'Workspaces').getByRole('heading', { name: 'Quota' })).toBeVisible();
  };
  await turn(5);
  const before = await counted();
  await turn(25);
  await expect.poll(async () => {
    const after = await counted();
    return [after.documents - before.documents, after.jsEventListeners - before.jsEventListeners, after.nodes - before.nodes < 50, after.heap - before.heap < 400_000];
  }).toEqual([0, 0, true, true]);
  expect(page.frames().length).toBe(2);
  // Gone, it hears nothing and asks for nothing.
  await page.evaluate(() => document.querySelector('gantry-panel')?.remove());
  expect(page.frames().length).toBe(1);
  const last = await counted();
  expect(last.jsEventListeners).toBeLessThan(before.jsEventListeners);
});

test('the waterfall stands in a panel: of the latest build or of one with a number, as a chart and as a table, at the height that is told', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await open(page, base, 'blank');
  const parts: string[] = [];
  page.on('request', (request) => {
    const name = /\/assets\/(split_\w+)-/.exec(request.url())?.[1];
    if (name) parts.push(name);
  });
  await put(page, { panel: 'timings', workspace: 'ada/gantry-web', build: '3', title: 'Times', links: 'ask' });
  const times = panelOf(page, 'Times');
  await expect(times.getByRole('heading', { name: 'gantry-web, build 3' })).toBeVisible();
  const chart = times.getByRole('tree', { name: 'Spans of build 3' });
  await expect(chart).toBeVisible();
  expect(parts.sort()).toEqual(['split_after_rows', 'split_build', 'split_embed']);
  const frame = await frameOf(page, 'Times');
  const fits = () => frame.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  await expect.poll(fits).toBeLessThanOrEqual(0);
  const height = () => frame.evaluate(() => innerHeight);
  const folded = await height();
  expect((await axe(frame as unknown as Page)).join('\n'), 'axe of the chart').toBe('');
  // By the keyboard: to a span, its figures; the frame makes room for them and takes it back.
  await chart.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(times.getByRole('complementary', { name: 'Selected span' })).toBeVisible();
  await expect.poll(height).toBeGreaterThan(folded);
  await expect.poll(fits).toBeLessThanOrEqual(0);
  await times.getByRole('button', { name: 'Close details' }).click();
  await expect.poll(height).toBe(folded);
  await times.getByRole('button', { name: 'Table' }).click();
  await expect(times.getByRole('table').getByRole('rowheader', { name: /^apply/ }).first()).toBeVisible();
  await expect.poll(fits).toBeLessThanOrEqual(0);
  await times.getByRole('button', { name: 'Chart' }).click();
  // Nothing of it stands in an address of the page around, and nothing leads it away.
  const before = page.url();
  await times.getByRole('link', { name: 'Open waterfall' }).click();
  await expect.poll(async () => (await heard(page, 'select')).at(-1)?.href).toMatch(/\/@ada\/gantry-web\/builds\/3$/);
  expect(page.url()).toBe(before);
  // Dark, at the width of a phone.
  await page.locator('gantry-panel').evaluate((panel) => panel.setAttribute('theme', 'dark'));
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => frame.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  await expect.poll(() => frame.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  expect((await axe(frame as unknown as Page)).join('\n'), 'axe, dark and narrow').toBe('');
  // The latest one follows what is built.
  await page.locator('gantry-panel').evaluate((panel) => panel.removeAttribute('build'));
  await expect(times.getByRole('heading', { name: /^gantry-web, build ([4-9]|\d\d+)$/ })).toBeVisible();
  await expect(times.getByRole('tree')).toBeVisible();
});

test('what the first rows need is asked for while the application is on its way, once each, with the token of the page around', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await open(page, base, 'blank');
  let goOn = () => {};
  const held = new Promise<void>((done) => { goOn = done; });
  await page.route(/\/assets\/gantry_bg-\w+\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.headers()['coder-session-token']) asked.push(new URL(request.url()).pathname.replace('/api/v2', ''));
  });
  await put(page, { title: 'Workspaces' });
  await expect.poll(() => [...asked].sort()).toEqual(['/users/me', '/workspaces']);
  goOn();
  await expect(panelOf(page, 'Workspaces').getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
  expect([asked.filter((one) => one === '/users/me').length, asked.filter((one) => one === '/workspaces').length, other.to.asked.length]).toEqual([1, 1, 1]);
  expect((await heard(page, 'ready')).length).toBe(1);
  // The height that is told is that of the rows, and not of what one waits with.
  const [first] = await heard(page, 'resize');
  expect(Number(first.height)).toBeGreaterThan(120);
});

test('a panel that there is not, and a workspace that is not there, are told to the page around', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  complaints.allow(404, /\/api\/v2\/users\/ada\/workspace\/nothing/);
  await open(page, base, 'blank');
  await put(page, { panel: 'workspace', workspace: 'nobody', title: 'Panel' });
  const panel = panelOf(page, 'Panel');
  await expect(panel.getByRole('heading', { name: 'There is no such panel' })).toBeVisible();
  await expect.poll(async () => (await heard(page, 'error')).at(-1)?.code).toBe('not_found');
  expect((await heard(page, 'error')).at(-1)?.text).toContain('workspace/@owner/name');
  await page.locator('gantry-panel').evaluate((element) => element.setAttribute('workspace', 'ada/nothing'));
  await expect(panel.getByRole('heading', { name: 'Not found, or you have no access' })).toBeVisible();
  await page.locator('gantry-panel').evaluate((element) => element.setAttribute('workspace', 'ada/gantry-web'));
  await expect(panel.getByRole('heading', { name: 'gantry-web' })).toBeVisible();
  // What is no number, or leads up, is not taken for the latest build or another page.
  const element = page.locator('gantry-panel');
  for (const given of [{ panel: 'timings', build: '../..' }, { panel: 'timings', build: 'x/../..' }, { panel: 'timings', build: '1.5' }, { panel: 'timings', build: 'last' }, { panel: '..', build: '' }]) {
    await element.evaluate((one, attributes) => Object.entries(attributes).forEach(([name, value]) => one.setAttribute(name, value)), given);
    await expect(panel.getByRole('heading', { name: 'There is no such panel' })).toBeVisible();
    await element.evaluate((one) => ['build', 'panel'].forEach((name) => one.removeAttribute(name)));
    await expect(panel.getByRole('heading', { name: /workspaces/i })).toBeVisible();
  }
  // An address that is none is said in the panel's place, and one that is one begins it.
  const src = await element.evaluate(() => (document.querySelector('script[src$="embed.js"]') as HTMLScriptElement).src);
  await element.evaluate((one) => one.setAttribute('src', 'https://'));
  await expect(element).toContainText('The attribute src of gantry-panel is no address of a site: “https://”.');
  expect((await heard(page, 'error')).at(-1)).toMatchObject({ code: 'silent' });
  await element.evaluate((one, there) => one.setAttribute('src', there), src);
  await expect(panel.getByRole('heading', { name: /workspaces/i })).toBeVisible();
});

test('what a page around says too early or too late counts too: a filter, a mark, and what hands tokens over', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await open(page, base, 'blank');
  let goOn = () => {};
  const held = new Promise<void>((done) => { goOn = done; });
  await page.route(/\/(embed-start\.js|gantry_bg-\w+\.wasm)$/, async (route) => {
    await held;
    await route.continue();
  });
  await put(page, { title: 'Workspaces' }, false);
  const list = panelOf(page, 'Workspaces');
  const element = page.locator('gantry-panel');
  await element.evaluate((one) => {
    one.setAttribute('filter', 'name:gantry-web');
    (one as unknown as { select: (which: object) => void }).select({ owner: 'ada', name: 'gantry-web' });
  });
  goOn();
  await expect(list.getByRole('heading', { name: 'Nobody is signed in here' })).toBeVisible();
  await expect.poll(async () => (await heard(page, 'error')).at(-1)?.code).toBe('signed_out');
  const hands = () => element.evaluate((one) => Object.assign(one, { getToken: async () => (await fetch('/coder-token')).text() }) && undefined);
  await hands();
  await expect(list.getByRole('row')).toHaveCount(2);
  await expect(list.getByRole('row').and(list.locator('[aria-current=true]'))).toContainText('gantry-web');
  await expect.poll(async () => (await heard(page, 'error')).at(-1)?.code).toBeNull();
  // A page that is drawn anew gives the same again, and is not asked again.
  await hands();
  await element.evaluate((one) => one.setAttribute('theme', 'dark'));
  await expect.poll(async () => (await frameOf(page, 'Workspaces')).evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  expect(other.to.asked).toHaveLength(1);
});

test('an element that was given its tokens before there was a script has them', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await open(page, base, 'blank');
  await page.evaluate(() => {
    const panel = Object.assign(document.createElement('gantry-panel'), { title: 'Workspaces', getToken: async () => (await fetch('/coder-token')).text() });
    document.querySelector('main')?.append(panel);
  });
  await page.addScriptTag({ url: `${other.to.gantry}embed.js` });
  await expect(panelOf(page, 'Workspaces').getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
});

test('a chart whose code does not come leaves the bar, and is no trouble to the page around', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  complaints.allow('network', /\/assets\//);
  complaints.expect(/Failed to load|Fetch API cannot load|integrity/);
  await open(page, base, 'blank');
  await page.route(/\/assets\/split_build-/, (route) => route.abort());
  await put(page, { panel: 'timings', workspace: 'ada/gantry-web', title: 'Times' });
  const times = panelOf(page, 'Times');
  await expect(times.getByRole('img')).toBeVisible();
  await expect(times.getByRole('tree')).toHaveCount(0);
  expect((await heard(page, 'error')).filter(({ code }) => code)).toEqual([]);
});

test('where actions in panels are switched off, no page around can have them', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  const closed = await startFor([other.origin], base, { features: { panel_actions: false } });
  try {
    other.to.token = await tokenOf(PEOPLE.owner, closed);
    Object.assign(other.to, { gantry: `${closed.url}${base}`, policy: 'plain', asked: [] });
    await page.goto(`${other.origin}/blank`);
    await put(page, { title: 'Workspaces', readonly: '0' });
    const list = panelOf(page, 'Workspaces');
    await expect(list.getByText('Read only: set by this site')).toBeVisible();
    await expect(list.getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
    await expect(list.getByRole('button')).toHaveCount(0);
    // The console itself is not meant.
    const app = new App(await page.context().newPage(), closed, base);
    await app.signIn();
    await app.open('/workspaces?q=name%3Agantry-web');
    await expect(app.row('gantry-web').getByRole('button').first()).not.toHaveAttribute('aria-disabled', 'true');
  } finally {
    // Nothing asks any more once the server is gone.
    await Promise.all(page.context().pages().map((one) => one.goto('about:blank')));
    await closed.stop();
  }
});

test('Backstage: a card made with React, under its policy', async ({ page, base, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await open(page, base, 'backstage.html', { policy: 'backstage' });
  const card = panelOf(page, 'Workspaces');
  await expect(card.getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Dark' }).click();
  const frame = await frameOf(page, 'Workspaces');
  await expect.poll(() => frame.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  await page.getByRole('button', { name: 'Show the card' }).click();
  await expect(page.locator('iframe')).toHaveCount(0);
  await page.getByRole('button', { name: 'Show the card' }).click();
  await expect(card.getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
});

test('Grafana: a text panel, under its policy, by a window', async ({ page, base, complaints, context }) => {
  complaints.allow(401, /\/api\/v2\//);
  await open(page, base, 'dashboard', { policy: 'grafana' });
  const quota = panelOf(page, 'Quota');
  const opened = context.waitForEvent('page');
  await quota.getByRole('button', { name: 'Sign in' }).click();
  const window_ = await opened;
  await window_.getByLabel('E-mail').fill(PEOPLE.owner);
  await window_.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await window_.getByRole('button', { name: 'Sign in', exact: true }).click();
  await window_.getByRole('button', { name: 'Allow' }).click();
  await expect(quota.getByRole('heading', { name: 'Quota' })).toBeVisible();
  await expect(quota.getByRole('region', { name: 'Quota' }).getByText(/of \d+/).first()).toBeVisible();
  const frame = await frameOf(page, 'Quota');
  expect(await frame.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe('rgba(0, 0, 0, 0)');
  expect((await axe(frame as unknown as Page)).join('\n'), 'axe').toBe('');
  await expect(panelOf(page, 'gantry-web').getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('each panel stands alone too: by the cookie, with links that open tabs', async ({ page, base, context, complaints }) => {
  complaints.allow(404, /no-such-thing/);
  const app = new App(page, gantry, base);
  await app.signIn();
  for (const [path, heading] of [
    ['/embed/workspaces?q=owner%3Ame&limit=3', /^3 of \d+ workspaces$/],
    ['/embed/workspace/@ada/gantry-web', 'gantry-web'],
    ['/embed/timings/@ada/gantry-web', /^gantry-web, build \d+$/],
    ['/embed/timings/@ada/gantry-web/builds/1', 'gantry-web, build 1'],
    ['/embed/quota', 'Quota'],
    ['/embed/timings/@ada/no-such-thing', 'no-such-thing'],
    ['/embed/nothing', 'There is no such panel'],
  ] as const) {
    await app.open(path);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    await expect(page.getByRole('banner')).toHaveCount(0);
    for (const [width, scheme] of [[360, 'dark'], [900, 'light']] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 600 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} at ${width}`).toBe(true);
      await app.axe();
    }
  }
  await app.open('/embed/workspace/@ada/gantry-web');
  const tab = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Open in Gantry' }).click();
  await expect((await tab)).toHaveURL(app.address('/@ada/gantry-web'));
  expect(page.url()).toBe(app.address('/embed/workspace/@ada/gantry-web'));
});
