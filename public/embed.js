// <gantry-panel>: a part of Gantry in another page. The element is a frame around a page of this site, which talks with it by messages (docs/embedding.md).
// Loaded from the site itself as a plain script or by import(); it needs nothing else, and what it is given as a token is kept nowhere.
(() => {
  if (customElements.get("gantry-panel")) return;
  const script = document.currentScript?.src ?? [...document.scripts].map((one) => one.src).find((src) => src.endsWith("/embed.js"));
  const IN_ADDRESS = ["src", "panel", "workspace", "build", "readonly", "links", "background", "limit"];
  const BY_MESSAGE = ["theme", "density", "filter"];

  class GantryPanel extends HTMLElement {
    static observedAttributes = [...IN_ADDRESS, ...BY_MESSAGE];
    #shadow = this.attachShadow({ mode: "open" });
    #frame; #home; #silence; #note; #due = false; #getToken; #greeted = false;
    #unsaid = new Map(); // by type: what the panel does not hear yet, because it has not said that it listens
    #heard = (event) => this.#hear(event);

    connectedCallback() {
      // What was set before this script was here lies on the element, in front of what it inherits.
      if (Object.hasOwn(this, "getToken")) { const { getToken } = this; delete this.getToken; this.getToken = getToken; }
      addEventListener("message", this.#heard); this.#open();
    }
    disconnectedCallback() { removeEventListener("message", this.#heard); this.#close(); }
    connectedMoveCallback() {} // moved by moveBefore(): the frame goes on as it is
    attributeChangedCallback(name, before, now) {
      if (before === now || this.#frame === undefined) return;
      if (name === "filter") this.#say({ type: "filter", query: now ?? "owner:me" });
      else if (BY_MESSAGE.includes(name)) this.#say({ type: "theme", ...this.#look() });
      else if (!this.#due) { this.#due = true; queueMicrotask(() => { this.#due = false; if (this.isConnected) this.#open(); }); }
    }
    /** What hands tokens over. A page that sets it later than the panel asks is asked then. */
    get getToken() { return this.#getToken; }
    set getToken(give) {
      const before = this.#hands();
      this.#getToken = give;
      if (this.#greeted && before !== this.#hands()) this.#greet();
    }
    /** Marks a workspace in a list; none without one. */
    select(workspace = null) { this.#say({ type: "select", workspace }); }

    #look = () => ({ theme: this.getAttribute("theme") ?? "auto", density: this.getAttribute("density") ?? "compact" });
    #address() {
      const get = (name) => this.getAttribute(name), panel = get("panel") ?? "workspaces", build = get("build");
      const part = (text) => (text.includes(".") ? "-" : encodeURIComponent(text)); // no name has a dot, which would lead elsewhere or to a file
      const names = (get("workspace") ?? "").replace(/^@/, "").split("/").map(part).join("/");
      const path = /^(workspace|timings)$/.test(panel) ? `${panel}/@${names}${panel === "timings" && build ? `/builds/${part(build)}` : ""}` : part(panel);
      const query = new URLSearchParams({ host: "1", ...this.#look() });
      if (get("filter") !== null) query.set("q", get("filter"));
      for (const name of IN_ADDRESS.slice(4)) if (get(name) !== null) query.set(name, get(name));
      return new URL(`embed/${path}?${query}`, this.#home);
    }
    #open() {
      this.#close();
      const site = this.getAttribute("src") ?? script ?? ".";
      try {
        this.#home = new URL(".", new URL(site, document.baseURI));
      } catch {
        const text = `The attribute src of gantry-panel is no address of a site: “${site}”. It is the address where Gantry is, such as “https://gantry.example.com/”.`;
        this.#frame = null; // begun, and to begin anew with another src
        this.#shadow.replaceChildren(text);
        return this.#tell("error", { code: "silent", text });
      }
      const frame = (this.#frame = document.createElement("iframe"));
      Object.assign(frame, { title: this.title || "Gantry", referrerPolicy: "origin", allow: "clipboard-write", src: this.#address() });
      frame.sandbox = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads";
      Object.assign(frame.style, { display: "block", width: "100%", height: "160px", border: "0", colorScheme: "normal" });
      frame.addEventListener("load", () => { this.#silence = setTimeout(() => this.#silent(), 10_000); }, { once: true });
      this.style.display ||= "block";
      this.#shadow.replaceChildren(frame);
    }
    #close() { clearTimeout(this.#silence); this.#frame?.remove(); this.#frame = undefined; this.#greeted = false; }
    #silent() {
      const text = `${this.#home.origin} shows nothing here. It has to name ${location.origin} in embed_origins of config.json and in frame-ancestors, and this page has to allow it in frame-src.`;
      this.#note = Object.assign(document.createElement("a"), { href: this.#home, target: "_blank", rel: "noopener", textContent: text });
      this.#shadow.append(this.#note);
      this.#tell("error", { code: "silent", text });
    }
    #say(message) {
      if (!this.#greeted) return this.#unsaid.set(message.type, message);
      this.#frame?.contentWindow?.postMessage({ gantry: 1, ...message }, this.#home.origin);
    }
    #hands = () => typeof this.#getToken === "function";
    #greet() {
      this.#greeted = true;
      this.#say({ type: "hello", tokens: this.#hands(), ...this.#look() });
      for (const message of this.#unsaid.values()) this.#say(message);
      this.#unsaid.clear();
    }
    #tell(name, detail) { this.dispatchEvent(new CustomEvent(`gantry-${name}`, { detail, bubbles: true, composed: true })); }
    async #hear({ source, origin, data }) {
      const frame = this.#frame;
      if (!frame || source !== frame.contentWindow || origin !== this.#home.origin || data?.gantry !== 1) return;
      clearTimeout(this.#silence);
      this.#note?.remove();
      const { gantry, type, ...detail } = data;
      if (type === "ready") this.#greet();
      if (type === "resize" && detail.height > 0) frame.style.height = `${Math.min(detail.height, 10_000)}px`;
      if (type !== "token") return this.#tell(type, detail);
      const token = await Promise.resolve(this.#getToken?.({ reason: detail.reason })).catch(() => null);
      if (frame === this.#frame) this.#say({ type: "token", id: detail.id, token: token ?? null });
    }
  }
  customElements.define("gantry-panel", GantryPanel);
})();
