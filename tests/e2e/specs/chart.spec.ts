// The chart of a build in the window: the page scrolls past it, its scale stays in sight, no click moves a bar, names are told apart and
// can be given room, and what an agent does late is followed.
import type { Locator, Page } from '@playwright/test';
import { type App, expect, test } from '../support/fixture';

type Timing = { started_at: string; ended_at: string; stage: string; resource: string; action: string; source: string; job_id: string };
type Timings = { provisioner_timings: Timing[]; agent_script_timings: unknown[]; agent_connection_timings: unknown[] };

/** Opens a build whose apply has so many resources more, named by `name`. */
async function openLong(app: App, workspace: string, more: number, name: (index: number) => string): Promise<void> {
  await app.signIn();
  const made = await app.make(workspace);
  await app.page.route(/\/api\/v2\/workspacebuilds\/[^/]+\/timings$/, async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as Timings;
    const apply = body.provisioner_timings.find((row) => row.resource === 'coder_stage_apply')!;
    for (let index = 0; index < more; index += 1) {
      body.provisioner_timings.push({ ...apply, source: 'kubernetes', action: 'create', resource: name(index) });
    }
    await route.fulfill({ response, json: body });
  });
  await app.open(`/@ada/${workspace}/builds/${made.latest_build.build_number}`);
  // A longer one begins with its apply folded.
  const first = more > 150 ? /^apply/ : new RegExp(`^${name(0).replace(/[[\].*+?()]/g, '\\$&')}`);
  await expect(tree(app.page).getByRole('treeitem', { name: first })).toBeAttached();
  await expect(chart(app.page)).toBeVisible();
}

const chart = (page: Page): Locator => page.getByRole('img', { name: /^Waterfall of build/ });
const tree = (page: Page): Locator => page.getByRole('tree', { name: /^Spans of build/ });
const box = async (locator: Locator) => (await locator.boundingBox())!;
const scrolled = (page: Page): Promise<number> => page.evaluate(() => window.scrollY);
const inside = (page: Page): Promise<number> => tree(page).evaluate((element) => element.closest('.wf-scroll')!.scrollTop);
const settings = (index: number): string => `kubernetes_config_map.settings_of_the_whole_company[${index}]`;

for (const [width, height] of [
  [1440, 900],
  [360, 780],
]) {
  test(`the wheel over a long chart moves the page until the reader is in it, at ${width} px`, async ({ app }) => {
    await app.page.setViewportSize({ width, height });
    await openLong(app, `trap-${width}`, 100, settings);
    const { page } = app;
    await chart(page).evaluate((element) => element.scrollIntoView({ block: 'center' }));
    const before = await scrolled(page);
    const over = await box(chart(page));
    await page.mouse.move(over.x + over.width / 2, height / 2);
    for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel(0, 120);
    await expect.poll(() => scrolled(page)).toBeGreaterThan(before + 300);
    expect(await inside(page)).toBe(0);

    // In it, its own rows move, and at their end the page again.
    await tree(page).focus();
    await tree(page).evaluate((element) => element.closest('.wf-scroll')!.scrollIntoView({ block: 'center' }));
    await page.mouse.move(over.x + over.width / 2, height / 2);
    await page.mouse.wheel(0, 240);
    await expect.poll(() => inside(page)).toBeGreaterThan(100);
    await tree(page).evaluate((element) => {
      const scroller = element.closest('.wf-scroll')!;
      scroller.scrollTop = scroller.scrollHeight;
    });
    const at = await scrolled(page);
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 120);
        return scrolled(page);
      })
      .toBeGreaterThan(at);
    // Escape leaves: first what is selected, then the chart.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(tree(page)).not.toBeFocused();
    // However tall it is, the page shows beside it.
    const high = (await box(tree(page).locator('xpath=ancestor::*[contains(@class, "wf-scroll")]'))).height;
    expect(high).toBeLessThanOrEqual(width < 720 ? height * 0.62 : height - 200);
    await app.axe();
  });

  for (const more of [25, 100]) test(`axis and details are seen wherever the row is, at ${width} px, ${more} rows more`, async ({ app }) => {
    await app.page.setViewportSize({ width, height });
    await openLong(app, `seen-${width}-${more}`, more, settings);
    const { page } = app;
    const rows = tree(page).getByRole('treeitem');
    expect((await rows.count()) > 60).toBe(more > 60);
    await tree(page).focus();
    for (const key of ['Home', 'PageDown', more > 60 ? 'PageDown' : 'End']) await page.keyboard.press(key);
    const row = tree(page).locator('[aria-selected=true]');
    await expect(row).toBeInViewport({ ratio: 1 });
    const details = page.getByRole('complementary', { name: 'Selected span' });
    await expect(details.getByRole('heading')).toBeInViewport({ ratio: 1 });
    // Nothing stands on the row, and the axis above it.
    const axis = page.locator('.wf-axis canvas');
    await expect(axis).toBeInViewport({ ratio: 0.9 });
    // The bar of the page does not cover it either, where that stands.
    const bar = await box(page.getByRole('banner'));
    expect((await box(axis)).y).toBeGreaterThanOrEqual(bar.y + bar.height - 1);
    const [line, scale, panel] = [await box(row), await box(axis), await box(details)];
    expect(scale.y + scale.height).toBeLessThanOrEqual(line.y + 1);
    if (panel.x < line.x + line.width) expect(line.y + line.height).toBeLessThanOrEqual(panel.y + 1);
    await app.axe();
  });
}

