//! A small brief that exercises everything a document can hold. Its values are invented; only its form is tested.

use detente_atlas::{Day, Month};
use detente_brief::*;

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The sample brief as of 2024-12-31.
pub fn document() -> Document {
    let mut doc = Document::new(
        "sample",
        "Sample: Northland and Southland",
        "An invented partnership, to show the form of a brief. No figure in it is true.",
        day("2024-12-31"),
        "17 <test>",
    );
    doc.names = [
        "Northland",
        "Southland",
        "Eastland",
        "Westland",
        "Farthest Land of All",
        "UN",
    ]
    .map(str::to_owned)
    .to_vec();
    doc.sources = sources();
    doc.methods = methods();
    evidence(&mut doc);
    bottom_line(&mut doc);
    record(&mut doc);
    relation(&mut doc);
    watch(&mut doc);
    assumptions(&mut doc);
    limits(&mut doc);
    doc
}

fn sources() -> Vec<Source> {
    let source = |id: &str, title: &str, grade: &str, coverage: &str| Source {
        id: id.into(),
        title: title.into(),
        grade: grade.into(),
        citation: format!("Author & Other (2020), {title}."),
        licence: "CC BY 4.0".into(),
        coverage: coverage.into(),
    };
    vec![
        source(
            "events",
            "Event stream",
            "B3",
            "1994 to 2024; nothing from 2005-06 to 2006-08",
        ),
        source(
            "day-scores",
            "Daily dyad scores",
            "C3",
            "2018 to 2024-02-22",
        ),
        source("disputes", "Militarised disputes 5", "A2", "1994 to 2014"),
        source("votes", "UN votes", "A1", "1994 to 2024"),
        source("partnership-file", "Partnership file", "F6", "declared"),
    ]
}

fn methods() -> Vec<Method> {
    let method = |id: &str, title: &str, definition: &str, citation: &str| Method {
        id: id.into(),
        title: title.into(),
        definition: definition.into(),
        citation: citation.into(),
    };
    vec![
        method(
            "relation-index",
            "Relation index R",
            "ln((C + 1) / (K + 1)) of cooperative and conflictual events; 0 is balanced.",
            "This project.",
        ),
        method(
            "ideal-point-distance",
            "Ideal-point distance",
            "|a - b| of yearly UN ideal points, 0 and up.",
            "Bailey, Strezhnev & Voeten (2017).",
        ),
        method(
            "dispute-count",
            "Dispute count",
            "Militarised disputes in which both sides take part.",
            "Palmer et al. (2022).",
        ),
        method(
            "standing",
            "Standing of a factor",
            "Expanding percentile of the indicator against its own past, 0 to 1.",
            "This project.",
        ),
        method(
            "level-score",
            "Level score",
            "Weighted mean of the standings of its factors, 0 to 1.",
            "This project.",
        ),
        method(
            "coverage",
            "Coverage",
            "Days that a source saw whole, in part, or not at all.",
            "This project.",
        ),
        method(
            "outlook",
            "Outlook",
            "Share of simulated paths that end closer.",
            "This project.",
        ),
    ]
}

fn rows(n: usize) -> Vec<Vec<String>> {
    (1..=n)
        .map(|i| {
            vec![
                format!("events.{}.tab.gz", 2010 + i),
                (i * 137).to_string(),
                format!("20{:02}-03-0{}", 9 + i, i),
                "NOR".into(),
                "SOU".into(),
                "042".into(),
            ]
        })
        .collect()
}

const ROW_HEADER: [&str; 6] = ["file", "row", "day", "source", "target", "code"];

