// What one may not see or do: the control plane's refusals, in its own words.
import { PEOPLE, expect, test } from '../support/fixture';

test('somebody else\'s workspace and its builds are not there for a member', async ({ app, complaints }) => {
  complaints.allow(404, /\/api\/v2\/users\/ada\/workspace\//);
  await app.signIn(PEOPLE.member);
  await app.open('/@ada/gantry-web');
  await expect(app.page.getByRole('heading', { name: 'Not found, or you have no access' })).toBeVisible();
  await expect(app.page.getByRole('main')).toContainText('404');
  await app.open('/@ada/gantry-web/builds/1');
  await expect(app.page.getByRole('heading', { name: 'Not found, or you have no access' })).toBeVisible();
  await app.axe();
  // The ways on: up, and up again.
  await app.page.getByRole('link', { name: 'Workspace gantry-web' }).click();
  await expect(app.page).toHaveURL(/\/@ada\/gantry-web$/);
  await app.page.getByRole('link', { name: 'Workspaces of ada' }).click();
  await expect(app.page).toHaveURL(/\/workspaces\?q=owner(%3A|:)ada$/);
});

test('what was not there or not allowed opens by “Try again” once it is', async ({ app, elsewhere, complaints }) => {
  complaints.allow(404, /\/api\/v2\/users\/ada\/workspace\//);
  // The page that is open when the right is taken away again may still be asking for the parts of its workspace.
  complaints.allow(404, /\/api\/v2\/(workspaces|workspacebuilds|workspaceagents)\//);
  const owner = await elsewhere();
  await owner.signIn(PEOPLE.owner);
  const made = await owner.make('shared-later');
  await app.signIn(PEOPLE.member);
  const me = await app.api<{ id: string }>('GET', '/users/me');
  const missing = app.page.getByRole('heading', { name: 'Not found, or you have no access' });
  const again = app.page.getByRole('button', { name: 'Try again' });
  for (const [path, heading] of [
    ['/@ada/shared-later', 'shared-later'],
    ['/@ada/shared-later/builds/1', 'Build 1'],
  ]) {
    await owner.api('PATCH', `/workspaces/${made.id}/acl`, { user_roles: { [me.id]: '' } });
    await app.open(path);
    await expect(missing).toBeVisible();
    // Asked for once more: the answer is the same, and that it was asked for is said.
    await again.focus();
    await app.page.keyboard.press('Enter');
    await expect(app.page.getByText(/^Asked again at \d\d:\d\d:\d\d\.$/)).toBeVisible();
    await expect(missing).toBeVisible();
    await expect(again).toBeFocused();
    await owner.api('PATCH', `/workspaces/${made.id}/acl`, { user_roles: { [me.id]: 'use' } });
    await app.page.keyboard.press('Enter');
    await expect(app.page.getByRole('heading', { name: heading, level: 1 })).toBeFocused();
  }
});

test('who only shares a workspace may stop it; that they may not delete it is said', async ({ app, elsewhere }) => {
  const owner = await elsewhere();
  await owner.signIn(PEOPLE.owner);
  const made = await owner.make('shared-one');
  await app.signIn(PEOPLE.member);
  const me = await app.api<{ id: string }>('GET', '/users/me');
  await owner.api('PATCH', `/workspaces/${made.id}/acl`, { user_roles: { [me.id]: 'use' } });
  await app.open('/workspaces?q=name%3Ashared-one');
  const row = app.row('shared-one');
  await row.getByRole('button', { name: /^Stop/ }).click();
  // Its owner was there a moment ago: the stop asks.
  await app.page.getByRole('dialog').getByRole('button', { name: 'Stop shared-one' }).click();
  await expect(row).toContainText('Stopped', { timeout: 30_000 });
  await row.getByRole('button', { name: /^More actions/ }).click();
  const remove = app.page.getByRole('menuitem', { name: /^Delete/ });
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  await expect(remove).toContainText('you have no permission to delete it');
  await app.page.keyboard.press('Escape');
  expect(await owner.latest(made.id)).toBe('2 stopped');
});

test('a page that the control plane forbids says so, with its words and the request id', async ({ app, complaints }) => {
  complaints.allow(403, /\/api\/v2\/users\/ada\/workspace\//);
  await app.signIn(PEOPLE.member);
  // No route of today's control planes answers a reader with 403; a later one may.
  await app.page.route('**/api/v2/users/ada/workspace/**', (route) =>
    route.fulfill({ status: 403, headers: { 'X-Coder-Request-Id': '6a1d7a4e-2f0e-4a4e-9a52-0f8b9f2a7c11' }, json: { message: 'Forbidden.', detail: 'You lack the right to read it.' } }),
  );
  await app.open('/@ada/gantry-web');
  await expect(app.page.getByRole('heading', { name: 'You may not see this workspace' })).toBeVisible();
  const main = app.page.getByRole('main');
  for (const words of ['Forbidden.', 'You lack the right to read it.', '403', '6a1d7a4e-2f0e-4a4e-9a52-0f8b9f2a7c11']) await expect(main).toContainText(words);
  await app.axe();
  await app.page.unroute('**/api/v2/users/ada/workspace/**');
  // Now it is the real control plane's answer, which a member gets: not there.
  complaints.allow(404, /\/api\/v2\/users\/ada\/workspace\//);
  await app.page.getByRole('button', { name: 'Try again' }).click();
  await expect(app.page.getByRole('heading', { name: 'Not found, or you have no access' })).toBeVisible();
});
