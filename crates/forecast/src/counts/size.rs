//! How much, if anything: the law of a positive count around its centre.

use crate::Draw;
use detente_relations::distribution::two_sided_p;
use statrs::function::gamma::ln_gamma;

/// The law of a count of 1 or more whose log lies around a centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Size {
    /// `y - 1 ~ NB(mean factor * exp(centre), size)` with variance `mean + mean^2 / size`.
    NegativeBinomial {
        /// What the exponential of the centre is multiplied by to give the mean of y - 1.
        factor: f64,
        /// Size (inverse of the dispersion); above 0.
        size: f64,
    },
    /// `y = ceil(exp(centre + shift + spread z))`, z standard normal: a log-normal rounded up, with a much heavier tail.
    LogNormal {
        /// Added to the centre.
        shift: f64,
        /// Standard deviation of the log; above 0.
        spread: f64,
    },
}

/// No count is drawn above this: f32 holds whole numbers up to 2^24, and no centre learnt from such data lies near it.
const MOST: f64 = 16_777_216.0;

impl Size {
    /// A draw around a centre: a whole number of 1 or more.
    pub fn draw(&self, centre: f64, draw: &mut Draw) -> f64 {
        match *self {
            Self::NegativeBinomial { factor, size } => {
                let mean = (factor * centre.exp()).min(MOST);
                1.0 + draw.negative_binomial(mean, size).min(MOST)
            }
            Self::LogNormal { shift, spread } => {
                let latent = (centre + shift + spread * draw.normal()).exp();
                latent.ceil().clamp(1.0, MOST)
            }
        }
    }

    /// Log probability of a count of 1 or more around a centre, in nats. Not above 0; higher is more likely.
    pub fn ln_probability(&self, centre: f64, count: f64) -> f64 {
        match *self {
            Self::NegativeBinomial { factor, size } => {
                ln_negative_binomial(count - 1.0, factor * centre.exp(), size)
            }
            Self::LogNormal { shift, spread } => {
                let z = |edge: f64| (edge.ln() - centre - shift) / spread;
                let (hi, lo) = (z(count), z(count - 1.0));
                // taken in the lower half, where the difference of two small tails keeps its digits
                let (a, b) = if lo > 0.0 { (-lo, -hi) } else { (hi, lo) };
                (below(a) - below(b)).max(1e-300).ln()
            }
        }
    }
}

/// P(Z < z) of a standard normal.
fn below(z: f64) -> f64 {
    let tail = two_sided_p(z.abs()) / 2.0;
    if z < 0.0 { tail } else { 1.0 - tail }
}

/// Log probability of a count, 0 or more, under a negative binomial of that mean with variance `mean + mean^2 / size`, both above 0; in nats.
pub fn ln_negative_binomial(y: f64, mean: f64, size: f64) -> f64 {
    let zero = size * (size / (size + mean)).ln();
    if y == 0.0 {
        return zero;
    }
    ln_gamma(y + size) - ln_gamma(size) - ln_gamma(y + 1.0) + zero + y * (mean / (size + mean)).ln()
}

/// The law of positive counts around their centres by maximum likelihood: the negative binomial or the log-normal, whichever gives the
/// counts the higher probability.
///
/// `centres` and `counts` are of one length and not empty; counts are 1 or more.
pub fn fit_size(centres: &[f64], counts: &[f64]) -> Size {
    let ln_likelihood = |size: &Size| -> f64 {
        let pairs = centres.iter().zip(counts);
        pairs.map(|(c, y)| size.ln_probability(*c, *y)).sum()
    };
    let laws = [
        negative_binomial(centres, counts),
        log_normal(centres, counts),
    ];
    let [nb, ln] = laws.map(|law| (ln_likelihood(&law), law));
    if nb.0 > ln.0 { nb.1 } else { ln.1 }
}

/// Profile likelihood over the size; the factor solves its score equation, `sum of (x - mean) / (1 + mean / size) = 0`, for each.
fn negative_binomial(centres: &[f64], counts: &[f64]) -> Size {
    let levels: Vec<f64> = centres.iter().map(|c| c.exp()).collect();
    let fit = |size: f64| {
        let mut factor = 1.0;
        for _ in 0..8 {
            let (mut above, mut below) = (0.0, 0.0);
            for (level, y) in levels.iter().zip(counts) {
                let weight = 1.0 / (1.0 + factor * level / size);
                above += weight * (y - 1.0);
                below += weight * level;
            }
            factor = (above / below).max(1e-9);
        }
        let ln_likelihood: f64 = levels
            .iter()
            .zip(counts)
            .map(|(level, y)| ln_negative_binomial(y - 1.0, factor * level, size))
            .sum();
        (ln_likelihood, factor)
    };
    let ln_size = maximum(-3.0, 4.0, |ln| fit(ln.exp()).0);
    Size::NegativeBinomial {
        factor: fit(ln_size.exp()).1,
        size: ln_size.exp(),
    }
}

