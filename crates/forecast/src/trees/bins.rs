//! Features as bytes: which of at most 256 bins a value falls into.

use crate::{each_on_all_cores, on_all_cores};

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

/// Bytes of a row that are summed in one go.
pub(super) const WIDE: usize = 16;

/// The bins of a row's features `WIDE b .. WIDE (b + 1)`.
pub(super) type Block = [u8; WIDE];

/// Rows of binned features, a byte each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binned {
    features: usize,
    /// Row after row as many blocks as hold the features.
    pub(super) blocks: Vec<Block>,
}

impl Binned {
    /// No rows yet, of that many features.
    pub fn new(features: usize) -> Self {
        Self {
            features,
            blocks: Vec::new(),
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
        let mut binned = Self::new(features);
        let per_row = binned.per_row();
        let size = rows.len() / features * per_row;
        binned.blocks.resize(size, [0; WIDE]);
        let parts = rows.chunks(4096 * features);
        let parts = parts.zip(binned.blocks.chunks_mut(4096 * per_row));
        each_on_all_cores(parts.collect(), |(rows, blocks)| {
            // few rows at a time stay near a core while feature after feature is looked up
            let near = rows.chunks(64 * features);
            for (rows, blocks) in near.zip(blocks.chunks_mut(64 * per_row)) {
                for j in 0..features {
                    let values = rows.iter().skip(j).step_by(features);
                    let blocks = blocks.iter_mut().skip(j / WIDE).step_by(per_row);
                    for (block, value) in blocks.zip(values) {
                        block[j % WIDE] = bins.of(j, *value);
                    }
                }
            }
        });
        binned
    }

    /// Adds one row of features.
    ///
    /// # Panics
    ///
    /// If the row is of another length than the others.
    pub fn push(&mut self, bins: &Bins, row: &[f32]) {
        assert_eq!(row.len(), self.features, "a row of another length");
        for (b, values) in row.chunks(WIDE).enumerate() {
            let mut block = [0; WIDE];
            for (lane, (bin, value)) in block.iter_mut().zip(values).enumerate() {
                *bin = bins.of(b * WIDE + lane, *value);
            }
            self.blocks.push(block);
        }
    }

    /// Adds the rows of another.
    ///
    /// # Panics
    ///
    /// If its rows have another number of features.
    pub fn append(&mut self, other: &Self) {
        assert_eq!(self.features, other.features, "rows of another length");
        self.blocks.extend_from_slice(&other.blocks);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.blocks.len() / self.per_row().max(1)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// How many features a row has.
    pub fn features(&self) -> usize {
        self.features
    }

    /// The same column after column.
    pub(super) fn columns(&self) -> Vec<Vec<u8>> {
        let mut columns = vec![vec![0; self.len()]; self.features];
        let bytes = self.blocks.as_flattened();
        let stride = self.per_row() * WIDE;
        // a block of features at a time, whose columns can be written side by side
        let parts = columns.chunks_mut(WIDE).enumerate();
        each_on_all_cores(parts.collect(), |(b, columns)| {
            let first = b * WIDE;
            for (i, row) in bytes.chunks_exact(stride).enumerate() {
                for (column, bin) in columns.iter_mut().zip(&row[first..]) {
                    column[i] = *bin;
                }
            }
        });
        columns
    }

    /// How many blocks a row has.
    pub(super) fn per_row(&self) -> usize {
        self.features.div_ceil(WIDE)
    }

    /// The bins of a row.
    pub fn row(&self, row: usize) -> &[u8] {
        let stride = self.per_row() * WIDE;
        &self.blocks.as_flattened()[row * stride..][..self.features]
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
        assert_eq!(usize::from(of.row(4999)[0]), bins.edges[0].len());
        assert_eq!(of.row(5000), [0]);
    }
    #[test]
    fn rows_one_by_one_are_those_together() {
        // 19 features fill one block and part of another
        let rows: Vec<f32> = (0..19 * 200).map(|i| (i * i % 101) as f32).collect();
        let bins = Bins::learn(&rows, 19, 16);
        let together = Binned::of(&bins, &rows);
        let mut one_by_one = Binned::new(19);
        for row in rows.chunks(19) {
            let mut one = Binned::new(19);
            one.push(&bins, row);
            one_by_one.append(&one);
        }
        assert_eq!(together, one_by_one);
        assert_eq!((together.len(), together.row(7).len()), (200, 19));
        assert_eq!(together.row(199)[18], bins.of(18, rows[19 * 200 - 1]));
    }
}
