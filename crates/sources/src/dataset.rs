//! What is said of a data set: what it is, how far it may be trusted, when its rows became known, where it has holes.

use std::fmt;
use std::path::Path;

use detente_atlas::{By, Day};

use crate::read::Reader;
use crate::schema::Table;
use crate::tables::Wanted;
use crate::{
    acled, gdelt, gdelt_daily_dyads, gdelt_dyad_years, icews, icews_dyad_years, phoenix, polecat,
    quadruples, structural, ucdp_ged, un_votes,
};

/// A data set of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// The id in commands, files and rows.
    pub id: &'static str,
    /// The name in plain words.
    pub title: &'static str,
    /// The table that its rows go to.
    pub table: Table,
    /// How its files are written.
    pub format: Format,
    /// How to cite it.
    pub citation: &'static str,
    /// The licence, as far as one is stated.
    pub licence: &'static str,
    /// What the terms ask of a user, in plain words.
    pub terms: &'static str,
    /// The grade of the source.
    pub grade: Grade,
    /// Whether its dyads have a direction; `false` too where it has no dyads.
    pub directed: bool,
    /// Days between the end of what a row speaks of and the day on which the row could be known.
    pub lag_days: i32,
    /// Why so many.
    pub lag_reason: &'static str,
    /// The holes that are known from outside the files.
    pub gaps: Vec<Gap>,
    /// Ids of actors that the source misreads or hardly ever names, so that no row of theirs means anything; why stands in the notes.
    pub blind: &'static [&'static str],
    /// The period by which the data set counts: a day of events, a year of a table.
    pub step: By,
    /// The rhythm of its files, where each is named by the time that it was published at.
    pub beat: Option<Beat>,
    /// The bundled files, as paths under the data folder; none where users bring their own.
    pub files: &'static [&'static str],
    /// First and last day that the data set covers.
    pub span: (Day, Day),
    /// What a reader of the figures must know.
    pub notes: &'static [&'static str],
}

/// The last day of a data set that is still being published.
pub(crate) const OPEN_END: (i32, u32, u32) = (2100, 12, 31);

impl Dataset {
    /// Whether the data set is still being published, so that its span has no end yet.
    pub fn goes_on(&self) -> bool {
        let (year, month, day) = OPEN_END;
        Day::from_ymd(year, month, day) == Some(self.span.1)
    }

    /// The day on which a row that speaks of a period ending on `end` could be known.
    pub fn known(&self, end: Day) -> Day {
        end.plus(self.lag_days)
    }
}

/// The rhythm in which a data set publishes its files. Such a set is monitored on a day as far as the day's files were read,
/// whatever days the events in them are dated by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// One file a day, `20130401.export.CSV.zip`.
    Daily,
    /// A file every 15 minutes, `20180101000000.export.CSV.zip`, 96 a day.
    QuarterHourly,
}

impl Beat {
    /// Files of a day.
    pub fn per_day(self) -> u16 {
        match self {
            Beat::Daily => 1,
            Beat::QuarterHourly => 96,
        }
    }

    /// The day and the place in it (from 0) of the file of that name, by the digits at the start of the name.
    ///
    /// ```
    /// use detente_sources::Beat;
    /// let day = "2018-01-01".parse().unwrap();
    /// assert_eq!(Beat::QuarterHourly.slot("20180101003000.export.CSV.zip"), Some((day, 2)));
    /// assert_eq!(Beat::Daily.slot("20180101.export.CSV.zip"), Some((day, 0)));
    /// assert_eq!(Beat::Daily.slot("events.csv"), None);
    /// ```
    pub fn slot(self, name: &str) -> Option<(Day, u16)> {
        let digits = name.bytes().take_while(u8::is_ascii_digit).count();
        let day = Day::parse_compact(name.get(..8)?).ok()?;
        match (self, digits) {
            (Beat::Daily, 8) => Some((day, 0)),
            (Beat::QuarterHourly, 14) => {
                let number = |at: usize| name[at..at + 2].parse::<u16>().ok();
                let (hour, minute, second) = (number(8)?, number(10)?, number(12)?);
                let fits = hour < 24 && minute < 60 && minute % 15 == 0 && second == 0;
                fits.then_some((day, hour * 4 + minute / 15))
            }
            _ => None,
        }
    }
}

/// A known hole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Nothing there, or too little.
    pub status: GapStatus,
    /// Why.
    pub reason: &'static str,
}

/// How much is left in a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapStatus {
    /// Some rows are there, but fewer than there should be.
    Partial,
    /// No rows are there, and none does not mean that nothing happened.
    Missing,
}

/// The grade of a source by STANAG 2511: reliability of the source, credibility of the information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grade {
    /// Reliability.
    pub reliability: Reliability,
    /// Credibility, 1 (confirmed by other sources) to 6 (truth cannot be judged).
    pub credibility: u8,
}

