//! The joints of a spliced series, as records and as sentences.

use detente_atlas::By;
use detente_partnership::world::clock;
use detente_relations::splice::{Data, Joint, Method, Separate};
use serde::Serialize;

use crate::table::number;

/// One joint.
#[derive(Debug, Serialize)]
pub struct JointRecord {
    /// The segment that is joined.
    pub from: String,
    /// The segments it is joined to.
    pub to: Vec<String>,
    /// `overlap`, `assumed`, `link` or `unlinked`.
    pub method: &'static str,
    /// Common periods.
    pub overlap: usize,
    /// What is added to the segment's own index.
    pub shift: Option<f64>,
    /// Its standard error.
    pub shift_sd: Option<f64>,
    /// Its interval.
    pub shift_interval: Option<(f64, f64)>,
    /// Standard deviation of the difference from period to period.
    pub between_sd: Option<f64>,
    /// The line of a link: `r = alpha + beta * asinh(score / scale)`.
    pub link: Option<LinkRecord>,
    /// Why this method.
    pub reason: String,
}

/// The line of a link.
#[derive(Debug, Serialize)]
pub struct LinkRecord {
    alpha: f64,
    beta: f64,
    residual_sd: f64,
    pairs: usize,
    r2: f64,
}

/// A segment that could not be joined.
#[derive(Debug, Serialize)]
pub struct SeparateRecord {
    /// Its name.
    pub segment: String,
    /// What its values are.
    pub unit: &'static str,
    /// Period and value, in its own unit.
    pub values: Vec<(String, f64)>,
}

impl JointRecord {
    /// The record of a joint.
    pub fn of(joint: &Joint) -> JointRecord {
        JointRecord {
            from: joint.from.clone(),
            to: joint.to.clone(),
            method: method(joint.method),
            overlap: joint.overlap_n,
            shift: joint.shift,
            shift_sd: joint.sd,
            shift_interval: joint.interval,
            between_sd: joint.between_sd,
            link: joint.link.map(|l| LinkRecord {
                alpha: l.alpha,
                beta: l.beta,
                residual_sd: l.residual_sd,
                pairs: l.n,
                r2: l.r2,
            }),
            reason: joint.reason.clone(),
        }
    }

    /// The joint in a line.
    pub fn sentence(&self) -> String {
        let mut line = match self.to.is_empty() {
            true => format!("{}: {}", self.from, self.method),
            false => format!(
                "{} to {}: {}",
                self.from,
                self.to.join(" and "),
                self.method
            ),
        };
        if let Some(shift) = self.shift {
            let sign = if shift >= 0.0 { "+" } else { "" };
            line += &format!(", shift {sign}{}", number(Some(shift), 2));
        }
        if self.shift_sd.is_some() {
            line += &format!(" (sd {}", number(self.shift_sd, 2));
            if let Some((lo, hi)) = self.shift_interval {
                line += &format!(
                    ", interval {} to {}",
                    number(Some(lo), 2),
                    number(Some(hi), 2)
                );
            }
            line += ")";
        }
        if let Some(link) = &self.link {
            line += &format!(
                ", r = {} + {} asinh(score / scale), residual sd {}, R2 {}, {} pairs",
                number(Some(link.alpha), 2),
                number(Some(link.beta), 2),
                number(Some(link.residual_sd), 2),
                number(Some(link.r2), 2),
                link.pairs
            );
        }
        line += &format!("; {}", self.reason);
        line
    }
}

impl SeparateRecord {
    /// The record of a segment that was left apart.
    pub fn of(by: By, separate: &Separate) -> SeparateRecord {
        let label = |t| clock::label(by, t);
        let (unit, values) = match &separate.data {
            Data::Counts(points) => (
                "relation index of the source",
                points.iter().map(|p| (label(p.t), p.r)).collect(),
            ),
            Data::Score(points) => (
                "net Goldstein score a day",
                points.iter().map(|p| (label(p.t), p.score)).collect(),
            ),
        };
        SeparateRecord {
            segment: separate.segment.clone(),
            unit,
            values,
        }
    }
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Overlap => "overlap",
        Method::Assumed => "assumed",
        Method::Link => "link",
        Method::Unlinked => "unlinked",
    }
}
