//! What sets off what: whether bad months of one theatre bring on bad months of another, and then in which, how many, and what to calm.
//!
//! A theatre is a factor with monthly indicators; what is counted in a month is how many of them moved to the worse by more than a standard deviation of
//! their past changes. Held-out months decide whether any excitation is shown; where it is not, nothing that would rest on it is computed.

use detente_forecast::bootstrap::{self, Interval};
use detente_forecast::excite::Branching;
use detente_relations::describe::sample_sd;
use detente_stress::Error;
use detente_stress::cascade::{
    Calming, Chain, Families, calm, debt_rank, expected_loss, most_probable_chain,
};
use detente_stress::hawkes::{Hawkes, HeldOut, Settings};
use serde::{Deserialize, Serialize};

pub use detente_stress::cascade::Calmed;
pub use detente_stress::hawkes::{Finding, Link};

use detente_atlas::By;

use super::variables::{LeftOut, Variable};
use crate::engine::Assessment;
use crate::engine::series::{Gap, Points};
use crate::model::Worse;

/// Standard deviations of past changes from which on a change for the worse is a surprise.
pub const SURPRISE: f64 = 1.0;
/// Fewest past changes for a standard deviation of them.
const CHANGES: usize = 12;
/// Fewest monitored months of a theatre before the held-out ones, as the process needs.
const FEWEST: usize = 24;
/// Share of the months that are held out, the last ones.
const HELD_OUT: f64 = 1.0 / 3.0;
/// Months of a block of the bootstrap.
const BLOCK: usize = 6;
/// The share of its expected loss that calming should bring the whole down by.
const GOAL: f64 = 0.1;

/// A theatre whose months are counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Theatre {
    /// Id of the factor.
    pub id: String,
    /// In words.
    pub title: String,
    /// Monthly indicators.
    pub indicators: usize,
    /// Monitored months.
    pub months: usize,
    /// Surprises for the worse in them.
    pub surprises: f64,
    /// What a surprise costs, in standing: weight of the factor in the loss over its number of indicators. 0 for a factor that is not in the paths.
    pub weight: f64,
}

/// What held-out months say of excitation among theatres.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tested {
    /// First of the held-out months.
    pub from: i32,
    /// Held-out counts.
    pub counts: usize,
    /// Gain of excitation of each theatre by itself over none, in nats a month, with its 90 % interval.
    pub own_over_none: Interval,
    /// Gain of links between theatres over that.
    pub all_over_own: Interval,
    /// What may be said.
    pub finding: Finding,
}

/// What a theatre sets off.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SetsOff {
    /// How many surprises one surprise stands for, over all theatres and generations, with itself; 1 or more.
    pub amplification: f64,
    /// DebtRank of the theatre in full distress: share of the others' weight that it reaches; `None` where no theatre has a weight or links are not shown.
    pub reach: Option<f64>,
}

/// What rests on excitation that was shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Shown {
    /// Spectral radius of the branching matrix as fitted to all months.
    pub radius: f64,
    /// Its links; where only excitation within theatres is shown, those of theatres on themselves.
    pub links: Vec<Link>,
    /// By theatre.
    pub sets_off: Vec<SetsOff>,
    /// The most probable chains of two links or one between different theatres, the likeliest first.
    pub chains: Vec<Chain>,
    /// For each number of calmed links the set that brings the expected loss down furthest; the first has none.
    pub calmed: Vec<Calmed>,
    /// Place of the smallest set that brings it down by a tenth; `None` if none of those tried does.
    pub enough: Option<usize>,
}

/// What sets off what.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cascade {
    /// The theatres.
    pub theatres: Vec<Theatre>,
    /// Factors that are not among them, and why.
    pub left_out: Vec<LeftOut>,
    /// The test.
    pub tested: Tested,
    /// What rests on it; `None` where no excitation is shown.
    pub shown: Option<Shown>,
}

/// Counts of a theatre by month.
type Stream = Vec<Option<f64>>;

