//! `detente backtest stress` on the bundled data, with few paths.

use serde_json::Value;

use crate::support::{cells, run};

const FEW: [&str; 4] = ["backtest", "stress", "--paths", "200"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&FEW[..], more].concat()
}

fn real(of: &Value) -> f64 {
    of.as_f64().unwrap_or_else(|| panic!("no number: {of}"))
}

/// ln((P + 10) / (N + 10)) of the days of September 2020 between Armenia and Azerbaijan, from the rows of the lake.
fn index() -> f64 {
    let filter = "dataset = gdelt-daily-dyads and source in (ARM, AZE) and target in (ARM, AZE) and start >= 2020-09-01 and start <= 2020-09-30";
    let csv = run(&[
        "export",
        "dyads",
        "--where",
        filter,
        "--columns",
        "score",
        "--format",
        "csv",
    ])
    .ok();
    let scores: Vec<f64> = cells(&csv)
        .iter()
        .map(|row| row[0].parse().unwrap())
        .collect();
    let up: f64 = scores.iter().filter(|s| **s > 0.0).sum();
    let down: f64 = scores.iter().filter(|s| **s < 0.0).sum();
    ((up + 10.0) / (10.0 - down)).ln()
}

#[test]
fn what_came_is_what_the_rows_say_and_inside_is_between_the_ends() {
    let all = run(&with(&["--format", "json"])).json();
    assert_eq!(all["about"]["k"], serde_json::json!([3.0, 1.0, 2.0]));
    let shocks = all["shocks"].as_array().unwrap();
    let karabakh = shocks
        .iter()
        .find(|s| s["id"] == "karabakh-2020" && s["pair"] == "ARM-AZE")
        .unwrap();
    assert_eq!(karabakh["origin"], "2020-08");
    let came = real(&karabakh["figures"]["first month"]["came"]);
    assert!((came - index()).abs() < 1e-6, "{came}");
    let worst = real(&karabakh["figures"]["worst month"]["came"]);
    assert!(worst <= came);
    let mut inside = 0;
    for shock in shocks {
        let figure = &shock["figures"]["worst month"];
        let (came, ours) = (real(&figure["came"]), &figure["joint paths"]);
        for (place, ends) in ours["envelopes"].as_array().unwrap().iter().enumerate() {
            let (lo, hi) = (real(&ends[0]), real(&ends[1]));
            let beyond = real(&ours["beyond"][place]);
            assert_eq!(ours["inside"][place], beyond == 0.0);
            assert_eq!(beyond == 0.0, lo <= came && came <= hi, "{shock:#}");
        }
        inside += usize::from(ours["inside"][0] == true);
        // k = 3 comes first and allows for more than 1 and 2
        let width = |place: usize| {
            let ends = &ours["envelopes"][place];
            real(&ends[1]) - real(&ends[0])
        };
        assert!(width(1) < width(2) && width(2) < width(0), "{shock:#}");
    }
    let bar = &all["bar"]["inside"];
    assert_eq!(bar["of"], shocks.len());
    assert!((real(&bar["share"]) - inside as f64 / shocks.len() as f64).abs() < 1e-12);
    // two months of past before the first shock of 2018
    let skripal = all["not_counted"].as_array().unwrap();
    assert!(
        skripal
            .iter()
            .any(|n| n["id"] == "skripal" && n["why"] == "2 months of past, 12 needed")
    );
}

#[test]
fn shocks_of_ones_own_and_what_is_wrong_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let write = |pair: &str| {
        let text = format!(
            "k = 3.0\nalso = []\nmonths = 2\npast = 24\nbar = 0.8\n[[shock]]\nid = \"mine\"\ntitle = \"Mine\"\nday = \"2020-09-27\"\nkind = \"war\"\npairs = [\"{pair}\"]\n"
        );
        std::fs::write(&file, text).unwrap();
    };
    let asked = |more: &[&str]| {
        let name = file.to_str().unwrap();
        run(&[&with(&["--shocks", name])[..], more].concat())
    };
    write("ARM-AZE");
    let text = asked(&["--k", "2"]).ok();
    assert!(
        text.contains("Worst of 2 months") && text.contains("k = 2"),
        "{text}"
    );
    assert!(text.contains("Declared bar: 80 %"), "{text}");
    assert_eq!(text, asked(&["--k", "2"]).ok());
    write("ARM-XYZ");
    asked(&[]).failed(&["shock 'mine'", "no actor 'XYZ'", "detente actors"]);
    // no row of the source ever names Serbia
    write("SRB-USA");
    asked(&[]).failed(&["no shock can be judged"]);
    run(&with(&["--k=-1"])).failed(&["--k", "above 0"]);
}
