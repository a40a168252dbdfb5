//! Data sets that publish in a rhythm: how much of a day was read, by the places of the files in it.

use std::collections::{BTreeMap, BTreeSet};

use detente_atlas::Day;
use detente_sources::Beat;

use crate::ledger::Seen;
use crate::log::Failed;

/// Times of day that a reason names at most.
const NAMED: usize = 3;

/// What is known of the places of each day.
pub(crate) struct Slots {
    beat: Beat,
    read: BTreeMap<Day, BTreeSet<u16>>,
    /// Why a place is empty, where it is known.
    failed: BTreeMap<Day, BTreeMap<u16, String>>,
    /// Days that files without a place tell of.
    others: BTreeSet<Day>,
}

/// How much of a day was read.
pub(crate) struct OfDay {
    pub(crate) read: bool,
    pub(crate) lacks: Option<String>,
}

impl Slots {
    pub(crate) fn new(beat: Beat, seen: &[Seen<'_>], failed: &[&Failed]) -> Slots {
        let mut slots = Slots {
            beat,
            read: BTreeMap::new(),
            failed: BTreeMap::new(),
            others: BTreeSet::new(),
        };
        let mut fail = |day, place, why| {
            let of_day: &mut BTreeMap<u16, String> = slots.failed.entry(day).or_default();
            of_day.entry(place).or_insert(why);
        };
        for s in seen {
            match s.slot {
                Some((day, place)) if s.runs.is_empty() => {
                    fail(
                        day,
                        place,
                        format!("{} holds no row that could be read", s.file),
                    );
                }
                Some((day, place)) => _ = slots.read.entry(day).or_default().insert(place),
                // By the day of publication every run is of one day.
                None => slots.others.extend(s.runs.iter().map(|r| r.from)),
            }
        }
        for f in failed {
            if let (Some((day, _)), Some(place)) = (f.span, f.slot)
                && place < beat.per_day()
            {
                fail(day, place, format!("{} {}", f.source, f.reason));
            }
        }
        slots
    }

    pub(crate) fn on(&self, day: Day) -> OfDay {
        let (no_place, no_failure) = (BTreeSet::new(), BTreeMap::new());
        let read = self.read.get(&day).unwrap_or(&no_place);
        let failed = self.failed.get(&day).unwrap_or(&no_failure);
        let failed: BTreeMap<u16, &str> = failed
            .iter()
            .filter(|(place, _)| !read.contains(place))
            .map(|(place, why)| (*place, why.as_str()))
            .collect();
        let others = self.others.contains(&day);
        let per_day = self.beat.per_day();
        let lacks = if read.len() == usize::from(per_day) {
            None
        } else if read.is_empty() && failed.is_empty() {
            // Of one file a day that has another name nothing is lacking; of one of 96 no one can tell.
            (others && per_day > 1).then(|| {
                format!(
                    "read from files whose names do not tell which of the day's {per_day} they are"
                )
            })
        } else if per_day == 1 {
            // Nothing failed where the day came in another file.
            failed
                .values()
                .next()
                .filter(|_| !others)
                .map(|&why| why.to_owned())
        } else {
            Some(self.shortfall(read, &failed))
        };
        OfDay {
            read: others || !read.is_empty(),
            lacks,
        }
    }

    /// `93 of 96 files read; failed: 20200101001500.export.CSV.zip could not be fetched: HTTP 404; not asked for: 00:30, 00:45`.
    fn shortfall(&self, read: &BTreeSet<u16>, failed: &BTreeMap<u16, &str>) -> String {
        let per_day = self.beat.per_day();
        let mut text = format!("{} of {per_day} files read", read.len());
        if let Some(why) = failed.values().next() {
            text += "; failed: ";
            text += why;
            if failed.len() > 1 {
                text += &format!(" (and {} more)", failed.len() - 1);
            }
        }
        let unasked: Vec<u16> = (0..per_day)
            .filter(|p| !read.contains(p) && !failed.contains_key(p))
            .collect();
        if !unasked.is_empty() {
            let times: Vec<String> = unasked.iter().take(NAMED).map(|p| self.time(*p)).collect();
            text += "; not asked for: ";
            text += &times.join(", ");
            if unasked.len() > NAMED {
                text += &format!(" and {} more", unasked.len() - NAMED);
            }
        }
        text
    }

    /// The time of day of a place.
    fn time(&self, place: u16) -> String {
        let minutes = 1440 / u32::from(self.beat.per_day()) * u32::from(place);
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
}
