//! `detente actors`: find the id of an actor, and the codes that other systems give it.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use clap::Args;
use detente_atlas::{Actor, Kind, System, memberships, resolve_name};

use crate::args::Global;
use crate::error::{CliError, Result};
use crate::output::{self, Format};
use crate::table::Table;

const AFTER: &str = "\
Examples:
  detente actors georgia        GEO the state; the US state is no actor
  detente actors NATO           the bloc with its members and their dates
  detente actors AJ             by a code: FIPS 10-4 calls Azerbaijan AJ
  detente actors --format csv   every actor with its codes";

/// Find the id of a state, territory, bloc or region
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct ActorsArgs {
    /// An id, a name, a part of a name, or a code; every actor where absent
    text: Option<String>,
    /// How to print the list
    #[arg(long, value_name = "FORMAT", value_parser = Format::among(&["table", "csv", "json"]), default_value = "table")]
    format: Format,
}

/// The code systems shown, with their headings.
const SYSTEMS: [(&str, System); 6] = [
    ("iso2", System::Iso2),
    ("iso_numeric", System::IsoNumeric),
    ("cow", System::CowNumber),
    ("gw", System::GleditschWard),
    ("fips", System::Fips),
    ("cameo", System::Cameo),
];

const COLUMNS: [&str; 10] = [
    "id",
    "kind",
    "name",
    "iso2",
    "iso_numeric",
    "cow",
    "gw",
    "fips",
    "cameo",
    "existed",
];

pub fn run(_: &Global, args: &ActorsArgs) -> Result {
    let found = match &args.text {
        Some(text) => find(text),
        None => Actor::all().collect(),
    };
    if let (true, Some(text)) = (found.is_empty(), &args.text) {
        return Err(CliError::NoActor(text.clone()));
    }
    if args.format == Format::Table {
        return output::text(None, &list(&found));
    }
    output::batch(None, args.format, batch(&found)?)
}

/// The actors that a text may mean: the exact ones first, then those with the text in their name.
fn find(text: &str) -> Vec<Actor> {
    let upper = text.to_uppercase();
    let lower = text.to_lowercase();
    let exact = |a: &Actor| {
        a.id() == upper
            || resolve_name(text) == Some(*a)
            || SYSTEMS
                .iter()
                .any(|(_, system)| a.code(*system, None) == Some(upper.as_str()))
    };
    let (mut found, rest): (Vec<Actor>, Vec<Actor>) = Actor::all().partition(exact);
    found.extend(
        rest.into_iter()
            .filter(|a| a.name().to_lowercase().contains(&lower)),
    );
    found
}

fn cells(actor: Actor) -> [String; 10] {
    let spells: Vec<String> = actor
        .spells()
        .iter()
        .map(|(from, to)| match to {
            Some(to) => format!("{from}..{to}"),
            None => format!("{from}.."),
        })
        .collect();
    let code = |i: usize| {
        actor
            .code(SYSTEMS[i].1, None)
            .unwrap_or_default()
            .to_owned()
    };
    [
        actor.id().to_owned(),
        kind(actor.kind()).to_owned(),
        actor.name().to_owned(),
        code(0),
        code(1),
        code(2),
        code(3),
        code(4),
        code(5),
        spells.join(" "),
    ]
}

fn list(found: &[Actor]) -> String {
    let mut table = Table::new(&COLUMNS);
    for actor in found {
        table.row(cells(*actor));
    }
    let mut text = table.render();
    if let [bloc] = found
        && !memberships(*bloc).is_empty()
    {
        let mut members = Table::new(&["member", "name", "from", "to", "source"]);
        for m in memberships(*bloc) {
            members.row([
                m.actor.id().to_owned(),
                m.actor.name().to_owned(),
                m.from.to_string(),
                m.to.map(|day| day.to_string()).unwrap_or_default(),
                m.source.to_owned(),
            ]);
        }
        text.push('\n');
        text.push_str(&members.render());
    }
    text
}

fn batch(found: &[Actor]) -> Result<RecordBatch> {
    let rows: Vec<_> = found.iter().map(|a| cells(*a)).collect();
    let columns = COLUMNS.iter().enumerate().map(|(i, name)| {
        let cells: Vec<Option<&str>> = rows
            .iter()
            .map(|row| Some(row[i].as_str()).filter(|c| !c.is_empty()))
            .collect();
        (*name, Arc::new(StringArray::from(cells)) as ArrayRef, true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).map_err(|e| CliError::Rows {
        format: "a list of actors",
        what: e.to_string(),
    })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::State => "state",
        Kind::Territory => "territory",
        Kind::Organisation => "organisation",
        Kind::Region => "region",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_by_id_name_code_and_part() {
        let ids = |text| find(text).iter().map(|a| a.id()).collect::<Vec<_>>();
        assert_eq!(ids("aze")[0], "AZE");
        assert_eq!(ids("AJ")[0], "AZE");
        assert_eq!(ids("373")[0], "AZE");
        assert_eq!(ids("georgia")[0], "GEO");
        assert!(
            ids("guinea").len() >= 4,
            "Guinea, Guinea-Bissau, Equatorial and Papua New Guinea"
        );
        assert!(ids("zzzz").is_empty());
    }

    #[test]
    fn a_bloc_is_shown_with_its_members() {
        let text = list(&find("NATO")[..1]);
        assert!(
            text.contains("FIN") && text.contains("2023-04-04"),
            "{text}"
        );
    }
}
