// An action on many where the control plane refuses some: each in its own words, four at a time, a pause where it asks for one, stopped in the middle,
// while the list shows something else, and after its tab was closed.
import { readFileSync } from 'node:fs';
import { App, expect, test, type Workspace } from '../support/fixture';

/** Selects all rows of the list that are loaded, and begins an action on them. */
async function begin({ page }: App, action: 'Stop' | 'Start', count: number) {
  await page.getByRole('checkbox', { name: 'Select all rows that are loaded' }).check();
  const bar = page.getByRole('region', { name: 'Selection' });
  await bar.getByRole('button', { name: `${action} ${count}` }).click();
  await page.getByRole('dialog', { name: `${action} ${count} workspaces?` }).getByRole('button', { name: `${action} ${count} workspaces` }).click();
}

const report = ({ page }: App, action: string) => page.getByRole('dialog', { name: new RegExp(`^${action}: `) });

test('each refusal is told in the server\'s words, a pause is obeyed, and what failed is tried again', async ({ app, complaints, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  complaints.allow(403, /\/builds$/);
  complaints.allow(409, /\/builds$/);
  complaints.allow(429, /\/builds$/);
  const { page } = app;
  await app.signIn();
  const names = ['not-allowed-mf', 'raced-mf', 'rate-limited-mf', 'quota-hog-mf', 'flaky-mf', 'plain-mf-1', 'plain-mf-2'];
  const made = Object.fromEntries((await Promise.all(names.map((name) => app.make(name)))).map((one) => [one.name, one])) as Record<string, Workspace>;
  // What the quota refused is stopped, so that it can be started with the others; that costs nothing.
  await app.build(made['quota-hog-mf'].id, 'stop');
  await app.settled(made['quota-hog-mf'].id);
  // Its first start failed, its second one does not, its third one will.
  for (const transition of ['stop', 'start'] as const) {
    await app.build(made['flaky-mf'].id, transition);
    await app.settled(made['flaky-mf'].id);
  }

  await app.open('/workspaces?q=name%3A-mf&sort=name');
  const asked: number[] = [];
  let flying = 0;
  const isBuild = (request: { method: () => string; url: () => string }) => request.method() === 'POST' && /\/builds$/.test(request.url());
  page.on('request', (request) => { if (isBuild(request)) asked.push((flying += 1)); });
  page.on('response', (response) => { if (isBuild(response.request())) flying -= 1; });
  await begin(app, 'Stop', 6);
  const stop = report(app, 'Stop');
  await expect(stop).toContainText(/Stop: 4 of 6 done, 2 failed, 1 skipped/, { timeout: 45_000 });
  expect(Math.max(...asked), 'requests at once').toBeLessThanOrEqual(4);
  const told = (name: string) => stop.getByRole('row', { name: new RegExp(`/${name}`) });
  await expect(told('not-allowed-mf')).toContainText(/failed.*(not allowed|permission|403)/i);
  await expect(told('raced-mf')).toContainText(/failed.*\S{3}/);
  await expect(told('rate-limited-mf')).toContainText('done');
  await expect(told('quota-hog-mf')).toContainText(/skipped.*already stopped/);
  await app.axe();
  await stop.getByRole('button', { name: 'Copy as text' }).click();
  await expect(stop.getByRole('button', { name: 'Copied' })).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toMatch(/^Stop: 4 of 6 done, 2 failed, 1 skipped\n/);
  expect(text).toMatch(/\nada\/not-allowed-mf: failed: \S/);
  const saved = page.waitForEvent('download');
  await stop.getByRole('button', { name: 'Save as CSV' }).click();
  const lines = readFileSync(await (await saved).path(), 'utf8').split('\r\n');
  expect(lines[0]).toBe('owner,workspace,action,result,reason');
  expect(lines).toContain('ada,plain-mf-1,Stop,done,');
  await stop.getByRole('button', { name: 'Close' }).click();
  for (const name of ['plain-mf-1', 'plain-mf-2', 'rate-limited-mf', 'flaky-mf']) expect((await app.latest(made[name].id)).split(' ')[1]).toBe('stopped');

  // What the quota says stands in the log of the build; what failed by chance is tried again, also when the list shows something else by then.
  await app.open('/workspaces?q=name%3A-mf%20status%3Astopped%20&sort=name');
  await expect(page.getByRole('checkbox', { name: 'Select quota-hog-mf' })).toBeVisible();
  await page.getByRole('checkbox', { name: 'Select raced-mf' }).waitFor();
  await begin(app, 'Start', 6);
  const start = report(app, 'Start');
  await expect(start).toContainText(/^Start: [34] of 6 done, [23] failed/, { timeout: 45_000 });
  const started = (name: string) => start.getByRole('row', { name: new RegExp(`/${name}`) });
  await expect(started('quota-hog-mf')).toContainText(/failed.*quota/i);
  await expect(started('flaky-mf')).toContainText(/failed/);
  await expect(started('plain-mf-2')).toContainText('done');
  await start.getByRole('button', { name: /^Retry [23] failed/ }).click();
  await expect(start).toContainText(/^Start: /);
  await expect(started('flaky-mf')).toContainText('done', { timeout: 45_000 });
  await expect(started('quota-hog-mf')).toContainText(/failed.*quota/i);
  await app.axe();
});

test('a run goes on while the list shows something else, is stopped in the middle, and a closed tab tells what was done', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  const held = await Promise.all(['a', 'b', 'c', 'd'].map((end) => app.make(`held-stop-mr-${end}`)));
  const rest = await Promise.all(['y', 'z'].map((end) => app.make(`plain-mr-${end}`)));
  const all = [...held, ...rest];
  const path = '/workspaces?q=name%3A-mr-&sort=name';
  const again = async () => {
    for (const { id } of all) if ((await app.latest(id)).endsWith('stopped')) await app.build(id, 'start');
    await Promise.all(all.map(({ id }) => app.settled(id)));
  };
  await app.open(path);
  await begin(app, 'Stop', 6);
  await expect(report(app, 'Stop')).toContainText('Stop: 0 of 6 done, 4 under way, 2 waiting');
  await report(app, 'Stop').getByRole('button', { name: 'Hide' }).click();
  // Another list: none of the six is in it, and no longer known.
  const box = page.getByRole('searchbox', { name: 'Filter' });
  await box.fill('name:gantry-web');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('table')).toHaveAccessibleName(/^Workspaces, 1 of 1 loaded/);
  const under_way = page.getByRole('status', { name: 'Action on many' });
  await expect(under_way).toContainText('4 under way, 2 waiting');
  app.server.signal('SIGUSR1');
  await expect(under_way).toContainText('Stop: 6 of 6 done', { timeout: 45_000 });
  for (const { id } of all) expect(await app.latest(id)).toBe('2 stopped');
  await under_way.getByRole('button', { name: 'Dismiss' }).click();

  await again();
  await app.open(path);
  await begin(app, 'Stop', 6);
  await expect(report(app, 'Stop')).toContainText('4 under way, 2 waiting');
  await report(app, 'Stop').getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(report(app, 'Stop')).toContainText('4 under way, 2 skipped');
  await expect(report(app, 'Stop')).toContainText('Nothing more is begun');
  app.server.signal('SIGUSR1');
  await expect(report(app, 'Stop')).toContainText('Stop: 4 of 4 done, 2 skipped', { timeout: 45_000 });
  await expect(report(app, 'Stop').getByRole('row', { name: /plain-mr-z/ })).toContainText('the run was stopped before its turn');
  for (const { id } of rest) expect(await app.latest(id)).toBe('3 running');
  await report(app, 'Stop').getByRole('button', { name: 'Close' }).click();

  await again();
  await app.open(path);
  await begin(app, 'Stop', 6);
  await expect(report(app, 'Stop')).toContainText('4 under way, 2 waiting');
  // Closing warns; who closes all the same is told on return.
  const warned = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await warned;
  expect(dialog.type()).toBe('beforeunload');
  const closed = page.waitForEvent('close');
  await dialog.accept();
  await closed;
  app.server.signal('SIGUSR1');
  const next = new App(await page.context().newPage(), app.server, app.base);
  await Promise.all(held.map(({ id }) => next.settled(id)));
  await next.open(path);
  await expect(report(next, 'Stop').getByRole('row', { name: /held-stop-mr-a/ })).toContainText('the page was closed while it was under way');
  await expect(report(next, 'Stop').getByRole('row', { name: /plain-mr-z/ })).toContainText('the page was closed before its turn');
  await next.axe();
  await report(next, 'Stop').getByRole('button', { name: 'Close' }).click();
  for (const { id } of rest) expect((await next.latest(id)).split(' ')[1]).toBe('running');
});
