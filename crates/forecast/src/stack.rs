//! Several forecasters as one: a mixture whose weights were learnt on past origins.

use crate::ensemble::settle;
use crate::scales::TwoScale;
use crate::similar::Similar;
use crate::state::QUIET;
use crate::verify::{self, views};
use crate::{Error, Forecast, Forecaster, View};

/// A linear pool of ensembles (stacking of predictive distributions: Yao, Vehtari, Simpson & Gelman 2018, Bayesian Analysis 13: 917-1007).
///
/// The weights minimise, over cells of past origins whose outcome is known at the origin, the mean IGN of the mixture plus its CRPS as a
/// share of that of the even mixture, origin by origin. Units that are quiet (no event for [`QUIET`] periods) and active ones have weights of their own.
pub struct Stack {
    /// Its name in tables and files.
    pub name: &'static str,
    /// The forecasters.
    pub members: Vec<Box<dyn Forecaster + Send>>,
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
    /// Weight that every member keeps at least.
    pub floor: f64,
}

impl Learning {
    /// Monthly panels: ten past origins a year apart.
    pub const MONTHLY: Self = Self {
        origins: 10,
        step: 12,
        draws: 200,
        warm_up: 60,
        floor: 0.02,
    };
}

/// Weights of the members in each class of unit; each sums to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// For units with an event in the last [`QUIET`] periods.
    pub active: Vec<f64>,
    /// For all others.
    pub quiet: Vec<f64>,
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
        let ensembles = self.ensembles(view, leads, draws, seed)?;
        let mut forecast = Forecast::empty(view.units(), leads, draws)?;
        let quiet: Vec<bool> = (0..view.units())
            .map(|unit| !verify::active(view.past(unit), QUIET))
            .collect();
        for (unit, lead, cell) in forecast.cells_mut() {
            let weights = if quiet[unit] {
                &weights.quiet
            } else {
                &weights.active
            };
            let members: Vec<(f64, &[f32])> = weights
                .iter()
                .zip(&ensembles)
                .filter_map(|(w, e)| Some((*w, e.cell(unit, lead)?)))
                .collect();
            if mix(&members, cell) {
                settle(cell);
            }
        }
        Ok(forecast)
    }
}

impl Stack {
    /// The forecaster of monthly counts that this house stands by. Its settings were fixed on origins before 2018 (docs/forecasting.md).
    pub fn monthly_counts() -> Self {
        Self {
            name: "detente",
            members: vec![Box::new(TwoScale::MONTHLY), Box::new(Similar::MONTHLY)],
            learning: Learning::MONTHLY,
        }
    }

    /// The weights that this view's past origins give.
    ///
    /// # Errors
    /// Those of the members.
    pub fn weights(&self, view: &View, leads: &[u32], seed: u64) -> Result<Weights, Error> {
        let Learning {
            origins,
            step,
            draws,
            warm_up,
            floor,
        } = self.learning;
        let mut lessons = [
            Lessons::new(self.members.len()),
            Lessons::new(self.members.len()),
        ];
        let shortest = leads.iter().min().copied().unwrap_or(1) as i32;
        for back in 0..origins {
            let origin = view.origin() - shortest.max(step as i32) - (back * step) as i32;
            if origin < view.first() + warm_up as i32 {
                break;
            }
            let known: Vec<u32> = leads
                .iter()
                .copied()
                .filter(|&l| origin + l as i32 <= view.origin())
                .collect();
            let past = view.back_to(origin);
            let ensembles =
                self.ensembles(&past, &known, draws, seed.wrapping_add(back as u64 + 1))?;
            for class in &mut lessons {
                class.next_origin();
            }
            for unit in 0..view.units() {
                let class = usize::from(!verify::active(past.past(unit), QUIET));
                for (place, &lead) in known.iter().enumerate() {
                    let t = (origin - view.first()) as usize + lead as usize;
                    let outcome = view.past(unit)[t];
                    let cells: Option<Vec<&[f32]>> =
                        ensembles.iter().map(|e| e.cell(unit, place)).collect();
                    if let (false, Some(cells)) = (outcome.is_nan(), cells) {
                        lessons[class].add(&cells, outcome);
                    }
                }
            }
        }
        let [active, quiet] = lessons.map(|l| l.weights(floor));
        Ok(Weights { active, quiet })
    }

