//! Reads a filter from its text.
//!
//! ```text
//! filter     = term { "or" term }
//! term       = factor { "and" factor }
//! factor     = "not" factor | "(" filter ")" | "all" | comparison
//! comparison = column ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
//!            | column [ "not" ] "in" "(" [ value { "," value } ] ")"
//!            | column "between" ( value | "*" ) "and" ( value | "*" )
//!            | column "starts" "with" value
//!            | column "is" [ "not" ] "null"
//! ```
//! What stands after an operator is always a value, so `source = AND` means Andorra.

use std::fmt;
use std::str::FromStr;

use detente_atlas::Day;

use crate::column::{Kind, Value, column_kind, column_names, is_bare, nearest};
use crate::filter::Filter;

/// How many comparisons and brackets one filter may hold: a list of values is one `in (...)`, not a thousand `or`.
const MOST_STEPS: usize = 500;

/// Why a text is not a filter, and where in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    /// The filter text.
    pub text: String,
    /// The first byte of the place in the text.
    pub from: usize,
    /// The byte after the place.
    pub to: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl std::error::Error for FilterError {}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.text[..self.from].chars().count();
        let marked = self.text[self.from..self.to].chars().count().max(1);
        let line: String = self
            .text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        write!(
            f,
            "filter, character {}: {}\n  {line}\n  {}{}",
            before + 1,
            self.message,
            " ".repeat(before),
            "^".repeat(marked)
        )
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Symbol(&'static str),
    End,
}

struct Spanned {
    token: Token,
    from: usize,
    to: usize,
}

const SYMBOLS: [&str; 10] = ["!=", "<=", ">=", "=", "<", ">", "(", ")", ",", "*"];

fn tokens(text: &str) -> Result<Vec<Spanned>, FilterError> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let from = at;
        let token = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if c == '\'' || c == '"' {
            let (inside, length) = quoted(&text[at..], c).ok_or_else(|| FilterError {
                text: text.to_owned(),
                from,
                to: text.len(),
                message: format!("the text that begins with {c} has no closing {c}"),
            })?;
            at += length;
            Token::Quoted(inside)
        } else if let Some(s) = SYMBOLS.iter().find(|s| text[at..].starts_with(**s)) {
            at += s.len();
            Token::Symbol(s)
        } else if is_bare(c) {
            let word: String = text[at..].chars().take_while(|c| is_bare(*c)).collect();
            at += word.len();
            Token::Word(word)
        } else {
            return Err(FilterError {
                text: text.to_owned(),
                from,
                to: at + c.len_utf8(),
                message: format!(
                    "'{c}' has no meaning here: put text with such characters in 'quotes'"
                ),
            });
        };
        out.push(Spanned {
            token,
            from,
            to: at,
        });
    }
    out.push(Spanned {
        token: Token::End,
        from: text.len(),
        to: text.len(),
    });
    Ok(out)
}

/// The text between quotes (a doubled quote stands for one) and the length of the whole in bytes.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut inside = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        if c != quote {
            inside.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
            inside.push(quote);
            chars.next();
        } else {
            return Some((inside, i + c.len_utf8()));
        }
    }
    None
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Spanned>,
    at: usize,
    steps: usize,
}

