// What every spec builds on: a control plane per worker, a page that fails its test on whatever the browser complains about, and
// helpers that find things as a person does, by role and accessible name.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test as bare, type BrowserContext, type ConsoleMessage, type Locator, type Page } from '@playwright/test';
import { site, startControlPlane } from './tools.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Set per project in playwright.config.ts. */
export type Options = {
  /** Where the app lives below the host: "/" or "/a/b/". */
  base: string;
};

/** People of the seed, with the password that all of them have. */
export const PEOPLE = { owner: 'ada@acme.test', admin: 'grace@acme.test', member: 'ken@acme.test' } as const;
export const PASSWORD = 'gantry-demo-1';

/** What the specs read of the API's answers. */
export type Build = {
  id: string;
  build_number: number;
  transition: string;
  status: string;
  daily_cost: number;
  job: { status: string; created_at: string; started_at?: string; completed_at?: string; error?: string };
  resources: { name: string; type: string; daily_cost: number; hide: boolean; agents?: { name: string; status: string }[] }[];
};
export type Workspace = { id: string; name: string; owner_name: string; organization_id: string; latest_build: Build };

export type Server = Awaited<ReturnType<typeof startControlPlane>>;

/** One answer of the server that a test expects to fail, so that the browser's own line about it is no complaint. */
type Allowed = { status: number | 'network' | 'socket' | 'crash'; path: RegExp };

/** Collects what the browser complains about. */
export class Complaints {
  private readonly found: string[] = [];
  private readonly allowed: Allowed[] = [];

  /** The test lists a response (by status and path), a lost connection, a refused socket, or the end of a tab that it provokes. */
  allow(status: Allowed['status'], path: RegExp): void {
    this.allowed.push({ status, path });
  }

  /** Everything that nobody allowed. */
  list(): string[] {
    return [...this.found];
  }

  async watch(context: BrowserContext): Promise<void> {
    await context.exposeBinding('__csp', (_source, text: string) => {
      this.found.push(`CSP violation: ${text}`);
    });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const tell = (globalThis as unknown as { __csp: (text: string) => void }).__csp;
        tell(`${event.effectiveDirective} blocked ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber} ${event.sample}`);
      });
    });
    context.on('page', (page) => this.listen(page));
  }

  private listen(page: Page): void {
    page.on('pageerror', (error) => this.found.push(`page error: ${error.stack ?? error.message}`));
    page.on('crash', () => {
      const allowed = this.allowed.some((one) => one.status === 'crash' && one.path.test(page.url()));
      if (!allowed) this.found.push(`the page crashed (${page.url()})`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error' && !this.isAllowed(message)) {
        this.found.push(`console error: ${message.text()} (${message.location().url})`);
      }
    });
  }

  private isAllowed(message: ConsoleMessage): boolean {
    const text = message.text();
    const response = text.match(/^Failed to load resource: the server responded with a status of (\d+)/);
    if (response) {
      return this.allowed.some((one) => one.status === Number(response[1]) && one.path.test(message.location().url));
    }
    if (/^Failed to load resource: net::/.test(text)) {
      return this.allowed.some((one) => one.status === 'network' && one.path.test(message.location().url));
    }
    const socket = text.match(/^WebSocket connection to '([^']+)' failed/);
    return !!socket && this.allowed.some((one) => one.status === 'socket' && one.path.test(socket[1]));
  }
}

/** The app at one address, as one person sees it. */
export class App {
  constructor(
    readonly page: Page,
    readonly server: Server,
    readonly base: string,
  ) {}

  /** Workspaces that this test made. */
  private readonly made: string[] = [];

  /**
   * Deletes what the test made: the people of the seed have a quota, and a worker's tests share one server. What cannot be deleted any more
   * (the test signed out, ended the server, or its build runs still) is left.
   */
  async tidy(): Promise<void> {
    if (this.made.length === 0) return;
    // No page may ask for what is being deleted.
    for (const page of this.page.context().pages()) await page.goto('about:blank').catch(() => undefined);
    const headers = { Authorization: 'Bearer gantry' };
    for (const id of this.made) {
      const at = `${this.server.url}/api/v2/workspaces/${id}`;
      const asked = await this.page.request.post(`${at}/builds`, { headers, data: { transition: 'delete' } }).catch(() => undefined);
      if (!asked?.ok()) continue;
      await expect.poll(async () => (await this.page.request.get(at)).status(), { timeout: 20_000, message: `${id} is deleted` }).not.toBe(200);
    }
  }

