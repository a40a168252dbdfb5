//! Figures: a value, how it is shown, and the evidence it came from. Every number of a brief is formatted here.

use crate::EvidenceId;
use crate::words::Likelihood;
use serde::{Deserialize, Serialize};

/// What a figure says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Value {
    /// A finite number.
    Number(f64),
    /// A word or a name read from the data, such as a verdict or a date.
    Text(String),
    /// No value, with the reason ("not monitored since 2024-02-23"). Never shown as zero.
    Missing(String),
}

/// How a number is written: fixed decimals, with or without a plus sign, as a share of one hundred or plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    /// Digits after the point, 0 to 9.
    pub decimals: u8,
    /// A plus sign before values above zero (changes and differences).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
    /// The value is a share of one (0.37), shown in per cent ("37 %").
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub percent: bool,
}

impl Format {
    /// A whole number.
    pub const fn count() -> Format {
        Format::decimals(0)
    }
    /// `n` digits after the point.
    pub const fn decimals(n: u8) -> Format {
        Format {
            decimals: n,
            signed: false,
            percent: false,
        }
    }
    /// A share of one, shown in per cent with `n` digits after the point.
    pub const fn percent(n: u8) -> Format {
        Format {
            decimals: n,
            signed: false,
            percent: true,
        }
    }
    /// The same, with a plus sign before values above zero.
    pub const fn signed(self) -> Format {
        Format {
            signed: true,
            ..self
        }
    }
}

/// A number as the brief writes it: typographic minus (U+2212), a thin no-break space (U+202F) between thousands and before `%`,
/// fixed decimals. A value that rounds to zero carries no sign. A value that is not finite reads "not defined".
pub fn show_number(value: f64, format: Format) -> String {
    if !value.is_finite() {
        return "not defined".to_owned();
    }
    let scaled = if format.percent { value * 100.0 } else { value };
    let digits = format!("{:.*}", usize::from(format.decimals.min(9)), scaled.abs());
    let is_zero = digits.bytes().all(|b| b == b'0' || b == b'.');
    let (whole, rest) = match digits.find('.') {
        Some(at) => digits.split_at(at),
        None => (digits.as_str(), ""),
    };
    let mut out = String::with_capacity(digits.len() + 8);
    if !is_zero && scaled < 0.0 {
        out.push('\u{2212}');
    } else if !is_zero && format.signed {
        out.push('+');
    }
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out.push_str(rest);
    if format.percent {
        out.push_str("\u{202f}%");
    }
    out
}

/// A number, word or stated absence in the text of a brief, tied to the evidence it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it says.
    pub value: Value,
    /// How a number is written.
    pub format: Format,
    /// Lower and upper end of its interval, in the unit of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
    /// The text on the page without its unit. The lint holds it equal to [`Figure::written`].
    pub shown: String,
    /// The unit behind the number ("events", "bits"), empty where there is none or the format says it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The value is a probability (0 to 1): a likelihood word in the same sentence must fit it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub probability: bool,
    /// Where it came from.
    pub evidence: EvidenceId,
}

impl Figure {
    /// A figure of any value. A number that is not finite becomes a missing value.
    pub fn new(value: Value, format: Format, evidence: impl Into<EvidenceId>) -> Figure {
        let value = match value {
            Value::Number(x) if !x.is_finite() => {
                Value::Missing("not defined for these data".to_owned())
            }
            other => other,
        };
        let mut figure = Figure {
            value,
            format,
            interval: None,
            shown: String::new(),
            unit: String::new(),
            probability: false,
            evidence: evidence.into(),
        };
        figure.shown = figure.written();
        figure
    }

    /// A number.
    pub fn number(value: f64, format: Format, evidence: impl Into<EvidenceId>) -> Figure {
        Figure::new(Value::Number(value), format, evidence)
    }

    /// A word or name read from the data.
    pub fn text(value: impl Into<String>, evidence: impl Into<EvidenceId>) -> Figure {
        Figure::new(Value::Text(value.into()), Format::count(), evidence)
    }

    /// No value, and why.
    pub fn missing(why: impl Into<String>, evidence: impl Into<EvidenceId>) -> Figure {
        Figure::new(Value::Missing(why.into()), Format::count(), evidence)
    }

    /// A probability between 0 and 1, shown as [`Figure::as_chance`] does.
    pub fn chance(p: f64, evidence: impl Into<EvidenceId>) -> Figure {
        Figure::new(Value::Number(p), Format::percent(0), evidence).as_chance()
    }

