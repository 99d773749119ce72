// Two releases of the site, and the moment at which the one takes the other's place on a server.
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { site } from './tools.mjs';

const digest = (content: string) => `sha384-${createHash('sha384').update(content).digest('base64')}`;

/** A copy of the site that is a release of its own: its parts and what names them, one after the other, have other names. */
function another(folder: string): void {
  const assets = join(folder, 'assets');
  const renamed = (name: string) => name.replace(/-[0-9a-f]{16}\./, '-ffffffffffffffff.');
  const file = (pattern: RegExp) => readdirSync(assets).find((name) => pattern.test(name)) as string;
  const read = (name: string) => readFileSync(join(assets, name), 'utf8');
  const written = (name: string, content: string) => {
    for (const twin of ['', '.br', '.gz']) rmSync(join(assets, name + twin), { force: true });
    writeFileSync(join(assets, renamed(name)), content);
    return content;
  };
  const list = file(/^parts-[0-9a-f]{16}\.json$/);
  const before = read(list);
  let named = before;
  for (const name of readdirSync(assets).filter((one) => /^((split|chunk)_.*\.wasm|later-.*\.css)/.test(one))) {
    named = named.replaceAll(name, renamed(name));
    renameSync(join(assets, name), join(assets, renamed(name)));
  }
  const glue = file(/^gantry-[0-9a-f]{16}\.js$/);
  const code = written(glue, read(glue).replaceAll(list, renamed(list)).replaceAll(digest(before), digest(written(list, named))));
  const page = join(folder, 'index.html');
  const html = readFileSync(page, 'utf8');
  const element = (html.match(new RegExp(`<link[^>]*${glue}[^>]*>`)) as RegExpMatchArray)[0];
  const changed = element.replace(glue, renamed(glue)).replace(/integrity="[^"]*"/, () => `integrity="${digest(code)}"`);
  writeFileSync(page, html.replace(element, () => changed).replace(/data-release="[^"]*"/, 'data-release="another"'));
  for (const twin of ['.br', '.gz']) rmSync(page + twin, { force: true });
  const version = join(folder, 'version.json');
  writeFileSync(version, JSON.stringify({ ...JSON.parse(readFileSync(version, 'utf8')), version: '99.0.0', release: 'another' }));
}

/** The folder that a server has now, what puts the other release there (with the files of the one before, or without), and what removes all of it. */
export function twoReleases() {
  const [now, next] = ['now', 'next'].map((name) => mkdtempSync(join(tmpdir(), `gantry-${name}-`)));
  for (const folder of [now, next]) cpSync(site(), folder, { recursive: true });
  another(next);
  const deploy = (keepsOld: boolean) => {
    if (!keepsOld) rmSync(join(now, 'assets'), { recursive: true });
    for (const twin of ['.br', '.gz']) rmSync(join(now, 'index.html') + twin, { force: true });
    cpSync(next, now, { recursive: true });
  };
  const remove = () => {
    for (const folder of [now, next]) rmSync(folder, { recursive: true, force: true });
  };
  return { now, deploy, remove };
}
