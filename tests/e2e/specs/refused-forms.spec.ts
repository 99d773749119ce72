// What the control plane refuses of each form: its words, the number of the request and one next step stand in the form, and nothing that was
// typed is lost.
import { COMPANY, PEOPLE, expect, test, type App } from '../support/fixture';
import type { Locator } from '@playwright/test';

type Refusal = { status: number; json: { message: string; detail?: string; validations?: { field: string; detail: string }[] }; headers?: Record<string, string>; step: Record<'create' | 'build' | 'change' | 'rename', RegExp> };

const READ_ANEW = /Read the form anew/;
const LOOK = /Look for it in the list/;
const IMPORT = /once the import of (the|its) version is over/;
const REFUSALS: Refusal[] = [
  {
    status: 400,
    json: { message: 'Unable to validate parameters.', validations: [{ field: 'project', detail: 'That project is closed.' }] },
    step: { create: /Mend what is marked above/, build: /Give the values that it asks for/, change: /Change what the control plane names/, rename: /Look at how it is now/ },
  },
  { status: 403, json: { message: 'Forbidden.', detail: 'A policy forbids it.' }, step: { create: /An administrator of the organization can allow it/, build: /An administrator may be able to/, change: /Its owner or an administrator/, rename: /An administrator may be able to/ } },
  { status: 404, json: { message: 'Resource not found or you do not have access to this resource' }, step: { create: /Choose another owner/, build: LOOK, change: LOOK, rename: LOOK } },
  { status: 406, json: { message: 'The version is being imported.' }, step: { create: READ_ANEW, build: IMPORT, change: IMPORT, rename: IMPORT } },
  { status: 409, json: { message: 'A workspace build is already active.' }, step: { create: /try again/i, build: /Wait until the build that is under way is over/, change: /Wait until its build is over/, rename: /Choose another name/ } },
  { status: 410, json: { message: 'Workspace is deleted!' }, step: { create: READ_ANEW, build: /Create another one/, change: LOOK, rename: /Create another one/ } },
  { status: 412, json: { message: 'Job is not in the expected state.' }, step: { create: READ_ANEW, build: /Look at how it is now/, change: /Look at how it is now/, rename: /Look at how it is now/ } },
  { status: 425, json: { message: 'The version is not ready.' }, step: { create: READ_ANEW, build: IMPORT, change: IMPORT, rename: IMPORT } },
  { status: 429, json: { message: 'You have been rate limited.' }, headers: { 'retry-after': '17' }, step: { create: /Try again in 17 s/, build: /Try again in 17 s/, change: /Try again in 17 s/, rename: /Try again in 17 s/ } },
];

/** Refuses what comes next to an address, sends it, and looks at what is said. What was typed is still there each time. */
async function table(app: App, url: RegExp, method: string, form: keyof Refusal['step'], send: () => Promise<void>, kept: () => Promise<void>, said: () => Locator): Promise<void> {
  for (const refusal of REFUSALS) {
    const number = `request-${refusal.status}`;
    let answered = 0;
    const refuse = (route: import('@playwright/test').Route) => {
      if (route.request().method() !== method) return route.fallback();
      answered += 1;
      return route.fulfill({ status: refusal.status, headers: { 'x-coder-request-id': number, ...refusal.headers }, json: refusal.json });
    };
    await app.page.route(url, refuse);
    await test.step(`${form}: ${refusal.status}`, async () => {
      await send();
      await expect(said()).toContainText(number);
      await expect(said()).toContainText(refusal.json.message.replace(/\.$/, ''));
      if (refusal.json.detail) await expect(said()).toContainText(refusal.json.detail);
      for (const one of refusal.json.validations ?? []) await expect(app.page.getByText(one.detail).first()).toBeVisible();
      await expect(said()).toContainText(refusal.step[form]);
      expect(answered).toBe(1);
      await kept();
    });
    await app.page.unroute(url, refuse);
  }
  await app.axe();
}

/** Creates a workspace with some values through the API, and waits until its first build is over. */
async function make(app: App, name: string, template: string, values: Record<string, string> = {}): Promise<string> {
  const templates = await app.api<{ id: string; name: string }[]>('GET', '/templates');
  const rich_parameter_values = Object.entries(values).map(([key, value]) => ({ name: key, value }));
  const made = await app.api<{ id: string }>('POST', '/users/me/workspaces', { template_id: templates.find((one) => one.name === template)?.id, name, rich_parameter_values });
  await app.settled(made.id);
  return made.id;
}