    /// The same figure as a probability: in whole per cent, or beyond the scale of ICD 203 with as many decimals as it takes to read
    /// neither as 0 nor as certainty.
    #[must_use]
    pub fn as_chance(self) -> Figure {
        let decimals = self.as_number().map_or(0, |p| match Likelihood::of(p) {
            Some(_) => 0,
            None => {
                // the part of a hundred that is left to the nearer end
                let left = 100.0 * p.min(1.0 - p);
                (1..9).find(|d| left * 10f64.powi(*d) >= 0.5).unwrap_or(1)
            }
        });
        let format = Format::percent(decimals as u8);
        Figure {
            probability: true,
            ..Figure::new(self.value, format, self.evidence)
        }
    }

    /// The same figure with its unit.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Figure {
        self.unit = unit.into();
        self
    }

    /// The same figure with the ends of its interval, which are shown behind it: `1.13 [1.05, 1.20]`.
    #[must_use]
    pub fn between(mut self, low: f64, high: f64) -> Figure {
        if low.is_finite() && high.is_finite() {
            self.interval = Some([low, high]);
            self.shown = self.written();
        }
        self
    }

    /// The text that the value, format and interval ask for.
    pub fn written(&self) -> String {
        let number = match &self.value {
            Value::Number(x) => show_number(*x, self.format),
            Value::Text(text) | Value::Missing(text) => return text.clone(),
        };
        match self.interval {
            Some([low, high]) => format!(
                "{number} [{}, {}]",
                show_number(low, self.format),
                show_number(high, self.format)
            ),
            None => number,
        }
    }

    /// The text with its unit behind a no-break space.
    pub fn full(&self) -> String {
        match (&self.value, self.unit.as_str()) {
            (Value::Number(_), unit) if !unit.is_empty() => {
                format!("{}\u{a0}{unit}", self.shown)
            }
            _ => self.shown.clone(),
        }
    }

    /// The number, where it has one.
    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            Value::Number(x) => Some(x),
            _ => None,
        }
    }

    /// Whether the value is missing.
    pub fn is_missing(&self) -> bool {
        matches!(self.value, Value::Missing(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_beyond_the_scale_reads_neither_as_zero_nor_as_certainty() {
        let shown = |p| Figure::chance(p, EvidenceId::from("e1")).shown;
        assert_eq!(shown(0.003), "0.3\u{202f}%");
        assert_eq!(shown(0.006), "1\u{202f}%");
        assert_eq!(shown(0.374), "37\u{202f}%");
        assert_eq!(shown(0.997), "99.7\u{202f}%");
        assert_eq!(shown(0.000_03), "0.003\u{202f}%");
        assert_eq!(shown(0.999_97), "99.997\u{202f}%");
        assert_eq!(shown(0.0), "0.0\u{202f}%");
    }

    #[test]
    fn numbers_are_written_one_way() {
        for (value, format, shown) in [
            (1.126, Format::decimals(2), "1.13"),
            (-0.5, Format::decimals(2), "\u{2212}0.50"),
            (-0.004, Format::decimals(2), "0.00"),
            (0.004, Format::decimals(2).signed(), "0.00"),
            (0.31, Format::decimals(2).signed(), "+0.31"),
            (1_234_567.0, Format::count(), "1\u{202f}234\u{202f}567"),
            (999.6, Format::count(), "1\u{202f}000"),
            (-12_345.678, Format::decimals(1), "\u{2212}12\u{202f}345.7"),
            (0.374, Format::percent(0), "37\u{202f}%"),
            (-0.0251, Format::percent(1), "\u{2212}2.5\u{202f}%"),
            (f64::NAN, Format::decimals(2), "not defined"),
        ] {
            assert_eq!(show_number(value, format), shown, "{value}");
        }
    }

    #[test]
    fn a_missing_value_says_why_and_is_never_zero() {
        let gap = Figure::missing("not monitored since 2024-02-23", "e");
        assert_eq!(gap.full(), "not monitored since 2024-02-23");
        assert_eq!(gap.as_number(), None);
        let nan = Figure::number(f64::NAN, Format::decimals(2), "e").unit("bits");
        assert!(nan.is_missing());
        assert_eq!(nan.full(), "not defined for these data");
    }

    #[test]
    fn an_interval_and_a_unit_stand_behind_the_number() {
        let figure = Figure::number(-0.2, Format::decimals(1), "e")
            .between(-0.35, 0.0)
            .unit("bits");
        assert_eq!(figure.full(), "\u{2212}0.2 [\u{2212}0.3, 0.0]\u{a0}bits");
    }
}
