//! How sure is the skill: intervals of a score against a reference, when neither cells of one unit nor cells of one time are independent.
//!
//! Countries differ more than months do, so 13,000 cells of 190 countries are worth nearer to 190 observations than to 13,000. Cells are
//! summed by unit and origin once, and each bootstrap sample weighs these sums.

use crate::Error;
use crate::error::in_range;
use detente_relations::describe::quantile;
use detente_relations::predict::Verdict;
use detente_relations::random::Random;
use std::collections::{BTreeMap, BTreeSet};

/// An estimate with the ends of its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The estimate, from all cells.
    pub mean: f64,
    /// Lower end.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

impl Interval {
    /// Whether 0 lies outside of the interval. Where it does not: "no demonstrated skill".
    pub fn excludes_zero(&self) -> bool {
        self.lo > 0.0 || self.hi < 0.0
    }

    /// The wording that the interval allows, with the reference in the place of climatology; for estimates of which above 0 is better.
    pub fn verdict(&self) -> Verdict {
        if self.lo > 0.0 {
            Verdict::Skill
        } else if self.hi < 0.0 {
            Verdict::WorseThanClimatology
        } else {
            Verdict::NoDemonstratedSkill
        }
    }
}

/// What is estimated. **Above 0 the forecast is better than its reference** in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Mean over cells of `reference - score`, in the unit of the score.
    Gain,
    /// `1 - sum of scores / sum of reference's scores`: 1 is a perfect forecast, 0 one as good as the reference.
    Skill,
}

impl Statistic {
    /// NaN where it is not defined.
    fn of(self, sums: Sums) -> f64 {
        match self {
            Self::Gain => (sums.reference - sums.score) / sums.cells,
            Self::Skill if sums.reference > 0.0 => 1.0 - sums.score / sums.reference,
            Self::Skill => f64::NAN,
        }
    }
}

/// How the interval is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Bootstrap samples, 100 or more.
    pub draws: usize,
    /// Probability of the interval.
    pub level: f64,
    /// Seed.
    pub seed: u64,
}

impl Default for Settings {
    /// 2,000 samples, 90 %.
    fn default() -> Self {
        Self {
            draws: 2000,
            level: 0.9,
            seed: 1994,
        }
    }
}

/// The scores of a forecast and of its reference in one cell, both the lower the better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The unit (country, dyad).
    pub unit: usize,
    /// The origin of the forecast; cells of all leads of an origin belong together.
    pub origin: i32,
    /// Score of the forecast.
    pub score: f64,
    /// Score of the reference in the same cell.
    pub reference: f64,
}

/// Scores summed by unit and origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Paired {
    /// For each unit: place of the origin and sums.
    units: Vec<Vec<(usize, Sums)>>,
    origins: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sums {
    cells: f64,
    score: f64,
    reference: f64,
}

impl Sums {
    fn add(&mut self, other: Sums, times: f64) {
        self.cells += times * other.cells;
        self.score += times * other.score;
        self.reference += times * other.reference;
    }
}

impl Paired {
    /// Sums the cells. Leave out those that only one of the two forecast.
    ///
    /// # Errors
    /// No cell; a score that is NaN or infinite.
    pub fn new(cells: impl IntoIterator<Item = Cell>) -> Result<Self, Error> {
        let mut units: BTreeMap<usize, BTreeMap<i32, Sums>> = BTreeMap::new();
        for cell in cells {
            for value in [cell.score, cell.reference] {
                in_range("a score", value, "finite", value.is_finite())?;
            }
            let sums = units.entry(cell.unit).or_default();
            sums.entry(cell.origin).or_default().add(
                Sums {
                    cells: 1.0,
                    score: cell.score,
                    reference: cell.reference,
                },
                1.0,
            );
        }
        at_least("scored cells", units.len(), 1)?;
        let origins: BTreeSet<i32> = units.values().flat_map(|u| u.keys().copied()).collect();
        let places: BTreeMap<i32, usize> = origins.iter().zip(0..).map(|(&o, i)| (o, i)).collect();
        Ok(Self {
            units: units
                .into_values()
                .map(|unit| unit.into_iter().map(|(o, s)| (places[&o], s)).collect())
                .collect(),
            origins: origins.len(),
        })
    }

