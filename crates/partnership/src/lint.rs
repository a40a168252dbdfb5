//! Warnings: the file is sound, but something in it may not be meant, or no bundled data set can serve it.

use std::collections::BTreeSet;

use detente_atlas::{Actor, Day, Kind, System};

use crate::bundled;
use crate::file::{self, File, Text};
use crate::measures::Every;
use crate::model::{Level, Measure, Partnership, Party};
use crate::place::Finding;

/// All warnings of a sound file; the entries of both are in the same order.
pub(crate) fn warnings(file: &File, partnership: &Partnership) -> Vec<Finding> {
    let mut out = Vec::new();
    let last = Day::from_ymd(2024, 12, 31).unwrap_or(partnership.since);
    for (written, factor) in file.factor.iter().zip(&partnership.factors) {
        let id = written.id.get_ref();
        if factor.indicators.is_empty() {
            out.push(warning(
                &written.id,
                format!("the factor '{id}' has no indicator"),
                "without one it has no standing and counts for nothing: add a [[factor.indicator]]",
            ));
        }
        if factor.exposures.is_empty() {
            out.push(warning(
                &written.id,
                format!("the factor '{id}' has no exposure"),
                "the consult rule cannot say whom it touches: add a [[factor.exposure]]",
            ));
        }
        for (indicator, resolved) in written.indicator.iter().zip(&factor.indicators) {
            served(
                &indicator.measure,
                &resolved.measure,
                partnership,
                last,
                &mut out,
            );
        }
        let measures: Vec<&Measure> = factor.indicators.iter().map(|i| &i.measure).collect();
        ended(&written.id, id, &measures, partnership, &mut out);
    }
    for (written, assumption) in file.assumption.iter().zip(&partnership.assumptions) {
        if assumption.tests.is_empty() {
            out.push(warning(
                &written.id,
                format!("the assumption '{}' has no test", assumption.id),
                "add an [[assumption.test]]; where the data cannot judge it, one of kind 'untestable' that says why",
            ));
        }
    }
    levels(file, partnership, &mut out);
    unused(file, partnership, &mut out);
    contrast(file, &mut out);
    out
}

fn warning(at: &Text, message: String, remedy: &str) -> Finding {
    Finding {
        span: at.span(),
        message,
        remedy: remedy.to_owned(),
    }
}

fn levels(file: &File, partnership: &Partnership, out: &mut Vec<Finding>) {
    for (level, weight) in Level::ALL.into_iter().zip(partnership.level_weights) {
        if weight > 0.0 && partnership.factors.iter().all(|f| f.level != level) {
            let place = file.levels.keys().find(|k| k.get_ref() == level.name());
            out.push(warning(
                place.unwrap_or(&file.partnership.id),
                format!("the level '{}' has no factor", level.name()),
                "add a factor, or give the level the weight 0 in [levels]",
            ));
        }
    }
}

/// Groups and rivalries that nothing refers to.
fn unused(file: &File, partnership: &Partnership, out: &mut Vec<Finding>) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let sides = [&file.partnership.sides.a, &file.partnership.sides.b];
    let lists = file.format.iter().flat_map(|f| &f.members);
    let lists = lists.chain(
        file.rivalry
            .iter()
            .flat_map(|r| r.poles.iter().chain(&r.arenas)),
    );
    let lists = lists
        .chain(file.factor.iter().flat_map(|f| &f.toward))
        .chain(&file.partnership.contrast);
    used.extend(lists.chain(sides).map(|t| t.get_ref().trim()));
    let indicators = file.factor.iter().flat_map(|f| &f.indicator);
    let keys = indicators.flat_map(|i| [&i.of, &i.with, &i.toward, &i.place, &i.over, &i.rivalry]);
    let exposures = file
        .factor
        .iter()
        .flat_map(|f| &f.exposure)
        .flat_map(|e| [&e.a.to, &e.b.to]);
    let tests = file.assumption.iter().flat_map(|a| &a.test);
    let tests = tests.flat_map(|t| [&t.of, &t.with, &t.toward, &t.place, &t.over, &t.rivalry]);
    used.extend(
        keys.chain(exposures)
            .chain(tests)
            .flatten()
            .map(|t| t.get_ref().trim()),
    );
    let shocks = partnership.shocks.iter().flat_map(|s| &s.events);
    let events = shocks.chain(partnership.levers.iter().flat_map(|l| &l.events));
    used.extend(events.flat_map(|e| [e.deed.from.id.as_str(), e.deed.to.id.as_str()]));
    let groups = file.group.iter().map(|g| ("group", &g.id));
    for (what, id) in groups {
        if !used.contains(id.get_ref().as_str()) {
            out.push(warning(
                id,
                format!("nothing refers to the {what} '{}'", id.get_ref()),
                "use it, or take it out",
            ));
        }
    }
}

/// A comparison that has nothing to compare with.
fn contrast(file: &File, out: &mut Vec<Finding>) {
    let compares = |t: &file::Test| t.kind.get_ref() == "stable";
    if file.partnership.contrast.is_empty()
        && let Some(test) = file
            .assumption
            .iter()
            .flat_map(|a| &a.test)
            .find(|t| compares(t))
    {
        out.push(warning(
            &test.kind,
            "the test 'stable' has no partners to compare with".to_owned(),
            "name comparable partners in 'contrast' of [partnership]",
        ));
    }
}

