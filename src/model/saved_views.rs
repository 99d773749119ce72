//! Views of the list that somebody saved under a name: the query of an address, which is all of a view. Pure.

use crate::paths::query;
use json_tape::Read;
use serde::Serialize;

/// A view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct SavedView {
    pub(crate) name: String,
    /// As it stands in the address, from its `?` on.
    pub(crate) search: String,
}

/// How long a name may be, in characters.
pub(crate) const LONGEST: usize = 40;

/// The views with one more; one of the same name is replaced in its place. Why not, if the name cannot be one.
pub(crate) fn saved(views: &[SavedView], name: &str, search: &str) -> Result<Vec<SavedView>, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err("A view needs a name.".to_owned());
    }
    if name.chars().count() > LONGEST {
        return Err(format!("A name has at most {LONGEST} characters; this one has {}.", name.chars().count()));
    }
    let view = SavedView { name: name.to_owned(), search: search.to_owned() };
    let mut views = views.to_vec();
    match views.iter_mut().find(|known| known.name.eq_ignore_ascii_case(name)) {
        Some(known) => *known = view,
        None => views.push(view),
    }
    Ok(views)
}

/// The views without one.
pub(crate) fn without(views: &[SavedView], name: &str) -> Vec<SavedView> {
    views.iter().filter(|view| view.name != name).cloned().collect()
}

/// Whether an address shows this view: the same parameters, in whatever order.
pub(crate) fn is_shown(view: &SavedView, search: &str) -> bool {
    let parts = |search: &str| {
        let mut all = query::all(search);
        all.sort_unstable();
        all
    };
    parts(&view.search) == parts(search)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_one_view() {
        let one = saved(&[], " My team ", "?q=owner%3Ame").unwrap();
        assert_eq!(one[0].name, "My team");
        let two = saved(&one, "GPU", "?q=name%3Agpu").unwrap();
        let changed = saved(&two, "my TEAM", "?q=").unwrap();
        assert_eq!(changed.len(), 2);
        assert_eq!(changed[0].search, "?q=");
        assert_eq!(without(&changed, "GPU").len(), 1);
        assert_eq!(saved(&one, "  ", "?q="), Err("A view needs a name.".to_owned()));
        assert!(saved(&one, &"x".repeat(41), "?q=").unwrap_err().contains("at most 40"));
    }

    #[test]
    fn a_view_is_shown_however_its_address_is_written() {
        let view = SavedView { name: "a".into(), search: "?q=owner%3Ame&sort=name".into() };
        assert!(is_shown(&view, "?sort=name&q=owner:me"));
        assert!(!is_shown(&view, "?sort=-name&q=owner:me"));
        assert!(!is_shown(&view, ""));
    }
}
