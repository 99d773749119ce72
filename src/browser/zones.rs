//! Time zones by the browser's `Intl`: which there are, and how far one is from UTC at a moment. No zone tables travel
//! with the app. Imports `model::schedule`.

use crate::model::schedule::Zones;
use js_sys::{Array, Function, Intl, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

/// The zones that the browser knows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BrowserZones;

/// Their names in order, those that are `wanted` among them whatever the browser lists.
pub(crate) fn zone_names(wanted: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = listed().unwrap_or_default();
    names.push("UTC".to_owned());
    names.extend(wanted.iter().filter(|name| !name.is_empty()).map(|name| (*name).to_owned()));
    names.sort();
    names.dedup();
    names
}

/// What `Intl.supportedValuesOf` lists; browsers of before 2022 do not have it.
fn listed() -> Option<Vec<String>> {
    let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
    let of = Reflect::get(&intl, &JsValue::from_str("supportedValuesOf")).ok()?.dyn_into::<Function>().ok()?;
    let all = of.call1(&intl, &JsValue::from_str("timeZone")).ok()?.dyn_into::<Array>().ok()?;
    Some(all.iter().filter_map(|name| name.as_string()).collect())
}

impl Zones for BrowserZones {
    fn east_minutes(&self, zone: &str, unix_ms: i64) -> Option<i32> {
        let options = Object::new();
        Reflect::set(&options, &JsValue::from_str("timeZone"), &JsValue::from_str(zone)).ok()?;
        Reflect::set(&options, &JsValue::from_str("timeZoneName"), &JsValue::from_str("longOffset")).ok()?;
        let locales = Array::of1(&JsValue::from_str("en"));
        // A name that the browser does not know is refused by an exception, which a plain call would not catch.
        let maker = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl"))
            .and_then(|intl| Reflect::get(&intl, &JsValue::from_str("DateTimeFormat")))
            .ok()?
            .dyn_into::<Function>()
            .ok()?;
        let made = Reflect::construct(&maker, &Array::of2(&locales, &options)).ok()?;
        let format = made.dyn_into::<Intl::DateTimeFormat>().ok()?;
        let parts = format.format_to_parts(&js_sys::Date::new(&JsValue::from_f64(unix_ms as f64)));
        parts.iter().find_map(|part| {
            let field = |name: &str| Reflect::get(&part, &JsValue::from_str(name)).ok()?.as_string();
            (field("type")? == "timeZoneName").then(|| east(&field("value")?)).flatten()
        })
    }
}

/// `GMT+05:45` and `GMT` in minutes.
fn east(text: &str) -> Option<i32> {
    let rest = text.strip_prefix("GMT").or_else(|| text.strip_prefix("UTC"))?;
    if rest.is_empty() {
        return Some(0);
    }
    let (sign, rest) = match rest.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, rest.strip_prefix(['-', '−'])?),
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    Some(sign * (hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_read() {
        for (text, minutes) in [
            ("GMT", Some(0)),
            ("GMT+01:00", Some(60)),
            ("GMT-03:30", Some(-210)),
            ("GMT+5:45", Some(345)),
            ("GMT−8", Some(-480)),
            ("CET", None),
            ("GMT+x", None),
            ("", None),
        ] {
            assert_eq!(east(text), minutes, "{text}");
        }
    }
}
