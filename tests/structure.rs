//! The house, held against the code (docs/architecture.md): floors, banned words, and what may stand in which folder.
//! Reads the sources as text.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use gantry::testing::paths;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up; a file imports only from floors below its own, or from its own room.
const FLOORS: &[&[&str]] = &[
    &["paths", "config"],
    &["wire"],
    &["model"],
    &["browser"],
    &["api"],
    &["store"],
    &["components", "waterfall"],
    &["panels"],
    &["pages", "embed"],
    &["app"],
];

/// These get their data by props.
const BY_PROPS: &[&str] = &["components", "waterfall"];

struct Source {
    path: PathBuf,
    room: String,
    text: String,
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    found
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&root).unwrap();
            let first = inside.components().next().unwrap().as_os_str().to_string_lossy();
            let room = first.trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).unwrap();
            Source { room, text, path: inside.to_path_buf() }
        })
        .filter(|source| !["lib", "main", "testing"].contains(&source.room.as_str()))
        .collect()
}

fn floor(room: &str) -> usize {
    FLOORS
        .iter()
        .position(|rooms| rooms.contains(&room))
        .unwrap_or_else(|| panic!("src/{room} stands on no floor: add it to FLOORS and to docs/architecture.md"))
}

/// The lines of code without comments, numbered from 1.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(|(_, line)| !is_comment(line))
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// A path that a file names by `crate::` or by `super::`, from the crate's root, and the number of the line where it
/// begins. A group of imports (`crate::{model::row, store}`) names several.
#[derive(Debug, PartialEq)]
struct Named {
    line: usize,
    path: Vec<String>,
}

/// The paths that the code of a module names. `module` is its own path: `["model", "row"]`.
fn named_paths(text: &str, module: &[String]) -> Vec<Named> {
    let code: String =
        text.lines().map(|line| if is_comment(line) { "\n".to_owned() } else { format!("{line}\n") }).collect();
    let roots = Regex::new("crate::|super::").unwrap();
    let (mut named, mut read_to) = (Vec::new(), 0);
    for root in roots.find_iter(&code) {
        // The middle of a path or of a word; an item of a group, which is read with its group; and `pub(in crate::…)`,
        // which imports nothing.
        let before = &code[..root.start()];
        let is_middle = before.ends_with(|it: char| it.is_alphanumeric() || "_$:".contains(it));
        if is_middle || root.start() < read_to || before.ends_with("(in ") {
            continue;
        }
        let (path, at) = match root.as_str() {
            "crate::" => (&code[root.end()..], Vec::new()),
            _ => (&code[root.start()..], module.to_vec()),
        };
        let chain =
            path.chars().take_while(|it| it.is_alphanumeric() || "_:".contains(*it)).map(char::len_utf8).sum::<usize>();
        if path[chain..].starts_with('{') {
            read_to = code.len() - path.len() + chain + braced(&path[chain..]);
        }
        let mut found = Vec::new();
        follow(path, at, &mut found);
        let line = before.matches('\n').count() + 1;
        named.extend(found.into_iter().map(|path| Named { line, path }));
    }
    named
}

/// How long a text is from its opening brace to the one that closes it.
fn braced(text: &str) -> usize {
    let mut open = 0;
    let end = text.bytes().position(|byte| {
        open += i32::from(byte == b'{') - i32::from(byte == b'}');
        open == 0
    });
    end.map_or(text.len(), |end| end + 1)
}

/// Follows a path or a group of paths from the module `at`.
fn follow(path: &str, mut at: Vec<String>, found: &mut Vec<Vec<String>>) {
    let path = path.trim_start();
    if let Some(group) = path.strip_prefix('{') {
        for item in items(group) {
            follow(item, at.clone(), found);
        }
    } else if let Some(rest) = path.strip_prefix("super::") {
        at.pop();
        follow(rest, at, found);
    } else {
        let name = word(path);
        let rest = path[name.len()..].strip_prefix("::");
        if name.is_empty() {
            return; // after the last comma of a group
        }
        if name != "self" {
            at.push(name);
        }
        match rest {
            Some(rest) => follow(rest, at, found),
            None => found.push(at),
        }
    }
}

