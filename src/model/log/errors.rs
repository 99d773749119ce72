//! The way from one error of a log to the next. Imports the rows.

use crate::model::log::rows::LogRow;

/// Where a log stands after it went to one of its errors.
pub(crate) fn place_of(rows: &[LogRow], errors: &[i64], id: i64) -> Option<String> {
    let lines = || rows.iter().filter(|row| !row.heading);
    let error = errors.iter().position(|error| *error == id)?;
    let at = lines().position(|row| row.id == id).unwrap_or_default() + 1;
    let which =
        if error == 0 { "the first error".to_owned() } else { format!("error {} of {}", error + 1, errors.len()) };
    Some(format!("at {which}, line {at} of {}", lines().count()))
}

/// The error after the one at which the log stands; from the last, or from elsewhere, the first.
pub(crate) fn next_error(errors: &[i64], id: Option<i64>) -> Option<i64> {
    let at = errors.iter().position(|error| Some(*error) == id);
    at.and_then(|at| errors.get(at + 1)).or_else(|| errors.first()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::log::rows::sample;

    #[test]
    fn a_place_is_told_in_lines_without_the_headings() {
        let rows = [0, 1, 2, 0, 3, 0, 4, 5].map(|id| sample(id, "x"));
        assert_eq!(place_of(&rows, &[4, 5], 4).as_deref(), Some("at the first error, line 4 of 5"));
        assert_eq!(place_of(&rows, &[4, 5], 5).as_deref(), Some("at error 2 of 2, line 5 of 5"));
        assert_eq!(place_of(&rows, &[4, 5], 3), None);
    }

    #[test]
    fn from_the_last_error_it_goes_to_the_first() {
        assert_eq!([None, Some(3), Some(4), Some(5)].map(|at| next_error(&[4, 5], at)), [4, 4, 5, 4].map(Some));
        assert_eq!(next_error(&[], None), None);
    }
}
