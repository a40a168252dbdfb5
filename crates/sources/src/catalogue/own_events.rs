//! Event data of which users bring their own files: POLECAT and Phoenix.

use detente_atlas::By;

use super::{day, grade};
use crate::dataset::{Dataset, Format, Reliability};
use crate::schema::Table;

pub(super) fn all() -> Vec<Dataset> {
    vec![polecat(), phoenix()]
}

fn polecat() -> Dataset {
    Dataset {
        id: "polecat",
        title: "POLECAT coded events (PLOVER), files of your own",
        table: Table::Events,
        format: Format::Polecat,
        citation: "Scarborough, G. I. et al. (2023), POLECAT Weekly Data, Harvard Dataverse, doi:10.7910/DVN/AJGVIT; \
            Halterman, A. et al. (2023), PLOVER and POLECAT: A New Political Event Ontology and Dataset",
        licence: "Copyright Leidos, on Harvard Dataverse doi:10.7910/DVN/AJGVIT: research and education only, no commercial use.",
        terms: "Research and education only. Cite POLECAT. Check the terms on its Dataverse page before rows are passed on.",
        grade: grade(Reliability::B, 3),
        directed: true,
        lag_days: 7,
        lag_reason: "A row is known on the day in the name of its weekly release (ngecEvents.20230103111842.Release603.DV.txt), or on \
            the day of the story or of the event where that is later; in a file of a month or a year, seven days after the story, \
            as a weekly release would have brought it.",
        gaps: vec![],
        blind: &[],
        step: By::Day,
        beat: None,
        files: &[],
        span: (day("2018-01-01"), day("2024-12-31")),
        notes: &[
            "No original file was at hand: the layout is from programs that read them (the loader of TGB 2.0 quotes the 40 names) and from A. \
             Beger's notes on files that are out of shape. The tests are made by hand from it.",
            "Trap: one event may have several actors and recipients. It gives a row for each distinct pair of them, all with the number of \
             the event and the line of the file, so a count of rows is not a count of events: take the distinct event numbers.",
            "The actor is the organisation that the name says, else the country (ISO 3166-1 alpha-3). Lists of names and of countries are \
             matched place by place only where they are equally long; else the countries and the organisations among the names all count.",
            "code is the PLOVER type, mode and context are as in the file (lists in one cell), quad is the file's own Quad Code, goldstein its \
             Intensity (-10 to 10 by type and mode, not Goldstein's own table for CAMEO).",
            "The files of 2018 to 2022 were coded and published in 2023: seven days after the story is when such a row would have been \
             known, not when it was.",
            "Headers with more than 40 names (Release610 to 632 of 28 July 2023, ngecEventsDV-2021-Apr.txt) are passed over: their rows have the usual \
             40. Columns after the 40th are taken only where they are empty (ngecEventsDV-2020-Jun.txt has four).",
            "None is missing. A line that is not UTF-8 is read as ISO-8859-1.",
            "The story is what stands before the first _ of the Event ID. A row a second time is left out and counted.",
        ],
    }
}

fn phoenix() -> Dataset {
    Dataset {
        id: "phoenix",
        title: "Phoenix coded events (CAMEO), files of your own",
        table: Table::Events,
        format: Format::Phoenix,
        citation: "Open Event Data Alliance, Phoenix; Althaus, S., J. Bajjalieh, J. F. Carter, B. Peyton & D. A. Shalmon, Cline Center \
            Historical Phoenix Event Data, University of Illinois",
        licence: "None stated with the daily files; see the page of the Cline Center for the historical set.",
        terms: "Cite the data set. Check the terms where you got the files.",
        grade: grade(Reliability::C, 3),
        directed: true,
        lag_days: 1,
        lag_reason: "A row is known on the day in the name of its file (events.full.20150620.txt), or on the day of the event where that \
            is later; in a file without one, on the day after the event. The historical set is dated by its stories.",
        gaps: vec![],
        blind: &[],
        step: By::Day,
        beat: None,
        files: &[],
        span: (day("1945-01-01"), day("2020-12-31")),
        notes: &[
            "No original file was at hand: the layout is from the package phoxy and other programs that read the files. The tests are made \
             by hand from it.",
            "Daily files: 26 tab-separated columns without a header. Historical files: 25 comma-separated columns with one (eid, \
             story_date, ...).",
            "The daily files number their events anew every day, so an event is its number and its date.",
            "Its PentaClass (0 to 4) is not a quad class, and programs call the same column QuadClass: quad is that of the CAMEO code.",
            "Actors are CAMEO codes of the entity, the first three letters of the whole code where the entity is empty. --- is missing.",
            "Countries of places are ISO 3166-1 alpha-3 codes or names.",
        ],
    }
}
