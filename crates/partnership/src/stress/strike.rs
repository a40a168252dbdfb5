//! Shocks: those that a text tells, those of the file and those of the library, with what each would change.

use detente_lake::{Lake, LakeError};

use super::effect::{Outcome, Paired};
use super::library::{Entry, From, Measured, library, sized, world};
use crate::engine::series::index_settings;
use crate::injection::{Injection, expression, injections};
use crate::model::{Partnership, Party, Shock};
use crate::nearest::remedy;
use crate::place::Problem;
use crate::validate::party::name_of;

/// A shock that is asked for.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// With its sizes: of a text or of the file.
    Told(Shock),
    /// Of the library, to be measured.
    Library(Entry),
}

/// Why a text asks for no shock.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NoShock {
    /// What is wrong with the events, each with its place.
    #[error("{}", .0.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n"))]
    Text(Vec<Problem>),
    /// No shock has that id.
    #[error(
        "there is no shock '{id}': {remedy}. Or tell its events, as in \"RUS->GEO material-conflict 2025-03 x5\""
    )]
    Unknown {
        /// As asked for.
        id: String,
        /// The nearest and all.
        remedy: String,
    },
}

impl Wanted {
    /// What a text asks for: events if it has an arrow, else the id of a shock of the file or of the library. `option` stands for the text in messages.
    ///
    /// # Errors
    /// [`NoShock`].
    pub fn of(option: &str, text: &str, partnership: &Partnership) -> Result<Wanted, NoShock> {
        let id = text.trim();
        if let Some(shock) = partnership.shocks.iter().find(|s| s.id == id) {
            return Ok(Wanted::Told(shock.clone()));
        }
        let all = library();
        if let Some(entry) = all.iter().find(|e| e.id == id) {
            return Ok(Wanted::Library(entry.clone()));
        }
        let a_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !id.is_empty() && id.chars().all(a_name) {
            let own = partnership.shocks.iter().map(|s| s.id.as_str());
            let known: Vec<&str> = own.chain(all.iter().map(|e| e.id.as_str())).collect();
            return Err(NoShock::Unknown {
                id: id.to_owned(),
                remedy: remedy(id, &known),
            });
        }
        let party = |name: &str| -> Result<Party, String> {
            match partnership.groups.iter().find(|g| g.id == name) {
                Some(group) => Ok(group.clone()),
                None => expression(name, name_of(name)),
            }
        };
        let events = injections(option, text, &party).map_err(NoShock::Text)?;
        Ok(Wanted::Told(Shock {
            id: String::new(),
            title: id.to_owned(),
            events,
        }))
    }

    /// Every shock of the file and of the library.
    pub fn all(partnership: &Partnership) -> Vec<Wanted> {
        let own = partnership.shocks.iter().cloned().map(Wanted::Told);
        own.chain(library().into_iter().map(Wanted::Library))
            .collect()
    }
}

/// Where the size of a shock comes from.
#[derive(Debug, Clone)]
pub enum Size {
    /// It is told, in the file or on the command line.
    Told,
    /// It was measured where it happened.
    Measured(Vec<Measured>),
    /// It is that of another, for a reason.
    Assumed {
        /// Id of the other.
        like: String,
        /// The reason.
        why: String,
        /// What was measured of the other.
        evidence: Vec<Measured>,
    },
    /// It can not be measured, so nothing can be said.
    Unmeasured,
}

impl Size {
    /// `told`, `measured`, `assumed` or `unmeasured`.
    pub fn name(&self) -> &'static str {
        match self {
            Size::Told => "told",
            Size::Measured(_) => "measured",
            Size::Assumed { .. } => "assumed",
            Size::Unmeasured => "unmeasured",
        }
    }

    /// What was measured.
    pub fn evidence(&self) -> &[Measured] {
        match self {
            Size::Measured(evidence) | Size::Assumed { evidence, .. } => evidence,
            Size::Told | Size::Unmeasured => &[],
        }
    }
}

/// A shock with what it would change.
#[derive(Debug, Clone)]
pub struct Struck {
    /// Its id; empty where it was told as a text.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its events.
    pub events: Vec<Injection>,
    /// Where its size comes from.
    pub size: Size,
    /// What it changes.
    pub outcome: Outcome,
}

impl Struck {
    /// By how much the mean loss rises.
    pub fn harm(&self) -> Option<f64> {
        let effect = self.outcome.effect()?;
        Some(effect.mean.difference.change.value)
    }
}

/// What each shock would change, in the order asked for. Events without a month come in the month after the day of the test.
///
/// # Errors
/// The lake cannot be read.
pub fn strike(
    paired: &Paired<'_>,
    partnership: &Partnership,
    lake: &Lake,
    wanted: &[Wanted],
) -> Result<Vec<Struck>, LakeError> {
    let all = library();
    let recorded = if wanted.iter().any(|w| matches!(w, Wanted::Library(_))) {
        Some(world(lake, paired.as_of())?)
    } else {
        None
    };
    let weights = index_settings(&partnership.settings).weights;
    let month = paired.next_month();
    let struck = wanted.iter().map(|wanted| match (wanted, &recorded) {
        (Wanted::Told(shock), _) => Struck {
            id: shock.id.clone(),
            title: shock.title.clone(),
            outcome: paired.of(&shock.events, (month, month)),
            events: shock.events.clone(),
            size: Size::Told,
        },
        (Wanted::Library(entry), recorded) => {
            let found = recorded
                .as_ref()
                .ok_or_else(|| "the record was not read".to_owned())
                .and_then(|world| sized(world, &all, entry, &weights));
            let (events, size, outcome) = match found {
                Err(why) => (Vec::new(), Size::Unmeasured, Outcome::Unknown(why)),
                Ok(found) => {
                    let size = match &entry.from {
                        From::Month(_) => Size::Measured(found.evidence),
                        From::Like { id, why } => Size::Assumed {
                            like: id.clone(),
                            why: why.clone(),
                            evidence: found.evidence,
                        },
                    };
                    let outcome = paired.of(&found.events, (month, month));
                    (found.events, size, outcome)
                }
            };
            Struck {
                id: entry.id.clone(),
                title: entry.title.clone(),
                events,
                size,
                outcome,
            }
        }
    });
    Ok(struck.collect())
}
