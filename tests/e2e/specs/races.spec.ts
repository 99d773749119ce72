// What somebody else did a moment before, and what the control plane refuses: each is told in its words, with the number of the request and one
// next step, and nothing on the page claims what is not so (tests/control-plane/README.md, "Names that provoke").
import { App, expect, test } from '../support/fixture';
import type { Locator } from '@playwright/test';

test.beforeEach(async ({ app }) => {
  await app.signIn();
});

const messages = (app: App): Locator => app.page.getByRole('status', { name: 'Messages' });
const REQUEST = /Request [0-9a-f-]{8,}/;

/** Restarts by the menu of the row and the question. */
async function restart(app: App, name: string): Promise<void> {
  const dialog = await app.ask('Restart', name);
  await dialog.getByRole('button', { name: `Restart ${name}` }).press('Enter');
}

test('somebody else was faster (409): their build is told of, and is what the row shows', async ({ app, complaints }) => {
  complaints.allow(409, /\/builds$/);
  await app.make('raced-409');
  await app.open('/workspaces?q=name%3Araced-409');
  await restart(app, 'raced-409');
  await expect(messages(app)).toContainText(/Restart of raced-409 was refused: A workspace build is already active/);
  await expect(messages(app)).toContainText('Wait until the build that is under way is over, or cancel it.');
  await expect(messages(app)).toContainText(REQUEST);
  await expect(messages(app).getByRole('link', { name: 'Open raced-409' })).toHaveAttribute('href', /\/@ada\/raced-409$/);
  await app.axe();
});

