//! Events that bring on events: a self- and neighbour-exciting process in discrete time.

use crate::ensemble::settle;
use crate::history::fresh;
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
/// z = round(y^power), 1 or more where y is; in the lines above and below y stands for z
/// y_i(t) ~ NB(rate_i(t), size_i(t)),  variance rate + rate^2 / size,  ln size_i(t) = d_0 + d_1 ln(1 / 10 + weighted mean of y_i)
/// ```
/// alpha, beta, d are common to all units; mu_i is a unit's own, drawn to the common mean. See [`Excited::fit`]. Forecasts are paths from the
/// origin to the largest lead, all units together; a draw at each lead is one path.
///
/// On counts as they are (`power` 1) single months of thousands decide the fit; by their square root, the default for deaths, they do not. A drawn z
/// becomes one of the counts that round to it, each alike.
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
        let gap = view.gap();
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
                        kept[(place * view.units() + unit) * draws + path] =
                            fit::of_magnitude(count, self.power, &mut draw) as f32;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panel;
    use crate::counts::tests::{corrupted, gone, simulated};

    const PLAIN: Excitation = Excitation {
        power: 1.0,
        cap: 1000.0,
        most: 0.98,
    };

    /// A ring of units that excite themselves and their neighbours through the kernel of half-life 6.
    fn ring(own: f64, beside: f64) -> Panel {
        let (units, periods) = (20, 400);
        let keep = 0.5f64.powf(1.0 / 6.0);
        let around = |u: usize| [(u + 1) % units, (u + units - 1) % units];
        let mut rows = vec![Vec::new(); units];
        let mut level = vec![1.0; units];
        let mut draw = Draw::of(8, 0, 0);
        for _ in 0..periods {
            let counts: Vec<f64> = (0..units)
                .map(|u| {
                    let [a, b] = around(u);
                    let rate = 0.2 + own * level[u] + beside * (level[a] + level[b]) / 2.0;
                    draw.negative_binomial(rate, 2.0)
                })
                .collect();
            for (u, &y) in counts.iter().enumerate() {
                rows[u].push(Some(y));
                level[u] = keep * level[u] + (1.0 - keep) * y;
            }
        }
        Panel::new(0, &rows)
            .and_then(|p| p.with_neighbours((0..units).map(|u| around(u).to_vec()).collect()))
            .unwrap()
    }

    #[test]
    fn the_process_that_drew_is_found_again() {
        let panel = ring(0.5, 0.3);
        let fit = Excited::fit(&panel.at(399), PLAIN).unwrap();
        let own: f64 = fit.own.iter().sum();
        assert!((own - 0.5).abs() < 0.15, "{:?}", fit.own);
        assert!((fit.neighbours - 0.3).abs() < 0.15, "{}", fit.neighbours);
        // rows of equal sums: their radius is the sum
        assert!((fit.radius - own - fit.neighbours).abs() < 1e-6);
        let background = fit.background.iter().sum::<f64>() / 20.0;
        assert!((background - 0.2).abs() < 0.12, "{background}");
        let alone = Excited::fit(&ring(0.5, 0.0).at(399), PLAIN).unwrap();
        assert!(alone.neighbours < 0.12, "{}", alone.neighbours);
    }

    #[test]
    fn excitation_above_the_limit_is_shrunk_to_it() {
        let tight = Excitation { most: 0.4, ..PLAIN };
        let fit = Excited::fit(&ring(0.5, 0.3).at(399), tight).unwrap();
        assert!(fit.radius > 0.4);
        assert!((fit.branching().radius() - 0.4).abs() < 1e-6);
    }

    #[test]
    fn magnitudes_hold_the_counts_that_round_to_them() {
        let mut draw = Draw::of(1, 0, 0);
        for y in 0..400 {
            let z = fit::magnitude(f64::from(y), 0.5);
            assert_eq!(
                z,
                f64::from(y).sqrt().round().max(f64::from(u8::from(y > 0)))
            );
            let back = fit::of_magnitude(z, 0.5, &mut draw);
            assert_eq!(fit::magnitude(back, 0.5), z, "{y}");
            assert_eq!(
                fit::of_magnitude(f64::from(y), 1.0, &mut draw),
                f64::from(y)
            );
        }
    }

    #[test]
    fn a_steady_unit_goes_on_and_a_quiet_world_stays_quiet() {
        let panel = simulated(&[6.0, 6.0, 0.0], 300);
        let forecast = PLAIN.forecast(&panel.at(299), &[1, 12], 2000, 5).unwrap();
        let mean = |unit, lead| forecast.cell(unit, lead).unwrap().iter().sum::<f32>() / 2000.0;
        for lead in [0, 1] {
            assert!((mean(0, lead) - 6.0).abs() < 1.0, "{}", mean(0, lead));
        }
        assert!(mean(2, 1) < 0.1);
        let still = simulated(&[0.0, 0.0], 60);
        let forecast = PLAIN.forecast(&still.at(59), &[1], 50, 5).unwrap();
        assert!(forecast.cell(0, 0).unwrap().iter().all(|v| *v == 0.0));
    }

    #[test]
    fn nothing_after_the_origin_is_seen_and_nobody_is_told_without_data() {
        corrupted(&Excitation::MONTHLY);
        corrupted(&PLAIN);
        gone(&PLAIN);
    }

    #[test]
    fn bad_settings_are_refused() {
        let panel = simulated(&[1.0], 20);
        for bad in [
            Excitation { cap: 0.0, ..PLAIN },
            Excitation { most: 1.0, ..PLAIN },
            Excitation {
                power: 0.0,
                ..PLAIN
            },
        ] {
            assert!(bad.forecast(&panel.at(19), &[1], 5, 5).is_err(), "{bad:?}");
        }
    }
}
