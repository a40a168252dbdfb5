//! One measure over time: spliced from several sources, with intervals, gaps, joints, break points and dated events.

use super::label::{lanes, width, wrap};
use super::scale::{Scale, axis, day_ticks};
use super::svg::{Anchor, N, Svg, polygon, polyline};
use super::{Drawing, Panel, Point, Segment, SeriesChart};
use crate::{Format, show_number};

const LINE: f64 = 15.0;
const LANE: f64 = 15.0;

pub(super) fn draw(chart: &SeriesChart, w: f64, prefix: &str) -> Drawing {
    let mut svg = Svg::default();
    let hatch = format!("{prefix}-hatch");
    svg.hatch(&hatch, "d-hatchline");

    let axes: Vec<_> = chart
        .panels
        .iter()
        .enumerate()
        .map(|(i, p)| value_axis(p, i == 0))
        .collect();
    let left = axes
        .iter()
        .flat_map(|a| {
            a.ticks
                .iter()
                .map(|t| width(&show_number(*t, Format::decimals(a.decimals)), 12.0))
        })
        .fold(16.0, f64::max)
        + 8.0;
    let x = Scale {
        from: f64::from(chart.from.0),
        to: f64::from(chart.to.0),
        start: left,
        end: w - 8.0,
    };

    let cut = axes.iter().any(|a| a.cut);
    let looks = looks(chart, &x);
    let look = |segment: &Segment| {
        looks
            .iter()
            .find(|l| l.source == segment.source)
            .copied()
            .unwrap_or_default()
    };
    let mut y = legend(&mut svg, chart, &looks, w, &hatch, cut);

    let mut events: Vec<_> = chart
        .events
        .iter()
        .filter(|e| e.day >= chart.from && e.day <= chart.to)
        .collect();
    events.sort_by_key(|e| e.day);
    let xs: Vec<f64> = events.iter().map(|e| x.day(e.day)).collect();
    let widths: Vec<f64> = events.iter().map(|e| width(&e.label, 11.0)).collect();
    let placed = lanes(&xs, &widths, w);
    let lane_count = placed.iter().map(|p| p.lane + 1).max().unwrap_or(0);

    for (i, (panel, axis)) in chart.panels.iter().zip(&axes).enumerate() {
        if i > 0 {
            y += 12.0;
        }
        for line in wrap(&panel.label, 12.0, w) {
            y += LINE;
            svg.text(0.0, y - 3.0, Anchor::Start, "d-t d-b", &line);
        }
        let lane_top = y + 4.0;
        let top = if i == 0 {
            lane_top + lane_count as f64 * LANE + 8.0
        } else {
            y + 8.0
        };
        let tall = if i == 0 { 230.0 } else { 120.0 };
        let bottom = top + tall;
        let scale = Scale {
            from: axis.from,
            to: axis.to,
            start: bottom,
            end: top,
        };
        backdrop(&mut svg, panel, &x, &scale, axis, &hatch);
        if let Some(reference) = panel
            .reference
            .filter(|r| (axis.from..=axis.to).contains(r))
        {
            svg.line(
                x.start,
                scale.at(reference),
                x.end,
                scale.at(reference),
                "d-ref",
            );
        }
        for (event, (place, ex)) in events.iter().zip(placed.iter().zip(&xs)) {
            let from = if i == 0 {
                lane_top + (lane_count - 1 - place.lane) as f64 * LANE + 3.0
            } else {
                top
            };
            svg.open(&format!("{} {}", event.day, event.label));
            svg.line(*ex, from, *ex, bottom, "d-event");
            svg.close();
        }
        for segment in &panel.segments {
            band(&mut svg, segment, look(segment), &x, &scale);
            inner(&mut svg, segment, look(segment), &x, &scale);
        }
        for segment in &panel.segments {
            strokes(&mut svg, segment, look(segment), &x, &scale);
        }
        for mark in &panel.breaks {
            let bx = x.day(mark.day);
            svg.open(&format!("break point {}: {}", mark.day, mark.label));
            svg.path(
                &polygon(&[
                    (bx, bottom - 9.0),
                    (bx + 5.0, bottom - 0.5),
                    (bx - 5.0, bottom - 0.5),
                ]),
                "d-break",
            );
            svg.close();
        }
        svg.line(x.start, bottom, x.end, bottom, "d-axis");
        if i == 0 {
            for (event, (place, ex)) in events.iter().zip(placed.iter().zip(&xs)) {
                let ty = lane_top + (lane_count - 1 - place.lane) as f64 * LANE + 11.0;
                let (tx, anchor) = if place.ends {
                    (ex - 4.0, Anchor::End)
                } else {
                    (ex + 4.0, Anchor::Start)
                };
                svg.text(tx, ty, anchor, "d-t d-sm d-halo", &event.label);
            }
        }
        y = bottom + 4.0;
    }
    for (day, label) in day_ticks(&x, if w < 500.0 { 44.0 } else { 52.0 }) {
        let tx = x.day(day);
        svg.line(tx, y - 4.0, tx, y, "d-axis");
        let half = width(&label, 12.0) / 2.0;
        svg.text(
            tx.clamp(half, w - half),
            y + 13.0,
            Anchor::Middle,
            "d-m",
            &label,
        );
    }
    Drawing {
        body: svg.finish(),
        height: y + 20.0,
    }
}

