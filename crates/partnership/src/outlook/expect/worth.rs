//! What such chances were worth in windows of the past.

use std::collections::BTreeMap;

use detente_forecast::bootstrap::{Cell, Statistic};
use detente_forecast::link::within::backtest::{Bin, FORECASTERS, N, Scored, run_of};
use detente_forecast::link::within::{History, Settings};
use serde::{Deserialize, Serialize};

use crate::outlook::Skill;

/// Most windows that are scored.
const WINDOWS: usize = 6;
/// The least share of the monitored days that lies before the first of them.
const BEFORE: f64 = 0.4;
/// One pair in so many is scored beside those of the sides: an eighth tells as much and is sooner done.
const ONE_IN: u32 = 8;
/// What is called likely, by ICD 203: 55 % and more.
const LIKELY: f64 = 0.55;

/// What chances were worth: those of all types between an even sample of all pairs, and those between the sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Worth {
    /// First and last origin; a window begins after each.
    pub origins: (i32, i32),
    /// How many windows were scored.
    pub windows: usize,
    /// One pair in so many was scored.
    pub one_in: u32,
    /// Chances scored in these, and those whose event came.
    pub cells: (u64, u64),
    /// Brier skill over the strong baseline, own share and present state.
    pub over_baseline: Option<Skill>,
    /// Brier skill over the pair's own share of windows.
    pub over_climatology: Option<Skill>,
    /// What was called likely, 55 % and more, in the sample and between the sides; `None` if nothing was.
    pub likely: Option<Said>,
    /// The same counts for the pairs of the sides alone.
    pub own: (u64, u64),
    /// Brier skill over the strong baseline in the pairs of the sides alone.
    pub own_over_baseline: Option<Skill>,
}

/// What was said and what came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// Mean of the probabilities.
    pub said: f64,
    /// Share of the events that came.
    pub came: f64,
    /// How many.
    pub cells: u64,
}

impl Worth {
    /// Whether the skill over the strong baseline has an interval above 0.
    pub fn demonstrated(&self) -> bool {
        self.over_baseline.is_some_and(|s| s.demonstrated())
    }
}

/// Learns at the first of some windows of the past, and scores what would have been said at each. `None` where the past holds no window
/// that was monitored throughout, or too little before it.
pub(super) fn worth(
    history: &History<'_>,
    last: i32,
    sides: &[Vec<u32>; 2],
    days: u32,
) -> Option<Worth> {
    let origins = origins(history, last, days);
    let [one, other] = sides;
    let between = |subject, object| {
        let fits = |a: &[u32], b: &[u32]| a.contains(&subject) && b.contains(&object);
        fits(one, other) || fits(other, one)
    };
    // a pair is taken in both directions or in none
    let sampled = |subject: u32, object: u32| (subject + object).is_multiple_of(ONE_IN);
    let scored = |s, o| sampled(s, o) || between(s, o);
    let found = run_of(history, &origins, &Settings::days(days), scored).ok()?;
    let of = |wanted: &dyn Fn(u32, u32) -> bool| -> Sums {
        let wanted = |s: &&Scored| wanted(s.subject, s.object);
        Sums::of(found.scored.iter().filter(wanted))
    };
    let (all, own) = (of(&sampled), of(&between));
    Some(Worth {
        origins: (*origins.first()?, *origins.last()?),
        windows: origins.len(),
        one_in: ONE_IN,
        cells: all.counts(),
        over_baseline: all.over("frequency-and-state"),
        over_climatology: all.over("climatology"),
        likely: likely(found.bins.iter()),
        own: own.counts(),
        own_over_baseline: own.over("frequency-and-state"),
    })
}

/// Origins whose windows were monitored throughout and do not overlap, counted back from the last, ascending.
fn origins(history: &History<'_>, last: i32, days: u32) -> Vec<i32> {
    let monitored = history.monitored;
    let least = f64::from(monitored.until(last)) * BEFORE;
    let mut origins = Vec::new();
    let mut at = last - days as i32;
    while f64::from(monitored.until(at)) >= least.max(1.0) && origins.len() < WINDOWS {
        if monitored.settled(at, days) {
            origins.push(at);
            at -= days as i32;
        } else {
            at -= 1;
        }
    }
    origins.reverse();
    origins
}

/// Scores by pair and window.
struct Sums(BTreeMap<(u32, u32, i32), Sum>);

#[derive(Default)]
struct Sum {
    cells: u64,
    events: u64,
    /// By forecaster.
    brier: [f64; N],
}

impl Sums {
    fn of<'s>(scored: impl Iterator<Item = &'s Scored>) -> Sums {
        let mut sums: BTreeMap<(u32, u32, i32), Sum> = BTreeMap::new();
        for s in scored {
            let to = sums.entry((s.subject, s.object, s.origin)).or_default();
            to.cells += u64::from(s.cells);
            to.events += u64::from(s.events);
            to.brier
                .iter_mut()
                .zip(s.brier)
                .for_each(|(to, x)| *to += x);
        }
        Sums(sums)
    }

    /// Chances, and those whose event came.
    fn counts(&self) -> (u64, u64) {
        let add = |(cells, events), s: &Sum| (cells + s.cells, events + s.events);
        self.0.values().fold((0, 0), add)
    }

    /// Brier skill over a baseline, resampled over pairs and windows.
    fn over(&self, baseline: &str) -> Option<Skill> {
        let k = FORECASTERS.iter().position(|name| *name == baseline)?;
        let mut units: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        let cells = self.0.iter().map(|(&(subject, object, origin), s)| {
            let next = units.len();
            Cell {
                unit: *units.entry((subject, object)).or_insert(next),
                origin,
                score: s.brier[0],
                reference: s.brier[k],
            }
        });
        Skill::of(cells.collect(), Statistic::Skill, 1)
    }
}

/// Of the first forecaster, ours.
fn likely<'b>(bins: impl Iterator<Item = (&'b (u8, usize, i32), &'b Bin)>) -> Option<Said> {
    let mut sum = Bin::default();
    for (_, bin) in bins.filter(|((_, k, _), bin)| *k == 0 && bin.mean() >= LIKELY) {
        sum.add(bin);
    }
    (sum.cells > 0).then(|| Said {
        said: sum.mean(),
        came: sum.events as f64 / sum.cells as f64,
        cells: sum.cells,
    })
}
