//! No such page: names the part of the address that no page has. The control plane was not asked. Imports `components`,
//! `browser`, `paths`.

use crate::components::state::StateBlock;
use crate::paths;
use leptos::prelude::*;

const TITLE: &str = "There is no page at this address";
const STEP: &str = "Go to workspaces";

/// The first part of the path (base already removed) that no route has.
fn unknown_part(path: &str) -> Option<&str> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let first = parts.next()?;
    if first.starts_with('@') {
        let _name = parts.next();
        return match parts.next() {
            None => Some(first),
            Some("builds") => parts.find(|part| paths::build_number(part).is_none()).or(Some("builds")),
            other => other,
        };
    }
    let is_page = paths::place(&format!("{}/{first}", paths::base())).is_some();
    if is_page { parts.next() } else { Some(first) }
}

/// A part as it is named on the page: what is longer than a line says nothing more, and would push the way out of
/// sight.
fn short(part: &str) -> String {
    const LONGEST: usize = 60;
    if part.chars().count() <= LONGEST {
        return part.to_owned();
    }
    part.chars().take(LONGEST).chain(['…']).collect()
}

/// The page.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    let whole = crate::browser::page::path_and_query();
    let path = whole.split('?').next().unwrap_or_default();
    let inside = path.strip_prefix(paths::base()).unwrap_or(path);
    let text = match unknown_part(inside) {
        Some(part) => {
            let part = short(part);
            format!("None of Gantry’s addresses has the part “{part}” in this place. The control plane was not asked.")
        }
        None => "The control plane was not asked.".to_owned(),
    };
    crate::browser::page::set_title(&crate::panels::brand::title("No such page"));
    view! {
        <StateBlock mark="gap" title=TITLE text page=true>
            <a class="btn fill" href=paths::workspaces(None)>{STEP}</a>
        </StateBlock>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wrong_part_is_named() {
        for (path, part) in [
            ("/nowhere", Some("nowhere")),
            ("/@ada/gantry-web/bilds/42", Some("bilds")),
            ("/@ada/gantry-web/builds/latest", Some("latest")),
            ("/@ada", Some("@ada")),
            ("/quota/acme", Some("acme")),
            ("/", None),
        ] {
            assert_eq!(unknown_part(path), part, "{path}");
        }
    }

    #[test]
    fn a_long_part_is_cut() {
        assert_eq!(short("nowhere"), "nowhere");
        assert_eq!(short(&"é".repeat(60)), "é".repeat(60));
        assert_eq!(short(&"é".repeat(61)), "é".repeat(60) + "…");
    }
}
