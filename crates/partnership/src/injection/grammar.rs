//! How events are written, and what is said of a text that is not so written.

use std::ops::Range;

use detente_atlas::{Actor, Group, Kind, Month};

use super::{Class, Deed, Injection};
use crate::model::Party;
use crate::nearest::{nearest, remedy};
use crate::place::{Finding, Problem, Source};

/// What is wrong with a text, and where in it.
type Fault = Finding;

const FORM: &str =
    "write FROM->TO CLASS [MONTH] xTIMES, as in RUS->GEO material-conflict 2025-03 x5";

/// Who is meant by a text; an error says why it is nobody.
pub(crate) type Resolve<'a> = &'a dyn Fn(&str) -> Result<Party, String>;

/// Reads one injection.
pub(crate) fn injection(text: &str, party: Resolve<'_>) -> Result<Injection, Fault> {
    let words = Words::of(text);
    let (deed, rest) = deed_of(text, &words, party)?;
    let (months, rest) = match rest.split_first() {
        Some((word, rest)) if word.text.starts_with(|c: char| c.is_ascii_digit()) => {
            (Some(months(word)?), rest)
        }
        _ => (None, rest),
    };
    let Some((size, rest)) = rest.split_first() else {
        return Err(fault(
            text.len()..text.len(),
            "the multiple of the usual month is lacking",
            "end with x and a number, as in x5; x0 for none at all",
        ));
    };
    let times = size
        .text
        .strip_prefix('x')
        .and_then(|t| t.parse::<f64>().ok())
        .filter(|t| t.is_finite() && *t >= 0.0 && *t <= MOST_TIMES);
    let times = times.ok_or_else(|| {
        fault(
            size.span(),
            format!("'{}' is no multiple of the usual month", size.text),
            "write x and a number from 0 to 1000, as in x5; a month before it as YYYY-MM",
        )
    })?;
    over(rest)?;
    Ok(Injection {
        deed,
        months,
        times,
    })
}

/// Largest multiple that is taken.
const MOST_TIMES: f64 = 1000.0;

/// Reads a deed that stands alone, as in the library: its size is measured.
pub(crate) fn deed(text: &str, party: Resolve<'_>) -> Result<Deed, Fault> {
    let words = Words::of(text);
    let (deed, rest) = deed_of(text, &words, party)?;
    over(rest)?;
    Ok(deed)
}

/// Reads several injections, set apart by `;`, from the command line. `name` stands for the option in messages.
pub(crate) fn injections(
    name: &str,
    text: &str,
    party: Resolve<'_>,
) -> Result<Vec<Injection>, Vec<Problem>> {
    let mut found = Vec::new();
    let mut faults = Vec::new();
    let mut start = 0;
    for part in text.split(';') {
        match injection(part, party) {
            Ok(injection) => found.push(injection),
            Err(mut fault) => {
                fault.span = fault.span.start + start..fault.span.end + start;
                faults.push(fault);
            }
        }
        start += part.len() + 1;
    }
    if faults.is_empty() {
        return Ok(found);
    }
    Err(Source { name, text }.problems(faults))
}

/// Reads `2025-03` or `2025-03..2025-06`.
pub(crate) fn read_months(text: &str) -> Result<(i32, i32), Fault> {
    months(&Word { text, start: 0 })
}

