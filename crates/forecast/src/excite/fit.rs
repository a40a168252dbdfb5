//! Fitting an exciting process to the past, and letting it go on.

use super::{AROUND, Branching, Excitation, KERNELS};
use crate::counts::{ln_negative_binomial, maximum};
use crate::{Draw, Error, View};

/// Rounds of fitting: each some steps of EM for the rates, then the dispersion.
const ROUNDS: usize = 3;
const STEPS: usize = 30;

/// Power of a step of EM, which takes it further; below 2 such steps still arrive (Salakhutdinov & Roweis 2003, ICML).
const RELAXED: f64 = 1.8;

/// Weight of the common mean in a unit's background, as of a gamma prior of this shape.
const SHAPE: f64 = 0.25;

/// What is added to the weighted mean count under the log in the dispersion.
const FLOOR: f64 = 0.1;

/// Components of the excitation: the own kernels, and the neighbours.
const PARTS: usize = KERNELS.len() + 1;

/// A fitted exciting process, standing at the end of the past it was fitted to.
#[derive(Debug, Clone, PartialEq)]
pub struct Excited {
    /// Background of each unit, in events a period; not negative. NaN for a unit never monitored.
    pub background: Vec<f64>,
    /// Mean direct offspring of one event in its own unit, by kernel (half-lives 1, 6 and 36 periods).
    pub own: [f64; KERNELS.len()],
    /// Mean direct offspring in a unit of one event (below the cap) in every one of its neighbours.
    pub neighbours: f64,
    /// d_0 and d_1 of the log size.
    pub dispersion: [f64; 2],
    /// Spectral radius of the branching matrix as fitted, before any shrinking.
    pub radius: f64,
    cap: f64,
    /// Weighted means of each unit's counts at the end of the past; NaN for a unit never monitored.
    levels: Vec<[f64; KERNELS.len()]>,
    /// Weighted mean of each unit's capped counts.
    capped: Vec<f64>,
    around: Vec<Vec<usize>>,
}

/// One monitored unit-period with what led up to it.
struct Case {
    unit: usize,
    count: f64,
    /// Weighted means of the unit's counts, and of the neighbours' capped counts, up to the period before.
    x: [f64; PARTS],
}

/// Where a path stands.
pub(super) struct State {
    pub(super) counts: Vec<f64>,
    levels: Vec<[f64; KERNELS.len()]>,
    capped: Vec<f64>,
    alive: Vec<bool>,
}

/// Weighted means that start from the first count and stand still where a period is missing.
struct Running {
    keep: f64,
    sum: f64,
    weight: f64,
}

impl Running {
    fn new(half_life: f64) -> Self {
        Self {
            keep: 0.5f64.powf(1.0 / half_life),
            sum: 0.0,
            weight: 0.0,
        }
    }

    fn mean(&self) -> f64 {
        self.sum / self.weight
    }

    fn take(&mut self, value: f64) {
        if !value.is_nan() {
            self.sum = self.sum * self.keep + value;
            self.weight = self.weight * self.keep + 1.0;
        }
    }
}

impl Excited {
    /// Fits the process to all that is seen.
    ///
    /// A negative binomial is a Poisson whose rate is multiplied by a hidden gamma factor, so the likelihood is raised by EM over that factor and
    /// over which part of the rate each event came from (Veen & Schoenberg 2008, Journal of the American Statistical Association
    /// 103: 614-624): with w = (size + y) / (size + rate), each coefficient becomes `sum of y (its share of the rate) / sum of w x`. A
    /// background has a gamma prior of shape 1/4 more whose mean is the mean background. The two parameters of the size are raised in turn
    /// by golden sections. If the [`spectral_radius`](super::spectral_radius) of the branching matrix is above `most`, the
    /// excitation is multiplied down to it.
    ///
    /// # Errors
    /// A cap that is not above 0; a power or `most` outside of its range.
    pub fn fit(view: &View, settings: Excitation) -> Result<Self, Error> {
        let (cap, most) = (settings.cap, settings.most);
        crate::error::in_range("the cap of an excitation", cap, "above 0", cap > 0.0)?;
        crate::error::in_range(
            "the power of an excitation",
            settings.power,
            "above 0, up to 1",
            settings.power > 0.0 && settings.power <= 1.0,
        )?;
        crate::error::in_range(
            "the largest spectral radius of an excitation",
            most,
            "0 to 1, 1 excluded",
            (0.0..1.0).contains(&most),
        )?;
        let (cases, mut fitted) = prepare(view, cap, settings.power);
        let total: f64 = cases.iter().map(|case| case.count).sum();
        if total > 0.0 {
            for _ in 0..ROUNDS {
                fitted.raise_rates(&cases);
                fitted.raise_size(&cases);
            }
        } else {
            fitted.background.iter_mut().for_each(|mu| *mu *= 0.0);
            (fitted.own, fitted.neighbours) = ([0.0; KERNELS.len()], 0.0);
        }
        fitted.radius = fitted.branching().radius();
        if fitted.radius > most {
            let share = most / fitted.radius;
            fitted.own = fitted.own.map(|a| a * share);
            fitted.neighbours *= share;
        }
        Ok(fitted)
    }

