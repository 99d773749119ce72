// Finding what is not in sight: links of the other dashboard, keys that an older control plane refuses, a part of the query in the box, and
// workspaces that no list has loaded.
import { COMPANY, expect, test } from '../support/fixture';

test('a link of the other dashboard shows the same, and what is asked next takes its place', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  const truth = await app.api<{ count: number }>('GET', '/workspaces?limit=1&q=status:stopped');
  await app.open('/workspaces?filter=status%3Astopped');
  const table = page.getByRole('table');
  await expect(table).toHaveAccessibleName(`Workspaces, ${truth.count} of ${truth.count} loaded`);
  const box = page.getByRole('searchbox', { name: 'Filter' });
  await expect(box).toHaveValue('status:stopped');
  for (const row of await page.getByRole('row').all()) if (await row.getByRole('cell').count()) await expect(row).toContainText(/Stopped|Dormant/);
  await box.press('End');
  await page.keyboard.type(' owner:ada');
  await expect(page).toHaveURL(/[?&]q=status(%3A|:)stopped(\+|%20)owner(%3A|:)ada/);
  await expect(page).not.toHaveURL(/filter=/);
  await page.reload();
  await expect(box).toHaveValue('status:stopped owner:ada');
  // It is what is remembered, and a way back.
  await app.open('/workspaces?filter=organization%3Aresearch');
  await expect(box).toHaveValue('organization:research');
  await page.getByRole('button', { name: 'Running', exact: true }).click();
  await expect(page).toHaveURL(/\/workspaces\?q=status(%3A|:)running$/);
  await page.goBack();
  await expect(box).toHaveValue('organization:research');
  await app.open('/workspaces');
  await expect(box).toHaveValue('organization:research');
});