for (const width of [360, 768, 1024, 1440, 1920]) {
  test(`selecting moves no bar, at ${width} px`, async ({ app }) => {
    // High enough for the third row to stand above the details, which lie at the bottom of a narrow page: nothing has to scroll.
    await app.page.setViewportSize({ width, height: 1_100 });
    await app.signIn();
    const made = await app.make(`still-${width}`);
    await app.open(`/@ada/still-${width}/builds/${made.latest_build.build_number}`);
    const { page } = app;
    await expect(chart(page)).toBeVisible();
    // What stands above the chart may come after it: the last is what the builds before say.
    await expect(page.getByText('This workspace has no earlier starts to compare with.')).toBeVisible();
    const before = await box(chart(page));
    const rows = tree(page).getByRole('treeitem');
    const third = await box(rows.nth(2));
    const at = { x: before.x + before.width / 2, y: third.y + third.height / 2 };
    await page.mouse.click(at.x, at.y);
    const details = page.getByRole('complementary', { name: 'Selected span' });
    const name = (await rows.nth(2).locator('.tx').textContent())!.trim();
    await expect(details.getByRole('heading', { name })).toBeVisible();
    expect(await box(chart(page))).toEqual(before);
    // The second click means the same row.
    await page.mouse.click(at.x, at.y);
    await expect(rows.nth(2)).toHaveAttribute('aria-selected', 'true');
    await page.getByRole('button', { name: 'Close details' }).click();
    expect((await box(chart(page))).width).toBe(before.width);
  });
}

/** What of a row's name can be read: its beginning, if that is not cut, and its end. */
const read = (row: Locator) =>
  row.locator('.tx > span').evaluateAll((parts) =>
    parts.map((part) => ({ text: part.textContent ?? '', cut: part.scrollWidth > part.clientWidth })).filter((part) => !part.cut).map((part) => part.text).join('…'),
  );

