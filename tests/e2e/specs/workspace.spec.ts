// One workspace: what it is, its agents, resources and builds; and one that is gone or hidden.
import { expect, test } from '../support/fixture';

test.beforeEach(async ({ app }) => {
  await app.signIn();
});

test('says what the API says: agents, resources with their cost, builds', async ({ app }) => {
  const made = await app.make('two-agents-page');
  const build = made.latest_build;
  await app.open('/@ada/two-agents-page');
  await expect(app.page.getByRole('heading', { name: 'two-agents-page', level: 1 })).toBeVisible();
  const main = app.page.getByRole('main');
  const agents = build.resources.flatMap((resource) => resource.agents ?? []);
  expect(agents.length).toBeGreaterThan(1);
  for (const agent of agents) await expect(main).toContainText(agent.name);
  const shown = build.resources.filter((one) => !one.hide);
  expect(shown.some((one) => one.daily_cost > 0)).toBe(true);
  for (const resource of shown) {
    const row = app.page.getByRole('row').filter({ hasText: resource.type }).filter({ hasText: resource.name });
    await expect(row.first().getByRole('cell', { name: String(resource.daily_cost), exact: true })).toBeVisible();
  }
  await expect(app.page.getByRole('link', { name: '#1', exact: true })).toBeVisible();
  await app.axe();
});

test('follows what happens elsewhere without being reloaded', async ({ app }) => {
  const made = await app.make('elsewhere');
  await app.open('/@ada/elsewhere');
  await expect(app.page.getByRole('button', { name: /^Stop/ })).toBeVisible();
  const latest = app.page.getByRole('region', { name: 'Latest build' });
  await expect(latest.getByRole('img', { name: /^Waterfall of build 1: start succeeded/ })).toBeVisible();
  await app.build(made.id, 'stop');
  await expect(app.page.getByRole('main')).toContainText('Stopped');
  await expect(app.page.getByRole('button', { name: /^Start/ })).toBeVisible();
  await expect(app.page.getByRole('link', { name: '#2', exact: true })).toBeVisible();
  // The latest build is the other one now, with its own bar and ways to it.
  await expect(latest.getByRole('img', { name: /^Waterfall of build 2: stop succeeded/ })).toBeVisible();
  await expect(latest.getByRole('img')).toHaveCount(1);
  for (const name of ['Build 2', 'Open waterfall']) await expect(latest.getByRole('link', { name, exact: true })).toHaveAttribute('href', /\/builds\/2$/);
  await expect(latest).not.toContainText('Build 1');
});

test('a workspace that is renamed elsewhere has the address under which a reload finds it', async ({ app }) => {
  const made = await app.make('before-the-name');
  await app.open('/@me/before-the-name');
  await expect(app.page.getByRole('heading', { name: 'before-the-name', level: 1 })).toBeVisible();
  await expect(app.page).toHaveURL(/\/@ada\/before-the-name$/);
  await app.api('PATCH', `/workspaces/${made.id}`, { name: 'after-the-name' });
  await expect(app.page.getByRole('heading', { name: 'after-the-name', level: 1 })).toBeVisible();
  await expect(app.page).toHaveURL(/\/@ada\/after-the-name$/);
  await expect(app.page).toHaveTitle(/^after-the-name/);
  await app.page.reload();
  await expect(app.page.getByRole('heading', { name: 'after-the-name', level: 1 })).toBeVisible();
});

test('an action under way is told at its head as in its row', async ({ app }) => {
  await app.make('restart-at-the-head');
  await app.open('/@ada/restart-at-the-head');
  const say = app.page.getByRole('main').getByText(/^\s*Restarting:/).first();
  await app.page.getByRole('button', { name: /^Restart/ }).click();
  await app.page.getByRole('dialog').getByRole('button', { name: /^Restart/ }).click();
  await expect(say).toBeVisible();
  // Each sentence that stood there is heard, however short it stood.
  const heard = await app.page.evaluateHandle(() => {
    const texts: string[] = [];
    const hear = () => {
      const text = (document.querySelector('main')?.querySelector('h1')?.parentElement?.parentElement?.textContent ?? '').replace(/\s+/g, ' ');
      if (texts.at(-1) !== text) texts.push(text);
    };
    hear();
    new MutationObserver(hear).observe(document.body, { subtree: true, childList: true, characterData: true });
    return texts;
  });
  await expect(app.page.getByRole('main')).toContainText(/Running since/, { timeout: 60_000 });
  const told = await heard.jsonValue();
  expect(told.some((text) => /Restarting: 2 of 2: starting/.test(text)), told.join('\n')).toBe(true);
  // Stopped is where it passes through, not what it is.
  expect(told.filter((text) => /Stopped since/.test(text))).toEqual([]);
});

