//! What a user sees for a file with faults: every fault at once, with its place and what would be right.

use detente_partnership::{FileError, check_text, parse};

/// A sound file; a fault is put in by replacing one of its texts.
const SOUND: &str = include_str!("files/sound.toml");

/// One fault: what is replaced, by what, where the new text's fault is (a text that stands there), and what is said.
struct Case {
    old: &'static str,
    new: &'static str,
    at: &'static str,
    says: &'static [&'static str],
}

const fn case(
    old: &'static str,
    new: &'static str,
    at: &'static str,
    says: &'static [&'static str],
) -> Case {
    Case { old, new, at, says }
}

const CASES: &[Case] = &[
    // Keys.
    case(
        "toward = [\"RUS\"]",
        "towards = [\"RUS\"]",
        "towards = [\"RUS\"]",
        &[
            "unknown key 'towards' in [[factor]]",
            "did you mean 'toward'? [[factor]] knows id, level, title, says, weight, toward, indicator, exposure",
        ],
    ),
    case(
        "[[event]]",
        "[[evnt]]",
        "evnt",
        &["unknown key 'evnt' in the file", "did you mean 'event'?"],
    ),
    case(
        "weight = 1.0",
        "colour = 1.0",
        "colour",
        &["unknown key 'colour' in [[factor]]", "knows id, level"],
    ),
    case(
        "title = \"Cohesion\"\n",
        "",
        "[[factor]]",
        &["[[factor]] lacks 'title'", "write title = \"...\""],
    ),
    case(
        "sides = { a = \"EU\", b = \"MDA\" }\n",
        "",
        "[partnership]",
        &[
            "[partnership] lacks sides",
            "write sides = { a = \"NATO\", b = \"AZE\" }",
        ],
    ),
    case(
        "covers = [\"political\"]\n",
        "",
        "[[format]]",
        &["[[format]] lacks 'covers'", "covers = [\"military\"]"],
    ),
    case(
        "[[group]]\nid = \"neighbours\"",
        "[group]\nid = \"neighbours\"",
        "[group]",
        &[
            "[group] stands in single brackets",
            "write [[group]], because there can be several",
        ],
    ),
    // Kinds of value.
    case(
        "weight = 1.0",
        "weight = 0",
        "0",
        &["'weight' must be above 0"],
    ),
    case(
        "weight = 1.0",
        "weight = \"high\"",
        "\"high\"",
        &["'weight' is a text, not a number"],
    ),
    case(
        "weight = 1.0",
        "weight = nan",
        "nan",
        &["'weight' must be above 0"],
    ),
    case(
        "declared = 0.7",
        "declared = 1.7",
        "1.7",
        &["'declared' must be from 0 to 1"],
    ),
    case(
        "global = 0.0",
        "global = -1.0",
        "-1.0",
        &["'global' must be 0 or more"],
    ),
    case(
        "since = 1998-07-01",
        "since = \"1998-07-01\"",
        "\"1998-07-01\"",
        &[
            "'since' is a text, not a date",
            "write it without quotes: since = 1998-07-01",
        ],
    ),
    case(
        "since = 1998-07-01",
        "since = 1998-07-01T12:00:00Z",
        "1998-07-01T",
        &["'since' must be a day without a time"],
    ),
    case(
        "since = 1998-07-01",
        "since = 1998",
        "1998\n",
        &["'since' is a whole number, not a date", "YYYY-MM-DD"],
    ),
    case(
        "contrast = [\"GEO\", \"UKR\"]",
        "contrast = \"GEO\"",
        "\"GEO\"",
        &[
            "'contrast' is a text, not a list",
            "write contrast = [\"GEO\"]",
        ],
    ),
    case(
        "id = \"eu-moldova\"",
        "id = \"EU Moldova\"",
        "\"EU Moldova\"",
        &["'EU Moldova' is not a short name"],
    ),
    case(
        "title = \"Cohesion\"",
        "title = \" \"",
        "\" \"",
        &["'title' is empty"],
    ),
    // Words.
    case(
        "worse = \"lower\"",
        "worse = \"down\"",
        "\"down\"\n[[factor.indicator]]\nmeasure = \"different",
        &["'down' is not a value of 'worse'", "known: higher, lower"],
    ),
    case(
        "level = \"regional\"",
        "level = \"regionl\"",
        "\"regionl\"",
        &["did you mean 'regional'? Known: internal, "],
    ),
    case(
        "measure = \"relation\"",
        "measure = \"realtion\"",
        "\"realtion\"",
        &[
            "'realtion' is not a value of 'measure'",
            "did you mean 'relation'?",
        ],
    ),
    case(
        "kind = \"trend\"",
        "kind = \"trnd\"",
        "\"trnd\"",
        &["did you mean 'trend'?"],
    ),
    case(
        "domain = \"military\"",
        "domain = \"energy\"",
        "\"energy\"",
        &["'energy' is not a value of 'domain'", "energy-transit"],
    ),
    case(
        "measured = \"distance\"",
        "measured = \"distanc\"",
        "\"distanc\"",
        &["did you mean 'distance'?"],
    ),
    // Actors, groups, rivalries, factors.
    case(
        "b = \"MDA\" }",
        "b = \"MLD\" }",
        "MLD",
        &["'MLD' is not an actor, bloc or group", "did you mean M"],
    ),
    case(
        "members = \"ROU, UKR\"",
        "members = \"ROU, UKRAINE\"",
        "UKRAINE",
        &["'UKRAINE' is not", "did you mean UKR (Ukraine)"],
    ),
    case(
        "members = \"ROU, UKR\"",
        "members = \"ROU,, UKR\"",
        "\"ROU,, UKR\"",
        &["lacks an actor"],
    ),
    case(
        "members = \"ROU, UKR\"",
        "members = \"NATO@1999-13-01\"",
        "NATO@1999-13-01",
        &["'1999-13-01' is not a date"],
    ),
    case(
        "with = \"neighbours\"",
        "with = \"neigbours\"",
        "neigbours",
        &["did you mean the group 'neighbours'?"],
    ),
    case(
        "with = \"neighbours\"",
        "with = \"neighbours, POL\"",
        "neighbours, POL",
        &["stands alone"],
    ),
    case(
        "id = \"neighbours\"",
        "id = \"neighbours\"\ntitle = \"First\"\nmembers = \"ROU\"\n[[group]]\nid = \"neighbours\"",
        "\"neighbours\"\ntitle = \"Neighbours",
        &["a second group 'neighbours'"],
    ),
    case(
        "poles = [\"EU\", \"RUS\"]",
        "poles = [\"EU\"]",
        "\"EU\"]",
        &["has one pole", "two poles"],
    ),
    case(
        "poles = [\"EU\", \"RUS\"]",
        "poles = [\"EU\", \"RUS\", \"CHN\"]",
        "\"CHN\"",
        &["has 3 poles"],
    ),
    case(
        "poles = [\"EU\", \"RUS\"]",
        "poles = [\"EU\", \"EU\"]",
        "\"EU\"]",
        &["both poles are the same"],
    ),
    case(
        "rivalry = \"eu-russia\"",
        "rivalry = \"us-russia\"",
        "\"us-russia\"",
        &[
            "there is no rivalry 'us-russia'",
            "did you mean 'eu-russia'?",
        ],
    ),
    case(
        "factor = \"transnistria\"",
        "factor = \"transnitria\"",
        "\"transnitria\"",
        &["did you mean 'transnistria'?"],
    ),
    case(
        "factors = [\"transnistria\"]",
        "factors = [\"gagauzia\"]",
        "\"gagauzia\"",
        &["there is no factor 'gagauzia'"],
    ),
    case(
        "id = \"cohesion\"",
        "id = \"transnistria\"",
        "\"transnistria\"\nlevel = \"regional\"",
        &["a second factor 'transnistria'"],
    ),
    case(
        "b = \"MDA\" }",
        "b = \"EU\" }",
        "\"EU\" }",
        &["both sides are the same"],
    ),
    case(
        "contrast = [\"GEO\", \"UKR\"]",
        "contrast = [\"GEO\", \"MDA\"]",
        "\"MDA\"]",
        &["'MDA' is a side"],
    ),
    case(
        "since = 1998-07-01",
        "since = 1980-07-01",
        "\"MDA\" }",
        &["'MDA' does not exist, or has no members, on 1980-07-01"],
    ),
    // Dates against each other.
    case(
        "until = 2024-06-30",
        "until = 2014-06-30",
        "2014-06-30",
        &["ends on 2014-06-30, before it begins on 2016-07-01"],
    ),
    case(
        "dates = [2014-03-18, 2022-02-24]",
        "dates = [2022-02-24, 2014-03-18]",
        "2014-03-18]",
        &["2014-03-18 does not come after 2022-02-24"],
    ),
    case(
        "internal = 1.0\nregional = 1.0",
        "internal = 0.0\nregional = 0.0",
        "global",
        &["every level has the weight 0"],
    ),
    // Measures and their parties.
    case(
        "of = \"RUS\"\nwith = \"MDA\"",
        "of = \"RUS\"",
        "\"relation\"",
        &[
            "the measure 'relation' needs 'with'",
            "add with = \"...\": an actor, a bloc or a group of this file",
        ],
    ),
    case(
        "of = \"RUS\"\nwith = \"MDA\"",
        "of = \"RUS\"\nwith = \"MDA\"\nroots = [14]",
        "14]",
        &[
            "the measure 'relation' does not use 'roots'",
            "relation uses of, with",
        ],
    ),
    case(
        "\"burden-below\"\nof = \"EU\"\nthreshold = 2.0",
        "\"burden-below\"\nof = \"EU\"",
        "\"burden-below\"",
        &["needs 'threshold'"],
    ),
    case(
        "\"relation-break\"\nof = \"EU\"\nwith = \"MDA\"\ndates = [2014-03-18, 2022-02-24]\n",
        "\"relation-break\"\nof = \"EU\"\nwith = \"MDA\"\n",
        "\"relation-break\"",
        &["needs 'dates'"],
    ),
    // Exposures.
    case(
        "b = { measured = \"distance\", to = \"RUS\" }",
        "b = { measured = \"distance\" }",
        "\"distance\"",
        &["a measured exposure needs 'to'"],
    ),
    case(
        "a = { declared = 0.3, why = \"No commitment.\" }",
        "a = { declared = 0.3 }",
        "0.3",
        &["a declared exposure needs 'why'"],
    ),
    case(
        "a = { declared = 0.3, why = \"No commitment.\" }",
        "a = { }",
        "\"military\"",
        &["the military exposure of side a is neither declared nor measured"],
    ),
    case(
        "a = { declared = 0.3, why",
        "a = { measured = \"trade\", to = \"RUS\", declared = 0.3, why",
        "\"trade\", to = \"RUS\"",
        &["the exposure of side a is declared and measured"],
    ),
    // Tests.
    case(
        "expect = \"down\"",
        "expect = \"above\"",
        "\"above\"\nsince",
        &[
            "the test 'trend' cannot expect 'above'",
            "up, down, not-up, not-down",
        ],
    ),
    case(
        "\"trend\"\nmeasure = \"ideal-point-gap\"\nof = \"MDA\"\nwith = \"EU\"\nexpect = \"down\"\n",
        "\"trend\"\nmeasure = \"ideal-point-gap\"\nof = \"MDA\"\nwith = \"EU\"\n",
        "\"trend\"",
        &["the test 'trend' needs 'expect'"],
    ),
    case(
        "\"burden-below\"\nmeasure_threshold = 2.0\n",
        "\"burden-below\"\n",
        "\"burden-below\"",
        &["needs 'measure_threshold'"],
    ),
    case(
        "bloc = \"CSTO\"",
        "bloc = \"CSTA\"",
        "\"CSTA\"",
        &["'CSTA' is not a bloc with known members", "CSTO"],
    ),
    case(
        "factor = \"transnistria\"",
        "factor = \"transnistria\"\nthreshold = 70",
        "70",
        &["'threshold' must be from 0 to 1"],
    ),
    case(
        "\"untestable\"\nwhy = \"It is the future.\"\n",
        "\"untestable\"\n",
        "\"untestable\"",
        &["needs 'why'"],
    ),
    case(
        "kind = \"untestable\"",
        "kind = \"stable\"\n[[assumption.test]]\nkind = \"untestable\"",
        "\"untestable\"",
        &["other tests beside"],
    ),
    case(
        "kind = \"pressing\"",
        "kind = \"pressing\"\nof = \"EU\"",
        "\"EU\"\nfactor",
        &["the test 'pressing' does not use 'of'"],
    ),
    case(
        "since = 1998-07-01",
        "since = 1998-02-29",
        "1998-02-29",
        &["date"],
    ),
    // TOML itself.
    case(
        "title = \"Cohesion\"",
        "title = Cohesion",
        "Cohesion",
        &["string values must be quoted"],
    ),
    case(
        "title = \"Cohesion\"",
        "title = \"Cohesion\"\ntitle = \"Again\"",
        "title = \"Again\"",
        &["duplicate key"],
    ),
    // Shocks and levers.
    case(
        "[[event]]",
        "[[shock]]\nid = \"war\"\ntitle = \"War\"\nevents = [\"RUS->neighbours material-conflct x5\"]\n[[event]]",
        "material-conflct",
        &[
            "'material-conflct' is no class of events",
            "did you mean 'material-conflict'?",
        ],
    ),
    case(
        "[[event]]",
        "[[shock]]\nid = \"war\"\ntitle = \"War\"\nevents = [\"RUS->MLD conflict x5\"]\n[[event]]",
        "MLD conflict",
        &["'MLD' is not an actor", "ISO 3166"],
    ),
    case(
        "[[event]]",
        "[[shock]]\nid = \"war\"\ntitle = \"War\"\nevents = [\"RUS->MDA conflict x5\"]\nmonths = \"2025\"\n[[event]]",
        "2025\"",
        &["'2025' is no month", "YYYY-MM"],
    ),
    case(
        "[[event]]",
        "[[lever]]\nid = \"talk\"\ntitle = \"Talk\"\nside = \"a\"\nevents = [\"EU<->MDA verbal-cooperation\"]\n[[event]]",
        "\"]\n[[event]]",
        &["the multiple of the usual month is lacking", "x5"],
    ),
    case(
        "[[event]]",
        "[[lever]]\nid = \"talk\"\ntitle = \"Talk\"\nside = \"c\"\nevents = [\"EU<->MDA cooperation x2\"]\n[[event]]",
        "\"c\"",
        &["'c'", "a, b, both"],
    ),
];