test('modules are levels, names are cut in their middle at every width, and their column can be given room', async ({ app }) => {
  const { page } = app;
  const name = (index: number) =>
    index % 2 === 0 ? settings(index) : `module.pods["${index % 4 === 1 ? 'web' : 'api'}"].module.inner.docker_container.main[${index}]`;
  await page.setViewportSize({ width: 1440, height: 900 });
  await openLong(app, 'names', 12, name);
  const rows = tree(page).getByRole('treeitem');
  const edge = page.getByRole('separator', { name: 'Width of the names' });
  // Each module once, what is in it below it, and folded with it.
  for (const pod of ['web', 'api']) await expect(rows.filter({ hasText: `module.pods["${pod}"]` })).toHaveCount(1);
  await expect(rows.filter({ hasText: 'module.inner' })).toHaveCount(2);
  const inner = rows.filter({ hasText: 'docker_container.main[' });
  await expect(inner).toHaveCount(6);
  await expect(inner.first()).toHaveAttribute('aria-level', '5');
  const web = rows.filter({ hasText: 'module.pods["web"]' });
  await web.click();
  await page.keyboard.press('ArrowLeft');
  await expect(web).toHaveAttribute('aria-expanded', 'false');
  await expect(inner).toHaveCount(3);
  await page.keyboard.press('ArrowRight');
  await expect(inner).toHaveCount(6);
  await page.keyboard.press('Escape');
  for (const width of [1440, 1280, 1024, 768, 360]) {
    await page.setViewportSize({ width, height: 900 });
    // A phone's column holds the end of such a name alone: the reader gives it what it needs.
    if (width < 720) await edge.press('End');
    const all = new Map<string, string>();
    for (const row of await rows.filter({ hasText: /settings_of|docker_container\.main\[/ }).all()) {
      const shown = await read(row);
      // The end of a name is seen, whatever goes.
      const [end, room] = [await box(row.locator('.tx > span').last()), await box(row.locator('.tx'))];
      expect(end.x + end.width, shown).toBeLessThanOrEqual(room.x + room.width + 1);
      const whole = (await row.locator('.tx').textContent())!;
      expect(shown.length, whole).toBeGreaterThan(0);
      const other = all.get(shown);
      expect(other ?? whole, `${shown} at ${width} px`).toBe(whole);
      all.set(shown, whole);
    }
    expect([...all.keys()].some((shown) => /\[10\]$/.test(shown))).toBe(true);
  }
  // By keyboard, by mouse; Enter gives the usual width back.
  await page.setViewportSize({ width: 1440, height: 900 });
  await edge.press('Enter');
  const width = async () => Number(await edge.getAttribute('aria-valuenow'));
  const plot = (await box(chart(page))).width;
  const usual = await width();
  await edge.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(width).toBe(usual + 80);
  // The usual width is a share of the window, and ends within a pixel.
  await expect.poll(async () => Math.abs((await box(chart(page))).width - (plot - 80))).toBeLessThanOrEqual(1);
  await page.keyboard.press('Enter');
  await expect.poll(width).toBe(usual);
  const grip = await box(edge);
  const [across, down] = [Math.round(grip.x + grip.width / 2), Math.round(grip.y + grip.height / 2)];
  await page.mouse.move(across, down);
  await page.mouse.down();
  await page.mouse.move(across + 150, down, { steps: 4 });
  await page.mouse.up();
  await expect.poll(width).toBe(usual + 150);
  await page.keyboard.press('End');
  await expect.poll(width).toBe(Number(await edge.getAttribute('aria-valuemax')));
  await page.keyboard.press('Home');
  await expect.poll(width).toBe(Number(await edge.getAttribute('aria-valuemin')));
  expect(await page.locator('[style]').count()).toBe(0);
  await app.axe();
  // The browser remembers what the reader asked for, and that it is the usual width again.
  const least = await width();
  await page.reload();
  await expect.poll(width).toBe(least);
  await edge.press('Enter');
  await expect.poll(width).toBe(usual);
  await page.reload();
  await expect.poll(width).toBe(usual);
});

/** How many pages a PDF has. */
const sheets = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;

for (const more of [20, 300]) {
  test(`a build with ${more} resources more prints on one page, legibly, upright and across`, async ({ app }) => {
    const { page } = app;
    await openLong(app, `printed-${more}`, more, settings);
    await expect(page.getByText('This workspace has no earlier starts to compare with.')).toBeVisible();
    for (const [landscape, width, height] of [[false, 703, 1031], [true, 1031, 703]] as const) {
      expect(sheets(await page.pdf({ format: 'A4', landscape })), landscape ? 'across' : 'upright').toBe(1);
      // The same page in the window, whose paper has edges of 12 mm.
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ media: 'print' });
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      const sheet = page.locator(`.wf-paper > ${landscape ? '.across' : '.upright'}`);
      await expect(sheet).toBeVisible();
      await expect(page.locator(`.wf-paper > ${landscape ? '.upright' : '.across'}`)).toBeHidden();
      await expect(chart(page)).toBeHidden();
      // Three dots to a pixel, and letters of twelve pixels.
      const told = await sheet.evaluate((canvas: HTMLCanvasElement) => {
        const { bottom, right, width: wide } = canvas.getBoundingClientRect();
        return { bottom, right, letters: (wide / (canvas.width / 3)) * 12, rows: canvas.height / 3 / 24 };
      });
      expect(told.bottom).toBeLessThanOrEqual(height);
      expect(told.right).toBeLessThanOrEqual(width);
      // Six points, as a footnote has, or more.
      expect(told.letters).toBeGreaterThanOrEqual(8);
      expect(told.rows).toBeGreaterThan(25);
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      await page.emulateMedia({ media: null });
      await expect(chart(page)).toBeVisible();
    }
  });
}