test('every refusal of a form of values shows the words, the request and one next step, and loses nothing that was typed', async ({ start, visit, complaints }) => {
  test.setTimeout(240_000);
  for (const { status } of REFUSALS) complaints.allow(status, /\/api\/v2\//);
  const app = await visit(await start([...COMPANY, '--templates', 'all', '--speed', '60']));
  const { page } = app;
  await app.signIn(PEOPLE.owner);
  const alert = () => page.getByRole('alert').filter({ hasText: /request-\d/i });

  // Creating.
  await app.open('/templates/acme/workbench/workspace?name=refused-form');
  const project = page.getByRole('textbox', { name: 'Project' });
  let typed = 'apollo';
  await project.fill(typed);
  const create = page.getByRole('button', { name: 'Create workspace', exact: true });
  await expect(create).not.toHaveAttribute('aria-disabled', 'true');
  await table(
    app,
    /\/users\/[^/]+\/workspaces$/,
    'POST',
    'create',
    async () => {
      await expect(create).not.toHaveAttribute('aria-disabled', 'true');
      await create.press('Enter');
    },
    async () => {
      await expect(project).toHaveValue(typed);
      await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('refused-form');
      // A value that the control plane found fault with is wrong until another one is typed.
      typed += 'x';
      await project.fill(typed);
    },
    alert,
  );

  // A build with other values.
  const id = await make(app, 'other-values', 'workbench', { project: 'alpha' });
  await app.api('POST', `/workspaces/${id}/builds`, { transition: 'stop' });
  await app.settled(id);
  await app.open('/@ada/other-values/parameters');
  await project.fill('beta');
  const secret = page.locator('.fr').filter({ hasText: 'API key' }).locator('input');
  await secret.fill('hunter2');
  const begin = page.getByRole('button', { name: 'Start with these values' });
  await table(
    app,
    /\/workspaces\/[^/]+\/builds$/,
    'POST',
    'build',
    async () => {
      await expect(begin).not.toHaveAttribute('aria-disabled', 'true');
      await begin.press('Enter');
    },
    async () => {
      await expect(project).toHaveValue('beta');
      // The page was not left: not even a secret is typed twice.
      await expect(secret).toHaveValue('hunter2');
    },
    alert,
  );
  // Then it is taken, and the form is left.
  await begin.press('Enter');
  await expect(page.getByRole('heading', { name: 'other-values', level: 1 })).toBeVisible();
  await app.settled(id);

  // A restart whose start is refused after its stop went well: the form has what was typed, secrets apart, until a start follows.
  await app.open('/@ada/other-values/parameters');
  await project.fill('gamma');
  let builds = 0;
  await page.route(/\/workspaces\/[^/]+\/builds$/, (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    builds += 1;
    return builds === 2 ? route.fulfill({ status: 429, headers: { 'x-coder-request-id': 'request-second' }, json: { message: 'You have been rate limited.' } }) : route.fallback();
  });
  await page.getByRole('button', { name: 'Restart with these values…' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Restart other-values' }).press('Enter');
  const messages = page.getByRole('status', { name: 'Messages' });
  await expect(messages).toContainText(/other-values was stopped, but its start was refused: You have been rate limited/, { timeout: 30_000 });
  await expect(messages).toContainText('request-second');
  await messages.getByRole('link', { name: 'Open the form' }).press('Enter');
  await expect(page.getByText('What you had filled in is here again.')).toBeVisible();
  await expect(project).toHaveValue('gamma');
  await begin.press('Enter');
  await expect(page.getByRole('heading', { name: 'other-values', level: 1 })).toBeVisible();
  await app.settled(id);
  await app.open('/@ada/other-values/parameters');
  await expect(project).toHaveValue('gamma');
  await expect(page.getByText('What you had filled in is here again.')).toHaveCount(0);
  await page.unroute(/\/workspaces\/[^/]+\/builds$/);

  // An update that asks for what no longer fits.
  await app.open('/@ada/evidence/parameters?action=update');
  const memory = page.getByRole('textbox', { name: 'Memory (GB)' });
  await memory.fill('64');
  await page.getByRole('textbox', { name: 'Branch' }).fill('feature/lower');
  await page.getByRole('textbox', { name: 'Cost centre' }).fill('4711');
  const update = page.getByRole('button', { name: 'Update and start…' });
  await table(
    app,
    /\/workspaces\/[^/]+\/builds$/,
    'POST',
    'build',
    async () => {
      await expect(update).not.toHaveAttribute('aria-disabled', 'true');
      await update.press('Enter');
      await page.getByRole('dialog').getByRole('button', { name: /^Update/ }).press('Enter');
    },
    async () => {
      await expect(memory).toHaveValue('64');
      await expect(page.getByRole('textbox', { name: 'Cost centre' })).toHaveValue('4711');
    },
    alert,
  );

});

test('every refusal of a schedule and of a name shows the words, the request and one next step, and loses nothing that was typed', async ({ app, complaints }) => {
  test.setTimeout(120_000);
  for (const { status } of REFUSALS) complaints.allow(status, /\/api\/v2\//);
  const { page } = app;
  await app.signIn(PEOPLE.owner);
  await app.make('refused-change');
  const alert = () => page.getByRole('alert').filter({ hasText: /request-\d/i });

  // The schedule.
  await app.open('/@ada/refused-change/schedule');
  const length = page.getByRole('textbox', { name: 'after how long' });
  const stops = page.getByRole('switch', { name: 'Autostop' });
  await expect(stops).toBeVisible();
  if (!(await stops.isChecked())) await stops.press('Space');
  await length.fill('95 m');
  const save = page.getByRole('button', { name: 'Save schedule' });
  await table(
    app,
    /\/workspaces\/[^/]+\/ttl$/,
    'PUT',
    'change',
    async () => {
      await expect(save).not.toHaveAttribute('aria-disabled', 'true');
      await save.press('Enter');
    },
    async () => {
      // A 403 is asked about by the id of the workspace, and the control plane says that it is allowed: the form can be sent again.
      await expect(length).toHaveValue('95 m');
    },
    alert,
  );

  // A name.
  await app.open('/@ada/refused-change');
  await page.getByRole('button', { name: 'More actions', exact: true }).press('Enter');
  await page.getByRole('menuitem', { name: /^Rename…/ }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Rename refused-change?' });
  const name = dialog.getByRole('textbox', { name: 'New name' });
  await name.fill('other-name');
  await table(
    app,
    /\/workspaces\/[^/]+$/,
    'PATCH',
    'rename',
    async () => {
      await expect(dialog.getByRole('button', { name: 'Rename refused-change' })).not.toHaveAttribute('aria-disabled', 'true');
      await name.press('Enter');
    },
    async () => expect(name).toHaveValue('other-name'),
    () => dialog.getByRole('alert').filter({ hasText: /request-\d/i }),
  );
  await dialog.getByRole('button', { name: 'Keep its name' }).press('Enter');
});

test('what fails inside the build keeps what was filled in: refused by a quota, and left by its provisioner', async ({ start, visit }) => {
  test.setTimeout(120_000);
  const app = await visit(await start([...COMPANY, '--templates', 'all', '--speed', '60']));
  const { page } = app;
  await app.signIn(PEOPLE.owner);
  for (const [name, words, step] of [
    ['quota-hog-form', /insufficient quota/i, 'Open the quota'],
    ['provisioner-gone-form', /The start of provisioner-gone-form failed/, 'Retry'],
  ] as const) {
    await make(app, name, 'workbench', { project: 'alpha' });
    await app.open(`/@ada/${name}/parameters`);
    const project = page.getByRole('textbox', { name: 'Project' });
    await project.fill('filled-in');
    await page.getByRole('button', { name: 'Retry with these values' }).press('Enter');
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    const messages = page.getByRole('status', { name: 'Messages' });
    await expect(messages).toContainText(words, { timeout: 60_000 });
    await expect(messages).toContainText(step);
    // The build has the values, though it failed.
    await app.open(`/@ada/${name}/parameters`);
    await expect(project).toHaveValue('filled-in');
  }
});
