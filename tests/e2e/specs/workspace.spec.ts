// One workspace: what it is, its agents, resources and builds; and one that is gone or hidden.
import { expect, test } from '../support/fixture';

test.beforeEach(async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\/(users\/me|workspaces\?.*)$/);
  await app.signIn();
});

test('says what the API says: agents, resources with their cost, builds', async ({ app }) => {
  const made = await app.make('two-agents-page');
  const build = made.latest_build;
  await app.open('/@ada/two-agents-page');
  await expect(app.page.getByRole('heading', { name: 'two-agents-page', level: 1 })).toBeVisible();
  const main = app.page.getByRole('main');
  const agents = build.resources.flatMap((resource) => resource.agents ?? []);
  expect(agents.length).toBeGreaterThan(1);
  for (const agent of agents) await expect(main).toContainText(agent.name);
  for (const resource of build.resources.filter((one) => !one.hide)) {
    const row = app.page.getByRole('row').filter({ hasText: resource.type }).filter({ hasText: resource.name });
    await expect(row.first()).toContainText(String(resource.daily_cost));
  }
  await expect(app.page.getByRole('link', { name: '#1', exact: true })).toBeVisible();
  await app.axe();
});

test('follows what happens elsewhere without being reloaded', async ({ app }) => {
  const made = await app.make('elsewhere');
  await app.open('/@ada/elsewhere');
  await expect(app.page.getByRole('button', { name: /^Stop/ })).toBeVisible();
  await app.build(made.id, 'stop');
  await expect(app.page.getByRole('main')).toContainText('Stopped');
  await expect(app.page.getByRole('button', { name: /^Start/ })).toBeVisible();
  await expect(app.page.getByRole('link', { name: '#2', exact: true })).toBeVisible();
});

test('a workspace that was deleted says so under its old address', async ({ app, complaints }) => {
  complaints.allow(404, /\/api\/v2\/users\/ada\/workspace\/was-here$/);
  const made = await app.make('was-here');
  await app.build(made.id, 'delete');
  await expect.poll(async () => (await app.page.request.get(`${app.server.url}/api/v2/workspaces/${made.id}`)).status(), { timeout: 30_000 }).toBe(410);
  await app.open('/@ada/was-here');
  await expect(app.page.getByRole('heading', { name: 'This workspace was deleted' })).toBeVisible();
  await app.axe();
});

test('a workspace that is gone or hidden', async ({ app, complaints }) => {
  complaints.allow(404, /\/api\/v2\/users\/ada\/workspace\/nobody/);
  await app.open('/@ada/nobody');
  await expect(app.page.getByRole('heading', { name: 'No such workspace, or not for you' })).toBeVisible();
  await app.axe();
});

