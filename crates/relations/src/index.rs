//! The relation index: cooperation against conflict, with the uncertainty of the counts behind it.

use crate::Error;
use crate::distribution::beta_log_odds_quantile;
use crate::error::in_range;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// Event counts by quad class (verbal or material, cooperation or conflict). Never negative; they may be fractional where a
/// source shares an event out.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Counts {
    /// Statements, consultations, agreements (CAMEO roots 01-05).
    pub verbal_cooperation: f64,
    /// Aid, cooperation in deed, concessions (CAMEO roots 06-09).
    pub material_cooperation: f64,
    /// Demands, accusations, threats (CAMEO roots 10-14).
    pub verbal_conflict: f64,
    /// Force posture, coercion, fights (CAMEO roots 15-20).
    pub material_conflict: f64,
}

/// What one event counts for. The table belongs to the partnership; these are weights and no estimates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Weight of a verbal event, above 0.
    pub verbal: f64,
    /// Weight of a material event, above 0.
    pub material: f64,
}

impl Weights {
    /// Every event counts 1. The interval is then that of the counts themselves.
    pub const EQUAL: Self = Self {
        verbal: 1.0,
        material: 1.0,
    };
}

impl Default for Weights {
    /// A material event counts 2: on the scale of Goldstein (1992) the material root codes of CAMEO lie about twice as far
    /// from zero as the verbal ones (means 6.0 against 2.3 for cooperation, 7.9 against 4.3 for conflict).
    fn default() -> Self {
        Self {
            verbal: 1.0,
            material: 2.0,
        }
    }
}

impl Counts {
    /// All events, unweighted.
    pub fn n(&self) -> f64 {
        self.verbal_cooperation
            + self.material_cooperation
            + self.verbal_conflict
            + self.material_conflict
    }

    /// C: weighted cooperative events.
    pub fn cooperation(&self, weights: &Weights) -> f64 {
        weights.verbal * self.verbal_cooperation + weights.material * self.material_cooperation
    }

    /// K: weighted conflictual events.
    pub fn conflict(&self, weights: &Weights) -> f64 {
        weights.verbal * self.verbal_conflict + weights.material * self.material_conflict
    }

    /// Cooperation and conflict exchanged.
    pub fn swapped(&self) -> Self {
        Self {
            verbal_cooperation: self.verbal_conflict,
            material_cooperation: self.material_conflict,
            verbal_conflict: self.verbal_cooperation,
            material_conflict: self.material_cooperation,
        }
    }

    /// Every count times `factor`.
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            verbal_cooperation: self.verbal_cooperation * factor,
            material_cooperation: self.material_cooperation * factor,
            verbal_conflict: self.verbal_conflict * factor,
            material_conflict: self.material_conflict * factor,
        }
    }

    fn check(&self) -> Result<(), Error> {
        for (what, value) in [
            ("the count of verbal cooperation", self.verbal_cooperation),
            (
                "the count of material cooperation",
                self.material_cooperation,
            ),
            ("the count of verbal conflict", self.verbal_conflict),
            ("the count of material conflict", self.material_conflict),
        ] {
            in_range(what, value, "0 or more", value >= 0.0)?;
        }
        Ok(())
    }
}

impl Add for Counts {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            verbal_cooperation: self.verbal_cooperation + other.verbal_cooperation,
            material_cooperation: self.material_cooperation + other.material_cooperation,
            verbal_conflict: self.verbal_conflict + other.verbal_conflict,
            material_conflict: self.material_conflict + other.material_conflict,
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// Pools counts: both directions of a dyad, the members of a bloc, the months of a year.
impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::default(), Add::add)
    }
}

/// How an index is formed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Weights of the events.
    pub weights: Weights,
    /// The pseudo-count `a` that is added to C and to K, above 0.
    pub prior: f64,
    /// Probability of the interval, between 0 and 1.
    pub level: f64,
}

impl Default for Settings {
    /// Default weights; `a` = 1/2, for which R is the nearly unbiased empirical log-odds of Haldane (1956) and Anscombe
    /// (1956) and the prior is that of Jeffreys; a 90 % interval.
    fn default() -> Self {
        Self {
            weights: Weights::default(),
            prior: 0.5,
            level: 0.9,
        }
    }
}

/// The relation in one window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relation {
    /// The index R, in log-odds: 0 is balance, +0.69 is two cooperative events to one conflictual, higher is better.
    pub r: f64,
    /// Lower end of the interval.
    pub lo: f64,
    /// Upper end of the interval.
    pub hi: f64,
    /// Sampling variance of R by the delta method, `1/(C+a) + 1/(K+a)`.
    pub variance: f64,
    /// Number of events, unweighted.
    pub n: f64,
    /// Effective number of events under the weights, `(sum w)^2 / sum w^2` (Kish 1965); equal to `n` for equal weights.
    pub effective_n: f64,
    /// C, weighted.
    pub cooperation: f64,
    /// K, weighted.
    pub conflict: f64,
    /// Probability of the interval.
    pub level: f64,
}

