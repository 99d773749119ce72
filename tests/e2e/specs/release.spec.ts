// A new release under an open tab: it goes on with its own files as long as they are there, says that there is another one, and offers to reload; where a part
// of its own is gone, that leads to the same offer.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { twoReleases } from '../support/another-release';
import { App, COMPANY, expect, test } from '../support/fixture';
import { site, startControlPlane } from '../support/tools.mjs';

/** A tab on a server whose release can be replaced: `deploy` says whether the files of the one before stay. */
const swap = test.extend<{ swapped: { app: App; deploy: (keepsOld: boolean) => void } }>({
  swapped: async ({ context, base }, use) => {
    const { now, deploy, remove } = twoReleases();
    const server = await startControlPlane([...COMPANY, '--speed', '20', '--site', now, '--base', base]);
    await use({ app: new App(await context.newPage(), server, base), deploy });
    await Promise.all(context.pages().map((page) => page.close()));
    await server.stop();
    remove();
  },
});

const release = (app: App) => app.page.evaluate(() => document.documentElement.dataset.release);

swap('a tab that is open notices, goes on with its own files, and reloads when its reader wants it', async ({ swapped: { app, deploy } }) => {
  await app.page.clock.install();
  await app.signIn();
  const before = await release(app);
  expect(before).toMatch(/^[0-9a-f]{16}$/);
  const offer = app.page.getByText('A newer Gantry is on this server.');
  await app.passes(310_000);
  await app.page.evaluate(() => fetch('/api/v2/buildinfo'));
  await expect(offer).toHaveCount(0);
  deploy(true);
  await app.passes(290_000);
  // A few seconds at a time: the answer has eight of the page's own to come in.
  await expect(async () => {
    await app.page.clock.runFor(2_000);
    await expect(offer).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await app.axe();
  // The files of the release before are there: its pages open.
  await app.page.getByRole('banner').getByRole('link', { name: 'Quota' }).click();
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  await app.page.getByRole('button', { name: 'Not now' }).click();
  await expect(offer).toHaveCount(0);
  expect(await release(app)).toBe(before);
  await app.page.reload();
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  expect(await release(app)).toBe('another');
});

swap('a part that is gone with its release leads to the offer, and the new one has it', async ({ swapped: { app, deploy }, complaints }) => {
  // What is not fetched ahead is asked for when it is gone.
  await app.page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  complaints.allow(404, /\/assets\/(split|chunk)_[\w-]+\.wasm$/);
  complaints.expect(/integrity/i);
  await app.signIn();
  deploy(false);
  await app.page.getByRole('banner').getByRole('link', { name: 'Quota' }).click();
  await expect(app.page.getByRole('heading', { name: 'A newer Gantry is on this server', level: 1 })).toBeVisible();
  await app.axe();
  await app.page.getByRole('main').getByRole('button', { name: 'Reload' }).click();
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  expect(await release(app)).toBe('another');
});

swap('the files say which release they are', async ({ swapped: { app } }) => {
  const read = async (path: string) => (await fetch(app.address(path))).text();
  const version = JSON.parse(await read('/version.json')) as { version: string; release: string; commit: string };
  expect(version.version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(await read('/')).toContain(`data-release="${version.release}"`);
  expect(version.commit).toMatch(/^([0-9a-f]{40}\+?|unknown)$/);
  const licences = await read('/licences.txt');
  for (const name of ['leptos ', 'plotters ', 'wasm-bindgen ']) expect(licences).toContain(`\n${name}`);
  const sums = (await read('/SHA256SUMS')).trim().split('\n');
  expect(sums.length).toBeGreaterThan(20);
  for (const line of sums.filter((one) => /(html|json|js|txt)$/.test(one))) {
    const [sum, file] = line.split('  ');
    expect(createHash('sha256').update(readFileSync(join(site(), file))).digest('hex'), file).toBe(sum);
  }
});