/// How a source is drawn, the same in every panel: a colour, a marker, and a dash where its points lie far enough apart to show one.
#[derive(Clone, Copy, Default)]
struct Look<'a> {
    source: &'a str,
    n: usize,
    dense: bool,
}

impl Look<'_> {
    fn line(self) -> String {
        if self.dense {
            format!("d-l d-thin d-s{}", self.n % 6)
        } else {
            format!("d-l d-s{} d-k{}", self.n % 6, self.n % 4)
        }
    }
    fn marker(self) -> String {
        format!("d-mk d-s{}", self.n % 6)
    }
}

fn looks<'a>(chart: &'a SeriesChart, x: &Scale) -> Vec<Look<'a>> {
    let mut looks: Vec<Look> = Vec::new();
    for segment in chart.panels.iter().flat_map(|p| &p.segments) {
        if looks.iter().all(|l| l.source != segment.source) {
            let pixels = f64::from(segment.step_days) * (x.end - x.start) / (x.to - x.from);
            looks.push(Look {
                source: &segment.source,
                n: looks.len(),
                dense: pixels < 6.0,
            });
        }
    }
    looks
}

struct ValueAxis {
    from: f64,
    to: f64,
    ticks: Vec<f64>,
    decimals: u8,
    /// An interval reaches beyond the axis.
    cut: bool,
}

/// The axis holds every value, and intervals up to the span of the values on either side, so that one wide interval does not flatten the rest.
fn value_axis(panel: &Panel, first: bool) -> ValueAxis {
    let points: Vec<&Point> = panel
        .segments
        .iter()
        .flat_map(|s| &s.points)
        .filter(|p| p.value.is_finite())
        .collect();
    let values = points.iter().map(|p| p.value).chain(panel.reference);
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
        (a.min(v), b.max(v))
    });
    let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
    let room = (high - low).max(1e-6);
    let ends = |pick: fn(&Point) -> Option<f64>| {
        points
            .iter()
            .filter_map(|p| pick(p))
            .filter(|v| v.is_finite())
            .collect::<Vec<_>>()
    };
    let lows = ends(|p| p.low);
    let highs = ends(|p| p.high);
    let bottom = lows.iter().copied().fold(low, f64::min).max(low - room);
    let top = highs.iter().copied().fold(high, f64::max).min(high + room);
    let (from, to, ticks, decimals) = axis(bottom, top, if first { 6 } else { 3 });
    let cut = lows.iter().any(|v| *v < from - 1e-9) || highs.iter().any(|v| *v > to + 1e-9);
    ValueAxis {
        from,
        to,
        ticks,
        decimals,
        cut,
    }
}

/// Gaps, grid, tick labels and joints.
fn backdrop(svg: &mut Svg, panel: &Panel, x: &Scale, y: &Scale, axis: &ValueAxis, hatch: &str) {
    let (top, bottom) = (y.end, y.start);
    for gap in &panel.gaps {
        let (from, to) = (x.day(gap.from), x.day(gap.to.plus(1)));
        svg.hatched(
            from,
            top,
            to - from,
            bottom - top,
            hatch,
            &format!("{} to {}: {}", gap.from, gap.to, gap.reason),
        );
    }
    for tick in &axis.ticks {
        let ty = y.at(*tick);
        svg.line(x.start, ty, x.end, ty, "d-grid");
        svg.text(
            x.start - 6.0,
            ty + 4.0,
            Anchor::End,
            "d-m",
            &show_number(*tick, Format::decimals(axis.decimals)),
        );
    }
    for joint in &panel.joints {
        let jx = x.day(joint.day);
        svg.open(&format!("splice {}: {}", joint.day, joint.label));
        svg.line(jx, top, jx, bottom, "d-joint");
        svg.close();
    }
}

/// The stretches of a segment without a gap.
fn runs(segment: &Segment) -> Vec<&[Point]> {
    let longest = f64::from(segment.step_days) * 1.5;
    segment
        .points
        .chunk_by(|a, b| f64::from(b.day.0 - a.day.0) <= longest)
        .collect()
}

