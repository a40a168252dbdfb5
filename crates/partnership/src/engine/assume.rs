//! The assumptions of the frame: each holds, does not hold, or cannot be tested with the data at hand.

use detente_atlas::{Actor, By, Day, is_member, memberships};
use detente_relations::stability;

use super::Register;
use super::measure::{Context, measure, yearly};
use super::profile::Profile;
use super::record::{RecordEntry, record};
use super::series::{Gap, Series};
use crate::model::{self, Direction, Measure, Party, TestKind};
use crate::outlook::Outlook;
use crate::provenance::Provenance;
use crate::world::{clock, provenance};

/// A trend is one where Mann-Kendall's p is at most this.
pub const TREND_P: f64 = 0.1;

/// How a claim came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every test holds.
    Holds,
    /// At least one test fails.
    DoesNotHold,
    /// No test fails, and at least one cannot be made.
    CannotBeTested,
}

/// A figure of a test, in the order in which a sentence would name it.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What the figure is, e.g. "UN ideal-point distance in".
    pub what: String,
    /// When, e.g. "1994".
    pub when: String,
    /// The value.
    pub value: Value,
    /// The rows.
    pub provenance: Provenance,
    /// Ids of the factors that it is computed from, where it rests on the register and not on rows of its own.
    pub factors: Vec<String>,
}

/// A measured number or a count.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A whole number.
    Count(u64),
}

/// The outcome of one test.
#[derive(Debug, Clone)]
pub struct TestResult {
    /// `None` where it cannot be made.
    pub holds: Option<bool>,
    /// What was tested, in words.
    pub what: String,
    /// The figures.
    pub findings: Vec<Finding>,
    /// Why it cannot be made.
    pub gap: Option<Gap>,
}

/// The outcome of one assumption.
#[derive(Debug, Clone)]
pub struct AssumptionResult {
    /// The claim.
    pub assumption: model::Assumption,
    /// How it came out.
    pub verdict: Verdict,
    /// The tests, in the order of the file.
    pub tests: Vec<TestResult>,
}

/// Tests every assumption.
pub fn assumptions(
    cx: Context<'_>,
    register: &Register,
    sides: &Profile,
    contrast: &[Profile],
    outlook: &Result<Outlook, Gap>,
) -> Vec<AssumptionResult> {
    cx.partnership
        .assumptions
        .iter()
        .map(|a| {
            let tests: Vec<TestResult> = a
                .tests
                .iter()
                .map(|t| test(cx, t, register, sides, contrast, outlook))
                .collect();
            let verdict = if tests.iter().any(|t| t.holds == Some(false)) {
                Verdict::DoesNotHold
            } else if tests.is_empty() || tests.iter().any(|t| t.holds.is_none()) {
                Verdict::CannotBeTested
            } else {
                Verdict::Holds
            };
            AssumptionResult {
                assumption: a.clone(),
                verdict,
                tests,
            }
        })
        .collect()
}

fn test(
    cx: Context<'_>,
    kind: &TestKind,
    register: &Register,
    sides: &Profile,
    contrast: &[Profile],
    outlook: &Result<Outlook, Gap>,
) -> TestResult {
    match kind {
        TestKind::NoConflict { of, with, since } => {
            no_conflict(record(cx, of, with, *since), of, with)
        }
        TestKind::Membership {
            of,
            bloc,
            expected,
            since,
        } => membership(cx, of, *bloc, *expected, *since),
        TestKind::Trend {
            measure: m,
            expect,
            since,
        } => {
            let what = format!("trend of the {}, expected {}", m.describe(), words(*expect));
            match points(cx, m, *since) {
                Ok(series) => trend(what, &series, *expect),
                Err(gap) => untested(what, gap),
            }
        }
        TestKind::Level {
            measure: m,
            above,
            threshold,
        } => level(cx, m, *above, *threshold, register),
        TestKind::Pressing { factor, threshold } => pressing(register, factor, *threshold),
        TestKind::Stable => stable(sides, contrast),
        TestKind::Realistic => realistic(outlook),
        TestKind::Aligned => aligned(cx, sides),
        TestKind::Untestable { why } => untested("the claim".to_owned(), why.clone()),
    }
}

