//! Plain aligned text for the terminal, and the one place where its numbers are formatted.

use std::fmt::Write as _;

/// How a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// A table of cells.
#[derive(Debug, Clone)]
pub struct Table {
    header: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns; a heading that starts with `>` stands right.
    pub fn new<H: AsRef<str>>(headings: &[H]) -> Table {
        let header = headings
            .iter()
            .map(|h| match h.as_ref().strip_prefix('>') {
                Some(name) => (name.to_owned(), Align::Right),
                None => (h.as_ref().to_owned(), Align::Left),
            })
            .collect();
        Table {
            header,
            rows: Vec::new(),
        }
    }

    /// Adds a row; it may be shorter than the header.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The text, a line a row, without trailing blanks.
    pub fn render(&self) -> String {
        let widths: Vec<usize> = (0..self.header.len())
            .map(|i| {
                let cells = self.rows.iter().filter_map(|r| r.get(i)).map(|c| width(c));
                cells.chain([width(&self.header[i].0)]).max().unwrap_or(0)
            })
            .collect();
        let mut out = String::new();
        let names: Vec<String> = self.header.iter().map(|(h, _)| h.clone()).collect();
        for row in std::iter::once(&names).chain(&self.rows) {
            let mut line = String::new();
            for (i, cell) in row.iter().enumerate() {
                if i > 0 {
                    line.push_str("  ");
                }
                let pad = " ".repeat(widths[i] - width(cell));
                match self.header[i].1 {
                    Align::Left => line.extend([cell.as_str(), &pad]),
                    Align::Right => line.extend([pad.as_str(), cell]),
                }
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out
    }
}

/// Characters, which for the names in the data are columns of the terminal.
fn width(text: &str) -> usize {
    text.chars().count()
}

/// A number with fixed decimals; nothing where there is none.
pub fn number(value: Option<f64>, decimals: usize) -> String {
    match value {
        Some(x) if x.is_finite() => {
            let text = format!("{x:.decimals$}");
            // A value that rounds to zero carries no sign.
            if text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.')) {
                text.replace('-', "")
            } else {
                text
            }
        }
        _ => String::new(),
    }
}

/// A count with blanks between thousands: `3 142 500`.
pub fn whole(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// A size in bytes for people.
pub fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{:.0} kB", n as f64 / 1e3),
        _ => format!("{:.1} MB", n as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_no_line_ends_in_blanks() {
        let mut table = Table::new(&["period", ">r", "source"]);
        table.row(["2016-03".into(), String::new(), "not monitored".into()]);
        table.row(["2016".into(), "-1.25".into()]);
        assert_eq!(
            table.render(),
            "period       r  source\n2016-03         not monitored\n2016     -1.25\n"
        );
    }

    #[test]
    fn numbers() {
        assert_eq!(number(Some(-0.001), 2), "0.00");
        assert_eq!(number(Some(-0.006), 2), "-0.01");
        assert_eq!(number(None, 2), "");
        assert_eq!(number(Some(f64::NAN), 2), "");
        assert_eq!(whole(3_142_500), "3 142 500");
        assert_eq!(whole(12), "12");
        assert_eq!(bytes(1_250_000), "1.2 MB");
    }
}
