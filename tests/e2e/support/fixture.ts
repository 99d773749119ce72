// What every spec builds on: a control plane of the test's own, pages that fail their test on whatever the browser complains about,
// and helpers that find things as a person does, by role and accessible name.
import { expect, test as bare, type BrowserContext, type ConsoleMessage, type Locator, type Page, type Request } from '@playwright/test';
import { COMPANY, PASSWORD, PEOPLE, axe, site, startControlPlane } from './tools.mjs';

/** Set per project in playwright.config.ts. */
export type Options = {
  /** Where the app lives below the host: "/" or "/a/b/". */
  base: string;
};

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

/** Longer than a stop is held back before it is sent: what the page's clock is moved by before "nothing was sent" is believed. */
export const HOLD_MS = 9_000;

/** What the browser says of requests that found no network: calls, icons, and the parts of the pages, which are fetched while there is time. */
export const CUT_OFF = /\/(api\/v2\/|icons\.svg|version\.json|assets\/(split_|chunk_|parts-|later-))/;

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

  private readonly expected: RegExp[] = [];

  /** The test makes the page fail: its errors of this kind are what it looks for. */
  expect(what: RegExp): void {
    this.expected.push(what);
  }

  private complain(text: string): void {
    if (!this.expected.some((one) => one.test(text))) this.found.push(text);
  }

  /** The files whose coming a page cut off itself, because it went. */
  private readonly cutOff = new Set<string>();

  /** Everything that nobody allowed. */
  list(): string[] {
    // The order of the two events is not given, so they are held against each other at the end.
    return this.found.filter((text) => {
      const file = text.match(/^console error: Fetch API cannot load (\S+)\.\s/);
      return !file || !this.cutOff.has(file[1]);
    });
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
    page.on('pageerror', (error) => this.complain(`page error: ${error.stack ?? error.message}`));
    page.on('crash', () => {
      const allowed = this.allowed.some((one) => one.status === 'crash' && one.path.test(page.url()));
      if (!allowed) this.found.push(`the page crashed (${page.url()})`);
    });
    page.on('requestfailed', (request) => {
      if (request.failure()?.errorText === 'net::ERR_ABORTED' && new URL(request.url()).pathname.includes('/assets/')) this.cutOff.add(request.url());
    });
    page.on('console', (message) => {
      if (message.type() === 'error' && !this.isAllowed(message)) {
        this.complain(`console error: ${message.text()} (${message.location().url})`);
      }
    });
  }

  private isAllowed(message: ConsoleMessage): boolean {
    const text = message.text();
    const response = text.match(/^Failed to load resource: the server responded with a status of (\d+)/);
    if (response) {
      return this.allowed.some((one) => one.status === Number(response[1]) && one.path.test(message.location().url));
    }
    // A page that goes while its files come cuts them off: Chromium says so in either of two ways.
    const cut = text.match(/^Failed to load resource: net::|^Fetch API cannot load (\S+)\.(\s|$)/);
    if (cut) {
      return this.allowed.some((one) => one.status === 'network' && one.path.test(cut[1] ?? message.location().url));
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
  ) {
    page.on('request', (request) => {
      // The end of what a page before this one asked for is not always told.
      if (request.isNavigationRequest()) this.underWay.clear();
      else if (request.url().includes('/api/v2/')) this.underWay.add(request);
    });
    for (const end of ['requestfinished', 'requestfailed'] as const) page.on(end, (request) => this.underWay.delete(request));
  }

  private readonly underWay = new Set<Request>();

  /** The whole address of a path of the app ("/workspaces"). */
  address(path: string): string {
    return this.server.url + this.base + path.replace(/^\//, '');
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.address(path));
  }

  /** The same person in another tab. */
  async tab(path?: string): Promise<App> {
    const other = new App(await this.page.context().newPage(), this.server, this.base);
    if (path !== undefined) await other.open(path);
    return other;
  }

  /** Opens the form, fills it in and sends it. */
  async fillIn(email: string, password: string = PASSWORD): Promise<void> {
    await this.open('/sign-in');
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** Signs in by the form and waits for the list. */
  async signIn(email: string = PEOPLE.owner, password: string = PASSWORD): Promise<void> {
    await this.fillIn(email, password);
    await this.inList();
  }

  /** Waits for the list of workspaces. */
  async inList(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'Workspaces', level: 1 })).toBeVisible();
  }

  /** A token of a person's own new session, which the browser knows nothing of. */
  async token(email: string): Promise<string> {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${this.server.url}/api/v2/users/login`, { method: 'POST', headers, body: JSON.stringify({ email, password: PASSWORD }) });
    expect(answer.status, `${email} signs in`).toBe(201);
    return ((await answer.json()) as { session_token: string }).session_token;
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
    return settle ? this.settled(made.id) : made;
  }

  /** Lets the builds that are held ("held-build-…") go on, and waits until a workspace's latest one is over. */
  async goesOn(id: string): Promise<Workspace> {
    this.server.signal('SIGUSR1');
    return this.settled(id);
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

  /** Number and status of a workspace's latest build: "1 running". */
  async latest(id: string): Promise<string> {
    const build = (await this.api<Workspace>('GET', `/workspaces/${id}`)).latest_build;
    return `${build.build_number} ${build.status}`;
  }

  /** Waits until a workspace is deleted. */
  async gone(id: string): Promise<void> {
    const status = async () => (await this.page.request.get(`${this.server.url}/api/v2/workspaces/${id}`)).status();
    await expect.poll(status, { timeout: 45_000, message: `${id} is deleted` }).toBe(410);
  }

  /**
   * Presses "Try now" once `answers` has made the control plane answer. The page's clock, which must have been installed, stands meanwhile:
   * a page that tries by itself at that moment takes the button away.
   */
  async tryNow(answers: () => Promise<void>): Promise<void> {
    await this.pauseClock();
    // A try that has begun ends without an answer first.
    await this.silence();
    await answers();
    await this.page.getByRole('button', { name: 'Try now' }).click();
    await this.page.clock.resume();
  }

  /**
   * Asks to sign out, by the menu of the person, once the page asks the control plane for nothing: what is under way when a session ends is
   * refused by rights, and the browser would complain of it.
   */
  async signOut(name = 'ada'): Promise<void> {
    await this.page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    const signOut = this.page.getByRole('menuitem', { name: 'Sign out' });
    await expect(signOut).toBeVisible();
    await this.silence();
    await signOut.click();
  }

  /** Waits until the page asks the control plane for nothing. */
  async silence(timeout = 15_000): Promise<void> {
    const asked = () => [...this.underWay].map((request) => request.url());
    await expect(async () => {
      expect(asked()).toEqual([]);
      // What an answer leads to is asked for when this is answered.
      await this.page.evaluate(() => undefined);
      expect(asked()).toEqual([]);
    }).toPass({ timeout });
  }

  /**
   * Moves the page's clock by that many milliseconds once nothing is being asked for: a request under way would have waited as long for its
   * answer, and be given up. What a test holds back is not waited for.
   */
  async passes(ms: number): Promise<void> {
    await this.silence(3_000).catch(() => undefined);
    await this.page.clock.runFor(ms);
  }

  /**
   * Moves the page's clock past the moment at which whatever is held back would be sent. The page's clock must have been installed before
   * the page was opened.
   */
  async pastTheHold(): Promise<void> {
    await this.passes(HOLD_MS);
    // A request of the page's own comes after all that its timers asked for.
    await this.page.evaluate(() => fetch('/api/v2/buildinfo'));
  }

  /**
   * Stops the clock of this browser's pages: from here on their time passes by `clock.runFor` alone, however slow the machine is. The
   * clock must have been installed before the page was opened. The control plane's goes on; its answers do not tell, or the page would take
   * its own clock for one that is off, and correct it.
   */
  async timeStands(): Promise<void> {
    await this.page.context().route(/\/api\/v2\//, async (route) => {
      try {
        const response = await route.fetch({ maxRedirects: 0 });
        const { date: _, ...headers } = response.headers();
        await route.fulfill({ response, headers });
      } catch {
        // Its page was closed.
        await route.abort().catch(() => undefined);
      }
    });
    await this.pauseClock();
  }

  /** The same where the control plane is not asked meanwhile, or cannot be. */
  async pauseClock(): Promise<void> {
    const pause = async (ahead: number) => this.page.clock.pauseAt((await this.page.evaluate(() => Date.now())) + ahead);
    // On a machine at work the clock can be beyond that instant before it is told to stand there.
    await pause(1_000).catch(() => pause(10_000));
  }

  /** Runs axe while time stands: its timers have to run, the date must not go on. */
  async axeInStandingTime(): Promise<void> {
    const { clock } = this.page;
    const now = await this.page.evaluate(() => Date.now());
    await clock.setFixedTime(now);
    await clock.resume();
    await this.axe();
    await clock.setSystemTime(now);
    await this.pauseClock();
  }

  /** Sends a build request past the page. */
  build(id: string, transition: 'start' | 'stop' | 'delete'): Promise<Build> {
    return this.api<Build>('POST', `/workspaces/${id}/builds`, { transition });
  }

  /** The row of a workspace in a list. */
  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  /** Chooses an action that asks first from the menu of a workspace's row, or of its own page; the question. */
  async ask(action: 'Restart' | 'Delete', name: string): Promise<Locator> {
    const more = this.page.getByRole('button', { name: `More actions for ${name}` });
    await more.or(this.page.getByRole('button', { name: 'More actions', exact: true })).click();
    await this.page.getByRole('menuitem', { name: new RegExp(`^${action}…`) }).click();
    return this.page.getByRole('dialog', { name: `${action} ${name}?` });
  }

  /** Runs axe over the page as it is and expects no violation. */
  async axe(): Promise<void> {
    expect((await axe(this.page)).join('\n'), 'axe').toBe('');
  }
}

type TestFixtures = Options & {
  /** What the browser complains about fails the test, whether the test names this fixture or not. */
  complaints: Complaints;
  /** A control plane as most tests want it. It is up in 0.1 s, and no test finds what another one left. */
  server: Server;
  /** A page of the app on it. */
  app: App;
  /** A page of the app in a browser of its own, where somebody else is signed in. */
  elsewhere: () => Promise<App>;
  /** Starts a control plane; its options without the site and its base. */
  start: (options: string[], how?: Parameters<typeof startControlPlane>[1]) => Promise<Server>;
  /** A new page of the app on such a control plane. */
  visit: (server: Server) => Promise<App>;
};

export const test = bare.extend<TestFixtures>({
  base: ['/', { option: true }],
  complaints: [
    async ({ context }, use) => {
      const complaints = new Complaints();
      // Whoever is not signed in yet asks who they are and for their first rows, and is told.
      complaints.allow(401, /\/api\/v2\/(users\/me|workspaces\?.*)$/);
      await complaints.watch(context);
      await use(complaints);
      expect(complaints.list(), 'what the browser complained about').toEqual([]);
    },
    { auto: true },
  ],
  server: async ({ start }, use) => use(await start([...COMPANY, '--speed', '20'])),
  app: async ({ visit, server }, use) => use(await visit(server)),
  elsewhere: async ({ browser, complaints, server, base }, use) => {
    const all: App[] = [];
    await use(async () => {
      const context = await browser.newContext();
      await complaints.watch(context);
      const app = new App(await context.newPage(), server, base);
      all.push(app);
      return app;
    });
    await Promise.all(all.map((app) => app.page.context().close()));
  },
  start: async ({ context, base }, use) => {
    const started: Server[] = [];
    await use(async (options, how) => {
      const server = await startControlPlane([...options, '--site', site(), '--base', base], how);
      started.push(server);
      return server;
    });
    // The pages first: they would complain that their control plane is gone.
    await Promise.all(context.pages().map((page) => page.close()));
    await Promise.all(started.map((server) => server.stop()));
  },
  visit: async ({ context, base }, use) => {
    const visited: App[] = [];
    await use(async (server) => {
      // A browser has one cookie for servers whose ports alone differ: a page of another one would be signed out under way.
      for (const { page } of visited.filter((app) => app.server !== server)) if (!page.isClosed()) await page.goto('about:blank');
      const app = new App(await context.newPage(), server, base);
      visited.push(app);
      return app;
    });
  },
});

export { COMPANY, PASSWORD, PEOPLE, expect };
