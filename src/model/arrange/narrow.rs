//! Narrowing what is loaded while somebody types, before the control plane has answered: by the free words of the
//! text, and by what its `key:value`s say of rows. Letters are folded: `Zoe` finds `Zoë`, `strasse` finds `Straße`.
//! Pure.

use super::key::is_of_status;
use crate::model::query::{Query, Token, parse};
use crate::model::row::Row;
use std::borrow::Cow;

/// A text for comparing: small letters, without accents. Most names are so already.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for sign in text.chars() {
        if sign.is_ascii() {
            folded.push(sign.to_ascii_lowercase());
            continue;
        }
        for small in sign.to_lowercase() {
            match plain(small) {
                Some(plain) => folded.push_str(plain),
                // What stands on another letter is left out.
                None if ('\u{300}'..='\u{36f}').contains(&small) => {}
                None => folded.push(small),
            }
        }
    }
    Cow::Owned(folded)
}

/// A small letter without its accent: those of the Latin alphabets of Europe.
fn plain(sign: char) -> Option<&'static str> {
    Some(match sign {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' | 'ấ'..='ặ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => {
            "e"
        }
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ị' | 'ỉ' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ' | 'ỏ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ' | 'ủ' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ' | 'ỷ' | 'ỹ' | 'ỵ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// What rows must be like to stay while somebody types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Narrowing {
    /// The words are one term of the control plane: a part of the name, or `owner/name`.
    term: String,
    parts: Vec<(String, String)>,
}

impl Narrowing {
    /// Of what stands in the box; parts that only the control plane can judge keep every row.
    pub(crate) fn of(text: &str) -> Narrowing {
        let Query { tokens } = parse(text);
        let (words, parts): (Vec<_>, Vec<_>) = tokens.into_iter().partition(Token::is_free);
        Narrowing {
            term: words.iter().map(|word| fold(&word.value)).collect::<Vec<_>>().join(" "),
            parts: parts.into_iter().map(|part| (part.key, fold(&part.value).into_owned())).collect(),
        }
    }

    /// Whether it keeps every row.
    pub(crate) fn is_empty(&self) -> bool {
        self.term.is_empty() && self.parts.is_empty()
    }

    /// Whether a row stays. `me` is the reader's name.
    pub(crate) fn keeps(&self, row: &Row, me: &str) -> bool {
        let named = match self.term.split_once('/') {
            Some((owner, name)) => fold(&row.owner_name) == owner && fold(&row.name).contains(name),
            None => self.term.is_empty() || fold(&row.name).contains(&self.term),
        };
        named && self.parts.iter().all(|(key, value)| part_keeps(row, key, value, me))
    }
}

fn part_keeps(row: &Row, key: &str, value: &str, me: &str) -> bool {
    let yes = matches!(value, "1" | "t" | "true");
    match key {
        "owner" => fold(&row.owner_name) == if value == "me" { fold(me) } else { Cow::Borrowed(value) },
        "name" => fold(&row.name).contains(value),
        "template" => fold(&row.template_slug) == value,
        "organization" => fold(&row.organization_name) == value || row.organization_id.to_string() == value,
        "status" => is_of_status(row, value),
        "outdated" => row.outdated == yes,
        "dormant" => !yes || row.dormant_ms.is_some(),
        "id" => value.split(',').any(|id| row.id.to_string() == id),
        _ => true,
    }
}
