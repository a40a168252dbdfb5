//! Backtests of panels and of the VIEWS task, on tables whose scores can be worked out by hand.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, RecordBatch};
use serde_json::Value;

use super::support::{Ran, command};

fn run(args: &[&str]) -> Ran {
    let nowhere = tempfile::tempdir().unwrap();
    let lake = nowhere.path().join("lake");
    let ran = Ran::from(command(&lake, args).output().unwrap());
    assert!(!lake.exists(), "a backtest of a file makes no lake");
    ran
}

/// Six years of months: `steady` always has 5, `swings` has 0 and 10 in turn, `gone` was watched for three years only.
fn table() -> String {
    let mut text = "place,month,deaths\n".to_owned();
    for t in 0..72 {
        let month = format!("{}-{:02}", 2010 + t / 12, t % 12 + 1);
        let swings = if t % 2 == 0 { 0 } else { 10 };
        writeln!(text, "steady,{month},5\nswings,{month},{swings}").unwrap();
        let gone = if t < 36 { "3" } else { "" };
        writeln!(text, "gone,{month},{gone}").unwrap();
    }
    text
}

const COLUMNS: [&str; 6] = ["--unit", "place", "--period", "month", "--value", "deaths"];

fn panel(text: &str, more: &[&str]) -> Ran {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("panel.csv");
    fs::write(&file, text).unwrap();
    let mut args = vec!["backtest", "panel", file.to_str().unwrap()];
    args.extend(COLUMNS);
    args.extend(more);
    run(&args)
}

fn close(value: &Value, want: f64, within: f64) {
    let got = value
        .as_f64()
        .unwrap_or_else(|| panic!("no number: {value}"));
    assert!((got - want).abs() < within, "{got} is not {want}");
}

#[test]
fn scores_of_a_panel_are_those_worked_by_hand() {
    let ran = panel(
        &table(),
        &[
            "--origins",
            "2014-12",
            "--leads",
            "1..4",
            "--format",
            "json",
            "--seeds",
            "5",
        ],
    );
    let json = ran.json();
    // four leads of two units; what nobody watched is no cell and no zero
    assert_eq!(json["cells"]["scored"], 8);
    assert_eq!(json["cells"]["left_out"], 0);
    // steady: 0. swings: draws of 0 and 10 half and half, so |x - y| is 5 on average and |x - x'| too: 5 - 5/2
    let twelve = &json["models"]["conflictology-12"];
    close(&twelve["crps"]["2014-12"], 2.5 / 2.0, 0.02);
    close(&twelve["crps"]["mean"], 2.5 / 2.0, 0.02);
    // swings: half of 1,000 draws in the bin of what came; steady: all
    close(
        &twelve["ign"]["mean"],
        -((501.0f64 / 1011.0).log2() + (1001.0f64 / 1011.0).log2()) / 2.0,
        0.01,
    );
    // the interval 0 to 10 has a width of 10 and holds both; that of steady none
    close(&twelve["mis"]["mean"], 5.0, 1e-9);
    close(&twelve["coverage_90_active"]["mean"], 1.0, 1e-9);
    // the probability of any event: of steady 1 and right; of swings near one half, so that its four cells fall on either side by chance
    let blocks = twelve["reliability_any"].as_array().unwrap();
    let told: Vec<(f64, u64)> = blocks
        .iter()
        .map(|b| {
            (
                b["frequency"].as_f64().unwrap(),
                b["cells"].as_u64().unwrap(),
            )
        })
        .collect();
    let last = told.last().unwrap();
    assert!(last.0 == 1.0 && last.1 >= 4, "{told:?}");
    assert_eq!(told.iter().map(|b| b.1).sum::<u64>(), 8);
    let pit: f64 = twelve["pit_active"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap())
        .sum();
    assert!((pit - 1.0).abs() < 1e-9);
    assert!(json["models"]["detente"]["crps"]["mean"].as_f64().unwrap() < 3.0);
    assert_eq!(json["about"]["seeds"].as_array().unwrap().len(), 5);
    assert_eq!(json["about"]["vintage"][0]["file"], "panel.csv");
    assert!(json["differences"]["models"]["persistence"]["crps"]["lo"].is_number());
    // the same command gives the same bytes but for the clock
    let again = panel(
        &table(),
        &[
            "--origins",
            "2014-12",
            "--leads",
            "1..4",
            "--format",
            "json",
            "--seeds",
            "5",
        ],
    );
    assert_eq!(again.json()["models"], json["models"]);
}

#[test]
fn what_comes_after_the_last_target_changes_no_score() {
    let how = [
        "--origins",
        "2013-12",
        "--leads",
        "1,3",
        "--format",
        "json",
        "--seeds",
        "1",
    ];
    let clean = panel(&table(), &how).json();
    let mut corrupt = String::new();
    for line in table().lines() {
        let later = ["2014-04", "2014-1", "2015"]
            .iter()
            .any(|m| line.contains(m));
        let cut = line.rfind(',').unwrap();
        writeln!(
            corrupt,
            "{}{}",
            &line[..=cut],
            if later { "987654" } else { &line[cut + 1..] }
        )
        .unwrap();
    }
    assert_ne!(corrupt, table());
    assert_eq!(panel(&corrupt, &how).json()["models"], clean["models"]);
}

