// The self-test: behind a proxy that breaks one thing, that thing is named, with its header and the lines that mend it; it is where connection errors lead.
import type { Locator, Page } from '@playwright/test';
import { startCrooked } from '../support/crooked.mjs';
import { PEOPLE, expect, test as bare, type App, type Complaints } from '../support/fixture';

type Crooked = Awaited<ReturnType<typeof startCrooked>>;

/** A page of the app behind such a proxy. */
const test = bare.extend<{ crooked: { app: App; proxy: Crooked } }>({
  crooked: async ({ server, visit, complaints }, use) => {
    const proxy = await startCrooked(server.url);
    expected(complaints);
    const app = await visit({ ...server, url: proxy.url });
    await use({ app, proxy });
    await app.page.close();
    await proxy.stop();
  },
});

/** What the browser says of questions that the self-test asks to be refused. */
function expected(complaints: Complaints): void {
  complaints.allow(404, /\/(assets\/missing-0+\.js|gantry-self-test)$/);
  complaints.allow(401, /\/api\/v2\/(users\/me|authcheck|workspaces\?.*)$/);
}

const rowOf = (page: Page, topic: string): Locator => page.locator('section', { has: page.getByRole('heading', { name: 'Checks' }) }).getByRole('listitem').filter({ has: page.getByText(topic, { exact: true }) });

async function opened(app: App): Promise<void> {
  await app.open('/connection');
  await expect(app.page.getByRole('heading', { name: 'Connection', level: 1 })).toBeVisible();
  await expect(app.page.getByRole('heading', { name: 'Checks' })).toBeVisible({ timeout: 30_000 });
}