fn deed_of<'w, 't>(
    text: &'t str,
    words: &'w Words<'t>,
    party: Resolve<'_>,
) -> Result<(Deed, &'w [Word<'t>]), Fault> {
    let Some(at) = text.find("->") else {
        return Err(fault(
            0..text.len(),
            "no arrow says who does it to whom",
            FORM,
        ));
    };
    let both = text[..at].ends_with('<');
    let arrow = if both { at - 1..at + 2 } else { at..at + 2 };
    // the class is the first word behind the arrow that is not part of a party
    let class = words
        .0
        .iter()
        .position(|w| w.start >= arrow.end && Class::ALL.iter().any(|c| c.name() == w.text));
    let Some(class) = class else {
        let behind = words.0.iter().filter(|w| w.start > arrow.end);
        let names: Vec<&str> = Class::ALL.iter().map(|c| c.name()).collect();
        let meant = behind
            .clone()
            .find(|w| nearest(w.text, &names).is_some())
            .or_else(|| {
                behind
                    .clone()
                    .find(|w| w.text.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
            })
            .or_else(|| behind.clone().next_back());
        return Err(match meant {
            Some(word) => fault(
                word.span(),
                format!("'{}' is no class of events", word.text),
                remedy(word.text, &names),
            ),
            None => fault(
                text.len()..text.len(),
                "the class of events is lacking",
                format!("known: {}", names.join(", ")),
            ),
        });
    };
    let word = &words.0[class];
    let who = |span: Range<usize>| -> Result<Party, Fault> {
        let written = &text[span.clone()];
        let from = span.start + (written.len() - written.trim_start().len());
        let name = written.trim();
        if name.is_empty() {
            return Err(fault(arrow.clone(), "nobody stands beside the arrow", FORM));
        }
        party(name).map_err(|why| {
            fault(
                from..from + name.len(),
                why,
                "name an actor (ISO 3166-1 alpha-3), a bloc, an expression or a group of the file",
            )
        })
    };
    let (from, to) = (who(0..arrow.start)?, who(arrow.end..word.start)?);
    let alone = Actor::from_id(&from.id).is_some_and(|a| a.kind() == Kind::State);
    if from.id == to.id && alone {
        return Err(fault(
            arrow.end..word.start,
            format!("'{}' does it to itself: that is no relation", to.id),
            "name two different actors",
        ));
    }
    let class = Class::ALL
        .into_iter()
        .find(|c| c.name() == word.text)
        .expect("it was found by name");
    let deed = Deed {
        from,
        to,
        both,
        class,
    };
    let behind = words.0.iter().position(|w| w.start > word.start);
    Ok((deed, &words.0[behind.unwrap_or(words.0.len())..]))
}

fn months(word: &Word<'_>) -> Result<(i32, i32), Fault> {
    let one = |text: &str| -> Option<i32> {
        let (year, month) = text.split_once('-')?;
        let (year, month) = (year.parse::<i32>().ok()?, month.parse::<u32>().ok()?);
        let sound = text.len() == 7 && (1..=12).contains(&month) && year >= 1000;
        sound.then(|| Month::new(year, month).0)
    };
    let found = match word.text.split_once("..") {
        Some((from, to)) => one(from).zip(one(to)),
        None => one(word.text).map(|m| (m, m)),
    };
    found.filter(|(from, to)| from <= to).ok_or_else(|| {
        fault(
            word.span(),
            format!("'{}' is no month", word.text),
            "write YYYY-MM, as in 2025-03, or two of them for all between, as in 2025-03..2025-06",
        )
    })
}

fn over(rest: &[Word<'_>]) -> Result<(), Fault> {
    match rest.first() {
        None => Ok(()),
        Some(word) => Err(fault(
            word.span(),
            format!("'{}' stands behind the end", word.text),
            FORM,
        )),
    }
}

fn fault(span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) -> Fault {
    Finding {
        span,
        message: message.into(),
        remedy: remedy.into(),
    }
}

/// A party by an expression over actors.
pub(crate) fn expression(text: &str, name: String) -> Result<Party, String> {
    let group: Group = text.parse().map_err(|e| format!("{e}"))?;
    Ok(Party {
        name,
        id: text.to_owned(),
        group,
    })
}

/// A word and where it begins.
struct Word<'t> {
    text: &'t str,
    start: usize,
}

impl Word<'_> {
    fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

struct Words<'t>(Vec<Word<'t>>);

impl<'t> Words<'t> {
    fn of(text: &'t str) -> Self {
        let words = text.split_whitespace();
        Self(
            words
                .map(|word| Word {
                    text: word,
                    start: word.as_ptr() as usize - text.as_ptr() as usize,
                })
                .collect(),
        )
    }
}
