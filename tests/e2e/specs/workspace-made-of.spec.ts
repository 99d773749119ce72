// What a workspace is made of, on its page: live values of its agents, ports and who may reach them, logs in one file, template and version, what it
// was given, and the history with who, why and where the time went.
import { readFile } from 'node:fs/promises';
import { expect, test } from '../support/fixture';

test.beforeEach(async ({ app }) => {
  await app.signIn();
});

test('agents tell their live values: ages, and what fails by its name', async ({ app }) => {
  await app.make('two-agents-live');
  await app.open('/@ada/two-agents-live');
  const main = app.page.getByRole('group', { name: 'Live values of agent main' });
  await expect(main).toContainText('CPU usage');
  await expect(main).toContainText(/\d+%/);
  // A value that is collected each minute gets old, and says so.
  await expect(main.getByText(/Home disk · \d+ (s|m) old/)).toBeVisible({ timeout: 40_000 });
  const db = app.page.getByRole('group', { name: 'Live values of agent db' });
  await expect(db).toContainText('psql: not found');
  await expect(db).toContainText('run cmd: exit status 127');
  // A value of several lines keeps them.
  await expect(db.getByText(/orders \d+\ncustomers \d+/)).toBeVisible();
  await expect(app.page.getByRole('region', { name: 'Agents' })).toContainText('Failed: Replication lag, Version.');
  await app.axe();
});

test('a value changes in place: its elements stay, and what is selected with them', async ({ app }) => {
  await app.make('values-in-place');
  await app.open('/@ada/values-in-place');
  const values = app.page.getByRole('group', { name: 'Live values of agent main' });
  const first = values.getByText(/^\s*\d+%\s*$/);
  await expect(first).toBeVisible();
  const before = (await first.textContent())?.trim();
  const element = await first.elementHandle();
  await expect.poll(async () => (await element?.textContent())?.trim(), { timeout: 40_000 }).not.toBe(before);
  expect(await element?.evaluate((node) => node.isConnected)).toBe(true);
});

test('ports that listen, and who may reach them, by keyboard', async ({ app }) => {
  const made = await app.make('ports-of-it');
  await app.open('/@ada/ports-of-it');
  const ports = app.page.getByRole('list', { name: 'Ports of agent main' });
  await expect(ports).toContainText('8000');
  await expect(ports).toContainText('node');
  await expect(ports).toContainText('only its owner');
  const share = app.page.getByRole('button', { name: 'Share port 8000' });
  await share.focus();
  await app.page.keyboard.press('Enter');
  await app.axe();
  await app.page.getByLabel('Who may reach it').selectOption({ label: 'everyone who is signed in' });
  await app.page.getByLabel('What it speaks').selectOption('https');
  await app.page.getByRole('button', { name: 'Share port', exact: true }).press('Enter');
  await expect(ports).toContainText('everyone who is signed in, https');
  const shares = () => app.api<{ shares: unknown[] }>('GET', `/workspaces/${made.id}/port-share`);
  expect((await shares()).shares).toMatchObject([{ agent_name: 'main', port: 8000, share_level: 'authenticated', protocol: 'https' }]);
  await share.press('Enter');
  await app.page.getByLabel('Who may reach it').selectOption({ label: 'only its owner' });
  await app.page.getByRole('button', { name: 'Stop sharing' }).click();
  await expect(ports).not.toContainText('everyone');
  expect((await shares()).shares).toEqual([]);
});

test('a port whose sharing is refused says why and stays as it was', async ({ app, complaints }) => {
  complaints.allow(400, /port-share$/);
  await app.page.route(/\/port-share$/, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    const body = { message: 'Port sharing level not allowed. Level exceeds maximum allowed.' };
    await route.fulfill({ status: 400, json: body });
  });
  await app.make('ports-refused');
  await app.open('/@ada/ports-refused');
  await app.page.getByRole('button', { name: 'Share port 8000' }).click();
  await app.page.getByLabel('Who may reach it').selectOption({ label: 'everyone, without signing in' });
  await expect(app.page.getByText('Everyone who knows the address can use it')).toBeVisible();
  await app.page.getByRole('button', { name: 'Share port', exact: true }).click();
  await expect(app.page.getByText(/Who may reach port 8000 was not changed: Port sharing level not allowed/)).toBeVisible();
  await expect(app.page.getByRole('list', { name: 'Ports of agent main' })).toContainText('only its owner');
});

