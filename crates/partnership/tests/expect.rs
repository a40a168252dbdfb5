//! What is expected of the sides, on a small lake of 243 days in the layout of ICEWS 2021, from 1 January to 31 August.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use detente_atlas::Day;
use detente_lake::{Filter, Lake, Query, Scan, Status, Table};
use detente_partnership::outlook::expect::{Asked, Expectation, Silence, TermKind, Types, expect};
use detente_partnership::outlook::{Forgetful, Memory};
use detente_partnership::{Partnership, assess_with, parse};

const STATES: [(&str, &str); 9] = [
    ("Azerbaijan", "AZE"),
    ("Turkey", "TUR"),
    ("Armenia", "ARM"),
    ("Georgia", "GEO"),
    ("Iran", "IRN"),
    ("Russia", "RUS"),
    ("United States", "USA"),
    ("Germany", "DEU"),
    ("France", "FRA"),
];
/// With the CAMEO codes of these events.
const EVENTS: [(&str, &str); 5] = [
    ("Consult", "040"),
    ("Threaten", "130"),
    ("Make statement", "010"),
    ("Impose embargo, boycott, or sanctions", "163"),
    ("Accuse", "112"),
];
const DAYS: u32 = 243;
const LAST: &str = "2021-08-31";

/// Day, subject, event and object by their places.
type Row = (u32, usize, usize, usize);

/// The next number of a small generator (Knuth's MMIX), below `n`.
fn below(state: &mut u64, n: u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % n
}

/// Events a day.
const A_DAY: usize = 6;

/// Six events a day: on two days of three Azerbaijan consults Turkey, on every other day Iran imposes sanctions on somebody, which nobody
/// else does, and the others are random. From the day `after` on all is drawn otherwise.
fn world(after: u32) -> Vec<Row> {
    let mut all = Vec::new();
    for day in 0..DAYS {
        let mut state = u64::from(day) + if day >= after { 1_000 } else { 0 };
        for _ in 0..3 {
            below(&mut state, 2);
        }
        let mut today = BTreeSet::new();
        if below(&mut state, 3) > 0 {
            today.insert((0, 0, 1));
        }
        if day % 2 == 0 {
            let o = below(&mut state, 8) as usize;
            today.insert((4, 3, if o == 4 { 8 } else { o }));
        }
        while today.len() < A_DAY {
            let (s, o) = (below(&mut state, 9) as usize, below(&mut state, 9) as usize);
            let r = [0, 0, 1, 2, 2, 2, 4][below(&mut state, 7) as usize];
            if s != o {
                today.insert((s, r, o));
            }
        }
        all.extend(today.into_iter().map(|(s, r, o)| (day, s, r, o)));
    }
    all
}

fn lake(dir: &Path, rows: &[Row]) -> Lake {
    let folder = dir.join("facts");
    fs::create_dir_all(&folder).unwrap();
    let numbered = |names: Vec<&str>| -> String {
        let lines = names.iter().enumerate();
        lines.map(|(i, name)| format!("{name}\t{i}\n")).collect()
    };
    let entities = STATES.iter().map(|s| s.0).collect();
    let relations = EVENTS.iter().map(|e| e.0).collect();
    fs::write(folder.join("entity2id.txt"), numbered(entities)).unwrap();
    fs::write(folder.join("relation2id.txt"), numbered(relations)).unwrap();
    let lines = rows
        .iter()
        .map(|(t, s, r, o)| format!("{s}\t{r}\t{o}\t{t}\n"));
    let file = folder.join("train.txt");
    fs::write(&file, lines.collect::<String>()).unwrap();
    let lake = Lake::open_or_create(&dir.join("lake")).unwrap();
    let dataset = detente_sources::dataset("icews-21").unwrap();
    lake.ingest(&[(dataset, file)], &()).unwrap();
    lake
}

