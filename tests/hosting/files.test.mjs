// The published configurations, read: all of them name the headers of public/_headers and the same paths of the control plane, and what cannot be started
// here (Kubernetes, a container) is at least what such a thing can read. What the servers make of theirs is tried by hosting.spec.ts.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ROOT, site } from '../e2e/support/tools.mjs';
import { headersOf, rules } from './rules.mjs';
import { freePort, startCaddy, startNginx } from './servers.mjs';

const read = (file) => readFileSync(join(ROOT, 'hosting', file), 'utf8');
// Playwright brings a reader of YAML with it.
const { yaml } = createRequire(import.meta.url)('../../node_modules/playwright-core/lib/utilsBundle.js');
const documents = (file) => yaml.parseAllDocuments(read(file)).map((document) => {
  assert.deepEqual(document.errors, [], file);
  return document.toJS();
});
const titled = (name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

test('nginx and Caddy name each header of public/_headers as it stands there, and no other', () => {
  const wanted = Object.entries(headersOf('/index.html')).filter(([name]) => name !== 'cache-control');
  const panel = headersOf('/embed/workspaces');
  assert.ok(wanted.length >= 5);
  assert.equal(panel['content-security-policy'], headersOf('/')['content-security-policy'], 'nobody may show a panel until a site says so');
  assert.equal(panel['cross-origin-opener-policy'], 'unsafe-none');
  // What the two kinds of pages differ in is a variable of nginx, and a line of its own for Caddy.
  const written = {
    'nginx/gantry-files.conf': { "frame-ancestors 'self'": 'frame-ancestors $gantry_ancestors', 'same-origin': '$gantry_opener' },
    'caddy/gantry.caddy': {},
  };
  for (const [file, line, each] of [
    ['nginx/gantry-files.conf', (name, value) => new RegExp(`^add_header ${name} "?${value}"? always;$`, 'm'), /^add_header (\S+)/gm],
    ['caddy/gantry.caddy', (name, value) => new RegExp(`^\\s*header ${name} "?${value}"?$`, 'm'), /^\s*header (?:@\w+ )?(\S+)/gm],
  ]) {
    const text = read(file);
    for (const [name, value] of wanted) {
      const as = Object.entries(written[file]).reduce((text_, [from, to]) => text_.replace(from, () => to), value);
      assert.match(text, line(titled(name), as.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')), `${file}: ${name}`);
    }
    const named = new Set([...text.matchAll(each)].map(([, name]) => name.toLowerCase()));
    assert.deepEqual([...named].sort(), [...wanted.map(([name]) => name), 'cache-control', 'access-control-allow-origin'].sort(), file);
  }
  const caddy = read('caddy/gantry.caddy');
  assert.ok(caddy.includes(`header @panel Content-Security-Policy "${panel['content-security-policy'].replace("frame-ancestors 'self'", "frame-ancestors 'self' {$GANTRY_EMBED_ORIGINS}")}"`));
  assert.ok(caddy.includes('header @panel Cross-Origin-Opener-Policy unsafe-none'));
  const kept = rules().find(({ pattern }) => pattern === '/assets/*').headers['cache-control'];
  for (const file of ['nginx/gantry-http.conf', 'caddy/gantry.caddy']) assert.ok(read(file).includes(`"${kept}"`), `${file}: how long assets are kept`);
});

test('what is the control plane’s is the same everywhere', () => {
  const paths = /api\/\|icon\/\|emojis\/\|external-auth\/\|@\[\^\/\]\+\/\[\^\/\]\+\/apps\//;
  for (const file of ['nginx/own-host.conf', 'caddy/gantry.caddy', 'kubernetes-own-host.yaml']) assert.match(read(file), paths, file);
});

test('the manifests of Kubernetes fit together', () => {
  const all = documents('kubernetes.yaml');
  const of = (kind) => all.find((one) => one.kind === kind);
  assert.deepEqual(all.map(({ kind }) => kind), ['ConfigMap', 'Deployment', 'Service', 'Ingress']);
  for (const { apiVersion, metadata } of all) assert.ok(apiVersion && metadata.name);
  assert.deepEqual(JSON.parse(of('ConfigMap').data['config.json']), JSON.parse(readFileSync(join(ROOT, 'public', 'config.json'), 'utf8')));
  const { spec } = of('Deployment').spec.template;
  const [container] = spec.containers;
  assert.deepEqual(of('Deployment').spec.selector.matchLabels, of('Service').spec.selector);
  assert.deepEqual(of('Deployment').spec.template.metadata.labels, of('Service').spec.selector);
  assert.equal(container.ports[0].name, of('Service').spec.ports[0].targetPort);
  assert.equal(container.readinessProbe.httpGet.port, container.ports[0].name);
  assert.match(read('container/nginx.conf'), new RegExp(`listen ${container.ports[0].containerPort};`));
  assert.match(read('Containerfile'), new RegExp(`^EXPOSE ${container.ports[0].containerPort}$`, 'm'));
  for (const { name } of container.volumeMounts) assert.ok(spec.volumes.some((volume) => volume.name === name), `volume ${name}`);
  assert.equal(container.volumeMounts[0].mountPath, '/srv/gantry/config.json');
  // Whatever is mounted is in the ConfigMap under that name, and takes the place of a file that the image has.
  const data = of('ConfigMap').data;
  for (const { name, mountPath, subPath } of container.volumeMounts.filter((mount) => mount.subPath)) assert.ok(name === 'config' && subPath in data && mountPath.endsWith(`/${subPath}`), mountPath);
  const rules = (text) => text.split('\n').filter((line) => line.trim() && !line.trim().startsWith('#')).map((line) => line.trim());
  assert.deepEqual(rules(data['gantry-embed.conf']), rules(read('nginx/gantry-embed.conf')));
  // Where it may not write it does not.
  for (const [, path] of read('container/nginx.conf').matchAll(/^(?:pid|\s*\w+_temp_path) (\S+);$/gm)) assert.match(path, /^\/tmp\//);
  for (const ingress of [of('Ingress'), ...documents('kubernetes-own-host.yaml')]) {
    for (const { path, backend } of ingress.spec.rules[0].http.paths) {
      assert.ok(path.startsWith('/'));
      if (backend.service.name === 'gantry') assert.equal(backend.service.port.name, of('Service').spec.ports[0].name);
    }
  }
});

test('the container image takes what the package has', () => {
  const text = read('Containerfile');
  assert.match(text, /^FROM \S+$/m);
  assert.match(text, /^CMD \["nginx", "-g", "daemon off;"\]$/m);
  const copied = [...text.matchAll(/^COPY (.+) (\S+)$/gm)].flatMap(([, from]) => from.split(' '));
  assert.ok(copied.length >= 3);
  for (const path of copied) assert.ok(path === 'site' || existsSync(join(ROOT, path)), `${path} is copied into the image`);
});

test('docs/hosting.md names every file of the kit', () => {
  const page = readFileSync(join(ROOT, 'docs', 'hosting.md'), 'utf8');
  for (const file of readdirSync(join(ROOT, 'hosting'), { recursive: true, withFileTypes: true })) {
    if (file.isFile()) assert.ok(page.includes(file.name), `${file.name} is not named in docs/hosting.md`);
  }
});

let server;
before(async () => {
  server = await startNginx({ where: 'container', port: await freePort(), site: site() });
});
after(() => server?.stop());

test('the web server of the image serves the site under any path', async () => {
  for (const base of ['/', '/gantry/', '/a/b/']) {
    const page = await fetch(`${server.url}${base}workspaces`);
    assert.equal(page.status, 200);
    const text = await page.text();
    assert.match(text, /id="assets"/, base);
    const asset = text.match(/href="(assets\/gantry-[^"]+\.js)"/)[1];
    const script = await fetch(server.url + base + asset);
    assert.equal(script.status, 200, base + asset);
    for (const [name, value] of Object.entries(headersOf(`/${asset}`))) assert.equal(script.headers.get(name), value, `${base}: ${name}`);
    assert.equal((await fetch(`${server.url}${base}assets/gone.js`)).status, 404);
  }
});

test('pages that a site names may show its panels, and no other page of it', async () => {
  const panelsIn = 'https://portal.example.com https://grafana.example.com';
  for (const start of [startNginx, startCaddy]) {
    const named = await start({ where: 'below-a-path', base: '/a/b/', port: await freePort(), coder: 'http://127.0.0.1:9', site: site(), panelsIn });
    try {
      const ancestors = async (path) => (await fetch(`${named.url}/a/b/${path}`)).headers.get('content-security-policy').match(/frame-ancestors ([^;]*)/)[1].trim();
      for (const path of ['embed/workspaces', 'embed/timings/@ada/web/builds/3?theme=dark', 'embed/sign-in']) assert.equal(await ancestors(path), `'self' ${panelsIn}`, `${start.name} ${path}`);
      for (const path of ['', 'workspaces', 'workspaces?x=/embed/', '@ada/web']) assert.equal(await ancestors(path), "'self'", `${start.name} ${path}`);
      assert.equal((await fetch(`${named.url}/a/b/embed/sign-in`)).headers.get('cross-origin-opener-policy'), 'unsafe-none', start.name);
      assert.equal((await fetch(`${named.url}/a/b/embed.js`)).headers.get('access-control-allow-origin'), '*', start.name);
      assert.equal((await fetch(`${named.url}/a/b/workspaces`)).headers.get('access-control-allow-origin'), null, start.name);
    } finally {
      await named.stop();
    }
  }
});

test('nginx without brotli serves gzip', async () => {
  const plain = await startNginx({ where: 'own-host', port: await freePort(), coder: 'http://127.0.0.1:9', site: site(), brotli: false });
  try {
    const answer = await fetch(`${plain.url}/`, { headers: { 'Accept-Encoding': 'br, gzip' } });
    assert.equal(answer.headers.get('content-encoding'), 'gzip');
    // A control plane that is gone is told as such, by the server and not by the page.
    assert.equal((await fetch(`${plain.url}/api/v2/buildinfo`)).status, 502);
  } finally {
    await plain.stop();
  }
});

test('the package has what a web server unpacks, and its checksums fit', () => {
  const folder = join(ROOT, 'target', 'package');
  const archive = readdirSync(folder).find((name) => name.endsWith('.tar.gz'));
  execFileSync('sha256sum', ['--check', '--quiet', `${archive}.sha256`], { cwd: folder });
  const name = archive.replace('.tar.gz', '');
  const unpacked = mkdtempSync(join(tmpdir(), 'gantry-package-'));
  execFileSync('tar', ['-xzf', join(folder, archive), '-C', unpacked]);
  try {
    execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: join(unpacked, name, 'site') });
    for (const file of ['site/index.html', 'site/version.json', 'site/licences.txt', 'hosting/nginx/own-host.conf', 'hosting/Containerfile', 'hosting.md', 'LICENSE']) {
      assert.ok(existsSync(join(unpacked, name, file)), file);
    }
    // The commands that the page begins with name this archive and what is in it.
    const page = readFileSync(join(ROOT, 'docs', 'hosting.md'), 'utf8');
    assert.ok(page.includes(archive), `docs/hosting.md names ${archive}`);
    for (const [, file] of page.matchAll(new RegExp(`/srv/${name.replaceAll('.', '\\.')}/([\\w/.-]+)`, 'g'))) assert.ok(existsSync(join(unpacked, name, file)), file);
  } finally {
    rmSync(unpacked, { recursive: true });
  }
});
