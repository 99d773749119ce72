// The control plane goes away in the middle of a start and comes back: the page shows the true state without being reloaded.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, PASSWORD, PEOPLE, expect, test } from '../support/fixture';
import { site, startControlPlane } from '../support/tools.mjs';

test('a control plane that ends in the middle of a start and returns', async ({ context, complaints, base }) => {
  complaints.allow(401, /\/api\/v2\//);
  complaints.allow('network', /\/(api\/v2\/|icons\.svg)/);
  complaints.allow('socket', /\/api\/v2\//);
  const folder = mkdtempSync(join(tmpdir(), 'gantry-outage-'));
  const options = ['--db', join(folder, 'db.sqlite'), '--seed', 'company', '--speed', '2', '--site', site(), '--base', base];
  let server = await startControlPlane(options);
  try {
    const app = new App(await context.newPage(), server, base);
    await app.signIn(PEOPLE.owner, PASSWORD);
    const made = await app.make('outage-one');
    await app.build(made.id, 'stop');
    await app.settled(made.id);
    await app.open('/workspaces?q=name%3Aoutage-one');
    await app.row('outage-one').getByRole('button', { name: /^Start/ }).click();
    await expect(app.row('outage-one')).toContainText(/Starting|Pending/);
    server.signal('SIGKILL');
    await expect(app.page.getByText(/Offline since/)).toBeVisible({ timeout: 30_000 });
    await app.axe();
    server = await startControlPlane(options, { listen: new URL(server.url).host });
    await expect(app.page.getByText(/Offline since/)).toBeHidden({ timeout: 30_000 });
    // What became of it is the control plane's to say; the page has to agree within ten seconds.
    const truth = await app.settled(made.id);
    const word = truth.latest_build.status === 'running' ? /Running|Unhealthy/ : /Failed|Canceled|Stopped/;
    await expect(app.row('outage-one')).toContainText(word, { timeout: 10_000 });
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
