//! Per data set, what was monitored when: complete is solid, partial is hatched, missing is an empty box.

use super::label::{fit, width};
use super::scale::{Scale, day_ticks};
use super::svg::{Anchor, N, Svg};
use super::{CoverageStrip, Drawing, Status};

const BAR: f64 = 12.0;

pub(super) fn draw(chart: &CoverageStrip, w: f64, prefix: &str) -> Drawing {
    let mut svg = Svg::default();
    let hatch = format!("{prefix}-partial");
    svg.hatch(&hatch, "d-hatchdata");
    let widest = chart
        .rows
        .iter()
        .map(|r| width(&r.name, 12.0))
        .fold(0.0, f64::max);
    // Names stand beside their bars where there is room, above them where there is not.
    let beside = w >= 600.0;
    let left = if beside {
        (widest + 12.0).min(w * 0.38)
    } else {
        0.0
    };
    let row = if beside { 22.0 } else { 36.0 };
    let x = Scale {
        from: f64::from(chart.from.0),
        to: f64::from(chart.to.0),
        start: left,
        end: w - 4.0,
    };
    let mut key = 0.0;
    for status in [Status::Complete, Status::Partial, Status::Missing] {
        box_of(&mut svg, status, (key, 3.0, 28.0), &hatch, "");
        svg.text(key + 34.0, 13.0, Anchor::Start, "d-m", status.word());
        key += 34.0 + width(status.word(), 12.0) + 20.0;
    }
    let top = 28.0;
    let bottom = top + row * chart.rows.len() as f64;
    let ticks = day_ticks(&x, 48.0);
    for (day, label) in &ticks {
        let tx = x.day(*day);
        svg.line(tx, top, tx, bottom + 4.0, "d-grid");
        let half = width(label, 12.0) / 2.0;
        svg.text(
            tx.clamp(half, w - half),
            bottom + 17.0,
            Anchor::Middle,
            "d-m",
            label,
        );
    }
    for (i, line) in chart.rows.iter().enumerate() {
        let y = top + row * i as f64;
        let bar = if beside { y + 5.0 } else { y + 19.0 };
        if beside {
            svg.text(
                0.0,
                y + 15.0,
                Anchor::Start,
                "d-t",
                &fit(&line.name, 12.0, left - 8.0),
            );
        } else {
            svg.text(
                0.0,
                y + 14.0,
                Anchor::Start,
                "d-t d-halo",
                &fit(&line.name, 12.0, w),
            );
        }
        for span in line
            .spans
            .iter()
            .filter(|s| s.to >= chart.from && s.from <= chart.to)
        {
            let (from, to) = (x.day(span.from), x.day(span.to.plus(1)));
            let title = format!(
                "{}, {} to {}: {} {}",
                line.name,
                span.from,
                span.to,
                span.status.word(),
                span.reason
            );
            box_of(
                &mut svg,
                span.status,
                (from, bar, to - from),
                &hatch,
                title.trim_end(),
            );
        }
    }
    Drawing {
        body: svg.finish(),
        height: bottom + 24.0,
    }
}

/// A box at (x, y) of a width.
fn box_of(svg: &mut Svg, status: Status, (x, y, w): (f64, f64, f64), hatch: &str, title: &str) {
    match status {
        Status::Complete => svg.rect(x, y, w, BAR, "d-f0", title),
        Status::Partial if title.is_empty() => svg.raw(&format!(
            "<rect fill=\"url(#{hatch})\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            N(x),
            N(y),
            N(w),
            N(BAR)
        )),
        Status::Partial => svg.hatched(x, y, w, BAR, hatch, title),
        // Inset by half a stroke, so that the dashes stay inside their time.
        Status::Missing => svg.rect(
            x + 0.5,
            y + 0.5,
            (w - 1.0).max(0.5),
            BAR - 1.0,
            "d-none",
            title,
        ),
    }
}
