//! UCDP/PRIO Armed Conflict Dataset: conflict-years, with the states on either side and the states where it is fought.
//!
//! A cell may hold several codes ("651, 666"). States appear on the other side of an internal conflict only as secondary
//! parties (Armenia in Nagorno-Karabakh), so a pair of a primary and a secondary party is a conflict between the two. Two
//! secondary parties (Russia and Türkiye in Syria) stand on different sides without fighting each other by definition:
//! they get a variable of their own.

use detente_atlas::{Actor, System};

use super::{Putting, TableRows};
use crate::codes::YearCodes;
use crate::commas::{Headed, Row};
use crate::error::Trouble;
use crate::recognise::Head;
use crate::tables::Measure;

const COLUMNS: &[&str] = &[
    "conflict_id",
    "year",
    "intensity_level",
    "type_of_conflict",
    "side_a",
    "side_b",
    "territory_name",
    "gwno_a",
    "gwno_a_2nd",
    "gwno_b",
    "gwno_b_2nd",
    "gwno_loc",
];

/// The same in the dyadic data set, where a row is a pair of warring parties and has a number of its own.
const DYADIC: &[&str] = &[
    "dyad_id",
    "year",
    "intensity_level",
    "type_of_conflict",
    "side_a",
    "side_b",
    "territory_name",
    "gwno_a",
    "gwno_a_2nd",
    "gwno_b",
    "gwno_b_2nd",
    "gwno_loc",
];

/// How the set by conflict is told: the same columns without the number of a dyad.
pub(crate) fn sign_conflicts(head: &Head) -> Option<&'static str> {
    let header = head.commas(0);
    let has = |column: &&str| header.contains(column);
    (COLUMNS.iter().all(has) && !has(&"dyad_id"))
        .then_some("by its header, it holds UCDP/PRIO armed conflicts")
}

/// How the dyadic data set is told. Battle deaths have the sides too, but no intensity.
pub(crate) fn sign_dyadic(head: &Head) -> Option<&'static str> {
    let header = head.commas(0);
    DYADIC
        .iter()
        .all(|column| header.contains(column))
        .then_some("by its header, it holds UCDP conflict dyads")
}

/// Sets of UCDP that have no reader: what they are, and what to take instead.
fn without_reader(has: impl Fn(&str) -> bool) -> Option<&'static str> {
    if has("bd_best") {
        Some(
            "this is the UCDP Battle-Related Deaths Dataset, for which there is no reader; the deaths are in UCDP GED event by event, \
             so take an edition of that (ucdp-ged)",
        )
    } else if has("best_fatality_estimate") && has("side_a_components") {
        Some(
            "this is the UCDP Non-State Conflict Dataset, for which there is no reader: groups fight groups in it, no state is a party; \
             the events are in UCDP GED, so take an edition of that (ucdp-ged)",
        )
    } else if has("best_fatality_estimate") && has("is_government_actor") {
        Some(
            "this is the UCDP One-sided Violence Dataset, for which there is no reader; the events are in UCDP GED, so take an edition \
             of that (ucdp-ged)",
        )
    } else {
        None
    }
}

/// Why a file that has no reader is of no use, where it is one of UCDP's.
pub(crate) fn no_reader(head: &Head) -> Option<&'static str> {
    let header = head.commas(0);
    without_reader(|column| header.contains(&column))
}

pub(super) struct ArmedConflict {
    codes: YearCodes,
    columns: &'static [&'static str],
}

impl ArmedConflict {
    pub(super) fn new() -> ArmedConflict {
        ArmedConflict {
            codes: YearCodes::new(System::GleditschWard),
            columns: COLUMNS,
        }
    }

    pub(super) fn dyadic() -> ArmedConflict {
        ArmedConflict {
            columns: DYADIC,
            ..ArmedConflict::new()
        }
    }

    /// The actors of some cells, each once, in their order.
    fn actors(&mut self, cells: &[&str], year: i32, to: &mut Putting) -> Vec<Actor> {
        let mut found = Vec::new();
        for code in cells
            .iter()
            .flat_map(|cell| cell.split(','))
            .map(str::trim)
            .filter(|c| !c.is_empty())
        {
            match self.codes.actor(code, year) {
                Some(actor) if !found.contains(&actor) => found.push(actor),
                Some(_) => {}
                None => to.out.unknown("Gleditsch-Ward number", code),
            }
        }
        found
    }
}

impl TableRows for ArmedConflict {
    fn refuse(&self, header: &Headed) -> Option<&'static str> {
        let by_conflict = self.columns == COLUMNS;
        without_reader(|column| header.has(column)).or_else(|| {
            (by_conflict && header.has("dyad_id")).then_some(
                "this is the UCDP Dyadic Dataset (it has the column dyad_id): a conflict has a row for each pair of warring parties in it \
                 and would count several times here; read it as ucdp-dyadic",
            )
        })
    }

    fn columns(&mut self, _: &Headed) -> &'static [&'static str] {
        self.columns
    }

    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble> {
        let (year, start, end) = row.year(1)?;
        let intensity = row.number(2)?;
        let kind = row.number(3)?;
        let mut note = format!("{} v {}", row.text(4).trim(), row.text(5).trim());
        if let Some(territory) = row.maybe(6) {
            // Some names of territories end in a line break.
            note.push_str(&format!(" ({})", territory.trim()));
        }
        let side_a = self.actors(&[row.text(7), row.text(8)], year, to);
        let side_b = self.actors(&[row.text(9), row.text(10)], year, to);
        let primary: Vec<Actor> = [row.text(7), row.text(9)]
            .iter()
            .flat_map(|cell| cell.split(','))
            .filter_map(|code| self.codes.actor(code.trim(), year))
            .collect();
        let places = self.actors(&[row.text(11)], year, to);
        let known = to.dataset.known(end);
        let mut put = |variable, actor, partner| {
            let measure = Measure {
                variable,
                actor,
                partner,
                start,
                end,
                known,
                value: intensity,
                weight: kind,
                key: row.maybe(0),
                note: Some(&note),
            };
            to.put(&measure, row.line)
        };
        for a in &side_a {
            for b in side_b.iter().filter(|b| *b != a) {
                let direct = primary.contains(a) || primary.contains(b);
                let variable = if direct {
                    "conflict-between"
                } else {
                    "conflict-opposed"
                };
                put(variable, *a, Some(*b))?;
                put(variable, *b, Some(*a))?;
            }
        }
        for place in places {
            put("conflict-in", place, None)?;
        }
        to.out.saw(start);
        Ok(())
    }
}
