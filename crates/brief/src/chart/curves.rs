//! One figure against another, a line for each of several models, with its name at its end.

use serde::{Deserialize, Serialize};

use super::label::{width, wrap};
use super::scale::{Scale, axis};
use super::svg::{Anchor, Svg, polyline};
use super::{Drawing, Estimate};
use crate::{EvidenceId, Format, show_number};

const LINE: f64 = 15.0;
const TALL: f64 = 220.0;

/// Lines of one figure against another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curves {
    /// What lies along, and how its places are to be read.
    pub along: String,
    /// What lies upward, with its unit.
    pub upward: String,
    /// The places along, ascending, each with what is written below it.
    pub places: Vec<Place>,
    /// The lines.
    pub lines: Vec<Curve>,
    /// What the bar through a value is; empty where there is none.
    pub interval: String,
}

/// A place along.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Where it is.
    pub at: f64,
    /// What is written below it.
    pub label: String,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// What it is of.
    pub name: String,
    /// A value for each of the places.
    pub values: Vec<Estimate>,
    /// What it rests on.
    pub evidence: EvidenceId,
}

impl Curves {
    /// What cannot be drawn truthfully beside values that are not finite.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.places.len() < 2 || self.places.windows(2).any(|w| w[0].at >= w[1].at) {
            found.push("there are not two places in ascending order".to_owned());
        }
        for line in &self.lines {
            if line.values.len() != self.places.len() {
                found.push(format!("{}: not one value for each place", line.name));
            }
        }
        found
    }

    pub(super) fn description(&self) -> String {
        let lines: Vec<String> = self
            .lines
            .iter()
            .map(|line| {
                let values: Vec<String> = line.values.iter().map(|e| show(e.value, 2)).collect();
                format!("{} {}", line.name, values.join(", "))
            })
            .collect();
        let places: Vec<&str> = self.places.iter().map(|p| p.label.as_str()).collect();
        format!(
            "Line chart, {} against {} ({}). {}.",
            self.upward,
            self.along,
            places.join(", "),
            lines.join(". ")
        )
    }
}

fn show(value: f64, decimals: u8) -> String {
    show_number(value, Format::decimals(decimals))
}

pub(super) fn draw(chart: &Curves, w: f64) -> Drawing {
    let mut svg = Svg::default();
    let ends = chart.lines.iter().flat_map(|line| &line.values);
    let ends = ends.flat_map(|e| [Some(e.value), e.low, e.high]).flatten();
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
        (a.min(v), b.max(v))
    });
    let (from, to, ticks, decimals) = axis(low, high, 6);
    let mut y = 0.0;
    for line in wrap(&chart.upward, 12.0, w) {
        y += LINE;
        svg.text(0.0, y - 3.0, Anchor::Start, "d-t d-b", &line);
    }
    if !chart.interval.is_empty() {
        y += LINE;
        svg.line(0.0, y - 7.0, 28.0, y - 7.0, "d-whisker d-s0");
        svg.text(34.0, y - 3.0, Anchor::Start, "d-m", &chart.interval);
    }
    let labels = ticks.iter().map(|t| width(&show(*t, decimals), 12.0));
    let left = labels.fold(16.0, f64::max) + 8.0;
    let names = chart.lines.iter().map(|line| width(&line.name, 12.0));
    let right = names.fold(0.0, f64::max) + 12.0;
    let (top, bottom) = (y + 12.0, y + 12.0 + TALL);
    let x = Scale {
        from: chart.places.first().map_or(0.0, |p| p.at),
        to: chart.places.last().map_or(1.0, |p| p.at),
        start: left + 8.0,
        end: w - right,
    };
    let up = Scale {
        from,
        to,
        start: bottom,
        end: top,
    };
    for tick in &ticks {
        let at = up.at(*tick);
        svg.line(left, at, x.end, at, "d-grid");
        svg.text(
            left - 6.0,
            at + 4.0,
            Anchor::End,
            "d-m",
            &show(*tick, decimals),
        );
    }
    svg.line(left, bottom, x.end, bottom, "d-axis");
    let mut last = f64::NEG_INFINITY;
    for place in &chart.places {
        let at = x.at(place.at);
        svg.line(at, bottom, at, bottom + 4.0, "d-axis");
        let half = width(&place.label, 12.0) / 2.0;
        // a label that would run into its neighbour is left out: the table has it
        if at - half > last + 4.0 {
            svg.text(at, bottom + 17.0, Anchor::Middle, "d-m", &place.label);
            last = at + half;
        }
    }
    let mut below = bottom + 20.0;
    for line in wrap(&chart.along, 12.0, w) {
        below += LINE;
        svg.text(left, below - 3.0, Anchor::Start, "d-m", &line);
    }
    for (n, line) in chart.lines.iter().enumerate() {
        for (e, place) in line.values.iter().zip(&chart.places) {
            if let (Some(low), Some(high)) = (e.low, e.high) {
                let (at, class) = (x.at(place.at), format!("d-whisker d-s{}", n % 6));
                svg.line(at, up.at(low), at, up.at(high), &class);
            }
        }
        let points = line.values.iter().zip(&chart.places);
        let points: Vec<(f64, f64)> = points
            .map(|(e, place)| (x.at(place.at), up.at(e.value)))
            .collect();
        let class = format!("d-l d-s{} d-k{}", n % 6, n % 4);
        svg.path(&polyline(&points), &class);
        for (at, value) in points {
            svg.marker(n, at, value, 3.2, &format!("d-mk d-s{}", n % 6));
        }
    }
    for (n, at) in apart(chart, &up).into_iter().enumerate() {
        let name = &chart.lines[n].name;
        svg.text(x.end + 8.0, at + 4.0, Anchor::Start, "d-t", name);
    }
    Drawing {
        body: svg.finish(),
        height: below + 4.0,
    }
}

