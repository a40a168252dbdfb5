//! Events that bring on events: a self- and neighbour-exciting process in discrete time.

use crate::ensemble::settle;
use crate::history::{fresh, gap};
use crate::{Draw, Error, Forecast, Forecaster, View};

mod branching;
mod fit;

pub use branching::{Branching, spectral_radius};
pub use fit::Excited;

/// Half-lives of the kernels, in periods.
pub(crate) const KERNELS: [f64; 3] = [1.0, 6.0, 36.0];

/// The kernel through which neighbours act.
const AROUND: usize = 1;

/// Hawkes process (Hawkes 1971, Biometrika 58: 83-90) in discrete time, an INAR(infinity) (Kirchner 2016, Stochastic Processes and their
/// Applications 126: 2494-2525), over units that border on each other (as over places: Mohler, Short, Brantingham, Schoenberg & Tita
/// 2011, Journal of the American Statistical Association 106: 100-108).
///
/// ```text
/// rate_i(t) = mu_i + sum over k of alpha_k sum over s >= 1 of g_k(s) y_i(t - s)
///                  + beta mean over neighbours j of sum over s >= 1 of g_2(s) min(y_j(t - s), cap)
/// g_k(s) = (1 - r_k) r_k^(s - 1),  r_k = 2^(-1 / half-life_k),  half-lives 1, 6 and 36 periods
/// y_i(t) ~ NB(rate_i(t), size_i(t)),  variance rate + rate^2 / size,  ln size_i(t) = d_0 + d_1 ln(1 / 10 + weighted mean of y_i)
/// ```
/// alpha, beta, d are common to all units; mu_i is a unit's own, drawn to the common mean. See [`Excited::fit`]. Forecasts are paths from the
/// origin to the largest lead, all units together; a draw at each lead is one path.
///
/// Neighbours' counts are capped, for spillover is of whether and not of how many: one unit's war of thousands would else drive all around it.
/// Missing periods are passed over: the kernels stand still and the likelihood has no term for them. A unit of which none of the 12
/// periods up to the origin was monitored gets no forecast and excites nobody; a unit that has never had an event stays near the common
/// background. Without any event in the past all is zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Excitation {
    /// Power at which counts act, above 0 and up to 1: 1 as they are, 1/2 by their square root.
    pub power: f64,
    /// What a neighbour's count in a period is cut to; above 0.
    pub cap: f64,
    /// The largest spectral radius of the branching matrix that is let pass; excitation above it is shrunk to it. In 0..1.
    pub most: f64,
}

impl Excitation {
    /// Months of deaths.
    pub const MONTHLY: Self = Self {
        power: 0.5,
        cap: 2.0,
        most: 0.98,
    };
}

impl Forecaster for Excitation {
    fn name(&self) -> String {
        "excitation".to_owned()
    }

    fn forecast(
        &self,
        view: &View,
        leads: &[u32],
        draws: usize,
        seed: u64,
    ) -> Result<Forecast, Error> {
        let mut forecast = Forecast::empty(view.units(), leads, draws)?;
        let fitted = Excited::fit(view, *self)?;
        let alive: Vec<bool> = (0..view.units()).map(|unit| fresh(view, unit)).collect();
        let gap = gap(view);
        let last = leads.iter().max().map_or(0, |&lead| lead as usize + gap);
        // lead by lead, unit by unit, draw by draw
        let mut kept = vec![0.0f32; leads.len() * view.units() * draws];
        let mut places = vec![Vec::new(); last + 1];
        for (place, &lead) in leads.iter().enumerate() {
            places[lead as usize + gap].push(place);
        }
        for path in 0..draws {
            let mut draw = Draw::of(seed, path, 0);
            let mut state = fitted.state(&alive);
            for at in &places[1..] {
                fitted.step(&mut state, &mut draw);
                for &place in at {
                    for (unit, &count) in state.counts.iter().enumerate() {
                        kept[(place * view.units() + unit) * draws + path] = fit::of_magnitude(count, self.power, &mut draw) as f32;
                    }
                }
            }
        }
        for (unit, lead, cell) in forecast.cells_mut() {
            if alive[unit] {
                let start = (lead * view.units() + unit) * draws;
                cell.copy_from_slice(&kept[start..start + draws]);
                settle(cell);
            }
        }
        Ok(forecast)
    }
}
