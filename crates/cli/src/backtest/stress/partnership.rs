//! The loss of partnerships, from every month of the past.

use std::collections::BTreeSet;

use detente_atlas::{Actor, Month};
use detente_lake::Lake;
use detente_partnership::assess_with;
use detente_partnership::stress::envelope::{Envelopes, Origin, envelopes};

use super::super::dyads::load::Dyads;
use super::cases::{Case, Found, Judged, NotCounted, Settings};
use super::shocks::{Declared, Shock};
use crate::args::Global;
use crate::check;
use crate::error::{CliError, Result};
use crate::memory::Folder;
use crate::progress;

/// Each partnership assessed once, on the last day of the scores that the shocks are told by; its past is then cut at each month.
pub fn run(
    global: &Global,
    lake: &Lake,
    names: &[String],
    declared: &Declared,
    settings: &Settings,
    dyads: &Dyads,
) -> Result<Found> {
    let asked = Envelopes {
        months: declared.months,
        ks: settings.ks.clone(),
        paths: settings.paths,
        seed: settings.seed,
    };
    let mut found = Found {
        names: Vec::new(),
        cases: Vec::new(),
        not_counted: Vec::new(),
        learnt: 0,
    };
    let Some(as_of) = dyads.periods.last().map(|p| p.0.end_of(dyads.by)) else {
        return Ok(found);
    };
    let steps = progress::steps(settings.quiet, "assessing", names.len());
    for name in names {
        let partnership = check::partnership(name)?.partnership;
        let assessment = assess_with(lake, &partnership, as_of, &Folder::of(&global.lake))?;
        let origins = envelopes(&assessment, &asked).map_err(|why| {
            CliError::Given(format!(
                "--partnership {name}: nothing of it can be judged: {why}; leave it out"
            ))
        })?;
        let ours: BTreeSet<Actor> = partnership.b.ever(as_of);
        let place = found.names.len();
        found.names.push(partnership.id.clone());
        let shocks: Vec<(usize, i32)> = declared
            .shocks
            .iter()
            .enumerate()
            .filter(|(_, s)| touches(s, &ours))
            .map(|(i, s)| (i, s.day.month().0))
            .collect();
        let cases = cases(place, origins, &shocks, declared.months as i32, dyads);
        for (shock, _) in shocks {
            if !cases.iter().any(|c| c.shock == Some(shock)) {
                found.not_counted.push(NotCounted {
                    shock,
                    name: partnership.id.clone(),
                    why: "its relation has too little past, or no month of the horizon is known"
                        .to_owned(),
                });
            }
        }
        found.cases.extend(cases);
        steps.step();
    }
    steps.done();
    if found.cases.iter().all(|c| c.shock.is_none()) {
        return Err(CliError::Given(format!(
            "--partnership {}: no declared shock of it can be judged; leave it out, or declare shocks of its side b with --shocks",
            names.join(", ")
        )));
    }
    Ok(found)
}

/// Whether a shock is between one of these and anybody.
fn touches(shock: &Shock, ours: &BTreeSet<Actor>) -> bool {
    let one = |id: &str| Actor::from_id(id).is_some_and(|a| ours.contains(&a));
    shock.pairs.iter().any(|(a, b)| one(a) || one(b))
}

/// The month before a shock is a case of it; a month without one in its horizon is an ordinary case.
fn cases(
    name: usize,
    origins: Vec<Origin>,
    shocks: &[(usize, i32)],
    months: i32,
    dyads: &Dyads,
) -> Vec<Case> {
    let mut cases = Vec::new();
    for origin in origins {
        let Some(place) = dyads.place(Month(origin.month).first()) else {
            continue;
        };
        let ahead = |month: i32| (1..=months).contains(&(month - origin.month));
        let next = shocks.iter().filter(|s| s.1 == origin.month + 1);
        let mut now: Vec<Option<usize>> = next.map(|s| Some(s.0)).collect();
        if now.is_empty() && !shocks.iter().any(|s| ahead(s.1)) {
            now.push(None);
        }
        for shock in now {
            cases.push(Case {
                name,
                shock,
                origin: place,
                past: origin.past,
                figures: [
                    Some(Judged {
                        came: origin.came,
                        ways: origin.held.clone(),
                    }),
                    None,
                ],
            });
        }
    }
    cases
}
