// Quota: the four answers of a control plane, each shown truthfully.
import { App, PASSWORD, PEOPLE, expect, test } from '../support/fixture';
import { site, startControlPlane } from '../support/tools.mjs';

test.beforeEach(({ complaints }) => {
  complaints.allow(401, /\/api\/v2\/(users\/me|workspaces\?.*)$/);
});

test('a budget is shown with what is consumed, and in the top bar', async ({ app }) => {
  await app.signIn(PEOPLE.member);
  const organizations = await app.api<{ id: string; name: string; display_name: string }[]>('GET', '/users/me/organizations');
  await app.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Quota' }).click();
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  for (const organization of organizations) {
    const quota = await app.api<{ credits_consumed: number; budget: number }>('GET', `/organizations/${organization.id}/members/me/workspace-quota`);
    const section = app.page.locator('section').filter({ has: app.page.getByRole('heading', { name: organization.display_name || organization.name, exact: true }) });
    await expect(section).toContainText(String(quota.credits_consumed));
    if (quota.budget >= 0) await expect(section).toContainText(String(quota.budget));
  }
  await app.axe();
});

for (const [kind, words] of [
  ['absent', /no quota/i],
  ['unlicensed', /does not limit credits/],
] as const) {
  test(`a server whose quota is ${kind} is not shown as zero`, async ({ context, complaints, base }) => {
    complaints.allow(404, /\/api\/v2\//);
    const server = await startControlPlane(['--memory', '--seed', 'company', '--quota', kind, '--site', site(), '--base', base]);
    try {
      const app = new App(await context.newPage(), server, base);
      await app.signIn(PEOPLE.member, PASSWORD);
      await app.open('/quota');
      await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
      await expect(app.page.getByRole('main')).toContainText(words);
      await expect(app.page.getByRole('main')).not.toContainText(/\bof 0\b|of -1/);
      await app.axe();
    } finally {
      await server.stop();
    }
  });
}
