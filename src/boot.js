// The page's own start, hashed like all code. Takes what the inline script asked for (src/inline.js), gets the application going, and says what went
// wrong on a page of its own. Works before the stylesheet has arrived and when the wasm never does.

const byId = (id) => document.getElementById(id);
const gantry = globalThis.__gantry;

// --- errors of the start -------------------------------------------------------------------------------------
class StartError extends Error {
  constructor(title, text, detail = "") {
    super(text);
    this.title = title;
    this.detail = detail;
  }
}
function showStartError(error) {
  byId("boot").hidden = true;
  byId("app").hidden = true;
  if (/Content Security Policy|blocked by CSP|unsafe-eval/i.test(String(error))) {
    byId("boot-error-text").textContent =
      "The Content-Security-Policy that this server sends lacks 'wasm-unsafe-eval' in script-src: no browser starts the application without it. The file _headers beside index.html has the whole header.";
  } else if (error instanceof StartError) {
    byId("boot-error-title").textContent = error.title;
    byId("boot-error-text").textContent = error.message;
  } else {
    byId("boot-error-text").textContent = "The application arrived but could not be started. Reload the page; if that does not help, this browser may be too old.";
  }
  const detail = error instanceof StartError ? error.detail : String(error?.stack ?? error);
  byId("boot-error-detail").textContent = detail;
  byId("boot-error-detail").hidden = detail === "";
  byId("boot-error").hidden = false;
  byId("boot-error-retry").focus();
}
byId("boot-error-retry").addEventListener("click", () => location.reload());

// --- the crash page: a panic, a stack overflow or no memory; the app is frozen, never a white page -----------------
let crashed = false;
/** Whether an error went through the application, which is in an unknown state then: a trap, a stack overflow, or what the browser threw into it. */
const isOurs = (error) =>
  error instanceof WebAssembly.RuntimeError || error instanceof RangeError || /wasm-function/.test(error?.stack ?? "");
/** Ends what the application has under way: it must not act any more, for what it knows may be half of something. What this page itself does goes on. */
function freeze() {
  const asks = () => /wasm-function/.test(new Error().stack ?? "");
  for (const [name, nothing] of [["setTimeout", 0], ["setInterval", 0], ["requestAnimationFrame", 0], ["queueMicrotask", undefined], ["fetch", new Promise(() => {})]]) {
    const own = globalThis[name].bind(globalThis);
    globalThis[name] = (...what) => (asks() ? nothing : own(...what));
  }
  // Intervals are of the same numbers as timeouts. What stands further back than this ended long ago.
  const BACK = 100_000;
  const [timer, frame] = [setTimeout(() => {}), requestAnimationFrame(() => {})];
  for (let id = timer; id > Math.max(0, timer - BACK); id -= 1) clearTimeout(id);
  for (let id = frame; id > Math.max(0, frame - BACK); id -= 1) cancelAnimationFrame(id);
}
function crash(text) {
  if (crashed) return;
  crashed = true;
  freeze();
  byId("app").inert = true;
  for (const type of ["click", "keydown", "keyup", "pointerdown", "input", "submit", "wheel"]) {
    window.addEventListener(type, (event) => {
      if (!byId("crash").contains(event.target)) { event.stopImmediatePropagation(); if (event.type !== "keydown" && event.type !== "wheel") event.preventDefault(); }
    }, { capture: true, passive: false });
  }
  const path = location.pathname; // without the query: it may hold what somebody searched for
  const agent = navigator.userAgent.match(/(Firefox|Edg|Chrome|Chromium|Version)\/[\d.]+/)?.[0] ?? "unknown browser";
  const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const report = [
    `Gantry ${gantry.version ?? ""}`.trim() + (gantry.server ? `, coder ${gantry.server}` : ""),
    text,
    `at ${path}, ${new Date().toISOString()}`,
    `${agent}, ${innerWidth} × ${innerHeight}, ${document.documentElement.dataset.theme ?? theme}`,
  ].join("\n");
  byId("crash-report").textContent = report;
  let again = false;
  try {
    const last = Number(sessionStorage.getItem("gantry.crashed") ?? 0);
    again = Date.now() - last < 30_000;
    sessionStorage.setItem("gantry.crashed", String(Date.now()));
  } catch { /* storage may be closed to us; the page works without */ }
  byId("crash-reset").hidden = !again;
  byId("boot")?.remove(); // gone already once the application has started
  // The address may be what it stopped at: there is always a way to another one.
  byId("crash-home").href = new URL(document.baseURI).pathname;
  byId("crash").hidden = false;
  byId("crash-copy").focus();
}
window.addEventListener("gantry:crash", (event) => crash(event.detail));
window.addEventListener("error", (event) => {
  if (isOurs(event.error)) crash(String(event.error?.stack ?? event.message));
});
window.addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof WebAssembly.RuntimeError) crash(String(event.reason.stack ?? event.reason));
});
// What is clicked here is the browser's to follow: the application hears nothing any more.
byId("crash").addEventListener("click", (event) => event.stopPropagation());
byId("crash-copy").addEventListener("click", async () => {
  try { await navigator.clipboard.writeText(byId("crash-report").textContent); } catch { /* no permission: the report can be selected by hand */
    getSelection()?.selectAllChildren(byId("crash-report"));
    document.execCommand?.("copy");
  }
  location.reload();
});
byId("crash-reset").addEventListener("click", () => {
  for (const storage of ["localStorage", "sessionStorage"]) {
    try {
      const own = Object.keys(globalThis[storage]).filter((key) => key.startsWith("gantry."));
      for (const key of own) globalThis[storage].removeItem(key);
    } catch { /* nothing stored, nothing to reset */ }
  }
  location.reload();
});

