//! The outlook on the real data: what is forecast is what settles it, and a brief without demonstrated skill shows its baseline.

use detente_atlas::Actor;
use detente_partnership::outlook::{Model, Outlook, Settled, settle};

use crate::support::*;

/// A partnership and a day each: readings to the day, and readings that end long before it.
const TAKEN: [(&str, &str); 4] = [
    ("nato-azerbaijan", "2024-02-26"),
    ("nato-azerbaijan", "2026-11-24"),
    ("asean-china", "2023-09-17"),
    ("us-philippines", "2024-02-26"),
];

fn taken() -> impl Iterator<Item = (String, &'static Outlook)> {
    TAKEN.into_iter().map(|(name, on)| {
        let found = assessment(name, on).outlook.as_ref();
        let outlook = found.unwrap_or_else(|why| panic!("{name} as of {on}: {why}"));
        (format!("{name} as of {on}"), outlook)
    })
}

#[test]
fn chances_add_up_and_quantiles_rise() {
    for (what, o) in taken() {
        assert_eq!(o.horizons.len(), 4, "{what}");
        for h in &o.horizons {
            assert_eq!(h.month - o.now, h.ahead as i32, "{what}");
            assert_eq!(h.month - o.origin.0, h.lead as i32, "{what}");
            for d in h.by_model {
                let s = d.shares;
                close(s.closer + s.steady + s.apart, 1.0, 1e-12, &what);
                assert!(d.quantiles.is_sorted(), "{what}: {:?}", d.quantiles);
            }
        }
        for e in &o.events {
            let c = e.chances;
            for p in [c.regression, c.baseline, c.climatology, e.rate] {
                assert!((0.0..=1.0).contains(&p), "{what}, {}: {p}", e.id);
            }
            assert_eq!(e.target.1 - e.origin, e.lead as i32, "{what}, {}", e.id);
        }
    }
}

#[test]
fn what_is_forecast_is_what_settles_it() {
    for (name, on) in TAKEN {
        let a = assessment(name, on);
        let o = a.outlook.as_ref().expect("it stands");
        let mut compared = 0;
        for month in o.series.points[0].0..=o.origin.0 {
            let reading = o.series.points.iter().find(|(t, _)| *t == month);
            match settle(&a.world, &o.question, month) {
                Settled::Value(x) => {
                    close(x, reading.expect("a reading").1, 0.0, name);
                    compared += 1;
                }
                Settled::NotYet => assert_eq!(month, o.now, "{name}"),
                found => assert_eq!(reading, None, "{name}: {found:?}"),
            }
        }
        assert!(compared > 60, "{name}: {compared} months");
        let ahead = settle(&a.world, &o.question, o.now + 1);
        assert_eq!(ahead, Settled::NotYet, "{name}");
        // Nobody looked at 2025, and that is no value.
        if o.silent() > 1 {
            let silent = settle(&a.world, &o.question, o.origin.0 + 2);
            assert_eq!(silent, Settled::Unmonitored, "{name}");
        }
    }
}

#[test]
fn a_forecast_without_demonstrated_skill_is_not_shown() {
    let mut shown = 0;
    for (what, o) in taken() {
        for h in &o.horizons {
            let demonstrated = o.backtest.at(h.lead).is_some_and(|l| l.demonstrated());
            assert_eq!(h.shown == Model::Pooled, demonstrated, "{what}");
            shown += usize::from(demonstrated);
        }
    }
    assert!(
        shown > 0,
        "no forecast has skill anywhere, so the test above says nothing"
    );
    let old = assessment("nato-azerbaijan", "2026-11-24");
    let o = old.outlook.as_ref().expect("it stands");
    assert!(o.horizons.iter().all(|h| h.shown != Model::Pooled));
}

/// The panel sums the dyads by a query of its own: it must find what the streams hold.
#[test]
fn everybody_holds_the_same_sums_as_the_dyads() {
    let a = assessment("nato-azerbaijan", "2024-02-26");
    let p = &a.partnership;
    let stream = a.world.stream("gdelt-daily-dyads").expect("it is there");
    let all = a
        .world
        .with_everybody(lake(), stream, &p.a)
        .expect("the lake answers");
    for id in ["AZE", "ARM", "UKR", "KAZ", "RUS"] {
        let state = Actor::from_id(id).expect("a state");
        let party = std::iter::once(&p.b)
            .chain(&p.contrast)
            .chain(p.factors.iter().flat_map(|f| &f.toward))
            .find(|party| party.id == id)
            .expect("the file names it");
        let mut wanted = stream.pooled(&p.a, party);
        wanted.retain(|(_, cell)| cell.rows > 0.0);
        let found = &all[&state];
        assert_eq!(found.len(), wanted.len(), "{id}");
        for ((t, x), (u, y)) in found.iter().zip(&wanted) {
            assert_eq!((t, x.rows), (u, y.rows), "{id}");
            close(x.activity(), y.activity(), 1e-6 * y.activity(), id);
        }
    }
}
