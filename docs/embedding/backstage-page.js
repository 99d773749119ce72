// A page that has the card, as an application with React has it.
import { GantryCard } from "./backstage.js";

const { createElement, useState, StrictMode } = React;
const getToken = async ({ reason }) => (await fetch(`/coder-token?reason=${reason}`)).text();

function EntityPage() {
  const [dark, setDark] = useState(false);
  const [shown, setShown] = useState(true);
  return createElement(
    "main",
    null,
    createElement("h1", null, "gantry-web"),
    createElement("button", { type: "button", onClick: () => setDark(!dark) }, "Dark"),
    createElement("button", { type: "button", onClick: () => setShown(!shown) }, "Show the card"),
    shown && createElement(GantryCard, { home: "https://gantry.example.com/", filter: "name:gantry-web", theme: dark ? "dark" : "light", getToken }),
  );
}

ReactDOM.createRoot(document.getElementById("root")).render(createElement(StrictMode, null, createElement(EntityPage)));
