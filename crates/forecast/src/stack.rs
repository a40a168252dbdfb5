//! Several forecasters as one: a mixture whose weights were learnt on past origins.

use crate::boost::Boosted;
use crate::counts::Hurdle;
use crate::excite::Excitation;
use crate::onset::Onset;
use crate::scales::OwnPast;
use crate::similar::Similar;
use crate::state::Activity;
use crate::verify::views;
use crate::{Error, Forecast, Forecaster, View};

/// A linear pool of ensembles (stacking of predictive distributions: Yao, Vehtari, Simpson & Gelman 2018, Bayesian Analysis 13: 917-1007),
/// with members and weights of their own for each [`Activity`] of a unit.
///
/// The weights minimise, over the cells of past origins whose outcome is known at the origin, the mean IGN of the mixture, plus its CRPS as a
/// share of that of the prior mixture (origin by origin), plus `pull` times their Kullback-Leibler divergence from the prior weights. A member without a
/// forecast for a unit leaves its share there to the others.
pub struct Stack {
    /// Its name in tables and files.
    pub name: &'static str,
    /// The forecasters.
    pub members: Vec<Box<dyn Forecaster + Send>>,
    /// For each activity, in the order of [`Activity::ALL`], the members that speak on it (their places) with their weights before anything is
    /// learnt, which sum to 1.
    pub priors: [Vec<(usize, f64)>; 4],
    /// How weights are learnt.
    pub learning: Learning,
}

/// How the weights of a [`Stack`] are learnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learning {
    /// How many past origins.
    pub origins: usize,
    /// Periods between them.
    pub step: usize,
    /// Draws of each member at a past origin.
    pub draws: usize,
    /// Periods before the first past origin, so that the members have something to learn from.
    pub warm_up: usize,
    /// How strongly weights are pulled to the prior ones.
    pub pull: f64,
}

impl Learning {
    /// Monthly panels: twelve past origins a year apart.
    pub const MONTHLY: Self = Self {
        origins: 12,
        step: 12,
        draws: 200,
        warm_up: 60,
        pull: 1.0,
    };
}

impl Forecaster for Stack {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        let weights = self.weights(view, leads, seed)?;
        let ensembles = self.forecasts(view, leads, draws, seed)?;
        let mut forecast = Forecast::empty(view.units(), leads, draws)?;
        let activity = activities(view);
        for (unit, lead, cell) in forecast.cells_mut() {
            let class = activity[unit] as usize;
            let members: Vec<(f64, &[f32])> = self.priors[class]
                .iter()
                .zip(&weights[class])
                .filter_map(|((member, _), w)| Some((*w, ensembles[*member].cell(unit, lead)?)))
                .collect();
            mix(&members, cell);
        }
        Ok(forecast)
    }
}

impl Stack {
    /// The forecaster of monthly counts that this house stands by. Its settings were fixed on origins before 2018 (docs/forecasting.md).
    pub fn monthly_counts() -> Self {
        let own = |half_life, spread| {
            Box::new(OwnPast {
                half_life,
                reach: 240,
                spread,
            })
        };
        Self {
            name: "detente",
            members: vec![
                Box::new(Similar::MONTHLY),
                Box::new(Onset::MONTHLY),
                own(1.0, 1.5),
                own(2.0, 0.5),
                own(6.0, 0.25),
                own(6.0, 0.5),
                own(12.0, 0.0),
            ],
            priors: [
                vec![(1, 0.8), (6, 0.2)],
                vec![(0, 0.325), (1, 0.35), (2, 0.078), (5, 0.247)],
                vec![(0, 0.5), (2, 0.12), (5, 0.38)],
                vec![(0, 0.5), (3, 0.3), (4, 0.2)],
            ],
            learning: Learning::MONTHLY,
        }
    }

    /// The same with [`Hurdle`], [`Excitation`] and [`Boosted`] among the members. On origins before 2018 they bring nothing that
    /// the others lack and cost four times the time, so [`Stack::monthly_counts`] goes without.
    pub fn all_counts() -> Self {
        const SHARE: f64 = 0.1;
        let mut all = Self::monthly_counts();
        all.name = "detente-all";
        let first = all.members.len();
        all.members.push(Box::new(Hurdle::MONTHLY));
        all.members.push(Box::new(Excitation::MONTHLY));
        all.members.push(Box::new(Boosted::MONTHLY));
        for prior in &mut all.priors {
            prior.iter_mut().for_each(|(_, p)| *p *= 1.0 - 3.0 * SHARE);
            prior.extend((first..first + 3).map(|member| (member, SHARE)));
        }
        all
    }

