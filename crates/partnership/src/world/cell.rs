//! What a source says of one dyad in one period.

use std::ops::AddAssign;

use detente_relations::index::{Counts, Weights};

/// Sums over one dyad and period. What a source lacks stays `None`; a sum of absent parts stays absent.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cell {
    /// Events; dyad-days where the source gives no event counts.
    pub n: f64,
    /// Rows of the lake behind it.
    pub rows: f64,
    /// Events by quad class, where the source has classes.
    pub counts: Option<Counts>,
    /// Sum of Goldstein values, and the number of events that have one.
    pub goldstein: Option<(f64, f64)>,
    /// Sum of the positive and (as a positive number) of the negative daily net scores.
    pub scores: Option<(f64, f64)>,
}

impl Cell {
    /// Cooperation and conflict: weighted event counts, or positive and negative net scores.
    pub fn balance(&self, weights: &Weights) -> Option<(f64, f64)> {
        self.counts
            .map(|c| (c.cooperation(weights), c.conflict(weights)))
            .or(self.scores)
    }

    /// How much the two had to do with each other: events, or the sum of absolute net scores.
    pub fn activity(&self) -> f64 {
        match self.scores {
            Some((positive, negative)) => positive + negative,
            None => self.n,
        }
    }
}

impl Cell {
    /// Events and net scores without those of another cell; only what [`Cell::activity`] needs.
    pub(crate) fn less(&self, other: &Cell) -> Cell {
        Cell {
            n: self.n - other.n,
            scores: match (self.scores, other.scores) {
                (Some(all), Some(part)) => Some((all.0 - part.0, all.1 - part.1)),
                (all, _) => all,
            },
            ..Cell::default()
        }
    }
}

impl AddAssign for Cell {
    fn add_assign(&mut self, other: Cell) {
        fn add<T>(a: &mut Option<T>, b: Option<T>, sum: impl Fn(T, T) -> T)
        where
            T: Copy,
        {
            *a = match (*a, b) {
                (Some(x), Some(y)) => Some(sum(x, y)),
                (x, y) => x.or(y),
            };
        }
        self.n += other.n;
        self.rows += other.rows;
        add(&mut self.counts, other.counts, |x, y| x + y);
        add(&mut self.goldstein, other.goldstein, |x, y| {
            (x.0 + y.0, x.1 + y.1)
        });
        add(&mut self.scores, other.scores, |x, y| {
            (x.0 + y.0, x.1 + y.1)
        });
    }
}
