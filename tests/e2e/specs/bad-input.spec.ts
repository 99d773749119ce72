// Answers that no control plane should give: the pages say what they could not show, show the rest, and come back by themselves.
import type { Page } from '@playwright/test';
import { expect, test, type Build } from '../support/fixture';

type Json = Record<string, unknown>;

test.beforeEach(async ({ app }) => {
  await app.signIn();
});

/** What every JSON answer at `url` says instead. */
async function instead(page: Page, url: RegExp, change: (body: never) => unknown): Promise<void> {
  await page.route(url, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change((await response.json()) as never) });
  });
}

const HTML = { contentType: 'text/html', body: '<!doctype html><title>Sign in to the proxy</title>' };

test('HTML in place of the timings: said, and estimated from the log', async ({ app }) => {
  const { page } = app;
  await app.make('html-timings');
  let asked = 0;
  await page.route(/\/timings$/, (route) => {
    asked += 1;
    return route.fulfill(HTML);
  });
  await app.open('/@ada/html-timings/builds/1?view=table');
  const main = page.getByRole('main');
  await expect(main).toContainText('The control plane did not say where the time went');
  await expect(main).toContainText(/estimated from the log/);
  await expect(page.getByRole('rowheader', { name: 'apply', exact: true })).toBeVisible();
  await app.axe();
  const before = asked;
  await main.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => asked, { message: 'asked again on request' }).toBeGreaterThan(before);
  // And by itself, before anybody could ask for it.
  await page.unroute(/\/timings$/);
  await expect(main).not.toContainText('did not say where the time went');
  await expect(main).not.toContainText(/estimated from the log/);
});

test('half a JSON in place of a build: said, and read again', async ({ app }) => {
  const { page } = app;
  await app.make('half-build');
  let broken = true;
  await page.route(/\/workspace\/half-build\/builds\/1$/, async (route) => {
    if (!broken) return route.continue();
    const body = await app.page.request.get(route.request().url()).then((response) => response.text());
    return route.fulfill({ contentType: 'application/json', body: body.slice(0, body.length / 2) });
  });
  await app.open('/@ada/half-build/builds/1');
  await expect(page.getByRole('heading', { name: 'The answer could not be read' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await app.axe();
  broken = false;
  // It is asked for again by itself.
  await expect(page.getByRole('heading', { name: 'Build 1', level: 1 })).toBeVisible();
});

test('half a JSON in place of the log: said, and read again without a reload', async ({ app }) => {
  const { page } = app;
  await app.make('half-log');
  const url = /\/workspacebuilds\/[^/]+\/logs$/;
  await page.route(url, (route) => route.fulfill({ contentType: 'application/json', body: '[{"id":1,"created_at":"20' }));
  await app.open('/@ada/half-log/builds/1');
  const log = page.getByRole('region', { name: 'Log' });
  await expect(log).toContainText(/The log could not be read: .* It is asked for again\./);
  await expect(log.getByRole('button', { name: 'First error' })).toHaveAccessibleDescription('The log was not read to its end.');
  // The timings are another answer: the chart does not wait for the log.
  await expect(page.getByRole('img', { name: /^Waterfall of build 1/ })).toBeVisible();
  await page.unroute(url);
  await expect(log).toContainText('Starting workspace');
  await expect(log).not.toContainText('could not be read');
});

test('a log from its end, with a line of another shape: in order, and the missing line is said', async ({ app }) => {
  const { page } = app;
  await app.make('fail-apply-odd-log', 'docker', false);
  await instead(page, /\/workspacebuilds\/[^/]+\/logs$/, (lines: Json[]) => [null, ...lines.reverse()]);
  await app.open('/@ada/fail-apply-odd-log/builds/1?view=table');
  const log = page.getByRole('region', { name: 'Log' });
  await expect(log).toContainText('One line could not be read and is missing.');
  await expect(page.getByRole('main')).toContainText(/Start failed: “[^”]+”, [a-z_]+\./);
  await expect(page.getByRole('rowheader', { name: 'plan', exact: true })).toBeVisible();
  await expect(log.getByRole('button', { name: 'First error' })).toBeEnabled();
});

test('null where arrays were', async ({ app }) => {
  const { page } = app;
  await app.make('null-arrays');
  await instead(page, /\/api\/v2\/.*\/builds\/1$/, (build: Build) => ({ ...build, resources: null }));
  await instead(page, /\/timings$/, () => ({ provisioner_timings: null, agent_script_timings: null, agent_connection_timings: null }));
  await page.route(/\/workspacebuilds\/[^/]+\/logs$/, (route) => route.fulfill({ json: null }));
  await app.open('/@ada/null-arrays/builds/1?view=table');
  await expect(page.getByRole('heading', { name: 'Build 1', level: 1 })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'queue', exact: true })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Log' })).toContainText('This build wrote no log.');
});

test('statuses of next year are shown as they are', async ({ app }) => {
  const { page } = app;
  await app.make('next-year-build');
  await instead(page, /\/api\/v2\/.*\/builds\/1$/, (build: Build) => ({
    ...build,
    status: 'hibernated',
    transition: 'hibernate',
    reason: 'moonphase',
    job: { ...build.job, status: 'dreaming' },
  }));
  await app.open('/@ada/next-year-build/builds/1');
  await expect(page.getByRole('main')).toContainText('its status is “dreaming”, which this version of Gantry does not know');
  await expect(page.getByRole('img', { name: /^Waterfall of build 1/ })).toBeVisible();
  await app.axe();
});

test('agents as null, and a frame of the watch that cannot be read', async ({ app }) => {
  const { page } = app;
  await app.make('odd-workspace');
  await instead(page, /\/workspace\/odd-workspace(\?.*)?$/, (workspace: Json & { latest_build: Build }) => ({
    ...workspace,
    latest_build: { ...workspace.latest_build, resources: workspace.latest_build.resources.map((resource) => ({ ...resource, agents: null, metadata: null })) },
  }));
  await page.routeWebSocket(/\/watch-ws/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => socket.send(String(message).includes('"ping"') ? message : '{"type":"data","data":{"id":'));
  });
  await app.open('/@ada/odd-workspace');
  await expect(page.getByRole('heading', { name: 'odd-workspace', level: 1 })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Agents' })).toContainText('The template defines no agents.');
  await expect(page.getByRole('main')).toContainText('A change could not be read.');
  await app.axe();
});

test('a line of a live log that cannot be read is missed, not dropped in silence', async ({ app }) => {
  const { page } = app;
  let broken = false;
  await page.routeWebSocket(/\/workspacebuilds\/[^/]+\/logs\?/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      socket.send(broken ? message : '<html>');
      broken = true;
    });
  });
  const made = await app.make('held-build-broken', 'docker', false);
  await app.open('/@ada/held-build-broken/builds/1');
  const log = page.getByRole('region', { name: 'Log' });
  await expect(log).toContainText('One line could not be read and is missing.');
  await app.goesOn(made.id);
  await expect(page.getByRole('main')).toContainText('Start succeeded');
});

