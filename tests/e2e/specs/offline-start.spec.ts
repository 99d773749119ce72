// A start without the control plane: the last list is there, with its age, to be read and not to be acted on, until it answers.
import type { Page } from '@playwright/test';
import { CUT_OFF, expect, test } from '../support/fixture';

/** What the browser's database keeps of the last list; empty if nothing. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const all = await indexedDB.databases();
    const texts = all.filter(({ name }) => name?.startsWith('gantry.user.')).map(
      ({ name }) =>
        new Promise<string>((done) => {
          const opening = indexedDB.open(name as string);
          opening.onerror = () => done('');
          opening.onsuccess = () => {
            const database = opening.result;
            const end = (text: string) => { database.close(); done(text); };
            if (!database.objectStoreNames.contains('texts')) return end('');
            const asked = database.transaction('texts').objectStore('texts').get('last-list');
            asked.onsuccess = () => end(String(asked.result ?? ''));
            asked.onerror = () => end('');
          };
        }),
    );
    return (await Promise.all(texts)).join('');
  });

test('a start without the control plane shows the last list read-only with its age, and signing out wipes it', async ({ app, complaints }) => {
  complaints.allow('network', CUT_OFF);
  complaints.allow('socket', /\/api\/v2\//);
  const { page } = app;
  await page.clock.install();
  await app.signIn();
  await app.open('/workspaces?q=owner%3Aada');
  await expect(page.getByRole('checkbox', { name: 'Select gantry-web' })).toBeVisible();
  await expect.poll(() => kept(page)).toContain('gantry-web');

  await page.route('**/api/v2/**', (route) => route.abort('connectionrefused'));
  await page.reload();
  // Each try that fails ends what is on its way, the code of this view too; the tries grow rarer.
  const last = page.getByRole('region', { name: 'The last list' });
  await expect(last.getByRole('row').filter({ hasText: 'gantry-web' })).toContainText('Running', { timeout: 45_000 });
  await expect(last).toContainText(/Read-only, .* old\./);
  await expect(last).toContainText('owner:ada');
  await expect(last.getByRole('button')).toHaveCount(0);
  await expect(last.getByRole('link')).toHaveCount(0);
  await last.getByRole('searchbox', { name: 'Search in it' }).fill('billing');
  await expect(last.getByRole('row')).toHaveCount(2);
  await app.axe();

  await app.tryNow(() => page.unroute('**/api/v2/**'));
  await expect(page.getByRole('checkbox', { name: 'Select gantry-web' })).toBeVisible();
  await expect(last).toBeHidden();

  await app.signOut();
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await expect.poll(() => kept(page)).toBe('');
});
