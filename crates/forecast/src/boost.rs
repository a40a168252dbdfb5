//! Boosted trees for the size, past errors for what lies around it.

use crate::ensemble::settle;
use crate::history::{FEATURES, Histories, at};
use crate::past::thinned;
use crate::trees::{Binned, Bins, Growth, Trees};
use crate::{Draw, Error, Forecast, Forecaster, View};

/// Gradient-boosted trees ([`Trees`]) for ln(1 + y) at a lead, with the law around them taken from their own past errors.
///
/// ```text
/// ln(1 + y) = F + e,  F = m + trees(x, lead)     m: weighted mean of the unit's ln(1 + y), half-life 2 periods
///                                                       x: 14 features of the unit's and its neighbours' past
/// draw: 0 if the case drawn had none, else max(1, round((1 + y_c) exp(F - F_c) - 1)), c drawn from the nearest cases in F
/// ```
/// Cases are past origins of all units at one lead each (the leads in turn), whose outcome is known at the origin. They fall into two
/// halves by blocks of 24 periods; each half is told by the trees of the other, so that the errors are of forecasts and not of a fit, and a forecast is the
/// mean of both. Errors are drawn from the `nearest` cases in told size among those of the same third of the leads (a tenth of
/// them at most), zeros as zeros. A leaf holds at least the cases set, or a twentieth of all if that is less. Units
/// without an event for 60 periods enter with one case in eight: there are many and they say the same.
///
/// The trees are our own: of the crates tried, smartcore and gbdt search exact splits, too slow to refit at every origin, and perpetual 2.3 needs a nightly
/// compiler.
///
/// Missing periods are passed over; a unit of which none of the 12 periods up to the origin was monitored gets no forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Boosted {
    /// How the trees are grown.
    pub growth: Growth,
    /// The most cases, evenly spread if there are more.
    pub cases: usize,
    /// How many cases errors are drawn from.
    pub nearest: usize,
}

impl Boosted {
    /// Months of deaths.
    pub const MONTHLY: Self = Self {
        growth: Growth {
            trees: 30,
            leaves: 8,
            depth: 3,
            rate: 0.1,
            leaf: 400.0,
            shrink: 1.0,
            features: 1.0,
            groups: 1.0,
            grain: 0.0,
        },
        cases: 40_000,
        nearest: 1000,
    };
}

/// Fewest cases that trees are grown on.
const FEWEST: usize = 60;

/// Bins of a feature at most.
const BINS: usize = 96;

/// Periods of a block.
const BLOCK: usize = 24;

/// Of the cases of units quiet for long, one in this many is kept.
const QUIET: usize = 8;

/// ln(1 + weighted mean count) from which on a unit is large.
const LARGE: f64 = 0.7;

/// A past origin of a unit and what came at a lead.
struct Case {
    row: Vec<f64>,
    outcome: f64,
    half: usize,
    third: usize,
}

impl Forecaster for Boosted {
    fn name(&self) -> String {
        "boosted".to_owned()
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        crate::error::in_range(
            "the nearest cases of boosted trees",
            self.nearest as f64,
            "1 or more",
            self.nearest >= 1,
        )?;
        let mut forecast = Forecast::empty(view.units(), leads, draws)?;
        let histories = Histories::of(view);
        let cases = self.gather(view, &histories, leads);
        let halves = [0, 1].map(|half| self.learn(&cases, half));
        let found = cases.iter().filter(|case| case.half == 0).count();
        let found = found.min(cases.len() - found);
        let [Some(first), Some(second)] = halves else {
            return Err(Error::TooFew {
                what: "past cases in each half of boosted trees",
                needed: FEWEST / 2,
                found,
            });
        };
        let mut errors: [Vec<(f64, f64)>; 3] = Default::default();
        for case in &cases {
            let other = [&second, &first][case.half];
            errors[case.third].push((tell(other, &case.row), case.outcome));
        }
        for third in &mut errors {
            third.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        for (unit, lead, cell) in forecast.cells_mut() {
            let Some(now) = histories.now(view, unit) else {
                continue;
            };
            let row = with_lead(now, histories.reach(leads[lead]));
            let told = (tell(&first, &row) + tell(&second, &row)) / 2.0;
            let among = &errors[third(lead, leads.len())];
            let near = nearest(among, told, self.nearest.min(among.len().div_ceil(10)));
            if near.is_empty() {
                continue;
            }
            let mut draw = Draw::of(seed, unit, leads[lead]);
            cell.fill_with(|| {
                let (of, outcome) = near[draw.below(near.len())];
                if outcome > 0.0 {
                    ((1.0 + outcome) * (told - of).exp() - 1.0).round().max(1.0) as f32
                } else {
                    0.0
                }
            });
            settle(cell);
        }
        Ok(forecast)
    }
}

impl Boosted {
    fn gather(&self, view: &View, histories: &Histories, leads: &[u32]) -> Vec<Case> {
        let mut found = Vec::new();
        let mut quiet = 0;
        for unit in 0..view.units() {
            let past = view.past(unit);
            for t in 0..past.len() {
                let Some(row) = histories.get(unit, t) else {
                    continue;
                };
                if row[at::GREATEST + 1] == 0.0 {
                    quiet += 1;
                    if quiet % QUIET != 0 {
                        continue;
                    }
                }
                // large ones are few and their errors weigh most: they enter at a lead of each third
                let times = if row[at::LEVEL + 1] > LARGE { 3 } else { 1 };
                for k in 0..times {
                    let lead = (unit + t + k * leads.len().div_ceil(3)) % leads.len().max(1);
                    let Some(&of) = leads.get(lead) else { continue };
                    let reach = histories.reach(of);
                    if let Some(&outcome) = past.get(t + reach)
                        && !outcome.is_nan()
                    {
                        found.push((row, reach, outcome, t, lead));
                    }
                }
            }
        }
        let keep = thinned(found.len(), self.cases);
        let kept = found.into_iter().enumerate().filter(|(i, _)| keep(*i));
        kept.map(|(_, (row, reach, outcome, t, lead))| Case {
            row: with_lead(row, reach),
            outcome,
            half: t / BLOCK % 2,
            third: third(lead, leads.len()),
        })
        .collect()
    }