test('a workspace that was deleted says so under its old address', async ({ app, complaints }) => {
  complaints.allow(404, /\/api\/v2\/users\/ada\/workspace\/was-here(\/builds\/2)?$/);
  const made = await app.make('was-here');
  await app.build(made.id, 'delete');
  await app.gone(made.id);
  await app.open('/@ada/was-here');
  await expect(app.page.getByRole('heading', { name: 'This workspace was deleted' })).toBeVisible();
  await expect(app.page.getByText('This workspace was deleted')).toHaveCount(1);
  await app.axe();
  await app.page.getByRole('link', { name: 'Build 2, its last' }).click();
  await expect(app.page.getByRole('heading', { name: 'Build 2', level: 1 })).toBeVisible();
  await app.page.goBack();
  // Another one has its name now.
  await app.make('was-here');
  await app.page.getByRole('button', { name: 'Try again' }).click();
  await expect(app.page.getByRole('heading', { name: 'was-here', level: 1 })).toBeVisible();
});

test('the latest build in a sentence and a bar, live until it is over', async ({ app }) => {
  const made = await app.make('held-build-bar', 'docker', false);
  await app.open('/@ada/held-build-bar');
  const latest = app.page.getByRole('region', { name: 'Latest build' });
  await expect(latest).toContainText(/Start pending|Starting:/);
  await app.goesOn(made.id);
  await expect(latest).not.toContainText(/Start pending|Starting:/);
  type Timings = { provisioner_timings: { stage: string }[]; agent_connection_timings: unknown[] };
  const timings = await app.api<Timings>('GET', `/workspacebuilds/${made.latest_build.id}/timings`);
  const bar = latest.getByRole('img', { name: /^Waterfall of build 1: start succeeded/ });
  await expect(bar).toBeVisible();
  // One stretch for each phase that the API has timings of, in their order, and no other.
  const stages = [...new Set(timings.provisioner_timings.map((one) => one.stage))];
  expect(stages.sort()).toEqual(['apply', 'graph', 'init', 'plan']);
  const phases = ['queue', 'init', 'plan', 'apply', 'graph', 'connect', 'scripts'];
  await expect(bar.locator('> rect')).toHaveClass(phases.map((phase) => new RegExp(`^p-${phase}\\b`)));
  // Connect is hatched by a pattern that the browser knows as one.
  expect(await bar.locator('pattern').evaluate((pattern) => pattern instanceof SVGPatternElement)).toBe(true);
  // What the bar shows adds up to the bar: nothing lies outside of it.
  const ends = await bar.locator('> rect').evaluateAll((rects) => rects.map((rect) => parseFloat(rect.getAttribute('x') ?? '') + parseFloat(rect.getAttribute('width') ?? '')));
  expect(Math.max(...ends)).toBeGreaterThan(99);
  expect(Math.max(...ends)).toBeLessThan(100.2);
  await app.axe();
  await latest.getByRole('link', { name: 'Open waterfall' }).click();
  await expect(app.page.getByRole('heading', { name: 'Build 1', level: 1 })).toBeVisible();
});

test('builds older than the newest are there on request', async ({ app }) => {
  const workspace = await app.api<{ id: string; latest_build: { build_number: number } }>('GET', '/users/me/workspace/gantry-web');
  const all = workspace.latest_build.build_number;
  expect(all).toBeGreaterThan(25);
  await app.open('/@ada/gantry-web');
  const numbers = app.page.getByRole('link', { name: /^#\d+$/ });
  await expect(numbers).toHaveCount(25);
  await expect(app.page.getByText(`25 of ${all}`)).toBeVisible();
  const older = app.page.getByRole('button', { name: 'Older builds' });
  while (await older.isVisible()) {
    const before = await numbers.count();
    await older.click();
    await expect.poll(() => numbers.count()).toBeGreaterThan(before);
  }
  expect(await numbers.allTextContents()).toEqual(Array.from({ length: all }, (_, index) => `#${all - index}`));
});

test('the log of a failed build is asked for once: by the row, the workspace\'s page and the build\'s page', async ({ app }) => {
  const { page } = app;
  const made = await app.make('fail-apply-once');
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes(`/workspacebuilds/${made.latest_build.id}/logs`)) asked.push(request.url());
  });
  await app.open('/workspaces?q=name%3Afail-apply-once');
  await expect(app.row('fail-apply-once')).not.toContainText('exit status');
  await app.row('fail-apply-once').getByRole('link', { name: 'fail-apply-once', exact: true }).click();
  const latest = page.getByRole('region', { name: 'Latest build' });
  await expect(latest).toContainText('Start failed');
  await latest.getByRole('link', { name: 'Open waterfall' }).click();
  await expect(page.getByRole('region', { name: 'Log' })).toContainText('at the first error');
  expect(asked).toHaveLength(1);
});

