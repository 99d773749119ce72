// Joins the style sheets into the one file that Trunk hashes: tokens, base, components, pages. Comments are dropped; nothing else is changed.
// Plain CSS needs no tool; nesting, layers and light-dark() are the browser's own.
import { mkdirSync, readFileSync, readdirSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";

const files = (folder) => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".css")).sort().map((name) => join(folder, name)) : []);
const list = ["style/tokens.css", "style/base.css", ...files("style/components"), ...files("style/pages")];
const joined = list
  .map((file) => readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\n/gm, "").replace(/^[ \t]+/gm, ""))
  .join("");
const target = "target/style/gantry.css";
mkdirSync("target/style", { recursive: true });
if (!existsSync(target) || readFileSync(target, "utf8") !== joined) writeFileSync(target, joined);
