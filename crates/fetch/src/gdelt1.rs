//! GDELT 1: a file a year to 2005, a month to March 2013, a day since; sizes and sums in a list each.

use std::collections::BTreeMap;
use std::path::Path;

use detente_atlas::{By, Day};

use crate::client::Client;
use crate::failure::Failure;
use crate::list;
use crate::pool::Progress;
use crate::wanted::{Item, Md5, Plan, Shape, Unpublished, Wanted, below, compact, safe_name};

const DATASET: &str = "gdelt-1";

/// What the publisher lists for the days from `from` to `to` (UTC, both inclusive), and what it lacks up to `now`.
///
/// # Errors
/// Where a list cannot be fetched or is none.
pub fn plan(
    client: &Client,
    base: &str,
    (from, to): (Day, Day),
    now: Day,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<Plan, Failure> {
    let fetch = |name: &str| {
        let url = below(base, &format!("events/{name}"));
        list::fresh(client, &url, &format!("gdelt1-{name}"), folder, progress)
    };
    read(
        &fetch("filesizes")?,
        &fetch("md5sums")?,
        base,
        (from, to),
        now,
    )
}

fn read(
    sizes: &Path,
    sums: &Path,
    base: &str,
    (from, to): (Day, Day),
    now: Day,
) -> Result<Plan, Failure> {
    let mut plan = Plan::default();
    let mut listed: BTreeMap<String, (Option<u64>, Option<Md5>)> = BTreeMap::new();
    list::lines(sizes, |line| match pair(line) {
        Some((size, name)) => listed.entry(name.to_owned()).or_default().0 = Some(size),
        None => plan.note_unread(line),
    })?;
    list::lines(sums, |line| match pair(line) {
        Some((sum, name)) => listed.entry(name.to_owned()).or_default().1 = Some(sum),
        None => plan.note_unread(line),
    })?;
    if listed.is_empty() {
        let why = format!(
            "{}: no line of it is one of GDELT's list (size, name)",
            sizes.display()
        );
        return Err(Failure::Unreadable(why));
    }
    let mut day = from.max(Day::from_ymd(1979, 1, 1).unwrap_or(from));
    while day <= to.min(now) {
        let (name, first, last) = file_of(day);
        let url = below(base, &format!("events/{name}"));
        match listed.get(&name) {
            Some((size, md5)) => plan.files.push(Wanted {
                dataset: DATASET,
                item: Item {
                    shape: Shape::of(&name),
                    name,
                    url,
                    size: *size,
                    md5: *md5,
                },
                from: first,
                to: last,
                slot: None,
            }),
            // Today's file comes tomorrow.
            None if last >= now => {}
            None => plan.unpublished.push(Unpublished {
                dataset: DATASET,
                name,
                url,
                from: first,
                to: last,
                slot: None,
            }),
        }
        day = last.plus(1);
    }
    Ok(plan)
}

/// The file that a day is in, with its first and last day.
fn file_of(day: Day) -> (String, Day, Day) {
    let (year, month, _) = day.ymd();
    let by = match (year, month) {
        (..=2005, _) => By::Year,
        (..=2012, _) | (2013, ..=3) => By::Month,
        _ => return (format!("{}.export.CSV.zip", compact(day)), day, day),
    };
    let name = match by {
        By::Year => format!("{year}.zip"),
        _ => format!("{year}{month:02}.zip"),
    };
    (name, day.start_of(by), day.end_of(by))
}

/// A line of either list: a figure and a name.
fn pair<T: std::str::FromStr>(line: &str) -> Option<(T, &str)> {
    let (figure, name) = line.split_once(char::is_whitespace)?;
    let name = name.trim();
    Some((figure.parse().ok()?, Some(name).filter(|n| safe_name(n))?))
}