test('a key that this control plane refuses is not offered again, for as long as it has the same release', async ({ start, visit, complaints }) => {
  complaints.allow(400, /\/api\/v2\/workspaces\?/);
  const app = await visit(await start([...COMPANY, '--as', '2.24']));
  const { page } = app;
  await app.signIn();
  await app.open('/workspaces?q=');
  const box = page.getByRole('searchbox', { name: 'Filter' });
  const offered = page.getByRole('option', { name: /^shared:/ });
  await box.pressSequentially('shar');
  await expect(offered).toBeVisible();
  await box.fill('shared:true');
  await expect(page.locator('#filter-note')).toContainText('"shared" is not a valid query param');
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  const notOffered = async () => {
    await box.fill('');
    await box.pressSequentially('sha');
    await expect(page.getByRole('option', { name: /^shared_with_user:/ })).toBeVisible();
    await expect(offered).toBeHidden();
  };
  await notOffered();
  await app.open('/workspaces?q=');
  await expect(page.getByRole('checkbox', { name: /^Select all/ })).toBeVisible();
  await page.waitForFunction(() => document.querySelector('input[type=search]')?.getAttribute('aria-controls'));
  await notOffered();
  // An update of the control plane: it may know the key now.
  await page.route('**/api/v2/buildinfo', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), version: 'v2.29.0' } });
  });
  const told = page.waitForResponse('**/api/v2/buildinfo');
  await app.open('/workspaces?q=');
  await told;
  await expect(page.getByRole('checkbox', { name: /^Select all/ })).toBeVisible();
  await expect(async () => {
    await box.fill('');
    await box.pressSequentially('shar');
    await expect(offered).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test('rows stay while one types, and what is refused is said below the box with the rows of before', async ({ app, complaints }) => {
  complaints.allow(400, /\/api\/v2\/workspaces\?/);
  const { page } = app;
  await app.signIn();
  await app.open('/workspaces?q=owner%3Aada');
  await expect(page.getByRole('checkbox', { name: 'Select gantry-web' })).toBeVisible();
  const box = page.getByRole('searchbox', { name: 'Filter' });
  await box.press('End');
  const help = page.getByRole('listbox', { name: 'What may come here' });
  for (const [typed, offered] of [[' stat', /^status:/], ['us:runn', /^running/]] as const) {
    await page.keyboard.type(typed);
    await expect(help.getByRole('option', { name: offered })).toBeVisible();
    await expect(page.getByRole('checkbox', { name: 'Select gantry-web' })).toBeVisible();
  }
  await box.fill('owner:ada status:runing');
  await page.keyboard.press('Enter');
  await expect(page.locator('#filter-note')).toContainText('runing');
  await expect(help).toBeHidden();
  await expect(page.getByRole('checkbox', { name: 'Select gantry-web' })).toBeVisible();
  await expect(box).toHaveAttribute('aria-invalid', 'true');
});

test('values that come while one waits are offered as they come', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  let go = () => {};
  const held = new Promise<void>((resolve) => { go = resolve; });
  await page.route('**/api/v2/templates*', async (route) => { await held; await route.continue(); });
  await app.open('/workspaces?q=');
  await expect(page.getByRole('checkbox', { name: /^Select all/ })).toBeVisible();
  const help = page.getByRole('listbox', { name: 'What may come here' });
  const asked = page.waitForRequest('**/api/v2/templates*');
  await page.getByRole('searchbox', { name: 'Filter' }).pressSequentially('template:dock');
  await asked;
  await expect(help).toBeHidden();
  go();
  await expect(help.getByRole('option', { name: 'docker' })).toBeVisible();
});

test('days are offered where a moment is asked for, and a part of the query is taken to be written anew', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.open('/workspaces?q=');
  const box = page.getByRole('searchbox', { name: 'Filter' });
  await expect(page.getByRole('checkbox', { name: /^Select all/ })).toBeVisible();
  await box.pressSequentially('last_used_before:week');
  await expect(page.getByRole('option', { name: /a week ago/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(box).toHaveValue(/^last_used_before:"\d{4}-\d\d-\d\dT00:00:00Z" $/);
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await expect(page.locator('#filter-note')).toBeHidden();

  await box.fill('näher Owner:"ada"');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'owner:ada', exact: true }).click();
  await expect(box).toHaveValue('näher owner:ada');
  expect(await box.evaluate((input: HTMLInputElement) => input.value.slice(input.selectionStart ?? 0, input.selectionEnd ?? 0))).toBe('owner:ada');
});

test('the palette finds workspaces that no list has loaded, wherever one is', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.open('/quota');
  await expect(page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search or run' });
  await palette.getByRole('combobox').fill('mailer');
  await expect(palette.getByRole('option', { name: /^mailer.*ken/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'mailer', level: 1 })).toBeVisible();
});

test('keys that are pressed before the code that knows them has come are done when it comes', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  for (const [path, heading, keys, done] of [
    ['/quota', 'Quota', ['Control+k'], page.getByRole('dialog', { name: 'Search or run' }).getByRole('combobox')],
    ['/workspaces?q=', 'Workspaces', ['Meta+k'], page.getByRole('dialog', { name: 'Search or run' }).getByRole('combobox')],
    ['/quota', 'Quota', ['g', 't'], page.getByRole('heading', { name: 'Templates', level: 1 })],
    // Pressed twice, it is closed again, and what follows is not lost with it.
    ['/templates', 'Templates', ['Control+k', 'Control+k', 'g', 'q'], page.getByRole('heading', { name: 'Quota', level: 1 })],
    ['/workspaces?q=', 'Workspaces', ['/'], page.getByRole('searchbox', { name: 'Filter' })],
  ] as const) {
    let go = () => {};
    const held = new Promise<void>((resolve) => { go = resolve; });
    const file = '**/split_after_rows-*.wasm';
    await page.route(file, async (route) => { await held; await route.continue(); });
    const asked = page.waitForRequest(file);
    await app.open(path);
    await asked;
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
    for (const key of keys) await page.keyboard.press(key);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    go();
    await expect(done).toBeFocused();
    await expect(page.getByRole('dialog')).toHaveCount(keys[0].endsWith('+k') && keys.length === 1 ? 1 : 0);
    await page.unroute(file);
  }
});
