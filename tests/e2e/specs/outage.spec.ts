// The control plane goes away in the middle of a start and comes back: every page shows the true state without being reloaded.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CUT_OFF, expect, test } from '../support/fixture';

/** What a person may have to wait for the truth once the control plane answers again. */
const TRUTH_MS = 10_000;

for (const [how, signal] of [
  ['is killed', 'SIGKILL'],
  ['is stopped', 'SIGTERM'],
] as const) {
  test(`a control plane that ${how} in the middle of a start and returns`, async ({ complaints, start, visit }) => {
    complaints.allow(401, /\/api\/v2\//);
    complaints.allow('network', CUT_OFF);
    complaints.allow('socket', /\/api\/v2\//);
    const folder = mkdtempSync(join(tmpdir(), 'gantry-outage-'));
    const options = ['--db', join(folder, 'db.sqlite'), '--seed', 'company', '--speed', '20'];
    try {
      const server = await start(options);
      const app = await visit(server);
      await app.signIn();
      const made = await app.make('held-build-outage', 'docker', false);
      await app.goesOn(made.id);
      await app.build(made.id, 'stop');
      await app.settled(made.id);
      const workspace = (await app.tab('/@ada/held-build-outage')).page;
      await expect(workspace.getByRole('main')).toContainText('Stopped');
      await app.open('/workspaces?q=name%3Aheld-build-outage');
      await app.row('held-build-outage').getByRole('button', { name: /^Start/ }).click();
      await expect(app.row('held-build-outage')).toContainText(/Starting|Start pending/);
      await expect(workspace.getByRole('main')).toContainText(/Starting/);
      const build = (await app.tab('/@ada/held-build-outage/builds/3')).page;
      await expect(build.getByRole('region', { name: 'Log' })).toContainText(/Setting up|Initializing/);

      server.signal(signal);
      const pages = [app.page, workspace, build];
      for (const page of pages) await expect(page.getByText(/Offline since/)).toBeVisible({ timeout: 30_000 });
      await app.axe();
      await server.stop();
      await start(options, { listen: new URL(server.url).host });

      // What became of it is the control plane's to say; every page has to agree. A start that was running has ended by now.
      const truth = await app.settled(made.id);
      expect(truth.latest_build.build_number).toBe(3);
      const word = truth.latest_build.status === 'running' ? /Running|Unhealthy/ : /Failed|failed|Canceled/;
      await Promise.all([
        ...pages.map((page) => expect(page.getByText(/Offline since/)).toBeHidden({ timeout: TRUTH_MS })),
        expect(app.row('held-build-outage')).toContainText(word, { timeout: TRUTH_MS }),
        expect(workspace.getByRole('main')).toContainText(word, { timeout: TRUTH_MS }),
        expect(build.getByRole('main')).toContainText(`Start ${truth.latest_build.job.status}`, { timeout: TRUTH_MS }),
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
