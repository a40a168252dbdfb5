//! When to try again: exponential back-off with jitter, and what the server asks for.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::{Duration, SystemTime};

/// The longest that one wait may last, whatever a server asks for.
pub(crate) const LONGEST: Duration = Duration::from_secs(300);

/// The wait before try number `after` + 1: twice as long each time, and shortened at random by up to a half, so that many
/// clients that failed together do not come back together.
pub(crate) fn backoff(first: Duration, after: u32) -> Duration {
    let full = first
        .saturating_mul(1_u32.checked_shl(after).unwrap_or(u32::MAX))
        .min(LONGEST);
    // The standard library seeds each of these anew; it is the only source of chance that is at hand everywhere.
    let chance = RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64;
    full.mul_f64(0.5 + chance / 2.0)
}

/// What a `Retry-After` header asks for: seconds or a date; capped.
pub(crate) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    let wait = if !header.is_empty() && header.bytes().all(|b| b.is_ascii_digit()) {
        // A number too long to read is a long time.
        header.parse().map_or(LONGEST, Duration::from_secs)
    } else {
        let at = httpdate::parse_http_date(header).ok()?;
        at.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_stay_bounded() {
        let second = Duration::from_secs(1);
        for (after, full) in [
            (0, 1.0),
            (1, 2.0),
            (3, 8.0),
            (8, 256.0),
            (9, 300.0),
            (400, 300.0),
        ] {
            let wait = backoff(second, after).as_secs_f64();
            assert!(wait >= full / 2.0 && wait <= full, "{after}: {wait}");
        }
        let waits: Vec<Duration> = (0..20).map(|_| backoff(second, 5)).collect();
        assert!(waits.iter().any(|w| *w != waits[0]), "jitter");
    }

    #[test]
    fn a_server_asks_in_seconds_or_by_date() {
        // RFC 9110's own example date is 784111777 seconds after 1970.
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 - 90);
        let wait = |text| retry_after(text, now).map(|d| d.as_secs());
        assert_eq!(wait("120"), Some(120));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(90));
        assert_eq!(wait("Sun, 06 Nov 1994 08:40:37 GMT"), Some(0), "past");
        assert_eq!(wait("999999999999999999999999"), Some(300));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait(""), None);
    }
}
