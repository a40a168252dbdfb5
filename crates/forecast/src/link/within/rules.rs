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
