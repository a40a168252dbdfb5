//! The tradecraft lint: for each rule a document that breaks it and one that keeps it.

mod sample;

use detente_brief::lint::lint;
use detente_brief::*;
use sample::day;

/// A brief of one statement with its evidence: a probability of 0.62 and a count of 12.
fn with(statement: Statement) -> Document {
    let mut doc = base();
    doc.section("only", "Only section").say(statement);
    doc
}

fn base() -> Document {
    let mut doc = Document::new("p", "Title", "Subtitle", day("2024-12-31"), "1");
    doc.names = vec!["Northland".into(), "UN".into()];
    doc.sources = vec![Source {
        id: "events".into(),
        title: "Events".into(),
        grade: "B2".into(),
        ..Source::default()
    }];
    doc.methods = vec![Method {
        id: "m".into(),
        ..Method::default()
    }];
    let e = |id: &str, value: f64| {
        Evidence::new(id, "A measurement", "m")
            .datasets(["events"])
            .rows(12)
            .value(value)
            .names(["Southland"])
    };
    doc.add_evidence(e("p62", 0.62));
    doc.add_evidence(e("p20", 0.20));
    doc.add_evidence(e("count", 1_234.0));
    doc
}

fn chance(id: &str) -> Figure {
    base().evidence_of(&id.into()).unwrap().chance()
}

fn count() -> Figure {
    Figure::number(1_234.0, Format::count(), "count")
}

fn rules(doc: &Document) -> Vec<Rule> {
    lint(doc).into_iter().map(|v| v.rule).collect()
}

fn keeps(statement: Statement) {
    let found = lint(&with(statement.clone()));
    assert!(found.is_empty(), "{}: {found:?}", statement.plain());
}

fn breaks(statement: Statement, rule: Rule) {
    let text = statement.plain();
    assert_eq!(rules(&with(statement)), [rule], "{text}");
}

fn say(text: &str) -> Statement {
    Statement::new("s").text(text)
}

#[test]
fn the_sample_is_clean() {
    assert_eq!(lint(&sample::document()), []);
}

#[test]
fn digits_stand_in_figures_dates_and_names() {
    breaks(say("There were 12 events."), Rule::Digit);
    breaks(say("The share is ½."), Rule::Digit);
    breaks(Statement::new("s").strong("Since 1994."), Rule::Digit);
    keeps(
        say("There were ")
            .figure(&count())
            .text(" events since ")
            .year(1994)
            .text(", on ")
            .date(day("2020-09-27"))
            .text(" after ")
            .name("Resolution 1325")
            .text("."),
    );
}

#[test]
fn a_digit_in_a_cell_or_a_heading_is_found() {
    let mut doc = base();
    let mut table = TableBlock::new(
        "t",
        Statement::new("caption").text("A table"),
        [Column::words("A"), Column::numbers("12 months")],
    );
    table.row(vec![
        Cell::Name("EU 27".into()),
        Cell::Text("about 3".into()),
    ]);
    doc.section("only", "Record since 1994").table(table);
    let found = lint(&doc);
    let places: Vec<(&str, Rule)> = found.iter().map(|v| (v.place.as_str(), v.rule)).collect();
    assert_eq!(
        places,
        [
            ("section only", Rule::Digit),
            ("t row 1 column 2", Rule::Digit)
        ]
    );
}

#[test]
fn figures_name_evidence_that_the_document_holds() {
    breaks(
        say("It is ").figure(&Figure::number(1.0, Format::count(), "nowhere")),
        Rule::Evidence,
    );
    keeps(say("It is ").figure(&count()));
}

#[test]
fn evidence_rests_on_rows_or_is_a_declared_absence() {
    let with_evidence = |e: Evidence| {
        let mut doc = with(say("It is so."));
        doc.add_evidence(e.datasets(["events"]));
        rules(&doc)
    };
    let e = || Evidence::new("new", "What", "m");
    assert_eq!(with_evidence(e()), [Rule::Evidence]);
    assert_eq!(with_evidence(e().absent_in(0)), [Rule::Evidence]);
    assert_eq!(with_evidence(e().absent_in(3).rows(1)), [Rule::Evidence]);
    assert_eq!(with_evidence(e().built_from(["nowhere"])), [Rule::Evidence]);
    assert_eq!(
        with_evidence(Evidence::new("new", "What", "unknown-method").rows(1)),
        [Rule::Evidence]
    );
    assert_eq!(with_evidence(e().absent_in(5_558)), []);
    assert_eq!(with_evidence(e().rows(1)), []);
    assert_eq!(with_evidence(e().built_from(["count"])), []);
}

