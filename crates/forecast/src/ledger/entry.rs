//! What one line of the ledger holds: a question, a prediction, the baseline beside it and what both were made from.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Refused;

/// The levels at which a distribution is published, each in (0, 1), ascending.
pub const LEVELS: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/// What kind of thing is foretold, and with that the form of the prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The relation index of two sides in a period: a distribution.
    Relation,
    /// Whether something happens in a period: a probability.
    Event,
}

impl Kind {
    /// All kinds, in the order of a score card.
    pub const ALL: [Kind; 2] = [Kind::Relation, Kind::Event];

    /// Its name in the file and in every output.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Relation => "relation",
            Kind::Event => "event",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What is asked. Two forecasts answer the same question if all fields are equal; it holds all that settling needs, so that a
/// later change of a partnership file does not change what was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The id of the partnership.
    pub partnership: String,
    /// What kind of thing is foretold.
    pub kind: Kind,
    /// What exactly, as a stable key: `relation-index NATO AZE`, `rupture NATO AZE`.
    pub subject: String,
    /// The sides, as actor ids or group expressions.
    pub sides: Vec<String>,
    /// The stream of events or scores that is asked; absent for the series spliced over all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The numbers that the definition depends on, by name: prior, weights, thresholds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, f64>,
    /// What settles it, in one sentence.
    pub definition: String,
}

/// A distribution at [`LEVELS`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// The levels; always [`LEVELS`], written down so that the file explains itself.
    pub levels: [f64; 7],
    /// The quantiles, in the unit of the question; never falling.
    pub values: [f64; 7],
    /// The mean.
    pub mean: f64,
}

impl Quantiles {
    /// The quantiles `values` at [`LEVELS`], with the mean.
    pub fn new(values: [f64; 7], mean: f64) -> Self {
        Self {
            levels: LEVELS,
            values,
            mean,
        }
    }
}

/// What is said of a question.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Prediction {
    /// A distribution of a number.
    Quantiles(Quantiles),
    /// The probability that an event happens, 0 to 1.
    Probability(f64),
}

/// The prediction that ours must beat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Which baseline: `climatology`, `persistence`.
    pub name: String,
    /// Its prediction, of the same form as ours.
    pub prediction: Prediction,
}

/// What a backtest said of such forecasts when this one was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Skill {
    /// Whether the whole interval lay above zero.
    pub demonstrated: bool,
    /// What was measured, on what: `CRPS skill over climatology at 3 months, origins 2004-2014`.
    pub measure: String,
    /// Mean skill, 1 minus the ratio of scores; above 0 is better than the baseline.
    pub mean: Option<f64>,
    /// The 90 % interval of the mean.
    pub interval: Option<(f64, f64)>,
}

/// A data set as it stood when the forecast was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vintage {
    /// The data set, or `lake` for the whole of it.
    pub dataset: String,
    /// A digest of what was read of it.
    pub fingerprint: String,
}

/// A forecast as it is published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// The day of publication, `YYYY-MM-DD`.
    pub made: String,
    /// What is asked.
    pub question: Question,
    /// The last monitored period that the forecast knew: `2024-02`.
    pub origin: String,
    /// The period that settles it: `YYYY`, `YYYY-MM`, or a span of two alike, `2026-12/2027-05`.
    pub target: String,
    /// Our prediction.
    pub forecast: Prediction,
    /// The one beside it.
    pub baseline: Baseline,
    /// What such forecasts were worth in the backtest; absent if there was none.
    pub skill: Option<Skill>,
    /// What the forecast was made from.
    pub vintage: Vec<Vintage>,
    /// The program that made it.
    pub version: String,
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The format of the line, 1.
    pub format: u32,
    /// Its number, from 1.
    pub sequence: u64,
    /// SHA-256 of the whole preceding line without its line break; 64 zeros on the first line.
    pub previous: String,
    /// The forecast.
    #[serde(flatten)]
    pub published: Published,
    /// SHA-256 of this line without the hash: `,"hash":"..."` taken out before the closing brace.
    pub hash: String,
}

/// Whether a period (`YYYY`, `YYYY-MM` or `first/last`) is over at the beginning of a day (`YYYY-MM-DD`).
pub fn over(target: &str, day: &str) -> bool {
    // ISO dates sort as text, and a period is over on the first day that does not begin with it and sorts after it.
    let last = target.rsplit('/').next().unwrap_or(target);
    day.get(..last.len()).is_some_and(|d| d > last)
}

impl Published {
    /// Whether the target was still running or to come on the day of publication. Whatever is said later is no forecast.
    pub fn looks_ahead(&self) -> bool {
        !over(&self.target, &self.made)
    }

    /// Whether the other says the same of the same: all but the day of publication, the backtest and the program version.
    pub fn repeats(&self, other: &Published) -> bool {
        self.question == other.question
            && self.origin == other.origin
            && self.target == other.target
            && self.vintage == other.vintage
            && self.forecast == other.forecast
            && self.baseline == other.baseline
    }

    /// The same with every number at six significant digits, as the file keeps them.
    pub(super) fn rounded(&self) -> Published {
        let mut p = self.clone();
        for prediction in [&mut p.forecast, &mut p.baseline.prediction] {
            match prediction {
                Prediction::Probability(x) => *x = six_digits(*x),
                Prediction::Quantiles(q) => {
                    q.values = q.values.map(six_digits);
                    q.mean = six_digits(q.mean);
                }
            }
        }
        p.question
            .parameters
            .values_mut()
            .for_each(|x| *x = six_digits(*x));
        if let Some(skill) = &mut p.skill {
            skill.mean = skill.mean.map(six_digits);
            skill.interval = skill.interval.map(|(a, b)| (six_digits(a), six_digits(b)));
        }
        p
    }

