//! Sorting, once: each use of the library's sort is three kilobytes of code for each type, so all of them sort numbers here, through one
//! comparison that is called by pointer. For lists of pages and builds; what sorts while a picture is drawn uses the library itself. Pure.

use std::cmp::Ordering;

/// Sorts; equal items keep their order.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let swaps = swaps(items.len(), &|one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    for (one, other) in swaps {
        items.swap(one, other);
    }
}

/// Sorts by a key; equal items keep their order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
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
    use super::{sort_by, sort_by_key};
    use proptest::prelude::*;

    proptest! {
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