/// Azerbaijan on one side, Turkey and Armenia on the other.
fn partnership() -> Partnership {
    let text = r#"
        [partnership]
        id = "aze-two"
        title = "Azerbaijan and two neighbours"
        since = 1994-01-01
        sides = { a = "AZE", b = "TUR, ARM" }
        contrast = ["GEO"]

        [[factor]]
        id = "iran"
        level = "regional"
        title = "Iran"
        says = "Iran can draw both sides in."
        toward = ["IRN"]

        [[factor.indicator]]
        measure = "relation"
        of = "AZE"
        with = "IRN"
        worse = "lower"

        [[factor.exposure]]
        domain = "military"
        a = { measured = "distance", to = "IRN" }
        b = { measured = "distance", to = "IRN" }

        [[assumption]]
        id = "no-conflict"
        says = "The sides have not fought one another."

        [[assumption.test]]
        kind = "no-conflict"
        of = "AZE"
        with = "TUR, ARM"
    "#;
    parse(text, "aze-two.toml").unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn expectation(lake: &Lake, as_of: Day, memory: &dyn Memory) -> Result<Expectation, Silence> {
    let made = assess_with(lake, &partnership(), as_of, memory).unwrap();
    made.expectation
}

/// The days, counted from the first, that the lake has complete.
fn complete(lake: &Lake) -> BTreeSet<u32> {
    let coverage = lake.coverage("icews-21");
    let first = day("2021-01-01");
    let whole = |t: &u32| coverage.on(first.plus(*t as i32)).status == Status::Complete;
    (0..DAYS).filter(whole).collect()
}

/// Rows that a filter finds.
fn rows(lake: &Lake, filter: &str) -> u64 {
    let scan = Scan {
        columns: vec!["row".to_owned()],
        ..Scan::of(Table::Events, filter.parse::<Filter>().unwrap())
    };
    let found = lake.run(&Query::Scan(scan)).unwrap();
    found.map(|batch| batch.unwrap().num_rows() as u64).sum()
}

#[test]
fn what_is_usual_is_expected_with_the_rows_behind_it() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path(), &world(DAYS));
    // what happens on a day is known on the next
    let x = expectation(&lake, day(LAST).plus(1), &Forgetful).unwrap();
    assert_eq!((x.origin(), x.days), (day(LAST), 30));
    let monitored = complete(&lake).len() as u64;
    let unmonitored = u64::from(DAYS) - monitored;
    assert!(
        unmonitored > 0,
        "the catalogue knows of days that lack a part"
    );
    assert_eq!((x.monitored, x.unmonitored), (monitored, unmonitored));
    assert_eq!(x.events, A_DAY as u64 * monitored);
    let first = &x.expected[0][0];
    assert_eq!(
        [
            &*first.subject,
            &*first.object,
            &*first.event.code,
            &*first.event.name
        ],
        ["AZE", "TUR", "040", "Consult"]
    );
    // on two days of three: hardly a month without
    assert!(first.regression > 0.9, "{first:?}");
    for (direction, all) in x.expected.iter().enumerate() {
        let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut types = BTreeSet::new();
        for told in all {
            assert!(types.insert(&told.event.code), "{}: twice", told.event.code);
            *pairs.entry((&told.subject, &told.object)).or_default() += 1;
            let a_to_b = told.subject == "AZE" && ["TUR", "ARM"].contains(&&*told.object);
            assert_eq!(a_to_b, direction == 0, "{told:?}");
            for p in [
                told.shown,
                told.regression,
                told.baseline,
                told.own,
                told.base,
            ] {
                assert!(p > 0.0 && p < 1.0, "{told:?}");
            }
            let behind = x.behind(told);
            assert_eq!(behind.rows, rows(&lake, &behind.queries[0].1), "{told:?}");
            let reason = told.reason.as_ref();
            assert!(reason.is_none_or(|r| r.odds > 1.0), "{reason:?}");
        }
        assert!(pairs.values().all(|n| *n <= 3), "{pairs:?}");
        assert!(all.iter().any(|told| told.event.conflict()), "{all:?}");
    }
    // only Iran imposes sanctions
    for (n, odd) in x.odd.iter().enumerate() {
        let sanctions = odd.iter().find(|o| o.event.code == "163");
        let sanctions = sanctions.unwrap_or_else(|| panic!("{n}: {odd:?}"));
        assert!((sanctions.bits + sanctions.probability.log2()).abs() < 1e-12);
        assert!(sanctions.usual > 4.0 * sanctions.probability);
        let behind = x.behind_odd(sanctions);
        assert!(behind.absence);
        assert_eq!(rows(&lake, &behind.queries[0].1), 0);
    }
}

/// The events that came in the windows that were scored, counted from the rows that were written.
#[test]
fn windows_of_the_past_are_scored_by_what_came() {
    let dir = tempfile::tempdir().unwrap();
    let world = world(DAYS);
    let lake = lake(dir.path(), &world);
    let x = expectation(&lake, day(LAST).plus(1), &Forgetful).unwrap();
    let worth = x.worth.as_ref().unwrap();
    let complete = complete(&lake);
    // counted back from the last day, two fifths of the days before the first
    let mut origins: Vec<u32> = Vec::new();
    for at in (0..DAYS - 30).rev() {
        let whole = (at + 1..=at + 30).all(|t| complete.contains(&t));
        let apart = origins.last().is_none_or(|next| at + 30 <= *next);
        let enough = complete.range(..=at).count() as f64 >= 0.4 * complete.len() as f64;
        if whole && apart && enough {
            origins.push(at);
        }
    }
    let first = day("2021-01-01").0;
    let [last, earliest] = [origins[0], origins[origins.len() - 1]].map(|t| first + t as i32);
    assert!(origins.len() > 1, "{origins:?}");
    assert_eq!(worth.windows, origins.len());
    assert_eq!(worth.origins, (earliest, last));
    let between = |s: usize, o: usize| [(0, 1), (0, 2), (1, 0), (2, 0)].contains(&(s, o));
    let mut came = 0;
    for origin in &origins {
        let window: BTreeSet<_> = world
            .iter()
            .filter(|(t, s, _, o)| (origin + 1..=origin + 30).contains(t) && between(*s, *o))
            .map(|(_, s, r, o)| (s, r, o))
            .collect();
        came += window.len() as u64;
    }
    // four pairs, five types
    assert_eq!(worth.own, (4 * 5 * origins.len() as u64, came));
    let shown = |told: &detente_partnership::outlook::expect::Told| {
        if x.demonstrated() {
            told.regression
        } else {
            told.baseline
        }
    };
    for told in x.expected.iter().flatten() {
        assert_eq!(told.shown, shown(told));
    }
}