/// Line and column of a byte, counted here apart from the code under test.
fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..byte];
    let line = before.split('\n').count();
    (
        line,
        before.rsplit('\n').next().unwrap().chars().count() + 1,
    )
}

#[test]
fn the_file_without_a_fault_is_sound() {
    let checked = check_text(SOUND, "sound.toml").unwrap_or_else(|e| panic!("{e}"));
    assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
}

#[test]
fn each_fault_is_reported_at_its_place_with_its_remedy() {
    for case in CASES {
        assert!(SOUND.contains(case.old), "{:?}", case.old);
        // The replaced text is the one that stands nearest before the fault, so the first occurrence is meant.
        let text = SOUND.replacen(case.old, case.new, 1);
        let from = SOUND.find(case.old).unwrap();
        let at = text[from..]
            .find(case.at)
            .map(|i| i + from)
            .or_else(|| text.find(case.at));
        let at = at.unwrap_or_else(|| panic!("{:?} is not in the changed file", case.at));
        let (line, column) = if case.at.starts_with("[[") {
            // What an entry lacks is shown at its head, which stands before the place of the change.
            place(&text, text[..from].rfind(case.at).unwrap())
        } else if case.says[0].starts_with("[partnership] lacks") {
            place(&text, 0)
        } else {
            place(&text, at)
        };
        let error = parse(&text, "x.toml")
            .err()
            .unwrap_or_else(|| panic!("{:?} was let through", case.new));
        let shown = error.to_string();
        let head = format!("x.toml:{line}:{column}: ");
        let found = error.problems().iter().any(|p| {
            let p = p.to_string();
            p.starts_with(&head) && case.says.iter().all(|s| p.contains(s))
        });
        assert!(
            found,
            "wanted {head}{:?} for {:?}, got\n{shown}",
            case.says, case.new
        );
        assert_eq!(error.problems().len(), 1, "one fault, one report:\n{shown}");
    }
}