fn untested(what: String, gap: Gap) -> TestResult {
    TestResult {
        holds: None,
        what,
        findings: Vec::new(),
        gap: Some(gap),
    }
}

fn no_conflict(entries: Vec<RecordEntry>, of: &Party, with: &Party) -> TestResult {
    let what = format!("disputes and armed conflicts between {of} and {with}");
    if entries.is_empty() {
        return untested(
            what,
            "no record of disputes or conflicts was known on the day".to_owned(),
        );
    }
    let holds = entries.iter().all(|e| e.count == 0);
    let findings = entries
        .into_iter()
        .map(|e| Finding {
            what: format!("{} ({})", e.what, e.dataset),
            when: format!("{} to {}", e.since.year(), e.until.year()),
            value: Value::Count(e.count as u64),
            provenance: e.provenance,
            factors: Vec::new(),
        })
        .collect();
    TestResult {
        holds: Some(holds),
        what,
        findings,
        gap: None,
    }
}

/// Memberships as the compiled-in table has them, checked against the COW rows where these reach.
fn membership(cx: Context<'_>, of: &Party, bloc: Actor, expected: bool, since: Day) -> TestResult {
    let what = format!("membership of {of} in {}", bloc.name());
    let on = cx.world.as_of;
    let members = of.members(on);
    let Some(member) = members.first().copied().filter(|_| members.len() == 1) else {
        return untested(what, "a test of membership needs a single actor".to_owned());
    };
    let spells: Vec<_> = memberships(bloc)
        .iter()
        .filter(|m| m.actor == member && m.from <= on && m.to.is_none_or(|to| to >= since))
        .collect();
    let holds = if expected {
        is_member(bloc, member, on)
    } else {
        spells.is_empty()
    };
    let key = bloc.id().to_lowercase();
    let all: Vec<_> = cx
        .world
        .records
        .within("igo-cow", "member")
        .filter(|r| *r.key == *key)
        .collect();
    let own: Vec<_> = all
        .iter()
        .copied()
        .filter(|r| r.actor == member && r.end >= since && r.value == Some(1.0))
        .collect();
    if all.is_empty() {
        return untested(
            what,
            format!(
                "the IGO data known on the day have no rows of {}",
                bloc.name()
            ),
        );
    }
    let years = own.len() as u64;
    let mut rows = provenance(
        "igo-cow",
        "member",
        &format!("key = {key} and actor = {member} and end >= {since}"),
        own,
        "membership",
    );
    if years == 0 {
        rows.absence = true;
        rows.rows = all.iter().filter(|r| r.end >= since).count() as u64;
    }
    let until = all.iter().map(|r| r.end.year()).max().unwrap_or_default();
    let table = spells
        .iter()
        .map(|m| match m.to {
            None => format!("member since {}", m.from),
            Some(to) => format!("member from {} to {to}", m.from),
        })
        .collect::<Vec<_>>()
        .join(", ");
    let findings = vec![Finding {
        what: format!(
            "years of full membership in the IGO data{}",
            if table.is_empty() {
                String::new()
            } else {
                format!(" ({table})")
            }
        ),
        when: format!("{} to {until}", since.year()),
        value: Value::Count(years),
        provenance: rows,
        factors: Vec::new(),
    }];
    // The compiled table reaches further than the rows; where both speak they must agree.
    let agrees = (years > 0) == spells.iter().any(|m| m.from.year() <= until);
    TestResult {
        holds: agrees.then_some(holds),
        what,
        findings,
        gap: (!agrees).then(|| "the IGO data and the table of memberships disagree".to_owned()),
    }
}

