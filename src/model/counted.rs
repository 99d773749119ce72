//! How many workspaces a list shows, of how many the control plane counts: the two may differ for good, because it
//! counts what it does not send and what could not be read. Pure.

/// The figure and its unit, as they stand above a list: "213" " workspaces", "25 of 213" " loaded", "3 of 5" " shown".
pub(crate) fn above(rows: usize, count: Option<usize>, complete: bool) -> (String, &'static str) {
    match count {
        None => (String::new(), ""),
        Some(count) if count > rows => (format!("{rows} of {count}"), if complete { " shown" } else { " loaded" }),
        Some(_) => (rows.to_string(), if rows == 1 { " workspace" } else { " workspaces" }),
    }
}

/// What to say in place of rows where the control plane counts some and none can be shown: that there are none would
/// not be true.
pub(crate) fn none_of(count: Option<usize>, unreadable: usize) -> Option<(String, String)> {
    let count = count.filter(|count| *count > 0)?;
    let title = if count == 1 {
        "The workspace that matches cannot be shown".to_owned()
    } else {
        format!("None of the {count} workspaces that match can be shown")
    };
    let why = if unreadable >= count {
        "This version of Gantry could not read what the control plane sent."
    } else if unreadable > 0 {
        "Some could not be read; the control plane counts the others and does not send them, perhaps because you may not see them."
    } else {
        "The control plane counts them and does not send them, perhaps because you may not see them."
    };
    Some((title, why.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_its_way_is_told_from_what_will_not_come() {
        for (rows, count, complete, expected) in [
            (0, None, false, ""),
            (25, Some(213), false, "25 of 213 loaded"),
            (213, Some(213), true, "213 workspaces"),
            (1, Some(1), true, "1 workspace"),
            (0, Some(0), true, "0 workspaces"),
            (3, Some(5), true, "3 of 5 shown"),
            (0, Some(5), true, "0 of 5 shown"),
            // One was made since it was counted.
            (6, Some(5), true, "6 workspaces"),
        ] {
            let (figure, unit) = above(rows, count, complete);
            assert_eq!(format!("{figure}{unit}"), expected);
        }
    }

    #[test]
    fn that_there_is_nothing_is_said_only_where_nothing_is_counted() {
        assert_eq!(none_of(None, 0), None);
        assert_eq!(none_of(Some(0), 0), None);
        assert_eq!(none_of(Some(5), 0).unwrap().0, "None of the 5 workspaces that match can be shown");
        assert_eq!(none_of(Some(1), 1).unwrap().0, "The workspace that matches cannot be shown");
        assert!(none_of(Some(5), 5).unwrap().1.contains("could not read"));
        assert!(none_of(Some(5), 2).unwrap().1.starts_with("Some could not be read"));
    }
}
