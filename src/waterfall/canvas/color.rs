//! Colours as a browser writes them. Pure but for plotters' colours; imports nothing of the crate.

use plotters::style::RGBColor;

/// `#rrggbb`, `rgb(1, 2, 3)`, `rgba(1, 2, 3, 0.5)` (the alpha is dropped: the chart's colours are opaque),
/// `rgb(1 2 3)`.
pub(super) fn parse(css: &str) -> Option<RGBColor> {
    if let Some(hex) = css.strip_prefix('#') {
        if hex.len() != 6 || !hex.is_ascii() {
            return None;
        }
        let part = |at: usize| hex.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        return Some(RGBColor(part(0)?, part(2)?, part(4)?));
    }
    let inside = css.strip_prefix("rgba(").or_else(|| css.strip_prefix("rgb("))?.strip_suffix(')')?;
    let mut parts = inside.split([',', ' ', '/']).filter(|part| !part.is_empty()).map(channel);
    Some(RGBColor(parts.next()??, parts.next()??, parts.next()??))
}

/// One number of a colour, rounded. By hand: the library's reader of fractions is ten kilobytes of tables.
fn channel(text: &str) -> Option<u8> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let up = i32::from(matches!(rest.as_bytes().first(), Some(b'5'..=b'9')));
    Some((whole.parse::<i32>().ok()?.saturating_add(up)).clamp(0, 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_in_every_notation_a_browser_answers_with() {
        assert_eq!(parse("#16191d"), Some(RGBColor(0x16, 0x19, 0x1d)));
        assert_eq!(parse("rgb(22, 25, 29)"), Some(RGBColor(22, 25, 29)));
        assert_eq!(parse("rgba(22, 25, 29, 0.5)"), Some(RGBColor(22, 25, 29)));
        assert_eq!(parse("rgb(22 25 29 / 0.5)"), Some(RGBColor(22, 25, 29)));
        assert_eq!(parse("rgb(300, -4, 29.6)"), Some(RGBColor(255, 0, 30)));
        for unknown in ["", "#fff", "#ggrrzz", "light-dark(#fff, #000)", "rgb(1, 2)", "CanvasText", "#äöü"] {
            assert_eq!(parse(unknown), None, "{unknown}");
        }
    }
}
