//! Sparklines: the recent past of an indicator in a cell.

use super::Spark;
use super::svg::{N, Svg, escape, polyline};

const W: f64 = 104.0;
const H: f64 = 24.0;

/// The runs of points without a gap, as (position, value).
fn runs(points: &[Option<f64>]) -> Vec<Vec<(usize, f64)>> {
    let mut all: Vec<Vec<(usize, f64)>> = vec![Vec::new()];
    for (i, point) in points.iter().enumerate() {
        match (point, all.last_mut()) {
            (Some(value), Some(run)) => run.push((i, *value)),
            (None, Some(run)) if !run.is_empty() => all.push(Vec::new()),
            _ => {}
        }
    }
    all.retain(|run| !run.is_empty());
    all
}

fn range(points: &[Option<f64>]) -> Option<(f64, f64)> {
    points
        .iter()
        .flatten()
        .copied()
        .filter(|x| x.is_finite())
        .fold(None, |range, x| match range {
            None => Some((x, x)),
            Some((low, high)) => Some((x.min(low), x.max(high))),
        })
}

/// The spark as an `<svg>` element. Gaps are tinted; the last value is a dot.
pub fn spark_svg(spark: &Spark) -> String {
    let count = spark.points.iter().flatten().count();
    let gaps = spark.points.len() - count;
    let title = match gaps {
        0 => spark.period.clone(),
        n => format!(
            "{}, {n} of {} periods without data",
            spark.period,
            spark.points.len()
        ),
    };
    let mut svg = Svg::default();
    svg.raw(&format!(
        "<svg class=\"d-spark\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" role=\"img\"><title>{}</title>",
        N(W), N(H), N(W), N(H), escape(&title)
    ));
    let n = spark.points.len().max(2) as f64;
    let x = |i: f64| 3.0 + i / (n - 1.0) * (W - 7.0);
    let half = (W - 7.0) / (n - 1.0) / 2.0;
    let mut i = 0;
    while i < spark.points.len() {
        let length = spark.points[i..].iter().take_while(|p| p.is_none()).count();
        if length > 0 {
            let (from, to) = (
                (x(i as f64) - half).max(0.0),
                (x((i + length - 1) as f64) + half).min(W),
            );
            svg.rect(from, 1.0, to - from, H - 2.0, "d-nodata", "");
        }
        i += length.max(1);
    }
    if let Some((low, high)) = range(&spark.points) {
        let y = |value: f64| {
            if high - low < 1e-12 {
                H / 2.0
            } else {
                H - 4.0 - (value - low) / (high - low) * (H - 8.0)
            }
        };
        let runs = runs(&spark.points);
        for run in &runs {
            let points: Vec<(f64, f64)> = run.iter().map(|(i, v)| (x(*i as f64), y(*v))).collect();
            match points.as_slice() {
                [(px, py)] => svg.marker(0, *px, *py, 1.2, "d-f0"),
                _ => svg.path(&polyline(&points), "d-l d-s0 d-thin"),
            }
        }
        if let Some((i, v)) = runs.last().and_then(|run| run.last()) {
            svg.marker(0, x(*i as f64), y(*v), 2.4, "d-f0");
        }
    }
    svg.raw("</svg>");
    svg.finish()
}

/// The spark in block characters, at most `width` of them: `▁▃▅█`, with `·` where there are no data. Several values that share a character are averaged.
pub fn spark_text(points: &[Option<f64>], width: usize) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let n = points.len();
    let columns = n.min(width);
    let cells: Vec<Option<f64>> = (0..columns)
        .map(|c| {
            let cut = &points[c * n / columns..(c + 1) * n / columns];
            let known: Vec<f64> = cut
                .iter()
                .flatten()
                .copied()
                .filter(|x| x.is_finite())
                .collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
        })
        .collect();
    let Some((low, high)) = range(&cells) else {
        return "·".repeat(columns);
    };
    cells
        .into_iter()
        .map(|cell| match cell {
            None => '·',
            Some(_) if high - low < 1e-12 => BLOCKS[3],
            Some(v) => BLOCKS[((v - low) / (high - low) * 7.0).round() as usize],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_a_gap_and_never_a_low_value() {
        let points = [Some(0.0), Some(7.0), None, Some(3.0)];
        assert_eq!(spark_text(&points, 10), "▁█·▄");
        assert_eq!(spark_text(&[None, None], 10), "··");
        assert_eq!(spark_text(&[Some(2.0); 4], 2), "▄▄");
        // Two values share a character: their mean.
        assert_eq!(
            spark_text(&[Some(0.0), Some(0.0), Some(6.0), Some(8.0)], 2),
            "▁█"
        );
        let svg = spark_svg(&Spark {
            points: points.to_vec(),
            period: "4 months".into(),
            evidence: "e".into(),
        });
        assert!(svg.contains("d-nodata") && svg.contains("1 of 4 periods without data"));
        assert_eq!(
            svg.matches("<path").count(),
            1,
            "two runs, one of them a single point"
        );
    }
}
