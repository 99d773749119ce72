// What is taken for a licence that was agreed to, and what is taken to be in a release.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAgreed, licences, shipped } from "./licences.mjs";

test("an expression is agreed to if it can be met", () => {
  for (const [expression, agreed] of [
    ["MIT", true],
    ["MIT OR Apache-2.0", true],
    ["MIT/Apache-2.0", true],
    ["GPL-3.0", false],
    ["GPL-3.0 OR MIT", true],
    ["GPL-3.0 AND MIT", false],
    ["(MIT OR Apache-2.0) AND Unicode-3.0", true],
    ["(GPL-2.0 OR LGPL-3.0) AND MIT", false],
    ["Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", true],
    ["GPL-2.0 WITH Classpath-exception-2.0", false],
    ["MIT OR", false],
    ["", false],
  ]) {
    assert.equal(isAgreed(expression), agreed, expression);
  }
});

test("what only builds the application is not shipped", () => {
  const one = (name, kind = "lib") => ({ id: name, name, version: "1.0.0", targets: [{ kind: [kind] }] });
  const dep = (pkg, kind = null) => ({ pkg, dep_kinds: [{ kind }] });
  const metadata = {
    packages: [one("gantry"), one("a"), one("b"), one("builds"), one("tests"), one("macro", "proc-macro"), one("of-macro")],
    resolve: {
      nodes: [
        { id: "gantry", deps: [dep("a"), dep("builds", "build"), dep("tests", "dev"), dep("macro")] },
        { id: "a", deps: [dep("b")] },
        { id: "macro", deps: [dep("of-macro")] },
        ...["b", "builds", "tests", "of-macro"].map((id) => ({ id, deps: [] })),
      ],
    },
  };
  assert.deepEqual(shipped(metadata).map(({ name }) => name), ["a", "b", "gantry"]);
});

test("the file names what a release has, with texts, and nothing of this machine", () => {
  const text = licences();
  for (const name of ["leptos ", "wasm-bindgen ", "plotters ", "gantry ", "the Rust standard library"]) assert.ok(text.includes(`\n${name}`), name);
  for (const name of ["proptest ", "insta ", "control-plane "]) assert.ok(!text.includes(`\n${name}`), name);
  assert.match(text, /Permission is hereby granted, free of charge/);
  assert.match(text, /Apache License/);
  assert.ok(!text.includes(process.cwd()) && !/\/\.cargo\//.test(text));
  assert.equal(text, licences());
});
