//! The one-page summary for a terminal: the key statements, the verdicts that rest on them, and the tables marked for it.

use crate::chart::spark_text;
use crate::{Block, Cell, Document, Figure, Section, Statement, TableBlock, Verdict};

/// How the summary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Characters in a line, at least 40.
    pub width: usize,
    /// Lines at most; what has no room is counted in the last one.
    pub lines: usize,
    /// Whether to use colour: only where the output is a terminal.
    pub colour: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            width: 100,
            lines: 60,
            colour: false,
        }
    }
}

/// The summary. Says at its end where the evidence is, and how much had no room.
pub fn render(document: &Document, options: &Options) -> String {
    let style = Style { on: options.colour };
    let width = options.width.max(40);
    let mut lines: Vec<String> = Vec::new();
    let as_of = format!("as of {}", document.as_of);
    let room = width.saturating_sub(as_of.chars().count() + 2);
    let title = cut(&document.title, room);
    let pad = width - title.chars().count() - as_of.chars().count();
    lines.push(format!(
        "{}{}{}",
        style.bold(&title),
        " ".repeat(pad),
        style.dim(&as_of)
    ));
    lines.extend(
        wrap(&document.subtitle, width, "")
            .into_iter()
            .map(|l| style.dim(&l)),
    );
    lines.push(style.dim(&"\u{2500}".repeat(width)));
    for section in &document.sections {
        one_section(document, section, width, style, &mut lines);
    }
    let end = format!(
        "Every figure has its evidence ({} entries) in brief.html, brief.md and brief.json.",
        document.evidence.len()
    );
    let closing = wrap(&end, width, "");
    let room = options.lines.saturating_sub(closing.len() + 2).max(1);
    if lines.len() > room {
        let dropped = lines.split_off(room);
        let left = dropped.iter().filter(|l| !l.trim().is_empty()).count();
        lines.push(style.dim(&format!(
            "\u{2026} {left} more lines had no room: see brief.md"
        )));
    }
    lines.push(style.dim(&"\u{2500}".repeat(width)));
    lines.extend(closing.into_iter().map(|l| style.dim(&l)));
    let mut out = lines
        .iter()
        .map(|l| l.trim_end())
        .collect::<Vec<_>>()
        .join("\n");
    out.push('\n');
    out
}

fn one_section(
    document: &Document,
    section: &Section,
    width: usize,
    style: Style,
    lines: &mut Vec<String>,
) {
    let mut own: Vec<String> = Vec::new();
    for block in &section.blocks {
        match block {
            Block::Statement(s) | Block::Note(s) if s.key => own.extend(bullet(document, s, width)),
            Block::Claim(claim) => {
                for finding in claim.findings.iter().filter(|f| f.key) {
                    let head = format!("{} {}: ", claim.verdict.sign(), claim.verdict.words());
                    let text = format!(
                        "{head}\u{201c}{}\u{201d} {}",
                        claim.says,
                        statement(document, finding)
                    );
                    let mut wrapped = wrap(&text, width, "  ");
                    if let Some(first) = wrapped.first_mut() {
                        *first = first.replacen(&head, &style.verdict(claim.verdict, &head), 1);
                    }
                    own.extend(wrapped);
                }
            }
            Block::Table(table) if table.key => {
                own.extend(one_table(document, table, width, style))
            }
            _ => {}
        }
    }
    if !own.is_empty() {
        lines.push(style.bold(&section.title.to_uppercase()));
        lines.extend(own);
    }
}

fn bullet(document: &Document, s: &Statement, width: usize) -> Vec<String> {
    wrap(&format!("\u{2022} {}", statement(document, s)), width, "  ")
}

/// The statement as plain text, data sets by their titles.
fn statement(document: &Document, s: &Statement) -> String {
    parts(document, &s.parts)
}

fn parts(document: &Document, parts: &[crate::Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            crate::Part::Source(id) => document.source(id).map_or(id.clone(), |s| s.title.clone()),
            other => other.plain(),
        })
        .collect()
}

