//! What is said as of an origin of the worst of the months to come: by joint paths with the margins of a forecaster, by the own past as it was, and by the last value.

use detente_forecast::{Forecast, View};

use crate::joint::{Dependence, Joint, Settings, impose};
use crate::{Error, Paths};

/// Mean length in months of the runs of past months that are drawn together.
const RUN: f64 = 6.0;
/// Fewest months known with the month before: a year of past is enough for an envelope, wide as it then is.
const FEWEST: usize = 8;

/// Paths of the same margins under three kinds of dependence: whole past months, a Gaussian and a t copula.
#[derive(Debug, Clone, PartialEq)]
pub struct Ensembles(Vec<Paths>);

impl Ensembles {
    /// Learns how the units of a view hang together and arranges the draws of a forecast of each unit by itself accordingly ([`impose`]). Nothing after the origin of the view is
    /// used.
    ///
    /// # Errors
    /// As [`Joint::learn`], [`Joint::simulate`] and [`impose`].
    pub fn draw(
        view: &View,
        forecast: &Forecast,
        months: usize,
        paths: usize,
        seed: u64,
    ) -> Result<Self, Error> {
        let kinds = [
            Dependence::Blocks { length: RUN },
            Dependence::Gaussian,
            Dependence::StudentT,
        ];
        let drawn = kinds.map(|dependence| {
            let settings = Settings {
                dependence,
                fewest: FEWEST,
                ..Settings::default()
            };
            let joint = Joint::learn(view, &settings)?;
            let drawn = joint.simulate(&joint.origin(view)?, months, paths, seed)?;
            impose(forecast, &drawn)
        });
        Ok(Self(drawn.into_iter().collect::<Result<_, Error>>()?))
    }

    /// The worst of the months that count on each path, by kind of dependence; `None` if one of them is missing. `counts` tells by month from the first after the origin
    /// whether it counts; months beyond it do not.
    ///
    /// # Panics
    /// If there is no such unit.
    pub fn worst(&self, unit: usize, counts: &[bool]) -> Option<Vec<Vec<f64>>> {
        let of = |paths: &Paths| -> Option<Vec<f64>> {
            let one = |path: usize| {
                let month = |m: usize| paths.get(path, m + 1, unit).map(f64::from);
                worst_of_months(counts, month)
            };
            (0..paths.paths()).map(one).collect()
        };
        self.0.iter().map(of).collect()
    }
}

/// The least of the months that count; `None` if none counts or one that counts is missing. Months are told from 0.
pub fn worst_of_months(counts: &[bool], month: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    let counted = (0..counts.len()).filter(|&m| counts[m]);
    counted
        .map(month)
        .try_fold(f64::INFINITY, |least, v| Some(v?.min(least)))
        .filter(|least| least.is_finite())
}

/// The climatological sample: what the worst of such months has been, from every month of a past (NaN: missing) in which all that count are known. For one month
/// it is the past as it was.
pub fn worsts(past: &[f64], counts: &[bool]) -> Vec<f64> {
    windows(past, counts, 0).map(|(_, worst)| worst).collect()
}

/// The sample of persistence: the last value known, plus by how much the worst of such months has lain above the month before them. Empty where nothing is known.
pub fn changes_to_worst(past: &[f64], counts: &[bool]) -> Vec<f64> {
    let Some(last) = past.iter().rev().find(|v| !v.is_nan()) else {
        return Vec::new();
    };
    windows(past, counts, 1)
        .map(|(start, worst)| last + worst - past[start - 1])
        .filter(|v| !v.is_nan())
        .collect()
}

/// Start and worst of each stretch of the past, from the month `from` on.
fn windows<'a>(
    past: &'a [f64],
    counts: &'a [bool],
    from: usize,
) -> impl Iterator<Item = (usize, f64)> + 'a {
    (from..past.len()).filter_map(move |start| {
        let month = |m: usize| past.get(start + m).copied().filter(|v| !v.is_nan());
        Some((start, worst_of_months(counts, month)?))
    })
}
