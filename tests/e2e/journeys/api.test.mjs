// How the journeys make rows for a long list, and take them away again: held against a control plane of a few lines.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, Refused } from './api.mjs';

/** Answers as a control plane whose provisioner takes a job at the second look; notes what was asked. */
class Fake extends Api {
  made = new Map();
  asked = [];
  mayCancel = true;

  async call(method, path, body) {
    const [, name] = path.match(/([a-z]+-\d+)/) ?? [];
    if (method === 'POST' && path === '/users/me/workspaces') {
      this.made.set(body.name, { looks: 0 });
      return { id: body.name, latest_build: { id: body.name } };
    }
    if (method === 'PATCH') {
      const status = this.made.get(name).looks > 1 ? 'running' : 'pending';
      this.asked.push(`cancel ${name} ${status}`);
      if (!this.mayCancel) throw new Refused('cancel', 403, { message: 'You may not.' });
      return undefined;
    }
    if (path === `/workspaces/${name}`) {
      const one = this.made.get(name);
      one.looks += 1;
      return { latest_build: { job: { status: one.looks > 1 ? 'running' : 'pending' } } };
    }
    throw new Error(`${method} ${path} was not expected`);
  }
}

test('a row is canceled once a provisioner has it, and its name is told before it is made', async () => {
  const api = new Fake('http://control-plane.example');
  const kept = [];
  const why = await api.crowd([{ id: 't' }], 'row', 6, (name) => {
    assert.equal(api.made.has(name), false);
    kept.push(name);
  });
  assert.equal(why, undefined);
  assert.deepEqual(kept, ['row-001', 'row-002', 'row-003', 'row-004', 'row-005', 'row-006']);
  assert.deepEqual(api.asked.toSorted(), kept.map((name) => `cancel ${name} running`));
});

test('where canceling is refused no more are made, and the reason comes back', async () => {
  const api = new Fake('http://control-plane.example');
  api.mayCancel = false;
  const why = await api.crowd([{ id: 't' }], 'row', 40, () => undefined);
  assert.match(why, /403 You may not/);
  assert.equal(api.made.size <= 4, true, `${api.made.size} were made`);
});
