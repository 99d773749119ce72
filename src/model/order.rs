//! Sorting, once: each use of the library's sort is three kilobytes of code for each type, so all of them sort numbers
//! here, through one comparison that is called by pointer. For lists of pages and builds; what sorts while a picture is
//! drawn uses the library itself. Pure.

use std::cmp::Ordering;

/// Sorts; equal items keep their order.
pub(crate) fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let swaps = swaps(items.len(), &|one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    for (one, other) in swaps {
        items.swap(one, other);
    }
}

/// Sorts by a key; equal items keep their order.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Compares names as people count: `r2` before `r10`, capital letters beside small ones. Equal only if the names are
/// the same.
pub(crate) fn natural(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    loop {
        match (left.chars().next(), right.chars().next()) {
            (None, None) => return one.cmp(other),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let ((number, rest), (its_number, its_rest)) = (digits(left), digits(right));
                // Without zeros in front the longer number is the greater one, however many digits it has.
                let order = number.len().cmp(&its_number.len()).then_with(|| number.cmp(its_number));
                if order != Ordering::Equal {
                    return order;
                }
                (left, right) = (rest, its_rest);
            }
            (Some(a), Some(b)) => {
                let order = a.to_lowercase().cmp(b.to_lowercase());
                if order != Ordering::Equal {
                    return order;
                }
                (left, right) = (left.get(a.len_utf8()..).unwrap_or(""), right.get(b.len_utf8()..).unwrap_or(""));
            }
        }
    }
}

/// The number that a text begins with, without zeros in front, and what follows it.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    (number.trim_start_matches('0'), rest)
}

/// Puts what comes sorted by the letters of its names (`r1`, `r10`, `r2`) into the order of [`natural`]. What comes in
/// another order has one that somebody chose, and keeps it.
pub(crate) fn by_nature<T>(items: &mut [T], name: impl Fn(&T) -> &str) {
    let sorted = |fold: fn(&str) -> String| {
        items.iter().zip(items.iter().skip(1)).all(|(one, next)| fold(name(one)) <= fold(name(next)))
    };
    if sorted(str::to_owned) || sorted(str::to_lowercase) {
        sort_by(items, |one, other| natural(name(one), name(other)));
    }
}

/// What to swap, in this order, to have `count` items sorted.
fn swaps(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<(usize, usize)> {
    // `order[place]` is where the item of that place stands now.
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| compare(*one, *other));
    let mut swaps = Vec::new();
    for start in 0..count {
        // Along the cycle: each place gets its item from the next one, and is done.
        let mut place = start;
        while let Some(from) = order.get_mut(place).map(|it| std::mem::replace(it, place))
            && from != start
            && from != place
        {
            swaps.push((place, from));
            place = from;
        }
    }
    swaps
}

#[cfg(test)]
mod tests {
    use super::{by_nature, natural, sort_by, sort_by_key};
    use proptest::prelude::*;
    use std::cmp::Ordering;

    #[test]
    fn names_are_in_the_order_in_which_people_count() {
        for (mut names, expected) in [
            (vec!["r1", "r10", "r2"], vec!["r1", "r2", "r10"]),
            (vec!["disk[0]", "disk[10]", "disk[9]"], vec!["disk[0]", "disk[9]", "disk[10]"]),
            (vec!["a-1-10", "a-1-2", "a-10-1", "a-2-1"], vec!["a-1-2", "a-1-10", "a-2-1", "a-10-1"]),
            (vec!["v01", "v1", "v1a", "v2"], vec!["v01", "v1", "v1a", "v2"]),
            (vec!["B", "a", "c"], vec!["a", "B", "c"]),
            (vec!["a", "B", "c"], vec!["a", "B", "c"]),
            // Longer than any machine word.
            (
                vec!["n100000000000000000000000", "n99999999999999999999999"],
                vec!["n99999999999999999999999", "n100000000000000000000000"],
            ),
            (vec!["", "0", "00", "a"], vec!["", "0", "00", "a"]),
            (vec!["über", "zebra"], vec!["über", "zebra"]),
            // Somebody chose this order.
            (vec!["r2", "r1", "r10"], vec!["r2", "r1", "r10"]),
            (vec!["web", "code", "docs"], vec!["web", "code", "docs"]),
        ] {
            by_nature(&mut names, |name| name);
            assert_eq!(names, expected);
        }
    }

    proptest! {
        #[test]
        fn the_order_of_names_is_one(names in prop::collection::vec("[a-bA-B0-2é]{0,5}", 3)) {
            let [a, b, c] = [names[0].as_str(), names[1].as_str(), names[2].as_str()];
            prop_assert_eq!(natural(a, b), natural(b, a).reverse());
            prop_assert_eq!(natural(a, b) == Ordering::Equal, a == b);
            if natural(a, b) != Ordering::Greater && natural(b, c) != Ordering::Greater {
                prop_assert_ne!(natural(a, c), Ordering::Greater);
            }
        }

        #[test]
        fn sorts_as_the_library_does(items in prop::collection::vec((0_u8..20, any::<u16>()), 0..200)) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            let mut found = items.clone();
            sort_by_key(&mut found, |item| item.0);
            prop_assert_eq!(&found, &expected, "equal items keep their order");
            let mut found = items;
            expected.sort_by(|one, other| other.cmp(one));
            sort_by(&mut found, |one, other| other.cmp(one));
            prop_assert_eq!(found, expected);
        }
    }
}