    /// Refuses what could not be scored or told from another later.
    pub(super) fn check(&self) -> Result<(), Refused> {
        let unsound = |what: String| {
            Err(Refused::Unsound {
                subject: self.question.subject.clone(),
                what,
            })
        };
        if !is_date(&self.made, 3) {
            return unsound(format!(
                "the day of publication '{}' is no YYYY-MM-DD",
                self.made
            ));
        }
        let span = self.target.split_once('/');
        let target = match span {
            Some((first, last)) => {
                let like = |parts| is_date(first, parts) && is_date(last, parts);
                (1..=3).any(like) && first <= last
            }
            None => is_date(&self.target, 1) || is_date(&self.target, 2),
        };
        if !target {
            return unsound(format!(
                "the target '{}' is neither YYYY, YYYY-MM nor a span of two like FIRST/LAST",
                self.target
            ));
        }
        if !self.looks_ahead() {
            return unsound(format!(
                "the target {} was over when it was made ({}), so it is no forecast",
                self.target, self.made
            ));
        }
        let named = [
            ("partnership", &self.question.partnership),
            ("subject", &self.question.subject),
            ("definition", &self.question.definition),
            ("origin", &self.origin),
            ("name of the baseline", &self.baseline.name),
        ];
        if let Some((what, _)) = named.iter().find(|(_, text)| text.trim().is_empty()) {
            return unsound(format!("the {what} is empty"));
        }
        for (whose, prediction) in [
            ("the forecast", &self.forecast),
            ("the baseline", &self.baseline.prediction),
        ] {
            if let Some(what) = prediction.unsound(self.question.kind) {
                return unsound(format!("{whose} {what}"));
            }
        }
        let skill = self.skill.iter();
        let more = skill.flat_map(|s| {
            let ends = s.interval.iter().flat_map(|(a, b)| [*a, *b]);
            s.mean.into_iter().chain(ends)
        });
        let mut numbers = more.chain(self.question.parameters.values().copied());
        if !numbers.all(f64::is_finite) {
            return unsound("a parameter or the skill is not finite".to_owned());
        }
        Ok(())
    }
}

impl Prediction {
    /// What is wrong with it for a question of this kind, as it reads on after its name.
    fn unsound(&self, kind: Kind) -> Option<String> {
        match (self, kind) {
            (Prediction::Probability(p), Kind::Event) => (!(0.0..=1.0).contains(p))
                .then(|| format!("has a probability of {p}, but it must lie in 0 to 1")),
            (Prediction::Quantiles(q), Kind::Relation) => {
                if q.levels != LEVELS {
                    return Some(format!("has other levels than {LEVELS:?}"));
                }
                let finite = q.values.iter().chain([&q.mean]).all(|x| x.is_finite());
                (!finite || !q.values.is_sorted()).then(|| {
                    "has quantiles that are not finite or fall from one level to the next"
                        .to_owned()
                })
            }
            (_, Kind::Event) => Some("is no probability, which an event needs".to_owned()),
            (_, Kind::Relation) => Some("holds no quantiles, which a relation needs".to_owned()),
        }
    }
}

/// Rounded to six significant digits, so that a number reads the same after it was written and read again.
fn six_digits(x: f64) -> f64 {
    format!("{x:.5e}").parse().unwrap_or(x)
}

/// Whether a text is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, by the number of its parts.
fn is_date(text: &str, parts: usize) -> bool {
    let fields: Vec<&str> = text.split('-').collect();
    let wanted = [(4, 1..=9999), (2, 1..=12), (2, 1..=31)];
    fields.len() == parts
        && fields.iter().zip(wanted).all(|(field, (length, range))| {
            field.len() == length
                && field.bytes().all(|b| b.is_ascii_digit())
                && field.parse().is_ok_and(|n: i32| range.contains(&n))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_over_on_the_day_after_its_last() {
        for (target, running, ended) in [
            ("2027-02", "2027-02-28", "2027-03-01"),
            ("2027", "2027-12-31", "2028-01-01"),
            ("2026-12-01/2027-02-28", "2027-02-28", "2027-03-01"),
        ] {
            assert!(!over(target, running), "{target}");
            assert!(over(target, ended), "{target}");
            assert!(!over(target, "2026-01-01"), "{target}");
        }
    }

    #[test]
    fn numbers_keep_six_significant_digits() {
        assert_eq!(six_digits(2.0 / 3.0), 0.666_667);
        assert_eq!(six_digits(-123_456_789.0), -123_457_000.0);
        assert_eq!(six_digits(0.000_000_123_456_78), 1.234_57e-7);
        assert_eq!(six_digits(0.0), 0.0);
    }

    #[test]
    fn dates() {
        assert!(is_date("2027-02-28", 3) && is_date("2027-02", 2) && is_date("2027", 1));
        for wrong in [
            "2027-2-8",
            "2027-13-01",
            "27-01-01",
            "2027-01-01x",
            "2027-01",
            "",
        ] {
            assert!(!is_date(wrong, 3), "{wrong}");
        }
    }
}
