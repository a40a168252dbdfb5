//! What there is to fetch: from the options to the publisher's list.

use std::time::{SystemTime, UNIX_EPOCH};

use detente_atlas::Day;
use detente_fetch::{
    Archive, Client, Failure, Gdelt2, Kind, Plan, Progress, dataverse, gdelt1, gdelt2, ucdp,
};

use super::error::FetchError;
use super::{How, Source};
use crate::error::{CliError, Result};

const GDELT: &str = "http://data.gdeltproject.org";
pub(super) const DATAVERSE: &str = "https://dataverse.harvard.edu";
const UCDP: &str = "https://ucdp.uu.se";

/// A file comes some time after the quarter of an hour that its name tells; after so many seconds it is overdue.
const OVERDUE: u64 = 3600;

/// The server: the one asked for, or the publisher's own.
pub(super) fn base<'a>(how: &'a How, publishers: &'a str) -> &'a str {
    how.base_url.as_deref().unwrap_or(publishers)
}

/// What the publisher has of a source for the period.
pub(super) fn of(
    client: &Client,
    how: &How,
    source: &Source,
    progress: &dyn Progress,
) -> Result<Plan> {
    let (what, publishers, period) = match source {
        Source::Gdelt(a) => ("GDELT", GDELT, Some(a.period)),
        Source::Icews(a) => ("ICEWS", DATAVERSE, Some(a.period)),
        Source::Polecat(a) => ("POLECAT", DATAVERSE, Some(a.period)),
        Source::Ucdp(_) => ("UCDP", UCDP, None),
    };
    let (from, to) = period.map_or((None, None), |p| (p.from, p.to));
    let (from, to) = (from.unwrap_or(Day(i32::MIN)), to.unwrap_or(Day(i32::MAX)));
    let plan = match source {
        Source::Gdelt(a) if a.gdelt1 => of_gdelt1(client, how, (from, to), progress),
        Source::Gdelt(a) => {
            let kinds: &[Kind] = if a.mentions {
                &[Kind::Events, Kind::Mentions]
            } else {
                &[Kind::Events]
            };
            of_gdelt2(client, how, (from, to), kinds, a.translated, progress)
        }
        Source::Icews(a) if a.weekly => {
            of_archive(client, how, Archive::ICEWS_WEEKLY, (from, to), progress)
        }
        Source::Icews(_) => of_archive(client, how, Archive::ICEWS, (from, to), progress),
        Source::Polecat(_) => of_archive(client, how, Archive::POLECAT, (from, to), progress),
        Source::Ucdp(a) => ucdp(base(how, UCDP), &a.releases),
    };
    let plan = plan.map_err(|why| {
        let url = base(how, publishers).to_owned();
        CliError::room(FetchError::List { what, url, why })
    })?;
    if plan.files.is_empty() && plan.unpublished.is_empty() {
        return Err(CliError::room(FetchError::Nothing { what, from, to }));
    }
    Ok(plan)
}

pub(super) fn of_gdelt1(
    client: &Client,
    how: &How,
    period: (Day, Day),
    progress: &dyn Progress,
) -> Result<Plan, Failure> {
    let today = crate::today::today();
    let base = base(how, GDELT);
    gdelt1(client, base, period, today, &how.downloads, progress)
}

pub(super) fn of_gdelt2(
    client: &Client,
    how: &How,
    (from, to): (Day, Day),
    kinds: &[Kind],
    translated: bool,
    progress: &dyn Progress,
) -> Result<Plan, Failure> {
    let what = Gdelt2 {
        from,
        to,
        kinds: kinds.to_vec(),
        translated,
        base: base(how, GDELT).to_owned(),
        now: overdue(SystemTime::now()),
    };
    gdelt2(client, &what, &how.downloads, progress)
}

pub(super) fn of_archive(
    client: &Client,
    how: &How,
    archive: Archive,
    period: (Day, Day),
    progress: &dyn Progress,
) -> Result<Plan, Failure> {
    let base = base(how, DATAVERSE);
    let period = Some(period);
    dataverse(
        client,
        base,
        archive,
        period,
        None,
        &how.downloads,
        progress,
    )
}

pub(super) fn of_ucdp(how: &How, releases: &[detente_fetch::Release]) -> Result<Plan, Failure> {
    ucdp(base(how, UCDP), releases)
}

/// The last quarter of an hour whose file should be there by now.
fn overdue(now: SystemTime) -> (Day, u16) {
    let seconds = now
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs())
        .saturating_sub(OVERDUE);
    let day = Day(i32::try_from(seconds / 86_400).unwrap_or(i32::MAX));
    // Below 96.
    (day, (seconds % 86_400 / 900) as u16)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_file_is_overdue_after_an_hour() {
        // 2024-01-01 00:44:59 UTC, by `date -u -d @1704069899`.
        let at = UNIX_EPOCH + Duration::from_secs(1_704_069_899);
        assert_eq!(overdue(at), ("2023-12-31".parse().unwrap(), 94));
        assert_eq!(
            overdue(at + Duration::from_secs(1)),
            ("2023-12-31".parse().unwrap(), 95)
        );
    }
}
