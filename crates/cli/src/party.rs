//! Who is meant on the command line: an actor id, a name, a bloc, or a group expression.

use detente_atlas::{Actor, Group, resolve_name};
use detente_partnership::Party;

use crate::error::{CliError, Result};

/// Reads `AZE`, `aze`, `Azerbaijan`, `NATO` or `NATO minus USA, CAN, TUR`.
pub fn read(text: &str) -> Result<Party> {
    let text = text.trim();
    let actor = Actor::from_id(text)
        .or_else(|| resolve_name(text))
        .or_else(|| Actor::from_id(&text.to_uppercase()));
    let (name, id) = match actor {
        Some(actor) => (actor.name().to_owned(), actor.id().to_owned()),
        None => (text.to_owned(), text.to_owned()),
    };
    let group: Group = id.parse().map_err(CliError::NoParty)?;
    Ok(Party { name, id, group })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_names_blocs_and_groups() {
        let id = |t: &str| read(t).unwrap().id;
        assert_eq!(id("AZE"), "AZE");
        assert_eq!(id("azerbaijan"), "AZE");
        assert_eq!(id("aze"), "AZE");
        assert_eq!(id("Türkiye"), "TUR");
        assert_eq!(id("NATO"), "NATO");
        assert_eq!(id("NATO minus USA, CAN, TUR"), "NATO minus USA, CAN, TUR");
        let europe = read("NATO minus USA, CAN, TUR").unwrap();
        // Sixteen members before the accessions of 1999.
        assert_eq!(europe.members("1998-06-01".parse().unwrap()).len(), 13);
        let wrong = read("Azerbaijn").unwrap_err().to_string();
        assert!(
            wrong.contains("'Azerbaijn'") && wrong.contains("AZE (Azerbaijan)"),
            "{wrong}"
        );
    }
}
