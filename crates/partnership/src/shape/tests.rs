//! The sections against the types that they mirror, and the reference against the sections.

use std::cell::Cell;

use serde::de::{Deserialize, Deserializer, Visitor, value::Error};

use super::Section;
use super::sections::*;
use crate::file;
use crate::measures::{MEASURES, TESTS};

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
        assert!(
            t.needs.iter().chain(t.may).all(|key| has(&TEST, key)),
            "{}",
            t.name
        );
    }
}

/// The reference, cut into its chapters: heading and text.
fn chapters() -> Vec<(String, String)> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/partnership-file.md"
    );
    let text = std::fs::read_to_string(path).expect("the reference is in docs/");
    let chapters = text
        .split("\n## ")
        .map(|c| c.split_once('\n').unwrap_or((c, "")));
    chapters
        .map(|(head, body)| (head.trim_matches('`').to_owned(), body.to_owned()))
        .collect()
}

fn chapter<'c>(chapters: &'c [(String, String)], name: &str) -> &'c str {
    let found = chapters.iter().find(|(head, _)| head == name);
    &found
        .unwrap_or_else(|| panic!("no chapter {name} in the reference"))
        .1
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
        let row = |key: &str| {
            body.lines()
                .any(|l| l.starts_with('|') && l.contains(&format!("`{key}`")))
        };
        for key in section.keys {
            assert!(row(key.name), "{} {}", section.name, key.name);
        }
    }
    let exposure = chapter(&chapters, "[[factor.exposure]]");
    for name in SIDE_EXPOSURE
        .keys
        .iter()
        .map(|k| k.name)
        .chain(EXPOSURES.iter().copied())
    {
        assert!(exposure.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn the_reference_gives_the_defaults_of_the_settings() {
    let chapters = chapters();
    let body = chapter(&chapters, "[settings]");
    let defaults = format!("{:?}", file::Settings::default());
    let defaults = defaults
        .trim_start_matches("Settings { ")
        .trim_end_matches(" }");
    for (key, default) in defaults.split(", ").filter_map(|f| f.split_once(": ")) {
        let line = body
            .lines()
            .find(|l| l.starts_with(&format!("| `{key}`")))
            .expect(key);
        let cell: f64 = line
            .split('|')
            .nth(3)
            .and_then(|c| c.trim().parse().ok())
            .expect(key);
        assert_eq!(cell, default.parse::<f64>().expect(key), "{key}");
    }
}

#[test]
fn the_reference_has_a_row_for_every_measure_and_test() {
    use crate::measures::Every;
    let chapters = chapters();
    let cells = |body: &str, name: &str| -> Vec<String> {
        let line = body
            .lines()
            .find(|l| l.starts_with(&format!("| `{name}` |")));
        let line = line.unwrap_or_else(|| panic!("no row for {name}"));
        line.split('|').map(|c| c.trim().to_owned()).collect()
    };
    let listed = |keys: &[&str]| {
        keys.iter()
            .map(|k| format!("`{k}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
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
        assert!(
            t.needs
                .iter()
                .chain(t.expects)
                .all(|k| row[2].contains(&format!("`{k}`"))),
            "{}",
            t.name
        );
        assert_eq!(row[3], listed(t.may), "{}", t.name);
    }
}

#[test]
fn the_example_of_the_reference_is_sound() {
    let chapters = chapters();
    let example = chapters[0]
        .1
        .split("```toml\n")
        .nth(1)
        .and_then(|t| t.split("```").next())
        .expect("an example");
    let checked = crate::check_text(example, "example.toml").unwrap_or_else(|e| panic!("{e}"));
    assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
    assert_eq!(checked.partnership.factors.len(), 3);
}
