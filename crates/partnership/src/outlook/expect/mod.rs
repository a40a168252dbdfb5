//! What the sides are likely to do to each other in the next days, why, and what would be a surprise.
//!
//! [`expect`] learns from the events of all actors and gives every chance between two parties ([`Expected`]). [`of_sides`] is what a brief
//! tells of it ([`Expectation`]): a few types of event in each direction, each with the rows behind its strongest reason, and what such
//! chances were worth before. Chances of a window that is over say nothing of today, so a brief has none then ([`Silence::Over`]).

mod history;
mod reason;
mod told;
mod worth;

pub use detente_forecast::link::within::{Recent, Rule, TermKind};
pub use history::Events;
pub use reason::{Reason, reasons};
pub use told::{Expectation, Told, TypeOfEvent, Unlikely, of_sides};
pub use worth::{Said, Worth};

use std::fmt;

use detente_atlas::{Day, Quad};
use detente_forecast::link::within::{Chance, Odd, Settings, Surprise, Within, odd};
use detente_lake::{Lake, LakeError};

use crate::model::Party;

/// Data sets of the ICEWS coding system, the more complete first: as in the assessment, and what users bring.
pub const DATASETS: [&str; 4] = ["icews-18", "icews-events", "icews-21", "icews"];

/// How finely events are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Types {
    /// By single CAMEO codes.
    Cameo,
    /// By the 20 roots of CAMEO.
    Root,
    /// By the four quad classes.
    Quad,
}

/// What is asked of a lake.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// Data sets of events, the more complete first.
    pub datasets: &'a [&'static str],
    /// What was known on this day is read.
    pub as_of: Day,
    /// How finely events are told apart.
    pub types: Types,
    /// Length of the window after the last complete day, in days: 1 to 366.
    pub days: u32,
    /// At most so many types that would be a surprise in each direction.
    pub odd: usize,
}

/// Why nothing is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// No data set has any day complete.
    Unseen,
    /// The window after the last complete day is over on the day of the brief.
    Over {
        /// The last complete day.
        last: Day,
    },
    /// A party had no member on the last complete day.
    NoMember {
        /// Its name.
        party: String,
        /// The last complete day.
        last: Day,
    },
    /// Both parties are one and the same actor.
    OneActor {
        /// Its name.
        party: String,
    },
    /// There is too little to learn from.
    Unlearnt {
        /// Monitored days.
        days: usize,
        /// The last complete day.
        last: Day,
        /// What is lacking.
        why: String,
    },
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Silence::Unseen => write!(f, "no day is complete"),
            Silence::Over { last } => write!(f, "no day after {last} is complete"),
            Silence::NoMember { party, last } => {
                write!(f, "{party} has no member on {last}, the last monitored day")
            }
            Silence::OneActor { party } => write!(f, "{party} cannot be forecast with itself"),
            Silence::Unlearnt { days, last, why } => write!(
                f,
                "nothing can be learnt from the {days} monitored days up to {last} ({why})"
            ),
        }
    }
}

/// What two parties are likely to do to each other, all of it.
#[derive(Debug)]
pub struct Expected {
    /// The events learnt from.
    pub events: Events,
    /// The members of both parties on the last complete day.
    pub sides: [Vec<u32>; 2],
    /// Length of the window after that day, in days.
    pub days: u32,
    /// The chances of all types in all pairs, the most probable first: from the first party to the second, and back.
    pub chances: [Vec<Chance>; 2],
    /// What would be a surprise, in the same order.
    pub odd: [Vec<Odd>; 2],
    /// How surprising the events of the last window before that day were, the most surprising first; `None` if the history before it was
    /// too short to learn from.
    pub came: Option<Vec<Surprise>>,
}

/// Learns before the last window, so that its events can surprise, and brings the memory up to the last complete day.
///
/// # Errors
/// The lake cannot be read.
pub fn expect(
    lake: &Lake,
    of: &Party,
    with: &Party,
    asked: &Asked<'_>,
) -> Result<Result<Expected, Silence>, LakeError> {
    let events = match Events::load(lake, asked.datasets, asked.as_of, asked.types)? {
        Ok(events) => events,
        Err(silence) => return Ok(Err(silence)),
    };
    Ok(sides(&events, of, with)
        .and_then(|sides| learnt(&events, &sides, asked.days).map(|made| (sides, made)))
        .map(|(sides, (within, came))| {
            let [one, other] = &sides;
            let chances = [within.chances(one, other), within.chances(other, one)];
            let odd = chances.each_ref().map(|of| odd(of, asked.odd));
            Expected {
                events,
                sides,
                days: asked.days,
                chances,
                odd,
                came,
            }
        }))
}

/// The members of both parties on the last complete day.
fn sides(events: &Events, of: &Party, with: &Party) -> Result<[Vec<u32>; 2], Silence> {
    let sides = [of, with].map(|party| events.ids(&party.members(events.origin)));
    for (party, side) in [of, with].into_iter().zip(&sides) {
        if side.is_empty() {
            return Err(Silence::NoMember {
                party: party.name.clone(),
                last: events.origin,
            });
        }
    }
    match (sides[0].as_slice(), sides[1].as_slice()) {
        ([a], [b]) if a == b => Err(Silence::OneActor {
            party: of.name.clone(),
        }),
        _ => Ok(sides),
    }
}

/// What the events teach up to the last complete day, and how surprising those of the last window were.
type Learnt = (Within, Option<Vec<Surprise>>);

fn learnt(events: &Events, sides: &[Vec<u32>; 2], days: u32) -> Result<Learnt, Silence> {
    let history = events.history();
    let settings = Settings::days(days);
    let before = events.origin.plus(-(days as i32));
    let unlearnt = |e: detente_forecast::Error| Silence::Unlearnt {
        days: events.days.0,
        last: events.origin,
        why: e.to_string(),
    };
    if let Ok(mut within) = Within::learn(&history, before.0, &settings) {
        let came = within.surprises(&events.between(&sides[0], &sides[1], before));
        within
            .advance(&history, events.origin.0)
            .map_err(unlearnt)?;
        return Ok((within, Some(came)));
    }
    let within = Within::learn(&history, events.origin.0, &settings).map_err(unlearnt)?;
    Ok((within, None))
}

/// A quad class in words.
pub fn class_name(class: u8) -> &'static str {
    match Quad::of_number(class) {
        Some(Quad::VerbalCooperation) => "verbal cooperation",
        Some(Quad::MaterialCooperation) => "material cooperation",
        Some(Quad::VerbalConflict) => "verbal conflict",
        Some(Quad::MaterialConflict) => "material conflict",
        None => "a type without class",
    }
}
