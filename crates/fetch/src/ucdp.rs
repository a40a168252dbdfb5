//! UCDP: files at addresses that follow from the number of the release. No list, so no sums.

use detente_sources::dataset;

use crate::failure::Failure;
use crate::wanted::{Item, Plan, Shape, Wanted, below};

/// What to fetch of UCDP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// The yearly release, `25.1`: events, armed conflict and dyads.
    Yearly(String),
    /// A monthly candidate release of events, `25.0.6`.
    Candidate(String),
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
                    "ucdp-prio",
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
        for bad in ["25", "", "25.x", "../1", "1.2.3.4.5", "25..1"] {
            assert!(bad.parse::<Release>().is_err(), "{bad}");
        }
    }
}
