//! Disputes and armed conflict.

use detente_atlas::By;

use super::{COW_LICENCE, COW_TERMS, REVISED, grade, years};
use crate::dataset::{Dataset, Format, Reliability, Structural};
use crate::schema::Table;

const MID_LAG: &str = "Editions come out five to six years after their last year: the one to 2010 in 2015, the one to 2014 in 2020.";

pub(super) fn all() -> Vec<Dataset> {
    let mut sets = bundled();
    let own = sets.iter().find(|d| d.id == "ucdp-acd").map(own_edition);
    sets.extend(own);
    sets
}

/// Another edition than the bundled one.
fn own_edition(bundled: &Dataset) -> Dataset {
    Dataset {
        id: "ucdp-acd-own",
        title: "UCDP/PRIO Armed Conflict Dataset, an edition of your own",
        citation: "Gleditsch, N. P., P. Wallensteen, M. Eriksson, M. Sollenberg & H. Strand (2002), Armed Conflict 1946-2001, Journal of \
            Peace Research 39(5); and the paper that its edition names",
        files: &[],
        span: years("1946", "2025"),
        notes: &[
            "Variables, values and weights as in ucdp-acd, which is the bundled edition. Do not add the two: they tell of the same years.",
            "Read and counted: editions 20.1, 21.1 and 22.1 as published.",
            "Below 25 deaths there is no row: no row is not peace.",
            REVISED,
        ],
        ..bundled.clone()
    }
}

fn bundled() -> Vec<Dataset> {
    vec![
        Dataset {
            id: "mid-gml",
            title: "Militarised interstate disputes 1816-2010, Gibler-Miller-Little 2.2.1",
            table: Table::Measures,
            format: Format::Structural(Structural::Disputes),
            citation: "Gibler, D., S. Miller & E. Little (2016), An Analysis of the Militarized Interstate Dispute (MID) Dataset, \
                1816-2001, International Studies Quarterly 60(4): 719-730",
            licence: COW_LICENCE,
            terms: COW_TERMS,
            grade: grade(Reliability::A, 2),
            directed: true,
            lag_days: 2000,
            lag_reason: MID_LAG,
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/mid_gml_dirdyad.csv.xz"],
            span: years("1816", "2010"),
            notes: &[
                "Every dispute-year of a pair stands twice, once from each side; the value is the actor's own hostility: 1 none, 2 threat, 3 display, \
                 4 use of force, 5 war.",
                "The weight is the level of the actor's fatalities, 0 to 6; missing where the source does not know.",
                "It ends in 2010: no row after that is not peace.",
                REVISED,
            ],
        },
        Dataset {
            id: "mid-cow",
            title: "Militarised interstate disputes 1816-2014, Correlates of War 5.0",
            table: Table::Measures,
            format: Format::Structural(Structural::Disputes),
            citation: "Palmer, G. et al. (2022), The MID5 Dataset, 2011-2014: Procedures, Coding Rules, and Description, Conflict \
                Management and Peace Science 39(4): 470-482",
            licence: COW_LICENCE,
            terms: COW_TERMS,
            grade: grade(Reliability::A, 2),
            directed: true,
            lag_days: 2000,
            lag_reason: MID_LAG,
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/mid_cow_dirdyad.csv.xz"],
            span: years("1816", "2014"),
            notes: &[
                "Every dispute-year of a pair stands twice, once from each side; values and weights as in mid-gml.",
                "It ends in 2014, and there is no newer edition: no row after that is not peace.",
                "The pairs of a dispute with many parties are all pairs across its sides, whether they met or not.",
                REVISED,
            ],
        },
        Dataset {
            id: "ucdp-acd",
            title: "UCDP/PRIO Armed Conflict Dataset 25.1, 1946-2024",
            table: Table::Measures,
            format: Format::Structural(Structural::ArmedConflict),
            citation: "Gleditsch, N. P., P. Wallensteen, M. Eriksson, M. Sollenberg & H. Strand (2002), Armed Conflict 1946-2001, Journal of \
                Peace Research 39(5); Davies, S., T. Pettersson, M. Sollenberg & M. Oberg (2025), Organized violence 1989-2024, Journal of Peace Research",
            licence: "CC BY 4.0 (UCDP)",
            terms: "Use and pass on freely with citation.",
            grade: grade(Reliability::A, 2),
            directed: true,
            lag_days: 190,
            lag_reason: "The edition of a year comes out in June of the next.",
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/ucdp_prio_acd_25_1.csv.xz"],
            span: years("1946", "2024"),
            notes: &[
                "conflict-between pairs the states of both sides of which at least one is a primary party; conflict-opposed pairs two secondary parties; conflict-in names the states where it is fought. Value: \
                 intensity, 1 for 25 to 999 battle deaths in the year, 2 for 1,000 and more. Weight: 1 extrasystemic, 2 interstate, 3 internal, 4 internationalised.",
                "Nagorno-Karabakh is coded as an internal conflict of Azerbaijan with the Republic of Artsakh; Armenia is there as a secondary party only.",
                "Below 25 deaths there is no row: no row is not peace.",
                REVISED,
            ],
        },
    ]
}