    /// Mean direct offspring by unit, at counts below the cap: `sum of alpha` on the diagonal, `beta / neighbours` beside it.
    pub fn branching(&self) -> Branching {
        let own = self.own.iter().sum::<f64>();
        let rows = self.around.iter().enumerate().map(|(unit, around)| {
            let each = self.neighbours / around.len().max(1) as f64;
            let mut row = vec![(unit, own)];
            row.extend(around.iter().map(|&n| (n, each)));
            row
        });
        Branching {
            rows: rows.collect(),
        }
    }

    fn rate(&self, unit: usize, x: &[f64; PARTS]) -> f64 {
        let own: f64 = self.own.iter().zip(x).map(|(a, x)| a * x).sum();
        self.background[unit] + own + self.neighbours * x[PARTS - 1]
    }

    fn size(&self, level: f64) -> f64 {
        let [d0, d1] = self.dispersion;
        (d0 + d1 * (FLOOR + level).ln()).clamp(-7.0, 7.0).exp()
    }

    fn raise_rates(&mut self, cases: &[Case]) {
        let sizes: Vec<f64> = cases.iter().map(|c| self.size(c.x[AROUND])).collect();
        let units = self.background.len();
        for _ in 0..STEPS {
            let (mut events, mut exposed) = ([0.0; PARTS], [0.0; PARTS]);
            let (mut own_events, mut own_exposed) = (vec![0.0; units], vec![0.0; units]);
            for (case, size) in cases.iter().zip(&sizes) {
                let rate = self.rate(case.unit, &case.x);
                let weight = (size + case.count) / (size + rate);
                own_exposed[case.unit] += weight;
                for (e, x) in exposed.iter_mut().zip(&case.x) {
                    *e += weight * x;
                }
                if case.count > 0.0 {
                    let per_rate = case.count / rate;
                    own_events[case.unit] += per_rate;
                    for (e, x) in events.iter_mut().zip(&case.x) {
                        *e += per_rate * x;
                    }
                }
            }
            let ratio = |k: usize| {
                if exposed[k] > 0.0 {
                    events[k] / exposed[k]
                } else {
                    0.0
                }
            };
            for (k, a) in self.own.iter_mut().enumerate() {
                *a *= ratio(k).powf(RELAXED);
            }
            self.neighbours *= ratio(PARTS - 1).powf(RELAXED);
            let known: Vec<f64> = self
                .background
                .iter()
                .copied()
                .filter(|mu| !mu.is_nan())
                .collect();
            let mean = (known.iter().sum::<f64>() / known.len() as f64).max(1e-9);
            for (unit, mu) in self.background.iter_mut().enumerate() {
                *mu = (SHAPE + *mu * own_events[unit]) / (SHAPE / mean + own_exposed[unit]);
            }
        }
    }

    fn raise_size(&mut self, cases: &[Case]) {
        let rates: Vec<f64> = cases.iter().map(|c| self.rate(c.unit, &c.x)).collect();
        let stride = (cases.len() / 20_000).max(1);
        let ln_likelihood = |model: &Self| -> f64 {
            let some = cases.iter().zip(&rates).step_by(stride);
            some.map(|(c, rate)| {
                let size = model.size(c.x[AROUND]);
                ln_negative_binomial(c.count, rate.max(1e-12), size)
            })
            .sum()
        };
        for k in [0, 1] {
            let here = self.dispersion[k];
            let mut trial = self.clone();
            self.dispersion[k] = maximum(here - 1.5, here + 1.5, |d| {
                trial.dispersion[k] = d;
                ln_likelihood(&trial)
            });
        }
    }

    /// The start of a path; units that are not alive have no counts and excite nobody.
    pub(super) fn state(&self, alive: &[bool]) -> State {
        State {
            counts: vec![0.0; alive.len()],
            levels: self.levels.clone(),
            capped: self.capped.clone(),
            alive: alive.to_vec(),
        }
    }

