//! Events of organised violence.

use detente_atlas::By;

use super::{REVISED, day, grade};
use crate::dataset::{Dataset, Format, Reliability, Structural};
use crate::schema::Table;

const LICENCE: &str = "CC BY 4.0 (UCDP)";
const TERMS: &str = "Use and pass on freely with citation.";
const STATES: &str = "The actor of a side is the state of its Gleditsch-Ward number; an edition without those columns gives it by the name \
     (\"Government of Syria\"). Groups and civilians keep their name and have no actor, so most rows have an actor on one side at most.";
const SECOND: &str = "A state that fights on the side of a group (Armenia with Artsakh, Russia in Donbas) is not in these rows: ucdp-acd has it as a secondary party.";
const VALUES: &str = "The code is the type of violence: state-based, non-state or one-sided. All rows are material conflict (quad 4); there is no Goldstein value. \
     Deaths are the best, low and high estimate; the number of sources is missing where UCDP does not know it (-1). The context is the name of the dyad, \
     the story the headline, else the source, cut at 200 characters.";
const COARSE: &str = "The day is the first on which the event may have happened: where only a week, month or year is known (date_prec 3 to 5), it is the first day of \
     that span, and a series of days shows a peak there. The place may be no more exact than a province or a country (where_prec).";

pub(super) fn all() -> Vec<Dataset> {
    let edition = Dataset {
        id: "ucdp-ged",
        title: "UCDP Georeferenced Event Dataset, yearly editions, files of your own",
        table: Table::Events,
        format: Format::UcdpGed { by: By::Year },
        citation: "Sundberg, R. & E. Melander (2013), Introducing the UCDP Georeferenced Event Dataset, Journal of Peace Research 50(4): 523-532; \
            and the paper that its edition names",
        licence: LICENCE,
        terms: TERMS,
        grade: grade(Reliability::A, 2),
        directed: false,
        lag_days: 190,
        lag_reason: "Counted from the end of the year in which the event ended: the edition of a year comes out in June of the next.",
        gaps: vec![],
        blind: &[],
        step: By::Day,
        beat: None,
        files: &[],
        span: (day("1989-01-01"), day("2025-12-31")),
        notes: &[
            STATES,
            SECOND,
            VALUES,
            COARSE,
            "Conflicts that stay below 25 deaths in every year are not in the set: no row is not peace.",
            REVISED,
        ],
    };
    let candidate = Dataset {
        id: "ucdp-ged-candidate",
        title: "UCDP Candidate Events Dataset, monthly files of your own",
        format: Format::UcdpGed { by: By::Month },
        citation: "Hegre, H., M. Croicu, K. Eck & S. Hogbladh (2020), Introducing the UCDP Candidate Events Dataset, Research & Politics 7(3)",
        grade: grade(Reliability::A, 3),
        lag_days: 31,
        lag_reason: "Counted from the end of the month in which the event ended: a file comes out within a month of that.",
        span: (day("2018-01-01"), day("2026-12-31")),
        notes: &[
            STATES,
            SECOND,
            VALUES,
            COARSE,
            "Candidates are not yet vetted: some never enter the yearly edition, others enter changed. Do not add them to an edition of the same year.",
            "The layout is that of the yearly edition; no candidate file was at hand to test it on.",
        ],
        ..edition.clone()
    };
    let dyadic = Dataset {
        id: "ucdp-dyadic",
        title: "UCDP Dyadic Dataset, files of your own",
        table: Table::Measures,
        format: Format::Structural(Structural::ConflictDyads),
        citation: "Harbom, L., E. Melander & P. Wallensteen (2008), Dyadic Dimensions of Armed Conflict, 1946-2007, Journal of Peace Research \
            45(5): 697-710; and the paper that its edition names",
        directed: true,
        lag_reason: "The edition of a year comes out in June of the next.",
        step: By::Year,
        span: (day("1946-01-01"), day("2025-12-31")),
        notes: &[
            "Variables, values and weights as in ucdp-acd, the key is the number of the dyad: a conflict with three groups gives three rows a year. \
             Do not add them to ucdp-acd, which tells of the same years.",
            "The layout is the published one, which shares its columns with ucdp-acd; no file was at hand to test it on.",
            "Below 25 deaths there is no row: no row is not peace.",
            REVISED,
        ],
        ..edition.clone()
    };
    vec![edition, candidate, dyadic, acled()]
}

fn acled() -> Dataset {
    Dataset {
        id: "acled",
        title: "ACLED events of political violence and protest, files of your own",
        table: Table::Events,
        format: Format::Acled,
        citation: "Armed Conflict Location & Event Data (ACLED), acleddata.com, with the date on which you took the file; Raleigh, C., R. Kishi & \
            A. Linke (2023), Political instability patterns are obscured by conflict dataset scope conditions, sources, and coding choices, \
            Humanities and Social Sciences Communications 10: 74",
        licence: "ACLED's own terms, for which an account is needed: non-commercial use; companies and the public sector need a licence of their own.",
        terms: "Raw rows may not be passed on, so none are shipped with this program. Name ACLED and the date of access wherever its data are used. \
            As quoted by others, the licence forbids to use the data for training machine-learning systems: read the terms at acleddata.com before you do \
            anything of the kind, and before rows leave your machine.",
        grade: grade(Reliability::B, 2),
        directed: false,
        lag_days: 10,
        lag_reason: "A row is known on the day of its timestamp, or on the day of the event where that is later. ACLED renews the timestamp when it \
            changes a row, so an old event that was changed counts as known late. Without a timestamp: a week ends on Friday and comes out on the \
            Tuesday after the next weekend, at most ten days after the event.",
        gaps: vec![],
        blind: &[],
        step: By::Day,
        beat: None,
        files: &[],
        span: (day("1997-01-01"), day("2100-12-31")),
        notes: &[
            "No original file was at hand: the layout is the published one of 31 columns (event_id_cnty to timestamp), the closed lists are those of \
             ACLED's own R package. The tests are made by hand from them. Columns are found by name; iso, admin1, location, source, notes, tags and \
             timestamp may be missing. Commas or semicolons, dates 2025-05-16 or 16 May 2025.",
            "Coverage begins country by country: most of Africa 1997, South and Southeast Asia 2010 to 2020, the Middle East 2015 to 2017, Central Asia, \
             the Caucasus, East Asia and Latin America 2018 (Afghanistan 2017), Europe 2018 or 2020, the rest by 2021. Before that, no row is not peace.",
            "An actor is a state only where a force of it acts: \"Military Forces of X (2003-)\", \"Police Forces of X\", \"Government of X\", by the whole \
             of the country's name, where ACLED classes it as state forces (inter 1) or, acting abroad, as external forces (inter 8). All others \
             keep their name and have no actor. A state force whose name does not resolve is counted as unknown.",
            "Trap: two governments that claim one country (Yemen, Libya, Sudan) are both that country.",
            "Trap: actor1 and actor2 do not say who attacked, so the pair is not directed.",
            "code is the sub-event type, mode the event type. Quad is 4 for battles, explosions and remote violence, and violence against \
             civilians; riots, protests and strategic developments have none, because the type does not say which class they are of. There is no Goldstein value.",
            "Deaths are ACLED's fatalities, a reported and often rounded number: 0 stands also where none is known of.",
            "The day may be the middle of a week or month where no more is known (time_precision 2 and 3), and the place the middle of a province (geo_precision 3).",
            "The sectors are ACLED's classes of the actors (inter1, inter2), the context its tags, the story the first 200 characters of its notes. \
             Associated actors are not read.",
        ],
    }
}
