//! The catalogue of measures and of tests: which keys each needs, its unit, its period and the data that serve it.
//!
//! The file's validation, its reference in `docs/partnership-file.md` and the warnings all rest on these two tables.

use crate::model::Measure;

/// How often a measure has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Once a month, over a trailing window.
    Month,
    /// Once a year.
    Year,
    /// At each of the dates that the file gives.
    Date,
    /// Only at the date of the brief.
    Now,
}

/// A measure, as the file names it.
#[derive(Debug, Clone, Copy)]
pub struct MeasureSpec {
    /// Its name in the file.
    pub name: &'static str,
    /// Keys without which it means nothing.
    pub needs: &'static [&'static str],
    /// Keys that it can have besides.
    pub may: &'static [&'static str],
    /// Unit and range of its value.
    pub unit: &'static str,
    /// How often it has a value.
    pub every: Every,
    /// The direction that is usually worse for a partnership; empty where it depends.
    pub usually_worse: &'static str,
    /// Ids of the bundled data sets that can serve it; empty where it is derived from the assessment itself.
    pub datasets: &'static [&'static str],
}

const RELATIONS: &[&str] = &[
    "icews-18",
    "icews-events",
    "icews-21",
    "gdelt-daily-dyads",
    "icews-dyad-years",
    "gdelt-dyad-years",
];
const EVENTS: &[&str] = &["icews-18", "icews-events", "icews-21"];
const LOCATED: &[&str] = &["icews-events"];

/// All measures, in the order of the reference.
pub const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "relation",
        needs: &["of", "with"],
        may: &[],
        unit: "relation index R, log ratio, no bounds, 0 = as much cooperation as conflict",
        every: Every::Month,
        usually_worse: "lower",
        datasets: RELATIONS,
    },
    MeasureSpec {
        name: "relation-break",
        needs: &["of", "with", "dates"],
        may: &[],
        unit: "absolute change of yearly R, from 0",
        every: Every::Date,
        usually_worse: "higher",
        datasets: RELATIONS,
    },
    MeasureSpec {
        name: "relation-difference",
        needs: &["of", "with", "toward"],
        may: &[],
        unit: "absolute difference of R, from 0",
        every: Every::Month,
        usually_worse: "higher",
        datasets: RELATIONS,
    },
    MeasureSpec {
        name: "relation-dispersion",
        needs: &["of", "toward"],
        may: &[],
        unit: "standard deviation of R over members, from 0",
        every: Every::Year,
        usually_worse: "higher",
        datasets: RELATIONS,
    },
    MeasureSpec {
        name: "relation-within",
        needs: &["of"],
        may: &[],
        unit: "relation index R pooled over pairs of members",
        every: Every::Month,
        usually_worse: "lower",
        datasets: RELATIONS,
    },
    MeasureSpec {
        name: "conflict-share",
        needs: &["of", "with"],
        may: &[],
        unit: "per mille of all events in the world, 0 to 1000",
        every: Every::Month,
        usually_worse: "higher",
        datasets: EVENTS,
    },
    MeasureSpec {
        name: "events-inside",
        needs: &["of", "roots"],
        may: &[],
        unit: "per mille of all events in the world, 0 to 1000",
        every: Every::Month,
        usually_worse: "higher",
        datasets: EVENTS,
    },
    MeasureSpec {
        name: "conflict-at",
        needs: &["place"],
        may: &["provinces"],
        unit: "per mille of all located events, 0 to 1000",
        every: Every::Month,
        usually_worse: "higher",
        datasets: LOCATED,
    },
    MeasureSpec {
        name: "disputes",
        needs: &["of", "with"],
        may: &[],
        unit: "militarised interstate disputes active in the year, a count",
        every: Every::Year,
        usually_worse: "higher",
        datasets: &["mid-gml", "mid-cow"],
    },
    MeasureSpec {
        name: "armed-conflict",
        needs: &["of", "with"],
        may: &[],
        unit: "highest UCDP intensity: 0 none, 1 minor, 2 war",
        every: Every::Year,
        usually_worse: "higher",
        datasets: &["ucdp-acd"],
    },
    MeasureSpec {
        name: "armed-conflict-in",
        needs: &["of"],
        may: &[],
        unit: "UCDP conflicts located in the members, each counted with its intensity",
        every: Every::Year,
        usually_worse: "higher",
        datasets: &["ucdp-acd"],
    },
    MeasureSpec {
        name: "ideal-point-gap",
        needs: &["of", "with"],
        may: &[],
        unit: "distance of UN ideal points, from 0",
        every: Every::Year,
        usually_worse: "higher",
        datasets: &["un-ideal-points"],
    },
    MeasureSpec {
        name: "ideal-point-dispersion",
        needs: &["of"],
        may: &[],
        unit: "population standard deviation of UN ideal points, from 0",
        every: Every::Year,
        usually_worse: "higher",
        datasets: &["un-ideal-points"],
    },
    MeasureSpec {
        name: "vote-agreement",
        needs: &["of", "with"],
        may: &[],
        unit: "mean share of equal votes, 0 to 1",
        every: Every::Year,
        usually_worse: "lower",
        datasets: &["un-votes"],
    },
    MeasureSpec {
        name: "government-dispersion",
        needs: &["of"],
        may: &[],
        unit: "standard deviation of left-right positions (0 to 10), from 0",
        every: Every::Year,
        usually_worse: "higher",
        datasets: &["parlgov"],
    },
    MeasureSpec {
        name: "government-change",
        needs: &["of"],
        may: &[],
        unit: "new cabinets per member in the year, from 0",
        every: Every::Year,
        usually_worse: "higher",
        datasets: &["parlgov"],
    },
    MeasureSpec {
        name: "burden-dispersion",
        needs: &["of"],
        may: &[],
        unit: "standard deviation of military expenditure in % of GDP, from 0",
        every: Every::Year,
        usually_worse: "higher",
        datasets: &["milex-factbook", "milex-nato"],
    },
    MeasureSpec {
        name: "burden-below",
        needs: &["of", "threshold"],
        may: &[],
        unit: "share of members below the threshold (in % of GDP), 0 to 1",
        every: Every::Year,
        usually_worse: "higher",
        datasets: &["milex-factbook", "milex-nato"],
    },
    MeasureSpec {
        name: "arena",
        needs: &["rivalry", "place"],
        may: &[],
        unit: "arena index, 0 to 2; in per mille where the source has no places",
        every: Every::Month,
        usually_worse: "higher",
        datasets: RELATIONS,
    },
    MeasureSpec {
        name: "zero-sum",
        needs: &["rivalry", "over"],
        may: &[],
        unit: "negative correlation of changes of R, -1 to 1",
        every: Every::Year,
        usually_worse: "higher",
        datasets: RELATIONS,
    },
    MeasureSpec {
        name: "different-sides",
        needs: &["rivalry", "of", "with"],
        may: &[],
        unit: "distance in orientation, a difference of R, from 0",
        every: Every::Month,
        usually_worse: "higher",
        datasets: RELATIONS,
    },
    MeasureSpec {
        name: "breaks-since",
        needs: &[],
        may: &[],
        unit: "break points per decade, from 0",
        every: Every::Year,
        usually_worse: "higher",
        datasets: RELATIONS,
    },
    MeasureSpec {
        name: "uncovered-pressure",
        needs: &[],
        may: &[],
        unit: "share of the register's pressure, 0 to 1",
        every: Every::Now,
        usually_worse: "higher",
        datasets: &[],
    },
];

