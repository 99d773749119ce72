// The ways through the list: there and back without losing one's place, rows and charts that open where they are clicked, reasons that a finger
// can read, menus by their letters.
import type { Locator, Page } from '@playwright/test';
import { CUT_OFF, expect, test, type App, type Workspace } from '../support/fixture';

type Listed = { workspaces: Workspace[]; count: number };

const scrolled = (page: Page) => page.evaluate(() => Math.round(scrollY));
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });

/** Opens the long list and goes far down in it by keys; the name of the workspace that has the focus. */
async function farDown(app: App, presses: number): Promise<string> {
  const { page } = app;
  await app.open('/workspaces?q=');
  const { count } = await app.api<Listed>('GET', '/workspaces?q=&limit=1');
  await expect(page.getByRole('status').filter({ hasText: 'workspaces' })).toHaveText(`${count} workspaces`);
  for (let at = 1; at <= presses; at += 1) {
    await page.keyboard.press(at % 2 === 0 ? 'j' : 'ArrowDown');
    await expect(page.locator(`#row-${at - 1}`)).toBeFocused();
  }
  return focused(page);
}

test('back from a workspace is where one was: scrolled as far, the same row in focus, the keys go on from it', async ({ start, visit }) => {
  const app = await visit(await start(['--memory', '--seed', 'company', '--speed', '20', '--workspaces', '120']));
  const { page } = app;
  await app.signIn();
  const name = await farDown(app, 40);
  const top = await scrolled(page);
  expect(top).toBeGreaterThan(500);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name, level: 1 })).toBeFocused();
  expect(await scrolled(page)).toBe(0);

  await page.goBack();
  await expect(page.locator('#row-39')).toBeFocused();
  expect(await focused(page)).toBe(name);
  expect(Math.abs((await scrolled(page)) - top)).toBeLessThanOrEqual(1);
  await page.keyboard.press('j');
  await expect(page.locator('#row-40')).toBeFocused();

  // Forth, deeper, and back by two steps. The place is noted once the focus has come to rest.
  const noted = await page.locator('#row-40').getAttribute('href');
  await expect.poll(() => page.evaluate(() => String(history.state?.gantryFocus))).toBe(`0 ${noted}`);
  await page.goForward();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'Open waterfall' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Build/ })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('link', { name: 'Open waterfall' })).toBeFocused();
  await page.goBack();
  await expect(page.locator('#row-40')).toBeFocused();

  // A new step to the list begins at its top, and a reload stays where it was.
  await page.locator('#row-40').click();
  await expect(page.getByRole('heading', { name: /./, level: 1 })).toBeVisible();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Workspaces' }).click();
  await app.inList();
  await expect.poll(() => scrolled(page)).toBe(0);
  await page.goBack();
  await page.goBack();
  await expect.poll(() => scrolled(page)).toBeGreaterThan(500);
  const before = await scrolled(page);
  await page.reload();
  await expect.poll(async () => Math.abs((await scrolled(page)) - before)).toBeLessThanOrEqual(1);
});

test('a preset is a step that back undoes; what is typed is none', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.open('/workspaces');
  const preset = (name: string) => page.getByRole('group', { name: 'Presets' }).getByRole('button', { name, exact: true });
  await preset('All').click();
  await expect(page).toHaveURL(/[?&]q=$/);
  await preset('Failed').click();
  await expect(page).toHaveURL(/status(%3A|:)failed$/);
  await preset('Failed').click();
  await page.getByLabel('Filter').fill('owner:me');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/owner(%3A|:)me$/);
  await page.goBack();
  await expect(page).toHaveURL(/[?&]q=$/);
  await expect(preset('All')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByLabel('Filter')).toHaveValue('');
  await page.goBack();
  await expect(page).toHaveURL(/\/workspaces$/);
  await expect(preset('Mine')).toHaveAttribute('aria-pressed', 'true');
  await app.inList();
});

/** Clicks beside the words of an element: in its lower right part, where nothing else is. */
async function clickBeside(page: Page, what: Locator, options: { button?: 'middle'; modifiers?: 'Control'[]; tap?: boolean } = {}): Promise<void> {
  const cell = what.getByRole('cell', { name: /./ }).nth(1);
  const box = await cell.boundingBox();
  if (!box) throw new Error('nothing to click on');
  const [x, y] = [box.x + box.width - 4, box.y + box.height - 4];
  for (const key of options.modifiers ?? []) await page.keyboard.down(key);
  if (options.tap) await page.touchscreen.tap(x, y);
  else await page.mouse.click(x, y, { button: options.button });
  for (const key of options.modifiers ?? []) await page.keyboard.up(key);
}

