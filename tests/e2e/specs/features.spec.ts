// What a site's configuration switches off: everything can be read, what is off says so where it would be done, and nothing of it is sent.
import { expect, test, type App } from '../support/fixture';

/** The switches of the site, as its config.json has them. */
const configured = (app: App, features: Record<string, unknown>) => app.page.route('**/config.json', (route) => route.fulfill({ json: { features } }));

const OFF = 'actions are switched off on this site';

test('a site for looking only offers nothing that changes something, says why, and sends nothing', async ({ app }) => {
  const { page } = app;
  await configured(app, { actions: false });
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET' && /\/api\/v2\//.test(request.url())) sent.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  await app.signIn();
  const made = await app.make('looked-at');
  await app.open('/workspaces?q=name%3Alooked-at');
  const row = app.row('looked-at');
  const stop = row.getByRole('button', { name: 'Stop looked-at' });
  await expect(stop).toHaveAttribute('aria-disabled', 'true');
  await expect(stop).toHaveAccessibleDescription(OFF);
  // By the keyboard neither.
  await stop.focus();
  await page.keyboard.press('Enter');
  await row.getByRole('button', { name: 'More actions for looked-at' }).click();
  const items = page.getByRole('menuitem');
  await expect(items.first()).toBeVisible();
  for (const item of await items.all()) {
    await expect(item).toHaveAttribute('aria-disabled', 'true');
    await expect(item).toContainText('switched off on this site');
  }
  await app.axe();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: 'New workspace' })).toHaveCount(0);

  await app.open('/@ada/looked-at');
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveAttribute('aria-disabled', 'true');
  await app.open('/@ada/looked-at/schedule');
  const later = page.getByRole('button', { name: '1 h later' });
  await expect(later).toHaveAttribute('aria-disabled', 'true');
  await expect(later).toHaveAccessibleDescription('Actions are switched off on this site.');
  await app.open('/@ada/looked-at/parameters');
  await expect(page.getByText(OFF).filter({ visible: true }).first()).toBeVisible();
  await app.open('/templates');
  const create = page.getByRole('row', { name: /^Docker|docker/ }).first().getByRole('button', { name: 'Create' });
  await expect(create).toHaveAttribute('aria-disabled', 'true');
  const template = (await app.api<{ name: string; organization_name: string }[]>('GET', '/templates')).find(({ name }) => name === 'docker');
  await app.open(`/templates/${template?.organization_name}/docker/workspace?name=made-anyhow&mode=auto`);
  await expect(page.getByText('Creating workspaces is switched off on this site.').filter({ visible: true })).toBeVisible();
  await app.axe();
  await app.open('/@ada/looked-at/builds/1');
  await expect(page.getByRole('heading', { name: 'Build 1', level: 1 })).toBeVisible();
  expect(await app.latest(made.id)).toBe('1 running');
  // Signing in, and what is asked in the form of a write.
  expect(sent.filter((one) => !/\/(users\/login|authcheck|dynamic-parameters\/evaluate)$/.test(one))).toEqual([]);
});

test('a link that would make a workspace by itself makes none where creating is switched off; the rest works', async ({ app }) => {
  const { page } = app;
  await configured(app, { create: false });
  await app.signIn();
  const made = await app.make('still-acted-on');
  const template = (await app.api<{ name: string; organization_name: string }[]>('GET', '/templates')).find(({ name }) => name === 'docker');
  await app.open(`/templates/${template?.organization_name}/docker`);
  await expect(page.getByRole('button', { name: 'New workspace' })).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByText('Creating workspaces is switched off on this site.').filter({ visible: true })).toBeVisible();
  await app.open('/workspaces?q=name%3Astill-acted-on');
  await expect(page.getByRole('link', { name: 'New workspace' })).toHaveCount(0);
  const row = app.row('still-acted-on');
  await row.getByRole('button', { name: 'More actions for still-acted-on' }).click();
  const duplicate = page.getByRole('menuitem', { name: /^Duplicate/ });
  await expect(duplicate).toHaveAttribute('aria-disabled', 'true');
  await expect(duplicate).toContainText('creating is switched off on this site');
  await page.getByRole('menuitem', { name: /^Add to favorites/ }).click();
  await expect.poll(async () => (await app.api<{ favorite: boolean }>('GET', `/workspaces/${made.id}`)).favorite).toBe(true);
});

for (const [features, words] of [
  [null, 'The field “features” of config.json must be an object of switches, but it is null.'],
  [['actions'], 'The field “features” of config.json must be an object of switches, but it is a list.'],
  [{ actions: 'no' }, 'The field “features.actions” of config.json must be true or false, but it is a text.'],
  [{ panel_actions: 0 }, 'The field “features.panel_actions” of config.json must be true or false, but it is a number.'],
  [{ actions: 'no', create: 1 }, 'The field “features.actions” of config.json must be true or false, but it is a text. The field “features.create” of config.json must be true or false, but it is a number.'],
] as const) {
  test(`config.json: features ${JSON.stringify(features)} is named as the fault`, async ({ app }) => {
    await app.page.route('**/config.json', (route) => route.fulfill({ json: { features } }));
    await app.open('/workspaces');
    await expect(app.page.getByRole('alert')).toContainText(words);
  });
}

test('a feature that is not known is a warning in the console, and nothing else', async ({ app }) => {
  const said: string[] = [];
  app.page.on('console', (message) => said.push(message.text()));
  await configured(app, { bulk: false });
  await app.signIn();
  expect(said).toContain('config.json: the field “features.bulk” is not known and has no effect.');
});
