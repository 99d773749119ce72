// A control plane that nobody has set up yet: its first user is made here, with the server's validation at the fields.
import { PASSWORD, expect, test } from '../support/fixture';

test('the first user is created, and only once', async ({ complaints, start, visit }) => {
  complaints.allow(404, /\/api\/v2\/users\/first$/);
  complaints.allow(400, /\/api\/v2\/users\/first$/);
  const app = await visit(await start(['--memory', '--seed', 'none']));
  const { page } = app;
  await app.open('/workspaces?q=status%3Afailed');
  await expect(page).toHaveURL(app.address('/setup'));
  await expect(page.getByRole('heading', { name: 'Set up this control plane', level: 1 })).toBeVisible();
  await app.axe();
  await app.open('/sign-in');
  await expect(page).toHaveURL(app.address('/setup'));

  const email = page.getByLabel('E-mail');
  const username = page.getByLabel('User name');
  const password = page.getByLabel('Password', { exact: true });
  const create = page.getByRole('button', { name: 'Create the first user' });
  await email.fill('nobody');
  await username.fill('Bad Name');
  await password.fill('1');
  await create.click();
  await expect(email).toHaveAttribute('aria-invalid', 'true');
  await expect(username).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('The control plane does not take this e-mail.')).toBeVisible();
  await app.axe();
  await email.fill('first@acme.test');
  await username.fill('first');
  await create.click();
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('The control plane does not take this password.')).toBeVisible();
  await expect(email).not.toHaveAttribute('aria-invalid', 'true');

  await password.fill(PASSWORD);
  await create.click();
  await app.inList();
  await expect(page.getByRole('banner')).toContainText('first');
  const me = await app.api<{ roles: { name: string }[] }>('GET', '/users/me');
  expect(me.roles.map((role) => role.name)).toEqual(['owner']);

  await app.open('/setup');
  await expect(page.getByText('This control plane has its first user already.')).toBeVisible();
  await expect(create).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
});

test('a control plane that has users says so to whoever is signed out, and asks until it is answered', async ({ app, complaints }) => {
  const { page } = app;
  complaints.allow(503, /\/api\/v2\/users\/first$/);
  const exists = page.getByText('This control plane has its first user already.');
  const create = page.getByRole('button', { name: 'Create the first user' });
  await app.open('/setup');
  await expect(exists).toBeVisible();
  await expect(create).toHaveCount(0);

  await page.route('**/api/v2/users/first', (route) => route.fulfill({ status: 503, json: { message: 'Not now.' } }));
  await page.reload();
  await expect(page.getByText('The control plane is asked whether it has users.')).toBeVisible();
  await expect(create).toHaveCount(0);
  await page.unroute('**/api/v2/users/first');
  await expect(exists).toBeVisible();
});

test('an error that lasts is said on the set-up page, asked about less and less often, and at once when that is wanted', async ({ app, complaints }) => {
  const { page } = app;
  complaints.allow(500, /\/api\/v2\/users\/first$/);
  let asked = 0;
  await page.clock.install();
  await page.route('**/api/v2/users/first', (route) => {
    asked += 1;
    return route.fulfill({ status: 500, json: { message: 'Broken.' } });
  });
  await app.open('/setup');
  await expect(page.getByRole('alert')).toContainText('The control plane could not say whether it has users.');
  await expect(page.getByRole('alert')).toContainText('It is safe to try again.');
  await app.axe();
  for (let second = 0; second < 60; second += 1) await page.clock.runFor(1_000);
  // A second of waiting doubles: in a minute some eight times, not a hundred and twenty.
  expect(asked).toBeGreaterThan(3);
  expect(asked).toBeLessThan(16);
  // Nothing is asked by itself while the page's clock stands still.
  await app.pauseClock();
  await page.unroute('**/api/v2/users/first');
  await page.getByRole('button', { name: 'Try now' }).click();
  await expect(page.getByText('This control plane has its first user already.')).toBeVisible();
});
