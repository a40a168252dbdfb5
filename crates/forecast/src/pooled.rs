//! A measure that may go up or down, forecast for all units together: a regression for each lead, tails from the data.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use detente_relations::describe::{mean, median};

use crate::ensemble::settle;
use crate::error::in_range;
use crate::linear::{Linear, ridge};
use crate::past::{Covariate, HALF_LIVES, Standing, all_standings, gap, thinned, usual_variance};
use crate::{Design, Draw, Error, Forecast, Forecaster, Panel, View};

/// Direct regressions pooled over units, one for each lead.
///
/// Let `m` be the mean and `d` the standard deviation of all that a unit has been up to period `s`. The outcome at `s + lead`
/// is `m + d (location + scale * e)`, where
/// - `location` is a ridge regression of `(y - m) / d` on the last value and the exponentially weighted means (half-lives 1,
///   3, 12 and 48 periods; missing periods are skipped), each as its distance from `m` in units of `d`;
/// - `ln scale` is a ridge regression of `ln |error|` on the unit's exponentially weighted standard deviation, the distance of
///   the last value, `d` against the other units' and the share of periods monitored of late;
/// - `e` is drawn from the unit's own standardised errors or from those of all units, with the chance n / (n + `concentration`)
///   for its n own ones: tails and skew are those of the data, the unit's own as far as it has shown them (the posterior mean
///   of a Dirichlet process around the pooled errors, Ferguson 1973, Annals of Statistics 1: 209-230).
///
/// Only pairs whose outcome lies at or before the origin are learnt from. `s` is always a monitored period: a unit that nobody
/// has looked at for g periods is forecast from its last monitored period with a regression for `lead + g`, so a gap widens the
/// forecast as much as such gaps did before. Where the past is too short for that lead the draws are those of climatology, the
/// unit's own past as it was; [`Fitted::basis`] tells which.
///
/// After direct forecasts with pooled coefficients as in Pesaran, Pick & Timmermann (2022, "Forecasting with panel data",
/// CEPR discussion paper 17123), and location-scale regression as in He (1997, The American Statistician 51: 186-192).
#[derive(Debug, Clone, PartialEq)]
pub struct Pooled {
    /// Ridge penalty, in pairs: a coefficient learnt from as many pairs is halved.
    pub penalty: f64,
    /// Fewest own periods monitored from which a unit is learnt from or forecast by regression.
    pub minimum: usize,
    /// Fewest pairs, over all units, for a regression.
    pub pairs: usize,
    /// Fewest pairs that do not overlap in time (pairs / lead) for a regression.
    pub apart: usize,
    /// How many of a unit's own errors weigh as much as those of all units.
    pub concentration: f64,
    /// Most pairs learnt from for a lead; of more, evenly spread ones are taken.
    pub most: usize,
    /// Further panels of the same units, whose last value and exponentially weighted mean (half-life 12 periods) enter the location. They
    /// are cut at the same origin; a missing value counts as the unit's own mean.
    pub covariates: Vec<Panel>,
}

impl Default for Pooled {
    fn default() -> Self {
        Self {
            penalty: 10.0,
            minimum: 8,
            pairs: 30,
            apart: 5,
            concentration: 120.0,
            most: 20_000,
            covariates: Vec::new(),
        }
    }
}

/// What the draws of a cell rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Nobody has looked at the unit: no draws.
    Nothing,
    /// The unit's own past as it was: there were too few pairs, or too few of its own periods, for more.
    Climatology,
    /// A regression on so many pairs.
    Regression {
        /// The pairs learnt from.
        pairs: usize,
    },
}

/// The regressions of a view, ready to draw from.
#[derive(Debug, Clone)]
pub struct Fitted<'a> {
    view: View<'a>,
    leads: Vec<u32>,
    cells: Vec<Cell>,
    lessons: BTreeMap<u32, Lesson>,
    concentration: f64,
}

/// Where a cell is centred, how wide it is, and by which lesson.
#[derive(Debug, Clone, Copy)]
enum Cell {
    Nothing,
    Own,
    Learnt { centre: f64, width: f64, lead: u32 },
}

/// What was learnt for one lead.
#[derive(Debug, Clone)]
struct Lesson {
    location: Linear,
    scale: Linear,
    /// Smallest and largest `ln scale` among the pairs: no unit is given one beyond them.
    scales: (f64, f64),
    /// Standardised errors of the pairs learnt from.
    errors: Vec<f64>,
    /// Those of each unit, from all of its pairs.
    own: Vec<Vec<f64>>,
}

/// The standings that features are made from.
struct Table {
    own: Vec<Vec<Option<Standing>>>,
    others: Vec<Covariate>,
    prior: f64,
}

