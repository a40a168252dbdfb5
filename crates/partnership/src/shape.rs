//! The shape of the file: which sections there are, which keys each has, and what kind of value each key takes.
//!
//! A walk over the parsed document reports every unknown key, every missing one and every value of the wrong kind at
//! once, and takes them out, so that what is left can be read and judged further.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::measures::{MEASURES, TESTS};
use crate::nearest::{nearest, remedy};
use crate::place::Finding;

/// A section: a table of the file with the keys that it can have.
#[derive(Debug)]
pub struct Section {
    /// Its name as in the reference, e.g. `[[factor.indicator]]`.
    pub name: &'static str,
    /// Its keys, in the order of the reference.
    pub keys: &'static [Key],
    /// Whether the keys that it needs depend on one another: with a fault in one, nothing can be said of the rest.
    pub conditional: bool,
}

/// A key of a section.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether the section means nothing without it.
    pub must: bool,
}

/// What a key takes.
#[derive(Debug)]
pub enum Takes {
    /// Any text that is not empty.
    Text,
    /// A short name: lower-case letters, digits and hyphens.
    Id,
    /// One of some words.
    Word(&'static [&'static str]),
    /// The name of a measure.
    Measure,
    /// The name of a kind of test.
    Test,
    /// A number in a range.
    Number(Range),
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// A calendar day, without quotes.
    Day,
    /// A list of such values.
    List(&'static Takes),
    /// A table.
    Table(&'static Section),
    /// A list of tables, each with the section's name in double brackets above it.
    Tables(&'static Section),
}

/// The range of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Any finite number.
    Any,
    /// 0 or more.
    NotNegative,
    /// More than 0.
    AboveZero,
    /// From 0 to 1.
    Share,
    /// Between 0 and 1, neither of them.
    Inside,
}

impl Range {
    fn holds(self, x: f64) -> bool {
        x.is_finite()
            && match self {
                Range::Any => true,
                Range::NotNegative => x >= 0.0,
                Range::AboveZero => x > 0.0,
                Range::Share => (0.0..=1.0).contains(&x),
                Range::Inside => x > 0.0 && x < 1.0,
            }
    }

    fn words(self) -> &'static str {
        match self {
            Range::Any => "a finite number",
            Range::NotNegative => "0 or more",
            Range::AboveZero => "above 0",
            Range::Share => "from 0 to 1",
            Range::Inside => "between 0 and 1",
        }
    }
}

const fn must(name: &'static str, takes: Takes) -> Key {
    Key { name, takes, must: true }
}

const fn may(name: &'static str, takes: Takes) -> Key {
    Key { name, takes, must: false }
}

/// Names of the levels.
const LEVELS: &[&str] = &["internal", "regional", "global"];
/// Names of the domains.
const DOMAINS: &[&str] = &["military", "political", "economic", "energy-transit", "societal", "information"];
/// Ways to measure an exposure.
pub(crate) const EXPOSURES: &[&str] = &["distance", "trade", "events", "membership"];
/// Everything that a test can expect; which of them fits depends on its kind.
const EXPECTS: &[&str] = &["member", "never", "up", "down", "not-up", "not-down", "above", "below"];

/// The whole file.
pub static FILE: Section = Section {
    name: "the file",
    keys: &[
        must("partnership", Takes::Table(&PARTNERSHIP)),
        may("settings", Takes::Table(&SETTINGS)),
        may("levels", Takes::Table(&LEVEL_WEIGHTS)),
        may("format", Takes::Tables(&FORMAT)),
        may("group", Takes::Tables(&GROUP)),
        may("rivalry", Takes::Tables(&RIVALRY)),
        may("event", Takes::Tables(&EVENT)),
        may("factor", Takes::Tables(&FACTOR)),
        may("assumption", Takes::Tables(&ASSUMPTION)),
    ],
    conditional: false,
};

static PARTNERSHIP: Section = Section {
    name: "[partnership]",
    keys: &[
        must("id", Takes::Id),
        must("title", Takes::Text),
        must("since", Takes::Day),
        must("sides", Takes::Table(&SIDES)),
        may("contrast", Takes::List(&Takes::Text)),
    ],
    conditional: false,
};

static SIDES: Section =
    Section { name: "sides of [partnership]", keys: &[must("a", Takes::Text), must("b", Takes::Text)], conditional: false };

