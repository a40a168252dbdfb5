//! How much of a change is the dyad, and how much is the press that reports it?
//!
//! Event sources grow and shrink over the years. What is compared over time is therefore a share of all events of the
//! source, or a count against the count that the source's volume would lead one to expect.

use crate::Error;
use crate::error::{enough, in_range};
use crate::index::Counts;
use crate::series::{self, Point};

/// The dyad's share of all events of a source in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Period.
    pub t: i32,
    /// Events of the dyad. A monitored period without any is a true 0.
    pub events: f64,
    /// All events of the source, above 0.
    pub total: f64,
    /// `events / total`, 0..1.
    pub share: f64,
}

/// The dyad's share in every **monitored** period: those that `totals` lists with a total above 0. A period that is not listed, or
/// whose total is 0, was not monitored and has no share.
///
/// # Errors
/// [`Error::Unmonitored`] for events of the dyad in a period without a total; more events than the total; negative counts; bad series.
pub fn shares(dyad: &[Point], totals: &[Point]) -> Result<Vec<Share>, Error> {
    series::check(dyad)?;
    series::check(totals)?;
    let mut rest = dyad.iter().peekable();
    let mut out = Vec::with_capacity(totals.len());
    for &(t, total) in totals.iter().filter(|p| p.1 != 0.0) {
        in_range("a total of events", total, "0 or more", total >= 0.0)?;
        let next = rest.next_if(|p| p.0 <= t);
        let events = match next {
            Some(&(at, events)) if at == t => events,
            Some(&(at, _)) => return Err(Error::Unmonitored { t: at }),
            None => 0.0,
        };
        in_range("a count of events", events, "0 or more", events >= 0.0)?;
        if events > total {
            return Err(Error::PartExceedsWhole {
                part: "the count of the dyad",
                value: events,
                whole: "the total of the source",
                limit: total,
            });
        }
        out.push(Share {
            t,
            events,
            total,
            share: events / total,
        });
    }
    match rest.next() {
        Some(&(t, _)) => Err(Error::Unmonitored { t }),
        None => Ok(out),
    }
}

/// A period's count against what the dyad's own past share and the source's volume of the period lead one to expect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Period.
    pub t: i32,
    /// Events of the dyad.
    pub events: f64,
    /// Past share times the total of the period. It doubles when the total doubles.
    pub expected: f64,
    /// `events / expected`: 1 is as usual, 2 is twice as many; `None` if nothing is expected.
    pub ratio: Option<f64>,
    /// Number of past periods behind the share.
    pub past_n: usize,
}

/// Expected counts for every period that has at least `min_past` monitored periods before it; the share is pooled over those (events
/// over totals), so that nothing later enters.
///
/// # Errors
/// Fewer than `min_past` + 1 periods.
pub fn expected(shares: &[Share], min_past: usize) -> Result<Vec<Expected>, Error> {
    let first = min_past.max(1);
    enough("monitored periods", shares.len(), first + 1)?;
    let (mut events, mut totals) = (0.0, 0.0);
    let mut out = Vec::new();
    for (i, now) in shares.iter().enumerate() {
        if i >= first {
            let expected = events / totals * now.total;
            let ratio = (expected > 0.0).then(|| now.events / expected);
            out.push(Expected {
                t: now.t,
                events: now.events,
                expected,
                ratio,
                past_n: i,
            });
        }
        events += now.events;
        totals += now.total;
    }
    Ok(out)
}

