//! The UN General Assembly.

use detente_atlas::By;

use super::{REVISED, day, grade, partial, years};
use crate::dataset::{Dataset, Format, Reliability, Structural};
use crate::schema::Table;

const CITATION: &str = "Bailey, M., A. Strezhnev & E. Voeten (2017), Estimating Dynamic State Preferences from United Nations Voting Data, Journal of \
     Conflict Resolution 61(2): 430-456; Voeten, E., Harvard Dataverse, doi:10.7910/DVN/LEJUQZ";
const LICENCE: &str = "Harvard Dataverse deposit, believed CC0; not stated with the copy.";
const TERMS: &str = "Cite the article and the deposit.";

pub(super) fn all() -> Vec<Dataset> {
    vec![
        Dataset {
            id: "un-ideal-points",
            title: "Ideal points of states in the UN General Assembly 1946-2025",
            table: Table::Measures,
            format: Format::Structural(Structural::IdealPoints),
            citation: CITATION,
            licence: LICENCE,
            terms: TERMS,
            grade: grade(Reliability::A, 2),
            directed: false,
            lag_days: 190,
            lag_reason: "The estimates of a year come out around July of the next.",
            gaps: vec![partial(
                "2025-01-01",
                "2025-12-31",
                "from another edition, and without Türkiye",
            )],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &[
                "structural/un_ideal_points_jul2025.csv.xz",
                "structural/un_ideal_points_1946_2025.csv.xz",
            ],
            span: years("1946", "2025"),
            notes: &[
                "By calendar year, on votes of final passage; higher is closer to the United States. The weight is the number of votes behind the estimate.",
                "1946 to 2024 are from the edition of July 2025, 2025 alone from that of 2026, whose 2024 rests on a handful of votes. The scales of two \
                 editions are not quite the same (mean difference 0.007 to 0.024 in 2017-2023).",
                "Most votes divide North and South: a change here need not be one towards a neighbour or an alliance.",
                REVISED,
            ],
        },
        Dataset {
            id: "un-votes",
            title: "Roll-call votes in the UN General Assembly 1946-2024",
            table: Table::Votes,
            format: Format::UnVotes,
            citation: CITATION,
            licence: LICENCE,
            terms: TERMS,
            grade: grade(Reliability::A, 2),
            directed: false,
            lag_days: 30,
            lag_reason: "Votes are public the same day; a month for the record to be printed and entered.",
            gaps: vec![partial(
                "2024-01-01",
                "2024-06-04",
                "only 6 roll calls of 2024 are in the file",
            )],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/un_votes_matrix_1946_2024.csv.xz"],
            span: (day("1946-01-01"), day("2024-06-04")),
            notes: &[
                "1 yes, 2 abstain, 3 no. Absence is no row, and no row may also mean that the record is lacking.",
                "Türkiye is nearly empty from 2023 (9 votes; the name changed), Venezuela from 2022, São Tomé and Príncipe from 2022; Fiji, \
                 Eswatini and Samoa in part in 2023; North Macedonia in part in 2022.",
                "The number of a roll call is used again (411, 427, 449, 495): a roll call is its number and its day.",
                "The column RUS holds the votes of the Soviet Union before 1992, SRB those of Yugoslavia, DEU those of West Germany.",
                REVISED,
            ],
        },
    ]
}
