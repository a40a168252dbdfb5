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
            let need = need(&f.exposures, p.settings.high_exposure);
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

/// What the exposures of the sides ask for, each side taken in the domain in which it is exposed most.
pub fn need(exposures: &[Exposure], high: f64) -> Need {
    let exposed = |x: Option<(f64, Domain)>| x.is_some_and(|(value, _)| value >= high);
    match (
        exposed(highest(exposures, |e| &e.a)),
        exposed(highest(exposures, |e| &e.b)),
    ) {
        (true, true) => Need::MutualResponse,
        (false, false) => Need::Watch,
        _ => Need::Coordination,
    }
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

#[cfg(test)]
mod tests {
    use super::super::exposure::{Basis, SideExposure};
    use super::*;

    fn exposure(domain: Domain, a: Option<f64>, b: Option<f64>) -> Exposure {
        let side = |value| SideExposure {
            value,
            how: String::new(),
            basis: Basis::Declared,
        };
        Exposure {
            domain,
            a: side(a),
            b: side(b),
        }
    }

    #[test]
    fn both_sides_one_or_none() {
        use Domain::{Economic, Military};
        let of = |rows: &[(Domain, Option<f64>, Option<f64>)]| {
            let all: Vec<Exposure> = rows.iter().map(|(d, a, b)| exposure(*d, *a, *b)).collect();
            (need(&all, 0.5), leading_domain(&all))
        };
        // The domains need not be the same: a side counts where it is exposed most.
        assert_eq!(
            of(&[
                (Military, Some(0.5), Some(0.1)),
                (Economic, Some(0.0), Some(0.9))
            ]),
            (Need::MutualResponse, Some(Economic))
        );
        assert_eq!(
            of(&[(Military, Some(0.7), Some(0.49))]),
            (Need::Coordination, Some(Military))
        );
        assert_eq!(
            of(&[(Military, Some(0.2), Some(0.49))]),
            (Need::Watch, Some(Military))
        );
        // What is not known is not high, and no reason for an alarm.
        assert_eq!(of(&[(Military, None, None)]), (Need::Watch, None));
        assert_eq!(
            of(&[(Military, None, Some(1.0))]),
            (Need::Coordination, Some(Military))
        );
    }

    #[test]
    fn a_format_covers_its_domains_while_it_lasts() {
        let text = include_str!("../../../../partnerships/nato-azerbaijan.toml");
        let p = crate::parse(text, "nato-azerbaijan.toml").expect("the shipped file is sound");
        let iran = p.factors.iter().find(|f| f.id == "iran").expect("a factor");
        let titles = |domain, day: &str| -> Vec<&str> {
            covering(&p, iran, domain, day.parse().expect("a day"))
                .map(|f| f.id.as_str())
                .collect()
        };
        // The Shusha Declaration is of 15 June 2021 and names this factor.
        assert!(!titles(Domain::Military, "2021-06-14").contains(&"shusha"));
        assert!(titles(Domain::Military, "2021-06-15").contains(&"shusha"));
        assert!(titles(Domain::Societal, "2024-01-01").is_empty());
    }
}