/// Where the name of each line stands: at its end, or as far below as keeps it clear of the names above.
fn apart(chart: &Curves, up: &Scale) -> Vec<f64> {
    let ends = chart.lines.iter().map(|line| line.values.last());
    let ends: Vec<f64> = ends
        .map(|e| e.map_or(up.start, |e| up.at(e.value)))
        .collect();
    let mut order: Vec<usize> = (0..ends.len()).collect();
    order.sort_by(|a, b| ends[*a].total_cmp(&ends[*b]));
    let mut placed = ends.clone();
    let mut free = f64::NEG_INFINITY;
    for n in order {
        placed[n] = ends[n].max(free);
        free = placed[n] + LINE;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves(ends: &[f64]) -> Curves {
        let places = [0.0, 1.0].map(|at| Place {
            at,
            label: format!("k {at}"),
        });
        let value = |value| Estimate {
            value,
            low: None,
            high: None,
        };
        let line = |(n, end): (usize, &f64)| Curve {
            name: format!("line {n}"),
            values: vec![value(0.0), value(*end)],
            evidence: EvidenceId::default(),
        };
        Curves {
            along: "along".to_owned(),
            upward: "upward".to_owned(),
            places: places.to_vec(),
            lines: ends.iter().enumerate().map(line).collect(),
            interval: String::new(),
        }
    }

    #[test]
    fn names_at_the_ends_keep_clear_of_each_other_in_the_order_of_their_values() {
        let up = Scale {
            from: 0.0,
            to: 10.0,
            start: 200.0,
            end: 0.0,
        };
        let placed = apart(&curves(&[9.9, 10.0, 3.0]), &up);
        assert_eq!(placed[1], 0.0, "the highest stands at its end");
        assert_eq!(placed[0], LINE, "the next is moved down by a line");
        assert_eq!(placed[2], 140.0, "one that is far away stays");
    }

    #[test]
    fn what_does_not_fit_is_found() {
        let mut chart = curves(&[1.0]);
        assert_eq!(chart.problems(), [] as [String; 0]);
        chart.lines[0].values.pop();
        assert!(chart.problems()[0].contains("line 0: not one value"));
        chart.places.reverse();
        assert!(chart.problems()[0].contains("ascending"));
    }
}