static SETTINGS: Section = Section {
    name: "[settings]",
    keys: &[
        may("prior", Takes::Number(Range::AboveZero)),
        may("verbal_weight", Takes::Number(Range::NotNegative)),
        may("material_weight", Takes::Number(Range::AboveZero)),
        may("score_prior", Takes::Number(Range::AboveZero)),
        may("same_coding_sd", Takes::Number(Range::NotNegative)),
        may("interval", Takes::Number(Range::Inside)),
        may("window_months", Takes::Whole(1, 120)),
        may("window_monitored", Takes::Number(Range::Share)),
        may("past_months", Takes::Whole(2, 600)),
        may("past_years", Takes::Whole(2, 100)),
        may("past_breaks", Takes::Whole(1, 100)),
        may("dispersion_months", Takes::Whole(1, 120)),
        may("zero_sum_months", Takes::Whole(3, 600)),
        may("min_votes", Takes::Whole(1, 1000)),
        may("stale_months_after_days", Takes::Whole(1, 36_525)),
        may("stale_years_after_days", Takes::Whole(1, 36_525)),
        may("high_exposure", Takes::Number(Range::Share)),
        may("pressing", Takes::Number(Range::Share)),
    ],
    conditional: false,
};

static LEVEL_WEIGHTS: Section = Section {
    name: "[levels]",
    keys: &[
        may("internal", Takes::Number(Range::NotNegative)),
        may("regional", Takes::Number(Range::NotNegative)),
        may("global", Takes::Number(Range::NotNegative)),
    ],
    conditional: false,
};

static FORMAT: Section = Section {
    name: "[[format]]",
    keys: &[
        must("id", Takes::Id),
        must("title", Takes::Text),
        must("since", Takes::Day),
        may("until", Takes::Day),
        may("members", Takes::List(&Takes::Text)),
        must("covers", Takes::List(&Takes::Word(DOMAINS))),
        may("factors", Takes::List(&Takes::Text)),
        may("made_for", Takes::Text),
    ],
    conditional: false,
};

static GROUP: Section = Section {
    name: "[[group]]",
    keys: &[must("id", Takes::Id), must("title", Takes::Text), must("members", Takes::Text)],
    conditional: false,
};

static RIVALRY: Section = Section {
    name: "[[rivalry]]",
    keys: &[
        must("id", Takes::Id),
        must("title", Takes::Text),
        must("poles", Takes::List(&Takes::Text)),
        may("arenas", Takes::List(&Takes::Text)),
    ],
    conditional: false,
};

static EVENT: Section =
    Section { name: "[[event]]", keys: &[must("date", Takes::Day), must("title", Takes::Text)], conditional: false };

static FACTOR: Section = Section {
    name: "[[factor]]",
    keys: &[
        must("id", Takes::Id),
        must("level", Takes::Word(LEVELS)),
        must("title", Takes::Text),
        may("says", Takes::Text),
        may("weight", Takes::Number(Range::AboveZero)),
        may("toward", Takes::List(&Takes::Text)),
        may("indicator", Takes::Tables(&INDICATOR)),
        may("exposure", Takes::Tables(&EXPOSURE)),
    ],
    conditional: false,
};

static INDICATOR: Section = Section {
    name: "[[factor.indicator]]",
    keys: &[
        must("measure", Takes::Measure),
        may("title", Takes::Text),
        may("of", Takes::Text),
        may("with", Takes::Text),
        may("toward", Takes::Text),
        may("place", Takes::Text),
        may("provinces", Takes::List(&Takes::Text)),
        may("rivalry", Takes::Text),
        may("over", Takes::Text),
        may("roots", Takes::List(&Takes::Whole(1, 20))),
        may("threshold", Takes::Number(Range::Any)),
        may("dates", Takes::List(&Takes::Day)),
        must("worse", Takes::Word(&["higher", "lower"])),
        may("weight", Takes::Number(Range::AboveZero)),
    ],
    conditional: true,
};

static EXPOSURE: Section = Section {
    name: "[[factor.exposure]]",
    keys: &[
        must("domain", Takes::Word(DOMAINS)),
        must("a", Takes::Table(&SIDE_EXPOSURE)),
        must("b", Takes::Table(&SIDE_EXPOSURE)),
    ],
    conditional: true,
};

