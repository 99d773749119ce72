// A card for an entity's page in Backstage, or in any other application made with React. In a plugin this is a file of its own that imports React; the token
// comes from the plugin's backend, which knows who is signed in.
const { createElement, useEffect, useRef, useState } = React;

export function GantryCard({ home, panel = "workspaces", theme = "auto", getToken, onAction, ...attributes }) {
  const element = useRef(null);
  const [error, setError] = useState("");

  // The script is loaded once, however many cards there are.
  useEffect(() => {
    const src = new URL("embed.js", home).href;
    if (document.querySelector(`script[src="${src}"]`)) return;
    document.head.append(Object.assign(document.createElement("script"), { src }));
  }, [home]);

  useEffect(() => {
    const card = element.current;
    card.getToken = getToken;
    const failed = ({ detail }) => setError(detail.code ? detail.text : "");
    const acted = ({ detail }) => onAction?.(detail);
    card.addEventListener("gantry-error", failed);
    card.addEventListener("gantry-action", acted);
    return () => {
      card.removeEventListener("gantry-error", failed);
      card.removeEventListener("gantry-action", acted);
    };
  }, [getToken, onAction]);

  return createElement(
    "article",
    null,
    createElement("gantry-panel", { ref: element, src: home, panel, theme, title: "Workspaces", ...attributes }),
    error && createElement("p", { role: "alert" }, error),
  );
}
