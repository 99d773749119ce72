// The keyboard alone: from signing in to stopping a workspace, and through a build, with the focus always to be seen. The keys are those of
// the README's table.
import { PASSWORD, PEOPLE, expect, test } from '../support/fixture';

test('a walk through the console without a mouse', async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\/(users\/me|workspaces\?.*)$/);
  const { page } = app;
  const tabTo = async (what: import('@playwright/test').Locator, most = 60) => {
    for (let presses = 0; presses < most; presses += 1) {
      await page.keyboard.press('Tab');
      if (await what.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`${most} presses of Tab do not reach ${what}`);
  };
  await app.open('/sign-in');
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await page.keyboard.type(PEOPLE.owner);
  await tabTo(page.getByLabel('Password', { exact: true }), 3);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Workspaces', level: 1 })).toBeVisible();

  await app.make('by-keyboard');
  await app.open('/workspaces?q=name%3Aby-keyboard');
  await expect(app.row('by-keyboard')).toBeVisible();
  const link = page.getByRole('link', { name: 'by-keyboard', exact: true });
  await tabTo(link);
  // The focus is to be seen: an outline of its own, not the browser's nothing.
  const outline = await link.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline).not.toBe('none');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'by-keyboard', level: 1 })).toBeVisible();

  const stop = page.getByRole('button', { name: /^Stop/ });
  await tabTo(stop);
  await page.keyboard.press('Enter');
  // The way back stands where the focus is.
  await expect(page.getByRole('main').getByRole('button', { name: 'Undo', exact: true })).toBeFocused();
  await expect(page.getByRole('main')).toContainText('Stopped');
});

test('from the list through a build and back without a mouse', async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\/(users\/me|workspaces\?.*)$/);
  const { page } = app;
  const to = async (key: 'Tab' | 'Shift+Tab', what: import('@playwright/test').Locator, most = 80) => {
    await expect(what).toBeVisible();
    for (let presses = 0; presses < most; presses += 1) {
      await page.keyboard.press(key);
      if (await what.evaluate((element) => element === document.activeElement)) {
        // What has the focus shows it.
        expect(await what.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe('none');
        return;
      }
    }
    throw new Error(`${most} presses of ${key} do not reach ${what}`);
  };
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
  await to('Tab', page.getByRole('link', { name: 'Open waterfall' }));
  await page.keyboard.press('Enter');
  await arrived('Build 1');

  // The waterfall: rows, details, folds, zoom; what is selected is in the address.
  const tree = page.getByRole('tree', { name: 'Spans of build 1' });
  const selected = tree.getByRole('treeitem', { selected: true });
  const details = page.getByRole('complementary', { name: 'Selected span' });
  await to('Tab', tree);
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
  await page.keyboard.press('Enter');
  await expect(apply).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press(' ');
  await expect(apply).toHaveAttribute('aria-expanded', 'true');
  const fit = page.getByRole('button', { name: 'Fit', exact: true });
  await expect(fit).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('+');
  await expect(fit).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('0');
  await expect(fit).toHaveAttribute('aria-pressed', 'true');

  // From the details to the lines of the log.
  await to('Tab', details.getByRole('button', { name: 'Show its lines' }));
  await page.keyboard.press('Enter');
  const log = page.getByRole('log', { name: 'Log' });
  await expect(log.locator('.row.in').first()).toBeVisible();
  await to('Tab', log);

  // Back up to the chart: Esc gives up the selection.
  await to('Shift+Tab', tree);
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await expect(page).not.toHaveURL(/[?&]span=/);

  // The table says the same.
  await to('Shift+Tab', page.getByRole('button', { name: 'Table', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/[?&]view=table/);
  await expect(page.getByRole('rowheader', { name: 'apply', exact: true })).toBeVisible();

  // Back: to the workspace, to the list.
  await to('Shift+Tab', page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'keys-build' }));
  await page.keyboard.press('Enter');
  await arrived('keys-build');
  await to('Shift+Tab', page.getByRole('link', { name: 'Workspaces', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Workspaces', level: 1 })).toBeVisible();
});
