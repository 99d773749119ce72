// Sessions that cannot begin or do not last: suspended accounts, single sign-on that works and that cannot, another person's cookie, a
// control plane that is not there.
import { COMPANY, PASSWORD, PEOPLE, expect, test, type Workspace } from '../support/fixture';

test('a suspended account is told so, and not that its password is wrong', async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\/users\/login$/);
  await app.fillIn('vera@acme.test');
  await expect(app.page.getByText('Your account is suspended. Contact an admin to reactivate your account.')).toBeVisible();
  await expect(app.page.getByLabel('Password', { exact: true })).not.toHaveAttribute('aria-invalid', 'true');
  await expect(app.page.getByLabel('E-mail')).toHaveValue('vera@acme.test');
  await app.axe();
});

test('who is suspended while signed in is told so', async ({ app, elsewhere, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await app.signIn('lucia@acme.test');
  const admin = await elsewhere();
  await admin.signIn(PEOPLE.owner);
  await admin.api('PUT', '/users/lucia/status/suspend');
  try {
    await app.open('/quota');
    await expect(app.page).toHaveURL(/sign-in\?back=/);
    await expect(app.page.getByRole('main')).toContainText(/User is not active \(status = "suspended"\)/);
  } finally {
    await admin.api('PUT', '/users/lucia/status/activate');
  }
  await app.page.reload();
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
});

test('an action whose session had ended was not carried out, and is said to have been refused', async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  const { page } = app;
  await app.signIn();
  const made = await app.make('turned-away');
  await app.open('/@ada/turned-away');
  const stop = page.getByRole('button', { name: 'Stop', exact: true });
  await expect(stop).toBeVisible();
  const signedOut = { status: 401, json: { message: 'You are signed out or your session has expired.' } };
  await page.route(/\/workspaces\/[^/]+\/builds$/, (route) => (route.request().method() === 'POST' ? route.fulfill(signedOut) : route.continue()));
  // The session itself says so too: without that it would not be believed.
  await page.route('**/api/v2/users/me', (route) => route.fulfill(signedOut));
  await page.getByRole('button', { name: /^Restart/ }).click();
  await page.getByRole('button', { name: 'Restart turned-away' }).click();
  await expect(page).toHaveURL(/sign-in\?back=/);
  await expect(page.getByText(/^Restart of turned-away was refused: /)).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText('left half way');
  await page.unroute('**/api/v2/users/me');
  await page.getByLabel('E-mail').fill(PEOPLE.owner);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'turned-away', level: 1 })).toBeVisible();
  await expect(stop).toBeEnabled();
  await expect(page.getByRole('main')).not.toContainText('no answer came');
  expect((await app.api<Workspace>('GET', `/workspaces/${made.id}`)).latest_build.build_number).toBe(1);
});

