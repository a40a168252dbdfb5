//! What chances of events were worth: rolling origins, beside the baselines.

use std::collections::BTreeMap;

use super::baselines::Usual;
use super::features::Lens;
use super::learn::{came, of_pair};
use super::state::trace;
use super::{History, Settings, Within};
use crate::link::Fact;
use crate::verify::binary::{brier, log_score};
use crate::{Error, on_all_cores};

/// Forecasters, ours first.
pub const FORECASTERS: [&str; 4] = [
    "detente",
    "frequency-and-state",
    "climatology",
    "persistence",
];

/// Number of forecasters.
pub const N: usize = FORECASTERS.len();

/// Pieces in which the pairs of an origin are gone through.
const PIECES: usize = 32;

/// Bins of a log odd for reliability.
const BINS_PER_LOG_ODD: f64 = 20.0;

/// What was known of a type of event in a pair at the origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It happened within the window before the origin.
    On,
    /// It had happened, but not in that window: if it comes, it comes again.
    Quiet,
    /// It had never happened in the pair.
    Never,
}

/// Scores of all cells of one pair at one origin that are alike in class and standing.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The origin.
    pub origin: i32,
    /// Who.
    pub subject: u32,
    /// To whom.
    pub object: u32,
    /// Quad class of the types, 0 to 4.
    pub class: u8,
    /// What was known.
    pub standing: Standing,
    /// How many cells.
    pub cells: u32,
    /// In how many the event came.
    pub events: u32,
    /// Sum of Brier scores by forecaster.
    pub brier: [f64; N],
    /// Sum of log scores in bits by forecaster.
    pub bits: [f64; N],
}

/// Cells whose probabilities are about equal.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// Sum of the probabilities.
    pub probability: f64,
    /// Cells.
    pub cells: u64,
    /// Cells in which the event came.
    pub events: u64,
}

/// What a backtest found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// By origin, pair, class and standing.
    pub scored: Vec<Scored>,
    /// By quad class, forecaster and bin of the probability's log odds.
    pub bins: BTreeMap<(u8, usize, i32), Bin>,
    /// Events that came in pairs in which nothing had ever been seen, in neither direction or only in the other: not scored.
    pub unseen: u64,
}

/// Learns at the first of the origins, then forecasts at each what comes in the days after it: all types of event seen so far, in all pairs in which
/// anything was ever seen in that direction. Origins whose window was not wholly monitored are left out. Origins ascend.
///
/// # Errors
/// As [`Within::learn`]; no origin with a monitored window.
pub fn run(history: &History, origins: &[i32], settings: &Settings) -> Result<Found, Error> {
    run_of(history, origins, settings, |_, _| true)
}

/// The same for some pairs only, of which `of` is told the subject and the object. What is learnt is learnt from all.
///
/// # Errors
/// As [`run`].
pub fn run_of(
    history: &History,
    origins: &[i32],
    settings: &Settings,
    of: impl Fn(u32, u32) -> bool,
) -> Result<Found, Error> {
    let settled: Vec<i32> = origins
        .iter()
        .copied()
        .filter(|o| history.monitored.settled(*o, settings.days))
        .collect();
    let Some(&first) = settled.first() else {
        return Err(Error::TooFew {
            what: "origins with a monitored window",
            needed: 1,
            found: 0,
        });
    };
    let mut within = Within::learn(history, first, settings)?;
    let mut found = Found::default();
    for origin in settled {
        within.advance(history, origin)?;
        at(&within, history, &of, &mut found);
    }
    Ok(found)
}

fn at(within: &Within, history: &History, of: &impl Fn(u32, u32) -> bool, found: &mut Found) {
    let (state, model) = (&within.state, &within.model);
    let origin = within.origin();
    let lens = Lens::new(state, within.days());
    let usual = Usual::of(state, within.days());
    let came = came(history, origin, within.days());
    let pairs: Vec<(u32, u32)> = state
        .pairs
        .keys()
        .copied()
        .filter(|(s, o)| of(*s, *o))
        .collect();
    let seen: Vec<bool> = (0..state.relations() as u32)
        .map(|r| trace(&state.everywhere.relations, r).is_some())
        .collect();
    let made = on_all_cores(PIECES, |piece| {
        let mut part = Found::default();
        let (from, to) = (
            piece * pairs.len() / PIECES,
            (piece + 1) * pairs.len() / PIECES,
        );
        for &(subject, object) in &pairs[from..to] {
            let mut kinds: BTreeMap<(u8, Standing), Scored> = BTreeMap::new();
            let came = of_pair(&came, (subject, object));
            let pair = state.pairs.get(&(subject, object));
            let wanted = |r: u32, own| seen[r as usize].then_some(own);
            lens.rows(subject, object, wanted, |r, row, own| {
                let came = came.binary_search(&(subject, object, r)).is_ok();
                let past = usual.past(state, pair, r);
                let standing = match (own, past.on) {
                    (_, true) => Standing::On,
                    (true, false) => Standing::Quiet,
                    (false, false) => Standing::Never,
                };
                let class = state.class(r);
                let given = [
                    model.probability(r, row),
                    model.baselines.strong(&past, r),
                    model.baselines.climatology(&past),
                    model.baselines.persistence(&past, r),
                ];
                let to = kinds.entry((class, standing)).or_insert(Scored {
                    origin,
                    subject,
                    object,
                    class,
                    standing,
                    cells: 0,
                    events: 0,
                    brier: [0.0; N],
                    bits: [0.0; N],
                });
                to.cells += 1;
                to.events += u32::from(came);
                for (k, p) in given.into_iter().enumerate() {
                    to.brier[k] += brier(p, came);
                    to.bits[k] += log_score(p, came);
                    let odds = (p / (1.0 - p)).ln();
                    let bin = (odds * BINS_PER_LOG_ODD).floor() as i32;
                    let bin = part.bins.entry((class, k, bin)).or_default();
                    bin.add(&Bin {
                        probability: p,
                        cells: 1,
                        events: u64::from(came),
                    });
                }
            });
            part.scored.extend(kinds.into_values());
        }
        part
    });
    for part in made {
        found.scored.extend(part.scored);
        for (key, bin) in part.bins {
            found.bins.entry(key).or_default().add(&bin);
        }
    }
    let known =
        |c: &&(u32, u32, u32)| !state.pairs.contains_key(&(c.0, c.1)) && c.0 != c.1 && of(c.0, c.1);
    found.unseen += came.iter().filter(known).count() as u64;
}

impl Bin {
    /// Adds the cells of another bin.
    pub fn add(&mut self, other: &Bin) {
        self.probability += other.probability;
        self.cells += other.cells;
        self.events += other.events;
    }

    /// The mean probability.
    pub fn mean(&self) -> f64 {
        self.probability / self.cells as f64
    }
}

/// Facts with every type put in the place of a broader one, ascending by day, each once a day.
pub fn broadened(facts: &[Fact], broader: &[u32]) -> Vec<Fact> {
    let mut broad: Vec<Fact> = facts
        .iter()
        .map(|f| Fact {
            relation: broader[f.relation as usize],
            ..*f
        })
        .collect();
    broad.sort_unstable();
    broad.dedup();
    broad
}