/// The cascades among the theatres of an assessed partnership, from the month `first` to the origin.
pub(super) fn cascade(
    assessment: &Assessment,
    variables: &[Variable],
    (first, origin): (i32, i32),
    seed: u64,
) -> Result<Cascade, Gap> {
    let months = (origin - first + 1).max(0) as usize;
    let from = months - (months as f64 * HELD_OUT) as usize;
    let (mut theatres, mut counts, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for factor in assessment.register.factors() {
        let monthly: Vec<Vec<Option<bool>>> = factor
            .indicators
            .iter()
            .filter_map(|i| Some((i.indicator.worse, &i.reading.as_ref().ok()?.series)))
            .filter(|(_, series)| series.by == By::Month)
            .map(|(worse, series)| surprises(&series.points, worse, first, origin))
            .collect();
        let stream = counted(&monthly, months);
        let (id, title) = (factor.factor.id.clone(), factor.factor.title.clone());
        if let Some(why) = why_not(&monthly, &stream, from) {
            left_out.push(LeftOut { id, title, why });
            continue;
        }
        let weight = variables
            .iter()
            .find(|v| v.id == id)
            .map_or(0.0, |v| v.weight);
        theatres.push(Theatre {
            id,
            title,
            indicators: monthly.len(),
            months: stream.iter().flatten().count(),
            surprises: stream.iter().flatten().sum(),
            weight: weight / monthly.len() as f64,
        });
        counts.push(stream);
    }
    if counts.len() < 2 {
        return Err(format!(
            "{} theatres with {FEWEST} months or more to learn from, two needed",
            counts.len()
        ));
    }
    let weights: Vec<f64> = theatres.iter().map(|t| t.weight).collect();
    let (mut tested, shown) = of_counts(&counts, &weights, from, seed).map_err(|e| match e {
        Error::TooFew { .. } => format!("too few months to learn from and to test on: {e}"),
        other => other.to_string(),
    })?;
    tested.from += first;
    Ok(Cascade {
        theatres,
        left_out,
        tested,
        shown,
    })
}

/// Whether each month from `first` to `last` was a surprise for the worse; `None` without the month before it or enough past changes. The standard
/// deviation is that of the changes before the month.
fn surprises(points: &Points, worse: Worse, first: i32, last: i32) -> Vec<Option<bool>> {
    let sign = match worse {
        Worse::Higher => 1.0,
        Worse::Lower => -1.0,
    };
    let mut out = vec![None; (last - first + 1).max(0) as usize];
    let mut past: Vec<f64> = Vec::new();
    for pair in points.windows(2).filter(|pair| pair[1].0 <= last) {
        let ((before, was), (t, is)) = (pair[0], pair[1]);
        if t != before + 1 {
            continue;
        }
        let change = sign * (is - was);
        let spread = (past.len() >= CHANGES).then(|| sample_sd(&past)).flatten();
        if let (Some(sd), Ok(place)) = (spread.filter(|sd| *sd > 0.0), usize::try_from(t - first)) {
            out[place] = Some(change > SURPRISE * sd);
        }
        past.push(change);
    }
    out
}

/// How many were surprises; `None` in a month in which one of them cannot be judged.
fn counted(monthly: &[Vec<Option<bool>>], months: usize) -> Stream {
    if monthly.is_empty() {
        return vec![None; months];
    }
    let count = |t: usize| -> Option<f64> {
        monthly
            .iter()
            .map(|i| i[t].map(|s| f64::from(u8::from(s))))
            .sum()
    };
    (0..months).map(count).collect()
}

fn why_not(monthly: &[Vec<Option<bool>>], stream: &Stream, from: usize) -> Option<Gap> {
    if monthly.is_empty() {
        return Some("it has no monthly indicator".to_owned());
    }
    let known = stream[..from].iter().flatten().count();
    (known < FEWEST).then(|| {
        format!("{known} months in which all its monthly indicators can be judged before the held-out ones, {FEWEST} needed")
    })
}

/// The test on the months from `from` on, and what rests on it, refitted to all months.
fn of_counts(
    counts: &[Stream],
    weights: &[f64],
    from: usize,
    seed: u64,
) -> Result<(Tested, Option<Shown>), Error> {
    let settings = Settings::default();
    let how = bootstrap::Settings {
        seed,
        ..bootstrap::Settings::default()
    };
    let held_out = HeldOut::of(counts, from, &settings, BLOCK, &how)?;
    let finding = held_out.finding();
    let tested = Tested {
        from: from as i32,
        counts: held_out.counts,
        own_over_none: held_out.own_over_none,
        all_over_own: held_out.all_over_own,
        finding,
    };
    let shown = match finding {
        Finding::NotShown => None,
        Finding::Within | Finding::Between => Some(shown(counts, weights, finding, &settings)?),
    };
    Ok((tested, shown))
}

fn shown(
    counts: &[Stream],
    weights: &[f64],
    finding: Finding,
    settings: &Settings,
) -> Result<Shown, Error> {
    let fit = Hawkes::fit(counts, settings)?;
    let between = finding == Finding::Between;
    let mut branching = fit.hawkes.branching();
    if !between {
        for (to, row) in branching.rows.iter_mut().enumerate() {
            row.retain(|(from, _)| *from == to);
        }
    }
    let links: Vec<Link> = fit
        .links
        .into_iter()
        .filter(|link| between || link.from == link.to)
        .collect();
    let families = Families::of(&branching)?;
    let sum: f64 = weights.iter().sum();
    let values: Vec<f64> = weights.iter().map(|w| w / sum).collect();
    let sets_off = (0..counts.len()).map(|theatre| {
        let mut shock = vec![0.0; counts.len()];
        shock[theatre] = 1.0;
        let ranked = between && sum > 0.0;
        Ok(SetsOff {
            amplification: families.amplification(theatre).unwrap_or(1.0),
            reach: ranked
                .then(|| debt_rank(&branching, &values, &shock).map(|found| found.rank))
                .transpose()?,
        })
    });
    let sets_off = sets_off.collect::<Result<_, Error>>()?;
    let background = &fit.hawkes.background;
    let loss = |b: &Branching| expected_loss(b, background, weights).unwrap_or(f64::NAN);
    let places: Vec<(usize, usize)> = links
        .iter()
        .filter(|link| link.ratio > 0.0)
        .map(|link| (link.from, link.to))
        .collect();
    let calmed = calm(&branching, &places, &Calming::default(), loss)?;
    let goal = (1.0 - GOAL) * calmed[0].loss;
    Ok(Shown {
        radius: fit.radius,
        chains: chains(&branching, counts.len())?,
        enough: calmed
            .iter()
            .position(|step| step.loss <= goal)
            .filter(|_| calmed[0].loss > 0.0),
        links,
        sets_off,
        calmed,
    })
}

/// The most probable chain from each theatre to each other, the likeliest first.
fn chains(branching: &Branching, theatres: usize) -> Result<Vec<Chain>, Error> {
    let mut all = Vec::new();
    for from in 0..theatres {
        for to in (0..theatres).filter(|to| *to != from) {
            all.extend(most_probable_chain(branching, from, to)?);
        }
    }
    all.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    Ok(all)
}

#[cfg(test)]
mod tests;