impl Pooled {
    /// Learns from everything up to the view's origin.
    ///
    /// # Errors
    /// A setting out of range; covariates of other units.
    pub fn fit<'a>(&self, view: &View<'a>, leads: &[u32]) -> Result<Fitted<'a>, Error> {
        self.check()?;
        let table = Table::of(view, &self.covariates)?;
        let mut lessons: BTreeMap<u32, Option<Lesson>> = BTreeMap::new();
        let mut cells = Vec::with_capacity(view.units() * leads.len());
        for unit in 0..view.units() {
            let end = table.own[unit].last().copied().flatten();
            let end = end.zip(gap(view, table.own[unit].len(), end));
            for &lead in leads {
                let Some((end, gap)) = end else {
                    cells.push(Cell::Nothing);
                    continue;
                };
                let ahead = lead + gap;
                if let Entry::Vacant(lesson) = lessons.entry(ahead) {
                    lesson.insert(self.learn(view, &table, ahead)?);
                }
                let place = view.past(unit).len() - 1 - end.since as usize;
                cells.push(match &lessons[&ahead] {
                    Some(lesson) if end.n >= self.minimum as f64 && end.sd(table.prior) > 0.0 => {
                        table.cell(unit, place, ahead, lesson)
                    }
                    _ => Cell::Own,
                });
            }
        }
        Ok(Fitted {
            view: *view,
            leads: leads.to_vec(),
            cells,
            lessons: lessons
                .into_iter()
                .filter_map(|(lead, lesson)| Some((lead, lesson?)))
                .collect(),
            concentration: self.concentration,
        })
    }

    fn check(&self) -> Result<(), Error> {
        let minimum = self.minimum as f64;
        in_range(
            "the minimum of own periods",
            minimum,
            "2 or more",
            self.minimum >= 2,
        )?;
        in_range(
            "the most pairs",
            self.most as f64,
            "1 or more",
            self.most >= 1,
        )?;
        in_range(
            "the concentration",
            self.concentration,
            "above 0",
            self.concentration > 0.0,
        )?;
        Ok(())
    }

    /// The regressions for one lead; `None` if there are too few pairs.
    fn learn(&self, view: &View, table: &Table, lead: u32) -> Result<Option<Lesson>, Error> {
        let ahead = lead as usize;
        let mut pairs = Vec::new();
        for unit in 0..view.units() {
            let past = view.past(unit);
            for at in 0..past.len().saturating_sub(ahead) {
                let enough = table.own[unit][at].is_some_and(|s| {
                    s.since == 0 && s.n >= self.minimum as f64 && s.sd(table.prior) > 0.0
                });
                if enough && !past[at + ahead].is_nan() {
                    pairs.push((unit, at));
                }
            }
        }
        if pairs.len() < self.pairs || pairs.len() / ahead < self.apart {
            return Ok(None);
        }
        let keep = thinned(pairs.len(), self.most);
        let mut x = Design::new(HALF_LIVES.len() + 1 + 2 * self.covariates.len());
        let mut spread = Design::new(SPREAD_FEATURES);
        let mut y = Vec::new();
        let outcome = |unit: usize, at: usize, s: &Standing| {
            (view.past(unit)[at + ahead] - s.mean) / s.sd(table.prior)
        };
        for (_, &(unit, at)) in pairs.iter().enumerate().filter(|(i, _)| keep(*i)) {
            let s = table.own[unit][at].expect("a pair starts in a monitored period");
            x.push(&table.features(unit, at, &s))?;
            spread.push(&table.spread(&s))?;
            y.push(outcome(unit, at, &s));
        }
        let location = ridge(&x, &y, None, self.penalty)?;
        let size: Vec<f64> = location.left_out.iter().map(|e| e.abs()).collect();
        let usual = median(&size).unwrap_or(0.0);
        // without a floor the few errors that are nearly 0 would rule the logarithm
        let floor = (FLOOR * usual).max(f64::MIN_POSITIVE);
        let logs: Vec<f64> = size.iter().map(|e| (e + floor).ln()).collect();
        let scale = ridge(&spread, &logs, None, self.penalty)?.line;
        let fitted: Vec<f64> = spread.iter().map(|row| scale.at(row)).collect();
        let scales = fitted
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &s| {
                (lo.min(s), hi.max(s))
            });
        let errors: Vec<f64> = location
            .left_out
            .iter()
            .zip(&fitted)
            .map(|(e, s)| e / s.exp())
            .collect();
        let mut own = vec![Vec::new(); view.units()];
        for (unit, at) in pairs {
            let s = table.own[unit][at].expect("a pair starts in a monitored period");
            let off = outcome(unit, at, &s) - location.line.at(&table.features(unit, at, &s));
            own[unit].push(off / scale.at(&table.spread(&s)).exp());
        }
        // their shape is taken, not their centre: of a few dozen it is mostly chance
        let centre = mean(&errors).unwrap_or(0.0);
        for errors in &mut own {
            let shift = centre - mean(errors).unwrap_or(centre);
            errors.iter_mut().for_each(|e| *e += shift);
        }
        Ok(Some(Lesson {
            location: location.line,
            scale,
            scales,
            errors,
            own,
        }))
    }
}

