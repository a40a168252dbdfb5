//! Several partners beside each other: a dot with its interval per partner, a panel per measure.

use super::label::{fit, width, wrap};
use super::scale::{Scale, axis};
use super::svg::{Anchor, Svg};
use super::{DotPanel, Dots, Drawing};
use crate::{Format, show_number};

const ROW: f64 = 24.0;

pub(super) fn draw(chart: &Dots, w: f64) -> Drawing {
    let mut svg = Svg::default();
    let names = chart
        .panels
        .iter()
        .flat_map(|p| &p.rows)
        .map(|r| width(&r.name, 12.0) * if r.focus { 1.08 } else { 1.0 })
        .fold(0.0, f64::max)
        .min(w * 0.3)
        + 12.0;
    let same_rows = chart.panels.windows(2).all(|p| {
        p[0].rows
            .iter()
            .map(|r| &r.name)
            .eq(p[1].rows.iter().map(|r| &r.name))
    });
    let mut y = 0.0;
    if !chart.interval.is_empty() {
        svg.line(0.0, 8.0, 28.0, 8.0, "d-whisker d-s0");
        svg.marker(0, 14.0, 8.0, 4.5, "d-f0");
        svg.text(
            34.0,
            12.0,
            Anchor::Start,
            "d-m",
            &format!("value and {}", chart.interval),
        );
        y += 24.0;
    }
    // Side by side where there is room and the partners are the same; else one below the other.
    let side_by_side = w >= 600.0 && same_rows && chart.panels.len() <= 3;
    let columns = if side_by_side {
        chart.panels.len().max(1)
    } else {
        1
    };
    let gap = 22.0;
    let panel_width = (w - names - gap * (columns - 1) as f64) / columns as f64;
    let heads: Vec<f64> = chart
        .panels
        .iter()
        .map(|p| head_height(p, if side_by_side { panel_width } else { w }))
        .collect();
    let tallest = heads.iter().copied().fold(0.0, f64::max);
    let mut bottom = y;
    for (i, panel) in chart.panels.iter().enumerate() {
        let column = i % columns;
        let x = names + column as f64 * (panel_width + gap);
        let with_names = column == 0;
        let top = if side_by_side {
            y
        } else {
            bottom + if i > 0 { 14.0 } else { 0.0 }
        };
        let head_x = if side_by_side { x } else { 0.0 };
        let head = if side_by_side { tallest } else { heads[i] };
        let end = one(
            &mut svg,
            panel,
            Frame {
                x,
                top,
                head,
                head_x,
                width: panel_width,
                names: with_names.then_some(names),
            },
        );
        bottom = bottom.max(end);
    }
    Drawing {
        body: svg.finish(),
        height: bottom,
    }
}

fn head_height(panel: &DotPanel, room: f64) -> f64 {
    18.0 + 14.0 * wrap(&panel.direction, 11.0, room).len() as f64 + 6.0
}

struct Frame {
    x: f64,
    top: f64,
    head: f64,
    head_x: f64,
    width: f64,
    /// The room for names, where this panel writes them.
    names: Option<f64>,
}

/// Draws a panel; returns its lower edge.
fn one(svg: &mut Svg, panel: &DotPanel, frame: Frame) -> f64 {
    let Frame {
        x,
        top,
        head,
        head_x,
        names,
        ..
    } = frame;
    svg.text(head_x, top + 12.0, Anchor::Start, "d-t d-b", &panel.title);
    for (i, line) in wrap(&panel.direction, 11.0, frame.width + x - head_x)
        .iter()
        .enumerate()
    {
        svg.text(
            head_x,
            top + 27.0 + 14.0 * i as f64,
            Anchor::Start,
            "d-m d-sm",
            line,
        );
    }
    let format = Format::decimals(panel.decimals);
    let shown = |v: f64| show_number(v, format);
    let estimates = || panel.rows.iter().filter_map(|r| r.value);
    let numbers = estimates()
        .map(|e| width(&shown(e.value), 12.0))
        .fold(0.0, f64::max)
        + 10.0;
    let (low, high) = estimates()
        .flat_map(|e| [Some(e.value), e.low, e.high])
        .flatten()
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
            (a.min(v), b.max(v))
        });
    let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
    let (from, to, ticks, decimals) = axis(low, high, 4);
    let scale = Scale {
        from,
        to,
        start: x + 6.0,
        end: x + frame.width - numbers - 6.0,
    };
    let plot = top + head;
    let bottom = plot + ROW * panel.rows.len() as f64;
    let labels: Vec<String> = ticks
        .iter()
        .map(|t| show_number(*t, Format::decimals(decimals)))
        .collect();
    let widest = labels.iter().map(|l| width(l, 11.0)).fold(0.0, f64::max) + 6.0;
    let spacing = if ticks.len() > 1 {
        scale.at(ticks[1]) - scale.at(ticks[0])
    } else {
        widest
    };
    let every = (widest / spacing).ceil().max(1.0) as usize;
    for (i, (tick, label)) in ticks.iter().zip(&labels).enumerate() {
        let tx = scale.at(*tick);
        svg.line(tx, plot, tx, bottom, "d-grid");
        if i % every == 0 {
            svg.text(tx, bottom + 14.0, Anchor::Middle, "d-m d-sm", label);
        }
    }
    for (i, row) in panel.rows.iter().enumerate() {
        let y = plot + ROW * (i as f64 + 0.5);
        let weight = if row.focus { "d-t d-b" } else { "d-t" };
        if let Some(room) = names {
            svg.text(
                0.0,
                y + 4.0,
                Anchor::Start,
                weight,
                &fit(&row.name, 12.5, room - 6.0),
            );
        }
        let Some(estimate) = row.value else {
            svg.text(
                scale.start,
                y + 4.0,
                Anchor::Start,
                "d-m d-sm d-halo",
                &fit(&row.missing, 11.0, frame.width),
            );
            continue;
        };
        let colour = if row.focus { 0 } else { 3 };
        svg.open(&format!("{}: {}", row.name, shown(estimate.value)));
        if let (Some(low), Some(high)) = (estimate.low, estimate.high) {
            svg.line(
                scale.held(low),
                y,
                scale.held(high),
                y,
                &format!("d-whisker d-s{colour}"),
            );
        }
        let class = if row.focus {
            format!("d-f{colour}")
        } else {
            format!("d-mk d-s{colour}")
        };
        svg.marker(
            0,
            scale.held(estimate.value),
            y,
            if row.focus { 5.0 } else { 4.0 },
            &class,
        );
        svg.close();
        svg.text(
            x + frame.width,
            y + 4.0,
            Anchor::End,
            weight,
            &shown(estimate.value),
        );
    }
    svg.line(scale.start, bottom, scale.end, bottom, "d-axis");
    bottom + 22.0
}
