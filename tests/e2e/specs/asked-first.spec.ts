// What is asked for before a build begins: values that count for one start alone, what another version no longer takes, and who may be at work in it.
import { COMPANY, PEOPLE, expect, test, type App } from '../support/fixture';

type Whole = { id: string; template_id: string; latest_build: { id: string; template_version_id: string } };

/** Creates a workspace with some values through the API, and waits until its first build is over. */
async function make(app: App, name: string, template: string, values: Record<string, string>): Promise<string> {
  const templates = await app.api<{ id: string; name: string }[]>('GET', '/templates');
  const rich_parameter_values = Object.entries(values).map(([name, value]) => ({ name, value }));
  const body = { template_id: templates.find((one) => one.name === template)?.id, name, rich_parameter_values };
  const made = await app.api<{ id: string }>('POST', '/users/me/workspaces', body);
  await app.settled(made.id);
  return made.id;
}

/** The values of a workspace's latest build. */
async function stored(app: App, id: string): Promise<Record<string, string>> {
  const { latest_build } = await app.api<Whole>('GET', `/workspaces/${id}`);
  const values = await app.api<{ name: string; value: string }[]>('GET', `/workspacebuilds/${latest_build.id}/parameters`);
  return Object.fromEntries(values.map(({ name, value }) => [name, value]));
}

async function stop(app: App, id: string): Promise<void> {
  await app.build(id, 'stop');
  await app.settled(id);
}

test('a start of what asks for values each time asks for them first, from the row, the page and the form', async ({ start, visit }) => {
  const app = await visit(await start([...COMPANY, '--templates', 'all', '--speed', '20']));
  await app.signIn();
  const { page } = app;
  const id = await make(app, 'cleaned', 'old-forms', { purpose: 'alpha' });
  await stop(app, id);
  const posted: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && /\/builds$/.test(request.url())) posted.push(request.postData() ?? '');
  });
  await app.open('/workspaces?q=name%3Acleaned');
  await app.row('cleaned').getByRole('button', { name: 'Start cleaned' }).press('Enter');
  const question = page.getByRole('dialog', { name: 'Start cleaned?' });
  await expect(question).toContainText('Asked for at each start, and kept for that start alone: clean.');
  await expect(question).toContainText('Without it, it starts with what the template says.');
  await app.axe();
  // Nothing was begun, and the row does not claim it.
  expect(posted).toEqual([]);
  await expect(app.row('cleaned')).toContainText('Stopped');
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();

  // As the template says.
  await app.row('cleaned').getByRole('button', { name: 'Start cleaned' }).press('Enter');
  await question.getByRole('button', { name: 'Start cleaned' }).press('Enter');
  await expect.poll(() => app.latest(id), { timeout: 30_000 }).toBe('3 running');
  expect((await stored(app, id)).clean ?? 'false').toBe('false');
  await stop(app, id);

  // On its page, at 360 px, with a value.
  await page.setViewportSize({ width: 360, height: 740 });
  await app.open('/@ada/cleaned');
  const begin = page.getByRole('button', { name: 'Start', exact: true });
  // Before the page has heard all that it needs, the button says why it cannot be pressed yet.
  await expect(begin).not.toHaveAttribute('aria-disabled', 'true');
  await begin.press('Enter');
  await expect(question).toBeVisible();
  await app.axe();
  await question.getByRole('link', { name: 'Fill in what it asks for' }).press('Enter');
  await page.getByRole('checkbox', { name: /^clean/ }).or(page.getByRole('switch', { name: /^clean/ })).press('Space');
  await page.getByRole('region', { name: 'Send' }).getByRole('button', { name: 'Start with these values' }).press('Enter');
  await expect.poll(() => app.latest(id), { timeout: 30_000 }).toBe('5 running');
  expect((await stored(app, id)).clean).toBe('true');

  // It counted for that start alone; a restart offers it too.
  await page.setViewportSize({ width: 1280, height: 800 });
  const restart = await app.ask('Restart', 'cleaned');
  await expect(restart).toContainText('kept for that start alone: clean.');
  await expect(restart.getByRole('link', { name: 'Fill in what it asks for' })).toHaveAttribute('href', /parameters\?action=restart$/);
  await expect(restart).toContainText(/How many sessions are open cannot be known/);
  await restart.getByRole('button', { name: 'Restart cleaned' }).press('Enter');
  await expect.poll(() => app.latest(id), { timeout: 30_000 }).toBe('7 running');
  expect((await stored(app, id)).clean ?? 'false').toBe('false');
});

test('what a dynamic template asks for each time is asked for; a control plane that does not tell is asked for the start all the same', async ({ start, visit, complaints }) => {
  const app = await visit(await start([...COMPANY, '--templates', 'all', '--speed', '20']));
  await app.signIn();
  const { page } = app;
  const id = await make(app, 'bench', 'workbench', { project: 'alpha' });
  await stop(app, id);
  await app.open('/@ada/bench');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const question = page.getByRole('dialog', { name: 'Start bench?' });
  await expect(question).toContainText('Key file and Rebuild the cache');
  await question.getByRole('button', { name: 'Not now' }).click();
  expect(await app.latest(id)).toBe('2 stopped');
  complaints.allow(500, /\/rich-parameters$/);
  await page.route('**/rich-parameters', (route) => route.fulfill({ status: 500, json: { message: 'Broken.' } }));
  // What a version asks for never changes, so this page knows it for as long as it stands.
  await app.open('/@ada/bench');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect.poll(() => app.latest(id), { timeout: 30_000 }).toBe('3 running');
});

