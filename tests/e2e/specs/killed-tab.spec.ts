// What is under way survives the tab that began it.
import { App, expect, test, type Server, type Workspace } from '../support/fixture';
import { site, startControlPlane } from '../support/tools.mjs';

let server: Server;
test.beforeEach(async ({ base, complaints }) => {
  complaints.allow(401, /\/api\/v2\/(users\/me|workspaces\?.*)$/);
  // Slow enough that a tab can be ended in the middle of a stop.
  server = await startControlPlane(['--memory', '--seed', 'company', '--speed', '3', '--site', site(), '--base', base]);
});
test.afterEach(async ({ context }) => {
  // The pages first: they would complain that their control plane is gone.
  await Promise.all(context.pages().map((page) => page.close()));
  await server.stop();
});

/** What became of the workspace, in one word, with its build's number. */
const stands = async (app: App, id: string) => {
  const build = (await app.api<Workspace>('GET', `/workspaces/${id}`)).latest_build;
  return `${build.build_number} ${build.status}`;
};

test('a restart whose tab was closed is not forgotten: nobody watched the stop, so whether to start is asked', async ({ context, base }) => {
  const app = new App(await context.newPage(), server, base);
  await app.signIn();
  const made = await app.make('killed-tab');
  await app.open('/@ada/killed-tab');
  await app.page.getByRole('button', { name: /^Restart/ }).click();
  await app.page.getByRole('dialog', { name: 'Restart killed-tab?' }).getByRole('button', { name: 'Restart killed-tab' }).click();
  await expect(app.page.getByRole('main')).toContainText(/Stopping|Pending stop/);
  // An empty tab: it can ask the API, and nothing of the app runs in it.
  const page = await context.newPage();
  const asks = new App(page, server, base);
  await app.page.close();
  await expect.poll(() => stands(asks, made.id), { timeout: 30_000 }).toBe('2 stopped');
  await page.goto(app.address('/@ada/killed-tab'));
  await expect(page.getByText('killed-tab was stopped while nobody was watching its restart. Start it again?')).toBeVisible();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect.poll(() => stands(asks, made.id), { timeout: 45_000 }).toBe('3 running');
  await expect(page.getByRole('main')).toContainText(/Running/);
});

test('a restart whose tab crashed goes on in another tab, without a question', async ({ context, complaints, base }) => {
  complaints.allow('crash', /\/@ada\/killed-driver$/);
  const app = new App(await context.newPage(), server, base);
  await app.signIn();
  const made = await app.make('killed-driver');
  await app.open('/workspaces?q=name%3Akilled-driver');
  await expect(app.row('killed-driver')).toBeVisible();
  const driver = await context.newPage();
  await driver.goto(app.address('/@ada/killed-driver'));
  await driver.getByRole('button', { name: /^Restart/ }).click();
  await driver.getByRole('dialog', { name: 'Restart killed-driver?' }).getByRole('button', { name: 'Restart killed-driver' }).click();
  await expect(driver.getByRole('main')).toContainText(/Stopping|Pending stop/);
  // Its process is killed, so nothing of it runs any more; a dead tab cannot answer that it is dead.
  const devtools = await context.newCDPSession(driver);
  const dead = driver.waitForEvent('crash');
  devtools.send('Page.crash').catch(() => undefined);
  await dead;
  await expect.poll(() => stands(app, made.id), { timeout: 45_000 }).toBe('3 running');
  await expect(app.row('killed-driver')).toContainText(/Running|Unhealthy/);
});
