//! Wording: likelihood, confidence, vague words, length.

use super::{Found, LONGEST, Rule};
use crate::words::{CONFIDENCE, LIKELIHOODS, Likelihood, OFF_SCALE, VAGUE};
use crate::{Part, Statement};

/// A word of free text, or a figure, in a sentence. Quotations and names count as words that no rule reads.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Word(String),
    Quoted,
    Chance(f64),
    Other,
}

pub(super) fn check(statement: &Statement, prose: bool, found: &mut Found) {
    for sentence in sentences(&statement.parts) {
        likelihood_and_confidence(&statement.id, &sentence, found);
    }
    if prose {
        // A name is one thing to read, however long a partnership file makes it.
        let words: usize = statement
            .parts
            .iter()
            .map(|part| match part {
                Part::Name(_) | Part::Actor(_) | Part::Source(_) => 1,
                other => other.plain().split_whitespace().count(),
            })
            .sum();
        if words > LONGEST {
            found.add(
                &statement.id,
                Rule::Length,
                format!("{words} words"),
                format!("Cut it, or make two statements: at most {LONGEST} words each"),
            );
        }
    }
}

fn likelihood_and_confidence(place: &str, sentence: &[Item], found: &mut Found) {
    let words: Vec<&str> = sentence
        .iter()
        .map(|item| match item {
            Item::Word(word) => word.as_str(),
            _ => "",
        })
        .collect();
    let mut steps: Vec<(&'static Likelihood, &'static str)> = Vec::new();
    let mut off_scale = false;
    let mut confidence = false;
    let mut at = 0;
    while at < words.len() {
        if let Some((term, length)) = longest(&words[at..], OFF_SCALE.iter().copied()) {
            off_scale = true;
            found.add(
                place,
                Rule::Likelihood,
                format!("\u{2018}{term}\u{2019} is not on the scale of ICD 203"),
                "Use one of: almost no chance, very unlikely, unlikely, roughly even chance, likely, very likely, almost certain",
            );
            at += length;
            continue;
        }
        let all = LIKELIHOODS.iter().flat_map(|step| step.wordings).copied();
        if let Some((term, length)) = longest(&words[at..], all) {
            if let Some(step) = LIKELIHOODS
                .iter()
                .find(|step| step.wordings.contains(&term))
            {
                steps.push((step, term));
            }
            at += length;
            continue;
        }
        if let Some((term, length)) = longest(&words[at..], VAGUE.iter().copied()) {
            found.add(
                place,
                Rule::Vague,
                format!("\u{2018}{term}\u{2019} hints at a likelihood without stating one"),
                "Give the probability with its word, state what the data show, or put somebody else's words in quotation marks",
            );
            at += length;
            continue;
        }
        let word = words[at].to_lowercase();
        if word == "confidence" || word == "confident" || word == "confidently" {
            confidence = true;
            let level = at.checked_sub(1).map(|before| words[before].to_lowercase());
            let graded = word == "confidence"
                && level.is_some_and(|level| CONFIDENCE.contains(&level.as_str()));
            if !graded {
                found.add(
                    place,
                    Rule::Confidence,
                    format!("\u{2018}{word}\u{2019} without its level"),
                    "Write low, moderate or high confidence; call an interval an interval",
                );
            }
        }
        at += 1;
    }
    if confidence && (!steps.is_empty() || off_scale) {
        found.add(
            place,
            Rule::Confidence,
            "likelihood and confidence stand in one sentence",
            "Say in one sentence how likely it is, and in the next how confident the judgement is",
        );
    }
    bands(place, &steps, sentence, found);
}