    /// How many units there are.
    pub fn units(&self) -> usize {
        self.units.len()
    }

    /// How many origins there are.
    pub fn origins(&self) -> usize {
        self.origins
    }

    /// The estimate from all cells; NaN for a skill against a reference whose scores sum to 0 or less.
    pub fn estimate(&self, statistic: Statistic) -> f64 {
        statistic.of(total(self.by_origin(&vec![1; self.origins])))
    }

    /// Interval clustered by unit: units are drawn with replacement, each with all of its cells (Field & Welsh 2007, Journal of the
    /// Royal Statistical Society B 69: 369-390). Whatever depends within a unit over time is kept; shocks that hit all units at one
    /// time are not, for which there is [`by_unit_and_origin`](Self::by_unit_and_origin). Percentile interval.
    ///
    /// # Errors
    /// Fewer than 2 units (and no interval is to be trusted below some 20); settings out of range; a skill against a reference whose
    /// scores sum to 0 or less.
    pub fn by_unit(&self, statistic: Statistic, settings: &Settings) -> Result<Interval, Error> {
        at_least("units", self.units(), 2)?;
        let sums: Vec<Sums> = self.by_origin(&vec![1; self.origins]).collect();
        let mut counts = vec![0; sums.len()];
        self.percentiles(statistic, settings, |random| {
            multinomial(&mut counts, random);
            let mut all = Sums::default();
            for (&sums, &n) in sums.iter().zip(&counts) {
                all.add(sums, f64::from(n));
            }
            all
        })
    }

    /// Interval over units **and** origins: the pigeonhole bootstrap (Owen 2007, Annals of Applied Statistics 1: 386-411). Units are
    /// drawn with replacement, and independently of them circular blocks of `block` neighbouring origins (Politis & Romano 1992); a
    /// cell weighs the product of the times that its unit and its origin were drawn.
    ///
    /// It holds for scores with effects of unit, origin or both, and errs on the wide side: where cells are independent the interval
    /// is sqrt(3) times as wide as it need be. Choose `block` so that origins farther apart are about independent; origins are taken in order,
    /// as if evenly spaced. One unit or one origin alone is not resampled.
    ///
    /// # Errors
    /// Fewer than 2 units and 2 origins; `block` of 0 or more than half of the origins (if there is more than one); settings out of
    /// range; a skill against a reference whose scores sum to 0 or less.
    pub fn by_unit_and_origin(
        &self,
        statistic: Statistic,
        block: usize,
        settings: &Settings,
    ) -> Result<Interval, Error> {
        at_least("units or origins", self.units().max(self.origins), 2)?;
        in_range(
            "the block length",
            block as f64,
            "1 to half of the number of origins",
            block >= 1 && (self.origins == 1 || 2 * block <= self.origins),
        )?;
        let mut units = vec![0; self.units()];
        let mut origins = vec![0; self.origins];
        self.percentiles(statistic, settings, |random| {
            multinomial(&mut units, random);
            circular_blocks(&mut origins, block, random);
            let mut all = Sums::default();
            for (unit, &n) in self.units.iter().zip(&units) {
                if n > 0 {
                    all.add(weighted(unit, &origins), f64::from(n));
                }
            }
            all
        })
    }

    fn by_origin(&self, weights: &[u32]) -> impl Iterator<Item = Sums> {
        self.units.iter().map(|unit| weighted(unit, weights))
    }

