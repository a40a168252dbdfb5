//! Where the level of a series breaks: PELT, exact and with a penalty that is stated.

use super::cost::{Cost, GaussianMean, GaussianMeanVariance, NegativeBinomial};
use crate::Error;
use crate::describe::mean;
use crate::error::{enough, in_range};
use crate::series::{self, Point};

/// Breaks by Pruned Exact Linear Time (Killick, Fearnhead & Eckley 2012, Journal of the American Statistical Association
/// 107: 1590-1598): the positions (first point of each new segment, ascending) that minimise the sum of the segments' costs plus
/// `penalty` for each break, every segment having at least `min_segment` points.
///
/// A start is dropped once it can no longer win; with a minimum segment the drop takes effect `min_segment` points later, which
/// keeps the answer exact (the same as [`optimal_partitioning`]).
pub fn pelt(cost: &dyn Cost, penalty: f64, min_segment: usize) -> Vec<usize> {
    search(cost, penalty, min_segment, true)
}

/// The same minimum without pruning (Jackson et al. 2005, IEEE Signal Processing Letters 12: 105-108): n^2 / 2 costs. The reference
/// that PELT is tested against.
pub fn optimal_partitioning(cost: &dyn Cost, penalty: f64, min_segment: usize) -> Vec<usize> {
    search(cost, penalty, min_segment, false)
}

fn search(cost: &dyn Cost, penalty: f64, min_segment: usize, prune: bool) -> Vec<usize> {
    let (n, m) = (cost.len(), min_segment.max(1));
    if n < 2 * m {
        return Vec::new();
    }
    let mut best = vec![f64::INFINITY; n + 1];
    let mut from = vec![0usize; n + 1];
    best[0] = -penalty;
    // starts that can still win, each with the end from which on it cannot
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for end in m..=n {
        let newest = end - m;
        if newest == 0 || newest >= m {
            starts.push((newest, usize::MAX));
        }
        starts.retain(|&(_, until)| end < until);
        for &(start, _) in &starts {
            let total = best[start] + cost.segment(start, end) + penalty;
            if total < best[end] {
                (best[end], from[end]) = (total, start);
            }
        }
        if prune {
            for (start, until) in starts.iter_mut().filter(|s| s.1 == usize::MAX) {
                if best[*start] + cost.segment(*start, end) >= best[end] {
                    *until = end + m;
                }
            }
        }
    }
    let mut breaks = Vec::new();
    let mut end = n;
    while from[end] > 0 {
        end = from[end];
        breaks.push(end);
    }
    breaks.reverse();
    breaks
}

/// What is assumed of the series between breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakModel {
    /// Normal, independent, the mean breaks.
    Mean,
    /// Normal with AR(1) memory, the mean breaks. The right one for a relation index, which has memory.
    MeanWithMemory,
    /// Normal, independent, mean and variance break.
    MeanVariance,
    /// Negative-binomial counts, the mean breaks.
    Counts,
}

/// How breaks are sought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BreakSettings {
    /// The model of a segment.
    pub model: BreakModel,
    /// Penalty of a break on the scale of twice the log-likelihood; `None` for `3 ln n`, the leading term of the modified BIC
    /// (Zhang & Siegmund 2007, Biometrics 63: 22-32) and, for mean and variance, the plain BIC of a break (two parameters and
    /// a place).
    pub penalty: Option<f64>,
    /// Fewest points between breaks, at least 2.
    pub min_segment: usize,
    /// Periods in a year, for breaks per decade: 12 or 1.
    pub periods_per_year: u32,
}

impl BreakSettings {
    /// For a monthly relation index: mean with memory, 3 ln n, at least six months between breaks.
    pub const MONTHLY: Self = Self {
        model: BreakModel::MeanWithMemory,
        penalty: None,
        min_segment: 6,
        periods_per_year: 12,
    };
    /// For a yearly relation index: the mean, 3 ln n, at least three years between breaks.
    pub const YEARLY: Self = Self {
        model: BreakModel::Mean,
        penalty: None,
        min_segment: 3,
        periods_per_year: 1,
    };
}

/// One break.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Break {
    /// First period of the new segment.
    pub t: i32,
    /// Last period of the old one: with a gap in between, the break lies anywhere in it.
    pub after: i32,
    /// Mean of the segment before.
    pub before_mean: f64,
    /// Mean of the segment after.
    pub after_mean: f64,
}

impl Break {
    /// Change of the mean.
    pub fn size(&self) -> f64 {
        self.after_mean - self.before_mean
    }
}

/// The breaks of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Breaks {
    /// In order of time; empty if there is none.
    pub breaks: Vec<Break>,
    /// Breaks in ten years *with data*: unmonitored periods do not count as quiet.
    pub per_decade: f64,
    /// Number of points.
    pub n: usize,
    /// The penalty in use.
    pub penalty: f64,
}

/// Breaks of a series under the given model.
///
/// # Errors
/// Fewer points than two segments need; a series that does not vary; negative counts; a bad series or setting.
pub fn breaks(series: &[Point], settings: &BreakSettings) -> Result<Breaks, Error> {
    series::check(series)?;
    in_range(
        "the minimum segment",
        settings.min_segment as f64,
        "2 or more",
        settings.min_segment >= 2,
    )?;
    in_range(
        "the periods in a year",
        settings.periods_per_year.into(),
        "1 or more",
        settings.periods_per_year >= 1,
    )?;
    enough("points", series.len(), 2 * settings.min_segment)?;
    let n = series.len();
    let penalty = settings.penalty.unwrap_or(3.0 * (n as f64).ln());
    in_range(
        "the penalty of a break",
        penalty,
        "0 or more",
        penalty >= 0.0,
    )?;
    let values = series::values(series);
    let positions = match settings.model {
        BreakModel::Mean => pelt(
            &GaussianMean::independent(series)?,
            penalty,
            settings.min_segment,
        ),
        BreakModel::MeanWithMemory => pelt(
            &GaussianMean::autocorrelated(series)?,
            penalty,
            settings.min_segment,
        ),
        BreakModel::MeanVariance => pelt(
            &GaussianMeanVariance::new(&values)?,
            penalty,
            settings.min_segment,
        ),
        BreakModel::Counts => pelt(
            &NegativeBinomial::by_moments(series)?,
            penalty,
            settings.min_segment,
        ),
    };
    let mut edges = vec![0];
    edges.extend(&positions);
    edges.push(n);
    let breaks: Vec<Break> = edges
        .windows(3)
        .filter_map(|e| {
            Some(Break {
                t: series[e[1]].0,
                after: series[e[1] - 1].0,
                before_mean: mean(&values[e[0]..e[1]])?,
                after_mean: mean(&values[e[1]..e[2]])?,
            })
        })
        .collect();
    let per_decade =
        breaks.len() as f64 / (n as f64 / (10.0 * f64::from(settings.periods_per_year)));
    Ok(Breaks {
        breaks,
        per_decade,
        n,
        penalty,
    })
}

#[cfg(test)]
mod tests;
