//! Whether a control plane carries out what its templates say of schedules: required stops, what users may not set, the
//! clean-up of failed starts and dormancy take a licence, and are kept by the template without it
//! (docs/control-plane-api.md, 3.7). Pure.

use crate::model::licence::Licence;
use crate::wire::template::Template;

/// What the licence has of it.
const FEATURE: &str = "advanced_template_scheduling";

/// Whether it is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Carried {
    /// Not known, or not told: what a template says is taken for what happens.
    #[default]
    Untold,
    Licensed,
    /// As long as the trial lasts.
    Trial,
    /// The licence has ended, and its features are there for a while yet.
    Expired,
    /// There is a licence without it, or one that has ended for good, or none.
    NotLicensed,
    /// It is licensed, and somebody switched it off.
    SwitchedOff,
    /// The open-source build knows none of it.
    OpenSource,
}

impl Carried {
    /// By the licence.
    pub(crate) fn of(licence: &Licence) -> Carried {
        let licensed = match licence {
            Licence::Untold => return Carried::Untold,
            Licence::OpenSource => return Carried::OpenSource,
            Licence::Known(licensed) => licensed,
        };
        let feature = licensed.features.get(FEATURE);
        match feature.map(|feature| (feature.entitlement.as_str(), feature.enabled)) {
            Some(("not_entitled", _)) | None => Carried::NotLicensed,
            Some((_, false)) => Carried::SwitchedOff,
            Some(("grace_period", true)) => Carried::Expired,
            Some((_, true)) if licensed.trial => Carried::Trial,
            Some((_, true)) => Carried::Licensed,
        }
    }

    /// Whether it is.
    pub(crate) fn is_on(self) -> bool {
        !matches!(self, Carried::NotLicensed | Carried::SwitchedOff | Carried::OpenSource)
    }

    /// What there is to know of it, in a sentence; empty where it is as everybody expects.
    pub(crate) fn said(self) -> &'static str {
        match self {
            Carried::Untold | Carried::Licensed => "",
            Carried::Trial => {
                "Required stops, dormancy and quiet hours come with a trial licence of this control plane, and end with it."
            }
            Carried::Expired => {
                "The licence of this control plane has expired. Required stops, dormancy and quiet hours are carried out \
                 until its grace period ends."
            }
            Carried::NotLicensed => {
                "The licence of this control plane does not have advanced template scheduling: required stops, dormancy, \
                 the clean-up of failed starts and quiet hours are not carried out, whatever a template says."
            }
            Carried::SwitchedOff => {
                "Advanced template scheduling is switched off here: required stops, dormancy, the clean-up of failed starts \
                 and quiet hours are not carried out, whatever a template says."
            }
            Carried::OpenSource => {
                "This control plane is the open-source build, which has no required stops, no dormancy, no clean-up of \
                 failed starts and no quiet hours."
            }
        }
    }

    /// What of a template counts.
    pub(crate) fn counts(self, template: &Template) -> Template {
        let mut counts = template.clone();
        if !self.is_on() {
            (counts.allow_user_autostart, counts.allow_user_autostop) = (None, None);
            (counts.autostart_requirement, counts.autostop_requirement) = (None, None);
            (counts.failure_ttl_ms, counts.time_til_dormant_ms) = (None, None);
            counts.time_til_dormant_autodelete_ms = None;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::schedule::limits;
    use serde_json::json;
    use std::sync::Arc;

    fn told(trial: bool, feature: Option<(&str, bool)>) -> Carried {
        let features =
            feature.map(|(entitlement, enabled)| json!({ FEATURE: {"entitlement": entitlement, "enabled": enabled} }));
        let licensed = recordings::read(
            json!({"features": features.unwrap_or_else(|| json!({})), "trial": trial, "has_license": true}),
        );
        Carried::of(&Licence::Known(Arc::new(licensed.unwrap())))
    }

    #[test]
    fn every_state_of_a_licence_is_told_apart_and_has_its_words() {
        for (carried, expected, is_on, word) in [
            (Carried::default(), Carried::Untold, true, ""),
            (Carried::of(&Licence::Untold), Carried::Untold, true, ""),
            (Carried::of(&Licence::OpenSource), Carried::OpenSource, false, "open-source build"),
            (told(false, Some(("entitled", true))), Carried::Licensed, true, ""),
            (told(true, Some(("entitled", true))), Carried::Trial, true, "trial licence"),
            (told(false, Some(("grace_period", true))), Carried::Expired, true, "has expired"),
            (told(true, Some(("grace_period", true))), Carried::Expired, true, "grace period"),
            (told(false, Some(("entitled", false))), Carried::SwitchedOff, false, "switched off"),
            (told(false, Some(("not_entitled", false))), Carried::NotLicensed, false, "does not have"),
            (told(false, Some(("not_entitled", true))), Carried::NotLicensed, false, "does not have"),
            (told(true, None), Carried::NotLicensed, false, "does not have"),
            // What nobody knows yet is on if it is enabled.
            (told(false, Some(("lifetime", true))), Carried::Licensed, true, ""),
        ] {
            assert_eq!(carried, expected);
            assert_eq!(carried.is_on(), is_on, "{carried:?}");
            assert!(carried.said().contains(word), "{carried:?}");
            assert_eq!(carried.said().is_empty(), word.is_empty(), "{carried:?}");
        }
        let recorded = Licence::Known(Arc::new(recordings::body("session/entitlements-unlicensed")));
        assert_eq!(Carried::of(&recorded), Carried::NotLicensed);
    }

    #[test]
    fn without_the_licence_a_template_limits_nothing_but_what_every_build_has() {
        let template: Template = recordings::read(json!({
            "id": "11111111-1111-4111-8111-111111111111", "allow_user_autostart": false, "allow_user_autostop": false,
            "default_ttl_ms": 3_600_000, "activity_bump_ms": 3_600_000, "failure_ttl_ms": 1_000_000,
            "autostart_requirement": {"days_of_week": ["monday"]}, "autostop_requirement": {"days_of_week": ["sunday"], "weeks": 1},
            "time_til_dormant_ms": 864_000_000, "time_til_dormant_autodelete_ms": 864_000_000,
        }))
        .unwrap();
        let kept = limits(&Carried::NotLicensed.counts(&template));
        assert_eq!((kept.starts, kept.stops, kept.default_ttl_ms), (Ok([true; 7]), Ok(()), Some(3_600_000)));
        assert_eq!(kept.notes.len(), 1, "activity counts in every build: {:?}", kept.notes);
        assert_eq!(Carried::Expired.counts(&template), template);
        assert_eq!(Carried::Untold.counts(&template), template);
    }
}
