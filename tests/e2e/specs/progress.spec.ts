// How far a build is: the same words in the list, on the workspace's page and on the build's; what it waits for; and what a screen reader hears.
import { expect, test } from '../support/fixture';

test.beforeEach(async ({ app }) => {
  await app.signIn();
});

test('a start that goes on is told in the same words everywhere, and never runs past its end', async ({ app }) => {
  const made = await app.make('held-build-far', 'docker', false);
  await expect.poll(async () => (await app.api<{ latest_build: { status: string } }>('GET', `/workspaces/${made.id}`)).latest_build.status).toBe('starting');
  // Far past what is usual: no percentage, no time that is left.
  await app.open('/workspaces?q=name:held-build-far');
  await expect(app.row('held-build-far')).toContainText('longer than usual', { timeout: 45_000 });
  await app.open('/@ada/held-build-far');
  const main = app.page.getByRole('main');
  await expect(main).toContainText(/Starting for .*; longer than usual\./);
  await expect(main.getByRole('status').filter({ hasText: 'Starting takes longer than usual.' })).toHaveCount(1);
  await expect(main).not.toContainText('NaN');
  await app.axe();
  await app.open('/@ada/held-build-far/builds/1');
  await expect(main).toContainText('longer than usual');
  await app.axe();
  await app.goesOn(made.id);
});

test('percent and range come from the template’s own figures', async ({ app }) => {
  // An hour at the most, half of that usually: whatever the machine does, the build is in its first percents.
  await app.page.context().route(/\/api\/v2\/templates$/, async (route) => {
    const response = await route.fetch();
    const templates = (await response.json()) as { name: string; build_time_stats: unknown }[];
    for (const one of templates) {
      const figures = one.name === 'docker' ? { P50: 1_800_000, P95: 3_600_000 } : { P50: null, P95: null };
      one.build_time_stats = { start: figures, stop: figures, delete: figures };
    }
    await route.fulfill({ response, json: templates });
  });
  const made = await app.make('held-build-figures', 'docker', false);
  await app.open('/@ada/held-build-figures');
  const words = /about \d+ %, \d+–\d+ m left/;
  await expect(app.page.getByRole('main')).toContainText(words);
  const bar = app.page.getByRole('progressbar', { name: 'Progress of the build' });
  await expect(bar).toHaveAttribute('aria-valuenow', /^\d$/);
  await expect(bar).toHaveAttribute('aria-valuetext', words);
  await app.open('/@ada/held-build-figures/builds/1');
  await expect(app.page.getByRole('main')).toContainText(words);
  await app.open('/workspaces?q=name:held-build-figures');
  await expect(app.row('held-build-figures')).toContainText(words);
  await app.goesOn(made.id);
});

test('a usual time that the control plane does not know is said', async ({ app }) => {
  await app.page.context().route(/\/api\/v2\/templates$/, async (route) => {
    const response = await route.fetch();
    const templates = (await response.json()) as { build_time_stats: unknown }[];
    for (const one of templates) one.build_time_stats = { start: { P50: null, P95: null } };
    await route.fulfill({ response, json: templates });
  });
  const made = await app.make('held-build-unknown', 'docker', false);
  await app.open('/@ada/held-build-unknown');
  await expect(app.page.getByRole('main')).toContainText('usual time not known yet');
  await expect(app.page.getByRole('progressbar')).toHaveCount(0);
  await app.open('/workspaces?q=name:held-build-unknown');
  await expect(app.row('held-build-unknown')).toContainText('usual time not known yet');
  await app.goesOn(made.id);
});

test('a build that nobody can run names the tags, and what to do', async ({ app, start, visit }) => {
  const server = await start(['--memory', '--templates', 'all', '--speed', '20']);
  const own = await visit(server);
  await own.signIn();
  const made = await own.make('waits-for-ever', 'secure-zone', false);
  await own.open('/@ada/waits-for-ever');
  const main = own.page.getByRole('main');
  await expect(main).toContainText(/Start pending: nobody can run this: no provisioner has the tags .*=.*, waiting/);
  await expect(main).toContainText('Whoever runs the control plane can start one');
  await expect(main.getByRole('status').filter({ hasText: /^Start pending: nobody can run this/ })).toHaveCount(1);
  await own.axe();
  await own.open('/@ada/waits-for-ever/builds/1');
  await expect(main).toContainText('nobody can run this');
  await own.open('/workspaces?q=name:waits-for-ever');
  await expect(own.row('waits-for-ever')).toContainText('nobody can run this');
  await own.api('PATCH', `/workspacebuilds/${made.latest_build.id}/cancel?expect_status=pending`);
  expect(app.server).not.toBe(server);
});

test('a build in the queue says its place, and that its provisioners are busy', async ({ start, visit }) => {
  const server = await start(['--memory', '--provisioners', '1', '--speed', '20']);
  const own = await visit(server);
  await own.signIn();
  const first = await own.make('held-build-first', 'docker', false);
  await expect.poll(() => own.latest(first.id)).toBe('1 starting');
  await own.make('second-in-queue', 'docker', false);
  await own.open('/@ada/second-in-queue');
  await expect(own.page.getByRole('main')).toContainText(/position 1 of 1 in queue, its provisioner is busy, waiting/, { timeout: 20_000 });
  await own.open('/workspaces?q=name:second-in-queue');
  await expect(own.row('second-in-queue')).toContainText(/position 1 of 1 in queue/);
  await own.goesOn(first.id);
});
