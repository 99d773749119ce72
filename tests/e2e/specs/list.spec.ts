// The list of workspaces: what it shows, its query box, its links, and what a row can do.
import { expect, test, type Workspace } from '../support/fixture';

type Listed = { workspaces: Workspace[]; count: number };

test.beforeEach(async ({ app }) => {
  await app.signIn();
});

test('shows the workspaces that the API lists, and is free of violations', async ({ app }) => {
  const truth = await app.api<Listed>('GET', '/workspaces?limit=25&q=owner:me');
  expect(truth.workspaces.length).toBeGreaterThan(3);
  const rows = app.page.getByRole('row').filter({ has: app.page.getByRole('cell') });
  await expect(rows).toHaveCount(truth.count);
  for (const [at, { name }] of truth.workspaces.entries()) await expect(rows.nth(at).getByRole('link', { name, exact: true })).toBeVisible();
  await app.axe();
});

test('the query box speaks the control plane\'s language, and the query is a link', async ({ app }) => {
  await app.page.getByLabel('Filter').fill('status:failed');
  await app.page.keyboard.press('Enter');
  await expect(app.page).toHaveURL(/[?&]q=status(%3A|:)failed$/);
  const truth = await app.api<Listed>('GET', '/workspaces?limit=25&q=status:failed');
  expect(truth.count).toBeGreaterThan(0);
  for (const workspace of truth.workspaces) await expect(app.row(workspace.name).first()).toContainText(/failed|canceled/);
  await expect(app.page.getByRole('link', { name: truth.workspaces[0].name, exact: true })).toBeVisible();
  await app.page.reload();
  await expect(app.row(truth.workspaces[0].name).first()).toContainText(/failed|canceled/);
  await expect(app.page.getByLabel('Filter')).toHaveValue(/status:failed/);
});

test('an unknown key is refused with the server\'s words', async ({ app, complaints }) => {
  complaints.allow(400, /\/api\/v2\/workspaces\?/);
  await app.page.getByLabel('Filter').fill('colour:red');
  await app.page.keyboard.press('Enter');
  await expect(app.page.getByText(/"colour" is not a valid query param/)).toBeVisible();
  await app.axe();
});

test('presets say which one is on, and change the address', async ({ app }) => {
  const preset = (name: string) => app.page.getByRole('group', { name: 'Presets' }).getByRole('button', { name, exact: true });
  await preset('All').click();
  await expect(app.page).toHaveURL(/[?&]q=$/);
  await expect(preset('All')).toHaveAttribute('aria-pressed', 'true');
  await preset('Failed').click();
  await expect(app.page).toHaveURL(/status(%3A|:)failed/);
  await expect(preset('Failed')).toHaveAttribute('aria-pressed', 'true');
  await expect(preset('All')).toHaveAttribute('aria-pressed', 'false');
  await expect(app.page.getByLabel('Filter')).toHaveValue(/status:failed/);
});

test('a row stops and starts, and says what the control plane says', async ({ app }) => {
  const made = await app.make('row-acts');
  await app.page.clock.install();
  await app.open('/workspaces?q=name%3Arow-acts');
  const row = app.row('row-acts');
  await row.getByRole('button', { name: /^Stop/ }).click();
  await expect(row.getByRole('button', { name: 'Undo the stop of row-acts' })).toBeVisible();
  expect(await app.latest(made.id)).toBe('1 running');
  await app.pastTheHold();
  await expect(row).toContainText('Stopped');
  expect(await app.latest(made.id)).toBe('2 stopped');
  await row.getByRole('button', { name: /^Start/ }).click();
  await expect(row).toContainText(/Running|Unhealthy/);
  expect(await app.latest(made.id)).toBe('3 running');
});

test('a failed row says why in Terraform\'s words', async ({ app }) => {
  const made = await app.make('fail-apply-row');
  expect(made.latest_build.status).toBe('failed');
  type Line = { log_level: string; output: string };
  const logs = await app.api<Line[]>('GET', `/workspacebuilds/${made.latest_build.id}/logs`);
  const why = logs.find((line) => line.log_level === 'error')?.output.replace(/^Error: /, '') ?? 'no error line';
  await app.open('/workspaces?q=name%3Afail-apply-row');
  await expect(app.row('fail-apply-row')).toContainText(why.slice(0, 40));
  await expect(app.row('fail-apply-row')).not.toContainText('exit status 1');
});

test('at 360 pixels it is a list of cards without a sideways scroll', async ({ app }) => {
  await app.page.setViewportSize({ width: 360, height: 740 });
  await app.open('/workspaces?q=');
  await expect(app.page.getByRole('row').nth(2)).toBeVisible();
  const wide = await app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
  // A card has no heads of columns above it, and its parts stand below each other.
  await expect(app.page.getByRole('columnheader', { name: 'Status' })).not.toBeInViewport();
  const [name, status] = await Promise.all([1, 4].map((nth) => app.page.getByRole('row').nth(2).locator(`td:nth-child(${nth})`).boundingBox()));
  expect(status?.y).toBeGreaterThan(name?.y ?? Infinity);
  await app.axe();
});

test('a row that is deleted elsewhere says so before it leaves; one that is only not asked for any more does not', async ({ app, complaints }) => {
  const { page } = app;
  complaints.allow(410, /\/api\/v2\/workspaces\//);
  const [goes, stops] = [await app.make('leaves-deleted'), await app.make('leaves-stopped')];
  await app.open('/workspaces?q=name%3Aleaves%20status%3Arunning');
  await expect(app.row('leaves-stopped')).toBeVisible();
  // What the cells of the state ever say.
  const said = await page.evaluateHandle(() => {
    const all: string[] = [];
    const look = () => all.push(...[...document.querySelectorAll('tbody tr')].map((row) => row.textContent ?? ''));
    new MutationObserver(look).observe(document.querySelector('table')!, { childList: true, characterData: true, subtree: true });
    return all;
  });
  const ever = (name: string) => said.evaluate((all, name) => all.some((text) => text.startsWith(name) && text.includes('Deleted')), name);
  await app.build(goes.id, 'delete');
  await app.gone(goes.id);
  await app.build(stops.id, 'stop');
  await app.settled(stops.id);
  await page.getByRole('button', { name: 'Refresh the list' }).click();
  // It may have been noticed before, and have left already.
  await expect.poll(() => ever('leaves-deleted')).toBe(true);
  await expect(app.row('leaves-deleted')).toHaveCount(0);
  await expect(app.row('leaves-stopped')).toHaveCount(0);
  expect(await ever('leaves-stopped')).toBe(false);
});
