//! Counts in two steps: does anything happen, and how much if it does.

use crate::ensemble::settle;
use crate::history::{FEATURES, Histories, at};
use crate::linear::{Linear, logistic, logistic_regression, ridge};
use crate::past::thinned;
use crate::{Design, Draw, Error, Forecast, Forecaster, View};

mod size;

pub use size::{Size, fit_size, ln_negative_binomial, maximum};

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
const SIZE: usize = 9;

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
        row[at::LOGS],
        row[at::LEVEL],
        row[at::LEVEL + 1],
        row[at::LEVEL + 2],
        row[at::LEVEL + 3],
        row[at::GREATEST + 1],
        row[at::SHARE + 1],
        row[at::SHARE + 2],
    ]
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Panel;

    /// Poisson counts of these means, period 0 on.
    pub(crate) fn simulated(means: &[f64], periods: usize) -> Panel {
        let rows: Vec<Vec<Option<f64>>> = means
            .iter()
            .enumerate()
            .map(|(unit, &mean)| {
                let mut draw = Draw::of(11, unit, 0);
                (0..periods).map(|_| Some(draw.poisson(mean))).collect()
            })
            .collect();
        Panel::new(0, &rows).unwrap()
    }

    fn bytes(forecast: &Forecast) -> Vec<u32> {
        let cells = (0..forecast.units())
            .flat_map(|unit| (0..forecast.leads().len()).map(move |lead| (unit, lead)));
        cells
            .flat_map(|(unit, lead)| forecast.cell(unit, lead).unwrap_or(&[-1.0]).to_vec())
            .map(f32::to_bits)
            .collect()
    }

    /// Same seed same bytes, another seed others; what comes after the origin changes nothing.
    pub(crate) fn corrupted(model: &dyn Forecaster) {
        let around = vec![vec![1], vec![0, 2], vec![1], vec![]];
        let mut rows: Vec<Vec<Option<f64>>> = (0..4)
            .map(|unit| {
                let mut draw = Draw::of(2, unit, 0);
                (0..160)
                    .map(|t| (t % 17 != unit).then(|| draw.negative_binomial(unit as f64, 0.5)))
                    .collect()
            })
            .collect();
        let whole = Panel::new(0, &rows).and_then(|p| p.with_neighbours(around.clone()));
        for row in &mut rows {
            row[140..].fill(Some(1e6));
        }
        let other = Panel::new(0, &rows).and_then(|p| p.with_neighbours(around));
        let run = |panel: &Panel, seed| {
            bytes(
                &model
                    .forecast(&panel.at(139), &[1, 3, 6], 50, seed)
                    .unwrap(),
            )
        };
        let (whole, other) = (whole.unwrap(), other.unwrap());
        assert_eq!(run(&whole, 1), run(&whole, 1));
        assert_eq!(run(&whole, 1), run(&other, 1));
        assert_ne!(run(&whole, 1), run(&whole, 2));
    }

    /// A unit never monitored and one that went out of sight have no cell; one with gaps has.
    pub(crate) fn gone(model: &dyn Forecaster) {
        let mut draw = Draw::of(4, 0, 0);
        let mut row = |from: usize, to: usize, gaps: usize| -> Vec<Option<f64>> {
            (0..150)
                .map(|t| (t >= from && t < to && t % gaps != 1).then(|| draw.poisson(2.0)))
                .collect()
        };
        let rows = [
            row(0, 150, 3),
            row(0, 138, 200),
            row(0, 0, 2),
            row(0, 150, 200),
        ];
        let panel = Panel::new(0, &rows)
            .and_then(|p| p.with_neighbours(vec![vec![1, 2], vec![0], vec![0], vec![2]]))
            .unwrap();
        let forecast = model.forecast(&panel.at(149), &[2], 400, 3).unwrap();
        assert!(forecast.cell(1, 0).is_none() && forecast.cell(2, 0).is_none());
        for unit in [0, 3] {
            // gaps taken for zeros would draw unit 0 to 4 / 3
            let mean = forecast.cell(unit, 0).unwrap().iter().sum::<f32>() / 400.0;
            assert!((mean - 2.0).abs() < 0.5, "{unit}: {mean}");
        }
    }

    #[test]
    fn chances_and_sizes_are_found() {
        let panel = simulated(&[40.0, 3.0, 0.3, 0.0, 40.0, 3.0, 0.3, 0.0], 240);
        let forecast = Hurdle::MONTHLY
            .forecast(&panel.at(239), &[1, 5], 2000, 5)
            .unwrap();
        let mean = |unit| forecast.cell(unit, 1).unwrap().iter().sum::<f32>() / 2000.0;
        assert!((mean(0) - 40.0).abs() < 6.0, "{}", mean(0));
        assert!((mean(1) - 3.0).abs() < 1.0, "{}", mean(1));
        // P(y > 0) of a Poisson of mean 0.3 is 0.26
        let some = |unit| {
            let cell = forecast.cell(unit, 0).unwrap();
            cell.iter().filter(|v| **v > 0.0).count() as f64 / 2000.0
        };
        assert!((some(2) - 0.26).abs() < 0.12, "{}", some(2));
        assert!(some(3) < 0.05 && some(0) > 0.97);
    }

    #[test]
    fn no_event_in_the_past_gives_zeros() {
        let panel = simulated(&[0.0, 0.0], 60);
        let forecast = Hurdle::MONTHLY
            .forecast(&panel.at(59), &[1], 50, 5)
            .unwrap();
        assert!(forecast.cell(0, 0).unwrap().iter().all(|v| *v == 0.0));
    }

    #[test]
    fn nothing_after_the_origin_is_seen_and_nobody_is_told_without_data() {
        corrupted(&Hurdle::MONTHLY);
        gone(&Hurdle::MONTHLY);
    }

    #[test]
    fn bad_settings_and_short_pasts_are_refused() {
        let panel = simulated(&[1.0], 60);
        let none = Hurdle {
            penalty: 0.0,
            ..Hurdle::MONTHLY
        };
        assert!(none.forecast(&panel.at(59), &[1], 5, 5).is_err());
        let short = Hurdle::MONTHLY.forecast(&panel.at(10), &[1], 5, 5);
        assert!(matches!(short, Err(Error::TooFew { .. })));
    }
}
