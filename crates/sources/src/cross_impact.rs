//! Cross-impact matrices: what experts judge the state of one thing to do to the state of another.
//!
//! They come as a project of ScenarioWizard (`.scw`) or as a comma file with the names in its margins. A matrix holds no event and has no
//! table: it is read whole and handed on as numbers with names.

use std::collections::HashSet;
use std::io::BufRead;
use std::path::Path;

use crate::archive::{self, Member};
use crate::error::{Fault, Place, ReadError};
use crate::{cross_impact_table, scenario_wizard};

/// A cross-impact matrix with its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossImpact {
    /// The title that the file gives itself; empty where it gives none.
    pub title: String,
    /// The descriptors, in the order of the file.
    pub descriptors: Vec<Descriptor>,
    /// A row for every state of every descriptor, in the same order: what it does to every state. Above 0 it promotes, below 0 it
    /// hinders, 0 is no influence; usually from -3 to 3.
    pub judgements: Vec<Vec<i32>>,
}

/// A descriptor: something that may develop in one of a few ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Its name, which no other descriptor of the matrix has.
    pub name: String,
    /// Its states, one or more. A name may be empty, as projects with generated names have it.
    pub states: Vec<String>,
}

/// Reads a cross-impact matrix: a project of ScenarioWizard, known by its first line (`$ ScenarioWizard 4.0`), or else a comma file; plain, `.gz`,
/// `.xz` or the only file in an archive.
///
/// The comma file has a row for each state and a column for each, named by descriptor and state:
///
/// ```csv
/// descriptor,state,border:open,border:shut,talks:held,talks:broken
/// border,open,0,0,2,-2
/// border,shut,0,0,-1,1
/// talks,held,1,-1,0,0
/// talks,broken,-2,2,0,0
/// ```
/// Columns may stand in any order. A cell without a judgement is refused: what has no influence is 0, and what was not asked is not known.
///
/// # Errors
/// A file that cannot be read, is cut, or is neither; a matrix whose rows and columns are not those of its states; a judgement that is not a whole number; a
/// descriptor without a name, without a state or given twice. The message names the file, the row and the field.
pub fn cross_impact(path: &Path) -> Result<CrossImpact, ReadError> {
    let mut found = None;
    archive::members(path, &mut |member, input| {
        if found.is_some() {
            return Err(ReadError {
                place: member.place.clone().into(),
                fault: Fault::Archive(
                    "this is the second file of the archive; unpack it and give the one with the matrix".to_owned(),
                ),
            });
        }
        let matrix = one(member, input)?;
        matrix.check(member)?;
        found = Some(matrix);
        Ok(())
    })?;
    found.ok_or_else(|| ReadError {
        place: Place::file(path).into(),
        fault: Fault::NoRows,
    })
}

fn one(member: &Member, input: &mut dyn BufRead) -> Result<CrossImpact, ReadError> {
    // what cannot be read here cannot be read by the reader either, which says so
    let start = input.fill_buf().unwrap_or_default();
    let start = start.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(start);
    if start.trim_ascii_start().starts_with(b"$") {
        scenario_wizard::read(member, input)
    } else {
        cross_impact_table::read(member, input)
    }
}

impl CrossImpact {
    /// How many states there are in all.
    pub(crate) fn states(&self) -> usize {
        self.descriptors.iter().map(|d| d.states.len()).sum()
    }

    /// Descriptor and state of each row and column, for messages: `border:open`.
    pub(crate) fn labels(&self) -> Vec<String> {
        let label = |d: &Descriptor, state: &String| format!("{}:{state}", d.name);
        let each = self.descriptors.iter();
        each.flat_map(|d| d.states.iter().map(move |state| label(d, state)))
            .collect()
    }

    fn check(&self, member: &Member) -> Result<(), ReadError> {
        let wrong = |why: String| ReadError {
            place: member.place.clone().into(),
            fault: Fault::Vocabulary(why),
        };
        if self.descriptors.is_empty() {
            return Err(wrong(
                "the file names no descriptor; give one with a matrix".to_owned(),
            ));
        }
        let mut names = HashSet::new();
        for descriptor in &self.descriptors {
            let name = &descriptor.name;
            if name.is_empty() {
                return Err(wrong("a descriptor has no name; give it one".to_owned()));
            }
            if !names.insert(name) {
                return Err(wrong(format!(
                    "the descriptor '{name}' is there twice; give one of the two another name, or put its rows together"
                )));
            }
            if descriptor.states.is_empty() {
                return Err(wrong(format!(
                    "the descriptor '{name}' has no states; give it two or more, or take it out"
                )));
            }
        }
        Ok(())
    }
}

/// A judgement in a cell.
pub(crate) fn judgement(
    member: &Member,
    row: u64,
    field: &str,
    cell: &str,
) -> Result<i32, ReadError> {
    cell.trim().parse().map_err(|_| ReadError {
        place: member.place.clone().row(row).field(field).into(),
        fault: Fault::Vocabulary(if cell.trim().is_empty() {
            "there is no judgement; write 0 where there is no influence".to_owned()
        } else {
            format!(
                "'{}' is not a whole number; write the judgement as one, such as -2",
                cell.trim()
            )
        }),
    })
}
