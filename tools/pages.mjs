// The list of all pages (src/paths/pages.txt) for what is not Rust: the scripts of the page, the build, the published configurations, the end-to-end tests.
import { readFileSync } from "node:fs";

const FIRST_FILE = "-";
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** A segment of an address as a regular expression. The browser may have written `@` as `%40`. */
const pattern = (segment) => (segment.startsWith("*") ? ".*" : escaped(segment).replace(/^@/, "(?:@|%40)").replace(/:\w+/, "[^/]+"));

/**
 * Every page: what the code calls it, the part of the application that it comes in (`null` for the one that every visit has), its address below the
 * app's own path, and the regular expression of a path without its first slash that leads there.
 */
export const PAGES = readFileSync(new URL("../src/paths/pages.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line.trim() && !line.startsWith("#"))
  .map((line) => {
    const [name, part, address] = line.trim().split(/\s+/);
    const segments = address.slice(1).split("/");
    return { name, part: part === FIRST_FILE ? null : part, address, segments, pattern: `^${segments.map(pattern).join("/")}/*$` };
  });

/** The first segments of the addresses that are words: `workspaces`, `quota`. A person's pages begin with an `@`. */
export const FIRST_WORDS = [...new Set(PAGES.map(({ segments: [first] }) => first).filter((first) => first && !/[@:*]/.test(first)))];

/** The addresses that show the list, without slashes around them. */
export const LISTS = PAGES.filter(({ part }) => part === null).map(({ address }) => address.slice(1));

/** The pages that come in a part: the more a pattern says, the earlier it stands. */
export const PARTS = PAGES.filter(({ part }) => part !== null)
  .sort((a, b) => a.segments.filter((it) => /[@:*]/.test(it)).length - b.segments.filter((it) => /[@:*]/.test(it)).length)
  .map(({ pattern, part }) => [pattern, part]);
