// Templates: their list, one of them, and what leads to a new workspace.
import { COMPANY, PEOPLE, expect, test } from '../support/fixture';

const GALLERY = [...COMPANY, '--templates', 'all', '--speed', '20'];

test('the list says what a template is, how long it takes and who uses it', async ({ app }) => {
  await app.signIn();
  const { page } = app;
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Templates' }).click();
  await expect(page.getByRole('heading', { name: 'Templates', level: 1 })).toBeVisible();
  const all = await app.api<{ name: string; display_name: string; deprecated: boolean; active_user_count: number; organization_name: string }[]>('GET', '/templates');
  for (const template of all) {
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: template.display_name || template.name, exact: true }) });
    await expect(row).toHaveCount(1);
    await expect(row.getByRole('cell').nth(4)).toHaveText(String(template.active_user_count));
    const create = row.getByRole('link', { name: /^Create a workspace of / });
    await expect(create).toHaveCount(template.deprecated ? 0 : 1);
  }
  const fleet = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'Fleet', exact: true }) });
  await expect(fleet).toContainText('Deprecated');
  await expect(fleet).toContainText('Use go-service with the load profile.');
  await app.axe();

  // Words are looked for in names and descriptions, keys by the control plane; the query is in the address.
  await page.keyboard.press('/');
  await page.keyboard.type('g5.2xlarge');
  await expect(page).toHaveURL(/\?q=g5\.2xlarge$/);
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Filter' })).toHaveValue('g5.2xlarge');
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Deprecated', exact: true }).click();
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('link', { name: 'Fleet', exact: true })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('searchbox', { name: 'Filter' })).toHaveValue('g5.2xlarge');
  await page.getByRole('searchbox', { name: 'Filter' }).fill('no-such-template');
  await expect(page.getByRole('heading', { name: 'No template matches' })).toBeVisible();
  await app.axe();
  await page.getByRole('button', { name: 'Show all templates' }).click();
  await expect(page.getByRole('link', { name: 'Fleet', exact: true })).toBeVisible();
});

test('a query that the control plane does not understand is refused in its words, and typing goes on', async ({ app, complaints }) => {
  complaints.allow(400, /\/templates\?q=/);
  await app.signIn();
  await app.open('/templates?q=colour%3Ared');
  const { page } = app;
  await expect(page.locator('#filter-note')).toContainText(/colour/);
  await expect(page.getByRole('searchbox', { name: 'Filter' })).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('searchbox', { name: 'Filter' }).fill('fleet');
  await expect(page.getByRole('link', { name: 'Fleet', exact: true })).toBeVisible();
});

test('a template tells what it makes, asks for and decides, with its versions', async ({ start, visit }) => {
  const app = await visit(await start(GALLERY));
  await app.signIn(PEOPLE.member);
  const { page } = app;
  await app.open('/templates/acme/data-science');
  await expect(page.getByRole('heading', { name: 'Data science', level: 1 })).toBeVisible();
  for (const name of ['Presets', 'Parameters', 'Resources', 'Readme', 'Versions', 'What the template decides', 'Who uses it']) {
    await expect(page.getByRole('heading', { name, level: 2 })).toBeVisible();
  }
  await app.axe();
  const presets = await app.api<{ Name: string; Default: boolean }[]>('GET', `/templateversions/${(await template(app, 'data-science')).active_version_id}/presets`);
  for (const preset of presets) await expect(page.getByRole('link', { name: `Use preset ${preset.Name}` })).toBeVisible();

  // Ten kilobytes of Markdown with HTML in it are words: nothing of it acts.
  await app.open('/templates/acme/handbook');
  const readme = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Readme' }) });
  await expect(readme).toContainText(/\w{4,}/);
  await expect(readme.locator('script, style, iframe, img[onerror], [onclick]')).toHaveCount(0);
  await app.axe();

  // A failed import and one that never ends are told, and the active version stays what is used.
  await app.open('/templates/acme/releases');
  const versions = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Versions' }) });
  await expect(versions.getByRole('listitem')).toHaveCount(3);
  await expect(versions).toContainText('import failed: template import provision for start');
  await expect(versions).toContainText('is being imported');
  await versions.getByRole('link', { name: 'v2' }).click();
  await expect(page).toHaveURL(/\?version=/);
  await expect(page.getByRole('main')).toContainText('The import of version v2 failed');
  await expect(page.getByRole('button', { name: 'New workspace' })).toHaveAttribute('aria-disabled', 'true');
  await page.goBack();
  await expect(page.getByRole('link', { name: 'New workspace' })).toBeVisible();
});

