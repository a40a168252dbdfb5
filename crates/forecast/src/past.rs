//! What a unit's past amounts to: running means and spreads of one series, as they stood at the end of each period.

use crate::design::same_length;
use crate::{Error, Panel, View};

/// The running means of one series at the end of a period, from that period and those before it only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    /// Periods monitored so far.
    pub(crate) n: f64,
    /// Their mean.
    pub(crate) mean: f64,
    /// Sum of their squared deviations from it.
    squares: f64,
    /// The last value monitored.
    pub(crate) last: f64,
    /// Exponentially weighted means of the values, one per half-life.
    pub(crate) recent: [f64; HALF_LIVES.len()],
    /// Exponentially weighted variance, half-life [`SPREAD`].
    variance: f64,
    /// Exponentially weighted share of the periods that were monitored, half-life [`SPREAD`].
    pub(crate) monitored: f64,
    /// Periods since the last one monitored: 0 in that period itself.
    pub(crate) since: u32,
}

/// Half-lives of the running means, in periods.
pub(crate) const HALF_LIVES: [f64; 4] = [1.0, 3.0, 12.0, 48.0];

/// Half-life of the running variance and of the share of periods monitored.
const SPREAD: f64 = 12.0;

impl Standing {
    /// Standard deviation of all so far, with `prior` (a variance) counted as one more observation.
    pub(crate) fn sd(&self, prior: f64) -> f64 {
        ((self.squares + prior) / self.n).sqrt()
    }

    /// Sample variance of all so far; `None` for fewer than two periods.
    pub(crate) fn variance(&self) -> Option<f64> {
        (self.n >= 2.0).then(|| self.squares / (self.n - 1.0))
    }

    /// Exponentially weighted standard deviation.
    pub(crate) fn recent_sd(&self) -> f64 {
        self.variance.max(0.0).sqrt()
    }
}

/// The standing at the end of each period of a past (NaN where missing); `None` before the first period monitored.
pub(crate) fn standings(past: &[f64]) -> Vec<Option<Standing>> {
    let decay = HALF_LIVES.map(|h| (-1.0 / h).exp2());
    let slow = (-1.0 / SPREAD).exp2();
    // weights that the running means have gathered so far
    let mut weight = [0.0; HALF_LIVES.len()];
    let (mut spread_weight, mut spread_mean, mut monitored) = (0.0, 0.0, (0.0, 0.0));
    let mut now: Option<Standing> = None;
    let mut all = Vec::with_capacity(past.len());
    for &x in past {
        for (w, d) in weight.iter_mut().zip(decay) {
            *w *= d;
        }
        spread_weight *= slow;
        monitored = (monitored.0 * slow, monitored.1 * slow + 1.0);
        if x.is_nan() {
            if let Some(s) = &mut now {
                s.since += 1;
            }
        } else {
            monitored.0 += 1.0;
            let s = now.get_or_insert(Standing {
                n: 0.0,
                mean: 0.0,
                squares: 0.0,
                last: x,
                recent: [0.0; HALF_LIVES.len()],
                variance: 0.0,
                monitored: 0.0,
                since: 0,
            });
            s.n += 1.0;
            let from_mean = x - s.mean;
            s.mean += from_mean / s.n;
            s.squares += from_mean * (x - s.mean);
            (s.last, s.since) = (x, 0);
            for (m, w) in s.recent.iter_mut().zip(&mut weight) {
                *w += 1.0;
                *m += (x - *m) / *w;
            }
            // West (1979, Communications of the ACM 22: 532-535), with weights that decay
            spread_weight += 1.0;
            let off = x - spread_mean;
            spread_mean += off / spread_weight;
            let rest = 1.0 - 1.0 / spread_weight;
            s.variance = rest * (s.variance + off * off / spread_weight);
        }
        if let Some(s) = &mut now {
            s.monitored = monitored.0 / monitored.1;
        }
        all.push(now);
    }
    all
}

/// The standings of every unit of a view.
pub(crate) fn all_standings(view: &View) -> Vec<Vec<Option<Standing>>> {
    (0..view.units())
        .map(|unit| standings(view.past(unit)))
        .collect()
}

