//! The frontier of severity against plausibility.

use super::evidence::Book;
use crate::chart::{Curve, Curves, Estimate, Place};
use crate::{Chart, ChartBlock, Format, Statement, show_number};
use detente_partnership::stress::FRONTIER;

/// The severity of each model along the frontier, from the mean of all paths on.
pub fn chart(book: &mut Book) -> ChartBlock {
    let told = book.told();
    let title = Statement::new("stress-chart-title")
        .text("The less plausible a case, the worse it gets: from ")
        .figure(&told.figure_of("mean loss of all paths", Format::decimals(1)))
        .text(" standard deviations to ")
        .figure(&told.figure(Format::decimals(1)))
        .text(" at once in ")
        .figure(&told.figure_of("once in", Format::count()))
        .text(" times");
    // the severity of a normal loss is a straight line over the root of k
    let place = |k: f64| Place {
        at: k.sqrt(),
        label: if k == 0.0 {
            "as drawn".to_owned()
        } else {
            format!("1 in {}", show_number(k.exp(), Format::decimals(1)))
        },
    };
    let x = book.x;
    let mut lines = Vec::new();
    for n in 0..x.models.len() {
        let evidence = book.model(n).id;
        let model = &x.models[n];
        let value = |value| Estimate {
            value,
            low: None,
            high: None,
        };
        let mut values = vec![value(model.mean)];
        values.extend(model.severities.iter().map(|s| value(*s)));
        for (estimate, point) in values[1..].iter_mut().zip(&x.frontier) {
            if point.model == n && point.error.is_finite() {
                let half = super::evidence::NINETY * point.error;
                estimate.low = Some(estimate.value - half);
                estimate.high = Some(estimate.value + half);
            }
        }
        lines.push(Curve {
            name: model.name.to_owned(),
            values,
            evidence,
        });
    }
    ChartBlock {
        id: "stress-chart".to_owned(),
        title,
        definition: "Worst mean loss of each model no farther from its paths than a relative entropy k, against exp(-k): the chance of an event that is as surprising. Models: whole past months (blocks), a Gaussian and a t copula.".to_owned(),
        chart: Chart::Curves(Curves {
            along: "as surprising as an event of this chance".to_owned(),
            upward: "mean loss of the worst month, in standard deviations of the past".to_owned(),
            places: [0.0].into_iter().chain(FRONTIER).map(place).collect(),
            lines,
            interval: "90 % interval over the paths, of the model that is worst".to_owned(),
        }),
    }
}
