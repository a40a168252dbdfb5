//! Projects of ScenarioWizard, the program of W. Weimer-Jehle for cross-impact balances: `.scw`, a text file.
//!
//! ```text
//! $ ScenarioWizard 4.0
//! a title
//! &descriptor
//!  -state
//!  -state
//! &descriptor
//!  -state
//! #
//! four sections, each ended by a line that starts with #
//! #
//!  0 , 0 , 2 ,-3        a row for each state: what it does to every state
//! #
//! remarks
//! ```
//! Verified: the header, the names, the matrix and its orientation, on three projects written by version 4.0 (github.com/sei-international/cibsa, whose reader finds them in the
//! same places) and by the solutions that the program wrote for them; the manual of version 4.1 (appendix 1) describes the names and the `#` in the same
//! way. Not verified, and therefore passed over: what the four sections between names and matrix and the remarks behind it hold
//! (they look like short names, colours and comments), and versions before 4. Bytes that are not UTF-8 are taken for ISO-8859-1, as the program
//! runs on Windows.

use std::io::BufRead;

use crate::archive::Member;
use crate::cross_impact::{CrossImpact, Descriptor, judgement};
use crate::error::{Fault, ReadError};
use crate::tabs::Tabs;

/// What the first line begins with.
const SIGN: &str = "$ ScenarioWizard";

/// Sections between the names and the matrix.
const PASSED_OVER: usize = 4;

pub(crate) fn read(member: &Member, input: &mut dyn BufRead) -> Result<CrossImpact, ReadError> {
    let mut tabs = Tabs::new(input, member).or_latin();
    let mut matrix = CrossImpact {
        title: String::new(),
        descriptors: Vec::new(),
        judgements: Vec::new(),
    };
    let wrong = |row: u64, why: String| ReadError {
        place: member.place.clone().row(row).into(),
        fault: Fault::Vocabulary(why),
    };
    let mut section = 0;
    let mut labels = Vec::new();
    while let Some(line) = tabs.next()? {
        let (row, text) = (line.number, line.text().trim());
        match row {
            1 if !text.starts_with(SIGN) => {
                return Err(wrong(
                    row,
                    format!(
                        "the first line is not '{SIGN} ...'; save the project again with ScenarioWizard 4 or give its matrix as a comma file"
                    ),
                ));
            }
            1 => continue,
            2 => {
                text.clone_into(&mut matrix.title);
                continue;
            }
            _ => {}
        }
        if text.starts_with('#') {
            section += 1;
            if section == PASSED_OVER + 2 {
                break;
            }
            labels = matrix.labels();
            continue;
        }
        if text.is_empty() {
            continue;
        }
        if section == 0 {
            name(&mut matrix, text).map_err(|why| wrong(row, why))?;
        } else if section == PASSED_OVER + 1 {
            let cells: Vec<&str> = text.split(',').collect();
            if cells.len() != labels.len() {
                return Err(ReadError {
                    place: member.place.clone().row(row).into(),
                    fault: Fault::Columns {
                        wanted: labels.len(),
                        found: cells.len(),
                    },
                });
            }
            let cells = cells.iter().zip(&labels);
            let cells = cells.map(|(cell, label)| judgement(member, row, label, cell));
            matrix.judgements.push(cells.collect::<Result<_, _>>()?);
        }
    }
    let (wanted, found) = (matrix.states(), matrix.judgements.len());
    if section < PASSED_OVER + 2 {
        return Err(ReadError {
            place: member.place.clone().into(),
            fault: Fault::Cut(format!(
                "after {section} of {} sections and {found} of {wanted} rows of the matrix",
                PASSED_OVER + 2
            )),
        });
    }
    if wanted != found {
        return Err(ReadError {
            place: member.place.clone().into(),
            fault: Fault::Vocabulary(format!(
                "the matrix has {found} rows where {wanted} states are named; save the project again"
            )),
        });
    }
    Ok(matrix)
}

