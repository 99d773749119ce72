// Refusals that are none of the control plane's: what stands in between is named, nobody is signed out, and a change goes another way where there is one.
import { PASSWORD, PEOPLE, expect, test, type App, type Workspace } from '../support/fixture';
import { REFUSALS, ownsAuthorization } from '../support/proxy';

/** Chooses an action from the menu of a row. */
async function choose(app: App, name: string, action: string): Promise<void> {
  await app.row(name).getByRole('button', { name: `More actions for ${name}` }).click();
  await app.page.getByRole('menuitem', { name: action }).click();
}

for (const [what, refusal] of Object.entries(REFUSALS)) {
  test(`behind ${what} that owns Authorization one signs in, changes something, and signs out`, async ({ app, complaints }) => {
    complaints.allow(refusal.status, /\/api\/v2\//);
    const proxy = await ownsAuthorization(app.page, refusal);
    await app.signIn();
    expect(proxy.refused()).toBeGreaterThan(0);
    const truth = await app.api<{ workspaces: (Workspace & { favorite: boolean })[] }>('GET', '/workspaces?limit=25&q=owner:me');
    const one = truth.workspaces.find((workspace) => !workspace.favorite);
    const name = one?.name ?? '';
    await app.open(`/workspaces?q=name%3A${name}`);
    // A reload: no script knows the session's token any more.
    await choose(app, name, 'Add to favorites');
    const message = app.page.getByRole('status', { name: 'Messages' });
    await expect(message).toContainText(`Add to favorites of ${name} was refused: Something between Gantry and the control plane refused this (${refusal.status}).`);
    await expect(message).toContainText('sign in with a token');
    await app.axe();
    // Nobody is signed out; but the control plane cannot be told to end the session, which is said.
    await expect(app.page.getByRole('banner')).toContainText('ada');
    await app.signOut();
    await expect(message).toContainText('You are signed out here, but the control plane was not told.');

    // By a token no such header is needed.
    const token = await app.token(PEOPLE.owner);
    await app.page.getByText('Use a token instead').click();
    await app.page.getByLabel('Token', { exact: true }).fill(token);
    await app.page.getByRole('button', { name: 'Sign in with the token' }).click();
    await app.inList();
    const before = proxy.refused();
    await choose(app, name, 'Add to favorites');
    const favorite = async () => (await app.api<{ favorite: boolean }>('GET', `/workspaces/${one?.id}`)).favorite;
    await expect.poll(favorite).toBe(true);
    await choose(app, name, 'Remove from favorites');
    await expect.poll(favorite).toBe(false);
    expect(proxy.refused()).toBe(before);
  });
}

test('who signed in with the password in this page changes things all the same, past what owns Authorization', async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  const proxy = await ownsAuthorization(app.page, REFUSALS['the JWT rule of a mesh']);
  await app.signIn();
  const made = await app.make('past-the-mesh');
  // Not a reload: with that the token would be gone.
  await app.page.getByRole('searchbox', { name: 'Filter' }).fill('name:past-the-mesh');
  await choose(app, 'past-the-mesh', 'Add to favorites');
  await expect.poll(async () => (await app.api<{ favorite: boolean }>('GET', `/workspaces/${made.id}`)).favorite).toBe(true);
  await expect(app.page.getByRole('status', { name: 'Messages' })).not.toContainText('refused');
  // The header is tried no more.
  const refused = proxy.refused();
  await choose(app, 'past-the-mesh', 'Remove from favorites');
  await expect.poll(async () => (await app.api<{ favorite: boolean }>('GET', `/workspaces/${made.id}`)).favorite).toBe(false);
  expect(proxy.refused()).toBe(refused);
  await app.signOut();
  await expect(app.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  expect(proxy.refused()).toBe(refused);
});

test('a 401 that the session itself does not confirm signs nobody out, for a change and for a read', async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  const { page } = app;
  await app.signIn();
  const made = await app.make('not-signed-out');
  await app.open('/@ada/not-signed-out');
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  const signedOut = { status: 401, json: { message: 'You are signed out or your session has expired. Please sign in again to continue.' } };
  await page.route(/\/workspaces\/[^/]+\/builds$/, (route) => (route.request().method() === 'POST' ? route.fulfill(signedOut) : route.fallback()));
  const dialog = await app.ask('Restart', 'not-signed-out');
  await dialog.getByRole('button', { name: 'Restart not-signed-out' }).click();
  await expect(page.getByText(/^Restart of not-signed-out was refused: Something between Gantry and the control plane refused this \(401\)/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'not-signed-out', level: 1 })).toBeVisible();
  expect(await app.latest(made.id)).toBe('1 running');
  await page.route('**/workspaces?*', (route) => route.fulfill(signedOut));
  await page.getByRole('link', { name: 'Workspaces', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Something on the way refused it' })).toBeVisible();
  await expect(page.getByRole('banner')).toContainText('ada');
  await expect(page.getByRole('banner')).toContainText('this page could not be read');
  await app.axe();
  await page.unroute('**/workspaces?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await expect(page.getByRole('banner')).not.toContainText('this page could not be read');
});

test('what refuses everything is named, and not taken for a session that ended', async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await app.page.clock.install();
  await app.signIn();
  const everything = (route: import('@playwright/test').Route) => route.fulfill(REFUSALS['basic authentication']);
  await app.page.route('**/api/v2/**', everything);
  await app.open('/workspaces');
  await expect(app.page.getByRole('heading', { name: 'Something on the way refused it' })).toBeVisible();
  await expect(app.page.getByRole('button', { name: 'Load this page anew' })).toBeVisible();
  await app.axe();
  await app.tryNow(() => app.page.unroute('**/api/v2/**', everything));
  await expect(app.page.getByRole('row').nth(1)).toBeVisible();
});

for (const [what, answer, title] of [
  ['that cannot be read', { status: 200, json: {} }, 'The answer could not be read'],
  ['of 500', { status: 500, json: { message: 'Broken.' } }, 'The control plane could not say who is signed in'],
  ['of a web page', { status: 200, contentType: 'text/html', body: '<!doctype html><title>Sign in to Acme</title>' }, 'Something else answered'],
] as const) {
  test(`an answer to who is signed in ${what} is called what it is, and is asked for again`, async ({ app, complaints }) => {
    complaints.allow(500, /\/api\/v2\/users\/me$/);
    await app.page.clock.install();
    await app.signIn();
    await app.page.route('**/api/v2/users/me', (route) => route.fulfill(answer));
    await app.open('/workspaces');
    await expect(app.page.getByRole('heading', { name: title })).toBeVisible();
    await expect(app.page.getByRole('main')).not.toContainText('does not answer');
    await app.tryNow(() => app.page.unroute('**/api/v2/users/me'));
    await app.inList();
  });
}

test('signing in where something refuses it names that, and keeps the password', async ({ app, complaints }) => {
  complaints.allow(403, /\/api\/v2\/users\/login$/);
  await app.open('/sign-in');
  await app.page.route('**/api/v2/users/login', (route) => route.fulfill(REFUSALS['a firewall']));
  await app.page.getByLabel('E-mail').fill(PEOPLE.owner);
  await app.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await app.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const main = app.page.getByRole('main');
  await expect(main).toContainText('Something between Gantry and the control plane refused this (403).');
  await expect(main).toContainText('Use a token instead');
  await expect(app.page.getByLabel('Password', { exact: true })).toHaveValue(PASSWORD);
  await app.axe();
});
