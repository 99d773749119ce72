// The reader of figures is what the journeys judge by, so it is judged itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fits, instant, read } from './figures.mjs';

test('reads every way the app writes a duration', () => {
  const cases = [
    ['420 ms', 420],
    ['12.4 s', 12_400],
    ['1 m 22 s', 82_000],
    ['1 h 05 m', 3_900_000],
    ['2 d 3 h', 183_600_000],
    ['1:01.2', 61_200],
    ['1:00:01.5', 3_601_500],
    ['<1 ms', 0.4],
    ['0 ms', 0],
    ['28.004 s', 28_003.911],
    ['1 m 22.195 s', 82_195],
    ['1 h 02 m 05.000 s', 3_725_000],
    ['−0.004 s', -4],
    ['12.4\u00a0s', 12_400],
    ['~ 12.4 s', 12_400],
  ];
  for (const [text, ms] of cases) assert.ok(fits(text, ms), `${text} stands for ${ms} ms: ${JSON.stringify(read(text))}`);
});

test('a wrong figure does not fit', () => {
  for (const [text, ms] of [['420 ms', 425], ['12.4 s', 12_600], ['1 m 22 s', 84_000], ['1:01.2', 62_000], ['<1 ms', 2], ['0 ms', 5], ['28.004 s', 28_006], ['-3 s', 3_000]]) {
    assert.ok(!fits(text, ms), `${text} does not stand for ${ms} ms`);
  }
});

test('what is no duration is no figure', () => {
  for (const text of ['', '—', 'unknown', '12', '12.4', 's', '1 m 22', 'ended 12.4 s ago']) assert.equal(read(text), undefined, text);
});

test('instants keep their microseconds', () => {
  const apart = instant('2026-06-01T10:00:00.123456Z') - instant('2026-06-01T10:00:00Z');
  assert.ok(Math.abs(apart - 123.456) < 0.001, `${apart}`); // a double holds them to a fifth of a microsecond
  assert.equal(instant('2026-06-01T10:00:00.5+02:00'), Date.parse('2026-06-01T08:00:00.500Z'));
});
