// The states that have a page of their own: no such page, offline.
import { CUT_OFF, expect, test } from '../support/fixture';

test.beforeEach(async ({ app }) => {
  await app.signIn();
});

test('an address that is none of ours says which part is wrong', async ({ app }) => {
  await app.open('/workspaces/bilds');
  await expect(app.page.getByRole('heading', { name: 'There is no page at this address' })).toBeVisible();
  await expect(app.page.getByRole('main')).toContainText('bilds');
  await app.axe();
  await app.page.getByRole('link', { name: /Go to workspaces/ }).click();
  await app.inList();
});

test('offline: what is under way is neither counted on nor promised an end, and told anew on return', async ({ app, complaints }) => {
  complaints.allow('network', CUT_OFF);
  complaints.allow('socket', /\/api\/v2\//);
  const { page } = app;
  await page.clock.install();
  const made = await app.make('held-build-offline', 'docker', false);
  const promise = /left|about to end|longer than usual|usually up to/;
  const head = page.getByRole('main').getByRole('paragraph').first();
  for (const [path, shown, counts] of [
    ['/workspaces?q=name%3Aheld-build-offline', app.row('held-build-offline').getByRole('cell', { name: /Starting/ }), promise],
    ['/@ada/held-build-offline', head, promise],
    ['/@ada/held-build-offline/builds/1', head, /so far/],
  ] as const) {
    await app.open(path);
    await expect(shown).toContainText(counts);
    // No question is under way when the network goes: its failure would be what the row says.
    await app.pauseClock();
    await app.silence();
    await page.context().setOffline(true);
    await expect(page.getByText(/Offline since/)).toBeVisible({ timeout: 40_000 });
    await expect(shown).toContainText(/Starting.*\d m?s/);
    const known = await shown.innerText();
    expect(known).not.toMatch(promise);
    await page.clock.runFor(90_000);
    expect(await shown.innerText(), path).toBe(known);
    await page.context().setOffline(false);
    await page.clock.resume();
    await expect(page.getByText(/Offline since/)).toBeHidden({ timeout: 40_000 });
    await expect(shown).toContainText(counts);
    await expect(shown).not.toHaveText(known);
  }
  await app.goesOn(made.id);
});

test('offline: one banner with the age, actions wait, and it comes back by itself', async ({ app, complaints }) => {
  complaints.allow('network', CUT_OFF);
  complaints.allow('socket', /\/api\/v2\//);
  await app.make('offline-one');
  await app.open('/workspaces?q=name%3Aoffline-one');
  await expect(app.row('offline-one')).toContainText(/Running|Unhealthy/);
  await app.page.context().setOffline(true);
  await expect(app.page.getByText(/Offline since/)).toBeVisible({ timeout: 40_000 });
  await expect(app.row('offline-one').getByRole('button', { name: /^Stop/ })).toHaveAttribute('aria-disabled', 'true');
  await app.axe();
  await app.page.context().setOffline(false);
  await expect(app.page.getByText(/Offline since/)).toBeHidden({ timeout: 40_000 });
  await expect(app.row('offline-one').getByRole('button', { name: /^Stop/ })).not.toHaveAttribute('aria-disabled', 'true');
});
