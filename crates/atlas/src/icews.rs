//! ICEWS actor phrases: `Citizen (India)`, `Police (South Korea)`, `Barack Obama`.
//!
//! ICEWS names a state, a sector of one in the form `Sector (State)`, an organisation, or a person, party or armed
//! group by its own name. Of the last kind only those resolve that every row of the raw files gives one and the same
//! country (`data/icews_names.tsv`, built by the script beside it); the others do not.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::names::{self, normalise};
use crate::{Actor, table};

/// What an ICEWS actor phrase says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcewsActor {
    /// The state, territory, organisation or region; `None` where the phrase names none that is known.
    pub actor: Option<Actor>,
    /// The part before the parenthesis ("Citizen", "Foreign Affairs"); `None` where there is none.
    pub sector: Option<String>,
    /// Whether the phrase names a person, party or armed group, and `actor` is the country that ICEWS gives it.
    pub by_country: bool,
}

/// Reads an ICEWS actor phrase, also in the form with underscores (`Citizen_(India)`).
///
/// ```
/// use detente_atlas::icews_actor;
/// let a = icews_actor("Foreign Affairs (Bangladesh)");
/// assert_eq!((a.actor.unwrap().id(), a.sector.as_deref()), ("BGD", Some("Foreign Affairs")));
/// let a = icews_actor("North Atlantic Treaty Organization");
/// assert_eq!((a.actor.unwrap().id(), a.sector), ("NATO", None));
/// let a = icews_actor("Barack Obama");
/// assert_eq!((a.actor.unwrap().id(), a.by_country), ("USA", true));
/// assert_eq!(icews_actor("Unspecified Actor").actor, None);
/// ```
pub fn icews_actor(phrase: &str) -> IcewsActor {
    let phrase = phrase.replace('_', " ");
    let phrase = phrase.trim();
    let parts = split_parenthesis(phrase);
    let found = |actor, sector: Option<&str>, by_country| IcewsActor {
        actor: Some(actor),
        sector: sector.map(str::to_owned),
        by_country,
    };
    if let Some(actor) = names::resolve_name(phrase) {
        return found(actor, None, false);
    }
    if let Some((sector, inner)) = parts
        && let Some(actor) = names::resolve_name(inner)
    {
        return found(actor, Some(sector), false);
    }
    if let Some(actor) = country_of(phrase) {
        return found(actor, None, true);
    }
    if let Some((sector, inner)) = parts
        && let Some(actor) = country_of(inner)
    {
        return found(actor, Some(sector), true);
    }
    IcewsActor {
        actor: None,
        sector: parts.map(|(sector, _)| sector.to_owned()),
        by_country: false,
    }
}

fn country_of(name: &str) -> Option<Actor> {
    static TABLE: OnceLock<HashMap<String, Actor>> = OnceLock::new();
    TABLE
        .get_or_init(|| {
            table::rows(include_str!("../data/icews_names.tsv"))
                .map(|[name, actor, _rows]| {
                    let actor = Actor::from_id(actor)
                        .unwrap_or_else(|| panic!("icews_names.tsv: no actor {actor}"));
                    (normalise(name), actor)
                })
                .collect()
        })
        .get(&normalise(name))
        .copied()
}

/// `Citizen (Holy See (Vatican City State))` into `Citizen` and what its last, outermost parenthesis holds.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_last_parenthesis_counts() {
        for (phrase, parts) in [
            ("Citizen (India)", Some(("Citizen", "India"))),
            (
                "Citizen (Holy See (Vatican City State))",
                Some(("Citizen", "Holy See (Vatican City State)")),
            ),
            (
                "Member of Legislative (Govt) (France)",
                Some(("Member of Legislative (Govt)", "France")),
            ),
            ("India", None),
            ("(India)", None),
            ("Citizen India)", None),
        ] {
            assert_eq!(split_parenthesis(phrase), parts, "{phrase}");
        }
    }
}
