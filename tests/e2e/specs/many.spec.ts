// The whole list: finding with help, order, groups, columns, saved views, a selection and what is done to all of it, the palette.
import { expect, test, type Workspace } from '../support/fixture';

test.beforeEach(async ({ app }) => {
  await app.signIn();
});

test('the help completes keys and values, and what is unfinished is not sent', async ({ app }) => {
  const { page } = app;
  await app.open('/workspaces?q=');
  const asked: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname.endsWith('/workspaces')) asked.push(url.searchParams.get('q') ?? '');
  });
  const box = page.getByRole('searchbox', { name: 'Filter' });
  await box.click();
  await box.fill('');
  await page.keyboard.type('stat');
  await expect(page.getByRole('option', { name: /^status:/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(box).toHaveValue('status:');
  await page.keyboard.type('fai');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/[?&]q=status(%3A|:)failed/);
  await expect(page.getByRole('row').nth(1)).toContainText(/failed|canceled/i);
  expect(asked.filter((query) => /^status:?$|status:f[ai]*$|^stat$/.test(query))).toEqual([]);
  // By pickers, without typing; and a part taken off again.
  await page.getByLabel('Template', { exact: true }).selectOption('docker');
  await expect(page).toHaveURL(/template(%3A|:)docker/);
  await page.getByRole('button', { name: 'Take off status:failed' }).click();
  await expect(box).toHaveValue('template:docker');
  await app.axe();
});

test('order, groups and columns are a link that shows the same to others', async ({ app, elsewhere }) => {
  const { page } = app;
  await app.open('/workspaces?q=');
  const head = page.getByRole('columnheader', { name: /^(Select all rows that are loaded )?Name/ });
  await page.getByRole('button', { name: 'Name', exact: true }).click();
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await page.getByRole('button', { name: 'Name', exact: true }).click();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await expect(page).toHaveURL(/sort=-name/);
  const truth = await app.api<{ workspaces: Workspace[] }>('GET', '/workspaces?limit=0&q=');
  const last = truth.workspaces.map((one) => one.name).sort(new Intl.Collator('en', { numeric: true }).compare).at(-1);
  await expect(page.getByRole('row').nth(1)).toContainText(last ?? 'no workspace');
  await page.getByRole('button', { name: /^Group/ }).click();
  await page.getByRole('menuitemradio', { name: 'By owner' }).click();
  const group = page.getByRole('rowheader').first();
  await expect(group).toContainText(String(truth.workspaces.filter((one) => one.owner_name === 'ada').length));
  await group.getByRole('button').click();
  await expect(group.getByRole('button')).toHaveAttribute('aria-expanded', 'false');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Organization' }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('columnheader', { name: 'Organization' })).toBeVisible();
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByLabel('Name', { exact: true }).fill('By people');
  await page.getByRole('dialog').getByRole('button', { name: 'Save view' }).click();
  await expect(page.getByRole('link', { name: 'By people' })).toHaveAttribute('aria-current', 'true');
  const link = new URL(page.url());
  await app.axe();
  const other = await elsewhere();
  await other.signIn();
  await other.page.goto(link.href);
  await expect(other.page.getByRole('columnheader', { name: 'Organization' })).toBeVisible();
  await expect(other.page.getByRole('rowheader').first()).toBeVisible();
  await expect(other.page.getByRole('columnheader', { name: /Name/ }).first()).toHaveAttribute('aria-sort', 'descending');
});

