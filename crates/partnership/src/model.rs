//! A partnership with every name resolved: what the engine works on.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

use detente_atlas::{Actor, Day, Group};

use crate::file::Settings;
use crate::injection::Injection;

/// The structural level on which a factor acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// Inside the bloc and its members.
    Internal,
    /// In a named theatre around the sides.
    Regional,
    /// Between great powers.
    Global,
}

impl Level {
    /// All levels, from the inside outwards.
    pub const ALL: [Level; 3] = [Level::Internal, Level::Regional, Level::Global];

    /// Its name in files and briefs.
    pub fn name(self) -> &'static str {
        match self {
            Level::Internal => "internal",
            Level::Regional => "regional",
            Level::Global => "global",
        }
    }
}

/// A domain in which a side is exposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Domain {
    Military,
    Political,
    Economic,
    EnergyTransit,
    Societal,
    Information,
}

impl Domain {
    /// All domains.
    pub const ALL: [Domain; 6] = [
        Domain::Military,
        Domain::Political,
        Domain::Economic,
        Domain::EnergyTransit,
        Domain::Societal,
        Domain::Information,
    ];

    /// Its name in files and briefs.
    pub fn name(self) -> &'static str {
        match self {
            Domain::Military => "military",
            Domain::Political => "political",
            Domain::Economic => "economic",
            Domain::EnergyTransit => "energy-transit",
            Domain::Societal => "societal",
            Domain::Information => "information",
        }
    }
}

/// No dyad of an earlier year is read.
pub const FIRST_YEAR: i32 = 1990;

/// A named set of actors whose members depend on the date: a state, a bloc, or a group expression.
#[derive(Debug, Clone)]
pub struct Party {
    /// The name for people, e.g. "NATO" or "Azerbaijan" or "European members of NATO".
    pub name: String,
    /// The text in the file: an actor id, a group id or an expression.
    pub id: String,
    /// Who belongs to it.
    pub group: Group,
}

impl Party {
    /// The members on a day, sorted by id.
    pub fn members(&self, on: Day) -> Vec<Actor> {
        self.group.members(on)
    }

    /// Everybody who was a member at the end of a year from [`FIRST_YEAR`] on, or is one on the day.
    pub fn ever(&self, until: Day) -> BTreeSet<Actor> {
        let ends = (FIRST_YEAR..until.year()).filter_map(|y| Day::from_ymd(y, 12, 31));
        ends.chain([until])
            .flat_map(|day| self.members(day))
            .collect()
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

/// A partnership.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Partnership {
    pub id: String,
    pub title: String,
    pub since: Day,
    pub a: Party,
    pub b: Party,
    pub contrast: Vec<Party>,
    pub settings: Settings,
    /// Weight of each level, in the order of [`Level::ALL`].
    pub level_weights: [f64; 3],
    pub formats: Vec<Format>,
    pub rivalries: Vec<Rivalry>,
    pub events: Vec<(Day, String)>,
    pub factors: Vec<Factor>,
    pub assumptions: Vec<Assumption>,
    /// Named groups of the file.
    pub groups: Vec<Party>,
    pub shocks: Vec<Shock>,
    pub levers: Vec<Lever>,
}

/// Events that may befall the partnership, for its stress test.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Shock {
    pub id: String,
    pub title: String,
    pub events: Vec<Injection>,
}

/// Which side can pull a lever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Side {
    A,
    B,
    Both,
}

impl Side {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Side::A => "a",
            Side::B => "b",
            Side::Both => "both",
        }
    }
}

/// What a side can decide, as the events that would come of it.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Lever {
    pub id: String,
    pub title: String,
    pub side: Side,
    pub events: Vec<Injection>,
    /// Why these events, in a sentence; may be empty.
    pub why: String,
}

/// A standing format of consultation.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Format {
    pub id: String,
    pub title: String,
    pub since: Day,
    pub until: Option<Day>,
    /// Both sides where empty.
    pub members: Vec<Party>,
    pub covers: Vec<Domain>,
    /// Every factor in its domains where empty.
    pub factors: Vec<String>,
    pub made_for: String,
}

/// Two poles and their possible arenas.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Rivalry {
    pub id: String,
    pub title: String,
    pub poles: [Party; 2],
    pub arenas: Vec<Party>,
}

/// A factor that presses on the partnership.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Factor {
    pub id: String,
    pub level: Level,
    pub title: String,
    pub says: String,
    pub weight: f64,
    pub toward: Vec<Party>,
    pub indicators: Vec<Indicator>,
    pub exposures: Vec<Exposure>,
}

/// Which direction of a measure is worse for the partnership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Worse {
    Higher,
    Lower,
}

/// One measured series of a factor.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Indicator {
    pub title: String,
    pub measure: Measure,
    pub worse: Worse,
    pub weight: f64,
}

