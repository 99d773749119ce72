// A hostile control plane: whatever it says where an address belongs, no link, picture or form of ours runs it.
import { PEOPLE, expect, test, type App } from '../support/fixture';

const SCRIPTS = ['javascript:alert(1)', 'JaVaScRiPt://%0aalert(1)', 'java\tscript:alert(1)', ' javascript:alert(1)', 'data:text/html,<script>alert(1)</script>', 'vbscript:x', 'blob:https://x/1', 'file:///etc/passwd'];

/** The same answer with a script in each place of an address. */
function poisoned(value: unknown, script: string, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => poisoned(one, script, key));
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one, script, name)]));
  return typeof value === 'string' && /url|icon|link|href|docs|location|avatar/i.test(key) ? script : value;
}

/** Attributes that a browser would follow, load or send to, with anything else than the web or this app in them. */
function dangerous(app: App): Promise<string[]> {
  return app.page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll('#app *')) {
      for (const name of ['href', 'src', 'srcset', 'action', 'formaction', 'xlink:href', 'data', 'poster']) {
        const value = element.getAttribute(name);
        if (value === null || value.startsWith('#')) continue;
        const { protocol } = new URL(value, location.href);
        if (/^(javascript|data|vbscript|blob|file):$/.test(protocol)) found.push(`${element.outerHTML.slice(0, 120)}`);
      }
    }
    return found;
  });
}

test('no address of a hostile control plane becomes a link that runs', async ({ app, complaints }) => {
  test.setTimeout(120_000);
  complaints.allow(401, /\/api\/v2\//);
  let script = SCRIPTS[0];
  await app.page.route(/\/api\/v2\//, async (route) => {
    try {
      const response = await route.fetch({ maxRedirects: 0 });
      const isJson = response.headers()['content-type']?.includes('json');
      await route.fulfill(isJson ? { response, json: poisoned(await response.json(), script) } : { response });
    } catch {
      // Its page was left meanwhile.
      await route.abort().catch(() => undefined);
    }
  });
  for (const one of SCRIPTS) {
    script = one;
    await app.open('/sign-in');
    await app.page.getByText('Use a token instead').click();
    await expect(app.page.getByLabel('Token', { exact: true })).toBeVisible();
    expect(await dangerous(app), `signing in, ${JSON.stringify(one)}`).toEqual([]);
  }
  await app.signIn(PEOPLE.owner);
  for (const one of SCRIPTS) {
    script = one;
    for (const [path, heading] of [
      ['/workspaces', 'Workspaces'],
      ['/@ada/gantry-web', 'gantry-web'],
      ['/@ada/gantry-web/builds/1', 'Build 1'],
      ['/quota', 'Quota'],
    ] as const) {
      await app.open(path);
      await expect(app.page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
      if (path === '/@ada/gantry-web') await expect(app.page.getByRole('region', { name: 'Agents' })).toBeVisible();
      expect(await dangerous(app), `${path}, ${JSON.stringify(one)}`).toEqual([]);
    }
  }
});