fn one_table(document: &Document, table: &TableBlock, width: usize, style: Style) -> Vec<String> {
    let marked: Vec<usize> = (0..table.columns.len())
        .filter(|i| table.columns[*i].summary)
        .collect();
    let columns = if marked.is_empty() {
        (0..table.columns.len()).collect()
    } else {
        marked
    };
    let heads: Vec<String> = columns
        .iter()
        .map(|i| table.columns[*i].title.clone())
        .collect();
    let texts: Vec<Vec<Vec<String>>> = table
        .groups
        .iter()
        .map(|group| {
            group
                .rows
                .iter()
                .map(|row| {
                    columns
                        .iter()
                        .map(|i| row.get(*i).map_or_else(String::new, |c| cell(document, c)))
                        .collect()
                })
                .collect()
        })
        .collect();
    let mut widths: Vec<usize> = heads.iter().map(|h| h.chars().count()).collect();
    for row in texts.iter().flatten() {
        for (w, text) in widths.iter_mut().zip(row) {
            *w = (*w).max(text.chars().count());
        }
    }
    shrink(&mut widths, width.saturating_sub(2 * columns.len()));
    let line = |cells: &[String]| {
        let mut out = String::from("  ");
        for (n, (text, w)) in cells.iter().zip(&widths).enumerate() {
            let text = cut(text, *w);
            let pad = " ".repeat(w - text.chars().count());
            let numeric = table.columns[columns[n]].numeric;
            out.push_str(&if numeric {
                format!("{pad}{text}")
            } else {
                format!("{text}{pad}")
            });
            out.push_str("  ");
        }
        cut(out.trim_end(), width)
    };
    let mut lines = vec![style.dim(&line(&heads))];
    for (group, rows) in table.groups.iter().zip(&texts) {
        if !group.title.is_empty() {
            let summary = group
                .summary
                .as_ref()
                .map_or_else(String::new, |s| format!("  {}", statement(document, s)));
            lines.push(style.bold(&cut(&format!("{}{summary}", group.title), width)));
        }
        for (row, cells) in group.rows.iter().zip(rows) {
            lines.push(line(cells));
            for i in &columns {
                if let Some(why) = row.get(*i).and_then(absent) {
                    let text = format!("    {}: {why}", table.columns[*i].title);
                    lines.push(style.dim(&cut(&text, width)));
                }
            }
        }
    }
    lines
}

/// Why the cell holds nothing: said in a line of its own, since a column has no room for it.
fn absent(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Empty(why) => Some(why.clone()),
        Cell::Figure(f) | Cell::Meter(f) if f.is_missing() => Some(f.full()),
        _ => None,
    }
}

fn cell(document: &Document, cell: &Cell) -> String {
    if absent(cell).is_some() {
        return "\u{2014}".to_owned();
    }
    match cell {
        Cell::Text(t) | Cell::Name(t) => t.clone(),
        Cell::Figure(f) => f.full(),
        Cell::Meter(f) => format!("{} {}", f.full(), meter(f)).trim_end().to_owned(),
        Cell::Date(day) => day.to_string(),
        Cell::Spark(spark) => spark_text(&spark.points, 12),
        Cell::Parts(p) => parts(document, p),
        Cell::Empty(_) => String::new(),
    }
}

/// Five characters for a share of one.
fn meter(figure: &Figure) -> String {
    figure.as_number().map_or_else(String::new, |x| {
        let full = (x.clamp(0.0, 1.0) * 5.0).round() as usize;
        "\u{25a0}".repeat(full) + &"\u{25a1}".repeat(5 - full)
    })
}

/// Takes from the widest column until all fit.
fn shrink(widths: &mut [usize], room: usize) {
    while widths.iter().sum::<usize>() > room {
        match widths.iter_mut().max() {
            Some(widest) if *widest > 4 => *widest -= 1,
            _ => return,
        }
    }
}

/// The text in at most `width` characters, with an ellipsis where it is cut.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(width.saturating_sub(1)).collect();
    out.push('\u{2026}');
    out
}

/// The lines of a text, all but the first behind `indent`. Breaks at plain spaces only, so that a number keeps its unit;
/// a word longer than the line is cut into pieces.
fn wrap(text: &str, width: usize, indent: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut empty = true;
    let mut start = 0;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let length = word.chars().count();
        let used = line.chars().count();
        if !empty && used + 1 + length > width {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
            start = indent.chars().count();
        } else if !empty {
            line.push(' ');
        }
        let mut rest: Vec<char> = word.chars().collect();
        while start + rest.len() > width && line.chars().count() == start {
            let tail = rest.split_off(width - start);
            line.extend(rest);
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
            start = indent.chars().count();
            rest = tail;
        }
        line.extend(rest);
        empty = false;
    }
    if !line.trim().is_empty() {
        lines.push(line);
    }
    lines
}

#[derive(Clone, Copy)]
struct Style {
    on: bool,
}

impl Style {
    fn wrap(self, code: &str, text: &str) -> String {
        if self.on {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
    fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }
    fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }
    fn verdict(self, verdict: Verdict, text: &str) -> String {
        match verdict {
            Verdict::Holds => self.wrap("32", text),
            Verdict::DoesNotHold => self.wrap("33", text),
            Verdict::CannotBeTested => self.wrap("2", text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_width_and_numbers_their_unit() {
        let text = "the index stood at 1\u{202f}234\u{a0}events and pneumonoultramicroscopicsilicovolcanoconiosis";
        let lines = wrap(text, 20, "  ");
        assert!(lines.iter().all(|l| l.chars().count() <= 20), "{lines:?}");
        assert!(
            lines.iter().any(|l| l.contains("1\u{202f}234\u{a0}events")),
            "{lines:?}"
        );
        let joined: String = lines.concat().split_whitespace().collect();
        assert_eq!(joined, text.split_whitespace().collect::<String>());
    }
}
