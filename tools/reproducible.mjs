// Builds the committed state in two folders of different names and holds every file of the two packages against each other: the same commit has to give the
// same bytes, wherever it is built. Takes two whole builds; run by hand (make reproducible).
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

const walk = (folder) => readdirSync(folder).flatMap((name) => { const path = join(folder, name); return statSync(path).isDirectory() ? walk(path) : [path]; });
const sums = (folder) => new Map(walk(folder).map((path) => [relative(folder, path), createHash("sha256").update(readFileSync(path)).digest("hex")]));
const here = resolve(".");
// Both are built from this commit, whatever is committed here meanwhile.
const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();

/** Builds the commit in a folder of its own, with the tools of this one. */
function build(name) {
  const folder = join(mkdtempSync(join(tmpdir(), "gantry-")), name);
  console.log(`reproducible: building in ${folder}`);
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", here, folder], { stdio: "inherit" });
  execFileSync("git", ["checkout", "--quiet", "--detach", commit], { cwd: folder, stdio: "inherit" });
  // The Node packages are installed anew: npm empties the folder that a link of that name leads to.
  symlinkSync(join(here, ".tools"), join(folder, ".tools"));
  execFileSync("make", ["--no-print-directory", "package"], { cwd: folder, stdio: "inherit", env: { ...process.env, CARGO_TARGET_DIR: undefined } });
  return folder;
}

const folders = ["one", "another-name-that-is-longer"].map(build);
const [one, other] = folders.map((folder) => sums(join(folder, "target", "package")));
const differ = [...new Set([...one.keys(), ...other.keys()])].filter((file) => one.get(file) !== other.get(file)).sort();
if (differ.length > 0) {
  console.error(`reproducible: ${differ.length} of ${one.size} files differ:\n${differ.join("\n")}\nThe folders are left: ${folders.join(", ")}`);
  process.exit(1);
}
for (const folder of folders) rmSync(join(folder, ".."), { recursive: true, force: true });
console.log(`reproducible: the same ${one.size} files, byte by byte`);
