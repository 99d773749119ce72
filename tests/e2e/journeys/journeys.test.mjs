// A journey's own verdict: whether a start went as it was meant to is judged by what the control plane says, whatever the page says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JOURNEYS, wholeLife } from './journeys.mjs';

/** How far a journey comes when everything on the page is as it should be and the start ended so. */
async function verdict(fails, status) {
  const steps = [];
  // The page agrees to everything, up to the step that follows the start.
  const driver = new Proxy({}, { get: (_, method) => (method === 'find' ? (role, name) => ({ role, name }) : async () => '') });
  const api = {
    named: async () => ({ id: 'w', owner_name: 'ada', name: 'w' }),
    workspace: async () => ({ latest_build: { id: 'b', build_number: 1, job: { status, error: 'exit status 1' } } }),
    logs: async () => {
      throw new Error('looks at the failure');
    },
  };
  const step = (text) => {
    steps.push(text);
    if (text.startsWith('stop it')) throw new Error('goes on to stop it');
  };
  const world = { driver, api, templates: [{ name: 't', organization_name: 'o' }], fails, email: 'e', password: 'p', keep: () => undefined, step };
  return wholeLife(world).then(
    () => 'ended',
    (error) => error.message,
  );
}

test('a start that is meant to fail has to fail, and one that is not has to succeed', async () => {
  assert.equal(await verdict(false, 'succeeded'), 'goes on to stop it');
  assert.equal(await verdict(true, 'failed'), 'looks at the failure');
  assert.match(await verdict(true, 'succeeded'), /was meant to fail and ended as succeeded$/);
  assert.match(await verdict(false, 'failed'), /was meant to succeed and ended as failed: exit status 1$/);
  assert.match(await verdict(true, 'canceled'), /was meant to fail and ended as canceled$/);
});

test('every journey says whether its start is meant to fail', () => {
  for (const journey of JOURNEYS) assert.equal(typeof journey.fails, 'boolean', journey.name);
  assert.deepEqual(new Set(JOURNEYS.map((journey) => journey.fails)), new Set([true, false]));
});
