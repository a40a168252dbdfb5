//! Where something stands in a file, and how a problem there is shown: line, column, the line itself and a caret.

use std::fmt;
use std::ops::Range;

/// A file's name and text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    /// Name as the user gave it.
    pub name: &'a str,
    /// The whole text.
    pub text: &'a str,
}

/// Something wrong at a place, before it is tied to its line.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub span: Range<usize>,
    pub message: String,
    pub remedy: String,
}

/// A problem in a partnership file: what is wrong, where, and what would be right.
///
/// Shown as `FILE:LINE:COLUMN: message`, the line of the file with a caret under the place, and the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Name of the file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// How many characters of the line are meant, at least 1.
    pub width: usize,
    /// The line of the file.
    pub text: String,
    /// What is wrong.
    pub message: String,
    /// What would be right; empty where the message says it.
    pub remedy: String,
}

impl Source<'_> {
    /// Ties findings to their lines, in the order of the file.
    pub(crate) fn problems(self, mut findings: Vec<Finding>) -> Vec<Problem> {
        findings.sort_by(|x, y| (x.span.start, &x.message).cmp(&(y.span.start, &y.message)));
        findings.into_iter().map(|f| self.problem(f)).collect()
    }

    fn problem(self, finding: Finding) -> Problem {
        let start = self.boundary(finding.span.start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = self.text[start..]
            .find('\n')
            .map_or(self.text.len(), |i| start + i);
        let end = self.boundary(finding.span.end).clamp(start, line_end);
        Problem {
            file: self.name.to_owned(),
            line: self.text[..line_start].matches('\n').count() + 1,
            column: self.text[line_start..start].chars().count() + 1,
            width: self.text[start..end].chars().count().max(1),
            text: self.text[line_start..line_end]
                .trim_end_matches('\r')
                .to_owned(),
            message: finding.message,
            remedy: finding.remedy,
        }
    }

    /// The start of the character that holds a byte.
    fn boundary(self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        (0..=byte)
            .rev()
            .find(|i| self.text.is_char_boundary(*i))
            .unwrap_or(0)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        // A tab before the caret stays a tab, so that the caret stands under its place in any terminal.
        let before = self.text.chars().take(self.column - 1);
        let indent: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        writeln!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.message
        )?;
        writeln!(f, "  {number} | {}", self.text)?;
        write!(f, "  {gutter} | {indent}{}", "^".repeat(self.width))?;
        if !self.remedy.is_empty() {
            write!(f, "\n  {gutter} = {}", self.remedy)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, span: Range<usize>) -> Problem {
        let finding = Finding {
            span,
            message: "wrong".into(),
            remedy: "right".into(),
        };
        Source {
            name: "x.toml",
            text,
        }
        .problems(vec![finding])
        .remove(0)
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let text = "a = 1\ntitle = \"Türkiye\" # é\n\tz = 3";
        let start = text.find("# é").unwrap();
        let p = at(text, start..start + "# é".len());
        assert_eq!((p.line, p.column, p.width), (2, 19, 3));
        let p = at(text, 0..1);
        assert_eq!((p.line, p.column, p.width), (1, 1, 1));
        // Past the end, inside a character, over the end of the line: a place is shown all the same.
        assert_eq!(
            (at(text, 999..1000).line, at(text, 999..1000).column),
            (3, 7)
        );
        assert_eq!(at(text, text.find('ü').unwrap() + 1..text.len()).column, 11);
        assert_eq!(at("", 0..0).line, 1);
    }

    #[test]
    fn the_caret_stands_under_the_place() {
        let p = at("\tz = 3", 1..2);
        assert_eq!(
            p.to_string(),
            "x.toml:1:2: wrong\n  1 | \tz = 3\n    | \t^\n    = right"
        );
    }
}