/// The reliability of a source by STANAG 2511.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reliability {
    /// Completely reliable.
    A,
    /// Usually reliable.
    B,
    /// Fairly reliable.
    C,
    /// Not usually reliable.
    D,
    /// Unreliable.
    E,
    /// Reliability cannot be judged.
    F,
}

impl fmt::Display for Grade {
    /// `B3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}{}", self.reliability, self.credibility)
    }
}

/// How the files of a data set are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// ICEWS events as published: 20 tab-separated columns with a header.
    IcewsEvents,
    /// Facts as numbers with lists of names: `subject relation object time`.
    IcewsQuadruples {
        /// Units of the time column to a day: 24 where it counts hours (in whole days), 1 where it counts days.
        units_per_day: i32,
        /// Day 0.
        origin: Day,
    },
    /// POLECAT events as published: 40 tab-separated columns with a header.
    Polecat,
    /// Phoenix events: 26 tab-separated columns without a header, or the 25 comma-separated ones of the historical set.
    Phoenix,
    /// GDELT 2 events: 61 tab-separated columns, or a copy with a header.
    Gdelt2Events,
    /// GDELT 1 events: 58 tab-separated columns, 57 without an address, or a copy with a header.
    Gdelt1Events,
    /// GDELT 2 mentions: 16 tab-separated columns, or a copy with a header.
    GdeltMentions,
    /// Yearly ICEWS counts by pair and quad class.
    IcewsDyadYears,
    /// Yearly GDELT shares and means by pair.
    GdeltDyadYears,
    /// Daily GDELT net scores by pair.
    GdeltDailyDyads,
    /// Votes in the UN General Assembly, one column a state.
    UnVotes,
    /// UCDP georeferenced events: an edition (whole years) or a candidate file (a month).
    UcdpGed {
        /// What a file covers: rows are known some days after its end.
        by: By,
    },
    /// ACLED events: the export with a header, split at commas or semicolons.
    Acled,
    /// A table of the structural data.
    Structural(Structural),
}

/// The tables of the structural data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Structural {
    /// Militarised disputes, directed dyad-years (COW MID and GML).
    Disputes,
    /// UCDP/PRIO Armed Conflict Dataset.
    ArmedConflict,
    /// UCDP Dyadic Dataset: the armed conflicts by pair of warring parties.
    ConflictDyads,
    /// COW memberships in intergovernmental organisations.
    Memberships,
    /// UN ideal points, either edition.
    IdealPoints,
    /// ATOP alliances, directed dyad-years.
    AllianceAtop,
    /// COW alliances, directed dyad-years.
    AllianceCow,
    /// COW direct contiguity.
    Contiguity,
    /// Capitals of COW states.
    Capitals,
    /// COW national material capabilities.
    Capabilities,
    /// Military expenditure in the World Factbook.
    FactbookExpenditure,
    /// Defence expenditure in NATO's tables.
    NatoExpenditure,
    /// Trade partners in the World Factbook.
    FactbookTrade,
    /// ParlGov cabinets and their parties.
    Cabinets,
}

impl Format {
    pub(crate) fn reader<'d>(
        self,
        dataset: &'d Dataset,
        path: &Path,
        wanted: &Wanted,
    ) -> Box<dyn Reader + 'd> {
        match self {
            Format::IcewsEvents => Box::new(icews::IcewsEvents::new(dataset, wanted)),
            Format::IcewsQuadruples {
                units_per_day,
                origin,
            } => Box::new(quadruples::Quadruples::new(
                dataset,
                path,
                units_per_day,
                origin,
                wanted,
            )),
            Format::Polecat => Box::new(polecat::Polecat::new(dataset, wanted)),
            Format::Phoenix => Box::new(phoenix::Phoenix::new(dataset, wanted)),
            Format::Gdelt2Events => Box::new(gdelt::GdeltEvents::new(dataset, true, wanted)),
            Format::Gdelt1Events => Box::new(gdelt::GdeltEvents::new(dataset, false, wanted)),
            Format::GdeltMentions => Box::new(gdelt::GdeltMentions::new(dataset)),
            Format::IcewsDyadYears => Box::new(icews_dyad_years::IcewsDyadYears::new(dataset)),
            Format::GdeltDyadYears => Box::new(gdelt_dyad_years::GdeltDyadYears::new(dataset)),
            Format::GdeltDailyDyads => Box::new(gdelt_daily_dyads::GdeltDailyDyads::new(dataset)),
            Format::UnVotes => Box::new(un_votes::UnVotes::new(dataset)),
            Format::UcdpGed { by } => Box::new(ucdp_ged::UcdpGed::new(dataset, by, wanted)),
            Format::Acled => Box::new(acled::Acled::new(dataset, wanted)),
            Format::Structural(table) => structural::reader(table, dataset),
        }
    }
}
