// What an action says before, while it can be undone, and after: questions, the held stop, reports.
import type { Locator, Page } from '@playwright/test';
import { CUT_OFF, App, expect, test, type Workspace } from '../support/fixture';

test.beforeEach(async ({ app }) => {
  await app.signIn();
});

/** Somebody else takes over, from a page that asks nothing. */
async function signInAs(app: App, email: string): Promise<void> {
  await app.page.goto('about:blank');
  await app.api('POST', '/users/logout');
  await app.signIn(email);
}

/** The requests for a build that the browser makes from now on. */
function buildRequests(app: App): string[] {
  const sent: string[] = [];
  app.page.context().on('request', (request) => {
    if (request.method() === 'POST' && /\/workspaces\/[^/]+\/builds$/.test(request.url())) sent.push(request.postData() ?? '');
  });
  return sent;
}

/** Waits for a button where the page's clock stands: what another tab says comes with the clock's next tick after it has arrived. */
const comes = (page: Page, button: Locator) =>
  expect(async () => {
    await page.clock.runFor(200);
    await expect(button).toBeVisible({ timeout: 1_000 });
  }).toPass();

/** Two tabs that show one running workspace; the first has pressed Stop, while the clock stands. */
async function stoppedInOneOfTwo(app: App, name: string) {
  const made = await app.make(name);
  await app.page.clock.install();
  const sent = buildRequests(app);
  await app.open(`/workspaces?q=name%3A${name}`);
  const other = await app.tab(`/workspaces?q=name%3A${name}`);
  const [here, there] = [app.row(name), other.row(name)];
  await expect(there.getByRole('button', { name: `Stop ${name}` })).toBeVisible();
  await app.timeStands();
  await here.getByRole('button', { name: `Stop ${name}` }).click();
  await expect(app.page.getByRole('group', { name: `Stopping ${name}` })).toContainText(/in 8 s/);
  return { made, sent, here, there };
}

