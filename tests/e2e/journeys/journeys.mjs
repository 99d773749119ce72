// What a person does with a workspace, from signing in to deleting it, told to a browser through the driver's few methods. It needs no
// seed: it makes what it uses and runs unchanged against any control plane. Imports the reader of figures and nothing else.
import { fits, instant } from './figures.mjs';

/** How long a build may take, on a real cloud. */
const BUILD_MS = 15 * 60_000;

/**
 * @typedef {object} World
 * @property {import('./driver.mjs').Driver} driver
 * @property {import('./api.mjs').Api} api       the truth that the page is compared with
 * @property {object[]} templates                those to try, in order
 * @property {string} email
 * @property {string} password
 * @property {(id: string) => void} keep         names a workspace that has to be gone at the end, whatever happens
 * @property {(text: string) => void} step       says what is done next
 */

async function signIn({ driver, email, password, step }) {
  step('sign in');
  await driver.open('/sign-in');
  await driver.type(driver.find('textbox', 'E-mail'), email);
  await driver.type(driver.find('textbox', 'Password'), password);
  await driver.click(driver.find('button', 'Sign in'));
  await driver.wait(driver.find('heading', 'Workspaces'));
}

/** A name that nobody has, and that says whose it is if it should ever be left behind. */
const freshName = () => `journey-${Date.now().toString(36).slice(-6)}${Math.floor(Math.random() * 1296).toString(36).padStart(2, '0')}`;

const row = (driver, name) => driver.find('row', new RegExp(`(^|\\s)${name}(\\s|$)`));

/** The latest build, once it is over; the page is asked first, so this only reads the truth. */
async function latest(api, id) {
  return (await api.workspace(id)).latest_build;
}

/** Narrows the list to one workspace. */
async function findInList({ driver }, name) {
  await driver.open('/workspaces');
  await driver.type(driver.find('searchbox', 'Filter'), `name:${name}`);
  await driver.wait(driver.find('link', name));
}

/** Presses a row's own button and waits until the row says what it became. */
async function actOnRow(world, workspace, verb, becomes) {
  const { driver, step } = world;
  step(`${verb.toLowerCase()} it by its row`);
  await driver.click(driver.find('button', new RegExp(`^${verb}`), row(driver, workspace.name)));
  await driver.says(row(driver, workspace.name), becomes, BUILD_MS);
}

/** Compares the table of a build's spans with what the control plane says of the build. */
async function compareFigures(world, build) {
  const { driver, api, step } = world;
  const timings = await api.timings(build.id);
  const exact = timings.provisioner_timings.length > 0;
  step(`read build ${build.build_number}: ${exact ? `${timings.provisioner_timings.length} timings` : 'no timings, so the log'}`);
  const table = driver.find('table', /span/i);
  await driver.wait(table);
  const rows = (await driver.rows(table)).filter((cells) => cells.length >= 3);
  if (rows.length === 0) throw new Error(`the table of build ${build.build_number} has no bar`);
  const said = () => rows.map((cells) => cells.join(' | ')).join('\n');
  const origin = instant(build.job.created_at);

  const expectRow = (label, from, to) => {
    const named = rows.filter(([name]) => name === label || name.startsWith(`${label} `) || name.endsWith(` ${label}`));
    if (named.length === 0) throw new Error(`no row is called ${label}:\n${said()}`);
    const right = named.some(([, start, duration]) => fits(start, Math.max(0, from - origin)) && fits(duration, to - from));
    if (!right) throw new Error(`${label} begins ${from - origin} ms after the build and takes ${to - from} ms; the page says\n${named.map((cells) => cells.join(' | ')).join('\n')}`);
  };

  if (build.job.started_at) expectRow('queue', origin, instant(build.job.started_at));
  if (exact) {
    for (const timing of timings.provisioner_timings) {
      const label = timing.resource.startsWith('coder_stage_') ? timing.stage : timing.resource;
      expectRow(label, instant(timing.started_at), instant(timing.ended_at));
    }
    for (const timing of timings.agent_connection_timings) expectRow('connect', instant(timing.started_at), instant(timing.ended_at));
    for (const timing of timings.agent_script_timings) {
      if (timing.stage === 'start') expectRow(timing.display_name, instant(timing.started_at), instant(timing.ended_at));
    }
    return;
  }
  const logs = await api.logs(build.id);
  if (logs.length === 0) return;
  await driver.says(driver.find('main'), /estimated/i);
  const first = instant(logs[0].created_at) - origin;
  const last = instant(logs.at(-1).created_at) - origin;
  const bars = rows.slice(1).filter(([, start, duration]) => start && duration);
  if (bars.length === 0) throw new Error(`no bar comes from the log:\n${said()}`);
  // The log's clock is the provisioner's, in milliseconds; the first bar after the queue begins with its first line.
  if (!bars.some(([, start]) => fits(start, Math.max(0, first)))) throw new Error(`no bar begins with the log's first line, ${first} ms after the build:\n${said()}`);
  if (last < first) throw new Error('the log ends before it begins');
}

/** Opens a build from the workspace's page and waits until it is over. */
async function watchBuild({ driver, step }, workspace, number) {
  step(`watch build ${number}`);
  await driver.open(`/@${workspace.owner_name}/${workspace.name}/builds/${number}`);
  await driver.wait(driver.find('heading', new RegExp(`build ${number}\\b`, 'i')));
}

/** Sign in, make, find, stop, start, restart, watch, read the waterfall, delete. */
async function wholeLife(world) {
  const { driver, api, templates, keep, step } = world;
  await signIn(world);

  const name = freshName();
  step(`create ${name} through the API`);
  const workspace = await api.create(templates, name);
  keep(workspace.id);

  step('find it in the list, wait until it runs');
  await findInList(world, name);
  await driver.says(row(driver, name), /Running|Unhealthy/, BUILD_MS);

  await actOnRow(world, workspace, 'Stop', /Stopped/);
  await actOnRow(world, workspace, 'Start', /Running|Unhealthy/);

  step('restart it on its page');
  const before = await latest(api, workspace.id);
  await driver.click(driver.find('link', name));
  await driver.wait(driver.find('heading', name));
  await driver.click(driver.find('button', 'Restart'));
  await driver.wait(driver.find('link', new RegExp(`(build |#)${before.build_number + 2}\\b`, 'i')), BUILD_MS);

  await watchBuild(world, workspace, before.build_number + 2);
  await driver.says(driver.find('main'), /succeeded|took/i, BUILD_MS);
  const build = await latest(api, workspace.id);
  if (build.build_number !== before.build_number + 2 || build.job.status !== 'succeeded') {
    throw new Error(`the restart ended with build ${build.build_number}, ${build.job.status}: ${build.job.error ?? ''}`);
  }
  await compareFigures(world, build);

  step('delete it');
  await findInList(world, name);
}

/** In this order. */
export const JOURNEYS = [{ name: 'the whole life of a workspace', run: wholeLife }];
