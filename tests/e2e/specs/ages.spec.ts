// The journey of a day on control planes of two ages: the newest that is known, and 2.24 of July 2025. What came later must not be missed.
import { COMPANY, expect, test } from '../support/fixture';

for (const age of ['newest', '2.24']) {
  test(`the list, a workspace, its builds, the quota, a stop and a start on ${age}`, async ({ start, visit, complaints }) => {
    // Workspaces could not be shared then: the page says so.
    if (age === '2.24') complaints.allow(404, /\/api\/v2\/workspaces\/[^/]+\/acl$/);
    const app = await visit(await start([...COMPANY, '--as', age, '--speed', '20']));
    const { page } = app;
    await app.signIn();
    const made = await app.make('no-agent-of-any-age');
    await app.open('/workspaces?q=owner:me');
    await expect(app.row('no-agent-of-any-age')).toContainText('Running');
    await expect(page.getByRole('main')).not.toContainText(/could not be read|There are no workspaces/);

    await page.getByRole('link', { name: 'no-agent-of-any-age', exact: true }).click();
    await expect(page.getByRole('heading', { name: /no-agent-of-any-age/, level: 1 })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Latest build' })).toContainText(/apply/i);
    await expect(page.getByRole('main')).not.toContainText(/could not be read|does not know/);

    await app.open('/@ada/no-agent-of-any-age/builds/1');
    await expect(page.getByRole('heading', { name: 'Build 1', level: 1 })).toBeVisible();
    await expect(page.getByRole('img', { name: /^Waterfall of build 1/ })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Log' })).toContainText('Starting workspace');
    await expect(page.getByRole('main')).not.toContainText(/could not be read|NaN|\d{5,} d/);

    await app.open('/quota');
    await expect(page.getByRole('main')).toContainText(/\d+ of \d+ credits/);

    for (const [transition, status] of [['stop', '2 stopped'], ['start', '3 running']] as const) {
      await app.build(made.id, transition);
      await app.settled(made.id);
      expect(await app.latest(made.id)).toBe(status);
      await app.open('/@ada/no-agent-of-any-age');
      await expect(page.getByRole('main')).toContainText(transition === 'stop' ? 'Stopped' : 'Running');
    }
  });
}

test('2.24 has what that server had', async ({ start, visit }) => {
  const app = await visit(await start([...COMPANY, '--as', '2.24', '--speed', '20']));
  await app.signIn();
  const made = await app.make('no-agent-then');
  const job = made.latest_build.job as Record<string, unknown>;
  expect(Object.keys(job)).not.toContain('initiator_id');
  expect((await app.api<{ version: string }>('GET', '/buildinfo')).version).toMatch(/^v2\.24\./);
  const timings = await app.api<{ provisioner_timings: { resource: string }[] }>('GET', `/workspacebuilds/${made.latest_build.id}/timings`);
  const rows = timings.provisioner_timings.map((row) => row.resource);
  expect(rows.filter((resource) => resource === 'state file')).toHaveLength(2);
  expect(rows.filter((resource) => resource.startsWith('coder_stage_'))).toEqual([]);
});
