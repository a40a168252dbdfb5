//! The ledger as a user meets it: whole, altered, torn, and scored against the bundled data.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Ran, cells, lake, run, run_on, workspace};
use detente_forecast::ledger::{
    Baseline, Kind, Prediction, Published, Quantiles, Question, Vintage, append,
};
use serde_json::Value;

/// Three lines written by Python.
fn example() -> String {
    fs::read_to_string(workspace().join("crates/forecast/src/ledger/example.jsonl")).unwrap()
}

/// A ledger of this text in a folder of its own.
fn ledger(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ledger.jsonl");
    fs::write(&file, text).unwrap();
    (dir, file)
}

/// Runs a subcommand on a ledger; no lake is needed or made.
fn on(file: &Path, args: &[&str]) -> Ran {
    let nowhere = Path::new("no-lake-needed");
    let ran = run_on(
        nowhere,
        &[&["ledger"], args, &["--ledger", file.to_str().unwrap()]].concat(),
    );
    assert!(!workspace().join(nowhere).exists());
    ran
}

#[test]
fn no_ledger_is_said_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    for what in ["list", "verify", "score"] {
        run_on(&dir.path().join("lake"), &["ledger", what])
            .failed(&["lake.ledger.jsonl", "--ledger"]);
    }
    on(&dir.path().join("x"), &["verify", "--mend"]).failed(&["there is no ledger"]);
    assert_eq!(
        fs::read_dir(&dir).unwrap().count(),
        0,
        "asking makes no file"
    );
}

#[test]
fn a_sound_ledger_shows_its_head_and_its_lines() {
    let (_dir, file) = ledger(&example());
    let head = "d2b84d9bc84f23b5290c8faa3149a8fb1e7b02c87bf905833e9dbe80488ff925";
    let text = on(&file, &["verify"]).ok();
    assert!(
        text.contains("3 forecasts") && text.contains(head),
        "{text}"
    );
    on(&file, &["verify", "--head", &head.to_uppercase()]).ok();
    on(&file, &["verify", "--head", &head.replace('4', "5")]).failed(&["cut off or written anew"]);
    let short: String = example().split_inclusive('\n').take(2).collect();
    let (_dir, cut) = ledger(&short);
    on(&cut, &["verify"]).ok();
    on(&cut, &["verify", "--head", head]).failed(&["no line has the hash"]);

    let list = on(&file, &["list"]).ok();
    assert_eq!(list.lines().count(), 4, "{list}");
    assert!(
        list.contains("2.00 [1.00, 3.00]") && list.contains("0.200"),
        "{list}"
    );
    let json = on(&file, &["list", "--format", "json"]).json();
    assert_eq!(json[0]["q95"], 3.0);
    assert_eq!(json[0]["skill"], "demonstrated");
    assert_eq!(json[1]["baseline_probability"], 0.1);
    assert!(json[1]["q50"].is_null(), "an event has no quantiles");
    let none = on(
        &file,
        &["list", "--partnership", "eu-georgia", "--format", "json"],
    )
    .json();
    assert_eq!(none, serde_json::json!([]));
    assert_eq!(fs::read_to_string(&file).unwrap(), example());
}

#[test]
fn an_altered_ledger_is_refused_at_its_line() {
    for (from, to, line) in [
        ("\"probability\":0.2", "\"probability\":0.3", "line 2"),
        ("2027-01-01/", "2027-01-02/", "line 3"),
        ("\"sequence\":1", "\"sequence\":9", "line 1"),
    ] {
        let (_dir, file) = ledger(&example().replacen(from, to, 1));
        for what in ["list", "verify", "score"] {
            on(&file, &[what]).failed(&[line, "was changed", "copy"]);
        }
        let before = fs::read(&file).unwrap();
        on(&file, &["verify", "--mend"]).failed(&[line]);
        assert_eq!(
            fs::read(&file).unwrap(),
            before,
            "nothing but a torn end is mended"
        );
    }
}

