// What a release is called: the version of Cargo.toml, and the commit that it was built from. Imports nothing but Node.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The version in Cargo.toml. */
export function packageVersion() {
  const found = readFileSync("Cargo.toml", "utf8").match(/^\[workspace\.package\][\s\S]*?^version = "([^"]+)"/m);
  if (!found) throw new Error("Cargo.toml names no version of the workspace");
  return found[1];
}

const git = (...args) => execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();

/** The commit, with a plus where files of it were changed; `GANTRY_COMMIT` where there is no git (an unpacked source). */
export function commit() {
  if (process.env.GANTRY_COMMIT) return process.env.GANTRY_COMMIT;
  try {
    return git("rev-parse", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") ? "+" : "");
  } catch {
    return "unknown";
  }
}

/** The moment of the commit, in Unix seconds: what is packed says that it was made then. */
export function commitTime() {
  if (process.env.SOURCE_DATE_EPOCH) return Number(process.env.SOURCE_DATE_EPOCH);
  try {
    return Number(git("log", "-1", "--format=%ct"));
  } catch {
    return 0;
  }
}