test.describe('single sign-on', () => {
  const OPTIONS = [...COMPANY, '--oidc', '--github'];

  test('works under the control plane\'s own address, and leads back to the same place', async ({ start, visit }) => {
    const server = await start(OPTIONS);
    // Its own address is the one with a name in it.
    const named = { ...server, url: server.url.replace('127.0.0.1', 'localhost') };
    const app = await visit(named);
    await app.open('/workspaces?q=status%3Afailed');
    const github = app.page.getByRole('link', { name: 'GitHub' });
    await expect(github).toHaveAttribute('href', /^\/api\/v2\/users\/oauth2\/github\/callback\?redirect=/);
    const way = await app.page.request.get(named.url + ((await github.getAttribute('href')) ?? ''), { maxRedirects: 0 });
    expect(way.status()).toBe(307);
    expect(way.headers().location).toMatch(/^https:\/\/github\.com\/login\/oauth\/authorize\?/);
    await app.axe();
    await app.page.getByRole('link', { name: 'Sign in with Acme' }).click();
    await app.inList();
    await expect(app.page).toHaveURL(/\/workspaces\?q=status(%3A|:)failed$/);
    await expect(app.page.getByRole('banner')).toContainText('nadia');
  });

  test('is off under any other address, says why, and how to come in', async ({ start, visit }) => {
    const own = 'coder.example.com';
    const server = await start([...OPTIONS, '--access-url', `https://${own}`]);
    const app = await visit(server);
    await app.page.clock.install();
    const begun: string[] = [];
    app.page.on('request', (request) => {
      if (/\/users\/(oidc|oauth2)\//.test(request.url())) begun.push(request.url());
    });
    await app.open('/sign-in');
    for (const name of ['Sign in with Acme', 'GitHub']) {
      const button = app.page.getByRole('button', { name });
      await expect(button).toHaveAttribute('aria-disabled', 'true');
      await expect(button).toHaveAccessibleDescription(new RegExp(`Both would return to ${own}, not to this page at 127\\.0\\.0\\.1`));
    }
    await expect(app.page.getByRole('link', { name: 'Get a token there' })).toHaveAttribute('href', `https://${own}/cli-auth`);
    await app.axe();
    for (const name of ['Sign in with Acme', 'GitHub']) await app.page.getByRole('button', { name }).click({ force: true });
    await app.pastTheHold();
    await expect(app.page).toHaveURL(app.address('/sign-in'));
    expect(begun).toEqual([]);
  });
});

test('a token signs out whoever came by cookie, and no socket shows their workspaces', async ({ app }) => {
  const token = await app.token(PEOPLE.member);
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
  const [by, seen]: [string[], string[]] = [[], []];
  app.page.on('websocket', (socket) => {
    by.push(new URL(socket.url()).searchParams.get('coder_session_token') ?? 'a cookie');
    socket.on('framereceived', ({ payload }) => seen.push(JSON.parse(String(payload)).data?.owner_name ?? 'nobody'));
  });
  await app.row('mailer').getByRole('link', { name: 'mailer', exact: true }).click();
  await expect.poll(() => seen).toContain('ken');
  expect(seen).not.toContain('ada');
  expect(new Set(by)).toEqual(new Set([token]));
});

for (const how of ['comes back to the page', 'keeps looking at it'] as const) {
  test(`another person who signs in outside of Gantry is seen by who ${how}, and nothing of the first is left`, async ({ app, complaints }) => {
    complaints.allow(404, /\/api\/v2\//); // what the first may see and the second may not
    complaints.allow(403, /\/deployment\/config$/);
    const { page } = app;
    await page.clock.install();
    await app.signIn();
    const truth = await app.api<{ workspaces: Workspace[] }>('GET', '/workspaces?limit=25&q=owner:me');
    const theirs = app.row(truth.workspaces[0].name);
    await expect(theirs).toBeVisible();
    const reply = await page.request.post(`${app.server.url}/api/v2/users/login`, { headers: { Authorization: 'Bearer gantry' }, data: { email: PEOPLE.member, password: PASSWORD } });
    expect(reply.status()).toBe(201);
    if (how === 'comes back to the page') await page.evaluate(() => dispatchEvent(new Event('focus')));
    else await app.passes(31_000);
    await expect(page.getByRole('banner')).toContainText('ken');
    await expect(page.getByRole('banner')).not.toContainText('ada');
    await expect(theirs).toBeHidden();
    await app.inList();
  });
}

test('a control plane without a route for entitlements is a control plane like any other', async ({ complaints, start, visit }) => {
  complaints.allow(404, /\/api\/v2\/(entitlements|organizations\/[^/]+\/members\/me\/workspace-quota)$/);
  const app = await visit(await start([...COMPANY, '--quota', 'absent']));
  const asked = app.page.waitForResponse((response) => response.url().endsWith('/api/v2/entitlements'));
  await app.signIn();
  expect((await asked).status()).toBe(404);
  const truth = await app.api<{ workspaces: Workspace[] }>('GET', '/workspaces?limit=25&q=owner:me');
  await expect(app.row(truth.workspaces[0].name)).toBeVisible();
  await expect(app.page.getByRole('alert')).toHaveCount(0);
  // Costs are not counted there, which is not the same as none.
  await expect(app.row(truth.workspaces[0].name).getByTitle(/no licence that counts credits/)).toHaveText('—');
  await app.open('/quota');
  await expect(app.page.getByRole('main')).toContainText('this control plane does not count credits');
});

test('a control plane that is not there is said, and shown as soon as it is', async ({ complaints, start, visit }) => {
  complaints.allow(502, /\/api\/v2\//);
  const behind = await start(COMPANY);
  const front = await start(['--upstream', behind.url]);
  await behind.stop();
  const app = await visit(front);
  await app.open('/workspaces');
  await expect(app.page.getByRole('heading', { name: 'The control plane does not answer' })).toBeVisible();
  await app.axe();
  const sign = (await app.tab('/sign-in')).page;
  await expect(sign.getByText(`${new URL(front.url).host} does not answer.`)).toBeVisible();
  await expect(sign.getByRole('button', { name: 'Try now' })).toBeVisible();
  await start(COMPANY, { listen: new URL(behind.url).host });
  // Nothing is reloaded: the page asks by itself, the form on demand.
  await expect(app.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible({ timeout: 10_000 });
  await sign.getByRole('button', { name: 'Try now' }).click();
  await expect(sign.getByLabel('E-mail')).toBeVisible();
});
