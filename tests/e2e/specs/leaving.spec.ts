// Signing out while something is under way: what becomes of it is said before, where one lands, in the other tabs, and after the next sign-in.
import { PASSWORD, PEOPLE, expect, test, type App, type Workspace } from '../support/fixture';

/** Signs in on the form that stands there. */
async function signInHere(app: App, email: string = PEOPLE.owner): Promise<void> {
  await app.page.getByLabel('E-mail').fill(email);
  await app.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await app.page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A workspace in the middle of a restart: its stop is held by the server. */
async function restarting(app: App, name: string): Promise<Workspace> {
  const made = await app.make(name);
  await app.open('/workspaces?q=name%3Aheld-stop');
  const dialog = await app.ask('Restart', name);
  await dialog.getByRole('button', { name: `Restart ${name}` }).click();
  await expect(app.row(name)).toContainText('1 of 2: stopping');
  return made;
}

for (const where of ['this tab', 'another tab'] as const) {
  test(`a restart that is left half way by signing out in ${where} is said everywhere, and goes on after the next sign-in`, async ({ app, complaints }) => {
    complaints.allow(401, /\/api\/v2\//); // what was under way when the session ended
    complaints.allow('socket', /\/api\/v2\//);
    await app.signIn();
    const name = where === 'this tab' ? 'held-stop-leave-here' : 'held-stop-leave-there';
    const made = await restarting(app, name);
    const other = await app.tab('/workspaces?q=name%3Aheld-stop');
    await expect(other.row(name)).toContainText('1 of 2: stopping');
    const from = where === 'this tab' ? app : other;
    const left = `The restart of ${name} is left half way: ${name} is stopped, and not started before you have signed in again and said so.`;

    await from.signOut();
    const dialog = from.page.getByRole('dialog', { name: 'Sign out while this is under way?' });
    await expect(dialog).toContainText(left);
    await expect(dialog).toContainText('tells you what became of it when you have signed in again');
    await from.axe();
    await dialog.getByRole('button', { name: 'Stay signed in' }).click();
    await expect(from.row(name)).toContainText('1 of 2: stopping');
    await from.signOut();
    await dialog.getByRole('button', { name: 'Sign out' }).click();
    for (const tab of [app, other]) {
      await expect(tab.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
      await expect(tab.page.getByRole('main')).toContainText(left);
    }
    await from.axe();
    await other.page.close();

    // Somebody else is not told of it.
    await signInHere(app, PEOPLE.member);
    await expect(app.page.getByRole('banner')).toContainText('ken');
    await expect(app.page.getByText(/left half way|Start it now/)).toHaveCount(0);
    await app.signOut('ken');

    app.server.signal('SIGUSR1');
    await signInHere(app);
    const question = `${name} is stopped: its restart was interrupted when its page was closed, or signed out. Start it now?`;
    const message = app.page.getByRole('status', { name: 'Messages' });
    await expect(message).toContainText(question, { timeout: 30_000 });
    await message.getByRole('link', { name: `Open ${name}` }).click();
    await expect(app.page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await app.axe();
    await app.page.getByRole('button', { name: 'Start it', exact: true }).click();
    await expect(message).not.toContainText(question);
    await expect.poll(async () => (await app.api<Workspace>('GET', `/workspaces/${made.id}`)).latest_build.build_number).toBe(3);
    await app.settled(made.id);
    expect(await app.latest(made.id)).toBe('3 running');
  });
}

test('signing out with a held stop sends nothing, says so before, and after the next sign-in', async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\//);
  await app.signIn();
  const made = await app.make('held-and-left');
  await app.page.clock.install();
  await app.open('/workspaces?q=name%3Aheld-and-left');
  await expect(app.row('held-and-left')).toContainText('Running');
  await app.timeStands();
  await app.row('held-and-left').getByRole('button', { name: 'Stop held-and-left' }).click();
  await app.signOut();
  // A dialog opens with the next frame, which the page's clock gives.
  await app.page.clock.runFor(50);
  const dialog = app.page.getByRole('dialog', { name: 'Sign out while this is under way?' });
  await expect(dialog).toContainText('held-and-left keeps running: its stop is not sent.');
  await dialog.getByRole('button', { name: 'Sign out' }).click();
  await expect(app.page.getByRole('main')).toContainText('held-and-left keeps running: its stop is not sent.');
  await app.page.clock.resume();
  await signInHere(app);
  await expect(app.page.getByText(/^Stop of held-and-left was not sent: its page was closed, or signed out, /)).toBeVisible();
  expect(await app.latest(made.id)).toBe('1 running');
});
