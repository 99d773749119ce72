// Writes the licences of everything that a release ships into one file: the crates that are compiled into the application (not what only builds it), Rust's own
// library, and Gantry itself. A script over `cargo metadata`, since a release must not need one more tool that takes minutes to build. Fails on a crate whose
// licence nobody has agreed to, or that states none.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** Licences that may be shipped; of several to choose from, one of these is enough. */
export const AGREED = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "Unicode-3.0", "CC0-1.0", "0BSD", "Unlicense", "MIT-0", "BSL-1.0"];
const TEXT = /^(licen[cs]e|copying|copyright|notice|unlicense)/i;

/** Whether a licence expression (SPDX, or the older form with a slash) can be met with what was agreed to. */
export function isAgreed(expression) {
  const tokens = expression.replaceAll("/", " OR ").match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const one = () => {
    if (tokens[at] === "(") {
      at += 1;
      const inner = any();
      at += 1;
      return inner;
    }
    let name = tokens[at++];
    if (tokens[at] === "WITH") {
      name = `${name} WITH ${tokens[at + 1]}`;
      at += 2;
    }
    return AGREED.includes(name);
  };
  const all = () => {
    let met = one();
    while (tokens[at] === "AND") {
      at += 1;
      const next = one();
      met = met && next;
    }
    return met;
  };
  const any = () => {
    let met = all();
    while (tokens[at] === "OR") {
      at += 1;
      const next = all();
      met = met || next;
    }
    return met;
  };
  return tokens.length > 0 && any() && at === tokens.length;
}

/** The packages that are compiled into the application, by name and version. */
export function shipped(metadata, root = "gantry") {
  const packages = new Map(metadata.packages.map((one) => [one.id, one]));
  const nodes = new Map(metadata.resolve.nodes.map((one) => [one.id, one]));
  const isMacro = (id) => packages.get(id).targets.some((target) => target.kind.includes("proc-macro"));
  const start = metadata.packages.find((one) => one.name === root).id;
  const seen = new Set();
  const visit = (id) => {
    if (seen.has(id) || isMacro(id)) return;
    seen.add(id);
    for (const { pkg, dep_kinds } of nodes.get(id).deps) if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  visit(start);
  return [...seen].map((id) => packages.get(id)).sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

const files = (folder) => (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFile() && TEXT.test(one.name)).map((one) => one.name).sort() : []);
const plain = (text) => text.replace(/\r\n/g, "\n").split("\n").map((line) => line.trimEnd()).join("\n").trim();

/** The file. */
export function licences() {
  const metadata = JSON.parse(execFileSync("cargo", ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", "wasm32-unknown-unknown", "--features", "parts"], { encoding: "utf8", maxBuffer: 1 << 28 }));
  const all = shipped(metadata);
  const refused = all.filter((one) => !one.license || !isAgreed(one.license));
  if (refused.length > 0) throw new Error(`licences: not agreed to: ${refused.map((one) => `${one.name} ${one.version} (${one.license ?? "states none"})`).join(", ")}`);
  const usual = { MIT: plain(readFileSync("LICENSE-MIT", "utf8")), "Apache-2.0": plain(readFileSync("LICENSE-APACHE", "utf8")) };
  const texts = new Map();
  const add = (text, who) => texts.set(text, [...(texts.get(text) ?? []), who]);
  for (const one of all) {
    const who = `${one.name} ${one.version}`;
    const folder = dirname(one.manifest_path);
    const found = files(folder).map((name) => plain(readFileSync(join(folder, name), "utf8"))).filter((text) => text.length > 0);
    for (const text of found) add(text, who);
    if (found.length > 0) continue;
    // It brings no text of its own: the usual one stands for it, with the names of its authors.
    const names = Object.keys(usual).filter((name) => one.license.includes(name));
    if (names.length === 0) throw new Error(`licences: ${who} is under ${one.license} and brings no text of it`);
    const authors = one.authors.map((author) => author.replace(/\s*<.*>/, "")).join(", ");
    for (const name of names) add(usual[name], `${who} (${one.license}; the text as it is usual${authors && `; by ${authors}`})`);
  }
  const standard = "the Rust standard library (MIT OR Apache-2.0)";
  for (const text of Object.values(usual)) add(text, standard);
  const list = all.map((one) => `${one.name} ${one.version}: ${one.license}`);
  const sections = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([text, who]) => `${"-".repeat(80)}\n${[...new Set(who)].join("\n")}\n\n${text}\n`);
  return `What a release of Gantry consists of, and under which licences.\n\n${[...list, standard].join("\n")}\n\n${sections.join("\n")}`;
}
