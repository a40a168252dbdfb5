//! Again what failed: from the ledger back to the publishers' lists.

use std::collections::{BTreeMap, BTreeSet};

use detente_atlas::Day;
use detente_fetch::{Archive, Client, Failure, Kind, Plan, Progress, Release};
use detente_lake::{Failed, Lake};

use super::{How, Period, Source, list_failed, plan};

/// A list that could not be had.
pub(super) type BadList = (&'static str, Failure);

/// What is on record as failed and belongs to a source that can be fetched, to the one named and its period where there is one.
pub(super) fn wanted(lake: &Lake, source: Option<&Source>) -> Vec<Failed> {
    let inside = |f: &Failed| match source {
        None => fetchable(&f.dataset),
        Some(Source::Gdelt(a)) => f.dataset.starts_with("gdelt-") && meets(f, a.period),
        Some(Source::Icews(a)) => f.dataset == "icews" && meets(f, a.period),
        Some(Source::Polecat(a)) => f.dataset == "polecat" && meets(f, a.period),
        Some(Source::Ucdp(_)) => f.dataset.starts_with("ucdp-"),
    };
    lake.failed().into_iter().filter(inside).collect()
}

/// Those that are on record still.
pub(super) fn left(lake: &Lake, asked: &[Failed]) -> Vec<Failed> {
    let keys: BTreeSet<_> = asked.iter().map(|f| (&f.dataset, &f.source)).collect();
    let still = lake.failed();
    let mut left: Vec<Failed> = still
        .into_iter()
        .filter(|f| keys.contains(&(&f.dataset, &f.source)))
        .collect();
    left.sort_by(|a, b| (a.span, &a.source).cmp(&(b.span, &b.source)));
    left
}

/// Whether a file failed that is not what the list said, or is not what it should be: the list may have been mended since, and
/// not only at its end.
pub(super) fn needs_whole_lists(asked: &[Failed]) -> bool {
    let mended = |f: &Failed| {
        ["could not be read", "wrong MD5", "wrong size"]
            .iter()
            .any(|w| f.reason.contains(w))
    };
    asked.iter().any(mended)
}

fn fetchable(dataset: &str) -> bool {
    matches!(
        dataset,
        "gdelt-1" | "gdelt-2" | "gdelt-2-mentions" | "icews" | "polecat"
    ) || dataset.starts_with("ucdp-")
}

fn meets(f: &Failed, period: Period) -> bool {
    f.span.is_none_or(|(from, to)| {
        period.to.is_none_or(|day| from <= day) && period.from.is_none_or(|day| to >= day)
    })
}

/// What the publishers list now under the names that failed. A list that cannot be had is told and leaves its files as they are.
pub(super) fn plan(
    client: &Client,
    how: &How,
    asked: &[Failed],
    progress: &dyn Progress,
) -> (Plan, Vec<BadList>) {
    let mut groups: BTreeMap<List, Vec<&Failed>> = BTreeMap::new();
    for f in asked {
        for list in lists(f) {
            groups.entry(list).or_default().push(f);
        }
    }
    let names: BTreeSet<(&str, &str)> = asked
        .iter()
        .map(|f| (f.dataset.as_str(), f.source.as_str()))
        .collect();
    let (mut all, mut bad) = (Plan::default(), Vec::new());
    for (list, failed) in groups {
        match list.plan(client, how, days(&failed), progress) {
            Ok(mut plan) => {
                plan.files
                    .retain(|f| names.contains(&(f.dataset, f.item.name.as_str())));
                plan.unpublished
                    .retain(|u| names.contains(&(u.dataset, u.name.as_str())));
                all.join(plan);
            }
            Err(why) => {
                list_failed(list.what(), &why);
                bad.push((list.what(), why));
            }
        }
    }
    (all, bad)
}

/// A publisher's list, as far as one is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum List {
    Gdelt1,
    Gdelt2 { translated: bool },
    Icews,
    IcewsWeekly,
    Polecat,
    Ucdp(Release),
}

/// The lists in which a file may stand.
fn lists(f: &Failed) -> Vec<List> {
    match f.dataset.as_str() {
        "gdelt-1" => vec![List::Gdelt1],
        "gdelt-2" | "gdelt-2-mentions" => {
            let translated = f.source.contains(".translation.");
            vec![List::Gdelt2 { translated }]
        }
        // Nothing in a name says for certain which of the two archives it is of.
        "icews" => vec![List::Icews, List::IcewsWeekly],
        "polecat" => vec![List::Polecat],
        _ => Release::of_file(&f.source)
            .map(List::Ucdp)
            .into_iter()
            .collect(),
    }
}

impl List {
    fn what(&self) -> &'static str {
        match self {
            List::Gdelt1 => "GDELT 1",
            List::Gdelt2 { .. } => "GDELT 2",
            List::Icews | List::IcewsWeekly => "ICEWS",
            List::Polecat => "POLECAT",
            List::Ucdp(_) => "UCDP",
        }
    }

    fn plan(
        &self,
        client: &Client,
        how: &How,
        days: (Day, Day),
        progress: &dyn Progress,
    ) -> Result<Plan, Failure> {
        let archive = |archive| plan::of_archive(client, how, archive, days, progress);
        match self {
            List::Gdelt1 => plan::of_gdelt1(client, how, days, progress),
            List::Gdelt2 { translated } => {
                let kinds = [Kind::Events, Kind::Mentions];
                plan::of_gdelt2(client, how, days, &kinds, *translated, progress)
            }
            List::Icews => archive(Archive::ICEWS),
            List::IcewsWeekly => archive(Archive::ICEWS_WEEKLY),
            List::Polecat => archive(Archive::POLECAT),
            List::Ucdp(release) => plan::of_ucdp(how, std::slice::from_ref(release)),
        }
    }
}

/// The days from the first to the last that the files stand for; all where one does not say.
fn days(failed: &[&Failed]) -> (Day, Day) {
    let (mut from, mut to) = (Day(i32::MAX), Day(i32::MIN));
    for f in failed {
        let (a, b) = f.span.unwrap_or((Day(i32::MIN), Day(i32::MAX)));
        from = from.min(a);
        to = to.max(b);
    }
    (from, to)
}
