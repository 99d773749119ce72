// The pages as they look: pictures that are compared pixel by pixel, so that a broken width is seen by a machine. Renewed by `make pictures`, after
// which every changed picture is looked at. Time stands, in the control plane and in the browser.
import { join } from 'node:path';
import { expect, test } from '../support/fixture';
import { SCENES, atRest, openScene, standing } from '../support/pages';
import { CHROMIUM_ARGS, ROOT, chromium } from '../support/tools.mjs';

/** Where layouts change, and the windows that people have. */
const WIDTHS = [320, 768, 1024, 1280, 1920];
const LIST_WIDTHS = [320, 360, 768, 900, 1024, 1280, 1440, 1920];
const DARK_WIDTHS = [360, 1280];
const HEIGHT = 720;

test.use({
  launchOptions: {
    executablePath: chromium(),
    args: [...CHROMIUM_ARGS, '--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb', '--hide-scrollbars'],
    env: { ...process.env, FONTCONFIG_FILE: join(ROOT, 'tests/e2e/support/fonts.conf') } as Record<string, string>,
  },
});

test('the pictures have their typeface', async ({ page }) => {
  const widths = await page.evaluate(() => {
    const brush = document.createElement('canvas').getContext('2d')!;
    return ['"Liberation Sans"', '"No such face"', '"Liberation Mono"'].map((face) => ((brush.font = `100px ${face}`), brush.measureText('Workspaces 0123').width));
  });
  // Liberation Sans has the widths of Arial; where it is missing nothing has.
  expect(widths[0], 'apt-get install fonts-liberation').toBeCloseTo(798.6, 0);
  expect(widths[2], 'apt-get install fonts-liberation').toBeCloseTo(15 * 60.01, 0);
});

for (const scene of SCENES) {
  test(`${scene.name} looks as it did, in every width and both themes`, async ({ start, visit }) => {
    const app = await standing(start, visit, { signedIn: scene.signedIn });
    const { page } = app;
    await openScene(app, scene);
    // The port is another one each time.
    await page.evaluate(() => {
      const walker = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) node.textContent = (node.textContent ?? '').replace(/(localhost|127\.0\.0\.1):\d+/, 'console.example.com');
    });
    const take = async (width: number, scheme: 'light' | 'dark') => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: HEIGHT });
      await atRest(page);
      await expect.soft(page).toHaveScreenshot(`${scene.name}-${width}-${scheme}.png`);
    };
    for (const width of scene.name === 'list' ? LIST_WIDTHS : WIDTHS) await take(width, 'light');
    for (const width of DARK_WIDTHS) await take(width, 'dark');
  });
}

test('the list looks as it did in forced colours and at 400 %', async ({ start, visit }) => {
  const app = await standing(start, visit);
  await openScene(app, SCENES[0]);
  await app.page.emulateMedia({ forcedColors: 'active' });
  await atRest(app.page);
  await expect.soft(app.page).toHaveScreenshot('list-forced.png');
  await app.page.emulateMedia({ forcedColors: 'none' });
  // A window of 1280 × 800 at 400 % is as large as one of 320 × 200.
  await app.page.setViewportSize({ width: 320, height: 200 });
  await atRest(app.page);
  await expect.soft(app.page).toHaveScreenshot('list-400.png');
});
