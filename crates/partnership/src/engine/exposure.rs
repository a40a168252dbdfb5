//! How far each side is exposed to a factor, by domain: measured where the data allow, declared and marked so otherwise.

use detente_atlas::{Actor, By};

use super::measure::Context;
use super::series::{dyads, latest_first, windows};
use crate::model::{self, Domain, Party};
use crate::provenance::Provenance;
use crate::world::{clock, provenance};

/// Months of events over which the exposure by events is taken.
const YEAR: u32 = 12;
/// Kilometres over which exposure by distance falls to 1/e.
const REACH_KM: f64 = 1000.0;
/// Mean radius of the Earth in km (IUGG).
const EARTH_KM: f64 = 6371.0;

/// Exposure of one side in one domain.
#[derive(Debug, Clone)]
pub struct SideExposure {
    /// From 0 to 1; `None` where the data do not allow it.
    pub value: Option<f64>,
    /// How it is known, in words.
    pub how: String,
    /// What it rests on.
    pub basis: Basis,
}

/// What an exposure rests on.
#[derive(Debug, Clone)]
pub enum Basis {
    /// A judgement that stands in the partnership file.
    Declared,
    /// The compiled-in table of memberships.
    Memberships,
    /// Rows of the lake.
    Rows(Provenance),
    /// Nothing: it is not known.
    Nothing,
}

/// Exposure of both sides in one domain.
#[derive(Debug, Clone)]
pub struct Exposure {
    /// The domain.
    pub domain: Domain,
    /// Side a.
    pub a: SideExposure,
    /// Side b.
    pub b: SideExposure,
}

/// The exposures of a factor.
pub fn exposures(cx: Context<'_>, factor: &model::Factor) -> Vec<Exposure> {
    let p = cx.partnership;
    factor
        .exposures
        .iter()
        .map(|e| Exposure {
            domain: e.domain,
            a: of_side(cx, &p.a, &e.a),
            b: of_side(cx, &p.b, &e.b),
        })
        .collect()
}

/// The highest known exposure of a side over domains, with its domain.
pub fn highest<'e>(
    exposures: &'e [Exposure],
    side: impl Fn(&'e Exposure) -> &'e SideExposure,
) -> Option<(f64, Domain)> {
    exposures
        .iter()
        .filter_map(|e| Some((side(e).value?, e.domain)))
        .max_by(|x, y| x.0.total_cmp(&y.0))
}

fn of_side(cx: Context<'_>, side: &Party, e: &model::SideExposure) -> SideExposure {
    match e {
        model::SideExposure::Declared { value, why } => SideExposure {
            value: Some(*value),
            how: format!("declared: {why}"),
            basis: Basis::Declared,
        },
        model::SideExposure::Distance { to } => distance(cx, side, to),
        model::SideExposure::Trade { to } => trade(cx, side, to),
        model::SideExposure::Events { to } => events(cx, side, to),
        model::SideExposure::Membership { to } => membership(cx, side, to),
    }
}

fn measured(value: f64, how: String, rows: Option<Provenance>) -> SideExposure {
    let basis = rows.map_or(Basis::Memberships, Basis::Rows);
    SideExposure {
        value: Some(value.clamp(0.0, 1.0)),
        how,
        basis,
    }
}

fn unknown(how: String) -> SideExposure {
    SideExposure {
        value: None,
        how,
        basis: Basis::Nothing,
    }
}

fn distance(cx: Context<'_>, side: &Party, to: &Party) -> SideExposure {
    let on = cx.world.as_of;
    let (own, others) = (side.members(on), to.members(on));
    if own.iter().any(|a| others.contains(a)) {
        return measured(1.0, format!("a member belongs to {to}"), None);
    }
    let borders: Vec<_> = cx
        .world
        .records
        .within("contiguity-cow", "contiguity")
        .filter(|r| r.value == Some(1.0) && own.contains(&r.actor))
        .filter(|r| r.partner.is_some_and(|p| others.contains(&p)))
        // The data end in 2016; a border of the last year is taken to stand.
        .filter(|r| r.start <= on && (r.end >= on || r.end.year() >= 2016))
        .collect();
    if !borders.is_empty() {
        let rows = provenance(
            "contiguity-cow",
            "contiguity",
            &format!(
                "value = 1 and actor in ({}) and partner in ({}) and start <= {on} and (end >= {on} or end >= 2016-01-01) and known <= {on}",
                list(&own),
                list(&others)
            ),
            borders,
            "exposure",
        );
        return measured(1.0, format!("a land border with {to}"), Some(rows));
    }
    let place = |a: &Actor| -> Option<(f64, f64)> {
        let last = |variable| {
            cx.world
                .records
                .within("capitals-cow", variable)
                .filter(|r| r.actor == *a)
                .max_by_key(|r| r.end)
                .and_then(|r| r.value)
        };
        Some((last("capital-latitude")?, last("capital-longitude")?))
    };
    let nearest = own
        .iter()
        .flat_map(|a| others.iter().map(move |b| (a, b)))
        .filter_map(|(a, b)| Some((great_circle(place(a)?, place(b)?), a, b)))
        .min_by(|x, y| x.0.total_cmp(&y.0));
    let Some((km, a, b)) = nearest else {
        return unknown("no capital of both is in the data".to_owned());
    };
    let rows = provenance(
        "capitals-cow",
        "capital-latitude",
        &format!("actor in ({a}, {b}) and known <= {on}"),
        cx.world
            .records
            .within("capitals-cow", "capital-latitude")
            .filter(|r| r.actor == *a || r.actor == *b),
        "exposure",
    );
    measured(
        (-km / REACH_KM).exp(),
        format!("{km:.0} km between the nearest capitals"),
        Some(rows),
    )
}

