//! Assumptions and their tests.

use std::ops::Range;

use detente_atlas::{Actor, Day, memberships};
use toml::Spanned;

use super::measure::{Keys, measure};
use super::{Scope, day};
use crate::file::{self, Text};
use crate::measures::{self, TestSpec};
use crate::model::{Assumption, Direction, TestKind};
use crate::nearest::remedy;

pub(super) fn assumptions(
    written: &[file::Assumption],
    since: Day,
    pressing: f64,
    scope: &mut Scope<'_>,
) -> Option<Vec<Assumption>> {
    scope.unique("assumption", written.iter().map(|a| &a.id));
    let mut all = Vec::new();
    for assumption in written {
        let tests: Vec<Option<TestKind>> = assumption
            .test
            .iter()
            .map(|t| test(t, since, pressing, scope))
            .collect();
        if let Some(untestable) = assumption
            .test
            .iter()
            .find(|t| t.kind.get_ref() == "untestable")
            && assumption.test.len() > 1
        {
            scope.wrong(
                untestable.kind.span(),
                format!(
                    "'{}' has other tests beside 'untestable'",
                    assumption.id.get_ref()
                ),
                "narrow the claim to what the tests can judge, or leave 'untestable' alone",
            );
        }
        all.push(
            tests
                .into_iter()
                .collect::<Option<Vec<_>>>()
                .map(|tests| Assumption {
                    id: assumption.id.get_ref().clone(),
                    says: assumption.says.clone(),
                    tests,
                }),
        );
    }
    all.into_iter().collect()
}

fn test(
    written: &file::Test,
    since: Day,
    pressing: f64,
    scope: &mut Scope<'_>,
) -> Option<TestKind> {
    let spec = measures::test(written.kind.get_ref())?;
    let complete = complete(written, spec, scope);
    let since = written.since.as_ref().map_or(since, day);
    let measured = written
        .measure
        .as_ref()
        .filter(|_| spec.needs.contains(&"measure"));
    let measure = measured.and_then(|m| measure(&Keys::of_test(written, m), scope));
    let parties = spec.needs.contains(&"of").then(|| {
        (
            scope.optional(written.of.as_ref()),
            scope.optional(written.with.as_ref()),
        )
    });
    let (of, with) = parties.unwrap_or_default();
    if !complete {
        return None;
    }
    let expect = written
        .expect
        .as_ref()
        .map(|e| e.get_ref().as_str())
        .unwrap_or_default();
    Some(match spec.name {
        "no-conflict" => TestKind::NoConflict {
            of: of?,
            with: with?,
            since,
        },
        "membership" => {
            let bloc = bloc(written.bloc.as_ref()?, scope)?;
            TestKind::Membership {
                of: of?,
                bloc,
                expected: expect == "member",
                since,
            }
        }
        "trend" => {
            let expect = match expect {
                "up" => Direction::Up,
                "down" => Direction::Down,
                "not-up" => Direction::NotUp,
                _ => Direction::NotDown,
            };
            TestKind::Trend {
                measure: measure?,
                expect,
                since,
            }
        }
        "level" => TestKind::Level {
            measure: measure?,
            above: expect == "above",
            threshold: *written.threshold.as_ref()?.get_ref(),
        },
        "pressing" => {
            let factor = written.factor.as_ref()?;
            let known = scope.written;
            if !scope.refers("factor", factor, &known.factors) {
                return None;
            }
            let threshold = standing(written.threshold.as_ref(), scope)?.unwrap_or(pressing);
            TestKind::Pressing {
                factor: factor.get_ref().clone(),
                threshold,
            }
        }
        "stable" => TestKind::Stable,
        "realistic" => TestKind::Realistic,
        "aligned" => TestKind::Aligned,
        "untestable" => TestKind::Untestable {
            why: written.why.as_ref()?.get_ref().clone(),
        },
        _ => return None,
    })
}