static SIDE_EXPOSURE: Section = Section {
    name: "a side of [[factor.exposure]]",
    keys: &[
        may("declared", Takes::Number(Range::Share)),
        may("why", Takes::Text),
        may("measured", Takes::Word(EXPOSURES)),
        may("to", Takes::Text),
    ],
    conditional: false,
};

static ASSUMPTION: Section = Section {
    name: "[[assumption]]",
    keys: &[must("id", Takes::Id), must("says", Takes::Text), may("test", Takes::Tables(&TEST))],
    conditional: false,
};

static TEST: Section = Section {
    name: "[[assumption.test]]",
    keys: &[
        must("kind", Takes::Test),
        may("of", Takes::Text),
        may("with", Takes::Text),
        may("bloc", Takes::Text),
        may("factor", Takes::Text),
        may("measure", Takes::Measure),
        may("toward", Takes::Text),
        may("place", Takes::Text),
        may("provinces", Takes::List(&Takes::Text)),
        may("rivalry", Takes::Text),
        may("over", Takes::Text),
        may("roots", Takes::List(&Takes::Whole(1, 20))),
        may("dates", Takes::List(&Takes::Day)),
        may("measure_threshold", Takes::Number(Range::Any)),
        may("expect", Takes::Word(EXPECTS)),
        may("threshold", Takes::Number(Range::Any)),
        may("since", Takes::Day),
        may("why", Takes::Text),
    ],
    conditional: true,
};

/// What is left of a table after the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Left {
    /// It lacks what it must have.
    Broken,
    /// Something was taken out that it can do without.
    Less,
    /// All of it.
    Whole,
}

/// Walks a table, reports what does not fit its section and takes it out.
///
/// Entries of which nothing more can be said are taken out whole: an indicator whose `with` was misspelt would else be
/// reported a second time for having none.
pub(crate) fn check(
    table: &mut DeTable<'_>,
    at: std::ops::Range<usize>,
    section: &Section,
    found: &mut Vec<Finding>,
) -> Left {
    let mut out = Vec::new();
    for (key, _) in table.iter() {
        if !section.keys.iter().any(|k| k.name == key.get_ref().as_ref()) {
            found.push(unknown_key(key, section));
            out.push(key.get_ref().to_string());
        }
    }
    let mut left = if out.is_empty() { Left::Whole } else { Left::Less };
    for key in section.keys {
        let now = match table.get_mut(key.name) {
            None if key.must => {
                found.push(missing_key(key, at.clone(), section));
                Left::Broken
            }
            None => Left::Whole,
            Some(value) => fits(value, key.name, &key.takes, found),
        };
        if now == Left::Broken && !key.must {
            out.push(key.name.to_owned());
            left = left.min(Left::Less);
        } else {
            left = left.min(now);
        }
    }
    for key in out {
        table.remove(key.as_str());
    }
    left
}

fn unknown_key(key: &Spanned<std::borrow::Cow<'_, str>>, section: &Section) -> Finding {
    let name = key.get_ref().as_ref();
    let known: Vec<&str> = section.keys.iter().map(|k| k.name).collect();
    let remedy = match nearest(name, &known) {
        Some(near) => format!("did you mean '{near}'? {} knows {}", section.name, known.join(", ")),
        None => format!("{} knows {}", section.name, known.join(", ")),
    };
    Finding { span: key.span(), message: format!("unknown key '{name}' in {}", section.name), remedy }
}

fn missing_key(key: &Key, at: std::ops::Range<usize>, section: &Section) -> Finding {
    let message = match key.takes {
        Takes::Table(inner) => format!("{} lacks {}", section.name, inner.name),
        _ => format!("{} lacks '{}'", section.name, key.name),
    };
    Finding { span: at, message, remedy: format!("write {}", example(key)) }
}