fn evidence(doc: &mut Document) {
    let sides = ["Northland", "Southland"];
    let period = (day("1994-01-01"), day("2024-12-31"));
    let measured = |id: &str, what: &str, method: &str, set: &str, rows: u64, value: f64| {
        Evidence::new(id, what, method)
            .query(
                "(source = NOR and target in (SOU)) and known <= 2024-12-31",
                "detente export --where 'source = NOR and target in (SOU) and known <= 2024-12-31'",
            )
            .datasets([set])
            .names(sides)
            .rows(rows)
            .period(period.0, period.1)
            .known_to(day("2024-12-30"))
            .value(value)
    };
    for e in [
        measured(
            "relation-now",
            "Relation index of Northland and Southland over the last twelve months",
            "relation-index",
            "events",
            12_482,
            0.8431,
        )
        .interval(0.7712, 0.9148)
        .also("before", 0.5562)
        .also("change", 0.2869)
        .sample(ROW_HEADER, rows(3)),
        measured(
            "relation-series",
            "Relation index by year and month",
            "relation-index",
            "events",
            182_004,
            0.8431,
        ),
        measured(
            "relation-days",
            "Relation index from net scores by month",
            "relation-index",
            "day-scores",
            5_218,
            0.61,
        ),
        measured(
            "distance",
            "Distance of the sides' UN ideal points in the last year",
            "ideal-point-distance",
            "votes",
            34,
            1.8613,
        )
        .also("first", 1.1287)
        .sample(
            ["file", "row", "country", "idealpoint"],
            vec![vec![
                "ideal.csv".into(),
                "9120".into(),
                "SOU | <x>".into(),
                "-0.51".into(),
            ]],
        ),
        Evidence::new(
            "disputes-between",
            "Militarised disputes between the sides",
            "dispute-count",
        )
        .query(
            "dataset = disputes and actor = NOR and partner = SOU",
            "detente export --where 'dataset = disputes and actor = NOR'",
        )
        .datasets(["disputes"])
        .names(sides)
        .absent_in(5_558)
        .period(day("1994-01-01"), day("2014-12-31"))
        .known_to(day("2020-11-01")),
        measured(
            "closer",
            "Probability that the sides stand closer in twelve months",
            "outlook",
            "events",
            372,
            0.62,
        ),
        measured(
            "rift",
            "Standing of the rift inside Northland",
            "standing",
            "events",
            4_410,
            0.712,
        ),
        measured(
            "burden",
            "Standing of unequal burdens",
            "standing",
            "votes",
            340,
            0.28,
        ),
        measured(
            "strait",
            "Standing of the strait",
            "standing",
            "events",
            960,
            0.9,
        ),
        measured(
            "rivalry",
            "Standing of the rivalry of Eastland and Westland",
            "standing",
            "events",
            22_310,
            0.55,
        )
        .names(["Eastland", "Westland"]),
        Evidence::new("river", "Standing of the river", "standing")
            .datasets(["day-scores"])
            .names(sides)
            .rows(88)
            .command("detente relation NOR SOU --by month"),
        Evidence::new("internal", "Score of the internal level", "level-score")
            .built_from(["rift", "burden"])
            .value(0.496),
        Evidence::new("regional", "Score of the regional level", "level-score")
            .built_from(["strait", "river"])
            .value(0.9),
        Evidence::new("global", "Score of the global level", "level-score")
            .built_from(["rivalry"])
            .value(0.55),
        Evidence::new(
            "exposure",
            "Declared exposure of Southland to the strait",
            "standing",
        )
        .datasets(["partnership-file"])
        .names(sides)
        .rows(1)
        .value(0.8)
        .command("detente check sample.toml"),
        measured(
            "contrast",
            "Skill, volatility and distance of the contrast partners",
            "relation-index",
            "events",
            48_113,
            0.12,
        )
        .names(["Eastland", "Westland"]),
        measured(
            "ledger",
            "Days of each data set by coverage",
            "coverage",
            "events",
            11_322,
            4_210.0,
        ),
    ] {
        doc.add_evidence(e);
    }
}

fn get(doc: &Document, id: &str) -> Evidence {
    doc.evidence_of(&id.into()).unwrap().clone()
}

