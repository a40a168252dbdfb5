//! What the bundled data sets reach, for warnings only: the figures themselves rest on the coverage of the lake.

use detente_atlas::Day;

use crate::measures::MEASURES;

/// The states whose governments ParlGov has: the members of the EU and of most of the OECD.
pub(crate) const PARLGOV: &[&str] = &[
    "AUS", "AUT", "BEL", "BGR", "CAN", "CHE", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN",
    "FRA", "GBR", "GRC", "HRV", "HUN", "IRL", "ISL", "ISR", "ITA", "JPN", "LTU", "LUX", "LVA",
    "MLT", "NLD", "NOR", "NZL", "POL", "PRT", "ROU", "SVK", "SVN", "SWE", "TUR",
];

/// The last day of a data set, as the catalogue of sources says.
pub(crate) fn last_day(dataset: &str) -> Option<Day> {
    detente_sources::dataset(dataset).map(|d| d.span.1)
}

/// The last day of the data set that reaches furthest among those that serve a measure.
pub(crate) fn newest() -> Option<Day> {
    let all = MEASURES.iter().flat_map(|m| m.datasets);
    all.filter_map(|id| last_day(id)).max()
}

/// The calendar months that a data set touches.
pub(crate) fn months(dataset: &str) -> u32 {
    detente_sources::dataset(dataset).map_or(0, |d| {
        let (first, last) = d.span;
        (last.month().0 - first.month().0 + 1).unsigned_abs()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use arrow_array::cast::AsArray;
    use arrow_array::types::Int32Type;

    use super::*;

    #[test]
    fn every_data_set_of_a_measure_is_in_the_catalogue() {
        for dataset in MEASURES.iter().flat_map(|m| m.datasets) {
            assert!(last_day(dataset).is_some(), "{dataset}");
        }
        // The daily files run from 4 October 2018 to 25 March 2019.
        assert_eq!(months("icews-events"), 6);
        assert_eq!(months("no-such-data-set"), 0);
    }

    #[test]
    fn the_states_with_governments_are_those_of_the_bundled_file() {
        let dataset = detente_sources::dataset("parlgov").unwrap();
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
        let mut states = BTreeSet::new();
        for file in dataset.files {
            detente_sources::read(dataset, &data.join(file), &mut |batch| {
                let actors = batch
                    .column_by_name("actor")
                    .unwrap()
                    .as_dictionary::<Int32Type>();
                let names = actors.values().as_string::<i32>();
                states.extend(
                    actors
                        .keys()
                        .iter()
                        .flatten()
                        .map(|k| names.value(k as usize).to_owned()),
                );
                Ok(())
            })
            .unwrap();
        }
        assert_eq!(
            states.iter().map(String::as_str).collect::<Vec<_>>(),
            PARLGOV
        );
    }
}
