//! What may not enter a splice.

use super::{Data, Segment, Settings};
use crate::Error;
use crate::error::in_range;
use std::collections::BTreeSet;

/// The place of the segment called `label`.
pub(super) fn find(segments: &[Segment], label: &str) -> Result<usize, Error> {
    segments
        .iter()
        .position(|s| s.label == label)
        .ok_or_else(|| Error::UnknownSegment {
            label: label.to_owned(),
            known: segments
                .iter()
                .map(|s| format!("{:?}", s.label))
                .collect::<Vec<_>>()
                .join(", "),
        })
}

/// Names, order, values and settings; the errors of [`splice`](super::splice).
pub(super) fn check(segments: &[Segment], settings: &Settings) -> Result<(), Error> {
    in_range(
        "the minimum overlap",
        settings.min_overlap as f64,
        "2 or more",
        settings.min_overlap >= 2,
    )?;
    in_range(
        "the minimum overlap of a link",
        settings.min_link_overlap as f64,
        "3 or more",
        settings.min_link_overlap >= 3,
    )?;
    in_range(
        "the level of the interval",
        settings.level,
        "between 0 and 1",
        settings.level > 0.0 && settings.level < 1.0,
    )?;
    if let Some(finer) = &settings.finer_link {
        in_range(
            "the scale of the finer link",
            finer.scale,
            "above 0",
            finer.scale > 0.0,
        )?;
        in_range(
            "the slope of the finer link",
            finer.link.beta,
            "above 0",
            finer.link.beta > 0.0,
        )?;
        in_range(
            "the number of pairs behind the finer link",
            finer.link.n as f64,
            "3 or more",
            finer.link.n >= 3,
        )?;
    }
    let mut labels = BTreeSet::new();
    for segment in segments {
        if !labels.insert(&segment.label) {
            return Err(Error::DuplicateSegment {
                label: segment.label.clone(),
            });
        }
        for (at, pair) in segment.data.times().windows(2).enumerate() {
            if pair[1] <= pair[0] {
                return Err(Error::NotSorted {
                    at: at + 1,
                    t: pair[1],
                    before: pair[0],
                });
            }
        }
        match &segment.data {
            Data::Counts(points) => {
                for (at, p) in points.iter().enumerate() {
                    if !(p.r.is_finite() && p.lo.is_finite() && p.hi.is_finite()) {
                        return Err(Error::NotFinite {
                            what: "a relation index or its interval",
                            at,
                        });
                    }
                    in_range(
                        "the variance of a relation index",
                        p.variance,
                        "above 0",
                        p.variance > 0.0,
                    )?;
                }
            }
            Data::Score(points) => {
                if let Some(at) = points.iter().position(|p| !p.score.is_finite()) {
                    return Err(Error::NotFinite {
                        what: "a net score",
                        at,
                    });
                }
            }
        }
        if let Some(same) = &segment.same_as {
            find(segments, &same.segment)?;
            in_range(
                "the standard deviation of an assumed shift",
                same.sd,
                "0 or more",
                same.sd >= 0.0,
            )?;
        }
    }
    Ok(())
}