fn bottom_line(doc: &mut Document) {
    let (now, distance, disputes, closer) = (
        get(doc, "relation-now"),
        get(doc, "distance"),
        get(doc, "disputes-between"),
        get(doc, "closer"),
    );
    let two = Format::decimals(2);
    doc.section("bottom-line", "Bottom line")
        .say(
            Statement::new("bl-record")
                .strong("Neither side has fought the other.")
                .text(" The dispute data hold ")
                .figure(&disputes.row_count().unit("disputes"))
                .text(" between them among ")
                .figure(&Figure::number(5_558.0, Format::count(), &disputes).unit("rows"))
                .text(", ")
                .year(1994)
                .text(" to ")
                .year(2014)
                .text(".")
                .key()
                .grade("A2"),
        )
        .say(
            Statement::new("bl-relation")
                .text("The relation index of ")
                .actors(&["Northland", "Southland"])
                .text(" stands at ")
                .figure(&now.figure_with_interval(two))
                .text(", a change of ")
                .figure(&now.figure_of("change", two.signed()))
                .text(" on the twelve months before.")
                .key(),
        )
        .say(
            Statement::new("bl-votes")
                .text("At the UN the sides have moved apart: the distance of their ideal points grew from ")
                .figure(&distance.figure_of("first", two))
                .text(" to ")
                .figure(&distance.figure(two))
                .text(".")
                .key(),
        )
        .say(
            Statement::new("bl-outlook")
                .text("It is likely (")
                .figure(&closer.chance())
                .text(") that the sides stand closer in twelve months. The judgement has low confidence, because the events behind it come from one stream.")
                .key(),
        );
}

fn record(doc: &mut Document) {
    let river = get(doc, "river");
    doc.section("record", "Record")
        .say(
            Statement::new("record-sources")
                .text("The record rests on ")
                .source("disputes")
                .text(" and on the ")
                .name("Treaty 12/1994")
                .text(", in force since ")
                .date(day("1994-05-04"))
                .text("; ")
                .month(Month::new(1997, 5))
                .text(" brought the council."),
        )
        .note(
            Statement::new("record-gap")
                .text("The river: ")
                .figure(&Figure::missing("not monitored since 2024-02-23", &river))
                .text("."),
        );
}

/// A repeatable wave that stands in for a measured series.
fn wave(i: usize) -> f64 {
    let t = i as f64;
    0.55 + 0.35 * (t / 17.0).sin() + 0.2 * (t * 1.7).sin() * (t * 0.31).cos()
}

fn relation_chart() -> Chart {
    let years = |from: i32, to: i32| -> Vec<Point> {
        (from..=to)
            .map(|y| {
                let v = wave((y - 1994) as usize * 12);
                Point::between(Day::from_ymd(y, 7, 1).unwrap(), v, v - 0.35, v + 0.3)
            })
            .collect()
    };
    let months = |from: (i32, u32), n: i32, shift: f64| -> Vec<Point> {
        (0..n)
            .map(|i| Month(Month::new(from.0, from.1).0 + i))
            .map(|m| {
                let v = wave((m.year() - 1994) as usize * 12 + m.of_year() as usize) + shift;
                Point::between(m.first().plus(14), v, v - 0.12, v + 0.12)
            })
            .collect()
    };
    let mut events = months((2002, 1), 192, 0.0);
    events.retain(|p| !(day("2005-06-01")..=day("2006-08-31")).contains(&p.day));
    let segment = |source: &str, points, step_days, id: &str| Segment {
        source: source.into(),
        points,
        inner: Vec::new(),
        step_days,
        evidence: id.into(),
    };
    let mark = |d: &str, label: &str| EventMark {
        day: day(d),
        label: label.into(),
    };
    let gap = |from: &str, to: &str, reason: &str| GapMark {
        from: day(from),
        to: day(to),
        reason: reason.into(),
    };
    Chart::Series(SeriesChart {
        from: day("1994-01-01"),
        to: day("2024-12-31"),
        panels: vec![
            Panel {
                label: "Relation index R: above zero more cooperation than conflict".into(),
                segments: vec![
                    segment("Dyad-years", years(1994, 2001), 366, "relation-series"),
                    segment("Event stream", events, 31, "relation-now"),
                    segment(
                        "Daily dyad scores",
                        months((2018, 1), 74, 0.05),
                        31,
                        "relation-days",
                    ),
                ],
                reference: Some(0.0),
                gaps: vec![
                    gap(
                        "2005-06-01",
                        "2006-08-31",
                        "the archive of the stream is lost",
                    ),
                    gap("2024-02-23", "2024-12-31", "the source ended"),
                ],
                joints: vec![
                    Joint {
                        day: day("2002-01-01"),
                        label: "overlap of 24 months".into(),
                    },
                    Joint {
                        day: day("2018-01-01"),
                        label: "overlap of 12 months".into(),
                    },
                ],
                breaks: vec![
                    mark("2009-02-01", "mean rises"),
                    mark("2020-10-01", "mean falls"),
                ],
            },
            Panel::new(
                "Distance of UN ideal points: lower is closer",
                vec![segment(
                    "UN votes",
                    (1994..=2024)
                        .map(|y| {
                            Point::new(
                                Day::from_ymd(y, 7, 1).unwrap(),
                                1.13 + 0.024 * f64::from(y - 1994),
                            )
                        })
                        .collect(),
                    366,
                    "distance",
                )],
            ),
        ],
        interval: "90 % interval".into(),
        events: vec![
            mark("1994-05-04", "partnership signed"),
            mark("1997-05-30", "council founded"),
            mark("2008-08-08", "five-day war"),
            mark("2014-03-18", "annexation"),
            mark("2020-09-27", "second river war"),
            mark("2022-02-24", "invasion"),
            mark("2023-09-19", "one-day offensive"),
        ],
    })
}

