//! A folder of quadruples as numbers with their names: the parts for learning, for settings and for the report, each as published.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::archive;
use crate::error::{Fault, Place, ReadError};
use crate::quadruples::{ENTITIES, FACTS, RELATIONS, numbers, packed, vocabulary};
use crate::tabs::Tabs;

/// The facts of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuadrupleSet {
    /// Names by number, as published (some sets write underscores for blanks); empty for a number that the list leaves out.
    pub entities: Vec<String>,
    /// Texts of the types of event by number; empty for a number that the list leaves out.
    pub relations: Vec<String>,
    /// `subject, relation, object, time` of `train`, `valid` and `test`, each in the order of (time, subject, relation, object). The time counts the
    /// steps of the set, which may be hours.
    pub parts: [Vec<[u32; 4]>; 3],
    /// Facts that a part says twice and that are kept once.
    pub duplicates: usize,
}

/// Reads `entity2id.txt`, `relation2id.txt`, `train.txt`, `valid.txt` and `test.txt` of a folder, each plain, `.gz` or `.xz`.
///
/// # Errors
/// A file that is lacking, cut or empty; a row with fewer than four numbers; a number without a name. The message names the file, the row
/// and the field.
pub fn quadruple_set(dir: &Path) -> Result<QuadrupleSet, ReadError> {
    let (entities, relations) = (names(dir, ENTITIES)?, names(dir, RELATIONS)?);
    let mut set = QuadrupleSet {
        entities,
        relations,
        parts: Default::default(),
        duplicates: 0,
    };
    for (i, stem) in FACTS.iter().enumerate() {
        let mut facts = facts(dir, stem, &set)?;
        facts.sort_unstable_by_key(|[s, r, o, t]| (*t, *s, *r, *o));
        let all = facts.len();
        facts.dedup();
        set.duplicates += all - facts.len();
        set.parts[i] = facts;
    }
    Ok(set)
}

fn file(dir: &Path, stem: &str) -> Result<PathBuf, ReadError> {
    packed(dir, stem).ok_or_else(|| ReadError {
        place: Place::file(dir).into(),
        fault: Fault::Vocabulary(format!(
            "{stem}.txt is lacking; the folder needs {ENTITIES}.txt, {RELATIONS}.txt, {}.txt (plain, .gz or .xz), so name the folder of one whole set",
            FACTS.join(".txt, ")
        )),
    })
}

fn names(dir: &Path, stem: &str) -> Result<Vec<String>, ReadError> {
    let path = file(dir, stem)?;
    let (mut names, mut seen) = (Vec::<String>::new(), HashSet::new());
    archive::members(&path, &mut |member, input| {
        vocabulary(member, input, &mut |id, name, row| {
            if !seen.insert(id) {
                return Err(ReadError {
                    place: member.place.clone().row(row).field("id").into(),
                    fault: Fault::Vocabulary(format!(
                        "number {id} is given twice; mend the list or fetch it again"
                    )),
                });
            }
            if names.len() <= id {
                names.resize(id + 1, String::new());
            }
            names[id] = name.trim().to_owned();
            Ok(())
        })
    })?;
    Ok(names)
}

fn facts(dir: &Path, stem: &str, set: &QuadrupleSet) -> Result<Vec<[u32; 4]>, ReadError> {
    let path = file(dir, stem)?;
    let mut facts = Vec::new();
    archive::members(&path, &mut |member, input| {
        let mut tabs = Tabs::new(input, member);
        tabs.name_fields(
            ["subject", "relation", "object", "time"]
                .map(String::from)
                .to_vec(),
        );
        while let Some(line) = tabs.next()? {
            let row = line.number;
            let fact = numbers(&line).map_err(|fault| ReadError {
                place: member.place.clone().row(row).into(),
                fault,
            })?;
            let [subject, relation, object, time] = fact;
            for (field, id, names) in [
                ("subject", subject, &set.entities),
                ("relation", relation, &set.relations),
                ("object", object, &set.entities),
            ] {
                if names.get(id as usize).is_none_or(String::is_empty) {
                    return Err(ReadError {
                        place: member.place.clone().row(row).field(field).into(),
                        fault: Fault::Vocabulary(format!(
                            "number {id} has no name; the lists of names belong to other facts: take all files of one set"
                        )),
                    });
                }
            }
            if i32::try_from(time).is_err() {
                return Err(ReadError {
                    place: member.place.clone().row(row).field("time").into(),
                    fault: Fault::Damaged(format!("{time} is no time step")),
                });
            }
            facts.push(fact);
        }
        Ok(())
    })?;
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder(parts: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("entity2id.txt", "Iran\t0\nUnited_States\t2\n"),
            ("relation2id.txt", "Consult\t0\n"),
            ("train.txt", "0\t0\t2\t24\n"),
            ("valid.txt", "0\t0\t2\t48\n"),
            ("test.txt", "0\t0\t2\t72\n"),
        ]
        .iter()
        .chain(parts)
        {
            fs::write(dir.path().join(name), text).unwrap();
        }
        dir
    }

    fn refused(parts: &[(&str, &str)]) -> String {
        quadruple_set(folder(parts).path()).unwrap_err().to_string()
    }

    #[test]
    fn blanks_a_fifth_column_and_a_repeated_fact() {
        let train = "2    \t0 \t0  \t48 \t-1\n0    \t0    \t2  \t24  \t0\n0\t0\t2\t24\n";
        let set = quadruple_set(folder(&[("train.txt", train)]).path()).unwrap();
        assert_eq!(set.parts[0], [[0, 0, 2, 24], [2, 0, 0, 48]]);
        assert_eq!(set.duplicates, 1);
        assert_eq!(set.entities, ["Iran", "", "United_States"]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let dir = folder(&[]);
        fs::remove_file(dir.path().join("valid.txt")).unwrap();
        let lacking = quadruple_set(dir.path()).unwrap_err().to_string();
        assert!(lacking.contains("valid.txt is lacking"), "{lacking}");
        let unnamed = refused(&[("test.txt", "0\t0\t2\t72\n0\t0\t1\t72\n")]);
        assert!(
            unnamed.contains("test.txt, row 2, field 'object'") && unnamed.contains("number 1"),
            "{unnamed}"
        );
        let short = refused(&[("test.txt", "0\t0\t2\n")]);
        assert!(
            short.contains("row 1") && short.contains("3 columns"),
            "{short}"
        );
        let word = refused(&[("test.txt", "0\tx\t2\t72\n")]);
        assert!(word.contains("'x' is not a number"), "{word}");
        let twice = refused(&[("relation2id.txt", "Consult\t0\nPraise\t0\n")]);
        assert!(
            twice.contains("row 2, field 'id'") && twice.contains("twice"),
            "{twice}"
        );
    }
}