/// How a key is written.
fn example(key: &Key) -> String {
    let value = match &key.takes {
        Takes::Table(_) if key.name == "sides" => return "sides = { a = \"NATO\", b = \"AZE\" }".to_owned(),
        Takes::Table(section) if section.name.starts_with('[') => return section.name.to_owned(),
        Takes::Table(_) => "{ declared = 0.5, why = \"...\" }".to_owned(),
        Takes::Day => "1994-05-04".to_owned(),
        Takes::Word(words) => return format!("{} = one of {}", key.name, words.join(", ")),
        Takes::Measure => return format!("{} = one of {}", key.name, measure_names().join(", ")),
        Takes::Test => return format!("{} = one of {}", key.name, test_names().join(", ")),
        Takes::Number(_) => "1.0".to_owned(),
        Takes::Whole(least, _) => least.to_string(),
        Takes::List(Takes::Word(words)) => format!("[\"{}\"]", words[0]),
        Takes::List(_) => "[\"...\"]".to_owned(),
        Takes::Id => "\"a-short-name\"".to_owned(),
        Takes::Text | Takes::Tables(_) => "\"...\"".to_owned(),
    };
    format!("{} = {value}", key.name)
}

fn measure_names() -> Vec<&'static str> {
    MEASURES.iter().map(|m| m.name).collect()
}

fn test_names() -> Vec<&'static str> {
    TESTS.iter().map(|t| t.name).collect()
}

/// Whether a value fits; what does not is reported.
fn fits(value: &mut Spanned<DeValue<'_>>, key: &str, takes: &Takes, found: &mut Vec<Finding>) -> Left {
    let span = value.span();
    match (takes, value.get_mut()) {
        (Takes::List(inner), DeValue::Array(array)) => {
            let items = array.iter_mut().map(|item| fits(item, key, inner, found));
            return items.fold(Left::Whole, Left::min);
        }
        (Takes::Table(section), DeValue::Table(table)) => return check(table, span, section, found),
        (Takes::Tables(section), DeValue::Array(array)) => {
            *array = array.iter_mut().filter_map(|item| entry(item, key, section, found)).collect();
            return Left::Whole;
        }
        _ => {}
    }
    let mut wrong = |message: String, remedy: String| {
        found.push(Finding { span: span.clone(), message, remedy });
        false
    };
    let good = match (takes, value.get_ref()) {
        (Takes::Text, DeValue::String(text)) => {
            !text.trim().is_empty() || wrong(format!("'{key}' is empty"), "write a text, or leave the key out".into())
        }
        (Takes::Id, DeValue::String(text)) => {
            let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            (!text.is_empty() && text.chars().all(good))
                || wrong(
                    format!("'{text}' is not a short name"),
                    "write lower-case letters, digits and hyphens, as in nato-azerbaijan".into(),
                )
        }
        (Takes::Word(words), DeValue::String(text)) => word(key, text, words, &mut wrong),
        (Takes::Measure, DeValue::String(text)) => word(key, text, &measure_names(), &mut wrong),
        (Takes::Test, DeValue::String(text)) => word(key, text, &test_names(), &mut wrong),
        (Takes::Number(range), DeValue::Integer(_) | DeValue::Float(_)) => match number(value.get_ref()) {
            Some(x) if range.holds(x) => true,
            _ => wrong(format!("'{key}' must be {}", range.words()), String::new()),
        },
        (Takes::Whole(least, most), DeValue::Integer(n)) => {
            i64::from_str_radix(&n.as_str().replace('_', ""), n.radix())
                .is_ok_and(|n| (*least..=*most).contains(&n))
                || wrong(format!("'{key}' must be a whole number from {least} to {most}"), String::new())
        }
        (Takes::Day, DeValue::Datetime(day)) => {
            let sound = day.date.is_some() && day.time.is_none() && day.offset.is_none();
            sound || wrong(format!("'{key}' must be a day without a time"), "write YYYY-MM-DD, as in 2020-09-27".into())
        }
        (Takes::Day, DeValue::String(text)) if text.parse::<detente_atlas::Day>().is_ok() => {
            wrong(format!("'{key}' is a text, not a date"), format!("write it without quotes: {key} = {text}"))
        }
        (Takes::Day, other) => wrong(
            format!("'{key}' is {}, not a date", kind(other)),
            format!("write YYYY-MM-DD without quotes, as in {key} = 2020-09-27"),
        ),
        (Takes::List(_), DeValue::String(text)) => {
            wrong(format!("'{key}' is a text, not a list"), format!("write {key} = [\"{text}\"]"))
        }
        (Takes::Tables(section), DeValue::Table(_)) => wrong(
            format!("[{0}] stands in single brackets", section.name.trim_matches(['[', ']'])),
            format!("write {}, because there can be several", section.name),
        ),
        (takes, other) => wrong(format!("'{key}' is {}, not {}", kind(other), wanted(takes)), String::new()),
    };
    if good { Left::Whole } else { Left::Broken }
}