#[test]
fn a_torn_line_is_told_and_mended_only_when_asked() {
    let whole = example();
    let kept: usize = whole.split_inclusive('\n').take(2).map(str::len).sum();
    let (dir, file) = ledger(&whole[..kept + 100]);
    on(&file, &["list"]).failed(&["line 3", "torn", "--mend"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), whole[..kept + 100]);
    on(&file, &["verify", "--mend"]).ok();
    assert_eq!(fs::read_to_string(&file).unwrap(), whole[..kept]);
    let beside = dir.path().join("ledger.jsonl.torn-1");
    assert_eq!(
        fs::read_to_string(&beside).unwrap(),
        whole[kept..kept + 100]
    );
    // Another torn line does not touch the bytes that were kept of the first.
    fs::write(&file, &whole[..kept + 7]).unwrap();
    on(&file, &["verify", "--mend"]).ok();
    assert_eq!(fs::read_to_string(&beside).unwrap().len(), 100);
    assert_eq!(
        fs::read_to_string(dir.path().join("ledger.jsonl.torn-2"))
            .unwrap()
            .len(),
        7
    );
    // A line that lacks only its line break is whole.
    fs::write(&file, whole.trim_end()).unwrap();
    on(&file, &["verify", "--mend"]).ok();
    assert_eq!(fs::read_to_string(&file).unwrap(), whole);
}

/// The program of a few lines in the documentation, on a sound and on an altered ledger.
#[test]
fn the_documented_program_checks_a_ledger() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("not checked: there is no python3 here");
        return;
    }
    let docs = fs::read_to_string(workspace().join("docs/ledger.md")).unwrap();
    let program = docs
        .split("```python\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let program = program.expect("the documentation shows a program");
    let check = |text: &str| {
        let (_dir, file) = ledger(text);
        let run = Command::new("python3")
            .args(["-c", program])
            .arg(&file)
            .output()
            .unwrap();
        String::from_utf8([run.stdout, run.stderr].concat()).unwrap()
    };
    assert_eq!(check(&example()), "3 forecasts hold\n");
    assert_eq!(
        check(&example().replacen("0.2}", "0.3}", 1)),
        "line 2: changed\n"
    );
    assert_eq!(check(example().trim_end()), "line 3: torn\n");
    let lines: Vec<String> = example().split_inclusive('\n').map(String::from).collect();
    let gone = [lines[0].as_str(), &lines[2]].concat();
    assert_eq!(
        check(&gone),
        "line 2: not the successor of the line before\n"
    );
}

/// A forecast of R between Azerbaijan and NATO in a month.
fn relation(made: &str, target: &str, values: [f64; 7]) -> Published {
    Published {
        made: made.to_owned(),
        question: Question {
            partnership: "nato-azerbaijan".to_owned(),
            kind: Kind::Relation,
            subject: "relation-index NATO AZE".to_owned(),
            sides: vec!["NATO".to_owned(), "AZE".to_owned()],
            source: None,
            parameters: [("prior".to_owned(), 0.5)].into(),
            definition: "R of the month".to_owned(),
        },
        origin: made[..7].to_owned(),
        target: target.to_owned(),
        forecast: Prediction::Quantiles(Quantiles::new(values, values[3])),
        baseline: Baseline {
            name: "climatology".to_owned(),
            prediction: Prediction::Quantiles(Quantiles::new(
                [-20.0, -10.0, -5.0, 0.0, 5.0, 10.0, 20.0],
                0.0,
            )),
        },
        skill: None,
        vintage: vec![Vintage {
            dataset: "lake".to_owned(),
            fingerprint: "0".to_owned(),
        }],
        version: "0.1.0".to_owned(),
    }
}

