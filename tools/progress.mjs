// Runs a long build of cargo's and says how far it is: cargo's own bar on a terminal, a line now and then in a pipe or a CI log, both with what is left of the
// whole. All else that cargo says goes into a file: an attempt that fails and is made again in another way is no error. Called by tools/setup.sh:
//   node tools/progress.mjs WHAT MINUTES MINUTES_OF_WHAT_FOLLOWS LOG COMMAND...
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";

const [what, minutes, following, file, command, ...args] = process.argv.slice(2);
const out = process.stderr;
/** How often a log is told, in milliseconds. */
const RHYTHM = Number(process.env.PROGRESS_RHYTHM_MS ?? 30_000);
const log = createWriteStream(file);
const began = Date.now();
let told = began;
let [done, of] = [0, 0];

/** What is left of the whole: by the pace so far once that says something, by experience before. */
function left() {
  const passed = (Date.now() - began) / 60_000;
  const share = of > 0 ? done / of : 0;
  const own = share > 0.2 ? (passed * (1 - share)) / share : Math.max(minutes - passed, minutes * (1 - share) * 0.5);
  const all = Math.max(1, Math.round(own + Number(following)));
  return `about ${all} minute${all === 1 ? "" : "s"} left of the set-up`;
}

function tell(bar) {
  if (out.isTTY) {
    const room = (out.columns ?? 100) - 1;
    out.write(`\r\u001b[K${`${bar.trim()} · ${left()}`.slice(0, room)}`);
  } else if (Date.now() - told >= RHYTHM) {
    told = Date.now();
    out.write(`setup: ${what}: ${done} of ${of} crates built, ${left()}\n`);
  }
}

function hear(line) {
  const bar = line.match(/Building \[[^\]]*\] (\d+)\/(\d+)/);
  if (bar) {
    [done, of] = [Number(bar[1]), Number(bar[2])];
    tell(line);
  } else if (line.trim() !== "") {
    log.write(`${line}\n`);
  }
}

const width = String(Math.max(60, (out.columns ?? 100) - 40));
const env = { ...process.env, CARGO_TERM_PROGRESS_WHEN: "always", CARGO_TERM_PROGRESS_WIDTH: width, CARGO_TERM_COLOR: "never" };
const child = spawn(command, args, { env, stdio: ["ignore", "ignore", "pipe"] });
let rest = "";
child.stderr.setEncoding("utf8").on("data", (chunk) => {
  // The bar is drawn over itself; what is no bar ends with a line.
  const lines = (rest + chunk.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "")).split(/[\r\n]/);
  rest = lines.pop();
  for (const line of lines) hear(line);
});
const end = (code) => {
  hear(rest);
  if (out.isTTY) out.write("\r\u001b[K");
  log.end(() => process.exit(code));
};
child.on("error", (error) => {
  log.write(`${command} does not start: ${error.message}\n`);
  end(127);
});
child.on("close", (code, signal) => end(code ?? (signal ? 130 : 1)));
