//! Counts and scores of pairs of states.

use detente_atlas::By;

use super::gdelt_days::ABSENT;
use super::{REVISED, day, grade, missing, partial, years};
use crate::dataset::{Dataset, Format, Gap, Reliability};
use crate::schema::Table;

const GDELT_TERMS: &str =
    "GDELT is free for any use; cite it and link to https://www.gdeltproject.org.";
const GDELT_CITATION: &str = "Leetaru, K. & P. Schrodt (2013), GDELT: Global Data on Events, Location and Tone, ISA Annual Convention";
const YEAR_END: &str = "A year's figures are taken as known on 1 January of the next year, as a daily reader would have known them.";

pub(super) fn all() -> Vec<Dataset> {
    vec![
        Dataset {
            id: "icews-dyad-years",
            title: "ICEWS events a year by pair of states and quad class, 2002-2014",
            table: Table::Dyads,
            format: Format::IcewsDyadYears,
            citation: "Boschee et al., ICEWS Coded Event Data, doi:10.7910/DVN/28075; yearly counts as carried in the R package netify",
            licence: "GPL-3.0 (R package netify); ICEWS terms",
            terms: "Kept apart with the licence text, in data/gpl-3; cite ICEWS.",
            grade: grade(Reliability::B, 3),
            directed: true,
            lag_days: 1,
            lag_reason: YEAR_END,
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["gpl-3/icews_dyad_year_2002_2014.csv.xz"],
            span: years("2002", "2014"),
            notes: &[
                "152 states and every ordered pair of them each year: a 0 here is a counted zero. A state that is not among the 152 has no rows, \
                 which is not zero.",
                "A count by somebody else from the published events: which events were left out is not stated.",
                REVISED,
            ],
        },
        Dataset {
            id: "gdelt-dyad-years",
            title: "GDELT 1.0 events a year by pair of countries and quad class, 1990-2008",
            table: Table::Dyads,
            format: Format::GdeltDyadYears,
            citation: GDELT_CITATION,
            licence: "None stated with the copy; GDELT terms.",
            terms: GDELT_TERMS,
            grade: grade(Reliability::C, 3),
            directed: true,
            lag_days: 1,
            lag_reason: "A year's figures are taken as known on 1 January of the next year; in fact GDELT 1.0 was first published in 2013.",
            gaps: vec![],
            blind: &[],
            step: By::Year,
            beat: None,
            files: &["dyads/gdelt_dyad_years_1990_2008.tar.xz"],
            span: years("1990", "2008"),
            notes: &[
                "Counts are share x rows, which is a whole number in every row to 2006. For 2007 and 2008 the files give instead a single class number \
                 from 1 to 4, of what is not said, so there are no counts by class, only the number of events and the mean Goldstein value.",
                "No row ever names Bosnia and Herzegovina, Slovenia, Montenegro or Kosovo; that is a fault of the source and not zero.",
                "Georgia is under-counted: an eighth of Armenia's events in 1994, a quarter in 2008, the year of its war. Its ratio of cooperation to \
                 conflict is kept; its volume means little.",
                "Regions (Africa, Europe, the Caucasus) act in 6 % of the rows; these and the rows of a state with itself are left out and counted.",
                "GDELT's volume grows with the press that it reads, about twofold from 1990 to 2008: compare shares, not counts.",
                REVISED,
            ],
        },
        Dataset {
            id: "gdelt-daily-dyads",
            title: "GDELT net scores a day by pair of states, 2018-2024",
            table: Table::Dyads,
            format: Format::GdeltDailyDyads,
            citation: "Leetaru, K. & P. Schrodt (2013), GDELT, ISA Annual Convention; daily networks by gzemo, gdelt-graph-data (2024)",
            licence: "GPL-3.0 (gdelt-graph-data); GDELT terms",
            terms: "Kept apart with the licence text, in data/gpl-3; cite GDELT and link to https://www.gdeltproject.org.",
            grade: grade(Reliability::C, 4),
            directed: false,
            lag_days: 0,
            lag_reason: "The day is the day on which GDELT added the report, not the day of the event.",
            gaps: daily_gaps(),
            blind: &["GEO", "GGY", "MDV"],
            step: By::Day,
            beat: None,
            files: &["gpl-3/gdelt_graph_daily_dyads_20180101_20240223.csv.xz"],
            span: (day("2018-01-01"), day("2024-02-23")),
            notes: &[
                "Undirected. The score sums over the day's reports the Goldstein value, moved by 0.025 for each source and 0.01 for each article, plus \
                 0.01 x tone: it has no unit and grows with attention.",
                "Only reports whose two actors are a bare country code count; a pair without a row may be quiet or unmonitored, which the source does not tell.",
                "No row ever names Bosnia and Herzegovina, Serbia, Slovenia, Montenegro, Timor-Leste or Kosovo; that is a fault of the source and not zero.",
                "Georgia has 349 rows in six years, where Armenia has 24 946: the coder takes it for the US state. The Maldives (35 658 rows) stand \
                 for the word male, and Guernsey has more rows than Georgia. None of the three is monitored by this source.",
                "96 days are absent, 77 of them between 31 October 2022 and 27 June 2023.",
                "A state with itself (59 rows) is left out: the original counted its diagonal twice.",
            ],
        },
    ]
}

fn daily_gaps() -> Vec<Gap> {
    let half = "GDELT published about half of a usual day";
    let mut gaps: Vec<Gap> = ABSENT
        .iter()
        .map(|(from, to)| {
            missing(
                from,
                to,
                "the archive of daily networks has no file for the day",
            )
        })
        .collect();
    gaps.extend([
        partial("2020-11-07", "2020-11-07", half),
        partial("2020-11-13", "2020-11-14", half),
        partial(
            "2020-11-15",
            "2020-11-15",
            "the outage of the days before still shows: half of the pairs of a usual Sunday",
        ),
        partial("2022-11-11", "2022-11-11", half),
    ]);
    gaps.sort_by_key(|g| g.from);
    gaps
}
