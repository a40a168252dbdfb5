//! GDELT's own files: events and mentions.

use detente_atlas::By;

use super::{day, grade, missing, partial};
use crate::dataset::{Beat, Dataset, Format, Gap, Reliability};
use crate::schema::Table;

const CITATION: &str = "Leetaru, K. & P. Schrodt (2013), GDELT: Global Data on Events, Location and Tone, ISA Annual Convention; \
     the GDELT Project, https://www.gdeltproject.org";
const LICENCE: &str = "GDELT terms: unlimited and unrestricted use for any purpose without fee, redistribution with citation and link.";
const TERMS: &str = "GDELT is free for any use; cite it and link to https://www.gdeltproject.org.";
const ADDED: &str = "A row is known on the day of its DATEADDED, or on the day of the event where that is the next one.";
const COARSE: &str = "SQLDATE is coarse: in files published since April 2013 it lies 0, 1, 7, 30 or 365 days before DATEADDED, seldom ten years, and hardly ever \
     anything between. Early warning runs on the day of DATEADDED.";
const ACTORS: &str = "An actor is the state of its CAMEO country code on the day of the event; where that code is missing or names a part of the world \
     (Europe, the West), the organisation of the known-group code: EU (EEC), NATO (NAT), UN (UNO), OSCE (SCE). Agencies of the UN count as the UN, \
     where GDELT gives their own code only as a type. Actors without either (GOV, COP, BUS alone) have no actor and are not unknown.";
const GEORGIA: &str = "Trap: the coder takes the US state of Georgia for the country, and the country for the state. Where the events located in Georgia were \
     taken out of GDELT 1 (2011 to 2013), the United States were the most frequent actor, in up to 2,258 of 8,441 rows a month. Neither the volume of \
     Georgia's events nor the absence of one means anything.";
const MALE: &str = "Trap: in daily networks made from these files (gdelt-daily-dyads) the Maldives stand for the word male, and Guernsey has more rows than Georgia. \
     Neither is monitored.";
const CODES: &str = "Event codes are texts with their leading zero. In a copy that lost it, it is put back where the root code, another column, says so; \
     else the code is counted as unknown. Class and Goldstein value are those of the row.";
const PLACES: &str = "A place is that of the action, by its FIPS 10-4 code; the province is GDELT's ADM1 code, the city its full name of the place. \
     A row without a place says 0, 0: it has no coordinates here. Half a coordinate (one is known) is none.";
const NA: &str = "In copies written by R the text NA is a missing cell; the FIPS code NA (Netherlands Antilles) is lost in them.";

/// No end is known; the ledger of a set whose files users bring runs to the last day seen.
const OPEN: &str = "2100-12-31";

pub(super) fn all() -> Vec<Dataset> {
    vec![
        Dataset {
            id: "gdelt-2",
            title: "GDELT 2.0 events, files of your own",
            table: Table::Events,
            format: Format::Gdelt2Events,
            citation: CITATION,
            licence: LICENCE,
            terms: TERMS,
            grade: grade(Reliability::C, 3),
            directed: true,
            lag_days: 0,
            lag_reason: ADDED,
            gaps: [half_days(), vec![outage()]].concat(),
            blind: &["GEO", "GGY", "MDV"],
            step: By::Day,
            beat: Some(Beat::QuarterHourly),
            files: &[],
            span: (day("2015-02-18"), day(OPEN)),
            notes: &[
                COARSE,
                ACTORS,
                GEORGIA,
                MALE,
                CODES,
                PLACES,
                "GDELT publishes a second feed of the same layout, from news in other languages (\".translation.\" in the name).",
                NA,
            ],
        },
        Dataset {
            id: "gdelt-1",
            title: "GDELT 1.0 events, files of your own",
            table: Table::Events,
            format: Format::Gdelt1Events,
            citation: CITATION,
            licence: LICENCE,
            terms: TERMS,
            grade: grade(Reliability::C, 3),
            directed: true,
            lag_days: 0,
            lag_reason: "A row is known on the day of its DATEADDED, or on the day of the event where that is the next one. All that lies before \
                April 2013 was added in 2013: nothing of it was known in its own time.",
            gaps: [
                vec![
                    missing("2014-01-23", "2014-01-25", "GDELT published no file"),
                    missing("2014-03-19", "2014-03-19", "GDELT published no file"),
                ],
                half_days(),
                vec![outage()],
            ]
            .concat(),
            blind: &["GEO", "GGY", "MDV"],
            step: By::Day,
            beat: Some(Beat::Daily),
            files: &[],
            span: (day("1979-01-01"), day(OPEN)),
            notes: &[
                COARSE,
                ACTORS,
                GEORGIA,
                MALE,
                CODES,
                PLACES,
                "Files by year to 2005 (1979.zip), by month to March 2013 (200601.zip), by day since (20130401.export.CSV.zip). The rows of the first two \
                 were added in February 2013 and have 57 columns, without an address.",
                "The first daily file dates its reports by the day after DATEADDED.",
                NA,
            ],
        },
        Dataset {
            id: "gdelt-2-mentions",
            title: "GDELT 2.0 mentions, files of your own",
            table: Table::Mentions,
            format: Format::GdeltMentions,
            citation: CITATION,
            licence: LICENCE,
            terms: TERMS,
            grade: grade(Reliability::C, 3),
            directed: false,
            lag_days: 0,
            lag_reason: "A report is known on the day of its MentionTimeDate.",
            gaps: [half_days(), vec![outage()]].concat(),
            blind: &[],
            step: By::Day,
            beat: Some(Beat::QuarterHourly),
            files: &[],
            span: (day("2015-02-18"), day(OPEN)),
            notes: &[
                "One row a report of an event, also of an event of long ago: EventTimeDate is the time at which the event was first reported.",
                "The publisher is MentionSourceName, the story MentionIdentifier: a web address for kind 1, else a name or number.",
            ],
        },
    ]
}

fn half_days() -> Vec<Gap> {
    let half = "GDELT published about half of a usual day, or less";
    vec![
        partial("2020-11-07", "2020-11-07", half),
        partial("2020-11-13", "2020-11-14", half),
        partial("2022-11-11", "2022-11-11", half),
    ]
}

fn outage() -> Gap {
    partial(
        "2025-06-15",
        "2025-07-01",
        "a near-outage: of one country some 100 events a day where 10,000 are usual",
    )
}
