//! Groups and their sums: what an aggregate gathers from row groups and merges in a fixed order.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use detente_atlas::{By, Day};

/// The sums of a group, in the order of the output columns.
pub(crate) const SUMS: [&str; 10] = [
    "n",
    "verbal_cooperation",
    "material_cooperation",
    "verbal_conflict",
    "material_conflict",
    "goldstein_sum",
    "goldstein_n",
    "score",
    "score_positive",
    "score_negative",
];
/// The sums that events have, which come first.
pub(crate) const EVENT_SUMS: usize = 7;
pub(crate) const N: usize = 0;
pub(crate) const VERBAL_COOPERATION: usize = 1;
pub(crate) const GOLDSTEIN_SUM: usize = 5;
pub(crate) const GOLDSTEIN_N: usize = 6;
pub(crate) const SCORE: usize = 7;
pub(crate) const SCORE_POSITIVE: usize = 8;
pub(crate) const SCORE_NEGATIVE: usize = 9;

/// Bits of one key inside a packed key: the period takes the upper 32, up to five keys 19 each.
pub(crate) const KEY_BITS: u32 = 19;
/// The packed id of a missing key; ids of texts begin at 1.
pub(crate) const NO_KEY: u32 = 0;

/// Packs the first day of a period into the upper bits, so that packed keys sort by time.
pub(crate) fn pack_period(first: Day) -> u128 {
    // Flipping the sign bit makes negative days sort before positive ones.
    u128::from(first.0 as u32 ^ 0x8000_0000) << 96
}

/// The first day of the period of a packed key.
pub(crate) fn unpack_period(key: u128) -> Day {
    Day(((key >> 96) as u32 ^ 0x8000_0000) as i32)
}

/// Packs the id of the key in position `at`.
pub(crate) fn pack_key(id: u32, at: usize) -> u128 {
    u128::from(id) << (KEY_BITS * (4 - at as u32))
}

/// The id of the key in position `at`.
pub(crate) fn unpack_key(key: u128, at: usize) -> u32 {
    (key >> (KEY_BITS * (4 - at as u32))) as u32 & ((1 << KEY_BITS) - 1)
}

/// Sixty-four-bit words that hold a bit for each day of a period.
pub(crate) fn day_words(by: By) -> usize {
    match by {
        By::Day | By::Week | By::Month => 1,
        By::Quarter => 2,
        By::Year => 6,
    }
}

