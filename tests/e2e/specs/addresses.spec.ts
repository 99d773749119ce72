// No address panics, loops, leaves the page white or leads elsewhere; what stands in an address arrives as it was written.
import type { Page } from '@playwright/test';
import { PASSWORD, PEOPLE, expect, test, type App, type Complaints } from '../support/fixture';
import { BACK, HOSTILE, generated } from '../support/addresses';

/** What a workspace or a list of that name is answered with. */
function answers(complaints: Complaints): void {
  for (const status of [400, 401, 404, 414, 431]) complaints.allow(status, /\/api\/v2\//);
  // The self-test asks for a file that is missing, to see what the host says.
  complaints.allow(404, /\/assets\/missing-0+\.js$/);
}

/** Requests that left for another host, from here on. */
function astray(app: App): string[] {
  const found: string[] = [];
  app.page.on('request', (request) => {
    if (/^https?:/.test(request.url()) && new URL(request.url()).origin !== app.server.url) found.push(request.url());
  });
  return found;
}

/** Waits until the page says something, and tells what is wrong with it. */
function wrong(page: Page, base: string): Promise<string> {
  return page.evaluate(async (base) => {
    const shown = (id: string) => document.getElementById(id)?.hidden === false;
    const text = () => document.getElementById('main')?.innerText.trim() ?? '';
    const end = performance.now() + 10_000;
    while (text() === '' && !shown('crash') && !shown('boot-error') && performance.now() < end) await new Promise((done) => setTimeout(done, 10));
    if (shown('crash')) return `crashed: ${document.getElementById('crash-report')?.textContent}`;
    if (shown('boot-error')) return `did not start: ${document.getElementById('boot-error')?.innerText}`;
    if (text() === '') return 'is white';
    if (new URL(document.baseURI).pathname !== base) return `has the base ${document.baseURI}`;
    return '';
  }, base);
}

async function enter(app: App): Promise<void> {
  await app.page.getByLabel('E-mail').fill(PEOPLE.owner);
  await app.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await app.page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

for (const signed of ['out', 'in'] as const) {
  test(`hostile addresses, signed ${signed}: each is loaded, and shows a page`, async ({ app, base, complaints }) => {
    test.setTimeout(180_000);
    answers(complaints);
    // A known segment below another one is taken for a page of an app that lives there; that it does not is found out by its files (docs/decisions/0002).
    complaints.allow(404, /\/a\/(config\.json|assets\/\S+)$/);
    complaints.expect(/Refused to apply style from '\S+\/a\/assets\//);
    if (signed === 'in') await app.signIn();
    const found = astray(app);
    const failed: string[] = [];
    // A path with a dot in its last segment is a file's: the server answers it, not the app. By history the app sees those as well.
    const loaded = HOSTILE.filter((path) => path === 'index.html' || !path.split(/[?#]/)[0].split('/').at(-1)?.includes('.'));
    for (const path of loaded) {
      await app.page.goto(app.server.url + base + path, { waitUntil: 'commit' });
      const what = await wrong(app.page, base);
      if (what !== '') failed.push(`${JSON.stringify(path)} ${what}`);
    }
    expect(failed).toEqual([]);
    expect(found).toEqual([]);
  });

  test(`hundreds of addresses, signed ${signed}: by history, with a state that is not ours, and back`, async ({ app, base, complaints }) => {
    test.setTimeout(180_000);
    answers(complaints);
    if (signed === 'in') await app.signIn();
    else await app.open('/sign-in');
    const found = astray(app);
    const failed = await app.page.evaluate(
      async ([base, paths]) => {
        const failed: string[] = [];
        const shown = (id: string) => document.getElementById(id)?.hidden === false;
        const text = () => document.getElementById('main')?.innerText.trim() ?? '';
        const states = [null, 'x', 7, { path: '//evil.test' }, [[]], new Date(0)];
        for (const [index, path] of paths.entries()) {
          const url = new URL(location.origin + base + path);
          // A browser lets a page change its address only so often.
          for (let tries = 0; location.href !== url.href && tries < 100; tries += 1) {
            history.pushState(states[index % states.length], '', url.href);
            if (location.href !== url.href) await new Promise((done) => setTimeout(done, 100));
          }
          dispatchEvent(new PopStateEvent('popstate', { state: states[index % states.length] }));
          const end = performance.now() + 10_000;
          do await new Promise(requestAnimationFrame);
          while (text() === '' && !shown('crash') && performance.now() < end);
          if (shown('crash')) return [...failed, `${JSON.stringify(path)} crashed: ${document.getElementById('crash-report')?.textContent}`];
          if (text() === '') failed.push(`${JSON.stringify(path)} is white`);
          if (index % 10 === 9) {
            // Two steps back, through what was before.
            const heard = new Promise((done) => addEventListener('popstate', done, { once: true }));
            history.go(-2);
            await heard;
          }
        }
        return failed;
      },
      [base, [...HOSTILE, ...generated(300)]] as [string, string[]],
    );
    expect(failed).toEqual([]);
    expect(found).toEqual([]);
    expect(new URL(app.page.url()).origin).toBe(app.server.url);
    // And it goes on working.
    await app.open(signed === 'in' ? '/workspaces' : '/sign-in');
    await expect(app.page.getByRole('heading', { level: 1 })).toBeVisible();
  });
}

test('where one came from is returned to if it is a page of the app, else the list', async ({ app, base }) => {
  test.setTimeout(120_000);
  const below = base.replace(/\/$/, '');
  await app.signIn();
  const found = astray(app);
  for (const [back, leads] of BACK) {
    const own = back.startsWith('/') ? below + back : back;
    await app.open(`/sign-in?back=${encodeURIComponent(own)}`);
    await expect(app.page, JSON.stringify(back)).toHaveURL(app.server.url + below + (leads ?? '/workspaces'));
    expect(await wrong(app.page, base), back).toBe('');
  }
  // Once the way that was signed out goes. A page that is open then would ask without its cookie.
  await app.page.goto('about:blank');
  await app.page.context().clearCookies();
  await app.open(`/sign-in?back=${encodeURIComponent('/.//evil.test')}`);
  await enter(app);
  await app.inList();
  expect(found).toEqual([]);
});

test('an address below the app that a host redirected is shown, and no other', async ({ app, base }) => {
  await app.signIn();
  for (const [to, leads] of [
    ['/quota', 'quota'],
    ['/workspaces?q=name%3Aa%26b%3Dc', 'workspaces?q=name%3Aa%26b%3Dc'],
    ['/@ada/gantry-web?x=%2541#y', '@ada/gantry-web?x=%2541#y'],
    ['/nowhere', 'nowhere'],
    ['/x/../quota', 'quota'],
    ['quota', 'workspaces'],
    ['/\t/quota', 'workspaces'],
    ['/\r/quota', 'workspaces'],
    ['/\\quota', 'workspaces'],
    ['/../../quota', base === '/' ? 'quota' : 'workspaces'],
    ['//quota', 'workspaces'],
    ['', 'workspaces'],
  ] as const) {
    await app.open(`/?to=${encodeURIComponent(to)}`);
    await expect(app.page, JSON.stringify(to)).toHaveURL(app.server.url + base + leads);
    expect(await wrong(app.page, base), to).toBe('');
  }
  // Only there: an address that names a page already is that page's.
  await app.open('/workspaces?to=/quota');
  await app.inList();
});

test('an unknown address asks for nothing that is not there, and says so', async ({ app, base }) => {
  const asked: string[] = [];
  app.page.on('response', (response) => asked.push(`${response.status()} ${new URL(response.url()).pathname}`));
  for (const path of ['/nowhere', '/nowhere/', '/nowhere/deep', '/nowhere/deep/', '/nowhere/deep/er/', '/@ada', '/%40ada']) {
    for (const fresh of [true, false]) {
      if (fresh && asked.length > 0) await app.page.evaluate(() => localStorage.clear());
      asked.length = 0;
      await app.open(path);
      await expect(app.page.getByRole('heading', { name: 'There is no page at this address' })).toBeVisible();
      await expect(app.page.getByRole('link', { name: 'Go to workspaces' })).toHaveAttribute('href', `${base}workspaces`);
      expect(asked.filter((one) => !/^(200|304|307) /.test(one) && !/^401 \S+\/users\/me$/.test(one)), path).toEqual([]);
      expect(asked.filter((one) => /\/assets\//.test(one) && !one.includes(` ${base}assets/`)), path).toEqual([]);
    }
  }
});

test('what is typed is what is asked, now and after signing in and a reload', async ({ app }) => {
  const asked: string[] = [];
  app.page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname.endsWith('/api/v2/workspaces')) asked.push(url.searchParams.get('q') ?? '');
  });
  await app.open('/workspaces?q=name%3Aa%26b%3Dc');
  await enter(app);
  await app.inList();
  const filter = app.page.getByRole('combobox').or(app.page.getByRole('searchbox')).or(app.page.getByRole('textbox')).first();
  await expect(filter).toHaveValue('name:a&b=c');
  await expect.poll(() => asked).toContain('name:a&b=c');
  await expect(app.page).toHaveURL(app.address('/workspaces?q=name%3Aa%26b%3Dc'));
  for (const text of ['%41%42', 'name:100%', 'a+b c', 'é🦀#?/']) {
    await filter.fill(text);
    await expect.poll(() => asked, { message: text }).toContain(text);
    asked.length = 0;
    await app.page.reload();
    await expect(filter).toHaveValue(text);
    // Ahead of the application and by it: the same question, once.
    await expect.poll(() => asked.filter((one) => one === text), { message: text }).toHaveLength(1);
  }
  expect(asked.filter((one) => ['name:a', 'AB', 'a b c'].includes(one))).toEqual([]);
});

test('a name of odd characters is followed by a link as it is, and found again', async ({ app, complaints }) => {
  complaints.allow(403, /\/users\/[^/]+\/workspace\//);
  const NAME = '100%41 a?b#c&d+é';
  const asked: string[] = [];
  await app.signIn();
  await app.page.route(/\/api\/v2\/workspaces\?/, async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { workspaces: { name: string }[] };
    if (body.workspaces[0]) body.workspaces[0].name = NAME;
    await route.fulfill({ response, json: body });
  });
  await app.page.route(/\/users\/[^/]+\/workspace\//, (route) => {
    asked.push(new URL(route.request().url()).pathname.split('/').at(-1) ?? '');
    return route.fulfill({ status: 403, json: { message: 'Forbidden.' } });
  });
  await app.open('/workspaces?q=');
  const link = app.page.getByRole('link', { name: NAME, exact: true }).first();
  const href = await link.getAttribute('href');
  await link.click();
  await expect(app.page).toHaveURL(new RegExp(`/@[^/]+/${encodeURIComponent(NAME).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));
  expect(new URL(app.page.url()).pathname).toBe(href);
  await expect.poll(() => asked.map(decodeURIComponent)).toContain(NAME);
  asked.length = 0;
  await app.page.reload();
  await expect.poll(() => asked.map(decodeURIComponent)).toContain(NAME);
});

test('a browser that refuses an address is no reason to stop', async ({ app }) => {
  await app.signIn();
  await app.page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('Too many calls', 'SecurityError');
    };
    history.pushState = refuse;
    history.replaceState = refuse;
  });
  for (const path of ['', '/evil.test/', 'sign-in?back=%2F.%2F%2Fx', '?to=/%09/x']) {
    await app.page.goto(app.server.url + app.base + path);
    expect(await wrong(app.page, app.base), path).toBe('');
  }
  await app.inList();
  await app.page.getByRole('banner').getByRole('link', { name: 'Quota' }).click();
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
});
