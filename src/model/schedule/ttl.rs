//! How long a start runs, as people write it: `8 h`, `90 m`, `1 h 30 m`, `1:30`, `1.5 h`. What is written stays what it
//! is: nothing is rounded. The control plane's own limits are said before it is asked (docs/control-plane-api.md, 2.5).
//! Pure.

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The longest time to live that a control plane takes.
pub(crate) const LONGEST_MS: i64 = 30 * DAY_MS;

/// The length that a text says, in milliseconds, or why it says none. A number alone is hours.
pub(crate) fn read_ttl(text: &str) -> Result<i64, String> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Err("Say how long: 8 h, 90 m, 1 h 30 m.".to_owned());
    }
    let length = read(&text).ok_or_else(|| format!("“{text}” is no length: write 8 h, 90 m, 1 h 30 m or 1:30."))?;
    if length % MINUTE_MS != 0 {
        return Err("Whole minutes only: the control plane drops the rest.".to_owned());
    }
    if length < MINUTE_MS {
        return Err("At least one minute.".to_owned());
    }
    if length > LONGEST_MS {
        return Err("At most 30 days.".to_owned());
    }
    Ok(length)
}

fn read(text: &str) -> Option<i64> {
    if let Some((hours, minutes)) = text.split_once(':') {
        let (hours, minutes) = (hours.trim().parse::<u16>().ok()?, minutes.trim().parse::<u16>().ok()?);
        return (minutes < 60).then(|| i64::from(hours) * HOUR_MS + i64::from(minutes) * MINUTE_MS);
    }
    let mut total = 0_i64;
    let mut rest = text;
    let mut last = i64::MAX;
    while !rest.is_empty() {
        let end = rest
            .find(|letter: char| !(letter.is_ascii_digit() || letter == '.' || letter == ','))
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let after = after.trim_start();
        let end = after.find(|letter: char| !letter.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let unit = match unit {
            "d" | "day" | "days" => DAY_MS,
            "h" | "hr" | "hrs" | "hour" | "hours" => HOUR_MS,
            "" if last == i64::MAX && after.is_empty() => HOUR_MS,
            "m" | "min" | "mins" | "minute" | "minutes" => MINUTE_MS,
            _ => return None,
        };
        if unit >= last {
            return None;
        }
        last = unit;
        total = total.checked_add(times(number, unit)?)?;
        rest = after.trim_start();
    }
    Some(total)
}

/// A decimal number of a unit, exactly: `1.5` hours are 90 minutes, and a third of an hour cannot be written.
fn times(number: &str, unit: i64) -> Option<i64> {
    let (whole, part) = number.split_once(['.', ',']).unwrap_or((number, ""));
    if whole.is_empty() || part.contains(['.', ',']) || whole.len() > 9 || part.len() > 9 {
        return None;
    }
    let mut length = whole.parse::<i64>().ok()?.checked_mul(unit)?;
    if !part.is_empty() {
        let scale = 10_i64.checked_pow(u32::try_from(part.len()).ok()?)?;
        let scaled = part.parse::<i64>().ok()?.checked_mul(unit)?;
        length = length.checked_add(scaled / scale)?;
        // What is left over is no whole millisecond: it must not pass as a whole minute.
        if scaled % scale != 0 && length % MINUTE_MS == 0 {
            length = length.checked_add(1)?;
        }
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::duration;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        for (text, minutes) in [
            ("8", 480),
            ("8 h", 480),
            ("8h", 480),
            ("90 m", 90),
            ("90m", 90),
            ("90 min", 90),
            ("1 h 30 m", 90),
            ("1h30m", 90),
            ("1:30", 90),
            ("0:20", 20),
            ("1.5", 90),
            ("1.5 h", 90),
            ("1,5 hours", 90),
            ("0.25 h", 15),
            ("1 d", 1_440),
            ("2 days 3 hours 4 minutes", 3_064),
            ("720", 43_200),
            ("30 D", 43_200),
            (" 20 M ", 20),
        ] {
            assert_eq!(read_ttl(text), Ok(minutes * MINUTE_MS), "{text}");
        }
        for (text, begins) in [
            ("", "Say how long"),
            ("   ", "Say how long"),
            ("soon", "“soon” is no length"),
            ("8 x", "“8 x” is no length"),
            ("m", "“m” is no length"),
            ("30 m 1 h", "“30 m 1 h” is no length"),
            ("1 h 1 h", "“1 h 1 h” is no length"),
            ("1:60", "“1:60” is no length"),
            ("-1", "“-1” is no length"),
            ("1..5 h", "“1..5 h” is no length"),
            ("99999999999", "“99999999999” is no length"),
            ("0", "At least one minute"),
            ("0.001 h", "Whole minutes only"),
            ("1.01 m", "Whole minutes only"),
            ("0.333333333 h", "Whole minutes only"),
            ("721", "At most 30 days"),
            ("31 d", "At most 30 days"),
            ("1 h 30", "“1 h 30” is no length"),
        ] {
            let why = read_ttl(text).unwrap_err();
            assert!(why.starts_with(begins), "{text}: {why}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back_to_the_minute(minutes in 1_i64..=43_200) {
            let ms = minutes * MINUTE_MS;
            prop_assert_eq!(read_ttl(&duration::setting(ms)), Ok(ms));
        }

        #[test]
        fn nothing_that_is_typed_breaks_it_or_is_rounded(text in "[0-9.,:dhm ]{0,14}") {
            if let Ok(ms) = read_ttl(&text) {
                prop_assert!(ms % MINUTE_MS == 0 && (MINUTE_MS..=LONGEST_MS).contains(&ms));
            }
        }
    }
}