/// The points of a measure since a day. A relation is taken from the spliced yearly series, which alone reaches back.
fn points(cx: Context<'_>, m: &Measure, since: Day) -> Result<Series, Gap> {
    let mut series = measure(cx, m)?;
    if let Measure::Relation { of, with } = m {
        series.points = yearly(cx, of, with)?;
        series.by = By::Year;
        series.source = "spliced yearly relation".to_owned();
        series.unit = "log ratio of events";
    }
    series
        .points
        .retain(|(t, _)| clock::last_day(series.by, *t) >= since);
    if series.points.is_empty() {
        return Err(format!("no reading since {since}"));
    }
    Ok(series)
}

fn words(expect: Direction) -> &'static str {
    match expect {
        Direction::Up => "up",
        Direction::Down => "down",
        Direction::NotUp => "not up",
        Direction::NotDown => "not down",
    }
}

fn trend(what: String, series: &Series, expect: Direction) -> TestResult {
    let (Ok(slope), Ok(test)) = (
        stability::theil_sen(&series.points, 0.9),
        stability::mann_kendall(&series.points),
    ) else {
        return untested(
            what,
            format!("only {} readings, too few for a trend", series.points.len()),
        );
    };
    let up = test.p <= TREND_P && slope.slope > 0.0;
    let down = test.p <= TREND_P && slope.slope < 0.0;
    let holds = match expect {
        Direction::Up => up,
        Direction::Down => down,
        Direction::NotUp => !up,
        Direction::NotDown => !down,
    };
    let direction = if up {
        "up"
    } else if down {
        "down"
    } else {
        "no trend"
    };
    let finding = |(t, v): (i32, f64)| Finding {
        what: "value".to_owned(),
        when: clock::label(series.by, t),
        value: Value::Number(v),
        provenance: series.provenance_of(t).clone(),
        factors: Vec::new(),
    };
    let mut findings = vec![
        finding(series.points[0]),
        finding(series.points[series.points.len() - 1]),
    ];
    findings.push(Finding {
        what: format!("trend (Theil-Sen, Mann-Kendall): {direction}, p ="),
        when: String::new(),
        value: Value::Number(test.p),
        provenance: series.provenance.clone(),
        factors: Vec::new(),
    });
    TestResult {
        holds: Some(holds),
        what,
        findings,
        gap: None,
    }
}

fn level(
    cx: Context<'_>,
    m: &Measure,
    above: bool,
    threshold: f64,
    register: &Register,
) -> TestResult {
    let what = format!(
        "{}, expected {} {threshold}",
        m.describe(),
        if above { "above" } else { "below" },
    );
    let (series, factors) = match m {
        Measure::UncoveredPressure => {
            let counted = register.factors().filter(|f| f.standing.is_some());
            let ids = counted.map(|f| f.factor.id.clone()).collect();
            (register.uncovered_series(cx), ids)
        }
        _ => (measure(cx, m), Vec::new()),
    };
    match series.and_then(|s| {
        s.last()
            .map(|x| (x, s.clone()))
            .ok_or("no reading".to_owned())
    }) {
        Ok(((t, value), series)) => TestResult {
            holds: Some(if above {
                value > threshold
            } else {
                value < threshold
            }),
            what,
            findings: vec![Finding {
                what: "value".to_owned(),
                when: clock::label(series.by, t),
                value: Value::Number(value),
                provenance: series.provenance,
                factors,
            }],
            gap: None,
        },
        Err(gap) => untested(what, gap),
    }
}

