// Making a workspace by its form, from a template, a link or another workspace; with the keyboard alone where nothing else is said.
import { COMPANY, PEOPLE, expect, test, type App, type Server } from '../support/fixture';

const GALLERY = [...COMPANY, '--templates', 'all', '--speed', '20'];

type Preset = { ID: string; Name: string; Parameters: { Name: string; Value: string }[]; Default: boolean };
type Template = { id: string; name: string; active_version_id: string };

async function template(app: App, name: string): Promise<Template> {
  const all = await app.api<Template[]>('GET', '/templates');
  return all.find((one) => one.name === name)!;
}

/** The values that the first build of a workspace ran with. */
async function values(app: App, owner: string, name: string): Promise<Record<string, string>> {
  const workspace = await app.api<{ latest_build: { id: string } }>('GET', `/users/${owner}/workspace/${name}`);
  const all = await app.api<{ name: string; value: string }[]>('GET', `/workspacebuilds/${workspace.latest_build.id}/parameters`);
  return Object.fromEntries(all.map((one) => [one.name, one.value]));
}

/** The same control plane under its own name: an account elsewhere comes back there alone. */
const named = (server: Server): Server => ({ ...server, url: server.url.replace('127.0.0.1', 'localhost') });

const create = (app: App) => app.page.getByRole('button', { name: 'Create workspace', exact: true });
const bar = (app: App) => app.page.getByRole('region', { name: 'Create' });
const inForm = (app: App) => expect(app.page.getByRole('heading', { name: 'New workspace', level: 1 })).toBeVisible();

/** The form can be sent. */
async function ready(app: App): Promise<void> {
  await expect(create(app)).toBeVisible();
  await expect(create(app)).not.toHaveAttribute('aria-disabled', 'true');
}