fn dots() -> Chart {
    let rows = |values: [Option<(f64, f64)>; 4]| -> Vec<DotRow> {
        ["Southland", "Eastland", "Westland", "Farthest Land of All"]
            .iter()
            .zip(values)
            .enumerate()
            .map(|(i, (name, v))| DotRow {
                name: (*name).into(),
                focus: i == 0,
                value: v.map(|(v, r)| Estimate {
                    value: v,
                    low: Some(v - r),
                    high: Some(v + r),
                }),
                missing: if v.is_none() {
                    "no votes cast".into()
                } else {
                    String::new()
                },
                evidence: "contrast".into(),
            })
            .collect()
    };
    Chart::Dots(Dots {
        interval: "90 % interval".into(),
        panels: vec![
            DotPanel {
                title: "Realistic".into(),
                direction: "skill over climatology, bits; higher is more predictable".into(),
                decimals: 2,
                rows: rows([
                    Some((0.12, 0.05)),
                    Some((0.07, 0.06)),
                    Some((-0.03, 0.08)),
                    Some((0.2, 0.1)),
                ]),
            },
            DotPanel {
                title: "Stable".into(),
                direction: "variance of monthly changes; lower is steadier".into(),
                decimals: 2,
                rows: rows([
                    Some((0.31, 0.07)),
                    Some((0.52, 0.1)),
                    Some((0.84, 0.22)),
                    Some((0.44, 0.05)),
                ]),
            },
            DotPanel {
                title: "Aligned".into(),
                direction: "UN ideal-point distance; lower is closer".into(),
                decimals: 2,
                rows: rows([
                    Some((1.86, 0.05)),
                    Some((0.9, 0.04)),
                    Some((2.4, 0.1)),
                    None,
                ]),
            },
        ],
    })
}

fn relation(doc: &mut Document) {
    let (now, distance, contrast) = (
        get(doc, "relation-now"),
        get(doc, "distance"),
        get(doc, "contrast"),
    );
    doc.section("relation", "Relation")
        .chart(ChartBlock {
            id: "relation".into(),
            title: Statement::new("relation-title")
                .text("The sides speak better of each other (")
                .figure(&now.figure(Format::decimals(2)))
                .text(") and vote further apart (")
                .figure(&distance.figure(Format::decimals(2)))
                .text(")"),
            definition: "R is the logarithm of cooperative over conflictual events; 0 is balanced."
                .into(),
            chart: relation_chart(),
        })
        .chart(ChartBlock {
            id: "contrast".into(),
            title: Statement::new("contrast-title")
                .actor("Southland")
                .text(" is steadier than its neighbours, with a skill of ")
                .figure(&contrast.figure(Format::decimals(2)).unit("bits")),
            definition: "Realistic, stable and aligned as the methods define them.".into(),
            chart: dots(),
        });
}

