//! Reliability diagram and decomposition without bins: consistent, optimally binned, reproducible, by pool-adjacent-violators (CORP;
//! Dimitriadis, Gneiting & Jordan 2021, Proceedings of the National Academy of Sciences 118: e2016191118).

use super::binary::{brier, check};
use crate::error::in_range;
use crate::{Draw, Error};
use detente_relations::describe::quantile;
use rand_distr::{Binomial, Distribution};

/// A level stretch of the recalibrated forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// Lowest forecast in it.
    pub from: f64,
    /// Highest forecast in it.
    pub to: f64,
    /// Share of its cells in which the event came: what a forecast in this stretch turned out to mean.
    pub frequency: f64,
    /// Number of cells.
    pub cells: usize,
}

/// The reliability diagram and the parts of the mean Brier score: `brier = miscalibration - discrimination + uncertainty`.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagram {
    /// The increasing step function that recalibrates best, by ascending forecasts.
    pub blocks: Vec<Block>,
    /// MCB: what the score would fall by if forecasts were replaced by their block's frequency. From 0, lower is better.
    pub miscalibration: f64,
    /// DSC: by how much the recalibrated forecast beats the base rate. 0 to `uncertainty`, **higher is better**.
    pub discrimination: f64,
    /// UNC: the score of the base rate, `base rate (1 - base rate)`. No merit of the forecast.
    pub uncertainty: f64,
    /// Distinct forecasts, ascending, with the number of their cells.
    distinct: Vec<(f64, u64)>,
}

/// The range in which the diagram of a reliable forecast would lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// The forecast.
    pub forecast: f64,
    /// Lower end for the observed frequency.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// The diagram of these forecasts.
///
/// Frequencies are those of the isotonic regression of the outcome on the forecast (Ayer et al. 1955, Annals of Mathematical Statistics
/// 26: 641-647); cells with equal forecasts are one from the start. With few events the blocks fit also chance, so that miscalibration and
/// discrimination of a perfectly reliable forecast are both a little above their true value: see [`Diagram::consistency`].
///
/// # Errors
/// No forecast; forecasts and outcomes of different number; a probability outside of 0..1.
pub fn diagram(probabilities: &[f64], came: &[bool]) -> Result<Diagram, Error> {
    check(probabilities, came)?;
    let mut pairs: Vec<(f64, bool)> = probabilities
        .iter()
        .copied()
        .zip(came.iter().copied())
        .collect();
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let groups = pairs.chunk_by(|a, b| a.0 == b.0).map(|g| Pool {
        from: g[0].0,
        to: g[0].0,
        cells: g.len() as u64,
        events: g.iter().filter(|p| p.1).count() as u64,
    });
    Ok(of_groups(groups.collect()))
}

/// The diagram of cells that were counted before: for each forecast, ascending, how many cells had it and in how many of them the event
/// came. The same as [`diagram`] on the cells one by one.
///
/// # Errors
/// No cell; a probability outside of 0..1; forecasts that do not ascend; more events than cells.
pub fn diagram_of_counts(counts: &[(f64, u64, u64)]) -> Result<Diagram, Error> {
    if counts.is_empty() {
        return Err(Error::TooFew {
            what: "forecasts",
            needed: 1,
            found: 0,
        });
    }
    for (i, &(p, cells, events)) in counts.iter().enumerate() {
        in_range("a probability", p, "0 to 1", (0.0..=1.0).contains(&p))?;
        let ascends = i == 0 || counts[i - 1].0 < p;
        in_range("the next forecast", p, "above the one before", ascends)?;
        let holds = cells > 0 && events <= cells;
        in_range(
            "the number of events",
            events as f64,
            "at most that of the cells",
            holds,
        )?;
    }
    let groups = counts.iter().map(|&(p, cells, events)| Pool {
        from: p,
        to: p,
        cells,
        events,
    });
    Ok(of_groups(groups.collect()))
}

