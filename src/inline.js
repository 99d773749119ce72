(() => {
  // Finds where the app lives (what precedes the first known route segment), sets <base> to it and lets the files of the template load from there.
  // What stands between @ signs comes from the list of all pages when the site is built (tools/inline.mjs). Constant: its sha256 stands in the Content-Security-Policy. Where no segment is known, the folders above the page are asked whether they hold this page.
  // The session and the first page of the list are asked for here, beside the files: nothing waits for them to ask (docs/architecture.md, "The start").
  const { head } = document, { origin } = location, files = document.getElementById("assets");
  const show = (path) => { try { history.replaceState(null, "", origin + path); } catch {} };
  const kept = (storage, name) => { try { return globalThis[storage].getItem("gantry." + name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem("gantry." + name, value); } catch {} };
  // In a panel the page around says how it looks (docs/embedding.md).
  const panel = /\/embed\//.test(location.pathname);
  const theme = panel ? new URLSearchParams(location.search).get("theme") : kept("localStorage", "theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

  // Several slashes are one: a path that begins with two would be another host wherever it is resolved. The file's own name is its folder.
  const path = location.pathname.replace(/\/{2,}/g, "/").replace(/\/index\.html$/, "/");
  if (path !== location.pathname) show(path + location.search + location.hash);
  const parts = path.split("/");
  const route = /^((@|%40).*|@first-words@)$/;
  const at = parts.findIndex((part, n) => n > 0 && route.test(part));
  const own = path.slice(0, path.lastIndexOf("/") + 1);
  const folderOf = (n) => parts.slice(0, n).join("/") + "/";

  // A host that cannot rewrite sends P/x to P/?to=/x. Only a path below P is shown: the browser's own parser says what it is.
  const to = at < 0 && path === own ? new URLSearchParams(location.search).get("to") : null;
  if (to?.startsWith("/")) {
    const url = new URL(origin + own + to.slice(1));
    if (url.origin === origin && url.pathname.startsWith(own) && !url.pathname.includes("//")) show(url.pathname + url.search + url.hash);
  }

  const gantry = (globalThis.__gantry = { early: {} });
  // With its whole body: the application takes it without waiting, and shows its first rows in one frame.
  const ask = (url) => (gantry.early[url] = fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" })
    .then(async (answer) => ({ answer, body: new Uint8Array(await answer.arrayBuffer()) })).catch(() => null));
  let asked;
  const early = (api, folder) => {
    if (api === asked || kept("sessionStorage", "token") !== null) return;
    asked = api;
    gantry.me = ask(api + "/users/me");
    const here = location.pathname.slice(folder.length).replace(/\/+$/, "");
    if (["@lists@"].includes(here)) {
      const query = new URLSearchParams(here && location.search);
      const filter = encodeURIComponent((query.get("q") ?? query.get("filter") ?? kept("localStorage", "filter") ?? "owner:me").trim());
      ask(api + "/workspaces?limit=12&q=" + filter.replace(/[!'()*]/g, (one) => "%" + one.charCodeAt(0).toString(16).toUpperCase()));
    }
  };
  // The path of the API that a configuration names; none where the application will refuse it (src/config.rs).
  const apiOf = (text) => {
    let api;
    try { ({ api } = JSON.parse(text)); } catch {}
    api = typeof api === "string" ? api.replace(/\/+$/, "") : "/api/v2";
    return /^(\/[\w.~!$&'()*+,;=:@%-]+)+$/.test(api) && new URL(origin + api).href === origin + api ? api : null;
  };

  const base = document.createElement("base");
  head.prepend(base);
  const load = (folder) => {
    base.href = origin + folder;
    // What takes longest is asked for first.
    const added = [...document.importNode(files.content, true).children];
    added.find((it) => it.localName === "script").addEventListener("error", () => {
      for (const it of added) it.remove();
      if (folder !== "/") return load(folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1));
      document.getElementById("boot-error-text").textContent =
        "The files of this page did not arrive. Reload the page; if that does not help, the server or its cache holds an incomplete release.";
      document.getElementById("boot-error").hidden = false;
    });
    head.append(...added);
    // Where the API is stands in config.json. The first visit waits for that, which is shorter than for the application; later ones ask where it was.
    const name = "api " + folder, known = kept("localStorage", name);
    if (known) early(known, folder);
    gantry.config = fetch(folder + "config.json", { cache: "no-cache", credentials: "same-origin" }).then(async (answer) => {
      const text = answer.ok ? await answer.text() : "", api = apiOf(text);
      if (api) {
        gantry.api = api;
        early(api, folder);
        if (api !== known) keep(name, api);
      }
      return { status: answer.status, text };
    }).catch(() => null);
    if (panel) {
      const add = (name, what) => head.append(Object.assign(document.createElement(name), what));
      add("link", { rel: "stylesheet", href: folder + "embed.css" });
      add("script", { src: folder + "embed-start.js" });
    }
  };

  // No segment is known and there are folders above: the first of them that holds this very page is the base, else the page's own folder. What was found
  // holds for this release.
  const search = async () => {
    const mark = files.content.querySelector("[rel=modulepreload]").getAttribute("href");
    const [release, folder] = (kept("localStorage", "base") ?? "").split(" ");
    if (release === mark && own.startsWith(folder)) return folder;
    for (let n = 1; n < Math.min(parts.length - 1, 8); n += 1) {
      try {
        const answer = await fetch(folderOf(n), { mode: "same-origin", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(4_000) });
        if (answer.ok && (await answer.text()).includes(mark)) {
          const { pathname } = new URL(answer.url);
          const found = pathname.slice(0, pathname.lastIndexOf("/") + 1);
          if (own.startsWith(found)) {
            keep("base", mark + " " + found);
            return found;
          }
        }
      } catch {}
    }
    return own;
  };
  if (at > 0) load(folderOf(at));
  else if (own === "/" || to !== null) load(own);
  else search().then(load);
})();
