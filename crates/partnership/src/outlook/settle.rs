//! What is forecast, in the terms in which it is settled later: by the very code that gave the past values.

use crate::engine::series::{index_series, windows};
use crate::file::Settings;
use crate::model::Party;
use crate::world::{Stream, World, clock};
use detente_atlas::By;

/// The monthly relation index of two parties in one stream.
#[derive(Debug, Clone)]
pub struct Question {
    /// Id of the stream.
    pub stream: String,
    /// One party.
    pub of: Party,
    /// The other.
    pub with: Party,
    /// The settings that the index depends on.
    pub settings: Settings,
}

/// What came of a question in a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Settled {
    /// The value of the index.
    Value(f64),
    /// The month was not over on the day.
    NotYet,
    /// Too little of the month was monitored, or nothing was known of it on the day: no value, and not 0.
    Unmonitored,
    /// The month was monitored and the two had nothing to do with each other: the index has no value.
    Quiet,
}

/// The value that the stream gives of the two in a month, as far as the world knows on its day.
pub fn settle(world: &World, question: &Question, month: i32) -> Settled {
    if clock::last_day(By::Month, month) >= world.as_of {
        return Settled::NotYet;
    }
    match world.stream(&question.stream) {
        Some(stream) => settled(stream, question, month),
        None => Settled::Unmonitored,
    }
}

fn settled(stream: &Stream, question: &Question, month: i32) -> Settled {
    let Question {
        of, with, settings, ..
    } = question;
    let mut own = stream.pooled(of, with);
    own.retain(|(t, _)| *t == month);
    if windows(stream, &own, 1, settings).is_empty() {
        return Settled::Unmonitored;
    }
    let found = index_series(stream, of, with, 1, settings)
        .into_iter()
        .find(|(t, _)| *t == month);
    found.map_or(Settled::Quiet, |(_, value)| Settled::Value(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::stream_tests::{counts, party};

    const JAN: i32 = 12 * 2010;

    #[test]
    fn an_unmonitored_month_is_neither_zero_nor_quiet() {
        let rows = [
            ("AZE", "TUR", JAN, 3.0, 1.0),
            ("AZE", "TUR", JAN + 2, 3.0, 1.0),
        ];
        let stream = counts(
            &rows,
            &[(JAN, 1.0), (JAN + 1, 1.0), (JAN + 2, 0.3), (JAN + 4, 1.0)],
        );
        let question = Question {
            stream: "icews".to_owned(),
            of: party("AZE"),
            with: party("TUR"),
            settings: Settings::default(),
        };
        let at = |month| settled(&stream, &question, month);
        // with a = 1/2: ln(3.5 / 1.5)
        assert_eq!(at(JAN), Settled::Value((3.5f64 / 1.5).ln()));
        assert_eq!(at(JAN + 1), Settled::Quiet);
        assert_eq!(at(JAN + 2), Settled::Unmonitored);
        assert_eq!(at(JAN + 3), Settled::Unmonitored);
    }
}
