// The real web servers with the published files (hosting/), in front of an embedded control plane: each in a folder of its own under target/, on a free
// port of this machine. Of the published files only what they mark as the site's own is filled in. Imports nothing but Node and the e2e tools.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { ROOT } from '../e2e/support/tools.mjs';

const HOSTING = join(ROOT, 'hosting');
/** Where Debian's nginx looks for what its packages add. */
const NGINX_MODULES = '/etc/nginx/modules-enabled/*.conf';
const NGINX_LIBRARIES = '/usr/lib/nginx/modules';

/** The path of a program on PATH, or where Debian keeps servers; says what to install. */
function program(name, packages) {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']) {
    if (folder && existsSync(join(folder, name))) return join(folder, name);
  }
  throw new Error(`no ${name} on this machine: apt-get install ${packages}`);
}

/** A port that is free at this moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A published file with the site's own values in place of those that it shows as examples, each of which has to be there. */
function filled(file, values) {
  let text = readFileSync(join(HOSTING, file), 'utf8');
  for (const [example, value] of values) {
    if (!text.includes(example)) throw new Error(`hosting/${file} has no “${example}” any more: tests/hosting/servers.mjs fills it in`);
    text = text.replaceAll(example, () => value);
  }
  return text;
}

/** Starts a program and waits until its port takes connections. */
async function running(binary, args, port, folder, own = {}) {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...own, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  const ended = new Promise((done) => child.once('exit', done));
  const left = () => child.kill('SIGKILL');
  process.once('exit', left);
  child.once('exit', () => process.off('exit', left));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  };
  const since = Date.now();
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${binary} ended at once:\n${output}`);
    try {
      await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' });
      return { stop, output: () => output };
    } catch {
      if (Date.now() - since > 20_000) {
        await stop();
        throw new Error(`${binary} does not answer at port ${port}:\n${output}`);
      }
      await new Promise((again) => setTimeout(again, 50));
    }
  }
}

let folders = 0;

function folderFor(name) {
  folders += 1;
  const folder = join(ROOT, 'target', 'hosting', `${name}-${process.pid}-${folders}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The path of a base without its last slash, as the published files write it. */
const bare = (base) => base.replace(/\/$/, '');

/**
 * nginx. `where` is "own-host", "below-a-path" or "container" (which has no control plane behind it). `panelsIn` are the origins whose pages may show panels.
 * @returns {Promise<{url: string, stop: () => Promise<void>, output: () => string}>}
 */
export async function startNginx({ where, port, coder, site, base, brotli = true, panelsIn = '' }) {
  const binary = program('nginx', 'nginx-light libnginx-mod-http-brotli-static');
  const folder = folderFor(`nginx-${where}-${brotli}`);
  cpSync(join(HOSTING, 'nginx'), join(folder, 'gantry'), { recursive: true });
  if (panelsIn) writeFileSync(join(folder, 'gantry', 'gantry-embed.conf'), filled('nginx/gantry-embed.conf', [['"~^[^?]*/embed/" "\'self\'";', `"~^[^?]*/embed/" "'self' ${panelsIn}";`]]));
  symlinkSync(NGINX_LIBRARIES, join(folder, 'modules'));
  const own = [['/srv/gantry;', `${site};`]];
  const root = process.getuid?.() === 0 ? 'user root;\n' : '';
  if (where === 'container') {
    const moved = ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => [`/tmp/nginx-${name}`, `${folder}/${name}`]);
    const text = filled('container/nginx.conf', [...own, ...moved, ['/tmp/nginx.pid', `${folder}/nginx.pid`], ['access_log /dev/stdout;', 'access_log off;'], ['listen 8080;', `listen 127.0.0.1:${port};`]]);
    writeFileSync(join(folder, 'nginx.conf'), root + text);
  } else {
    const upstream = [['coder.internal:3000', coder.replace('http://', '')], ['listen 80;', `listen 127.0.0.1:${port};`]];
    const path = where === 'below-a-path' ? [['/gantry {', `${bare(base)} {`], ['/gantry/ {', `${base} {`], ['308 /gantry/;', `308 ${base};`]] : [];
    writeFileSync(join(folder, 'site.conf'), filled(`nginx/${where}.conf`, [...own, ...upstream, ...path]));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n');
    writeFileSync(
      join(folder, 'nginx.conf'),
      `${root}pid ${folder}/nginx.pid;\nerror_log stderr warn;\ninclude ${brotli ? NGINX_MODULES : '/dev/null'};\nevents {}\nhttp {\n  access_log off;\n${temporary}\n${brotli ? '  brotli_static on;\n' : ''}  include site.conf;\n}\n`,
    );
  }
  const server = await running(binary, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], port, folder);
  return { ...server, url: `http://localhost:${port}` };
}

/** Caddy. `where` is "own-host" or "below-a-path". */
export async function startCaddy({ where, port, coder, site, base, panelsIn = '' }) {
  const binary = program('caddy', 'caddy');
  const folder = folderFor(`caddy-${where}`);
  cpSync(join(HOSTING, 'caddy', 'gantry.caddy'), join(folder, 'gantry.caddy'));
  const host = where === 'own-host' ? 'gantry.example.com {' : 'coder.example.com {';
  const path = where === 'below-a-path' ? [['redir /gantry /gantry/ 308', `redir ${bare(base)} ${base} 308`], ['/gantry/*', `${base}*`]] : [];
  const text = filled(`caddy/${where}.Caddyfile`, [['coder.internal:3000', coder.replace('http://', '')], ['/srv/gantry', site], [host, `http://:${port} {\n\tbind 127.0.0.1`], ...path]);
  writeFileSync(join(folder, 'Caddyfile'), `{\n\tadmin off\n\tauto_https off\n}\n${text}`);
  const server = await running(binary, ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')], port, folder, panelsIn ? { GANTRY_EMBED_ORIGINS: panelsIn } : {});
  return { ...server, url: `http://localhost:${port}` };
}
