//! Place, size, arms and trade.

use detente_atlas::By;

use super::{COW_LICENCE, COW_TERMS, REVISED, day, grade, years};
use crate::dataset::{Dataset, Format, Reliability, Structural};
use crate::schema::Table;

const FACTBOOK: &str = "Central Intelligence Agency, The World Factbook, last state before its closure in February 2026";
const FACTBOOK_LICENCE: &str = "Public domain";
const FACTBOOK_TERMS: &str = "None; cite the Factbook.";
const FACTBOOK_LAG: &str = "The Factbook gives the figure of a year in the course of the next.";

pub(super) fn all() -> Vec<Dataset> {
    vec![
        Dataset {
            id: "contiguity-cow",
            title: "Direct contiguity 1816-2016, Correlates of War 3.2",
            table: Table::Measures,
            format: Format::Structural(Structural::Contiguity),
            citation: "Stinnett, D., J. Tir, P. Schafer, P. Diehl & C. Gochman (2002), The Correlates of War Project Direct Contiguity Data, \
                Version 3, Conflict Management and Peace Science 19(2): 58-66",
            licence: COW_LICENCE,
            terms: COW_TERMS,
            grade: grade(Reliability::A, 1),
            directed: true,
            lag_days: 0,
            lag_reason: "Borders are public.",
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/contiguity_cow.csv"],
            span: (day("1816-01-01"), day("2016-12-01")),
            notes: &[
                "1 land border, 2 to 5 at most 12, 24, 150, 400 miles of water.",
                "Trap: 1 December 2016 is the end of the data, not of a border.",
                "A COW number that changed hands within a span gives one row for each holder (345: Yugoslavia, Serbia and Montenegro, Serbia).",
            ],
        },
        Dataset {
            id: "capitals-cow",
            title: "Capitals of states 1816-2024",
            table: Table::Measures,
            format: Format::Structural(Structural::Capitals),
            citation: "Miller, S. V. (2022), peacesciencer: An R Package for Quantitative Peace Science Research, Conflict Management and Peace \
                Science 39(6): 755-779",
            licence: "GPL-2 (R package peacesciencer)",
            terms: "Kept apart with the licence text, in data/gpl-2.",
            grade: grade(Reliability::B, 1),
            directed: false,
            lag_days: 0,
            lag_reason: "Capitals are public.",
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["gpl-2/capitals_cow.csv"],
            span: years("1816", "2024"),
            notes: &[
                "Degrees north and east.",
                "The end of 2024 is the end of the data; spans begin with the calendar year in which a state enters the system.",
            ],
        },
        Dataset {
            id: "cinc-cow",
            title: "National material capabilities 1816-2022, Correlates of War 7.0",
            table: Table::Measures,
            format: Format::Structural(Structural::Capabilities),
            citation: "Singer, J. D., S. Bremer & J. Stuckey (1972), Capability Distribution, Uncertainty, and Major Power War, 1820-1965; \
                Singer, J. D. (1987), International Interactions 14: 115-132",
            licence: COW_LICENCE,
            terms: COW_TERMS,
            grade: grade(Reliability::A, 2),
            directed: false,
            lag_days: 1000,
            lag_reason: "Editions come out three to five years after their last year; the newest, to 2022, in 2025.",
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/cinc_cow_nmc.csv.xz"],
            span: years("1816", "2022"),
            notes: &[
                "cinc is a share of the world (0 to 1); milex thousand current US dollars, before 1914 thousand British pounds; milper thousand persons.",
                REVISED,
            ],
        },
        Dataset {
            id: "milex-factbook",
            title: "Military expenditure in per cent of GDP 2015-2025, World Factbook",
            table: Table::Measures,
            format: Format::Structural(Structural::FactbookExpenditure),
            citation: FACTBOOK,
            licence: FACTBOOK_LICENCE,
            terms: FACTBOOK_TERMS,
            grade: grade(Reliability::B, 3),
            directed: false,
            lag_days: 365,
            lag_reason: FACTBOOK_LAG,
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/factbook_military_expenditure.csv"],
            span: years("2015", "2025"),
            notes: &[
                "The last five figures of each country, most from 2020 on; many are estimates, rounded to one digit.",
                REVISED,
            ],
        },
        Dataset {
            id: "milex-nato",
            title: "Defence expenditure of NATO countries in per cent of GDP 2012-2019",
            table: Table::Measures,
            format: Format::Structural(Structural::NatoExpenditure),
            citation: "NATO Public Diplomacy Division, Defence Expenditure of NATO Countries (2012-2019)",
            licence: "GPL-3 (R package passport, which carries the tables)",
            terms: "Kept apart with the licence text, in data/gpl-3; cite NATO.",
            grade: grade(Reliability::A, 2),
            directed: false,
            lag_days: 180,
            lag_reason: "NATO publishes the figures of a year by the summer of the next.",
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["gpl-3/nato_defence_expenditure_2012_2019.csv"],
            span: years("2012", "2019"),
            notes: &[
                "2018 and 2019 are estimates. Iceland has no forces and no figures. Countries by STANAG 1059 code.",
                REVISED,
            ],
        },
        Dataset {
            id: "trade-factbook",
            title: "Main trade partners with shares of exports and imports, World Factbook",
            table: Table::Measures,
            format: Format::Structural(Structural::FactbookTrade),
            citation: FACTBOOK,
            licence: FACTBOOK_LICENCE,
            terms: FACTBOOK_TERMS,
            grade: grade(Reliability::B, 3),
            directed: true,
            lag_days: 365,
            lag_reason: FACTBOOK_LAG,
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["structural/factbook_trade_partners.csv"],
            span: years("2017", "2023"),
            notes: &[
                "One year a country, 2023 for nearly all, and only the five or so largest partners: a partner without a row is not zero.",
                "Per cent of all exports, or of all imports.",
                REVISED,
            ],
        },
    ]
}
