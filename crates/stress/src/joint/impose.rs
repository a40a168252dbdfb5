//! Margins from one forecaster, dependence from another ensemble.

use crate::{Error, Paths};
use detente_forecast::verify::quantile;
use detente_forecast::{Forecast, on_all_cores};

/// The draws of a forecast of every variable by itself, arranged as the paths of an ensemble go together: the path that has the r-th smallest value of n in a
/// month gets the quantile `(r - 1/2) / n` of the forecast's draws for that month. The margins are then the forecast's, the rank dependence across variables and
/// months is the ensemble's (Schaake shuffle: Clark, Gangopadhyay, Hay, Rajagopalan & Wilby 2004, Journal of Hydrometeorology 5: 243-262; ensemble copula
/// coupling: Schefzik, Thorarinsdottir & Gneiting 2013, Statistical Science 28: 616-640). Of equal values the one of the earlier path counts as smaller.
///
/// Units of the forecast are the variables, leads are months; between two leads quantiles lie on a straight line. **A variable is missing where the forecast has
/// no draws or the ensemble no values**: from a cell without draws to the next lead.
///
/// Memory: one month of all variables beside both ensembles.
///
/// # Errors
/// Not as many units as variables; leads that do not rise, do not begin with 1 or do not reach the last month.
pub fn impose(forecast: &Forecast, dependence: &Paths) -> Result<Paths, Error> {
    let (paths, months, variables) = (
        dependence.paths(),
        dependence.months(),
        dependence.variables(),
    );
    if forecast.units() != variables {
        return Err(Error::Shape {
            what: "units of the forecast and variables of the paths",
            expected: variables,
            found: forecast.units(),
        });
    }
    let leads = forecast.leads();
    if !leads.is_sorted_by(|a, b| a < b) || leads.first() != Some(&1) {
        return Err(Error::OutOfRange {
            what: "the first lead of the forecast",
            value: leads.first().map_or(f64::NAN, |&l| f64::from(l)),
            range: "1, with the others rising",
        });
    }
    if leads.last().is_none_or(|&last| (last as usize) < months) {
        return Err(Error::TooFew {
            what: "months reached by the leads of the forecast",
            needed: months,
            found: leads.last().map_or(0, |&l| l as usize),
        });
    }
    let mut made = Paths::missing(paths, months, variables)?;
    for month in 1..=months {
        let columns = on_all_cores(variables, |v| {
            if !dependence.is_known(month, v) {
                return None;
            }
            let margin = Margin::of(forecast, v, month)?;
            let values = dependence.across(month, v);
            let mut order: Vec<u32> = (0..paths as u32).collect();
            order.sort_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
            let mut column = vec![0.0; paths];
            for (rank, &path) in order.iter().enumerate() {
                column[path as usize] = margin.at((rank as f64 + 0.5) / paths as f64);
            }
            Some(column)
        });
        for path in 0..paths {
            let to = &mut made.path_mut(path)[(month - 1) * variables..month * variables];
            for (to, column) in to.iter_mut().zip(&columns) {
                if let Some(column) = column {
                    *to = column[path];
                }
            }
        }
    }
    Ok(made)
}

/// The draws for a month: those of the lead before and after it, with the share of the latter.
struct Margin<'a> {
    before: &'a [f32],
    after: &'a [f32],
    share: f64,
}

impl<'a> Margin<'a> {
    fn of(forecast: &'a Forecast, variable: usize, month: usize) -> Option<Self> {
        let leads = forecast.leads();
        let after = leads.partition_point(|&lead| (lead as usize) < month);
        let lead = *leads.get(after)? as usize;
        let before = if lead == month { after } else { after - 1 };
        let from = leads[before] as usize;
        Some(Self {
            before: forecast.cell(variable, before)?,
            after: forecast.cell(variable, after)?,
            share: (month - from) as f64 / (lead - from).max(1) as f64,
        })
    }

    /// Quantile as of a sample whose i-th of m draws stands at `(i - 1/2) / m`, so that as many paths as draws get just the draws.
    fn at(&self, p: f64) -> f32 {
        let of = |draws: &[f32]| {
            let m = draws.len() as f64;
            if draws.len() < 2 {
                return quantile(draws, 0.5);
            }
            quantile(draws, (p * m - 0.5) / (m - 1.0))
        };
        let (before, after) = (of(self.before), of(self.after));
        (before + self.share * (after - before)) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_forecast::settle;

    fn forecast(leads: &[u32], cells: &[&[f32]]) -> Forecast {
        let draws = cells[0].len();
        let units = cells.len() / leads.len();
        let mut forecast = Forecast::empty(units, leads, draws).unwrap();
        for ((_, _, cell), from) in forecast.cells_mut().zip(cells) {
            cell.copy_from_slice(from);
            settle(cell);
        }
        forecast
    }

    #[test]
    fn draws_are_arranged_by_the_ranks_of_the_paths() {
        let mut paths = Paths::missing(3, 1, 2).unwrap();
        for (p, values) in [[0.2, -1.0], [0.1, -2.0], [0.3, -3.0]].iter().enumerate() {
            paths.path_mut(p).copy_from_slice(values);
        }
        let given = forecast(&[1], &[&[10.0, 30.0, 20.0], &[7.0, 5.0, 6.0]]);
        let made = impose(&given, &paths).unwrap();
        assert_eq!(made.across(1, 0), [20.0, 10.0, 30.0]);
        assert_eq!(made.across(1, 1), [7.0, 6.0, 5.0]);
    }

    #[test]
    fn months_between_leads_lie_between() {
        let mut paths = Paths::missing(2, 3, 1).unwrap();
        paths.path_mut(0).copy_from_slice(&[1.0, 9.0, 1.0]);
        paths.path_mut(1).copy_from_slice(&[2.0, 8.0, 2.0]);
        let given = forecast(&[1, 3], &[&[0.0, 1.0], &[10.0, 21.0]]);
        let made = impose(&given, &paths).unwrap();
        assert_eq!(made.path(0), [0.0, 11.0, 10.0]);
        assert_eq!(made.path(1), [1.0, 5.0, 21.0]);
    }

    #[test]
    fn missing_stays_missing_and_leads_must_reach() {
        let mut paths = Paths::missing(2, 2, 2).unwrap();
        paths
            .path_mut(0)
            .copy_from_slice(&[1.0, f32::NAN, 1.0, f32::NAN]);
        paths
            .path_mut(1)
            .copy_from_slice(&[2.0, f32::NAN, 2.0, f32::NAN]);
        let none = [f32::NAN; 2];
        let given = forecast(&[1, 2], &[&[0.0, 1.0], &none, &[0.0, 1.0], &[0.0, 1.0]]);
        let made = impose(&given, &paths).unwrap();
        assert_eq!(made.get(1, 1, 0), Some(1.0));
        assert_eq!(made.get(1, 2, 0), None);
        assert_eq!(made.get(1, 1, 1), None);
        let short = forecast(&[1], &[&[0.0], &[1.0]]);
        assert!(matches!(
            impose(&short, &paths),
            Err(Error::TooFew { needed: 2, .. })
        ));
        let late = forecast(&[2], &[&[0.0], &[1.0]]);
        assert!(impose(&late, &paths).is_err());
    }
}
