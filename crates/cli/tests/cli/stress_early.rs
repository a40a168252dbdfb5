//! What `detente stress` says would be seen first, and what sets off what.

use crate::support::run;

const ARGS: [&str; 6] = [
    "stress",
    "nato-azerbaijan",
    "--as-of",
    "2024-03-31",
    "--paths",
    "1000",
];

#[test]
fn signs_and_cascades_are_told_with_what_they_are_worth() {
    let found = run(&[&ARGS[..], &["--format", "json"]].concat()).json();
    let watch = &found["signs"]["relations"];
    let rules = watch["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 4, "{watch}");
    for rule in rules {
        let words = rule["rule"].as_str().unwrap();
        assert!(words.starts_with("relation of "), "{words}");
        let record = &rule["record"];
        let share = |key: &str| record[key].as_f64().unwrap();
        for key in [
            "hit_rate",
            "false_alarm_rate",
            "placebo_hit_rate",
            "adjusted_p",
        ] {
            assert!((0.0..=1.0).contains(&share(key)), "{record}");
        }
        assert_eq!(rule["shown"], share("adjusted_p") <= 0.05);
    }
    let text = run(&ARGS).ok();
    let none = rules.iter().all(|rule| rule["shown"] == false);
    let (first, rest) = text.split_once("What would be seen first").unwrap();
    assert!(first.contains("What it takes to fail"));
    let relations = rest.split("Before months in which").next().unwrap();
    assert_eq!(
        relations.contains("No sign demonstrated"),
        none,
        "{relations}"
    );
    let cascade = &found["cascade"];
    let told = rest.split_once("What sets off what").unwrap().1;
    match cascade["held_out"]["finding"].as_str() {
        Some(finding) => {
            assert!(told.contains(finding), "{told}");
            assert_eq!(cascade["shown"].is_null(), finding == "no excitation shown");
            assert_eq!(told.contains("stands for"), !cascade["shown"].is_null());
        }
        None => assert!(
            told.contains(cascade["why_not"].as_str().unwrap()),
            "{told}"
        ),
    }
}
