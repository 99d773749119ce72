(() => {
  // Finds where the app lives (what precedes the first known route segment), sets <base> to it and lets the files of the template load from there.
  // Constant: its sha256 stands in the Content-Security-Policy. Without a known segment the page's own folder is tried, then one folder up.
  // The configuration, the session and the first page of the list are asked for here, beside the files: nothing waits for them to ask.
  const head = document.head, files = document.getElementById("assets"), path = location.pathname, parts = path.split("/");
  const route = /^(@.*|workspaces|templates|quota|sign-in|setup|connection|embed)$/;
  const at = parts.findIndex((part, n) => n > 0 && route.test(part));
  const base = document.createElement("base");
  let folder = at > 0 ? parts.slice(0, at).join("/") + "/" : path.slice(0, path.lastIndexOf("/") + 1);
  try {
    const theme = localStorage.getItem("gantry.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {}
  const to = new URLSearchParams(location.search).get("to");
  if (to && /^\/(?![/\\])/.test(to)) history.replaceState(null, "", folder + to.slice(1));
  head.prepend(base);
  const gantry = (globalThis.__gantry = { early: {} });
  const here = location.pathname.slice(folder.length);
  let token = null;
  try { token = sessionStorage.getItem("gantry.token"); } catch {}
  const ask = (url) => {
    gantry.early[url] = fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
  };
  if (token === null) {
    ask("/api/v2/users/me");
    if (here === "" || here === "workspaces") {
      const query = new URLSearchParams(location.search);
      ask("/api/v2/workspaces?limit=25&q=" + encodeURIComponent(query.get("q") ?? query.get("filter") ?? "owner:me"));
    }
  }
  const load = () => {
    base.href = folder;
    gantry.config = fetch(folder + "config.json", { cache: "no-cache", credentials: "same-origin" }).catch(() => null);
    const added = [...document.importNode(files.content, true).children];
    added.find((it) => it.localName === "script").addEventListener("error", () => {
      for (const it of added) it.remove();
      if (at < 1 && folder !== "/") {
        folder = folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
        load();
        return;
      }
      document.getElementById("boot-error-text").textContent =
        "The files of this page did not arrive. Reload the page; if that does not help, the server or its cache holds an incomplete release.";
      document.getElementById("boot-error").hidden = false;
    });
    head.append(...added);
  };
  load();
})();
