//! One event, once: which rows are copies of an event that was told before.
//!
//! Event streams tell one event many times. One report gives several rows, mirrored pairs among them; agencies' texts are
//! printed by many outlets under as many addresses; and later files give rows of earlier ones again. A rule ([`Fold`]) says
//! which rows are one event. Of these the first in the fixed order of the rows is kept, whatever the number of cores.
//!
//! **Exact, but for collisions.** Rows are compared by 128-bit hashes (XXH3) of what the rule compares. Among n distinct keys two
//! differ and have one hash with a probability of at most n^2 / 2^129: 1.5e-21 for a thousand million. The hash does not
//! withstand an author who seeks collisions on purpose.
//!
//! **Memory.** 16 bytes for each distinct key, of which a row has at most two: what the rule compares, and its number. With the
//! room that a hash table keeps free that is 20 to 40 bytes a key.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int32Type};
use arrow_array::{Array, DictionaryArray, RecordBatch, StringArray};
use twox_hash::XxHash3_128;

use crate::story::{Identity, Stories};

/// Which rows of events are one event.
///
/// Under every rule but `None` a row with the number of an earlier one (same data set, day, pair and code) is that event
/// again: later files give rows of earlier files a second time. The pair and the code belong to that key because one number may
/// stand for several dyads, and the day because ICEWS uses numbers again in other years.
///
/// No rule folds rows of two data sets into one. An actor that did not resolve counts by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Fold {
    /// Every row is an event.
    None,
    /// One event for each story, source, target and code. A story is an address without scheme, `www.`, tracking parameters,
    /// fragment and last slash; where the address ends in a headline of at least four words and twenty letters, these words
    /// are the story, so that copies on other hosts are the same. Other stories (numbers, citations) are compared as they stand.
    /// A row without a story, or with the address of a whole site, cannot be told from others and is not folded.
    Story,
    /// The same with the pair in either direction: A to B and B to A in one story under one code are one event, in the direction of
    /// the first.
    #[default]
    Mirror,
    /// One a day: one event for each day, source, target, name of source and of target, and code, whatever the story. The
    /// "one-a-day" filter of the TABARI and Phoenix data (Schrodt & Van Brackle 2013, Automated Coding of Political Event Data,
    /// in Subrahmanian (ed.), Handbook of Computational Approaches to Counterterrorism, Springer: 23-49).
    Day,
}

impl Fold {
    /// All rules.
    pub const ALL: [Fold; 4] = [Fold::None, Fold::Story, Fold::Mirror, Fold::Day];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Fold::None => "none",
            Fold::Story => "url",
            Fold::Mirror => "mirror",
            Fold::Day => "day",
        }
    }

    /// The rule of that name.
    pub fn from_name(name: &str) -> Option<Fold> {
        Fold::ALL.into_iter().find(|f| f.name() == name)
    }

    /// The columns that the rule compares.
    pub(crate) fn columns(self) -> &'static [&'static str] {
        const ALL: [&str; 9] = [
            "dataset",
            "day",
            "source",
            "target",
            "source_name",
            "target_name",
            "code",
            "event",
            "story",
        ];
        match self {
            Fold::None => &[],
            Fold::Story | Fold::Mirror => &ALL,
            Fold::Day => &ALL[..8],
        }
    }
}

impl fmt::Display for Fold {
    /// What the rule takes for one event: `one event per story, pair and code`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fold::None => "every row is an event",
            Fold::Story => "one event per story, direction and code",
            Fold::Mirror => "one event per story, pair and code",
            Fold::Day => "one event per day, direction, names and code",
        })
    }
}

/// What a row is compared by. A key of 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Print {
    /// What the rule compares.
    pub(crate) rule: u128,
    /// The number of the event.
    pub(crate) number: u128,
    /// The address of the story.
    pub(crate) address: u64,
    /// Which of the two directions of its pair it has.
    pub(crate) reversed: bool,
}

/// What a hash is of, so that keys of different kinds differ.
const OF_STORY: u128 = 1;
const OF_PAIR: u128 = 2;
const OF_DAY: u128 = 3;
const OF_NUMBER: u128 = 4;

/// The hash of an absent text; those of texts are never 0.
const ABSENT: u128 = 0;

fn hash(text: &str) -> u128 {
    XxHash3_128::oneshot(text.as_bytes()).max(1)
}

fn hash_all<const N: usize>(parts: [u128; N]) -> u128 {
    let mut bytes = [[0; 16]; N];
    for (to, part) in bytes.iter_mut().zip(parts) {
        *to = part.to_le_bytes();
    }
    XxHash3_128::oneshot(bytes.as_flattened()).max(1)
}

/// Gives the prints of rows under a rule.
#[derive(Debug)]
pub(crate) struct Printer {
    rule: Fold,
    stories: Stories,
    /// The last story and its hashes: rows of one story mostly stand together.
    last: (String, u128, u64),
}

impl Printer {
    pub(crate) fn new(rule: Fold) -> Printer {
        Printer {
            rule,
            stories: Stories::default(),
            last: (String::new(), ABSENT, 0),
        }
    }

