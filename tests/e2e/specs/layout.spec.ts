// Where things stand: nothing is wider than its window, nothing is cut without a sign of it, the list's columns use what room there is, and no text
// from a server, however long, changes any of that. Also 400 %, the dark theme, forced colours, reduced motion, paper, fingers.
import type { Page } from '@playwright/test';
import { expect, test, type App } from '../support/fixture';
import { SCENES, atRest, openScene, standing, undated } from '../support/pages';

const WIDTHS = [320, 360, 480, 640, 720, 721, 768, 800, 801, 850, 900, 901, 1024, 1100, 1121, 1200, 1241, 1280, 1440, 1920, 2560];

/** What runs out of the window, and text that is cut without an ellipsis. Lists that scroll sideways by design show what they hide. */
function misfits(): string[] {
  const found: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth} px wide in a window of ${innerWidth}`);
  const name = (element: Element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${(element.textContent ?? '').slice(0, 40)}"`;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || !node.textContent?.trim() || !parent.checkVisibility() || parent.closest('.vh, .skip, svg, thead[role]')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    let right = innerWidth;
    let told = false;
    for (let box: Element | null = parent; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      // An inline box cuts nothing.
      if (style.overflowX === 'visible' || style.display === 'inline') continue;
      const reach = box.getBoundingClientRect();
      if (style.overflowX === 'auto' || style.overflowX === 'scroll' || style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') told = true;
      if (!told) right = Math.min(right, reach.right);
      if (told) break;
    }
    if (!told && text.width > 0 && text.right > right + 1) found.push(`${name(parent)} ends at ${Math.round(text.right)}, ${Math.round(right)} is the most`);
  }
  return found;
}