/// Multiplies the halves of a packed key and folds the product.
#[derive(Default)]
pub(crate) struct Fold(u64);

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    fn write_u128(&mut self, key: u128) {
        let low = key as u64 ^ 0x9e37_79b9_7f4a_7c15;
        let high = (key >> 64) as u64 ^ 0xd1b5_4a32_d192_ed03;
        let product = u128::from(low) * u128::from(high);
        self.0 = (product as u64 ^ (product >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Groups by packed key. A sum that no row contributed to is not there, which is not the same as 0.
pub(crate) struct Groups {
    index: HashMap<u128, u32, BuildHasherDefault<Fold>>,
    keys: Vec<u128>,
    /// `width` sums a group.
    sums: Vec<f64>,
    width: usize,
    /// Bit `j`: a row contributed to sum `j`.
    seen: Vec<u16>,
    /// A bit for each day of the period that has data, `words` words a group.
    days: Vec<u64>,
    words: usize,
}

impl Groups {
    /// Room for the first `width` sums of groups by period.
    pub(crate) fn new(by: By, width: usize) -> Groups {
        Groups {
            index: HashMap::default(),
            keys: Vec::new(),
            sums: Vec::new(),
            width,
            seen: Vec::new(),
            days: Vec::new(),
            words: day_words(by),
        }
    }

    /// Forgets all groups and keeps the memory, for the next row group.
    pub(crate) fn clear(&mut self) {
        self.index.clear();
        self.keys.clear();
        self.sums.clear();
        self.seen.clear();
        self.days.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn keys(&self) -> &[u128] {
        &self.keys
    }

    /// The place of a group, made where there is none.
    pub(crate) fn slot(&mut self, key: u128) -> u32 {
        let Groups {
            index,
            keys,
            sums,
            seen,
            days,
            words,
            width,
        } = self;
        *index.entry(key).or_insert_with(|| {
            keys.push(key);
            sums.resize(sums.len() + *width, 0.0);
            seen.push(0);
            days.resize(days.len() + *words, 0);
            u32::try_from(keys.len() - 1).expect("fewer than four billion groups fit in memory")
        })
    }

    /// Adds to a sum.
    #[inline]
    pub(crate) fn add(&mut self, slot: u32, sum: usize, value: f64) {
        self.sums[slot as usize * self.width + sum] += value;
        self.seen[slot as usize] |= 1 << sum;
    }

    /// Adds an event on day `offset` of the period. A group with an event of a known class has counts for all four classes; one
    /// without has none.
    #[inline]
    pub(crate) fn add_event(&mut self, slot: u32, offset: u32, quad: i8, goldstein: f32) {
        const ALL_QUADS: u16 = 0b1111 << VERBAL_COOPERATION;
        let slot = slot as usize;
        let sums = &mut self.sums[slot * self.width..][..EVENT_SUMS];
        let mut seen = 1 << N;
        sums[N] += 1.0;
        if (1..=4).contains(&quad) {
            sums[VERBAL_COOPERATION + quad as usize - 1] += 1.0;
            seen |= ALL_QUADS;
        }
        if !goldstein.is_nan() {
            sums[GOLDSTEIN_SUM] += f64::from(goldstein);
            sums[GOLDSTEIN_N] += 1.0;
            seen |= 1 << GOLDSTEIN_SUM | 1 << GOLDSTEIN_N;
        }
        self.seen[slot] |= seen;
        self.days[slot * self.words + (offset / 64) as usize] |= 1 << (offset % 64);
    }

    /// Notes that day `offset` of the period (from 0) has data.
    #[inline]
    pub(crate) fn mark_day(&mut self, slot: u32, offset: u32) {
        self.days[slot as usize * self.words + (offset / 64) as usize] |= 1 << (offset % 64);
    }

    /// A sum, or `None` where no row contributed to it.
    pub(crate) fn sum(&self, slot: u32, sum: usize) -> Option<f64> {
        (self.seen[slot as usize] >> sum & 1 == 1)
            .then(|| self.sums[slot as usize * self.width + sum])
    }

    /// Distinct days with data.
    pub(crate) fn days(&self, slot: u32) -> u32 {
        let at = slot as usize * self.words;
        self.days[at..at + self.words]
            .iter()
            .map(|w| w.count_ones())
            .sum()
    }

    /// Adds all groups of a later row group. The caller merges in the order of the rows: float sums depend on it. Groups
    /// to which nothing was added are left out where `used` is set: all their rows were folded.
    pub(crate) fn merge(&mut self, later: &Groups, used: bool) {
        if self.keys.is_empty() {
            self.index.reserve(later.len() * 4);
        }
        for (from, key) in later.keys.iter().enumerate() {
            if used && later.seen[from] == 0 {
                continue;
            }
            let to = self.slot(*key) as usize;
            let sums = self.sums[to * self.width..].iter_mut();
            for (sum, value) in sums.zip(&later.sums[from * self.width..][..self.width]) {
                *sum += value;
            }
            self.seen[to] |= later.seen[from];
            let (to, from) = (to * self.words, from * self.words);
            for w in 0..self.words {
                self.days[to + w] |= later.days[from + w];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_keys_unpack_and_sort_by_time() {
        let key = pack_period(Day(-3)) | pack_key(7, 0) | pack_key(524_287, 2) | pack_key(1, 4);
        assert_eq!(unpack_period(key), Day(-3));
        assert_eq!(
            [0, 1, 2, 3, 4].map(|i| unpack_key(key, i)),
            [7, 0, 524_287, 0, 1]
        );
        assert!(pack_period(Day(-3)) < pack_period(Day(0)));
        assert!(pack_period(Day(0)) < pack_period(Day(40_000)));
    }

    #[test]
    fn every_day_of_the_longest_period_has_a_bit() {
        for (by, longest) in [
            (By::Day, 1),
            (By::Week, 7),
            (By::Month, 31),
            (By::Quarter, 92),
            (By::Year, 366),
        ] {
            assert!(day_words(by) * 64 >= longest);
        }
    }
}
