// Sessions that cannot begin or do not last: suspended accounts, single sign-on that works and that cannot, another person's cookie, a
// control plane that is not there.
import { App, PASSWORD, PEOPLE, expect, test, type Server, type Workspace } from '../support/fixture';
import { site, startControlPlane } from '../support/tools.mjs';

test.beforeEach(({ complaints }) => {
  complaints.allow(401, /\/api\/v2\/(users\/me|workspaces\?.*)$/);
});

async function fillIn(app: App, email: string): Promise<void> {
  await app.open('/sign-in');
  await app.page.getByLabel('E-mail').fill(email);
  await app.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await app.page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('a suspended account is told so, and not that its password is wrong', async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\/users\/login$/);
  await fillIn(app, 'vera@acme.test');
  await expect(app.page.getByText('Your account is suspended. Contact an admin to reactivate your account.')).toBeVisible();
  await expect(app.page.getByLabel('Password', { exact: true })).not.toHaveAttribute('aria-invalid', 'true');
  await expect(app.page.getByLabel('E-mail')).toHaveValue('vera@acme.test');
  await app.axe();
});

test('who is suspended while signed in is told so', async ({ app, browser, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await app.signIn('lucia@acme.test');
  const office = await browser.newContext();
  const admin = new App(await office.newPage(), app.server, app.base);
  await admin.signIn(PEOPLE.owner);
  await admin.api('PUT', '/users/lucia/status/suspend');
  try {
    await app.open('/quota');
    await expect(app.page).toHaveURL(/sign-in\?back=/);
    await expect(app.page.getByRole('main')).toContainText(/User is not active \(status = "suspended"\)/);
  } finally {
    await admin.api('PUT', '/users/lucia/status/activate');
    await office.close();
  }
  await app.page.reload();
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
});

test.describe('single sign-on', () => {
  let server: Server;
  test.beforeEach(async ({ base }) => {
    server = await startControlPlane(['--memory', '--seed', 'company', '--oidc', '--github', '--site', site(), '--base', base]);
  });
  test.afterEach(async ({ context }) => {
    await Promise.all(context.pages().map((page) => page.close()));
    await server.stop();
  });

  test('works under the control plane\'s own address, and leads back to the same place', async ({ context, complaints, base }) => {
    void complaints;
    // Its own address is the one with a name in it.
    const named = { ...server, url: server.url.replace('127.0.0.1', 'localhost') };
    const app = new App(await context.newPage(), named, base);
    await app.open('/workspaces?q=status%3Afailed');
    const github = app.page.getByRole('link', { name: 'GitHub' });
    await expect(github).toHaveAttribute('href', /^\/api\/v2\/users\/oauth2\/github\/callback\?redirect=/);
    const way = await app.page.request.get(named.url + ((await github.getAttribute('href')) ?? ''), { maxRedirects: 0 });
    expect(way.status()).toBe(307);
    expect(way.headers().location).toMatch(/^https:\/\/github\.com\/login\/oauth\/authorize\?/);
    await app.axe();
    await app.page.getByRole('link', { name: 'Sign in with Acme' }).click();
    await expect(app.page.getByRole('heading', { name: 'Workspaces', level: 1 })).toBeVisible();
    await expect(app.page).toHaveURL(/\/workspaces\?q=status(%3A|:)failed$/);
    await expect(app.page.getByRole('banner')).toContainText('nadia');
  });

  test('is off under any other address, says why, and how to come in', async ({ context, complaints, base }) => {
    void complaints;
    const app = new App(await context.newPage(), server, base);
    await app.open('/sign-in');
    const own = server.url.replace('http://127.0.0.1', 'localhost');
    for (const name of ['Sign in with Acme', 'GitHub']) {
      const button = app.page.getByRole('button', { name });
      await expect(button).toHaveAttribute('aria-disabled', 'true');
      await expect(button).toHaveAccessibleDescription(new RegExp(`Both would return to ${own}, not to this page at 127\\.0\\.0\\.1`));
    }
    await expect(app.page.getByRole('link', { name: 'Get a token there' })).toHaveAttribute('href', `http://${own}/cli-auth`);
    await app.axe();
    await app.page.getByRole('button', { name: 'GitHub' }).click({ force: true });
    await expect(app.page).toHaveURL(app.address('/sign-in'));
  });
});

test('a token signs out whoever came by cookie, and no socket shows their workspaces', async ({ app }) => {
  const login = await app.page.request.post(`${app.server.url}/api/v2/users/login`, { data: { email: PEOPLE.member, password: PASSWORD } });
  const token: string = (await login.json()).session_token;
  await app.page.context().clearCookies();
  await app.open('/sign-in');
  await app.page.getByText('Use a token instead').click();
  // Somebody signs in by cookie in the meantime, as in another tab.
  const other = await app.page.request.post(`${app.server.url}/api/v2/users/login`, { data: { email: PEOPLE.owner, password: PASSWORD } });
  const theirs: string = (await other.json()).session_token;
  await app.page.getByLabel('Token', { exact: true }).fill(token);
  await app.page.getByRole('button', { name: 'Sign in with the token' }).click();
  await expect(app.page.getByRole('banner')).toContainText('ken');
  const ask = (by: string) => fetch(`${app.server.url}/api/v2/users/me`, { headers: { 'Coder-Session-Token': by } });
  expect((await ask(theirs)).status).toBe(401);
  expect((await ask(token)).status).toBe(200);
  expect((await app.page.context().cookies()).map((cookie) => cookie.name)).not.toContain('coder_session_token');
});

test('a control plane without a route for entitlements is a control plane like any other', async ({ context, complaints, base }) => {
  complaints.allow(404, /\/api\/v2\/(entitlements|organizations\/[^/]+\/members\/me\/workspace-quota)$/);
  const server = await startControlPlane(['--memory', '--seed', 'company', '--quota', 'absent', '--site', site(), '--base', base]);
  try {
    const app = new App(await context.newPage(), server, base);
    const asked = app.page.waitForResponse((response) => response.url().endsWith('/api/v2/entitlements'));
    await app.signIn(PEOPLE.owner);
    expect((await asked).status()).toBe(404);
    const truth = await app.api<{ workspaces: Workspace[] }>('GET', '/workspaces?limit=25&q=owner:me');
    await expect(app.row(truth.workspaces[0].name)).toBeVisible();
    await expect(app.page.getByRole('alert')).toHaveCount(0);
    // Costs are not counted there, which is not the same as none.
    await expect(app.row(truth.workspaces[0].name).getByTitle(/no licence that counts credits/)).toHaveText('—');
    await app.open('/quota');
    await expect(app.page.getByRole('main')).toContainText('this control plane does not count credits');
  } finally {
    await server.stop();
  }
});

test('a control plane that is not there is said, and shown as soon as it is', async ({ context, complaints, base }) => {
  complaints.allow(502, /\/api\/v2\//);
  const behind = await startControlPlane(['--memory', '--seed', 'company']);
  const address = new URL(behind.url);
  const front = await startControlPlane(['--upstream', behind.url, '--site', site(), '--base', base]);
  await behind.stop();
  let back: Server | undefined;
  try {
    const app = new App(await context.newPage(), front, base);
    await app.open('/workspaces');
    await expect(app.page.getByRole('heading', { name: 'The control plane does not answer' })).toBeVisible();
    await app.axe();
    const sign = await context.newPage();
    await sign.goto(app.address('/sign-in'));
    await expect(sign.getByText(`${new URL(front.url).host} does not answer.`)).toBeVisible();
    await expect(sign.getByRole('button', { name: 'Try now' })).toBeVisible();
    back = await startControlPlane(['--memory', '--seed', 'company'], { listen: address.host });
    // Nothing is reloaded: the page asks by itself, the form on demand.
    await expect(app.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible({ timeout: 10_000 });
    await sign.getByRole('button', { name: 'Try now' }).click();
    await expect(sign.getByLabel('E-mail')).toBeVisible();
  } finally {
    await front.stop();
    await back?.stop();
  }
});
