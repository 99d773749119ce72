// A build: its header, the waterfall with its table, its log; finished, failed, running.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixture';
import { fits, instant } from '../journeys/figures.mjs';

type Timing = { started_at: string; ended_at: string; stage: string; resource: string };
type Timings = { provisioner_timings: Timing[]; agent_script_timings: (Timing & { display_name: string })[]; agent_connection_timings: Timing[] };
type Line = { id: number; created_at: string; log_level: string; stage: string; output: string };

/** The cells of the table of spans: name, start, duration, … */
async function spans(page: Page): Promise<string[][]> {
  const table = page.getByRole('table').filter({ has: page.getByRole('columnheader', { name: 'Span', exact: true }) });
  await expect(table).toBeVisible();
  return table.locator('tbody tr').evaluateAll((rows) => rows.map((row) => Array.from(row.querySelectorAll('th, td'), (cell) => (cell.textContent ?? '').trim())));
}

test('the table\'s figures are the timings that the API gives', async ({ app }) => {
  await app.signIn();
  const made = await app.make('figures');
  const build = made.latest_build;
  const timings = await app.api<Timings>('GET', `/workspacebuilds/${build.id}/timings`);
  expect(timings.provisioner_timings.length).toBeGreaterThan(3);
  await app.open(`/@ada/figures/builds/${build.build_number}?view=table`);
  await expect(app.page.getByRole('heading', { name: /Build 1\b/, level: 1 })).toBeVisible();
  const rows = await spans(app.page);
  const origin = instant(build.job.created_at);
  for (const timing of timings.provisioner_timings) {
    const label = timing.resource.startsWith('coder_stage_') ? timing.stage : timing.resource;
    const from = instant(timing.started_at) - origin;
    const long = instant(timing.ended_at) - instant(timing.started_at);
    const fitting = rows.filter(([name, , start, duration]) => name.startsWith(label) && fits(start, Math.max(0, from)) && fits(duration, long));
    expect(fitting.length, `${label} from ${from} ms for ${long} ms in\n${rows.map((row) => row.join(' | ')).join('\n')}`).toBeGreaterThan(0);
  }
  await app.axe();
});

test('a failed build says what, why and where, and marks what it estimates', async ({ app }) => {
  await app.signIn();
  const made = await app.make('fail-apply-build');
  expect(made.latest_build.status).toBe('failed');
  const logs = await app.api<Line[]>('GET', `/workspacebuilds/${made.latest_build.id}/logs`);
  const why = logs.find((line) => line.log_level === 'error' && line.output.startsWith('Error: '))?.output.slice('Error: '.length) ?? 'no error line';
  await app.open('/@ada/fail-apply-build/builds/1?view=table');
  await expect(app.page.getByRole('main')).toContainText(why);
  await expect(app.page.getByRole('main')).toContainText(/estimated/);
  const errored = logs.find((line) => /: Creation errored/.test(line.output))?.output.split(':')[0] ?? 'no errored resource';
  const row = (await spans(app.page)).find(([name]) => name.startsWith(errored));
  expect(row?.join(' ')).toMatch(/errored|failed/);
  await app.axe();
});

test('a running build grows under one\'s eyes, and its log with it', async ({ app }) => {
  await app.signIn();
  const made = await app.make('held-build-live', 'docker', false);
  await app.open('/@ada/held-build-live/builds/1');
  const chart = app.page.getByRole('img', { name: /^Waterfall of build 1/ });
  const log = app.page.getByRole('region', { name: 'Log' });
  await expect(log).toContainText('Starting workspace');
  await expect(chart).toHaveAccessibleDescription(/still growing/);
  await expect(log).not.toContainText('Cleaning Up');
  await app.goesOn(made.id);
  await expect(log).toContainText('Cleaning Up');
  await expect(chart).not.toHaveAccessibleDescription(/still growing/);
  await app.page.getByRole('button', { name: 'Table', exact: true }).click();
  await expect(app.page.getByRole('table')).toContainText(/start succeeded/i);
});

