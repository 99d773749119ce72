//! A name in a column that is too narrow for it: which of its pieces go first, so that what tells it from its siblings stays. A Terraform
//! address keeps its last part with its index, and whatever else sets it apart; types and the word "module" go first. The column itself
//! decides how much has to go (`style/components/waterfall.css`). Pure; imports `model`.

use crate::model::timeline::Span;
use crate::model::timeline::SpanKind;
use crate::model::timeline::Timeline;
use std::collections::HashMap;
use std::collections::HashSet;
use std::ops::Range;

/// When a piece of a name is cut: the first ones to the last, and what is never cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Cut {
    /// What every sibling has, too: the type, the word "module".
    First,
    /// The names of modules.
    Second,
    /// The keys of modules.
    Third,
    /// What tells it from its siblings, and the beginning of its last part.
    Last,
    /// The end of what is cut last.
    Never,
}

/// A piece of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its text; all of them in a row are the name.
    pub(crate) text: String,
    /// When it is cut.
    pub(crate) cut: Cut,
}

/// By which parts of an address it is told from the siblings that end alike: two bits for each part, counted from the end, the lower one
/// for its name and the upper one for its key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Telling(u64);

impl Telling {
    fn name(part: usize) -> u64 {
        u32::try_from(part * 2).ok().and_then(|shift| 1_u64.checked_shl(shift)).unwrap_or(0)
    }

    fn key(part: usize) -> u64 {
        u32::try_from(part * 2 + 1).ok().and_then(|shift| 1_u64.checked_shl(shift)).unwrap_or(0)
    }
}

/// In a timeline of at most this many spans names are compared with each other.
const COMPARED: usize = 20_000;

/// The end of a piece that is never cut, characters.
const END: usize = 8;

/// A part of an address: `pods["web"]` is the name `pods` with the key `["web"]`.
struct Part {
    name: Range<usize>,
    key: Range<usize>,
}

/// The parts of an address between its dots, and where they end: what follows (" (refresh)") is no part. Dots, blanks and brackets in a
/// key are the key's.
fn parts(label: &str) -> (Vec<Part>, usize) {
    let mut parts = Vec::new();
    let (mut from, mut key_from, mut depth, mut quoted, mut escaped) = (0, None, 0_u32, false, false);
    let mut end = label.len();
    for (at, char) in label.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if depth > 0 => quoted = !quoted,
            _ if quoted => {}
            '[' => {
                depth = depth.saturating_add(1);
                key_from.get_or_insert(at);
            }
            ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '.' => {
                let key = key_from.take().unwrap_or(at);
                parts.push(Part { name: from..key, key: key..at });
                from = at + 1;
            }
            ' ' => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let key = key_from.filter(|key| *key < end).unwrap_or(end);
    parts.push(Part { name: from..key, key: key..end });
    (parts, end)
}

/// Where the last part of an address begins; 0 where it has only one.
fn last_part(label: &str) -> usize {
    parts(label).0.last().map_or(0, |part| part.name.start)
}

/// What tells resources apart whose last parts are alike, for those that need it.
pub(crate) fn telling(timeline: &Timeline) -> HashMap<u32, Telling> {
    let mut told = HashMap::new();
    if timeline.spans.len() > COMPARED {
        return told;
    }
    let mut alike: HashMap<(Option<u32>, &str), Vec<&Span>> = HashMap::new();
    for span in timeline.spans.iter().filter(|span| span.kind == SpanKind::Resource) {
        let last = span.label.get(last_part(&span.label)..).unwrap_or_default();
        alike.entry((span.parent, last)).or_default().push(span);
    }
    for spans in alike.into_values().filter(|spans| spans.len() > 1) {
        let labels: Vec<&str> = spans.iter().map(|span| span.label.as_str()).collect();
        let telling = differences(&labels).into_iter();
        told.extend(
            spans.iter().map(|span| span.id).zip(telling).filter(|(_, telling)| *telling != Telling::default()),
        );
    }
    told
}

/// For each of these labels the part that no other of them has in its place, the nearest to the end; where none is its own, all parts, counted
/// from the end, that are not the same in all of them.
fn differences(labels: &[&str]) -> Vec<Telling> {
    let mut counts: HashMap<(u64, &str), usize> = HashMap::new();
    let split: Vec<Vec<(u64, &str)>> = labels.iter().map(|label| places(label)).collect();
    // One address may have several rows: it is not told from itself.
    let mut seen = HashSet::new();
    let mut distinct = 0;
    for (label, places) in labels.iter().zip(&split) {
        if seen.insert(*label) {
            distinct += 1;
            for (place, text) in places {
                *counts.entry((*place, *text)).or_default() += 1;
            }
        }
    }
    let count = |place: u64, text: &str| counts.get(&(place, text)).copied().unwrap_or(0);
    let all = split.iter().flatten().filter(|(place, text)| count(*place, text) < distinct);
    let all = all.fold(0, |bits, (place, _)| bits | place);
    split
        .iter()
        .map(|mine| {
            let own = mine.iter().find(|(place, text)| !text.is_empty() && distinct > 1 && count(*place, text) == 1);
            Telling(own.map_or(all, |(place, _)| *place))
        })
        .collect()
}