#[test]
fn five_faults_are_reported_at_once() {
    let text = SOUND
        .replacen("toward = [\"RUS\"]", "towards = [\"RUS\"]", 1)
        .replacen("b = \"MDA\" }", "b = \"MLD\" }", 1)
        .replacen("of = \"RUS\"\nwith = \"MDA\"", "of = \"RUS\"", 1)
        .replacen("declared = 0.7", "declared = 7", 1)
        .replacen("until = 2024-06-30", "until = 2014-06-30", 1);
    let error = parse(&text, "eu-moldova.toml").unwrap_err();
    assert_eq!(error.problems().len(), 5);
    insta::assert_snapshot!(error.to_string());
}

#[test]
fn a_broken_entry_does_not_break_those_that_refer_to_it() {
    let text = SOUND.replacen("members = \"ROU, UKR\"", "members = \"ROU, UKX\"", 1);
    assert_eq!(parse(&text, "x.toml").unwrap_err().problems().len(), 1);
    let text = SOUND.replacen("title = \"Transnistria\"\n", "", 1);
    assert_eq!(parse(&text, "x.toml").unwrap_err().problems().len(), 1);
    let text = SOUND.replacen("poles = [\"EU\", \"RUS\"]\n", "", 1);
    assert_eq!(parse(&text, "x.toml").unwrap_err().problems().len(), 1);
}

