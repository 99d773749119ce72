// A page of another site that shows panels: serves the examples of docs/embedding, as they are published, from an origin of its own and with the policies
// that such pages have. Only the address of Gantry in them is filled in, and whichever other `words` a test has.
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPANY, ROOT, site, startControlPlane } from './tools.mjs';

/** How the examples write the address of Gantry. */
const EXAMPLE = 'https://gantry.example.com/';

const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css' };

/** The policies of the pages that panels stand in; `gantry` is the origin that each has to let through. */
export const POLICIES = {
  /** A portal with the strictest one that a panel needs. */
  plain: (gantry) => `default-src 'none'; script-src 'self' ${gantry}; style-src 'self'; connect-src 'self'; frame-src ${gantry}; base-uri 'none'; form-action 'none'`,
  /** Backstage's own, with what docs/embedding.md adds. */
  backstage: (gantry) =>
    `default-src 'self'; base-uri 'self'; font-src 'self' https: data:; form-action 'self'; frame-ancestors 'self'; img-src 'self' data:; object-src 'none'; script-src 'self' 'unsafe-eval' ${gantry}; script-src-attr 'none'; style-src 'self' https:; connect-src 'self' http: https:; frame-src 'self' ${gantry}`,
  /** Grafana's template, with a nonce. */
  grafana: (gantry) =>
    `script-src 'self' 'unsafe-eval' 'strict-dynamic' 'nonce-r4nd0m'; object-src 'none'; font-src 'self'; style-src 'self' blob:; img-src * data:; base-uri 'self'; connect-src 'self'; manifest-src 'self'; media-src 'none'; form-action 'self'; frame-src ${gantry}`,
};

/** A text panel of Grafana: its content becomes elements, and its scripts are run, by a script of Grafana's own. */
const TEXT_PANEL = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Dashboard</title></head><body><main><h1>Dashboard</h1><div id="panel"></div></main>
<script nonce="r4nd0m">fetch("grafana.html").then((it) => it.text()).then((html) => {
  const panel = document.getElementById("panel");
  panel.append(document.createRange().createContextualFragment(html));
});</script></body></html>`;

/** A page that is empty but for what a test puts into it. */
const BLANK = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Another page</title></head><body><main><h1>Another page</h1></main></body></html>';

/**
 * Starts the server of the other site. It has another host name than the control plane of the tests, so that the two are different sites and a
 * cookie of the one is none in a frame of the other.
 */
export async function startOtherPage() {
  /** @type {{gantry: string, token: string | null, asked: string[], policy: keyof typeof POLICIES | 'none', words: Record<string, string>}} */
  const to = { gantry: '', token: '', asked: [], policy: 'plain', words: {} };
  const answer = (request) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const name = url.pathname.slice(1);
    if (name === 'coder-token') {
      to.asked.push(url.searchParams.get('reason') ?? '');
      return to.token === null ? { status: 503, type: 'text/plain', body: '' } : { type: 'text/plain', body: to.token };
    }
    if (name === 'favicon.ico') return { type: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' };
    if (name === 'blank') return { type: TYPES.html, body: BLANK };
    if (name === 'dashboard') return { type: TYPES.html, body: TEXT_PANEL };
    const react = name.match(/^(react(?:-dom)?)\.production\.min\.js$/);
    const file = react ? join(ROOT, 'node_modules', react[1], 'umd', name) : join(ROOT, 'docs', 'embedding', name);
    if (!/^[\w.-]+$/.test(name)) return { status: 404, type: 'text/plain', body: 'no such file' };
    try {
      let body = readFileSync(file, 'utf8').replaceAll(EXAMPLE, to.gantry);
      for (const [example, own] of Object.entries(to.words)) body = body.replaceAll(example, own);
      return { type: TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain', body };
    } catch {
      return { status: 404, type: 'text/plain', body: 'no such file' };
    }
  };
  const server = createServer((request, response) => {
    const { status = 200, type, body } = answer(request);
    const origin = new URL(to.gantry || EXAMPLE).origin;
    const policy = to.policy === 'none' ? {} : { 'Content-Security-Policy': POLICIES[to.policy](origin) };
    response.writeHead(status, { 'Content-Type': type, 'Referrer-Policy': 'no-referrer', ...policy }).end(body);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  const origin = `http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  return { origin, to, stop: () => new Promise((done) => { server.closeAllConnections(); server.close(() => done(undefined)); }) };
}

/**
 * Makes a site that lets pages of `origins` show its panels: by its configuration and, unless `headers` says otherwise, by its headers.
 * @param {string[]} origins
 * @param {{headers?: string[], features?: object}} [how]
 */
export function siteFor(origins, { headers = origins, features = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-embed-'));
  const own = ['config.json', '_headers'];
  for (const name of readdirSync(site())) if (!own.includes(name)) symlinkSync(join(site(), name), join(folder, name));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ embed_origins: origins, features }));
  const published = readFileSync(join(site(), '_headers'), 'utf8');
  const [all, panels] = published.split('/embed/*\n');
  writeFileSync(join(folder, '_headers'), `${all}/embed/*\n${panels.replace("frame-ancestors 'self'", `frame-ancestors 'self' ${headers.join(' ')}`)}`);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Starts a control plane with such a site.
 * @param {string[]} origins
 * @param {string} base
 * @param {{headers?: string[], features?: object, options?: string[]}} [how]
 */
export async function startFor(origins, base, { options = [], ...how } = {}) {
  const made = siteFor(origins, how);
  const server = await startControlPlane([...COMPANY, ...options, '--speed', '20', '--site', made.folder, '--base', base]);
  return { ...server, stop: async () => { await server.stop(); made.remove(); } };
}
