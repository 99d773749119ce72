// Addresses that nobody should meet and everybody may: written by hand where use has found them, and made of odd pieces by the hundred, the same each time.
import { FIRST_WORDS as WORDS } from '../../../tools/pages.mjs';

/** What somebody may write below the app's own path. */
export const HOSTILE = [
  '', '?', '#', '?to=', '?to=/', '?to=/%09/x', '?to=/%0a/x', '?to=/%0d/x', '?to=/%09%5Cx', '?to=/%5Cevil.test', '?to=//evil.test', '?to=/.//evil.test',
  '?to=/..//evil.test', '?to=/%2e%2e//evil.test', '?to=https://evil.test', '?to=javascript:alert(1)', '?to=%00', '?to=/?to=/?to=/', '?to=%ff', '?to=%',
  '?q=%', '?q=%zz', '?q=%ff', '?q=%00', '?q=%ed%a0%80', '?=&=&&', '#%', '#<script>', '%', '%zz', '%ff', '%00', '%ed%a0%80', '%5c', '%5cevil.test/x', ';', ';a=b/c',
  '/', '//', '/evil.test/', '//evil.test/', './/evil.test/', '@', '@/', '@/x', '@ada', '@ada/', '@ada/%00', '@ada/%', '@ada/%ff', '@ada/..%2f..', '@%2e%2e/x', '@ada/x/builds',
  '@ada/x/builds/', '@ada/x/builds/0', '@ada/x/builds/-1', '@ada/x/builds/1e3', '@ada/x/builds/99999999999999999999', '@ada/x/builds/1/2', '%40ada/x', '%40ada/x/builds/1',
  'nowhere', 'nowhere/', 'nowhere/deep', 'nowhere/deep/', 'nowhere/deep/er?x', 'index.html', 'a/@ada/x', 'a/workspaces', 'WORKSPACES', 'workspaces/', 'workspaces//', 'workspaces/x',
  'workspaces?filter=%25', 'workspaces?q=a&q=b', 'workspaces?q', 'quota/x', 'quota?%', 'setup/x', 'sign-in/', 'sign-in/x', 'é/🦀', 'workspaces/%2e%2e/quota', 'workspaces?q=\u202e',
  `workspaces?q=${'x'.repeat(6_000)}`, `${'deep/'.repeat(300)}`, `@ada/${'n'.repeat(3_000)}`,
];

/** What may be asked to come back to after signing in, and where that leads: to the list unless it is a page of the app. */
export const BACK: [string, string | null][] = [
  ['/quota', '/quota'],
  ['/quota/', '/quota/'],
  ['/workspaces?q=name%3Aa%26b%3Dc', '/workspaces?q=name%3Aa%26b%3Dc'],
  ['/@ada/../quota', '/quota'],
  ['/.//x', null],
  ['/a/..//x', null],
  ['/%2e//x', null],
  ['/%2e%2e//x', null],
  ['/.%2f/x', null],
  ['/@ada/../..//evil.test', null],
  ['//evil.test', null],
  ['//evil.test/workspaces', null],
  ['/\\evil.test', null],
  ['\\\\evil.test', null],
  ['/\t/evil.test', null],
  ['\t//evil.test', null],
  ['/\n/evil.test/quota', null],
  ['https://evil.test/quota', null],
  ['javascript:alert(1)', null],
  ['data:text/html,x', null],
  ['/sign-in', null],
  ['/sign-in/', null],
  ['/sign-in?back=/sign-in', null],
  ['/x/../sign-in', null],
  ['/%73ign-in', null],
  ['/setup', null],
  ['/nowhere', null],
  ['/api/v2/users/me', null],
  ['', null],
  ['%', null],
  ['\u0000', null],
];

/** `count` paths below the app's own, made of odd pieces; the same for the same seed. */
export function generated(count: number, seed = 20_261_128): string[] {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const pieces = [
    '/', '//', '/.', '/..', '/%2e', '/.%2f', '\\', '%', '%zz', '%ff', '%00', '%5c', '%25', '%2541', '@', '%40', '?', '#', '&', '=', ';', ' ', '+', 'é', '🦀', '\u202e',
    ...WORDS, 'builds', '1', '-1', 'q=', 'back=', 'to=', 'view=table', 'span=', 'filter=', '@ada/gantry-web', 'https:', 'javascript:', 'x', '<b>',
  ];
  return Array.from({ length: count }, () => Array.from({ length: 1 + Math.floor(random() * 9) }, () => pieces[Math.floor(random() * pieces.length)]).join(''));
}
