// Operations that ask first.
import { expect, test } from '../support/fixture';

test.beforeEach(async ({ app, complaints }) => {
  complaints.allow(401, /\/api\/v2\/(users\/me|workspaces\?.*)$/);
  await app.signIn();
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
