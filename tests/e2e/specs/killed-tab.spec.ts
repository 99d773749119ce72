// What is under way survives the tab that began it.
import { expect, test } from '../support/fixture';

test('a restart whose tab was closed is not forgotten: nobody watched the stop, so whether to start is asked', async ({ app }) => {
  await app.signIn();
  const made = await app.make('held-stop-closed');
  await app.page.clock.install();
  await app.open('/@ada/held-stop-closed');
  await app.page.getByRole('button', { name: /^Restart/ }).click();
  await app.page.getByRole('dialog', { name: 'Restart held-stop-closed?' }).getByRole('button', { name: 'Restart held-stop-closed' }).click();
  await expect(app.page.getByRole('main')).toContainText(/Stopping|Stop pending/);
  // An empty tab: it can ask the API, and nothing of the app runs in it.
  const next = await app.tab();
  await app.page.close();
  await expect.poll(() => next.latest(made.id)).toBe('2 stopping');
  await next.goesOn(made.id);
  expect(await next.latest(made.id)).toBe('2 stopped');
  await next.open('/@ada/held-stop-closed');
  const question = next.page.getByRole('main').getByText('held-stop-closed is stopped: its restart was interrupted when its page was closed, or signed out. Start it now?');
  await expect(question).toBeVisible();
  // Asked means that nothing starts without an answer.
  await next.pastTheHold();
  await expect(question).toBeVisible();
  expect(await next.latest(made.id)).toBe('2 stopped');
  // The tab that asks drives it; answered in another one, it goes on too.
  const third = await next.tab('/@ada/held-stop-closed');
  await third.page.getByRole('button', { name: 'Start it' }).click();
  await expect.poll(() => next.latest(made.id), { timeout: 45_000 }).toBe('3 running');
  for (const tab of [next, third]) await expect(tab.page.getByRole('main')).toContainText(/Running/);
});

test('a restart is canceled from another tab: the tab that drives it does so, and starts nothing', async ({ app }) => {
  await app.signIn();
  const made = await app.make('held-stop-wish');
  const sent: string[] = [];
  app.page.on('request', (request) => { if (/\/cancel/.test(request.url())) sent.push(request.method()); });
  await app.open('/@ada/held-stop-wish');
  const other = await app.tab('/@ada/held-stop-wish');
  await app.page.getByRole('button', { name: /^Restart/ }).click();
  await app.page.getByRole('dialog', { name: 'Restart held-stop-wish?' }).getByRole('button', { name: 'Restart held-stop-wish' }).click();
  await expect(other.page.getByRole('main')).toContainText('1 of 2: stopping');
  await expect.poll(() => app.latest(made.id)).toBe('2 stopping');
  // Once the tab that drives it knows that it is no longer pending: how a build is canceled depends on that.
  await expect(app.page.getByRole('main')).toContainText(/1 of 2: stopping, (setting up|init|plan|apply|graph)/);
  await other.page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await other.page.getByRole('dialog').getByRole('button', { name: /^Cancel the/ }).click();
  for (const tab of [app, other]) await expect(tab.page.getByRole('main')).toContainText(/canceled/);
  await expect.poll(() => app.latest(made.id)).toMatch(/^2 (canceled|failed)$/);
  expect(sent).toEqual(['PATCH']);
});

test('a restart whose tab crashed goes on in another tab, without a question', async ({ app, context, complaints }) => {
  complaints.allow('crash', /\/@ada\/held-stop-crashed$/);
  await app.signIn();
  const made = await app.make('held-stop-crashed');
  await app.open('/workspaces?q=name%3Aheld-stop-crashed');
  await expect(app.row('held-stop-crashed')).toBeVisible();
  const driver = (await app.tab('/@ada/held-stop-crashed')).page;
  await driver.getByRole('button', { name: /^Restart/ }).click();
  await driver.getByRole('dialog', { name: 'Restart held-stop-crashed?' }).getByRole('button', { name: 'Restart held-stop-crashed' }).click();
  await expect(driver.getByRole('main')).toContainText(/Stopping|Stop pending/);
  // Its process is killed, so nothing of it runs any more; a dead tab cannot answer that it is dead.
  const devtools = await context.newCDPSession(driver);
  const dead = driver.waitForEvent('crash');
  devtools.send('Page.crash').catch(() => undefined);
  await dead;
  await expect.poll(() => app.latest(made.id)).toBe('2 stopping');
  await app.goesOn(made.id);
  await expect.poll(() => app.latest(made.id), { timeout: 45_000 }).toBe('3 running');
  await expect(app.row('held-stop-crashed')).toContainText(/Running|Unhealthy/);
});
