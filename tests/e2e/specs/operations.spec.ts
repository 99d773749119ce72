// What is under way survives the tab that began it.
import { expect, test, type Workspace } from '../support/fixture';

test.beforeEach(async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\/(users\/me|workspaces\?.*)$/);
  await app.signIn();
});

test('a restart whose tab was closed is not forgotten', async ({ app }) => {
  const made = await app.make('killed-tab');
  await app.open('/@ada/killed-tab');
  await app.page.getByRole('button', { name: /^Restart/ }).click();
  await app.page.getByRole('dialog', { name: 'Restart killed-tab?' }).getByRole('button', { name: 'Restart killed-tab' }).click();
  await expect(app.page.getByRole('main')).toContainText(/Stopping|Pending stop/);
  const context = app.page.context();
  await app.page.close();
  const page = await context.newPage();
  await page.goto(app.address('/@ada/killed-tab'));
  // The stop was over before anybody watched again, so whether to start is asked, not assumed.
  await expect(page.getByText('killed-tab was stopped while nobody was watching its restart. Start it again?')).toBeVisible();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect
    .poll(async () => {
      const answer = await page.request.get(`${app.server.url}/api/v2/workspaces/${made.id}`);
      const build = ((await answer.json()) as Workspace).latest_build;
      return `${build.build_number} ${build.status}`;
    }, { timeout: 45_000 })
    .toBe(`${made.latest_build.build_number + 2} running`);
  await expect(page.getByRole('main')).toContainText(/Running/);
});

test('deleting asks for the name, and keeps it if told so', async ({ app }) => {
  const made = await app.make('to-delete');
  await app.open('/@ada/to-delete');
  await app.page.getByRole('button', { name: /^More actions/ }).click();
  await app.page.getByRole('menuitem', { name: /^Delete/ }).click();
  const dialog = app.page.getByRole('alertdialog').or(app.page.getByRole('dialog'));
  await expect(dialog).toBeVisible();
  await app.axe();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(dialog).toBeHidden();
  await app.page.getByRole('button', { name: /^More actions/ }).click();
  await app.page.getByRole('menuitem', { name: /^Delete/ }).click();
  await dialog.getByRole('textbox').fill('to-delete');
  await dialog.getByRole('button', { name: /^Delete to-delete/ }).click();
  await expect
    .poll(async () => (await app.page.request.get(`${app.server.url}/api/v2/workspaces/${made.id}`)).status(), { timeout: 45_000 })
    .toBe(410);
});