fn band(svg: &mut Svg, segment: &Segment, look: Look, x: &Scale, y: &Scale) {
    let class = format!("d-band d-f{}", look.n % 6);
    for run in runs(segment) {
        for part in run.chunk_by(|a, b| a.low.is_some() == b.low.is_some()) {
            let ends: Vec<(f64, f64, f64)> = part
                .iter()
                .filter_map(|p| Some((x.day(p.day), y.held(p.low?), y.held(p.high?))))
                .collect();
            match ends.as_slice() {
                [] => {}
                [(px, low, high)] => svg.line(
                    *px,
                    *low,
                    *px,
                    *high,
                    &format!("d-whisker d-s{}", look.n % 6),
                ),
                _ => {
                    let outline: Vec<(f64, f64)> = ends
                        .iter()
                        .map(|(px, _, high)| (*px, *high))
                        .chain(ends.iter().rev().map(|(px, low, _)| (*px, *low)))
                        .collect();
                    svg.path(&polygon(&outline), &class);
                }
            }
        }
    }
}

/// The narrower interval, laid over the wider one.
fn inner(svg: &mut Svg, segment: &Segment, look: Look, x: &Scale, y: &Scale) {
    if segment.inner.len() < 2 {
        return;
    }
    let at = |end: usize| {
        let points = segment.points.iter().zip(&segment.inner);
        points.map(move |(p, inner)| (x.day(p.day), y.held(inner[end])))
    };
    let outline: Vec<(f64, f64)> = at(1).chain(at(0).rev()).collect();
    svg.path(&polygon(&outline), &format!("d-band d-f{}", look.n % 6));
}

fn strokes(svg: &mut Svg, segment: &Segment, look: Look, x: &Scale, y: &Scale) {
    // A marker for each point, or one about every thirty pixels: enough to tell the sources apart without colour.
    let mut last = f64::NEG_INFINITY;
    for run in runs(segment) {
        let points: Vec<(f64, f64)> = run
            .iter()
            .map(|p| (x.day(p.day), y.held(p.value)))
            .collect();
        if points.len() > 1 {
            svg.path(&polyline(&points), &look.line());
        }
        for (px, py) in points {
            if px - last >= if look.dense { 30.0 } else { 8.0 } {
                svg.marker(look.n, px, py, 3.2, &look.marker());
                last = px;
            }
        }
    }
}

/// The key above the plot; returns its lower edge.
fn legend(
    svg: &mut Svg,
    chart: &SeriesChart,
    looks: &[Look],
    w: f64,
    hatch: &str,
    cut: bool,
) -> f64 {
    enum Sign<'a> {
        Line(Look<'a>),
        Band,
        Gap,
        Joint,
        Break,
        None,
    }
    let mut items: Vec<(Sign, String)> = Vec::new();
    items.extend(
        looks
            .iter()
            .map(|look| (Sign::Line(*look), look.source.to_owned())),
    );
    if !chart.interval.is_empty() {
        items.push((Sign::Band, chart.interval.clone()));
    }
    if chart.panels.iter().any(|p| !p.gaps.is_empty()) {
        items.push((Sign::Gap, "not monitored".to_owned()));
    }
    if chart.panels.iter().any(|p| !p.joints.is_empty()) {
        items.push((Sign::Joint, "splice of two sources".to_owned()));
    }
    if chart.panels.iter().any(|p| !p.breaks.is_empty()) {
        items.push((Sign::Break, "break point".to_owned()));
    }
    if cut {
        items.push((Sign::None, "wide intervals are cut at the edge".to_owned()));
    }
    let (mut x, mut y) = (0.0, 12.0);
    for (sign, label) in items {
        let sign_width = match sign {
            Sign::Line(_) | Sign::Band | Sign::Gap => 34.0,
            Sign::Joint | Sign::Break => 16.0,
            Sign::None => 0.0,
        };
        let whole = sign_width + width(&label, 12.0);
        if x > 0.0 && x + whole > w {
            x = 0.0;
            y += 18.0;
        }
        let middle = y - 4.0;
        match sign {
            Sign::Line(look) => {
                svg.line(x, middle, x + 28.0, middle, &look.line());
                svg.marker(look.n, x + 14.0, middle, 3.2, &look.marker());
            }
            Sign::Band => svg.rect(x, middle - 5.0, 28.0, 10.0, "d-band d-f0", ""),
            Sign::Gap => svg.raw(&format!(
                "<rect fill=\"url(#{hatch})\" x=\"{}\" y=\"{}\" width=\"28\" height=\"10\"/>",
                N(x),
                N(middle - 5.0)
            )),
            Sign::Joint => svg.line(x + 6.0, middle - 7.0, x + 6.0, middle + 7.0, "d-joint"),
            Sign::Break => svg.path(
                &polygon(&[
                    (x + 6.0, middle - 5.0),
                    (x + 11.0, middle + 4.0),
                    (x + 1.0, middle + 4.0),
                ]),
                "d-break",
            ),
            Sign::None => {}
        }
        svg.text(x + sign_width, y, Anchor::Start, "d-m", &label);
        x += whole + 18.0;
    }
    y + 10.0
}