// --- limits: a connection may have been accepted by something that never answers -------------------------------------
const PATIENCE_MS = 20_000;
/** What is waited for, but not for ever. */
function soon(promise, what) {
  let late;
  const limit = new Promise((_, reject) => { late = setTimeout(() => reject(new Error(`${what}: nothing came for ${PATIENCE_MS / 1_000} s`)), PATIENCE_MS); });
  return Promise.race([promise, limit]).finally(() => clearTimeout(late));
}

// --- configuration: missing means defaults; its content is checked by the application (src/config.rs) ----------------
async function configuration() {
  const answer = await soon(gantry.config, "config.json").catch((error) => {
    throw new StartError("Gantry could not be reached", "The configuration did not arrive: this server accepts the question and does not answer it. Try again, or tell who runs this server.", String(error));
  });
  if (!answer) throw new StartError("Gantry could not be reached", "The configuration did not arrive: there is no connection to this server. Check the network and try again.");
  const { status, text } = answer;
  if (status === 404) return "";
  if (status < 200 || status > 299) throw new StartError("Gantry could not start", `The server answered ${status} for config.json. Try again, or tell who runs this server.`);
  if (/^\s*</.test(text)) {
    throw new StartError("config.json is a web page", `The server sent HTML where ${new URL("config.json", document.baseURI).pathname} should be. Put a config.json beside index.html, or let the server answer 404 for it.`, text.slice(0, 200));
  }
  return text;
}

// --- the application ------------------------------------------------------------------------------------------
const started = performance.now();
const progress = byId("boot-progress");
setTimeout(() => { if (!crashed && byId("app").childElementCount === 0 && byId("boot-error").hidden) byId("boot").hidden = false; }, 300);

/** Reads an answer to its end, telling how far it is. */
async function whole(response, total, onProgress) {
  const bytes = new Uint8Array(total);
  let seen = 0;
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await soon(reader.read(), "the application");
    if (done) return bytes.subarray(0, seen);
    bytes.set(value, seen); // more than was built does not fit, and is an error
    seen += value.byteLength;
    onProgress(seen / total);
  }
}

/** The address of a build's page, whose part has the chart of a panel. */
const BUILD_PAGE = "@-/-/builds/1";

/** Has the part of the page that will be opened first fetched beside the application (docs/decisions/0010-parts.md); the list has none. */
function partAhead(module) {
  const path = location.pathname.slice(new URL(document.baseURI).pathname.length);
  module.ahead(path);
  if (/^embed\/timings\//.test(path)) module.ahead(BUILD_PAGE);
  // A panel in another page signs nobody in itself.
  gantry.config.then(() => gantry.me).then((early) => { if (early?.answer.status === 401 && !path.startsWith("embed/")) module.ahead("sign-in"); });
}

async function application() {
  if (typeof WebAssembly !== "object") throw new StartError("This browser cannot run Gantry", "It has no WebAssembly, or it is switched off. Use a current browser or allow it for this address.");
  const glue = document.querySelector('link[rel="modulepreload"]');
  const wasm = document.querySelector('link[rel="preload"][type="application/wasm"]');
  const failed = (error) => {
    throw new StartError("Gantry did not arrive", "A part of the application could not be loaded, or was not the file this page was built with. Reload the page; if that does not help, the server or its cache holds an incomplete release.", String(error));
  };
  // The browser's own check of the integrity holds the file back until all of it is there. Where the page may compute a digest itself (https, localhost), the
  // file is compiled while it arrives, which also lets the browser keep what it compiled, and nothing of it starts before the digest fits.
  const subtle = globalThis.crypto?.subtle;
  const { integrity, size } = wasm.dataset;
  const [module, response] = await Promise.all([
    soon(import(glue.href), glue.href).then((module) => { partAhead(module); return module; }),
    soon(fetch(wasm.href, { integrity: subtle ? "" : integrity, credentials: "same-origin" }), wasm.href),
  ]).catch(failed);
  if (!response.ok) throw new StartError("Gantry did not arrive", `The server answered ${response.status} for the application. Reload the page; if that does not help, the release on this server is incomplete.`, wasm.href);
  const bytes = whole(response.clone(), Number(size), (share) => { progress.value = Math.round(share * 100); });
  const sound = bytes.then(async (content) => {
    if (!subtle) return;
    const digest = String.fromCharCode(...new Uint8Array(await subtle.digest("SHA-384", content)));
    if (`sha384-${btoa(digest)}` !== integrity) throw new Error(`${wasm.href} is not ${integrity}`);
  }).catch(failed);
  const typed = response.headers.get("Content-Type")?.startsWith("application/wasm");
  const compiled = typed ? WebAssembly.compileStreaming(response) : bytes.then((content) => WebAssembly.compile(content));
  compiled.catch(() => {}); // said after what is wrong with the file, if that is why
  await sound;
  const exports = await module.default({ module_or_path: await compiled });
  gantry.memory = exports.memory; // how much it holds can be asked (benches)
  return module;
}

try {
  const [module, config] = await Promise.all([application(), configuration()]);
  try {
    module.start(byId("app"), config);
  } catch (error) {
    if (typeof error !== "string") throw error;
    const [title, ...rest] = error.split("\n");
    throw new StartError(title, rest.join(" "));
  }
  byId("boot").remove();
  performance.measure("gantry:boot", { start: started, end: performance.now() });
} catch (error) {
  if (!crashed) showStartError(error);
}
