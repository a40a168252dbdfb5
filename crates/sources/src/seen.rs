//! Rows that a file holds twice.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash, Hasher};

use detente_atlas::Day;

/// The numbers of the events met so far, each with a digest of its row.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    rows: HashMap<u64, u32>,
}

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Not met before.
    New,
    /// The same row again, to the letter.
    Again,
    /// The number of an earlier row of other content.
    Other,
}

impl Seen {
    /// Meets a row. `text` is all of it, so that two rows under one number are told from one row written twice.
    pub(crate) fn meet(&mut self, id: &str, day: Day, text: &str) -> Sight {
        let row = digest(&text) as u32;
        match self.rows.entry(key(id, day)) {
            Entry::Vacant(slot) => {
                slot.insert(row);
                Sight::New
            }
            Entry::Occupied(before) if *before.get() == row => Sight::Again,
            Entry::Occupied(_) => Sight::Other,
        }
    }
}

/// Numbers are used again in other years, so the day belongs to the key. A number with its day fits 64 bits as it is; a
/// text is digested (of ten million texts two share a digest once in some 370,000 files).
fn key(id: &str, day: Day) -> u64 {
    // 21 bits hold the days from 800 BC to AD 4800 around 1970.
    let days = u64::from((day.0.wrapping_add(1 << 20)) as u32 & 0x1F_FFFF);
    match id.parse::<u64>() {
        Ok(number) if number < 1 << 43 => number << 21 | days,
        _ => digest(&(id, day.0)),
    }
}

fn digest(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_twice_is_told_from_two_rows_with_one_number() {
        let (a, b) = (Day(17_000), Day(17_001));
        let mut seen = Seen::default();
        for id in ["33814796", "20190801-2309-4e081644904c_RETREAT_R"] {
            assert_eq!(seen.meet(id, a, "one"), Sight::New);
            assert_eq!(seen.meet(id, a, "one"), Sight::Again);
            assert_eq!(seen.meet(id, a, "two"), Sight::Other);
            assert_eq!(seen.meet(id, b, "one"), Sight::New, "another day");
        }
    }
}
