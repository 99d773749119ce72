// The pages as they stand at one moment: a control plane and a browser whose time does not pass, what to open, and when it has come to rest.
// The pictures and the layout tests look at the same pages.
import type { Page, Route } from '@playwright/test';
import { COMPANY, expect, type App, type Server } from './fixture';

/** The moment at which a frozen control plane stands (its README). */
export const MOMENT = '2026-11-24T10:00:00Z';

/** Starts a control plane whose time stands, and a page whose time stands with it; signed in unless said otherwise. */
export async function standing(
  start: (options: string[]) => Promise<Server>,
  visit: (server: Server) => Promise<App>,
  { options = [], signedIn = true }: { options?: string[]; signedIn?: boolean } = {},
): Promise<App> {
  const server = await start([...COMPANY, `--freeze=${MOMENT}`, ...options]);
  const app = await visit(server);
  await standStill(app.page);
  if (signedIn) await app.signIn();
  return app;
}

/** The date stands, timers run. The server's answers do not say their date: it is the real one, which the page would correct its own by. */
export async function standStill(page: Page): Promise<void> {
  await page.clock.setFixedTime(MOMENT);
  await page.context().route(/\/api\/v2\//, (route) => undated(route));
}

/** An answer without its date; `change` may change its text. */
export async function undated(route: Route, change: (text: string) => string = (text) => text, url?: string): Promise<void> {
  try {
    const response = await route.fetch({ maxRedirects: 0, url });
    const { date: _, ...headers } = response.headers();
    const json = (headers['content-type'] ?? '').includes('json');
    if (json) delete headers['content-length'];
    await route.fulfill(json ? { status: response.status(), headers, body: change(await response.text()) } : { response, headers });
  } catch {
    // Its page was closed.
    await route.abort().catch(() => undefined);
  }
}

/** Waits until nothing is on its way and two frames have been painted. */
export async function atRest(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
}

/** A page of the app: its name in the pictures, its address, and what shows that it is there. */
export type Scene = { name: string; path: string; heading: string | RegExp; signedIn: boolean };

/** Every page, with a build that failed and a list without rows. */
export const SCENES: Scene[] = [
  { name: 'list', path: '/workspaces?q=', heading: 'Workspaces', signedIn: true },
  { name: 'empty', path: '/workspaces?q=name%3Anothing-like-it', heading: 'Workspaces', signedIn: true },
  { name: 'workspace', path: '/@ada/gantry-web', heading: 'gantry-web', signedIn: true },
  { name: 'build', path: '/@ada/gantry-web/builds/29', heading: 'Build 29', signedIn: true },
  { name: 'build-failed', path: '', heading: /^Build \d+$/, signedIn: true },
  { name: 'quota', path: '/quota', heading: 'Quota', signedIn: true },
  { name: 'templates', path: '/templates', heading: 'Templates', signedIn: true },
  { name: 'template', path: '/templates/acme/docker', heading: 'Docker', signedIn: true },
  { name: 'create', path: '/templates/acme/docker/workspace?name=teal-heron-7', heading: 'New workspace', signedIn: true },
  { name: 'not-found', path: '/@ada/gantry-web/bilds/29', heading: 'There is no page at this address', signedIn: true },
  { name: 'sign-in', path: '/sign-in', heading: /./, signedIn: false },
];

type Listed = { workspaces: { name: string; owner_name: string; latest_build: { build_number: number; transition: string } }[] };

/** Opens a page and waits until it is at rest. */
export async function openScene(app: App, scene: Scene): Promise<void> {
  let { path } = scene;
  if (scene.name === 'build-failed') {
    const { workspaces } = await app.api<Listed>('GET', '/workspaces?q=status%3Afailed&limit=100');
    const failed = workspaces.filter((one) => one.latest_build.transition === 'start').sort((a, b) => a.name.localeCompare(b.name))[0];
    path = `/@${failed.owner_name}/${failed.name}/builds/${failed.latest_build.build_number}`;
  }
  await app.open(path);
  await expect(app.page.getByRole('heading', { level: 1, name: scene.heading }).first()).toBeVisible();
  if (scene.name === 'list') await expect(app.page.getByRole('row').nth(2)).toBeVisible();
  if (scene.name === 'create') await expect(app.page.getByRole('button', { name: 'Create workspace' })).not.toHaveAttribute('aria-disabled', 'true');
  if (scene.name.startsWith('build')) await expect(app.page.getByRole('tree')).toBeVisible();
  await atRest(app.page);
}
