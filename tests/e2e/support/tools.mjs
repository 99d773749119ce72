// Finds what the tests need on this machine, starts the embedded control plane, knows its people and how axe is asked. Shared by the
// Playwright specs, the journeys and the bench; imports nothing but Node. Every failure names the missing thing and the way out.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));

/** Chromium: no sandbox (tests run as root in containers), no network of its own. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** People of the embedded control plane's company, with the password that all of them have. */
export const PEOPLE = { owner: 'ada@acme.test', admin: 'grace@acme.test', member: 'ken@acme.test' };
export const PASSWORD = 'gantry-demo-1';
/** The company, in memory: what the embedded control plane is started with where nothing else is wanted. */
export const COMPANY = ['--memory', '--seed', 'company'];

let axeSource;
/** Rules that axe has to have looked at before "no violation" means anything: the smallest page has about twice as many. */
const AXE_RULES = 10;

/**
 * Runs axe, every rule of it, over a page as it is.
 * @param {import('@playwright/test').Page} page
 * @returns {Promise<string[]>} the violations, each with the elements it is about
 */
export async function axe(page) {
  axeSource ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axeSource);
  const { checked, violations } = await page.evaluate(async () => {
    const result = await globalThis.axe.run({ resultTypes: ['violations'] });
    const where = (node) => `    ${node.target.join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ')}`;
    const violations = result.violations.map(({ id, help, nodes }) => [`${id}: ${help} (${nodes.length})`, ...nodes.slice(0, 5).map(where)].join('\n'));
    return { checked: result.passes.length, violations };
  });
  if (checked < AXE_RULES) throw new Error(`axe found nothing to look at on ${page.url()}: ${checked} rules passed`);
  return violations;
}

/** The path of the system's Chromium: $CHROMIUM, else the first known name on PATH. */
export function chromium() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM=${named}: no such file`);
  }
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
      const path = join(folder, name);
      if (folder && existsSync(path)) return path;
    }
  }
  throw new Error('no Chromium on PATH: apt-get install chromium (or set CHROMIUM=/path/to/it)');
}

/** The embedded control plane's binary: $CONTROL_PLANE, else the newest build of it. */
export function controlPlane() {
  const named = process.env.CONTROL_PLANE;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CONTROL_PLANE=${named}: no such file`);
  }
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  const built = ['release', 'debug']
    .map((profile) => join(target, profile, 'control-plane'))
    .filter((path) => existsSync(path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (built.length === 0) throw new Error('the embedded control plane is not built: cargo build -p control-plane');
  return built[0];
}

/** The folder of the built app: $SITE, else dist/. */
export function site() {
  const folder = resolve(ROOT, process.env.SITE ?? 'dist');
  if (!existsSync(join(folder, 'index.html'))) throw new Error(`no built app in ${folder}: make dist`);
  return folder;
}

/**
 * Starts the embedded control plane on a free port and waits for its own word that it listens.
 * @param {string[]} options its command line, without --listen
 * @param {{binary?: string, listen?: string, patience_ms?: number}} [how]
 * @returns {Promise<{url: string, output: () => string, ended: () => string | number | null, signal: (name: NodeJS.Signals) => void, stop: () => Promise<void>}>}
 */
export function startControlPlane(options, { binary = controlPlane(), listen = '127.0.0.1:0', patience_ms = 60_000 } = {}) {
  const child = spawn(binary, ['--listen', listen, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = new Promise((done) => child.once('exit', done));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(hard);
  };
  // A run that is broken off must not leave servers behind.
  const left = () => child.kill('SIGKILL');
  process.once('exit', left);
  child.once('exit', () => process.off('exit', left));
  return new Promise((resolve_, reject) => {
    const late = setTimeout(() => {
      stop();
      reject(new Error(`the embedded control plane did not listen within ${patience_ms / 1000} s:\n${output}`));
    }, patience_ms);
    child.once('error', (error) => {
      clearTimeout(late);
      reject(new Error(`${binary} does not start: ${error.message}`));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(late);
      reject(new Error(`the embedded control plane ended at once (${signal ?? `code ${code}`}):\n${output}`));
    });
    const hear = (chunk) => {
      output += chunk;
      const url = output.match(/listening on (http:\/\/[^\s/]+)/)?.[1];
      if (url) {
        clearTimeout(late);
        resolve_({ url, output: () => output, ended: () => child.signalCode ?? child.exitCode, signal: (name) => child.kill(name), stop });
      }
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
  });
}
