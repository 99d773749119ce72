// A new release under an open tab: it goes on with its own files as long as they are there, says that there is another one, and offers to reload; where a part
// of its own is gone, that leads to the same offer.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, COMPANY, expect, test } from '../support/fixture';
import { site, startControlPlane } from '../support/tools.mjs';

const digest = (content: string) => `sha384-${createHash('sha384').update(content).digest('base64')}`;

/** A copy of the site that is a release of its own: its parts and what names them, one after the other, have other names. */
function another(folder: string): void {
  const assets = join(folder, 'assets');
  const renamed = (name: string) => name.replace(/-[0-9a-f]{16}\./, '-ffffffffffffffff.');
  const file = (pattern: RegExp) => readdirSync(assets).find((name) => pattern.test(name)) as string;
  const read = (name: string) => readFileSync(join(assets, name), 'utf8');
  const written = (name: string, content: string) => {
    for (const twin of ['', '.br', '.gz']) rmSync(join(assets, name + twin), { force: true });
    writeFileSync(join(assets, renamed(name)), content);
    return content;
  };
  const list = file(/^parts-[0-9a-f]{16}\.json$/);
  const before = read(list);
  let named = before;
  for (const name of readdirSync(assets).filter((one) => /^((split|chunk)_.*\.wasm|later-.*\.css)/.test(one))) {
    named = named.replaceAll(name, renamed(name));
    renameSync(join(assets, name), join(assets, renamed(name)));
  }
  const glue = file(/^gantry-[0-9a-f]{16}\.js$/);
  const code = written(glue, read(glue).replaceAll(list, renamed(list)).replaceAll(digest(before), digest(written(list, named))));
  const page = join(folder, 'index.html');
  const html = readFileSync(page, 'utf8');
  const element = (html.match(new RegExp(`<link[^>]*${glue}[^>]*>`)) as RegExpMatchArray)[0];
  const changed = element.replace(glue, renamed(glue)).replace(/integrity="[^"]*"/, () => `integrity="${digest(code)}"`);
  writeFileSync(page, html.replace(element, () => changed).replace(/data-release="[^"]*"/, 'data-release="another"'));
  for (const twin of ['.br', '.gz']) rmSync(page + twin, { force: true });
  const version = join(folder, 'version.json');
  writeFileSync(version, JSON.stringify({ ...JSON.parse(readFileSync(version, 'utf8')), version: '99.0.0', release: 'another' }));
}

/** A tab on a server whose release can be replaced: `deploy` says whether the files of the one before stay. */
const swap = test.extend<{ swapped: { app: App; deploy: (keepsOld: boolean) => void } }>({
  swapped: async ({ context, base }, use) => {
    const [now, next] = ['now', 'next'].map((name) => mkdtempSync(join(tmpdir(), `gantry-${name}-`)));
    for (const folder of [now, next]) cpSync(site(), folder, { recursive: true });
    another(next);
    const server = await startControlPlane([...COMPANY, '--speed', '20', '--site', now, '--base', base]);
    const deploy = (keepsOld: boolean) => {
      if (!keepsOld) rmSync(join(now, 'assets'), { recursive: true });
      for (const twin of ['.br', '.gz']) rmSync(join(now, 'index.html') + twin, { force: true });
      cpSync(next, now, { recursive: true });
    };
    await use({ app: new App(await context.newPage(), server, base), deploy });
    await Promise.all(context.pages().map((page) => page.close()));
    await server.stop();
    for (const folder of [now, next]) if (existsSync(folder)) rmSync(folder, { recursive: true });
  },
});

const release = (app: App) => app.page.evaluate(() => document.documentElement.dataset.release);

swap('a tab that is open notices, goes on with its own files, and reloads when its reader wants it', async ({ swapped: { app, deploy } }) => {
  await app.page.clock.install();
  await app.signIn();
  const before = await release(app);
  expect(before).toMatch(/^[0-9a-f]{16}$/);
  const offer = app.page.getByText('A newer Gantry is on this server.');
  await app.page.clock.runFor(310_000);
  await app.page.evaluate(() => fetch('/api/v2/buildinfo'));
  await expect(offer).toHaveCount(0);
  deploy(true);
  await app.page.clock.runFor(290_000);
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
