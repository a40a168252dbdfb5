//! Sums of pull and weight over the bins of each feature, exact whatever the order of the rows.
//!
//! Pull and weight of a row are rounded to integers and packed into one, pull in the upper 32 bits and weight in the lower. One addition adds both, the sum does not depend on the order
//! in which cores take the rows, and a sibling is its parent less the other child to the last bit. Rounding is up or down by chance with the right
//! mean (Shi et al. 2022, NeurIPS 35: Quantized Training of Gradient Boosting Decision Trees), by a hash of seed and row.

use super::bins::{Block, WIDE};
use super::loss::Slope;
use std::hint::black_box;

/// Sums of one feature by bin.
pub(super) type Bars = [i64; 256];

/// From numbers to packed integers: powers of two, so that whole numbers stay exact.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Scale {
    pull: f64,
    weight: f64,
}

impl Scale {
    /// In multiples of `grain` (0: as fine as can be), but never so fine that a sum of `rows` rows can overflow whose absolute
    /// pulls and weights sum to these.
    pub fn of(grain: f64, rows: usize, pulls: f64, weights: f64) -> Self {
        // rounding adds 1 at most to each row
        let room = ((1u64 << 31) - 1) as f64 - rows as f64;
        let wanted = if grain > 0.0 { -grain.log2() } else { 60.0 };
        let finest = |sum: f64| {
            let fits = if sum > 0.0 { (room / sum).log2() } else { 0.0 };
            fits.min(wanted).floor().clamp(-60.0, 60.0).exp2()
        };
        Self {
            pull: finest(pulls),
            weight: finest(weights),
        }
    }

    /// Pull and weight rounded by chance. Where both are less than 1, weight is rounded up only if pull is away from 0, so that as many rows as can be are 0.
    pub fn pack(&self, slope: Slope, chance: u32) -> i64 {
        // 20 bits, which are still exact beside 31 of a number
        const UNIT: f64 = 1.0 / (1u64 << 20) as f64;
        const ABOVE: f64 = (1u64 << 31) as f64;
        let chance = f64::from(chance >> 12) * UNIT;
        let pull = f64::from(slope.pull) * self.pull;
        let up = if pull < 0.0 {
            1.0 - UNIT - chance
        } else {
            chance
        };
        // what is above 0 is rounded down by truncation
        let pull = (pull + up + ABOVE) as i64 - ABOVE as i64;
        let weight = (f64::from(slope.weight) * self.weight + chance) as i64;
        (pull << 32) + weight
    }

    /// Pull and weight of a sum.
    pub fn unpack(&self, sum: i64) -> (f64, f64) {
        let weight = f64::from(sum as u32) / self.weight;
        (((sum >> 32) as i32) as f64 / self.pull, weight)
    }
}

/// 32 bits that look random, from a seed and a row (SplitMix64, Steele et al. 2014).
pub(super) fn chance(seed: u64, row: u64) -> u32 {
    let mut z = seed.wrapping_add(row.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z >> 32) as u32
}

/// Adds rows to the sums of their features. `bars` has a place for each feature of the blocks, a row has `bars.len() / WIDE` of those.
pub(super) fn add(bars: &mut [Bars], blocks: &[Block], packed: &[i64], rows: &[u32]) {
    const AT_ONCE: usize = 128;
    let per_row = bars.len() / WIDE;
    let mut value = [0i64; AT_ONCE];
    let mut place = [0usize; AT_ONCE];
    for rows in rows.chunks(AT_ONCE) {
        // rows lie far apart: to touch them all first lets memory bring many at a time, where sums would wait for each
        let mut touched = 0;
        for ((value, place), row) in value.iter_mut().zip(&mut place).zip(rows) {
            *value = packed[*row as usize];
            *place = *row as usize * per_row;
            for block in blocks[*place..*place + per_row].iter().step_by(64 / WIDE) {
                touched |= block[0];
            }
            touched |= blocks[*place + per_row - 1][WIDE - 1];
        }
        black_box(touched);
        for (b, bars) in bars.chunks_exact_mut(WIDE).enumerate() {
            let bars: &mut [Bars; WIDE] = bars.try_into().expect("chunks of that length");
            for (value, place) in value.iter().zip(&place).take(rows.len()) {
                let block = &blocks[place + b];
                for (bars, bin) in bars.iter_mut().zip(block) {
                    bars[usize::from(*bin)] += value;
                }
            }
        }
    }
}

/// Where to split, and what that gains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Split {
    /// Half of what the loss falls by.
    pub gain: f64,
    /// Which of the features at hand.
    pub feature: usize,
    /// Bins up to this one go low.
    pub bin: usize,
    /// The sum of those that go low.
    pub low: i64,
}

