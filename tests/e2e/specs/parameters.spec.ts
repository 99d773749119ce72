// The parameters of a workspace: every kind of field by the keyboard alone, other values, an update that the new version would refuse, what is filled in
// and not sent, and a control plane that answers late, elsewhere or not at all.
import { COMPANY, CUT_OFF, expect, test, type App, type Server } from '../support/fixture';

const GALLERY = [...COMPANY, '--templates', 'all', '--speed', '20'];

type Start = (options: string[]) => Promise<Server>;
type Visit = (server: Server) => Promise<App>;

async function gallery(start: Start, visit: Visit, options: string[] = []): Promise<App> {
  const app = await visit(await start([...GALLERY, ...options]));
  await app.signIn();
  return app;
}

/** Creates a workspace with some values through the API, and waits until its first build is over. */
async function make(app: App, name: string, template: string, values: Record<string, string> = {}, settle = true): Promise<string> {
  const templates = await app.api<{ id: string; name: string }[]>('GET', '/templates');
  const rich_parameter_values = Object.entries(values).map(([name, value]) => ({ name, value }));
  const body = { template_id: templates.find((one) => one.name === template)?.id, name, rich_parameter_values };
  const made = await app.api<{ id: string }>('POST', '/users/me/workspaces', body);
  if (settle) await app.settled(made.id);
  return made.id;
}

/** The values of a workspace's latest build. */
async function stored(app: App, id: string): Promise<Record<string, string>> {
  const workspace = await app.api<{ latest_build: { id: string } }>('GET', `/workspaces/${id}`);
  const values = await app.api<{ name: string; value: string }[]>('GET', `/workspacebuilds/${workspace.latest_build.id}/parameters`);
  return Object.fromEntries(values.map(({ name, value }) => [name, value]));
}

async function inForm(app: App): Promise<void> {
  await expect(app.page.getByRole('heading', { name: 'Parameters', level: 1 })).toBeVisible();
}

test('every kind of field by the keyboard alone, and a restart with what was filled in', async ({ start, visit }) => {
  const app = await gallery(start, visit);
  const { page } = app;
  const { keyboard } = page;
  const id = await make(app, 'bench', 'workbench', { project: 'alpha' });
  await app.open('/@ada/bench/parameters');
  await inForm(app);
  await app.axe();
  // Fixed when it was created; it can be reached and read.
  await page.getByLabel('region', { exact: false }).first().focus();
  await expect(page.getByRole('textbox', { name: 'Region' })).toHaveJSProperty('readOnly', true);
  await expect(page.getByText('fixed when the workspace was created')).toBeVisible();
  // A line.
  await page.getByRole('textbox', { name: 'Project' }).focus();
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('beta');
  // The browser's own list, a combobox of several, tags.
  await page.getByRole('combobox', { name: 'Image' }).focus();
  await keyboard.type('Debian');
  await page.getByRole('combobox', { name: 'Tools' }).focus();
  await keyboard.press('ArrowDown');
  await keyboard.type('kube');
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Remove kubectl' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Labels' }).focus();
  await keyboard.type('red');
  await keyboard.press('Enter');
  await keyboard.type('blue,');
  await keyboard.type('x');
  await keyboard.press('Backspace');
  await keyboard.press('Backspace');
  await expect(page.getByRole('button', { name: 'Remove red' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove blue' })).toHaveCount(0);
  // A slider, a number, radio buttons.
  await page.getByRole('slider', { name: 'Disk (GB)' }).focus();
  for (let step = 0; step < 5; step += 1) await keyboard.press('ArrowRight');
  await page.getByRole('textbox', { name: 'CPUs' }).focus();
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('99');
  await expect(page.getByText('Between 1 and 16, not 99.')).toBeVisible();
  await page.getByRole('radiogroup', { name: 'Replicas' }).getByRole('radio', { name: 'One' }).focus();
  await keyboard.press('ArrowDown');
  // A switch brings a field.
  await expect(page.getByRole('combobox', { name: 'GPU model' })).toHaveCount(0);
  await page.getByRole('switch', { name: 'GPU', exact: true }).focus();
  await keyboard.press('Space');
  await page.getByRole('combobox', { name: 'GPU model' }).focus();
  await keyboard.type('H100');
  await page.getByRole('checkbox', { name: 'Terms I have read them' }).focus();
  await keyboard.press('Space');
  await page.getByRole('textbox', { name: 'Notes' }).focus();
  await keyboard.type('one');
  await keyboard.press('Enter');
  await keyboard.type('two');
  // A secret is hidden until one asks to see it.
  const secret = page.getByRole('row').or(page.locator('.fr')).filter({ hasText: 'API key' }).locator('input');
  await secret.focus();
  await keyboard.type('hunter2');
  await expect(secret).toHaveAttribute('type', 'password');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect(secret).toHaveAttribute('type', 'text');
  // For this start only.
  await page.getByRole('switch', { name: 'Rebuild the cache' }).focus();
  await keyboard.press('Space');
  // The bar names what is wrong and leads there.
  const bar = page.getByRole('region', { name: 'Send' });
  await expect(bar).toContainText('Not yet: CPUs.');
  await bar.getByRole('button', { name: 'CPUs' }).focus();
  await keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'CPUs' })).toBeFocused();
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('8');
  const go = bar.getByRole('button', { name: 'Restart with these values…' });
  await expect(go).not.toHaveAttribute('aria-disabled', 'true');
  await app.axe();
  await go.focus();
  await keyboard.press('Enter');
  const question = page.getByRole('dialog', { name: 'Restart bench?' });
  await expect(question).toContainText('Project: alpha → beta');
  await expect(question).not.toContainText('hunter2');
  await app.axe();
  await question.getByRole('button', { name: 'Restart bench' }).focus();
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'bench', level: 1 })).toBeVisible();
  await expect.poll(() => app.latest(id), { timeout: 30_000 }).toBe('3 running');
  expect(await stored(app, id)).toMatchObject({
    project: 'beta', region: 'eu', image: 'debian', tools: '["git","kubectl"]', labels: '["red"]', disk: '55', cpus: '8', replicas: '3', gpu: 'true',
    gpu_model: 'h100', terms: 'false', notes: 'one\ntwo', api_key: 'hunter2', rebuild: 'true',
  });
  // What was for one start only is asked anew; nothing of a secret is in an address or in what the browser keeps.
  await app.open('/@ada/bench/parameters');
  await expect(page.getByRole('switch', { name: 'Rebuild the cache' })).not.toBeChecked();
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]));
  expect(kept).not.toContain('hunter2');
});