/// The names and keys of an address before its last part, from its end, each with the bit of its place.
fn places(label: &str) -> Vec<(u64, &str)> {
    let text = |range: &Range<usize>| label.get(range.clone()).unwrap_or_default();
    let parts = parts(label).0;
    let before = parts.iter().rev().enumerate().skip(1);
    before.flat_map(|(at, part)| [(Telling::key(at), text(&part.key)), (Telling::name(at), text(&part.name))]).collect()
}

/// The pieces of a name: of a resource by its address, of anything else its beginning and its end.
pub(crate) fn pieces(label: &str, resource: bool, telling: Telling) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (parts, end) = parts(label);
    // What Terraform loads ("provider plugins") has no address.
    let is_address = label.get(end..).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("));
    if !resource || !is_address {
        push_ends(&mut pieces, label, Cut::Last);
        return pieces;
    }
    let count = parts.len();
    let text = |range: Range<usize>| label.get(range).unwrap_or_default();
    let mut module = false;
    for (index, part) in parts.iter().enumerate() {
        let from_end = count - 1 - index;
        if from_end == 0 {
            push_ends(&mut pieces, text(part.name.clone()), Cut::Last);
            push_ends(&mut pieces, text(part.key.start..end), Cut::Last);
            break;
        }
        // The word "module" and what stands after it alternate until the type comes.
        let (name_cut, named_module) = match (module, text(part.name.clone())) {
            (false, "module") => (Cut::First, true),
            (true, _) => (Cut::Second, false),
            (false, _) => (Cut::First, false),
        };
        module = named_module;
        let cut = |bit: u64, usual: Cut| if telling.0 & bit == 0 { usual } else { Cut::Last };
        // A part's dot goes with what stands before it.
        let dot = part.key.end + 1;
        if part.key.is_empty() {
            push(&mut pieces, text(part.name.start..dot), cut(Telling::name(from_end), name_cut));
        } else {
            push(&mut pieces, text(part.name.clone()), cut(Telling::name(from_end), name_cut));
            push(&mut pieces, text(part.key.start..dot), cut(Telling::key(from_end), Cut::Third));
        }
    }
    push_ends(&mut pieces, text(end..label.len()), Cut::Last);
    pieces
}

/// Adds a text to the last piece if that is cut at the same time, else as one of its own.
fn push(pieces: &mut Vec<Piece>, text: &str, cut: Cut) {
    if text.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(last) if last.cut == cut && cut != Cut::Last => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), cut }),
    }
}

/// Adds a text whose end stays: siblings that are numbered differ there. A text that is short anyway stays whole.
fn push_ends(pieces: &mut Vec<Piece>, text: &str, cut: Cut) {
    let long = text.chars().count();
    let seam = if long <= END { Some(0) } else { seam(text, long - END) };
    match seam.and_then(|seam| text.split_at_checked(seam)) {
        Some((start, end)) => {
            push(pieces, start, cut);
            push(pieces, end, Cut::Never);
        }
        None => push(pieces, text, cut),
    }
}

/// A place at which a text may be taken apart, near this many characters from its beginning. None where it might tear a letter from its
/// accents, or turn a text around that is read from the right.
fn seam(text: &str, near: usize) -> Option<usize> {
    if text.chars().any(is_right_to_left) {
        return None;
    }
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let fits = |at: usize| {
        let (before, after) = (chars.get(at.checked_sub(1)?)?.1, chars.get(at)?);
        (stands_alone(after.1) && before != '\u{200d}').then_some(after.0)
    };
    // A few characters more at the end, rather than fewer.
    (0..=END).find_map(|back| fits(near.checked_sub(back)?))
}

