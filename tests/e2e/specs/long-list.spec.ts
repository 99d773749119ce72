// Long lists by the keyboard: 577 workspaces and 10,000, selected by their filter, sorted, grouped, and the way back to where one was.
import { type App, COMPANY, expect, test } from '../support/fixture';

/** Waits until what the seed is deleting is gone: the numbers are the same from then on. */
const deleted = (app: App) =>
  expect.poll(async () => (await app.api<{ count: number }>('GET', '/workspaces?limit=1&q=status:deleting')).count, { timeout: 45_000 }).toBe(0);

test('577 are found, sorted, grouped and selected by the keyboard, and Back returns to the same row', async ({ start, visit }) => {
  const app = await visit(await start([...COMPANY, '--speed', '20', '--workspaces', '519']));
  const { page } = app;
  await app.signIn();
  await deleted(app);
  await app.open('/workspaces?q=');
  const table = page.getByRole('table');
  await expect(table).toHaveAccessibleName('Workspaces, 577 of 577 loaded');
  await expect(table.getByRole('row').first()).toMatchAriaSnapshot(`
    - row:
      - columnheader "Select all rows that are loaded Name":
        - checkbox "Select all rows that are loaded"
        - button "Name"
      - columnheader "Owner"
      - columnheader "Template"
      - columnheader "Status"
      - columnheader /.+/
      - columnheader "Last used"
      - columnheader /Credits/
      - columnheader "Actions"
  `);
  await expect(table).toHaveAttribute('aria-rowcount', '578');
  await page.keyboard.press('j');
  await expect(page.getByRole('row').nth(1).getByRole('link').first()).toBeFocused();
  await page.keyboard.press('x');
  const bar = page.getByRole('region', { name: 'Selection' });
  await expect(bar).toContainText('1 selected');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await expect(bar).toContainText('3 selected');
  await bar.getByRole('button', { name: 'Select all 577 matching' }).focus();
  await page.keyboard.press('Enter');
  await expect(bar).toContainText('577 selected');
  await expect(bar.getByRole('button', { name: /^Select all/ })).toBeHidden();
  await app.axe();
  // Far down, all is selected too; then nothing is any more.
  await page.getByRole('row').nth(1).getByRole('link').first().focus();
  await page.keyboard.press('End');
  const last = page.locator('tr:focus-within');
  await expect(last).toHaveAttribute('aria-rowindex', '578');
  await expect(last.getByRole('checkbox')).toBeChecked();
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();

  const name = await last.getByRole('link').first().textContent();
  const top = (await last.boundingBox())?.y;
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: name ?? '' })).toBeVisible();
  await page.goBack();
  await expect(page.locator('tr', { has: page.getByRole('link', { name: name ?? '', exact: true }) })).toBeInViewport();
  expect((await page.locator('tr', { has: page.getByRole('link', { name: name ?? '', exact: true }) }).boundingBox())?.y).toBe(top);

  // Narrowed by letters, at once; an order; groups whose counts add up.
  await page.keyboard.press('/');
  await page.keyboard.type('owner:ada');
  await expect(page).toHaveURL(/q=owner(%3A|:)ada$/);
  await expect(table).not.toHaveAccessibleName(/577/);
  await app.open('/workspaces?q=&group=status');
  await expect(table).toHaveAccessibleName('Workspaces, 577 of 577 loaded');
  const counts: number[] = [];
  for (let folded = 0; folded < 20; folded += 1) {
    const open = page.getByRole('rowheader').getByRole('button', { expanded: true });
    if (await open.count() === 0) break;
    await open.first().focus();
    await page.keyboard.press('Enter');
  }
  for (const text of await page.getByRole('rowheader').allTextContents()) counts.push(Number(text.match(/(\d+)/)?.[1]));
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(577);
  await app.axe();
});

test('of 10,000 the first are loaded, more by a wish, and one request at a time', async ({ start, visit }) => {
  test.setTimeout(180_000);
  const app = await visit(await start([...COMPANY, '--speed', '20', '--workspaces', '9942']));
  const { page } = app;
  let flying = 0;
  let most = 0;
  const isList = (request: { url: () => string }) => /\/api\/v2\/workspaces\?/.test(request.url());
  page.on('request', (request) => { if (isList(request)) most = Math.max(most, (flying += 1)); });
  for (const end of ['requestfinished', 'requestfailed'] as const) page.on(end, (request) => { if (isList(request)) flying -= 1; });
  await app.signIn();
  await deleted(app);
  await app.open('/workspaces?q=');
  await expect(page.getByText(/There are many: 20\d\d are loaded/)).toBeVisible({ timeout: 45_000 });
  await page.getByRole('checkbox', { name: 'Select all rows that are loaded' }).check();
  const bar = page.getByRole('region', { name: 'Selection' });
  await expect(bar).toContainText(/20\d\d selected/);
  await expect(bar.getByRole('button', { name: /^Select all 10,?000 matching/ })).toBeDisabled();
  await page.getByRole('button', { name: /^Load all/ }).click();
  await expect(page.getByRole('table')).toHaveAccessibleName('Workspaces, 10000 of 10000 loaded', { timeout: 60_000 });
  await bar.getByRole('button', { name: /^Select all 10,?000 matching/ }).click();
  await expect(bar).toContainText(/10,?000 selected/);
  await page.getByRole('button', { name: /^Clear/ }).click();
  await page.keyboard.press('j');
  await page.keyboard.press('End');
  await expect(page.locator('tr:focus-within')).toHaveAttribute('aria-rowindex', '10001');
  expect(most, 'list requests at once').toBe(1);
  await app.axe();
});