test('an update whose new version refuses what is stored asks for it before anything stops', async ({ start, visit }) => {
  const app = await gallery(start, visit);
  const { page } = app;
  const posted: string[] = [];
  page.context().on('request', (request) => {
    if (request.method() === 'POST' && /\/builds$/.test(request.url())) posted.push(request.postData() ?? '');
  });
  // Its region is not offered any more, and was fixed: this version cannot be taken, and nothing is stopped.
  await app.open('/@ada/audit-trail/parameters?action=update');
  await expect(page.getByText('This workspace cannot take this version.')).toBeVisible();
  await expect(page.getByText(/Region: “fra” is not offered/)).toBeVisible();
  const bar = page.getByRole('region', { name: 'Send' });
  await bar.getByRole('button', { name: 'Update and restart…' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Region' })).toBeFocused();
  expect(posted).toEqual([]);
  await app.axe();

  // Stopped, with too much memory, a branch that does not match, and no cost centre.
  await app.open('/@ada/evidence/parameters?action=update');
  await expect(bar).toContainText('Not yet: Memory (GB), Branch, Cost centre.');
  await expect(page.getByText('At most 64.', { exact: false }).first()).toBeVisible();
  await expect(page.getByText('Letters, digits, - and / only.')).toBeVisible();
  await bar.getByRole('button', { name: 'Update and start…' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Memory (GB)' })).toBeFocused();
  await page.getByRole('textbox', { name: 'Memory (GB)' }).fill('64');
  await page.getByRole('textbox', { name: 'Branch' }).fill('feature/lower');
  await page.getByRole('textbox', { name: 'Cost centre' }).fill('4711');
  expect(posted).toEqual([]);
  await expect(bar.getByRole('button', { name: 'Update and start…' })).not.toHaveAttribute('aria-disabled', 'true');
  await bar.getByRole('button', { name: 'Update and start…' }).click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText('Memory (GB): 96 → 64');
  await question.getByRole('button', { name: /^Update/ }).click();
  const workspace = await app.api<{ id: string }>('GET', '/users/ada/workspace/evidence');
  await expect.poll(() => app.latest(workspace.id), { timeout: 30_000 }).toMatch(/running$/);
  expect(await stored(app, workspace.id)).toMatchObject({ memory: '64', branch: 'feature/lower', cost_centre: '4711' });
  expect(posted).toHaveLength(1);
});

test('what is filled in and not sent outlives a reload and a step back, secrets apart', async ({ start, visit }) => {
  const app = await gallery(start, visit);
  const { page } = app;
  await make(app, 'draft', 'workbench', { project: 'alpha' });
  await app.open('/@ada/draft/parameters');
  await page.getByRole('textbox', { name: 'Project' }).fill('half done');
  await page.locator('.fr').filter({ hasText: 'API key' }).locator('input').fill('hunter2');
  await page.reload();
  await expect(page.getByText('What you had filled in is here again.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('half done');
  await expect(page.locator('.fr').filter({ hasText: 'API key' }).locator('input')).toHaveValue('');
  await app.open('/workspaces');
  await page.goBack();
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('half done');
  await page.getByRole('button', { name: 'Start over' }).click();
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('alpha');
  await expect(page.getByText('What you had filled in is here again.')).toHaveCount(0);
});

test('without its socket a form is asked about call by call; after a cut it is opened again, and nothing that was typed is lost', async ({ start, visit, complaints }) => {
  const app = await gallery(start, visit);
  const { page } = app;
  complaints.allow('socket', /dynamic-parameters/);
  await make(app, 'cut', 'workbench', { project: 'alpha' });
  let sockets = 0;
  let refuse = false;
  const open: { close: () => Promise<void> }[] = [];
  await page.routeWebSocket(/dynamic-parameters/, (socket) => {
    sockets += 1;
    if (refuse) return void socket.close();
    socket.connectToServer();
    open.push(socket);
  });
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/evaluate')) asked.push(request.postData() ?? '');
  });
  await app.open('/@ada/cut/parameters');
  await page.getByRole('switch', { name: 'GPU', exact: true }).check();
  await expect(page.getByRole('combobox', { name: 'GPU model' })).toBeVisible();
  expect(asked).toEqual([]);
  expect(sockets).toBe(1);
  // The 30 minutes are over: it is opened anew, and what is typed meanwhile stays.
  await open[0].close();
  await expect.poll(() => sockets).toBe(2);
  await page.getByRole('textbox', { name: 'Project' }).fill('after the cut');
  await page.getByRole('switch', { name: 'GPU', exact: true }).uncheck();
  await expect(page.getByRole('combobox', { name: 'GPU model' })).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('after the cut');
  // No socket at all.
  refuse = true;
  await open[1].close();
  await page.getByRole('switch', { name: 'GPU', exact: true }).check();
  await expect(page.getByRole('combobox', { name: 'GPU model' })).toBeVisible();
  expect(asked.length).toBeGreaterThan(0);
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('after the cut');
  await expect(page.getByRole('region', { name: 'Send' }).getByRole('button', { name: /^Restart/ })).not.toHaveAttribute('aria-disabled', 'true');
});

test('an answer that was overtaken changes nothing', async ({ start, visit }) => {
  const app = await gallery(start, visit);
  const { page } = app;
  await make(app, 'late', 'workbench', { project: 'alpha' });
  const held: (() => void)[] = [];
  let hold = false;
  await page.routeWebSocket(/dynamic-parameters/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      // The answer to the first thing that is typed comes after the one to the second.
      if (hold && held.length === 0) held.push(() => socket.send(message));
      else socket.send(message);
    });
  });
  await app.open('/@ada/late/parameters');
  await expect(page.getByRole('textbox', { name: 'CPUs' })).toHaveValue('4');
  hold = true;
  await page.getByRole('switch', { name: 'GPU', exact: true }).check();
  await expect.poll(() => held.length).toBe(1);
  await page.getByRole('switch', { name: 'GPU', exact: true }).uncheck();
  await page.getByRole('textbox', { name: 'CPUs' }).fill('17');
  await expect(page.getByText('Between 1 and 16, not 17.')).toBeVisible();
  held[0]();
  await page.getByRole('textbox', { name: 'CPUs' }).fill('5');
  await expect(page.getByText('Between 1 and 16')).toHaveCount(0);
  await expect(page.getByRole('combobox', { name: 'GPU model' })).toHaveCount(0);
  await expect(page.getByRole('switch', { name: 'GPU', exact: true })).not.toBeChecked();
  await expect(page.getByRole('textbox', { name: 'CPUs' })).toHaveValue('5');
});

test('a version that is being imported is waited for, in the control plane’s words', async ({ start, visit, complaints }) => {
  const app = await gallery(start, visit);
  const { page } = app;
  complaints.allow(425, /dynamic-parameters/);
  complaints.allow('socket', /dynamic-parameters/);
  const templates = await app.api<{ id: string; name: string }[]>('GET', '/templates');
  const releases = templates.find((one) => one.name === 'releases');
  const versions = await app.api<{ id: string; name: string }[]>('GET', `/templates/${releases?.id}/versions`);
  const importing = versions.find((one) => one.name === 'v3');
  await app.open(`/@ada/release-notes/parameters?action=change&version=${importing?.id}`);
  await expect(page.getByText('This version is being imported still')).toBeVisible();
  await expect(page.getByText(/“Template version job has not finished\.”/)).toBeVisible();
  await app.axe();
});

test('too many, none, too long and too odd: the form says so and works', async ({ start, visit }) => {
  test.setTimeout(120_000);
  const app = await gallery(start, visit);
  const { page } = app;
  const many = await make(app, 'many', 'control-room');
  await app.open('/@ada/many/parameters');
  await expect(page.getByText(/^200 fields/)).toBeVisible();
  await page.getByRole('textbox', { name: 'Control 196', exact: true }).fill('x');
  await expect(page.getByRole('region', { name: 'Send' }).getByRole('button', { name: /^Restart/ })).not.toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('region', { name: 'Send' }).getByRole('button', { name: /^Restart/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restart many' }).click();
  await expect.poll(() => app.latest(many), { timeout: 30_000 }).toBe('3 running');
  expect((await stored(app, many)).control_196).toBe('x');

  await make(app, 'places', 'world');
  await app.open('/@ada/places/parameters');
  const place = page.getByRole('combobox', { name: 'Place' });
  await place.fill('1999');
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(place).toHaveValue(/1999$/);
  await place.fill('nowhere at all');
  await expect(page.getByText('Nothing matches.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(place).toHaveValue(/1999$/);

  // Ten kilobytes of Markdown with HTML in it: the words are there, and nothing of it runs.
  await make(app, 'reader', 'handbook');
  await app.open('/@ada/reader/parameters');
  await page.getByText('Handbook Read all of it', { exact: false }).first().click();
  await expect(page.getByRole('link', { name: 'the short one' })).toHaveAttribute('href', 'https://example.com/short');
  await expect(page.getByRole('link', { name: 'that' })).toHaveCount(0);
  expect(await page.title()).not.toContain('taken over');
  expect(await page.locator('.md script, .md img, .md [onerror]').count()).toBe(0);
  await app.axe();

  // A pattern that no browser reads: said, and left to the control plane.
  await make(app, 'centre', 'cost-centre');
  await app.open('/@ada/centre/parameters');
  await expect(page.getByText('Its pattern is one that this browser cannot read: the control plane checks the value as you type.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Cost centre' }).fill('x-PROD');
  await expect(page.getByText(/A team of 2 to 8 letters, a dash, prod or dev\./)).toBeVisible();
  await page.getByRole('textbox', { name: 'Cost centre' }).fill('core-PROD');
  await expect(page.getByRole('region', { name: 'Send' }).getByRole('button', { name: /^Restart/ })).not.toHaveAttribute('aria-disabled', 'true');

  await make(app, 'plain', 'secure-zone', {}, false);
  await app.open('/@ada/plain/parameters');
  await expect(page.getByText(/This version asks for nothing|field/).first()).toBeVisible();
});

test('the way of before 2025: asked for as a list, checked here, decided when it is sent', async ({ start, visit }) => {
  const app = await gallery(start, visit);
  const { page } = app;
  const id = await make(app, 'old', 'old-forms', { purpose: 'alpha' });
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/dynamic-parameters/.test(request.url())) asked.push(request.url());
  });
  await app.open('/@ada/old/parameters');
  await expect(page.getByText('checked here, and by the control plane when they are sent', { exact: false })).toBeVisible();
  await page.getByRole('textbox', { name: 'cpus' }).fill('9');
  await expect(page.getByText('At most 8.', { exact: true })).toBeVisible();
  await page.getByRole('textbox', { name: 'cpus' }).fill('8');
  await page.getByRole('radio', { name: 'Large' }).check();
  expect(asked).toEqual([]);
  await page.getByRole('region', { name: 'Send' }).getByRole('button', { name: /^Restart/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restart old' }).click();
  await expect.poll(() => app.latest(id), { timeout: 30_000 }).toBe('3 running');
  expect(await stored(app, id)).toMatchObject({ purpose: 'alpha', cpus: '8', size: 'l' });
});

test('a control plane of July 2025, one without the route, and one that cannot be reached', async ({ start, visit, complaints }) => {
  const app = await gallery(start, visit, ['--as', '2.24']);
  const { page } = app;
  await make(app, 'july', 'workbench', { project: 'alpha' });
  await app.open('/@ada/july/parameters');
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('alpha');
  // Before there were such forms: the list is asked for.
  complaints.allow(404, /dynamic-parameters/);
  complaints.allow('socket', /dynamic-parameters/);
  await page.routeWebSocket(/dynamic-parameters/, (socket) => socket.close());
  await page.route(/dynamic-parameters/, (route) => route.fulfill({ status: 404, contentType: 'application/json', body: '{"message":"Route not found."}' }));
  await page.reload();
  await expect(page.getByText('checked here', { exact: false })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Project' })).toHaveValue('alpha');
  complaints.allow('network', CUT_OFF);
});