    fn percentiles(
        &self,
        statistic: Statistic,
        &Settings { draws, level, seed }: &Settings,
        mut sample: impl FnMut(&mut Random) -> Sums,
    ) -> Result<Interval, Error> {
        in_range(
            "the number of draws",
            draws as f64,
            "100 or more",
            draws >= 100,
        )?;
        in_range(
            "the level of the interval",
            level,
            "between 0 and 1",
            level > 0.0 && level < 1.0,
        )?;
        let mean = self.estimate(statistic);
        if mean.is_nan() {
            return Err(Error::OutOfRange {
                what: "the sum of the reference's scores",
                value: total(self.by_origin(&vec![1; self.origins])).reference,
                range: "above 0 for a skill; take the gain instead",
            });
        }
        let mut random = Random::new(seed);
        // in a sparse panel a sample may hold no cell, or a reference of 0; it says nothing
        let samples: Vec<f64> = (0..draws)
            .map(|_| statistic.of(sample(&mut random)))
            .filter(|s| !s.is_nan())
            .collect();
        at_least(
            "bootstrap samples that hold cells",
            samples.len(),
            draws / 2,
        )?;
        let end = |q| quantile(&samples, q).unwrap_or(f64::NAN);
        Ok(Interval {
            mean,
            lo: end((1.0 - level) / 2.0),
            hi: end((1.0 + level) / 2.0),
        })
    }
}

fn total(sums: impl Iterator<Item = Sums>) -> Sums {
    sums.fold(Sums::default(), |mut all, s| {
        all.add(s, 1.0);
        all
    })
}

fn weighted(unit: &[(usize, Sums)], weights: &[u32]) -> Sums {
    let mut sums = Sums::default();
    for &(origin, s) in unit {
        sums.add(s, f64::from(weights[origin]));
    }
    sums
}

/// How often each is drawn when as many are drawn with replacement as there are.
fn multinomial(counts: &mut [u32], random: &mut Random) {
    circular_blocks(counts, 1, random);
}

/// How often each is drawn when blocks of neighbours are drawn, the first following on the last, until there are as many as there are places;
/// the last block is cut.
fn circular_blocks(counts: &mut [u32], block: usize, random: &mut Random) {
    counts.fill(0);
    let n = counts.len();
    let mut taken = 0;
    while taken < n {
        let start = random.below(n);
        let length = block.min(n - taken);
        for k in 0..length {
            counts[(start + k) % n] += 1;
        }
        taken += length;
    }
}

