//! Measures with their parties: what each needs is there, and nothing that it does not use.

use detente_atlas::Day;
use toml::Spanned;
use toml::value::Datetime;

use super::{Scope, day};
use crate::file::{Indicator, Test, Text};
use crate::measures::{self, MeasureSpec};
use crate::model::{Measure, Party, Rivalry};

/// The keys of an indicator or a test from which a measure is built.
pub(super) struct Keys<'f> {
    pub measure: &'f Text,
    pub of: Option<&'f Text>,
    pub with: Option<&'f Text>,
    pub toward: Option<&'f Text>,
    pub place: Option<&'f Text>,
    pub provinces: &'f [Text],
    pub rivalry: Option<&'f Text>,
    pub over: Option<&'f Text>,
    pub roots: &'f [Spanned<u8>],
    pub threshold: Option<&'f Spanned<f64>>,
    pub dates: &'f [Spanned<Datetime>],
    /// Name of the threshold's key, which differs between an indicator and a test.
    pub threshold_key: &'static str,
}

impl<'f> Keys<'f> {
    pub(super) fn of_indicator(i: &'f Indicator) -> Keys<'f> {
        Keys {
            measure: &i.measure,
            of: i.of.as_ref(),
            with: i.with.as_ref(),
            toward: i.toward.as_ref(),
            place: i.place.as_ref(),
            provinces: &i.provinces,
            rivalry: i.rivalry.as_ref(),
            over: i.over.as_ref(),
            roots: &i.roots,
            threshold: i.threshold.as_ref(),
            dates: &i.dates,
            threshold_key: "threshold",
        }
    }

    pub(super) fn of_test(t: &'f Test, measure: &'f Text) -> Keys<'f> {
        Keys {
            measure,
            of: t.of.as_ref(),
            with: t.with.as_ref(),
            toward: t.toward.as_ref(),
            place: t.place.as_ref(),
            provinces: &t.provinces,
            rivalry: t.rivalry.as_ref(),
            over: t.over.as_ref(),
            roots: &t.roots,
            threshold: t.measure_threshold.as_ref(),
            dates: &t.dates,
            threshold_key: "measure_threshold",
        }
    }

    /// The keys that are written, by the names that the catalogue of measures uses, with their places.
    fn written(&self) -> Vec<(&'static str, std::ops::Range<usize>)> {
        let texts = [
            ("of", self.of),
            ("with", self.with),
            ("toward", self.toward),
            ("place", self.place),
            ("rivalry", self.rivalry),
            ("over", self.over),
        ];
        let mut out: Vec<_> = texts
            .into_iter()
            .filter_map(|(k, v)| Some((k, v?.span())))
            .collect();
        out.extend(self.provinces.first().map(|v| ("provinces", v.span())));
        out.extend(self.roots.first().map(|v| ("roots", v.span())));
        out.extend(self.threshold.map(|v| ("threshold", v.span())));
        out.extend(self.dates.first().map(|v| ("dates", v.span())));
        out
    }

