// The keyboard alone: from signing in to stopping a workspace, and through a build, with the focus always to be seen. The keys are those of
// the README's table.
import type { Locator, Page } from '@playwright/test';
import { PASSWORD, PEOPLE, expect, test } from '../support/fixture';

/** Presses a key until the focus is on an element, where it has to be seen. */
async function reach(page: Page, key: 'Tab' | 'Shift+Tab', what: Locator, most = 80): Promise<void> {
  await expect(what).toBeVisible();
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press(key);
    if (await what.evaluate((element) => element === document.activeElement)) {
      // An outline around it, or around the field that it is the inside of.
      const outlines = await what.evaluate((element) => [element, element.parentElement ?? element].map((one) => getComputedStyle(one).outlineStyle));
      expect(outlines, `the outline of ${what}`).toContain('solid');
      return;
    }
  }
  throw new Error(`${most} presses of ${key} do not reach ${what}`);
}

test('a walk through the console without a mouse', async ({ app }) => {
  const { page } = app;
  await app.open('/sign-in');
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await page.keyboard.type(PEOPLE.owner);
  await reach(page, 'Tab', page.getByLabel('Password', { exact: true }), 3);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await app.inList();

  await app.make('by-keyboard');
  await page.clock.install();
  await app.open('/workspaces?q=name%3Aby-keyboard');
  await expect(app.row('by-keyboard')).toBeVisible();
  await reach(page, 'Tab', page.getByRole('link', { name: 'by-keyboard', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'by-keyboard', level: 1 })).toBeVisible();

  await reach(page, 'Tab', page.getByRole('button', { name: /^Stop/ }));
  await page.keyboard.press('Enter');
  // The way back stands where the focus is.
  await expect(page.getByRole('main').getByRole('button', { name: 'Undo', exact: true })).toBeFocused();
  await app.pastTheHold();
  await expect(page.getByRole('main')).toContainText('Stopped');
});

test('from the list through a build and back without a mouse', async ({ app }) => {
  const { page } = app;
  // After a change of page the focus is at its beginning: on its heading, or on its main part where that was not there yet.
  const arrived = async (heading: string) => {
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
    await expect(page.locator('main:focus, main h1:focus')).toBeAttached();
  };
  await app.signIn();
  await app.make('keys-build');
  await app.open('/workspaces?q=name%3Akeys-build');
  await expect(app.row('keys-build')).toBeVisible();

  // The list: `?` shows the keys, Esc closes them, j goes to the first row, Enter opens it.
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys of this page' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'keys-build', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await arrived('keys-build');

  // The workspace: its build.
  await reach(page, 'Tab', page.getByRole('link', { name: 'Open waterfall' }));
  await page.keyboard.press('Enter');
  await arrived('Build 1');

  // The waterfall: rows, details, folds, zoom; what is selected is in the address.
  const tree = page.getByRole('tree', { name: 'Spans of build 1' });
  const selected = tree.getByRole('treeitem', { selected: true });
  const details = page.getByRole('complementary', { name: 'Selected span' });
  await reach(page, 'Tab', tree);
  await page.keyboard.press('Home');
  await expect(selected).toHaveAccessibleName(/^provisioner/);
  await page.keyboard.press('ArrowDown');
  await expect(selected).toHaveAccessibleName(/^queue/);
  await expect(details).toContainText('queue');
  await expect(page).toHaveURL(/[?&]span=/);
  await expect(tree).toHaveAttribute('aria-activedescendant', (await selected.getAttribute('id')) ?? 'no row');
  const apply = tree.getByRole('treeitem', { name: /^apply/ });
  for (let presses = 0; presses < 20 && (await apply.getAttribute('aria-selected')) !== 'true'; presses += 1) await page.keyboard.press('ArrowDown');
  await expect(selected).toHaveAccessibleName(/^apply/);
  await page.keyboard.press('ArrowLeft');
  await expect(apply).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('ArrowRight');
  await expect(apply).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(selected).toHaveAttribute('aria-level', '3');
  await page.keyboard.press('ArrowLeft');
  await expect(selected).toHaveAccessibleName(/^apply/);
  await page.keyboard.press(' ');
  await expect(apply).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press(' ');
  await expect(apply).toHaveAttribute('aria-expanded', 'true');
  const fit = page.getByRole('button', { name: 'Fit', exact: true });
  await expect(fit).toHaveAttribute('aria-pressed', 'true');
  // Enter zooms to the bar, Backspace shows the range before.
  await page.keyboard.press('Enter');
  await expect(fit).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('Backspace');
  await expect(fit).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('+');
  await expect(fit).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('0');
  await expect(fit).toHaveAttribute('aria-pressed', 'true');

  // From the details to the lines of the log.
  await reach(page, 'Tab', details.getByRole('button', { name: 'Show its lines' }));
  await page.keyboard.press('Enter');
  const log = page.getByRole('log', { name: 'Log' });
  await expect(log.locator('.row.in').first()).toBeVisible();
  await reach(page, 'Tab', log);

  // Back up to the chart: Esc gives up the selection.
  await reach(page, 'Shift+Tab', tree);
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await expect(page).not.toHaveURL(/[?&]span=/);

  // The table says the same.
  await reach(page, 'Shift+Tab', page.getByRole('button', { name: 'Table', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/[?&]view=table/);
  await expect(page.getByRole('rowheader', { name: 'apply', exact: true })).toBeVisible();

  // Back: to the workspace, to the list.
  await reach(page, 'Shift+Tab', page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'keys-build' }));
  await page.keyboard.press('Enter');
  await arrived('keys-build');
  await reach(page, 'Shift+Tab', page.getByRole('link', { name: 'Workspaces', exact: true }));
  await page.keyboard.press('Enter');
  await app.inList();
});
