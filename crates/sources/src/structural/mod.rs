//! The structural tables: comma files with a header, each row one or more measured values.

mod alliances;
pub(crate) mod armed_conflict;
mod cabinets;
mod capabilities;
mod disputes;
mod expenditure;
mod geography;
mod ideal_points;
mod memberships;
mod trade;

use std::io::BufRead;

use detente_atlas::{Actor, System};

use crate::archive::Member;
use crate::codes::YearCodes;
use crate::commas::{Headed, Row};
use crate::dataset::{Dataset, Structural};
use crate::error::{Fault, ReadError, Trouble};
use crate::read::{Output, Reader};
use crate::tables::{Measure, Measures, Sheet};

/// What one table is: its columns, and what a row of it means.
trait TableRows {
    /// Why a file with this header is another data set, though its columns would do or nearly so.
    fn refuse(&self, _header: &Headed) -> Option<&'static str> {
        None
    }

    /// The columns, given the header (two editions of one table may name them differently).
    fn columns(&mut self, header: &Headed) -> &'static [&'static str];

    /// Puts the values of a row.
    fn row(&mut self, row: &Row, to: &mut Putting) -> Result<(), Trouble>;

    /// Puts what could only be said at the end of the file.
    fn finish(&mut self, _to: &mut Putting) -> Result<(), ReadError> {
        Ok(())
    }
}

/// Where the values go.
struct Putting<'a, 'o> {
    dataset: &'a Dataset,
    measures: &'a mut Measures,
    out: &'a mut Output<'o>,
}

impl Putting<'_, '_> {
    fn put(&mut self, measure: &Measure, line: u64) -> Result<(), ReadError> {
        self.measures.push(measure, line);
        self.out.when_full(self.measures)
    }
}

/// An actor of a yearly table; where the code does not resolve it is counted and the row left out.
fn actor(
    codes: &mut YearCodes,
    system: &str,
    code: &str,
    year: i32,
    to: &mut Putting,
) -> Option<Actor> {
    let actor = codes.actor(code, year);
    if actor.is_none() {
        to.out.unknown(system, code);
        to.out.skip("row with an unknown code");
    }
    actor
}

/// The actor of a Factbook row: its ISO code, or where it has none (Kosovo, the European Union) its own code, which is FIPS 10-4.
fn factbook_actor(
    codes: &mut [YearCodes; 2],
    iso3: &str,
    gec: &str,
    year: i32,
    to: &mut Putting,
) -> Option<Actor> {
    let [by_iso, by_gec] = codes;
    if iso3.is_empty() {
        actor(by_gec, "FIPS 10-4 code", gec, year, to)
    } else {
        actor(by_iso, "ISO 3166 code", iso3, year, to)
    }
}

fn factbook_codes() -> [YearCodes; 2] {
    [YearCodes::new(System::Iso3), YearCodes::new(System::Fips)]
}

/// Both actors of a row.
fn pair(
    codes: &mut YearCodes,
    system: &str,
    pair: [&str; 2],
    year: i32,
    to: &mut Putting,
) -> Option<[Actor; 2]> {
    let actors = pair.map(|code| codes.actor(code, year));
    if let [Some(a), Some(b)] = actors {
        return Some([a, b]);
    }
    for (code, actor) in pair.iter().zip(actors) {
        if actor.is_none() {
            to.out.unknown(system, code);
        }
    }
    to.out.skip("row with an unknown code");
    None
}

pub(crate) fn reader<'d>(table: Structural, dataset: &'d Dataset) -> Box<dyn Reader + 'd> {
    let rows: Box<dyn TableRows> = match table {
        Structural::Disputes => Box::new(disputes::Disputes::new()),
        Structural::ArmedConflict => Box::new(armed_conflict::ArmedConflict::new()),
        Structural::ConflictDyads => Box::new(armed_conflict::ArmedConflict::dyadic()),
        Structural::Memberships => Box::new(memberships::Memberships::new()),
        Structural::IdealPoints => Box::new(ideal_points::IdealPoints::new()),
        Structural::AllianceAtop => Box::new(alliances::Alliances::atop()),
        Structural::AllianceCow => Box::new(alliances::Alliances::cow()),
        Structural::Contiguity => Box::new(geography::Contiguity),
        Structural::Capitals => Box::new(geography::Capitals),
        Structural::Capabilities => Box::new(capabilities::Capabilities::new()),
        Structural::FactbookExpenditure => Box::new(expenditure::Expenditure::factbook()),
        Structural::NatoExpenditure => Box::new(expenditure::Expenditure::nato()),
        Structural::FactbookTrade => Box::new(trade::TradePartners::new()),
        Structural::Cabinets => Box::new(cabinets::Cabinets::default()),
    };
    Box::new(StructuralTable {
        dataset,
        rows,
        measures: Measures::new(dataset.id),
    })
}

struct StructuralTable<'d> {
    dataset: &'d Dataset,
    rows: Box<dyn TableRows>,
    measures: Measures,
}

impl Reader for StructuralTable<'_> {
    fn member(
        &mut self,
        member: &Member,
        input: &mut dyn BufRead,
        out: &mut Output,
    ) -> Result<(), ReadError> {
        self.measures.file(&member.label);
        let headed = Headed::open(input, member)?;
        if let Some(why) = self.rows.refuse(&headed) {
            return Err(ReadError {
                place: member.place.clone().row(1).into(),
                fault: Fault::OtherSet(why),
            });
        }
        let columns = self.rows.columns(&headed);
        headed
            .columns(self.dataset, columns)?
            .each(out, |row, out| {
                let mut to = Putting {
                    dataset: self.dataset,
                    measures: &mut self.measures,
                    out,
                };
                self.rows.row(row, &mut to)
            })?;
        self.rows.finish(&mut Putting {
            dataset: self.dataset,
            measures: &mut self.measures,
            out,
        })
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), ReadError> {
        out.rest(&mut self.measures)
    }
}