/// Whether a character belongs to no character before it: letters, digits and signs of the common alphabets, ideographs.
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

    /// The name as a narrow column shows it: everything is cut that may be cut before the last.
    fn narrow(pieces: &[Piece]) -> String {
        let mut shown = String::new();
        for piece in pieces {
            if piece.cut >= Cut::Last {
                shown.push_str(&piece.text);
            } else if !shown.ends_with('…') {
                shown.push('…');
            }
        }
        shown
    }

    fn shown(labels: &[&str]) -> Vec<String> {
        labels.iter().zip(differences(labels)).map(|(label, telling)| narrow(&pieces(label, true, telling))).collect()
    }

    #[test]
    fn the_last_part_stays_and_what_tells_it_apart() {
        for (labels, expected) in [
            (&["kubernetes_config_map.settings[0]"][..], &["…settings[0]"][..]),
            (&["module.pods[\"web\"].module.inner.docker_container.main"], &["…main"]),
            (
                &[
                    "module.pods[\"web\"].module.inner.docker_container.main",
                    "module.pods[\"api\"].module.inner.docker_container.main",
                ],
                &["…[\"web\"].…main", "…[\"api\"].…main"],
            ),
            (&["module.a.x_y.main", "module.b.x_y.main"], &["…a.…main", "…b.…main"]),
            (&["coder_app.main", "coder_agent.main"], &["coder_app.main", "coder_agent.main"]),
            (&["data.x.me", "x.me"], &["data.…me", "…me"]),
            (&["x.me", "module.a.x.me"], &["…me", "…a.…me"]),
            // Each by what it alone has; who has nothing of its own, by all that differs.
            (&["module.p[1].x.main", "module.p[2].x.main", "y.main"], &["…[1].…main", "…[2].…main", "y.main"]),
            (
                &["module.a.x.main", "module.a.y.main", "module.b.x.main", "module.b.y.main"],
                &["…a.x.main", "…a.y.main", "…b.x.main", "…b.y.main"],
            ),
            // The same address twice.
            (&["module.a.x.main", "module.a.x.main", "module.b.x.main"], &["…a.…main", "…a.…main", "…b.…main"]),
            (&["provider plugins", "backend"], &["provider plugins", "backend"]),
            (&["a.b[\"x.y z\"]"], &["…b[\"x.y z\"]"]),
            (&["docker_image.main (refresh)"], &["…main (refresh)"]),
            (&["a.b[\"\\\"].c\"]"], &["…b[\"\\\"].c\"]"]),
            (&["state file"], &["state file"]),
            (&["(no address)"], &["(no address)"]),
            (&[""], &[""]),
            (&["."], &["…"]),
        ] {
            assert_eq!(shown(labels), expected, "{labels:?}");
        }
    }

    #[test]
    fn the_end_of_a_long_last_part_is_never_cut() {
        let never = |label: &str, resource: bool| -> String {
            let pieces = pieces(label, resource, Telling::default());
            pieces.iter().filter(|piece| piece.cut == Cut::Never).map(|piece| piece.text.as_str()).collect()
        };
        assert_eq!(never("kubernetes_config_map.settings_of_the_whole_company[17]", true), "_company[17]");
        assert_eq!(never("x.pods[\"prod-eu-west-1-cluster-02\"]", true), "podster-02\"]");
        assert_eq!(never("Install dependencies of the frontend 12", false), "ntend 12");
        assert_eq!(never("Dotfiles", false), "Dotfiles");
        // No letter is torn from its accents.
        assert_eq!(never(&"e\u{301}".repeat(7), false), "e\u{301}".repeat(4));
        assert_eq!(never(&format!("x{}", "e\u{301}".repeat(7)), false), "e\u{301}".repeat(4));
        assert_eq!(never(&format!("{}x", "e\u{301}".repeat(7)), false), format!("{}x", "e\u{301}".repeat(4)));
        assert_eq!(never("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦 x", false), "");
        assert_eq!(never("配置文件安装依赖项目前端部署脚本", false), "项目前端部署脚本");
        assert_eq!(never("تثبيت التبعيات للواجهة الأمامية", false), "", "read from the right");
    }

    fn part() -> impl Strategy<Value = String> {
        let key = prop_oneof![
            Just(String::new()),
            (0..40_u32).prop_map(|index| format!("[{index}]")),
            "[a-z.é 字\\]-]{0,12}".prop_map(|key| format!("[\"{key}\"]")),
        ];
        ("[a-z_]{1,20}", key).prop_map(|(name, key)| format!("{name}{key}"))
    }

    fn address() -> impl Strategy<Value = String> {
        let modules = prop::collection::vec(part(), 0..4);
        let end = prop_oneof![Just(""), Just(" (refresh)"), Just(" (provision)")];
        (modules, any::<bool>(), "[a-z_]{1,24}", part(), end).prop_map(|(modules, data, kind, name, end)| {
            let modules: Vec<String> = modules.iter().map(|module| format!("module.{module}.")).collect();
            let modules = modules.concat();
            format!("{modules}{}{kind}.{name}{end}", if data { "data." } else { "" })
        })
    }

    proptest! {
        #[test]
        fn pieces_are_the_name(label in prop_oneof![address(), ".{0,60}"], resource in any::<bool>(), bits in any::<u64>()) {
            let whole: String = pieces(&label, resource, Telling(bits)).iter().map(|piece| piece.text.as_str()).collect();
            prop_assert_eq!(whole, label);
        }

        #[test]
        fn siblings_stay_apart_however_narrow(labels in prop::collection::hash_set(address(), 2..8)) {
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            // As the index does it: those whose last parts are alike are compared with each other.
            let mut seen = std::collections::HashMap::new();
            for label in &labels {
                let last = &label[last_part(label)..];
                let alike: Vec<&str> = labels.iter().copied().filter(|other| &other[last_part(other)..] == last).collect();
                let shown: Vec<(String, bool)> = pieces(label, true, differences(&alike)[alike.iter().position(|other| other == label).unwrap()])
                    .into_iter()
                    .map(|piece| if piece.cut >= Cut::Last { (piece.text, true) } else { (String::new(), false) })
                    .collect();
                prop_assert!(shown.iter().any(|(_, kept)| *kept));
                if let Some(other) = seen.insert(shown, *label) {
                    prop_assert!(false, "{label} looks like {other}");
                }
            }
        }
    }
}
