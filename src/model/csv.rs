//! Fields of a table for a spreadsheet (RFC 4180). Pure.

/// A field: in quotes where it holds what separates. What a spreadsheet would take for a formula begins with an
/// apostrophe.
pub(crate) fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_quoted_and_no_formula() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("x[\"y\"]", "\"x[\"\"y\"\"]\""),
            ("=SUM(A1)", "'=SUM(A1)"),
            ("@a,b", "\"'@a,b\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(field(text), expected);
        }
    }
}
