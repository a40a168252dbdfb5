//! Levels as sums: under each level's bar, the contribution of each factor begins where the one above it ends.

use super::label::{fit, width, wrap};
use super::scale::{Scale, axis};
use super::svg::{Anchor, Svg};
use super::{Drawing, LevelBars};
use crate::{Format, show_number};

const HEAD: f64 = 24.0;
const ROW: f64 = 19.0;

pub(super) fn draw(chart: &LevelBars, w: f64) -> Drawing {
    let mut svg = Svg::default();
    let two = Format::decimals(2);
    let widest = chart
        .levels
        .iter()
        .flat_map(|l| {
            l.bars
                .iter()
                .map(|b| width(&b.name, 12.0) + 12.0)
                .chain([width(&l.name, 12.0) * 1.08])
        })
        .fold(0.0, f64::max);
    let names = (widest + 12.0).min(w * 0.42);
    let numbers = 40.0;
    let scale = Scale {
        from: 0.0,
        to: chart.max,
        start: names,
        end: w - numbers,
    };
    let mut y = 0.0;
    for line in wrap(&chart.label, 11.0, w) {
        svg.text(0.0, y + 11.0, Anchor::Start, "d-m d-sm", &line);
        y += 14.0;
    }
    y += 6.0;
    let height: f64 = chart
        .levels
        .iter()
        .map(|l| HEAD + ROW * l.bars.len() as f64 + 10.0)
        .sum();
    let (_, _, ticks, decimals) = axis(0.0, chart.max, 5);
    for tick in ticks.iter().filter(|t| **t <= chart.max + 1e-9) {
        let x = scale.at(*tick);
        svg.line(x, y, x, y + height, "d-grid");
        svg.text(
            x,
            y + height + 14.0,
            Anchor::Middle,
            "d-m d-sm",
            &show_number(*tick, Format::decimals(decimals)),
        );
    }
    let bottom = y + height;
    for level in &chart.levels {
        let middle = y + HEAD / 2.0;
        svg.text(
            0.0,
            middle + 4.0,
            Anchor::Start,
            "d-t d-b",
            &fit(&level.name, 13.0, names - 8.0),
        );
        match level.score {
            Some(score) => {
                svg.rect(
                    scale.start,
                    middle - 7.0,
                    scale.held(score) - scale.start,
                    14.0,
                    "d-f0",
                    &format!("{}: {}", level.name, show_number(score, two)),
                );
                svg.text(
                    w,
                    middle + 4.0,
                    Anchor::End,
                    "d-t d-b",
                    &show_number(score, two),
                );
            }
            None => svg.text(
                scale.start + 6.0,
                middle + 4.0,
                Anchor::Start,
                "d-m d-sm d-halo",
                &fit(&level.missing, 11.0, w - scale.start - 6.0),
            ),
        }
        y += HEAD;
        let mut sum = 0.0;
        for bar in &level.bars {
            let middle = y + ROW / 2.0;
            svg.text(
                12.0,
                middle + 4.0,
                Anchor::Start,
                "d-t",
                &fit(&bar.name, 12.0, names - 20.0),
            );
            match bar.value {
                Some(value) => {
                    let (from, to) = (scale.held(sum), scale.held(sum + value));
                    // The step from one contribution to the next.
                    if sum > 0.0 {
                        svg.line(from, middle - ROW / 2.0 - 4.0, from, middle + 5.0, "d-axis");
                    }
                    svg.rect(
                        from,
                        middle - 5.0,
                        to - from,
                        10.0,
                        "d-f1",
                        &format!("{}: {}", bar.name, show_number(value, two)),
                    );
                    svg.text(
                        w,
                        middle + 4.0,
                        Anchor::End,
                        "d-m",
                        &show_number(value, two),
                    );
                    sum += value;
                }
                None => svg.text(
                    scale.start + 6.0,
                    middle + 4.0,
                    Anchor::Start,
                    "d-m d-sm d-halo",
                    &fit(&bar.missing, 11.0, w - scale.start - 6.0),
                ),
            }
            y += ROW;
        }
        y += 10.0;
    }
    svg.line(scale.start, bottom - height, scale.start, bottom, "d-axis");
    Drawing {
        body: svg.finish(),
        height: bottom + 20.0,
    }
}