/// The standings of a panel whose past is used to forecast another.
pub(crate) struct Covariate {
    standings: Vec<Vec<Option<Standing>>>,
    /// The place of the forecast panel's first period in this one.
    shift: i32,
    /// Median of the units' variances.
    pub(crate) prior: f64,
}

impl Covariate {
    /// A panel of the same units, cut where the view is cut.
    ///
    /// # Errors
    /// Another number of units.
    pub(crate) fn of(view: &View, panel: &Panel) -> Result<Self, Error> {
        let what = "the units of a panel and of its covariate";
        same_length(what, view.units(), panel.units())?;
        let cut = panel.at(view.origin());
        let standings = all_standings(&cut);
        Ok(Self {
            prior: usual_variance(&standings),
            shift: view.first() - cut.first(),
            standings,
        })
    }

    /// The standing in the period that has this place in the forecast panel.
    pub(crate) fn at(&self, unit: usize, place: usize) -> Option<&Standing> {
        let place = usize::try_from(place as i32 + self.shift).ok()?;
        self.standings[unit].get(place)?.as_ref()
    }
}

/// Median over units of the variance of all that they have been; 0 if none varies.
pub(crate) fn usual_variance(all: &[Vec<Option<Standing>>]) -> f64 {
    let ends = all.iter().filter_map(|unit| unit.last().copied().flatten());
    let variances = ends.filter_map(|s| s.variance());
    let varying: Vec<f64> = variances.filter(|v| *v > 0.0).collect();
    detente_relations::describe::median(&varying).unwrap_or(0.0)
}

/// Periods from a unit's last monitored one to the origin, given its standing at the end of a past of `seen` periods; `None` if
/// nobody has looked at it. A panel may end before the origin.
pub(crate) fn gap(view: &View, seen: usize, end: Option<Standing>) -> Option<u32> {
    let last = view.first() + seen as i32 - 1;
    Some(end?.since + (view.origin() - last).max(0) as u32)
}

/// Every `n / most`-th of `n` things, evenly spread; all of them if they are no more than `most`.
pub(crate) fn thinned(n: usize, most: usize) -> impl Fn(usize) -> bool {
    move |i| n <= most || (i + 1) * most / n > i * most / n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighted(values: &[(f64, f64)], half_life: f64) -> (f64, f64) {
        let w: Vec<f64> = values.iter().map(|v| (-v.0 / half_life).exp2()).collect();
        let total: f64 = w.iter().sum();
        let mean = values.iter().zip(&w).map(|(v, w)| v.1 * w).sum::<f64>() / total;
        let var = values
            .iter()
            .zip(&w)
            .map(|(v, w)| w * (v.1 - mean).powi(2))
            .sum::<f64>()
            / total;
        (mean, var)
    }

    #[test]
    fn running_means_are_the_weighted_means_of_their_definition() {
        let past = [f64::NAN, 4.0, 1.0, f64::NAN, f64::NAN, 7.0, f64::NAN];
        let all = standings(&past);
        assert_eq!(all[0], None);
        let end = all[6].unwrap();
        let aged = [(5.0, 4.0), (4.0, 1.0), (1.0, 7.0)];
        for (found, half_life) in end.recent.iter().zip(HALF_LIVES) {
            assert!((found - weighted(&aged, half_life).0).abs() < 1e-12);
        }
        assert!((end.variance - weighted(&aged, SPREAD).1).abs() < 1e-12);
        assert_eq!((end.n, end.mean, end.last, end.since), (3.0, 4.0, 7.0, 1));
        // (0, -3, 3): sum of squares 18
        assert!((end.variance().unwrap() - 9.0).abs() < 1e-12);
        assert!((end.sd(9.0) - 3.0).abs() < 1e-12);
        assert_eq!(all[4].unwrap().since, 2);
    }

    #[test]
    fn thinning_keeps_the_number_asked_for() {
        let keep = thinned(10, 4);
        assert_eq!((0..10).filter(|&i| keep(i)).count(), 4);
        let keep = thinned(3, 4);
        assert!((0..3).all(keep));
    }
}
