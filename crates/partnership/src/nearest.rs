//! The nearest of some known words, for messages only: nothing is ever resolved by it.

/// The known word that a text most likely meant: at most two edits away, or a third of its length; ties by order.
pub(crate) fn nearest<'a>(text: &str, known: &[&'a str]) -> Option<&'a str> {
    let limit = (text.chars().count() / 3).max(2);
    known
        .iter()
        .map(|word| (distance(text, word), *word))
        .filter(|(d, word)| *d <= limit && *d < word.chars().count())
        .min_by_key(|(d, _)| *d)
        .map(|(_, word)| word)
}

/// What a message says after an unknown word: the nearest known one, then all of them.
pub(crate) fn remedy(text: &str, known: &[&str]) -> String {
    let all = known.join(", ");
    match nearest(text, known) {
        _ if known.is_empty() => "there is none in this file".to_owned(),
        Some(word) => format!("did you mean '{word}'? Known: {all}"),
        None => format!("known: {all}"),
    }
}

/// Levenshtein distance with swaps of neighbours (optimal string alignment), capitals aside.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut now = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            now[j] = (last[j - 1] + usize::from(a[i - 1] != b[j - 1]))
                .min(last[j] + 1)
                .min(now[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                now[j] = now[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, now);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_by_hand() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("weigth", "weight"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("Higher", "higher"), 0);
    }

    #[test]
    fn only_near_words_are_offered() {
        assert_eq!(
            nearest("indicators", &["id", "indicator", "title"]),
            Some("indicator")
        );
        assert_eq!(nearest("colour", &["id", "title"]), None);
        // Two letters are not a misspelling of two others.
        assert_eq!(nearest("xy", &["id"]), None);
        assert!(remedy("xy", &[]).contains("none"));
    }
}
