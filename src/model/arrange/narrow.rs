//! Narrowing what is loaded while somebody types, before the control plane has answered: by the free words of the
//! text, and by what its `key:value`s say of rows. Letters are folded: `Zoe` finds `Zoë`, `strasse` finds `Straße`.
//! Pure.

use super::key::is_of_status;
use crate::model::query::{Query, Token, Values, begins_a_key, key_of, parse};
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
    /// Of what stands in the box; parts that only the control plane can judge keep every row, and so does a word that
    /// may become a key.
    pub(crate) fn of(text: &str) -> Narrowing {
        let Query { tokens } = parse(text);
        let meant = tokens.into_iter().filter(|token| !token.is_free() || !begins_a_key(&token.value));
        let (words, parts): (Vec<_>, Vec<_>) = meant.partition(Token::is_free);
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

/// Whether a row may be among what is meant: a value that is being typed stands for all that begin so, and one that the
/// key does not take for everything.
fn part_keeps(row: &Row, key: &str, value: &str, me: &str) -> bool {
    let begins = |text: &str| fold(text).starts_with(value);
    match key {
        "owner" => begins(&row.owner_name) || ("me".starts_with(value) && fold(&row.owner_name) == fold(me)),
        "name" => fold(&row.name).contains(value),
        "template" => begins(&row.template_slug),
        "organization" => begins(&row.organization_name) || row.organization_id.to_string() == value,
        "status" => {
            let Some(Values::Words(words)) = key_of(key).map(|key| key.values) else { return true };
            let mut meant = words.iter().filter(|word| word.starts_with(value)).peekable();
            meant.peek().is_none() || meant.any(|word| is_of_status(row, word))
        }
        "outdated" => truth(value).is_none_or(|yes| row.outdated == yes),
        // `false` leaves none out.
        "dormant" => truth(value) != Some(true) || row.dormant_ms.is_some(),
        "id" => value.split(',').any(|id| row.id.to_string() == id),
        _ => true,
    }
}

/// What a value of yes or no says, or begins to say.
fn truth(value: &str) -> Option<bool> {
    match value {
        "1" => Some(true),
        "0" => Some(false),
        _ => [true, false].into_iter().find(|truth| truth.to_string().starts_with(value)),
    }
}
