//! The past of the relation and the fan of what is forecast.

use super::{forecast, now, usual};
use crate::{
    Chart, ChartBlock, Document, Format, GapMark, Panel, Point, Segment, SeriesChart, Statement,
};
use detente_atlas::{Day, Month};
use detente_partnership::engine::Assessment;
use detente_partnership::outlook::Outlook;

/// Days between two points of the outlook beyond which its line would break: its horizons lie up to half a year apart.
const APART: u32 = 190;

fn middle(month: i32) -> Day {
    Month(month).first().plus(14)
}

/// The months monitored, the months in which nobody looked, and the forecast with its 50 % and 90 % intervals. Nothing is
/// smoothed: straight lines join the months that are forecast.
pub fn fan(doc: &mut Document, a: &Assessment, o: &Outlook) -> Option<ChartBlock> {
    let (first, last) = (*o.series.points.first()?, o.horizons.last()?);
    let at = usual(o)?;
    let told = forecast(doc, o, at, at.shown);
    let past = now(doc, o);
    let points: Vec<Point> = o
        .series
        .points
        .iter()
        .map(|(t, value)| Point::new(middle(*t), *value))
        .collect();
    let ahead: Vec<Point> = o
        .horizons
        .iter()
        .map(|h| {
            let q = h.shown().quantiles;
            Point::between(middle(h.month), q[3], q[0], q[6])
        })
        .collect();
    let (from, to) = (Month(o.origin.0 + 1).first(), a.world.as_of);
    let gaps = (o.silent() > 0 && to > from)
        .then(|| GapMark {
            from,
            to,
            reason: "no reading is known on the day of the brief".to_owned(),
        })
        .into_iter()
        .collect();
    let start = Month(first.0).first();
    let end = Month(last.month).last();
    let title = Statement::new("outlook-chart-title")
        .text("In ")
        .month(Month(at.month))
        .text(" the relation stands between ")
        .figure(&told.figure_of("low", Format::decimals(1)))
        .text(" and ")
        .figure(&told.figure_of("high", Format::decimals(1)))
        .text(format!(
            " in nine draws of ten; over the {} months to ",
            super::past_months(o)
        ))
        .month(Month(o.origin.0))
        .text(" it was ")
        .figure(&past.figure_of("level", Format::decimals(1)));
    Some(ChartBlock {
        id: "outlook-chart".to_owned(),
        title,
        definition: format!(
            "Monthly relation ({}) and the forecast shown at each horizon: median, with its 50 % interval inside its 90 % interval.",
            o.series.unit
        ),
        chart: Chart::Series(SeriesChart {
            from: start,
            to: end,
            panels: vec![Panel {
                gaps,
                ..Panel::new(
                    format!("relation of a month ({}), higher is better", o.series.unit),
                    vec![
                        Segment {
                            source: o.series.source.clone(),
                            points,
                            inner: Vec::new(),
                            step_days: 31,
                            evidence: past.id.clone(),
                        },
                        Segment {
                            source: "outlook".to_owned(),
                            points: ahead,
                            inner: o
                                .horizons
                                .iter()
                                .map(|h| [h.shown().quantiles[2], h.shown().quantiles[4]])
                                .collect(),
                            step_days: APART,
                            evidence: told.id.clone(),
                        },
                    ],
                )
            }],
            interval: "50 % and 90 % interval of the outlook".to_owned(),
            events: a
                .partnership
                .events
                .iter()
                .filter(|(day, _)| *day >= start && *day <= end)
                .map(|(day, label)| crate::EventMark {
                    day: *day,
                    label: label.clone(),
                })
                .collect(),
        }),
    })
}
