// Quota: the four answers of a control plane, each shown truthfully.
import { COMPANY, PEOPLE, expect, test } from '../support/fixture';

test('a budget is shown with what is consumed, and in the top bar the first one that is limited', async ({ app }) => {
  // In organizations with a budget, two of which she uses.
  await app.signIn(PEOPLE.owner);
  const organizations = await app.api<{ id: string; name: string; display_name: string }[]>('GET', '/users/me/organizations');
  await app.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Quota' }).click();
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  const limited: { name: string; figures: string; budget: number; fullness: number }[] = [];
  for (const organization of organizations) {
    const quota = await app.api<{ credits_consumed: number; budget: number }>('GET', `/organizations/${organization.id}/members/me/workspace-quota`);
    const name = organization.display_name || organization.name;
    const section = app.page.locator('section').filter({ has: app.page.getByRole('heading', { name, exact: true }) });
    const figures = `${quota.credits_consumed} of ${quota.budget} credits`;
    await expect(section).toContainText(figures);
    limited.push({ name, figures, budget: quota.budget, fullness: quota.budget > 0 ? quota.credits_consumed / quota.budget : 0 });
  }
  // Always the same one: not whichever is fullest, which is another here.
  const first = limited.find((one) => one.budget > 0)!;
  expect(limited.some((one) => one.fullness > first.fullness)).toBe(true);
  const strip = app.page.getByRole('banner').getByRole('link', { name: /credits/ });
  await expect(strip).toContainText(first.name);
  await expect(strip).toContainText(first.figures);
  await app.axe();
});

for (const [kind, words] of [
  ['absent', /no quota/i],
  ['unlicensed', /does not limit credits/],
] as const) {
  test(`a server whose quota is ${kind} is not shown as zero`, async ({ complaints, start, visit }) => {
    complaints.allow(404, /\/api\/v2\//);
    const app = await visit(await start([...COMPANY, '--quota', kind]));
    await app.signIn(PEOPLE.member);
    await app.open('/quota');
    await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
    await expect(app.page.getByRole('main')).toContainText(words);
    await expect(app.page.getByRole('main')).not.toContainText(/\bof 0\b|of -1/);
    await app.axe();
  });
}

test('that there is no quota is asked once and on the quota page, not at each load', async ({ complaints, start, visit }) => {
  complaints.allow(404, /\/api\/v2\//);
  const app = await visit(await start([...COMPANY, '--quota', 'absent']));
  const { page } = app;
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/workspace-quota')) asked.push(request.url());
  });
  await page.clock.install();
  await app.signIn(PEOPLE.member);
  await expect.poll(() => asked.length).toBe(1);
  const licence = page.waitForResponse(/\/entitlements$/);
  await page.reload();
  // The licence is asked for after the organizations, whose answer lets the quota be asked for.
  await licence;
  await app.pastTheHold();
  expect(asked).toHaveLength(1);
  await app.open('/quota');
  await expect(page.getByRole('main')).toContainText(/no quota/i);
  await expect.poll(() => asked.length).toBe(2);
  // Who signs in anew is told anew: a licence may have come.
  await page.getByRole('button', { name: /^ken/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await app.signIn(PEOPLE.member);
  await expect.poll(() => asked.length).toBe(3);
});