/// What can be measured. The name in the file is given in each line; parties are `of`, `with`, `toward` ... of the file.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum Measure {
    /// `relation`: relation index (or net score) between `of` and `with`, both directions. Monthly.
    Relation { of: Party, with: Party },
    /// `relation-break`: absolute change of the yearly relation index from the year before to the year after each date. By date.
    RelationBreak {
        of: Party,
        with: Party,
        dates: Vec<Day>,
    },
    /// `relation-difference`: |R(of, toward) - R(with, toward)|. Monthly.
    RelationDifference {
        of: Party,
        with: Party,
        toward: Party,
    },
    /// `relation-dispersion`: standard deviation of the relation index of the members of `of` toward `toward`. Yearly.
    RelationDispersion { of: Party, toward: Party },
    /// `relation-within`: pooled relation index among the members of `of`. Monthly.
    RelationWithin { of: Party },
    /// `conflict-share`: material and verbal conflict between `of` and `with` as a share of all events in the world (per mille). Monthly.
    ConflictShare { of: Party, with: Party },
    /// `events-inside`: events of the given CAMEO roots among actors of the same member of `of`, per mille of all events. Monthly.
    EventsInside { of: Party, roots: Vec<u8> },
    /// `conflict-at`: conflict events located in `place` (in `provinces` where given), per mille of all located events. Monthly.
    ConflictAt {
        place: Party,
        provinces: Vec<String>,
    },
    /// `disputes`: militarised interstate disputes active between `of` and `with`. Yearly.
    Disputes { of: Party, with: Party },
    /// `armed-conflict`: highest UCDP intensity (0 none, 1 minor, 2 war) between `of` and `with`, states on both sides. Yearly.
    ArmedConflict { of: Party, with: Party },
    /// `armed-conflict-in`: number of UCDP armed conflicts located in members of `of`, weighted by intensity. Yearly.
    ArmedConflictIn { of: Party },
    /// `ideal-point-gap`: |ideal point of `of` (median) - median of `with`|. Yearly.
    IdealPointGap { of: Party, with: Party },
    /// `ideal-point-dispersion`: population standard deviation of the members' ideal points. Yearly.
    IdealPointDispersion { of: Party },
    /// `vote-agreement`: mean share of equal votes between members of `of` and of `with`. Yearly.
    VoteAgreement { of: Party, with: Party },
    /// `government-dispersion`: standard deviation over members of the seat-weighted left-right position of governing parties. Yearly.
    GovernmentDispersion { of: Party },
    /// `government-change`: new cabinets per member in the year. Yearly.
    GovernmentChange { of: Party },
    /// `burden-dispersion`: standard deviation of members' military expenditure in % of GDP. Yearly.
    BurdenDispersion { of: Party },
    /// `burden-below`: share of members below `threshold` % of GDP. Yearly.
    BurdenBelow { of: Party, threshold: f64 },
    /// `arena`: arena index of the territory `place` for the poles of a rivalry. Monthly.
    Arena { rivalry: Rivalry, place: Party },
    /// `zero-sum`: zero-sum index of a rivalry over third parties. Yearly (over a trailing window of months).
    ZeroSum { rivalry: Rivalry, over: Party },
    /// `different-sides`: distance of `of` and `with` in orientation between the poles. Monthly.
    DifferentSides {
        rivalry: Rivalry,
        of: Party,
        with: Party,
    },
    /// `breaks-since`: break points per decade in the yearly relation of the poles of all rivalries since the formats began. By year.
    BreaksSince,
    /// `uncovered-pressure`: share of the register's pressure that no format covers. At the date only.
    UncoveredPressure,
}

/// Exposure of both sides in one domain.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Exposure {
    pub domain: Domain,
    pub a: SideExposure,
    pub b: SideExposure,
}

/// How the exposure of one side is known.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum SideExposure {
    /// Declared in the file, with its reason.
    Declared { value: f64, why: String },
    /// 1 where a member of the side touches one of `to` by land, else exp(-km between the nearest capitals / 1000). Largest over members.
    Distance { to: Party },
    /// Mean of export and import shares with `to`, averaged over the members for which the source has figures.
    Trade { to: Party },
    /// Share of the side's own events in the trailing year that involve `to`.
    Events { to: Party },
    /// Share of the side's members that belong to `to`.
    Membership { to: Party },
}

/// A claim with its tests.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Assumption {
    pub id: String,
    pub says: String,
    pub tests: Vec<TestKind>,
}

/// The direction that a trend test expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Direction {
    Up,
    Down,
    NotUp,
    NotDown,
}

/// The operational tests. The name in the file is given in each line.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum TestKind {
    /// `no-conflict`: no militarised dispute, no UCDP conflict with the two on different sides, since the date.
    NoConflict { of: Party, with: Party, since: Day },
    /// `membership`: `of` belongs (or, `expect = "never"`, has never belonged since the date) to `bloc`.
    Membership {
        of: Party,
        bloc: Actor,
        expected: bool,
        since: Day,
    },
    /// `trend`: direction of a measure since the date (Theil-Sen slope, Mann-Kendall at 10 %).
    Trend {
        measure: Measure,
        expect: Direction,
        since: Day,
    },
    /// `level`: the latest value of a measure is above (`expect = "above"`) or below the threshold.
    Level {
        measure: Measure,
        above: bool,
        threshold: f64,
    },
    /// `pressing`: the standing of a factor is at or above `threshold` (the file's `pressing` where absent).
    Pressing { factor: String, threshold: f64 },
    /// `stable`: volatility of the sides' yearly relation is not above the median of the contrast partners'.
    Stable,
    /// `realistic`: forecast skill over climatology above 0 with its interval.
    Realistic,
    /// `aligned`: ideal-point distance and vote agreement of the sides do not move apart.
    Aligned,
    /// `untestable`: cannot be tested with the data at hand, and why.
    Untestable { why: String },
}
