// The published server configurations with the real servers: nginx and Caddy, at the root of a host and below a path.
import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS, chromium } from '../e2e/support/tools.mjs';
import type { Hosting } from './fixture';

export default defineConfig<Hosting>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../target/hosting/results',
  retries: 0,
  workers: Number(process.env.E2E_WORKERS ?? 2),
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions: { executablePath: chromium(), args: CHROMIUM_ARGS },
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'nginx /', use: { with: 'nginx', where: 'own-host', base: '/' } },
    { name: 'nginx /a/b/', use: { with: 'nginx', where: 'below-a-path', base: '/a/b/' } },
    { name: 'Caddy /', use: { with: 'Caddy', where: 'own-host', base: '/' } },
    { name: 'Caddy /a/b/', use: { with: 'Caddy', where: 'below-a-path', base: '/a/b/' } },
  ],
});