/// Counts as they would be if the source had reported `reference` events in all instead of `total`; `None` for a total that is not
/// positive. The relation index of the result differs from the raw one only by the weight of the prior count.
pub fn at_reference_volume(counts: &Counts, total: f64, reference: f64) -> Option<Counts> {
    (total > 0.0 && reference > 0.0 && total.is_finite() && reference.is_finite())
        .then(|| counts.scaled(reference / total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{Settings, relation};
    use proptest::prelude::*;

    #[test]
    fn quiet_is_zero_and_unmonitored_is_nothing() {
        let got = shares(
            &[(1, 2.0), (4, 5.0)],
            &[(1, 100.0), (2, 50.0), (3, 0.0), (4, 50.0)],
        )
        .unwrap();
        let told: Vec<(i32, f64)> = got.iter().map(|s| (s.t, s.share)).collect();
        assert_eq!(told, [(1, 0.02), (2, 0.0), (4, 0.1)]);
        assert_eq!(
            shares(&[(3, 1.0)], &[(1, 10.0), (3, 0.0), (4, 10.0)]),
            Err(Error::Unmonitored { t: 3 })
        );
        assert_eq!(
            shares(&[(9, 1.0)], &[(1, 10.0)]),
            Err(Error::Unmonitored { t: 9 })
        );
        assert!(matches!(
            shares(&[(1, 11.0)], &[(1, 10.0)]),
            Err(Error::PartExceedsWhole { .. })
        ));
    }

    #[test]
    fn expected_by_hand() {
        let s = shares(
            &[(1, 2.0), (2, 4.0), (3, 9.0)],
            &[(1, 100.0), (2, 100.0), (3, 150.0)],
        )
        .unwrap();
        let got = expected(&s, 2).unwrap();
        // 6 of 200 is 3 %, of 150 is 4.5; 9 came: twice as many
        assert_eq!(got.len(), 1);
        assert!(
            (got[0].expected - 4.5).abs() < 1e-12 && (got[0].ratio.unwrap() - 2.0).abs() < 1e-12
        );
        assert!(matches!(
            expected(&s, 3),
            Err(Error::TooFew {
                needed: 4,
                found: 3,
                ..
            })
        ));
        let silent = shares(&[], &[(1, 10.0), (2, 10.0)]).unwrap();
        assert_eq!(expected(&silent, 1).unwrap()[0].ratio, None);
    }

    #[test]
    fn volume_is_taken_out() {
        let counts = Counts {
            verbal_cooperation: 6.0,
            material_conflict: 2.0,
            ..Counts::default()
        };
        let got = at_reference_volume(&counts, 200.0, 100.0).unwrap();
        assert_eq!((got.verbal_cooperation, got.material_conflict), (3.0, 1.0));
        assert_eq!(at_reference_volume(&counts, 0.0, 100.0), None);
    }

    proptest! {
        #[test]
        fn twice_the_coverage_changes_neither_share_nor_index(
            events in prop::collection::vec(0u32..50, 5..40), factor in 2u32..9, c in 1u32..500, k in 1u32..500,
        ) {
            let scale = f64::from(factor);
            let dyad: Vec<Point> = events.iter().enumerate().map(|(t, &n)| (t as i32, n.into())).collect();
            let totals: Vec<Point> = events.iter().enumerate().map(|(t, &n)| (t as i32, f64::from(n) + 100.0 + t as f64)).collect();
            let more = |x: &[Point]| x.iter().map(|p| (p.0, p.1 * scale)).collect::<Vec<_>>();
            let (one, many) = (shares(&dyad, &totals).unwrap(), shares(&more(&dyad), &more(&totals)).unwrap());
            for (a, b) in one.iter().zip(&many) {
                prop_assert!((a.share - b.share).abs() < 1e-12);
            }
            for (a, b) in expected(&one, 3).unwrap().iter().zip(&expected(&many, 3).unwrap()) {
                prop_assert!((a.expected * scale - b.expected).abs() < 1e-9 * (1.0 + b.expected));
            }
            // with a vanishing prior count the index does not move either
            let settings = Settings { prior: 1e-9, ..Settings::default() };
            let counts = Counts { verbal_cooperation: c.into(), verbal_conflict: k.into(), ..Counts::default() };
            let (r, s) = (relation(&counts, &settings).unwrap(), relation(&counts.scaled(scale), &settings).unwrap());
            prop_assert!((r.r - s.r).abs() < 1e-8);
        }
    }
}