async function template(app: { api: <T>(method: string, path: string) => Promise<T> }, name: string): Promise<{ id: string; active_version_id: string }> {
  const all = await app.api<{ id: string; name: string; active_version_id: string }[]>('GET', '/templates');
  return all.find((one) => one.name === name)!;
}

test('a deprecated template says so, and makes nothing', async ({ app }) => {
  await app.signIn();
  const { page } = app;
  await app.open('/templates/acme/fleet');
  await expect(page.getByRole('main')).toContainText('This template is deprecated.');
  await expect(page.getByRole('button', { name: 'New workspace' })).toHaveAttribute('aria-disabled', 'true');
  await app.axe();
  await app.open('/templates/acme/fleet/workspace');
  await expect(page.getByRole('heading', { name: 'No new workspace of Fleet', level: 1 })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('Use go-service with the load profile');
  await expect(page.getByRole('button', { name: 'Create workspace' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Choose another template' }).click();
  await expect(page.getByRole('heading', { name: 'Templates', level: 1 })).toBeVisible();
});

test('what is not there, and a control plane that fails, are told with a way on', async ({ app, complaints }) => {
  complaints.allow(404, /\/organizations\/acme\/templates\/nowhere$/);
  complaints.allow(500, /\/templates\?q=/);
  await app.signIn();
  const { page } = app;
  await app.open('/templates/acme/nowhere');
  await expect(page.getByRole('heading', { name: 'Template not found, or you have no access', level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'All templates' }).click();
  await expect(page.getByRole('link', { name: 'Fleet', exact: true })).toBeVisible();

  const failing = { status: 500, contentType: 'application/json', body: JSON.stringify({ message: 'An internal error occurred.' }) };
  await page.route(/\/api\/v2\/templates\?q=/, (route) => route.fulfill(failing));
  await page.reload();
  await expect(page.getByRole('heading', { name: 'The control plane could not list the templates' })).toBeVisible();
  await page.unroute(/\/api\/v2\/templates\?q=/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('link', { name: 'Fleet', exact: true })).toBeVisible();
});

test('who may see no template is told whom to ask', async ({ app }) => {
  await app.signIn();
  const { page } = app;
  await page.route(/\/api\/v2\/templates\?q=/, (route) => route.fulfill({ contentType: 'application/json', body: 'null' }));
  await app.open('/templates');
  await expect(page.getByRole('heading', { name: 'You may see no templates' })).toBeVisible();
  await app.axe();
});

test('what the control plane has not counted yet is no number', async ({ app }) => {
  await app.signIn();
  const { page } = app;
  await page.route(/\/api\/v2\/templates\?q=/, async (route) => {
    const response = await route.fetch();
    const all = (await response.json()) as { active_user_count: number; build_time_stats: unknown; icon: string }[];
    await route.fulfill({ response, json: all.map((one) => ({ ...one, active_user_count: -1, build_time_stats: null, icon: '/icon/no-such.svg' })) });
  });
  page.on('requestfailed', () => undefined);
  await app.open('/templates');
  const cells = page.getByRole('row').nth(1).getByRole('cell');
  await expect(cells.nth(4)).toHaveText('—');
  await expect(cells.nth(5)).toHaveText('—');
  await expect(page.getByRole('main')).not.toContainText('-1');
});