fn of_groups(groups: Vec<Pool>) -> Diagram {
    let mut pools = Vec::new();
    pool(groups.iter().copied(), &mut pools);
    let sum = |of: &dyn Fn(&Pool) -> f64| groups.iter().map(of).sum::<f64>();
    let n = sum(&|g| g.cells as f64);
    let none = |g: &Pool| (g.cells - g.events) as f64;
    let score =
        sum(&|g| g.events as f64 * brier(g.from, true) + none(g) * brier(g.from, false)) / n;
    let base = sum(&|g| g.events as f64) / n;
    let uncertainty = base * (1.0 - base);
    let recalibrated = pools
        .iter()
        .map(|p| p.cells as f64 * p.rate() * (1.0 - p.rate()))
        .sum::<f64>()
        / n;
    Diagram {
        // never below 0 but for rounding, since the identity and the base rate are among the functions that it minimises over
        miscalibration: (score - recalibrated).max(0.0),
        discrimination: (uncertainty - recalibrated).max(0.0),
        uncertainty,
        blocks: pools
            .iter()
            .map(|p| Block {
                from: p.from,
                to: p.to,
                frequency: p.rate(),
                cells: p.cells as usize,
            })
            .collect(),
        distinct: groups.iter().map(|g| (g.from, g.cells)).collect(),
    }
}

impl Diagram {
    /// Consistency band at the ends of each block: outcomes are drawn from the forecasts as if these were reliable, the diagram is drawn
    /// anew, and the band holds `level` of such diagrams at each place (Bröcker & Smith 2007, Weather and Forecasting 22: 651-661; the
    /// forecasts are kept as they are). Where the diagram leaves it, the forecast is not reliable there.
    ///
    /// # Errors
    /// Fewer than 100 draws; a level outside of 0..1.
    pub fn consistency(&self, draws: usize, level: f64, seed: u64) -> Result<Vec<Band>, Error> {
        in_range(
            "the number of draws",
            draws as f64,
            "100 or more",
            draws >= 100,
        )?;
        in_range(
            "the level of the band",
            level,
            "between 0 and 1",
            level > 0.0 && level < 1.0,
        )?;
        let mut places: Vec<f64> = self.blocks.iter().flat_map(|b| [b.from, b.to]).collect();
        places.dedup();
        let mut seen = vec![Vec::with_capacity(draws); places.len()];
        let mut random = Draw::of(seed, 0, 0);
        let mut pools = Vec::new();
        for _ in 0..draws {
            let simulated = self.distinct.iter().map(|&(p, cells)| Pool {
                from: p,
                to: p,
                cells,
                events: Binomial::new(cells, p).map_or(0, |b| b.sample(&mut random)),
            });
            pool(simulated, &mut pools);
            let mut at = 0;
            for (&place, seen) in places.iter().zip(&mut seen) {
                while pools[at].to < place {
                    at += 1;
                }
                seen.push(pools[at].rate());
            }
        }
        let end = |rates: &[f64], q| quantile(rates, q).unwrap_or(f64::NAN);
        Ok(places
            .iter()
            .zip(&seen)
            .map(|(&forecast, rates)| Band {
                forecast,
                lo: end(rates, (1.0 - level) / 2.0),
                hi: end(rates, (1.0 + level) / 2.0),
            })
            .collect())
    }
}

#[derive(Clone, Copy)]
struct Pool {
    from: f64,
    to: f64,
    cells: u64,
    events: u64,
}

impl Pool {
    fn rate(&self) -> f64 {
        self.events as f64 / self.cells as f64
    }
}

