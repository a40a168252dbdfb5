//! What the bundled data sets reach, for warnings only: the figures themselves rest on the coverage of the lake.

use detente_atlas::Day;

/// The states whose governments ParlGov has: the members of the EU and of most of the OECD.
pub(crate) const PARLGOV: &[&str] = &[
    "AUS", "AUT", "BEL", "BGR", "CAN", "CHE", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN",
    "FRA", "GBR", "GRC", "HRV", "HUN", "IRL", "ISL", "ISR", "ITA", "JPN", "LTU", "LUX", "LVA",
    "MLT", "NLD", "NOR", "NZL", "POL", "PRT", "ROU", "SVK", "SVN", "SWE", "TUR",
];

/// Year, month, day.
type Date = (i32, u32, u32);

/// First and last day of the data sets that the measures name.
const SPANS: &[(&str, Date, Date)] = &[
    ("icews-events", (2018, 10, 4), (2019, 3, 25)),
    ("icews-0515", (2005, 1, 1), (2015, 12, 31)),
    ("icews-18", (2018, 1, 1), (2018, 10, 31)),
    ("icews-21", (2021, 1, 1), (2021, 8, 31)),
    ("icews-dyad-years", (2002, 1, 1), (2014, 12, 31)),
    ("gdelt-dyad-years", (1979, 1, 1), (2008, 12, 31)),
    ("gdelt-daily-dyads", (2018, 1, 1), (2024, 2, 23)),
    ("mid-gml", (1946, 1, 1), (2010, 12, 31)),
    ("mid-cow", (1946, 1, 1), (2014, 12, 31)),
    ("ucdp-acd", (1946, 1, 1), (2024, 12, 31)),
    ("un-ideal-points", (1946, 1, 1), (2025, 12, 31)),
    ("un-votes", (1946, 1, 1), (2024, 12, 31)),
    ("parlgov", (1945, 1, 1), (2023, 12, 31)),
    ("milex-factbook", (2015, 1, 1), (2025, 12, 31)),
    ("milex-nato", (2012, 1, 1), (2019, 12, 31)),
];

/// The last day of a data set.
pub(crate) fn last_day(dataset: &str) -> Option<Day> {
    span(dataset).map(|(_, last)| last)
}

/// The last day of the data set that reaches furthest.
pub(crate) fn newest() -> Option<Day> {
    SPANS.iter().filter_map(|(id, ..)| last_day(id)).max()
}

/// The calendar months that a data set touches.
pub(crate) fn months(dataset: &str) -> u32 {
    span(dataset).map_or(0, |(first, last)| {
        (last.month().0 - first.month().0 + 1).unsigned_abs()
    })
}

fn span(dataset: &str) -> Option<(Day, Day)> {
    let (_, first, last) = SPANS.iter().find(|(id, ..)| *id == dataset)?;
    let day = |(y, m, d)| Day::from_ymd(y, m, d);
    Some((day(*first)?, day(*last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_set_of_a_measure_has_a_span() {
        for dataset in crate::MEASURES.iter().flat_map(|m| m.datasets) {
            assert!(last_day(dataset).is_some(), "{dataset}");
        }
        assert_eq!(months("icews-events"), 6);
    }
}
