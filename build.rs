//! Makes `paths::Place` from the list of all pages (src/paths/pages.txt). With the feature `parts` the linker leaves in
//! what tools/parts.mjs needs to cut the application into parts (docs/decisions/0010-parts.md).

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const LIST: &str = "src/paths/pages.txt";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={LIST}");
    let places = places(&fs::read_to_string(LIST)?)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("places.rs"), places)?;
    let wasm = env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    if wasm && env::var_os("CARGO_FEATURE_PARTS").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    Ok(())
}

/// A page of the list: its name and the segments of its address.
struct Page<'list> {
    name: &'list str,
    address: &'list str,
    segments: Vec<&'list str>,
}

/// The word of a segment that stands for something: `:owner`, `@:owner` and `*owner` are `owner`.
fn field(segment: &str) -> Option<&str> {
    segment.trim_start_matches('@').strip_prefix([':', '*'])
}

impl Page<'_> {
    fn fields(&self) -> Vec<&str> {
        self.segments.iter().copied().filter_map(field).collect()
    }

    /// `Place::Build { owner, name, number }`, as a value and as a pattern.
    fn variant(&self) -> String {
        let fields = self.fields();
        if fields.is_empty() {
            format!("Place::{}", self.name)
        } else {
            format!("Place::{} {{ {} }}", self.name, fields.join(", "))
        }
    }
}

/// The code of `Place`: its variants, the address of each, and the page that an address names.
fn places(list: &str) -> Result<String, Box<dyn Error>> {
    let mut pages = Vec::new();
    for line in list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let [name, _part, address] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            return Err(format!("{LIST}: `{line}` is not a name, a part and an address").into());
        };
        pages.push(Page { name, address, segments: address.trim_start_matches('/').split('/').collect() });
    }

    let mut code = String::from(
        "/// A page of the app, as an address names it.\n#[derive(Clone, Debug, PartialEq, Eq)]\npub enum Place {\n",
    );
    for page in &pages {
        let typed = |field: &str| format!("{field}: {}", if field == "number" { "i64" } else { "String" });
        let fields: Vec<String> = page.fields().into_iter().map(typed).collect();
        let fields = if fields.is_empty() { String::new() } else { format!(" {{ {} }}", fields.join(", ")) };
        writeln!(code, "    /// `{}`\n    {}{fields},", page.address, page.name)?;
    }

    code.push_str("}\n\nimpl Place {\n    /// The whole path of the page.\n    pub fn address(&self) -> String {\n        match self {\n");
    for page in &pages {
        let (mut pattern, mut values) = (String::from("{}"), String::new());
        for segment in &page.segments {
            match field(segment) {
                None => write!(pattern, "/{segment}")?,
                Some(field) => {
                    pattern.push_str(if segment.starts_with('@') { "/@{}" } else { "/{}" });
                    let is_plain = field == "number" || segment.starts_with('*');
                    let value = if is_plain { field.to_owned() } else { format!("encode({field})") };
                    write!(values, ", {value}")?;
                }
            }
        }
        writeln!(code, "            {} => format!(\"{pattern}\", base(){values}),", page.variant())?;
    }

    code.push_str("        }\n    }\n}\n\n/// The page whose address below the base is made of these segments.\nfn place_of(segments: &[&str]) -> Option<Place> {\n    match segments {\n");
    // A word says more than a name: `templates` is read before `:owner` is.
    pages.sort_by_key(|page| page.segments.iter().map(|segment| field(segment).is_some()).collect::<Vec<_>>());
    for page in &pages {
        let (mut pattern, mut read) = (Vec::new(), Vec::new());
        for segment in &page.segments {
            let Some(field) = field(segment) else {
                pattern.push(format!("\"{segment}\""));
                continue;
            };
            if segment.starts_with('*') {
                pattern.push(format!("{field} @ .."));
                read.push(format!("{field}: {field}.join(\"/\")"));
                continue;
            }
            pattern.push(field.to_owned());
            let reader = match field {
                "number" => "build_number",
                _ if segment.starts_with('@') => "owner_in",
                _ => "name_in",
            };
            read.push(format!("{field}: {reader}({field})?"));
        }
        let fields = if read.is_empty() { String::new() } else { format!(" {{ {} }}", read.join(", ")) };
        writeln!(code, "        [{}] => Some(Place::{}{fields}),", pattern.join(", "), page.name)?;
    }
    code.push_str("        _ => None,\n    }\n}\n");
    Ok(code)
}
