//! The sections of the file with their keys. `docs/partnership-file.md` is their reference.

use super::{Key, Range, Section, Takes};

const fn must(name: &'static str, takes: Takes) -> Key {
    Key {
        name,
        takes,
        must: true,
    }
}

const fn may(name: &'static str, takes: Takes) -> Key {
    Key {
        name,
        takes,
        must: false,
    }
}

/// Names of the levels.
pub(super) const LEVELS: &[&str] = &["internal", "regional", "global"];
/// Names of the domains.
pub(super) const DOMAINS: &[&str] = &[
    "military",
    "political",
    "economic",
    "energy-transit",
    "societal",
    "information",
];
/// Ways to measure an exposure.
pub(super) const EXPOSURES: &[&str] = &["distance", "trade", "events", "membership"];
/// Everything that a test can expect; which of them fits depends on its kind.
pub(super) const EXPECTS: &[&str] = &[
    "member", "never", "up", "down", "not-up", "not-down", "above", "below",
];

/// The whole file.
pub(crate) static FILE: Section = Section {
    name: "the file",
    keys: &[
        must("partnership", Takes::Table(&PARTNERSHIP)),
        may("settings", Takes::Table(&SETTINGS)),
        may("levels", Takes::Table(&LEVEL_WEIGHTS)),
        may("format", Takes::Tables(&FORMAT)),
        may("group", Takes::Tables(&GROUP)),
        may("rivalry", Takes::Tables(&RIVALRY)),
        may("event", Takes::Tables(&EVENT)),
        may("factor", Takes::Tables(&FACTOR)),
        may("assumption", Takes::Tables(&ASSUMPTION)),
        may("shock", Takes::Tables(&SHOCK)),
        may("lever", Takes::Tables(&LEVER)),
    ],
    conditional: false,
};

pub(super) static PARTNERSHIP: Section = Section {
    name: "[partnership]",
    keys: &[
        must("id", Takes::Id),
        must("title", Takes::Text),
        must("since", Takes::Day),
        must("sides", Takes::Table(&SIDES)),
        may("contrast", Takes::List(&Takes::Text)),
    ],
    conditional: false,
};

pub(super) static SIDES: Section = Section {
    name: "sides of [partnership]",
    keys: &[must("a", Takes::Text), must("b", Takes::Text)],
    conditional: false,
};

pub(super) static SETTINGS: Section = Section {
    name: "[settings]",
    keys: &[
        may("prior", Takes::Number(Range::AboveZero)),
        may("verbal_weight", Takes::Number(Range::NotNegative)),
        may("material_weight", Takes::Number(Range::AboveZero)),
        may("score_prior", Takes::Number(Range::AboveZero)),
        may("same_coding_sd", Takes::Number(Range::NotNegative)),
        may("interval", Takes::Number(Range::Inside)),
        may("window_months", Takes::Whole(1, 120)),
        may("window_monitored", Takes::Number(Range::Share)),
        may("past_months", Takes::Whole(2, 600)),
        may("past_years", Takes::Whole(2, 100)),
        may("past_breaks", Takes::Whole(1, 100)),
        may("dispersion_months", Takes::Whole(1, 120)),
        may("zero_sum_months", Takes::Whole(3, 600)),
        may("min_votes", Takes::Whole(1, 1000)),
        may("stale_months_after_days", Takes::Whole(1, 36_525)),
        may("stale_years_after_days", Takes::Whole(1, 36_525)),
        may("high_exposure", Takes::Number(Range::Share)),
        may("pressing", Takes::Number(Range::Share)),
        may("outlook_change", Takes::Number(Range::AboveZero)),
        may("outlook_months", Takes::Whole(1, 120)),
        may("rupture_z", Takes::Number(Range::AboveZero)),
        may("rupture_months", Takes::Whole(1, 24)),
        may("stress_relation", Takes::Number(Range::NotNegative)),
        may("stress_factors", Takes::Number(Range::NotNegative)),
        may("stress_months", Takes::Whole(1, 36)),
    ],
    conditional: false,
};

pub(super) static LEVEL_WEIGHTS: Section = Section {
    name: "[levels]",
    keys: &[
        may("internal", Takes::Number(Range::NotNegative)),
        may("regional", Takes::Number(Range::NotNegative)),
        may("global", Takes::Number(Range::NotNegative)),
    ],
    conditional: false,
};

pub(super) static FORMAT: Section = Section {
    name: "[[format]]",
    keys: &[
        must("id", Takes::Id),
        must("title", Takes::Text),
        must("since", Takes::Day),
        may("until", Takes::Day),
        may("members", Takes::List(&Takes::Text)),
        must("covers", Takes::List(&Takes::Word(DOMAINS))),
        may("factors", Takes::List(&Takes::Text)),
        may("made_for", Takes::Text),
    ],
    conditional: false,
};

