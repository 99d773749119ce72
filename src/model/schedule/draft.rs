//! A schedule that is being filled in: what is typed, what of it is wrong, and what is sent. Pure.

use super::limits::Limits;
use super::ttl::read_ttl;
use super::weekly::{Weekly, days_text};
use crate::model::duration;
use json_tape::Read;
use serde::Serialize;

/// What somebody filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScheduleDraft {
    /// Whether it is to be started by a schedule.
    pub starts: bool,
    /// When: `09:30`.
    pub time: String,
    /// On which days, Sunday first.
    pub days: [bool; 7],
    /// In which zone.
    pub zone: String,
    /// A schedule that is written in a way that the fields cannot hold; it stays as it is until it is replaced.
    pub other: Option<String>,
    /// Whether it is to be stopped after a time.
    pub stops: bool,
    /// After how long, as it is written.
    pub ttl: String,
}

impl ScheduleDraft {
    /// The fields for what a workspace has.
    pub(crate) fn of(autostart: Option<&str>, ttl_ms: Option<i64>, limits: &Limits, viewer_zone: &str) -> Self {
        const MORNING: &str = "09:00";
        const EIGHT_HOURS: i64 = 8 * 3_600_000;
        let autostart = autostart.map(str::trim).filter(|cron| !cron.is_empty());
        let weekly = autostart.and_then(Weekly::read);
        let zone = if viewer_zone.is_empty() { "UTC" } else { viewer_zone };
        let allowed = limits.starts.clone().unwrap_or([true; 7]);
        let usual = [false, true, true, true, true, true, false];
        let days = std::array::from_fn(|day| {
            usual.get(day).copied().unwrap_or_default() && allowed.get(day).copied().unwrap_or_default()
        });
        let ttl_ms = ttl_ms.filter(|ttl| *ttl > 0);
        Self {
            starts: autostart.is_some(),
            time: weekly.as_ref().map_or_else(|| MORNING.to_owned(), Weekly::clock),
            days: weekly.as_ref().map_or(days, |weekly| weekly.days),
            zone: weekly.as_ref().map_or_else(|| zone.to_owned(), |weekly| weekly.zone.clone()),
            other: autostart.filter(|_| weekly.is_none()).map(str::to_owned),
            stops: ttl_ms.is_some(),
            ttl: duration::setting(ttl_ms.or(limits.default_ttl_ms).unwrap_or(EIGHT_HOURS)),
        }
    }

    /// The schedule of the starts; `None` for no starts. Or why there is none yet.
    pub(crate) fn autostart(&self, limits: &Limits) -> Result<Option<String>, String> {
        if !self.starts {
            return Ok(None);
        }
        let allowed = limits.starts.clone()?;
        if let Some(other) = &self.other {
            return Ok(Some(other.clone()));
        }
        let wrong = || format!("“{}” is no time of day: write 09:30.", self.time);
        let (hour, minute) = self.time.trim().split_once(':').ok_or_else(wrong)?;
        let (hour, minute) = (hour.parse::<u8>().map_err(|_| wrong())?, minute.parse::<u8>().map_err(|_| wrong())?);
        if hour > 23 || minute > 59 {
            return Err(wrong());
        }
        if !self.days.contains(&true) {
            return Err("Choose at least one day.".to_owned());
        }
        let refused: [bool; 7] = std::array::from_fn(|day| {
            self.days.get(day).copied().unwrap_or_default() && !allowed.get(day).copied().unwrap_or_default()
        });
        if refused.contains(&true) {
            return Err(format!("The template allows no start on {}.", days_text(refused)));
        }
        if self.zone.trim().is_empty() || self.zone.contains(char::is_whitespace) {
            return Err("Choose a time zone.".to_owned());
        }
        let weekly = Weekly { zone: self.zone.trim().to_owned(), hour, minute, days: self.days };
        Ok(Some(weekly.cron()))
    }

    /// The time to live, in milliseconds; `None` for one that runs until it is stopped. Or why there is none yet.
    pub(crate) fn ttl_ms(&self) -> Result<Option<i64>, String> {
        if self.stops { read_ttl(&self.ttl).map(Some) } else { Ok(None) }
    }
}

/// A schedule that is being filled in, as a tab keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct KeptSchedule {
    starts: bool,
    time: String,
    /// The numbers of its days, Sunday is 0.
    days: Vec<usize>,
    zone: String,
    stops: bool,
    ttl: String,
}