/// The measure of that name.
pub fn measure(name: &str) -> Option<&'static MeasureSpec> {
    MEASURES.iter().find(|m| m.name == name)
}

/// A kind of test, as the file names it.
#[derive(Debug, Clone, Copy)]
pub struct TestSpec {
    /// Its name in the file.
    pub name: &'static str,
    /// Keys without which it means nothing (those of its measure come on top).
    pub needs: &'static [&'static str],
    /// Keys that it can have besides.
    pub may: &'static [&'static str],
    /// The values that `expect` can have; empty where the kind has no `expect`.
    pub expects: &'static [&'static str],
}

/// All kinds of test, in the order of the reference.
pub const TESTS: &[TestSpec] = &[
    TestSpec {
        name: "no-conflict",
        needs: &["of", "with"],
        may: &["since"],
        expects: &[],
    },
    TestSpec {
        name: "membership",
        needs: &["of", "bloc", "expect"],
        may: &["since"],
        expects: &["member", "never"],
    },
    TestSpec {
        name: "trend",
        needs: &["measure", "expect"],
        may: &["since"],
        expects: &["up", "down", "not-up", "not-down"],
    },
    TestSpec {
        name: "level",
        needs: &["measure", "expect", "threshold"],
        may: &[],
        expects: &["above", "below"],
    },
    TestSpec {
        name: "pressing",
        needs: &["factor"],
        may: &["threshold"],
        expects: &[],
    },
    TestSpec {
        name: "stable",
        needs: &[],
        may: &[],
        expects: &[],
    },
    TestSpec {
        name: "realistic",
        needs: &[],
        may: &[],
        expects: &[],
    },
    TestSpec {
        name: "aligned",
        needs: &[],
        may: &[],
        expects: &[],
    },
    TestSpec {
        name: "untestable",
        needs: &["why"],
        may: &[],
        expects: &[],
    },
];

/// The kind of test of that name.
pub fn test(name: &str) -> Option<&'static TestSpec> {
    TESTS.iter().find(|t| t.name == name)
}

impl Measure {
    /// Its name in the file.
    pub fn name(&self) -> &'static str {
        match self {
            Measure::Relation { .. } => "relation",
            Measure::RelationBreak { .. } => "relation-break",
            Measure::RelationDifference { .. } => "relation-difference",
            Measure::RelationDispersion { .. } => "relation-dispersion",
            Measure::RelationWithin { .. } => "relation-within",
            Measure::ConflictShare { .. } => "conflict-share",
            Measure::EventsInside { .. } => "events-inside",
            Measure::ConflictAt { .. } => "conflict-at",
            Measure::Disputes { .. } => "disputes",
            Measure::ArmedConflict { .. } => "armed-conflict",
            Measure::ArmedConflictIn { .. } => "armed-conflict-in",
            Measure::IdealPointGap { .. } => "ideal-point-gap",
            Measure::IdealPointDispersion { .. } => "ideal-point-dispersion",
            Measure::VoteAgreement { .. } => "vote-agreement",
            Measure::GovernmentDispersion { .. } => "government-dispersion",
            Measure::GovernmentChange { .. } => "government-change",
            Measure::BurdenDispersion { .. } => "burden-dispersion",
            Measure::BurdenBelow { .. } => "burden-below",
            Measure::Arena { .. } => "arena",
            Measure::ZeroSum { .. } => "zero-sum",
            Measure::DifferentSides { .. } => "different-sides",
            Measure::BreaksSince => "breaks-since",
            Measure::UncoveredPressure => "uncovered-pressure",
        }
    }

    /// Its line in the catalogue.
    pub fn spec(&self) -> &'static MeasureSpec {
        measure(self.name()).expect("every measure of the model is in the catalogue")
    }
}
