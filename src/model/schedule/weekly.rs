//! A weekly schedule as people set it: a time, days of the week, a zone (docs/control-plane-api.md, 3.7). What is
//! written otherwise is left as it is, so that nobody's schedule is mangled by looking at it. Pure.

/// The days of a week in the order of cron, with the short names that people read.
pub(crate) const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// A schedule of one time a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Weekly {
    /// The name of its zone: `Europe/Berlin`.
    pub zone: String,
    pub hour: u8,
    pub minute: u8,
    /// On which days, Sunday first.
    pub days: [bool; 7],
}

impl Weekly {
    /// Reads `CRON_TZ=Europe/Berlin 30 9 * * 1-5`; `None` for what is no such schedule, or has several times a day.
    pub(crate) fn read(cron: &str) -> Option<Self> {
        let cron = cron.trim();
        let (zone, fields) = match cron.strip_prefix("CRON_TZ=") {
            Some(rest) => rest.split_once(char::is_whitespace)?,
            None => ("UTC", cron),
        };
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let [minute, hour, "*", "*", days] = fields.as_slice() else { return None };
        let (minute, hour) = (minute.parse::<u8>().ok()?, hour.parse::<u8>().ok()?);
        if minute > 59 || hour > 23 || zone.is_empty() {
            return None;
        }
        let days = days_of(days)?;
        days.contains(&true).then(|| Self { zone: zone.to_owned(), hour, minute, days })
    }

    /// As the control plane takes it.
    pub(crate) fn cron(&self) -> String {
        format!("CRON_TZ={} {} {} * * {}", self.zone, self.minute, self.hour, days_field(self.days))
    }

    /// Its time: `09:30`.
    pub(crate) fn clock(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }
}

/// The field of the days in cron.
fn days_field(days: [bool; 7]) -> String {
    const WEEKDAYS: [bool; 7] = [false, true, true, true, true, true, false];
    if days == [true; 7] {
        return "*".to_owned();
    }
    if days == WEEKDAYS {
        return "1-5".to_owned();
    }
    let chosen = days.iter().enumerate().filter(|(_, on)| **on);
    chosen.map(|(day, _)| day.to_string()).collect::<Vec<_>>().join(",")
}

fn days_of(field: &str) -> Option<[bool; 7]> {
    let day = |text: &str| {
        let named = DAYS.iter().position(|name| name.eq_ignore_ascii_case(text));
        // Seven is Sunday too.
        named.or_else(|| text.parse::<usize>().ok().filter(|day| *day <= 7))
    };
    let mut days = [false; 7];
    for part in field.split(',') {
        let (from, to) = match part.split_once('-') {
            _ if part == "*" => (0, 6),
            Some((from, to)) => (day(from)?, day(to)?),
            None => (day(part)?, day(part)?),
        };
        if from > to {
            return None;
        }
        for number in from..=to {
            *days.get_mut(number % 7)? = true;
        }
    }
    Some(days)
}

/// Days in words: `Mon–Fri`, `every day`, `Sat, Sun`; the week begins on Monday. Three and more in a row are a range.
pub(crate) fn days_text(days: [bool; 7]) -> String {
    if days == [true; 7] {
        return "every day".to_owned();
    }
    let on = |place: usize| days.get((place + 1) % 7).copied().unwrap_or_default();
    let name = |place: usize| DAYS.get((place + 1) % 7).copied().unwrap_or_default();
    let mut parts = Vec::new();
    let mut place = 0;
    while place < 7 {
        if !on(place) {
            place += 1;
            continue;
        }
        let end = (place..7).take_while(|next| on(*next)).last().unwrap_or(place);
        if end - place >= 2 {
            parts.push(format!("{}–{}", name(place), name(end)));
        } else {
            parts.extend((place..=end).map(|one| name(one).to_owned()));
        }
        place = end + 1;
    }
    if parts.is_empty() { "no day".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn schedules_are_read_and_written_alike() {
        for (cron, written, clock, days) in [
            ("CRON_TZ=Europe/Berlin 30 9 * * 1-5", "CRON_TZ=Europe/Berlin 30 9 * * 1-5", "09:30", "Mon–Fri"),
            ("0 8 * * *", "CRON_TZ=UTC 0 8 * * *", "08:00", "every day"),
            ("CRON_TZ=UTC 5 18 * * 0,3,SAT", "CRON_TZ=UTC 5 18 * * 0,3,6", "18:05", "Wed, Sat, Sun"),
            ("CRON_TZ=UTC 5 18 * * 7", "CRON_TZ=UTC 5 18 * * 0", "18:05", "Sun"),
            ("CRON_TZ=UTC 00 09 * * mon,tue,wed", "CRON_TZ=UTC 0 9 * * 1,2,3", "09:00", "Mon–Wed"),
            ("  CRON_TZ=UTC   0  9 * * 0-6 ", "CRON_TZ=UTC 0 9 * * *", "09:00", "every day"),
        ] {
            let weekly = Weekly::read(cron).unwrap();
            assert_eq!((weekly.cron().as_str(), weekly.clock().as_str()), (written, clock), "{cron}");
            assert_eq!(days_text(weekly.days), days, "{cron}");
        }
        for cron in [
            "",
            "CRON_TZ=UTC",
            "CRON_TZ= 0 8 * * 1",
            "*/5 8 * * 1",
            "0,30 8 * * 1",
            "0 8 1 * 1",
            "0 25 * * 1",
            "60 8 * * 1",
            "0 8 * * MOON",
            "0 8 * * 5-1",
            "0 8 * * 8",
            "0 8 * *",
            "0 8 * * 1 2",
        ] {
            assert_eq!(Weekly::read(cron), None, "{cron}");
        }
        assert_eq!(days_text([false; 7]), "no day");
    }

    proptest! {
        #[test]
        fn whatever_is_set_is_read_back(hour in 0_u8..24, minute in 0_u8..60, bits in 1_u8..128) {
            let days = std::array::from_fn(|day| bits & (1 << day) != 0);
            let weekly = Weekly { zone: "America/St_Johns".into(), hour, minute, days };
            prop_assert_eq!(Weekly::read(&weekly.cron()), Some(weekly));
        }

        #[test]
        fn nothing_that_is_written_breaks_the_reader(text in ".{0,40}") {
            let _ = Weekly::read(&text);
        }
    }
}
