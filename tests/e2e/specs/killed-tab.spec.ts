// What is under way survives the tab that began it.
import { COMPANY, expect, test } from '../support/fixture';

/** Slow enough that a tab can be ended in the middle of a stop. */
const SLOW = [...COMPANY, '--speed', '3'];

test('a restart whose tab was closed is not forgotten: nobody watched the stop, so whether to start is asked', async ({ start, visit }) => {
  const app = await visit(await start(SLOW));
  await app.signIn();
  const made = await app.make('killed-tab');
  await app.page.clock.install();
  await app.open('/@ada/killed-tab');
  await app.page.getByRole('button', { name: /^Restart/ }).click();
  await app.page.getByRole('dialog', { name: 'Restart killed-tab?' }).getByRole('button', { name: 'Restart killed-tab' }).click();
  await expect(app.page.getByRole('main')).toContainText(/Stopping|Pending stop/);
  // An empty tab: it can ask the API, and nothing of the app runs in it.
  const next = await app.tab();
  await app.page.close();
  await expect.poll(() => next.latest(made.id), { timeout: 30_000 }).toBe('2 stopped');
  await next.open('/@ada/killed-tab');
  const question = next.page.getByText('killed-tab was stopped while nobody was watching its restart. Start it again?');
  await expect(question).toBeVisible();
  // Asked means that nothing starts without an answer.
  await next.pastTheHold();
  await expect(question).toBeVisible();
  expect(await next.latest(made.id)).toBe('2 stopped');
  await next.page.getByRole('button', { name: 'Go on' }).click();
  await expect.poll(() => next.latest(made.id), { timeout: 45_000 }).toBe('3 running');
  await expect(next.page.getByRole('main')).toContainText(/Running/);
});

test('a restart whose tab crashed goes on in another tab, without a question', async ({ context, complaints, start, visit }) => {
  complaints.allow('crash', /\/@ada\/killed-driver$/);
  const app = await visit(await start(SLOW));
  await app.signIn();
  const made = await app.make('killed-driver');
  await app.open('/workspaces?q=name%3Akilled-driver');
  await expect(app.row('killed-driver')).toBeVisible();
  const driver = (await app.tab('/@ada/killed-driver')).page;
  await driver.getByRole('button', { name: /^Restart/ }).click();
  await driver.getByRole('dialog', { name: 'Restart killed-driver?' }).getByRole('button', { name: 'Restart killed-driver' }).click();
  await expect(driver.getByRole('main')).toContainText(/Stopping|Pending stop/);
  // Its process is killed, so nothing of it runs any more; a dead tab cannot answer that it is dead.
  const devtools = await context.newCDPSession(driver);
  const dead = driver.waitForEvent('crash');
  devtools.send('Page.crash').catch(() => undefined);
  await dead;
  await expect.poll(() => app.latest(made.id), { timeout: 45_000 }).toBe('3 running');
  await expect(app.row('killed-driver')).toContainText(/Running|Unhealthy/);
});
