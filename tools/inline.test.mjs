// The script that finds where the app lives, run over thousands of addresses without a browser: whatever stands in one, base and questions stay on this
// origin, and nothing throws. What a browser makes of it is looked at by tests/e2e/specs/addresses.spec.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { inlineScript } from "./inline.mjs";
import { PAGES, PARTS } from "./pages.mjs";

const ORIGIN = "https://host.test";
const SCRIPT = new vm.Script(inlineScript());

/**
 * Opens an address. `pages` are the folders that answer with this very page, `config` is the text of config.json.
 * @returns what was asked, where the base is, and what the address bar shows in the end
 */
async function open(address, { pages = ["/"], config = "{}", stored = {}, refuses = false } = {}) {
  const url = new URL(ORIGIN + address);
  const location = { origin: ORIGIN, pathname: url.pathname, search: url.search, hash: url.hash };
  const asked = [];
  const bases = [];
  const store = new Map(Object.entries(stored));
  const storage = { getItem: (name) => store.get(name) ?? null, setItem: (name, value) => store.set(name, value) };
  const sandbox = {
    URL, URLSearchParams, AbortSignal, encodeURIComponent,
    location,
    localStorage: storage,
    sessionStorage: { getItem: () => null },
    history: {
      replaceState(_state, _title, to) {
        const next = new URL(to, ORIGIN + location.pathname);
        if (refuses || next.origin !== ORIGIN) throw new Error("SecurityError");
        Object.assign(location, { pathname: next.pathname, search: next.search, hash: next.hash });
      },
    },
    document: {
      documentElement: { dataset: {} },
      head: { prepend() {}, append() {} },
      createElement: () => ({ set href(to) { bases.push(to); } }),
      importNode: () => ({ children: [{ localName: "script", addEventListener() {}, remove() {} }] }),
      getElementById: () => ({ content: { querySelector: () => ({ getAttribute: () => "assets/gantry-1.js" }) } }),
    },
    fetch: async (to) => {
      const at = new URL(to, bases.at(-1) ?? ORIGIN);
      asked.push(at);
      const text = at.pathname.endsWith("/config.json") ? config : pages.includes(at.pathname) ? "<link href=assets/gantry-1.js>" : "<p>another page";
      return { ok: true, status: 200, url: at.href, text: async () => text };
    },
  };
  sandbox.globalThis = sandbox;
  SCRIPT.runInNewContext(sandbox);
  for (let turn = 0; turn < 60; turn += 1) await null;
  const early = Object.keys(sandbox.__gantry.early);
  return { base: bases.at(-1), asked: asked.map(({ href }) => href.slice(ORIGIN.length)), astray: asked.filter(({ origin }) => origin !== ORIGIN).map(String), early, shown: location.pathname + location.search + location.hash, store };
}

test("the base is what precedes the first known segment, else the folder above that holds this page, else the page's own", async () => {
  for (const [address, pages, base] of [
    ["/", ["/"], "/"],
    ["/workspaces", [], "/"],
    ["/a/b/@ada/x/builds/1", [], "/a/b/"],
    ["/a/b/%40ada/x", [], "/a/b/"],
    ["/a/b/", ["/a/b/"], "/a/b/"],
    ["/a/b/index.html", ["/a/b/"], "/a/b/"],
    ["/a/b/nowhere/deep", ["/a/b/"], "/a/b/"],
    ["/a/b/nowhere/deep", [], "/a/b/nowhere/"],
    ["/nowhere", ["/"], "/"],
    ["/nowhere/deep/er/", ["/"], "/"],
    ["//evil.test/", ["/"], "/"],
    ["//evil.test/", [], "/evil.test/"],
    ["//evil.test/workspaces", [], "/evil.test/"],
    ["/.//evil.test//x", [], "/evil.test/"],
    ["/%5cevil.test/x", [], "/%5cevil.test/"],
  ]) {
    assert.equal((await open(address, { pages })).base, ORIGIN + base, address);
  }
});

test("a known segment asks no folder for its page, and what was found is kept for the release", async () => {
  assert.deepEqual((await open("/a/b/workspaces")).asked.filter((one) => !/config|api/.test(one)), []);
  const { store } = await open("/nowhere/deep/er");
  assert.equal(store.get("gantry.base"), "assets/gantry-1.js /");
  const kept = (base) => open("/nowhere/deep/er", { stored: { "gantry.base": base } });
  assert.deepEqual((await kept("assets/gantry-1.js /")).asked.filter((one) => !/config|api/.test(one)), []);
  assert.deepEqual((await kept("assets/gantry-0.js /nowhere/")).base, `${ORIGIN}/`);
});