fn pressing(register: &Register, factor: &str, threshold: f64) -> TestResult {
    let what = format!("standing of the factor {factor}, expected from {threshold} on");
    let found = register.factors().find(|f| f.factor.id == factor);
    match found.and_then(|f| Some((f, f.standing?, f.provenance()?))) {
        Some((f, standing, provenance)) => TestResult {
            holds: Some(standing >= threshold),
            what,
            findings: vec![Finding {
                what: "standing against its own past".to_owned(),
                when: f
                    .seen
                    .map(|(_, newest)| newest.to_string())
                    .unwrap_or_default(),
                value: Value::Number(standing),
                provenance,
                factors: vec![factor.to_owned()],
            }],
            gap: None,
        },
        None => untested(what, "no indicator of the factor is monitored".to_owned()),
    }
}

fn stable(sides: &Profile, contrast: &[Profile]) -> TestResult {
    let what = "volatility of monthly changes beside the contrast partners".to_owned();
    let sd = |p: &Profile| p.volatility.as_ref().map(|v| v.sd);
    let mut others: Vec<f64> = contrast.iter().filter_map(sd).collect();
    others.sort_by(f64::total_cmp);
    let (Some(own), Some(middle)) = (sd(sides), detente_relations::describe::median(&others))
    else {
        return untested(
            what,
            "no monthly series long enough for the sides or for any contrast partner".to_owned(),
        );
    };
    let findings = std::iter::once(sides)
        .chain(contrast)
        .filter_map(|p| {
            let series = p.monthly.as_ref().ok()?;
            Some(Finding {
                what: format!("{} with {}", p.of, p.with),
                when: series
                    .last()
                    .map(|(t, _)| clock::label(series.by, t))
                    .unwrap_or_default(),
                value: Value::Number(sd(p)?),
                provenance: series.provenance.clone(),
                factors: Vec::new(),
            })
        })
        .collect();
    TestResult {
        holds: Some(own <= middle),
        what,
        findings,
        gap: None,
    }
}

fn realistic(outlook: &Result<Outlook, Gap>) -> TestResult {
    let what = "skill of a one-month forecast over climatology".to_owned();
    let outlook = match outlook {
        Ok(outlook) => outlook,
        Err(gap) => return untested(what, gap.clone()),
    };
    let Some((skill, (lo, hi))) = outlook
        .predictability(0)
        .and_then(|skill| Some((skill, skill.interval?)))
    else {
        return untested(
            what,
            "too few months were forecast and monitored".to_owned(),
        );
    };
    let findings = [("skill", skill.mean), ("lower end", lo), ("upper end", hi)]
        .into_iter()
        .map(|(what, value)| Finding {
            what: what.to_owned(),
            when: clock::label(By::Month, outlook.origin.0),
            value: Value::Number(value),
            provenance: Provenance {
                method: "realistic",
                ..outlook.panel.clone()
            },
            factors: Vec::new(),
        })
        .collect();
    TestResult {
        holds: Some(skill.demonstrated()),
        what,
        findings,
        gap: None,
    }
}

/// Aligned: neither the distance grows nor the agreement falls.
fn aligned(cx: Context<'_>, sides: &Profile) -> TestResult {
    let what = "distance and agreement of the sides in the UN".to_owned();
    let since = cx.partnership.since.year();
    let part = |series: &Result<Series, Gap>, expect| -> Result<TestResult, Gap> {
        let mut series = series.clone()?;
        series.points.retain(|(t, _)| *t >= since);
        Ok(trend(series.source.clone(), &series, expect))
    };
    let parts = [
        part(&sides.distance, Direction::NotUp),
        part(&sides.agreement, Direction::NotDown),
    ];
    let mut findings = Vec::new();
    let mut holds = Vec::new();
    for p in parts {
        match p {
            Ok(result) => {
                holds.push(result.holds);
                findings.extend(result.findings.into_iter().map(|f| Finding {
                    what: format!("{}: {}", result.what, f.what),
                    ..f
                }));
            }
            Err(gap) => return untested(what, gap),
        }
    }
    let holds = if holds.contains(&Some(false)) {
        Some(false)
    } else if holds.contains(&None) {
        None
    } else {
        Some(true)
    };
    TestResult {
        holds,
        what,
        findings,
        gap: None,
    }
}