test('a build of a stop has its own stages and no agent', async ({ app }) => {
  await app.signIn();
  const made = await app.make('stop-build');
  await app.build(made.id, 'stop');
  const stop = (await app.settled(made.id)).latest_build;
  await app.open('/@ada/stop-build/builds/2?view=table');
  await expect(app.page.getByRole('main')).toContainText('Stop succeeded');
  const timings = await app.api<Timings>('GET', `/workspacebuilds/${stop.id}/timings`);
  const names = (await spans(app.page)).map(([name]) => name);
  for (const stage of ['queue', ...timings.provisioner_timings.map((timing) => timing.stage)]) expect(names).toContain(stage);
  for (const phase of ['connect', 'scripts']) expect(names.join()).not.toContain(phase);
});

test('a build of a delete that failed says why', async ({ app }) => {
  await app.signIn();
  const made = await app.make('fail-delete-build');
  await app.build(made.id, 'delete');
  const logs = await app.api<Line[]>('GET', `/workspacebuilds/${(await app.settled(made.id)).latest_build.id}/logs`);
  await app.open('/@ada/fail-delete-build/builds/2?view=table');
  await expect(app.page.getByRole('main')).toContainText('Delete failed');
  const why = logs.find((line) => line.log_level === 'error' && line.output.startsWith('Error: '))?.output.slice('Error: '.length) ?? 'no error line';
  await expect(app.page.getByRole('main')).toContainText(why);
  const names = (await spans(app.page)).map(([name]) => name);
  for (const stage of ['queue', 'init', 'plan', 'apply']) expect(names).toContain(stage);
});

test('the builds of a deleted workspace open by their address, its delete too', async ({ app, complaints }) => {
  // It is found by its name no more, and neither are they.
  complaints.allow(404, /\/api\/v2\/users\/ada\/workspace\/gone-build(\/builds\/\d+)?$/);
  await app.signIn();
  const made = await app.make('gone-build');
  await app.build(made.id, 'delete');
  await app.gone(made.id);
  for (const [number, what] of [[2, 'Delete succeeded'], [1, 'Start succeeded']] as const) {
    await app.open(`/@ada/gone-build/builds/${number}?view=table`);
    await expect(app.page.getByRole('heading', { name: `Build ${number}`, level: 1 })).toBeVisible();
    await expect(app.page.getByRole('main')).toContainText(what);
    expect((await spans(app.page)).map(([name]) => name)).toEqual(expect.arrayContaining(['queue', 'apply']));
    await expect(app.page.getByRole('region', { name: 'Log' })).toContainText('Cleaning Up');
  }
  await app.open('/@ada/gone-build/builds/3');
  await expect(app.page.getByRole('heading', { name: 'Not found, or you have no access' })).toBeVisible();
});

test('a condition of the template that does not hold is told in its author\'s words', async ({ app }) => {
  await app.signIn();
  const made = await app.make('fail-condition-build');
  expect([made.latest_build.status, made.latest_build.job.error]).toEqual(['failed', 'terraform plan: exit status 1']);
  const logs = await app.api<Line[]>('GET', `/workspacebuilds/${made.latest_build.id}/logs`);
  const errors = logs.filter((line) => line.log_level === 'error' && line.output);
  expect(errors[0].output).toBe('Error: Resource precondition failed');
  const why = errors[errors.length - 1].output;
  await app.open('/@ada/fail-condition-build/builds/1?view=table');
  await expect(app.page.getByRole('main')).toContainText(`“${why}”`);
  await app.open('/workspaces?q=name%3Afail-condition-build');
  await expect(app.row('fail-condition-build')).toContainText(why);
  // It failed before its apply: there is nothing to warn of, and nothing to clean up.
  await app.open('/@ada/fail-condition-build');
  await expect(app.page.getByRole('main')).toContainText('It changed nothing.');
  await app.page.getByRole('button', { name: /^Retry/ }).click();
  await expect(app.page.getByRole('link', { name: '#2', exact: true })).toBeVisible();
  expect((await app.settled(made.id)).latest_build.transition).toBe('start');
});

test('a build that does not exist is not found, in words', async ({ app, complaints }) => {
  await app.signIn();
  complaints.allow(404, /\/api\/v2\//);
  await app.make('no-such-build');
  await app.open('/@ada/no-such-build/builds/99');
  await expect(app.page.getByRole('heading', { name: 'Not found, or you have no access' })).toBeVisible();
  await app.axe();
});
