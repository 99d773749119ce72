// The guard that all other specs rely on: it must notice what it is there for, and pass over only what a test lists.
import { expect, test } from '@playwright/test';
import { Complaints } from '../support/fixture';

const PAGE = 'http://guard.test/';
const CSP = { 'Content-Security-Policy': "default-src 'none'; script-src 'self'; connect-src 'self'" };

async function complaintsOf(context: import('@playwright/test').BrowserContext, html: string, script: string, allow?: (c: Complaints) => void) {
  const complaints = new Complaints();
  allow?.(complaints);
  await complaints.watch(context);
  await context.route('**/*', (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === '/') return route.fulfill({ contentType: 'text/html', headers: CSP, body: `<!doctype html><title>t</title>${html}<script src="/s.js"></script>` });
    if (path === '/s.js') return route.fulfill({ contentType: 'text/javascript', body: script });
    return route.fulfill({ status: 404, contentType: 'application/json', body: '{}' });
  });
  const page = await context.newPage();
  await page.goto(PAGE);
  await page.waitForFunction(() => (globalThis as unknown as { done?: boolean }).done === true);
  return complaints.list();
}

test('a quiet page gives no complaint', async ({ context }) => {
  expect(await complaintsOf(context, '<p>hello</p>', 'done = true')).toEqual([]);
});

test('a page error is one', async ({ context }) => {
  const found = await complaintsOf(context, '', 'setTimeout(() => { globalThis.done = true; throw new Error("broken"); })');
  expect(found.join()).toContain('page error: Error: broken');
});

test('a violation of the content security policy is one', async ({ context }) => {
  const found = await complaintsOf(context, '<p style="color: red">styled</p>', 'done = true');
  expect(found.join('\n')).toContain('CSP violation: style-src');
});

test('a console error is one', async ({ context }) => {
  expect((await complaintsOf(context, '', 'console.error("odd"); globalThis.done = true')).join()).toContain('console error: odd');
});

test('a failed response is one unless the test lists its status and path', async ({ browser }) => {
  const script = 'fetch("/api/x").then(() => { globalThis.done = true })';
  const fresh = () => browser.newContext();
  expect((await complaintsOf(await fresh(), '', script)).join()).toContain('status of 404');
  expect(await complaintsOf(await fresh(), '', script, (c) => c.allow(404, /\/api\/x$/))).toEqual([]);
  expect((await complaintsOf(await fresh(), '', script, (c) => c.allow(401, /\/api\/x$/))).join()).toContain('status of 404');
  expect((await complaintsOf(await fresh(), '', script, (c) => c.allow(404, /\/api\/y$/))).join()).toContain('status of 404');
});