fn spark(id: &str, gap: bool) -> Cell {
    let points = (0..36)
        .map(|i| (!gap || i < 24).then(|| wave(i * 3 + id.len())))
        .collect();
    Cell::Spark(Spark {
        points,
        period: "36 months to 2024-12".into(),
        evidence: id.into(),
    })
}

fn watch(doc: &mut Document) {
    let two = Format::decimals(2);
    let e = |id: &str| get(doc, id);
    let meter = |id: &str| Cell::Meter(e(id).figure(two));
    let score = |id: &str| {
        Statement::new(format!("{id}-score"))
            .text("score ")
            .figure(&e(id).figure(two))
    };
    let mut table = TableBlock::new(
        "register",
        Statement::new("register-caption")
            .text("What presses on the partnership, by level; worse is up"),
        [
            Column::words("Factor").in_summary(),
            Column::numbers("Standing").in_summary(),
            Column::words("36 months").in_summary(),
            Column::numbers("Exposure of Southland"),
            Column::words("Domain"),
            Column::words("Consult rule").in_summary(),
        ],
    )
    .key();
    let declared = || {
        Cell::Parts(vec![
            Part::Figure(e("exposure").figure(two)),
            Part::Text(" declared".into()),
        ])
    };
    table.group("Internal", Some(score("internal")));
    table.row(vec![
        Cell::Name("A rift inside Northland".into()),
        meter("rift"),
        spark("rift", false),
        Cell::Empty("not exposed".into()),
        Cell::Text("political".into()),
        Cell::Text("coordination".into()),
    ]);
    table.row(vec![
        Cell::Name("Unequal burdens".into()),
        meter("burden"),
        spark("burden", false),
        Cell::Empty("not exposed".into()),
        Cell::Text("military".into()),
        Cell::Text("coordination".into()),
    ]);
    table.group("Regional", Some(score("regional")));
    table.row(vec![
        Cell::Name("The strait".into()),
        meter("strait"),
        spark("strait", false),
        declared(),
        Cell::Text("energy and transit".into()),
        Cell::Text("mutual response".into()),
    ]);
    table.row(vec![
        Cell::Name("The river".into()),
        Cell::Figure(Figure::missing("not monitored since 2024-02-23", "river")),
        spark("river", true),
        declared(),
        Cell::Text("military".into()),
        Cell::Text("risk of misunderstanding".into()),
    ]);
    table.group("Global", Some(score("global")));
    table.row(vec![
        Cell::Name("Rivalry of Eastland and Westland".into()),
        meter("rivalry"),
        spark("rivalry", false),
        Cell::Empty("no data".into()),
        Cell::Text("political".into()),
        Cell::Date(day("2025-01-20")),
    ]);

    let bar = |name: &str, value: Option<f64>, id: &str| Bar {
        name: name.into(),
        value,
        missing: if value.is_none() {
            "not monitored since 2024-02-23".into()
        } else {
            String::new()
        },
        evidence: id.into(),
    };
    let level = |name: &str, score: f64, id: &str, bars| BarRow {
        name: name.into(),
        score: Some(score),
        missing: String::new(),
        bars,
        evidence: id.into(),
    };
    let levels = Chart::Levels(LevelBars {
        label: "Level score, 0 to 1, and what each factor contributes; worse is up".into(),
        max: 1.0,
        levels: vec![
            level(
                "Internal",
                0.496,
                "internal",
                vec![
                    bar("A rift inside Northland", Some(0.356), "rift"),
                    bar("Unequal burdens", Some(0.14), "burden"),
                ],
            ),
            level(
                "Regional",
                0.9,
                "regional",
                vec![
                    bar("The strait", Some(0.9), "strait"),
                    bar("The river", None, "river"),
                ],
            ),
            level(
                "Global",
                0.55,
                "global",
                vec![bar("Rivalry", Some(0.55), "rivalry")],
            ),
        ],
    });
    let regional = e("regional").figure(two);
    doc.section("watch", "Watch");
    doc.subsection("levels", "Three levels").chart(ChartBlock {
        id: "levels".into(),
        title: Statement::new("levels-title")
            .text("The regional level stands highest, at ")
            .figure(&regional),
        definition: "Each level is the weighted mean of the standings of its factors.".into(),
        chart: levels,
    });
    doc.subsection("register", "Register").table(table);
}