test('a whole row opens its workspace, and only where nothing else is', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.open('/workspaces?q=owner%3Ame');
  const row = rowOf(page, 'gantry-web');
  const opened = page.getByRole('heading', { name: 'gantry-web', level: 1 });

  await clickBeside(page, row);
  await expect(opened).toBeVisible();
  await page.goBack();
  await expect(row).toBeVisible();

  // Beside, by Ctrl and by the middle button; the list stays.
  for (const options of [{ modifiers: ['Control' as const] }, { button: 'middle' as const }]) {
    const [beside] = await Promise.all([page.context().waitForEvent('page'), clickBeside(page, row, options)]);
    await expect(beside.getByRole('heading', { name: 'gantry-web', level: 1 })).toBeVisible();
    await beside.close();
    await expect(row).toBeVisible();
  }

  // Whoever selects a text wants the text.
  const words = await row.getByRole('cell').nth(2).boundingBox();
  await page.mouse.move((words?.x ?? 0) + 10, (words?.y ?? 0) + 20);
  await page.mouse.down();
  await page.mouse.move((words?.x ?? 0) + 60, (words?.y ?? 0) + 20, { steps: 4 });
  await page.mouse.up();
  expect(await page.evaluate(() => String(getSelection()))).not.toBe('');
  await expect(row).toBeVisible();
  await page.evaluate(() => getSelection()?.removeAllRanges());

  // A button is its own.
  await row.getByRole('button', { name: /^More actions/ }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(row).toBeVisible();

  // The rows of builds, and the small chart.
  await clickBeside(page, row);
  await expect(opened).toBeVisible();
  const build = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: '#29', exact: true }) });
  const box = await build.boundingBox();
  await build.click({ position: { x: (box?.width ?? 0) * 0.4, y: (box?.height ?? 0) / 2 } });
  await expect(page.getByRole('heading', { name: 'Build 29', level: 1 })).toBeVisible();
  await page.goBack();
  await expect(opened).toBeVisible();
  await page.getByRole('region', { name: 'Latest build' }).getByRole('img').click();
  await expect(page.getByRole('heading', { name: /^Build/, level: 1 })).toBeVisible();
});

test.describe('with a finger', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 740 } });

  test('a whole card opens its workspace', async ({ app }) => {
    const { page } = app;
    await app.signIn();
    await app.open('/workspaces?q=owner%3Ame');
    const card = rowOf(page, 'gantry-web');
    await expect(card).toBeVisible();
    await card.scrollIntoViewIfNeeded();
    const box = await card.boundingBox();
    await page.touchscreen.tap((box?.x ?? 0) + 120, (box?.y ?? 0) + (box?.height ?? 0) - 8);
    await expect(page.getByRole('heading', { name: 'gantry-web', level: 1 })).toBeVisible();
  });

  test('the reason of a button that cannot be pressed is a tap away', async ({ app, complaints }) => {
    complaints.allow('network', CUT_OFF);
    complaints.allow('socket', /\/api\/v2\//);
    const { page } = app;
    await app.signIn();
    await app.open('/workspaces?q=owner%3Ame');
    await expect(rowOf(page, 'gantry-web')).toBeVisible();
    await page.context().setOffline(true);
    await expect(page.getByText(/Offline since/)).toBeVisible({ timeout: 40_000 });
    const button = rowOf(page, 'gantry-web').getByRole('button').first();
    await expect(button).toHaveAttribute('aria-disabled', 'true');
    const reason = page.locator(`#${await button.getAttribute('aria-describedby')}`);
    await expect(reason).toBeHidden();
    // It cannot be used, but it can be pressed.
    await button.tap({ force: true });
    await expect(reason).toBeInViewport({ ratio: 1 });
    await expect(reason).not.toBeEmpty();
    await page.touchscreen.tap(4, 300);
    await expect(reason).toBeHidden();
    // By keys as well.
    await button.focus();
    await page.keyboard.press('Enter');
    await expect(reason).toBeVisible();
    await app.axe();
    await page.keyboard.press('Escape');
    await expect(reason).toBeHidden();
    await expect(button).toBeFocused();
    await page.context().setOffline(false);
  });
});

test('the arrows go on from the row that has the focus, whatever of it has it', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.open('/workspaces?q=');
  await expect(page.locator('#row-8')).toBeVisible();
  await page.getByRole('button', { name: /^More actions/ }).nth(4).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('#row-5')).toBeFocused();
  await page.getByRole('button', { name: /^More actions/ }).nth(7).focus();
  await page.keyboard.press('k');
  await expect(page.locator('#row-6')).toBeFocused();
});

test('a menu is left by Tab and found through by its letters', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.open('/workspaces?q=owner%3Ame');
  const row = rowOf(page, 'gantry-web');
  const more = row.getByRole('button', { name: /^More actions/ });
  const menu = page.getByRole('menu');
  await more.press('Enter');
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.type('de');
  await expect(menu.getByRole('menuitem', { name: /^Delete/ })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(menu).toBeHidden();
  // On from the button of the menu to what stands behind it.
  await expect(page.locator('#row-1')).toBeFocused();
  await more.press('Enter');
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(menu).toBeHidden();
  await expect(row.getByRole('button').first()).toBeFocused();

  await page.getByRole('button', { name: 'ada' }).press('Enter');
  await expect(menu.getByRole('menuitemradio').first()).toBeFocused();
  await page.keyboard.type('si');
  await expect(menu.getByRole('menuitem', { name: 'Sign out' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'ada' })).toBeFocused();
});
