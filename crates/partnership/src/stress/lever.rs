//! Levers: what a side can decide, and what that changes.

use super::effect::{FOLLOWED, Outcome, Paired};
use crate::model::{Lever, Side};
use serde::{Deserialize, Serialize};

/// A lever with what pulling it changes in the model.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pulled {
    /// Its id in the file.
    pub id: String,
    /// In words.
    pub title: String,
    /// Who can pull it.
    pub side: Side,
    /// Why these events; may be empty.
    pub why: String,
    /// The events that would come of it.
    pub events: Vec<String>,
    /// What it changes, from the month after the day of the test on, for a year.
    pub outcome: Outcome,
}

/// All levers of the file, what lowers the mean loss most first; then those that change nothing or of which nothing can be said.
pub(super) fn levers(paired: &Paired<'_>, levers: &[Lever]) -> Vec<Pulled> {
    let from = paired.next_month();
    let mut pulled: Vec<Pulled> = levers
        .iter()
        .map(|lever| Pulled {
            id: lever.id.clone(),
            title: lever.title.clone(),
            side: lever.side,
            why: lever.why.clone(),
            events: lever.events.iter().map(|e| e.text()).collect(),
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
