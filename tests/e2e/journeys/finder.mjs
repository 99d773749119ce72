// What runs in the page for the WebDriver driver: it finds elements by role and accessible name with Testing Library, which WebDriver itself
// cannot. Each of these functions is sent to the browser as text, so none of them may use anything from outside of itself.

/**
 * Makes the finder of a page. Library and finder come in one piece: Firefox runs each of WebDriver's scripts in a realm of its own, and the library
 * takes a function of another realm for something else.
 * @param {typeof import('@testing-library/dom')} library
 */
export function finderOf(library) {
  /** The elements that fit a description, first to last. */
  const seek = ({ role, name, within }) => {
    const roots = within ? seek(within) : [document.documentElement];
    const pattern = name && 'source' in name ? new RegExp(name.source, name.flags) : undefined;
    const fits = (text) => {
      const plain = text.replace(/\s+/g, ' ').trim();
      return pattern ? pattern.test(plain) : plain === name.exact;
    };
    const found = new Set();
    for (const root of roots) {
      for (const element of library.queryAllByRole(root, role, name ? { name: fits } : {})) found.add(element);
      // A password field has no ARIA role, though every browser's accessibility tree calls it a textbox.
      if (role === 'textbox' && name) {
        for (const element of library.queryAllByLabelText(root, fits, { selector: 'input[type=password]' })) found.add(element);
      }
    }
    return [...found].filter((element) => element.getClientRects().length > 0);
  };
  /**
   * What is asked about the first element that fits a description.
   * @param {object} description `{role, name, within}`; a name is `{exact}` or `{source, flags}` of a regular expression
   * @param {'there' | 'text' | 'ready' | 'select'} what
   */
  return (description, what) => {
    const [first] = seek(description);
    if (!first) return { there: false };
    const enabled = !first.disabled && first.getAttribute('aria-disabled') !== 'true';
    if (what === 'text') return { there: true, text: first.textContent };
    if (what === 'ready') return { there: enabled, element: first };
    if (what === 'select') {
      if (!enabled || first.readOnly) return { there: false };
      first.focus();
      first.select();
      return { there: true, element: first };
    }
    return { there: true };
  };
}

/** The rows of the first visible table that has these heads, each by head; `null` while there is none. */
export function readTable(heads) {
  const text = (cell) => (cell.textContent ?? '').trim();
  for (const table of document.querySelectorAll('table')) {
    const [first, ...rows] = Array.from(table.querySelectorAll('tr')).filter((row) => row.cells.length > 1 && !row.hidden);
    if (!first || table.getClientRects().length === 0) continue;
    const names = Array.from(first.cells, text);
    if (!heads.every((head) => names.includes(head))) continue;
    return rows.map((row) => Object.fromEntries(Array.from(row.cells, (cell, at) => [names[at], text(cell)])));
  }
  return null;
}

/** The frame of that title, in the shadows of elements too; `null` while there is none. */
export function frameCalled(title) {
  const seek = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.localName === 'iframe' && element.title === title) return element;
      const found = element.shadowRoot && seek(element.shadowRoot);
      if (found) return found;
    }
    return null;
  };
  return seek(document);
}

/** Lets go of a file over the page, as a hand would that drew it there from a folder. */
export function dropFile({ name, text }) {
  const held = new DataTransfer();
  held.items.add(new File([text], name, { type: 'application/json' }));
  for (const step of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(new DragEvent(step, { dataTransfer: held, bubbles: true, cancelable: true }));
  }
}

/** Keeps the next file that the page hands to the browser, which does not get it; `gantrySaved` is its name and a promise of its text. */
export function keepSaved() {
  const { createObjectURL } = URL;
  const { click } = HTMLAnchorElement.prototype;
  let made;
  window.gantrySaved = undefined;
  URL.createObjectURL = (blob) => {
    made = blob;
    return createObjectURL.call(URL, blob);
  };
  HTMLAnchorElement.prototype.click = function () {
    if (!this.download || !made) return click.call(this);
    window.gantrySaved = { name: this.download, text: made.text() };
    URL.createObjectURL = createObjectURL;
    HTMLAnchorElement.prototype.click = click;
  };
}

/** Notes page errors and CSP violations from now on; `gantryComplaints` gives each once. */
export function listen() {
  const heard = [];
  const told = (error, message) => `page error: ${message ?? error?.message ?? error}\n${error?.stack ?? ''}`.trim();
  window.addEventListener('error', (event) => heard.push(told(event.error, event.message)));
  window.addEventListener('unhandledrejection', (event) => heard.push(told(event.reason)));
  // A browser asks by itself for the icon of a page that names none.
  const isOwn = ({ blockedURI }) => blockedURI === `${location.origin}/favicon.ico`;
  document.addEventListener('securitypolicyviolation', (event) => isOwn(event) || heard.push(`CSP violation: ${event.effectiveDirective} blocked ${event.blockedURI}`));
  window.gantryComplaints = () => heard.splice(0);
}
