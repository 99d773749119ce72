// What a journey may do with a browser: about ten methods, small enough that a second implementation over plain WebDriver stays
// small too. The journeys know this page alone; `playwright.mjs` drives Chromium, `webdriver.mjs` Firefox and WebKit.
//
// An element is a description, not a handle: it is looked for anew each time it is used, so a page that renders again in between
// cannot make it stale.

/**
 * @typedef {object} Element
 * @property {string} role              the ARIA role, as the accessibility tree has it
 * @property {string | RegExp} [name]   the accessible name; a string must be equal to it, a RegExp must match it
 * @property {Element} [within]         the element it is in
 */

/**
 * @typedef {object} Driver
 * @property {(path: string) => Promise<void>} open                          goes to a path of the app, or to a whole address
 * @property {(role: string, name?: string | RegExp, within?: Element) => Element} find   describes an element by role and accessible name
 * @property {(element: Element, patience_ms?: number) => Promise<void>} wait    waits until it is there and visible
 * @property {(element: Element, patience_ms?: number) => Promise<void>} gone    waits until nothing visible fits it
 * @property {(element: Element, words: RegExp, patience_ms?: number) => Promise<string>} says   waits until its text matches; the text
 * @property {(element: Element) => Promise<boolean>} there                  whether something visible fits it now
 * @property {(element: Element) => Promise<void>} click                     clicks it once it can be clicked
 * @property {(element: Element, text: string) => Promise<void>} type        replaces what a field holds
 * @property {(key: string) => Promise<void>} press                          a key, where the focus is
 * @property {(element: Element) => Promise<string>} text                    its text
 * @property {(heads: string[]) => Promise<Record<string, string>[]>} table   the rows of the table that has these heads, each by head
 * @property {(title: string) => Promise<void>} inside                      goes into the frame of that title: what follows is about the page in it
 * @property {() => Promise<void>} outside                                   comes out of it
 * @property {(element: Element) => Promise<{name: string, text: string}>} save   clicks it, which saves a file; its name and what stands in it
 * @property {(file: {name: string, text: string}) => Promise<void>} drop     lets go of a file over the page
 * @property {() => Promise<string>} address                                 where the browser is
 * @property {(file: string) => Promise<void>} picture                       a picture of the page, for who reads the failure
 * @property {() => Promise<string[]>} complaints                            page errors and CSP violations so far
 * @property {() => Promise<void>} close                                     ends the session, if there still is one, and the browser
 */

export {};
