// When a workspace stops and starts: what is said of it, what may be moved, and what the control plane makes of it. By the keyboard, and on a phone.
import { COMPANY, PEOPLE, expect, test, type App } from '../support/fixture';

type Scheduled = { id: string; ttl_ms?: number; autostart_schedule?: string; latest_build: { deadline?: string; max_deadline?: string } };

async function read(app: App, id: string): Promise<Scheduled> {
  return app.api<Scheduled>('GET', `/workspaces/${id}`);
}

/** Makes a workspace whose template requires a stop. */
async function withRequiredStop(app: App, name: string): Promise<{ id: string }> {
  const template = (await app.api<{ id: string; name: string }[]>('GET', '/templates')).find((one) => one.name === 'aws-linux');
  const made = await app.api<{ id: string }>('POST', '/users/me/workspaces', { template_id: template?.id, name, rich_parameter_values: [{ name: 'region', value: 'eu' }] });
  await app.settled(made.id);
  return made;
}

test('length and starts are set without rounding, from the page, and read back', async ({ app }) => {
  await app.signIn();
  const { page } = app;
  const made = await app.make('planned');
  await app.open('/@ada/planned');
  await page.getByRole('link', { name: 'Change schedule…' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Schedule', level: 1 })).toBeVisible();
  await app.axe();
  const bar = page.getByRole('region', { name: 'Changes' });
  await expect(bar.getByRole('button', { name: 'Save schedule' })).toHaveAttribute('aria-disabled', 'true');
  const length = page.getByRole('textbox', { name: 'after how long' });
  if (!(await length.isVisible())) await page.getByRole('switch', { name: 'Autostop' }).press('Space');
  await length.fill('31 d');
  await expect(page.getByText('At most 30 days.').first()).toBeVisible();
  await length.fill('90 m');
  await page.getByRole('switch', { name: 'Autostart' }).press('Space');
  await page.getByLabel('at what time').fill('07:45');
  const zone = page.getByRole('combobox', { name: 'Time zone' });
  // Times are told where the reader is, too.
  await zone.selectOption('Europe/London');
  await expect(page.getByText('07:45 in Europe/London is 08:45 here, all year.', { exact: false })).toBeVisible();
  await zone.selectOption('UTC');
  await expect(page.getByText(/07:45 in UTC is (08:45|09:45) here now, and (08:45|09:45) for a part of the year/)).toBeVisible();
  await zone.selectOption('Europe/Berlin');
  await expect(page.getByText('here, all year', { exact: false })).toHaveCount(0);
  await page.getByRole('group', { name: 'Days' }).getByRole('button', { name: 'Sat' }).press('Space');
  await expect(bar).toContainText('2 changes: autostop');
  await app.axe();
  await bar.getByRole('button', { name: 'Save schedule' }).press('Enter');
  await expect(page.getByRole('status', { name: 'Messages' })).toContainText('The schedule of planned is saved.');
  const after = await read(app, made.id);
  expect(after.ttl_ms).toBe(90 * 60_000);
  expect(after.autostart_schedule).toBe('CRON_TZ=Europe/Berlin 45 7 * * 1,2,3,4,5,6');
  await expect(page.getByRole('button', { name: 'Restart to apply…' })).toBeVisible();
  // A reload shows what was set, to the minute.
  await page.reload();
  await expect(length).toHaveValue('1 h 30 m');
  await expect(page.getByLabel('at what time')).toHaveValue('07:45');
  await expect(page.getByRole('img', { name: /starts by its schedule/ })).toBeVisible();
  // Switched off, it acts at once, which is said.
  await page.getByRole('switch', { name: 'Autostop' }).press('Space');
  await expect(page.getByText('Switching autostop off acts at once', { exact: false })).toBeVisible();
  await bar.getByRole('button', { name: 'Discard' }).press('Enter');
  await expect(length).toHaveValue('1 h 30 m');
});

test('the stop of a run is an hour later or earlier, within what is allowed, and at a moment', async ({ app, complaints }) => {
  complaints.allow(400, /\/extend$/);
  await app.signIn();
  const { page } = app;
  const made = await app.make('moved-stop');
  const from = async () => Date.parse((await read(app, made.id)).latest_build.deadline ?? '');
  const before = await from();
  expect(Number.isFinite(before)).toBe(true);
  await page.setViewportSize({ width: 360, height: 740 });
  await app.open('/@ada/moved-stop/schedule');
  const field = page.getByLabel('Stops', { exact: true });
  await expect(field).toHaveValue(/T/);
  const shown = await field.inputValue();
  await page.getByRole('button', { name: '1 h later' }).press('Enter');
  await expect.poll(from).toBe(before + 3_600_000);
  await expect(page.getByRole('status', { name: 'Messages' })).toContainText('moved-stop stops');
  await expect(field).not.toHaveValue(shown);
  await page.getByRole('button', { name: '1 h earlier' }).press('Enter');
  await expect.poll(from).toBe(before);
  await expect(field).toHaveValue(shown);
  // Nearer than half an hour no stop is planned: the hour is cut short, and it is said.
  await app.api('PUT', `/workspaces/${made.id}/extend`, { deadline: new Date(Date.now() + 45 * 60_000).toISOString() });
  await page.reload();
  await page.getByRole('button', { name: '1 h earlier' }).press('Enter');
  await expect(page.getByRole('status', { name: 'Messages' })).toContainText('A stop is at least 30 minutes away.');
  await expect.poll(async () => Math.abs((await from()) - Date.now() - 30 * 60_000)).toBeLessThan(60_000);
  await app.api('PUT', `/workspaces/${made.id}/extend`, { deadline: new Date(before).toISOString() });
  await page.reload();
  await expect(field).toHaveValue(shown);
  await field.fill('2020-01-01T00:00');
  await expect(page.getByText('A stop is at least 30 minutes away.', { exact: false }).last()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Keep until then' })).toHaveAttribute('aria-disabled', 'true');
  await app.axe();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  // What the control plane refuses is told with its words, the request and a step, and the stop stays.
  await page.route('**/extend', (route) => route.fulfill({ status: 400, headers: { 'x-coder-request-id': 'r-7' }, json: { message: 'Cannot extend workspace.', detail: 'new deadline is greater than max deadline' } }));
  await page.getByRole('button', { name: '1 h later' }).press('Enter');
  const alert = page.getByRole('alert').filter({ hasText: 'Cannot extend workspace.' });
  await expect(alert).toContainText('new deadline is greater than max deadline');
  await expect(alert).toContainText('r-7');
  await expect(alert).toContainText('then try again');
  expect(await from()).toBe(before);
});

test('a new workspace is created with a schedule of its own, and without one it has the template’s', async ({ app }) => {
  await app.signIn(PEOPLE.member);
  const { page } = app;
  await app.open('/templates/acme/docker/workspace?name=made-planned');
  await expect(page.getByRole('heading', { name: 'Schedule', level: 2 })).toBeVisible();
  await page.getByRole('switch', { name: 'Autostart' }).press('Space');
  await page.getByLabel('at what time').fill('08:15');
  const length = page.getByRole('textbox', { name: 'after how long' });
  if (!(await length.isVisible())) await page.getByRole('switch', { name: 'Autostop' }).press('Space');
  await length.fill('soon');
  await expect(page.getByRole('region', { name: 'Create' })).toContainText('mend its schedule');
  await length.fill('2 h 30 m');
  // Left half filled in, it comes back.
  await page.reload();
  await expect(length).toHaveValue('2 h 30 m');
  await expect(page.getByLabel('at what time')).toHaveValue('08:15');
  await app.axe();
  const create = page.getByRole('button', { name: 'Create workspace' });
  await expect(create).not.toHaveAttribute('aria-disabled', 'true');
  await create.press('Enter');
  await expect(page).toHaveURL(/\/@ken\/made-planned$/);
  const made = await app.api<Scheduled>('GET', '/users/ken/workspace/made-planned');
  expect(made.ttl_ms).toBe(150 * 60_000);
  expect(made.autostart_schedule).toMatch(/^CRON_TZ=\S+ 15 8 \* \* 1-5$/);
});

test('a schedule is acted out on a clock that is moved: autostop, then autostart', async ({ app, server }) => {
  await app.signIn();
  const { page } = app;
  const made = await app.make('acted-out');
  const ahead = (ms: number) => page.request.post(`${server.url}/embedded/clock`, { data: { ahead_ms: ms } });
  const deadline = Date.parse((await read(app, made.id)).latest_build.deadline ?? '');
  const start_at = new Date(deadline + 2 * 3_600_000);
  await app.api('PUT', `/workspaces/${made.id}/autostart`, { schedule: `CRON_TZ=UTC ${start_at.getUTCMinutes()} ${start_at.getUTCHours()} * * *` });
  await app.open('/@ada/acted-out/schedule');
  await expect(page.getByRole('img', { name: /stops; .*starts by its schedule/ })).toBeVisible();
  // Its time is up.
  await ahead(deadline - Date.now() + 60_000);
  await expect.poll(() => app.latest(made.id), { timeout: 30_000 }).toBe('2 stopped');
  await app.open('/@ada/acted-out');
  await expect(page.getByText('by its schedule: autostop').first()).toBeVisible();
  // Two hours later its schedule starts it.
  await ahead(3 * 3_600_000);
  await expect.poll(() => app.latest(made.id), { timeout: 30_000 }).toMatch(/^3 (starting|running|pending)/);
  await page.reload();
  await expect(page.getByText('by its schedule: autostart').first()).toBeVisible();
});

test('a stop that the template requires is said, and a stop is put off up to it and no further', async ({ app }) => {
  await app.signIn();
  const { page } = app;
  const made = await withRequiredStop(app, 'required-stop');
  const max = Date.parse((await read(app, made.id)).latest_build.max_deadline ?? '');
  expect(Number.isFinite(max)).toBe(true);
  const from = async () => Date.parse((await read(app, made.id)).latest_build.deadline ?? '');
  await app.api('PUT', `/workspaces/${made.id}/extend`, { deadline: new Date(max - 30 * 60_000).toISOString() });
  await app.open('/@ada/required-stop/schedule');
  await expect(page.getByRole('main')).toContainText('The template has it stopped on Sat');
  await expect(page.getByRole('img', { name: /stops, required by the template/ })).toBeVisible();
  const later = page.getByRole('button', { name: '1 h later' });
  await later.press('Enter');
  await expect(page.getByRole('status', { name: 'Messages' })).toContainText('No later than');
  await expect.poll(async () => Math.abs((await from()) - max)).toBeLessThan(1_000);
  await expect(later).toHaveAttribute('aria-disabled', 'true');
  await expect(later).toHaveAttribute('title', /The template requires its stop .*: nothing puts it off\./);
  await expect(page.getByRole('main')).toContainText('required by the template, and nothing extends it');
  await app.axe();
});

test('quiet hours are told where they are licensed, and set', async ({ app }) => {
  await app.signIn();
  const { page } = app;
  await withRequiredStop(app, 'quiet-one');
  await app.open('/@ada/quiet-one/schedule');
  const quiet = page.getByRole('region', { name: 'Quiet hours' });
  await expect(quiet).toContainText('Yours begin at 00:00, UTC, as the deployment has it.');
  await quiet.getByLabel('Begin at').fill('22:30');
  await quiet.getByRole('combobox', { name: 'Zone of the quiet hours' }).selectOption('Europe/Berlin');
  await app.axe();
  await quiet.getByRole('button', { name: 'Save quiet hours' }).press('Enter');
  await expect(quiet).toContainText('Yours begin at 22:30, Europe/Berlin.');
  expect((await app.api<{ raw_schedule: string }>('GET', '/users/me/quiet-hours')).raw_schedule).toBe('CRON_TZ=Europe/Berlin 30 22 * * *');
  // The stop that the template requires comes then, from the next start on.
  const other = await withRequiredStop(app, 'quiet-two');
  const max = new Date((await read(app, other.id)).latest_build.max_deadline ?? '');
  expect(max.toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' })).toBe('22:30');
  await app.api('PUT', '/users/me/quiet-hours', { schedule: 'CRON_TZ=UTC 0 0 * * *' });
});

test('what the page does not know the control plane refuses, and its words are shown', async ({ app, complaints }) => {
  complaints.allow(400, /\/extend$/);
  complaints.allow('socket', /watch-ws/);
  await app.signIn();
  const { page } = app;
  const made = await withRequiredStop(app, 'unknown-limit');
  const before = await read(app, made.id);
  const max = Date.parse(before.latest_build.max_deadline ?? '');
  // The last moment is not told to this page.
  await page.routeWebSocket(/watch-ws/, (socket) => socket.close());
  await page.route(/\/api\/v2\/(users\/[^/]+\/workspace\/unknown-limit|workspaces\/[0-9a-f-]{36}$|workspaces\?)/, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    await route.fulfill({ response, body: text.replace(/"max_deadline":"[^"]*"/g, '"max_deadline":null') });
  });
  await app.open('/@ada/unknown-limit/schedule');
  const field = page.getByLabel('Stops', { exact: true });
  const late = new Date(max + 2 * 86_400_000);
  await field.fill(`${late.toISOString().slice(0, 10)}T12:00`);
  await page.getByRole('button', { name: 'Keep until then' }).press('Enter');
  const alert = page.getByRole('alert').filter({ hasText: 'The stop stays where it was.' });
  await expect(alert).toContainText('new deadline is greater than max deadline');
  expect((await read(app, made.id)).latest_build.deadline).toBe(before.latest_build.deadline);
  // What was chosen is not lost.
  await expect(field).toHaveValue(`${late.toISOString().slice(0, 10)}T12:00`);
});

test('moments are told by the clocks of the schedule too, where they are others', async ({ app }) => {
  await app.signIn();
  const { page } = app;
  const made = await app.make('far-away');
  await app.api('PUT', `/workspaces/${made.id}/autostart`, { schedule: 'CRON_TZ=America/New_York 0 9 * * *' });
  const deadline = new Date((await read(app, made.id)).latest_build.deadline ?? '');
  const there = deadline.toLocaleTimeString('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit' });
  const here = deadline.toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' });
  await app.open('/@ada/far-away');
  await expect(page.getByText(/By the clocks of its schedule, America\/New_York: stops .*/)).toContainText(there);
  await page.getByRole('link', { name: 'Change schedule…' }).press('Enter');
  await expect(page.getByText(/By the clocks of its schedule, America\/New_York/)).toContainText(there);
  const words = page.getByRole('table').filter({ hasText: 'starts by its schedule' });
  await expect(words.getByRole('row', { name: /stops/ }).first()).toContainText(here);
  await expect(words.getByRole('row', { name: /stops/ }).first()).toContainText(`${there} there`);
  await app.axe();
});

test('what a licence has of schedules is said, and what it has not is not promised', async ({ complaints, start, visit }) => {
  test.setTimeout(150_000);
  complaints.allow(404, /\/api\/v2\//);
  complaints.allow(403, /\/quiet-hours$/);
  for (const [options, words, isOn] of [
    [['--scheduling', 'trial'], 'come with a trial licence', true],
    [['--scheduling', 'expired'], 'has expired', true],
    [['--scheduling', 'absent'], 'does not have advanced template scheduling', false],
    [['--quota', 'unlicensed'], 'does not have advanced template scheduling', false],
    [['--quota', 'absent'], 'is the open-source build', false],
  ] as const) {
    const app = await visit(await start([...COMPANY, '--speed', '30', ...options]));
    const { page } = app;
    await app.signIn();
    const made = await withRequiredStop(app, 'as-licensed');
    expect(Boolean((await read(app, made.id)).latest_build.max_deadline), words).toBe(isOn);
    await app.open('/@ada/as-licensed/schedule');
    const main = page.getByRole('main');
    await expect(main).toContainText(words);
    await expect(page.getByRole('region', { name: 'Quiet hours' })).toHaveCount(isOn ? 1 : 0);
    if (isOn) await expect(main).toContainText('The template has it stopped on');
    else await expect(main).not.toContainText('The template has it stopped on');
    await page.close();
  }
});