test("`to` is a path below the base, as the browser reads it", async () => {
  for (const [address, shown] of [
    ["/?to=/quota", "/quota"],
    ["/a/b/?to=/workspaces%3Fq%3Dx%2526y%23z", "/a/b/workspaces?q=x%26y#z"],
    ["/?to=/x/../quota", "/quota"],
    ...["//evil.test", "/%09/x", "/%0a/x", "/%0d/x", "/%09%5Cx", "/%5Cx", "/.//x", "/..//x", "/%2e%2e//x", "quota", "https://evil.test", ""].map((to) => [`/?to=${to}`, `/?to=${to}`]),
    ["/a/b/?to=/../../x", "/a/b/?to=/../../x"],
    ["/workspaces?to=/quota", "/workspaces?to=/quota"],
  ]) {
    assert.equal((await open(address)).shown, shown, address);
  }
});

test("the API is asked where config.json says, once; an odd path is not asked at all", async () => {
  const api = (one) => /users\/me|workspaces\?/.test(one);
  for (const [config, expected, stored] of [
    ["{}", "/api/v2"],
    ["", "/api/v2"],
    ["<html>", "/api/v2"],
    ['{"api": "/coder/api/v2/"}', "/coder/api/v2"],
    ['{"api": "/coder/api/v2"}', "/coder/api/v2", { "gantry.api /": "/coder/api/v2" }],
    ...["//evil.test", "/\\t/evil.test", "/\\\\evil.test", "/.//evil.test", "/a/../b", "/a//b", "https://evil.test", "/x?y", "/x#y", "x", "", "/"].map((one) => [`{"api": "${one}"}`, null]),
  ]) {
    const { asked } = await open("/workspaces?q=a(b)", { config, stored });
    const wanted = expected === null ? [] : [`${expected}/users/me`, `${expected}/workspaces?limit=12&q=a%28b%29`];
    assert.deepEqual(asked.filter(api), wanted, config);
  }
});

test("a path moved since the last visit is asked again where it is now", async () => {
  const { early, store } = await open("/quota", { config: '{"api": "/new"}', stored: { "gantry.api /": "/old" } });
  assert.deepEqual(early, ["/old/users/me", "/new/users/me"]);
  assert.equal(store.get("gantry.api /"), "/new");
});

test("an address finds the part of its page, and the list has none", () => {
  const partOf = (path) => PARTS.find(([page]) => new RegExp(page).test(path))?.[1] ?? null;
  for (const { address, part } of PAGES) {
    const path = address.slice(1).replace(/:number/g, "7").replace(/:\w+/g, "x%20y");
    for (const written of [path, `${path}/`, path.replace("@", "%40")]) assert.equal(partOf(written), part, written);
  }
  for (const nowhere of ["nowhere", "@ada", "@ada/x/bilds/1", "quota/x", "x/quota"]) assert.equal(partOf(nowhere), null, nowhere);
});

test("thousands of odd addresses: nothing throws, nothing leads elsewhere", async () => {
  const pieces = ["/", "//", "/.", "/..", "/%2e", "/.%2f", "\\", "%", "%zz", "%ff", "%00", "%5c", "%09", "\t", "\n", "@", "%40", "?", "#", "&", "=", ";", "?to=/", "&to=//x", "workspaces", "sign-in", "index.html", "evil.test", "https:", "é", "🦀", "\ud800"];
  let state = 7;
  const random = (below) => { state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff; return (state >>> 8) % below; };
  for (let run = 0; run < 3_000; run += 1) {
    const address = `/${Array.from({ length: 1 + random(9) }, () => pieces[random(pieces.length)]).join("")}`;
    const { base, astray, shown } = await open(address, { pages: run % 2 ? ["/"] : [], refuses: run % 5 === 0 });
    assert.ok(base.startsWith(`${ORIGIN}/`) && !base.startsWith(`${ORIGIN}//`) && new URL(base).origin === ORIGIN, `${JSON.stringify(address)}: ${base}`);
    assert.deepEqual(astray, [], address);
    if (run % 5 !== 0) assert.ok(!/^[^?#]*\/\//.test(shown), `${JSON.stringify(address)}: ${shown}`);
  }
  // One that is as long as a browser lets it be.
  assert.equal((await open(`/${"a/".repeat(20_000)}x?q=${"y".repeat(100_000)}`)).base, `${ORIGIN}/`);
});
