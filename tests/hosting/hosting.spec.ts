// People and browsers behind the published server configurations: signing in, live updates, deep links, what is the control plane's, and what the files
// come with.
import { readFileSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { twoReleases } from '../e2e/support/another-release';
import { App } from '../e2e/support/fixture';
import { siteFor, startOtherPage } from '../e2e/support/other-page.mjs';
import { site } from '../e2e/support/tools.mjs';
import { PEOPLE, expect, test, type Hosting } from './fixture';
import { headersOf } from './rules.mjs';
import { freePort, startCaddy, startNginx } from './servers.mjs';

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/** Asks for a path as it stands, with nothing unpacked and nothing followed. */
function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) }));
    });
    sent.on('error', reject).end();
  });
}

const assets = () => readdirSync(join(site(), 'assets'));
const asset = (pattern: RegExp) => `assets/${assets().find((name) => pattern.test(name))}`;

test('signing in, a deep link, and live updates by a socket', async ({ app }) => {
  await app.signIn();
  const made = await app.make(`hosted-${Date.now() % 100_000}`);
  const heard: string[] = [];
  app.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))));
  await app.open(`/@ada/${made.name}`);
  await expect(app.page.getByRole('heading', { name: made.name, level: 1 })).toBeVisible();
  await expect.poll(() => heard.length, { message: 'the socket speaks' }).toBeGreaterThan(1);
  // Somebody else stops it: the page hears of it through the proxy, not by asking.
  await app.build(made.id, 'stop');
  await expect.poll(() => heard.some((frame) => /"transition":\s*"stop"/.test(frame)), { message: 'the socket tells of the stop' }).toBe(true);
  await expect(app.page.getByRole('main').getByText('Stopped', { exact: true }).first()).toBeVisible();
  // A change of one's own: the header against forgery arrives.
  await app.page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect.poll(() => app.latest(made.id)).toMatch(/^3 /);
  await app.open(`/@ada/${made.name}/builds/1`);
  await expect(app.page.getByRole('heading', { name: 'Build 1', level: 1 })).toBeVisible();
  await app.page.reload();
  await expect(app.page.getByRole('heading', { name: 'Build 1', level: 1 })).toBeVisible();
  await app.settled(made.id);
});

test('the self-test finds nothing wrong with what is published', async ({ app, complaints, with: kind }) => {
  // It asks for a file that no release has.
  complaints.allow(404, /\/(assets\/missing-0+\.js|gantry-self-test)$/);
  await app.signIn();
  await app.open('/connection');
  await expect(app.page.getByText('All 10 checks pass.')).toBeVisible();
  await expect(app.page.getByText(/, the same host: single sign-on comes back here$/)).toBeVisible();
  await expect(app.page.getByText(kind === 'nginx' ? /^nginx/ : /^Caddy/).first()).toBeVisible();
});

test('an address without a page is one of the app, and so is the folder', async ({ app, complaints }) => {
  // The folders above are asked whether they are the app's: on the control plane's own host they are not.
  complaints.allow(404, /^http:\/\/[^/]+\/(a\/)?$/);
  await app.signIn();
  await app.open('/nowhere/at/all');
  await expect(app.page.getByRole('heading', { name: 'There is no page at this address' })).toBeVisible();
  await app.open('/');
  await app.inList();
  await app.open('/index.html');
  await app.inList();
});

test('single sign-on goes there and comes back to where one wanted to be', async ({ app }) => {
  await app.open('/sign-in?back=' + encodeURIComponent(`${app.base}quota`));
  await app.page.getByRole('link', { name: /OpenID|Acme|Sign in with/ }).click();
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  expect(new URL(app.page.url()).pathname).toBe(`${app.base}quota`);
});

test('what is the control plane’s is passed on, and nothing of it is answered by the page', async ({ app, where }) => {
  const at = (path: string) => app.server.url + path;
  const info = await ask(at('/api/v2/buildinfo'));
  expect(info.status).toBe(200);
  expect(info.headers['x-coder-request-id']).toBeTruthy();
  expect((await ask(at('/icon/docker.svg'))).headers['content-type']).toBe('image/svg+xml');
  expect((await ask(at('/emojis/1f3e1.png'))).status).toBe(200);
  expect((await ask(at('/%40ada/web.main/apps/preview/x.js'))).body.toString()).not.toContain('id="assets"');
  for (const path of ['/@ada/web.main/apps/preview/', '/api/v2/no/such/route']) {
    const answer = await ask(at(path));
    expect(answer.headers['content-type'], path).toMatch(/^application\/json/);
    expect(answer.body.toString(), path).toContain('Route not found');
  }
  expect((await ask(at('/external-auth/git/callback'))).body.toString()).not.toContain('id="assets"');
  if (where === 'below-a-path') {
    // Everything else of the host stays the control plane's.
    for (const path of ['/', '/login', '/bin/coder-linux-amd64', '/derp']) expect((await ask(at(path))).body.toString(), path).not.toContain('id="assets"');
    const bare = await ask(at(app.base.slice(0, -1)));
    expect([bare.status, new URL(bare.headers.location ?? '', app.server.url).pathname]).toEqual([308, app.base]);
  }
});