fn at_least(what: &'static str, found: usize, needed: usize) -> Result<(), Error> {
    if found < needed {
        return Err(Error::TooFew {
            what,
            needed,
            found,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draw;

    const SETTINGS: Settings = Settings {
        draws: 4000,
        level: 0.9,
        seed: 5,
    };

    /// Cells in which the gain is what the function says.
    fn gains(units: usize, origins: i32, mut gain: impl FnMut(usize, i32) -> f64) -> Paired {
        let mut cells = Vec::new();
        for unit in 0..units {
            for origin in 0..origins {
                cells.push(Cell {
                    unit,
                    origin,
                    score: 0.0,
                    reference: gain(unit, origin),
                });
            }
        }
        Paired::new(cells).unwrap()
    }

    fn half(interval: Interval) -> f64 {
        (interval.hi - interval.lo) / 2.0
    }

    /// Quantiles of 4,000 samples put about 3 % of noise on a width.
    fn about(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 0.12, "{found} {expected}");
    }

    fn normals(n: usize, seed: u64) -> Vec<f64> {
        let mut random = Draw::of(seed, 0, 0);
        let mut x: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        // mean 0 and variance 1 exactly, so that the expected widths are
        let mean = x.iter().sum::<f64>() / n as f64;
        x.iter_mut().for_each(|v| *v -= mean);
        let sd = (x.iter().map(|v| v * v).sum::<f64>() / n as f64).sqrt();
        x.iter_mut().for_each(|v| *v /= sd);
        x
    }

    #[test]
    fn two_units_by_hand() {
        // gains 1 and 3: samples of mean 1, 2, 3 with probability 1/4, 1/2, 1/4
        let paired = gains(2, 1, |unit, _| [1.0, 3.0][unit]);
        let at = |level| {
            let i = paired.by_unit(Statistic::Gain, &Settings { level, ..SETTINGS });
            let i = i.unwrap();
            (i.lo, i.mean, i.hi)
        };
        assert_eq!(at(0.9), (1.0, 2.0, 3.0));
        assert_eq!(at(0.3), (2.0, 2.0, 2.0));
    }

    #[test]
    fn skill_is_a_ratio_of_sums() {
        let cell = |unit, score, reference| Cell {
            unit,
            origin: 0,
            score,
            reference,
        };
        let paired =
            Paired::new([cell(0, 1.0, 4.0), cell(1, 2.0, 2.0), cell(1, 0.0, 0.0)]).unwrap();
        assert_eq!(paired.estimate(Statistic::Skill), 0.5);
        assert_eq!(paired.estimate(Statistic::Gain), 1.0);
        // unit 0 alone .75, both .5, unit 1 alone 0
        let i = paired.by_unit(Statistic::Skill, &SETTINGS).unwrap();
        assert_eq!((i.lo, i.mean, i.hi), (0.0, 0.5, 0.75));
    }

    #[test]
    fn independent_units_have_the_textbook_width() {
        let x = normals(400, 1);
        let i = gains(400, 1, |unit, _| x[unit])
            .by_unit(Statistic::Gain, &SETTINGS)
            .unwrap();
        about(half(i), 1.645 / 20.0);
        let i = gains(400, 1, |unit, _| x[unit])
            .by_unit_and_origin(Statistic::Gain, 1, &SETTINGS)
            .unwrap();
        about(half(i), 1.645 / 20.0);
    }

    #[test]
    fn cells_of_a_unit_that_say_the_same_are_worth_one() {
        let x = normals(100, 2);
        let clustered = gains(100, 20, |unit, _| x[unit]);
        let naive = gains(2000, 1, |unit, _| x[unit / 20]);
        let clustered = half(clustered.by_unit(Statistic::Gain, &SETTINGS).unwrap());
        about(clustered, 1.645 / 10.0);
        about(
            clustered / half(naive.by_unit(Statistic::Gain, &SETTINGS).unwrap()),
            20f64.sqrt(),
        );
    }

    #[test]
    fn shocks_to_all_units_need_origins_resampled() {
        let x = normals(64, 3);
        let paired = gains(50, 64, |_, origin| x[origin as usize]);
        assert!(half(paired.by_unit(Statistic::Gain, &SETTINGS).unwrap()) < 1e-12);
        let two_way = paired
            .by_unit_and_origin(Statistic::Gain, 1, &SETTINGS)
            .unwrap();
        about(half(two_way), 1.645 / 8.0);
        // one unit alone is a series
        let series = gains(1, 64, |_, origin| x[origin as usize]);
        about(
            half(
                series
                    .by_unit_and_origin(Statistic::Gain, 1, &SETTINGS)
                    .unwrap(),
            ),
            1.645 / 8.0,
        );
    }

    #[test]
    fn both_ways_is_wide_by_sqrt_3_for_independent_cells() {
        // Owen 2007: the product of two multinomial weights has variance 1 + 1 + 1
        let x = normals(10_000, 4);
        let paired = gains(100, 100, |unit, origin| x[unit * 100 + origin as usize]);
        let i = paired
            .by_unit_and_origin(Statistic::Gain, 1, &SETTINGS)
            .unwrap();
        about(half(i), 3f64.sqrt() * 1.645 / 100.0);
    }

    #[test]
    fn blocks_keep_neighbours_together() {
        // ten alternating runs of 20: singly drawn the origins seem independent
        let paired = gains(
            3,
            200,
            |_, origin| if origin / 20 % 2 == 0 { 1.0 } else { -1.0 },
        );
        let width = |block| {
            half(
                paired
                    .by_unit_and_origin(Statistic::Gain, block, &SETTINGS)
                    .unwrap(),
            )
        };
        about(width(1), 1.645 / 200f64.sqrt());
        // a block that starts uniformly in a cycle of 40 sums to a triangle wave of amplitude b: variance b^2 / 3, and 200 / b blocks
        about(width(20), 1.645 * (1.0 / 3.0 / 10.0f64).sqrt());
    }

    #[test]
    fn the_interval_covers_a_known_skill() {
        // scores with effects of unit and origin and a skill of 1/4; 200 trials put 2 % of noise on a coverage of .9
        let (mut by_unit, mut both) = (0, 0);
        let trials = 200;
        for trial in 0..trials {
            let mut random = Draw::of(trial, 0, 0);
            let origins: Vec<f64> = (0..12).map(|_| (0.2 * random.normal()).exp()).collect();
            let mut cells = Vec::new();
            for unit in 0..60 {
                let level = (0.7 * random.normal()).exp();
                let better = 0.75 + 0.3 * random.normal();
                for (origin, shock) in origins.iter().enumerate() {
                    let reference = level * shock;
                    cells.push(Cell {
                        unit,
                        origin: origin as i32,
                        score: reference * (better + 0.2 * random.normal()),
                        reference,
                    });
                }
            }
            let paired = Paired::new(cells).unwrap();
            let settings = Settings {
                draws: 300,
                level: 0.9,
                seed: trial,
            };
            let covers = |i: Interval| i32::from(i.lo <= 0.25 && 0.25 <= i.hi);
            by_unit += covers(paired.by_unit(Statistic::Skill, &settings).unwrap());
            both += covers(
                paired
                    .by_unit_and_origin(Statistic::Skill, 2, &settings)
                    .unwrap(),
            );
        }
        assert!((160..=194).contains(&by_unit), "{by_unit}");
        assert!((164..=200).contains(&both), "{both}");
    }

    #[test]
    fn the_same_for_the_same_seed() {
        let x = normals(60, 6);
        let paired = gains(20, 3, |unit, origin| x[unit * 3 + origin as usize]);
        let at = |seed| {
            paired
                .by_unit_and_origin(Statistic::Gain, 1, &Settings { seed, ..SETTINGS })
                .unwrap()
        };
        assert_eq!(at(1), at(1));
        assert!(at(1) != at(2));
    }

    #[test]
    fn verdicts() {
        let interval = |lo, hi| Interval { mean: 0.0, lo, hi };
        assert_eq!(interval(0.1, 0.2).verdict(), Verdict::Skill);
        assert_eq!(interval(-0.1, 0.2).verdict(), Verdict::NoDemonstratedSkill);
        assert_eq!(interval(0.0, 0.2).verdict(), Verdict::NoDemonstratedSkill);
        assert_eq!(
            interval(-0.2, -0.1).verdict(),
            Verdict::WorseThanClimatology
        );
        assert!(interval(0.1, 0.2).excludes_zero() && !interval(0.0, 0.2).excludes_zero());
    }

    #[test]
    fn what_can_not_be_resampled_is_refused() {
        let cell = |score, reference| Cell {
            unit: 0,
            origin: 0,
            score,
            reference,
        };
        assert!(matches!(Paired::new([]), Err(Error::TooFew { .. })));
        assert!(matches!(
            Paired::new([cell(f64::INFINITY, 1.0)]),
            Err(Error::OutOfRange { .. })
        ));
        let one = Paired::new([cell(1.0, 1.0)]).unwrap();
        assert!(matches!(
            one.by_unit(Statistic::Gain, &SETTINGS),
            Err(Error::TooFew { .. })
        ));
        assert!(matches!(
            one.by_unit_and_origin(Statistic::Gain, 1, &SETTINGS),
            Err(Error::TooFew { .. })
        ));
        let paired = gains(4, 4, |_, _| 0.0);
        for block in [0, 3] {
            assert!(matches!(
                paired.by_unit_and_origin(Statistic::Gain, block, &SETTINGS),
                Err(Error::OutOfRange { .. })
            ));
        }
        assert!(matches!(
            paired.by_unit(Statistic::Skill, &SETTINGS),
            Err(Error::OutOfRange { .. })
        ));
        assert!(
            paired
                .by_unit(
                    Statistic::Gain,
                    &Settings {
                        draws: 10,
                        ..SETTINGS
                    }
                )
                .is_err()
        );
        assert!(
            paired
                .by_unit(
                    Statistic::Gain,
                    &Settings {
                        level: 1.0,
                        ..SETTINGS
                    }
                )
                .is_err()
        );
    }
}