    /// The weights that this view's past origins give, class by class in the order of the members.
    ///
    /// # Errors
    /// Those of the members.
    pub fn weights(&self, view: &View, leads: &[u32], seed: u64) -> Result<[Vec<f64>; 4], Error> {
        let mut lessons = self.priors.each_ref().map(|p| Lessons::new(p));
        for (origin, seed) in self.learning.past_origins(view, leads).zip(seed + 1..) {
            let past = view.back_to(origin);
            let ahead = |lead: u32| origin + lead as i32;
            let known: Vec<u32> = leads
                .iter()
                .copied()
                .filter(|l| ahead(*l) <= view.origin())
                .collect();
            let ensembles = self.forecasts(&past, &known, self.learning.draws, seed)?;
            lessons.iter_mut().for_each(Lessons::next_origin);
            for (unit, activity) in activities(&past).into_iter().enumerate() {
                let class = activity as usize;
                for (place, &lead) in known.iter().enumerate() {
                    let outcome = view.past(unit)[(ahead(lead) - view.first()) as usize];
                    let members = self.priors[class].iter();
                    let cells: Option<Vec<&[f32]>> = members
                        .map(|(m, _)| ensembles[*m].cell(unit, place))
                        .collect();
                    if let (false, Some(cells)) = (outcome.is_nan(), cells) {
                        lessons[class].add(&cells, outcome);
                    }
                }
            }
        }
        Ok(lessons.map(|l| l.weights(self.learning.pull)))
    }

    fn forecasts(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Vec<Forecast>, Error> {
        let seeds = (1u64..).map(|i| seed.wrapping_mul(31).wrapping_add(i));
        let each = self.members.iter().zip(seeds);
        each.map(|(m, seed)| m.forecast(view, leads, draws, seed))
            .collect()
    }
}

fn activities(view: &View) -> Vec<Activity> {
    (0..view.units())
        .map(|unit| Activity::of(view.past(unit)))
        .collect()
}

impl Learning {
    /// Origins before the view's from which something is known by now, the latest first.
    fn past_origins(self, view: &View, leads: &[u32]) -> impl Iterator<Item = i32> {
        let shortest = leads.iter().min().copied().unwrap_or(1) as usize;
        let (latest, earliest) = (
            view.origin() - shortest.max(self.step) as i32,
            view.first() + self.warm_up as i32,
        );
        (0..self.origins)
            .map(move |back| latest - (back * self.step) as i32)
            .take_while(move |origin| *origin >= earliest)
    }
}

/// Fills a cell, ascending, with the quantiles at (i + 1/2) / n of the mixture of the members' ascending draws; false if there is no member.
fn mix(members: &[(f64, &[f32])], cell: &mut [f32]) -> bool {
    let total: f64 = members.iter().map(|(w, _)| w).sum();
    if total <= 0.0 {
        return false;
    }
    let mut heads = vec![0; members.len()];
    let mut so_far = 0.0;
    let mut value = f32::NAN;
    let n = cell.len() as f64;
    for (i, slot) in cell.iter_mut().enumerate() {
        while so_far * n < i as f64 + 0.5 - 1e-9 {
            // the member whose next draw is the lowest gives it, with its share of the weight
            let next = (0..members.len())
                .filter_map(|m| Some((m, *members[m].1.get(heads[m])?)))
                .min_by(|a, b| a.1.total_cmp(&b.1));
            let Some((m, drawn)) = next else { break };
            let (weight, draws) = members[m];
            heads[m] += 1;
            so_far += weight / total / draws.len() as f64;
            value = drawn;
        }
        *slot = value;
    }
    true
}

/// What past cells of one class say of the members.
struct Lessons {
    prior: Vec<f64>,
    /// Probability that each member gave to the bin that came, cell by cell.
    bins: Vec<f64>,
    origins: Vec<Quadratic>,
}

/// Sums over the cells of an origin for the CRPS of a mixture, `w . alone - 1/2 w' apart w`.
#[derive(Clone)]
struct Quadratic {
    alone: Vec<f64>,
    apart: Vec<f64>,
}

impl Lessons {
    fn new(members: &[(usize, f64)]) -> Self {
        Self {
            prior: members.iter().map(|(_, prior)| *prior).collect(),
            bins: Vec::new(),
            origins: Vec::new(),
        }
    }