pub(super) static GROUP: Section = Section {
    name: "[[group]]",
    keys: &[
        must("id", Takes::Id),
        must("title", Takes::Text),
        must("members", Takes::Text),
    ],
    conditional: false,
};

pub(super) static RIVALRY: Section = Section {
    name: "[[rivalry]]",
    keys: &[
        must("id", Takes::Id),
        must("title", Takes::Text),
        must("poles", Takes::List(&Takes::Text)),
        may("arenas", Takes::List(&Takes::Text)),
    ],
    conditional: false,
};

pub(super) static EVENT: Section = Section {
    name: "[[event]]",
    keys: &[must("date", Takes::Day), must("title", Takes::Text)],
    conditional: false,
};

pub(super) static FACTOR: Section = Section {
    name: "[[factor]]",
    keys: &[
        must("id", Takes::Id),
        must("level", Takes::Word(LEVELS)),
        must("title", Takes::Text),
        may("says", Takes::Text),
        may("weight", Takes::Number(Range::AboveZero)),
        may("toward", Takes::List(&Takes::Text)),
        may("indicator", Takes::Tables(&INDICATOR)),
        may("exposure", Takes::Tables(&EXPOSURE)),
    ],
    conditional: false,
};

pub(super) static INDICATOR: Section = Section {
    name: "[[factor.indicator]]",
    keys: &[
        must("measure", Takes::Measure),
        may("title", Takes::Text),
        may("of", Takes::Text),
        may("with", Takes::Text),
        may("toward", Takes::Text),
        may("place", Takes::Text),
        may("provinces", Takes::List(&Takes::Text)),
        may("rivalry", Takes::Text),
        may("over", Takes::Text),
        may("roots", Takes::List(&Takes::Whole(1, 20))),
        may("threshold", Takes::Number(Range::Any)),
        may("dates", Takes::List(&Takes::Day)),
        must("worse", Takes::Word(&["higher", "lower"])),
        may("weight", Takes::Number(Range::AboveZero)),
    ],
    conditional: true,
};

pub(super) static EXPOSURE: Section = Section {
    name: "[[factor.exposure]]",
    keys: &[
        must("domain", Takes::Word(DOMAINS)),
        must("a", Takes::Table(&SIDE_EXPOSURE)),
        must("b", Takes::Table(&SIDE_EXPOSURE)),
    ],
    conditional: true,
};

pub(super) static SIDE_EXPOSURE: Section = Section {
    name: "a side of [[factor.exposure]]",
    keys: &[
        may("declared", Takes::Number(Range::Share)),
        may("why", Takes::Text),
        may("measured", Takes::Word(EXPOSURES)),
        may("to", Takes::Text),
    ],
    conditional: false,
};

pub(super) static ASSUMPTION: Section = Section {
    name: "[[assumption]]",
    keys: &[
        must("id", Takes::Id),
        must("says", Takes::Text),
        may("test", Takes::Tables(&TEST)),
    ],
    conditional: false,
};

pub(super) static TEST: Section = Section {
    name: "[[assumption.test]]",
    keys: &[
        must("kind", Takes::Test),
        may("of", Takes::Text),
        may("with", Takes::Text),
        may("bloc", Takes::Text),
        may("factor", Takes::Text),
        may("measure", Takes::Measure),
        may("toward", Takes::Text),
        may("place", Takes::Text),
        may("provinces", Takes::List(&Takes::Text)),
        may("rivalry", Takes::Text),
        may("over", Takes::Text),
        may("roots", Takes::List(&Takes::Whole(1, 20))),
        may("dates", Takes::List(&Takes::Day)),
        may("measure_threshold", Takes::Number(Range::Any)),
        may("expect", Takes::Word(EXPECTS)),
        may("threshold", Takes::Number(Range::Any)),
        may("since", Takes::Day),
        may("why", Takes::Text),
    ],
    conditional: true,
};

pub(super) static SHOCK: Section = Section {
    name: "[[shock]]",
    keys: &[
        must("id", Takes::Id),
        must("title", Takes::Text),
        must("events", Takes::List(&Takes::Text)),
        may("months", Takes::Text),
    ],
    conditional: false,
};

pub(super) static LEVER: Section = Section {
    name: "[[lever]]",
    keys: &[
        must("id", Takes::Id),
        must("title", Takes::Text),
        must("side", Takes::Word(&["a", "b", "both"])),
        must("events", Takes::List(&Takes::Text)),
        may("why", Takes::Text),
    ],
    conditional: false,
};
