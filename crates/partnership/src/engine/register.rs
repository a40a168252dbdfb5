//! The register: every factor's standing against its own past, what it adds to its level, and the level scores.

use std::collections::BTreeMap;

use detente_atlas::{By, Day};
use detente_relations::contribution;
use detente_relations::standing::{self, Standing, StandingSettings};

use super::consult::{covering, leading_domain};
use super::exposure::{Exposure, exposures};
use super::measure::{Context, measure};
use super::series::{Gap, Series};
use crate::model::{Factor, Indicator, Level, Measure, Worse};
use crate::provenance::Provenance;

/// One indicator as it stands on the day.
#[derive(Debug, Clone)]
pub struct IndicatorAssessment {
    /// The indicator.
    pub indicator: Indicator,
    /// Its reading, or why there is none.
    pub reading: Result<Reading, Gap>,
}

impl IndicatorAssessment {
    /// The reading, if it is fresh and has a standing: only then it counts towards the factor's.
    pub fn counted(&self) -> Option<&Reading> {
        let reading = self.reading.as_ref().ok()?;
        (reading.fresh && reading.standing.percentile.is_some()).then_some(reading)
    }
}

/// The reading of an indicator.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The series to the day.
    pub series: Series,
    /// Period of the last value.
    pub t: i32,
    /// The last value.
    pub value: f64,
    /// The last day that the last value speaks of.
    pub seen: Day,
    /// Whether that is recent enough to speak of the watch day.
    pub fresh: bool,
    /// Its standing against its own past, trend and breaks.
    pub standing: Standing,
}

impl Reading {
    /// Whether the trend of late is for the worse (`Some(true)`), for the better, or neither.
    pub fn worsens(&self, worse: Worse) -> Option<bool> {
        self.standing.trend?.direction.worsens(match worse {
            Worse::Higher => standing::Worse::Higher,
            Worse::Lower => standing::Worse::Lower,
        })
    }
}

/// One factor as it stands on the day.
#[derive(Debug, Clone)]
pub struct FactorAssessment {
    /// The factor.
    pub factor: Factor,
    /// Its indicators.
    pub indicators: Vec<IndicatorAssessment>,
    /// Weighted mean of the standings of the fresh indicators, 0 to 1.
    pub standing: Option<f64>,
    /// What it adds to the level score.
    pub contribution: Option<f64>,
    /// The level score without it.
    pub without: Option<f64>,
    /// The last days of the oldest and of the newest counted reading; where none is counted, of any reading.
    pub seen: Option<(Day, Day)>,
    /// Share of the counted weight whose trend of late is for the worse, less the share that is for the better: -1 to 1.
    /// `None` where no counted indicator has a trend.
    pub worsening: Option<f64>,
    /// Exposure of both sides by domain.
    pub exposures: Vec<Exposure>,
}

impl FactorAssessment {
    /// The readings that count towards the standing.
    pub fn counted(&self) -> impl Iterator<Item = (&Indicator, &Reading)> {
        self.indicators
            .iter()
            .filter_map(|i| Some((&i.indicator, i.counted()?)))
    }

    /// The rows behind the standing.
    pub fn provenance(&self) -> Option<Provenance> {
        self.counted()
            .map(|(_, r)| r.series.provenance.clone())
            .reduce(|a, b| a.and(&b))
    }
}

/// One level as it stands on the day.
#[derive(Debug, Clone)]
pub struct LevelAssessment {
    /// The level.
    pub level: Level,
    /// Weighted mean of the factors' standings, 0 to 1; `None` where no factor is monitored.
    pub score: Option<f64>,
    /// Its factors, in the order of the file.
    pub factors: Vec<FactorAssessment>,
}

/// The register at a day.
#[derive(Debug, Clone)]
pub struct Register {
    /// The last day on which events or dyads were monitored.
    pub watch_day: Option<Day>,
    /// The levels that have factors, from the inside outwards.
    pub levels: Vec<LevelAssessment>,
    /// Weighted mean of the level scores, 0 to 1.
    pub total: Option<f64>,
}

impl Register {
    /// All factors, in the order of the levels.
    pub fn factors(&self) -> impl Iterator<Item = &FactorAssessment> {
        self.levels.iter().flat_map(|l| &l.factors)
    }

    /// Share of the register's pressure (the sum of standings times weights) that no format covers on the day.
    pub fn uncovered(&self, cx: Context<'_>) -> Option<f64> {
        let pressure: Vec<(f64, bool)> = self
            .factors()
            .filter_map(|f| {
                let covered = leading_domain(&f.exposures).is_some_and(|domain| {
                    covering(cx.partnership, &f.factor, domain, cx.world.as_of)
                        .next()
                        .is_some()
                });
                Some((f.standing? * f.factor.weight, covered))
            })
            .collect();
        let all: f64 = pressure.iter().map(|(x, _)| x).sum();
        let open: f64 = pressure
            .iter()
            .filter(|(_, covered)| !covered)
            .map(|(x, _)| x)
            .sum();
        (all > 0.0).then(|| open / all)
    }

