//! The nearest known id, for messages only: nothing is ever resolved by it.

use crate::{Actor, resolve_name};

/// The actor whose id or name is nearest to a text, as `AZE (Azerbaijan)`.
pub(crate) fn described(text: &str) -> String {
    let actor = nearest(text);
    format!("{} ({})", actor.id(), actor.name())
}

/// A name that resolves wins; then the least edit distance to an id or to a name, capitals aside; ties by id.
pub(crate) fn nearest(text: &str) -> Actor {
    if let Some(actor) = resolve_name(text) {
        return actor;
    }
    let wanted: Vec<char> = text.to_uppercase().chars().collect();
    let by = |known: &str| distance(&wanted, &known.to_uppercase().chars().collect::<Vec<_>>());
    Actor::all()
        .min_by_key(|a| (by(a.id()).min(by(a.name())), *a))
        .expect("the table of actors is not empty")
}

/// Optimal string alignment distance: insertions, deletions, substitutions, swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut now = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            now[j] = (last[j - 1] + same).min(last[j] + 1).min(now[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                now[j] = now[j].min(before[j - 2] + 1);
            }
        }
        before = last;
        last = now;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_by_hand() {
        let d = |a: &str, b: &str| {
            distance(
                &a.chars().collect::<Vec<_>>(),
                &b.chars().collect::<Vec<_>>(),
            )
        };
        assert_eq!(d("", "ABC"), 3);
        assert_eq!(d("NATO", "NATO"), 0);
        assert_eq!(d("NTAO", "NATO"), 1);
        assert_eq!(d("AZR", "AZE"), 1);
        assert_eq!(d("KITTEN", "SITTING"), 3);
    }
}