#[test]
fn a_table_for_people_says_where_no_skill_is_shown() {
    let ran = panel(
        &table(),
        &[
            "--origins",
            "2013-12,2014-12",
            "--leads",
            "1..2",
            "--seeds",
            "2",
        ],
    );
    let text = ran.ok();
    assert!(
        text.contains("conflictology-12") && text.contains("2013-12"),
        "{text}"
    );
    assert!(text.contains("Difference to conflictology-12"), "{text}");
    assert!(
        text.contains("No demonstrated skill over conflictology-12"),
        "{text}"
    );
}

#[test]
fn bad_panels_are_named_with_their_row() {
    let says = |text: &str, more: &[&str], want: &str| {
        let mut how = vec!["--origins", "2014-12", "--leads", "1..2"];
        how.extend(more);
        let ran = panel(text, &how);
        ran.failed(&[want]);
    };
    let head = "place,month,deaths\n";
    says(
        &format!("{head}a,2014-01,1\na,2014-02,1.5\n"),
        &[],
        "row 3, field 'deaths': '1.5' is no count",
    );
    says(
        &format!("{head}a,2014-01,1\na,2014-01,2\n"),
        &[],
        "row 3, field 'month': '2014-01' comes twice",
    );
    says(
        &format!("{head}a,spring,1\n"),
        &[],
        "field 'month': 'spring' is no period",
    );
    says(
        "place,month\na,2014-01\n",
        &[],
        "there is no column 'deaths'; name one of those that the file has: place, month",
    );
    says(
        &table(),
        &["--models", "oracle"],
        "there is no forecaster 'oracle'",
    );
    says(
        &format!("{head}a,2014-01,1\na,2014-02,1\n"),
        &[],
        "the panel goes from 2014-01 to 2014-02",
    );
}

fn parquet(file: &Path, columns: Vec<(&str, arrow_array::ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(fs::File::create(file).unwrap(), batch.schema(), None)
            .unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn the_views_task_is_scored_by_year_and_its_submissions_with_it() {
    let dir = tempfile::tempdir().unwrap();
    // month 1 is January 1980, so 445 to 456 are 2017, and October 2016 is 442
    let mut history = "country_id,month_id,isoab,ucdp_ged_sb_best_sum\n".to_owned();
    for month in 300..=456 {
        writeln!(history, "1,{month},ARM,5\n2,{month},AZE,0").unwrap();
    }
    fs::write(dir.path().join("views_outreach_ged_cm.csv.xz"), history).unwrap();
    let months: Vec<i64> = (445..=456).collect();
    let twice = |x: i64| std::iter::repeat_n(x, 12);
    parquet(
        &dir.path().join("cm_actuals_2017.parquet"),
        vec![
            (
                "month_id",
                Arc::new(Int64Array::from_iter_values(
                    months.iter().chain(&months).copied(),
                )),
            ),
            (
                "country_id",
                Arc::new(Int64Array::from_iter_values(twice(1).chain(twice(2)))),
            ),
            (
                "ged_sb",
                Arc::new(Float64Array::from_iter_values(
                    twice(5).chain(twice(0)).map(|v| v as f64),
                )),
            ),
        ],
    );
    // a submission that says 7 for the first country and 0 for the second, with two draws
    let draws = || months.iter().flat_map(|m| [*m, *m]);
    let four = |x: i64| std::iter::repeat_n(x, 24);
    parquet(
        &dir.path().join("someone_2017.parquet"),
        vec![
            (
                "month_id",
                Arc::new(Int64Array::from_iter_values(draws().chain(draws()))),
            ),
            (
                "country_id",
                Arc::new(Int64Array::from_iter_values(four(1).chain(four(2)))),
            ),
            (
                "outcome",
                Arc::new(Int64Array::from_iter_values(four(7).chain(four(0)))),
            ),
        ],
    );
    let data = dir.path().to_str().unwrap();
    let json = run(&[
        "backtest", "views", "--data", data, "--years", "2017", "--seeds", "1", "--format", "json",
    ])
    .json();
    assert_eq!(json["cells"]["scored"], 24);
    for model in ["conflictology-3", "conflictology-12", "climatology"] {
        close(&json["models"][model]["crps"]["2017"], 0.0, 1e-9);
        close(&json["models"][model]["mis"]["mean_2017_2017"], 0.0, 1e-9);
    }
    // |7 - 5| for one country, 0 for the other; the interval 7 to 7 misses by 2, twenty times over
    close(&json["models"]["someone"]["crps"]["2017"], 1.0, 1e-9);
    close(&json["models"]["someone"]["mis"]["2017"], 20.0, 1e-9);
    let missing = run(&["backtest", "views", "--data", data, "--years", "2016..2017"]);
    missing.failed(&["cm_actuals_2016.parquet"]);
    let nowhere = run(&["backtest", "views"]);
    nowhere.failed(&["--data DIR is needed"]);
}
