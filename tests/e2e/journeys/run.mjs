// Runs the journeys: the built app, served by the embedded control plane's binary, in front of any control plane.
//
//   CODER_URL=https://coder.example.com CODER_EMAIL=… CODER_PASSWORD=… [CODER_TEMPLATE=…] [CODER_FAILING_TEMPLATE=…] node journeys/run.mjs
//   CODER_WORKSPACES=200                    how long the list is at least in which five are found: what is missing is made, and deleted at the end
//   node journeys/run.mjs --embedded        the control plane behind it is the embedded one, as CI does it
//   … --engines firefox,webkit              in these engines (chromium alone is the default); one that is not here is skipped, in a sentence
//   … --only panels                         those journeys alone whose names have this
//
// Ends with "N passed, N failed", and how many were skipped; exit code 1 if a journey failed, 2 if it could not begin.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { siteFor, startOtherPage } from '../support/other-page.mjs';
import { COMPANY, PASSWORD, PEOPLE, ROOT, startControlPlane } from '../support/tools.mjs';
import { Api, Refused } from './api.mjs';
import { ENGINES } from './engines.mjs';
import { JOURNEYS } from './journeys.mjs';

/** A thing that keeps the journeys from beginning: told in one line, without a stack. */
class CannotBegin extends Error {}

function settings() {
  const missing = ['CODER_URL', 'CODER_EMAIL', 'CODER_PASSWORD'].filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new CannotBegin(
      `${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not set: make journeys CODER_URL=https://coder.example.com CODER_EMAIL=you@example.com CODER_PASSWORD=… [CODER_TEMPLATE=name] [CODER_FAILING_TEMPLATE=name]`,
    );
  }
  let url;
  try {
    url = new URL(process.env.CODER_URL);
  } catch {
    throw new CannotBegin(`CODER_URL=${process.env.CODER_URL} is no URL: it looks like https://coder.example.com`);
  }
  if (!['http:', 'https:'].includes(url.protocol)) throw new CannotBegin(`CODER_URL=${process.env.CODER_URL}: only http and https`);
  if (url.pathname !== '/' || url.search || url.hash) {
    throw new CannotBegin(`CODER_URL=${process.env.CODER_URL} has a path: a control plane lives at the root of its host, so say ${url.origin}`);
  }
  return {
    origin: url.origin,
    email: process.env.CODER_EMAIL,
    password: process.env.CODER_PASSWORD,
    template: process.env.CODER_TEMPLATE || undefined,
    failing: process.env.CODER_FAILING_TEMPLATE || undefined,
  };
}

/** The engines that the command line names. */
function askedFor() {
  const at = process.argv.indexOf('--engines');
  const names = at < 0 ? ['chromium'] : (process.argv[at + 1] ?? '').split(',');
  const strange = names.find((name) => !ENGINES[name]);
  if (strange !== undefined) throw new CannotBegin(`--engines ${strange || 'nothing'}: there are ${Object.keys(ENGINES).join(', ')}`);
  return names;
}

/** The journeys that the command line names; all of them where it names none. */
function chosen() {
  const at = process.argv.indexOf('--only');
  const found = at < 0 ? JOURNEYS : JOURNEYS.filter(({ name }) => name.includes(process.argv[at + 1] ?? ''));
  if (found.length === 0) throw new CannotBegin(`--only ${process.argv[at + 1]}: there are ${JOURNEYS.map(({ name }) => name).join(', ')}`);
  return found;
}

/** Signs in to the API and finds the templates of each journey; what does not work is said before a browser starts. */
async function reach({ origin, email, password, template, failing }, embedded) {
  const api = new Api(origin);
  try {
    await api.signIn(email, password);
  } catch (error) {
    if (error instanceof Refused && error.status < 500) throw new CannotBegin(`${email} cannot sign in to ${origin}: ${error.message}`);
    throw new CannotBegin(error.message);
  }
  try {
    const good = await api.templates(template);
    const bad = failing && (await api.templates(failing));
    const journeys = chosen().map((journey) => {
      if (!journey.fails) return { ...journey, templates: good };
      return embedded ? { ...journey, templates: good, prefix: journey.provoked } : { ...journey, templates: bad };
    });
    return { api, journeys };
  } catch (error) {
    throw new CannotBegin(error.message);
  }
}

