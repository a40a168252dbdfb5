//! Copies of one story in real events must not move the relation of a dyad.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float32Type, Float64Type, Int32Type};
use detente_atlas::{By, Day};
use detente_lake::{Aggregate, Fold, Lake, Query, Scan, Table};
use detente_sources::dataset;

const HEADER: &str = "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent Text\tCAMEO Code\tIntensity\tTarget Name\tTarget Sectors\tTarget Country\tStory ID\tSentence Number\tPublisher\tCity\tDistrict\tProvince\tCountry\tLatitude\tLongitude\n";

#[derive(Clone)]
struct Row {
    day: Day,
    pair: [&'static str; 2],
    code: String,
    goldstein: f32,
    story: String,
}

fn text(batch: &RecordBatch, name: &str, i: usize) -> String {
    let column = batch.column_by_name(name).unwrap();
    match column.as_dictionary_opt::<Int32Type>() {
        Some(c) => c
            .values()
            .as_string::<i32>()
            .value(c.key(i).unwrap())
            .to_owned(),
        None => column.as_string::<i32>().value(i).to_owned(),
    }
}

/// The events of a dyad in a month, as the bundled ICEWS files have them.
fn events(lake: &Lake, pair: [&'static str; 2], month: &str) -> Vec<Row> {
    let [a, b] = pair;
    let filter = format!(
        "source in ({a}, {b}) and target in ({a}, {b}) and code is not null \
         and goldstein is not null and story is not null and day between {month}-01 and {month}-30"
    );
    let rows = lake
        .run(&Query::Scan(Scan::of(
            Table::Events,
            filter.parse().unwrap(),
        )))
        .unwrap();
    let mut out = Vec::new();
    for batch in rows {
        let batch = batch.unwrap();
        for i in 0..batch.num_rows() {
            let named = |name: &str| *pair.iter().find(|p| **p == text(&batch, name, i)).unwrap();
            let pair = ["source", "target"].map(named);
            if pair[0] != pair[1] {
                let days = batch
                    .column_by_name("day")
                    .unwrap()
                    .as_primitive::<Date32Type>();
                let scale = batch.column_by_name("goldstein").unwrap();
                out.push(Row {
                    day: Day(days.value(i)),
                    pair,
                    code: text(&batch, "code", i),
                    goldstein: scale.as_primitive::<Float32Type>().value(i),
                    story: text(&batch, "story", i),
                });
            }
        }
    }
    out
}

/// The same story as an address on a host, with a headline.
fn address(host: &str, story: &str) -> String {
    format!("https://{host}/news/report-of-the-agency-numbered-{story}")
}

fn country(id: &str) -> &'static str {
    match id {
        "AZE" => "Azerbaijan",
        "ARM" => "Armenia",
        "RUS" => "Russian Federation",
        "UKR" => "Ukraine",
        other => panic!("{other} is not part of this test"),
    }
}

fn file(path: &Path, rows: &[(Row, String)], first_number: usize) {
    let mut text = HEADER.to_owned();
    for (i, (r, story)) in rows.iter().enumerate() {
        let [source, target] = r.pair.map(country);
        let number = first_number + i;
        let Row {
            day,
            code,
            goldstein,
            ..
        } = r;
        writeln!(
            text,
            "{number}\t{day}\tA\t\t{source}\tx\t{code}\t{goldstein}\tB\t\t{target}\t{story}\t1\tP\t\t\t\t\t\t"
        )
        .unwrap();
    }
    fs::write(path, text).unwrap();
}

/// The relation of the two, both directions added: ln((C + 1/2) / (K + 1/2)).
fn index(lake: &Lake, fold: Fold) -> f64 {
    let query = Aggregate {
        table: Table::Events,
        filter: "all".parse().unwrap(),
        by: By::Year,
        keys: vec![],
        fold,
    };
    let batches = lake.run(&query.into()).unwrap().collect_batches().unwrap();
    let sum = |name: &str| {
        let cells = batches[0].column_by_name(name).unwrap();
        cells.as_primitive::<Float64Type>().value(0)
    };
    let cooperation = sum("verbal_cooperation") + sum("material_cooperation");
    let conflict = sum("verbal_conflict") + sum("material_conflict");
    ((cooperation + 0.5) / (conflict + 0.5)).ln()
}

#[test]
fn tripling_a_story_moves_the_relation_by_less_than_two_percent() {
    let root = tempfile::tempdir().unwrap();
    let icews = dataset("icews-events").unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let bundled = Lake::open_or_create(&root.path().join("bundled")).unwrap();
    bundled
        .ingest(&[(icews, data.join(icews.files[0]))], &())
        .unwrap();
    for (pair, month) in [
        (["AZE", "ARM"], "2018-11"),
        (["RUS", "UKR"], "2018-11"),
        (["RUS", "UKR"], "2018-12"),
    ] {
        let rows = events(&bundled, pair, month);
        let mut per_story: BTreeMap<&str, usize> = BTreeMap::new();
        for r in &rows {
            *per_story.entry(&r.story).or_default() += 1;
        }
        let (largest, n) = per_story.iter().max_by_key(|(_, n)| **n).unwrap();
        let of_story = rows.iter().filter(|r| r.story == *largest);
        let mut copies = Vec::new();
        for r in of_story {
            // An exact copy under a new number, the mirrored pair, and a print of it elsewhere.
            let mut mirrored = r.clone();
            mirrored.pair.reverse();
            copies.push((r.clone(), address("one.example", &r.story)));
            copies.push((mirrored, address("one.example", &r.story)));
            copies.push((r.clone(), address("www.two.example", &r.story)));
        }
        assert_eq!(copies.len(), 3 * n);
        let original: Vec<_> = rows
            .iter()
            .map(|r| (r.clone(), address("one.example", &r.story)))
            .collect();
        let place = root.path().join(format!("{pair:?}{month}"));
        fs::create_dir(&place).unwrap();
        let [first, second] = ["a.tab", "b.tab"].map(|name| place.join(name));
        file(&first, &original, 1);
        file(&second, &copies, 1_000_000);
        let lake = Lake::open_or_create(&place.join("lake")).unwrap();
        lake.ingest(&[(icews, first)], &()).unwrap();
        let before = [Fold::default(), Fold::None].map(|fold| index(&lake, fold));
        lake.ingest(&[(icews, second)], &()).unwrap();
        let after = [Fold::default(), Fold::None].map(|fold| index(&lake, fold));
        let moved = [0, 1].map(|i| (after[i] / before[i] - 1.0).abs());
        println!(
            "{pair:?} {month}: {} rows, {n} of the story, R {before:?} -> {after:?}",
            rows.len()
        );
        assert!(moved[0] < 0.02, "{pair:?} {month}: folded {moved:?}");
        // Without folding the same copies do move it: in a busy month by little, in a quiet one by much.
        let least = if rows.len() < 100 { 0.2 } else { 0.01 };
        assert!(moved[1] > least, "{pair:?} {month}: not folded {moved:?}");
    }
}