/// Moments of the logs, each count taken at the middle of its unit of width; the spread has the floor below which rounding hides it.
fn log_normal(centres: &[f64], counts: &[f64]) -> Size {
    let n = counts.len() as f64;
    let off: Vec<f64> = centres
        .iter()
        .zip(counts)
        .map(|(c, y)| (y - 0.5).ln() - c)
        .collect();
    let shift = off.iter().sum::<f64>() / n;
    let variance = off.iter().map(|o| (o - shift) * (o - shift)).sum::<f64>() / n;
    Size::LogNormal {
        shift,
        spread: variance.sqrt().max(0.2),
    }
}

/// Where a function with one peak between `lo` and `hi` has it, by golden sections to 0.02 (Kiefer 1953, Proceedings of the American Mathematical Society 4:
/// 502-506).
pub fn maximum(mut lo: f64, mut hi: f64, mut f: impl FnMut(f64) -> f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_8;
    let (mut a, mut b) = (hi - GOLDEN * (hi - lo), lo + GOLDEN * (hi - lo));
    let (mut fa, mut fb) = (f(a), f(b));
    while hi - lo > 0.02 {
        if fa > fb {
            (hi, b, fb) = (b, a, fa);
            a = hi - GOLDEN * (hi - lo);
            fa = f(a);
        } else {
            (lo, a, fa) = (a, b, fb);
            b = lo + GOLDEN * (hi - lo);
            fb = f(b);
        }
    }
    (lo + hi) / 2.0
}

/// A law for each class of centre and the edges between the classes: fourths with at least 100 counts each, else one for all.
pub(super) fn by_class(centres: &[f64], counts: &[f64]) -> (Vec<Size>, Vec<f64>) {
    const CLASSES: usize = 4;
    let mut order: Vec<usize> = (0..centres.len()).collect();
    order.sort_by(|&a, &b| centres[a].total_cmp(&centres[b]));
    let classes = if centres.len() < 100 * CLASSES {
        1
    } else {
        CLASSES
    };
    let bound = |k: usize| k * order.len() / classes;
    let sizes = (0..classes)
        .map(|k| {
            let members = &order[bound(k)..bound(k + 1)];
            let pick = |from: &[f64]| members.iter().map(|&i| from[i]).collect::<Vec<f64>>();
            fit_size(&pick(centres), &pick(counts))
        })
        .collect();
    let edges = (1..classes).map(|k| centres[order[bound(k)]]).collect();
    (sizes, edges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_by_hand() {
        // size 1 is geometric: mean 3 has p = 1/4, so P(y - 1 = 2) = 1/4 (3/4)^2
        let law = Size::NegativeBinomial {
            factor: 3.0,
            size: 1.0,
        };
        assert!((law.ln_probability(0.0, 3.0) - (9.0f64 / 64.0).ln()).abs() < 1e-12);
        // P(1) = P(Z <= 0) for a median of 1
        let law = Size::LogNormal {
            shift: 0.0,
            spread: 1.5,
        };
        assert!((law.ln_probability(0.0, 1.0) - 0.5f64.ln()).abs() < 1e-9);
        for law in [
            law,
            Size::NegativeBinomial {
                factor: 2.0,
                size: 0.7,
            },
        ] {
            let sum: f64 = (1..20_000)
                .map(|y| law.ln_probability(0.3, f64::from(y)).exp())
                .sum();
            assert!((sum - 1.0).abs() < 1e-6, "{sum}");
        }
    }

    #[test]
    fn the_law_that_drew_is_found_again() {
        let mut draw = Draw::of(5, 0, 0);
        let centres: Vec<f64> = (0..4000).map(|i| f64::from(i % 40) / 10.0).collect();
        let mut counts =
            |law: Size| -> Vec<f64> { centres.iter().map(|c| law.draw(*c, &mut draw)).collect() };
        let light = counts(Size::NegativeBinomial {
            factor: 1.5,
            size: 0.8,
        });
        let heavy = counts(Size::LogNormal {
            shift: 0.4,
            spread: 1.2,
        });
        match fit_size(&centres, &light) {
            Size::NegativeBinomial { factor, size } => {
                assert!(
                    (factor - 1.5).abs() < 0.15 && (size - 0.8).abs() < 0.1,
                    "{factor} {size}"
                );
            }
            other => panic!("{other:?}"),
        }
        match fit_size(&centres, &heavy) {
            // rounding to the middle of a unit costs a little at 1
            Size::LogNormal { shift, spread } => {
                assert!(
                    (shift - 0.4).abs() < 0.15 && (spread - 1.2).abs() < 0.15,
                    "{shift} {spread}"
                );
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_peak_is_found() {
        let at = maximum(-3.0, 4.0, |x| -(x - 1.3) * (x - 1.3));
        assert!((at - 1.3).abs() < 0.02);
    }
}