test('many are stopped at once, with a preview, and a report that says what was refused', async ({ app, complaints }) => {
  const { page } = app;
  const made: Workspace[] = [];
  for (const name of ['many-a', 'many-b', 'many-c']) made.push(await app.make(name));
  await app.build(made[2].id, 'stop');
  await app.settled(made[2].id);
  complaints.allow(403, /\/builds$/);
  await page.route(`**/workspaces/${made[1].id}/builds`, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fulfill({ status: 403, json: { message: 'Forbidden by the test.' } });
  });
  await app.open('/workspaces?q=name%3Amany-&sort=name');
  await page.getByRole('checkbox', { name: 'Select many-a' }).click();
  await page.getByRole('checkbox', { name: 'Select many-c' }).click({ modifiers: ['Shift'] });
  const bar = page.getByRole('region', { name: 'Selection' });
  await expect(bar).toContainText('3 selected');
  await expect(bar).toContainText('Stop skips many-c: already stopped.');
  await bar.getByRole('button', { name: 'Stop 2' }).click();
  const question = page.getByRole('dialog', { name: 'Stop 2 workspaces?' });
  await expect(question.getByRole('list', { name: 'Applies to' })).toContainText('ada/many-b');
  await app.axe();
  await question.getByRole('button', { name: 'Stop 2 workspaces' }).click();
  const report = page.getByRole('dialog', { name: /^Stop: / });
  await expect(report).toContainText('Stop: 1 of 2 done, 1 failed, 1 skipped');
  await expect(report.getByRole('row', { name: /many-b/ })).toContainText('Forbidden by the test.');
  await app.axe();
  await page.unroute(`**/workspaces/${made[1].id}/builds`);
  await report.getByRole('button', { name: 'Retry 1 failed' }).click();
  await expect(report).toContainText('Stop: 1 of 1 done');
  const saved = page.waitForEvent('download');
  await report.getByRole('button', { name: 'Save as CSV' }).click();
  expect((await saved).suggestedFilename()).toBe('workspaces.csv');
  await report.getByRole('button', { name: 'Close' }).click();
  for (const { id } of made) expect((await app.latest(id)).split(' ')[1]).toBe('stopped');
});

test('the palette finds workspaces, pages and actions', async ({ app }) => {
  const { page } = app;
  await app.open('/workspaces?q=');
  await expect(page.getByRole('checkbox', { name: /^Select all/ })).toBeVisible();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search or run' });
  await palette.getByRole('combobox').fill('gantwb');
  await expect(palette.getByRole('option').first()).toContainText('gantry-web');
  await app.axe();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'gantry-web', level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  await palette.getByRole('combobox').fill('quota');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
});

test('what comes late attaches to what stands: rows, the focus and what is typed stay', async ({ app, complaints }) => {
  const { page } = app;
  let go = () => {};
  const held = new Promise<void>((resolve) => { go = resolve; });
  await page.route('**/split_after_rows-*.wasm', async (route) => { await held; await route.continue(); });
  await app.open('/workspaces?q=owner%3Aada');
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'gantry-web', exact: true }) });
  await expect(row).toBeVisible();
  // Nothing of the part is here, and the box, the presets and the menus of rows are.
  expect(await page.getByRole('checkbox').count()).toBe(0);
  const tops = () => page.getByRole('row').nth(1).boundingBox().then((box) => box?.y);
  const top = await tops();
  const kept = await page.getByRole('row').evaluateAll((rows) => rows.map((one) => Object.assign(one, { kept: true })).length);
  await row.getByRole('button', { name: /^More actions/ }).focus();
  go();
  await expect(row.getByRole('checkbox', { name: 'Select gantry-web' })).toBeVisible();
  expect(await page.getByRole('row').evaluateAll((rows) => rows.filter((one) => 'kept' in one).length)).toBe(kept);
  await expect(row.getByRole('button', { name: /^More actions/ })).toBeFocused();
  expect(await tops()).toBe(top);
  // Somebody who types while it comes.
  await page.unroute('**/split_after_rows-*.wasm');
  const later = new Promise<void>((resolve) => { go = resolve; });
  await page.route('**/split_after_rows-*.wasm', async (route) => { await later; await route.continue(); });
  await page.reload();
  await expect(row).toBeVisible();
  const box = page.getByRole('searchbox', { name: 'Filter' });
  await box.fill('owner:ada name:gantry-web');
  go();
  await expect(page).toHaveURL(/q=owner%3Aada%20name%3Agantry-web|q=owner:ada\+name:gantry-web|q=owner%3Aada\+name%3Agantry-web/);
  await expect(box).toBeFocused();
  await expect(page.getByRole('row')).toHaveCount(2);

  // It never comes: that is said, the rows are there, the box works, and trying again helps.
  complaints.allow('network', /\/split_after_rows-\w+\.wasm$/);
  await page.unroute('**/split_after_rows-*.wasm');
  await page.route('**/split_after_rows-*.wasm', (route) => route.abort('connectionreset'));
  await page.reload();
  await expect(page.getByText('The tools of the list did not arrive')).toBeVisible();
  await app.axe();
  await box.fill('owner:ada');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/q=owner(%3A|:)ada$/);
  await expect(row).toBeVisible();
  await page.unroute('**/split_after_rows-*.wasm');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(row.getByRole('checkbox')).toBeVisible();
  await expect(page.getByText('The tools of the list did not arrive')).toBeHidden();
});
