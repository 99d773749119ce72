// Every action that changes a workspace: what is asked before, what is sent, and what is so afterwards; who may not do it, and what is said then.
import { App, COMPANY, PEOPLE, expect, test, type Workspace } from '../support/fixture';
import type { Locator } from '@playwright/test';

type Whole = Workspace & {
  template_id: string;
  automatic_updates: string;
  dormant_at: string | null;
  latest_build: Workspace['latest_build'] & { template_version_id: string; transition: string };
};
type Version = { id: string; name: string };

test.beforeEach(async ({ app }) => {
  await app.signIn();
});

/** Chooses an entry of a workspace's menu with the keyboard alone. */
async function choose(app: App, name: string, entry: RegExp): Promise<void> {
  const more = app.page.getByRole('button', { name: `More actions for ${name}` }).or(app.page.getByRole('button', { name: 'More actions', exact: true }));
  await more.focus();
  await app.page.keyboard.press('Enter');
  await app.page.getByRole('menuitem', { name: entry }).press('Enter');
}

const whole = (app: App, id: string): Promise<Whole> => app.api<Whole>('GET', `/workspaces/${id}`);
const messages = (app: App): Locator => app.page.getByRole('status', { name: 'Messages' });

/** What the browser asks of an address from now on. */
function bodies(app: App, path: RegExp): string[] {
  const sent: string[] = [];
  app.page.context().on('request', (request) => {
    if (request.method() !== 'GET' && path.test(request.url())) sent.push(request.postData() ?? '');
  });
  return sent;
}

test('a restart says what is kept and what is made anew, from what the version makes', async ({ app }) => {
  await app.make('what-stays');
  await app.open('/workspaces?q=name%3Awhat-stays');
  const dialog = await app.ask('Restart', 'what-stays');
  await expect(dialog).toContainText(/Made anew, and what is in there lost: .*docker_container\.workspace/);
  await expect(dialog).toContainText(/Kept over the stop: .*docker_volume\.home/);
  await app.axe();
  await dialog.getByRole('button', { name: 'Keep it running' }).press('Enter');
  await expect(dialog).toBeHidden();
});

test('a workspace is renamed, by the keyboard alone, and its pages follow to the new address, in another tab too', async ({ app, complaints }) => {
  complaints.allow(409, /\/api\/v2\/workspaces\/[^/]+$/);
  complaints.allow(404, /\/api\/v2\/users\/ada\/workspace\/old-name/);
  const { page } = app;
  const made = await app.make('old-name');
  await app.make('taken-name');
  await app.open('/@ada/old-name');
  const other = await app.tab('/@ada/old-name');
  await expect(other.page.getByRole('heading', { name: 'old-name', level: 1 })).toBeVisible();
  await choose(app, 'old-name', /^Rename…/);
  const dialog = page.getByRole('dialog', { name: 'Rename old-name?' });
  const field = dialog.getByRole('textbox', { name: 'New name' });
  await expect(field).toBeFocused();
  await expect(dialog).toContainText('its next start makes these anew, without their data');
  await expect(dialog.getByRole('button', { name: 'Rename old-name' })).toHaveAttribute('aria-disabled', 'true');
  await field.fill('not a name');
  await expect(dialog.getByRole('alert').filter({ hasText: 'no spaces' })).toBeVisible();
  await app.axe();
  // Taken: the control plane says so, where one types, and nothing is lost.
  await field.fill('taken-name');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert').filter({ hasText: /Rename of old-name was refused: .*taken-name/ })).toBeVisible();
  await expect(field).toHaveValue('taken-name');
  await field.fill('new-name');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/\/@ada\/new-name$/);
  await expect(page.getByRole('heading', { name: 'new-name', level: 1 })).toBeVisible();
  await expect(messages(app)).toContainText('old-name is called new-name now.');
  await expect(other.page).toHaveURL(/\/@ada\/new-name$/);
  expect((await whole(app, made.id)).name).toBe('new-name');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'new-name', level: 1 })).toBeVisible();
});

test('where renames are switched off, the menu says so', async ({ start, visit }) => {
  const app = await visit(await start([...COMPANY, '--speed', '20', '--no-renames']));
  await app.signIn();
  await app.make('keeps-its-name');
  await app.open('/workspaces?q=name%3Akeeps-its-name');
  await app.row('keeps-its-name').getByRole('button', { name: 'More actions for keeps-its-name' }).click();
  const entry = app.page.getByRole('menuitem', { name: /^Rename…/ });
  await expect(entry).toHaveAttribute('aria-disabled', 'true');
  await expect(entry).toContainText('renaming is switched off on this control plane');
});

