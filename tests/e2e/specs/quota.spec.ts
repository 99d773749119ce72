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
  // On a phone too it says whose figures they are.
  await app.page.setViewportSize({ width: 360, height: 740 });
  await expect(app.page.getByRole('banner').getByText(first.name, { exact: true }).filter({ visible: true })).toHaveCount(1);
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
  // A page that goes before it heard the answer asks again, and may.
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem('gantry.no-quota'))).not.toBeNull();
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
  await app.signOut('ken');
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await app.signIn(PEOPLE.member);
  await expect.poll(() => asked.length).toBe(3);
});

test('a start that the budget refuses: why, what would be enough, that it is freed, and then it starts', async ({ start, visit }) => {
  test.setTimeout(150_000);
  const app = await visit(await start([...COMPANY, '--speed', '30']));
  const { page } = app;
  await app.signIn(PEOPLE.owner);
  // One notebook holds 98 of 260 already.
  await app.make('second-notebook', 'gpu-notebook');
  // What would fit is told before, by the same rule; the choice is in the address.
  const whatIf = page.getByRole('region', { name: 'What if' });
  await app.open('/quota?if=restart/second-notebook');
  await expect(whatIf).toContainText('A restart of second-notebook takes about 98 credits: it fits, and leaves 64.');
  await expect(whatIf).toContainText('The cost is that of its last start.');
  const thought = whatIf.getByRole('combobox', { name: 'What would the quota say to' });
  await thought.selectOption({ label: 'GPU notebook in Research' });
  await expect(whatIf).toContainText('takes about 98 credits: 34 credits are missing, the start would be refused.');
  await expect(whatIf).toContainText('196 of 260, as now');
  await expect(page).toHaveURL(/[?&]if=create/);
  await app.axe();
  await app.open('/quota?if=delete/second-notebook');
  await expect(whatIf).toContainText('A delete of second-notebook frees 98 credits and is never refused.');
  await app.open('/quota?if=stop/second-notebook');
  await expect(whatIf).toContainText('A stop of second-notebook keeps about 18 credits: it fits');
  await app.open('/quota?if=start/gone-long-ago');
  await expect(whatIf).toContainText('That cannot be thought of now');
  const refused = await app.make('third-notebook', 'gpu-notebook');
  expect(refused.latest_build.job.status).toBe('failed');
  const why = page.getByRole('region', { name: 'Why denied' });
  const figures = async () => {
    await expect(why).toContainText('Needs 98, 64 free in research.');
    await expect(why).toContainText('294 of 260, 34 over');
    await expect(why).toContainText('34 credits are missing now.');
    await expect(why.getByRole('button', { name: 'Stop second-notebook' })).toBeVisible();
  };
  // The page of the workspace says so, and the top bar is about its organization, by name.
  await app.open('/@ada/third-notebook');
  await figures();
  const strip = page.getByRole('banner').getByRole('link', { name: /credits/ });
  await expect(strip).toContainText('Research (this page)');
  await expect(strip).toContainText('196 of 260 credits');
  await app.axe();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Quota' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  await expect(strip).toContainText('Acme');
  await expect(strip).not.toContainText('(this page)');
  await figures();
  const research = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Research', exact: true }) });
  await expect(research.getByRole('row', { name: /second-notebook/ })).toContainText('80 of 98; 18 stay');
  await research.getByRole('button', { name: 'Resources of second-notebook' }).press('Enter');
  await expect(research.getByRole('listitem').filter({ hasText: 'aws_instance.gpu' })).toContainText('80');
  await expect(research.getByRole('listitem').filter({ hasText: 'aws_ebs_volume.datasets' })).toContainText('18');
  await app.axe();
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await app.axe();
  await why.getByRole('button', { name: 'Stop second-notebook' }).press('Enter');
  // If its owner was there a moment ago the stop asks.
  const dialog = page.getByRole('dialog');
  await expect(dialog.or(page.getByRole('group', { name: 'Stopping second-notebook' })).first()).toBeVisible();
  if (await dialog.isVisible()) await dialog.getByRole('button', { name: 'Stop second-notebook' }).press('Enter');
  await expect(why).toContainText(/It would fit now, with \d+ credits left\./, { timeout: 60_000 });
  await why.getByRole('button', { name: 'Retry' }).press('Enter');
  await expect.poll(() => app.latest(refused.id), { timeout: 60_000 }).toMatch(/running$/);
  await expect(why).toBeHidden();
});

