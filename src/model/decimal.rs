//! Numbers with one decimal for attributes (widths, heights), written as integers: the core's own writing of floats is
//! 13 kB of machine code that nothing else of a first visit needs. Pure; imports nothing.

/// A number to one decimal, rounded: `12.5`, `-0.1`, `3.0`. What is no number is `0.0`.
pub(crate) fn tenths(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_rounds_and_keeps_the_sign() {
        for (value, text) in [
            (0.0, "0.0"),
            (12.5, "12.5"),
            (-0.1, "-0.1"),
            (-0.04, "0.0"),
            (99.96, "100.0"),
            (0.25, "0.3"),
            (f64::NAN, "0.0"),
        ] {
            assert_eq!(tenths(value), text);
        }
    }

    proptest! {
        #[test]
        fn it_is_never_more_than_half_a_tenth_off(value in -1e9_f64..1e9) {
            let written: f64 = tenths(value).parse().unwrap();
            prop_assert!((written - value).abs() <= 0.050_001);
        }
    }
}