async function main() {
  const started = [];
  let failed = 0;
  let passed = 0;
  const embedded = process.argv.includes('--embedded');
  try {
    if (embedded) {
      const behind = await startControlPlane([...COMPANY, '--workspaces', '140', '--speed', process.env.SPEED ?? '5']);
      started.push(behind);
      Object.assign(process.env, { CODER_URL: behind.url, CODER_EMAIL: PEOPLE.owner, CODER_PASSWORD: PASSWORD });
    }
    const where = settings();
    const engines = askedFor();
    const here = engines.filter((name) => !ENGINES[name].missing());
    let skipped = engines.length - here.length;
    for (const name of engines) if (!here.includes(name)) console.log(`skip    the journeys in ${name}: ${ENGINES[name].missing()}`);
    if (here.length === 0) throw new CannotBegin('none of the browsers that were asked for is here');
    const { api, journeys } = await reach(where, embedded);
    const other = await startOtherPage();
    started.push(other);
    const shown = siteFor([other.origin]);
    started.push({ stop: shown.remove });
    let front;
    try {
      front = await startControlPlane(['--site', shown.folder, '--upstream', where.origin]);
    } catch (error) {
      throw new CannotBegin(error.message);
    }
    started.push(front);
    const portal = ({ workspace: { owner_name: owner, name }, token }) => {
      const words = { 'ada/gantry-web': `${owner}/${name}`, 'gantry-web': name, 'owner:me': `owner:me name:${name}` };
      Object.assign(other.to, { gantry: `${front.url}/`, token, words });
      return `${other.origin}/plain.html`;
    };
    console.log(`the app at ${front.url}, in front of ${where.origin}`);
    for (const { run, engine, ...journey } of here.flatMap((name) => journeys.map((one) => ({ ...one, engine: name })))) {
      if (!journey.templates) {
        console.log(`skip    ${journey.name}: CODER_FAILING_TEMPLATE names no template that is meant to fail`);
        skipped += 1;
        continue;
      }
      console.log(`        ${journey.name} in ${engine}; templates to try: ${journey.templates.map((template) => template.name).join(', ')}`);
      const begun = Date.now();
      const leftovers = [];
      const driver = await ENGINES[engine].drive(front.url);
      let trouble;
      try {
        await run({ ...where, ...journey, api, driver, portal, keep: (name) => leftovers.push(name), step: (text) => console.log(`    ${text}`) });
        const complaints = await driver.complaints();
        if (complaints.length > 0) throw new Error(`the browser complained:\n${complaints.join('\n')}`);
      } catch (error) {
        trouble = error;
        if (front.ended() !== null) console.log(`    the app's server had ended (${front.ended()}):\n${front.output().slice(-2000)}`);
        const folder = join(ROOT, 'target', 'e2e');
        mkdirSync(folder, { recursive: true });
        const file = join(folder, `journey-${engine}-${journey.name.replace(/[^a-z0-9]+/gi, '-')}.png`);
        await driver.picture(file).then(
          () => console.log(`    the page as it was: ${file}`),
          () => undefined,
        );
      }
      await driver.close();
      for (const { name, error } of await api.eraseAll(leftovers)) {
        trouble ??= new Error(`could not clean up: ${error.message}`);
        console.log(`    left behind: workspace ${name}: ${error.message}`);
      }
      await api.archive();
      const seconds = ((Date.now() - begun) / 1000).toFixed(1);
      if (trouble) {
        failed += 1;
        console.log(`not ok  ${journey.name} in ${engine} (${seconds} s)\n${trouble.stack ?? trouble}`);
      } else {
        passed += 1;
        console.log(`ok      ${journey.name} in ${engine} (${seconds} s)`);
      }
    }
    await api.signOut().catch(() => undefined);
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    return failed > 0 ? 1 : 0;
  } catch (error) {
    console.error(error instanceof CannotBegin ? `journeys: ${error.message}` : error);
    return 2;
  } finally {
    for (const server of started.reverse()) await server.stop();
  }
}

process.exitCode = await main();