    fn next_origin(&mut self) {
        let k = self.prior.len();
        self.origins.push(Quadratic {
            alone: vec![0.0; k],
            apart: vec![0.0; k * k],
        });
    }

    fn add(&mut self, cells: &[&[f32]], outcome: f64) {
        let Some(sums) = self.origins.last_mut() else {
            return;
        };
        let k = self.prior.len();
        for (i, x) in cells.iter().enumerate() {
            self.bins.push((-views::ign(x, outcome)).exp2());
            sums.alone[i] += distance(x, &[outcome as f32]);
            for (j, y) in cells.iter().enumerate().take(i + 1) {
                let apart = distance(x, y);
                sums.apart[i * k + j] += apart;
                if i != j {
                    sums.apart[j * k + i] += apart;
                }
            }
        }
    }

    /// Exponentiated gradient on the simplex (Kivinen & Warmuth 1997): the objective is convex, and so its minimum the only one.
    fn weights(&self, pull: f64) -> Vec<f64> {
        let k = self.prior.len();
        let cells = self.bins.len().checked_div(k).unwrap_or(0);
        let mut weights = self.prior.clone();
        if cells == 0 {
            return weights;
        }
        let scale: Vec<f64> = self.origins.iter().map(|q| q.crps(&self.prior)).collect();
        let told = scale.iter().filter(|s| **s > 0.0).count().max(1) as f64;
        for round in 0..ROUNDS {
            let ratios = weights.iter().zip(&self.prior);
            let mut gradient: Vec<f64> = ratios.map(|(w, p)| pull * (w / p).ln()).collect();
            for p in self.bins.chunks_exact(k) {
                let mixed: f64 = p.iter().zip(&weights).map(|(p, w)| p * w).sum();
                for (g, p) in gradient.iter_mut().zip(p) {
                    *g -= p / mixed / std::f64::consts::LN_2 / cells as f64;
                }
            }
            for (q, scale) in self.origins.iter().zip(&scale).filter(|(_, s)| **s > 0.0) {
                for (i, g) in gradient.iter_mut().enumerate() {
                    let apart: f64 = (0..k).map(|j| q.apart[i * k + j] * weights[j]).sum();
                    *g += (q.alone[i] - apart) / scale / told;
                }
            }
            let rate = 1.0 / (1.0 + pull + round as f64 / 20.0);
            let lowest = gradient.iter().copied().fold(f64::INFINITY, f64::min);
            for (w, g) in weights.iter_mut().zip(&gradient) {
                *w = (*w * (-rate * (g - lowest)).exp()).max(1e-12);
            }
            let total: f64 = weights.iter().sum();
            weights.iter_mut().for_each(|w| *w /= total);
        }
        weights
    }
}

/// Steps of the search for weights.
const ROUNDS: usize = 200;

impl Quadratic {
    fn crps(&self, w: &[f64]) -> f64 {
        let k = w.len();
        let alone: f64 = w.iter().zip(&self.alone).map(|(w, a)| w * a).sum();
        let apart: f64 = (0..k * k)
            .map(|i| w[i / k] * w[i % k] * self.apart[i])
            .sum();
        alone - apart / 2.0
    }
}

/// Mean absolute difference between the draws of two ascending ensembles: the area between their distribution functions' products,
/// E|X - Y| = integral of F(1 - G) + G(1 - F).
fn distance(x: &[f32], y: &[f32]) -> f64 {
    let (mut i, mut j) = (0, 0);
    let mut at = f64::from(x[0].min(y[0]));
    let mut area = 0.0;
    while i < x.len() || j < y.len() {
        let next = match (x.get(i), y.get(j)) {
            (Some(a), Some(b)) => a.min(*b),
            (Some(a), None) => *a,
            (None, Some(b)) => *b,
            (None, None) => break,
        };
        let (f, g) = (i as f64 / x.len() as f64, j as f64 / y.len() as f64);
        area += (f64::from(next) - at) * (f * (1.0 - g) + g * (1.0 - f));
        at = f64::from(next);
        while i < x.len() && x[i] <= next {
            i += 1;
        }
        while j < y.len() && y[j] <= next {
            j += 1;
        }
    }
    area
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panel;
    use crate::baseline::Conflictology;
    use proptest::prelude::*;

    fn even() -> Vec<(usize, f64)> {
        vec![(0, 0.5), (1, 0.5)]
    }

    /// Says one value, whatever came before.
    struct Always(f32);

    impl Forecaster for Always {
        fn name(&self) -> String {
            "always".to_owned()
        }
        fn forecast(
            &self,
            view: &View,
            leads: &[u32],
            draws: usize,
            _: u64,
        ) -> Result<Forecast, Error> {
            let mut f = Forecast::empty(view.units(), leads, draws)?;
            f.cells_mut().for_each(|(_, _, cell)| cell.fill(self.0));
            Ok(f)
        }
    }

    #[test]
    fn a_mixture_holds_its_members_in_their_shares() {
        let (x, y) = ([1.0f32, 2.0, 3.0, 4.0], [3.5f32, 20.0]);
        let mut cell = [0.0f32; 8];
        assert!(mix(&[(0.5, &x), (0.5, &y)], &mut cell));
        assert_eq!(cell, [1.0, 2.0, 3.0, 3.5, 3.5, 4.0, 20.0, 20.0]);
        // three quarters to x: its draws have 3/16 each, those of y 1/8; the quantiles at 1/8, 3/8, 5/8, 7/8
        let mut cell = [0.0f32; 4];
        assert!(mix(&[(3.0, &x), (1.0, &y)], &mut cell));
        assert_eq!(cell, [1.0, 2.0, 3.5, 4.0]);
        assert!(!mix(&[], &mut cell));
    }

    #[test]
    fn weight_goes_to_who_was_right() {
        let rows = vec![vec![Some(7.0); 200]; 4];
        let panel = Panel::new(0, &rows).unwrap();
        let stack = Stack {
            name: "two",
            members: vec![Box::new(Always(7.0)), Box::new(Always(300.0))],
            priors: std::array::from_fn(|_| even()),
            learning: Learning {
                pull: 0.01,
                ..Learning::MONTHLY
            },
        };
        let w = stack.weights(&panel.at(199), &[1, 3], 1).unwrap();
        assert!(w[Activity::Low as usize][0] > 0.97, "{w:?}");
        // nobody was quiet: nothing was learnt there
        assert_eq!(w[Activity::Quiet as usize], [0.5, 0.5]);
    }

    #[test]
    fn the_future_changes_no_byte() {
        let mut rows: Vec<Vec<Option<f64>>> = (0..6)
            .map(|u| {
                (0..150)
                    .map(|t| Some(f64::from((t * (u + 3)) % 11)))
                    .collect()
            })
            .collect();
        let stack = || Stack {
            name: "two",
            members: vec![
                Box::new(Conflictology { window: 12 }),
                Box::new(Conflictology { window: 3 }),
            ],
            priors: std::array::from_fn(|_| even()),
            learning: Learning::MONTHLY,
        };
        let clean = stack()
            .forecast(&Panel::new(0, &rows).unwrap().at(120), &[1, 5], 50, 9)
            .unwrap();
        for row in &mut rows {
            row[121..].fill(Some(1e9));
        }
        let corrupt = stack()
            .forecast(&Panel::new(0, &rows).unwrap().at(120), &[1, 5], 50, 9)
            .unwrap();
        assert_eq!(clean, corrupt);
    }

    proptest! {
        #[test]
        fn distances_are_those_of_all_pairs(
            mut x in prop::collection::vec(0u16..50, 1..20),
            mut y in prop::collection::vec(0u16..50, 1..20),
        ) {
            x.sort_unstable();
            y.sort_unstable();
            let f = |v: &[u16]| v.iter().map(|a| f32::from(*a)).collect::<Vec<_>>();
            let pairs: f64 = x.iter().flat_map(|a| y.iter().map(move |b| f64::from(a.abs_diff(*b)))).sum();
            prop_assert!((distance(&f(&x), &f(&y)) - pairs / (x.len() * y.len()) as f64).abs() < 1e-9);
        }

        #[test]
        fn the_crps_of_a_mixture_is_that_of_its_draws(
            mut x in prop::collection::vec(0u16..50, 8),
            mut y in prop::collection::vec(0u16..50, 8),
            outcome in 0u16..60,
        ) {
            x.sort_unstable();
            y.sort_unstable();
            let f = |v: &[u16]| v.iter().map(|a| f32::from(*a)).collect::<Vec<_>>();
            let (x, y) = (f(&x), f(&y));
            let mut lessons = Lessons::new(&even());
            lessons.next_origin();
            lessons.add(&[&x, &y], f64::from(outcome));
            let mut both = [x, y].concat();
            crate::ensemble::settle(&mut both);
            prop_assert!((lessons.origins[0].crps(&[0.5, 0.5]) - crate::verify::crps(&both, f64::from(outcome))).abs() < 1e-9);
        }
    }
}
