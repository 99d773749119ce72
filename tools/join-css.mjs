// Joins the style sheets into two files: what the list and its first rows need, which Trunk hashes and every visit waits for, and everything else, which comes
// with the first part of the application (tools/parts.mjs). Comments are dropped; nothing else is changed. Plain CSS needs no tool; nesting, layers and
// light-dark() are the browser's own, and the layers keep their order whichever file comes when.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const FIRST_STYLES = "target/style/gantry.css";
export const LATER_STYLES = "target/style/later.css";

/** A sheet that is not named here is one that comes later. */
const FIRST = ["tokens", "base", ...["boot", "button", "field", "floating", "state", "status", "swatch", "table", "topbar"].map((name) => `components/${name}`), "pages/list"];

const sheets = (folder) => readdirSync(join("style", folder)).filter((name) => name.endsWith(".css")).sort().map((name) => `${folder}/${name.slice(0, -".css".length)}`);

function joined(names, target) {
  const text = names
    .map((name) => readFileSync(join("style", `${name}.css`), "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\n/gm, "").replace(/^[ \t]+/gm, ""))
    .join("");
  mkdirSync("target/style", { recursive: true });
  if (!existsSync(target) || readFileSync(target, "utf8") !== text) writeFileSync(target, text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  joined(FIRST, FIRST_STYLES);
  joined([...sheets("components"), ...sheets("pages")].filter((name) => !FIRST.includes(name)), LATER_STYLES);
}