test('another version is asked for what no longer fits before anything stops, the whole way', async ({ start, visit }) => {
  const app = await visit(await start([...COMPANY, '--templates', 'all', '--speed', '20']));
  await app.signIn();
  const { page } = app;
  const before = await app.api<Whole>('GET', '/users/ada/workspace/evidence');
  const versions = await app.api<{ id: string; name: string }[]>('GET', `/templates/${before.template_id}/versions`);
  const other = versions.find((version) => version.id !== before.latest_build.template_version_id);
  const posted: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && /\/builds$/.test(request.url())) posted.push(request.postData() ?? '');
  });
  await app.open('/@ada/evidence');
  await page.getByRole('button', { name: 'More actions', exact: true }).click();
  await page.getByRole('menuitem', { name: /^Change version…/ }).click();
  await page.getByRole('dialog').getByRole('radio', { name: new RegExp(`^${other?.name}`) }).press('Space');
  const question = page.getByRole('dialog', { name: `Change evidence to ${other?.name}?` });
  await expect(question).toContainText('3 do not fit');
  await expect(question).toContainText(/Nothing is stopped before .* has values that fit\./);
  await app.axe();
  await question.getByRole('link', { name: 'Fill in what it asks for' }).press('Enter');
  const bar = page.getByRole('region', { name: 'Send' });
  await expect(bar).toContainText('Not yet: Memory (GB), Branch, Cost centre.');
  await page.getByRole('textbox', { name: 'Memory (GB)' }).fill('32');
  await page.getByRole('textbox', { name: 'Branch' }).fill('feature/lower');
  await page.getByRole('textbox', { name: 'Cost centre' }).fill('4711');
  expect(posted).toEqual([]);
  const change = bar.getByRole('button', { name: 'Change the version and start' });
  await expect(change).not.toHaveAttribute('aria-disabled', 'true');
  await change.press('Enter');
  const last = page.getByRole('dialog');
  await expect(last).toContainText('Memory (GB): 96 → 32');
  await app.axe();
  await last.getByRole('button', { name: /^Change version/ }).press('Enter');
  await expect.poll(() => app.latest(before.id), { timeout: 30_000 }).toMatch(/running$/);
  const after = await app.api<Whole>('GET', `/workspaces/${before.id}`);
  expect(after.latest_build.template_version_id).toBe(other?.id);
  expect(await stored(app, before.id)).toMatchObject({ memory: '32', branch: 'feature/lower', cost_centre: '4711' });
  expect(posted).toHaveLength(1);
});

test('a failed build in the history shows the phases that its log tells', async ({ app }) => {
  await app.signIn();
  await app.make('fail-apply-history');
  await app.open('/@ada/fail-apply-history');
  const line = app.page.getByRole('listitem').filter({ has: app.page.getByRole('link', { name: '#1', exact: true }) });
  await expect(line).toContainText('start failed');
  await expect(line.getByRole('img', { name: /(plan|apply) \d+ %/ })).toBeVisible();
});

test('an old control plane is asked once with whom a workspace is shared, not on each visit', async ({ start, visit, complaints }) => {
  complaints.allow(404, /\/api\/v2\/workspaces\/[^/]+\/acl$/);
  complaints.allow(404, /\/dynamic-parameters\/evaluate$/);
  const app = await visit(await start([...COMPANY, '--as', '2.24', '--speed', '20']));
  await app.signIn();
  const { page } = app;
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/\/(acl|evaluate)$/.test(request.url())) asked.push(request.url());
  });
  const values = page.waitForResponse(/\/acl$/);
  await app.open('/@ada/gantry-web');
  await values;
  for (const name of ['ledger', 'gantry-web']) {
    await page.getByRole('link', { name: 'Workspaces', exact: true }).click();
    await app.inList();
    await page.getByRole('searchbox', { name: 'Filter' }).fill(`name:${name}`);
    await app.row(name).getByRole('link', { name, exact: true }).click();
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await expect(page.getByText('Template', { exact: true }).first()).toBeVisible();
    await page.waitForLoadState('networkidle');
  }
  expect(asked.filter((url) => url.endsWith('/acl'))).toHaveLength(1);
  expect(asked.filter((url) => url.endsWith('/evaluate')).length).toBeLessThanOrEqual(1);
});

test('a start that the quota would refuse says so first, by the control plane’s own rule, and can be asked for all the same', async ({ app }) => {
  await app.signIn(PEOPLE.member);
  const { page } = app;
  const made = await app.make('near-limit');
  await stop(app, made.id);
  await page.route('**/workspace-quota', (route) => route.fulfill({ json: { credits_consumed: 140, budget: 130 } }));
  await app.open('/@ken/near-limit');
  await expect(page.getByRole('link', { name: /140 of 130 credits/ }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Start', exact: true }).press('Enter');
  const question = page.getByRole('dialog', { name: 'Start near-limit?' });
  await expect(question).toContainText(/credits are missing in .*, as far as its last start tells: its build would be refused\./);
  await app.axe();
  expect(await app.latest(made.id)).toBe('2 stopped');
  // It is an estimate: the control plane knows better, and lets it through.
  await question.getByRole('button', { name: 'Start near-limit' }).press('Enter');
  await expect.poll(() => app.latest(made.id), { timeout: 30_000 }).toBe('3 running');
});