    /// One period further on a path.
    pub(super) fn step(&self, state: &mut State, draw: &mut Draw) {
        for unit in 0..state.counts.len() {
            if !state.alive[unit] {
                continue;
            }
            let mut x = [0.0; PARTS];
            x[..KERNELS.len()].copy_from_slice(&state.levels[unit]);
            x[PARTS - 1] = mean_around(&self.around[unit], |n| {
                state.alive[n].then_some(state.capped[n])
            });
            let rate = self.rate(unit, &x);
            state.counts[unit] = count(rate, self.size(x[AROUND]), draw);
        }
        let keep = KERNELS.map(|h| 0.5f64.powf(1.0 / h));
        for unit in 0..state.counts.len() {
            let y = state.counts[unit];
            for (level, keep) in state.levels[unit].iter_mut().zip(keep) {
                *level = keep * *level + (1.0 - keep) * y;
            }
            let keep = keep[AROUND];
            state.capped[unit] = keep * state.capped[unit] + (1.0 - keep) * y.min(self.cap);
        }
    }
}

/// The magnitude of a count: its power, rounded; a count above 0 has at least 1. NaN stays.
pub(super) fn magnitude(count: f64, power: f64) -> f64 {
    let z = count.powf(power).round();
    if count > 0.0 { z.max(1.0) } else { z }
}

/// A count of that magnitude, each of those that round to it alike.
pub(super) fn of_magnitude(z: f64, power: f64, draw: &mut Draw) -> f64 {
    if z < 0.5 || power == 1.0 {
        return z;
    }
    let edge = |z: f64| z.powf(1.0 / power).ceil();
    let (lo, hi) = (edge(z - 0.5).max(1.0), edge(z + 0.5));
    lo + (draw.uniform() * (hi - lo).max(1.0)).floor()
}

/// A negative binomial draw; most are 0 and cost one uniform number.
fn count(rate: f64, size: f64, draw: &mut Draw) -> f64 {
    const MOST: f64 = 1e7;
    if rate <= 0.0 {
        return 0.0;
    }
    if rate > 20.0 {
        return draw.negative_binomial(rate, size).min(MOST);
    }
    // by inversion: p(n + 1) = p(n) (n + size) / (n + 1) * rate / (size + rate)
    let mut left = draw.uniform();
    let mut p = (size * (size / (size + rate)).ln()).exp();
    let odds = rate / (size + rate);
    let mut n = 0.0;
    while left >= p && n < 1e5 && p > 1e-18 {
        left -= p;
        p *= (n + size) / (n + 1.0) * odds;
        n += 1.0;
    }
    n
}

fn mean_around(around: &[usize], value: impl Fn(usize) -> Option<f64>) -> f64 {
    let seen = around.iter().filter_map(|&n| value(n));
    let (sum, n) = seen.fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
    if n > 0.0 { sum / n } else { 0.0 }
}

/// The cases to learn from, and a process to start from.
fn prepare(view: &View, cap: f64, power: f64) -> (Vec<Case>, Excited) {
    let units = view.units();
    let seen = if units == 0 { 0 } else { view.past(0).len() };
    let mut levels: Vec<[Running; KERNELS.len()]> =
        (0..units).map(|_| KERNELS.map(Running::new)).collect();
    let mut capped: Vec<Running> = (0..units).map(|_| Running::new(KERNELS[AROUND])).collect();
    let mut cases = Vec::with_capacity(units * seen);
    let (mut sum, mut n) = (vec![0.0; units], vec![0.0; units]);
    for t in 0..seen {
        for unit in 0..units {
            let count = magnitude(view.past(unit)[t], power);
            if count.is_nan() {
                continue;
            }
            sum[unit] += count;
            n[unit] += 1.0;
            if levels[unit][0].weight == 0.0 {
                continue; // the first has nothing before it
            }
            let mut x = [0.0; PARTS];
            for (x, level) in x.iter_mut().zip(&levels[unit]) {
                *x = level.mean();
            }
            x[PARTS - 1] = mean_around(view.neighbours(unit), |n| {
                let mean = capped[n].mean();
                (!mean.is_nan()).then_some(mean)
            });
            cases.push(Case { unit, count, x });
        }
        for unit in 0..units {
            let count = magnitude(view.past(unit)[t], power);
            levels[unit].iter_mut().for_each(|level| level.take(count));
            if !count.is_nan() {
                capped[unit].take(count.min(cap)); // NaN.min(cap) is cap
            }
        }
    }
    let fitted = Excited {
        background: (0..units)
            .map(|u| 0.1 * (sum[u] + 0.1) / n[u])
            .map(|mu| if mu.is_finite() { mu } else { f64::NAN })
            .collect(),
        own: [0.3, 0.3, 0.2],
        neighbours: 0.1,
        dispersion: [-1.0, 0.5],
        radius: 0.0,
        cap,
        levels: levels
            .iter()
            .map(|unit| [unit[0].mean(), unit[1].mean(), unit[2].mean()])
            .collect(),
        capped: capped.iter().map(Running::mean).collect(),
        around: (0..units).map(|u| view.neighbours(u).to_vec()).collect(),
    };
    (cases, fitted)
}
