//! A cross-impact matrix as a comma file: the plain form, for those who keep theirs in a spreadsheet.

use std::io::BufRead;

use csv::{Reader, StringRecord};

use crate::archive::Member;
use crate::commas::read_error;
use crate::cross_impact::{CrossImpact, Descriptor, judgement};
use crate::error::{Fault, ReadError, shown};

/// The columns that name a row.
const MARGIN: [&str; 2] = ["descriptor", "state"];

pub(crate) fn read(member: &Member, input: &mut dyn BufRead) -> Result<CrossImpact, ReadError> {
    let mut reader = Reader::from_reader(input);
    let header: Vec<String> = reader
        .headers()
        .map_err(|e| read_error(member, &[], e))?
        .iter()
        .map(|name| name.trim_start_matches('\u{FEFF}').trim().to_owned())
        .collect();
    let column = |name: &str| {
        let found = header.iter().position(|h| h == name);
        found.ok_or_else(|| ReadError {
            place: member.place.clone().row(1).into(),
            fault: Fault::NoColumn {
                column: name.to_owned(),
                found: shown(&header),
            },
        })
    };
    let [descriptor, state] = [column(MARGIN[0])?, column(MARGIN[1])?];
    let mut matrix = CrossImpact {
        title: String::new(),
        descriptors: Vec::new(),
        judgements: Vec::new(),
    };
    let mut records: Vec<(u64, StringRecord)> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| read_error(member, &header, e))?;
        let (name, state) = (record[descriptor].trim(), record[state].trim());
        match matrix.descriptors.last_mut() {
            Some(last) if last.name == name => last.states.push(state.to_owned()),
            _ => matrix.descriptors.push(Descriptor {
                name: name.to_owned(),
                states: vec![state.to_owned()],
            }),
        }
        let row = record.position().map_or(0, csv::Position::line);
        records.push((row, record));
    }
    let labels = matrix.labels();
    for (i, label) in labels.iter().enumerate() {
        if labels[..i].contains(label) {
            return Err(ReadError {
                place: member.place.clone().row(records[i].0).into(),
                fault: Fault::Vocabulary(format!(
                    "the state '{label}' is there twice; take one out or give it another name"
                )),
            });
        }
    }
    let columns = labels.iter().map(|label| column(label));
    let columns: Vec<usize> = columns.collect::<Result<_, _>>()?;
    if let Some(extra) =
        (0..header.len()).find(|i| !columns.contains(i) && *i != descriptor && *i != state)
    {
        return Err(ReadError {
            place: member.place.clone().row(1).field(&header[extra]).into(),
            fault: Fault::Vocabulary(
                "the column belongs to no row; give its state a row, or take the column out"
                    .to_owned(),
            ),
        });
    }
    for (row, record) in &records {
        let cells = columns.iter().zip(&labels);
        let cells = cells.map(|(&at, label)| judgement(member, *row, label, &record[at]));
        matrix.judgements.push(cells.collect::<Result<_, _>>()?);
    }
    Ok(matrix)
}

#[cfg(test)]
mod tests {
    use crate::cross_impact::cross_impact;
    use std::fs;

    const TABLE: &str = "descriptor,state,border:open,border:shut,talks:held,talks:broken\nborder,open,0,0,2,-2\nborder,shut,0,0,-1,1\ntalks,held,1,-1,0,0\ntalks,broken,-2,2,0,0\n";

    fn read(text: &str) -> Result<crate::CrossImpact, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("matrix.csv");
        fs::write(&path, text).unwrap();
        cross_impact(&path).map_err(|e| e.to_string())
    }

    fn refused(from: &str, to: &str) -> String {
        assert!(TABLE.contains(from));
        read(&TABLE.replacen(from, to, 1)).unwrap_err()
    }

    #[test]
    fn a_table_is_read_whatever_the_order_of_its_columns() {
        let matrix = read(TABLE).unwrap();
        assert_eq!(matrix.descriptors[1].name, "talks");
        assert_eq!(matrix.descriptors[1].states, ["held", "broken"]);
        assert_eq!(
            matrix.judgements,
            [[0, 0, 2, -2], [0, 0, -1, 1], [1, -1, 0, 0], [-2, 2, 0, 0]]
        );
        let turned = "state,talks:broken,border:open,border:shut,descriptor,talks:held\nopen,-2,0,0,border,2\nshut,1,0,0,border,-1\nheld,0,1,-1,talks,0\nbroken,0,-2,2,talks,0\n";
        assert_eq!(read(turned).unwrap(), matrix);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let open = refused("shut,0,0,-1,1", "shut,0,0,,1");
        assert!(
            open.contains("matrix.csv, row 3, field 'talks:held'") && open.contains("no judgement"),
            "{open}"
        );
        let column = refused("talks:held", "talks:hold");
        assert!(
            column.contains("row 1") && column.contains("no column 'talks:held'"),
            "{column}"
        );
        let extra = refused("talks,broken,-2,2,0,0\n", "");
        assert!(
            extra.contains("field 'talks:broken'") && extra.contains("no row"),
            "{extra}"
        );
        let twice = refused("talks,broken", "talks,held");
        assert!(
            twice.contains("row 5") && twice.contains("'talks:held' is there twice"),
            "{twice}"
        );
        let apart = "descriptor,state,a:x,b:y,a:z\na,x,0,0,0\nb,y,0,0,0\na,z,0,0,0\n";
        assert!(read(apart).unwrap_err().contains("put its rows together"));
        let nameless = refused("border,open", ",open");
        assert!(nameless.contains("no column ':open'"), "{nameless}");
        let other = read("a,b\n1,2\n").unwrap_err();
        assert!(other.contains("no column 'descriptor'"), "{other}");
        assert!(
            read("descriptor,state\n")
                .unwrap_err()
                .contains("no descriptor")
        );
        assert!(refused("talks,held,1,-1,0,0", "talks,held,1,-1,0").contains("row 4"));
    }
}