#[test]
fn a_figure_shows_its_value_and_the_evidence_holds_it() {
    let mut forged = count();
    forged.shown = "1\u{202f}235".into();
    breaks(say("It is ").figure(&forged), Rule::Value);
    // Twelve is the number of rows, which the evidence holds; thirteen is nowhere.
    keeps(say("It is ").figure(&Figure::number(12.0, Format::count(), "count")));
    breaks(
        say("It is ").figure(&Figure::number(13.0, Format::count(), "count")),
        Rule::Value,
    );
    // An interval must be the evidence's too.
    breaks(
        say("It is ").figure(&count().between(12.0, 1_300.0)),
        Rule::Value,
    );
    let mut nan = count();
    nan.value = Value::Number(f64::NAN);
    nan.shown = nan.written();
    breaks(say("It is ").figure(&nan), Rule::Value);
}

#[test]
fn likelihood_words_are_those_of_icd_203_and_fit_their_figure() {
    let sentence = |before: &str, id: &str| say(before).figure(&chance(id)).text(").");
    keeps(sentence("A step closer is likely (", "p62"));
    keeps(sentence("A step closer is probable (", "p62"));
    breaks(
        sentence("A step closer is very likely (", "p62"),
        Rule::Likelihood,
    );
    breaks(
        sentence("A step closer is unlikely (", "p62"),
        Rule::Likelihood,
    );
    // 20 % is the end of one band and the beginning of the next.
    keeps(sentence("A rupture is very unlikely (", "p20"));
    keeps(sentence("A rupture is highly improbable (", "p20"));
    keeps(sentence("A rupture is unlikely (", "p20"));
    breaks(
        sentence("There is almost no chance of a rupture (", "p20"),
        Rule::Likelihood,
    );
    for off in ["highly likely", "more likely than not", "virtually certain"] {
        breaks(
            sentence(&format!("A step closer is {off} ("), "p62"),
            Rule::Likelihood,
        );
    }
    breaks(say("A rupture is unlikely."), Rule::Likelihood);
    // The probability must stand in the same sentence.
    breaks(
        say("A rupture is unlikely. The share is ")
            .figure(&chance("p20"))
            .text("."),
        Rule::Likelihood,
    );
    // Two words, two probabilities, in order.
    keeps(
        say("Closer is likely (")
            .figure(&chance("p62"))
            .text(") and apart unlikely (")
            .figure(&chance("p20"))
            .text(")."),
    );
    // A probability without a word is fine.
    keeps(
        say("The share of paths is ")
            .figure(&chance("p62"))
            .text("."),
    );
}

#[test]
fn vague_words_stand_only_in_quotations() {
    for text in [
        "It may rain.",
        "Perhaps it holds.",
        "The data suggest a rift.",
        "It cannot be ruled out.",
        "It appears to hold.",
    ] {
        breaks(say(text), Rule::Vague);
    }
    keeps(
        say("The council met in the month of ")
            .name("May")
            .text("."),
    );
    keeps(say(
        "A minister said \u{201c}it may rain, perhaps\u{201d} and left.",
    ));
    keeps(
        say("The claim: ")
            .quote("it could possibly hold, likely in 2025")
            .text("."),
    );
}

#[test]
fn confidence_has_three_levels_and_its_own_sentence() {
    keeps(say("The judgement has moderate confidence."));
    breaks(say("The judgement has great confidence."), Rule::Confidence);
    breaks(say("The desk is confident of it."), Rule::Confidence);
    keeps(say("Both sides agreed on confidence-building measures."));
    breaks(
        say("With high confidence it is likely (")
            .figure(&chance("p62"))
            .text(") to hold."),
        Rule::Confidence,
    );
    keeps(
        say("It is likely (")
            .figure(&chance("p62"))
            .text(") to hold. The judgement has high confidence."),
    );
}

#[test]
fn names_are_declared_by_the_evidence_or_the_document() {
    let about = |s: Statement| s.text(" counts ").figure(&count()).text(".");
    keeps(about(Statement::new("s").actor("Northland")));
    keeps(about(Statement::new("s").actor("Southland")));
    breaks(about(Statement::new("s").actor("Eastland")), Rule::Name);
    // Without a figure the evidence of Southland is not that of the statement.
    breaks(
        Statement::new("s").actor("Southland").text(" is calm."),
        Rule::Name,
    );
    keeps(
        Statement::new("s")
            .actor("Southland")
            .text(" is calm.")
            .rests_on(base().evidence_of(&"count".into()).unwrap()),
    );
    // Names hidden in free text.
    breaks(say("The war in Eastland went on."), Rule::Name);
    keeps(say(
        "The votes at the UN of Northland's council. Nothing else: It ends.",
    ));
    breaks(say("It rests on ").source("nowhere").text("."), Rule::Name);
    keeps(say("It rests on ").source("events").text("."));
}

#[test]
fn a_state_at_the_beginning_of_a_sentence_is_a_name_too() {
    breaks(say("Georgia is calm."), Rule::Name);
    breaks(
        Statement::new("s").name("Georgia").text(" is calm."),
        Rule::Name,
    );
    let mut doc = with(say("Georgia is calm."));
    doc.names.push("Georgia".into());
    assert_eq!(lint(&doc), []);
}