test('where all is well every check passes, signed in; the report names nobody', async ({ crooked: { app }, base }) => {
  await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.signIn();
  await app.page.getByRole('button', { name: 'ada', exact: true }).click();
  await app.page.getByRole('menuitem', { name: 'Test the connection' }).click();
  await expect(app.page.getByText('All 10 checks pass.')).toBeVisible();
  await expect(rowOf(app.page, 'Host preserved')).toContainText(`Host arrives as ${new URL(app.server.url).host}`);
  await expect(rowOf(app.page, 'Web socket')).toContainText('what the control plane says comes through');
  await expect(rowOf(app.page, 'Version')).toContainText('coder v2.34.0-gantry; Gantry 0.');
  await expect(app.page.getByText(`${app.server.url}${base}`, { exact: true })).toBeVisible();
  await expect(app.page.getByText('ada, with a cookie')).toBeVisible();
  await app.axe();
  await app.page.getByRole('button', { name: 'Copy report' }).click();
  await expect(app.page.getByText('The report was copied.')).toBeVisible();
  const report = await app.page.evaluate(() => navigator.clipboard.readText());
  expect(report).toContain('All 10 checks pass.');
  expect(report).not.toContain('ada');
  await app.page.setViewportSize({ width: 360, height: 740 });
  expect(await app.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test('signed out it tells what can be told, and is reached from the foot of the form', async ({ crooked: { app } }) => {
  await app.open('/sign-in');
  await expect(app.page.getByText(/^Gantry \d+\.\d+\.\d+/)).toBeVisible();
  await app.page.getByRole('link', { name: 'Connection' }).click();
  await expect(app.page.getByText('8 checks pass.')).toBeVisible();
  await expect(rowOf(app.page, 'Web socket')).toContainText('Sign in and run this again.');
  await expect(rowOf(app.page, 'Cookie')).toContainText('Nobody is signed in');
  await expect(app.page.getByText('nobody', { exact: true })).toBeVisible();
  await app.axe();
});

test('by token too', async ({ crooked: { app } }) => {
  const token = await app.token(PEOPLE.owner);
  await app.open('/sign-in');
  await app.page.getByText('Use a token instead').click();
  await app.page.getByLabel('Token').fill(token);
  await app.page.getByRole('button', { name: 'Sign in with the token' }).click();
  await app.inList();
  await opened(app);
  await expect(app.page.getByText('ada, with a token')).toBeVisible();
  await expect(app.page.getByText('All 10 checks pass.')).toBeVisible();
});

type Case = {
  name: string;
  fault: Parameters<Crooked['breaks']>[0];
  topic: string;
  says: string;
  /** The header by its name, and a line that mends it. */
  header?: string;
  line?: string;
  sum: string | RegExp;
  /** What the browser complains of. */
  allow?: [number | 'socket' | 'network', RegExp][];
};

const API = /\/api\/v2\//;
const CASES: Case[] = [
  {
    name: 'Host is replaced', fault: { host: 'coder.internal:3000' }, topic: 'Host preserved', says: 'Host does not arrive.', header: 'Host', line: 'proxy_set_header Host $http_host;',
    sum: /2 of 10 checks fail, for one reason: the proxy in front of localhost:\d+ replaces the Host header\. Lists and actions work; nothing is live\./, allow: [['socket', API], [426, API]],
  },
  {
    name: 'the upgrade is lost', fault: { noUpgrade: true }, topic: 'Web socket', says: 'Upgrade and Connection do not arrive.', header: 'Upgrade, Connection', line: 'proxy_set_header Upgrade $http_upgrade;',
    sum: '1 of 10 checks fails, because the proxy does not hand on the Upgrade header.', allow: [['socket', API], [426, API]],
  },
  { name: 'a handshake is not answered', fault: { silent: true }, topic: 'Web socket', says: 'No answer to the handshake.', header: 'Upgrade', line: 'proxy_http_version 1.1;', sum: '1 of 10 checks fails', allow: [['socket', API], [426, API]] },
  {
    name: 'Authorization is lost', fault: { drops: ['authorization'] }, topic: 'Authorization, CSRF', says: 'Authorization does not arrive.', header: 'Authorization', line: 'proxy_set_header Authorization $http_authorization;',
    sum: 'the Authorization header is lost on the way. Lists work; every change is refused.', allow: [[400, API]],
  },
  {
    name: 'a mesh owns Authorization', fault: { owns: { status: 401, contentType: 'text/plain', body: 'Jwt is not in the form of Header.Payload.Signature' } }, topic: 'Authorization, CSRF', says: 'Something on the way owns Authorization.',
    header: 'Authorization', line: 'auth_basic off;', sum: 'something on the way wants the Authorization header for itself', allow: [[400, API], [401, API]],
  },
  {
    name: 'the edge owns Authorization', fault: { owns: { status: 401, contentType: 'text/html', body: '<html>401</html>' } }, topic: 'Authorization, CSRF', says: 'sign in with a token', header: 'Authorization', line: 'auth_request off;',
    sum: 'something on the way wants the Authorization header for itself', allow: [[400, API], [401, API]],
  },
  {
    name: 'refusals are replaced', fault: { ownErrors: true }, topic: 'Reachable', says: 'Refusals are replaced on the way.', header: 'Content-Type', line: 'proxy_intercept_errors off;',
    sum: 'All else works.', allow: [[400, API]],
  },
  { name: 'no POST gets through', fault: { noPost: true }, topic: 'Authorization, CSRF', says: 'Changes are refused on the way.', header: 'Allow', line: 'limit_except', sum: 'something on the way refuses changes', allow: [[403, API]] },
  { name: 'no policy', fault: { loses: ['content-security-policy'] }, topic: 'CSP', says: 'Content-Security-Policy does not arrive.', header: 'Content-Security-Policy', line: 'add_header Content-Security-Policy', sum: '1 of 10 checks warns.' },
  {
    name: 'a looser policy', fault: { sets: { 'content-security-policy': "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; frame-ancestors 'self'" } }, topic: 'CSP',
    says: "Content-Security-Policy allows 'unsafe-inline' scripts.", header: 'Content-Security-Policy', line: 'add_header Content-Security-Policy', sum: '1 of 10 checks warns.',
  },
  { name: 'the page is kept', fault: { sets: { 'cache-control': 'public, max-age=3600' } }, topic: 'Files and caching', says: 'The page may be kept by a cache.', header: 'Cache-Control', line: 'add_header Cache-Control no-cache always;', sum: '1 of 10 checks warns.' },
  { name: 'a missing file is the page', fault: { pageForAll: true }, topic: 'Files and caching', says: 'A file that is not there is answered with the page.', line: 'try_files $uri =404;', sum: 'because a missing file is answered with the page' },
  { name: 'the clock', fault: { ahead_ms: 3_600_000 }, topic: 'Clock', says: 'behind.', header: 'Date', sum: '1 of 10 checks warns.' },
  { name: 'an old server', fault: { rewrites: (path, text) => (path.endsWith('/buildinfo') ? text.replace('v2.34.0-gantry', 'v2.19.3') : text) }, topic: 'Version', says: 'coder v2.19.3 is older than what Gantry knows.', sum: '1 of 10 checks warns.' },
  {
    name: 'a licence that ended', fault: { rewrites: (path, text) => (path.endsWith('/entitlements') ? text.replace('"errors":[]', '"errors":["Your license has expired."]') : text) }, topic: 'Licence', says: 'Your license has expired.',
    sum: 'because the licence is not valid',
  },
];

test('a wrong configuration of each kind is named, with its header and the lines that mend it', async ({ crooked: { app, proxy }, complaints }) => {
  test.setTimeout(180_000);
  await app.signIn();
  await app.make(`wired-${Date.now() % 100_000}`);
  await opened(app);
  const { page } = app;
  for (const one of CASES) {
    await test.step(one.name, async () => {
      for (const [status, path] of one.allow ?? []) complaints.allow(status, path);
      proxy.breaks(one.fault);
      await page.getByRole('button', { name: 'Run again' }).click();
      const row = rowOf(page, one.topic);
      await expect(row, one.name).toContainText(one.says, { timeout: 30_000 });
      await expect(page.locator('.say'), one.name).toContainText(one.sum);
      if (one.header) await expect(row.getByRole('definition').first(), one.name).toHaveText(one.header);
      if (one.line) {
        await expect(row, one.name).toContainText(one.line);
        await expect(row.getByRole('button', { name: /^Copy lines for (nginx|Caddy)/ }), one.name).toHaveCount(2);
      }
    });
  }
  await app.axe();
  // With all that there is to say of a header: the longest is the policy.
  proxy.breaks({ host: 'coder.internal:3000', loses: ['content-security-policy'] });
  await page.getByRole('button', { name: 'Run again' }).click();
  await expect(rowOf(page, 'CSP')).toContainText('does not arrive.', { timeout: 30_000 });
  for (const width of [320, 360, 768, 1024, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width} px`).toBeLessThanOrEqual(width);
  }
  // Mended, it says so.
  proxy.breaks({});
  await page.getByRole('button', { name: 'Run again' }).click();
  await expect(page.getByText('All 10 checks pass.')).toBeVisible();
});

test('what keeps panels out of the pages that config.json names is named: the header that browsers go by, one that forbids frames, and the window that is cut off', async ({ crooked: { app, proxy } }) => {
  const portal = 'https://portal.example.com';
  await app.page.route('**/config.json', (route) => route.fulfill({ json: { embed_origins: [portal] } }));
  await app.signIn();
  await opened(app);
  const row = rowOf(app.page, 'Panels in other pages');
  await expect(row).toContainText(`frame-ancestors lacks ${portal}.`);
  await expect(row.getByRole('definition').first()).toHaveText('Content-Security-Policy');
  await expect(row).toContainText(`"'self' ${portal}";`);
  await expect(row).toContainText(`GANTRY_EMBED_ORIGINS="${portal}"`);
  const policy = String((await fetch(app.address('/embed/workspaces'))).headers.get('content-security-policy')).replace("frame-ancestors 'self'", `frame-ancestors 'self' ${portal}`);
  for (const [fault, says, header] of [
    [{ loses: ['content-security-policy'], sets: { 'x-frame-options': 'SAMEORIGIN' } }, 'X-Frame-Options forbids panels in other pages.', 'X-Frame-Options'],
    [{ loses: ['content-security-policy'] }, 'Any page may show panels, as far as browsers are told.', 'Content-Security-Policy'],
    [{ sets: { 'content-security-policy': policy, 'cross-origin-opener-policy': 'same-origin' } }, 'Signing in for a panel by a window cannot work.', 'Cross-Origin-Opener-Policy'],
  ] as const) {
    proxy.breaks(fault as Parameters<Crooked['breaks']>[0]);
    await app.page.getByRole('button', { name: 'Run again' }).click();
    await expect(row).toContainText(says, { timeout: 30_000 });
    await expect(row.getByRole('definition').first()).toHaveText(header);
  }
  await app.axe();
  proxy.breaks({ sets: { 'content-security-policy': policy } });
  await app.page.getByRole('button', { name: 'Run again' }).click();
  await expect(row).toContainText(`Pages of ${portal} may show panels.`, { timeout: 30_000 });
});

test('a cookie that is lost is no wrong password, and leads to what is wrong', async ({ crooked: { app, proxy } }) => {
  proxy.breaks({ loses: ['set-cookie'] });
  await app.fillIn(PEOPLE.owner);
  await expect(app.page.getByRole('alert')).toContainText('The password was taken, and its cookie did not come back.');
  await expect(app.page.getByLabel('Password', { exact: true })).not.toHaveValue('');
  await app.page.getByRole('link', { name: 'Test the connection' }).click();
  await expect(rowOf(app.page, 'Cookie')).toContainText('The cookie does not come back.');
  await expect(rowOf(app.page, 'Cookie')).toContainText('proxy_pass_header Set-Cookie;');
  await expect(app.page.locator('.say')).toContainText('the session’s cookie is lost on the way. Nobody can sign in with a password.');
});

for (const [name, fault, status, finding, line] of [
  ['no rule hands the API on', { noApi: true }, 200, 'The page itself answers.', 'location ~ ^/(?:api/'],
  ['the control plane is gone', { dead: true }, 502, 'The proxy finds no control plane.', 'server coder.internal:3000;'],
] as const) {
  test(`${name}: what is said of it leads to the self-test, which names it`, async ({ crooked: { app, proxy }, complaints }) => {
    complaints.allow(status, API);
    // A server of files takes no POST.
    complaints.allow(405, API);
    proxy.breaks(fault);
    await app.open('/workspaces');
    await app.page.getByRole('main').getByRole('link', { name: 'Test the connection' }).click({ timeout: 30_000 });
    await expect(rowOf(app.page, 'Reachable')).toContainText(finding, { timeout: 30_000 });
    await expect(rowOf(app.page, 'Reachable')).toContainText(line);
    await expect(app.page.locator('.say')).toContainText('Nothing works until that is mended.');
    await expect(rowOf(app.page, 'Web socket')).toContainText('The control plane is not reached.');
  });
}

test('a policy under which no WebAssembly starts is named by the page that cannot start', async ({ crooked: { app, proxy }, browser }) => {
  const answer = await fetch(app.address('/'));
  const policy = String(answer.headers.get('content-security-policy'));
  proxy.breaks({ sets: { 'content-security-policy': policy.replace(" 'wasm-unsafe-eval'", '') } });
  // The violation is what the test is about.
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(app.address('/workspaces'));
  await expect(page.getByRole('alert')).toContainText("Content-Security-Policy that this server sends lacks 'wasm-unsafe-eval' in script-src");
  await context.close();
});