#[test]
fn a_file_cut_or_torn_anywhere_is_reported_and_breaks_nothing() {
    let lines: Vec<&str> = SOUND.split_inclusive('\n').collect();
    for i in 0..lines.len() {
        let without: String = lines
            .iter()
            .enumerate()
            .filter(|(j, _)| *j != i)
            .map(|(_, l)| *l)
            .collect();
        let doubled: String = lines
            .iter()
            .enumerate()
            .flat_map(|(j, l)| vec![*l; if j == i { 2 } else { 1 }])
            .collect();
        let emptied: String = lines
            .iter()
            .enumerate()
            .map(|(j, l)| match l.split_once(" = ") {
                Some((key, _)) if j == i => format!("{key} = []\n"),
                _ => (*l).to_owned(),
            })
            .collect();
        for text in [without, doubled, emptied] {
            for problem in check_text(&text, "torn.toml")
                .err()
                .iter()
                .flat_map(FileError::problems)
            {
                let line = text.lines().nth(problem.line - 1).unwrap_or_default();
                assert_eq!(problem.text, line);
                assert!(problem.column <= line.chars().count() + 1, "{problem}");
                assert!(!problem.message.is_empty());
            }
        }
    }
    for end in (0..SOUND.len()).step_by(7) {
        let _ = check_text(&SOUND[..end], "cut.toml");
    }
}
