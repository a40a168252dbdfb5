//! What is forecast, in the terms in which it is settled later: by the very code that gave the past values.

use detente_atlas::By;
use detente_forecast::Panel;
use detente_forecast::rupture::robust_z;

use super::panel::on_grid;
use crate::engine::measure::covered_years;
use crate::engine::series::{index_series, windows};
use crate::file::Settings;
use crate::model::Party;
use crate::world::{Stream, World, clock};

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

/// Own months before the first robust z.
pub const LEAST_MONTHS: usize = 24;
/// Militarised disputes and armed conflicts.
pub const DISPUTES: &str = "mid-cow";
/// Armed conflicts.
pub const CONFLICTS: &str = "ucdp-acd";

/// The kinds of events of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// The monthly index of the two sides lies far below its own past in one of the months.
    Rupture,
    /// The two sides have a militarised dispute in the year.
    Dispute,
    /// A member of one side and one of the other fight each other in the year.
    ConflictBetween,
    /// An armed conflict is fought in a member of the side in the year.
    ConflictIn,
}

impl EventKind {
    /// Each of them.
    pub const ALL: [Self; 4] = [
        Self::Rupture,
        Self::Dispute,
        Self::ConflictBetween,
        Self::ConflictIn,
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rupture => "rupture",
            Self::Dispute => "dispute",
            Self::ConflictBetween => "armed-conflict-between",
            Self::ConflictIn => "armed-conflict-in",
        }
    }
}

/// An event of interest, in the terms in which it is settled.
#[derive(Debug, Clone)]
pub struct EventQuestion {
    /// What happens.
    pub kind: EventKind,
    /// To whom: two parties, or one for [`EventKind::ConflictIn`].
    pub sides: Vec<Party>,
    /// The stream of a rupture, or the data set of the others.
    pub source: String,
    /// The settings that a rupture depends on.
    pub settings: Settings,
}

/// Whether the event came ([`Settled::Value`] 1) or not (0) in the periods `target`, first and last: months for a rupture, else years.
pub fn settle_event(world: &World, question: &EventQuestion, target: (i32, i32)) -> Settled {
    let by = match question.kind {
        EventKind::Rupture => By::Month,
        _ => By::Year,
    };
    if clock::last_day(by, target.1) >= world.as_of {
        return Settled::NotYet;
    }
    let came = match question.kind {
        EventKind::Rupture => ruptured(world, question, target),
        _ => recorded(world, question, target.1),
    };
    came.map_or(Settled::Unmonitored, |came| {
        Settled::Value(f64::from(u8::from(came)))
    })
}

/// Whether one of the months lies that far below; `None` if none does and one of them has no reading.
fn ruptured(world: &World, question: &EventQuestion, (first, last): (i32, i32)) -> Option<bool> {
    let [of, with] = question.sides.as_slice() else {
        return None;
    };
    let s = &question.settings;
    let points = index_series(world.stream(&question.source)?, of, with, 1, s);
    let from = points.first()?.0;
    let panel = Panel::new(from, &[on_grid(&points, from, last)]).ok()?;
    let z = robust_z(&panel, LEAST_MONTHS).ok()?;
    let months: Vec<Option<f64>> = (first..=last).map(|t| z.get(0, t)).collect();
    if months.iter().flatten().any(|z| *z < -s.rupture_z) {
        return Some(true);
    }
    months.iter().all(Option::is_some).then_some(false)
}

/// Whether the yearly records have it; `None` for a year that they do not cover.
fn recorded(world: &World, question: &EventQuestion, year: i32) -> Option<bool> {
    if !covered_years(world, &question.source).contains(&year) {
        return None;
    }
    let on = clock::last_day(By::Year, year);
    let members: Vec<_> = question.sides.iter().map(|p| p.members(on)).collect();
    let variable = match question.kind {
        EventKind::Dispute => "dispute",
        EventKind::ConflictBetween => "conflict-between",
        _ => "conflict-in",
    };
    let mut records = world
        .records
        .within(&question.source, variable)
        .filter(|r| (r.start.year()..=r.end.year()).contains(&year));
    Some(match members.as_slice() {
        [inside] => records.any(|r| inside.contains(&r.actor)),
        [a, b] => records.any(|r| {
            r.partner.is_some_and(|partner| {
                (a.contains(&r.actor) && b.contains(&partner))
                    || (b.contains(&r.actor) && a.contains(&partner))
            })
        }),
        _ => return None,
    })
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
