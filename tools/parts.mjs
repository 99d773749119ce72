// Cuts the application into the part that every visit needs and the parts that a page fetches when it is first opened (docs/decisions/0010-parts.md),
// then binds each to JavaScript and, for a release, makes it small. Trunk has no step for this between the compiler and wasm-bindgen, so what Trunk
// itself bound is put aside and replaced. Called by tools/post-build.mjs.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minify } from "terser";
import { LATER_STYLES } from "./join-css.mjs";
import { PARTS } from "./pages.mjs";

const OPTIMISE = [
  "-Oz", "--converge", "--enable-bulk-memory", "--enable-nontrapping-float-to-int", "--enable-sign-ext", "--enable-mutable-globals",
  "--enable-reference-types", "--enable-multivalue",
];
const LINK = "./__wasm_split.js";

/** What a tool says is shown when it fails: wasm-opt warns of every name section that the splitter writes. */
function run(tool, ...args) {
  try {
    execFileSync(tool, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  } catch (error) {
    const missing = error.code === "ENOENT" ? `${tool} is missing; run: make setup` : error.stderr || error.message;
    throw new Error(`parts: ${tool} failed: ${missing}`);
  }
}
const digest = (algorithm, content) => createHash(algorithm).update(content);
/** A script as it travels: without comments, with short names. */
export const small = async (script) => (await minify(script, { module: true, compress: { passes: 2 } })).code;
export const integrity = (content) => `sha384-${digest("sha384", content).digest("base64")}`;

/** Replaces `pattern` in `text`, which must be there `times` times: a tool that writes something else now is noticed here, not in a browser. */
function swap(text, what, pattern, replacement, times = 1) {
  const found = text.match(pattern) ?? [];
  if (found.length !== times) throw new Error(`parts: expected ${times} × ${what}, found ${found.length}; wasm-bindgen or wasm-split-cli writes something else now`);
  return text.replace(pattern, replacement);
}

/**
 * How the parts are fetched: each file held against its integrity, and ahead of its use where the address of the page is known (src/boot.js). What a part is made
 * of stands in a file of its own (`list`), because some hundred and forty names and digests, which do not compress, are none of what the first rows need.
 */
const loader = (list, names, helpers) => `const underWay = new Map();
// While nothing is reached, what has been on its way for longer than a file takes holds connections that the first answer will need; it is asked for again after that.
addEventListener("gantry:unreachable", () => { for (const [one, began] of underWay) if (performance.now() - began > 3000) one.abort(); });
const get = (file, integrity) => {
  const end = new AbortController();
  underWay.set(end, performance.now());
  return fetch(new URL(file, import.meta.url), { integrity, credentials: "same-origin", signal: end.signal }).finally(() => underWay.delete(end));
};
/** What "made" gives, once: what failed is tried again the next time. */
const once = (made) => {
  let kept;
  return (...what) => kept ??= made(...what).catch((error) => { kept = undefined; throw error; });
};
const list = once(async () => (await get(${JSON.stringify(list.file)}, ${JSON.stringify(list.integrity)})).json());
// The styles of everything but the list: no page is shown without them.
const style = once(({ style: [file, integrity] }) => new Promise((done, failed) => {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL(file, import.meta.url).href, integrity, onload: done });
  link.onerror = () => { link.remove(); failed(new Error(file + " did not arrive")); };
  document.head.append(link);
}));
const coming = new Map();
const asked = new Set();
const begin = ([file, integrity]) => {
  asked.add(file);
  // A server that does not know the type of the file is no reason not to take what its integrity vouches for.
  const got = get(file, integrity).then((answer) =>
    answer.headers.get("Content-Type") === "application/wasm" ? answer : new Response(answer.body, { headers: { "Content-Type": "application/wasm" } }));
  got.catch(() => { asked.delete(file); coming.delete(file); });
  return got;
};
const take = async (index, name) => {
  const one = index.files[name];
  const got = coming.get(one[0]) ?? begin(one);
  coming.delete(one[0]);
  return (await Promise.all([got, style(index)]))[0];
};
export function ahead(path) {
  const [, part] = ${JSON.stringify(PARTS)}.find(([page]) => new RegExp(page).test(path)) ?? [];
  // What does not come now is said when the page wants it.
  if (part) list().then((index) => {
    style(index).catch(() => {});
    const own = "split_" + part;
    for (const name of [own, ...index.files[own][2]]) {
      const one = index.files[name];
      if (!asked.has(one[0])) coming.set(one[0], begin(one));
    }
  }).catch(() => {});
}
const parts = (() => {
${helpers}
  const loads = new Map();
  const load = (index, name) => {
    if (!loads.has(name)) {
      const fetched = () => {
        const source = take(index, name);
        source.catch(() => {});
        return (imports) => WebAssembly.instantiateStreaming(source, imports);
      };
      loads.set(name, makeLoad(fetched, index.files[name][2].map((shared) => load(index, shared))));
    }
    return loads.get(name);
  };
  return Object.fromEntries(${JSON.stringify(names)}.map((name) => ["__wasm_split_load_" + name, wrapAsyncCb(async () => load(await list(), "split_" + name)())]));
})();`;

/**
 * Writes the files of the application that cargo `compiled` into `assets`, and gives the names of what the page loads itself: `{ glue, wasm }`.
 */
export async function cut(compiled, assets, release) {
  const work = join("target", "parts");
  rmSync(work, { recursive: true, force: true });
  const [split, bound] = [join(work, "split"), join(work, "bound")];
  for (const folder of [split, bound]) mkdirSync(folder, { recursive: true });
  run("wasm-split-cli", compiled, split, "--target", "web", "--out-name", "gantry");
  run("wasm-bindgen", join(split, "gantry.wasm"), "--target", "web", "--no-typescript", "--keep-lld-exports", "--out-dir", bound, "--out-name", "gantry", ...(release ? [] : ["--keep-debug"]));
  for (const name of readdirSync(split)) if (name.endsWith(".wasm") && name !== "gantry.wasm") renameSync(join(split, name), join(bound, name));
  const files = readdirSync(bound).filter((name) => name.endsWith(".wasm"));
  if (release) for (const name of files) run("wasm-opt", join(bound, name), "-o", join(bound, name), ...OPTIMISE);

  // wasm-bindgen ends the name of every import with 16 digits that do not compress, here and in the glue. A number of the same length does.
  let glue = readFileSync(join(bound, "gantry.js"), "utf8");
  if (release) {
    const numbers = new Map();
    const number = (text) => text.replace(/(__wbg_\w+?_)([0-9a-f]{16})(?!\w)/g, (name, stem) => {
      if (!numbers.has(name)) numbers.set(name, stem + String(numbers.size).padStart(16, "0"));
      return numbers.get(name);
    });
    const main = join(bound, "gantry_bg.wasm");
    writeFileSync(main, Buffer.from(number(readFileSync(main, "latin1")), "latin1"));
    glue = number(glue);
  }

  // Every file is named by what is in it, so that it may be kept for good; the glue names the parts, so its own name comes last.
  const publish = (name, content) => {
    const [stem, extension] = [name.slice(0, name.lastIndexOf(".")), name.slice(name.lastIndexOf("."))];
    const published = `${stem}-${digest("sha256", content).digest("hex").slice(0, 16)}${extension}`;
    writeFileSync(join(assets, published), content);
    return published;
  };
  const published = new Map(files.map((name) => [name, publish(name, readFileSync(join(bound, name)))]));
  const named = (name) => [name, integrity(readFileSync(join(assets, name)))];
  // What each file of a part needs before itself: what it shares with other parts but not with all.
  const link = readFileSync(join(split, LINK), "utf8");
  const needs = new Map([...link.matchAll(/const __(chunk_\w+|wasm_split_load_\w+) = (?:wrapAsyncCb\()?makeLoad\([\s\S]*?\n, \[([^\]]*)\]\)/g)].map(([, name, shared]) =>
    [name.replace(/^wasm_split_load_/, "split_"), shared.split(", ").filter(Boolean).map((one) => one.replace(/^__/, ""))]));
  const lazy = files.filter((name) => name !== "gantry_bg.wasm").map((name) => name.replace(".wasm", ""));
  if (needs.size !== lazy.length || lazy.some((name) => !needs.has(name))) throw new Error(`parts: ${lazy.length} files and ${needs.size} loaders of them; wasm-split-cli writes something else now`);
  const list = publish("parts.json", JSON.stringify({
    style: named(publish("later.css", readFileSync(LATER_STYLES))),
    files: Object.fromEntries(lazy.map((name) => [name, [...named(published.get(`${name}.wasm`)), needs.get(name)]])),
  }));
  // Of the loader stay the functions that every part is loaded by; they stand in the glue: no request of their own.
  let helpers = link.slice(0, link.search(/^(?:\/\*.*\*\/\n)?(?:export )?const __/m));
  helpers = swap(helpers, "import of the glue", /^import \{ initSync \} from "[^"]+";$/gm, "");
  helpers = swap(helpers, "console line of a failure", /^\s*console\.error\(e\);$/gm, ""); // the page says it (src/app/later.rs)
  const imports = /^import \* as (\w+) from "\.\/__wasm_split\.js";?$/gm;
  const times = (glue.match(imports) ?? []).length;
  if (times === 0) throw new Error("parts: the glue does not import the loader of the parts; wasm-bindgen writes something else now");
  const [file, digested] = named(list);
  const names = lazy.filter((name) => name.startsWith("split_")).map((name) => name.slice("split_".length));
  glue = `${loader({ file, integrity: digested }, names, helpers)}
${glue.replace(imports, (_, name) => `const ${name} = parts;`)}`;
  if (release) glue = await small(glue);
  return { glue: publish("gantry.js", glue), wasm: published.get("gantry_bg.wasm") };
}
