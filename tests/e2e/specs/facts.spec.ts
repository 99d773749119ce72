// What a template's author wrote reaches the page as links, figures and texts: apps of every kind of address, resources by the thousand. The
// control plane's answers are changed on their way, so that they hold what no template of the seed does.
import { expect, test, type App } from '../support/fixture';

type Fact = { key: string; value: string; sensitive: boolean };
type Told = {
  latest_build: {
    status: string;
    daily_cost: number;
    job: { status: string; error?: string; completed_at?: string };
    resources: { name: string; type: string; hide: boolean; daily_cost: number; metadata?: Fact[]; agents?: { apps: object[] }[] }[];
  };
};

/** Changes each answer that holds the whole workspace: the page's own question, and the frames of its socket. */
async function change(app: App, name: string, how: (workspace: Told) => void): Promise<void> {
  await app.page.route(new RegExp(`/api/v2/users/[^/]+/workspace/${name}(\\?|$)`), async (route) => {
    const answer = await route.fetch();
    const workspace = await answer.json();
    how(workspace);
    await route.fulfill({ response: answer, json: workspace });
  });
  await app.page.routeWebSocket(/\/watch-ws/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const frame = JSON.parse(String(message));
      if (frame.type === 'data' && frame.data?.latest_build) how(frame.data);
      socket.send(JSON.stringify(frame));
    });
  });
}

test.beforeEach(async ({ app }) => {
  await app.signIn();
});

test('an app opens a program of this machine, without a token; what cannot be opened says why and where it can be', async ({ app }) => {
  await app.make('apps-of-programs');
  const urls: Record<string, string> = {
    zed: 'zed://ssh/main.apps-of-programs.ada.coder/home/coder',
    cursor: 'cursor://coder.coder-remote/open?owner=ada&workspace=apps-of-programs&token=$SESSION_TOKEN',
    fleet: 'fleet://open?token=$SESSION_TOKEN',
    script: 'JavaScript:alert(document.cookie)',
    docs: 'https://docs.example.com/start',
  };
  await change(app, 'apps-of-programs', (workspace) => {
    const agent = workspace.latest_build.resources.flatMap((one) => one.agents ?? [])[0];
    const pattern = {
      id: '00000000-0000-4000-8000-000000000000', external: true, icon: '', subdomain: false, sharing_level: 'owner', health: 'disabled',
      healthcheck: { url: '', interval: 0, threshold: 0 }, hidden: false, open_in: 'tab', group: '', command: '', statuses: [],
    };
    if (agent) agent.apps = Object.entries(urls).map(([slug, url]) => ({ ...pattern, slug, display_name: slug, url }));
  });
  await app.open('/@ada/apps-of-programs');
  const agents = app.page.getByRole('region', { name: 'Agents' });
  const link = (name: string) => agents.getByRole('link', { name, exact: true });
  await expect(link('zed')).toHaveAttribute('href', urls.zed);
  await expect(link('zed')).not.toHaveAttribute('target', /./);
  await expect(link('cursor')).toHaveAttribute('href', 'cursor://coder.coder-remote/open?owner=ada&workspace=apps-of-programs');
  await expect(link('docs')).toHaveAttribute('href', urls.docs);
  await expect(link('docs')).toHaveAttribute('target', '_blank');
  for (const name of ['fleet', 'script']) {
    await expect(agents.getByRole('button', { name, exact: true })).toHaveAttribute('aria-disabled', 'true');
    await expect(link(name)).toHaveCount(0);
  }
  await expect(agents).toContainText('fleet cannot be opened here: its address needs a session token, which Gantry does not hand out.');
  await expect(agents).toContainText('script cannot be opened here: its address is of a kind that Gantry never opens.');
  expect(await app.page.content()).not.toMatch(/SESSION_TOKEN|href="\s*javascript/i);
  await app.axe();
});

test('a thousand resources are folded, found and counted; hidden ones wait, addresses are links', async ({ app }) => {
  await app.make('thousand-resources');
  await change(app, 'thousand-resources', (workspace) => {
    const pattern = { ...workspace.latest_build.resources[0], agents: undefined };
    workspace.latest_build.resources = Array.from({ length: 1000 }, (_, index) => ({
      ...pattern,
      name: `r${index + 1}`,
      daily_cost: 0,
      hide: index === 4,
      metadata: index === 0 ? [{ key: 'console', value: 'https://console.example.com/i/1', sensitive: false }, { key: 'trap', value: 'javascript:alert(1)', sensitive: false }] : [],
    }));
  });
  await app.open('/@ada/thousand-resources');
  const resources = app.page.getByRole('region', { name: 'Resources' });
  await expect(resources).toContainText('1000 resources');
  const names = () => resources.getByRole('row').evaluateAll((rows) => rows.slice(1).map((row) => row.querySelector('td')?.firstChild?.textContent));
  await expect.poll(names).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21].map((number) => `r${number}`));
  expect((await resources.boundingBox())?.height).toBeLessThan(1200);
  await expect(resources.getByRole('link', { name: 'https://console.example.com/i/1' })).toHaveAttribute('href', 'https://console.example.com/i/1');
  await expect(resources.getByText('javascript:alert(1)')).toBeVisible();
  await expect(resources.getByRole('link')).toHaveCount(1);

  await resources.getByRole('searchbox', { name: 'Find a resource' }).fill('r99');
  await expect.poll(names).toEqual(['r99', 'r990', 'r991', 'r992', 'r993', 'r994', 'r995', 'r996', 'r997', 'r998', 'r999']);
  await expect(resources.getByRole('status')).toHaveText('11 found');
  await resources.getByRole('searchbox', { name: 'Find a resource' }).fill('');
  await resources.getByRole('button', { name: 'Show them' }).click();
  await expect.poll(async () => (await names())[4]).toBe('r5');
  await resources.getByRole('button', { name: 'Show all 1000' }).click();
  await expect(resources.getByRole('row')).toHaveCount(1001);
  await resources.getByRole('button', { name: 'Show only 20' }).click();
  await expect(resources.getByRole('row')).toHaveCount(21);
  await app.axe();
});

test('a build that lists no resources says its credits and the one reason', async ({ app }) => {
  await app.make('holds-twelve');
  await change(app, 'holds-twelve', ({ latest_build: build }) => {
    build.resources = [];
    build.daily_cost = 12;
    build.status = 'failed';
    build.job.status = 'failed';
    build.job.error = 'terraform apply: exit status 1';
  });
  await app.open('/@ada/holds-twelve');
  const resources = app.page.getByRole('region', { name: 'Resources' });
  await expect(resources).toContainText('12 credits');
  await expect(resources).toContainText('A build that did not succeed lists no resources. Those that it made may still exist.');
});