impl Parser<'_> {
    fn here(&self) -> &Spanned {
        &self.tokens[self.at]
    }

    fn step(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn fail<T>(&self, at: usize, message: String) -> Result<T, FilterError> {
        let Spanned { from, to, .. } = self.tokens[at];
        Err(FilterError {
            text: self.text.to_owned(),
            from,
            to,
            message,
        })
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(&self.here().token, Token::Word(w) if w.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.step();
        }
        found
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.here().token, Token::Symbol(s) if s == symbol);
        if found {
            self.step();
        }
        found
    }

    fn expect_word(&mut self, word: &str) -> Result<(), FilterError> {
        if self.take_word(word) {
            return Ok(());
        }
        self.fail(self.at, format!("expected '{word}' {}", self.found()))
    }

    fn expect_symbol(&mut self, symbol: &str) -> Result<(), FilterError> {
        if self.take_symbol(symbol) {
            return Ok(());
        }
        self.fail(self.at, format!("expected '{symbol}' {}", self.found()))
    }

    fn found(&self) -> String {
        match &self.here().token {
            Token::Word(w) | Token::Quoted(w) => format!("and found '{w}'"),
            Token::Symbol(s) => format!("and found '{s}'"),
            Token::End => "and the text ends".to_owned(),
        }
    }

    fn count(&mut self) -> Result<(), FilterError> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return self.fail(
                self.at,
                format!(
                    "more than {MOST_STEPS} comparisons: gather values in one 'column in (...)'"
                ),
            );
        }
        Ok(())
    }

    fn filter(&mut self) -> Result<Filter, FilterError> {
        let mut left = self.term()?;
        while self.take_word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.term()?));
        }
        Ok(left)
    }

    fn term(&mut self) -> Result<Filter, FilterError> {
        let mut left = self.factor()?;
        while self.take_word("and") {
            left = Filter::And(Box::new(left), Box::new(self.factor()?));
        }
        Ok(left)
    }

    fn factor(&mut self) -> Result<Filter, FilterError> {
        self.count()?;
        if self.take_word("not") {
            return Ok(Filter::Not(Box::new(self.factor()?)));
        }
        if self.take_symbol("(") {
            let inner = self.filter()?;
            self.expect_symbol(")")?;
            return Ok(inner);
        }
        if self.take_word("all") {
            return Ok(Filter::All);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Filter, FilterError> {
        let at_column = self.at;
        let Token::Word(column) = self.here().token.clone() else {
            return self.fail(
                at_column,
                format!("expected a column name {}", self.found()),
            );
        };
        let Some(kind) = column_kind(&column) else {
            let hint = nearest(&column, column_names())
                .map_or(".".to_owned(), |n| format!(", did you mean {n}?"));
            let valid = column_names().collect::<Vec<_>>().join(", ");
            return self.fail(
                at_column,
                format!("there is no column '{column}'{hint} The columns are {valid}"),
            );
        };
        self.step();
        if self.take_word("is") {
            let negated = self.take_word("not");
            self.expect_word("null")?;
            let test = Filter::IsNull(column);
            return Ok(if negated { test.not() } else { test });
        }
        if self.is_word("starts") {
            if kind != Kind::Text {
                return self.fail(
                    self.at,
                    format!(
                        "column '{column}' holds {}: 'starts with' is for text",
                        kind.words()
                    ),
                );
            }
            self.step();
            self.expect_word("with")?;
            return match self.value(&column, kind)? {
                Value::Text(prefix) => Ok(Filter::StartsWith(column, prefix)),
                _ => self.fail(self.at, "expected a text".to_owned()),
            };
        }
        if self.take_word("between") {
            let from = self.bound(&column, kind)?;
            self.expect_word("and")?;
            let to = self.bound(&column, kind)?;
            return Ok(Filter::Between(column, from, to));
        }
        let negated = self.take_word("not");
        if negated && !self.is_word("in") {
            return self.fail(self.at, format!("expected 'in' {}", self.found()));
        }
        if self.take_word("in") {
            let values = self.values(&column, kind)?;
            let test = Filter::In(column, values);
            return Ok(if negated { test.not() } else { test });
        }
        self.comparison_by_sign(column, kind)
    }

    fn comparison_by_sign(&mut self, column: String, kind: Kind) -> Result<Filter, FilterError> {
        let sign = match self.here().token {
            Token::Symbol(s) if !matches!(s, "(" | ")" | "," | "*") => s,
            _ => {
                return self.fail(
                    self.at,
                    format!(
                        "expected =, !=, <, <=, >, >=, in, between, starts with or is null after '{column}' {}",
                        self.found()
                    ),
                );
            }
        };
        self.step();
        let value = self.value(&column, kind)?;
        Ok(match sign {
            "=" => Filter::Eq(column, value),
            "!=" => Filter::Eq(column, value).not(),
            "<=" => Filter::Between(column, None, Some(value)),
            ">" => Filter::Between(column, None, Some(value)).not(),
            ">=" => Filter::Between(column, Some(value), None),
            _ => Filter::Between(column, Some(value), None).not(),
        })
    }

    fn values(&mut self, column: &str, kind: Kind) -> Result<Vec<Value>, FilterError> {
        self.expect_symbol("(")?;
        let mut values = Vec::new();
        if self.take_symbol(")") {
            return Ok(values);
        }
        loop {
            values.push(self.value(column, kind)?);
            if self.take_symbol(")") {
                return Ok(values);
            }
            if !self.take_symbol(",") {
                return self.fail(self.at, format!("expected ',' or ')' {}", self.found()));
            }
        }
    }

    fn bound(&mut self, column: &str, kind: Kind) -> Result<Option<Value>, FilterError> {
        if self.take_symbol("*") {
            return Ok(None);
        }
        self.value(column, kind).map(Some)
    }

    fn value(&mut self, column: &str, kind: Kind) -> Result<Value, FilterError> {
        let (Token::Word(word) | Token::Quoted(word)) = &self.here().token else {
            return self.fail(
                self.at,
                format!("expected a value for '{column}' {}", self.found()),
            );
        };
        let value = match kind {
            Kind::Text => Some(Value::Text(word.clone())),
            Kind::Day => word.parse::<Day>().ok().map(Value::Day),
            Kind::Integer => word.parse().ok().map(Value::Int),
            Kind::Number => word.parse().map(Value::Int).ok().or_else(|| {
                word.parse()
                    .ok()
                    .filter(|x: &f64| x.is_finite())
                    .map(Value::Float)
            }),
            Kind::Flag => word.parse().ok().map(Value::Bool),
        };
        let Some(value) = value else {
            return self.fail(
                self.at,
                format!(
                    "'{word}' does not fit column '{column}', which holds {}",
                    kind.words()
                ),
            );
        };
        self.step();
        Ok(value)
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Filter, FilterError> {
        let mut parser = Parser {
            text,
            tokens: tokens(text)?,
            at: 0,
            steps: 0,
        };
        if parser.here().token == Token::End {
            return parser.fail(
                0,
                "the filter is empty: write 'all' for every row".to_owned(),
            );
        }
        let filter = parser.filter()?;
        if parser.here().token == Token::End {
            return Ok(filter);
        }
        let found = parser.found();
        parser.fail(
            parser.at,
            format!("expected 'and', 'or' or the end {found}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_the_words_say() {
        let day = |t: &str| Value::Day(t.parse().unwrap());
        let eq = |c: &str, v: &str| Filter::Eq(c.into(), Value::Text(v.into()));
        for (text, want) in [
            ("all", Filter::All),
            ("source = AZE", eq("source", "AZE")),
            // ISO 3166-1 alpha-3 of Andorra is a word of the grammar.
            (
                "source = AND and target = 'AND'",
                eq("source", "AND").and(eq("target", "AND")),
            ),
            ("code = 010", eq("code", "010")),
            (
                "known < 2020-09-25",
                Filter::Between("known".into(), Some(day("2020-09-25")), None).not(),
            ),
            (
                "quad in (3, 4)",
                Filter::In("quad".into(), vec![Value::Int(3), Value::Int(4)]),
            ),
            (
                "n >= 3",
                Filter::Between("n".into(), Some(Value::Int(3)), None),
            ),
            (
                "goldstein > -0.5",
                Filter::Between("goldstein".into(), None, Some(Value::Float(-0.5))).not(),
            ),
            (
                "directed = true",
                Filter::Eq("directed".into(), Value::Bool(true)),
            ),
            ("place is not null", Filter::IsNull("place".into()).not()),
            ("city = 'Côte d''Ivoire'", eq("city", "Côte d'Ivoire")),
            (
                "source = A or source = B and target = C",
                eq("source", "A").or(eq("source", "B").and(eq("target", "C"))),
            ),
            (
                "NOT (source = A OR source = B)",
                eq("source", "A").or(eq("source", "B")).not(),
            ),
            (
                "day between * and 2020-01-01",
                Filter::Between("day".into(), None, Some(day("2020-01-01"))),
            ),
        ] {
            assert_eq!(text.parse::<Filter>().unwrap(), want, "{text}");
        }
    }

    #[test]
    fn errors_point_at_the_place() {
        for (text, from, part) in [
            ("sorce = AZE", 0, "did you mean source?"),
            ("source = AZE and", 16, "expected a column name"),
            ("source AZE", 7, "expected =, !="),
            ("day >= 2020-9-1", 7, "which holds dates (YYYY-MM-DD)"),
            ("quad = two", 7, "whole numbers"),
            ("n = NaN", 4, "numbers"),
            ("day starts with 20", 4, "'starts with' is for text"),
            ("source in (AZE ARM)", 15, "expected ',' or ')'"),
            ("(source = AZE", 13, "expected ')'"),
            ("source = 'AZE", 9, "no closing"),
            (
                "source = AZE target = ARM",
                13,
                "expected 'and', 'or' or the end",
            ),
            ("", 0, "write 'all'"),
            ("source = $", 9, "quotes"),
        ] {
            let error = text.parse::<Filter>().unwrap_err();
            assert_eq!(error.from, from, "{error}");
            assert!(error.message.contains(part), "{error}");
        }
        let shown = "source = AZE or sorce = ARM"
            .parse::<Filter>()
            .unwrap_err()
            .to_string();
        assert!(
            shown.starts_with("filter, character 17: there is no column 'sorce'"),
            "{shown}"
        );
        assert!(
            shown.ends_with("\n  source = AZE or sorce = ARM\n                  ^^^^^"),
            "{shown}"
        );
    }

    #[test]
    fn a_hostile_text_is_refused_without_exhausting_the_stack() {
        assert!("(".repeat(100_000).parse::<Filter>().is_err());
        assert!("not ".repeat(100_000).parse::<Filter>().is_err());
        assert!(
            vec!["source = A"; 100_000]
                .join(" and ")
                .parse::<Filter>()
                .is_err()
        );
    }

    fn text_column() -> impl Strategy<Value = String> {
        prop::sample::select(vec![
            "source", "target", "code", "key", "end_name", "dataset",
        ])
        .prop_filter("a real column", |c| column_kind(c).is_some())
        .prop_map(str::to_owned)
    }

    fn pair() -> impl Strategy<Value = (String, Value)> {
        prop_oneof![
            (text_column(), "\\PC{0,8}|[A-Z]{3}|and|or|\\*|it''s")
                .prop_map(|(c, t)| (c, Value::Text(t))),
            (
                prop::sample::select(vec!["day", "known", "end"]),
                -300_000..300_000
            )
                .prop_map(|(c, d)| (c.to_owned(), Value::Day(Day(d)))),
            (prop::sample::select(vec!["quad", "row"]), any::<i64>())
                .prop_map(|(c, n)| (c.to_owned(), Value::Int(n))),
            prop::num::f64::NORMAL.prop_map(|x| ("n".to_owned(), Value::Float(x))),
            any::<i64>().prop_map(|n| ("goldstein".to_owned(), Value::Int(n))),
            any::<bool>().prop_map(|b| ("directed".to_owned(), Value::Bool(b))),
        ]
    }

    fn leaf() -> impl Strategy<Value = Filter> {
        prop_oneof![
            Just(Filter::All),
            pair().prop_map(|(c, v)| Filter::Eq(c, v)),
            (pair(), 0..4_usize).prop_map(|((c, v), n)| Filter::In(c, vec![v; n])),
            (pair(), any::<bool>(), any::<bool>()).prop_map(|((c, v), a, b)| Filter::Between(
                c,
                a.then(|| v.clone()),
                b.then_some(v)
            )),
            (text_column(), "\\PC{0,8}").prop_map(|(c, t)| Filter::StartsWith(c, t)),
            text_column().prop_map(Filter::IsNull),
        ]
    }

    fn any_filter() -> impl Strategy<Value = Filter> {
        leaf().prop_recursive(5, 40, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone())
                    .prop_map(|(a, b)| Filter::And(Box::new(a), Box::new(b))),
                (inner.clone(), inner.clone())
                    .prop_map(|(a, b)| Filter::Or(Box::new(a), Box::new(b))),
                inner.prop_map(|a| Filter::Not(Box::new(a))),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_filter_reads_back_from_its_text(filter in any_filter()) {
            let text = filter.to_string();
            prop_assert_eq!(text.parse::<Filter>().map_err(|e| e.to_string()), Ok(filter), "{}", text);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,40}") {
            let _ = text.parse::<Filter>().map_err(|e| e.to_string());
        }
    }
}
