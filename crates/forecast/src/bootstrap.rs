//! How sure is the skill: intervals of a score against a reference, when neither cells of one unit nor cells of one time are independent.
//!
//! Countries differ more than months do, so 13,000 cells of 190 countries are worth nearer to 190 observations than to 13,000. Cells are
//! summed by unit and origin once, and each bootstrap sample weighs these sums.

use crate::Error;
use crate::error::in_range;
use detente_relations::describe::quantile;
use detente_relations::random::Random;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What may be said of a skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The interval lies above 0.
    Skill,
    /// The interval holds 0: no demonstrated skill.
    NoDemonstratedSkill,
    /// The interval lies below 0: the forecast is worse than its reference.
    Worse,
}

/// An estimate with the ends of its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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
            Verdict::Worse
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
///
/// ```
/// use detente_forecast::bootstrap::{Cell, Paired, Settings, Statistic};
/// // 40 countries, 12 origins; the forecast beats its reference by a fifth everywhere
/// let cells = (0..40).flat_map(|unit| (0..12).map(move |origin| Cell { unit, origin, score: 0.8, reference: 1.0 }));
/// let paired = Paired::new(cells)?;
/// let skill = paired.by_unit_and_origin(Statistic::Skill, 3, &Settings::default())?;
/// assert!((skill.lo - 0.2).abs() < 1e-9 && (skill.hi - 0.2).abs() < 1e-9 && skill.excludes_zero());
/// # Ok::<(), detente_forecast::Error>(())
/// ```
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
