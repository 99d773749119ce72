// What the journeys expect of a driver, so that a second implementation can be held against the same page.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { expect } from '@playwright/test';
import { ENGINES } from './engines.mjs';

const PAGE = `<!doctype html><html lang="en"><title>page</title><main><h1>Workspaces</h1>
<label>Filter <input type="search"></label><label>Password <input type="password"></label><p role="status">waiting</p>
<table aria-label="Machines"><thead><tr><th>Name</th><th>State</th><th></th></tr></thead>
<tbody><tr><th scope="row"><a href="#one">one</a></th><td>Running</td><td><button aria-label="Stop one">Stop</button></td></tr>
<tr><th scope="row"><a href="#one-b">one-b</a></th><td>Stopped</td><td><button aria-label="Start one-b">Start</button></td></tr></tbody></table>
<p hidden><button>Hidden</button></p><button>Save it</button></main><script src="s.js"></script></html>`;
const FRAMED = `<!doctype html><html lang="en"><title>framed</title><h1>Around</h1><div id="box"></div>
<script>document.getElementById('box').attachShadow({ mode: 'open' }).append(Object.assign(document.createElement('iframe'), { title: 'Panel', src: '/', width: 600, height: 400 }));</script></html>`;
const SCRIPT = `
document.querySelector('input').addEventListener('input', (event) => {
  setTimeout(() => { document.querySelector('[role=status]').textContent = 'typed ' + event.target.value; }, 50);
});
document.querySelector('[aria-label="Stop one"]').addEventListener('click', (event) => {
  setTimeout(() => { event.target.closest('tr').cells[1].textContent = 'Stopped'; event.target.remove(); }, 50);
});
document.querySelector('main > button').addEventListener('click', () => {
  const link = Object.assign(document.createElement('a'), { download: 'kept.json', href: URL.createObjectURL(new Blob(['{"a":"\\u00e9"}'])) });
  link.click();
});
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', async (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  document.querySelector('[role=status]').textContent = 'dropped ' + file.name + ' ' + (await file.text());
});
document.querySelector('[aria-label="Start one-b"]').addEventListener('click', () => {
  document.body.append(Object.assign(document.createElement('script'), { textContent: '0' }));
  throw new Error('cannot start');
});`;

let server;
let site;
before(async () => {
  server = createServer((request, response) => {
    const script = request.url.endsWith('.js');
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
    if (request.url === '/strict') response.setHeader('Content-Security-Policy', "default-src 'self'");
    if (request.url === '/framed') return void response.end(FRAMED);
    response.end(request.url === '/broken' ? '<script>throw new Error("broken")</script>' : script ? SCRIPT : PAGE);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  site = `http://127.0.0.1:${server.address().port}`;
});
after(() => server?.close());

for (const [name, engine] of Object.entries(ENGINES)) {
  describe(name, { skip: engine.missing() }, () => {
    let driver;
    before(async () => {
      driver = await engine.drive(site);
    });
    after(() => driver?.close());

    test('opens, finds by role and name, tells what is there', async () => {
      await driver.open('/');
      await driver.wait(driver.find('heading', 'Workspaces'));
      assert.match(await driver.address(), /\/$/);
      assert.equal(await driver.there(driver.find('link', 'one')), true);
      assert.equal(await driver.there(driver.find('link', 'on')), false, 'a string is the whole name');
      assert.equal(await driver.there(driver.find('link', /on/)), true);
      assert.equal(await driver.there(driver.find('button', 'Hidden')), false);
    });

    test('types, clicks within, waits for words and for what goes', async () => {
      await driver.open('/');
      await driver.type(driver.find('textbox', 'Password'), 'secret');
      await driver.type(driver.find('searchbox', 'Filter'), 'abc');
      assert.equal(await driver.says(driver.find('status'), /typed/), 'typed abc');
      const one = driver.find('row', /^one Running/);
      assert.equal(await driver.there(driver.find('button', /^Start/, one)), false, 'only within that row');
      await driver.click(driver.find('button', /^Stop/, one));
      await driver.gone(driver.find('button', 'Stop one'));
      await driver.says(driver.find('row', /^one S/), /Stopped/);
    });

    test('reads a table by its heads, row by row', async () => {
      await driver.open('/');
      assert.deepEqual(await driver.table(['Name', 'State']), [
        { Name: 'one', State: 'Running', '': 'Stop' },
        { Name: 'one-b', State: 'Stopped', '': 'Start' },
      ]);
    });

    test('goes into a frame that stands in a shadow, and out of it', async () => {
      await driver.open('/framed');
      await driver.inside('Panel');
      await driver.wait(driver.find('heading', 'Workspaces'));
      await driver.click(driver.find('button', 'Stop one'));
      await driver.gone(driver.find('button', 'Stop one'));
      assert.equal((await driver.table(['Name', 'State'])).length, 2);
      assert.equal(await driver.there(driver.find('heading', 'Around')), false);
      await driver.outside();
      await driver.wait(driver.find('heading', 'Around'));
      await driver.open(`${site}/`);
      await driver.wait(driver.find('heading', 'Workspaces'));
    });

    test('takes a file that is saved, and lets go of one over the page', async () => {
      await driver.open('/');
      const file = await driver.save(driver.find('button', 'Save it'));
      assert.deepEqual(file, { name: 'kept.json', text: '{"a":"é"}' });
      await driver.drop(file);
      assert.equal(await driver.says(driver.find('status'), /dropped/), 'dropped kept.json {"a":"é"}');
    });

    test('what does not come is an error within its patience', async () => {
      await driver.open('/');
      await assert.rejects(driver.wait(driver.find('button', 'Nowhere'), 300));
      await assert.rejects(driver.says(driver.find('status'), /never/, 300));
      await assert.rejects(driver.gone(driver.find('link', 'one'), 300));
    });

    test('hears page errors', async () => {
      assert.deepEqual(await driver.complaints(), []);
      await driver.open('/');
      await driver.click(driver.find('button', 'Start one-b'));
      assert.match((await driver.complaints()).join(), /page error: .*cannot start/);
      if (engine.late) return;
      await driver.open('/broken');
      assert.match((await driver.complaints()).join(), /page error: .*broken/);
    });

    test('hears what the policy blocks', async () => {
      await driver.open('/strict');
      await driver.click(driver.find('button', 'Start one-b'));
      // What the policy blocked is told to the page a moment after the click.
      await expect.poll(async () => (await driver.complaints()).join('\n')).toMatch(/CSP violation: .*script-src/);
    });
  });
}