    /// The trees of one half; `None` if it has too few cases.
    fn learn(&self, cases: &[Case], half: usize) -> Option<Trees> {
        let mine = || cases.iter().filter(|case| case.half == half);
        let rows: Vec<f32> = mine()
            .flat_map(|case| case.row.iter().map(|x| *x as f32))
            .collect();
        let y: Vec<f64> = mine()
            .map(|case| case.outcome.ln_1p() - level(&case.row))
            .collect();
        let growth = Growth {
            leaf: self.growth.leaf.min((y.len() / 20) as f64),
            ..self.growth
        };
        (y.len() >= FEWEST / 2).then(|| {
            let bins = Bins::learn(&rows, FEATURES + 1, BINS);
            Trees::fit(&bins, &Binned::of(&bins, &rows), &y, &growth, 0)
        })
    }
}

/// What trees tell at a row: ln(1 + y).
fn tell(trees: &Trees, row: &[f64]) -> f64 {
    let row32: Vec<f32> = row.iter().map(|x| *x as f32).collect();
    level(row) + trees.at(&row32)
}

/// What trees tell the distance from: a tree is flat beyond the largest case it has seen, so that a war larger than any before would be told too small.
fn level(row: &[f64]) -> f64 {
    row[at::LOGS]
}

/// The third of the leads that a lead belongs to.
fn third(lead: usize, leads: usize) -> usize {
    3 * lead / leads
}

fn with_lead(row: &[f64; FEATURES], reach: usize) -> Vec<f64> {
    let mut row = row.to_vec();
    row.push(reach as f64);
    row
}

/// The `n` nearest in told size, of cases ascending in it.
fn nearest(cases: &[(f64, f64)], told: f64, n: usize) -> &[(f64, f64)] {
    let n = n.min(cases.len());
    let here = cases.partition_point(|case| case.0 < told);
    let (mut lo, mut hi) = (here, here);
    while hi - lo < n {
        let below = lo.checked_sub(1).map(|i| told - cases[i].0);
        let above = cases.get(hi).map(|case| case.0 - told);
        match (below, above) {
            (Some(b), Some(a)) if b <= a => lo -= 1,
            (Some(_), None) => lo -= 1,
            _ => hi += 1,
        }
    }
    &cases[lo..hi]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::tests::{corrupted, gone, simulated};

    const SMALL: Boosted = Boosted {
        cases: 4000,
        nearest: 60,
        ..Boosted::MONTHLY
    };

    #[test]
    fn the_nearest_are_found_at_the_ends_and_between() {
        let cases: Vec<(f64, f64)> = [0.0, 1.0, 2.0, 5.0, 9.0].map(|x| (x, x)).to_vec();
        let told = |at, n| {
            nearest(&cases, at, n)
                .iter()
                .map(|c| c.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(told(-3.0, 2), [0.0, 1.0]);
        assert_eq!(told(99.0, 2), [5.0, 9.0]);
        assert_eq!(told(1.9, 3), [0.0, 1.0, 2.0]);
        assert_eq!(told(4.0, 99).len(), 5);
    }

    #[test]
    fn levels_are_found_and_quiet_stays_quiet() {
        // unit 9: nothing ever
        let mut means = vec![0.0; 30];
        means[..6].copy_from_slice(&[40.0, 3.0, 0.3, 40.0, 3.0, 0.3]);
        let panel = simulated(&means, 200);
        let forecast = SMALL.forecast(&panel.at(199), &[1, 4], 1000, 5).unwrap();
        let mean = |unit| forecast.cell(unit, 1).unwrap().iter().sum::<f32>() / 1000.0;
        assert!((mean(0) - 40.0).abs() < 6.0, "{}", mean(0));
        assert!((mean(1) - 3.0).abs() < 1.0, "{}", mean(1));
        assert!((mean(2) - 0.3).abs() < 0.2, "{}", mean(2));
        assert!(mean(9) < 0.1, "{}", mean(9));
        let whole = forecast.cell(1, 0).unwrap();
        assert!(whole.iter().all(|v| *v >= 0.0 && v.fract() == 0.0));
    }

    #[test]
    fn nothing_after_the_origin_is_seen_and_nobody_is_told_without_data() {
        corrupted(&SMALL);
        gone(&SMALL);
    }

    #[test]
    fn too_short_a_past_is_refused() {
        let panel = simulated(&[3.0, 0.3], 30);
        let short = SMALL.forecast(&panel.at(5), &[3], 10, 5);
        assert!(matches!(short, Err(Error::TooFew { .. })));
    }
}
