// Checks a finished dist/: every file that index.html names exists and has the integrity it claims, nothing of it is missing its compressed twin,
// and a first visit stays within the size budget (benches/budgets.json: all files in brotli).
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";

const dist = "dist";
const problems = [];
const html = readFileSync(join(dist, "index.html"), "utf8");
const named = [...html.matchAll(/<(?:link|script)\b[^>]*?(?:href|src)="([^"]+)"[^>]*>/g)].map(([element, path]) => ({ path, integrity: element.match(/integrity="sha384-([^"]+)"/)?.[1] })).filter(({ path }) => !path.startsWith("data:"));
for (const { path, integrity } of named) {
  if (/^(?:https?:)?\/\//.test(path) || path.startsWith("/")) problems.push(`${path} is not relative: it would miss under a sub-path`);
  else if (!existsSync(join(dist, path))) problems.push(`${path} is named by index.html but missing`);
  else if (integrity && createHash("sha384").update(readFileSync(join(dist, path))).digest("base64") !== integrity) problems.push(`${path} is not the file whose integrity index.html states`);
}
const walk = (folder) => readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? walk(join(folder, name)) : [join(folder, name)]));
for (const file of walk(dist)) {
  if (/\.(html|js|css|wasm)$|\/assets\/.*\.json$/.test(file)) for (const twin of [".br", ".gz"]) if (!existsSync(file + twin)) problems.push(`${file} has no ${twin} twin`);
}
// Every file is the one whose checksum stands in SHA256SUMS.
const sums = new Map(readFileSync(join(dist, "SHA256SUMS"), "utf8").trim().split("\n").map((line) => line.split("  ").reverse()));
for (const file of walk(dist).map((path) => relative(dist, path)).filter((path) => path !== "SHA256SUMS")) {
  if (sums.get(file) !== createHash("sha256").update(readFileSync(join(dist, file))).digest("hex")) problems.push(`${file} is not the file that SHA256SUMS names`);
}
for (const file of ["version.json", "licences.txt", "embed.js", "embed.css", "embed-start.js", "_headers", "_redirects", "assets/404.html"]) if (!existsSync(join(dist, file))) problems.push(`${file} is missing`);
if (existsSync(join(dist, "config.json.br"))) problems.push("config.json has a twin, which would be served when a site changes the file");
const first = ["index.html", ...named.map(({ path }) => path), "config.json"].filter((path, index, all) => all.indexOf(path) === index);
const size = (path) => { const br = join(dist, `${path}.br`); return existsSync(br) ? statSync(br).size : existsSync(join(dist, path)) ? statSync(join(dist, path)).size : 0; };
const total = first.reduce((sum, path) => sum + size(path), 0) / 1000;
const { budget } = JSON.parse(readFileSync("benches/budgets.json", "utf8")).first_visit_kb;
if (total > budget) problems.push(`a first visit is ${total.toFixed(1)} kB in brotli, ${(total - budget).toFixed(1)} kB over the budget of ${budget} kB`);
if (problems.length > 0) {
  console.error(problems.map((problem) => `dist: ${problem}`).join("\n"));
  process.exit(1);
}
console.log(`dist: whole; a first visit is ${total.toFixed(1)} kB of ${budget} kB in brotli (wasm ${(size(named.find(({ path }) => path.endsWith(".wasm")).path) / 1000).toFixed(1)} kB)`);
