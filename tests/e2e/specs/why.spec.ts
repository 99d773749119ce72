// Why a build failed: in its row, in its sentence, and the ways between these, the chart and the log. The server's log is another one here, as real servers have it.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixture';

const SOURCE = ['  33: resource "docker_image" "main" {', '', ''];
const ERRORS = [
  'Response contains error diagnostic',
  'Error: error reading from Vault: Error making API request.\n\nNamespace: admin\nURL: GET https://vault.example.com/v1/sys/auth\nCode: 403. Errors:\n\n* 1 error occurred:\n\t* permission denied\n\n',
  'on main.tf line 33, in resource "docker_image" "main":',
  ...SOURCE,
  'Error: Client Error',
  'on main.tf line 44, in resource "docker_volume" "home":',
  '',
  'failed to wait for job: template import failed: no template of this name',
  'Error: Unable to create container: address already in use',
  'on modules/dev/main.tf line 55, in resource "docker_container" "main":',
  '',
  '',
];
const INFO = Array.from({ length: 120 }, (_, index) => `layer ${index} of 120`);

/** The log of the page's builds, from now on. */
async function tell(page: Page, outputs: [string, string][]): Promise<void> {
  const lines = outputs.map(([level, output], index) => ({
    id: index + 1,
    created_at: new Date(Date.UTC(2026, 10, 24, 10, 0, 0, index * 10)).toISOString(),
    log_source: 'provisioner',
    log_level: level,
    stage: 'Starting workspace',
    output,
  }));
  await page.route(/\/workspacebuilds\/[^/]+\/logs$/, (route) => route.fulfill({ json: lines }));
}

const said = (outputs: string[], level: string) => outputs.map((output): [string, string] => [level, output]);

test('a row tells the cause first and leads to all of it', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.make('fail-apply-why');
  await tell(page, [...said(INFO, 'info'), ...said(ERRORS, 'error')]);
  await app.open('/workspaces?q=name%3Afail-apply-why');
  const why = app.row('fail-apply-why').getByRole('link', { name: /permission denied/ });
  await expect(why).toHaveText(/^error reading from Vault: permission denied · docker_image\.main/);
  await expect(app.row('fail-apply-why')).toContainText('and 2 more errors');
  await app.axe();
  await page.setViewportSize({ width: 360, height: 740 });
  await expect(why).toBeVisible();
  // Nothing of it is cut off: the line ends below it.
  const more = app.row('fail-apply-why').getByText('and 2 more errors');
  await expect(more).toBeInViewport({ ratio: 1 });
  await why.focus();
  await page.keyboard.press('Enter');
  const main = page.getByRole('main');
  await expect(page.getByRole('heading', { name: 'Build 1', level: 1 })).toBeVisible();
  await expect(main).toContainText(/“error reading from Vault: .* permission denied”, docker_image\.main/);
  await expect(main).toContainText('“Client Error: failed to wait for job: template import failed: no template of this name”');
  await expect(main.getByRole('button', { name: 'main.tf line 44' })).toBeVisible();
  await app.axe();
});

test('the chart and the log find each other: the page goes there, the focus too, and there is a way back', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.make('fail-apply-bridge');
  await tell(page, [...said(INFO, 'info'), ...said(ERRORS, 'error')]);
  await page.setViewportSize({ width: 1280, height: 600 });
  await app.open('/@ada/fail-apply-bridge/builds/1');
  const log = page.getByRole('log', { name: 'Log' });
  for (const [place, line] of [['main.tf line 44', 'Error: Client Error'], ['modules/dev/main.tf line 55', 'Error: Unable to create container']] as const) {
    const link = page.getByRole('main').getByRole('button', { name: place, exact: true });
    await link.focus();
    await page.keyboard.press('Enter');
    await expect(log).toBeFocused();
    await expect(log.getByText(line)).toBeInViewport();
    await expect(log.locator('.row.hit')).toContainText(line);
    await page.getByRole('button', { name: 'Back to where you were' }).click();
    await expect(link).toBeFocused();
    await expect(link).toBeInViewport();
    await expect(page.getByRole('button', { name: 'Back to where you were' })).toHaveCount(0);
  }
  const region = page.getByRole('region', { name: 'Log' });
  await region.getByRole('button', { name: 'First error' }).click();
  await expect(region).toContainText('at the first error, line 122 of');
  await region.getByRole('button', { name: 'Next error' }).click();
  await expect(region).toContainText('at error 2 of 3');
  await expect(log.locator('.row.hit')).toContainText('Error: Client Error');
});

test('in a build that succeeded what is said on the level of errors is no error', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.make('noisy');
  await tell(page, [...said(['Response contains error diagnostic'], 'error'), ...said(INFO, 'info')]);
  await app.open('/@ada/noisy/builds/1');
  await expect(page.getByRole('main')).toContainText('Start succeeded');
  await expect(page.getByRole('region', { name: 'Log' })).toContainText('Response contains error diagnostic');
  await expect(page.getByRole('button', { name: 'First error' })).toHaveAccessibleDescription('The log has no error line.');
});

test('a log is searched in both directions with its hits marked, copied line by line, and told by the clock', async ({ app }) => {
  const { page } = app;
  await app.signIn();
  await app.make('searched');
  await tell(page, [...said(INFO, 'info'), ['info', '10%\r50%\r100%\rall layers are there\r'], ['info', 'first\nsecond']]);
  await app.open('/@ada/searched/builds/1');
  const log = page.getByRole('log', { name: 'Log' });
  const search = page.getByRole('searchbox', { name: 'Search the log' });
  await search.fill('LAYER 11');
  await expect(page.getByText('11 found', { exact: true })).toBeVisible();
  await search.press('Enter');
  await expect(page.getByText('1 of 11', { exact: true })).toBeVisible();
  await expect(log.locator('mark').first()).toHaveText('layer 11');
  await page.getByRole('button', { name: 'Previous hit' }).click();
  await expect(page.getByText('11 of 11', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Next hit' }).click();
  await search.press('Shift+Enter');
  await expect(page.getByText('11 of 11', { exact: true })).toBeVisible();
  await search.fill('all layers');
  await search.press('Enter');
  const row = log.locator('.row', { hasText: 'all layers are there' });
  await expect(row).toBeVisible();
  await expect(row).not.toContainText('50%');
  const copied = await row.evaluate((element) => {
    const selection = window.getSelection();
    selection?.selectAllChildren(element);
    return selection?.toString() ?? '';
  });
  expect(copied.trim().split('\n')).toHaveLength(1);
  expect(copied).toMatch(/^\S+ s? ?INFO all layers are there/);
  const before = await row.locator('.t').textContent();
  await page.getByRole('button', { name: 'Clock times' }).click();
  await expect(row.locator('.t')).toHaveText(/^\d\d:\d\d:\d\d$/);
  await page.getByRole('button', { name: 'Clock times' }).click();
  await expect(row.locator('.t')).toHaveText(before ?? '');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const stream = await (await saving).createReadStream();
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  expect(text).toMatch(/^2026-11-24T10:00:01\.21\d*Z\s.* INFO {2}first\n2026-11-24T10:00:01\.21\d*Z\s.* INFO {2}second\n$/m);
  await app.axe();
});