test('automatic updates are switched on and off', async ({ app }) => {
  const made = await app.make('to-keep-new');
  await app.open('/workspaces?q=name%3Ato-keep-new');
  for (const [entry, now] of [[/^Update automatically/, 'always'], [/^Stop updating automatically/, 'never']] as const) {
    await choose(app, 'to-keep-new', entry);
    await expect.poll(async () => (await whole(app, made.id)).automatic_updates).toBe(now);
  }
});

test('a version is chosen from those that the template has, and no other start changes it', async ({ app }) => {
  const { page } = app;
  const made = (await app.make('to-change')) as Whole;
  const versions = await app.api<Version[]>('GET', `/templates/${made.template_id}/versions`);
  const now = made.latest_build.template_version_id;
  const other = versions.find((version) => version.id !== now && version.name !== 'asks-for-a-ticket');
  expect(other).toBeDefined();
  await app.open('/@ada/to-change');
  await choose(app, 'to-change', /^Change version…/);
  const dialog = page.getByRole('dialog', { name: 'Change the version of to-change?' });
  const current = dialog.getByRole('radio', { name: new RegExp(`${versions.find((version) => version.id === now)?.name} .*active.*current.*it has this one`) });
  await expect(current).toBeDisabled();
  const change = dialog.getByRole('button', { name: /Change version and restart/ });
  await expect(change).toHaveAttribute('aria-disabled', 'true');
  await app.axe();
  await dialog.getByRole('radio', { name: new RegExp(`^${other?.name}`) }).press('Space');
  const chosen = page.getByRole('dialog', { name: `Change to-change to ${other?.name}?` });
  await expect(chosen).toContainText('all are kept, and fit');
  await expect(chosen).toContainText(/Stops, then starts with/);
  await app.axe();
  await chosen.getByRole('button', { name: 'Change version and restart' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => app.latest(made.id)).toBe('3 running');
  expect((await whole(app, made.id)).latest_build.template_version_id).toBe(other?.id);
  // It is outdated now, and stays what it is until somebody asks for another version.
  const restart = await app.ask('Restart', 'to-change');
  await restart.getByRole('button', { name: 'Restart to-change' }).click();
  await expect.poll(() => app.latest(made.id), { timeout: 30_000 }).toBe('5 running');
  expect((await whole(app, made.id)).latest_build.template_version_id).toBe(other?.id);
});

test('what waits for a provisioner is deleted by canceling it first', async ({ app, complaints }) => {
  complaints.allow(410, /\/api\/v2\/workspaces\//);
  const made = await app.make('stuck-pending-away', 'docker', false);
  await app.open('/workspaces?q=name%3Astuck-pending-away');
  await expect(app.row('stuck-pending-away')).toContainText('Start pending');
  const dialog = await app.ask('Delete', 'stuck-pending-away');
  await expect(dialog).toContainText('The start that waits is canceled first.');
  await dialog.getByRole('textbox').fill('stuck-pending-away');
  await app.page.keyboard.press('Enter');
  await app.gone(made.id);
  await expect(messages(app)).toContainText('stuck-pending-away was deleted.');
});

test('a delete that fails says what to do; its resources are left behind where one may, and what stays is named', async ({ app, complaints }) => {
  complaints.allow(410, /\/api\/v2\/workspaces\//);
  const made = await app.make('fail-delete-orphan');
  const sent = bodies(app, /\/workspaces\/[^/]+\/builds$/);
  await app.open('/workspaces?q=name%3Afail-delete-orphan');
  let dialog = await app.ask('Delete', 'fail-delete-orphan');
  const leave = dialog.getByRole('checkbox', { name: /^Orphan: forget the workspace/ });
  await expect(leave).toBeDisabled();
  await expect(dialog).toContainText('Not available. It is allowed only after a failed or canceled build.');
  await dialog.getByRole('textbox').fill('fail-delete-orphan');
  await app.page.keyboard.press('Enter');
  await expect(messages(app)).toContainText('The delete of fail-delete-orphan failed', { timeout: 30_000 });
  await expect(messages(app)).toContainText('delete it once more and leave its resources behind');
  await app.axe();
  dialog = await app.ask('Delete', 'fail-delete-orphan');
  await leave.press('Space');
  await expect(dialog).toContainText('stay where they are: nobody destroys them, and they may go on costing.');
  await dialog.getByRole('textbox').fill('fail-delete-orphan');
  await app.axe();
  await dialog.getByRole('button', { name: 'Delete fail-delete-orphan, leave its resources' }).press('Enter');
  await app.gone(made.id);
  expect(JSON.parse(sent.at(-1) ?? '{}')).toEqual({ transition: 'delete', orphan: true });
});

test('a failed build is retried with a full log where the deployment allows it', async ({ start, visit }) => {
  const app = await visit(await start([...COMPANY, '--speed', '20', '--debug-builds']));
  await app.signIn();
  await app.make('fail-apply-debug');
  const sent = bodies(app, /\/workspaces\/[^/]+\/builds$/);
  await app.open('/workspaces?q=name%3Afail-apply-debug');
  await expect(app.row('fail-apply-debug')).toContainText('Start failed');
  await app.page.getByRole('button', { name: 'More actions for fail-apply-debug' }).click();
  const entry = app.page.getByRole('menuitem', { name: /^Retry with a full log/ });
  await expect(entry).not.toHaveAttribute('aria-disabled');
  await entry.press('Enter');
  await expect.poll(() => sent.length, { timeout: 20_000 }).toBe(2);
  expect(sent.map((body) => JSON.parse(body)).map((body) => [body.transition, body.log_level])).toEqual([['stop', undefined], ['start', 'debug']]);
});

test('what one may not do is disabled and says why; what is not known is offered', async ({ app, complaints }) => {
  const { page } = app;
  await page.goto('about:blank');
  await app.api('POST', '/users/logout');
  await app.signIn(PEOPLE.member);
  // Shared with ken, who may use it and not delete it.
  await app.open('/workspaces?q=owner%3Aada');
  const row = app.row('release-train');
  const open = async () => row.getByRole('button', { name: 'More actions for release-train' }).click();
  await open();
  const remove = page.getByRole('menuitem', { name: /^Delete…/ });
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  await expect(remove).toContainText('you have no permission to delete it');
  await app.axe();
  await page.keyboard.press('Escape');
  complaints.allow(500, /\/api\/v2\/authcheck$/);
  await page.route('**/api/v2/authcheck', (route) => route.fulfill({ status: 500, json: { message: 'Broken.' } }));
  await page.reload();
  await open();
  await expect(page.getByRole('menuitem', { name: 'Delete…' })).not.toHaveAttribute('aria-disabled');
});

test('what one may do is asked for after the first rows, in few requests', async ({ app }) => {
  const asked: { checks: number; named: number }[] = [];
  let rows = 0;
  // What the page after the sign-in asks is over.
  await app.page.waitForLoadState('networkidle');
  app.page.on('response', (response) => {
    if (/\/api\/v2\/workspaces\?/.test(response.url())) rows += 1;
  });
  const early: string[] = [];
  app.page.on('request', (request) => {
    if (!/\/authcheck$/.test(request.url())) return;
    if (rows === 0) early.push(request.url());
    const checks = Object.values((JSON.parse(request.postData() ?? '{}') as { checks: Record<string, { object: { resource_id?: string } }> }).checks);
    asked.push({ checks: checks.length, named: checks.filter((check) => check.object.resource_id).length });
  });
  await app.open('/workspaces');
  await expect(app.page.getByRole('row').nth(1)).toBeVisible();
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  await app.page.waitForLoadState('networkidle');
  expect(early).toEqual([]);
  expect(asked.length).toBeLessThanOrEqual(5);
  for (const one of asked) expect(one.named).toBeLessThanOrEqual(10);
});

test('a stop of what somebody else is using asks first', async ({ app, elsewhere }) => {
  const owner = await elsewhere();
  await owner.signIn(PEOPLE.member);
  const made = await owner.make('somebody-is-in');
  await app.open('/workspaces?q=name%3Asomebody-is-in');
  const row = app.row('somebody-is-in');
  await row.getByRole('button', { name: 'Stop somebody-is-in' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Stop somebody-is-in?' });
  await expect(dialog).toContainText('In use now');
  await app.axe();
  await dialog.getByRole('button', { name: 'Let it run' }).click();
  await expect(dialog).toBeHidden();
  expect(await app.latest(made.id)).toBe('1 running');
});
