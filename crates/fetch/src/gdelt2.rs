//! GDELT 2: a file every 15 minutes, in a list of `size md5 url`.

use std::collections::BTreeMap;
use std::path::Path;

use detente_atlas::Day;
use detente_sources::Beat;

use crate::client::Client;
use crate::failure::Failure;
use crate::list;
use crate::pool::Progress;
use crate::wanted::{Item, Plan, Shape, Unpublished, Wanted, below, compact, safe_name};

/// The first file: 18 February 2015, 23:00 UTC.
const FIRST: (i32, u32, u32, u16) = (2015, 2, 18, 92);
/// Files of a day.
const A_DAY: u16 = 96;

/// Which of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Events.
    Events,
    /// Mentions of events in articles.
    Mentions,
}

impl Kind {
    fn dataset(self) -> &'static str {
        match self {
            Kind::Events => "gdelt-2",
            Kind::Mentions => "gdelt-2-mentions",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Kind::Events => "export",
            Kind::Mentions => "mentions",
        }
    }
}

/// What to fetch of GDELT 2.
#[derive(Debug, Clone)]
pub struct Gdelt2 {
    /// The first day (UTC).
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// Which files.
    pub kinds: Vec<Kind>,
    /// Files made of articles that were translated, instead of the English ones.
    pub translated: bool,
    /// The server.
    pub base: String,
    /// The present quarter of an hour: what lies after it cannot be there yet.
    pub now: (Day, u16),
}

impl Gdelt2 {
    fn ending(&self, kind: Kind) -> String {
        let translated = if self.translated { ".translation" } else { "" };
        format!("{translated}.{}.CSV.zip", kind.word())
    }
}

/// What the publisher lists for a period, and what it lacks.
///
/// # Errors
/// Where the list cannot be fetched or is none.
pub fn plan(
    client: &Client,
    what: &Gdelt2,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<Plan, Failure> {
    let name = if what.translated {
        "masterfilelist-translation.txt"
    } else {
        "masterfilelist.txt"
    };
    let url = below(&what.base, &format!("gdeltv2/{name}"));
    read(&list::grown(client, &url, name, folder, progress)?, what)
}

fn read(list: &Path, what: &Gdelt2) -> Result<Plan, Failure> {
    let mut plan = Plan::default();
    let mut found: BTreeMap<(Kind, Day, u16), Wanted> = BTreeMap::new();
    let mut sound = 0_u64;
    list::lines(list, |line| match listed(line) {
        Some((item, day, slot)) => {
            sound += 1;
            let stamp = item.name.get(14..).unwrap_or_default();
            let kind = what
                .kinds
                .iter()
                .find(|k| what.ending(**k).eq_ignore_ascii_case(stamp));
            if let (Some(kind), true) = (kind, (what.from..=what.to).contains(&day)) {
                let item = Item {
                    url: below(&what.base, &format!("gdeltv2/{}", item.name)),
                    ..item
                };
                let wanted = Wanted {
                    dataset: kind.dataset(),
                    item,
                    from: day,
                    to: day,
                    slot: Some(slot),
                };
                // A later line about the same file corrects the earlier.
                found.insert((*kind, day, slot), wanted);
            }
        }
        None => plan.note_unread(line),
    })?;
    if sound == 0 {
        let why = format!(
            "{}: no line of it is one of GDELT's list (size, MD5, address)",
            list.display()
        );
        return Err(Failure::Unreadable(why));
    }
    for kind in &what.kinds {
        each_slot(what, |day, slot| {
            if !found.contains_key(&(*kind, day, slot)) {
                plan.unpublished.push(unpublished(what, *kind, day, slot));
            }
        });
    }
    plan.files = found.into_values().collect();
    Ok(plan)
}

fn unpublished(what: &Gdelt2, kind: Kind, day: Day, slot: u16) -> Unpublished {
    let (hour, minute) = (slot / 4, slot % 4 * 15);
    let name = format!(
        "{}{hour:02}{minute:02}00{}",
        compact(day),
        what.ending(kind)
    );
    Unpublished {
        dataset: kind.dataset(),
        url: below(&what.base, &format!("gdeltv2/{name}")),
        name,
        from: day,
        to: day,
        slot: Some(slot),
    }
}

/// Every slot of the period that could be there by now.
fn each_slot(what: &Gdelt2, mut each: impl FnMut(Day, u16)) {
    let (y, m, d, slot) = FIRST;
    let Some(first) = Day::from_ymd(y, m, d) else {
        return;
    };
    let mut day = what.from.max(first);
    while day <= what.to.min(what.now.0) {
        for i in 0..A_DAY {
            if (day, i) >= (first, slot) && (day, i) <= what.now {
                each(day, i);
            }
        }
        day = day.plus(1);
    }
}

/// A line of the list: `150383 297a16b493de7cf6ca809a7cc31d0b93 http://.../20150218230000.export.CSV.zip`.
fn listed(line: &str) -> Option<(Item, Day, u16)> {
    let mut words = line.split_ascii_whitespace();
    let size = words.next()?.parse().ok()?;
    let md5 = words.next()?.parse().ok()?;
    let url = words.next()?;
    let name = url.rsplit('/').next().filter(|n| safe_name(n))?;
    let (day, slot) = Beat::QuarterHourly.slot(name)?;
    let item = Item {
        name: name.to_owned(),
        url: url.to_owned(),
        size: Some(size),
        md5: Some(md5),
        shape: Shape::of(name),
    };
    words.next().is_none().then_some((item, day, slot))
}
