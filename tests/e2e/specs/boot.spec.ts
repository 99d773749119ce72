// The page's own start: any sub-path, the configuration, and what is said when a part does not arrive.
import { CUT_OFF, PASSWORD, PEOPLE, expect, test } from '../support/fixture';

test('deep links load one application and nothing astray', async ({ app, base }) => {
  const asked: string[] = [];
  app.page.on('response', (response) => {
    const url = new URL(response.url());
    if (!url.pathname.startsWith('/api/')) asked.push(`${response.status()} ${url.pathname}`);
  });
  await app.page.clock.install();
  for (const path of ['/', '/workspaces?q=status%3Afailed', '/@ada/nobody', '/quota', '/sign-in']) {
    // What the page before still fetches while there is time is not this one's.
    await app.page.goto('about:blank');
    asked.length = 0;
    await app.open(path);
    await expect(app.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
    // What is fetched later, once there is time, has been fetched.
    await app.pastTheHold();
    expect(asked.filter((one) => /\/gantry_bg-\w+\.wasm$/.test(one)), path).toHaveLength(1);
    // Below a prefix, an address without a known segment may be one of an app above: the folder above is asked for its page, once a release. Here that
    // leads back to the app.
    if (path === '/' && base !== '/') for (const look of ['307 /', `200 ${base}`]) asked.splice(asked.lastIndexOf(look), 1);
    expect(asked.filter((one, at) => asked.indexOf(one) !== at), `twice, at ${path}`).toEqual([]);
    expect(asked.filter((one) => !/^(200|304) /.test(one)), path).toEqual([]);
    expect(asked.filter((one) => !one.split(' ')[1]?.startsWith(base)), `outside of the base, at ${path}`).toEqual([]);
  }
});

test('the configuration names the console', async ({ app }) => {
  await app.page.route('**/config.json', (route) => route.fulfill({ json: { name: 'Acme console' } }));
  await app.open('/sign-in');
  await expect(app.page.getByText('Acme console').first()).toBeVisible();
});

test('without a config.json the defaults hold', async ({ app, complaints }) => {
  complaints.allow(404, /\/config\.json$/);
  await app.page.route('**/config.json', (route) => route.fulfill({ status: 404, body: 'nothing' }));
  await app.signIn();
  await expect(app.page.getByRole('banner')).toContainText('Gantry');
});

for (const [what, answer, words] of [
  ['a wrong type names its field', { json: { api: 5 } }, /api.*must be/],
  ['no JSON is said', { body: '{"api": ' }, /not JSON/],
  ['a web page in its place is said', { contentType: 'text/html', body: '<!doctype html><title>x</title>' }, /HTML/],
  ['an error of the server is said', { status: 503, body: 'down' }, /503/],
] as const) {
  test(`config.json: ${what}`, async ({ app, complaints }) => {
    complaints.allow(503, /\/config\.json$/);
    await app.page.route('**/config.json', (route) => route.fulfill(answer));
    await app.open('/workspaces');
    const alert = app.page.getByRole('alert');
    await expect(alert).toContainText(words);
    await expect(app.page.getByRole('button', { name: 'Try again' })).toBeFocused();
    await app.axe();
  });
}

for (const [what, file, title] of [
  ['a configuration', '**/config.json', 'Gantry could not be reached'],
  ['an application', '**/*.wasm', 'Gantry did not arrive'],
] as const) {
  test(`${what} that is accepted and never answered is not waited for without end`, async ({ app, complaints }) => {
    complaints.allow('network', /(config\.json|\.wasm)$/);
    const { page } = app;
    await page.clock.install();
    // Neither answered nor refused.
    const held = new Promise<void>((asked) => void page.route(file, () => asked()));
    await app.open('/sign-in');
    await held;
    const alert = page.getByRole('alert');
    await expect(async () => {
      await page.clock.runFor(5_000);
      await expect(alert).toContainText(title, { timeout: 200 });
    }).toPass({ timeout: 15_000 });
    await app.axe();
    await page.unroute(file);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  });
}

test('an application that does not arrive is said, and trying again helps', async ({ app, complaints }) => {
  complaints.allow('network', /\.wasm$/);
  await app.page.route('**/*.wasm', (route) => route.abort('connectionreset'));
  await app.open('/sign-in');
  await expect(app.page.getByRole('alert')).toContainText('did not arrive');
  await app.page.unroute('**/*.wasm');
  await app.page.getByRole('button', { name: 'Try again' }).click();
  await expect(app.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
});

/** Says that this browser saves data: nothing is fetched ahead of its use. */
const saveData = () => Object.defineProperty(navigator, 'connection', { value: { saveData: true } });

test('the list fetches no other page; a page is fetched when it is opened, once, and at once where the address names it', async ({ app }) => {
  await app.page.addInitScript(saveData);
  await app.signIn(PEOPLE.owner, PASSWORD);
  // What that page still fetches while there is time is not the next one's.
  await app.page.goto('about:blank');
  const parts: string[] = [];
  app.page.on('request', (request) => {
    const name = /\/((?:split|chunk)_\w+)-\w+\.wasm$/.exec(request.url())?.[1];
    if (name !== undefined) parts.push(name);
  });
  await app.page.clock.install();
  await app.open('/workspaces?q=name%3Agantry-web');
  await app.page.getByRole('link', { name: 'gantry-web', exact: true }).waitFor();
  await app.pastTheHold();
  // What drives actions comes right after the first rows, and no page does.
  expect(parts.filter((one) => one.startsWith('split_'))).toEqual(['split_after_rows']);
  await app.page.getByRole('link', { name: 'gantry-web', exact: true }).click();
  await expect(app.page.getByRole('heading', { name: 'gantry-web', level: 1 })).toBeVisible();
  await expect(app.page.getByRole('heading', { name: 'gantry-web', level: 1 })).toBeFocused(); // also where the page had to be fetched first
  expect(parts).toContain('split_workspace');
  expect(parts).not.toContain('split_build');
  await app.page.goBack();
  await app.page.getByRole('link', { name: 'gantry-web', exact: true }).click();
  await expect(app.page.getByRole('heading', { name: 'gantry-web', level: 1 })).toBeVisible();
  expect(parts.filter((one) => one === 'split_workspace')).toHaveLength(1);

  // The application is held back: its part comes all the same.
  parts.length = 0;
  let go = () => {};
  const held = new Promise<void>((resolve) => { go = resolve; });
  await app.page.route('**/gantry_bg-*.wasm', async (route) => { await held; await route.continue(); });
  const part = app.page.waitForRequest(/\/split_build-\w+\.wasm$/);
  await app.page.goto(app.address('/@ada/gantry-web/builds/1'), { waitUntil: 'commit' });
  await part;
  go();
  await expect(app.page.getByRole('heading', { name: 'Build 1', level: 1 })).toBeVisible();
  expect(parts.filter((one) => one === 'split_build')).toHaveLength(1);
});

test('all pages are fetched once the browser has nothing else to do, after the first rows, and open without the network then', async ({ app, complaints }) => {
  await app.signIn(PEOPLE.owner, PASSWORD);
  // What that page still fetches while there is time is not the next one's.
  await app.page.goto('about:blank');
  const parts: string[] = [];
  app.page.on('requestfinished', (request) => {
    const name = /\/((?:split|chunk)_\w+)-\w+\.wasm$/.exec(request.url())?.[1];
    if (name !== undefined) parts.push(name);
  });
  await app.page.clock.install();
  await app.open('/workspaces?q=name%3Agantry-web');
  await app.page.getByRole('link', { name: 'gantry-web', exact: true }).waitFor();
  const pages = ['split_workspace', 'split_build', 'split_sign_in'];
  expect(pages.filter((one) => parts.includes(one))).toEqual([]);
  await app.pastTheHold();
  await expect.poll(() => pages.filter((one) => !parts.includes(one))).toEqual([]);
  expect(parts.filter((one, at) => parts.indexOf(one) !== at)).toEqual([]);
  complaints.allow('network', CUT_OFF);
  complaints.allow('socket', /\/api\/v2\//);
  await app.page.context().setOffline(true);
  await app.page.getByRole('banner').getByRole('link', { name: 'Quota' }).click();
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
});

test('a page that did not arrive without the network arrives with it, by itself', async ({ app, complaints }) => {
  complaints.allow('network', CUT_OFF);
  complaints.allow('socket', /\/api\/v2\//);
  await app.page.addInitScript(saveData);
  await app.signIn(PEOPLE.owner, PASSWORD);
  await app.open('/workspaces');
  await app.inList();
  await app.page.context().setOffline(true);
  await app.page.getByRole('banner').getByRole('link', { name: 'Quota' }).click();
  await expect(app.page.getByRole('heading', { name: 'This page did not arrive' })).toBeVisible();
  await app.page.context().setOffline(false);
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
});

// Its own file, what it shares with others, the list of what a part is made of, and the styles that pages need.
for (const file of ['split_workspace-*.wasm', 'chunk_*.wasm', 'parts-*.json', 'later-*.css']) {
  test(`a page that does not arrive is said, and trying again helps: ${file}`, async ({ app, complaints }) => {
    await app.page.addInitScript(saveData);
    await app.signIn(PEOPLE.owner, PASSWORD);
    complaints.allow('network', /\/assets\/(split_|chunk_|parts-|later-)/);
    await app.page.route(`**/assets/${file}`, (route) => route.abort('connectionreset'));
    await app.open('/workspaces');
    await app.page.getByRole('banner').getByRole('link', { name: 'Quota' }).click();
    await expect(app.page.getByRole('heading', { name: 'This page did not arrive' })).toBeVisible();
    await app.axe();
    await app.page.unroute(`**/assets/${file}`);
    await app.page.getByRole('button', { name: 'Try again' }).click();
    await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  });
}

test('a server that does not know what wasm is serves the application and its pages all the same', async ({ app }) => {
  await app.page.route('**/*.wasm', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'content-type': 'application/octet-stream' } });
  });
  await app.signIn(PEOPLE.owner, PASSWORD);
  await app.open('/quota');
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  // Parts that are fetched while the browser is idle may still be on their way.
  await app.page.unrouteAll({ behavior: 'wait' });
});