test('the terminal is a page of the control plane\'s dashboard, where that has an address of its own', async ({ start, visit }) => {
  const app = await visit(await start(['--memory', '--seed', 'company', '--speed', '20', '--access-url', 'https://coder.example.com']));
  await app.signIn();
  const made = await app.make('terminal');
  const agent = made.latest_build.resources.flatMap((resource) => resource.agents ?? [])[0];
  await app.open('/@ada/terminal');
  const link = app.page.getByRole('region', { name: 'Agents' }).getByRole('link', { name: 'Terminal', exact: true });
  await expect(link).toHaveAttribute('href', `https://coder.example.com/@ada/terminal.${agent.name}/terminal`);
});

test('what an agent offers to open, and its log', async ({ app }) => {
  const made = await app.make('openers');
  const agent = made.latest_build.resources.flatMap((resource) => resource.agents ?? [])[0] as { id: string; name: string; display_apps: string[] };
  await app.open('/@ada/openers');
  const agents = app.page.getByRole('region', { name: 'Agents' });
  await expect(agents).toContainText('1 of 1 connected');
  expect(agent.display_apps).toEqual(expect.arrayContaining(['vscode', 'web_terminal', 'ssh_helper']));
  const editor = agents.getByRole('link', { name: 'VS Code', exact: true });
  await expect(editor).toHaveAttribute('href', new RegExp(`^vscode://coder\\.coder-remote/open\\?owner=ada&workspace=openers&url=http%3A%2F%2F[^&]+&agent=${agent.name}(&folder=[^&]+)?$`));
  // This page is at 127.0.0.1 and the control plane calls itself localhost: what would be opened there is this app, which has no terminal.
  const terminal = agents.getByRole('button', { name: 'Terminal', exact: true });
  await expect(terminal).toHaveAttribute('aria-disabled', 'true');
  await expect(terminal).toHaveAccessibleDescription(/a page of the control plane’s dashboard, and Gantry is served at the dashboard’s address/);
  const ssh = await app.api<{ hostname_suffix: string }>('GET', '/deployment/ssh');
  await expect(agents).toContainText(`ssh ${agent.name}.openers.ada.${ssh.hostname_suffix}`);
  for (const link of await agents.getByRole('link').all()) expect(await link.getAttribute('rel')).toContain('external');

  const lines = await app.api<{ output: string }[]>('GET', `/workspaceagents/${agent.id}/logs`);
  expect(lines.length).toBeGreaterThan(0);
  const toggle = agents.getByRole('button', { name: `Log of agent ${agent.name}` });
  await toggle.click();
  await expect(toggle).toHaveAttribute('aria-expanded', 'true');
  const log = agents.getByRole('log', { name: `Log of agent ${agent.name}` });
  // The colours of a terminal are looks of the text, not characters of it.
  const plain = (text: string) => text.replace(/\u001b\[[0-9;]*m/g, '').trim();
  for (const line of lines.slice(0, 20)) await expect(log).toContainText(plain(line.output));
  await expect(log).not.toContainText('\u001b');
  await app.axe();
});

test('the focus stays where it is while the clock goes on', async ({ app }) => {
  const made = await app.make('held-build-focus', 'docker', false);
  await app.page.clock.install();
  await app.open('/@ada/held-build-focus');
  const first = app.page.getByRole('link', { name: '#1', exact: true });
  const line = app.page.getByRole('listitem').filter({ has: first });
  await expect(line).toContainText('so far');
  await first.focus();
  await app.passes(3_000);
  await expect(first).toBeFocused();
  // Its build ends, its line is another.
  await app.goesOn(made.id);
  await expect(line).not.toContainText('so far');
  await expect(first).toBeFocused();
  const agents = app.page.getByRole('region', { name: 'Agents' });
  const editor = agents.getByRole('link', { name: 'VS Code', exact: true });
  await expect(editor).toBeVisible();
  await editor.focus();
  // The page's clock ticks once a second: two ticks are enough to build a view anew.
  await app.passes(3_000);
  await expect(editor).toBeFocused();
});

test('a workspace that is gone or hidden', async ({ app, complaints }) => {
  complaints.allow(404, /\/api\/v2\/users\/ada\/workspace\/nobody/);
  await app.open('/@ada/nobody');
  await expect(app.page.getByRole('heading', { name: 'Not found, or you have no access' })).toBeVisible();
  await app.axe();
  await app.page.getByRole('button', { name: 'Try again' }).click();
  await expect(app.page.getByText(/^Asked again at /)).toBeVisible();
  await app.make('nobody');
  await app.page.getByRole('button', { name: 'Try again' }).click();
  await expect(app.page.getByRole('heading', { name: 'nobody', level: 1 })).toBeVisible();
});

