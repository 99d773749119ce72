// What public/_headers says, read by itself: the one source that every published configuration is held against. Imports nothing but Node.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../e2e/support/tools.mjs';

/** The rules of a `_headers` file: pattern and headers, in order. */
export function rules(text = readFileSync(join(ROOT, 'public', '_headers'), 'utf8')) {
  const found = [];
  for (const line of text.split('\n')) {
    if (!line.trim() || line.startsWith('#')) continue;
    if (!/^\s/.test(line)) found.push({ pattern: line.trim(), headers: {} });
    // What a rule takes away it sets anew.
    else if (!line.trim().startsWith('!')) {
      const at = line.indexOf(':');
      found.at(-1).headers[line.slice(0, at).trim().toLowerCase()] = line.slice(at + 1).trim();
    }
  }
  return found;
}

/** The headers that a file of the site comes with: later rules outrank earlier ones. */
export function headersOf(path) {
  const fits = (pattern) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`).test(path);
  return Object.assign({}, ...rules().filter(({ pattern }) => fits(pattern)).map(({ headers }) => headers));
}
