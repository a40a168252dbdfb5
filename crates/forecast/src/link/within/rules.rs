//! After that, this: how often one type of event is followed by another in the same pair.

/// Cases that what follows on any event at all is worth beside those of a rule.
const PRIOR: f64 = 20.0;

/// Counts of what followed on what, over all pairs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rules {
    relations: usize,
    /// By type: on how many days it happened in a pair whose following days are known.
    support: Vec<f64>,
    /// By type and type that followed.
    followed: Vec<f64>,
    /// Days in pairs with any event, and by type how many of them it followed on.
    days: f64,
    any: Vec<f64>,
}

impl Rules {
    pub(super) fn new(relations: usize) -> Self {
        Self {
            relations,
            support: vec![0.0; relations],
            followed: vec![0.0; relations * relations],
            days: 0.0,
            any: vec![0.0; relations],
        }
    }

    /// Counts a day of a pair: the types that happened, and those that happened in the days after it; each without repeats.
    pub(super) fn add(&mut self, happened: &[u32], after: &[u32]) {
        self.days += 1.0;
        for &r in after {
            self.any[r as usize] += 1.0;
        }
        for &first in happened {
            self.support[first as usize] += 1.0;
            for &then in after {
                self.followed[first as usize * self.relations + then as usize] += 1.0;
            }
        }
    }

    /// Cases of the rule and the share in which it held.
    pub(super) fn confidence(&self, first: u32, then: u32) -> (f64, f64) {
        let n = self.support[first as usize];
        let held = self.followed[first as usize * self.relations + then as usize];
        (n, if n > 0.0 { held / n } else { 0.0 })
    }

    /// How often the type follows on any event, kept off 0 and 1.
    fn usual(&self, then: u32) -> f64 {
        (self.any[then as usize] + 0.5) / (self.days + 1.0)
    }

    /// The log odds of the rule against those of the type following on any event; 0 without a case.
    pub(super) fn lift(&self, first: u32, then: u32) -> f64 {
        let usual = self.usual(then);
        let held = self.followed[first as usize * self.relations + then as usize];
        let share = (held + PRIOR * usual) / (self.support[first as usize] + PRIOR);
        (share / (1.0 - share)).ln() - (usual / (1.0 - usual)).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_and_lift_by_hand() {
        let mut rules = Rules::new(3);
        // after 0 came 1 in three of four cases, after 2 never
        for after in [&[1][..], &[1, 2], &[1], &[]] {
            rules.add(&[0], after);
        }
        for _ in 0..4 {
            rules.add(&[2], &[]);
        }
        assert_eq!(rules.confidence(0, 1), (4.0, 0.75));
        assert_eq!(rules.confidence(1, 0), (0.0, 0.0));
        // usual (3 + 1/2) / (8 + 1), drawn to with the worth of 20 cases
        let odds = |p: f64| (p / (1.0 - p)).ln();
        let usual = 3.5 / 9.0;
        let want = odds((3.0 + 20.0 * usual) / 24.0) - odds(usual);
        assert!((rules.lift(0, 1) - want).abs() < 1e-12 && want > 0.0);
        assert!(rules.lift(2, 1) < 0.0);
        assert!(
            rules.lift(1, 1).abs() < 1e-12,
            "without a case nothing is known"
        );
    }
}
