// The journeys' driver over Playwright and the system's Chromium.
import { readFileSync } from 'node:fs';
import { chromium as engine, expect } from '@playwright/test';
import { CHROMIUM_ARGS, chromium } from '../support/tools.mjs';
import { dropFile } from './finder.mjs';

const PATIENCE_MS = 30_000;

/**
 * @param {string} site the address of the app, without a slash at its end
 * @returns {Promise<import('./driver.mjs').Driver>}
 */
export async function drive(site) {
  const browser = await engine.launch({ executablePath: chromium(), args: CHROMIUM_ARGS, headless: true });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', reducedMotion: 'reduce' });
  const complaints = [];
  await context.exposeBinding('__csp', (_source, text) => complaints.push(`CSP violation: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => globalThis.__csp(`${event.effectiveDirective} blocked ${event.blockedURI}`));
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => complaints.push(`page error: ${error.stack ?? error.message}`));

  /** The page, or the frame that a journey is in: a frame in an element's shadow too. */
  let here = page;
  const locate = ({ role, name, within }) => {
    const root = within ? locate(within) : here;
    const how = name === undefined ? {} : { name, exact: typeof name === 'string' };
    const found = root.getByRole(role, how);
    // A password field has no ARIA role, though every browser's accessibility tree calls it a textbox.
    return role === 'textbox' && name !== undefined ? found.or(root.getByLabel(name, { exact: typeof name === 'string' }).and(root.locator('input[type=password]'))) : found;
  };
  return {
    open: async (path) => {
      here = page;
      await page.goto(new URL(path, site).href);
    },
    inside: async (title) => {
      here = page.frameLocator(`iframe[title="${title}"]`);
      await here.locator('body').waitFor({ state: 'attached' });
    },
    outside: async () => void (here = page),
    find: (role, name, within) => ({ role, name, within }),
    wait: (element, timeout = PATIENCE_MS) => locate(element).first().waitFor({ state: 'visible', timeout }),
    gone: (element, timeout = PATIENCE_MS) => expect(locate(element).filter({ visible: true })).toHaveCount(0, { timeout }),
    says: async (element, words, timeout = PATIENCE_MS) => {
      await expect(locate(element).first()).toHaveText(words, { timeout });
      return (await locate(element).first().textContent()) ?? '';
    },
    there: (element) => locate(element).first().isVisible(),
    click: async (element) => {
      const target = locate(element).first();
      await target.scrollIntoViewIfNeeded();
      // Right after a scroll the browser still takes a click for the frame that lay under it before.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await target.click();
    },
    type: (element, text) => locate(element).first().fill(text),
    press: (key) => page.keyboard.press(key),
    text: async (element) => (await locate(element).first().textContent()) ?? '',
    table: async (heads) => {
      let table = here.getByRole('table');
      for (const head of heads) table = table.filter({ has: here.getByRole('columnheader', { name: head, exact: true }) });
      await table.first().waitFor({ state: 'visible' });
      return table.first().evaluate((element) => {
        const text = (cell) => (cell.textContent ?? '').trim();
        const [first, ...rows] = Array.from(element.querySelectorAll('tr')).filter((row) => row.cells.length > 1 && !row.hidden);
        const names = Array.from(first.cells, text);
        return rows.map((row) => Object.fromEntries(Array.from(row.cells, (cell, at) => [names[at], text(cell)])));
      });
    },
    save: async (element) => {
      const [download] = await Promise.all([page.waitForEvent('download'), locate(element).first().click()]);
      return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
    },
    drop: (file) => page.evaluate(dropFile, file),
    address: async () => page.url(),
    picture: async (file) => void (await page.screenshot({ path: file, fullPage: true })),
    complaints: async () => [...complaints],
    close: async () => {
      // A journey that broke off is still signed in; without a session this is refused, and nothing is lost.
      await context.request.post(`${site}/api/v2/users/logout`, { headers: { Authorization: 'Bearer gantry' } }).catch(() => undefined);
      await browser.close();
    },
  };
}
