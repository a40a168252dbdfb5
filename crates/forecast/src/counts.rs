//! Counts in two steps: does anything happen, and how much if it does.

use crate::ensemble::settle;
use crate::history::{FEATURES, Histories, at};
use crate::linear::{Linear, logistic, logistic_regression, ridge};
use crate::past::thinned;
use crate::{Design, Draw, Error, Forecast, Forecaster, View};

mod size;

pub use size::{Size, fit_size};
pub(crate) use size::{ln_negative_binomial, maximum};

/// Hurdle model (Mullahy 1986, Journal of Econometrics 33: 341-365) with everything pooled over units.
///
/// ```text
/// P(y > 0 at lead h) = 1 / (1 + exp(-(a_h + b_h x)))      x: the unit's past at the origin
/// y | y > 0 ~ Size(exp(c_h + d_h x), dispersion_h)          see `Size`
/// ```
/// `x` are the unit's shares of periods with an event and its weighted mean counts on several half-lives, the time since the last event
/// and the neighbours' share and mean. Both steps are ridge regressions on all past origins of all units whose outcome at the same lead is
/// known, so a unit that has no events of its own is drawn to what such units did. The dispersion is fitted to the outcomes at each lead
/// and so widens with it as it did.
///
/// Missing periods are passed over; a unit of which none of the 12 periods up to the origin was monitored gets no forecast. A panel
/// without any event in its past gives zeros; one whose past is too short for a lead (fewer than 30 cases) an error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hurdle {
    /// The most past cases that each regression learns from, evenly spread if there are more.
    pub cases: usize,
    /// Ridge penalty of both regressions, on features of unit spread.
    pub penalty: f64,
}

impl Hurdle {
    /// Months of deaths.
    pub const MONTHLY: Self = Self {
        cases: 4000,
        penalty: 1.0,
    };
}

/// Fewest past cases that a lead is learnt from.
const FEWEST: usize = 30;

/// Features of the step.
const STEP: usize = 9;

/// Features of the size.
const SIZE: usize = 8;

/// The two fitted steps at one lead.
struct Lead {
    step: Option<Linear>,
    rate: f64,
    size: Option<(Linear, Vec<Size>, Vec<f64>)>,
}

impl Forecaster for Hurdle {
    fn name(&self) -> String {
        "hurdle".to_owned()
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        crate::error::in_range(
            "the ridge penalty of a hurdle model",
            self.penalty,
            "above 0",
            self.penalty > 0.0,
        )?;
        let mut forecast = Forecast::empty(view.units(), leads, draws)?;
        let histories = Histories::of(view);
        let fitted = leads
            .iter()
            .map(|&lead| self.learn(view, &histories, histories.reach(lead)))
            .collect::<Result<Vec<Lead>, Error>>()?;
        for (unit, lead, cell) in forecast.cells_mut() {
            let Some(row) = histories.now(view, unit) else {
                continue;
            };
            let fit = &fitted[lead];
            let chance = match &fit.step {
                Some(step) => logistic(step.at(&step_features(row))),
                None => fit.rate,
            };
            let mut draw = Draw::of(seed, unit, leads[lead]);
            cell.fill(0.0);
            if let Some((line, sizes, edges)) = &fit.size {
                let centre = line.at(&size_features(row));
                let size = &sizes[class(edges, centre)];
                for value in cell.iter_mut() {
                    if draw.uniform() < chance {
                        *value = size.draw(centre, &mut draw) as f32;
                    }
                }
            }
            settle(cell);
        }
        Ok(forecast)
    }
}

impl Hurdle {
    fn learn(&self, view: &View, histories: &Histories, reach: usize) -> Result<Lead, Error> {
        let mut cases: Vec<(&[f64; FEATURES], f64)> = Vec::new();
        for unit in 0..view.units() {
            for (t, &outcome) in view.past(unit).iter().enumerate().skip(reach) {
                if !outcome.is_nan()
                    && let Some(row) = histories.get(unit, t - reach)
                {
                    cases.push((row, outcome));
                }
            }
        }
        if cases.len() < FEWEST {
            return Err(Error::TooFew {
                what: "past cases of a hurdle model whose outcome at the lead is known",
                needed: FEWEST,
                found: cases.len(),
            });
        }
        let some: Vec<&(&[f64; FEATURES], f64)> =
            cases.iter().filter(|case| case.1 > 0.0).collect();
        let rate = some.len() as f64 / cases.len() as f64;
        let step = if some.is_empty() || some.len() == cases.len() {
            None
        } else {
            let keep = thinned(cases.len(), self.cases);
            let mut design = Design::new(STEP);
            let mut came = Vec::new();
            for (_, (row, outcome)) in cases.iter().enumerate().filter(|(i, _)| keep(*i)) {
                design.push(&step_features(row))?;
                came.push(*outcome > 0.0);
            }
            let mixed = came.contains(&true) && came.contains(&false);
            mixed
                .then(|| logistic_regression(&design, &came, None, self.penalty))
                .transpose()?
        };
        let size = if some.is_empty() {
            None
        } else {
            let keep = thinned(some.len(), self.cases / 2);
            let mut design = Design::new(SIZE);
            let mut counts = Vec::new();
            for (_, (row, outcome)) in some.iter().enumerate().filter(|(i, _)| keep(*i)) {
                design.push(&size_features(row))?;
                counts.push(*outcome);
            }
            let logs: Vec<f64> = counts.iter().map(|y| (y - 0.5).max(0.5).ln()).collect();
            let line = ridge(&design, &logs, None, self.penalty)?.line;
            let centres: Vec<f64> = design.iter().map(|row| line.at(row)).collect();
            let (sizes, edges) = size::by_class(&centres, &counts);
            Some((line, sizes, edges))
        };
        Ok(Lead { step, rate, size })
    }
}

/// The class of a centre among ascending edges.
fn class(edges: &[f64], centre: f64) -> usize {
    edges.partition_point(|edge| *edge <= centre)
}

fn step_features(row: &[f64; FEATURES]) -> [f64; STEP] {
    // shares on the scale of log odds, kept off their ends
    let odds = |share: f64| ((share + 0.02) / (1.02 - share)).ln();
    [
        odds(row[at::SHARE]),
        odds(row[at::SHARE + 1]),
        odds(row[at::SHARE + 2]),
        row[at::SINCE],
        row[at::LAST],
        row[at::LEVEL + 1],
        row[at::LEVEL + 3],
        odds(row[at::SHARE_AROUND]),
        row[at::LEVEL_AROUND],
    ]
}

fn size_features(row: &[f64; FEATURES]) -> [f64; SIZE] {
    [
        row[at::LAST],
        row[at::LEVEL],
        row[at::LEVEL + 1],
        row[at::LEVEL + 2],
        row[at::LEVEL + 3],
        row[at::GREATEST + 1],
        row[at::SHARE + 1],
        row[at::SHARE + 2],
    ]
}