  /** The whole address of a path of the app ("/workspaces"). */
  address(path: string): string {
    return this.server.url + this.base + path.replace(/^\//, '');
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.address(path));
  }

  /** Signs in by the form and waits for the list. */
  async signIn(email: string = PEOPLE.owner, password: string = PASSWORD): Promise<void> {
    await this.open('/sign-in');
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(this.page.getByRole('heading', { name: 'Workspaces', level: 1 })).toBeVisible();
  }

  /** A call of the API as the page makes it, cookie included; fails on any other status than those given. */
  async api<T = unknown>(method: string, path: string, body?: unknown, statuses: number[] = [200, 201, 204]): Promise<T> {
    const response = await this.page.request.fetch(`${this.server.url}/api/v2${path}`, {
      method,
      headers: { Authorization: 'Bearer gantry' },
      data: body,
    });
    expect(statuses, `${method} ${path}: ${await response.text()}`).toContain(response.status());
    const text = await response.text();
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** Creates a workspace of the signed-in person through the API and waits until its first build is over. */
  async make(name: string, template = 'docker', settle = true): Promise<Workspace> {
    const templates = await this.api<{ id: string; name: string }[]>('GET', '/templates');
    const found = templates.find((one) => one.name === template);
    expect(found, `a template called ${template}`).toBeDefined();
    const made = await this.api<Workspace>('POST', '/users/me/workspaces', { template_id: found?.id, name });
    this.made.push(made.id);
    return settle ? this.settled(made.id) : made;
  }

  /** Waits until a workspace's latest build is over. */
  async settled(id: string): Promise<Workspace> {
    let workspace = await this.api<Workspace>('GET', `/workspaces/${id}`);
    await expect
      .poll(
        async () => {
          workspace = await this.api<Workspace>('GET', `/workspaces/${id}`);
          return workspace.latest_build.job.status;
        },
        { timeout: 45_000 },
      )
      .toMatch(/^(succeeded|failed|canceled)$/);
    return workspace;
  }

  /** Sends a build request past the page. */
  build(id: string, transition: 'start' | 'stop' | 'delete'): Promise<Build> {
    return this.api<Build>('POST', `/workspaces/${id}/builds`, { transition });
  }

  /** The row of a workspace in a list. */
  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  /** Runs axe over the page as it is and expects no violation. */
  async axe(): Promise<void> {
    await this.page.evaluate(AXE);
    const violations = await this.page.evaluate(async () => {
      const axe = (globalThis as unknown as { axe: { run: (options: unknown) => Promise<{ violations: Violation[] }> } }).axe;
      type Violation = { id: string; help: string; nodes: { target: string[]; failureSummary: string }[] };
      const result = await axe.run({ resultTypes: ['violations'] });
      return result.violations.map(
        (violation) =>
          `${violation.id}: ${violation.help}\n${violation.nodes
            .slice(0, 5)
            .map((node) => `    ${node.target.join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ')}`)
            .join('\n')}`,
      );
    });
    expect(violations.join('\n'), 'axe').toBe('');
  }
}

type TestFixtures = Options & { complaints: Complaints; app: App };
type WorkerFixtures = { server: Server };

export const test = bare.extend<TestFixtures & { serverOptions: string[] }, WorkerFixtures & { workerBase: string }>({
  base: ['/', { option: true }],
  serverOptions: [[], { option: true }],
  workerBase: [
    async ({}, use, info) => {
      await use(((info.project.use as unknown as Options).base ?? '/') as string);
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ workerBase }, use) => {
      const server = await startControlPlane(['--memory', '--seed', 'company', '--speed', '20', '--site', site(), '--base', workerBase]);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  complaints: async ({ context }, use) => {
    const complaints = new Complaints();
    await complaints.watch(context);
    await use(complaints);
    expect(complaints.list(), 'what the browser complained about').toEqual([]);
  },
  app: async ({ context, complaints, server, base }, use) => {
    void complaints;
    const app = new App(await context.newPage(), server, base);
    await use(app);
    await app.tidy();
  },
});

export { expect };
