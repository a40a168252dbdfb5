//! ICEWS actor phrases: `Citizen (India)`, `Police (South Korea)`, `Barack Obama`.

use crate::{Actor, resolve_name};

/// What an ICEWS actor phrase says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcewsActor {
    /// The state, territory, organisation or region; `None` where the phrase names none.
    pub actor: Option<Actor>,
    /// The part before the parenthesis ("Citizen", "Foreign Affairs"); `None` where the whole phrase is the actor.
    pub sector: Option<String>,
}

/// Reads an ICEWS actor phrase, also in the form with underscores (`Citizen_(India)`).
///
/// ```
/// use detente_atlas::icews_actor;
/// let a = icews_actor("Foreign Affairs (Bangladesh)");
/// assert_eq!((a.actor.unwrap().id(), a.sector.as_deref()), ("BGD", Some("Foreign Affairs")));
/// let a = icews_actor("North Atlantic Treaty Organization");
/// assert_eq!((a.actor.unwrap().id(), a.sector), ("NATO", None));
/// ```
pub fn icews_actor(phrase: &str) -> IcewsActor {
    let phrase = phrase.replace('_', " ");
    let phrase = phrase.trim();
    if let Some(actor) = resolve_name(phrase) {
        return IcewsActor {
            actor: Some(actor),
            sector: None,
        };
    }
    if let Some((outer, inner)) = split_parenthesis(phrase)
        && let Some(actor) = resolve_name(inner)
    {
        return IcewsActor {
            actor: Some(actor),
            sector: Some(outer.to_owned()),
        };
    }
    IcewsActor {
        actor: None,
        sector: None,
    }
}

/// `Citizen (Vatican City State (Holy See))` into `Citizen` and what its last, outermost parenthesis holds.
fn split_parenthesis(phrase: &str) -> Option<(&str, &str)> {
    let body = phrase.strip_suffix(')')?;
    let mut depth = 1;
    for (i, c) in body.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let outer = body[..i].trim();
            return (!outer.is_empty()).then_some((outer, body[i + 1..].trim()));
        }
    }
    None
}
