//! The groups that a tree is grown on.

use crate::Draw;
use std::ops::Range;

/// Groups of consecutive rows in pieces of about as many rows each. They do not depend on the number of cores, so that sums over them do not either.
pub(super) struct Pieces<'a> {
    /// Where each group starts and where the last ends.
    pub starts: &'a [u32],
    /// The groups of each piece.
    groups: Vec<Range<usize>>,
}

impl<'a> Pieces<'a> {
    /// Those of all groups.
    pub fn of(starts: &'a [u32]) -> Self {
        /// Rows that one core takes at once.
        const ROWS: u32 = 16_384;
        let mut groups = Vec::new();
        let mut first = 0;
        for group in 1..starts.len() {
            if starts[group] - starts[first] >= ROWS || group + 1 == starts.len() {
                groups.push(first..group);
                first = group;
            }
        }
        Self { starts, groups }
    }

    /// Each piece: its groups, its rows, and the part of memory that has a place for each row.
    pub fn parts<'m, T>(
        &self,
        mut memory: &'m mut [T],
    ) -> Vec<(Range<usize>, Range<usize>, &'m mut [T])> {
        let piece = |groups: &Range<usize>| {
            let rows = self.starts[groups.start] as usize..self.starts[groups.end] as usize;
            let (part, rest) = std::mem::take(&mut memory).split_at_mut(rows.len());
            memory = rest;
            (groups.clone(), rows, part)
        };
        self.groups.iter().map(piece).collect()
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
        let mut memory = vec![0; 70_000];
        let parts = Pieces::of(&starts);
        let sizes: Vec<usize> = parts.parts(&mut memory).iter().map(|p| p.2.len()).collect();
        // 235 groups of 70 are the fewest with 16,384 rows
        assert_eq!(sizes, [16_450, 16_450, 16_450, 16_450, 4_200]);
        assert_eq!(parts.parts(&mut memory)[1].1, 16_450..32_900);
        assert!(Pieces::of(&[0]).parts(&mut [0; 0]).is_empty());
    }
}
