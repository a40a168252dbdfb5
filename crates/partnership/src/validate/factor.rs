//! Factors: level, indicators, exposures.

use super::measure::{Keys, measure};
use super::{Scope, domain, level};
use crate::file;
use crate::model::{Exposure, Factor, Indicator, SideExposure, Worse};

pub(super) fn factors(written: &[file::Factor], scope: &mut Scope<'_>) -> Option<Vec<Factor>> {
    scope.unique("factor", written.iter().map(|f| &f.id));
    let all: Vec<Option<Factor>> = written.iter().map(|f| factor(f, scope)).collect();
    all.into_iter().collect()
}

fn factor(written: &file::Factor, scope: &mut Scope<'_>) -> Option<Factor> {
    let toward = scope.parties(&written.toward);
    let indicators: Vec<Option<Indicator>> = written
        .indicator
        .iter()
        .map(|i| indicator(i, scope))
        .collect();
    scope.unique(
        "exposure in the domain",
        written.exposure.iter().map(|e| &e.domain),
    );
    let exposures: Vec<Option<Exposure>> = written
        .exposure
        .iter()
        .map(|e| exposure(e, scope))
        .collect();
    Some(Factor {
        id: written.id.get_ref().clone(),
        level: level(&written.level)?,
        title: written.title.clone(),
        says: written.says.clone(),
        weight: *written.weight.get_ref(),
        toward: toward?,
        indicators: indicators.into_iter().collect::<Option<_>>()?,
        exposures: exposures.into_iter().collect::<Option<_>>()?,
    })
}

fn indicator(written: &file::Indicator, scope: &mut Scope<'_>) -> Option<Indicator> {
    let measure = measure(&Keys::of_indicator(written), scope)?;
    let title = if written.title.is_empty() {
        capitalised(&measure.describe())
    } else {
        written.title.clone()
    };
    let worse = if written.worse.get_ref() == "higher" {
        Worse::Higher
    } else {
        Worse::Lower
    };
    Some(Indicator {
        title,
        measure,
        worse,
        weight: *written.weight.get_ref(),
    })
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn exposure(written: &file::Exposure, scope: &mut Scope<'_>) -> Option<Exposure> {
    let a = side(&written.a, written, "a", scope);
    let b = side(&written.b, written, "b", scope);
    Some(Exposure {
        domain: domain(&written.domain)?,
        a: a?,
        b: b?,
    })
}

fn side(
    written: &file::SideExposure,
    exposure: &file::Exposure,
    name: &str,
    scope: &mut Scope<'_>,
) -> Option<SideExposure> {
    match (&written.declared, &written.measured) {
        (Some(value), None) => {
            if let Some(to) = &written.to {
                scope.wrong(
                    to.span(),
                    "a declared exposure has no 'to'",
                    "take it out, or measure the exposure",
                );
                return None;
            }
            let Some(why) = &written.why else {
                scope.wrong(
                    value.span(),
                    "a declared exposure needs 'why'",
                    "add why = \"...\": the reason for this value, in a sentence",
                );
                return None;
            };
            Some(SideExposure::Declared {
                value: *value.get_ref(),
                why: why.get_ref().clone(),
            })
        }
        (None, Some(measured)) => {
            if let Some(why) = &written.why {
                scope.wrong(
                    why.span(),
                    "a measured exposure has no 'why'",
                    "take it out: the data are the reason",
                );
                return None;
            }
            let Some(to) = &written.to else {
                scope.wrong(
                    measured.span(),
                    format!(
                        "a measured exposure needs 'to': {} to whom?",
                        measured.get_ref()
                    ),
                    "add to = \"...\": an actor, a bloc or a group of this file",
                );
                return None;
            };
            let to = scope.party(to)?;
            match measured.get_ref().as_str() {
                "distance" => Some(SideExposure::Distance { to }),
                "trade" => Some(SideExposure::Trade { to }),
                "events" => Some(SideExposure::Events { to }),
                "membership" => Some(SideExposure::Membership { to }),
                _ => None,
            }
        }
        (Some(_), Some(measured)) => {
            scope.wrong(
                measured.span(),
                format!("the exposure of side {name} is declared and measured"),
                "leave one of the two",
            );
            None
        }
        (None, None) => {
            scope.wrong(
                exposure.domain.span(),
                format!("the {} exposure of side {name} is neither declared nor measured", exposure.domain.get_ref()),
                format!(
                    "write {name} = {{ measured = \"trade\", to = \"...\" }} or {name} = {{ declared = 0.5, why = \"...\" }}"
                ),
            );
            None
        }
    }
}
