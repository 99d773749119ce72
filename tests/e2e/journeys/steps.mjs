// What more than one journey does: signs in and out, names things; and the world that a journey is given. Imports nothing.

/** How long a build may take, on a real cloud. */
export const BUILD_MS = 15 * 60_000;

/**
 * @typedef {object} World
 * @property {import('./driver.mjs').Driver} driver
 * @property {import('./api.mjs').Api} api       the truth that the page is compared with
 * @property {object[]} templates                those to try, in order
 * @property {boolean} fails                     whether a start of these templates, or of a workspace of that name, is meant to fail
 * @property {string} email
 * @property {string} password
 * @property {string} [prefix]                   what the names of its workspaces begin with
 * @property {(name: string) => void} keep       names a workspace that has to be gone at the end, whatever happens
 * @property {(text: string) => void} step       says what is done next
 * @property {(shows: {workspace: object, token: string}) => string} portal   has a page of another site show panels of that workspace, with that token; its address
 */

export async function signIn({ driver, email, password, step }) {
  step('sign in');
  await driver.open('/sign-in');
  await driver.type(driver.find('textbox', 'E-mail'), email);
  await driver.type(driver.find('textbox', 'Password'), password);
  await driver.click(driver.find('button', 'Sign in'));
  await driver.wait(driver.find('heading', 'Workspaces'));
}

/** A name that nobody has, and that says whose it is if it should ever be left behind. */
export const freshName = (prefix = 'journey') => `${prefix}-${Date.now().toString(36).slice(-6)}${Math.floor(Math.random() * 1296).toString(36).padStart(2, '0')}`;

export async function signOut({ driver, step }, workspace) {
  step('sign out');
  await driver.click(driver.find('button', new RegExp(`^${workspace.owner_name}\\b`)));
  await driver.click(driver.find('menuitem', 'Sign out'));
  await driver.wait(driver.find('button', 'Sign in'));
}