#[test]
fn a_window_that_is_over_says_nothing_of_today() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path(), &world(DAYS));
    let last = day(LAST);
    assert!(expectation(&lake, last.plus(29), &Forgetful).is_ok());
    for age in [30, 1911] {
        let found = expectation(&lake, last.plus(age), &Forgetful);
        assert_eq!(found, Err(Silence::Over { last }), "{age} days later");
    }
    let found = expectation(&lake, day("2020-12-31"), &Forgetful);
    assert_eq!(found, Err(Silence::Unseen));
    let found = expectation(&lake, day("2021-01-20"), &Forgetful);
    assert!(matches!(found, Err(Silence::Unlearnt { .. })), "{found:?}");
}

#[test]
fn nothing_after_the_day_is_read() {
    let told = |after| {
        let dir = tempfile::tempdir().unwrap();
        let lake = lake(dir.path(), &world(after));
        // day 199 is 19 July; its events were known on the 20th
        expectation(&lake, day("2021-07-20"), &Forgetful).unwrap()
    };
    let whole = told(DAYS);
    assert_eq!(whole.origin(), day("2021-07-19"));
    assert_eq!(told(200), whole);
    assert_ne!(told(190), whole);
}

/// Keeps everything and counts what was made.
#[derive(Default)]
struct InMind {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Memory for InMind {
    fn recall(&self, key: &str) -> Option<Vec<u8>> {
        self.kept.lock().unwrap().get(key).cloned()
    }

    fn keep(&self, key: &str, result: &[u8]) {
        let mut kept = self.kept.lock().unwrap();
        kept.insert(key.to_owned(), result.to_vec());
    }

    fn program(&self) -> &str {
        "test"
    }
}

#[test]
fn what_was_found_before_is_recalled_to_the_last_bit() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path(), &world(DAYS));
    let mind = InMind::default();
    let made = expectation(&lake, day("2021-09-01"), &mind).unwrap();
    assert_eq!(
        made,
        expectation(&lake, day("2021-09-01"), &Forgetful).unwrap()
    );
    let kept = mind.kept.lock().unwrap().len();
    assert_eq!(
        expectation(&lake, day("2021-09-01"), &mind),
        Ok(made.clone())
    );
    assert_eq!(mind.kept.lock().unwrap().len(), kept, "made again");
    // another day is other work, though no event is added: it may be known by then
    let later = expectation(&lake, day("2021-09-02"), &mind).unwrap();
    assert_eq!(later.expected[0][0].shown, made.expected[0][0].shown);
    assert!(mind.kept.lock().unwrap().len() > kept);
}

/// The brief and the command ask one code: the chances of the one are among those of the other.
#[test]
fn all_chances_hold_those_that_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path(), &world(DAYS));
    let p = partnership();
    let asked = Asked {
        datasets: &["icews-21"],
        as_of: day("2021-09-01"),
        types: Types::Cameo,
        days: 30,
        odd: 5,
    };
    let all = expect(&lake, &p.a, &p.b, &asked).unwrap().unwrap();
    let told = expectation(&lake, asked.as_of, &Forgetful).unwrap();
    for (all_of, told_of) in all.chances.iter().zip(&told.expected) {
        // one subject and two objects, or two subjects and one object; five types
        assert_eq!(all_of.len(), 10);
        for t in told_of {
            let same = all_of.iter().any(|c| {
                all.events.actor(c.subject).id() == t.subject
                    && all.events.actor(c.object).id() == t.object
                    && all.events.key(c.relation) == t.event.code
                    && c.probability == t.regression
            });
            assert!(same, "{t:?}");
        }
    }
    let own = told.expected[0][0].reason.as_ref().unwrap();
    let TermKind::Own { recent } = own.term else {
        panic!("what it does two days of three speaks for it most: {own:?}");
    };
    let complete = complete(&lake);
    let consults = |days: usize| {
        let latest: BTreeSet<&u32> = complete.iter().rev().take(days).collect();
        let of_pair = world(DAYS);
        let of_pair = of_pair.iter().filter(|r| (r.1, r.2, r.3) == (0, 0, 1));
        of_pair.filter(|r| latest.contains(&r.0)).count() as u32
    };
    assert_eq!([recent.last_7, recent.last_30], [7, 30].map(consults));
}
