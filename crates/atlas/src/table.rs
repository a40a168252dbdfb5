//! Reading the compiled-in tables: tab-separated text with a header line, one fact a line.

use crate::Day;

/// The cells of every line after the header. `N` is the number of columns of the table.
///
/// # Panics
/// Where a line has another number of columns: the tables are part of the crate, and a test reads all of them.
pub(crate) fn rows<const N: usize>(
    text: &'static str,
) -> impl Iterator<Item = [&'static str; N]> + Clone {
    text.lines().skip(1).map(|line| {
        let mut cells = [""; N];
        let mut n = 0;
        for cell in line.split('\t') {
            assert!(n < N, "more than {N} columns: {line}");
            cells[n] = cell;
            n += 1;
        }
        assert!(n == N, "{n} of {N} columns: {line}");
        cells
    })
}

/// An optional day of a table; empty is `None`.
pub(crate) fn day(cell: &'static str) -> Option<Day> {
    if cell.is_empty() {
        return None;
    }
    Some(cell.parse().expect("the tables hold dates as YYYY-MM-DD"))
}
