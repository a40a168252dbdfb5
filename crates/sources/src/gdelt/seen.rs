//! The event numbers that a file has given so far.

use std::collections::HashMap;

/// A set of numbers that come mostly in rows: 64 neighbours share one word, so a year of GDELT 1 (some ten million numbers) takes megabytes.
#[derive(Debug)]
pub(super) struct Seen {
    words: HashMap<u64, u64, foldhash::fast::RandomState>,
    /// The word in use, and its bits.
    at: u64,
    bits: u64,
}

impl Seen {
    pub(super) fn new() -> Seen {
        Seen {
            words: HashMap::default(),
            at: 0,
            bits: 0,
        }
    }

    /// Whether the number is new.
    pub(super) fn insert(&mut self, number: u64) -> bool {
        let (word, bit) = (number >> 6, 1 << (number & 63));
        if word != self.at {
            self.words.insert(self.at, self.bits);
            self.at = word;
            self.bits = self.words.get(&word).copied().unwrap_or(0);
        }
        let new = self.bits & bit == 0;
        self.bits |= bit;
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn it_says_what_a_plain_set_says() {
        let mut seen = Seen::new();
        let mut plain = HashSet::new();
        let mut x = 7u64;
        for i in 0..20_000u64 {
            // Rows of neighbours with jumps back and forth, and the ends of the range.
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = match x >> 61 {
                0 => u64::MAX - (x >> 55 & 7),
                1 => x >> 54,
                _ => i / 2,
            };
            assert_eq!(seen.insert(number), plain.insert(number), "{number}");
        }
    }
}