/// A line of the first section.
fn name(matrix: &mut CrossImpact, text: &str) -> Result<(), String> {
    if let Some(name) = text.strip_prefix('&') {
        matrix.descriptors.push(Descriptor {
            name: name.trim().to_owned(),
            states: Vec::new(),
        });
        return Ok(());
    }
    let state = text.strip_prefix('-').ok_or_else(|| {
        format!("'{text}' begins neither with & (a descriptor) nor with - (a state); save the project again")
    })?;
    let descriptor = matrix
        .descriptors
        .last_mut()
        .ok_or("there is a state before the first descriptor; save the project again")?;
    descriptor.states.push(state.trim().to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::cross_impact::cross_impact;
    use std::fs;

    /// Two descriptors, as the program lays a project out: with colours, blank short names, and remarks behind the matrix.
    const PROJECT: &str = "$ ScenarioWizard 4.0\nborder.scw\n&Border\n -open\n -shut\n&Talks\n -held\n -\n#\n&\n \n \n&\n \n \n#\n#\nFFFFFF\nFFFFFF\nFFFFFF\nFFFFFF\n#\n#\n 0 , 0 , 2 ,-2 \n 0 , 0 ,-1 , 1 \n 1 ,-1 , 0 , 0 \n-2 , 2 , 0 , 0 \n#\n# 0-0\n\"1, 2\"\n#  -> \n\"\"\n#\n#\n";

    fn read(bytes: &[u8]) -> Result<crate::CrossImpact, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("border.scw");
        fs::write(&path, bytes).unwrap();
        cross_impact(&path).map_err(|e| e.to_string())
    }

    fn refused(from: &str, to: &str) -> String {
        assert!(PROJECT.contains(from));
        read(PROJECT.replacen(from, to, 1).as_bytes()).unwrap_err()
    }

    #[test]
    fn a_project_is_read_with_its_names() {
        let matrix = read(PROJECT.as_bytes()).unwrap();
        assert_eq!(matrix.title, "border.scw");
        let names: Vec<&str> = matrix.descriptors.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["Border", "Talks"]);
        assert_eq!(matrix.descriptors[0].states, ["open", "shut"]);
        // a generated name may be blank
        assert_eq!(matrix.descriptors[1].states, ["held", ""]);
        assert_eq!(
            matrix.judgements,
            [[0, 0, 2, -2], [0, 0, -1, 1], [1, -1, 0, 0], [-2, 2, 0, 0]]
        );
    }

    #[test]
    fn line_ends_and_letters_of_windows() {
        let windows = PROJECT.replace('\n', "\r\n");
        assert_eq!(read(windows.as_bytes()), read(PROJECT.as_bytes()));
        let mut bytes = PROJECT.as_bytes().to_vec();
        let at = PROJECT.find("open").unwrap();
        bytes[at] = 0xF6;
        assert_eq!(read(&bytes).unwrap().descriptors[0].states[0], "öpen");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let cell = refused("-1 , 1", "x , 1");
        assert!(
            cell.contains("border.scw, row 25, field 'Talks:held'") && cell.contains("'x'"),
            "{cell}"
        );
        let half = refused("-1 , 1", "1.5 , 1");
        assert!(half.contains("'1.5' is not a whole number"), "{half}");
        let open = refused("-1 , 1", " , 1");
        assert!(open.contains("no judgement"), "{open}");
        let short = refused("0 , 0 ,-1 , 1", "0 , 0 ,-1");
        assert!(
            short.contains("row 25") && short.contains("3 columns where 4"),
            "{short}"
        );
        let rows = refused("-2 , 2 , 0 , 0 \n", "");
        assert!(rows.contains("3 rows where 4 states"), "{rows}");
        let twice = refused("&Talks", "&Border");
        assert!(twice.contains("'Border' is there twice"), "{twice}");
        let stateless = refused("&Border\n", "&Mood\n&Border\n");
        assert!(stateless.contains("'Mood' has no states"), "{stateless}");
        let early = refused("&Border\n", "");
        assert!(
            early.contains("row 3") && early.contains("before the first"),
            "{early}"
        );
        let odd = refused(" -open", " open");
        assert!(odd.contains("row 4") && odd.contains("neither"), "{odd}");
        let other = refused("$ ScenarioWizard 4.0", "$ Something");
        assert!(
            other.contains("row 1") && other.contains("save the project again"),
            "{other}"
        );
        let at = PROJECT.find("-2 , 2").unwrap();
        let cut = read(&PROJECT.as_bytes()[..at]).unwrap_err();
        assert!(cut.contains("cut") && cut.contains("3 of 4 rows"), "{cut}");
    }
}