    /// The same as a series of one point, at the watch day.
    pub fn uncovered_series(&self, cx: Context<'_>) -> Result<Series, Gap> {
        let value = self.uncovered(cx).ok_or("no factor is monitored")?;
        let provenance = self
            .factors()
            .filter_map(FactorAssessment::provenance)
            .reduce(|a, b| a.and(&b))
            .ok_or("no factor is monitored")?;
        let day = self.watch_day.unwrap_or(cx.world.as_of);
        Ok(Series {
            by: By::Month,
            unit: "share of the register's pressure",
            points: vec![(day.month().0, value)],
            source: "the register".to_owned(),
            past: None,
            earlier: BTreeMap::new(),
            provenance: Provenance {
                method: "uncovered-pressure",
                ..provenance
            },
        })
    }
}

/// Takes the register.
pub fn register(cx: Context<'_>) -> Register {
    let p = cx.partnership;
    let watch_day = cx.world.watch_day();
    let weighted: Vec<(LevelAssessment, f64)> = Level::ALL
        .into_iter()
        .zip(p.level_weights)
        .filter_map(|(level, weight)| {
            let factors: Vec<FactorAssessment> = p
                .factors
                .iter()
                .filter(|f| f.level == level)
                .map(|f| factor(cx, f, watch_day))
                .collect();
            (!factors.is_empty()).then(|| (score(level, factors), weight))
        })
        .collect();
    Register {
        watch_day,
        total: mean(weighted.iter().filter_map(|(l, w)| Some((l.score?, *w)))),
        levels: weighted.into_iter().map(|(l, _)| l).collect(),
    }
}

fn score(level: Level, mut factors: Vec<FactorAssessment>) -> LevelAssessment {
    let parts: Vec<contribution::Factor<usize>> = factors
        .iter()
        .enumerate()
        .map(|(label, f)| contribution::Factor {
            label,
            weight: f.factor.weight,
            standing: f.standing,
        })
        .collect();
    let Ok(score) = contribution::score(&parts) else {
        return LevelAssessment {
            level,
            score: None,
            factors,
        };
    };
    for part in &score.contributions {
        factors[part.label].contribution = Some(part.contribution);
        factors[part.label].without = part.score_without;
    }
    LevelAssessment {
        level,
        score: Some(score.score),
        factors,
    }
}

fn factor(cx: Context<'_>, f: &Factor, watch_day: Option<Day>) -> FactorAssessment {
    let indicators: Vec<IndicatorAssessment> = f
        .indicators
        .iter()
        // Taken from the register itself, so it cannot be part of it.
        .filter(|i| !matches!(i.measure, Measure::UncoveredPressure))
        .map(|i| IndicatorAssessment {
            reading: measure(cx, &i.measure).and_then(|s| reading(cx, i, s, watch_day)),
            indicator: i.clone(),
        })
        .collect();
    let mut assessment = FactorAssessment {
        factor: f.clone(),
        indicators,
        standing: None,
        contribution: None,
        without: None,
        seen: None,
        worsening: None,
        exposures: exposures(cx, f),
    };
    assessment.standing = mean(
        assessment
            .counted()
            .filter_map(|(i, r)| Some((r.standing.percentile?, i.weight))),
    );
    let counted: Vec<Day> = assessment.counted().map(|(_, r)| r.seen).collect();
    let any = || {
        assessment
            .indicators
            .iter()
            .filter_map(|i| Some(i.reading.as_ref().ok()?.seen))
    };
    let days: Vec<Day> = if counted.is_empty() {
        any().collect()
    } else {
        counted
    };
    assessment.seen = days.iter().min().copied().zip(days.iter().max().copied());
    assessment.worsening = mean(assessment.counted().filter_map(|(i, r)| {
        r.standing.trend?;
        let sign = match r.worsens(i.worse) {
            Some(true) => 1.0,
            Some(false) => -1.0,
            None => 0.0,
        };
        Some((sign, i.weight))
    }));
    assessment
}

fn reading(
    cx: Context<'_>,
    indicator: &Indicator,
    series: Series,
    watch_day: Option<Day>,
) -> Result<Reading, Gap> {
    let s = &cx.partnership.settings;
    let (t, value) = series.last().ok_or("no reading")?;
    let day = watch_day.unwrap_or(cx.world.as_of);
    // The last month is not over on the day of the last row.
    let seen = series
        .seen(if series.by == By::Year {
            cx.world.as_of
        } else {
            day
        })
        .ok_or("no reading")?;
    let worse = match indicator.worse {
        Worse::Higher => standing::Worse::Higher,
        Worse::Lower => standing::Worse::Lower,
    };
    let (past, stale, settings) = match series.by {
        By::Year => (
            s.past_years,
            s.stale_years_after_days,
            StandingSettings::yearly(worse),
        ),
        _ => (
            s.past_months,
            s.stale_months_after_days,
            StandingSettings::monthly(worse),
        ),
    };
    let min_past = series.past.unwrap_or(past) as usize;
    let standing = standing::standing(
        &series.points,
        &StandingSettings {
            min_past,
            ..settings
        },
    )
    .map_err(|e| e.to_string())?;
    let fresh = day.0 - seen.0 <= stale as i32;
    Ok(Reading {
        t,
        value,
        seen,
        fresh,
        standing,
        series,
    })
}

fn mean(values: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weight) = values.fold((0.0, 0.0), |(s, w), (x, weight)| {
        (s + x * weight, w + weight)
    });
    (weight > 0.0).then(|| sum / weight)
}
