//! Names: exact after normalisation, never by a part.
//!
//! Normalisation folds case, strips diacritics, drops apostrophes, reads `&` as "and", turns every other run of
//! punctuation and space (underscores too) into one space, and drops a leading "the". "Mali" is thus never found in
//! "Somalia", and "Niger" is not "Nigeria".

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::{Actor, table};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum NameSystem {
    Icews,
    Un,
}

#[derive(Default)]
struct Names {
    any: HashMap<String, Actor>,
    by_system: HashMap<(NameSystem, String), Actor>,
    of_actor: HashMap<(NameSystem, Actor), &'static str>,
}

fn names() -> &'static Names {
    static TABLE: OnceLock<Names> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut names = Names::default();
        for [actor, kind, name] in table::rows(include_str!("../data/names.tsv")) {
            let actor =
                Actor::from_id(actor).unwrap_or_else(|| panic!("names.tsv: no actor {actor}"));
            let key = normalise(name);
            let before = names.any.insert(key.clone(), actor);
            assert!(
                before.is_none_or(|b| b == actor),
                "names.tsv: '{name}' is both {before:?} and {actor}"
            );
            let system = match kind {
                "icews" => NameSystem::Icews,
                "un" => NameSystem::Un,
                _ => continue,
            };
            names.by_system.insert((system, key), actor);
            names.of_actor.entry((system, actor)).or_insert(name);
        }
        names
    })
}

/// The actor of a name in any of the systems, or of an alias; `None` where no name is the same after normalisation.
///
/// ```
/// use detente_atlas::resolve_name;
/// assert_eq!(resolve_name("Türkiye").unwrap().id(), "TUR");
/// assert_eq!(resolve_name("the gambia").unwrap().id(), "GMB");
/// assert_eq!(resolve_name("CÔTE D’IVOIRE").unwrap().id(), "CIV");
/// assert!(resolve_name("State of Georgia").is_none());
/// ```
pub fn resolve_name(name: &str) -> Option<Actor> {
    names().any.get(&normalise(name)).copied()
}

pub(crate) fn in_system(system: NameSystem, name: &str) -> Option<Actor> {
    names().by_system.get(&(system, normalise(name))).copied()
}

pub(crate) fn of_actor(system: NameSystem, actor: Actor) -> Option<&'static str> {
    names().of_actor.get(&(system, actor)).copied()
}

/// The form in which names are compared.
pub(crate) fn normalise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars().flat_map(char::to_lowercase) {
        match fold(c) {
            Fold::Drop => {}
            Fold::Text(s) => {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push_str(s);
            }
            Fold::And => {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str("and");
                gap = true;
            }
            Fold::Keep if c.is_alphanumeric() => {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push(c);
            }
            Fold::Keep => gap = true,
        }
    }
    match out.strip_prefix("the ") {
        Some(rest) => rest.to_owned(),
        None => out,
    }
}

enum Fold {
    Keep,
    Drop,
    And,
    Text(&'static str),
}

/// Lower-case Latin letters with diacritics to their base letters (Latin-1, Latin Extended-A and what Turkic,
/// Yoruba and Vietnamese names need); combining marks and apostrophes vanish.
fn fold(c: char) -> Fold {
    let text = match c {
        '\u{300}'..='\u{36f}'
        | '\''
        | '\u{2018}'
        | '\u{2019}'
        | '\u{2bb}'
        | '\u{2bc}'
        | '`'
        | '´' => {
            return Fold::Drop;
        }
        '&' => return Fold::And,
        'à'..='å'
        | 'ā'
        | 'ă'
        | 'ą'
        | 'ǎ'
        | 'ạ'
        | 'ả'
        | 'ấ'
        | 'ầ'
        | 'ẩ'
        | 'ẫ'
        | 'ậ'
        | 'ắ'
        | 'ằ'
        | 'ẳ'
        | 'ẵ'
        | 'ặ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ḍ' | 'ð' => "d",
        'è'..='ë'
        | 'ē'
        | 'ĕ'
        | 'ė'
        | 'ę'
        | 'ě'
        | 'ẹ'
        | 'ẻ'
        | 'ẽ'
        | 'ế'
        | 'ề'
        | 'ể'
        | 'ễ'
        | 'ệ'
        | 'ə' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' | 'ḥ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ị' | 'ỉ' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö'
        | 'ø'
        | 'ō'
        | 'ŏ'
        | 'ő'
        | 'ơ'
        | 'ọ'
        | 'ỏ'
        | 'ố'
        | 'ồ'
        | 'ổ'
        | 'ỗ'
        | 'ộ'
        | 'ớ'
        | 'ờ'
        | 'ở'
        | 'ỡ'
        | 'ợ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' | 'ṣ' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' | 'ṭ' => "t",
        'þ' => "th",
        'ù'..='ü'
        | 'ũ'
        | 'ū'
        | 'ŭ'
        | 'ů'
        | 'ű'
        | 'ų'
        | 'ư'
        | 'ụ'
        | 'ủ'
        | 'ứ'
        | 'ừ'
        | 'ử'
        | 'ữ'
        | 'ự' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => "y",
        'ź' | 'ż' | 'ž' | 'ẓ' => "z",
        _ => return Fold::Keep,
    };
    Fold::Text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_forms_by_hand() {
        for (name, normal) in [
            ("The Gambia", "gambia"),
            ("Côte d’Ivoire", "cote divoire"),
            ("Cote d'Ivoire", "cote divoire"),
            ("Co\u{302}te d\u{2bc}Ivoire", "cote divoire"),
            ("TÜRKİYE", "turkiye"),
            ("Antigua & Barbuda", "antigua and barbuda"),
            ("AT&T", "at and t"),
            ("Trinidad_and_Tobago", "trinidad and tobago"),
            ("  Guinea -- Bissau ", "guinea bissau"),
            ("Åland Islands", "aland islands"),
            ("São Tomé", "sao tome"),
            ("Oluṣẹgun Ọbasanjọ", "olusegun obasanjo"),
            ("Theodoros", "theodoros"),
            ("The", "the"),
            ("", ""),
        ] {
            assert_eq!(normalise(name), normal, "{name}");
        }
    }
}
