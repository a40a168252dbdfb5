//! How rankings are scored: time-aware filtered ranks, single step.

use super::{Answer, Asked};

/// The rank of an answer among all entities, from 1: other true answers of the same question on the same day are left out, and ties count half
/// (time-aware filter: Han et al. 2021, ICLR; as all results of temporal knowledge-graph forecasting since are given).
///
/// `scores` has a place for each entity, `others` are the other answers (the answer itself may be among them).
///
/// # Panics
///
/// If an answer has no place in the scores.
pub fn rank_of(scores: &[f32], answer: u32, others: &[u32]) -> f64 {
    let own = scores[answer as usize];
    let (mut above, mut level) = (0i64, -1i64);
    for score in scores {
        above += i64::from(*score > own);
        level += i64::from(*score == own);
    }
    for other in others.iter().filter(|other| **other != answer) {
        let score = scores[*other as usize];
        above -= i64::from(score > own);
        level -= i64::from(score == own);
    }
    1.0 + above as f64 + level as f64 / 2.0
}

/// Sums over ranks.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ranks {
    /// How many.
    pub number: u64,
    inverse: f64,
    within: [u64; 3],
}

/// The ranks up to which hits are counted.
pub const HITS: [u32; 3] = [1, 3, 10];

impl Ranks {
    /// Adds a rank, from 1.
    pub fn add(&mut self, rank: f64) {
        self.number += 1;
        self.inverse += 1.0 / rank;
        for (within, up_to) in self.within.iter_mut().zip(HITS) {
            *within += u64::from(rank <= f64::from(up_to));
        }
    }

    /// Adds what another holds.
    pub fn join(&mut self, other: &Self) {
        self.number += other.number;
        self.inverse += other.inverse;
        for (within, more) in self.within.iter_mut().zip(other.within) {
            *within += more;
        }
    }

    /// Mean reciprocal rank, 0..1; `None` without ranks.
    pub fn mrr(&self) -> Option<f64> {
        (self.number > 0).then(|| self.inverse / self.number as f64)
    }

    /// The share of ranks up to each of [`HITS`]; `None` without ranks.
    pub fn hits(&self) -> Option<[f64; 3]> {
        (self.number > 0).then(|| self.within.map(|within| within as f64 / self.number as f64))
    }
}

/// Ranks of the answers to questions, by what was asked and by whether the two had met.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    ranks: [[Ranks; 3]; 2],
}

impl Tally {
    /// Adds the rank of an answer.
    pub fn add(&mut self, asked: Asked, met: Answer, rank: f64) {
        self.ranks[asked as usize][met as usize].add(rank);
    }

    /// All ranks. Each event is asked for from both sides, so that the mean over all is the mean of both directions.
    pub fn all(&self) -> Ranks {
        sum(self.ranks.iter().flatten())
    }

    /// Those of one direction: tails are objects, heads subjects.
    pub fn of(&self, asked: Asked) -> Ranks {
        sum(&self.ranks[asked as usize])
    }

    /// Those whose answer had been met so far.
    pub fn by(&self, met: Answer) -> Ranks {
        sum(self.ranks.iter().map(|ranks| &ranks[met as usize]))
    }
}

fn sum<'a>(ranks: impl IntoIterator<Item = &'a Ranks>) -> Ranks {
    let mut all = Ranks::default();
    ranks.into_iter().for_each(|ranks| all.join(ranks));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draw;

    #[test]
    fn ranks_by_hand() {
        let scores = [0.5, 0.9, 0.5, 0.1, 0.9, 0.5];
        // above 0 lie 1 and 4; level with it 2 and 5
        assert_eq!(rank_of(&scores, 0, &[]), 4.0);
        assert_eq!(rank_of(&scores, 0, &[0, 1]), 3.0);
        assert_eq!(rank_of(&scores, 0, &[1, 2, 4]), 1.5);
        assert_eq!(rank_of(&scores, 3, &[0, 1, 2, 4, 5]), 1.0);
    }

    #[test]
    fn the_filter_equals_taking_the_others_out() {
        let mut draw = Draw::of(4, 0, 0);
        for _ in 0..200 {
            let scores: Vec<f32> = (0..30).map(|_| draw.below(8) as f32).collect();
            let answer = draw.below(30) as u32;
            let others: Vec<u32> = (0..draw.below(6)).map(|_| draw.below(30) as u32).collect();
            let others: std::collections::BTreeSet<u32> = others.into_iter().collect();
            let mut left: Vec<f32> = (0..30u32)
                .filter(|e| *e != answer && !others.contains(e))
                .map(|e| scores[e as usize])
                .collect();
            left.sort_by(|a, b| b.total_cmp(a));
            // mean of the first and the last place that the answer could take
            let own = scores[answer as usize];
            let first = 1 + left.iter().filter(|s| **s > own).count();
            let last = 1 + left.iter().filter(|s| **s >= own).count();
            let others: Vec<u32> = others.into_iter().collect();
            assert_eq!(
                rank_of(&scores, answer, &others),
                (first + last) as f64 / 2.0
            );
        }
    }

    #[test]
    fn sums_by_hand() {
        let mut tally = Tally::default();
        tally.add(Asked::Object, Answer::SeenTriple, 1.0);
        tally.add(Asked::Object, Answer::UnseenPair, 4.0);
        tally.add(Asked::Subject, Answer::SeenTriple, 2.0);
        assert_eq!(tally.all().mrr(), Some((1.0 + 0.25 + 0.5) / 3.0));
        assert_eq!(tally.of(Asked::Object).mrr(), Some(0.625));
        assert_eq!(tally.by(Answer::SeenTriple).hits(), Some([0.5, 1.0, 1.0]));
        assert_eq!(tally.by(Answer::SeenPair).mrr(), None);
    }
}