test('a stop can be undone for 8 seconds, by the keyboard alone, and nothing is sent', async ({ app }) => {
  const { page } = app;
  const made = await app.make('undo-me');
  await page.clock.install();
  const sent = buildRequests(app);
  await app.open('/workspaces?q=name%3Aundo-me');
  const row = app.row('undo-me');
  await row.getByRole('button', { name: 'Stop undo-me' }).focus();
  await app.timeStands();
  await page.keyboard.press('Enter');
  const message = page.getByRole('group', { name: 'Stopping undo-me' });
  await expect(message).toContainText('Its processes and sessions end.');
  await expect(row).toContainText(/stop begins in 8 s/);
  await app.axeInStandingTime();
  // The button in the row has become the way back, and kept the focus.
  await expect(row.getByRole('button', { name: 'Undo the stop of undo-me' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('undo-me keeps running: nothing was sent.')).toBeVisible();
  await expect(message).toBeHidden();
  await expect(row.getByRole('button', { name: 'Stop undo-me' })).toBeFocused();

  // By the message: the focus goes back to the row.
  await page.keyboard.press('Enter');
  await expect(row).toContainText(/stop begins in 8 s/);
  await page.clock.runFor(3_000);
  // What is shown is as old as the clock's last tick.
  await expect(row).toContainText(/stop begins in [56] s/);
  await message.getByRole('button', { name: 'Undo' }).focus();
  await page.keyboard.press('Enter');
  await expect(message).toBeHidden();
  await expect(row.getByRole('button', { name: 'Stop undo-me' })).toBeFocused();

  // Neither of the two is sent once its time has come.
  await app.pastTheHold();
  await expect(row).toContainText('Running');
  expect(sent).toEqual([]);
  expect(await app.latest(made.id)).toBe('1 running');
});

test('a stop that is not undone is sent after 8 seconds, also from another page of the app', async ({ app }) => {
  const { page } = app;
  const made = await app.make('stop-me');
  await page.clock.install();
  const sent = buildRequests(app);
  await app.open('/workspaces?q=name%3Astop-me');
  await expect(app.row('stop-me')).toContainText('Running');
  await app.timeStands();
  await app.row('stop-me').getByRole('button', { name: 'Stop stop-me' }).click();
  const message = page.getByRole('group', { name: 'Stopping stop-me' });
  await expect(message).toBeVisible();
  await page.getByRole('link', { name: 'Quota' }).first().click();
  await expect(page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  // Held still, with a second to go; what is shown is as old as the clock's last tick.
  await app.passes(7_000);
  await expect(message).toContainText(/in [12] s/);
  expect(sent).toEqual([]);
  expect(await app.latest(made.id)).toBe('1 running');
  await app.pastTheHold();
  await expect.poll(() => app.latest(made.id), { timeout: 20_000 }).toBe('2 stopped');
  expect(sent).toHaveLength(1);
  await expect(message).toBeHidden();
});

test('closing the page within the 8 seconds sends nothing, and the next page says so', async ({ app }) => {
  const made = await app.make('closed-tab');
  await app.page.clock.install();
  const sent = buildRequests(app);
  await app.open('/@ada/closed-tab');
  await expect(app.page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  await app.timeStands();
  await app.page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(app.page.getByRole('group', { name: 'Stopping closed-tab' })).toBeVisible();
  const next = await app.tab();
  await app.page.close();
  await next.open('/workspaces?q=name%3Aclosed-tab');
  const said = 'Stop of closed-tab was not sent: its page was closed, or signed out, while it could still be undone. Nothing changed.';
  await expect(next.page.getByRole('status', { name: 'Messages' }).getByText(said)).toBeVisible();
  await next.pastTheHold();
  await expect(next.row('closed-tab')).toContainText('Running');
  expect(sent).toEqual([]);
  expect(await next.latest(made.id)).toBe('1 running');
});

test('without Web Locks, as over plain http, an action is carried out once though two tabs show it', async ({ app }) => {
  const { page } = app;
  await page.context().addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined }));
  const made = await app.make('no-locks');
  await page.clock.install();
  const sent = buildRequests(app);
  await app.open('/workspaces?q=name%3Ano-locks');
  expect(await page.evaluate(() => 'locks' in navigator && navigator.locks)).toBeUndefined();
  const other = await app.tab('/workspaces?q=name%3Ano-locks');
  const [here, there] = [app.row('no-locks'), other.row('no-locks')];
  await expect(there.getByRole('button', { name: 'Stop no-locks' })).toBeVisible();
  await here.getByRole('button', { name: 'Stop no-locks' }).click();
  await expect(there.getByRole('button', { name: 'Undo the stop of no-locks' })).toBeVisible();
  await app.pastTheHold();
  for (const row of [here, there]) await expect(row).toContainText('Stopped');
  // The other tab has waited longer than the first one held it, and has nothing to send.
  await app.pastTheHold();
  await app.pastTheHold();
  expect(sent).toHaveLength(1);
  expect(await app.latest(made.id)).toBe('2 stopped');
});

test('another tab sees the held stop and can undo it', async ({ app }) => {
  const { page } = app;
  const { made, sent, here, there } = await stoppedInOneOfTwo(app, 'two-tabs');
  const undo = there.getByRole('button', { name: 'Undo the stop of two-tabs' });
  await comes(page, undo);
  // At once, within what would be a double click in the tab that stops it.
  await undo.click();
  for (const row of [here, there]) await comes(page, row.getByRole('button', { name: 'Stop two-tabs' }));
  await app.pastTheHold();
  for (const row of [here, there]) await expect(row).toContainText('Running');
  expect(sent).toEqual([]);
  expect(await app.latest(made.id)).toBe('1 running');
});

test('a stop that was pressed in two tabs is one stop, and is undone in the tab that does not hold it', async ({ app }) => {
  const { page } = app;
  const { made, sent, here, there } = await stoppedInOneOfTwo(app, 'pressed-twice');
  // It has not heard of the first one: its time stands.
  await there.getByRole('button', { name: 'Stop pressed-twice' }).click();
  const undo = there.getByRole('button', { name: 'Undo the stop of pressed-twice' });
  await expect(undo).toBeVisible();
  await page.clock.runFor(500);
  await undo.click();
  for (const row of [here, there]) await comes(page, row.getByRole('button', { name: 'Stop pressed-twice' }));
  await app.pastTheHold();
  await app.pastTheHold();
  for (const row of [here, there]) await expect(row).toContainText('Running');
  expect(sent).toEqual([]);
  expect(await app.latest(made.id)).toBe('1 running');
});

test('a restart and the cancel of a running build ask first; the focus comes back', async ({ app }) => {
  const { page } = app;
  const made = await app.make('ask-first');
  await page.clock.install();
  const sent = buildRequests(app);
  await app.open('/workspaces?q=name%3Aask-first');
  const row = app.row('ask-first');
  const more = row.getByRole('button', { name: 'More actions for ask-first' });
  await more.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: /^Restart…/ }).press('Enter');
  const restart = page.getByRole('dialog', { name: 'Restart ask-first?' });
  await expect(restart).toContainText('Stops, then starts with the same version.');
  await page.keyboard.press('Escape');
  await expect(restart).toBeHidden();
  await expect(more).toBeFocused();
  await app.pastTheHold();
  await expect(row).toContainText('Running');
  expect(sent).toEqual([]);
  expect(await app.latest(made.id)).toBe('1 running');

  const held = await app.make('held-build-ask', 'docker', false);
  await app.open('/workspaces?q=name%3Aheld-build-ask');
  const cancel = app.row('held-build-ask').getByRole('button', { name: 'Cancel held-build-ask' });
  await expect(app.row('held-build-ask')).toContainText('Starting');
  await cancel.click();
  const asked = page.getByRole('dialog', { name: 'Cancel the start of held-build-ask?' });
  await expect(asked).toContainText('Resources that it has made by then may stay and may cost.');
  await asked.getByRole('button', { name: 'Cancel the start' }).click();
  await expect(app.row('held-build-ask')).toContainText('Start canceled');
  expect((await app.settled(held.id)).latest_build.job.status).toMatch(/canceled|failed/);
});