test('a row that holds others is folded and unfolded by its mark, by a double click and by keys, and says so', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  const made = await app.make('folded');
  await app.open(`/@ada/folded/builds/${made.latest_build.build_number}`);
  await expect(chart(page)).toBeVisible();
  const rows = tree(page).getByRole('treeitem');
  const all = await rows.count();
  const group = rows.first();
  const mark = group.locator('.tw');
  const inside = Number(await page.evaluate(() => document.querySelectorAll('[role=treeitem][aria-level="2"]').length));
  expect(inside).toBeGreaterThan(2);
  await expect(group).toHaveAttribute('aria-expanded', 'true');
  await expect(mark.locator('use')).toHaveAttribute('href', /-down$/);
  // What holds nothing has no mark, and is neither open nor closed.
  const leaf = tree(page).getByRole('treeitem', { name: /^queue/ });
  await expect(leaf.locator('.tw svg')).toHaveCount(0);
  expect(await leaf.getAttribute('aria-expanded')).toBeNull();

  await mark.click();
  await expect(group).toHaveAttribute('aria-expanded', 'false');
  await expect(mark.locator('use')).toHaveAttribute('href', /-right$/);
  await expect(leaf).toBeHidden();
  expect(await rows.count()).toBeLessThan(all);
  // It says how many are in it, and the mark alone selects nothing.
  await expect(group.locator('.cnt')).toHaveText(String(all - (await rows.count())));
  await expect(tree(page).locator('[aria-selected=true]')).toHaveCount(0);
  await group.locator('.tx').dblclick();
  await expect(group).toHaveAttribute('aria-expanded', 'true');
  await expect(rows).toHaveCount(all);

  await tree(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowLeft');
  await expect(group).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('ArrowRight');
  await expect(group).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(rows.nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowLeft');
  await expect(group).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Space');
  await expect(group).toHaveAttribute('aria-expanded', 'false');
  await app.axe();
});

test('an address of the time before modules were rows of their own selects its row', async ({ app }) => {
  const { page } = app;
  const module = 'module.pods["web"]';
  await openLong(app, 'older-address', 12, (index) => (index === 0 ? settings(0) : `${module}.kubernetes_config_map.settings[${index}]`));
  const path = new URL(page.url()).pathname;
  await app.open(`${path}?span=${encodeURIComponent(`provisioner/apply/${module}.kubernetes_config_map.settings[7]`)}`);
  const row = tree(page).getByRole('treeitem', { name: /^kubernetes_config_map\.settings\[7\]/ });
  await expect(row).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('complementary', { name: 'Selected span' }).getByRole('heading')).toContainText('settings[7]');
});
