//! What did not resolve, counted: a code or name that is not known is reported, never guessed.

use std::collections::BTreeMap;

/// Counts of unknown codes and names, by what they were meant to be ("CAMEO country", "ICEWS actor") and by text.
///
/// ```
/// use detente_atlas::Unknowns;
/// let mut unknowns = Unknowns::default();
/// unknowns.add("FIPS country", "OS");
/// unknowns.add("FIPS country", "OS");
/// assert_eq!(unknowns.total(), 2);
/// assert_eq!(unknowns.iter().next(), Some(("FIPS country", "OS", 2)));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unknowns {
    counts: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Unknowns {
    /// Counts one more sight of a text that is not known.
    pub fn add(&mut self, what: &str, text: &str) {
        self.add_n(what, text, 1);
    }

    /// Counts `n` more.
    pub fn add_n(&mut self, what: &str, text: &str, n: u64) {
        if !self.counts.contains_key(what) {
            self.counts.insert(what.to_owned(), BTreeMap::new());
        }
        if let Some(texts) = self.counts.get_mut(what) {
            match texts.get_mut(text) {
                Some(count) => *count += n,
                None => {
                    texts.insert(text.to_owned(), n);
                }
            }
        }
    }

    /// What, text and count, in the order of what and text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, u64)> {
        self.counts
            .iter()
            .flat_map(|(what, texts)| texts.iter().map(|(t, n)| (what.as_str(), t.as_str(), *n)))
    }

    /// The `n` most frequent, most frequent first, ties by what and text.
    pub fn top(&self, n: usize) -> Vec<(&str, &str, u64)> {
        let mut all: Vec<_> = self.iter().collect();
        all.sort_by_key(|(_, _, n)| std::cmp::Reverse(*n));
        all.truncate(n);
        all
    }

    /// All sights together.
    pub fn total(&self) -> u64 {
        self.iter().map(|(_, _, n)| n).sum()
    }

    /// Whether nothing was unknown.
    pub fn is_empty(&self) -> bool {
        self.counts.values().all(BTreeMap::is_empty)
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &Unknowns) {
        for (what, text, n) in other.iter() {
            self.add_n(what, text, n);
        }
    }
}
