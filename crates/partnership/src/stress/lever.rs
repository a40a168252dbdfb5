//! Levers: what a side can decide, and what that changes.

use super::effect::{FOLLOWED, Outcome, Paired};
use crate::model::Lever;

/// A lever with what pulling it changes in the model.
#[derive(Debug, Clone)]
pub struct Pulled {
    /// The lever.
    pub lever: Lever,
    /// What it changes, from the month after the day of the test on, for a year.
    pub outcome: Outcome,
}

/// All levers of the file, what lowers the mean loss most first; then those that change nothing or of which nothing can be said.
pub(super) fn levers(paired: &Paired<'_>, levers: &[Lever]) -> Vec<Pulled> {
    let from = paired.next_month();
    let mut pulled: Vec<Pulled> = levers
        .iter()
        .map(|lever| Pulled {
            lever: lever.clone(),
            outcome: paired.of(&lever.events, (from, from + FOLLOWED as i32 - 1)),
        })
        .collect();
    let key = |p: &Pulled| {
        let effect = p.outcome.effect();
        effect.map_or(f64::INFINITY, |e| e.mean.difference.change.value)
    };
    pulled.sort_by(|a, b| key(a).total_cmp(&key(b)));
    pulled
}