/// Whether any bundled data set can serve a measure for its parties.
fn served(
    at: &Text,
    measure: &Measure,
    partnership: &Partnership,
    last: Day,
    out: &mut Vec<Finding>,
) {
    let name = measure.name();
    if let Measure::ConflictAt { .. } = measure {
        let months = bundled::months("icews-events");
        let needed = partnership.settings.past_months;
        if months < needed {
            out.push(warning(
                at,
                format!("the bundled data locate events for {months} months only, and a standing needs {needed}"),
                "bring more original ICEWS files into the lake, or use 'relation' or 'armed-conflict-in'",
            ));
        }
    }
    for party in measure.parties() {
        let members = ever(party, partnership.since, last);
        if members.is_empty() {
            out.push(warning(
                at,
                format!(
                    "'{}' has no members between {} and {last}",
                    party.id, partnership.since
                ),
                "name actors that exist in that time",
            ));
            continue;
        }
        let known = members.iter().filter(|a| named(**a, measure)).count();
        let needed = least(measure);
        if known < needed {
            out.push(warning(
                at,
                format!("no bundled data set can serve '{name}' for '{}'", party.id),
                &format!(
                    "{known} of its members occur in {}, and it needs {needed}",
                    measure.spec().datasets.join(", ")
                ),
            ));
        }
    }
    if let Some((of, with)) = two(measure) {
        let others = with.members(last);
        if let Some(both) = of.members(last).into_iter().find(|a| others.contains(a)) {
            out.push(warning(
                at,
                format!("'{}' and '{}' both hold {both}", of.id, with.id),
                "an actor has no relation with itself: take it out of one of them with 'minus'",
            ));
        }
    }
}

/// A factor that rests on data that ended long before the rest.
fn ended(
    at: &Text,
    id: &str,
    measures: &[&Measure],
    partnership: &Partnership,
    out: &mut Vec<Finding>,
) {
    let live = measures
        .iter()
        .any(|m| m.spec().every == Every::Now || m.spec().datasets.is_empty());
    let ends = measures
        .iter()
        .flat_map(|m| m.spec().datasets)
        .filter_map(|d| bundled::last_day(d))
        .max();
    if let (false, Some(end), Some(newest)) = (live, ends, bundled::newest())
        && newest.0 - end.0
            > i32::try_from(partnership.settings.stale_years_after_days).unwrap_or(i32::MAX)
    {
        out.push(warning(
            at,
            format!("every indicator of '{id}' ends with the bundled data of {end} or before"),
            "add one that lives longer, as 'relation', 'armed-conflict' or 'ideal-point-gap'",
        ));
    }
}

/// The two parties between which a measure runs.
fn two(measure: &Measure) -> Option<(&Party, &Party)> {
    match measure {
        Measure::Relation { of, with }
        | Measure::RelationBreak { of, with, .. }
        | Measure::ConflictShare { of, with }
        | Measure::Disputes { of, with }
        | Measure::ArmedConflict { of, with }
        | Measure::VoteAgreement { of, with } => Some((of, with)),
        _ => None,
    }
}

/// How many members of a party must occur in the data: a spread needs two, the zero-sum index three third parties.
fn least(measure: &Measure) -> usize {
    match measure {
        Measure::RelationWithin { .. }
        | Measure::IdealPointDispersion { .. }
        | Measure::GovernmentDispersion { .. }
        | Measure::BurdenDispersion { .. } => 2,
        Measure::ZeroSum { .. } => 3,
        _ => 1,
    }
}

/// Everyone who was a member on a first of January of the period, or on its first or last day.
fn ever(party: &Party, from: Day, to: Day) -> Vec<Actor> {
    let years = (from.year() + 1..=to.year()).filter_map(|y| Day::from_ymd(y, 1, 1));
    let mut all: Vec<Actor> = [from, to]
        .into_iter()
        .chain(years)
        .flat_map(|on| party.members(on))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether the data sets of a measure have a name or number for an actor.
fn named(actor: Actor, measure: &Measure) -> bool {
    let has = |system| actor.code(system, None).is_some();
    match measure {
        Measure::Disputes { .. } => has(System::CowNumber),
        Measure::ArmedConflict { .. } | Measure::ArmedConflictIn { .. } => {
            has(System::GleditschWard)
        }
        Measure::IdealPointGap { .. }
        | Measure::IdealPointDispersion { .. }
        | Measure::VoteAgreement { .. } => has(System::UnName),
        Measure::GovernmentDispersion { .. } | Measure::GovernmentChange { .. } => {
            bundled::PARLGOV.contains(&actor.id())
        }
        Measure::BurdenDispersion { .. } | Measure::BurdenBelow { .. } => {
            actor.kind() == Kind::State
        }
        _ => has(System::IcewsName) || has(System::Cameo) || has(System::Iso3),
    }
}