/// Share of the usual error that is added to each before its logarithm is taken.
const FLOOR: f64 = 0.1;

/// Columns of the regression on the size of errors.
const SPREAD_FEATURES: usize = 5;

impl Table {
    fn of(view: &View, covariates: &[Panel]) -> Result<Self, Error> {
        let own = all_standings(view);
        let others = covariates.iter().map(|panel| Covariate::of(view, panel));
        Ok(Self {
            prior: usual_variance(&own),
            others: others.collect::<Result<_, _>>()?,
            own,
        })
    }

    fn features(&self, unit: usize, at: usize, s: &Standing) -> Vec<f64> {
        let d = s.sd(self.prior);
        let mut row = Vec::with_capacity(HALF_LIVES.len() + 1 + 2 * self.others.len());
        row.push((s.last - s.mean) / d);
        row.extend(s.recent.iter().map(|r| (r - s.mean) / d));
        for other in &self.others {
            let then = other.at(unit, at);
            row.extend(then.map_or([0.0; 2], |c| {
                let d = c.sd(other.prior);
                let of = |v: f64| if d > 0.0 { (v - c.mean) / d } else { 0.0 };
                [if c.since == 0 { of(c.last) } else { 0.0 }, of(c.recent[2])]
            }));
        }
        row
    }

    fn spread(&self, s: &Standing) -> [f64; SPREAD_FEATURES] {
        let d = s.sd(self.prior);
        let against_others = if self.prior > 0.0 {
            (d / self.prior.sqrt()).ln()
        } else {
            0.0
        };
        [
            (s.recent_sd() / d + 0.05).ln(),
            ((s.last - s.mean).abs() / d).ln_1p(),
            against_others,
            s.monitored,
            1.0 / s.n,
        ]
    }

    fn cell(&self, unit: usize, at: usize, lead: u32, lesson: &Lesson) -> Cell {
        let s = self.own[unit][at].expect("the last monitored period has a standing");
        let d = s.sd(self.prior);
        let (lo, hi) = lesson.scales;
        Cell::Learnt {
            centre: s.mean + d * lesson.location.at(&self.features(unit, at, &s)),
            width: d * lesson.scale.at(&self.spread(&s)).clamp(lo, hi).exp(),
            lead,
        }
    }
}

impl Fitted<'_> {
    /// What the draws of a unit at the lead of that place rest on.
    pub fn basis(&self, unit: usize, lead: usize) -> Basis {
        match self.cells[unit * self.leads.len() + lead] {
            Cell::Nothing => Basis::Nothing,
            Cell::Own => Basis::Climatology,
            Cell::Learnt { lead, .. } => Basis::Regression {
                pairs: self.lessons[&lead].errors.len(),
            },
        }
    }

    /// The forecast of a seed.
    ///
    /// # Errors
    /// No draw; a lead of 0.
    pub fn draw(&self, draws: usize, seed: u64) -> Result<Forecast, Error> {
        let mut forecast = Forecast::empty(self.view.units(), &self.leads, draws)?;
        let leads = self.leads.len();
        for (unit, lead, cell) in forecast.cells_mut() {
            let mut draw = Draw::of(seed, unit, self.leads[lead]);
            match self.cells[unit * leads + lead] {
                Cell::Nothing => continue,
                Cell::Own => {
                    let own: Vec<f64> = seen(self.view.past(unit)).collect();
                    cell.fill_with(|| own[draw.below(own.len())] as f32);
                }
                Cell::Learnt {
                    centre,
                    width,
                    lead,
                } => {
                    let lesson = &self.lessons[&lead];
                    let (own, all) = (&lesson.own[unit], &lesson.errors);
                    let n = own.len() as f64;
                    let share = n / (n + self.concentration);
                    cell.fill_with(|| {
                        let e = if draw.uniform() < share {
                            own[draw.below(own.len())]
                        } else {
                            all[draw.below(all.len())]
                        };
                        (centre + width * e) as f32
                    });
                }
            }
            settle(cell);
        }
        Ok(forecast)
    }
}

fn seen(past: &[f64]) -> impl Iterator<Item = f64> {
    past.iter().copied().filter(|v| !v.is_nan())
}

impl Forecaster for Pooled {
    fn name(&self) -> String {
        "pooled-regression".to_owned()
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        Forecast::empty(0, leads, draws)?;
        self.fit(view, leads)?.draw(draws, seed)
    }
}
