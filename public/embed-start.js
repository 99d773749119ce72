// In a panel: greets the page around while the application is still on its way, and asks for what the first rows need with the token that it hands over. It is
// spoken to only where the configuration names each page around, by the origins that the browser tells. Whatever it says is kept for the application, which judges it again and
// goes on from here (src/embed/host.rs); where the browser tells no origin, the application begins by itself.
(() => {
  const gantry = globalThis.__gantry, ancestors = [...(location.ancestorOrigins ?? [])], [around] = ancestors, query = new URLSearchParams(location.search);
  const [, panel, owner, name] = /\/embed\/(workspaces|workspace|timings|quota)(?:\/(?:@|%40)([^/]+)\/([^/]+))?/.exec(location.pathname) ?? [];
  // The application leaves null here: it came first, and speaks for itself.
  if (gantry.begun === null || parent === window || !around || !panel || !query.has("host")) return;
  const begun = (gantry.begun = { heard: [], greeted: false, asked: false });
  const say = (message) => parent.postMessage({ gantry: 1, ...message }, around);
  const encoded = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (one) => "%" + one.charCodeAt(0).toString(16).toUpperCase());
  const ask = (token) => {
    const paths = ["/users/me"];
    if (panel === "workspaces") paths.push("/workspaces?limit=12&q=" + encoded((query.get("q") ?? query.get("filter") ?? "owner:me").trim()));
    try { if (name) paths.push(`/users/${encoded(decodeURIComponent(owner))}/workspace/${encoded(decodeURIComponent(name))}`); } catch { /* no such names */ }
    const headers = { Accept: "application/json", "Coder-Session-Token": token };
    const get = (path) => [gantry.api + path, fetch(gantry.api + path, { headers, credentials: "omit", cache: "no-store" })
      .then(async (answer) => ({ answer, body: new Uint8Array(await answer.arrayBuffer()) })).catch(() => null)];
    gantry.handed = { token, early: Object.fromEntries(paths.map(get)) };
  };
  const hear = (event) => {
    if (!gantry.begun || event.source !== parent || event.origin !== around) return;
    begun.heard.push(event);
    const { gantry: version, type, tokens, id, token } = event.data ?? {};
    if (version !== 1) return;
    if (type === "hello" && tokens === true && !begun.asked) {
      begun.asked = true;
      say({ type: "token", id: 1, reason: "first" });
    }
    if (type === "token" && id === 1 && begun.asked && typeof token === "string" && !gantry.handed) ask(token.trim());
  };
  gantry.config.then((answer) => {
    let named;
    try { named = JSON.parse(answer.text).embed_origins; } catch { /* the application says what is wrong with it */ }
    const may = (one) => one === location.origin || (Array.isArray(named) && named.includes(one));
    // Without this object the application has come meanwhile.
    if (!gantry.begun || !gantry.api || !ancestors.every(may)) return;
    addEventListener("message", hear);
    begun.greeted = true;
    say({ type: "ready", panel });
  });
})();
