//! The words of analytic standards: ICD 203 (2015), section D.6.e(2), likelihood and confidence; and the words too vague to stand for either.

/// A step of the likelihood scale of ICD 203.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likelihood {
    /// The word that this brief uses.
    pub word: &'static str,
    /// Every wording that ICD 203 allows for the step.
    pub wordings: &'static [&'static str],
    /// Lower end of its band in per cent, inclusive.
    pub low: u8,
    /// Upper end of its band in per cent, inclusive.
    pub high: u8,
}

/// The seven steps. Neighbours share an end: 20 % is both "very unlikely" and "unlikely".
pub const LIKELIHOODS: [Likelihood; 7] = [
    Likelihood {
        word: "almost no chance",
        wordings: &["almost no chance", "remote"],
        low: 1,
        high: 5,
    },
    Likelihood {
        word: "very unlikely",
        wordings: &["very unlikely", "highly improbable"],
        low: 5,
        high: 20,
    },
    Likelihood {
        word: "unlikely",
        wordings: &["unlikely", "improbable", "improbably"],
        low: 20,
        high: 45,
    },
    Likelihood {
        word: "roughly even chance",
        wordings: &["roughly even chance", "roughly even odds"],
        low: 45,
        high: 55,
    },
    Likelihood {
        word: "likely",
        wordings: &["likely", "probable", "probably"],
        low: 55,
        high: 80,
    },
    Likelihood {
        word: "very likely",
        wordings: &["very likely", "highly probable"],
        low: 80,
        high: 95,
    },
    Likelihood {
        word: "almost certain",
        wordings: &["almost certain", "almost certainly", "nearly certain"],
        low: 95,
        high: 99,
    },
];

impl Likelihood {
    /// The step for a probability between 0 and 1, rounded to whole per cent as it is shown. `None` below 1 % and above 99 %, where
    /// ICD 203 has no word. An end that two steps share goes to the step nearer to even.
    pub fn of(p: f64) -> Option<&'static Likelihood> {
        let percent = (p * 100.0).round();
        if !(1.0..=99.0).contains(&percent) {
            return None;
        }
        let mut steps: Vec<&'static Likelihood> = LIKELIHOODS.iter().collect();
        if percent < 50.0 {
            steps.reverse();
        }
        steps.into_iter().find(|step| step.holds(p))
    }

    /// Whether the band holds the probability (0 to 1), rounded to whole per cent.
    pub fn holds(&self, p: f64) -> bool {
        let percent = (p * 100.0).round();
        (f64::from(self.low)..=f64::from(self.high)).contains(&percent)
    }
}

/// Wordings of likelihood that ICD 203 does not have. They stand before the words of the scale when a text is read, so that
/// "highly likely" is not taken for "likely".
pub const OFF_SCALE: [&str; 34] = [
    "certainly",
    "doubtless",
    "equally likely",
    "even chance",
    "even odds",
    "extremely likely",
    "extremely unlikely",
    "fairly likely",
    "fifty-fifty",
    "good chance",
    "highly likely",
    "highly unlikely",
    "impossible",
    "inevitable",
    "inevitably",
    "least likely",
    "less likely",
    "likelier",
    "more likely",
    "more likely than not",
    "most likely",
    "no chance",
    "quite likely",
    "quite unlikely",
    "slim chance",
    "small chance",
    "somewhat likely",
    "surely",
    "undoubtedly",
    "unlikelier",
    "very probable",
    "very probably",
    "virtually certain",
    "virtually impossible",
];

/// Words that hint at a likelihood without stating one, or hide who judges. A brief gives the figure, or says what the data cannot tell.
/// Only lower-case "may" is meant; the month has a capital.
pub const VAGUE: [&str; 34] = [
    "allegedly",
    "apparently",
    "appear",
    "appears",
    "arguably",
    "cannot be excluded",
    "cannot be ruled out",
    "cannot rule out",
    "conceivable",
    "conceivably",
    "could",
    "hopefully",
    "in all likelihood",
    "indications are",
    "it is believed",
    "it seems",
    "maybe",
    "may",
    "might",
    "perhaps",
    "plausibly",
    "possible",
    "possibly",
    "potentially",
    "presumably",
    "reportedly",
    "seem",
    "seemingly",
    "seems",
    "signs are",
    "suggest",
    "suggested",
    "suggesting",
    "suggests",
];

/// The levels of confidence in a judgement.
pub const CONFIDENCE: [&str; 3] = ["low", "moderate", "high"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_are_those_of_icd_203() {
        for (p, word) in [
            (0.01, Some("almost no chance")),
            (0.05, Some("very unlikely")),
            (0.049, Some("very unlikely")), // shown as 5 %
            (0.20, Some("unlikely")),
            (0.45, Some("roughly even chance")),
            (0.50, Some("roughly even chance")),
            (0.55, Some("roughly even chance")),
            (0.56, Some("likely")),
            (0.80, Some("likely")),
            (0.81, Some("very likely")),
            (0.95, Some("very likely")),
            (0.99, Some("almost certain")),
            (0.004, None),
            (0.996, None),
            (f64::NAN, None),
        ] {
            assert_eq!(Likelihood::of(p).map(|l| l.word), word, "{p}");
        }
    }
}