test('a clock one hour off: said once, and no length is wrong by it', async ({ app }) => {
  const { page } = app;
  const made = await app.make('held-build-clock', 'docker', false);
  await page.addInitScript(() => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + 3_600_000;
  });
  await app.open('/@ada/held-build-clock/builds/1');
  await expect(page.getByText(/This computer’s clock is (1 h|59 m|60 m).* ahead of the control plane’s/)).toBeVisible();
  const main = page.getByRole('main');
  await expect(main).toContainText(/so far/);
  await expect(main).not.toContainText(/\b1 h 0|−|\b59 m \d/);
  await app.goesOn(made.id);
  await expect(main).toContainText('Start succeeded');
  await expect(main).not.toContainText(/\b1 h 0|\b59 m \d/);
});

test('a log of 5 MB: shown to its last line, searched, saved whole', async ({ app }) => {
  const { page } = app;
  const made = await app.make('large-log');
  const [first] = await app.api<{ created_at: string; log_source: string }[]>('GET', `/workspacebuilds/${made.latest_build.id}/logs`);
  const count = 30_000;
  const lines = Array.from({ length: count }, (_, index) => ({
    ...first,
    id: index + 1,
    log_level: 'info',
    stage: 'Starting workspace',
    output: `line ${index + 1} ${'of a provider that tells everything '.repeat(2)}${index + 1 === 23_456 ? 'needle' : 'hay'}`,
  }));
  const body = JSON.stringify(lines);
  expect(body.length).toBeGreaterThan(5_000_000);
  await page.route(/\/workspacebuilds\/[^/]+\/logs$/, (route) => route.fulfill({ contentType: 'application/json', body }));
  await app.open('/@ada/large-log/builds/1');
  const log = page.getByRole('log', { name: 'Log' });
  await expect(log).toContainText('line 1 ');
  // A part of it is in the document.
  expect(await log.locator('.row').count()).toBeLessThan(1_000);
  await log.focus();
  await page.keyboard.press('End');
  await expect(log).toContainText(`line ${count} `);
  const search = page.getByRole('searchbox', { name: 'Search the log' });
  await search.fill('needle');
  await search.press('Enter');
  await expect(log).toContainText('line 23456 ');
  await expect(page.getByText('1 of 1', { exact: true })).toBeVisible();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const stream = await (await saving).createReadStream();
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  expect(text.split('\n').filter((line) => /line \d+ /.test(line)).length).toBe(count);
});
