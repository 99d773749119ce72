// The journeys' driver over plain WebDriver, for the engines that Playwright cannot drive as Debian ships them: Firefox and WebKit. Imports
// nothing but Node and the finder that runs in the page.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dropFile, finderOf, frameCalled, keepSaved, listen, readTable } from './finder.mjs';

const PATIENCE_MS = 30_000;
const POLL_MS = 100;
/** How WebDriver calls the element in what a script gives back. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
/** Keys that are no character, as WebDriver has them. */
const KEYS = { Backspace: '\uE003', Tab: '\uE004', Enter: '\uE007', Escape: '\uE00C', ArrowLeft: '\uE012', ArrowUp: '\uE013', ArrowRight: '\uE014', ArrowDown: '\uE015' };
/** What only means that the page was changing under the hand: the element is looked for anew. */
const PASSING = new Set([
  'stale element reference',
  'no such element',
  'element not interactable',
  'element click intercepted',
  'detached shadow root',
  'javascript error',
  'unknown error',
]);

/** What the browser's driver answered instead of doing it. */
class Answered extends Error {
  constructor(command, { error, message }) {
    super(`${command}: ${error}: ${message}`);
    this.kind = error;
  }
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** A port that was free a moment ago. */
function freePort() {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Starts a program that ends with this one; its output so far can be read. */
export function run(program, options, { env = {}, stdio = ['ignore', 'pipe', 'pipe'] } = {}) {
  const child = spawn(program, options, { stdio, env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  const left = () => child.kill('SIGKILL');
  process.once('exit', left);
  const ended = new Promise((done) => {
    child.once('exit', done);
    child.once('error', (error) => done((output += error.message)));
  });
  ended.then(() => process.off('exit', left));
  const stop = async () => {
    child.kill('SIGTERM');
    const hard = setTimeout(left, 5_000);
    await ended;
    clearTimeout(hard);
  };
  return { child, stop, output: () => output, ended: () => child.exitCode !== null || child.signalCode !== null };
}

/**
 * @typedef {object} Remote
 * @property {string} program            the browser's driver
 * @property {(port: number) => string[]} options   its command line
 * @property {Record<string, string>} [env]
 * @property {object} capabilities       what is asked of a new session
 * @property {(session: {call: Function, script: Function, site: string}) => Promise<string[]>} [complaints]   page errors and CSP violations so far,
 *   where the browser itself can be asked; else each page is listened to as soon as it has loaded
 * @property {() => Promise<void>} [stop]   ends what was started for the browser
 */

/**
 * @param {string} site the address of the app, without a slash at its end
 * @param {Remote} remote
 * @returns {Promise<import('./driver.mjs').Driver>}
 */
export async function driveRemote(site, remote) {
  const port = await freePort();
  const server = run(remote.program, remote.options(port), { env: remote.env });
  const ask = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined,
    });
    const { value } = await response.json();
    if (!response.ok) throw new Answered(`${method} ${path.replace(/\/session\/[^/]+/, '')}`, value);
    return value;
  };
  let session;
  try {
    const begun = Date.now();
    for (;;) {
      if (server.ended()) throw new Error(`${remote.program} ended at once:\n${server.output()}`);
      try {
        await ask('GET', '/status');
        break;
      } catch (error) {
        if (Date.now() - begun > PATIENCE_MS) throw new Error(`${remote.program} does not answer (${error.message}):\n${server.output()}`);
        await sleep(POLL_MS);
      }
    }
    session = (await ask('POST', '/session', { capabilities: { alwaysMatch: remote.capabilities } })).sessionId;
  } catch (error) {
    await server.stop();
    throw error;
  }
  const call = (method, path, body) => ask(method, `/session/${session}${path}`, body);
  const script = (text, ...args) => call('POST', '/execute/sync', { script: text, args });
  await call('POST', '/window/rect', { width: 1280, height: 1000 }).catch(() => undefined);
  await call('POST', '/timeouts', { pageLoad: 60_000, script: 30_000 });

  const library = readFileSync(createRequire(import.meta.url).resolve('@testing-library/dom/dist/@testing-library/dom.umd.min.js'), 'utf8');
  const plain = ({ role, name, within: root }) => ({
    role,
    ...(name === undefined ? {} : { name: typeof name === 'string' ? { exact: name } : { source: name.source, flags: name.flags } }),
    ...(root ? { within: plain(root) } : {}),
  });
  const finder = `${library}\nwindow.gantryFinder = (${finderOf})(globalThis.TestingLibraryDom);\n${remote.complaints ? '' : `(${listen})()`}`;
  /** What pages that were left had complained of, where the pages themselves are asked. */
  const heard = [];
  const hear = async () => void heard.push(...((await script('return window.gantryComplaints ? window.gantryComplaints() : []').catch(() => [])) ?? []));
  /** What the page says of an element; a new page gets the finder first. */
  const say = async (element, what) => {
    const asked = () => script('return window.gantryFinder ? window.gantryFinder(arguments[0], arguments[1]) : null', plain(element), what);
    const answer = await asked();
    if (answer) return answer;
    await script(finder);
    return (await asked()) ?? { there: false };
  };
  const called = ({ role, name, within: root }) => `${role}${name === undefined ? '' : ` ${name}`}${root ? ` in ${called(root)}` : ''}`;
  /** Tries until it gives something; what the page's changing breaks is tried again too. */
  const until = async (attempt, what, patience = PATIENCE_MS) => {
    const end = Date.now() + patience;
    let last;
    for (;;) {
      try {
        const done = await attempt();
        if (done !== undefined) return done;
        last = undefined;
      } catch (error) {
        if (!PASSING.has(error.kind)) throw error;
        last = error;
      }
      if (Date.now() > end) throw new Error(`${what()} within ${patience / 1000} s${last ? `: ${last.message}` : ''}`);
      await sleep(POLL_MS);
    }
  };
  const reference = (answer) => answer.element[ELEMENT];

  const click = (element) => {
    const press = async () => {
      const answer = await say(element, 'ready');
      if (!answer.there) return undefined;
      await call('POST', `/element/${reference(answer)}/click`);
      return true;
    };
    return until(press, () => `${called(element)} could not be clicked`).then(() => undefined);
  };

  return {
    open: async (path) => {
      if (!remote.complaints) await hear();
      await call('POST', '/url', { url: new URL(path, site).href });
      if (!remote.complaints) await script(finder);
    },
    find: (role, name, root) => ({ role, name, within: root }),
    wait: (element, patience) => until(async () => ((await say(element, 'there')).there ? true : undefined), () => `no ${called(element)}`, patience).then(() => undefined),
    gone: (element, patience) => until(async () => ((await say(element, 'there')).there ? undefined : true), () => `still a ${called(element)}`, patience).then(() => undefined),
    says: async (element, words, patience) => {
      let text;
      const heard = async () => {
        text = (await say(element, 'text')).text;
        return text !== undefined && new RegExp(words.source, words.flags.replace('g', '')).test(text) ? text : undefined;
      };
      return until(heard, () => `${called(element)} does not say ${words}, but ${JSON.stringify(text?.slice(0, 2_000))},`, patience);
    },
    there: async (element) => until(async () => (await say(element, 'there')).there, () => `nothing is known of ${called(element)}`),
    click,
    type: (element, text) => {
      const write = async () => {
        const answer = await say(element, 'select');
        if (!answer.there) return undefined;
        await call('POST', `/element/${reference(answer)}/value`, { text: text || KEYS.Backspace });
        return true;
      };
      return until(write, () => `${called(element)} could not be written to`).then(() => undefined);
    },
    press: async (key) => {
      const value = KEYS[key] ?? key;
      await call('POST', '/actions', { actions: [{ type: 'key', id: 'keys', actions: [{ type: 'keyDown', value }, { type: 'keyUp', value }] }] });
    },
    text: async (element) => until(async () => (await say(element, 'text')).text, () => `no ${called(element)}`),
    table: (heads) => until(async () => (await script(`return (${readTable})(arguments[0])`, heads)) ?? undefined, () => `no table with ${heads.join(', ')}`),
    inside: (title) => {
      const enter = async () => {
        await call('POST', '/frame', { id: null });
        const frame = await script(`return (${frameCalled})(arguments[0])`, title);
        if (!frame) return undefined;
        await call('POST', '/frame', { id: frame });
        return true;
      };
      return until(enter, () => `no frame called ${title}`).then(() => undefined);
    },
    outside: async () => void (await call('POST', '/frame', { id: null })),
    save: async (element) => {
      await script(`(${keepSaved})()`);
      await click(element);
      return until(async () => (await script('const kept = window.gantrySaved; return kept ? kept.text.then((text) => ({ name: kept.name, text })) : null')) ?? undefined, () => `${called(element)} saved nothing`);
    },
    drop: (file) => script(`(${dropFile})(arguments[0])`, file),
    address: () => call('GET', '/url'),
    picture: async (file) => writeFileSync(file, Buffer.from(await call('GET', '/screenshot'), 'base64')),
    complaints: async () => {
      if (remote.complaints) return remote.complaints({ call, script, site });
      await hear();
      return [...heard];
    },
    close: async () => {
      // A journey that broke off is still signed in; without a session this is refused, and nothing is lost.
      const signOut = `const done = arguments[arguments.length - 1];
        fetch('/api/v2/users/logout', { method: 'POST', headers: { Authorization: 'Bearer gantry' } }).then(() => done(), () => done());`;
      await call('POST', '/execute/async', { script: signOut, args: [] }).catch(() => undefined);
      await call('DELETE', '').catch(() => undefined);
      await server.stop();
      await remote.stop?.();
    },
  };
}
