// What a person does with a workspace, from signing in to deleting it, told to a browser through the driver's few methods. It needs no
// seed: it makes what it uses and runs unchanged against any control plane. Imports the reader of figures and nothing else.
import { fits, instant, read } from './figures.mjs';

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

/** Narrows the list to one workspace. */
async function findInList({ driver }, name) {
  await driver.open('/workspaces?q=');
  await driver.type(driver.find('searchbox', 'Filter'), `name:${name}`);
  await driver.press('Enter');
  await driver.wait(driver.find('link', name));
}

/** What a row says of a workspace that runs; whether its agents are there is another matter. */
const RUNS = /Running|Unhealthy/;

/** Presses a row's own button and waits until the row says what the workspace became. */
async function actOnRow({ driver, step }, name, verb, becomes) {
  step(`${verb.toLowerCase()} it by its row`);
  await driver.click(driver.find('button', `${verb} ${name}`));
  await driver.says(row(driver, name), becomes, BUILD_MS);
}

/**
 * Compares the table of a build's spans with what the control plane says of the build: its timings; without timings the first and last
 * lines of its log, and the word "estimated". The build has at least one bar in any case.
 */
async function compareFigures({ driver, api, step }, build) {
  const timings = await api.timings(build.id);
  const exact = timings.provisioner_timings.length > 0;
  step(`compare build ${build.build_number} with ${exact ? `${timings.provisioner_timings.length} timings` : 'its log'}`);
  const rows = await driver.table(['Span', 'Start', 'Duration']);
  const said = (some) => some.map((row) => Object.values(row).join(' | ')).join('\n');
  const bars = rows.filter((row) => read(row.Start) && read(row.Duration));
  if (bars.length === 0) throw new Error(`build ${build.build_number} has no bar:\n${said(rows)}`);
  const origin = instant(build.job.created_at);

  const expectBar = (label, began, ended) => {
    const named = bars.filter((row) => row.Span === label || row.Span.startsWith(`${label} `));
    const from = began - origin;
    if (!named.some((row) => (fits(row.Start, from) || (from < 0 && fits(row.Start, 0))) && fits(row.Duration, ended - began))) {
      throw new Error(`${label} begins ${from} ms after the build was asked for and takes ${ended - began} ms; the page says\n${said(named.length > 0 ? named : rows)}`);
    }
  };
  expectBar('queue', origin, instant(build.job.started_at));
  if (exact) {
    for (const timing of timings.provisioner_timings) {
      expectBar(timing.resource.startsWith('coder_stage_') ? timing.stage : timing.resource, instant(timing.started_at), instant(timing.ended_at));
    }
    for (const timing of timings.agent_connection_timings) expectBar('connect', instant(timing.started_at), instant(timing.ended_at));
    for (const timing of timings.agent_script_timings.filter((one) => one.stage === 'start')) {
      expectBar(timing.display_name, instant(timing.started_at), instant(timing.ended_at));
    }
    return;
  }
  await driver.says(driver.find('main'), /estimated/i);
  const logs = await api.logs(build.id);
  if (logs.length === 0) return;
  const first = instant(logs[0].created_at) - origin;
  const last = instant(logs.at(-1).created_at) - origin;
  const estimated = bars.filter((row) => row.Span !== 'queue' && row.Span !== 'provisioner');
  const begins = estimated.some((row) => fits(row.Start, first));
  const ends = estimated.every((row) => read(row.Start).low + read(row.Duration).low <= Math.max(last, instant(build.job.completed_at) - origin) + 1);
  if (!begins || !ends) throw new Error(`the log runs from ${first} to ${last} ms; the page says\n${said(rows)}`);
}

/** Opens the latest build from the workspace's page and stays until it is over; returns it as the API has it then. */
async function watchBuild({ driver, api, step }, workspace, number) {
  step(`watch build ${number}`);
  await driver.click(driver.find('link', new RegExp(`^(Build |#)${number}\\b`)));
  await driver.wait(driver.find('heading', new RegExp(`^Build ${number}\\b`)));
  await driver.wait(driver.find('region', 'Log'));
  await driver.click(driver.find('button', 'Table'));
  await driver.says(driver.find('table'), /succeeded|failed|canceled/i, BUILD_MS);
  const build = (await api.workspace(workspace.id)).latest_build;
  if (build.build_number !== number) throw new Error(`build ${number} was watched, the latest is ${build.build_number}`);
  if (build.job.status !== 'succeeded') throw new Error(`build ${number} ended as ${build.job.status}: ${build.job.error ?? ''}`);
  return build;
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
  await driver.says(row(driver, name), RUNS, BUILD_MS);

  await actOnRow(world, name, 'Stop', /Stopped/);
  await actOnRow(world, name, 'Start', RUNS);

  step('restart it on its page');
  const before = (await api.workspace(workspace.id)).latest_build.build_number;
  await driver.click(driver.find('link', name));
  await driver.wait(driver.find('heading', name));
  await driver.click(driver.find('button', /^Restart/));
  const number = before + 2;
  await driver.wait(driver.find('link', new RegExp(`^(Build |#)${number}\\b`)), BUILD_MS);

  const build = await watchBuild(world, workspace, number);
  await compareFigures(world, build);

  step('delete it on its page');
  await driver.open(`/@${workspace.owner_name}/${name}`);
  await driver.wait(driver.find('heading', name));
  await driver.click(driver.find('button', /^More actions/));
  await driver.click(driver.find('menuitem', /^Delete/));
  await driver.wait(driver.find('dialog', `Delete ${name}?`));
  await driver.type(driver.find('textbox', undefined, driver.find('dialog', `Delete ${name}?`)), name);
  await driver.click(driver.find('button', `Delete ${name}`));
  await driver.says(driver.find('main'), /deleted/i, BUILD_MS);

  step('it is gone from the list');
  await driver.open(`/workspaces?q=${encodeURIComponent(`name:${name}`)}`);
  await driver.says(driver.find('main'), /No workspace matches/);
}

/** In this order. */
export const JOURNEYS = [{ name: 'the whole life of a workspace', run: wholeLife }];