#[test]
fn what_came_is_what_the_relation_command_shows() {
    let months = run(&[
        "relation",
        "AZE",
        "NATO",
        "--by",
        "month",
        "--from=2018-07-01",
        "--to=2018-07-31",
        "--format",
        "json",
    ])
    .json();
    let r = months["points"][0]["r"]
        .as_f64()
        .expect("July 2018 was monitored");
    let near = [-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3].map(|d| ((r + d) * 1e4).round() / 1e4);
    let mut rupture = relation("2018-06-15", "2018-07", near);
    rupture.question.kind = Kind::Event;
    rupture.question.subject = "rupture NATO AZE".to_owned();
    rupture.forecast = Prediction::Probability(0.1);
    rupture.baseline.prediction = Prediction::Probability(0.2);
    let mut unknown = relation("2018-06-15", "2018-07", near);
    unknown
        .question
        .parameters
        .insert("temperature".to_owned(), 1.0);
    // The same month in the stream of events alone, and in one that did not watch it.
    let mut events = relation("2018-06-15", "2018-07", near);
    events.question.source = Some("icews".to_owned());
    let mut unwatched = events.clone();
    unwatched.target = "2022-07".to_owned();
    let forecasts = [
        relation("2018-06-15", "2018-07", near),
        relation("2024-02-20", "2024-06", near),
        relation("2024-02-20", "2224-06", near),
        rupture,
        unknown,
        events,
        unwatched,
    ];
    let (_dir, file) = ledger(&append(b"", &forecasts).unwrap().lines);
    let file = file.to_str().unwrap();
    let score = |args: &[&str]| run(&[&["ledger", "score", "--ledger", file], args].concat());

    let json = score(&["--format", "json"]).json();
    let f = json["forecasts"].as_array().unwrap();
    let status: Vec<&Value> = f.iter().map(|f| &f["status"]).collect();
    assert_eq!(
        status,
        [
            "settled",
            "unmonitored",
            "pending",
            "unmonitored",
            "unmonitored",
            "settled",
            "unmonitored"
        ]
    );
    assert_eq!(f[0]["came"].as_f64(), Some(r));
    // Both series have this month from the events of ICEWS, which are the level of the splice.
    assert!(
        (f[5]["came"].as_f64().unwrap() - r).abs() < 1e-9,
        "{}",
        f[5]
    );
    for unsettled in [1, 2, 3, 4, 6].map(|i| &f[i]) {
        for column in ["came", "crps", "baseline_crps", "covered_90", "brier"] {
            assert!(unsettled[column].is_null(), "{column} of {unsettled}");
        }
    }
    let reason = |i: usize| f[i]["reason"].as_str().unwrap();
    assert!(
        reason(1).contains("no source monitored") && reason(1).contains("2024-06"),
        "{}",
        reason(1)
    );
    assert!(reason(4).contains("temperature"), "{}", reason(4));
    let card = &json["cards"][0];
    for (what, n) in [
        ("made", 6),
        ("settled", 2),
        ("pending", 1),
        ("unmonitored", 3),
    ] {
        assert_eq!(card[what], n, "{what} of {card}");
    }
    // The intervals of the baseline are 40 wide and hold the values; ours are 0.6 wide and do too.
    let of = |name: &str| {
        card["scores"]
            .as_array()
            .unwrap()
            .iter()
            .find(|s| s["score"] == name)
            .unwrap()
            .clone()
    };
    let width = of("interval score 90 %");
    assert!(
        (width["ours"].as_f64().unwrap() - 0.6).abs() < 2e-4,
        "{width}"
    );
    assert_eq!(width["baseline"], 40.0);
    assert_eq!(
        (&of("coverage 90 %")["ours"], &of("coverage 90 %")["skill"]),
        (&Value::from(1.0), &Value::Null)
    );
    assert_eq!(
        json["cards"][1]["scores"],
        serde_json::json!([]),
        "no rule settles the event, so it has no score"
    );

    let text = score(&["--format", "text"]).ok();
    assert!(
        text.contains("relation: 6 made, 2 settled, 1 pending, 3 not monitored"),
        "{text}"
    );
    let csv = score(&["--format", "csv"]).ok();
    assert_eq!(cells(&csv).len(), 7);

    // As of a day: what was made later is not there, and what was not over then is pending.
    let then = score(&["--as-of", "2018-07-31", "--format", "json"]).json();
    assert_eq!(then["cards"][0]["made"], 4);
    assert_eq!(then["cards"][0]["pending"], 4);
    let early = score(&["--as-of", "2018-06-01"]).ok();
    assert!(early.contains("0 forecasts"), "{early}");
    assert!(lake().exists());
}