    fn shown(&self, key: &'static str) -> &'static str {
        if key == "threshold" {
            self.threshold_key
        } else {
            key
        }
    }
}

/// Builds a measure; what is missing, unknown or of no use to it is reported.
pub(super) fn measure(keys: &Keys<'_>, scope: &mut Scope<'_>) -> Option<Measure> {
    let spec = measures::measure(keys.measure.get_ref())?;
    let complete = complete(keys, spec, scope);
    let of = scope.optional(keys.of);
    let with = scope.optional(keys.with);
    let toward = scope.optional(keys.toward);
    let place = scope.optional(keys.place);
    let over = scope.optional(keys.over);
    let rivalry = keys.rivalry.and_then(|id| scope.rivalry(id));
    let dates = dates(keys.dates, scope);
    if !complete {
        return None;
    }
    Some(match spec.name {
        "relation" => Measure::Relation {
            of: of?,
            with: with?,
        },
        "relation-break" => Measure::RelationBreak {
            of: of?,
            with: with?,
            dates: dates?,
        },
        "relation-difference" => Measure::RelationDifference {
            of: of?,
            with: with?,
            toward: toward?,
        },
        "relation-dispersion" => Measure::RelationDispersion {
            of: of?,
            toward: toward?,
        },
        "relation-within" => Measure::RelationWithin { of: of? },
        "conflict-share" => Measure::ConflictShare {
            of: of?,
            with: with?,
        },
        "events-inside" => Measure::EventsInside {
            of: of?,
            roots: keys.roots.iter().map(|r| *r.get_ref()).collect(),
        },
        "conflict-at" => Measure::ConflictAt {
            place: place?,
            provinces: keys.provinces.iter().map(|p| p.get_ref().clone()).collect(),
        },
        "disputes" => Measure::Disputes {
            of: of?,
            with: with?,
        },
        "armed-conflict" => Measure::ArmedConflict {
            of: of?,
            with: with?,
        },
        "armed-conflict-in" => Measure::ArmedConflictIn { of: of? },
        "ideal-point-gap" => Measure::IdealPointGap {
            of: of?,
            with: with?,
        },
        "ideal-point-dispersion" => Measure::IdealPointDispersion { of: of? },
        "vote-agreement" => Measure::VoteAgreement {
            of: of?,
            with: with?,
        },
        "government-dispersion" => Measure::GovernmentDispersion { of: of? },
        "government-change" => Measure::GovernmentChange { of: of? },
        "burden-dispersion" => Measure::BurdenDispersion { of: of? },
        "burden-below" => Measure::BurdenBelow {
            of: of?,
            threshold: *keys.threshold?.get_ref(),
        },
        "arena" => Measure::Arena {
            rivalry: rivalry?,
            place: place?,
        },
        "zero-sum" => Measure::ZeroSum {
            rivalry: rivalry?,
            over: over?,
        },
        "different-sides" => Measure::DifferentSides {
            rivalry: rivalry?,
            of: of?,
            with: with?,
        },
        "breaks-since" => Measure::BreaksSince,
        "uncovered-pressure" => Measure::UncoveredPressure,
        _ => return None,
    })
}

/// Reports the keys that a measure lacks and those that it does not use.
fn complete(keys: &Keys<'_>, spec: &MeasureSpec, scope: &mut Scope<'_>) -> bool {
    let written = keys.written();
    let mut whole = true;
    for need in spec.needs {
        if !written.iter().any(|(key, _)| key == need) {
            let need = keys.shown(need);
            scope.wrong(
                keys.measure.span(),
                format!("the measure '{}' needs '{need}'", spec.name),
                format!("add {}", example(need)),
            );
            whole = false;
        }
    }
    for (key, span) in written {
        if !spec.needs.contains(&key) && !spec.may.contains(&key) {
            let uses: Vec<&str> = spec
                .needs
                .iter()
                .chain(spec.may)
                .map(|k| keys.shown(k))
                .collect();
            let uses = if uses.is_empty() {
                "no key besides".to_owned()
            } else {
                uses.join(", ")
            };
            scope.wrong(
                span,
                format!(
                    "the measure '{}' does not use '{}'",
                    spec.name,
                    keys.shown(key)
                ),
                format!("take it out; {} uses {uses}", spec.name),
            );
            whole = false;
        }
    }
    whole
}

fn example(key: &str) -> &'static str {
    match key {
        "of" => "of = \"...\": an actor, a bloc or a group of this file",
        "with" => "with = \"...\": an actor, a bloc or a group of this file",
        "toward" => "toward = \"...\": an actor, a bloc or a group of this file",
        "place" => "place = \"...\": the actor or group whose territory is meant",
        "over" => "over = \"...\": the third parties, a group of this file",
        "rivalry" => "rivalry = \"...\": the id of a rivalry of this file",
        "roots" => "roots = [14, 17]: the first two digits of CAMEO codes, 1 to 20",
        "threshold" => "threshold = 2.0: a number in the measure's unit",
        "measure_threshold" => "measure_threshold = 2.0: a number in the measure's unit",
        _ => "dates = [2017-01-20, 2021-01-20]: the days at which a break is measured",
    }
}

/// The dates in ascending order, or what is wrong with them.
fn dates(written: &[Spanned<Datetime>], scope: &mut Scope<'_>) -> Option<Vec<Day>> {
    let days: Vec<Day> = written.iter().map(day).collect();
    for (i, pair) in days.windows(2).enumerate() {
        if pair[0] >= pair[1] {
            scope.wrong(
                written[i + 1].span(),
                format!("{} does not come after {}", pair[1], pair[0]),
                "write the dates in ascending order, each once",
            );
            return None;
        }
    }
    Some(days)
}

impl Scope<'_> {
    pub(super) fn optional(&mut self, text: Option<&Text>) -> Option<Party> {
        text.and_then(|t| self.party(t))
    }

    pub(super) fn rivalry(&mut self, id: &Text) -> Option<Rivalry> {
        let known = self.written;
        if !self.refers("rivalry", id, &known.rivalries) {
            return None;
        }
        self.rivalries.get(id.get_ref()).cloned()
    }
}
