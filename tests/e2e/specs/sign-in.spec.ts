// Signing in: by password, by token, refused, unreachable, and back to where one wanted to go.
import { PASSWORD, PEOPLE, expect, test } from '../support/fixture';

test('a password signs in and leads to the list', async ({ app }) => {
  await app.signIn(PEOPLE.member);
  await expect(app.page).toHaveURL(app.address('/workspaces'));
  await expect(app.page.getByRole('banner')).toContainText('ken');
});

test('a wrong password is refused, the e-mail stays and the password goes', async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\/users\/login$/);
  await app.fillIn(PEOPLE.owner, 'not-it');
  await expect(app.page.getByText('Incorrect e-mail or password.')).toBeVisible();
  await expect(app.page.getByLabel('E-mail')).toHaveValue(PEOPLE.owner);
  await expect(app.page.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(app.page.getByLabel('Password', { exact: true })).toHaveValue('');
  await app.axe();
});

test('an address that needs a session leads to sign-in and back to the same place', async ({ app }) => {
  await app.open('/workspaces?q=status%3Afailed');
  await expect(app.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await app.page.getByLabel('E-mail').fill(PEOPLE.owner);
  await app.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await app.page.keyboard.press('Enter');
  await app.inList();
  await expect(app.page).toHaveURL(/\?q=status(%3A|:)failed$/);
});

test('a token signs in, and stays out of the address and of localStorage', async ({ app }) => {
  const token = await app.token(PEOPLE.owner);
  await app.open('/sign-in');
  await app.page.getByText('Use a token instead').click();
  await app.page.getByLabel('Token', { exact: true }).fill(token);
  await app.page.getByRole('button', { name: 'Sign in with the token' }).click();
  await app.inList();
  expect(app.page.url()).not.toContain(token);
  expect(await app.page.evaluate(() => JSON.stringify(localStorage))).not.toContain(token);
  expect(await app.page.context().cookies()).not.toContainEqual(expect.objectContaining({ value: token }));
});

for (const [keep, after] of [
  [true, 'survives a reload, and ends with its tab'],
  [false, 'is forgotten with the page, where one says so'],
] as const) {
  test(`a session by token ${after}`, async ({ app }) => {
    const token = await app.token(PEOPLE.member);
    await app.open('/sign-in');
    await app.page.getByText('Use a token instead').click();
    await app.page.getByLabel('Token', { exact: true }).fill(token);
    await app.page.getByLabel('Keep it while this tab is open').setChecked(keep);
    await app.page.getByRole('button', { name: 'Sign in with the token' }).click();
    await app.inList();
    await app.page.reload();
    if (keep) {
      await app.inList();
      await expect(app.page.getByRole('banner')).toContainText('ken');
      const other = await app.tab('/workspaces');
      await expect(other.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
    } else {
      await expect(app.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
    }
  });
}

for (const [what, answer, said] of [
  ['an unreachable control plane', null, /does not answer/],
  ['an error of the server', { status: 500, json: { message: 'Internal error.' } }, /Internal error\./],
  ['a gateway\'s page', { status: 502, contentType: 'text/html', body: '<html>Bad gateway</html>' }, /does not answer/],
] as const) {
  test(`${what} is said, and what was typed is kept: it can be sent again`, async ({ app, complaints }) => {
    complaints.allow('network', /\/api\/v2\//);
    for (const status of [500, 502]) complaints.allow(status, /\/api\/v2\/users\/login$/);
    await app.open('/sign-in');
    await app.page.getByLabel('E-mail').fill(PEOPLE.owner);
    await app.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await app.page.route('**/api/v2/users/login', (route) => (answer ? route.fulfill(answer) : route.abort('connectionrefused')));
    await app.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(app.page.getByText(said).first()).toBeVisible();
    await expect(app.page.getByRole('main')).toContainText('What you typed is kept.');
    await app.page.unroute('**/api/v2/users/login');
    await expect(app.page.getByLabel('E-mail')).toHaveValue(PEOPLE.owner);
    await expect(app.page.getByLabel('Password', { exact: true })).toHaveValue(PASSWORD);
    // A look at the other way of signing in does not lose it either.
    await app.page.getByText('Use a token instead').click();
    await expect(app.page.getByLabel('Token', { exact: true })).toBeVisible();
    await app.page.getByText('Use a token instead').click();
    await app.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await app.inList();
  });
}

test('signing out ends the session, in another tab too', async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\//); // what was under way when the session ended
  await app.signIn();
  const other = await app.tab('/workspaces?q=');
  await other.inList();
  const cookie = (await app.page.context().cookies()).find((one) => one.name === 'coder_session_token');
  const ask = async () => (await fetch(`${app.server.url}/api/v2/users/me`, { headers: { 'Coder-Session-Token': cookie?.value ?? '' } })).status;
  expect(await ask()).toBe(200);
  await app.signOut();
  await expect(app.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await expect(other.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  expect(await ask()).toBe(401);
});

test('the page has no violation, and the keyboard alone signs in', async ({ app }) => {
  await app.open('/sign-in');
  await expect(app.page.getByLabel('E-mail')).toBeFocused();
  await app.axe();
  await app.page.keyboard.type(PEOPLE.owner);
  await app.page.keyboard.press('Tab');
  await app.page.keyboard.type(PASSWORD);
  await app.page.keyboard.press('Enter');
  await app.inList();
});
