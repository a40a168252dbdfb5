//! The consult rule: where the sides need a mutual response, where coordination is enough, and where they risk
//! misunderstanding each other; and which standing format covers it.

use detente_atlas::{By, Day};

use super::exposure::{Exposure, highest};
use super::measure::Context;
use super::register::FactorAssessment;
use super::series::{dyads, latest_first, windows};
use crate::model::{Domain, Factor, Format, Partnership, Party};
use crate::provenance::Provenance;
use crate::world::{Kind, clock};

/// What the rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Both sides are highly exposed.
    MutualResponse,
    /// One side is.
    Coordination,
    /// Neither is.
    Watch,
}

impl Need {
    /// Its name in the brief.
    pub fn name(self) -> &'static str {
        match self {
            Need::MutualResponse => "mutual response",
            Need::Coordination => "coordination",
            Need::Watch => "watch",
        }
    }
}

/// The orientation of one side toward an actor.
#[derive(Debug, Clone)]
pub struct Orientation {
    /// Net tone in the trailing year, from -1 (all conflict) to 1 (all cooperation): (C - K) / (C + K).
    pub tone: f64,
    /// The rows.
    pub provenance: Provenance,
}

/// Orientations of both sides toward one of the factor's actors.
#[derive(Debug, Clone)]
pub struct Stance {
    /// Toward whom.
    pub toward: Party,
    /// The last month of the trailing year.
    pub month: String,
    /// Of side a.
    pub a: Orientation,
    /// Of side b.
    pub b: Orientation,
}

impl Stance {
    /// Whether the two differ in sign.
    pub fn opposed(&self) -> bool {
        self.a.tone * self.b.tone < 0.0
    }
}

/// What the sides should talk about.
#[derive(Debug, Clone)]
pub struct ConsultItem {
    /// Id of the factor.
    pub factor: String,
    /// Its title.
    pub title: String,
    /// What the rule asks for.
    pub need: Need,
    /// The stances toward the factor's actors.
    pub stances: Vec<Stance>,
    /// The domain in which either side is exposed most.
    pub domain: Option<Domain>,
    /// Formats that exist on the day and cover the factor in that domain.
    pub formats: Vec<String>,
    /// The factor's standing, which orders the agenda.
    pub standing: Option<f64>,
}

impl ConsultItem {
    /// Whether the sides' orientations toward one of the actors differ in sign.
    pub fn misunderstanding(&self) -> bool {
        self.stances.iter().any(Stance::opposed)
    }
}

/// The agenda, the most pressing first.
pub fn agenda(cx: Context<'_>, factors: &[&FactorAssessment]) -> Vec<ConsultItem> {
    let p = cx.partnership;
    let mut items: Vec<ConsultItem> = factors
        .iter()
        .map(|f| {
            let (a, b) = (
                highest(&f.exposures, |e| &e.a),
                highest(&f.exposures, |e| &e.b),
            );
            let high =
                |x: Option<(f64, Domain)>| x.is_some_and(|(v, _)| v >= p.settings.high_exposure);
            let need = match (high(a), high(b)) {
                (true, true) => Need::MutualResponse,
                (false, false) => Need::Watch,
                _ => Need::Coordination,
            };
            let domain = leading_domain(&f.exposures);
            ConsultItem {
                factor: f.factor.id.clone(),
                title: f.factor.title.clone(),
                need,
                stances: f
                    .factor
                    .toward
                    .iter()
                    .filter_map(|x| stance(cx, x))
                    .collect(),
                domain,
                formats: domain
                    .into_iter()
                    .flat_map(|d| covering(p, &f.factor, d, cx.world.as_of))
                    .map(|format| format.title.clone())
                    .collect(),
                standing: f.standing,
            }
        })
        .collect();
    items.sort_by(|x, y| {
        let pressure = |i: &ConsultItem| i.standing.unwrap_or(-1.0);
        (x.need, !x.misunderstanding())
            .cmp(&(y.need, !y.misunderstanding()))
            .then(pressure(y).total_cmp(&pressure(x)))
    });
    items
}

/// The formats that exist on a day and cover a factor in a domain.
pub fn covering<'p>(
    p: &'p Partnership,
    factor: &'p Factor,
    domain: Domain,
    on: Day,
) -> impl Iterator<Item = &'p Format> {
    p.formats.iter().filter(move |f| {
        let exists = f.since <= on && f.until.is_none_or(|end| on <= end);
        let named = f.factors.is_empty() || f.factors.contains(&factor.id);
        exists && named && f.covers.contains(&domain)
    })
}

/// The domain in which either side is exposed most: the one that a format has to cover.
pub fn leading_domain(exposures: &[Exposure]) -> Option<Domain> {
    [highest(exposures, |e| &e.a), highest(exposures, |e| &e.b)]
        .into_iter()
        .flatten()
        .max_by(|x, y| x.0.total_cmp(&y.0))
        .map(|x| x.1)
}

fn stance(cx: Context<'_>, toward: &Party) -> Option<Stance> {
    let p = cx.partnership;
    let s = &p.settings;
    let weights = super::series::index_settings(s).weights;
    // Both sides from one stream: the tones of two coding systems cannot be compared.
    latest_first(cx.world).into_iter().find_map(|stream| {
        let of = |side: &Party| -> Option<(i32, Orientation)> {
            let (t, cell) = *windows(stream, &stream.pooled(side, toward), 12, s).last()?;
            let (c, k) = cell.balance(&weights)?;
            let least = if stream.kind == Kind::Counts {
                s.prior
            } else {
                s.score_prior
            };
            (c + k > least).then(|| {
                let provenance = dyads(
                    stream,
                    side,
                    toward,
                    t - 11,
                    t,
                    cx.world.as_of,
                    "orientation",
                );
                (
                    t,
                    Orientation {
                        tone: (c - k) / (c + k),
                        provenance,
                    },
                )
            })
        };
        let ((t, a), (_, b)) = (of(&p.a)?, of(&p.b)?);
        Some(Stance {
            toward: toward.clone(),
            month: clock::label(By::Month, t),
            a,
            b,
        })
    })
}