/// An entry of a list of tables, where there is enough of it left.
fn entry<'i>(
    item: &mut Spanned<DeValue<'i>>,
    key: &str,
    section: &Section,
    found: &mut Vec<Finding>,
) -> Option<Spanned<DeValue<'i>>> {
    let at = item.span();
    match item.get_mut() {
        DeValue::Table(table) => {
            let least = if section.conditional { Left::Whole } else { Left::Less };
            (check(table, at, section, found) >= least).then(|| item.clone())
        }
        other => {
            found.push(Finding {
                span: at,
                message: format!("'{key}' holds {}, not a table", kind(other)),
                remedy: format!("write {} above each of them", section.name),
            });
            None
        }
    }
}

fn word(key: &str, text: &str, words: &[&str], wrong: &mut dyn FnMut(String, String) -> bool) -> bool {
    words.contains(&text) || wrong(format!("'{text}' is not a value of '{key}'"), remedy(text, words))
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(n) => i64::from_str_radix(&n.as_str().replace('_', ""), n.radix()).ok().map(|n| n as f64),
        DeValue::Float(x) => x.as_str().replace('_', "").parse().ok(),
        _ => None,
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn wanted(takes: &Takes) -> &'static str {
    match takes {
        Takes::Text | Takes::Id | Takes::Word(_) | Takes::Measure | Takes::Test => "a text in quotes",
        Takes::Number(_) => "a number",
        Takes::Whole(..) => "a whole number",
        Takes::Day => "a date",
        Takes::List(_) => "a list in brackets",
        Takes::Table(_) => "a table",
        Takes::Tables(_) => "a list of tables",
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde::de::{Deserialize, Deserializer, Visitor, value::Error};

    use super::*;
    use crate::file;

    /// Asks a type for the names of its fields: the derived code hands them to the deserializer.
    struct Fields<'a>(&'a Cell<&'static [&'static str]>);

    impl<'de> Deserializer<'de> for Fields<'_> {
        type Error = Error;
        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(serde::de::Error::custom("not a struct"))
        }
        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Error> {
            self.0.set(fields);
            Err(serde::de::Error::custom("only the names were wanted"))
        }
        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    fn fields<T: for<'de> Deserialize<'de>>() -> Vec<&'static str> {
        let names = Cell::new(&[][..]);
        assert!(T::deserialize(Fields(&names)).is_err());
        let mut names = names.get().to_vec();
        names.sort_unstable();
        names
    }

    #[test]
    fn the_sections_name_the_keys_that_the_file_holds() {
        for (section, fields) in [
            (&FILE, fields::<file::File>()),
            (&PARTNERSHIP, fields::<file::Head>()),
            (&SIDES, fields::<file::Sides>()),
            (&SETTINGS, fields::<file::Settings>()),
            (&FORMAT, fields::<file::Format>()),
            (&GROUP, fields::<file::GroupEntry>()),
            (&RIVALRY, fields::<file::Rivalry>()),
            (&EVENT, fields::<file::Event>()),
            (&FACTOR, fields::<file::Factor>()),
            (&INDICATOR, fields::<file::Indicator>()),
            (&EXPOSURE, fields::<file::Exposure>()),
            (&SIDE_EXPOSURE, fields::<file::SideExposure>()),
            (&ASSUMPTION, fields::<file::Assumption>()),
            (&TEST, fields::<file::Test>()),
        ] {
            let mut keys: Vec<&str> = section.keys.iter().map(|k| k.name).collect();
            keys.sort_unstable();
            assert_eq!(keys, fields, "{}", section.name);
        }
    }

    #[test]
    fn the_words_are_those_of_the_model() {
        assert_eq!(LEVELS, crate::Level::ALL.map(crate::Level::name));
        assert_eq!(DOMAINS, crate::Domain::ALL.map(crate::Domain::name));
        for expect in TESTS.iter().flat_map(|t| t.expects) {
            assert!(EXPECTS.contains(expect), "{expect}");
        }
    }

    #[test]
    fn every_key_of_a_measure_or_test_is_a_key_of_its_section() {
        let has = |section: &Section, key: &str| section.keys.iter().any(|k| k.name == key);
        for m in MEASURES {
            for key in m.needs.iter().chain(m.may) {
                assert!(has(&INDICATOR, key), "{} {key}", m.name);
                assert!(has(&TEST, key), "{} {key}", m.name);
            }
        }
        for t in TESTS {
            assert!(t.needs.iter().chain(t.may).all(|key| has(&TEST, key)), "{}", t.name);
        }
    }

    /// The reference, cut into its chapters: heading and text.
    fn chapters() -> Vec<(String, String)> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/partnership-file.md");
        let text = std::fs::read_to_string(path).expect("the reference is in docs/");
        let chapters = text.split("\n## ").map(|c| c.split_once('\n').unwrap_or((c, "")));
        chapters.map(|(head, body)| (head.trim_matches('`').to_owned(), body.to_owned())).collect()
    }

    fn chapter<'c>(chapters: &'c [(String, String)], name: &str) -> &'c str {
        let found = chapters.iter().find(|(head, _)| head == name);
        &found.unwrap_or_else(|| panic!("no chapter {name} in the reference")).1
    }

    #[test]
    fn the_reference_names_every_section_and_key() {
        let chapters = chapters();
        for section in [
            &PARTNERSHIP,
            &SETTINGS,
            &LEVEL_WEIGHTS,
            &FORMAT,
            &GROUP,
            &RIVALRY,
            &EVENT,
            &FACTOR,
            &INDICATOR,
            &EXPOSURE,
            &ASSUMPTION,
            &TEST,
        ] {
            let body = chapter(&chapters, section.name);
            let row = |key: &str| body.lines().any(|l| l.starts_with('|') && l.contains(&format!("`{key}`")));
            for key in section.keys {
                assert!(row(key.name), "{} {}", section.name, key.name);
            }
        }
        let exposure = chapter(&chapters, "[[factor.exposure]]");
        for name in SIDE_EXPOSURE.keys.iter().map(|k| k.name).chain(EXPOSURES.iter().copied()) {
            assert!(exposure.contains(&format!("| `{name}` |")), "{name}");
        }
    }

    #[test]
    fn the_reference_gives_the_defaults_of_the_settings() {
        let chapters = chapters();
        let body = chapter(&chapters, "[settings]");
        let defaults = format!("{:?}", file::Settings::default());
        let defaults = defaults.trim_start_matches("Settings { ").trim_end_matches(" }");
        for (key, default) in defaults.split(", ").filter_map(|f| f.split_once(": ")) {
            let line = body.lines().find(|l| l.starts_with(&format!("| `{key}`"))).expect(key);
            let cell: f64 = line.split('|').nth(3).and_then(|c| c.trim().parse().ok()).expect(key);
            assert_eq!(cell, default.parse::<f64>().expect(key), "{key}");
        }
    }

    #[test]
    fn the_reference_has_a_row_for_every_measure_and_test() {
        use crate::measures::Every;
        let chapters = chapters();
        let cells = |body: &str, name: &str| -> Vec<String> {
            let line = body.lines().find(|l| l.starts_with(&format!("| `{name}` |")));
            let line = line.unwrap_or_else(|| panic!("no row for {name}"));
            line.split('|').map(|c| c.trim().to_owned()).collect()
        };
        let listed = |keys: &[&str]| keys.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
        for m in MEASURES {
            let row = cells(chapter(&chapters, "Measures"), m.name);
            let every = match m.every {
                Every::Month => "month",
                Every::Year => "year",
                Every::Date => "date",
                Every::Now => "now",
            };
            assert_eq!(row[2..4], [listed(m.needs), listed(m.may)], "{}", m.name);
            assert_eq!(row[5..7], [every, m.usually_worse], "{}", m.name);
        }
        for t in TESTS {
            let row = cells(chapter(&chapters, "[[assumption.test]]"), t.name);
            assert!(t.needs.iter().chain(t.expects).all(|k| row[2].contains(&format!("`{k}`"))), "{}", t.name);
            assert_eq!(row[3], listed(t.may), "{}", t.name);
        }
    }

    #[test]
    fn the_example_of_the_reference_is_sound() {
        let chapters = chapters();
        let example = chapters[0].1.split("```toml\n").nth(1).and_then(|t| t.split("```").next()).expect("an example");
        let checked = crate::check_text(example, "example.toml").unwrap_or_else(|e| panic!("{e}"));
        assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
        assert_eq!(checked.partnership.factors.len(), 3);
    }
}
