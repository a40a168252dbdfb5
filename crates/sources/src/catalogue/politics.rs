//! Organisations, alliances and governments.

use detente_atlas::By;

use super::{COW_LICENCE, COW_TERMS, REVISED, day, grade, missing, years};
use crate::dataset::{Dataset, Format, Reliability, Structural};
use crate::schema::Table;

const CIS_TRAP: &str = "Trap: it calls Armenia and Azerbaijan, and Russia and Azerbaijan, allies for defence (evidently through treaties of the CIS). \
     Membership of the CSTO says more than the flag.";
const FIVE_YEARLY: &str = "the data set goes by five-year steps until 1965";

pub(super) fn all() -> Vec<Dataset> {
    vec![
        Dataset {
            id: "igo-cow",
            title: "Memberships in intergovernmental organisations 1945-2014, Correlates of War 3.0",
            table: Table::Measures,
            format: Format::Structural(Structural::Memberships),
            citation: "Pevehouse, J., T. Nordstrom, R. McManus & A. Jamison (2020), Tracking organizations in the world: The Correlates of War \
                IGO Version 3.0 datasets, Journal of Peace Research 57(3): 492-503",
            licence: "Correlates of War: free for use with citation; taken from the R package igoR (GPL >= 3).",
            terms: COW_TERMS,
            grade: grade(Reliability::A, 2),
            directed: false,
            lag_days: 1850,
            lag_reason: "The edition to 2014 came out at the turn of 2019 to 2020.",
            gaps: vec![
                missing("1946-01-01", "1949-12-31", FIVE_YEARLY),
                missing("1951-01-01", "1954-12-31", FIVE_YEARLY),
                missing("1956-01-01", "1959-12-31", FIVE_YEARLY),
                missing("1961-01-01", "1964-12-31", FIVE_YEARLY),
            ],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/igo_cow_memberships.csv.xz"],
            span: years("1945", "2014"),
            notes: &[
                "The key is the short name in lower case (nato, csto, coe); the value 1 full member, 2 associate, 3 observer.",
                "csto begins in 2002 (the treaty of 1992 is no organisation here); guam is not in the data.",
                "It ends in 2014.",
                REVISED,
            ],
        },
        Dataset {
            id: "alliance-atop",
            title: "Alliances 1815-2018, ATOP 5.1",
            table: Table::Measures,
            format: Format::Structural(Structural::AllianceAtop),
            citation: "Leeds, B. A., J. Ritter, S. Mitchell & A. Long (2002), Alliance Treaty Obligations and Provisions, 1815-1944, \
                International Interactions 28: 237-260",
            licence: "None stated with the copy; ATOP asks for citation.",
            terms: "Cite ATOP.",
            grade: grade(Reliability::B, 3),
            directed: true,
            lag_days: 700,
            lag_reason: "The edition to 2018 came out about two years later.",
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/alliance_atop_dirdyad.csv.xz"],
            span: years("1815", "2018"),
            notes: &[
                CIS_TRAP,
                "Trap: nearly all of Europe, the United States and Canada are non-aggression pairs with Armenia and Azerbaijan from 1992 or 1993 (evidently the CSCE).",
                "The copy has no names of treaties. Only the kinds that hold are rows.",
                REVISED,
            ],
        },
        Dataset {
            id: "alliance-cow",
            title: "Formal alliances 1816-2012, Correlates of War 4.1",
            table: Table::Measures,
            format: Format::Structural(Structural::AllianceCow),
            citation: "Gibler, D. (2009), International Military Alliances, 1648-2008, CQ Press",
            licence: COW_LICENCE,
            terms: COW_TERMS,
            grade: grade(Reliability::B, 3),
            directed: true,
            lag_days: 365,
            lag_reason: "The edition to 2012 came out in the year after.",
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/alliance_cow_dirdyad.csv.xz"],
            span: years("1816", "2012"),
            notes: &[CIS_TRAP, "Only the kinds that hold are rows.", REVISED],
        },
        Dataset {
            id: "parlgov",
            title: "Parties in government 1900-2023, ParlGov",
            table: Table::Measures,
            format: Format::Structural(Structural::Cabinets),
            citation: "Doring, H. & P. Manow, Parliaments and governments database (ParlGov), development version of November 2023",
            licence: "None stated with the copy; cite.",
            terms: "Cite ParlGov.",
            grade: grade(Reliability::B, 2),
            directed: false,
            lag_days: 30,
            lag_reason: "A new government is public at once; a month for its entry into the data.",
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/parlgov_cabinets.csv.xz"],
            span: (day("1900-01-01"), day("2023-12-31")),
            notes: &[
                "Members of the EU and OECD only: no Albania, Montenegro, North Macedonia, and no United States.",
                "A cabinet ends on the day before the next one starts; the last one of each country on the last day of the data. A start is \
                 known at the time, the end of a cabinet still in office is not: use a row only for days from its start to the date of the view.",
                "The place from left (0) to right (10) is today's estimate of the party, the same for all years.",
                REVISED,
            ],
        },
    ]
}