test('who answers for others sees who holds most; what was held over time adds up; organizations stand side by side', async ({ app, elsewhere }) => {
  await app.signIn(PEOPLE.owner);
  const { page } = app;
  const organizations = await app.api<{ id: string; name: string; display_name: string }[]>('GET', '/users/me/organizations');
  const acme = organizations.find((one) => one.name === 'acme')!;
  const quota = await app.api<{ credits_consumed: number; budget: number }>('GET', `/organizations/${acme.id}/members/me/workspace-quota`);
  await app.open('/quota');
  const all = page.getByRole('region', { name: 'All organizations' });
  await expect(all.getByRole('row', { name: /^Acme/ })).toContainText(String(quota.budget - quota.credits_consumed));
  await expect(all.getByRole('row')).toHaveCount(organizations.length + 1);
  const section = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Acme', exact: true }) });
  await section.getByRole('button', { name: 'Show who holds credits' }).press('Enter');
  const members = section.getByRole('table', { name: 'Members by credits, most first' });
  const held = async () => (await members.getByRole('row').allInnerTexts()).slice(1).map((line) => Number(line.split(/\t|\n/).filter(Boolean)[2]));
  await expect(members.getByRole('row').nth(1)).toBeVisible();
  const figures = await held();
  expect(figures.length).toBeGreaterThan(3);
  expect([...figures].sort((one, other) => other - one)).toEqual(figures);
  await section.getByRole('button', { name: 'Show what was held over time' }).press('Enter');
  await expect(section.getByRole('img', { name: new RegExp(`^Credits held since .*; budget ${quota.budget}$`) })).toBeVisible({ timeout: 30_000 });
  await expect(section.getByRole('table').filter({ hasText: 'By a build of' }).getByRole('row').nth(1)).toContainText(String(quota.credits_consumed));
  await app.axe();
  // Who answers for nobody is not offered it.
  const member = await elsewhere();
  await member.signIn(PEOPLE.member);
  await member.open('/quota');
  await expect(member.page.getByRole('button', { name: 'Show what was held over time' }).first()).toBeVisible();
  await expect(member.page.getByRole('button', { name: 'Show who holds credits' })).toHaveCount(0);
});

