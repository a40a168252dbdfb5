//! The partnership file as it is written: one TOML document, every key known, every text with its place.
//!
//! These types only mirror the file. [`crate::parse`] turns them into a [`crate::Partnership`], in which every
//! name is resolved and every indicator has the parties that its measure needs.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

/// A text that remembers where it stands, so that an error can point at it.
pub type Text = Spanned<String>;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// `[partnership]`
    pub partnership: Head,
    /// `[settings]`
    #[serde(default)]
    pub settings: Settings,
    /// `[levels]`: the weight of each level in the total, by level name.
    #[serde(default)]
    pub levels: BTreeMap<Text, f64>,
    /// `[[format]]`
    #[serde(default)]
    pub format: Vec<Format>,
    /// `[[group]]`
    #[serde(default)]
    pub group: Vec<GroupEntry>,
    /// `[[rivalry]]`
    #[serde(default)]
    pub rivalry: Vec<Rivalry>,
    /// `[[event]]`: dated events drawn on the charts.
    #[serde(default)]
    pub event: Vec<Event>,
    /// `[[factor]]`
    #[serde(default)]
    pub factor: Vec<Factor>,
    /// `[[assumption]]`
    #[serde(default)]
    pub assumption: Vec<Assumption>,
    /// `[[shock]]`
    #[serde(default)]
    pub shock: Vec<Shock>,
    /// `[[lever]]`
    #[serde(default)]
    pub lever: Vec<Lever>,
}

/// `[partnership]`: who the sides are and since when.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Short name: lower-case letters, digits and hyphens; the name of the file and of the command's argument.
    pub id: Text,
    /// Title of the brief.
    pub title: String,
    /// First day of the partnership.
    pub since: Spanned<Datetime>,
    /// The two sides, each an actor, a bloc or a group expression.
    pub sides: Sides,
    /// Comparable partners of side `a`, for which the same figures are shown.
    #[serde(default)]
    pub contrast: Vec<Text>,
}

/// The two sides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sides {
    /// The first side (by custom the bloc).
    pub a: Text,
    /// The second side.
    pub b: Text,
}

/// `[settings]`: every constant that the figures depend on. Nothing of this kind stands in the code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `a` of the relation index ln((C + a) / (K + a)); above 0.
    pub prior: f64,
    /// Weight of a verbal event in C and K.
    pub verbal_weight: f64,
    /// Weight of a material event in C and K.
    pub material_weight: f64,
    /// `a` of the net-score index, in Goldstein points, where a source gives net scores and no counts; above 0.
    pub score_prior: f64,
    /// Standard deviation of the shift between two editions of one coding system that do not overlap, in units of R.
    pub same_coding_sd: f64,
    /// Level of the intervals, between 0 and 1.
    pub interval: f64,
    /// Months in the trailing window of a monthly indicator.
    pub window_months: u32,
    /// Least share of the window's days that must be monitored, between 0 and 1.
    pub window_monitored: f64,
    /// Least number of past values that a standing needs, for monthly indicators.
    pub past_months: u32,
    /// Least number of past values that a standing needs, for yearly indicators.
    pub past_years: u32,
    /// Least number of past values that a standing needs, for changes measured at single dates.
    pub past_breaks: u32,
    /// Months over which members' relations are taken where their dispersion is measured.
    pub dispersion_months: u32,
    /// Months over which the zero-sum index is taken.
    pub zero_sum_months: u32,
    /// Least number of common roll calls for a year's vote agreement.
    pub min_votes: u32,
    /// Days after which a monthly indicator counts as not monitored.
    pub stale_months_after_days: u32,
    /// Days after which a yearly indicator counts as not monitored.
    pub stale_years_after_days: u32,
    /// Exposure from which a side counts as highly exposed, between 0 and 1.
    pub high_exposure: f64,
    /// Standing from which a factor counts as pressing, between 0 and 1.
    pub pressing: f64,
    /// Share of the standard deviation of its own past changes beyond which a relation counts as closer or apart; above 0.
    pub outlook_change: f64,
    /// Months whose mean reading is the level that closer and apart are measured from.
    pub outlook_months: u32,
    /// Robust standard deviations below its own past at which the relation of a month has ruptured; above 0.
    pub rupture_z: f64,
    /// Months ahead in one of which a rupture is asked for.
    pub rupture_months: u32,
    /// Loss of a stress path for each standard deviation of its past that the relation falls; 0 or more.
    pub stress_relation: f64,
    /// Loss for each standard deviation of its past that the pressure of all factors, weighted by level, factor and exposure, rises; 0 or more.
    pub stress_factors: f64,
    /// Months of a stress path.
    pub stress_months: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            prior: 0.5,
            verbal_weight: 1.0,
            material_weight: 2.0,
            score_prior: 10.0,
            same_coding_sd: 0.3,
            interval: 0.9,
            window_months: 3,
            window_monitored: 0.5,
            past_months: 24,
            past_years: 8,
            past_breaks: 3,
            dispersion_months: 12,
            zero_sum_months: 24,
            min_votes: 30,
            stale_months_after_days: 120,
            stale_years_after_days: 1000,
            high_exposure: 0.5,
            pressing: 0.7,
            outlook_change: 0.5,
            outlook_months: 12,
            rupture_z: 4.0,
            rupture_months: 6,
            stress_relation: 1.0,
            stress_factors: 1.0,
            stress_months: 36,
        }
    }
}