fn great_circle((lat1, lon1): (f64, f64), (lat2, lon2): (f64, f64)) -> f64 {
    let (f1, f2) = (lat1.to_radians(), lat2.to_radians());
    let h = ((f2 - f1) / 2.0).sin().powi(2)
        + f1.cos() * f2.cos() * ((lon2 - lon1).to_radians() / 2.0).sin().powi(2);
    2.0 * EARTH_KM * h.sqrt().asin()
}

fn trade(cx: Context<'_>, side: &Party, to: &Party) -> SideExposure {
    let on = cx.world.as_of;
    let others = to.members(on);
    let mut shares = Vec::new();
    let mut rows = Vec::new();
    let mut searched = 0;
    for member in side.members(on) {
        let both: Vec<f64> = ["export-share", "import-share"]
            .iter()
            .filter_map(|variable| {
                let all: Vec<_> = cx
                    .world
                    .records
                    .within("trade-factbook", variable)
                    .filter(|r| r.actor == member)
                    .collect();
                searched += all.len() as u64;
                // Only the leading partners are listed: a member that is listed without `to` trades little with it.
                (!all.is_empty()).then(|| {
                    let with: Vec<_> = all
                        .into_iter()
                        .filter(|r| r.partner.is_some_and(|p| others.contains(&p)))
                        .collect();
                    // An empty sum of floats is -0.
                    let sum = with.iter().filter_map(|r| r.value).sum::<f64>() + 0.0;
                    rows.extend(with);
                    sum / 100.0
                })
            })
            .collect();
        if !both.is_empty() {
            shares.push(both.iter().sum::<f64>() / both.len() as f64);
        }
    }
    if shares.is_empty() {
        return unknown("no trade shares were known on the day".to_owned());
    }
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    let mut p = provenance(
        "trade-factbook",
        "export-share",
        &format!(
            "actor in ({}) and partner in ({}) and known <= {on}",
            list(&side.members(on)),
            list(&others)
        ),
        rows,
        "exposure",
    );
    // Imports count as much as exports.
    for (_, filter) in &mut p.queries {
        *filter = filter.replace(
            "variable = export-share",
            "variable in (export-share, import-share)",
        );
    }
    if p.rows == 0 {
        p.absence = true;
        p.rows = searched;
    }
    measured(
        mean,
        format!(
            "{:.1} % of trade with {to}, leading partners only",
            100.0 * mean
        ),
        Some(p),
    )
}

fn events(cx: Context<'_>, side: &Party, to: &Party) -> SideExposure {
    let s = &cx.partnership.settings;
    for stream in latest_first(cx.world) {
        let with = windows(stream, &stream.pooled(side, to), YEAR, s);
        let all = windows(stream, &stream.total(side), YEAR, s);
        let (Some((t, with)), Some((_, all))) = (with.last(), all.last()) else {
            continue;
        };
        if all.activity() > 0.0 {
            let share = with.activity() / all.activity();
            let rows = dyads(stream, side, to, t - 11, *t, cx.world.as_of, "exposure");
            let month = clock::label(By::Month, *t);
            return measured(
                share,
                format!(
                    "{:.1} % of the side's own activity in the year to {month}",
                    100.0 * share
                ),
                Some(rows),
            );
        }
    }
    unknown("no monitored year of events".to_owned())
}

fn membership(cx: Context<'_>, side: &Party, to: &Party) -> SideExposure {
    let on = cx.world.as_of;
    let (own, others) = (side.members(on), to.members(on));
    if own.is_empty() {
        return unknown("the side has no members on the day".to_owned());
    }
    let n = own.iter().filter(|a| others.contains(a)).count();
    measured(
        n as f64 / own.len() as f64,
        format!("{n} of {} members belong to {to}", own.len()),
        None,
    )
}

fn list(actors: &[Actor]) -> String {
    actors.iter().map(|a| a.id()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn great_circle_of_a_quarter_of_the_equator() {
        let km = super::great_circle((0.0, 0.0), (0.0, 90.0));
        assert!(
            (km - std::f64::consts::FRAC_PI_2 * 6371.0).abs() < 1e-6,
            "{km}"
        );
    }
}
