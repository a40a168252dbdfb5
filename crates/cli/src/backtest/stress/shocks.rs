//! The declared shocks: which, between whom, and what counts.

use std::path::Path;

use detente_atlas::{Actor, Day};
use serde::Deserialize;

use crate::error::{CliError, Result};

/// The file that ships with the program.
const SHIPPED: &str = include_str!("../../../../../shocks/declared.toml");
const SHIPPED_NAME: &str = "shocks/declared.toml";

/// All that was declared before the first run.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// Where it stands.
    pub file: String,
    /// Relative entropy of the test, in nats.
    pub k: f64,
    /// Others that are reported beside it.
    pub also: Vec<f64>,
    /// Months of the horizon; that of the shock is the first.
    pub months: usize,
    /// Fewest months of past with an index.
    pub past: usize,
    /// Share of cases that are to lie inside.
    pub bar: f64,
    pub shocks: Vec<Shock>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Shock {
    pub id: String,
    pub title: String,
    pub day: Day,
    /// One word: war, clash, strike, rupture, sanctions.
    pub kind: String,
    /// Pairs of states, each and its two in the order of the alphabet.
    pub pairs: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    k: f64,
    also: Vec<f64>,
    months: usize,
    past: usize,
    bar: f64,
    shock: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    title: String,
    day: String,
    kind: String,
    pairs: Vec<String>,
}

/// Those of a file, or the shipped ones.
pub fn read(file: Option<&Path>) -> Result<Declared> {
    let Some(path) = file else {
        return parse(SHIPPED, SHIPPED_NAME);
    };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| {
        CliError::Given(format!(
            "--shocks {name}: {e}: name a file like shocks/declared.toml"
        ))
    })?;
    parse(&text, &name)
}

fn parse(text: &str, name: &str) -> Result<Declared> {
    let wrong = |what: String| CliError::Given(format!("{name}: {what}"));
    let file: File = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
    let ks = || std::iter::once(file.k).chain(file.also.iter().copied());
    if !ks().all(|k| k > 0.0 && k.is_finite()) {
        return Err(wrong("k and also must be above 0".to_owned()));
    }
    if file.past < LEAST_PAST || !(1..=MOST_MONTHS).contains(&file.months) {
        return Err(wrong(format!(
            "past must be {LEAST_PAST} or more and months 1 to {MOST_MONTHS}"
        )));
    }
    if !(file.bar > 0.0 && file.bar <= 1.0) {
        return Err(wrong("bar must be a share above 0".to_owned()));
    }
    let mut shocks: Vec<Shock> = Vec::new();
    for entry in file.shock {
        let wrong = |what: String| wrong(format!("shock '{}': {what}", entry.id));
        if shocks.iter().any(|s| s.id == entry.id) {
            return Err(wrong("the id stands twice: give each its own".to_owned()));
        }
        let day = entry
            .day
            .parse()
            .map_err(|_| wrong(format!("day = '{}': write it as 2020-09-27", entry.day)))?;
        let pairs: Result<Vec<_>> = entry.pairs.iter().map(|p| pair(p).map_err(wrong)).collect();
        let pairs = pairs?;
        if pairs.is_empty() {
            return Err(wrong("pairs is empty: name one at least".to_owned()));
        }
        shocks.push(Shock {
            id: entry.id,
            title: entry.title,
            day,
            kind: entry.kind,
            pairs,
        });
    }
    if shocks.is_empty() {
        return Err(wrong("no [[shock]]: declare one at least".to_owned()));
    }
    Ok(Declared {
        file: name.to_owned(),
        k: file.k,
        also: file.also,
        months: file.months,
        past: file.past,
        bar: file.bar,
        shocks,
    })
}

/// What a forecast of a pair takes at least, and how far ahead is still told by months.
const LEAST_PAST: usize = 12;
const MOST_MONTHS: usize = 36;

fn pair(text: &str) -> std::result::Result<(String, String), String> {
    let actor = |id: &str| {
        Actor::from_id(id)
            .map(|a| a.id().to_owned())
            .ok_or_else(|| {
                format!("pair '{text}': there is no actor '{id}' (`detente actors` finds ids)")
            })
    };
    match text.split_once('-') {
        Some((a, b)) if a != b => {
            let (a, b) = (actor(a)?, actor(b)?);
            Ok(if a < b { (a, b) } else { (b, a) })
        }
        _ => Err(format!(
            "pair '{text}': write two ids with a dash, as ARM-AZE"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "k = 3.0\nalso = []\nmonths = 3\npast = 12\nbar = 0.8\n";

    fn with(rest: &str) -> Result<Declared> {
        parse(&format!("{HEAD}{rest}"), "mine.toml")
    }

    #[test]
    fn the_shipped_shocks_are_sound_and_many() {
        let all = read(None).unwrap();
        assert!(all.shocks.len() >= 20 && all.k == 3.0 && all.bar == 0.8);
        let karabakh = all.shocks.iter().find(|s| s.id == "karabakh-2020").unwrap();
        assert_eq!(karabakh.day, Day::from_ymd(2020, 9, 27).unwrap());
        assert_eq!(karabakh.pairs[0], ("ARM".to_owned(), "AZE".to_owned()));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let shock = |day: &str, pairs: &str| {
            format!(
                "[[shock]]\nid = \"x\"\ntitle = \"t\"\nkind = \"war\"\nday = \"{day}\"\npairs = [{pairs}]\n"
            )
        };
        let error = |text: &str| with(text).unwrap_err().to_string();
        let good = shock("2020-09-27", "\"AZE-ARM\"");
        assert_eq!(with(&good).unwrap().shocks[0].pairs[0].0, "ARM");
        assert!(error(&shock("27.9.2020", "\"ARM-AZE\"")).contains("mine.toml: shock 'x': day"));
        assert!(error(&shock("2020-09-27", "\"ARM-QQQ\"")).contains("no actor 'QQQ'"));
        assert!(error(&shock("2020-09-27", "\"ARM\"")).contains("with a dash"));
        assert!(error(&shock("2020-09-27", "")).contains("pairs is empty"));
        assert!(error(&format!("{good}{good}")).contains("stands twice"));
        assert!(parse("k = 3.0", "mine.toml").is_err());
    }
}