/** The elements that reach out of the window, each without those inside it. */
function widest(): string[] {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const out = (element: Element) => element.getBoundingClientRect().right > innerWidth + 1;
  const all = [...document.querySelectorAll('body *')].filter((element) => (element as HTMLElement).checkVisibility?.() && out(element) && !(element.parentElement && out(element.parentElement)));
  return [`${document.documentElement.scrollWidth} px in ${innerWidth}`, ...all.map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} in ${element.parentElement?.getAttribute('class') ?? ''}`)];
}

/** The columns of the list that can be seen: class, left, right. */
function columns(): { name: string; left: number; right: number }[] {
  return [...document.querySelectorAll('.list-page thead th')]
    .filter((head) => (head as HTMLElement).checkVisibility())
    .map((head) => ({ name: head.className.split(' ')[0], left: head.getBoundingClientRect().left, right: head.getBoundingClientRect().right }));
}

async function expectToFit(page: Page, widths = WIDTHS): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    await atRest(page);
    expect.soft(await page.evaluate(misfits), `${page.url()} at ${width} px`).toEqual([]);
  }
}

for (const scene of SCENES) {
  test(`${scene.name} fits into every window`, async ({ start, visit }) => {
    const app = await standing(start, visit, { signedIn: scene.signedIn });
    await openScene(app, scene);
    await expectToFit(app.page);
  });
}

test('the columns of the list fill its width, and the status has room for its reason', async ({ start, visit }) => {
  const app = await standing(start, visit);
  const { page } = app;
  await openScene(app, SCENES[0]);
  for (const width of WIDTHS.filter((width) => width > 800)) {
    await page.setViewportSize({ width, height: 800 });
    await atRest(page);
    const all = await page.evaluate(columns);
    const of = (name: string) => all.find((one) => one.name === name);
    const list = await page.locator('.list-wrap').boundingBox();
    expect(all[0].left, `left edge at ${width}`).toBeCloseTo(list?.x ?? -1, 0);
    expect(all.at(-1)?.right, `right edge at ${width}`).toBeCloseTo((list?.x ?? 0) + (list?.width ?? 0), 0);
    for (const [index, { left }] of all.entries()) if (index > 0) expect(left, `no gap at ${width}`).toBeCloseTo(all[index - 1].right, 0);
    const status = of('c-status')!;
    expect(status.right - status.left, `room for the status at ${width}`).toBeGreaterThanOrEqual(250);
    // Nor does a line run on so far that the eye loses it.
    expect(status.right - status.left, `the status at ${width}`).toBeLessThanOrEqual(1100);
    // The rows stand under their heads.
    const cells = await page.locator('.list-page tbody tr[role=row]:not([hidden])').first().locator('td').evaluateAll((cells) =>
      cells.filter((cell) => (cell as HTMLElement).checkVisibility()).map((cell) => cell.getBoundingClientRect().left));
    expect(cells.map(Math.round)).toEqual(all.map(({ left }) => Math.round(left)));
  }
});

/** Every text of an answer that a person or a template may choose, as long as nobody would: no space, or one letter that is wide. */
function lengthen(text: string, long: string): string {
  const keys = /^(name|display_name|.*_name|username|error|error_code|message|detail|output|value|title|description|slug|group|expanded_directory|directory|architecture|operating_system|resource|log_source_display_name|build_number_text|health_reason|troubleshooting_url)$/;
  const kept = /^(workspace_name|organization_name_exact)$/;
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => walk(one, key));
    if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name)]));
    return typeof value === 'string' && value !== '' && keys.test(key) && !kept.test(key) ? `${value}${long}` : value;
  };
  return JSON.stringify(walk(JSON.parse(text), ''));
}

for (const [kind, long] of [
  ['of one word', 'W'.repeat(3_000)],
  ['from right to left', 'שלום'.repeat(700)],
  ['without a place to break', '\u00a0x\u2060y'.repeat(900)],
] as const) {
  test(`no text of a server widens a page: ${kind}`, async ({ start, visit }) => {
    const app = await standing(start, visit);
    const { page } = app;
    // Names are part of addresses: whatever is asked for by a lengthened one is the workspace of the seed.
    const plain = (url: string) => url.replace(/\/users\/ada[^/?]*\/workspace\/[^/?]*/, '/users/ada/workspace/gantry-web');
    await page.context().route(/\/api\/v2\//, (route) => undated(route, (text) => lengthen(text, long), plain(route.request().url())));
    await page.context().routeWebSocket(/\/api\/v2\//, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((message) => socket.send(typeof message === 'string' && message.startsWith('{') ? lengthen(message, long) : message));
    });
    for (const [path, sign] of [
      ['/workspaces?q=', '.list-page a.name'],
      ['/@ada/gantry-web', 'main h1'],
      ['/@ada/gantry-web/builds/29', 'main h1'],
      ['/quota', '.qt .name'],
    ] as const) {
      await app.open(path);
      await expect(page.locator(sign).first()).toBeVisible();
      await atRest(page);
      for (const width of [320, 768, 1024, 1280, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        await atRest(page);
        expect.soft(await page.evaluate(widest), `${path} at ${width}`).toEqual([]);
        const high = await page.evaluate(() => document.querySelector('main h1')!.getBoundingClientRect().height);
        expect.soft(high, `${path} at ${width}: the heading`).toBeLessThan(200);
      }
    }
  });
}

test('at 400 % most of the window is the page\'s, and all of it can be reached', async ({ start, visit }) => {
  const app = await standing(start, visit);
  const { page } = app;
  for (const scene of SCENES.filter((scene) => scene.signedIn)) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await openScene(app, scene);
    await page.setViewportSize({ width: 320, height: 200 });
    await atRest(page);
    expect.soft(await page.evaluate(misfits), scene.name).toEqual([]);
    await page.evaluate(() => scrollTo(0, 400));
    await atRest(page);
    // What stands still while the page scrolls covers at most a fifth of the window.
    const covered = await page.evaluate(() =>
      Math.max(0, ...[...document.querySelectorAll('body *')]
        .filter((element) => ['sticky', 'fixed'].includes(getComputedStyle(element).position) && (element as HTMLElement).checkVisibility() && element.textContent?.trim())
        .map((element) => element.getBoundingClientRect())
        .filter((box) => box.width > innerWidth / 2 && box.bottom > 0 && box.top < innerHeight)
        .map((box) => Math.min(box.bottom, innerHeight) - Math.max(box.top, 0))));
    expect.soft(covered, `${scene.name}: what does not scroll`).toBeLessThanOrEqual(40);
  }
});

test('the dark theme has no violation on any page', async ({ start, visit }) => {
  const app = await standing(start, visit);
  await app.page.emulateMedia({ colorScheme: 'dark' });
  for (const scene of SCENES.filter((scene) => scene.signedIn)) {
    await openScene(app, scene);
    expect(await app.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe('rgb(21, 24, 27)');
    await app.axe();
  }
});

test('forced colours: what is current or pressed is told apart from what is not', async ({ start, visit }) => {
  const app = await standing(start, visit);
  const { page } = app;
  await page.emulateMedia({ forcedColors: 'active' });
  await openScene(app, SCENES[0]);
  const look = (element: Element) => {
    const style = getComputedStyle(element);
    return [style.borderBottomColor, style.backgroundColor, style.color].join(' ');
  };
  const looks = (all: Element[]) => all.map((element) => {
    const style = getComputedStyle(element);
    return [style.borderBottomColor, style.backgroundColor, style.color].join(' ');
  });
  const main = page.getByRole('navigation', { name: 'Main' });
  expect(await main.getByRole('link', { name: 'Workspaces' }).evaluate(look)).not.toBe(await main.getByRole('link', { name: 'Quota' }).evaluate(look));
  const presets = await page.getByRole('group', { name: 'Presets' }).getByRole('button').evaluateAll(looks);
  expect(new Set(presets).size).toBe(2);
  await openScene(app, SCENES[3]);
  const chart = page.getByRole('button', { name: 'Chart', exact: true });
  const table = page.getByRole('button', { name: 'Table', exact: true });
  expect(await chart.evaluate(look)).not.toBe(await table.evaluate(look));
});

test('reduced motion: nothing moves', async ({ start, visit }) => {
  const app = await standing(start, visit);
  const { page } = app;
  for (const [motion, most] of [['reduce', 0], ['no-preference', Infinity]] as const) {
    await page.emulateMedia({ reducedMotion: motion });
    for (const scene of SCENES.filter((scene) => scene.signedIn)) {
      await openScene(app, scene);
      const longest = await page.evaluate(() => Math.max(0, ...[...document.querySelectorAll('body *')].flatMap((element) => {
        const style = getComputedStyle(element);
        return [style.transitionDuration, style.animationName === 'none' ? '0s' : style.animationDuration].flatMap((all) => all.split(',').map(parseFloat));
      })));
      expect.soft(longest, `${scene.name}, ${motion}`).toBeLessThanOrEqual(most);
      // The measure can tell: without the wish something takes its time.
      if (scene.name === 'list' && motion === 'no-preference') expect(longest).toBeGreaterThan(0);
    }
  }
});

test('paper: every row of the list as a line of a table, and no empty page', async ({ start, visit }) => {
  const app: App = await standing(start, visit, { options: ['--workspaces', '150'] });
  const { page } = app;
  await openScene(app, SCENES[0]);
  const { count } = await app.api<{ count: number }>('GET', '/workspaces?q=&limit=1');
  await expect(page.getByRole('status').filter({ hasText: 'workspaces' })).toHaveText(`${count} workspaces`);
  // What a page is like while it is printed.
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 720, height: 1000 });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  const rows = page.locator('.list-page tbody tr[role=row]:not([hidden])');
  await expect(rows).toHaveCount(count);
  const numbers = await rows.evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('aria-rowindex'))));
  expect(numbers).toEqual([...Array(count).keys()].map((at) => at + 2));
  expect(await rows.first().evaluate((row) => getComputedStyle(row).display)).toBe('table-row');
  expect(await page.evaluate(misfits)).toEqual([]);
  const tall = await page.evaluate(() => ({ page: document.documentElement.scrollHeight, row: document.querySelector('.list-page tbody tr[role=row]')!.getBoundingClientRect().height }));
  // Nothing but rows: a head, and lines of at most three.
  expect(tall.page).toBeLessThan(200 + count * 60);
  await page.emulateMedia({ media: null });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect.poll(() => rows.count()).toBeLessThan(80);
  // And as the browser prints it: so many pages as the rows need.
  const paper = (await page.pdf({ format: 'A4' })).toString('latin1');
  const pages = paper.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  expect(pages).toBeGreaterThanOrEqual(Math.floor(count / 60));
  expect(pages).toBeLessThanOrEqual(Math.ceil(count / 22));
});
