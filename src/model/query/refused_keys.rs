//! The keys that a control plane refused because it is too old for them. They hold for its release: after an update it
//! may know them. Pure.

use json_tape::Read;
use serde::Serialize;

/// Those of one control plane.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Read)]
pub(crate) struct RefusedKeys {
    /// Which control plane, of which release.
    plane: String,
    keys: Vec<String>,
}

impl RefusedKeys {
    /// What that control plane refused, as far as is known.
    pub(crate) fn of(&self, plane: &str) -> &[String] {
        if self.plane == plane { &self.keys } else { &[] }
    }

    /// The same with keys that it refused now; `None` if that is known. What another refused is forgotten.
    pub(crate) fn with(&self, plane: &str, refused: &[String]) -> Option<Self> {
        let mut keys = self.of(plane).to_vec();
        for key in refused {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        (keys.len() > self.of(plane).len()).then(|| Self { plane: plane.to_owned(), keys })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_hold_for_the_release_that_refused_them() {
        let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
        let none = RefusedKeys::default();
        assert!(none.of("acme v2.24").is_empty() && none.with("acme v2.24", &[]).is_none());
        let one = none.with("acme v2.24", &of(&["shared"])).unwrap();
        assert_eq!(one.with("acme v2.24", &of(&["shared"])), None, "it is known");
        let two = one.with("acme v2.24", &of(&["shared", "healthy"])).unwrap();
        assert_eq!(two.of("acme v2.24"), of(&["shared", "healthy"]));
        assert!(two.of("acme v2.29").is_empty(), "another release may know them");
        assert_eq!(two.with("acme v2.29", &of(&["task"])).unwrap().of("acme v2.29"), of(&["task"]));
    }
}
