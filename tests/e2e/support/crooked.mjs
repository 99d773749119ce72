// A reverse proxy as somebody may have set it up: it hands everything on, and breaks one thing. What is broken may change while it runs. Imports nothing but Node.
import { createServer, request } from 'node:http';
import { connect } from 'node:net';

/**
 * @typedef {object} Fault
 * @property {string} [host] Host as it is sent on
 * @property {string[]} [drops] headers of requests that are not sent on
 * @property {string[]} [loses] headers of answers that are not handed back
 * @property {Record<string, string>} [sets] headers of answers to pages and files, in place of what they have
 * @property {boolean} [noUpgrade] an upgrade is taken for a plain request
 * @property {boolean} [silent] a socket is opened by nobody's word and says nothing
 * @property {{status: number, contentType: string, body: string}} [owns] how a request with `Authorization` is answered on the way
 * @property {boolean} [ownErrors] the API's refusals are replaced by a page
 * @property {boolean} [noPost] a POST is refused on the way
 * @property {boolean} [noApi] the API's paths are answered with the page
 * @property {boolean} [dead] what is behind is gone
 * @property {boolean} [pageForAll] a missing file is answered with the page
 * @property {number} [ahead_ms] how far the dates of answers are ahead
 * @property {(path: string, text: string) => string} [rewrites] changes the text of an answer of the API
 */

/**
 * Starts the proxy in front of `behind`.
 * @param {string} behind an address
 * @returns {Promise<{url: string, breaks: (fault: Fault) => void, stop: () => Promise<void>}>}
 */
export function startCrooked(behind) {
  const { hostname, port } = new URL(behind);
  /** @type {Fault} */
  let fault = {};
  const sent = (incoming) => {
    const headers = { ...incoming.headers };
    if (fault.host) headers.host = fault.host;
    for (const name of fault.drops ?? []) delete headers[name];
    return headers;
  };
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    const ofTheApi = path.startsWith('/api/');
    if (ofTheApi && fault.owns && incoming.headers.authorization) {
      outgoing.writeHead(fault.owns.status, { 'Content-Type': fault.owns.contentType, Server: 'envoy' }).end(fault.owns.body);
      return;
    }
    if (ofTheApi && fault.noPost && incoming.method === 'POST') {
      outgoing.writeHead(403, { 'Content-Type': 'text/html', Server: 'nginx' }).end('<html><title>403 Forbidden</title></html>');
      return;
    }
    if (ofTheApi && fault.dead) {
      outgoing.writeHead(502, { 'Content-Type': 'text/html', Server: 'nginx' }).end('<html><title>502 Bad Gateway</title></html>');
      return;
    }
    const headers = sent(incoming);
    delete headers.upgrade;
    if (headers.connection) headers.connection = 'close';
    const ask = (asked, done) => request({ hostname, port, method: incoming.method, path: asked, headers }, done);
    const answered = (answer, asked) => {
      if (fault.pageForAll && answer.statusCode === 404 && /\/assets\//.test(asked)) {
        answer.resume();
        ask(asked.replace(/\/assets\/.*/, '/'), (page) => answered(page, '/')).end();
        return;
      }
      if (ofTheApi && fault.ownErrors && answer.statusCode >= 400) {
        answer.resume();
        outgoing.writeHead(answer.statusCode, { 'Content-Type': 'text/html', Server: 'nginx' }).end('<html><title>Sorry</title></html>');
        return;
      }
      const back = { ...answer.headers };
      for (const name of fault.loses ?? []) delete back[name];
      if (!ofTheApi && !/^\/(icon|emojis)\//.test(path)) Object.assign(back, fault.sets);
      if (fault.ahead_ms && back.date) back.date = new Date(Date.parse(back.date) + fault.ahead_ms).toUTCString();
      if (fault.rewrites && ofTheApi) {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('end', () => {
          delete back['content-length'];
          delete back['transfer-encoding'];
          outgoing.writeHead(answer.statusCode, back).end(fault.rewrites(path, Buffer.concat(pieces).toString()));
        });
        return;
      }
      outgoing.writeHead(answer.statusCode, back);
      answer.pipe(outgoing);
    };
    const asked = ofTheApi && fault.noApi ? '/' : path;
    const onward = ask(asked, (answer) => answered(answer, asked));
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  const sockets = new Set();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (incoming, client, head) => {
    if (fault.silent) return;
    const upstream = connect(Number(port), hostname, () => {
      const headers = sent(incoming);
      if (fault.noUpgrade) {
        delete headers.upgrade;
        headers.connection = 'close';
      }
      upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    const close = () => { upstream.destroy(); client.destroy(); };
    upstream.on('error', close).on('close', close);
    client.on('error', close).on('close', close);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: `http://localhost:${server.address().port}`,
        breaks: (next) => { fault = next; },
        stop: () => new Promise((done) => {
          for (const socket of sockets) socket.destroy();
          server.close(() => done());
        }),
      });
    });
  });
}
