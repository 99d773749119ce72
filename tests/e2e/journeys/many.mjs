// Five of many, in the journeys' words: found in a list of about 200, sorted, selected, stopped and started together. Imports what journeys share.
import { BUILD_MS, freshName, signIn, signOut } from './steps.mjs';

/** How long the list is, at least, in which the five are found; CODER_WORKSPACES says otherwise. */
const LIST = 200;

/** What becomes of many at once: asked about once, done four at a time, and told of each. */
async function actOnMany({ driver, api, step }, verb, workspaces, ends) {
  step(`${verb.toLowerCase()} all ${workspaces.length}, and read the report`);
  const count = workspaces.length;
  await driver.click(driver.find('button', `${verb} ${count}`, driver.find('region', 'Selection')));
  await driver.wait(driver.find('dialog', `${verb} ${count} workspaces?`));
  await driver.click(driver.find('button', `${verb} ${count} workspaces`));
  const report = driver.find('dialog', new RegExp(`^${verb}: `));
  await driver.says(report, new RegExp(`${verb}: ${count} of ${count} done`), BUILD_MS);
  for (const { id, name } of workspaces) {
    await driver.says(driver.find('row', new RegExp(`(^|[\\s/])${name}(\\s|$)`), report), /done/);
    const { status } = (await api.workspace(id)).latest_build;
    if (status !== ends) throw new Error(`the report says that ${name} is done; it is ${status}`);
  }
  await driver.click(driver.find('button', 'Close'));
  await driver.gone(report);
}

/** Makes five that run. */
async function makeFive({ api, templates, prefix, keep, step }) {
  const stem = freshName(prefix ?? 'many');
  const names = ['a', 'b', 'c', 'd', 'e'].map((end) => `${stem}-${end}`);
  step(`make five workspaces, ${names[0]} to ${names.at(-1)}`);
  const made = [];
  for (const name of names) {
    keep(name);
    made.push(await api.create(templates, name));
  }
  const over = (one) => !['pending', 'running', 'canceling'].includes(one.latest_build.job.status);
  for (const { id, name } of made) {
    const { job } = (await api.until(() => api.workspace(id), over, BUILD_MS)).latest_build;
    if (job.status !== 'succeeded') throw new Error(`the start of ${name} ended as ${job.status}: ${job.error ?? ''}`);
  }
  return { stem, made };
}

/** Has the list be long: rows that are missing are made, and canceled as soon as they are being built. */
async function makeCrowd({ api, templates, keep, step }) {
  const wanted = Number(process.env.CODER_WORKSPACES || LIST);
  const before = await api.count('');
  if (before >= wanted) return;
  step(`there are ${before} workspaces: make ${wanted - before} more, each canceled as soon as it is being built`);
  const why = await api.crowd(templates, freshName('row'), wanted - before, keep);
  if (why) step(`it stays with ${await api.count('')}: ${why}`);
}

/** Opens the list of everything and waits until all that the control plane counts is loaded: of very many, the first 2,000. */
async function openAll({ driver, api, step }) {
  await driver.open('/workspaces?q=');
  const loaded = async () => {
    const count = await api.count('');
    const rows = count > 2_000 ? '2\\d{3}' : count;
    return (await driver.there(driver.find('table', new RegExp(`^Workspaces, ${rows} of ${count} loaded`)))) ? count : undefined;
  };
  step(`all ${await api.until(loaded, (count) => count !== undefined)} are in the list`);
}

/** Five of many: found by a filter, sorted, selected, stopped and started together, with a report of each. */
export async function manyAtOnce(world) {
  const { driver, api, step } = world;
  await signIn(world);
  const { stem, made } = await makeFive(world);
  await makeCrowd(world);
  await openAll(world);

  step('find the five among them, and sort by name, up and down');
  await driver.type(driver.find('searchbox', 'Filter'), `owner:me name:${stem}`);
  await driver.press('Enter');
  await driver.wait(driver.find('table', /^Workspaces, 5 of 5 loaded/));
  const names = made.map(({ name }) => name);
  const read = async () => (await driver.table(['Owner', 'Status'])).map((row) => names.find((name) => row.Name.includes(name)));
  for (const order of [names, names.toReversed()]) {
    await driver.click(driver.find('button', 'Name', driver.find('columnheader', /Name/)));
    await api.until(read, (found) => found.join() === order.join(), 30_000);
  }
  await driver.wait(driver.find('table', /sorted by name$/));

  step('select all five');
  for (const name of names) await driver.click(driver.find('checkbox', `Select ${name}`));
  await driver.says(driver.find('region', 'Selection'), /5 selected/);
  await actOnMany(world, 'Stop', made, 'stopped');
  await actOnMany(world, 'Start', made, 'running');
  await openAll(world);
  await signOut(world, { owner_name: (await api.workspace(made[0].id)).owner_name });
}
