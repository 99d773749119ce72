// The API under another path than its own, as config.json says it: everything is asked there, and nothing at the usual path, not even ahead.
import { COMPANY, PASSWORD, PEOPLE, expect, test, type App } from '../support/fixture';

const API = '/coder/api/v2';

/** A visit to a control plane that has its API there; `asked` is what was asked of any API. */
async function moved(app: App): Promise<string[]> {
  const asked: string[] = [];
  await app.page.route('**/config.json', (route) => route.fulfill({ json: { api: `${API}/` } }));
  app.page.on('request', (request) => {
    const path = new URL(request.url()).pathname;
    if (path.includes('/api/v2')) asked.push(path);
  });
  app.page.on('websocket', (socket) => asked.push(new URL(socket.url()).pathname));
  return asked;
}

test('everything is asked where config.json says, from the first visit on', async ({ start, visit }) => {
  const server = await start([...COMPANY, '--speed', '20', '--api-path', API]);
  const app = await visit(server);
  const asked = await moved(app);
  await app.fillIn(PEOPLE.owner, PASSWORD);
  await app.inList();
  const row = app.page.getByRole('main').getByRole('table').getByRole('link').first();
  for (const visit_ of ['the first', 'a later one']) {
    asked.length = 0;
    await app.open('/workspaces');
    await expect(row).toBeVisible();
    // Each once: what was asked ahead is what the application takes.
    for (const path of ['/users/me', '/workspaces']) expect(asked.filter((one) => one === API + path), `${path}, ${visit_}`).toHaveLength(1);
  }
  await row.click();
  await expect(app.page.getByRole('region', { name: 'Agents' })).toBeVisible();
  await expect.poll(() => asked.filter((one) => /watch-ws$/.test(one)).length, { message: 'the socket of the workspace' }).toBeGreaterThan(0);
  await app.open('/quota');
  await expect(app.page.getByRole('heading', { name: 'Quota', level: 1 })).toBeVisible();
  expect(asked.filter((one) => !one.startsWith(`${API}/`))).toEqual([]);
});

test('single sign-on begins there', async ({ start, visit }) => {
  const server = await start([...COMPANY, '--oidc', '--github', '--api-path', API]);
  const { port } = new URL(server.url);
  const app = await visit({ ...server, url: `http://localhost:${port}` });
  const asked = await moved(app);
  await app.open('/sign-in?back=%2Fquota');
  const back = app.base === '/' ? '%2Fquota' : '%2Fworkspaces';
  const ways = app.page.locator('.pair a');
  await expect(ways).toHaveCount(2);
  for (const [index, way] of ['oidc', 'oauth2/github'].entries()) {
    await expect(ways.nth(index)).toHaveAttribute('href', new RegExp(`^${API}/users/${way}/callback\\?redirect=.*${back}$`));
  }
  expect(asked.filter((one) => !one.startsWith(`${API}/`))).toEqual([]);
});

for (const api of ['/\t/evil.test/api/v2', '//evil.test/api/v2', '/\\evil.test/api/v2', '/.//evil.test', 'https://evil.test/api/v2', '/api/v2?x', 'javascript:alert(1)']) {
  test(`config.json: ${JSON.stringify(api)} is no path of this host, and nothing is asked of it`, async ({ app }) => {
    const asked: string[] = [];
    app.page.on('request', (request) => {
      if (/api\/v2|evil/.test(request.url())) asked.push(request.url());
    });
    await app.page.route('**/config.json', (route) => route.fulfill({ json: { api } }));
    await app.open('/workspaces');
    await expect(app.page.getByRole('alert')).toContainText('The field “api” of config.json must be a path on this host');
    expect(asked).toEqual([]);
  });
}