test('a crash freezes the page, keeps the report free of secrets, leads out of the address, and reloads', async ({ app, base }) => {
  await app.signIn(PEOPLE.owner, PASSWORD);
  await app.open('/workspaces?q=name%3Asecret-name');
  await app.inList();
  await app.page.evaluate(() => dispatchEvent(new CustomEvent('gantry:crash', { detail: 'panicked at src/x.rs:1:2\nnever' })));
  const crash = app.page.getByRole('alertdialog', { name: 'Gantry has stopped' });
  await expect(crash).toBeVisible();
  await expect(crash).toContainText('panicked at src/x.rs:1:2');
  await expect(crash).not.toContainText('secret-name');
  await expect(crash.getByRole('button', { name: 'Copy the report and reload' })).toBeFocused();
  // Out of an address that is itself the reason, by the keyboard as well.
  const home = crash.getByRole('link', { name: 'Open the list' });
  await expect(home).toHaveAttribute('href', base);
  await app.page.keyboard.press('Tab');
  await expect(home).toBeFocused();
  await expect(app.page.locator('#app')).toHaveAttribute('inert'); // no focus, no click, out of the accessibility tree
  await app.axe();
  await crash.getByRole('button', { name: 'Copy the report and reload' }).click();
  await app.inList();
  await expect(app.page).toHaveURL(/q=name%3Asecret-name$/);
  await app.page.evaluate(() => dispatchEvent(new CustomEvent('gantry:crash', { detail: 'again' })));
  await home.focus();
  await app.page.keyboard.press('Enter');
  await app.inList();
  await expect(app.page).toHaveURL(app.address('/workspaces'));
});