test('the question before a deletion names what goes away, what keeps data first', async ({ app }) => {
  const { page } = app;
  const made = await app.make('named-first');
  const kept = made.latest_build.resources.filter((one) => one.type.includes('volume'));
  expect(kept.length).toBeGreaterThan(0);
  await app.open('/workspaces?q=name%3Anamed-first');
  const dialog = await app.ask('Delete', 'named-first');
  await expect(dialog.getByRole('listitem').first()).toContainText(new RegExp(`^${kept[0].type}\\.${kept[0].name}.*destroyed`));
  await expect(dialog).toContainText('Owned by ada.');
  await expect(dialog.getByRole('textbox', { name: 'Type named-first to delete it' })).toBeFocused();
  await expect(dialog.getByRole('button', { name: 'Delete named-first' })).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Escape');
  await expect(app.row('named-first').getByRole('button', { name: 'More actions for named-first' })).toBeFocused();
});

test('deleting asks for the name, and keeps it if told so', async ({ app }) => {
  const made = await app.make('to-delete');
  await app.page.clock.install();
  const sent = buildRequests(app);
  await app.open('/@ada/to-delete');
  let dialog = await app.ask('Delete', 'to-delete');
  await expect(dialog).toBeVisible();
  await app.axe();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(dialog).toBeHidden();
  await app.pastTheHold();
  await expect(app.page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  expect(sent).toEqual([]);
  dialog = await app.ask('Delete', 'to-delete');
  await dialog.getByRole('textbox').fill('to-delete');
  await dialog.getByRole('button', { name: 'Delete to-delete' }).click();
  await app.gone(made.id);
  expect(sent).toHaveLength(1);
});

test('a failed restart is reported in its row and by a message, both with the build', async ({ app }) => {
  const { page } = app;
  const made = await app.make('fail-stop-report');
  await app.open('/workspaces?q=name%3Afail-stop-report');
  const row = app.row('fail-stop-report');
  const dialog = await app.ask('Restart', 'fail-stop-report');
  await dialog.getByRole('button', { name: 'Restart fail-stop-report' }).click();
  await expect(row).toContainText('Stop failed');
  const build = made.latest_build.build_number + 1;
  const link = row.getByRole('link', { name: `Build ${build}`, exact: true });
  const message = page.getByRole('status', { name: 'Messages' });
  await expect(message).toContainText('The stop of fail-stop-report failed');
  await expect(message).toContainText('Nothing was started.');
  // Terraform's words, not only how its process ended.
  await expect(message).toContainText(/docker_container\.workspace\[0\]: Unable to/);
  await expect(message.getByRole('link', { name: `Build ${build}` })).toHaveAttribute('href', new RegExp(`/@ada/fail-stop-report/builds/${build}$`));
  await expect(link).toHaveAttribute('href', new RegExp(`/@ada/fail-stop-report/builds/${build}$`));
  await app.axe();
  await row.getByRole('button', { name: 'Dismiss this report' }).focus();
  await page.keyboard.press('Enter');
  await expect(link).toBeHidden();
  await expect(message).not.toContainText('The stop of fail-stop-report failed');
  await expect(row.getByRole('button', { name: 'Retry fail-stop-report' })).toBeFocused();
});

test('a refusal says the server\'s words and whose it is', async ({ app, complaints }) => {
  complaints.allow(403, /\/api\/v2\/workspaces\/[^/]+\/builds$/);
  complaints.allow(500, /\/api\/v2\/authcheck$/);
  const { page } = app;
  // Where the control plane does not say what one may do, it is offered, and the control plane refuses.
  await page.route('**/api/v2/authcheck', (route) => route.fulfill({ status: 500, json: { message: 'No.' } }));
  // Shared with ken, who may use it and not delete it.
  await signInAs(app, 'ken@acme.test');
  await app.open('/workspaces?q=owner%3Aada');
  const row = app.row('release-train');
  const dialog = await app.ask('Delete', 'release-train');
  await dialog.getByRole('textbox').fill('release-train');
  await page.keyboard.press('Enter');
  await expect(row).toContainText(/Delete was refused: .*permission.* It belongs to ada, who can, or an administrator\./);
  await expect(page.getByRole('status', { name: 'Messages' })).toContainText(/Delete of release-train was refused: .*It belongs to ada/);
  await app.axe();
});

test('the row of a running build says its stage, in few requests', async ({ app }) => {
  const { page } = app;
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/\/workspacebuilds\/[^/]+\/logs/.test(request.url())) asked.push(request.url());
  });
  const made = await app.make('held-build-stage', 'docker', false);
  await page.clock.install();
  // The list that stands there already has the row too: only what the next page asks is counted.
  await page.goto('about:blank');
  asked.length = 0;
  const began = Date.now();
  await app.open('/workspaces?q=name%3Aheld-build-stage');
  await expect(app.row('held-build-stage')).toContainText(/Starting(setting up|init|plan|apply), \d+ s/);
  await app.goesOn(made.id);
  await expect(app.row('held-build-stage')).toContainText(/Running/);
  const before = asked.length;
  expect(before).toBeGreaterThan(0);
  // Asked again once in five seconds at most, for the new lines alone, and not at all once it is over.
  expect(before).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 5_000) + 1);
  for (const url of asked.slice(1)) expect(url).toContain('after=');
  await app.passes(60_000);
  await expect(app.row('held-build-stage')).toContainText(/Running/);
  expect(asked).toHaveLength(before);
});