    fn ensembles(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Vec<Forecast>, Error> {
        self.members
            .iter()
            .zip(1u64..)
            .map(|(m, i)| m.forecast(view, leads, draws, seed.wrapping_mul(31).wrapping_add(i)))
            .collect()
    }
}

/// Fills a cell from the members' ascending draws in proportion to their weights, at even quantiles; false if there is no member.
fn mix(members: &[(f64, &[f32])], cell: &mut [f32]) -> bool {
    let total: f64 = members.iter().map(|(w, _)| w).sum();
    if total <= 0.0 {
        return false;
    }
    let (mut so_far, mut from) = (0.0, 0);
    for (weight, draws) in members {
        so_far += weight / total;
        let to = ((so_far * cell.len() as f64).round() as usize).min(cell.len());
        let n = to - from;
        for (i, value) in cell[from..to].iter_mut().enumerate() {
            *value = draws[(2 * i + 1) * draws.len() / (2 * n)];
        }
        from = to;
    }
    true
}

/// What past cells of one class say of the members.
struct Lessons {
    members: usize,
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
    fn new(members: usize) -> Self {
        Self {
            members,
            bins: Vec::new(),
            origins: Vec::new(),
        }
    }

    fn next_origin(&mut self) {
        let k = self.members;
        self.origins.push(Quadratic {
            alone: vec![0.0; k],
            apart: vec![0.0; k * k],
        });
    }

    fn add(&mut self, cells: &[&[f32]], outcome: f64) {
        let Some(sums) = self.origins.last_mut() else {
            return;
        };
        let k = self.members;
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
    fn weights(&self, floor: f64) -> Vec<f64> {
        let k = self.members;
        let even = vec![1.0 / k as f64; k];
        let cells = self.bins.len() / k;
        if cells == 0 {
            return even;
        }
        let scale: Vec<f64> = self.origins.iter().map(|q| q.crps(&even)).collect();
        let told = scale.iter().filter(|s| **s > 0.0).count().max(1) as f64;
        let mut weights = even.clone();
        for round in 0..ROUNDS {
            let mut gradient = vec![0.0; k];
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
            let rate = 1.0 / (1.0 + round as f64 / 20.0);
            let lowest = gradient.iter().copied().fold(f64::INFINITY, f64::min);
            for (w, g) in weights.iter_mut().zip(&gradient) {
                *w *= (-rate * (g - lowest)).exp();
            }
            let total: f64 = weights.iter().sum();
            weights.iter_mut().for_each(|w| *w /= total);
        }
        weights
            .iter_mut()
            .for_each(|w| *w = floor + (1.0 - floor * k as f64) * *w);
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
    fn a_mixture_takes_even_quantiles_of_its_members() {
        let mut cell = [0.0f32; 8];
        let (x, y) = ([1.0f32, 2.0, 3.0, 4.0], [10.0f32, 20.0]);
        assert!(mix(&[(0.5, &x), (0.5, &y)], &mut cell));
        assert_eq!(cell, [1.0, 2.0, 3.0, 4.0, 10.0, 10.0, 20.0, 20.0]);
        assert!(!mix(&[], &mut cell));
    }

    #[test]
    fn weight_goes_to_who_was_right() {
        let rows = vec![vec![Some(7.0); 200]; 4];
        let panel = Panel::new(0, &rows).unwrap();
        let stack = Stack {
            name: "two",
            members: vec![Box::new(Always(7.0)), Box::new(Always(300.0))],
            learning: Learning::MONTHLY,
        };
        let w = stack.weights(&panel.at(199), &[1, 3], 1).unwrap();
        assert!(w.active[0] > 0.97, "{w:?}");
        // nobody was quiet: nothing was learnt there
        assert_eq!(w.quiet, [0.5, 0.5]);
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
            let mut lessons = Lessons::new(2);
            lessons.next_origin();
            lessons.add(&[&x, &y], f64::from(outcome));
            let mut both = [x, y].concat();
            settle(&mut both);
            prop_assert!((lessons.origins[0].crps(&[0.5, 0.5]) - verify::crps(&both, f64::from(outcome))).abs() < 1e-9);
        }
    }
}
