// Panics for real: in a click's handler, an effect, a future, a part that is being loaded, and while one is under way. Each gives the crash page, with a
// report, a frozen application and a way out. The site is one of its own (`make drill`): what people get has no such buttons.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { COMPANY, expect, test } from '../support/fixture';
import { ROOT, site, startControlPlane } from '../support/tools.mjs';

const SITE = join(ROOT, 'target/drill');

for (const [button, place] of [
  ['Panic in a handler', 'in a handler'],
  ['Panic in an effect', 'in an effect'],
  ['Panic in a future', 'in a future'],
  ['Panic in a part', 'in a part'],
  ['Panic while a part is under way', 'in a handler while a part is under way'],
] as const) {
  test(`${button}: the crash page, its report, and a way out`, async ({ visit, base, complaints }) => {
    expect(existsSync(join(SITE, 'index.html')), 'the site of the drill is not built: make drill').toBe(true);
    const server = await startControlPlane([...COMPANY, '--site', SITE, '--base', base]);
    const app = await visit(server);
    try {
      await app.page.clock.install();
      await app.signIn();
      // A panic is an error of the page, and said in the console: here it has to be.
      complaints.expect(/drill: in|unreachable/);
      await app.page.getByRole('button', { name: button, exact: true }).click();
      const crash = app.page.getByRole('alertdialog', { name: 'Gantry has stopped' });
      await expect(crash).toBeVisible();
      await expect(crash.getByRole('region', { name: 'Report' })).toContainText(`drill: ${place}`);
      await expect(crash.getByRole('region', { name: 'Report' })).toContainText(new RegExp(`panicked at src/app/${place === 'in a part' ? 'parts' : 'drill'}\\.rs:\\d+`));
      // Frozen: neither a click nor a key nor the time reaches what stands behind, and what was under way changes nothing.
      await expect(app.page.locator('#app')).toHaveAttribute('inert');
      const before = await app.page.locator('#app').innerHTML();
      await app.page.mouse.click(40, 20);
      await app.page.keyboard.press('j');
      await app.page.clock.runFor(5_000);
      await expect(crash).toBeVisible();
      expect(await app.page.locator('#app').innerHTML()).toBe(before);
      await app.axe();
      await crash.getByRole('link', { name: 'Open the list' }).focus();
      await app.page.keyboard.press('Enter');
      await app.inList();
      await expect(crash).toBeHidden();
    } finally {
      await app.page.close();
      await server.stop();
    }
  });
}

test('what is served to people has no drill', async ({ app }) => {
  test.skip(site() === SITE, 'the site under test is the one of the drill');
  await app.signIn();
  await expect(app.page.getByRole('group', { name: 'Drill' })).toHaveCount(0);
});