test('each file has the headers of public/_headers, its type, and its smallest form', async ({ app, with: kind }) => {
  const at = (path: string) => app.server.url + app.base + path;
  const types: [string, RegExp][] = [
    ['', /^text\/html/],
    ['workspaces', /^text\/html/],
    ['@ada/gantry-web/builds/3', /^text\/html/],
    ['index.html', /^text\/html/],
    ['embed/workspaces', /^text\/html/],
    ['embed.js', /^text\/javascript|^application\/javascript/],
    ['config.json', /^application\/json/],
    [asset(/^gantry-.*\.js$/), /^text\/javascript|^application\/javascript/],
    [asset(/^gantry-.*\.css$/), /^text\/css/],
    [asset(/^gantry_bg-.*\.wasm$/), /^application\/wasm$/],
    [asset(/^split_.*\.wasm$/), /^application\/wasm$/],
  ];
  for (const [path, type] of types) {
    const file = path.includes('.') ? path : 'index.html';
    for (const [coding, ending] of [['', ''], ['br', '.br'], ['gzip', '.gz']]) {
      const answer = await ask(at(path), coding ? { 'Accept-Encoding': coding } : {});
      const what = `${path || '/'} ${coding}`;
      expect(answer.status, what).toBe(200);
      expect(answer.headers['content-type'], what).toMatch(type);
      // Where a site names no pages for its panels, a space is left.
      for (const [name, value] of Object.entries(headersOf(`/${path}`))) expect(String(answer.headers[name]).replace(' ;', ';'), `${what}: ${name}`).toBe(value);
      // A site's own file has no twin that somebody would have to make anew.
      const small = coding && file !== 'config.json';
      expect(answer.headers['content-encoding'], what).toBe(small ? coding : undefined);
      expect(answer.body.equals(readFileSync(join(site(), file + (small ? ending : '')))), `${what} as built`).toBe(true);
      if (small) expect(answer.headers.vary?.toLowerCase(), what).toContain('accept-encoding');
    }
  }
  const shell = await ask(at(''));
  const again = await ask(at(''), { 'If-None-Match': String(shell.headers.etag) });
  expect([again.status, again.headers['cache-control']], `${kind} knows the page by its tag`).toEqual([304, 'no-cache']);
  expect((await ask(at('index.html'), {}, 'HEAD')).status).toBe(200);
});

test('a file that is not there is 404: not the page, and not kept', async ({ app }) => {
  const at = (path: string) => app.server.url + app.base + path;
  const missing = ['assets/gantry-0000000000000000.js', 'assets/split_quota-0123456789abcdef.wasm', 'assets/', 'nothing.json', '@ada/x/assets/y.js'];
  for (const path of missing.filter((one) => one !== 'assets/')) {
    const answer = await ask(at(path), { 'Accept-Encoding': 'br, gzip' });
    expect(answer.status, path).toBe(404);
    expect(answer.body.toString(), path).not.toContain('id="assets"');
    expect(answer.headers['cache-control'] ?? 'none', path).not.toContain('immutable');
    expect(answer.headers['content-security-policy'], path).toBe(headersOf('/')['content-security-policy']);
  }
  // Nothing beside the site can be reached through it.
  for (const path of ['..%2f..%2fCargo.toml', 'assets/..%2f..%2f..%2fCargo.toml', '%2e%2e/Cargo.toml']) {
    expect((await ask(at(path))).body.toString(), path).not.toContain('[package]');
  }
});

/** Another of the same servers, with another site, in front of the one that is there. */
async function another({ app, with: kind, where }: { app: App } & Omit<Hosting, 'base'>, folder: string, panelsIn = '') {
  const front = await (kind === 'nginx' ? startNginx : startCaddy)({ where, base: app.base, port: await freePort(), coder: app.server.url, site: folder, panelsIn });
  return { ...front, app: new App(app.page, { ...app.server, url: front.url }, app.base) };
}

test('a new release is put under an open tab: it notices, and has the new one after a reload', async ({ app, with: kind, where, complaints }) => {
  complaints.allow(404, /\/assets\//);
  complaints.expect(/integrity/i);
  const { now, deploy, remove } = twoReleases();
  const server = await another({ app, with: kind, where }, now);
  try {
    // What is not fetched ahead is asked for when it is gone.
    await app.page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
    await server.app.signIn();
    deploy(false);
    await app.page.getByRole('banner').getByRole('link', { name: 'Quota' }).click();
    await expect(app.page.getByRole('heading', { name: 'A newer Gantry is on this server', level: 1 })).toBeVisible();
    await app.page.getByRole('main').getByRole('button', { name: 'Reload' }).click();
    await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
    expect(await app.page.evaluate(() => document.documentElement.dataset.release)).toBe('another');
  } finally {
    await app.page.goto('about:blank');
    await server.stop();
    remove();
  }
});

test('a page of another origin shows a panel, hands it a token, and nobody else may', async ({ app, with: kind, where, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  complaints.expect(/frame-ancestors|Refused to (?:frame|display)|Framing/);
  const [other, stranger] = [await startOtherPage(), await startOtherPage()];
  const made = siteFor([other.origin]);
  const server = await another({ app, with: kind, where }, made.folder, other.origin);
  try {
    const token = await app.token(PEOPLE.owner);
    for (const from of [other, stranger]) Object.assign(from.to, { gantry: server.app.address('/'), token });
    await app.page.goto(`${other.origin}/plain.html`);
    const list = app.page.frameLocator('iframe[title="Workspaces"]');
    await expect(list.getByRole('link', { name: 'gantry-web', exact: true })).toBeVisible();
    await expect(app.page.frameLocator('iframe[title="Latest build of gantry-web"]').getByRole('tree')).toBeVisible();
    await app.page.goto(`${stranger.origin}/plain.html`);
    await expect.poll(() => app.page.frames().filter((frame) => frame.url().startsWith('chrome-error:')).length).toBe(2);
  } finally {
    await app.page.goto('about:blank');
    await server.stop();
    made.remove();
    await Promise.all([other.stop(), stranger.stop()]);
  }
});