/// The relation index alone, `R = ln((C + a) / (K + a))`, on whatever C and K are sums of (events, net scores), without the interval,
/// which costs far more. `None` where C + K is 0 (no reading), or an argument is negative or `prior` is not above 0.
///
/// ```
/// use detente_relations::index::log_ratio;
/// assert_eq!(log_ratio(7.0, 1.0, 1.0), Some(4.0f64.ln()));
/// assert_eq!(log_ratio(0.0, 0.0, 1.0), None);
/// ```
pub fn log_ratio(cooperation: f64, conflict: f64, prior: f64) -> Option<f64> {
    let sound = cooperation >= 0.0 && conflict >= 0.0 && prior > 0.0;
    (sound && cooperation + conflict > 0.0)
        .then(|| ((cooperation + prior) / (conflict + prior)).ln())
}

/// The relation index `R = ln((C + a) / (K + a))` with the central posterior interval.
///
/// With a Beta(a, a) prior on the share of cooperation p = C / (C + K) the posterior is Beta(C + a, K + a); a quantile q of
/// p is the log-odds `ln(q / (1 - q))` of R, and R itself is the log-odds of the posterior mean.
///
/// # Errors
/// [`Error::TooFew`] for a window without events: it has no index, and not the index 0. [`Error::OutOfRange`] for negative
/// counts, weights or `a` that are not positive, a level outside of 0..1.
///
/// ```
/// use detente_relations::index::{relation, Counts, Settings, Weights};
/// let counts = Counts { verbal_cooperation: 30.0, verbal_conflict: 10.0, ..Counts::default() };
/// let settings = Settings { weights: Weights::EQUAL, ..Settings::default() };
/// let relation = relation(&counts, &settings)?;
/// assert_eq!(format!("{:.3} [{:.3}, {:.3}]", relation.r, relation.lo, relation.hi), "1.066 [0.517, 1.716]");
/// # Ok::<(), detente_relations::Error>(())
/// ```
pub fn relation(counts: &Counts, settings: &Settings) -> Result<Relation, Error> {
    let Settings {
        weights,
        prior,
        level,
    } = *settings;
    counts.check()?;
    in_range(
        "the weight of a verbal event",
        weights.verbal,
        "above 0",
        weights.verbal > 0.0,
    )?;
    in_range(
        "the weight of a material event",
        weights.material,
        "above 0",
        weights.material > 0.0,
    )?;
    in_range("the prior count", prior, "above 0", prior > 0.0)?;
    in_range(
        "the level of the interval",
        level,
        "between 0 and 1",
        level > 0.0 && level < 1.0,
    )?;
    let n = counts.n();
    if n == 0.0 {
        return Err(Error::TooFew {
            what: "events",
            needed: 1,
            found: 0,
        });
    }
    let (cooperation, conflict) = (counts.cooperation(&weights), counts.conflict(&weights));
    let (c, k) = (cooperation + prior, conflict + prior);
    let verbal = counts.verbal_cooperation + counts.verbal_conflict;
    let squares = weights.verbal.powi(2) * verbal + weights.material.powi(2) * (n - verbal);
    Ok(Relation {
        r: (c / k).ln(),
        lo: beta_log_odds_quantile(c, k, (1.0 - level) / 2.0),
        // the upper quantile is the mirrored lower one; taking it so keeps the index exactly antisymmetric
        hi: -beta_log_odds_quantile(k, c, (1.0 - level) / 2.0),
        variance: 1.0 / c + 1.0 / k,
        n,
        effective_n: (cooperation + conflict).powi(2) / squares,
        cooperation,
        conflict,
        level,
    })
}

