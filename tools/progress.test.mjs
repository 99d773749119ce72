// What a long build says of itself in a pipe: few lines, no control codes, no error of an attempt that is made again in another way.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

/** Runs a script as cargo; answers what was said, the file and the exit code. */
function run(script, rhythm) {
  const folder = mkdtempSync(join(tmpdir(), "gantry-progress-"));
  try {
    const file = join(folder, "log");
    const { stderr, stdout, status } = spawnSync(process.execPath, ["tools/progress.mjs", "trunk 1.2.3", "8", "4", file, process.execPath, "-e", script], {
      encoding: "utf8",
      env: { ...process.env, PROGRESS_RHYTHM_MS: String(rhythm) },
    });
    return { said: stdout + stderr, log: readFileSync(file, "utf8"), status };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const BUILD = `
const say = (text) => process.stderr.write(text);
for (let done = 1; done <= 400; done += 1) say("   Compiling crate" + done + " v1.0.0\\n\\u001b[K    Building [====>      ] " + done + "/400: crate" + done + "\\r");
`;

test("a log is told now and then, in plain lines", () => {
  const { said, log, status } = run(BUILD, 0);
  assert.equal(status, 0);
  assert.match(said, /^setup: trunk 1\.2\.3: 1 of 400 crates built, about 12 minutes left of the set-up\n/);
  assert.match(said, /: 400 of 400 crates built, about 4 minutes left of the set-up\n$/);
  assert.doesNotMatch(said, /[\r\u001b]/);
  assert.match(log, /Compiling crate400 /);
  assert.doesNotMatch(log, /Building|[\r\u001b]/);
});

test("a short build says nothing between", () => {
  assert.equal(run(BUILD, 60_000).said, "");
});

test("an attempt that fails is not said here, and its code and its words are kept", () => {
  const { said, log, status } = run(`process.stderr.write("error: failed to select a version\\n  candidate versions\\n"); process.exitCode = 101`, 0);
  assert.equal(said, "");
  assert.equal(status, 101);
  assert.match(log, /^error: failed to select a version\n {2}candidate versions\n$/);
});
