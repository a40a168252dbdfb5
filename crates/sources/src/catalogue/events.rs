//! ICEWS events.

use detente_atlas::By;

use super::{day, grade, partial};
use crate::dataset::{Dataset, Format, Reliability};
use crate::schema::Table;

const LICENCE: &str = "Harvard Dataverse doi:10.7910/DVN/28075: use with citation; the copies used here carry no licence of their own.";
const TERMS: &str = "Cite ICEWS. Check the terms on its Dataverse page before rows are passed on.";
const DISTINCT: &str = "A count is a number of distinct (source, event, target, day): a second event of the same kind on the same day is not in the set.";
const PERSONS: &str = "The set names persons without a country. A person resolves only where the atlas knows the name from other ICEWS files; the others \
     have no actor on that side and are counted as unknown.";
const BARE: &str = "There are no sectors but those in a name such as \"Police (India)\", no places, no publishers.";
const SPLITS: &str = "The division into train, valid and test is that of forecasting papers; together they are all facts, and no fact is in two of them.";
const NEXT_DAY: &str = "The day's news is coded overnight.";

pub(super) fn all() -> Vec<Dataset> {
    vec![
        Dataset {
            id: "icews-events",
            title: "ICEWS coded events, daily files of October 2018 to March 2019",
            table: Table::Events,
            format: Format::IcewsEvents,
            citation: "Boschee, E. et al., ICEWS Automated Daily Event Data, Harvard Dataverse, doi:10.7910/DVN/QI2T9A; \
                Boschee, E. et al., ICEWS Coded Event Data, doi:10.7910/DVN/28075",
            licence: LICENCE,
            terms: TERMS,
            grade: grade(Reliability::B, 3),
            directed: true,
            lag_days: 1,
            lag_reason: "A row is known on the day in the name of its file, or on the day of the event where that is later; \
                in a file without a day in its name, on the day after the event.",
            gaps: vec![
                partial(
                    "2018-09-14",
                    "2018-10-03",
                    "before the first daily file; only reports that came late are there",
                ),
                partial(
                    "2018-10-06",
                    "2018-10-06",
                    "there is no daily file; only what the next files brought",
                ),
                partial(
                    "2019-03-09",
                    "2019-03-09",
                    "the daily file of the next day, which would hold most of it, is absent",
                ),
                partial("2019-03-26", "2019-03-26", "after the last daily file"),
            ],
            blind: &[],
            step: By::Day,
            beat: None,
            files: &["events/icews_daily_20181004_20190325.tar.xz"],
            span: (day("2018-10-04"), day("2019-03-25")),
            notes: &[
                "Event IDs are used again, so an event is its ID and its date; the same row a second time in one file is left out and counted.",
                "About 4 % of the rows are dated a day after their file: the files close on another clock than the events.",
                "The files of 6 October, 1 and 2 December 2018, 9 and 10 February and 10 March 2019 are absent; the events of the December \
                 and February days came with the next file (3 December: 7,977 rows, 11 February: 5,000).",
                "Other releases of the same layout re-use 145,312 Event IDs (2013), write dates as month/day/year and lack or garble codes \
                 (2017), or hold 5,789 rows twice (2021).",
            ],
        },
        Dataset {
            id: "icews",
            title: "ICEWS coded events, files of your own",
            table: Table::Events,
            format: Format::IcewsEvents,
            citation: "Boschee, E. et al., ICEWS Coded Event Data, Harvard Dataverse, doi:10.7910/DVN/28075; \
                Boschee, E. et al., ICEWS Automated Daily Event Data, doi:10.7910/DVN/QI2T9A",
            licence: LICENCE,
            terms: TERMS,
            grade: grade(Reliability::B, 3),
            directed: true,
            lag_days: 1,
            lag_reason: "A row is known on the day in the name of its file, or on the day of the event where that is later; \
                in a file without a day in its name, on the day after the event.",
            gaps: vec![],
            blind: &[],
            step: By::Day,
            beat: None,
            files: &[],
            span: (day("1995-01-01"), day("2023-04-11")),
            notes: &[
                "The layout of icews-events, with the traps named there; .tab and .tsv, plain, compressed or in a zip or tar.",
                "An event is its ID and its date: the release of 2013 uses 145,312 IDs twice. The same row a second time (5,789 in a release of \
                 2021) is left out and counted; two rows of one ID and date that differ are both kept, and counted as \"ICEWS event ID of two \
                 rows of one day\".",
                "Where the code is absent (a release of 2017 has no such column), is none of CAMEO (13y in another) or has two digits (010 \
                 without its zero), the event text gives it. What the text mended is counted as \"CAMEO code\", save for a lost zero; what \
                 the text cannot mend stays as it is, without a class.",
                "Dates are YYYY-MM-DD or, in releases of 2017, M/D/YYYY. NA, as R writes it, is missing.",
                "Only a whole day in the name says when rows were known: 20190409-icews-events-1.zip repeats a day, 202201-icews-events.tab \
                 is a month among days, known the day after each event. A yearly file of a late release (events.2013.20150313084929.tab) \
                 is known as late as its name says.",
            ],
        },
        Dataset {
            id: "icews-0515",
            title: "ICEWS events 2005-2015, a sample of actors (ICEWS05-15)",
            table: Table::Events,
            format: Format::IcewsQuadruples {
                units_per_day: 24,
                origin: day("2005-01-01"),
            },
            citation: "Garcia-Duran, A., S. Dumancic & M. Niepert (2018), Learning Sequence Encoders for Temporal Knowledge Graph \
                Completion, EMNLP; from Boschee et al., ICEWS Coded Event Data, doi:10.7910/DVN/28075",
            licence: LICENCE,
            terms: TERMS,
            grade: grade(Reliability::D, 4),
            directed: true,
            lag_days: 1,
            lag_reason: NEXT_DAY,
            gaps: vec![
                partial(
                    "2007-11-20",
                    "2007-11-20",
                    "14 facts where 155 are usual on that day of the week",
                ),
                partial(
                    "2008-09-25",
                    "2008-09-25",
                    "8 facts where 127 are usual on that day of the week",
                ),
                partial(
                    "2013-11-09",
                    "2013-11-09",
                    "15 facts where 65 are usual on that day of the week",
                ),
                // After the days of their own, because the first reason that fits a day is given.
                partial(
                    "2005-01-01",
                    "2015-12-31",
                    "a sample of actors: the United States, Russia, India, NATO and most other states are not in it as actors of their own",
                ),
            ],
            blind: &[],
            step: By::Day,
            beat: None,
            files: &["events/icews0515.tar.xz"],
            span: (day("2005-01-01"), day("2015-12-31")),
            notes: &[
                "Trap: a sample of actors, about 115 facts a day where the set of 2018 has 1,541. Of the 231 countries and territories of the daily files, 176 are not in it \
                 as actors of their own, among them the United States, Russia, India, Türkiye, Ukraine, Georgia, Armenia and Azerbaijan, nor are NATO \
                 and the European Union; what is left of them are single ministries, parties and persons. Not one fact leads from Azerbaijan to Armenia. \
                 Do not make the relation of two states from it: icews-dyad-years has these years whole.",
                DISTINCT,
                PERSONS,
                BARE,
                SPLITS,
            ],
        },
        Dataset {
            id: "icews-18",
            title: "ICEWS events, January to October 2018 (ICEWS18)",
            table: Table::Events,
            format: Format::IcewsQuadruples {
                units_per_day: 24,
                origin: day("2018-01-01"),
            },
            citation: "Jin, W., M. Qu, X. Jin & X. Ren (2020), Recurrent Event Network, EMNLP; from Boschee et al., ICEWS Coded Event Data, \
                doi:10.7910/DVN/28075",
            licence: LICENCE,
            terms: TERMS,
            grade: grade(Reliability::B, 3),
            directed: true,
            lag_days: 1,
            lag_reason: NEXT_DAY,
            gaps: vec![],
            blind: &[],
            step: By::Day,
            beat: None,
            files: &["events/icews18.tar.xz"],
            span: (day("2018-01-01"), day("2018-10-31")),
            notes: &[
                "Complete in its kind: for 1 to 3 June 2018 it holds exactly the 3,688 distinct facts of the published events.",
                DISTINCT,
                PERSONS,
                BARE,
                SPLITS,
            ],
        },
        Dataset {
            id: "icews-21",
            title: "ICEWS events, January to August 2021 (ICEWS21)",
            table: Table::Events,
            format: Format::IcewsQuadruples {
                units_per_day: 1,
                origin: day("2021-01-01"),
            },
            citation: "Ding, Z. et al. (2024), zrLLM: Zero-Shot Relational Learning on Temporal Knowledge Graphs with Large Language \
                Models, NAACL; from Boschee et al., ICEWS Coded Event Data, doi:10.7910/DVN/28075",
            licence: LICENCE,
            terms: TERMS,
            grade: grade(Reliability::B, 3),
            directed: true,
            lag_days: 1,
            lag_reason: NEXT_DAY,
            gaps: vec![
                partial(
                    "2021-01-18",
                    "2021-01-18",
                    "477 facts where some 1,570 are usual on that day of the week",
                ),
                partial(
                    "2021-01-19",
                    "2021-01-24",
                    "5 to 22 facts a day where some 850 to 1,800 are usual",
                ),
                partial(
                    "2021-03-04",
                    "2021-03-04",
                    "124 facts where some 1,810 are usual on that day of the week",
                ),
                partial(
                    "2021-05-27",
                    "2021-05-28",
                    "217 and 356 facts where some 1,770 and 1,550 are usual",
                ),
                partial(
                    "2021-06-26",
                    "2021-06-26",
                    "73 facts where some 840 are usual on that day of the week",
                ),
                partial(
                    "2021-08-08",
                    "2021-08-08",
                    "110 facts where some 820 are usual on that day of the week",
                ),
            ],
            blind: &[],
            step: By::Day,
            beat: None,
            files: &["events/icews21.tar.xz"],
            span: (day("2021-01-01"), day("2021-08-31")),
            notes: &[
                "That day 0 is 1 January 2021 is inferred, and checked on events (the murder of Haiti's president on 7 July, the Geneva \
                 summit on 16 June, the fall of Kabul on 15 August).",
                DISTINCT,
                PERSONS,
                BARE,
                SPLITS,
            ],
        },
    ]
}
