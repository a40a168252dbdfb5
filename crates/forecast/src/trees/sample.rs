//! The groups that a tree is grown on.

use crate::Draw;
use std::ops::Range;

/// Rows that one core takes at once.
pub(super) const PIECE: usize = 16_384;

/// Groups of rows, in pieces of about as many rows each. The pieces do not depend on the number of cores, so that sums over them do not either.
pub(super) struct Sample {
    /// The rows of each group, ascending.
    pub groups: Vec<Range<usize>>,
    /// Groups that make up a piece, and how many rows they have.
    pub pieces: Vec<(Range<usize>, usize)>,
    /// Whether it has all rows.
    pub whole: bool,
}

impl Sample {
    /// All groups, by where each starts and where the last ends.
    pub fn whole(starts: &[u32]) -> Self {
        Self::of(starts, 0..starts.len() - 1, true)
    }

    /// A share of the groups.
    pub fn drawn(starts: &[u32], share: f64, draw: &mut Draw) -> Self {
        let groups = starts.len() - 1;
        Self::of(starts, some(groups, share, draw).into_iter(), share >= 1.0)
    }

    fn of(starts: &[u32], groups: impl Iterator<Item = usize>, whole: bool) -> Self {
        let groups: Vec<_> = groups
            .map(|g| starts[g] as usize..starts[g + 1] as usize)
            .collect();
        let mut pieces = Vec::new();
        let (mut first, mut rows) = (0, 0);
        for (i, group) in groups.iter().enumerate() {
            rows += group.len();
            if rows >= PIECE || i + 1 == groups.len() {
                pieces.push((first..i + 1, rows));
                (first, rows) = (i + 1, 0);
            }
        }
        Self {
            groups,
            pieces,
            whole,
        }
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.pieces.iter().map(|piece| piece.1).sum()
    }

    /// For each piece its groups and its part of memory that has `width` places for each row.
    pub fn parts<'a, T>(
        &self,
        mut memory: &'a mut [T],
        width: usize,
    ) -> Vec<(&[Range<usize>], &'a mut [T])> {
        let piece = |(groups, rows): &(Range<usize>, usize)| {
            let (part, rest) = std::mem::take(&mut memory).split_at_mut(rows * width);
            memory = rest;
            (&self.groups[groups.clone()], part)
        };
        self.pieces.iter().map(piece).collect()
    }
}

/// A share of `0..of` drawn without replacement, ascending; at least one if there is any (Knuth's algorithm S).
pub(super) fn some(of: usize, share: f64, draw: &mut Draw) -> Vec<usize> {
    let mut wanted = ((of as f64 * share).round() as usize).clamp(of.min(1), of);
    let mut kept = Vec::with_capacity(wanted);
    for i in 0..of {
        if wanted > 0 && (wanted == of - i || draw.below(of - i) < wanted) {
            kept.push(i);
            wanted -= 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_drawn_evenly() {
        let mut drawn = [0; 10];
        for seed in 0..1000 {
            let some = some(10, 0.3, &mut Draw::of(seed, 0, 0));
            assert_eq!(some.len(), 3);
            some.iter().for_each(|i| drawn[*i] += 1);
        }
        // 300 each with a standard deviation of 14.5
        assert!(drawn.iter().all(|n| (240..360).contains(n)), "{drawn:?}");
        assert_eq!(some(3, 0.0, &mut Draw::of(1, 0, 0)).len(), 1);
        assert_eq!(some(3, 1.0, &mut Draw::of(1, 0, 0)), [0, 1, 2]);
        assert!(some(0, 1.0, &mut Draw::of(1, 0, 0)).is_empty());
    }

    #[test]
    fn pieces_hold_whole_groups_and_all_rows() {
        let starts: Vec<u32> = (0..=1000).map(|g| g * 70).collect();
        let sample = Sample::whole(&starts);
        let sizes: Vec<usize> = sample.pieces.iter().map(|piece| piece.1).collect();
        // 235 groups of 70 are the fewest with 16,384 rows
        assert_eq!(sizes, [16_450, 16_450, 16_450, 16_450, 4_200]);
        assert_eq!(sample.rows(), 70_000);
    }
}
