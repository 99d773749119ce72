// End-to-end tests: the built app on the embedded control plane, at the root and under a prefix. Journeys have their own runner.
import { defineConfig } from '@playwright/test';
import type { Options } from './support/fixture';
import { CHROMIUM_ARGS, chromium } from './support/tools.mjs';

export default defineConfig<Options>({
  testDir: 'specs',
  outputDir: '../../target/e2e/results',
  // A test that passes only on the second try is a defect, so there is no second try.
  retries: 0,
  workers: Number(process.env.E2E_WORKERS ?? 2),
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  expect: {
    timeout: 15_000,
    // Fonts are drawn a little otherwise on another machine; a row that moved or a word that is cut is far more than this.
    toHaveScreenshot: { animations: 'disabled', caret: 'hide', scale: 'css', threshold: 0.25, maxDiffPixelRatio: 0.004 },
  },
  snapshotPathTemplate: '{testDir}/../pictures/{arg}{ext}',
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions: { executablePath: chromium(), args: CHROMIUM_ARGS },
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'root', use: { base: '/' } },
    // Under a prefix run the specs in which an address plays a part; what the others hold is the same anywhere, and is run once.
    {
      name: 'prefix',
      use: { base: '/a/b/' },
      testMatch: /(addresses|api-path|boot|create|embed|first-user|links|release|sessions|sign-in|templates|ways)\.spec\.ts$/,
    },
  ],
});
