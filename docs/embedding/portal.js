// The portal's own script: it hands tokens over, and reacts to what people do in the panels.
const said = document.getElementById("said");

for (const panel of document.querySelectorAll("gantry-panel")) {
  // Asked when a panel begins, and whenever the last token has ended. The portal's own server knows who is signed in here and makes a token for them.
  panel.getToken = async ({ reason }) => (await fetch(`/coder-token?reason=${reason}`)).text();
  panel.addEventListener("gantry-action", ({ detail: { action, workspace, state } }) => {
    said.textContent = `${action} of ${workspace.name}: ${state}`;
  });
  panel.addEventListener("gantry-error", ({ detail: { code, text } }) => {
    said.textContent = code ? `${code}: ${text}` : "";
  });
}

const [list, times] = ["list", "times"].map((id) => document.getElementById(id));

// What is chosen in one panel is shown in the other.
list.addEventListener("gantry-select", ({ detail: { workspace } }) => {
  if (!workspace) return;
  list.select(workspace);
  times.setAttribute("workspace", `${workspace.owner}/${workspace.name}`);
});
list.setAttribute("links", "ask");

document.getElementById("dark").addEventListener("click", () => {
  for (const panel of document.querySelectorAll("gantry-panel")) panel.setAttribute("theme", "dark");
});
document.getElementById("failed").addEventListener("click", () => list.setAttribute("filter", "status:failed"));
