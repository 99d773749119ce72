// A page of the app behind a real web server: the e2e tests' own fixture, with nginx or Caddy in front of the embedded control plane.
import { test as end } from '../e2e/support/fixture';
import { COMPANY, site, startControlPlane } from '../e2e/support/tools.mjs';
import { freePort, startCaddy, startNginx } from './servers.mjs';

export { PASSWORD, PEOPLE, expect } from '../e2e/support/fixture';

/** Set per project in playwright.config.ts. */
export type Hosting = {
  with: 'nginx' | 'Caddy';
  /** Which of the published arrangements. */
  where: 'own-host' | 'below-a-path';
  base: string;
};

export const test = end.extend<Omit<Hosting, 'base'>>({
  with: ['nginx', { option: true }],
  where: ['own-host', { option: true }],
  server: async ({ base, context, with: kind, where }, use) => {
    const port = await freePort();
    // It is known by the address that people use, so that single sign-on returns there.
    const behind = await startControlPlane([...COMPANY, '--speed', '20', '--oidc', '--access-url', `http://localhost:${port}`]);
    const start = kind === 'nginx' ? startNginx : startCaddy;
    const front = await start({ where, port, coder: behind.url, site: site(), base });
    await use({ ...behind, url: front.url });
    // The pages first: they would complain that their control plane is gone.
    await Promise.all(context.pages().map((page) => page.close()));
    await front.stop();
    await behind.stop();
  },
});
