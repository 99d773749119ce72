// What a person does with a workspace, from signing in to deleting it, told to a browser through the driver's few methods. It needs no
// seed: it makes what it uses and runs unchanged against any control plane. Imports the reader of figures, what journeys share, and the journey of many.
import { fits, instant, read } from './figures.mjs';
import { manyAtOnce } from './many.mjs';
import { BUILD_MS, freshName, signIn, signOut } from './steps.mjs';

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

/**
 * Presses a row's own button and waits until the row says what the workspace became. The own button of one that is not well is another (it
 * may turn so at any moment): then the verb stands in the row's menu.
 */
async function actOnRow({ driver, step }, name, verb, becomes) {
  const own = driver.find('button', `${verb} ${name}`);
  const others = driver.find('button', `Restart ${name}`);
  await driver.wait(driver.find('button', new RegExp(`^(${verb}|Restart) ${name}$`)));
  if (!(await driver.there(others))) {
    step(`${verb.toLowerCase()} it by its row`);
    await driver.click(own).catch(async (error) => {
      if (!(await driver.there(others))) throw error;
    });
  }
  if (await driver.there(others)) {
    step(`${verb.toLowerCase()} it by its row's menu`);
    await driver.click(driver.find('button', `More actions for ${name}`));
    await driver.click(driver.find('menuitem', new RegExp(`^${verb}`)));
  }
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
  // A script is seen to have ended before the page has heard its own times.
  if (exact) await driver.says(driver.find('table'), /^(?!.*not told yet)/s, 60_000);
  // So is a connection.
  const connected = (rows) => rows.filter((row) => /^connect\b/.test(row.Span) && !/still growing/.test(Object.values(row).join(' '))).length;
  const toConnect = exact ? timings.agent_connection_timings.length : 0;
  const rows = await api.until(() => driver.table(['Span', 'Start', 'Duration']), (some) => connected(some) >= toConnect, 60_000);
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
      // The whole of a stage; a server of July 2025 calls the one row that it has of init and of graph "state file".
      const whole = timing.resource.startsWith('coder_stage_') || timing.resource === 'state file';
      expectBar(whole ? timing.stage : timing.resource, instant(timing.started_at), instant(timing.ended_at));
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

/** Makes a workspace by the form of the first of these templates; it is as the API has it then, being built. */
async function createByForm({ driver, api, templates, step }, name) {
  const [template] = templates;
  step(`create ${name} by the form of ${template.name}`);
  await driver.click(driver.find('link', 'New workspace'));
  await driver.wait(driver.find('heading', 'Templates'));
  await driver.open(`/templates/${encodeURIComponent(template.organization_name)}/${encodeURIComponent(template.name)}/workspace`);
  await sendForm({ driver }, name);
  return api.named(name);
}

/** Names the workspace in the form that is open, and sends it. */
async function sendForm({ driver }, name) {
  await driver.wait(driver.find('heading', 'New workspace'));
  await driver.type(driver.find('textbox', 'Name'), name);
  await driver.click(driver.find('button', 'Create workspace'));
  await driver.wait(driver.find('heading', name));
}

/** Copies a workspace from its own page; the copy is being built then, and is looked at no further. */
async function duplicate({ driver, api, keep, step }, workspace) {
  const name = freshName('copy');
  step(`duplicate it as ${name}`);
  keep(name);
  await driver.open(`/@${workspace.owner_name}/${workspace.name}`);
  await driver.wait(driver.find('heading', workspace.name));
  await driver.click(driver.find('button', /^More actions/));
  await driver.click(driver.find('menuitem', 'Duplicate…'));
  await sendForm({ driver }, name);
  const copy = await api.named(name);
  if (copy?.template_id !== workspace.template_id) throw new Error(`${name} is of another template than ${workspace.name}`);
}

/** Opens the latest build from the workspace's page and stays until it is over, as `ends` says; returns it as the API has it then. */
async function watchBuild({ driver, api, step }, workspace, number, ends = 'succeeded') {
  step(`watch build ${number}`);
  await driver.click(driver.find('link', new RegExp(`^(Build |#)${number}\\b`)));
  await driver.wait(driver.find('heading', new RegExp(`^Build ${number}\\b`)));
  await driver.wait(driver.find('region', 'Log'));
  await driver.click(driver.find('button', 'Table'));
  await driver.says(driver.find('table'), /succeeded|failed|canceled/i, BUILD_MS);
  // Stages that are over say so while the build goes on still: it is over when the API says so.
  const over = (one) => !['pending', 'running', 'canceling'].includes(one.latest_build.job.status);
  const build = (await api.until(() => api.workspace(workspace.id), over, BUILD_MS)).latest_build;
  if (build.build_number !== number) throw new Error(`build ${number} was watched, the latest is ${build.build_number}`);
  if (build.job.status !== ends) throw new Error(`build ${number} ended as ${build.job.status}: ${build.job.error ?? ''}`);
  return build;
}

/** Chooses an entry of the menu on a workspace's page. */
async function fromMenu({ driver }, entry) {
  await driver.click(driver.find('button', /^More actions/));
  await driver.click(driver.find('menuitem', entry));
}

/** Makes it a favorite and lets it go again. */
async function likeOnPage(world, workspace) {
  const { driver, api, step } = world;
  step('make it a favorite, and none any more');
  await driver.open(`/@${workspace.owner_name}/${workspace.name}`);
  await driver.wait(driver.find('heading', workspace.name));
  for (const [entry, now] of [
    [/^Add to favorites/, true],
    [/^Remove from favorites/, false],
  ]) {
    await fromMenu(world, entry);
    await api.until(() => api.workspace(workspace.id), (one) => one.favorite === now);
  }
}

/** Gives it another name where the control plane lets one; the workspace as it is called then. */
async function renameOnPage(world, workspace) {
  const { driver, api, prefix, keep, step } = world;
  if (!(await api.workspace(workspace.id)).allow_renames) {
    step('this control plane has workspaces keep their names');
    return workspace;
  }
  const name = freshName(prefix);
  step(`rename it to ${name}: its page follows`);
  keep(name);
  await fromMenu(world, /^Rename/);
  const dialog = driver.find('dialog', `Rename ${workspace.name}?`);
  await driver.wait(dialog);
  await driver.type(driver.find('textbox', 'New name', dialog), name);
  await driver.click(driver.find('button', `Rename ${workspace.name}`));
  await driver.wait(driver.find('heading', name));
  const renamed = await api.workspace(workspace.id);
  if (renamed.name !== name) throw new Error(`it is called ${renamed.name} after a rename to ${name}`);
  return { ...workspace, name };
}

/** Changes to another version of its template and updates to the active one again, where there is another, or one can be made. */
async function changeVersionOnPage(world, workspace) {
  const { driver, api, step } = world;
  const before = (await api.workspace(workspace.id)).latest_build;
  const other = await api.otherVersion(workspace.template_id, before.template_version_id);
  if (!other) {
    step('its template has no other version, and this account may make none');
    return;
  }
  step(`change it to version ${other.name}`);
  await fromMenu(world, /^Change version/);
  await driver.click(driver.find('radio', new RegExp(`^${other.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\b`)));
  await driver.click(driver.find('button', /^Change version and (re)?start/));
  await driver.wait(driver.find('link', new RegExp(`^(Build |#)${before.build_number + 2}\\b`)), BUILD_MS);
  const changed = await api.until(() => api.workspace(workspace.id), (one) => one.latest_build.job.status === 'succeeded' && one.latest_build.build_number === before.build_number + 2, BUILD_MS);
  if (changed.latest_build.template_version_id !== other.id) throw new Error(`it has version ${changed.latest_build.template_version_name}, not ${other.name}`);

  step('update it to the active version');
  await driver.says(driver.find('main'), /Update available/, BUILD_MS);
  await fromMenu(world, /^Update and/);
  await driver.click(driver.find('button', /^Update and (re)?start$/));
  const updated = await api.until(() => api.workspace(workspace.id), (one) => one.latest_build.job.status === 'succeeded' && one.latest_build.build_number === before.build_number + 4, BUILD_MS);
  if (updated.latest_build.template_version_id !== updated.template_active_version_id) throw new Error('it does not have the active version after an update');
}

/** Sets when it stops and starts, puts its stop off and back, and reads each from the control plane. */
async function scheduleOnPage(world, workspace) {
  const { driver, api, step } = world;
  const now = () => api.workspace(workspace.id);
  step('set its autostop to 90 minutes, and an autostart');
  await driver.open(`/@${workspace.owner_name}/${workspace.name}/schedule`);
  await driver.wait(driver.find('heading', 'Schedule'));
  const length = driver.find('textbox', /how long/);
  if (!((await now()).ttl_ms > 0)) await driver.click(driver.find('switch', 'Autostop'));
  if (!(await driver.there(length))) {
    step('its template decides when it stops');
    return;
  }
  await driver.type(length, '90 m');
  if (!(await now()).autostart_schedule) await driver.click(driver.find('switch', 'Autostart'));
  await driver.click(driver.find('button', 'Save schedule'));
  await api.until(now, (one) => one.ttl_ms === 90 * 60_000 && /^CRON_TZ=/.test(one.autostart_schedule ?? ''));

  const before = (await now()).latest_build;
  if (!before.deadline || Date.parse(before.deadline) < 0) {
    step('restart it to apply that');
    await driver.click(driver.find('button', /^Restart to apply/));
    await driver.click(driver.find('button', `Restart ${workspace.name}`));
    await api.until(now, (one) => one.latest_build.build_number === before.build_number + 2 && one.latest_build.job.status === 'succeeded', BUILD_MS);
  }
  step('put its stop off by an hour, and back');
  const stops = async () => Date.parse((await now()).latest_build.deadline);
  const first = await stops();
  const near = (at) => (deadline) => Math.abs(deadline - at) < 60_000;
  await driver.click(driver.find('button', '1 h later'));
  await api.until(stops, near(first + 3_600_000));
  await driver.click(driver.find('button', '1 h earlier'));
  await api.until(stops, near(first));
}

/** What is left of the quota: what the page says is what the control plane answers, no quota and no limit included. */
async function readQuota({ driver, api, step }, workspace) {
  const answer = await api.call('GET', `/organizations/${workspace.organization_id}/members/me/workspace-quota`).catch((error) => {
    if (error.status !== 404) throw error;
    return undefined;
  });
  step(answer ? `its quota is ${answer.credits_consumed} of ${answer.budget}` : 'this control plane has no quota');
  await driver.open('/quota');
  await driver.wait(driver.find('heading', 'Quota'));
  if (!answer) await driver.says(driver.find('main'), /this control plane does not count credits/);
  else if (answer.budget < 0) await driver.says(driver.find('main'), /does not limit credits/);
  else await driver.says(driver.find('main'), new RegExp(`of ${answer.budget} credits`));
}

/** Deletes a workspace on its page and looks for it in the list. */
async function deleteOnPage({ driver, api, step }, workspace) {
  const { name } = workspace;
  step('delete it on its page');
  await driver.open(`/@${workspace.owner_name}/${name}`);
  await driver.wait(driver.find('heading', name));
  await driver.click(driver.find('button', /^More actions/));
  await driver.click(driver.find('menuitem', /^Delete/));
  await driver.wait(driver.find('dialog', `Delete ${name}?`));
  // What goes is named, as far as the control plane lists it.
  const { resources } = (await api.workspace(workspace.id)).latest_build;
  if (resources.length > 0 && resources.length <= 3) {
    const named = resources.map((one) => `${one.type}\\.${one.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
    for (const one of named) await driver.says(driver.find('dialog', `Delete ${name}?`), new RegExp(`${one}.*destroyed`, 's'));
  }
  await driver.type(driver.find('textbox', undefined, driver.find('dialog', `Delete ${name}?`)), name);
  await driver.click(driver.find('button', `Delete ${name}`));
  await driver.says(driver.find('main'), /deleted/i, BUILD_MS);

  const build = (await api.deleted(workspace.id)).latest_build;
  step(`the delete is build ${build.build_number}, which stays readable`);
  await driver.open(`/@${workspace.owner_name}/${name}/builds/${build.build_number}?view=table`);
  await driver.wait(driver.find('heading', `Build ${build.build_number}`));
  await driver.says(driver.find('main'), /Delete succeeded/);
  await compareFigures({ driver, api, step }, build);

  step('it is gone from the list');
  await driver.open(`/workspaces?q=${encodeURIComponent(`name:${name}`)}`);
  await driver.says(driver.find('main'), /There is no workspace with “/);
}

/**
 * What may be said of a failure: any line that its log has as an error, or what the line quotes of a program's output. The place in the
 * template and its source are no reason.
 */
function reasons(logs) {
  const lines = logs.filter((line) => line.log_level === 'error').flatMap((line) => line.output.split('\n'));
  return lines
    .map((line) => line.replace(/^[│╷╵|]/, '').trim().replace(/^Error: /, ''))
    .filter((line) => /\w/.test(line) && !/^(on .* line \d|with \S+,|\d+:|[├│─])/.test(line))
    .flatMap((line) => [line, line.split('Output: ')[1]])
    .filter(Boolean);
}

/** The start failed: the row and the build say why, and the build's bars are told from its log. */
async function afterFailure(world, workspace) {
  const { driver, api, step } = world;
  const { name } = workspace;
  step('its start failed: the row says why');
  const failed = (await api.workspace(workspace.id)).latest_build;
  const logs = await api.logs(failed.id);
  const whys = logs.some((line) => line.log_level === 'error') ? reasons(logs) : [failed.job.error];
  const saysWhy = new RegExp(whys.map((why) => why.slice(0, 60).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'));
  await driver.says(row(driver, name), saysWhy);

  await driver.click(driver.find('link', name));
  await driver.wait(driver.find('heading', name));
  const build = await watchBuild(world, workspace, failed.build_number, 'failed');
  await driver.says(driver.find('main'), saysWhy);
  await compareFigures(world, build);
  const errored = logs.map((line) => /^(?<address>\S+): Creation errored/.exec(line.output)?.groups?.address).find(Boolean);
  if (errored) {
    step(`${errored} is the one that failed`);
    const bar = (await driver.table(['Span', 'Start', 'Duration'])).find((row) => row.Span === errored || row.Span.startsWith(`${errored} `));
    if (!bar || !/errored|failed/.test(Object.values(bar).join(' '))) throw new Error(`the table says of ${errored}: ${bar ? Object.values(bar).join(' | ') : 'nothing'}`);
  }

  // What a failed apply made is cleaned up first; before the apply nothing was made.
  const applied = logs.some((line) => line.stage === 'Starting workspace');
  step(`retry it on its page: it is ${applied ? 'stopped, started' : 'started'} and fails again`);
  await driver.open(`/@${workspace.owner_name}/${name}`);
  await driver.click(driver.find('button', /^Retry/));
  const number = build.build_number + (applied ? 2 : 1);
  await driver.wait(driver.find('link', new RegExp(`^(Build |#)${number}\\b`)), BUILD_MS);
  await watchBuild(world, workspace, number, 'failed');
}

/**
 * Sign in, make, find, stop, start, restart, watch, read the waterfall, delete, sign out. Where the start is meant to fail, it has to, and what
 * the page makes of that is looked at instead.
 */
export async function wholeLife(world) {
  const { driver, api, fails, prefix, keep, step } = world;
  await signIn(world);

  const name = freshName(prefix);
  keep(name);
  let workspace = await createByForm(world, name);

  step(`find it in the list, wait until it ${fails ? 'has failed' : 'runs'}`);
  await findInList(world, name);
  await driver.says(row(driver, name), new RegExp(`${RUNS.source}|failed`), BUILD_MS);
  // Which of the two it was, the control plane says: a page that is wrong about it fails below.
  const { status, error } = (await api.workspace(workspace.id)).latest_build.job;
  if (fails) {
    if (status !== 'failed') throw new Error(`the start of ${name} was meant to fail and ended as ${status}`);
    await afterFailure(world, workspace);
  } else {
    if (status !== 'succeeded') throw new Error(`the start of ${name} was meant to succeed and ended as ${status}: ${error ?? ''}`);
    await driver.says(row(driver, name), RUNS);
    await actOnRow(world, name, 'Stop', /Stopped/);
    await actOnRow(world, name, 'Start', RUNS);

    step('restart it on its page');
    const before = (await api.workspace(workspace.id)).latest_build.build_number;
    await driver.click(driver.find('link', name));
    await driver.wait(driver.find('heading', name));
    await driver.click(driver.find('button', /^Restart/));
    await driver.wait(driver.find('dialog', `Restart ${name}?`));
    await driver.click(driver.find('button', `Restart ${name}`));
    const number = before + 2;
    await driver.wait(driver.find('link', new RegExp(`^(Build |#)${number}\\b`)), BUILD_MS);
    const build = await watchBuild(world, workspace, number);
    await compareFigures(world, build);
    step(`compare it with build ${before}`);
    await driver.open(`/@${workspace.owner_name}/${name}/builds/${number}?compare=${before}`);
    await driver.says(driver.find('region', `Compared with build ${before}`), /(longer than|shorter than|as long as) build/);
    await duplicate(world, workspace);

    await scheduleOnPage(world, workspace);
    await readQuota(world, workspace);
    await likeOnPage(world, workspace);
    workspace = await renameOnPage(world, workspace);
    await changeVersionOnPage(world, workspace);
  }

  await deleteOnPage(world, workspace);
  await signOut(world, workspace);
}

/** A portal of another site shows two panels: in the one the workspace is stopped, and the other shows where the time of its latest build went. */
export async function inAnotherPage(world) {
  const { driver, api, templates, prefix, keep, step, portal } = world;
  const name = freshName(prefix);
  keep(name);
  step(`make ${name}, and wait until it runs`);
  const made = await api.create(templates, name);
  const settled = (one) => !['pending', 'running', 'canceling'].includes(one.latest_build.job.status);
  const workspace = await api.until(() => api.workspace(made.id), settled, BUILD_MS);
  if (workspace.latest_build.job.status !== 'succeeded') throw new Error(`the start of ${name} ended as ${workspace.latest_build.job.status}`);

  step('open a portal with two panels, which hands them a token');
  await driver.open(portal({ workspace, token: api.token }));
  await driver.inside(`Latest build of ${name}`);
  await driver.wait(driver.find('heading', `${name}, build 1`));
  await driver.wait(driver.find('tree', 'Spans of build 1'));
  await driver.click(driver.find('button', 'Table'));
  const rows = await driver.table(['Span', 'Start', 'Duration']);
  if (!rows.some((row) => row.Span.startsWith('queue'))) throw new Error(`the panel's table has no queue: ${JSON.stringify(rows)}`);
  await driver.outside();

  await driver.inside('Workspaces');
  const line = row(driver, name);
  await driver.says(line, RUNS, BUILD_MS);
  // The button of one that is not well is another, and asks.
  await driver.wait(driver.find('button', new RegExp(`^(Stop|Restart) ${name}$`)));
  const verb = (await driver.there(driver.find('button', `Restart ${name}`))) ? 'Restart' : 'Stop';
  step(`${verb.toLowerCase()} it in the list's panel`);
  await driver.click(driver.find('button', `${verb} ${name}`));
  if (verb === 'Restart') await driver.click(driver.find('button', `Restart ${name}`, driver.find('dialog', `Restart ${name}?`)));
  await driver.outside();
  await driver.says(driver.find('status'), new RegExp(`${verb} of ${name}: done`, 'i'), BUILD_MS);
  const after = (await api.workspace(workspace.id)).latest_build;
  if (after.job.status !== 'succeeded' || after.transition !== (verb === 'Stop' ? 'stop' : 'start')) throw new Error(`after “${verb}” its latest build is a ${after.transition} that ${after.job.status}`);

  step('the other panel shows that build, and another theme loses nothing');
  await driver.click(driver.find('button', 'Dark'));
  await driver.inside(`Latest build of ${name}`);
  await driver.wait(driver.find('heading', `${name}, build ${after.build_number}`));
  await driver.wait(driver.find('table'));
  await driver.outside();
}

/** How far the page's idea of the control plane's clock moves, which tells whole seconds only. */
const CLOCK_MS = 1_000;

/**
 * Reads the table of a build's spans until the control plane says that the build is over: what grows never gets shorter, and each bar that
 * was seen growing is there at the end. At least one has to be seen so, else nothing was seen live.
 */
async function seeItGrow({ driver, api }, workspace) {
  const seen = new Map();
  let growing = 0;
  let left = 0;
  const look = async () => {
    const { latest_build: build } = await api.workspace(workspace.id);
    const rows = await driver.table(['Span', 'Start', 'Duration']);
    if (/About .* left(?: until the agents are ready)?, by build \d+/.test(await driver.text(driver.find('main')))) left += 1;
    for (const row of rows.filter((one) => /^still growing/.test(one.Precision) && read(one.Duration))) {
      const name = `${row.Phase} ${row.Span}`;
      const before = seen.get(name);
      if (before && read(row.Duration).high + CLOCK_MS < read(before).low) throw new Error(`${name} grew to ${before} and is ${row.Duration} then`);
      seen.set(name, row.Duration);
      growing += 1;
    }
    return build;
  };
  const over = (build) => !['pending', 'running', 'canceling'].includes(build.job.status);
  const build = await api.until(look, over, BUILD_MS);
  if (growing === 0) throw new Error(`no bar of build ${build.build_number} was seen growing`);
  if (left === 0) throw new Error(`nothing was said of how long build ${build.build_number} would take still`);
  await compareFigures({ driver, api, step: () => undefined }, build);
  const rows = await driver.table(['Span', 'Start', 'Duration']);
  const names = new Set(rows.map((row) => `${row.Phase} ${row.Span}`));
  // What is no phase is only told by the log, and a row for all of the work stands until it is told apart.
  for (const name of seen.keys()) if (!name.startsWith('none ') && !names.has(name)) throw new Error(`${name} was seen growing and is gone: ${[...names].join(', ')}`);
  return build;
}

/** A trace that was saved has every timing of the control plane, to the microsecond. */
function compareTrace(text, timings, origin) {
  const bars = JSON.parse(text).traceEvents.filter((event) => event.ph === 'X');
  for (const timing of [...timings.provisioner_timings, ...timings.agent_connection_timings]) {
    const [began, ended] = [instant(timing.started_at), instant(timing.ended_at)];
    const close = (us, ms) => Math.abs(us - ms * 1_000) < 2;
    const there = bars.some((bar) => close(bar.ts, began - origin) && close(bar.dur, ended - began));
    if (!there) throw new Error(`the trace has no bar of ${timing.stage} ${timing.resource ?? ''}, from ${began - origin} ms for ${ended - began} ms`);
  }
  return bars;
}

/** A start is seen live, from the click to its exact bars, compared with the start before, saved, and what was saved is opened again. */
export async function whereTimeWent(world) {
  const { driver, api, templates, prefix, keep, step } = world;
  await signIn(world);
  const name = freshName(prefix);
  keep(name);
  step(`make ${name}, and stop it`);
  const made = await api.create(templates, name);
  const settled = async (number) => {
    const over = (one) => one.latest_build.build_number === number && !['pending', 'running', 'canceling'].includes(one.latest_build.job.status);
    const { latest_build: build } = await api.until(() => api.workspace(made.id), over, BUILD_MS);
    if (build.job.status !== 'succeeded') throw new Error(`build ${number} ended as ${build.job.status}: ${build.job.error ?? ''}`);
    return build;
  };
  await settled(1);
  const workspace = await api.workspace(made.id);
  await driver.open(`/@${workspace.owner_name}/${name}/builds/1?view=table`);
  await compareFigures(world, await settled(1));
  await api.call('POST', `/workspaces/${workspace.id}/builds`, { transition: 'stop' });
  await settled(2);

  step('start it on its page, and see build 3 grow');
  await driver.open(`/@${workspace.owner_name}/${name}`);
  await driver.wait(driver.find('heading', name));
  await driver.click(driver.find('button', 'Start'));
  await driver.click(driver.find('link', /^(Build |#)3\b/));
  await driver.wait(driver.find('heading', /^Build 3\b/));
  await driver.click(driver.find('button', 'Table'));
  const build = await seeItGrow(world, workspace);
  await driver.says(driver.find('main'), /Start succeeded/);

  step('compare it with build 1');
  await driver.click(driver.find('button', 'Compare'));
  await driver.click(driver.find('menuitemradio', /^Build 1\b/));
  await driver.says(driver.find('region', 'Compared with build 1'), /(longer than|shorter than|as long as) build 1/);
  await driver.wait(driver.find('button', 'Compare with #1'));

  step('save it as a trace, and open that');
  // The agent's scripts may outlast the build, and their exact times come after that: what is saved is held against what stood there before
  // and afterwards alike.
  const stands = (rows) => rows.every((row) => !/still growing/.test(row.Precision));
  const words = (row) => [row.Span, row.Start, row.Duration].join(' | ');
  const table = () => driver.table(['Span', 'Start', 'Duration']);
  const save = async () => {
    const before = await api.until(table, stands, BUILD_MS);
    await driver.click(driver.find('button', 'Export'));
    const file = await driver.save(driver.find('menuitem', /^Chrome trace/));
    return { before, file, after: await table() };
  };
  const { before, file } = await api.until(save, (saved) => saved.before.map(words).join() === saved.after.map(words).join());
  const bars = compareTrace(file.text, await api.timings(build.id), instant(build.job.created_at));
  await driver.drop(file);
  await driver.says(driver.find('main'), new RegExp(`From the file ${file.name.replaceAll('.', '\\.')}`));
  const opened = await table();
  if (opened.length !== bars.length) throw new Error(`the file has ${bars.length} bars, and ${opened.length} are shown`);
  const shown = new Set(opened.map(words));
  const lost = before.filter((row) => read(row.Duration) && row.Phase !== 'group' && !shown.has(words(row)));
  if (lost.length > 0) throw new Error(`opened again it lacks\n${lost.map(words).join('\n')}\nand has\n${[...shown].join('\n')}`);
  await driver.click(driver.find('button', 'Back to the build'));
  await driver.gone(driver.find('button', 'Back to the build'));
  await signOut(world, workspace);
}

/**
 * In this order. `fails`: whether the start is meant to fail. `provoked`: its name makes it fail, which the embedded control plane alone does;
 * elsewhere a journey that fails takes a template that is meant to.
 */
export const JOURNEYS = [
  { name: 'the whole life of a workspace', run: wholeLife, fails: false },
  { name: 'five of many', run: manyAtOnce, fails: false },
  { name: 'a start that fails', run: wholeLife, fails: true, provoked: 'fail-apply' },
  { name: 'where the time went', run: whereTimeWent, fails: false },
  { name: 'panels in another page', run: inAnotherPage, fails: false },
];
