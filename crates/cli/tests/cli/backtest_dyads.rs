//! `detente backtest dyads` on the bundled data, with few pairs and origins.

use serde_json::Value;

use crate::support::run;

const FEW: [&str; 10] = [
    "backtest",
    "dyads",
    "--pairs",
    "150",
    "--origins",
    "6",
    "--seeds",
    "2",
    "--draws",
    "40",
];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&FEW[..], more].concat()
}

fn number(of: &Value, path: &str) -> f64 {
    of.pointer(path)
        .and_then(Value::as_f64)
        .unwrap_or_else(|| panic!("{path} is not in {of:#}"))
}

#[test]
fn every_task_tells_its_scores_and_skill() {
    let all = run(&with(&["--format", "json"])).json();
    assert_eq!(all["about"]["seeds"], 2);
    assert!(
        all["about"]["files"]
            .as_array()
            .unwrap()
            .iter()
            .all(|f| f["sha256"].as_str().unwrap().len() == 64)
    );
    for (task, cells, score, baseline) in [
        ("rupture", "quiet", "brier", "frequency-and-state"),
        ("mean", "active", "crps_scaled", "climatology"),
        ("conflict", "all", "brier", "persistence"),
        ("counts", "all", "crps", "conflictology-12"),
    ] {
        for lead in [1, 3] {
            let group = &all["tasks"][task]["leads"][lead.to_string()][cells];
            let ours = if task == "mean" {
                "pooled-regression"
            } else if task == "counts" {
                "detente"
            } else {
                "event-regression"
            };
            let of = |model: &str| number(group, &format!("/models/{model}/{score}"));
            assert!(number(group, "/n") > 100.0, "{task}: {group}");
            let skill = group.pointer(&format!("/skill/{baseline}")).unwrap();
            let (mean, lo, hi) = (
                number(skill, "/mean"),
                number(skill, "/lo"),
                number(skill, "/hi"),
            );
            assert!(
                (mean - (1.0 - of(ours) / of(baseline))).abs() < 1e-9,
                "{task} {lead}: {group}"
            );
            assert!(lo < hi, "{skill}");
            let says = if lo > 0.0 {
                "better"
            } else if hi < 0.0 {
                "worse"
            } else {
                "no demonstrated skill"
            };
            assert_eq!(skill["says"], says);
        }
    }
    // the parts of the Brier score of climatology stand for the base rate
    let rupture = &all["tasks"]["rupture"]["leads"]["1"]["all"];
    let rate = number(rupture, "/base_rate");
    assert!(
        (number(rupture, "/models/climatology/uncertainty") - rate * (1.0 - rate)).abs() < 1e-12
    );
}

#[test]
fn the_same_command_gives_the_same_figures_in_every_form() {
    let args = with(&["--task", "mean", "--format", "csv"]);
    let csv = run(&args).ok();
    assert_eq!(csv, run(&args).ok());
    assert!(
        csv.starts_with("task,lead,cells,model,measure,value,lo,hi,says\n"),
        "{csv}"
    );
    let json = run(&with(&["--task", "mean", "--format", "json"])).json();
    let crps = number(&json, "/tasks/mean/leads/1/all/models/climatology/crps");
    let line = format!("mean,1,all,climatology,crps,{crps},,,");
    assert!(csv.contains(&line), "{line}: {csv}");
    let text = run(&with(&["--task", "mean"])).ok();
    assert!(
        text.contains("skill of ours") && text.contains("crps_scaled"),
        "{text}"
    );
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    run(&with(&["--leads", "0"])).failed(&["--leads", "1 or more"]);
    run(&["backtest", "dyads", "--origins", "1"]).failed(&["--origins"]);
    run(&with(&["--task", "mean", "--until", "2018-01-15"])).failed(&["mean", "origins"]);
}