/// Events are settled by the records that their question names: UCDP/PRIO has Armenia and Azerbaijan at war in 2020, and ends in 2024.
#[test]
fn events_are_settled_by_their_records() {
    let asked = |made: &str, target: &str, sides: &[&str]| {
        let mut p = relation(made, target, [0.0; 7]);
        p.question.kind = Kind::Event;
        p.question.sides = sides.iter().map(|s| (*s).to_owned()).collect();
        let word = if sides.len() == 1 { "in" } else { "between" };
        p.question.subject = format!("armed-conflict-{word} {}", sides.join(" | "));
        p.question.source = Some("ucdp-acd".to_owned());
        p.question.parameters.clear();
        p.forecast = Prediction::Probability(0.1);
        p.baseline.prediction = Prediction::Probability(0.3);
        p
    };
    let forecasts = [
        asked("2019-12-01", "2020", &["ARM", "AZE"]),
        asked("2019-12-01", "2020", &["NATO", "AZE"]),
        asked("2022-12-01", "2023", &["RUS", "UKR, GEO, TUR"]),
        asked("2024-12-01", "2025", &["ARM", "AZE"]),
        asked("2021-12-01", "2022", &["KAZ, KGZ, TJK, TKM, UZB, AFG"]),
    ];
    let (_dir, file) = ledger(&append(b"", &forecasts).unwrap().lines);
    let place = file.to_str().unwrap();
    let json = run(&["ledger", "score", "--ledger", place, "--format", "json"]).json();
    let f = json["forecasts"].as_array().unwrap();
    let came: Vec<Option<f64>> = f.iter().map(|f| f["came"].as_f64()).collect();
    assert_eq!(came, [Some(1.0), Some(0.0), Some(1.0), None, Some(1.0)]);
    // (0.1 - 1)^2 and (0.3 - 1)^2; (0.1)^2 where nothing came
    for (i, ours, baseline) in [(0, 0.81, 0.49), (1, 0.01, 0.09)] {
        assert!((f[i]["brier"].as_f64().unwrap() - ours).abs() < 1e-9);
        assert!((f[i]["baseline_brier"].as_f64().unwrap() - baseline).abs() < 1e-9);
    }
    assert_eq!(f[3]["reason"], "ucdp-acd did not monitor enough of 2025");
}

/// The whole way: a brief of today publishes, a brief of an earlier day does not, and publishing twice is publishing once.
#[test]
fn a_brief_of_today_enters_the_ledger_once() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("below/ledger.jsonl");
    let (out, place) = (dir.path().join("out"), file.to_str().unwrap());
    let brief = |more: &[&str]| {
        let args = [
            "brief",
            "nato-azerbaijan",
            "--out",
            out.to_str().unwrap(),
            "--ledger",
            place,
        ];
        run(&[&args, more].concat())
    };
    brief(&["--as-of", "2023-06-30"]).ok();
    brief(&["--no-ledger"]).ok();
    assert!(!file.exists(), "neither enters");
    // What past forecasts were worth is kept beside the lake; found out anew it is the same to the byte.
    let written = || fs::read(out.join("brief.json")).unwrap();
    let kept = written();
    let name = lake().file_name().unwrap().display().to_string();
    fs::remove_dir_all(lake().with_file_name(name + ".outlook-cache")).unwrap();
    brief(&["--no-ledger"]).ok();
    assert!(written() == kept, "a brief depends on what was kept");
    let first = brief(&[]);
    assert!(
        first.err.contains("entered 12 forecasts") && first.err.contains("head"),
        "{}",
        first.err
    );
    first.ok();
    let lines = fs::read_to_string(&file).unwrap();
    // four horizons of the relation; a rupture, a dispute and armed conflict in six theatres
    assert_eq!(lines.lines().count(), 12);
    let again = brief(&[]);
    assert!(!again.err.contains("entered"), "{}", again.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), lines);

    let json = on(&file, &["score", "--format", "json"]).json();
    assert_eq!(
        (&json["cards"][0]["made"], &json["cards"][0]["pending"]),
        (&Value::from(4), &Value::from(4))
    );
    assert_eq!(
        (&json["cards"][1]["made"], &json["cards"][1]["pending"]),
        (&Value::from(8), &Value::from(8))
    );
    let (relation, events) = json["forecasts"].as_array().unwrap().split_at(4);
    for event in events {
        let p = event["probability"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&p), "{event}");
    }
    for forecast in relation {
        assert!(
            forecast["target"].as_str() > forecast["made"].as_str().map(|d| &d[..7]),
            "{forecast}"
        );
        let q = |name: &str| forecast[name].as_f64().unwrap();
        assert!(
            q("q05") < q("q50") && q("q50") < q("q95") && q("baseline_q05") < q("baseline_q95"),
            "{forecast}"
        );
    }
}