test('it was deleted meanwhile (409, 410): the row goes, and what was asked for is not claimed', async ({ app, complaints }) => {
  complaints.allow(409, /\/builds$/);
  complaints.allow(410, /\/api\/v2\//);
  complaints.allow(404, /\/api\/v2\//);
  const made = await app.make('deleted-meanwhile-1');
  await app.open('/workspaces?q=name%3Adeleted-meanwhile-1');
  await restart(app, 'deleted-meanwhile-1');
  await expect(messages(app)).toContainText(/Restart of deleted-meanwhile-1 was refused/);
  await expect(messages(app)).toContainText(REQUEST);
  await app.gone(made.id);
  await expect(app.row('deleted-meanwhile-1')).toBeHidden({ timeout: 40_000 });
});

test('what one may not do any more (403) is refused in the control plane\'s words, with whose it is', async ({ app, complaints }) => {
  complaints.allow(403, /\/builds$/);
  await app.make('not-allowed-403');
  await app.open('/workspaces?q=name%3Anot-allowed-403');
  await restart(app, 'not-allowed-403');
  await expect(messages(app)).toContainText(/Restart of not-allowed-403 was refused: .*permission.* An administrator may be able to\./);
  await expect(messages(app)).toContainText(REQUEST);
  await expect(app.row('not-allowed-403')).toContainText('Running');
  // For workspaces of one's own all is allowed, and for this one it is not: asked by its id, the control plane says so, and so does the button.
  const stop = app.row('not-allowed-403').getByRole('button', { name: /^Stop/ });
  await expect(stop).toHaveAttribute('aria-disabled', 'true');
  await expect(stop).toHaveAttribute('title', /no permission to stop it/);
  await app.make('allowed-403');
  await app.open('/workspaces?q=name%3Aallowed-403');
  await expect(app.row('allowed-403').getByRole('button', { name: /^Stop/ })).not.toHaveAttribute('aria-disabled', 'true');
});

test('what cannot be seen any more (404) is called gone or hidden, never one of them alone', async ({ app, complaints }) => {
  complaints.allow(404, /\/api\/v2\//);
  const made = await app.make('vanishes-404', 'docker', false);
  const status = async () => (await app.page.request.get(`${app.server.url}/api/v2/workspaces/${made.id}`)).status();
  await expect.poll(status, { timeout: 45_000 }).toBe(404);
  await app.open('/@ada/vanishes-404');
  await expect(app.page.getByRole('heading', { name: 'Not found, or you have no access' })).toBeVisible();
  await app.axe();
});

test('a version that is being imported again (406) is waited for, and that is said', async ({ app, complaints }) => {
  complaints.allow(406, /\/builds$/);
  await app.make('still-importing-406');
  await app.open('/workspaces?q=name%3Astill-importing-406');
  await restart(app, 'still-importing-406');
  await expect(messages(app)).toContainText(/of still-importing-406 was refused|but its start was refused/);
  await expect(messages(app)).toContainText('Try again once the import of the version is over, or choose another version.');
  await expect(messages(app)).toContainText(REQUEST);
});

test('what has left the queue (412) is not canceled as if it waited, and that is explained', async ({ app, complaints }) => {
  complaints.allow(412, /\/cancel/);
  const made = await app.make('taken-meanwhile-412', 'docker', false);
  await app.open('/workspaces?q=name%3Ataken-meanwhile-412');
  const row = app.row('taken-meanwhile-412');
  await expect(row).toContainText('Start pending');
  await row.getByRole('button', { name: 'Cancel taken-meanwhile-412' }).press('Enter');
  await expect(messages(app)).toContainText('taken-meanwhile-412 was not canceled: the build has left the queue meanwhile.');
  await expect(messages(app)).toContainText('It has begun meanwhile: cancel it once more if it should end.');
  await expect(messages(app)).toContainText(REQUEST);
  await app.settled(made.id);
  await expect(row).toContainText('Running', { timeout: 30_000 });
});

test('one wish too many (429) says when to try again', async ({ app, complaints }) => {
  complaints.allow(429, /\/api\/v2\//);
  await app.make('rate-limited-429');
  await app.open('/workspaces?q=name%3Arate-limited-429');
  await restart(app, 'rate-limited-429');
  await expect(messages(app)).toContainText(/Try again in (\d+ s|a minute)/);
  await expect(messages(app)).toContainText(REQUEST);
});

test('a build that a quota refuses leads to the quota', async ({ app }) => {
  await app.make('quota-hog-5000');
  await app.open('/workspaces?q=name%3Aquota-hog-5000');
  await app.row('quota-hog-5000').getByRole('button', { name: 'Retry quota-hog-5000' }).press('Enter');
  await expect(messages(app)).toContainText(/The start of quota-hog-5000 failed: .*quota/, { timeout: 30_000 });
  await expect(messages(app)).toContainText('Delete or stop what is not needed, or have an administrator raise the budget.');
  await expect(messages(app).getByRole('link', { name: 'Open the quota' })).toHaveAttribute('href', /\/quota$/);
});

test('a provisioner that falls silent ends as a failure that says so, and can be retried', async ({ start, visit }) => {
  const app = await visit(await start(['--memory', '--seed', 'company', '--speed', '60']));
  await app.signIn();
  await app.make('provisioner-gone-1');
  await app.open('/workspaces?q=name%3Aprovisioner-gone-1');
  const row = app.row('provisioner-gone-1');
  await expect(row).toContainText('Start failed');
  await row.getByRole('button', { name: 'Retry provisioner-gone-1' }).press('Enter');
  await expect(row).toContainText('Retrying');
  await expect(messages(app)).toContainText(/The start of provisioner-gone-1 failed/, { timeout: 60_000 });
  await expect(messages(app)).toContainText('Retry it: what it left is cleaned up first.');
});

test('an agent that never connects is no success: the row says what is wrong, and offers to restart', async ({ app }) => {
  await app.make('agent-timeout-1');
  await app.open('/workspaces?q=name%3Aagent-timeout-1');
  const row = app.row('agent-timeout-1');
  await expect(row).toContainText('Unhealthy', { timeout: 60_000 });
  await expect(row).toContainText(/never connected|taking too long|not connected/);
  await expect(row.getByRole('button', { name: 'Restart agent-timeout-1' })).toBeVisible();
});

test('a page that is closed in the middle of a restart asks on return, and goes on when told to', async ({ app }) => {
  const { page } = app;
  const made = await app.make('held-stop-reload');
  await app.open('/@ada/held-stop-reload');
  await restart(app, 'held-stop-reload');
  await expect(page.getByRole('main')).toContainText('1 of 2: stopping');
  const next = await app.tab();
  await page.close();
  // The stop ends while nobody watches.
  await expect.poll(() => next.latest(made.id)).toBe('2 stopping');
  await next.goesOn(made.id);
  await next.open('/@ada/held-stop-reload');
  const banner = next.page.getByText(/held-stop-reload is stopped: its restart was interrupted/).first();
  await expect(banner).toBeVisible();
  await next.axe();
  await next.page.getByRole('button', { name: 'Start it' }).press('Enter');
  await expect.poll(() => next.latest(made.id), { timeout: 30_000 }).toMatch(/^3 (starting|running)$/);
});

test('a reload in the middle of a restart watches on, and the start follows', async ({ app }) => {
  const { page } = app;
  const made = await app.make('held-stop-again');
  await app.open('/@ada/held-stop-again');
  await restart(app, 'held-stop-again');
  await expect(page.getByRole('main')).toContainText('1 of 2: stopping');
  await expect.poll(() => app.latest(made.id)).toBe('2 stopping');
  await page.reload();
  await expect(page.getByRole('main')).toContainText('1 of 2: stopping');
  await app.goesOn(made.id);
  await expect.poll(() => app.latest(made.id), { timeout: 30_000 }).toMatch(/^3 (starting|running)$/);
});

test('the network is cut between stop and start: the start follows when it is back', async ({ app, complaints }) => {
  complaints.allow('network', /./);
  const { page } = app;
  const made = await app.make('held-stop-cut');
  await app.open('/@ada/held-stop-cut');
  await restart(app, 'held-stop-cut');
  await expect.poll(() => app.latest(made.id)).toBe('2 stopping');
  await expect(page.getByRole('main')).toContainText('1 of 2: stopping');
  await page.context().setOffline(true);
  await app.server.signal('SIGUSR1');
  await expect(page.getByText(/Offline since/)).toBeVisible({ timeout: 40_000 });
  await page.context().setOffline(false);
  await expect(page.getByText(/Offline since/)).toBeHidden({ timeout: 40_000 });
  await expect.poll(() => app.latest(made.id), { timeout: 40_000 }).toMatch(/^3 (starting|running)$/);
});

test('somebody else builds in between: the restart ends there, and says so', async ({ app, complaints, elsewhere }) => {
  complaints.allow('network', /./);
  const { page } = app;
  const other = await elsewhere();
  await other.signIn();
  const made = await app.make('held-stop-theirs');
  await app.open('/@ada/held-stop-theirs');
  await restart(app, 'held-stop-theirs');
  await expect.poll(() => app.latest(made.id)).toBe('2 stopping');
  await expect(page.getByRole('main')).toContainText('1 of 2: stopping');
  await page.context().setOffline(true);
  await other.goesOn(made.id);
  await other.build(made.id, 'start');
  await page.context().setOffline(false);
  await expect(messages(app)).toContainText(/Restart of held-stop-theirs ended: a start came in between \(build 3, by ada\)\./, { timeout: 40_000 });
  await other.settled(made.id);
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible({ timeout: 30_000 });
  expect(await other.latest(made.id)).toBe('3 running');
});

test('a cancel that comes too late says what happened instead', async ({ app, complaints }) => {
  complaints.allow(400, /\/cancel/);
  const { page } = app;
  const made = await app.make('held-build-late', 'docker', false);
  await app.open('/workspaces?q=name%3Aheld-build-late');
  const row = app.row('held-build-late');
  await expect(row).toContainText('Starting');
  await row.getByRole('button', { name: 'Cancel held-build-late' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Cancel the start of held-build-late?' });
  await expect(dialog).toBeVisible();
  await app.goesOn(made.id);
  await dialog.getByRole('button', { name: 'Cancel the start' }).press('Enter');
  await expect(row).toContainText('Running', { timeout: 30_000 });
  await expect(row.getByRole('button', { name: 'Stop held-build-late' })).toBeVisible();
});
