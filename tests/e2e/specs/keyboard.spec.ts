// The keyboard alone: from signing in to stopping a workspace, with the focus always to be seen.
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