/// Mean Goldstein value (-10..10) of the events that carry one; `None` without such events.
pub fn mean_goldstein(sum: f64, n: f64) -> Option<f64> {
    (n > 0.0 && sum.is_finite()).then(|| sum / n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counts(vc: f64, mc: f64, vk: f64, mk: f64) -> Counts {
        Counts {
            verbal_cooperation: vc,
            material_cooperation: mc,
            verbal_conflict: vk,
            material_conflict: mk,
        }
    }

    #[test]
    fn hand_worked() {
        // C = 6 + 2 * 2 = 10, K = 1 + 2 * 1 = 3, a = 1/2: R = ln 3; interval of Beta(10.5, 3.5) by SciPy
        let got = relation(&counts(6.0, 2.0, 1.0, 1.0), &Settings::default()).unwrap();
        assert!((got.r - 3.0f64.ln()).abs() < 1e-15);
        assert!(
            (got.lo - 0.1873028614281828).abs() < 1e-10
                && (got.hi - 2.332590474920477).abs() < 1e-10
        );
        assert!((got.variance - (1.0 / 10.5 + 1.0 / 3.5)).abs() < 1e-15);
        assert_eq!((got.n, got.cooperation, got.conflict), (10.0, 10.0, 3.0));
        // Kish: 13^2 / (7 * 1 + 3 * 4)
        assert!((got.effective_n - 169.0 / 19.0).abs() < 1e-12);
    }

    #[test]
    fn one_sided_record_is_finite() {
        // C = 1, K = 0: R = ln(1.5 / 0.5), interval of Beta(1.5, 0.5)
        let got = relation(&counts(1.0, 0.0, 0.0, 0.0), &Settings::default()).unwrap();
        assert!((got.r - 3.0f64.ln()).abs() < 1e-15);
        assert!(
            (got.lo + 1.216688070212351).abs() < 1e-10 && (got.hi - 6.472534895120908).abs() < 1e-9
        );
    }

    #[test]
    fn no_events_is_no_index() {
        let nothing = relation(&Counts::default(), &Settings::default());
        assert_eq!(
            nothing,
            Err(Error::TooFew {
                what: "events",
                needed: 1,
                found: 0
            })
        );
        assert_eq!(mean_goldstein(0.0, 0.0), None);
        assert_eq!(mean_goldstein(9.0, 2.0), Some(4.5));
    }

    #[test]
    fn bad_input_names_the_quantity() {
        let message = relation(&counts(-1.0, 0.0, 0.0, 0.0), &Settings::default())
            .unwrap_err()
            .to_string();
        assert_eq!(
            message,
            "the count of verbal cooperation is -1, but must be 0 or more"
        );
        let settings = Settings {
            prior: 0.0,
            ..Settings::default()
        };
        assert!(matches!(
            relation(&counts(1.0, 0.0, 0.0, 0.0), &settings),
            Err(Error::OutOfRange { .. })
        ));
        assert!(relation(&counts(f64::NAN, 0.0, 0.0, 0.0), &Settings::default()).is_err());
    }

    #[test]
    fn interval_covers_at_its_level() {
        // Jeffreys interval of a binomial share, exact coverage by enumeration for n = 60 and p = 0.3..0.8: Brown, Cai &
        // DasGupta (2001, Statistical Science 16: 101-133) find it close to nominal, never far below
        let n = 60u32;
        for p in [0.3f64, 0.5, 0.8] {
            let truth = (p / (1.0 - p)).ln();
            let mut coverage = 0.0;
            let mut probability = (1.0 - p).powi(n as i32);
            for x in 0..=n {
                let settings = Settings {
                    weights: Weights::EQUAL,
                    ..Settings::default()
                };
                let got =
                    relation(&counts(f64::from(x), 0.0, f64::from(n - x), 0.0), &settings).unwrap();
                if got.lo <= truth && truth <= got.hi {
                    coverage += probability;
                }
                probability *= f64::from(n - x) / f64::from(x + 1) * p / (1.0 - p);
            }
            assert!((0.87..=0.93).contains(&coverage), "p = {p}: {coverage}");
        }
    }

    proptest! {
        #[test]
        fn antisymmetric_when_cooperation_and_conflict_swap(
            vc in 0u32..5000, mc in 0u32..5000, vk in 0u32..5000, mk in 0u32..5000, a in 0.1f64..3.0, w in 0.2f64..5.0,
        ) {
            prop_assume!(vc + mc + vk + mk > 0);
            let c = counts(vc.into(), mc.into(), vk.into(), mk.into());
            let settings = Settings { weights: Weights { verbal: 1.0, material: w }, prior: a, level: 0.9 };
            let (there, back) = (relation(&c, &settings).unwrap(), relation(&c.swapped(), &settings).unwrap());
            prop_assert!((there.r + back.r).abs() < 1e-12);
            prop_assert_eq!(there.lo, -back.hi);
            prop_assert_eq!(there.hi, -back.lo);
            prop_assert_eq!(there.n, back.n);
        }

        #[test]
        fn interval_holds_the_index_and_narrows_with_events(vc in 1u32..400, vk in 0u32..400) {
            let settings = Settings::default();
            let few = relation(&counts(vc.into(), 0.0, vk.into(), 0.0), &settings).unwrap();
            prop_assert!(few.lo < few.r && few.r < few.hi && few.hi.is_finite());
            let many = relation(&counts(f64::from(vc) * 10.0, 0.0, f64::from(vk) * 10.0, 0.0), &settings).unwrap();
            prop_assert!(many.hi - many.lo < few.hi - few.lo || vk == 0);
        }

        #[test]
        fn pooling_is_a_sum(vc in 0u32..100, mk in 0u32..100) {
            let (a, b) = (counts(vc.into(), 1.0, 2.0, 3.0), counts(4.0, 5.0, 6.0, mk.into()));
            let pooled: Counts = [a, b].into_iter().sum();
            prop_assert_eq!(pooled.n(), a.n() + b.n());
            prop_assert_eq!(pooled, counts(f64::from(vc) + 4.0, 6.0, 8.0, 3.0 + f64::from(mk)));
        }
    }
}