/// `[[format]]`: a standing format in which the sides can consult.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// Short name.
    pub id: Text,
    /// Name in the brief.
    pub title: String,
    /// First day.
    pub since: Spanned<Datetime>,
    /// Last day, where it has ended.
    pub until: Option<Spanned<Datetime>>,
    /// Who takes part (actors, blocs or group expressions); both sides where absent.
    #[serde(default)]
    pub members: Vec<Text>,
    /// Domains that it covers.
    pub covers: Vec<Text>,
    /// Ids of the factors that it covers; all of its domains where absent.
    #[serde(default)]
    pub factors: Vec<Text>,
    /// What it was made for, in a sentence.
    #[serde(default)]
    pub made_for: String,
}

/// `[[group]]`: a named group expression.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupEntry {
    /// Short name.
    pub id: Text,
    /// Name in the brief.
    pub title: String,
    /// Group expression, e.g. `NATO minus USA, CAN, TUR`.
    pub members: Text,
}

/// `[[rivalry]]`: two poles and the territories that may become their arena.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rivalry {
    /// Short name.
    pub id: Text,
    /// Name in the brief.
    pub title: String,
    /// The two poles.
    pub poles: Vec<Text>,
    /// Territories that may become the arena.
    #[serde(default)]
    pub arenas: Vec<Text>,
}

/// `[[event]]`: a dated event that a chart shows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its day.
    pub date: Spanned<Datetime>,
    /// A few words.
    pub title: String,
}

/// `[[factor]]`: something that presses on the partnership.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// Short name.
    pub id: Text,
    /// `internal`, `regional` or `global`.
    pub level: Text,
    /// Name in the brief.
    pub title: String,
    /// The claim of the frame, in a sentence.
    #[serde(default)]
    pub says: String,
    /// Weight in its level's score.
    #[serde(default = "one")]
    pub weight: Spanned<f64>,
    /// Whom the factor comes from: the actors towards whom the sides' orientations are compared.
    #[serde(default)]
    pub toward: Vec<Text>,
    /// What is measured.
    #[serde(default)]
    pub indicator: Vec<Indicator>,
    /// How far each side is exposed, by domain.
    #[serde(default)]
    pub exposure: Vec<Exposure>,
}

fn one() -> Spanned<f64> {
    Spanned::new(0..0, 1.0)
}

/// `[[factor.indicator]]`: one measured series. Which of the parties are needed depends on the measure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Name of the measure, see [`crate::Measure`].
    pub measure: Text,
    /// Name in the register; written from the measure where absent.
    #[serde(default)]
    pub title: String,
    /// Whose.
    pub of: Option<Text>,
    /// With whom, or compared with whom.
    pub with: Option<Text>,
    /// Toward whom.
    pub toward: Option<Text>,
    /// Where.
    pub place: Option<Text>,
    /// Provinces of the place, where only a part of it is meant (names as the sources write them).
    #[serde(default)]
    pub provinces: Vec<Text>,
    /// Id of a rivalry.
    pub rivalry: Option<Text>,
    /// Third parties over which a measure runs.
    pub over: Option<Text>,
    /// First two digits of CAMEO codes.
    #[serde(default)]
    pub roots: Vec<Spanned<u8>>,
    /// A threshold in the measure's unit.
    pub threshold: Option<Spanned<f64>>,
    /// Dates at which breaks are measured.
    #[serde(default)]
    pub dates: Vec<Spanned<Datetime>>,
    /// `higher` or `lower`: which direction is worse.
    pub worse: Text,
    /// Weight in the factor's standing.
    #[serde(default = "one")]
    pub weight: Spanned<f64>,
}