test('the logs of every script come in one file, under the names of agent and script', async ({ app }) => {
  await app.make('two-agents-logs');
  await app.open('/@ada/two-agents-logs');
  const [download] = await Promise.all([
    app.page.waitForEvent('download'),
    app.page.getByRole('button', { name: 'Download all logs' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('two-agents-logs-build-1-agents.log');
  const text = await readFile(await download.path(), 'utf8');
  expect(text).toContain('Logs of the agents of ada/two-agents-logs, build 1');
  expect(text).toMatch(/=== agent main · .+ ===/);
  expect(text).toContain('=== agent db · Seed database ===');
  expect(text).toMatch(/\d{4}-\d\d-\d\dT\S+ +INFO +\S/);
});

test('the history says who, why, which version and where the time went, and a line opens its build', async ({ app }) => {
  await app.open('/@ada/gantry-web');
  const lines = app.page.getByRole('listitem').filter({ has: app.page.getByRole('link', { name: /^#\d+$/ }) });
  await expect(lines).toHaveCount(25);
  await expect(lines.filter({ hasText: 'by its schedule: autostop' }).first()).toBeVisible();
  await expect(lines.first()).toContainText(/, version /);
  // The phases of a job, longest first, for whoever cannot see the bar.
  await expect(lines.getByRole('img', { name: /(queue|apply) \d+ %/ }).first()).toBeVisible();
  await app.page.getByRole('button', { name: 'Older builds' }).click();
  await expect(lines).toHaveCount(30);
  await expect(app.page.getByRole('button', { name: 'Older builds' })).toHaveCount(0);
  await app.axe();
  await lines.nth(3).click({ position: { x: 5, y: 5 } });
  await expect(app.page).toHaveURL(/\/@ada\/gantry-web\/builds\/\d+$/);
});

test('template, version, what it was given, and which resources are kept', async ({ app }) => {
  const made = await app.make('made-of-this');
  await app.open('/@ada/made-of-this');
  const of = app.page.getByRole('region', { name: 'Made of' });
  await expect(of.getByRole('link', { name: 'Docker', exact: false }).first()).toHaveAttribute('href', /\/templates\/acme\/docker$/);
  await expect(of).toContainText('the active version');
  await expect(of).toContainText('Shared withnobody');
  await expect(of).toContainText('By hand: its version never changes by itself');
  const values = app.page.getByRole('region', { name: 'Parameters' });
  expect(await app.api('GET', `/workspacebuilds/${made.latest_build.id}/parameters`)).toEqual([]);
  await expect(values).toContainText('Its template asks for nothing.');
  await expect(values.getByRole('link', { name: 'Change…' })).toHaveAttribute('href', /\/@ada\/made-of-this\/parameters$/);
  const row = (name: string) => app.page.getByRole('region', { name: 'Resources' }).getByRole('row').filter({ hasText: name });
  await expect(row('docker_volume').getByRole('cell', { name: 'yes', exact: true })).toBeVisible();
  await expect(row('docker_container').first().getByRole('cell', { name: 'no, made anew' })).toBeVisible();
  // In sight: a favourite is made and unmade at its name.
  await app.page.getByRole('button', { name: 'Add to favorites' }).click();
  await app.page.getByRole('button', { name: 'Remove from favorites' }).click();
  await expect(app.page.getByRole('button', { name: 'Add to favorites' })).toBeVisible();
  await app.axe();
});

test('a secret is masked until it is asked for', async ({ start, visit }) => {
  const server = await start(['--memory', '--templates', 'all', '--speed', '20']);
  const own = await visit(server);
  await own.signIn();
  const templates = await own.api<{ id: string; name: string }[]>('GET', '/templates');
  const id = templates.find((one) => one.name === 'workbench')?.id;
  const made = await own.api<{ id: string; latest_build: { id: string } }>('POST', '/users/me/workspaces', { template_id: id, name: 'has-a-secret', rich_parameter_values: [{ name: 'project', value: 'gantry' }] });
  await own.settled(made.id);
  const version = (await own.api<{ latest_build: { template_version_id: string } }>('GET', `/workspaces/${made.id}`)).latest_build.template_version_id;
  const form = await own.api<{ parameters: { name: string; styling: { mask_input?: boolean } }[] }>('POST', `/templateversions/${version}/dynamic-parameters/evaluate`, { id: 1, inputs: { project: 'gantry' }, owner_id: (await own.api<{ id: string }>('GET', '/users/me')).id });
  const masked = form.parameters.filter((one) => one.styling?.mask_input).map((one) => one.name);
  expect(masked.length).toBeGreaterThan(0);
  // A value that nobody could have guessed.
  await own.page.context().route(/\/workspacebuilds\/[^/]+\/parameters$/, async (route) => {
    const response = await route.fetch();
    const values = ((await response.json()) as { name: string; value: string }[]).filter((one) => one.name !== masked[0]);
    await route.fulfill({ response, json: [...values, { name: masked[0], value: 'hunter-2-of-the-test' }] });
  });
  await own.open('/@ada/has-a-secret');
  const values = own.page.getByRole('region', { name: 'Parameters' });
  await expect(values).toContainText('••••••');
  await expect(values).not.toContainText('hunter-2-of-the-test');
  await values.getByRole('button', { name: /^Show / }).first().click();
  await expect(values).toContainText('hunter-2-of-the-test');
  // Every value that the build was given stands there, and what is special about it.
  const given = await own.api<unknown[]>('GET', `/workspacebuilds/${made.latest_build.id}/parameters`);
  await expect.poll(() => values.locator('dt').count()).toBeGreaterThanOrEqual(given.length);
  await expect(values).toContainText('fixed once created');
  await own.axe();
});

test('a server of July 2025 is told of by name where it lacks something, and the rest works', async ({ start, visit, complaints }) => {
  complaints.allow(404, /\/acl$/);
  const server = await start(['--memory', '--as', '2.24', '--speed', '20']);
  const own = await visit(server);
  await own.signIn();
  await own.make('two-agents-older');
  await own.open('/@ada/two-agents-older');
  await expect(own.page.getByRole('region', { name: 'Made of' })).toContainText('this control plane cannot share workspaces yet');
  await expect(own.page.getByRole('group', { name: 'Live values of agent db' })).toContainText('psql: not found');
  await expect(own.page.getByRole('list', { name: 'Ports of agent main' })).toContainText('8000');
  await expect(own.page.getByRole('button', { name: 'Try again' })).toHaveCount(0);
});

test('nothing scrolls sideways on a phone, and it can all be used', async ({ app }) => {
  await app.page.setViewportSize({ width: 360, height: 740 });
  await app.make('two-agents-phone');
  await app.open('/@ada/two-agents-phone');
  await expect(app.page.getByRole('group', { name: 'Live values of agent db' })).toBeVisible();
  await app.page.getByRole('button', { name: 'Share port 8000' }).first().click();
  await expect(app.page.getByLabel('Who may reach it')).toBeVisible();
  for (const width of [360, 320]) {
    await app.page.setViewportSize({ width, height: 740 });
    expect(await app.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${width}`).toBeLessThanOrEqual(0);
  }
  await app.axe();
});

test('what cannot be asked for is said in its place, and the rest works', async ({ app, complaints }) => {
  complaints.allow(500, /listening-ports$/);
  let broken = true;
  await app.page.route(/\/listening-ports$/, (route) =>
    broken ? route.fulfill({ status: 500, json: { message: 'Internal error dialing workspace agent.' } }) : route.fallback(),
  );
  await app.make('ports-broken');
  await app.open('/@ada/ports-broken');
  const agents = app.page.getByRole('region', { name: 'Agents' });
  await expect(agents).toContainText('Internal error dialing workspace agent.');
  await expect(app.page.getByRole('group', { name: 'Live values of agent main' })).toContainText('CPU usage');
  broken = false;
  await agents.getByRole('button', { name: 'Try again' }).click();
  await expect(app.page.getByRole('list', { name: 'Ports of agent main' })).toContainText('8000');
});

test('a page that nobody looks at asks for nothing', async ({ app }) => {
  await app.page.clock.install();
  await app.make('hidden-page');
  await app.open('/@ada/hidden-page');
  await expect(app.page.getByRole('list', { name: 'Ports of agent main' })).toContainText('8000');
  let asked = 0;
  await app.page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  app.page.on('request', (request) => {
    if (request.url().includes('/api/v2/workspaceagents/')) asked += 1;
  });
  await app.page.clock.runFor(120_000);
  await app.page.evaluate(() => fetch('/api/v2/buildinfo'));
  expect(asked).toBe(0);
});
