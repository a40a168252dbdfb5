//! UCDP: files at addresses that follow from the number of the release. No list, so no sums.

use detente_sources::dataset;

use crate::failure::Failure;
use crate::wanted::{Item, Plan, Shape, Wanted, below};

/// What to fetch of UCDP.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// The yearly release, `25.1`: events, armed conflict and dyads.
    Yearly(String),
    /// A monthly candidate release of events, `25.0.6`.
    Candidate(String),
}

impl Release {
    /// The release that a file of that name is of: `ged251-csv.zip`, `GEDEvent_v25_0_6.csv`.
    pub fn of_file(name: &str) -> Option<Release> {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
        let inside = |start, end| {
            let number: &str = name.strip_prefix(start)?.strip_suffix(end)?;
            (!number.is_empty() && digits(number)).then(|| number.to_owned())
        };
        let yearly = ["ged", "ucdp-prio-acd-", "ucdp-dyadic-"];
        let candidate = inside("GEDEvent_v", ".csv").map(Release::Candidate);
        candidate.or_else(|| {
            let number = yearly.iter().find_map(|start| inside(start, "-csv.zip"))?;
            Some(Release::Yearly(number))
        })
    }
}

impl std::str::FromStr for Release {
    type Err = String;

    fn from_str(text: &str) -> Result<Release, String> {
        let parts: Vec<&str> = text.split('.').collect();
        let number =
            |p: &&str| !p.is_empty() && p.len() <= 2 && p.bytes().all(|b| b.is_ascii_digit());
        match (parts.len(), parts.iter().all(number)) {
            (2, true) => Ok(Release::Yearly(parts.concat())),
            (3 | 4, true) => Ok(Release::Candidate(parts.join("_"))),
            _ => Err(format!(
                "'{text}' is no release: write 25.1 for the yearly one, 25.0.6 for the candidate events of June 2025"
            )),
        }
    }
}

/// The files of releases. Which data sets are taken is the caller's: those that are not in the catalogue are left out.
///
/// # Errors
/// None of the data sets is in the catalogue.
pub fn plan(base: &str, releases: &[Release]) -> Result<Plan, Failure> {
    let mut plan = Plan::default();
    for release in releases {
        let files = match release {
            Release::Yearly(v) => vec![
                ("ucdp-ged", format!("downloads/ged/ged{v}-csv.zip")),
                (
                    "ucdp-acd-own",
                    format!("downloads/ucdpprio/ucdp-prio-acd-{v}-csv.zip"),
                ),
                (
                    "ucdp-dyadic",
                    format!("downloads/dyadic/ucdp-dyadic-{v}-csv.zip"),
                ),
            ],
            Release::Candidate(v) => vec![(
                "ucdp-ged-candidate",
                format!("downloads/candidateged/GEDEvent_v{v}.csv"),
            )],
        };
        for (id, path) in files {
            let Some(set) = dataset(id) else {
                continue;
            };
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            plan.files.push(Wanted {
                dataset: set.id,
                item: Item {
                    url: below(base, &path),
                    shape: Shape::of(&name),
                    name,
                    size: None,
                    md5: None,
                },
                from: set.span.0,
                to: set.span.1,
                slot: None,
            });
        }
    }
    if plan.files.is_empty() {
        let why = "no data set of UCDP's files is in the catalogue of this program".to_owned();
        return Err(Failure::Unreadable(why));
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_read() {
        assert_eq!("25.1".parse(), Ok(Release::Yearly("251".into())));
        assert_eq!("25.0.12".parse(), Ok(Release::Candidate("25_0_12".into())));
        assert_eq!(
            "23.01.23.12".parse(),
            Ok(Release::Candidate("23_01_23_12".into()))
        );
        let of = Release::of_file;
        assert_eq!(of("ged251-csv.zip"), Some(Release::Yearly("251".into())));
        assert_eq!(
            of("GEDEvent_v25_0_6.csv"),
            Some(Release::Candidate("25_0_6".into()))
        );
        assert_eq!(of("ged../x-csv.zip"), None);
        assert_eq!(of("events.2018.tab"), None);
        for bad in ["25", "", "25.x", "../1", "1.2.3.4.5", "25..1"] {
            assert!(bad.parse::<Release>().is_err(), "{bad}");
        }
    }
}
