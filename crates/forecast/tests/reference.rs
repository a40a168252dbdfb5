//! Scores beside those of other implementations on shared vectors. `reference/make.py` wrote them and says who gave which answer.

use detente_forecast::verify::binary::{self, Decomposition};
use detente_forecast::verify::{self, corp, curve, views};
use serde_json::Value;

fn peers() -> Value {
    serde_json::from_str(include_str!("reference/peers.json")).unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value}"))
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

/// Within a billionth; the floor is for what should be 0.
fn same(what: &str, case: &Value, ours: f64, theirs: &Value) {
    let theirs = number(theirs);
    let tolerance = 1e-9 * theirs.abs() + 1e-15;
    assert!(
        (ours - theirs).abs() <= tolerance,
        "{what} of {}: {ours}, peers {theirs}",
        case["name"]
    );
}

#[test]
fn ensembles() {
    let peers = peers();
    let cases = list(&peers["ensembles"]);
    assert!(cases.len() >= 20);
    for case in cases {
        let draws: Vec<f32> = numbers(&case["draws"]).iter().map(|&x| x as f32).collect();
        for (&ours, &theirs) in draws.iter().zip(&numbers(&case["draws"])) {
            // serde_json may miss the last bit of an f64, never one of an f32
            let gap = (f64::from(ours) - theirs).abs();
            assert!(gap <= 1e-15 * theirs.abs(), "a draw is not the same in f32");
        }
        let y = number(&case["outcome"]);
        same("CRPS", case, verify::crps(&draws, y), &case["crps"]);
        match &case["crps_fair"] {
            Value::Null => assert!(verify::crps_fair(&draws, y).is_nan()),
            theirs => same("fair CRPS", case, verify::crps_fair(&draws, y), theirs),
        }
        for pair in list(&case["threshold_weighted"]) {
            let ours = verify::threshold_weighted_crps(&draws, y, number(&pair[0]));
            same("threshold-weighted CRPS", case, ours, &pair[1]);
        }
        for pair in list(&case["quantiles"]) {
            let ours = verify::quantile(&draws, number(&pair[0]));
            same("quantile", case, ours, &pair[1]);
        }
        for row in list(&case["interval_scores"]) {
            let level = number(&row[0]);
            let (lo, hi) = verify::interval(&draws, level);
            same("lower end", case, lo, &row[1]);
            same("upper end", case, hi, &row[2]);
            same(
                "interval score",
                case,
                verify::interval_score(lo, hi, y, level),
                &row[3],
            );
            if level == 0.9 {
                same("MIS", case, views::mis(&draws, y), &row[3]);
            }
        }
        if !case["ign"].is_null() {
            same("IGN", case, views::ign(&draws, y), &case["ign"]);
        }
        same(
            "PIT from below",
            case,
            verify::pit(&draws, y, 0.0),
            &case["pit"][0],
        );
        same(
            "PIT from above",
            case,
            verify::pit(&draws, y, 1.0),
            &case["pit"][1],
        );
    }
}

#[test]
fn normals() {
    let peers = peers();
    for case in list(&peers["normal"]) {
        let [mean, sd, y] = ["mean", "sd", "outcome"].map(|key| number(&case[key]));
        same(
            "CRPS",
            case,
            verify::crps_normal(mean, sd, y),
            &case["crps"],
        );
    }
}

fn same_parts(what: &str, case: &Value, ours: Decomposition, theirs: &Value) {
    for (name, part) in [
        ("reliability", ours.reliability),
        ("resolution", ours.resolution),
        ("uncertainty", ours.uncertainty),
        ("within_variance", ours.within_variance),
        ("within_covariance", ours.within_covariance),
    ] {
        same(&format!("{name} {what}"), case, part, &theirs[name]);
    }
    same(&format!("sum {what}"), case, ours.brier(), &case["brier"]);
}

#[test]
fn probabilities() {
    let peers = peers();
    let mut with_both_outcomes = 0;
    for case in list(&peers["binary"]) {
        let p = numbers(&case["forecasts"]);
        let came: Vec<bool> = list(&case["came"])
            .iter()
            .map(|c| c.as_bool().unwrap())
            .collect();
        let cells = || p.iter().copied().zip(came.iter().copied());

        let mean = cells().map(|(p, c)| binary::brier(p, c)).sum::<f64>() / p.len() as f64;
        same("Brier score", case, mean, &case["brier"]);
        for ((p, c), theirs) in cells().zip(list(&case["log_scores"])) {
            match theirs {
                Value::Null => assert_eq!(binary::log_score(p, c), f64::INFINITY),
                theirs => same("log score", case, binary::log_score(p, c), theirs),
            }
        }
        let distinct = binary::decompose(&p, &came).unwrap();
        same_parts("by distinct value", case, distinct, &case["distinct"]);
        for pair in list(&case["binned"]) {
            let bins = pair[0].as_u64().unwrap() as usize;
            let binned = binary::decompose_binned(&p, &came, bins).unwrap();
            same_parts(&format!("in {bins} bins"), case, binned, &pair[1]);
        }

        let diagram = corp::diagram(&p, &came).unwrap();
        for (&p, theirs) in p.iter().zip(list(&case["corp"]["recalibrated"])) {
            let block = diagram.blocks.iter().find(|b| p <= b.to).unwrap();
            same("recalibrated forecast", case, block.frequency, theirs);
        }
        let parts = &case["corp"];
        if parts["miscalibration"].is_null() {
            continue;
        }
        with_both_outcomes += 1;
        same(
            "MCB",
            case,
            diagram.miscalibration,
            &parts["miscalibration"],
        );
        same(
            "DSC",
            case,
            diagram.discrimination,
            &parts["discrimination"],
        );
        same("UNC", case, diagram.uncertainty, &parts["uncertainty"]);

        let roc = curve::roc(&p, &came).unwrap();
        assert_eq!(roc.len(), list(&case["roc"]).len(), "{}", case["name"]);
        for (ours, theirs) in roc.iter().zip(list(&case["roc"])) {
            same("false alarm rate", case, ours.false_alarm_rate, &theirs[0]);
            same("hit rate", case, ours.hit_rate, &theirs[1]);
        }
        let precision = curve::precision_recall(&p, &came).unwrap();
        assert_eq!(precision.len(), list(&case["precision_recall"]).len());
        for (ours, theirs) in precision.iter().zip(list(&case["precision_recall"])) {
            same("recall", case, ours.recall, &theirs[0]);
            same("precision", case, ours.precision, &theirs[1]);
        }
        same("AUC", case, curve::area(&p, &came).unwrap(), &case["area"]);
        let average = curve::average_precision(&p, &came).unwrap();
        same(
            "average precision",
            case,
            average,
            &case["average_precision"],
        );
    }
    assert!(with_both_outcomes >= 5);
}

#[test]
fn revisions() {
    let peers = peers();
    for case in list(&peers["flip_flop"]) {
        let ours = verify::flip_flop(&numbers(&case["forecasts"])).unwrap();
        same("flip-flop index", case, ours, &case["index"]);
    }
}