/// `[[factor.exposure]]`: exposure of both sides in one domain, from 0 to 1.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exposure {
    /// `military`, `political`, `economic`, `energy-transit`, `societal` or `information`.
    pub domain: Text,
    /// Of side a.
    pub a: SideExposure,
    /// Of side b.
    pub b: SideExposure,
}

/// Exposure of one side: measured, or declared with its reason. Exactly one of the two.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SideExposure {
    /// A declared value from 0 to 1.
    pub declared: Option<Spanned<f64>>,
    /// Why that value.
    pub why: Option<Text>,
    /// `distance`, `trade`, `events` or `membership`.
    pub measured: Option<Text>,
    /// To or with whom (for `membership`: in which bloc).
    pub to: Option<Text>,
}

/// `[[assumption]]`: a claim of the frame and the test on data that it has to pass.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// Short name.
    pub id: Text,
    /// The claim, in a sentence.
    pub says: String,
    /// The tests; the claim holds where all hold.
    #[serde(default)]
    pub test: Vec<Test>,
}

/// `[[assumption.test]]`: one operational test. Which keys are needed depends on the kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// Name of the test, see [`crate::TestKind`].
    pub kind: Text,
    /// Whose.
    pub of: Option<Text>,
    /// With whom.
    pub with: Option<Text>,
    /// In which bloc or organisation.
    pub bloc: Option<Text>,
    /// Id of a factor.
    pub factor: Option<Text>,
    /// Name of a measure (for `trend` and `level`), with the same keys as in an indicator.
    pub measure: Option<Text>,
    /// Toward whom.
    pub toward: Option<Text>,
    /// Where.
    pub place: Option<Text>,
    /// Provinces of the place, where only a part of it is meant.
    #[serde(default)]
    pub provinces: Vec<Text>,
    /// Id of a rivalry.
    pub rivalry: Option<Text>,
    /// Third parties.
    pub over: Option<Text>,
    /// First two digits of CAMEO codes.
    #[serde(default)]
    pub roots: Vec<Spanned<u8>>,
    /// Dates at which breaks are measured.
    #[serde(default)]
    pub dates: Vec<Spanned<Datetime>>,
    /// The threshold that belongs to the measure itself (`burden-below`), as opposed to the test's.
    pub measure_threshold: Option<Spanned<f64>>,
    /// The direction or the membership that the claim expects.
    pub expect: Option<Text>,
    /// A threshold.
    pub threshold: Option<Spanned<f64>>,
    /// First day of the period tested; the start of the partnership where absent.
    pub since: Option<Spanned<Datetime>>,
    /// Why the claim cannot be tested with the data at hand.
    pub why: Option<Text>,
}

/// `[[shock]]`: events that may befall the partnership.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shock {
    /// Short name.
    pub id: Text,
    /// Name in the stress test.
    pub title: String,
    /// The events, each as in `RUS->GEO material-conflict x5`.
    pub events: Vec<Text>,
    /// `YYYY-MM` or `YYYY-MM..YYYY-MM` for all events that name none themselves; the month after the day of the test where absent.
    pub months: Option<Text>,
}

/// `[[lever]]`: what a side can decide, as the events that would come of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lever {
    /// Short name.
    pub id: Text,
    /// Name in the stress test.
    pub title: String,
    /// `a`, `b` or `both`: who can decide it.
    pub side: Text,
    /// The events, each as in `AZE<->NATO verbal-cooperation x2`.
    pub events: Vec<Text>,
    /// Why these events, in a sentence.
    #[serde(default)]
    pub why: String,
}
