//! A name in a column that is too narrow for it is cut once, in its middle: what is left of its beginning, three dots,
//! and an end that is never cut. The end of an address is its last part where that is short, so that `coder_agent.main`
//! keeps `main`. The column itself decides how much has to go (`style/components/waterfall.css`). Pure; imports
//! nothing.

/// The end that is never cut has about so many characters, or half of a short name.
const END: usize = 10;
/// The last part of an address is kept whole up to this length.
const LAST: usize = 14;

/// The beginning, which may be cut at its end, and the end.
pub(crate) fn cut(name: &str) -> (&str, &str) {
    if name.chars().any(is_right_to_left) {
        return (name, "");
    }
    let long = name.chars().count();
    if long <= END {
        return ("", name);
    }
    let near = match in_brackets(name).or_else(|| last_part(name)) {
        Some(part) if long - part <= LAST => part,
        _ => long - END.min(long / 2),
    };
    seam(name, near).and_then(|seam| name.split_at_checked(seam)).unwrap_or((name, ""))
}

/// Where the action begins that follows an address in brackets (`docker_image.main (provision)`), in characters, if the
/// last part of the address and the action are too long together.
fn in_brackets(name: &str) -> Option<usize> {
    let at = name.strip_suffix(')')?.rfind(" (")?;
    let before = name.get(..at)?.chars().count();
    let part = last_part(name).unwrap_or(0);
    let long = name.chars().count();
    (long - part > LAST && long - before <= LAST).then_some(before)
}

/// Where the last part of an address begins, in characters; None where it has only one. Dots and blanks in a key are
/// the key's.
fn last_part(name: &str) -> Option<usize> {
    let (mut last, mut depth, mut quoted, mut escaped) = (None, 0_u32, false, false);
    for (at, char) in name.chars().enumerate() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if depth > 0 => quoted = !quoted,
            _ if quoted => {}
            '[' => depth = depth.saturating_add(1),
            ']' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => last = Some(at + 1),
            ' ' if depth == 0 => break,
            _ => {}
        }
    }
    last
}

/// A place at which a text may be taken apart, near this many characters from its beginning. None where it might tear a
/// letter from its accents.
fn seam(text: &str, near: usize) -> Option<usize> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let fits = |at: usize| {
        let (before, after) = (chars.get(at.checked_sub(1)?)?.1, chars.get(at)?);
        (stands_alone(after.1) && before != '\u{200d}').then_some(after.0)
    };
    // A few characters more at the end, rather than fewer.
    (0..=END).find_map(|back| fits(near.checked_sub(back)?))
}

/// Whether a character belongs to no character before it: letters, digits and signs of the common alphabets,
/// ideographs.
fn stands_alone(char: char) -> bool {
    matches!(char, ' '..='~' | '\u{a1}'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}'
        | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

fn is_right_to_left(char: char) -> bool {
    matches!(char, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{202b}' | '\u{202e}' | '\u{2067}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_end_of_a_name_stays() {
        for (name, expected) in [
            ("docker_image.main", ("docker_image.", "main")),
            ("coder_agent.main[0]", ("coder_agent.", "main[0]")),
            ("docker_image.main (refresh)", ("docker_image.", "main (refresh)")),
            ("null_resource.machine[0] (provision)", ("null_resource.machine[0]", " (provision)")),
            (
                "kubernetes_config_map.settings_of_the_whole_company[17]",
                ("kubernetes_config_map.settings_of_the_whole_c", "ompany[17]"),
            ),
            ("module.pods[\"prod.eu west-1-cluster-02\"]", ("module.pods[\"prod.eu west-1-cl", "uster-02\"]")),
            ("Install dependencies of the frontend 12", ("Install dependencies of the f", "rontend 12")),
            ("provider plugins", ("provider", " plugins")),
            ("provisioning", ("provis", "ioning")),
            ("Dotfiles", ("", "Dotfiles")),
            ("queue", ("", "queue")),
            ("", ("", "")),
            // No letter is torn from its accents.
            (
                "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
                ("e\u{301}e\u{301}e\u{301}", "e\u{301}e\u{301}e\u{301}e\u{301}"),
            ),
            ("配置文件安装依赖项目前端部署脚本", ("配置文件安装依赖", "项目前端部署脚本")),
            ("تثبيت التبعيات للواجهة الأمامية", ("تثبيت التبعيات للواجهة الأمامية", "")),
        ] {
            assert_eq!(cut(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn both_parts_are_the_name(name in ".{0,60}") {
            let (start, end) = cut(&name);
            prop_assert_eq!(&format!("{start}{end}"), &name);
            prop_assert!(end.chars().count() <= LAST + END);
        }
    }
}