/// Pools neighbours until the rates rise strictly.
fn pool(groups: impl Iterator<Item = Pool>, pools: &mut Vec<Pool>) {
    pools.clear();
    for mut next in groups {
        // whole numbers, so that equal rates are seen as equal
        while let Some(last) = pools.last().copied()
            && u128::from(last.events) * u128::from(next.cells)
                >= u128::from(next.events) * u128::from(last.cells)
        {
            next.from = last.from;
            next.cells += last.cells;
            next.events += last.events;
            pools.pop();
        }
        pools.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn diagram_by_hand() {
        // 0.2 and 0.3 came and did not: pooled to 1/2
        let d = diagram(&[0.4, 0.2, 0.1, 0.3], &[true, true, false, false]).unwrap();
        let blocks: Vec<_> = d
            .blocks
            .iter()
            .map(|b| (b.from, b.to, b.frequency, b.cells))
            .collect();
        assert_eq!(
            blocks,
            [(0.1, 0.1, 0.0, 1), (0.2, 0.3, 0.5, 2), (0.4, 0.4, 1.0, 1)]
        );
        // Brier (.01 + .64 + .09 + .36) / 4 = .275, recalibrated (.25 + .25) / 4 = .125, base rate .25
        assert!(near(d.miscalibration, 0.15));
        assert!(near(d.discrimination, 0.125));
        assert_eq!(d.uncertainty, 0.25);
    }

    #[test]
    fn extremes() {
        let sure = diagram(&[0.0, 1.0, 1.0], &[false, true, true]).unwrap();
        assert_eq!(sure.miscalibration, 0.0);
        assert!(near(sure.discrimination, sure.uncertainty));
        let upside_down = diagram(&[0.0, 1.0], &[true, false]).unwrap();
        assert_eq!(upside_down.blocks.len(), 1);
        assert!(near(upside_down.miscalibration, 0.75));
        assert_eq!(upside_down.discrimination, 0.0);
        let never = diagram(&[0.25, 0.5], &[false, false]).unwrap();
        assert_eq!((never.discrimination, never.uncertainty), (0.0, 0.0));
        assert!(diagram(&[], &[]).is_err());
    }

    #[test]
    fn a_reliable_forecast_stays_in_the_band_and_an_overconfident_one_leaves_it() {
        let mut random = Draw::of(3, 0, 0);
        let p: Vec<f64> = (0..4000).map(|i| f64::from(i % 9 + 1) / 10.0).collect();
        let mut outside = |rate: fn(f64) -> f64| {
            let came: Vec<bool> = p.iter().map(|&p| random.uniform() < rate(p)).collect();
            let d = diagram(&p, &came).unwrap();
            let bands = d.consistency(200, 0.9, 7).unwrap();
            let rate_at = |x: f64| d.blocks.iter().find(|b| x <= b.to).unwrap().frequency;
            let out = |b: &&Band| rate_at(b.forecast) < b.lo || rate_at(b.forecast) > b.hi;
            bands.iter().filter(out).count() as f64 / bands.len() as f64
        };
        let reliable = (0..20).map(|_| outside(|p| p)).sum::<f64>() / 20.0;
        assert!((0.03..0.2).contains(&reliable), "{reliable}");
        // true rates .3 to .7
        assert!(outside(|p| 0.5 + (p - 0.5) / 2.0) > 0.7);
    }

    #[test]
    fn band_of_sure_forecasts_is_a_point() {
        let d = diagram(&[0.0, 0.0, 1.0], &[false, true, true]).unwrap();
        let bands = d.consistency(100, 0.9, 1).unwrap();
        let ends: Vec<_> = bands.iter().map(|b| (b.forecast, b.lo, b.hi)).collect();
        assert_eq!(ends, [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)]);
        assert!(d.consistency(99, 0.9, 1).is_err() && d.consistency(100, 1.0, 1).is_err());
    }

    #[test]
    fn counted_cells_give_the_same_diagram() {
        let one_by_one = diagram(&[0.4, 0.2, 0.2, 0.3], &[true, true, false, false]).unwrap();
        let counted = diagram_of_counts(&[(0.2, 2, 1), (0.3, 1, 0), (0.4, 1, 1)]).unwrap();
        assert_eq!(one_by_one, counted);
        for bad in [
            vec![],
            vec![(0.2, 1, 2)],
            vec![(0.3, 1, 0), (0.2, 1, 0)],
            vec![(1.2, 1, 0)],
        ] {
            assert!(diagram_of_counts(&bad).is_err(), "{bad:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn parts_add_up_and_frequencies_rise(cells in proptest::collection::vec((0..=20u8, proptest::bool::ANY), 1..80)) {
            let p: Vec<f64> = cells.iter().map(|c| f64::from(c.0) / 20.0).collect();
            let came: Vec<bool> = cells.iter().map(|c| c.1).collect();
            let d = diagram(&p, &came).unwrap();
            let score = p.iter().zip(&came).map(|(&p, &c)| brier(p, c)).sum::<f64>() / p.len() as f64;
            proptest::prop_assert!(near(d.miscalibration - d.discrimination + d.uncertainty, score));
            proptest::prop_assert!(d.blocks.windows(2).all(|w| w[0].frequency < w[1].frequency && w[0].to < w[1].from));
            proptest::prop_assert_eq!(d.blocks.iter().map(|b| b.cells).sum::<usize>(), p.len());
        }
    }
}
