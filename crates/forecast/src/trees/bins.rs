//! Features as bytes: which of at most 256 bins a value falls into.

use crate::on_all_cores;

/// Rows that edges are learnt on at most, evenly spread.
const SAMPLE: usize = 200_000;

/// Where each feature is cut.
///
/// A value falls into the bin of the first edge that it does not exceed, or into the last bin. NaN falls into the lowest: if a feature had NaN where edges were
/// learnt, its first edge is minus infinity, so that NaN has a bin of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Bins {
    pub(super) edges: Vec<Vec<f32>>,
}

impl Bins {
    /// Learns edges from `rows`, row after row of `features` values: half of them so that as many rows, half so that as many distinct
    /// values lie between two (features of counts are mostly 0, and the rare large values need edges of their own).
    /// There are at most `most` bins in a feature, between 4 and 256.
    ///
    /// # Panics
    ///
    /// If `rows` are no whole number of rows, or `most` is out of range.
    pub fn learn(rows: &[f32], features: usize, most: usize) -> Self {
        assert!((4..=256).contains(&most), "bins must be 4 to 256: {most}");
        assert!(
            features > 0 && rows.len().is_multiple_of(features),
            "{} values are no whole rows of {features} features",
            rows.len()
        );
        let all = rows.len() / features;
        let step = all.div_ceil(SAMPLE).max(1);
        let edges = on_all_cores(features, |feature| {
            let column = rows.iter().skip(feature).step_by(features * step);
            edges(column.copied().collect(), most)
        });
        Self { edges }
    }

    /// How many features there are.
    pub fn features(&self) -> usize {
        self.edges.len()
    }

    /// The bin of a feature's value.
    pub fn of(&self, feature: usize, value: f32) -> u8 {
        // no edge is below NaN
        self.edges[feature].partition_point(|edge| *edge < value) as u8
    }
}

/// Edges of one feature. A value on an edge lies below it.
fn edges(mut values: Vec<f32>, most: usize) -> Vec<f32> {
    let cases = values.len();
    values.retain(|value| !value.is_nan());
    let missing = values.len() < cases;
    values.sort_unstable_by(f32::total_cmp);
    let mut edges = Vec::with_capacity(most);
    let parts = most / 2;
    if let Some(&last) = values.last() {
        edges.extend((1..parts).map(|k| values[k * values.len() / parts]));
        values.dedup();
        edges.extend((1..parts).map(|k| values[k * values.len() / parts]));
        edges.sort_unstable_by(f32::total_cmp);
        edges.retain(|edge| *edge < last);
        edges.dedup();
    }
    if missing {
        edges.insert(0, f32::NEG_INFINITY);
        edges.dedup();
    }
    edges
}

/// Rows of binned features, a byte each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binned {
    columns: Vec<Vec<u8>>,
}

impl Binned {
    /// No rows yet, of that many features.
    pub fn new(features: usize) -> Self {
        Self {
            columns: vec![Vec::new(); features],
        }
    }

    /// Bins `rows`, row after row, on all cores.
    ///
    /// # Panics
    ///
    /// If `rows` are no whole number of rows.
    pub fn of(bins: &Bins, rows: &[f32]) -> Self {
        let features = bins.features();
        assert!(
            rows.len().is_multiple_of(features),
            "{} values are no whole rows of {features} features",
            rows.len()
        );
        let chunk = 4096 * features;
        let parts = on_all_cores(rows.len().div_ceil(chunk), |i| {
            let mut part = Self::new(features);
            let rows = &rows[i * chunk..rows.len().min((i + 1) * chunk)];
            // few rows at a time stay near a core while their columns are read
            for rows in rows.chunks(64 * features) {
                for (j, column) in part.columns.iter_mut().enumerate() {
                    let values = rows.iter().skip(j).step_by(features);
                    column.extend(values.map(|value| bins.of(j, *value)));
                }
            }
            part
        });
        let columns = on_all_cores(features, |j| {
            let mut column = Vec::with_capacity(rows.len() / features);
            for part in &parts {
                column.extend_from_slice(&part.columns[j]);
            }
            column
        });
        Self { columns }
    }

    /// Adds one row of features.
    ///
    /// # Panics
    ///
    /// If the row is of another length than the others.
    pub fn push(&mut self, bins: &Bins, row: &[f32]) {
        assert_eq!(row.len(), self.columns.len(), "a row of another length");
        for (j, (column, value)) in self.columns.iter_mut().zip(row).enumerate() {
            column.push(bins.of(j, *value));
        }
    }

    /// Adds the rows of another.
    ///
    /// # Panics
    ///
    /// If its rows have another number of features.
    pub fn append(&mut self, other: &Self) {
        assert_eq!(self.features(), other.features(), "rows of another length");
        for (column, other) in self.columns.iter_mut().zip(&other.columns) {
            column.extend_from_slice(other);
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many features a row has.
    pub fn features(&self) -> usize {
        self.columns.len()
    }

    /// The bins of a feature, row after row.
    pub fn column(&self, feature: usize) -> &[u8] {
        &self.columns[feature]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_edges_are_by_cases_and_half_by_values() {
        // 90 zeros and 1 to 10: by cases both edges of thirds are 0, by values they are 3 and 7
        let mut column = vec![0.0; 90];
        column.extend((1..=10).map(|i| i as f32));
        let bins = Bins::learn(&column, 1, 6);
        assert_eq!(bins.edges, [[0.0, 3.0, 7.0]]);
        let at = [-1.0, 0.0, 0.5, 3.0, 7.0, 7.5, 99.0, f32::NAN];
        assert_eq!(at.map(|v| bins.of(0, v)), [0, 0, 1, 1, 2, 3, 3, 0]);
    }

    #[test]
    fn nan_has_its_own_bin_where_it_occurs() {
        let bins = Bins::learn(&[1.0, f32::NAN, 2.0, 3.0, 4.0], 1, 4);
        assert_eq!(bins.edges, [[f32::NEG_INFINITY, 3.0]]);
        assert_eq!(
            [f32::NAN, -9.0, 3.0, 4.0].map(|v| bins.of(0, v)),
            [0, 1, 1, 2]
        );
    }

    #[test]
    fn there_are_never_more_bins_than_a_byte_holds() {
        let mut column: Vec<f32> = (0..5000).map(|i| (i as f32).sqrt()).collect();
        column.push(f32::NAN);
        let bins = Bins::learn(&column, 1, 256);
        assert!(bins.edges[0].len() <= 255);
        let of = Binned::of(&bins, &column);
        assert_eq!(usize::from(of.column(0)[4999]), bins.edges[0].len());
        assert_eq!(of.column(0)[5000], 0);
    }
}