#[test]
fn sources_are_graded() {
    for grade in ["", "B", "G2", "B7", "b2"] {
        let mut doc = with(say("It is so."));
        doc.sources[0].grade = grade.into();
        assert_eq!(rules(&doc), [Rule::Grade], "{grade}");
    }
    breaks(say("It is so.").grade("Z9"), Rule::Grade);
    keeps(say("It is so.").grade("C3"));
    let mut doc = with(say("It is so."));
    doc.add_evidence(
        Evidence::new("other", "What", "m")
            .rows(1)
            .datasets(["unlisted"]),
    );
    assert_eq!(rules(&doc), [Rule::Grade]);
}

#[test]
fn nothing_is_empty() {
    let mut doc = with(say("It is so."));
    doc.section("hollow", "Hollow");
    assert_eq!(rules(&doc), [Rule::Empty]);
    doc.subsection("part", "Part")
        .say(Statement::new("p").text("So."));
    assert_eq!(rules(&doc), [], "a section may begin with its parts");
    breaks(say("  "), Rule::Empty);
    breaks(
        say("It is ").figure(&Figure::missing(" ", "count")),
        Rule::Empty,
    );
    keeps(say("It is ").figure(&Figure::missing("not monitored since 2024-02-23", "count")));

    let mut doc = base();
    let mut table = TableBlock::new(
        "t",
        Statement::new("caption").text("A table"),
        [Column::words("A"), Column::words("B")],
    );
    table.row(vec![Cell::Name("a".into()), Cell::Empty("".into())]);
    table.row(vec![Cell::Name("b".into())]);
    doc.section("only", "Only").table(table);
    assert_eq!(rules(&doc), [Rule::Empty, Rule::Empty]);
}

#[test]
fn statements_are_short() {
    let words = |n: usize| say(&format!("{}.", vec!["word"; n].join(" ")));
    keeps(words(45));
    breaks(words(46), Rule::Length);
}

#[test]
fn names_of_parts_are_unique_and_well_formed() {
    let mut doc = with(say("It is so."));
    doc.section("again", "Again").say(say("It is so again."));
    assert_eq!(rules(&doc), [Rule::Id]);
    let mut doc = base();
    doc.section("only", "Only")
        .say(Statement::new("A name").text("It is so."));
    assert_eq!(rules(&doc), [Rule::Id]);
}

#[test]
fn charts_draw_only_what_is_true() {
    let chart = |bars: Vec<Option<f64>>, score: f64, evidence: &str| {
        let bars = bars
            .into_iter()
            .map(|value| Bar {
                name: "f".into(),
                value,
                missing: "no data".into(),
                evidence: evidence.into(),
            })
            .collect();
        let mut doc = base();
        doc.section("only", "Only").chart(ChartBlock {
            id: "c".into(),
            title: Statement::new("title").text("A level"),
            definition: "A score.".into(),
            chart: Chart::Levels(LevelBars {
                label: "score".into(),
                max: 1.0,
                levels: vec![BarRow {
                    name: "l".into(),
                    score: Some(score),
                    missing: String::new(),
                    bars,
                    evidence: evidence.into(),
                }],
            }),
        });
        rules(&doc)
    };
    assert_eq!(chart(vec![Some(0.25), None, Some(0.5)], 0.75, "count"), []);
    assert_eq!(
        chart(vec![Some(0.25), Some(0.5)], 0.76, "count"),
        [Rule::Value],
        "contributions add up"
    );
    assert_eq!(
        chart(vec![Some(f64::NAN)], f64::NAN, "count"),
        [Rule::Value, Rule::Value]
    );
    assert_eq!(chart(vec![Some(0.75)], 0.75, "nowhere"), [Rule::Evidence]);
}

#[test]
fn the_partners_of_a_dot_chart_are_declared() {
    let with_partner = |name: &str| {
        let mut doc = base();
        let row = DotRow {
            name: name.into(),
            focus: true,
            value: Some(Estimate {
                value: 1.0,
                low: None,
                high: None,
            }),
            missing: String::new(),
            evidence: "count".into(),
        };
        doc.section("only", "Only").chart(ChartBlock {
            id: "c".into(),
            title: Statement::new("title").text("Partners"),
            definition: "A score.".into(),
            chart: Chart::Dots(Dots {
                interval: String::new(),
                panels: vec![DotPanel {
                    title: "t".into(),
                    direction: "d".into(),
                    decimals: 1,
                    rows: vec![row],
                }],
            }),
        });
        rules(&doc)
    };
    assert_eq!(with_partner("Southland"), [], "the evidence names it");
    assert_eq!(with_partner("Northland"), [], "the document names it");
    assert_eq!(with_partner("Eastland"), [Rule::Name]);
}

#[test]
fn a_violation_says_where_what_and_what_would_be_right() {
    let found = lint(&with(say("There were 12 events.")));
    assert_eq!(
        found[0].to_string(),
        "s [digit]: \u{2018}12\u{2019} stands in free text. Write a number as a figure with evidence, a date as a date, a title as a name"
    );
}