/// A threshold for a standing; the outer `None` where it is none.
fn standing(threshold: Option<&Spanned<f64>>, scope: &mut Scope<'_>) -> Option<Option<f64>> {
    match threshold {
        Some(t) if !(0.0..=1.0).contains(t.get_ref()) => {
            scope.wrong(
                t.span(),
                "'threshold' must be from 0 to 1",
                "a standing is a share of the past",
            );
            None
        }
        other => Some(other.map(|t| *t.get_ref())),
    }
}

fn bloc(text: &Text, scope: &mut Scope<'_>) -> Option<Actor> {
    let id = text.get_ref();
    let actor = Actor::from_id(id).filter(|a| !memberships(*a).is_empty());
    if actor.is_none() {
        let known: Vec<&str> = detente_atlas::blocs().into_iter().map(Actor::id).collect();
        scope.wrong(
            text.span(),
            format!("'{id}' is not a bloc with known members"),
            remedy(id, &known),
        );
    }
    actor
}

/// Reports the keys that a kind of test lacks and those that it does not use.
fn complete(written: &file::Test, spec: &TestSpec, scope: &mut Scope<'_>) -> bool {
    let keys = keys(written);
    let mut whole = true;
    for need in spec.needs {
        if !keys.iter().any(|(key, _)| key == need) {
            let remedy = match *need {
                "expect" => format!("add expect = one of {}", spec.expects.join(", ")),
                "threshold" => "add threshold = 0.0: a number in the measure's unit".to_owned(),
                "why" => "add why = \"...\": what the data lack, in a sentence".to_owned(),
                other => format!("add {other} = \"...\""),
            };
            scope.wrong(
                written.kind.span(),
                format!("the test '{}' needs '{need}'", spec.name),
                remedy,
            );
            whole = false;
        }
    }
    let measured = spec.needs.contains(&"measure");
    for (key, span) in &keys {
        let of_measure = measured && PARTS.contains(key);
        if !spec.needs.contains(key) && !spec.may.contains(key) && !of_measure {
            let uses: Vec<&str> = spec.needs.iter().chain(spec.may).copied().collect();
            let uses = if uses.is_empty() {
                "no key besides".to_owned()
            } else {
                uses.join(", ")
            };
            scope.wrong(
                span.clone(),
                format!("the test '{}' does not use '{key}'", spec.name),
                format!("take it out; {} uses {uses}", spec.name),
            );
            whole = false;
        }
    }
    if let Some(expect) = &written.expect
        && !spec.expects.is_empty()
        && !spec.expects.contains(&expect.get_ref().as_str())
    {
        scope.wrong(
            expect.span(),
            format!(
                "the test '{}' cannot expect '{}'",
                spec.name,
                expect.get_ref()
            ),
            format!("write one of {}", spec.expects.join(", ")),
        );
        whole = false;
    }
    whole
}

/// Keys that belong to the measure of a test.
const PARTS: &[&str] = &[
    "of",
    "with",
    "toward",
    "place",
    "provinces",
    "rivalry",
    "over",
    "roots",
    "dates",
    "measure_threshold",
];

fn keys(t: &file::Test) -> Vec<(&'static str, Range<usize>)> {
    let texts = [
        ("of", &t.of),
        ("with", &t.with),
        ("bloc", &t.bloc),
        ("factor", &t.factor),
        ("measure", &t.measure),
        ("toward", &t.toward),
        ("place", &t.place),
        ("rivalry", &t.rivalry),
        ("over", &t.over),
        ("expect", &t.expect),
        ("why", &t.why),
    ];
    let mut out: Vec<_> = texts
        .into_iter()
        .filter_map(|(k, v)| Some((k, v.as_ref()?.span())))
        .collect();
    out.extend(t.provinces.first().map(|v| ("provinces", v.span())));
    out.extend(t.roots.first().map(|v| ("roots", v.span())));
    out.extend(t.dates.first().map(|v| ("dates", v.span())));
    out.extend(
        t.measure_threshold
            .as_ref()
            .map(|v| ("measure_threshold", v.span())),
    );
    out.extend(t.threshold.as_ref().map(|v| ("threshold", v.span())));
    out.extend(t.since.as_ref().map(|v| ("since", v.span())));
    out
}