test('what is dormant and about to be deleted is told, and kept: one, and all of them', async ({ start, visit }) => {
  const app = await visit(await start([...COMPANY, '--speed', '30']));
  const { page } = app;
  await app.signIn('grace@acme.test');
  const dormant = async (name: string) => (await app.api<{ dormant_at: string | null }>('GET', `/users/grace/workspace/${name}`)).dormant_at;
  expect(await dormant('old-portal')).toBeTruthy();
  await app.open('/@grace/old-portal');
  await expect(page.getByText(/It is deleted .*\(in .*\)\. Activating it keeps it\./)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Keep', exact: true })).toBeVisible();
  await app.axe();
  const other = await app.make('sleeps-too');
  await app.api('PUT', `/workspaces/${other.id}/dormant`, { dormant: true });
  // In the list: how many go soon, and behind that what keeps each of them.
  await app.open('/workspaces?q=owner:me');
  await page.getByRole('button', { name: '1 goes soon' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'What goes soon' });
  await expect(dialog.getByRole('row', { name: /old-portal/ })).toContainText(/deleted in /);
  await expect(dialog.getByRole('button', { name: 'Keep all 2' })).toBeVisible();
  await app.axe();
  await dialog.getByRole('button', { name: 'Keep sleeps-too' }).press('Enter');
  await expect.poll(() => dormant('sleeps-too')).toBeFalsy();
  await expect(dialog.getByRole('button', { name: 'Keep sleeps-too' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await app.api('PUT', `/workspaces/${other.id}/dormant`, { dormant: true });
  await app.open('/quota');
  const radar = page.getByRole('region', { name: 'Dormancy' });
  await expect(radar).toContainText(/1 workspace is deleted within 14 days.*1 workspace is dormant/);
  await expect(radar.getByRole('row', { name: /old-portal/ })).toContainText(/deleted in /);
  await app.axe();
  await radar.getByRole('button', { name: 'Keep all 2' }).press('Enter');
  await expect.poll(() => dormant('old-portal')).toBeFalsy();
  await expect.poll(() => dormant('sleeps-too')).toBeFalsy();
  await expect(radar.getByRole('button', { name: /^Keep/ })).toHaveCount(0);
  // One, by its own button.
  await app.api('PUT', `/workspaces/${other.id}/dormant`, { dormant: true });
  await app.open('/quota');
  await radar.getByRole('button', { name: 'Keep sleeps-too' }).press('Enter');
  await expect.poll(() => dormant('sleeps-too')).toBeFalsy();
});

test('the figures stay while a build waits to be counted, and it is said', async ({ start, visit }) => {
  const server = await start([...COMPANY, '--speed', '30', '--provisioners', '1']);
  const app = await visit(server);
  const { page } = app;
  await app.signIn(PEOPLE.owner);
  const waits = await app.make('waits-its-turn');
  const cost = (await app.api<{ latest_build: { daily_cost: number } }>('GET', `/workspaces/${waits.id}`)).latest_build.daily_cost;
  expect(cost).toBeGreaterThan(0);
  // The only provisioner is busy: the restart's stop is the latest build, and holds nothing.
  const busy = await app.make('held-build-busy', 'docker', false);
  await expect.poll(() => app.latest(busy.id)).toMatch(/starting$/);
  const quota = () => app.api<{ credits_consumed: number; budget: number }>('GET', `/organizations/${waits.organization_id}/members/me/workspace-quota`);
  const counted = async () => (await quota()).credits_consumed;
  await expect.poll(async () => (await app.api<{ latest_build: { daily_cost: number } }>('GET', `/workspaces/${busy.id}`)).latest_build.daily_cost).toBeGreaterThan(0);
  const before = await counted();
  await app.api('POST', `/workspaces/${waits.id}/builds`, { transition: 'stop' });
  await expect.poll(counted).toBe(before - cost);
  await app.open('/quota');
  const section = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Acme', exact: true }) });
  await expect(section).toContainText(`${before} of ${(await quota()).budget} credits`);
  await expect(section).toContainText(`The control plane counts ${before - cost} until such a build is counted.`);
  await expect(section).not.toContainText('held by workspaces that are not listed here');
  await expect(page.getByRole('banner').getByRole('link', { name: /credits/ })).toContainText(`${before} of`);
  await app.axe();
  await app.goesOn(waits.id);
  await expect(section).not.toContainText('until such a build is counted', { timeout: 30_000 });
  await expect.poll(async () => (await section.innerText()).includes(`${await counted()} of`), { timeout: 30_000 }).toBe(true);
});

test('near its budget and over it: what passes, what is refused, and that a stop is checked too', async ({ start, visit }) => {
  const server = await start([...COMPANY, '--speed', '30']);
  const app = await visit(server);
  const { page } = app;
  await app.signIn(PEOPLE.owner);
  const allow = (credits: number) => page.request.post(`${server.url}/embedded/allowance`, { data: { organization: 'research', credits } });
  const notebook = await app.make('one-notebook', 'gpu-notebook');
  const consumed = 196;
  await allow(200);
  await app.open('/quota');
  const research = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Research', exact: true }) });
  await expect(research).toContainText(`${consumed} of 200 credits`);
  await expect(research.getByText('4 free')).toHaveClass(/warn/);
  // An allowance is cut below what is held: a restart would be stopped and not started.
  await allow(100);
  await app.open('/quota?if=restart/one-notebook');
  await expect(research).toContainText('96 over');
  const whatIf = page.getByRole('region', { name: 'What if' });
  await expect(whatIf).toContainText('96 credits are missing');
  await expect(whatIf).toContainText('the start would be refused after its stop, which passes.');
  await app.open('/@ada/one-notebook');
  await page.getByRole('button', { name: 'Restart', exact: true }).press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('as far as its last start tells: its stop passes, its start would be refused.');
  await app.axe();
  await dialog.getByRole('button', { name: 'Restart one-notebook' }).press('Enter');
  // As foreseen: it is stopped, and its start is refused.
  await expect.poll(() => app.latest(notebook.id), { timeout: 60_000 }).toBe('3 failed');
  await expect(page.getByRole('region', { name: 'Why denied' })).toContainText('insufficient quota');
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});