/// The items of a group of imports, up to its closing brace.
fn items(group: &str) -> Vec<&str> {
    let (mut items, mut start, mut open) = (Vec::new(), 0, 0);
    for (index, it) in group.char_indices() {
        match it {
            '{' => open += 1,
            '}' if open > 0 => open -= 1,
            '}' => {
                items.push(&group[start..index]);
                return items;
            }
            ',' if open == 0 => {
                items.push(&group[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    items
}

fn word(text: &str) -> String {
    text.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect()
}

/// The module of a file: `model/row.rs` and `model/row/mod.rs` are `model::row`.
fn module(path: &Path) -> Vec<String> {
    let path = path.with_extension("");
    let path = if path.ends_with("mod") { path.parent().unwrap() } else { &path };
    path.iter().map(|part| part.to_string_lossy().into_owned()).collect()
}

#[test]
fn no_arrow_runs_up() {
    let mut wrong = Vec::new();
    let mut arrows = 0;
    for source in sources() {
        let own = floor(&source.room);
        for Named { line, path } in named_paths(&source.text, &module(&source.path)) {
            let target = path.first().map_or("", String::as_str);
            if target == source.room {
                continue;
            }
            if !FLOORS.iter().any(|rooms| rooms.contains(&target)) {
                continue; // a macro or a re-export of the crate's root
            }
            arrows += 1;
            let props = BY_PROPS.contains(&source.room.as_str()) && ["store", "api"].contains(&target);
            if floor(target) >= own || props {
                wrong.push(format!("src/{}:{line} imports {target}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that run up:\n{}", wrong.join("\n"));
    assert!(arrows > 300, "only {arrows} arrows were read: the reader of this test is broken");
}

/// The modules that each module names: without the tests that stand beside it, and without what a parent names of its
/// children by a bare `use`.
fn arrows_between_modules() -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
    let mut sources = sources();
    sources.retain(|source| !source.path.ends_with("tests.rs") && !source.path.iter().any(|part| part == "tests"));
    let modules: BTreeSet<Vec<String>> = sources.iter().map(|source| module(&source.path)).collect();
    let children = Regex::new(r"(?m)^(?:pub(?:\([^)]*\))? )?use (?:self::)?(\w+)::").unwrap();
    let mut arrows = BTreeMap::new();
    for source in sources {
        let own = module(&source.path);
        let code = source.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let mut named: BTreeSet<Vec<String>> = named_paths(code, &own)
            .into_iter()
            .filter_map(|named| {
                (1..=named.path.len()).rev().map(|n| named.path[..n].to_vec()).find(|path| modules.contains(path))
            })
            .collect();
        named.extend(
            children
                .captures_iter(code)
                .map(|found| [&own[..], &[found[1].to_owned()]].concat())
                .filter(|path| modules.contains(path)),
        );
        // A file and what it is cut into are one room: what such a file names of the one above closes no circle.
        named.retain(|path| !own.starts_with(path));
        arrows.insert(own, named);
    }
    arrows
}

/// Takes away the modules that no circle can go through, over and over: what names nothing that is left, and what
/// nothing that is left names.
fn only_circles(
    mut arrows: BTreeMap<Vec<String>, BTreeSet<Vec<String>>>,
) -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
    loop {
        let before = arrows.len();
        let named: BTreeSet<Vec<String>> = arrows.values().flatten().cloned().collect();
        arrows.retain(|module, names| !names.is_empty() && named.contains(module));
        let left: BTreeSet<Vec<String>> = arrows.keys().cloned().collect();
        for names in arrows.values_mut() {
            names.retain(|name| left.contains(name));
        }
        if arrows.len() == before {
            return arrows;
        }
    }
}

#[test]
fn no_imports_run_in_a_circle() {
    let arrows = arrows_between_modules();
    let count: usize = arrows.values().map(BTreeSet::len).sum();
    assert!(count > 900, "only {count} arrows were read: the reader of this test is broken");
    let said: Vec<String> = only_circles(arrows)
        .into_iter()
        .map(|(module, names)| {
            let names: Vec<String> = names.iter().map(|name| name.join("::")).collect();
            format!("{} imports {}", module.join("::"), names.join(", "))
        })
        .collect();
    assert!(said.is_empty(), "modules that import each other, by others or at once:\n{}", said.join("\n"));
}

#[test]
fn a_circle_is_seen() {
    let path = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
    let arrows = |all: &[(&str, &[&str])]| {
        all.iter().map(|(module, names)| (path(module), names.iter().map(|name| path(name)).collect())).collect()
    };
    assert!(only_circles(arrows(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])).is_empty());
    let circle = only_circles(arrows(&[("a", &["b"]), ("b", &["c::d"]), ("c::d", &["b", "e"]), ("e", &[])]));
    assert_eq!(circle.keys().map(|module| module.join("::")).collect::<Vec<_>>(), ["b", "c::d"]);
}

#[test]
fn the_reader_sees_arrows() {
    let names = |text: &str, module: &str| {
        let module: Vec<String> = module.split("::").map(str::to_owned).collect();
        named_paths(text, &module).into_iter().map(|named| named.path.join("::")).collect::<Vec<_>>()
    };
    assert_eq!(names("use crate::store::Stores;", "a::b"), ["store::Stores"]);
    assert_eq!(names("let x = crate::api::get(super::super::app::f());", "a::b"), ["api::get", "app::f"]);
    assert_eq!(names("use super::sibling::f;", "a::b"), ["a::sibling::f"]);
    assert_eq!(names("use super::config::Config;", "a"), ["config::Config"]);
    assert_eq!(
        names("use crate::{api, model::{row, status::{self, Status}}, store::Stores};", "a::b::c"),
        ["api", "model::row", "model::status", "model::status::Status", "store::Stores"]
    );
    assert_eq!(names("use super::{sibling, super::{app::f, store}};", "a::b"), ["a::sibling", "app::f", "store"]);
    assert_eq!(names("pub(in crate::store) fn f() {}", "store::x"), Vec::<String>::new());
    let lines: Vec<usize> =
        named_paths("// crate::app\nuse crate::{\n    api,\n    // app,\n    store,\n};\ncrate::x", &[])
            .into_iter()
            .map(|named| named.line)
            .collect();
    assert_eq!(lines, [2, 2, 7]);
    assert_eq!(module(Path::new("paths.rs")), ["paths"]);
    assert_eq!(module(Path::new("model/mod.rs")), ["model"]);
    assert_eq!(module(Path::new("model/timeline/live.rs")), ["model", "timeline", "live"]);
}

/// A rule: a text that may not stand in the code of some rooms, and why.
struct Ban {
    text: &'static str,
    except: &'static [&'static str],
    why: &'static str,
}

const BANS: &[Ban] = &[
    Ban { text: " style=", except: &[], why: "inline styles are blocked by the Content-Security-Policy" },
    Ban { text: "\"style\",", except: &[], why: "inline styles are blocked by the Content-Security-Policy" },
    Ban {
        text: "<A ",
        except: &[],
        why: "the router's link leaves the app under a base; use a plain link with a path of `paths`",
    },
    Ban { text: "use_navigate", except: &[], why: "panics where the browser refuses an address; use panels::go" },
    Ban { text: "query_signal", except: &[], why: "decodes a value twice; use panels::go::use_param" },
    Ban { text: "use_query_map", except: &[], why: "decodes a value twice; use panels::go::use_param" },
    Ban { text: "_state_with_url", except: &["browser"], why: "the browser may refuse it; use panels::go" },
    Ban { text: "inner_html", except: &[], why: "text of others never becomes HTML" },
    Ban { text: "set_inner_html", except: &[], why: "text of others never becomes HTML" },
    Ban { text: "href=\"/", except: &[], why: "a hard-coded path; ask `paths`" },
    Ban { text: "format!(\"/@", except: &["paths"], why: "a hard-coded path; ask `paths`" },
    Ban { text: "\"/workspaces", except: &["paths", "app", "api", "model"], why: "a hard-coded path; ask `paths`" },
    Ban {
        text: "leptos::",
        except: &["browser", "api", "store", "components", "waterfall", "panels", "pages", "embed", "app"],
        why: "no signals in the pure floors",
    },
    Ban {
        text: "web_sys",
        except: &["browser", "api", "waterfall", "components", "panels", "pages", "embed", "app", "store"],
        why: "no browser in the pure floors",
    },
    Ban {
        text: "unsafe ",
        except: &["app"],
        why: "only what the parts of the application are cut by (src/app/parts.rs)",
    },
    Ban {
        text: "unsafe_code",
        except: &["app"],
        why: "only what the parts of the application are cut by (src/app/parts.rs)",
    },
    Ban { text: "todo!", except: &[], why: "unfinished" },
    Ban { text: "unimplemented!", except: &[], why: "unfinished" },
    Ban { text: "localStorage", except: &["browser"], why: "storage may throw; `browser::storage` is its one door" },
    Ban { text: "local_storage()", except: &["browser"], why: "storage may throw; `browser::storage` is its one door" },
];

#[test]
fn nothing_banned() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in code(&source.text) {
            for ban in BANS {
                if line.contains(ban.text) && !ban.except.contains(&source.room.as_str()) {
                    wrong.push(format!(
                        "src/{}:{number} has `{}`: {}",
                        source.path.display(),
                        ban.text.trim(),
                        ban.why
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> = sources()
        .iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| source.path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "files without a module doc on their first line: {}", silent.join(", "));
}

/// The formatter wraps code and leaves comments as they are.
#[test]
fn no_comment_is_wider_than_code() {
    const WIDEST: usize = 120;
    let wide: Vec<String> = sources()
        .iter()
        .flat_map(|source| {
            source
                .text
                .lines()
                .enumerate()
                .filter(|(_, line)| is_comment(line) && line.chars().count() > WIDEST)
                .map(|(index, _)| format!("src/{}:{}", source.path.display(), index + 1))
        })
        .collect();
    assert!(wide.is_empty(), "comments of more than {WIDEST} columns: {}", wide.join(", "));
}

/// Whatever the code cites of `docs/` is found in the repository.
#[test]
fn what_code_cites_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut missing = Vec::new();
    let mut cited = 0;
    for source in sources() {
        for (start, _) in source.text.match_indices("docs/") {
            let path: String =
                source.text[start..].chars().take_while(|it| it.is_alphanumeric() || "/.-_".contains(*it)).collect();
            let path = path.trim_end_matches(['.', '/']);
            cited += 1;
            if !root.join(path).exists() {
                missing.push(format!("src/{} cites {path}", source.path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(cited > 30, "only {cited} were read: the reader of this test is broken");
}

/// A page of the list: what the code calls it, the part that it comes in, and an address that it has.
struct Page {
    name: &'static str,
    part: Option<&'static str>,
    address: String,
}

fn pages() -> Vec<Page> {
    let list = include_str!("../src/paths/pages.txt");
    let lines = list.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let [name, part, address] = line.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{line}") };
            let address = Regex::new(r"[:*](\w+)").unwrap().replace_all(address, |found: &regex::Captures| {
                if &found[1] == "number" { "42" } else { "some-name" }.to_owned()
            });
            Page { name, part: (part != "-").then_some(part), address: address.into_owned() }
        })
        .collect()
}

/// The pages' addresses and parts stand in one list (src/paths/pages.txt), which the application and the scripts are
/// made with. What it does not make agrees with it: the view of each page (`src/app.rs`), where its part is cut
/// (`src/app/parts.rs`), what the scripts name.
#[test]
fn the_code_agrees_with_the_list_of_all_pages() {
    let read = |file: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let (app, parts) = (read("src/app.rs"), read("src/app/parts.rs"));
    let (inline, boot) = (read("src/inline.js"), read("src/boot.js"));
    let view_of = Regex::new(r"parts::(\w+)").unwrap();
    for Page { name, part, address } in pages() {
        let place = paths::place(&address).unwrap_or_else(|| panic!("{address} leads nowhere"));
        assert_eq!(word(&format!("{place:?}")), name, "{address}");
        assert_eq!(place.address().trim_end_matches('/').replace("%40", "@"), address.trim_end_matches('/'));
        // One arm may be of two pages.
        let begins = Regex::new(&format!(r"Some\([^)]*\bPlace::{name}\b")).unwrap().find(&app).unwrap().start();
        let arm = app[begins + 1..].split("Some(Place::").next().unwrap_or_default();
        let cut_into = view_of.captures(arm).map(|found| {
            let made = format!("::{} ->", &found[1]);
            parts.lines().find_map(|line| line.split_once(&made)).unwrap().0.trim().to_owned()
        });
        assert_eq!(cut_into.as_deref(), part, "the part of {name} in src/app.rs and src/app/parts.rs");
    }
    let first_page = format!("/workspaces?limit={}&q=", gantry::testing::store::poll::FIRST_PAGE);
    for (file, script) in [("src/inline.js", &inline), ("public/embed-start.js", &read("public/embed-start.js"))] {
        assert!(script.contains(&first_page), "{file} asks ahead for what the list asks first: {first_page}");
    }
    let ahead = Regex::new(r#"module\.ahead\("([^"]+)"\)"#).unwrap();
    for found in ahead.captures_iter(&boot) {
        let page = pages().into_iter().find(|page| page.address == format!("/{}", &found[1]));
        assert!(page.is_some_and(|page| page.part.is_some()), "src/boot.js fetches no part ahead for {}", &found[1]);
    }
}

/// The text from an opening bracket to the one that closes it.
fn bracketed(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..=at];
        }
    }
    text
}

/// What is derived is worked out again whenever something it reads changes, and by whoever reads it: a request that
/// begins there is sent over and over. A view says what it wants (`store::wants`), or an effect asks.
#[test]
fn nothing_derived_asks_for_anything() {
    let asks = Regex::new(r"spawn_local|\.(?:ask|refresh|load_methods|open|glance|agent_log|detail|reopen|interest)\(")
        .unwrap();
    let (mut wrong, mut derived) = (Vec::new(), 0);
    for source in sources() {
        for opening in ["Memo::new(", "Signal::derive("] {
            for (start, _) in source.text.match_indices(opening) {
                let body = bracketed(&source.text[start + opening.len() - 1..]);
                derived += 1;
                if let Some(found) = asks.find(body) {
                    let number = source.text[..start].lines().count();
                    wrong.push(format!("src/{}:{number} has `{}`", source.path.display(), found.as_str()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "requests that begin where a value is derived:\n{}", wrong.join("\n"));
    assert!(derived > 50, "only {derived} were read: the reader of this test is broken");
}
