// The step after Trunk: has the application cut into parts (tools/parts.mjs), moves Trunk's links and scripts into <template id=assets>, sets the inline
// script and the marks, and fails if the script's sha256 is not the one in a published header file. For a release it also writes the brotli and gzip twins (Node's own zlib).
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { HEADER_FILES, hashOf, inlineScript } from "./inline.mjs";
import { licences } from "./licences.mjs";
import { cut, integrity, small } from "./parts.mjs";
import { commit, packageVersion } from "./version.mjs";

const dist = process.env.TRUNK_STAGING_DIR ?? "dist";
const page = join(dist, "index.html");
const inline = inlineScript();

let html = readFileSync(page, "utf8");
const moved = [];
html = html.replace(/[ \t]*<(link|script)\b[^>]*?(?:\/>|>)(?:\s*<\/script>)?\n?/g, (element) => {
  if (!/\b(?:href|src)="\.?\/?[^"]*assets\//.test(element)) return element;
  moved.push(element.trim());
  return "";
});
const wanted = { style: /rel="stylesheet"/, glue: /rel="modulepreload"/, wasm: /application\/wasm/, boot: /<script[^>]*boot-/ };
for (const [name, pattern] of Object.entries(wanted)) {
  if (moved.filter((element) => pattern.test(element)).length !== 1) throw new Error(`post-build: expected one ${name} element from Trunk, got:\n${moved.join("\n")}`);
}
const release = process.env.TRUNK_PROFILE === "release";
const assetsFolder = join(dist, "assets");
const fileOf = (element) => element.match(/(?:href|src)="(?:\.\/)?([^"]+)"/)[1];
// What Trunk bound is the application in one piece; it gives way to the parts.
for (const name of ["glue", "wasm"]) rmSync(join(dist, fileOf(moved.find((element) => wanted[name].test(element)))));
const compiled = join(process.env.CARGO_TARGET_DIR ?? "target", "wasm32-unknown-unknown", release ? "web" : "debug", "gantry.wasm");
const application = await cut(compiled, assetsFolder, release);
for (const [index, element] of moved.entries()) {
  for (const name of ["glue", "wasm"]) {
    if (!wanted[name].test(element)) continue;
    const path = `assets/${application[name]}`;
    moved[index] = element
      .replace(fileOf(element), path)
      .replace(/ integrity="[^"]*"/, () => ` integrity="${integrity(readFileSync(join(dist, path)))}"`);
  }
}
if (release) {
  // The page's own start is written to be read; it travels without its comments.
  const index = moved.findIndex((element) => wanted.boot.test(element));
  const path = join(dist, fileOf(moved[index]));
  const code = await small(readFileSync(path, "utf8"));
  writeFileSync(path, code);
  moved[index] = moved[index].replace(/ integrity="[^"]*"/, () => ` integrity="${integrity(Buffer.from(code))}"`);
}
const order = (element) => Object.values(wanted).findIndex((pattern) => pattern.test(element));
const assets = moved
  .sort((a, b) => order(a) - order(b))
  .map((element) => element.replace('rel="stylesheet"', 'rel="stylesheet" blocking="render"').replaceAll('"./', '"'))
  .map((element) => {
    if (!wanted.wasm.test(element)) return element;
    // The size once unpacked, for the progress bar: a compressed answer does not tell it. The integrity is checked by boot.js: a preload with one is
    // not used by a fetch without.
    const { size } = statSync(join(dist, element.match(/href="([^"]+)"/)[1]));
    return element.replace("<link", `<link data-size="${size}"`).replace(" integrity=", " data-integrity=");
  });
// Small files that every visit needs travel in the page: no request of their own, and none when they are used again. The icon needs no base: a browser that
// finds none at the end of the page asks for /favicon.ico.
const svg = (path) => readFileSync(path, "utf8").trim().replace(/>\s+</g, "><");
const icon = `<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(svg("style/favicon.svg"))}" type="image/svg+xml">`;
if (!html.includes('<template id="assets"></template>')) throw new Error("post-build: index.html has no empty <template id=\"assets\">");
html = html
  .replace('<template id="assets"></template>', () => `${icon}<template id="assets">${assets.join("")}</template>`)
  .replace("@marks@", () => svg("style/icons.svg"))
  .replace("@inline@", () => inline)
  .replace(/<!--[\s\S]*?-->\s*/g, "");
if (/<script(?![^>]*src=)[^>]*>(?!\()/.test(html)) throw new Error("post-build: an inline script that is not ours");
// What tells this release from another: everything that the page is made of. A tab that is open compares it with what the server has (src/store/release.rs).
const name = createHash("sha256").update(html).digest("hex").slice(0, 16);
writeFileSync(page, html.replace("@release@", name));
writeFileSync(join(dist, "version.json"), `${JSON.stringify({ version: packageVersion(), release: name, commit: commit() })}\n`);

const hash = hashOf(inline);
for (const file of HEADER_FILES) {
  const named = readFileSync(file, "utf8").match(/'sha256-[^']+'/g) ?? [];
  if (named.length === 0 || named.some((one) => one !== hash)) {
    throw new Error(`post-build: ${file} must name the inline script as ${hash}, it names ${named.join(", ") || "none"}; node tools/inline.mjs writes it`);
  }
}

/**
 * The smallest of what Brotli makes of a file with each of these settings. Its search ends in one of many nearly equal results: which setting finds the
 * best one changes with every build of a large file, and the difference is 2 kB of 340.
 */
function brotli(content) {
  const { BROTLI_PARAM_LGBLOCK: block, BROTLI_PARAM_NPOSTFIX: postfix, BROTLI_PARAM_NDIRECT: direct } = constants;
  const tried = [{}, { [postfix]: 1, [direct]: 12 }, { [block]: 16, [postfix]: 1, [direct]: 12 }, { [block]: 17, [direct]: 15 }, { [block]: 18, [direct]: 15 }];
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  const made = tried.map((more) => brotliCompressSync(content, { params: { ...params, ...more } }));
  return made.reduce((best, one) => (one.length < best.length ? one : best));
}

if (release) {
  writeFileSync(join(dist, "licences.txt"), licences());
  const walk = (folder) => readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
  for (const file of walk(dist)) {
    // Beside the page there is config.json: it is each site's own, and a twin would be served in its place.
    if (!/\.(html|js|css|wasm|svg|txt)$|\/assets\/.*\.json$/.test(file)) continue;
    const content = readFileSync(file);
    writeFileSync(`${file}.br`, brotli(content));
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
  // Written as sha256sum writes it: `sha256sum --check SHA256SUMS` in the folder of the site.
  const sums = walk(dist).map((file) => relative(dist, file)).sort().map((file) => `${createHash("sha256").update(readFileSync(join(dist, file))).digest("hex")}  ${file}\n`);
  writeFileSync(join(dist, "SHA256SUMS"), sums.join(""));
}