test('an open menu keeps its focus while its row goes on', async ({ app }) => {
  const { page } = app;
  const made = await app.make('held-build-menu', 'docker', false);
  await app.open('/workspaces?q=name%3Aheld-build-menu');
  const row = app.row('held-build-menu');
  await expect(row).toContainText('Starting');
  await row.getByRole('button', { name: 'More actions for held-build-menu' }).press('Enter');
  const menu = page.getByRole('menu', { name: 'Actions for held-build-menu' });
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('End');
  const last = menu.getByRole('menuitem', { name: /^Delete/ });
  await expect(last).toBeFocused();
  await expect(last).toHaveAttribute('aria-disabled', 'true');
  await app.goesOn(made.id);
  // What can be done is another now, and the menu says so.
  await expect(last).not.toHaveAttribute('aria-disabled');
  await expect(row).toContainText('Running');
  await expect(last).toBeFocused();
});

test('where nothing matches, it is said which part to drop', async ({ app }) => {
  const { page } = app;
  const truth = await app.api<{ count: number }>('GET', '/workspaces?limit=1&q=owner:ken');
  expect(truth.count).toBeGreaterThan(0);
  await app.open(`/workspaces?q=${encodeURIComponent('owner:ken name:nothing-like-it')}`);
  await expect(page.getByRole('heading', { name: 'There is no workspace of ken with “nothing-like-it” in its name' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(`${truth.count} workspaces without name:nothing-like-it.`);
  await app.axe();
  await page.getByRole('button', { name: 'Remove name:nothing-like-it' }).click();
  await expect(page).toHaveURL(/q=owner%3Aken$/);
  await expect(page.getByRole('row').nth(1)).toBeVisible();

  // No single part helps: all of them go.
  await app.open(`/workspaces?q=${encodeURIComponent('owner:nobody-here name:nothing-like-it')}`);
  await page.getByRole('button', { name: 'Show all workspaces' }).click();
  await expect(page.getByRole('row').nth(1)).toBeVisible();
});

test('an empty account says its next step', async ({ app }) => {
  await signInAs(app, 'nils@acme.test');
  const truth = await app.api<{ count: number }>('GET', '/workspaces?limit=1&q=owner:me');
  expect(truth.count).toBe(0);
  await expect(app.page.getByRole('heading', { name: 'You have no workspaces yet' })).toBeVisible();
  await expect(app.page.getByRole('main')).toContainText('A workspace is made from a template');
  await app.axe();
  await app.page.getByRole('button', { name: 'Show all that you may see' }).click();
  await expect(app.page).toHaveURL(/q=$/);
});

test('an update to a version that asks for a value nobody gave is not begun: its stop would come first', async ({ app }) => {
  const made = await app.make('asks-for-more');
  const { template_id: template } = await app.api<{ template_id: string }>('GET', `/workspaces/${made.id}`);
  const versions = await app.api<{ id: string; name: string }[]>('GET', `/templates/${template}/versions`);
  const next = versions.find((version) => version.name === 'asks-for-a-ticket');
  await app.open('/@ada/asks-for-more');
  await app.api('PATCH', `/templates/${template}/versions`, { id: next?.id });
  await app.page.getByRole('button', { name: 'Update…' }).click();
  const dialog = app.page.getByRole('dialog', { name: /^Update asks-for-more/ });
  await expect(dialog.getByRole('listitem').filter({ hasText: /^Ticket: / })).toBeVisible();
  await expect(dialog).toContainText('Nothing is stopped before asks-for-a-ticket has values that fit.');
  // What it asks for is given in the form; nothing else is offered.
  await expect(dialog.getByRole('link', { name: 'Fill in what it asks for' })).toHaveAttribute('href', /\/@ada\/asks-for-more\/parameters\?action=update$/);
  await expect(dialog.getByRole('button', { name: /^Update and restart/ })).toBeHidden();
  await app.axe();
  await dialog.getByRole('button', { name: 'Not now' }).click();
  const { latest_build: latest } = await app.api<Workspace>('GET', `/workspaces/${made.id}`);
  expect([latest.status, latest.build_number]).toEqual(['running', made.latest_build.build_number]);
});

test('a dormant workspace is activated, and started when asked to', async ({ app }) => {
  const made = await app.make('to-wake');
  await app.build(made.id, 'stop');
  await app.settled(made.id);
  await app.api('PUT', `/workspaces/${made.id}/dormant`, { dormant: true });
  await app.open('/workspaces?q=name%3Ato-wake%20dormant%3Atrue');
  const row = app.row('to-wake');
  await expect(row).toContainText('Dormant');
  await row.getByRole('button', { name: 'Activate to-wake' }).click();
  await expect(row).toContainText('Stopped');
  await expect(row).not.toContainText('Dormant');
  expect((await app.api<{ dormant_at: string | null }>('GET', `/workspaces/${made.id}`)).dormant_at).toBeNull();
  await row.getByRole('button', { name: 'Start to-wake' }).click();
  await expect(row).toContainText('Running', { timeout: 30_000 });
});

test('a workspace is made dormant after a question that says what it means, and activated again', async ({ app }) => {
  const { page } = app;
  const made = await app.make('to-set-aside');
  const dormant = async () => (await app.api<{ dormant_at: string | null }>('GET', `/workspaces/${made.id}`)).dormant_at;
  await app.open('/workspaces?q=name%3Ato-set-aside');
  const row = app.row('to-set-aside');
  const ask = async () => {
    await row.getByRole('button', { name: 'More actions for to-set-aside' }).click();
    await page.getByRole('menuitem', { name: 'Make dormant…' }).click();
    return page.getByRole('dialog', { name: 'Make to-set-aside dormant?' });
  };
  let dialog = await ask();
  await expect(dialog).toContainText('It keeps running');
  await expect(dialog).toContainText('Its schedule does not start it any more');
  await app.axe();
  await dialog.getByRole('button', { name: 'Keep it as it is' }).click();
  await expect(dialog).toBeHidden();
  expect(await dormant()).toBeNull();
  dialog = await ask();
  await dialog.getByRole('button', { name: 'Make to-set-aside dormant' }).click();
  await expect(row).toContainText('Dormant');
  expect(await dormant()).not.toBeNull();
  await row.getByRole('button', { name: 'Activate to-set-aside' }).click();
  await expect(row).toContainText('Running');
  expect(await dormant()).toBeNull();
});

test('a favorite is kept as one, and let go again', async ({ app }) => {
  const { page } = app;
  const made = await app.make('to-like');
  const favorite = async () => (await app.api<{ favorite: boolean }>('GET', `/workspaces/${made.id}`)).favorite;
  await app.open('/workspaces?q=name%3Ato-like');
  const more = app.row('to-like').getByRole('button', { name: 'More actions for to-like' });
  for (const [action, now] of [
    ['Add to favorites', true],
    ['Remove from favorites', false],
  ] as const) {
    await more.click();
    await page.getByRole('menuitem', { name: action }).click();
    await expect.poll(favorite).toBe(now);
    await expect(more).toBeFocused();
  }
});

test('an update stops, starts the active version, and the workspace is as it says', async ({ app }) => {
  const made = await app.make('to-update');
  const { template_id: template } = await app.api<{ template_id: string }>('GET', `/workspaces/${made.id}`);
  const versions = await app.api<{ id: string; name: string }[]>('GET', `/templates/${template}/versions`);
  const now = (made.latest_build as unknown as { template_version_id: string }).template_version_id;
  const next = versions.find((version) => version.name !== 'asks-for-a-ticket' && version.id !== now);
  expect(next, 'another version that asks for nothing').toBeDefined();
  await app.api('PATCH', `/templates/${template}/versions`, { id: next?.id });
  await app.open('/@ada/to-update');
  await expect(app.page.getByText(/^Update available/)).toBeVisible();
  await app.page.getByRole('button', { name: 'Update…' }).click();
  const dialog = app.page.getByRole('dialog', { name: `Update to-update to ${next?.name}?` });
  await dialog.getByRole('button', { name: 'Update and restart' }).click();
  await expect(app.page.getByRole('main')).toContainText('Updating');
  await expect(app.page.getByText(/^Update available/)).toBeHidden();
  await expect(app.page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(app.page.getByText(/^Update available/)).toBeHidden();
  const { latest_build: latest } = await app.api<{ latest_build: { build_number: number; status: string; template_version_id: string } }>('GET', `/workspaces/${made.id}`);
  expect([latest.status, latest.build_number, latest.template_version_id]).toEqual(['running', 3, next?.id]);
});

test('offline, a held stop waits as the banner says, and can be undone; it is sent once the control plane answers', async ({ app, complaints }) => {
  complaints.allow('network', CUT_OFF);
  const { page } = app;
  const names = ['wait-and-stop', 'wait-and-undo'];
  const made = [await app.make(names[0]), await app.make(names[1])];
  await page.clock.install();
  const sent = buildRequests(app);
  await app.open('/workspaces?q=name%3Await-and');
  for (const name of names) await expect(app.row(name)).toContainText(/Running|Unhealthy/);
  await app.pauseClock();
  for (const name of names) await app.row(name).getByRole('button', { name: `Stop ${name}` }).click();
  await expect(page.getByRole('group', { name: 'Stopping wait-and-stop' })).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.getByText(/Offline since/)).toBeVisible({ timeout: 40_000 });
  await expect(page.getByRole('main').or(page.locator('body')).first()).toContainText('actions wait until then');
  for (let minute = 0; minute < 3; minute += 1) await page.clock.runFor(60_000);
  for (const name of names) await expect(app.row(name)).toContainText('your stop begins once the control plane answers');
  await expect(page.getByRole('group', { name: 'Stopping wait-and-stop' })).toContainText('once the control plane answers');
  await app.axeInStandingTime();
  expect(sent).toEqual([]);
  await page.getByRole('group', { name: 'Stopping wait-and-undo' }).getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('wait-and-undo keeps running: nothing was sent.')).toBeVisible();
  await page.context().setOffline(false);
  await page.clock.resume();
  await expect(page.getByText(/Offline since/)).toBeHidden({ timeout: 40_000 });
  await expect.poll(() => app.latest(made[0].id), { timeout: 20_000 }).toBe('2 stopped');
  expect(await app.latest(made[1].id)).toBe('1 running');
  expect(sent).toHaveLength(1);
});