/// What bounds a split.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    pub scale: Scale,
    /// Least weight on each side.
    pub leaf: f64,
    /// Added to each side's weight.
    pub shrink: f64,
}

/// The best split of one feature by its sums over `bins` bins, of rows that sum to `total`; ties go to the lowest bin.
pub(super) fn best(
    bars: &Bars,
    bins: usize,
    total: i64,
    feature: usize,
    bound: &Bound,
) -> Option<Split> {
    let worth = |(pull, weight): (f64, f64)| pull * pull / (weight + bound.shrink);
    let (_, weight) = bound.scale.unpack(total);
    let whole = worth(bound.scale.unpack(total));
    let mut best: Option<Split> = None;
    let mut most = whole + 1e-9;
    let mut low = 0i64;
    for (bin, sum) in bars[..bins - 1].iter().enumerate() {
        if *sum == 0 {
            continue;
        }
        low += sum;
        let below = bound.scale.unpack(low);
        if below.1 < bound.leaf {
            continue;
        }
        if weight - below.1 < bound.leaf {
            break;
        }
        let gain = worth(below) + worth(bound.scale.unpack(total - low));
        if gain > most {
            most = gain;
            best = Some(Split {
                gain: gain - whole,
                feature,
                bin,
                low,
            });
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(scale: &Scale, (pull, weight): (f32, f32), chance: u32) -> i64 {
        scale.pack(Slope { pull, weight }, chance)
    }

    #[test]
    fn packed_sums_are_those_of_the_parts() {
        let scale = Scale::of(0.0, 4, 8.0, 4.0);
        let values = [(-3.0, 1.0), (2.0, 1.0), (-2.5, 1.0), (0.5, 1.0)];
        for chance in [0, u32::MAX] {
            let sum: i64 = values.iter().map(|v| pack(&scale, *v, chance)).sum();
            assert_eq!(scale.unpack(sum), (-3.0, 4.0));
        }
    }

    #[test]
    fn rounding_has_the_right_mean() {
        // 0.3 of a grain, a thousand times: 300 with a standard deviation of 14.5
        let scale = Scale::of(1.0, 1000, 300.0, 300.0);
        for sign in [-1.0, 1.0] {
            let packed = (0..1000).map(|row| pack(&scale, (sign * 0.3, 0.3), chance(7, row)));
            let packed: Vec<i64> = packed.collect();
            let (pull, weight) = scale.unpack(packed.iter().sum());
            assert!((pull - 300.0 * f64::from(sign)).abs() < 60.0, "{pull}");
            assert!((weight - 300.0).abs() < 60.0, "{weight}");
            // both come from one chance
            assert_eq!(packed.iter().filter(|p| **p != 0).count() as f64, weight);
        }
    }

    #[test]
    fn the_sibling_is_the_parent_less_the_child() {
        let blocks: Vec<Block> = (0..500u64)
            .map(|row| chance(1, row))
            .map(|c| [c as u8; WIDE])
            .collect();
        let packed: Vec<i64> = (0..500)
            .map(|row| i64::from(chance(2, row)) - (1 << 31))
            .collect();
        let (mut all, mut low, mut high) = ([[0; 256]; WIDE], [[0; 256]; WIDE], [[0; 256]; WIDE]);
        let rows: Vec<u32> = (0..500).collect();
        add(&mut all, &blocks, &packed, &rows);
        add(&mut low, &blocks, &packed, &rows[..130]);
        add(&mut high, &blocks, &packed, &rows[130..]);
        for ((all, low), high) in all.iter().zip(&low).zip(&high) {
            for ((all, low), high) in all.iter().zip(low).zip(high) {
                assert_eq!(all - low, *high);
            }
        }
    }

    #[test]
    fn the_best_split_by_hand() {
        // bins with pulls 1, 2, -3, 0 and weights 1: low {0, 1} 9/2 + 9/2 - 0
        let scale = Scale {
            pull: 1.0,
            weight: 1.0,
        };
        let mut bars = [0; 256];
        for (bar, pull) in bars.iter_mut().zip([1.0, 2.0, -3.0, 0.0]) {
            *bar = pack(&scale, (pull, 1.0), 0);
        }
        let total = bars.iter().sum();
        let mut bound = Bound {
            scale,
            leaf: 0.0,
            shrink: 0.0,
        };
        let found = best(&bars, 4, total, 3, &bound).unwrap();
        assert_eq!((found.gain, found.feature, found.bin), (9.0, 3, 1));
        assert_eq!(scale.unpack(found.low), (3.0, 2.0));
        bound.leaf = 3.0;
        assert_eq!(best(&bars, 4, total, 3, &bound), None);
    }
}
