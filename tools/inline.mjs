// The inline script as it stands in index.html: src/inline.js without its comments, with what it knows of the list of all pages. Its sha256 stands in the
// Content-Security-Policy of every header file: `node tools/inline.mjs` writes it there.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { FIRST_WORDS, LISTS } from "./pages.mjs";

/** What states the policy: the one source of the headers, and the configurations of web servers that repeat it. */
export const HEADER_FILES = ["public/_headers", "hosting/nginx/gantry-files.conf", "hosting/caddy/gantry.caddy"];

/** The script of the page. */
export function inlineScript() {
  const lines = readFileSync("src/inline.js", "utf8").split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("//"));
  const known = { "@first-words@": FIRST_WORDS.join("|"), '"@lists@"': LISTS.map((list) => JSON.stringify(list)).join(", ") };
  return Object.entries(known).reduce((script, [name, value]) => {
    if (script.split(name).length !== 2) throw new Error(`src/inline.js names ${name} once`);
    return script.replace(name, value);
  }, lines.join("\n"));
}

/** How a policy names a script. */
export const hashOf = (script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const hash = hashOf(inlineScript());
  for (const file of HEADER_FILES) writeFileSync(file, readFileSync(file, "utf8").replace(/'sha256-[^']+'/g, hash));
  console.log(hash);
}