/// Each likelihood word stands with its probability: the first with the first, the second with the second.
fn bands(
    place: &str,
    steps: &[(&'static Likelihood, &'static str)],
    sentence: &[Item],
    found: &mut Found,
) {
    let chances: Vec<f64> = sentence
        .iter()
        .filter_map(|item| match item {
            Item::Chance(p) => Some(*p),
            _ => None,
        })
        .collect();
    for (i, (step, term)) in steps.iter().enumerate() {
        match chances.get(i) {
            None => found.add(
                place,
                Rule::Likelihood,
                format!("\u{2018}{term}\u{2019} stands without its probability"),
                "Put the probability as a figure (Evidence::chance) in the same sentence",
            ),
            Some(p) if !step.holds(*p) => {
                let fit = Likelihood::of(*p).map_or("no word at all", |l| l.word);
                found.add(
                    place,
                    Rule::Likelihood,
                    format!(
                        "\u{2018}{term}\u{2019} means {} to {} %, the sentence gives {:.0} %",
                        step.low,
                        step.high,
                        p * 100.0
                    ),
                    format!("That probability reads: {fit}"),
                );
            }
            Some(_) => {}
        }
    }
}

/// The longest of the terms that the words begin with, and its number of words. "may" counts only without a capital.
fn longest<'t>(words: &[&str], terms: impl Iterator<Item = &'t str>) -> Option<(&'t str, usize)> {
    terms
        .filter_map(|term| {
            let parts: Vec<&str> = term.split(' ').collect();
            let begins = parts.len() <= words.len()
                && parts.iter().zip(words).all(|(part, word)| {
                    if *part == "may" {
                        *word == "may"
                    } else {
                        word.to_lowercase() == **part
                    }
                });
            begins.then_some((term, parts.len()))
        })
        .max_by_key(|(_, length)| *length)
}

/// The sentences of a statement. A sentence ends at `.`, `!`, `?` or `;` before a space or the end of the text, unless a small letter follows.
/// Text between quotation marks (\u{201c} \u{201d} or straight) is quoted.
pub(super) fn sentences(parts: &[Part]) -> Vec<Vec<Item>> {
    let mut all = vec![Vec::new()];
    let mut quoted = false;
    for part in parts {
        let text = match part {
            Part::Text(text) | Part::Strong(text) => text,
            Part::Quote(_) => {
                last(&mut all).push(Item::Quoted);
                continue;
            }
            Part::Figure(figure) if figure.probability => {
                last(&mut all).push(figure.as_number().map_or(Item::Other, Item::Chance));
                continue;
            }
            _ => {
                last(&mut all).push(Item::Other);
                continue;
            }
        };
        let chars: Vec<char> = text.chars().collect();
        let mut word = String::new();
        for (i, &c) in chars.iter().enumerate() {
            if c.is_alphanumeric()
                || ((c == '-' || c == '\u{2019}' || c == '\'') && !word.is_empty())
            {
                word.push(c);
                continue;
            }
            end_word(&mut word, quoted, last(&mut all));
            match c {
                '\u{201c}' => quoted = true,
                '\u{201d}' => quoted = false,
                '"' => quoted = !quoted,
                '.' | '!' | '?' | ';' if !quoted && ends(&chars[i + 1..], c) => {
                    all.push(Vec::new())
                }
                _ => {}
            }
        }
        end_word(&mut word, quoted, last(&mut all));
    }
    all.retain(|sentence| !sentence.is_empty());
    all
}

fn last(all: &mut [Vec<Item>]) -> &mut Vec<Item> {
    all.last_mut()
        .expect("there is always a sentence under way")
}

fn end_word(word: &mut String, quoted: bool, sentence: &mut Vec<Item>) {
    if !word.is_empty() {
        let word = std::mem::take(word);
        sentence.push(if quoted {
            Item::Quoted
        } else {
            Item::Word(word)
        });
    }
}

/// Whether a sentence ends before `rest`.
fn ends(rest: &[char], mark: char) -> bool {
    match rest.first() {
        None => true,
        Some(c) if !c.is_whitespace() => false,
        Some(_) => {
            mark == ';'
                || rest
                    .iter()
                    .find(|c| !c.is_whitespace())
                    .is_none_or(|c| !c.is_lowercase())
        }
    }
}