/** What was made is shown on its own page. */
async function made(app: App, owner: string, name: string): Promise<void> {
  await expect(app.page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await expect(app.page).toHaveURL(new RegExp(`/@${owner}/${name}$`));
}

/** How many workspaces of a name the signed-in person has. */
async function count(app: App, name: string): Promise<number> {
  return (await app.api<{ count: number }>('GET', `/workspaces?q=${encodeURIComponent(`owner:me name:${name}`)}`)).count;
}

test('from the list to a workspace that is being built, by the keyboard', async ({ app }) => {
  await app.signIn(PEOPLE.member);
  const { page } = app;
  await page.getByRole('link', { name: 'New workspace' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Templates', level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'Create a workspace of Docker' }).press('Enter');
  await inForm(app);
  await ready(app);
  // A name is suggested, and another one is to be had.
  const name = page.getByRole('textbox', { name: 'Name' });
  const first = await name.inputValue();
  expect(first).toMatch(/^[a-z]+-[a-z]+-\d+$/);
  await page.getByRole('button', { name: 'Another name' }).press('Enter');
  await expect(name).not.toHaveValue(first);
  await app.axe();
  for (const [text, why] of [
    ['a b', 'no spaces'],
    ['-a', 'A hyphen may not be first or last.'],
    ['new', 'an address of the control plane’s own pages'],
    ['a'.repeat(33), 'At most 32 characters: this has 33.'],
    ['', 'A name is needed.'],
  ]) {
    await name.fill(text);
    await expect(name).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator('#new-name-note')).toContainText(why);
    await expect(create(app)).toHaveAttribute('aria-disabled', 'true');
  }
  await app.axe();
  await name.fill('made-by-keys');
  await ready(app);
  await name.press('Enter');
  await made(app, 'ken', 'made-by-keys');
  await expect(page.getByRole('main')).toContainText(/Pending|Starting|Running/);
  // The workspace took the form's place in the history: "back" sends nothing a second time.
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Templates', level: 1 })).toBeVisible();
  expect(await count(app, 'made-by-keys')).toBe(1);
});

test('a name that is taken is told at its field, and the next free one is one press away', async ({ app, complaints }) => {
  complaints.allow(409, /\/users\/ken\/workspaces$/);
  await app.signIn(PEOPLE.member);
  await app.make('name-twice');
  await app.open('/templates/acme/docker/workspace?name=name-twice');
  const { page } = app;
  await ready(app);
  await create(app).press('Enter');
  const name = page.getByRole('textbox', { name: 'Name' });
  await expect(page.locator('#new-name-note')).toContainText('Workspace "name-twice" already exists.');
  await expect(name).toBeFocused();
  await expect(page.getByRole('alert')).toContainText('already exists');
  await expect(page.getByRole('alert')).toContainText('Request id');
  await app.axe();
  await page.getByRole('button', { name: 'Take the next free name' }).press('Enter');
  await expect(name).toHaveValue('name-twice-2');
  await ready(app);
  await create(app).press('Enter');
  await made(app, 'ken', 'name-twice-2');
});

test('a link fills the form in and fixes what it names; what it names in vain is said', async ({ start, visit }) => {
  const app = await visit(await start(GALLERY));
  await app.signIn(PEOPLE.member);
  const { page } = app;
  await app.open('/templates/acme/workbench/workspace?name=by-link&param.project=Moon&param.cpus=8&param.planet=x&disable_params=CPUS');
  await inForm(app);
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('by-link');
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('Moon');
  await expect(page.getByRole('main')).toContainText('The link fills in “planet”, which this version does not ask for');
  await expect(page.getByRole('main')).toContainText('from the link');
  await expect(page.getByRole('main')).toContainText('set by the link');
  await ready(app);
  await app.axe();
  await create(app).press('Enter');
  await made(app, 'ken', 'by-link');
  expect(await values(app, 'ken', 'by-link')).toMatchObject({ project: 'Moon', cpus: '8' });
});

test('links of the other dashboard without an organization lead to the template, and to the form as they fill it in', async ({ app, complaints }) => {
  complaints.allow(404, /\/organizations\/(docker|nothing)\/templates\/workspace$|\/organizations\/default\/templates\/nothing$/);
  await app.signIn();
  const { page } = app;
  await app.open('/templates/docker');
  await expect(page.getByRole('heading', { name: 'Docker', level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/\/templates\/acme\/docker$/);
  await app.open('/templates/docker/workspace?name=short-link&mode=manual');
  await inForm(app);
  await expect(page).toHaveURL(/\/templates\/acme\/docker\/workspace\?name=short-link&mode=manual$/);
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('short-link');
  await app.open('/templates/nothing/workspace');
  await expect(page.getByRole('heading', { name: 'Template not found, or you have no access' })).toBeVisible();
  await app.open('/templates/nothing');
  await expect(page.getByRole('heading', { name: 'Template not found, or you have no access' })).toBeVisible();
});

test('a preset shows what it sets, gives way to what is changed by hand, and is sent only while it is held', async ({ start, visit }) => {
  const app = await visit(await start(GALLERY));
  await app.signIn(PEOPLE.member);
  const { page } = app;
  const presets = await app.api<Preset[]>('GET', `/templateversions/${(await template(app, 'data-science')).active_version_id}/presets`);
  const idOf = (name: string) => presets.find((one) => one.Name === name)!.ID;
  const sent: { template_version_preset_id?: string }[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/users/ken/workspaces')) sent.push(request.postDataJSON());
  });
  await app.open('/templates/acme/data-science/workspace?preset=Training');
  await inForm(app);
  const choice = page.getByRole('combobox', { name: 'Preset' });
  await expect(choice).toHaveValue(idOf('Training'));
  await expect(page.locator('#new-preset-note')).toContainText('machine gpu-1, disk 400');
  await expect(page.getByRole('combobox', { name: 'Machine' })).toHaveValue('gpu-1');
  await expect(page.getByRole('main')).toContainText('from the preset');
  // The required value is asked for: the bar names it and leads there.
  await expect(create(app)).toHaveAttribute('aria-disabled', 'true');
  await bar(app).getByRole('button', { name: /Owner's team/ }).press('Enter');
  await expect(page.getByRole('textbox', { name: "Owner's team" })).toBeFocused();
  await page.keyboard.type('moon');
  await page.getByRole('textbox', { name: 'Name' }).fill('with-preset');
  await ready(app);
  await create(app).press('Enter');
  await made(app, 'ken', 'with-preset');
  expect(sent.at(-1)?.template_version_preset_id).toBe(idOf('Training'));
  expect(await values(app, 'ken', 'with-preset')).toMatchObject({ machine: 'gpu-1', disk: '400', team: 'moon' });

  // The default one stands there at first; once something of it is changed it is not named any more.
  await app.open('/templates/acme/data-science/workspace?name=without-preset&param.team=moon');
  await inForm(app);
  await expect(choice).toHaveValue(presets.find((one) => one.Default)!.ID);
  await page.getByRole('combobox', { name: 'Machine' }).selectOption('cpu-16');
  await expect(page.locator('#new-preset-note')).toContainText('You changed some of what it sets');
  await ready(app);
  await create(app).press('Enter');
  await made(app, 'ken', 'without-preset');
  expect(sent.at(-1)?.template_version_preset_id).toBeUndefined();
  expect(await values(app, 'ken', 'without-preset')).toMatchObject({ machine: 'cpu-16', disk: '40' });

  // One whose value is not offered any more is held back here, before anything is made.
  await app.open('/templates/acme/data-science/workspace?preset=Out%20of%20date&name=odd-preset');
  await inForm(app);
  await expect(bar(app)).toContainText('mend Machine');
  await app.open('/templates/acme/data-science/workspace?preset=out%20of%20date');
  await expect(page.getByRole('main')).toContainText('The link names the preset “out of date”, which this version does not have.');
});

test('an account that is needed holds the form back until it is connected, one that is optional does not', async ({ start, visit, complaints }) => {
  complaints.allow(400, /\/external-auth\/packages\/device$/);
  const app = await visit(named(await start(GALLERY)));
  await app.signIn(PEOPLE.member);
  const { page } = app;
  await app.open('/templates/acme/monorepo/workspace?name=with-accounts');
  await inForm(app);
  await expect(bar(app)).toContainText('Not yet: connect Acme Git.');
  await expect(create(app)).toHaveAttribute('aria-disabled', 'true');
  await app.axe();
  await bar(app).getByRole('button', { name: 'connect Acme Git' }).press('Enter');
  const connect = page.getByRole('button', { name: 'Connect Acme Git', exact: true });
  await expect(connect).toBeFocused();
  // One signs in there and comes back; the form notices by itself.
  const opened = page.context().waitForEvent('page');
  await connect.press('Enter');
  await opened;
  await expect(page.getByRole('listitem').filter({ hasText: 'Acme Git' })).toContainText(/\bconnected/);
  await expect(connect).toHaveCount(0);
  await ready(app);

  // The other one is connected by a code that is typed there.
  await page.getByRole('button', { name: 'Connect Acme Packages', exact: true }).press('Enter');
  const packages = page.getByRole('listitem').filter({ hasText: 'Acme Packages' });
  await expect(packages).toContainText('ABCD-1234');
  await expect(packages).not.toContainText('ABCD-1234');
  await expect(packages).not.toContainText('not connected');
  await create(app).press('Enter');
  await made(app, 'ken', 'with-accounts');
});

test('where the browser opens no window there is a link, and it is waited for', async ({ start, visit }) => {
  const app = await visit(named(await start(GALLERY)));
  await app.signIn(PEOPLE.member);
  const { page } = app;
  await page.addInitScript(() => {
    globalThis.open = () => null;
  });
  await app.open('/templates/acme/monorepo/workspace');
  await page.getByRole('button', { name: 'Connect Acme Git', exact: true }).press('Enter');
  const link = page.getByRole('link', { name: 'Open the sign-in in a new tab' });
  await expect(link).toHaveAttribute('href', /^\/external-auth\/git\/callback\?redirect=/);
  await expect(page.getByRole('main')).toContainText('Waiting until you have signed in there.');
  await app.axe();
  const opened = page.context().waitForEvent('page');
  await link.press('Enter');
  // It closes itself when it is back.
  await (await opened).waitForEvent('close');
  await expect(page.getByRole('button', { name: 'Connect Acme Git', exact: true })).toHaveCount(0);
});

test('under another address an account is connected in the control plane’s own dashboard', async ({ start, visit }) => {
  const server = await start([...GALLERY, '--access-url', 'https://coder.example.com']);
  const app = await visit(server);
  await app.signIn(PEOPLE.member);
  await app.open('/templates/acme/monorepo/workspace');
  const link = app.page.getByRole('link', { name: 'Connect in the dashboard… Acme Git' });
  await expect(link).toHaveAttribute('href', 'https://coder.example.com/external-auth/git');
  await expect(create(app)).toHaveAttribute('aria-disabled', 'true');
  await app.axe();
});

test('a link that wants a workspace at once is asked about first', async ({ app }) => {
  await app.signIn(PEOPLE.member);
  const { page } = app;
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/workspaces')) asked.push(request.url());
  });
  await app.open('/templates/acme/docker/workspace?mode=auto&name=at-once');
  const dialog = page.getByRole('dialog', { name: /^Create a workspace of / });
  await expect(dialog).toContainText('at-once');
  await app.axe();
  await dialog.getByRole('button', { name: 'Look at the form first' }).press('Enter');
  await expect(dialog).toBeHidden();
  await inForm(app);
  expect(asked).toEqual([]);
  await page.reload();
  await dialog.getByRole('button', { name: 'Create workspace' }).press('Enter');
  await made(app, 'ken', 'at-once');
  expect(asked).toHaveLength(1);

  // One that fits is opened, and none is made.
  await app.open('/templates/acme/docker/workspace?mode=auto&match=name%3Aat-once');
  await made(app, 'ken', 'at-once');
  expect(asked).toHaveLength(1);
});

test('a link that wants a workspace at once falls back to the form where something is missing', async ({ start, visit }) => {
  const app = await visit(await start(GALLERY));
  await app.signIn(PEOPLE.member);
  await app.open('/templates/acme/monorepo/workspace?mode=auto');
  await expect(app.page.getByRole('main')).toContainText('The link asks for a workspace at once, which cannot be done yet.');
  await expect(app.page.getByRole('dialog')).toHaveCount(0);
  await expect(bar(app)).toContainText('connect Acme Git');
});

test('a copy has the values of its model, no preset, no secret and nothing of one build', async ({ start, visit }) => {
  const app = await visit(await start(GALLERY));
  await app.signIn(PEOPLE.member);
  const { page } = app;
  const given = [
    { name: 'machine', value: 'cpu-16' },
    { name: 'disk', value: '99' },
    { name: 'team', value: 'moon' },
  ];
  const model = await app.api<{ id: string }>('POST', '/users/me/workspaces', {
    template_id: (await template(app, 'data-science')).id,
    name: 'the-model',
    rich_parameter_values: given,
  });
  await app.settled(model.id);
  await app.open('/@ken/the-model');
  await page.getByRole('button', { name: 'More actions', exact: true }).press('Enter');
  await page.getByRole('menuitem', { name: 'Duplicate…' }).press('Enter');
  await inForm(app);
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('the-model-copy');
  await expect(page.getByRole('combobox', { name: 'Preset' })).toHaveValue('');
  await expect(page.getByRole('combobox', { name: 'Machine' })).toHaveValue('cpu-16');
  await expect(page.getByRole('main')).toContainText('The values of the-model are filled in.');
  await ready(app);
  await app.axe();
  await create(app).press('Enter');
  await made(app, 'ken', 'the-model-copy');
  expect(await values(app, 'ken', 'the-model-copy')).toMatchObject({ machine: 'cpu-16', disk: '99', team: 'moon' });

  // Secrets stay where they are.
  const secret = await app.api<{ id: string }>('POST', '/users/me/workspaces', {
    template_id: (await template(app, 'workbench')).id,
    name: 'with-secret',
    rich_parameter_values: [
      { name: 'project', value: 'Moon' },
      { name: 'api_key', value: 'hush-hush' },
      { name: 'rebuild', value: 'true' },
    ],
  });
  await app.open(`/templates/acme/workbench/workspace?duplicate=${secret.id}`);
  await inForm(app);
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('Moon');
  await expect(page.getByLabel('API key')).toHaveValue('');
  await expect(page.getByRole('switch', { name: 'Rebuild the cache' })).not.toBeChecked();
  await ready(app);
  await create(app).press('Enter');
  await made(app, 'ken', 'with-secret-copy');
  expect((await values(app, 'ken', 'with-secret-copy')).api_key ?? '').toBe('');
});

test('what was half filled in comes back after a reload, secrets apart, and can be begun afresh', async ({ start, visit }) => {
  const app = await visit(await start(GALLERY));
  await app.signIn(PEOPLE.member);
  const { page } = app;
  await app.open('/templates/acme/workbench/workspace');
  await page.getByRole('textbox', { name: 'Name' }).fill('half-done');
  await page.getByRole('textbox', { name: 'Project' }).fill('Moon');
  await page.getByLabel('API key').fill('hush-hush');
  await expect.poll(() => page.evaluate(() => JSON.stringify({ ...sessionStorage }))).toContain('Moon');
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain('hush-hush');
  await page.reload();
  await expect(page.getByRole('main')).toContainText('What you had filled in before is back.');
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('half-done');
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('Moon');
  await expect(page.getByLabel('API key')).toHaveValue('');
  await app.axe();
  // Another page, and back.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Quota' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('Moon');
  await page.getByRole('button', { name: 'Start afresh' }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('');
  await expect(page.getByRole('textbox', { name: 'Name' })).not.toHaveValue('half-done');
});

test('two hundred parameters, two thousand choices, none at all, and the way of before 2025', async ({ start, visit }) => {
  test.slow();
  const app = await visit(await start(GALLERY));
  await app.signIn(PEOPLE.member);
  const { page } = app;
  await app.open('/templates/acme/control-room/workspace?name=two-hundred');
  await page.getByRole('textbox', { name: 'Control 196' }).fill('the last but four');
  await ready(app);
  await create(app).press('Enter');
  await made(app, 'ken', 'two-hundred');
  expect((await values(app, 'ken', 'two-hundred')).control_196).toBe('the last but four');

  await app.open('/templates/acme/world/workspace?name=two-thousand&param.place=place-1999');
  await ready(app);
  await create(app).press('Enter');
  await made(app, 'ken', 'two-thousand');
  expect((await values(app, 'ken', 'two-thousand')).place).toBe('place-1999');

  await app.open('/templates/acme/static-site/workspace');
  await expect(page.getByRole('main')).toContainText('This version asks for nothing.');
  await ready(app);

  await app.open('/templates/acme/old-forms/workspace?name=old-way');
  await expect(page.getByRole('textbox', { name: 'Purpose' })).toBeVisible();
  await expect(create(app)).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('textbox', { name: 'Purpose' }).fill('to try');
  await ready(app);
  await create(app).press('Enter');
  await made(app, 'ken', 'old-way');
});

test('a version that failed or is being imported makes nothing, and the active one is at hand', async ({ start, visit, complaints }) => {
  complaints.allow(425, /\/templateversions\//);
  const app = await visit(await start(GALLERY));
  await app.signIn(PEOPLE.member);
  const { page } = app;
  const releases = await template(app, 'releases');
  const versions = await app.api<{ id: string; name: string }[]>('GET', `/templates/${releases.id}/versions`);
  for (const [name, said] of [
    ['v2', 'The import of version v2 failed'],
    ['v3', 'Version v3 is being imported.'],
  ]) {
    await app.open(`/templates/acme/releases/workspace?version=${versions.find((one) => one.name === name)!.id}`);
    await expect(page.getByRole('main')).toContainText(said);
    await expect(create(app)).toHaveAttribute('aria-disabled', 'true');
    await app.axe();
  }
  await page.getByRole('button', { name: 'The active version' }).press('Enter');
  await ready(app);
  // Of the three only one can be built.
  await page.getByRole('button', { name: 'Another version' }).press('Enter');
  await expect(page.getByRole('combobox', { name: 'Version' }).getByRole('option')).toHaveCount(1);
});

test('what the control plane refuses is told with its words, and nothing that was filled in is lost', async ({ app, complaints }) => {
  complaints.allow(403, /\/users\/ken\/workspaces$/);
  complaints.allow(429, /\/users\/ken\/workspaces$/);
  await app.signIn(PEOPLE.member);
  const { page } = app;
  await app.open('/templates/acme/docker/workspace?name=refused-first');
  await ready(app);
  const answers = [
    {
      status: 403,
      json: { message: 'Unauthorized to create workspace.', detail: 'You are unable to create a workspace in this organization.' },
      step: 'An administrator of the organization can allow it.',
    },
    { status: 429, json: { message: 'You have been rate limited.' }, step: 'Nothing was made.' },
  ];
  for (const { status, json, step } of answers) {
    await page.route(/\/users\/ken\/workspaces$/, (route) => route.fulfill({ status, json, headers: { 'x-coder-request-id': 'r-1' } }), { times: 1 });
    await create(app).press('Enter');
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(json.message.slice(0, -1));
    await expect(alert).toContainText(step);
    await expect(alert).toContainText('r-1');
    await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('refused-first');
    await app.axe();
  }
  await create(app).press('Enter');
  await made(app, 'ken', 'refused-first');
});

test('an answer that is lost makes no second workspace', async ({ app, complaints }) => {
  complaints.allow('network', /\/users\/ken\/workspaces$/);
  await app.signIn(PEOPLE.member);
  const { page } = app;
  await app.open('/templates/acme/docker/workspace?name=answer-lost');
  await ready(app);
  // The control plane makes it, and its answer does not arrive.
  await page.route(/\/users\/ken\/workspaces$/, async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
  await create(app).press('Enter');
  await made(app, 'ken', 'answer-lost');
  expect(await count(app, 'answer-lost')).toBe(1);
});

test('who may make workspaces for others chooses whose it is', async ({ app }) => {
  await app.signIn(PEOPLE.owner);
  const { page } = app;
  await app.open('/templates/acme/docker/workspace?name=for-ken');
  const owner = page.getByRole('combobox', { name: 'Owner' });
  await expect(owner).toHaveValue('ada');
  await owner.fill('nobody-here');
  await expect(bar(app)).toContainText('choose who owns it');
  await expect(create(app)).toHaveAttribute('aria-disabled', 'true');
  await owner.fill('ken');
  await ready(app);
  await expect(page.locator('#new-owner-note')).toContainText('It counts on their quota');
  await app.axe();
  await create(app).press('Enter');
  await made(app, 'ken', 'for-ken');
});

test('a build that the quota refuses says so on the page of the workspace', async ({ app }) => {
  await app.signIn(PEOPLE.member);
  await app.open('/templates/acme/docker/workspace?name=quota-hog-2');
  await ready(app);
  await create(app).press('Enter');
  await made(app, 'ken', 'quota-hog-2');
  await expect(app.page.getByRole('main')).toContainText(/quota/i, { timeout: 30_000 });
});