    /// Calls with the print of each row of a batch, in order.
    pub(crate) fn each(&mut self, batch: &RecordBatch, mut row: impl FnMut(usize, Print)) {
        let text = |name: &str| Texts::new(dictionary(batch, name));
        let [dataset, source, target, code] = ["dataset", "source", "target", "code"].map(text);
        let names = ["source_name", "target_name"].map(|name| dictionary(batch, name));
        let by_day = self.rule == Fold::Day;
        let names_hashed = by_day.then(|| names.map(Texts::new));
        let days = column(batch, "day").as_primitive::<Date32Type>().values();
        let numbers = column(batch, "event").as_string::<i32>();
        let stories = (!by_day).then(|| column(batch, "story").as_string::<i32>());
        for i in 0..batch.num_rows() {
            let named = |actor: u128, name: usize| match actor {
                ABSENT => !name_hash(names[name], i),
                known => known,
            };
            let (from, to) = (named(source.at(i), 0), named(target.at(i), 1));
            let (dataset, code) = (dataset.at(i), code.at(i));
            let day = u128::from(days[i] as u32);
            let mut print = Print {
                reversed: from > to,
                ..Print::default()
            };
            if let Some(number) = present(numbers, i) {
                let number = hash(number);
                print.number = hash_all([OF_NUMBER, dataset, number, day, from, to, code]);
            }
            if let Some(names) = &names_hashed {
                let [from_name, to_name] = [0, 1].map(|n: usize| names[n].at(i));
                let (from, to) = (source.at(i), target.at(i));
                print.rule = hash_all([OF_DAY, dataset, day, from, to, from_name, to_name, code]);
            } else if let Some(story) = stories.and_then(|s| present(s, i)) {
                let (story, address) = self.story(story);
                if story != ABSENT {
                    let (kind, from, to) = match self.rule {
                        Fold::Mirror => (OF_PAIR, from.min(to), from.max(to)),
                        _ => (OF_STORY, from, to),
                    };
                    print.rule = hash_all([kind, dataset, story, from, to, code]);
                    print.address = address;
                }
            }
            row(i, print);
        }
    }

    fn story(&mut self, story: &str) -> (u128, u64) {
        if self.last.0 != story {
            let (identity, address) = match self.stories.identity(story) {
                None => (ABSENT, 0),
                Some(Identity { address, headline }) => {
                    let at = hash(address);
                    // A headline is not the address of the same words.
                    (headline.map_or(at, |words| !hash(words)), at as u64)
                }
            };
            self.last.0.clear();
            self.last.0.push_str(story);
            (self.last.1, self.last.2) = (identity, address);
        }
        (self.last.1, self.last.2)
    }
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> &'a arrow_array::ArrayRef {
    batch
        .column_by_name(name)
        .expect("the columns of a fold are read")
}

fn dictionary<'a>(batch: &'a RecordBatch, name: &str) -> &'a DictionaryArray<Int32Type> {
    column(batch, name).as_dictionary::<Int32Type>()
}

fn present(texts: &StringArray, i: usize) -> Option<&str> {
    (!texts.is_null(i)).then(|| texts.value(i))
}

fn name_hash(names: &DictionaryArray<Int32Type>, i: usize) -> u128 {
    match names.key(i) {
        Some(at) => hash(names.values().as_string::<i32>().value(at)),
        None => ABSENT,
    }
}

/// The hashes of a dictionary column.
struct Texts<'a> {
    cells: &'a DictionaryArray<Int32Type>,
    hashes: Vec<u128>,
}

impl<'a> Texts<'a> {
    fn new(cells: &'a DictionaryArray<Int32Type>) -> Texts<'a> {
        let entries = cells.values().as_string::<i32>().iter();
        Texts {
            cells,
            hashes: entries.map(|t| t.map_or(ABSENT, hash)).collect(),
        }
    }

    #[inline]
    fn at(&self, i: usize) -> u128 {
        self.cells.key(i).map_or(ABSENT, |key| self.hashes[key])
    }
}

/// Takes the lower half of a key, which is a hash already.
#[derive(Default)]
pub(crate) struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are u128")
    }
    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }
}

/// A hasher of keys.
pub(crate) type ByKey = BuildHasherDefault<Ready>;

/// Tables by the highest bits of the key: one that grows holds its old and new room only for a small part.
const SHARDS: usize = 64;

/// The keys met so far.
pub(crate) struct Seen(Vec<HashSet<u128, ByKey>>);

impl Seen {
    pub(crate) fn new() -> Seen {
        Seen((0..SHARDS).map(|_| HashSet::default()).collect())
    }

    /// Notes a key; whether it is new. No key is always new.
    pub(crate) fn insert(&mut self, key: u128) -> bool {
        key == 0 || self.0[(key >> 122) as usize % SHARDS].insert(key)
    }

    /// Notes both keys of a row; whether both are new. The keys of a folded row count as well: what is a copy of a copy is a
    /// copy.
    pub(crate) fn is_new(&mut self, print: Print) -> bool {
        let (rule, number) = (self.insert(print.rule), self.insert(print.number));
        rule && number
    }

    pub(crate) fn clear(&mut self) {
        self.0.iter_mut().for_each(HashSet::clear);
    }
}
