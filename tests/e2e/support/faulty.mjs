// A proxy that fails as networks and proxies do, in front of a control plane: upgrades that are never answered, open sockets that fall silent,
// connections that are accepted and never answered, answers cut in the middle, refusals, broken connections. Counts what it was asked. Imports
// nothing but Node.
import { createServer, request as ask } from 'node:http';
import { connect } from 'node:net';

/**
 * What is wrong with answers to requests whose path (and query) fit: `hang` never answers, `status` answers in the control plane's place, `cut` passes
 * on the first half of the answer, with the length of that half.
 * @typedef {{path: RegExp, method?: string, hang?: boolean, cut?: boolean, status?: number, headers?: Record<string, string>, times?: number}} Fault
 * @typedef {{at: number, method: string, path: string, status: number | 'hung' | 'socket'}} Asked
 */

/**
 * Starts the proxy on a free port.
 * @param {string} target the control plane's address
 */
export async function startFaulty(target) {
  const { hostname, port } = new URL(target);
  const state = {
    /** @type {'pass' | 'swallow' | 'mute' | 'refuse'} */ upgrades: 'pass',
    /** @type {Fault[]} */ faults: [],
    stalled: false,
  };
  /** @type {Asked[]} */
  const asked = [];
  /** How many requests are under way to the control plane, and who waits for there to be none. */
  let underWay = 0;
  /** @type {(() => void)[]} */
  let waiting = [];
  /** Everything that is connected. @type {Set<import('node:net').Socket>} */
  const connections = new Set();
  /** The gates of the sockets that are open: what a closed one lets through is nothing. @type {Set<{shut: boolean}>} */
  const gates = new Set();

  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const entry = { at: Date.now(), method: request.method ?? 'GET', path, status: /** @type {Asked['status']} */ ('hung') };
    asked.push(entry);
    if (state.stalled) return;
    const fault = state.faults.find((one) => one.path.test(path) && (one.method ?? entry.method) === entry.method && one.times !== 0);
    if (fault?.times !== undefined) fault.times -= 1;
    if (fault?.hang) return;
    // The page's clock is the test's: what the control plane's says would only correct it.
    response.sendDate = false;
    if (fault?.status) {
      entry.status = fault.status;
      request.resume();
      response.writeHead(fault.status, { 'Content-Type': 'application/json', ...fault.headers });
      response.end(JSON.stringify({ message: `This answer is a fault (${fault.status}).` }));
      return;
    }
    const passed = ask({ hostname, port, path, method: request.method, headers: request.headers }, (answer) => {
      entry.status = answer.statusCode ?? 0;
      const { date: _, ...headers } = answer.headers;
      if (!fault?.cut) {
        response.writeHead(entry.status, headers);
        answer.pipe(response);
        return;
      }
      /** @type {Buffer[]} */
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const whole = Buffer.concat(parts);
        const half = whole.subarray(0, Math.floor(whole.length / 2));
        const { 'transfer-encoding': _chunked, ...rest } = headers;
        response.writeHead(entry.status, { ...rest, 'content-length': String(half.length) });
        response.end(half);
      });
    });
    underWay += 1;
    passed.on('error', () => response.destroy());
    response.on('close', () => {
      passed.destroy();
      underWay -= 1;
      if (underWay > 0) return;
      for (const tell of waiting) tell();
      waiting = [];
    });
    request.pipe(passed);
  });

  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => undefined);
  });

  server.on('upgrade', (request, socket, head) => {
    asked.push({ at: Date.now(), method: 'GET', path: request.url ?? '/', status: 'socket' });
    if (state.stalled || state.upgrades === 'swallow') return;
    if (state.upgrades === 'refuse') {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    const upstream = connect(Number(port), hostname, () => {
      const lines = [`${request.method} ${request.url} HTTP/1.1`];
      for (let at = 0; at < request.rawHeaders.length; at += 2) lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
      upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
    });
    const gate = { shut: false };
    gates.add(gate);
    let shaken = state.upgrades !== 'mute';
    upstream.on('data', (part) => {
      if (gate.shut) return;
      if (shaken) return void socket.write(part);
      // The handshake alone.
      socket.write(part.subarray(0, part.indexOf('\r\n\r\n') + 4));
      shaken = gate.shut = true;
    });
    socket.on('data', (part) => upstream.write(part));
    const end = () => {
      gates.delete(gate);
      socket.destroy();
      upstream.destroy();
    };
    for (const one of [socket, upstream]) one.on('close', end).on('error', end);
  });

  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());

  return {
    url: `http://127.0.0.1:${address.port}`,
    /** What it was asked so far, in order. */
    asked,
    /** Upgrades pass, are never answered, open a socket that never speaks, or are refused. @param {'pass' | 'swallow' | 'mute' | 'refuse'} how */
    upgrades(how) {
      state.upgrades = how;
    },
    /** What is wrong from now on. @param {Fault[]} faults */
    fail(...faults) {
      state.faults = faults;
    },
    /** The sockets that are open now stay open and say nothing more. Those opened later speak. */
    silence() {
      for (const gate of gates) gate.shut = true;
    },
    /** Every connection is accepted and none answered; what was asked meanwhile stays unanswered for ever. @param {boolean} on */
    stall(on) {
      state.stalled = on;
      if (on) for (const gate of gates) gate.shut = true;
    },
    /** Breaks every connection that is open. */
    drop() {
      for (const socket of connections) socket.destroy();
    },
    /** How many sockets are open and speak. */
    speaking: () => [...gates].filter((gate) => !gate.shut).length,
    /** Resolves when nothing is under way to the control plane: what hangs is not. */
    settled: () => new Promise((tell) => void (underWay === 0 ? tell(undefined) : waiting.push(() => tell(undefined)))),
    async stop() {
      for (const socket of connections) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
