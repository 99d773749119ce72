// The browser engines that the journeys run in, what each needs on this machine, and how a driver for it is had.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT, chromium } from '../support/tools.mjs';
import { drive } from './playwright.mjs';
import { driveRemote, run } from './webdriver.mjs';

/** Where a program lies: among the project's own tools or on PATH. */
function program(...names) {
  for (const folder of [join(ROOT, '.tools', 'bin'), ...(process.env.PATH ?? '').split(delimiter)]) {
    for (const name of names) if (folder && existsSync(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

/** WebKitGTK's own small browser, which lies beside its library: the only one that its driver starts by itself. */
function miniBrowser() {
  const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((machine) => ['4.1', '4.0'].map((version) => `/usr/lib/${machine}/webkit2gtk-${version}`));
  return folders.map((folder) => join(folder, 'MiniBrowser')).find((path) => existsSync(path));
}

/** A display that nobody sees: WebKit has no mode without one. */
async function display() {
  const screen = run(program('Xvfb'), ['-displayfd', '3', '-screen', '0', '1400x1100x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const number = await new Promise((done) => {
    let said = '';
    screen.child.stdio[3].setEncoding('utf8').on('data', (chunk) => {
      said += chunk;
      if (said.endsWith('\n')) done(said.trim());
    });
    screen.child.once('exit', () => done(undefined));
  });
  if (!number) throw new Error(`Xvfb ended at once:\n${screen.output()}`);
  return { name: `:${number}`, stop: screen.stop };
}

/** Reads what Firefox noted of the page: it is asked in the browser's own context, for WebDriver knows no page errors. */
const FIREFOX_NOTES = `
return Services.console.getMessageArray()
  .filter((note) => note instanceof Ci.nsIScriptError && !(note.flags & Ci.nsIScriptError.warningFlag))
  .filter((note) => /^(content javascript|CSP_)/.test(note.category) || /Content-Security-Policy/.test(note.errorMessage))
  .filter((note) => note.sourceName.startsWith(arguments[0]))
  .map((note) => (/^content javascript/.test(note.category) ? 'page error: ' : 'CSP violation: ') + note.errorMessage + ' (' + note.sourceName + ':' + note.lineNumber + ')');`;

/**
 * `missing` says in a sentence what an engine lacks here and how it is had; `drive` starts it.
 * `late`: what a page complains of while it loads is not heard, for it is listened to only then.
 * @type {Record<string, {late?: boolean, missing: () => string | undefined, drive: (site: string) => Promise<import('./driver.mjs').Driver>}>}
 */
export const ENGINES = {
  chromium: {
    missing: () => {
      try {
        chromium();
        return undefined;
      } catch (error) {
        return error.message;
      }
    },
    drive,
  },
  firefox: {
    missing: () => {
      if (!program('firefox-esr', 'firefox')) return 'Firefox is not here: apt-get install firefox-esr';
      return program('geckodriver') ? undefined : 'geckodriver is not here: cargo install geckodriver --locked';
    },
    drive: (site) =>
      driveRemote(site, {
        program: program('geckodriver'),
        // The system access is what lets the browser's own notes be read.
        options: (port) => ['--port', String(port), '--websocket-port', '0', '--allow-system-access', '--log', 'error'],
        capabilities: {
          browserName: 'firefox',
          'moz:firefoxOptions': {
            binary: program('firefox-esr', 'firefox'),
            args: ['-headless'],
            prefs: { 'intl.accept_languages': 'en-GB', 'ui.prefersReducedMotion': 1, 'app.update.auto': false, 'datareporting.policy.dataSubmissionEnabled': false },
          },
        },
        complaints: async ({ call, script, site: address }) => {
          await call('POST', '/moz/context', { context: 'chrome' });
          try {
            return await script(FIREFOX_NOTES, address);
          } finally {
            await call('POST', '/moz/context', { context: 'content' });
          }
        },
      }),
  },
  webkit: {
    late: true,
    missing: () => {
      if (!program('WebKitWebDriver')) return 'WebKitWebDriver is not here: apt-get install webkit2gtk-driver';
      if (!miniBrowser()) return "WebKitGTK's MiniBrowser is not here: apt-get install webkit2gtk-driver, which brings it with its library";
      return program('Xvfb') ? undefined : 'Xvfb is not here, and WebKit needs a display: apt-get install xvfb';
    },
    drive: async (site) => {
      const screen = await display();
      return driveRemote(site, {
        program: program('WebKitWebDriver'),
        options: (port) => [`--port=${port}`],
        env: { DISPLAY: screen.name, GDK_BACKEND: 'x11', LIBGL_ALWAYS_SOFTWARE: '1', NO_AT_BRIDGE: '1' },
        capabilities: {
          browserName: 'MiniBrowser',
          'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] },
        },
        // The browser cannot be asked what it noted of a page.
        complaints: undefined,
        stop: screen.stop,
      });
    },
  },
};