fn assumptions(doc: &mut Document) {
    let (disputes, distance) = (get(doc, "disputes-between"), get(doc, "distance"));
    let claim = |id: &str, says: &str, verdict, finding| Claim {
        id: id.into(),
        says: says.into(),
        verdict,
        findings: vec![finding],
    };
    let one = claim(
        "no-conflict",
        "Neither side has fought the other in 30 years",
        Verdict::Holds,
        Statement::new("no-conflict-1")
            .text("No dispute among ")
            .figure(&Figure::number(5_558.0, Format::count(), &disputes).unit("rows"))
            .text("."),
    );
    let two = claim(
        "interests",
        "The relation rests on common interests and may last",
        Verdict::DoesNotHold,
        Statement::new("interests-1")
            .text("The distance at the UN grew to ")
            .figure(&distance.figure(Format::decimals(2)))
            .text(".")
            .key(),
    );
    let three = claim(
        "formats",
        "Formats made for the old structure become useless",
        Verdict::CannotBeTested,
        Statement::new("formats-1").text("No data set at hand records what the formats do."),
    );
    doc.section("assumptions", "Assumptions")
        .claim(one)
        .claim(two)
        .claim(three);
}

fn limits(doc: &mut Document) {
    let ledger = get(doc, "ledger");
    let span = |from: &str, to: &str, status, reason: &str| CoverageSpan {
        from: day(from),
        to: day(to),
        status,
        reason: reason.into(),
    };
    let row = |name: &str, spans| CoverageRow {
        name: name.into(),
        spans,
        evidence: "ledger".into(),
    };
    let strip = Chart::Coverage(CoverageStrip {
        from: day("1994-01-01"),
        to: day("2024-12-31"),
        rows: vec![
            row(
                "Event stream",
                vec![
                    span("1994-01-01", "2005-05-31", Status::Complete, ""),
                    span(
                        "2005-06-01",
                        "2006-08-31",
                        Status::Missing,
                        "the archive is lost",
                    ),
                    span("2006-09-01", "2017-12-31", Status::Complete, ""),
                ],
            ),
            row(
                "Daily dyad scores",
                vec![
                    span("2018-01-01", "2020-03-01", Status::Complete, ""),
                    span(
                        "2020-03-02",
                        "2021-02-28",
                        Status::Partial,
                        "some days have few files",
                    ),
                    span("2021-03-01", "2024-02-22", Status::Complete, ""),
                    span(
                        "2024-02-23",
                        "2024-12-31",
                        Status::Missing,
                        "the source ended",
                    ),
                ],
            ),
            row(
                "Militarised disputes 5",
                vec![span("1994-01-01", "2014-12-31", Status::Complete, "")],
            ),
            row(
                "UN votes",
                vec![span("1994-01-01", "2024-12-31", Status::Complete, "")],
            ),
        ],
    });
    doc.section("limits", "What the data cannot say")
        .chart(ChartBlock {
            id: "coverage".into(),
            title: Statement::new("coverage-title").text("The event stream saw ").figure(&ledger.figure(Format::count()).unit("days")).text(" whole"),
            definition: "Complete: all that the source has. Partial: less than it promises. Missing: nothing; not quiet.".into(),
            chart: strip,
        })
        .note(Statement::new("limits-1").text("A month without data is not a quiet month. A commentator wrote that \u{201c}it may well be\u{201d}."));
}