impl KeptSchedule {
    /// Of what is filled in.
    pub(crate) fn of(draft: &ScheduleDraft) -> Self {
        let days = draft.days.iter().enumerate().filter(|(_, on)| **on).map(|(day, _)| day).collect();
        let ScheduleDraft { starts, time, zone, stops, ttl, .. } = draft.clone();
        Self { starts, time, days, zone, stops, ttl }
    }

    /// The same in the fields.
    pub(crate) fn over(self, usual: ScheduleDraft) -> ScheduleDraft {
        let days = std::array::from_fn(|day| self.days.contains(&day));
        let Self { starts, time, zone, stops, ttl, .. } = self;
        ScheduleDraft { starts, time, days, zone, stops, ttl, ..usual }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn free() -> Limits {
        Limits { starts: Ok([true; 7]), stops: Ok(()), default_ttl_ms: Some(8 * HOUR), notes: vec![] }
    }

    #[test]
    fn what_a_workspace_has_stays_what_it_is() {
        for (cron, ttl) in [
            (Some("CRON_TZ=Europe/Berlin 30 9 * * 1-5"), Some(90 * 60_000)),
            (Some("CRON_TZ=UTC 0,30 8 * * 1"), Some(20 * 60_000)),
            (Some("CRON_TZ=Asia/Kathmandu 5 0 * * 0,6"), None),
            (None, Some(30 * 24 * HOUR)),
            (None, None),
        ] {
            let draft = ScheduleDraft::of(cron, ttl, &free(), "Europe/Dublin");
            assert_eq!(draft.autostart(&free()), Ok(cron.map(str::to_owned)), "{cron:?}");
            assert_eq!(draft.ttl_ms(), Ok(ttl), "{ttl:?}");
        }
    }

    #[test]
    fn fields_begin_with_what_is_usual_and_allowed() {
        let fresh = ScheduleDraft::of(None, None, &free(), "Europe/Dublin");
        assert_eq!((fresh.time.as_str(), fresh.zone.as_str(), fresh.ttl.as_str()), ("09:00", "Europe/Dublin", "8 h"));
        let on = ScheduleDraft { starts: true, ..fresh };
        assert_eq!(on.autostart(&free()), Ok(Some("CRON_TZ=Europe/Dublin 0 9 * * 1-5".to_owned())));
        let monday = Limits { starts: Ok([false, true, false, false, false, false, false]), ..free() };
        let on = ScheduleDraft { starts: true, ..ScheduleDraft::of(None, None, &monday, "") };
        assert_eq!(on.autostart(&monday), Ok(Some("CRON_TZ=UTC 0 9 * * 1".to_owned())));
    }

    #[test]
    fn what_is_kept_comes_back() {
        let usual = ScheduleDraft::of(None, Some(8 * HOUR), &free(), "UTC");
        let changed =
            ScheduleDraft { starts: true, time: "7:15".into(), stops: false, ttl: "x".into(), ..usual.clone() };
        let text = serde_json::to_string(&KeptSchedule::of(&changed)).unwrap();
        let kept: KeptSchedule = json_tape::from_slice(text.as_bytes()).unwrap();
        assert_eq!(kept.over(usual), changed);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let fresh = ScheduleDraft { starts: true, ..ScheduleDraft::of(None, None, &free(), "UTC") };
        for (draft, why) in [
            (ScheduleDraft { time: "25:00".into(), ..fresh.clone() }, "“25:00” is no time of day: write 09:30."),
            (ScheduleDraft { time: "soon".into(), ..fresh.clone() }, "“soon” is no time of day: write 09:30."),
            (ScheduleDraft { days: [false; 7], ..fresh.clone() }, "Choose at least one day."),
            (ScheduleDraft { zone: " ".into(), ..fresh.clone() }, "Choose a time zone."),
        ] {
            assert_eq!(draft.autostart(&free()), Err(why.to_owned()));
        }
        let weekdays = Limits { starts: Ok([false, true, true, true, true, true, false]), ..free() };
        let all = ScheduleDraft { days: [true; 7], ..fresh.clone() };
        assert_eq!(all.autostart(&weekdays), Err("The template allows no start on Sat, Sun.".to_owned()));
        let none = Limits { starts: Err("No.".into()), ..free() };
        assert_eq!(fresh.autostart(&none), Err("No.".to_owned()));
        assert_eq!(ScheduleDraft { starts: false, ..fresh.clone() }.autostart(&none), Ok(None));
        let long = ScheduleDraft { stops: true, ttl: "31 d".into(), ..fresh };
        assert_eq!(long.ttl_ms(), Err("At most 30 days.".to_owned()));
    }
}
