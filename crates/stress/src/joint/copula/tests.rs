use super::*;

/// Months drawn from a t copula with normal margins of correlation `r` between neighbours of four variables.
fn drawn(df: f64, months: usize) -> Vec<Vec<f64>> {
    let mut draw = Draw::of(21, 0, 0);
    let mut rows = vec![Vec::new(); 4];
    let chi = ChiSquared::new(df).ok().filter(|_| df.is_finite());
    for _ in 0..months {
        let widen = chi.map_or(1.0, |c| (df / c.sample(&mut draw)).sqrt());
        let common = draw.normal();
        for row in &mut rows {
            row.push(widen * (0.6f64.sqrt() * common + 0.4f64.sqrt() * draw.normal()));
        }
    }
    rows
}

#[test]
fn degrees_of_freedom_are_recovered() {
    for (df, allowed) in [
        (4.0, &[3.0, 4.0, 5.0][..]),
        (f64::INFINITY, &[50.0, 100.0, f64::INFINITY]),
    ] {
        let mut rows = drawn(df, 1500);
        // missing entries leave the other variables of the month
        for t in (0..1500).step_by(5) {
            rows[t % 4][t] = f64::NAN;
        }
        let found = likeliest(&rows, &Correlation::of(&rows));
        assert!(allowed.contains(&found), "{df}: {found}");
    }
}

#[test]
fn density_agrees_with_scipy() {
    // scipy 1.17: multivariate_t([0, 0], [[1, .5], [.5, 1]], df=4).logpdf([1, 2]) - t(4).logpdf(1) - t(4).logpdf(2)
    let factor = Cholesky::factor(vec![1.0, 0.5, 0.5, 1.0], 2).unwrap();
    assert!((ln_density(&[1.0, 2.0], &factor, 4.0) - 0.478907763845549).abs() < 1e-12);
    // multivariate_normal(cov=[[1, .5], [.5, 1]]).logpdf([1, 2]) - norm.logpdf(1) - norm.logpdf(2)
    assert!((ln_density(&[1.0, 2.0], &factor, f64::INFINITY) - 0.643841036225891).abs() < 1e-12);
}

#[test]
fn tail_dependence_has_its_closed_form() {
    // McNeil, Frey & Embrechts (2015), Table 7.1: df 4, r 0.5: 0.25; df 10, r 0.9: 0.46
    let rows = drawn(4.0, 40);
    let copula = |df| Copula::of(&rows, &Correlation::of(&rows), df);
    assert!((copula(4.0).tail_dependence(0.5) - 0.25).abs() < 0.005);
    assert!((copula(10.0).tail_dependence(0.9) - 0.46).abs() < 0.005);
    assert_eq!(copula(f64::INFINITY).tail_dependence(0.9), 0.0);
}

#[test]
fn drawn_months_have_the_margins_and_the_dependence() {
    for df in [4.0, f64::INFINITY] {
        // skewed margins of known mean 1 and variance 1 (exponential), the same ranks
        let rows: Vec<Vec<f64>> = drawn(df, 1500)
            .iter()
            .map(|row| shares(row).iter().map(|p| -(1.0 - p).ln()).collect())
            .collect();
        let correlation = Correlation::of(&rows);
        let copula = Copula::of(&rows, &correlation, df);
        let mut draw = Draw::of(22, 0, 0);
        let mut months = vec![0.0; 4 * 3000];
        copula.fill(&mut draw, &mut months);
        let again: Vec<Vec<f64>> = (0..4)
            .map(|v| {
                months[v..]
                    .iter()
                    .step_by(4)
                    .map(|&w| f64::from(w))
                    .collect()
            })
            .collect();
        let found = Correlation::of(&again);
        for (i, row) in again.iter().enumerate() {
            let mean = row.iter().sum::<f64>() / 3000.0;
            // standard error 1 / 3000^.5 = .018
            assert!((mean - 1.0).abs() < 0.07, "{df}: {mean}");
            for j in 0..i {
                let (want, got) = (correlation.get(i, j), found.get(i, j));
                assert!((want - got).abs() < 0.06, "{df}: {want} {got}");
            }
        }
        assert!(
            again[0]
                .iter()
                .all(|&w| (0.0..=rows[0].iter().copied().fold(0.0, f64::max) + 1e-6).contains(&w))
        );
    }
}

#[test]
fn a_table_leads_through_the_middle_of_what_was() {
    let table = Table::of(&[3.0, f64::NAN, -1.0, 1.0], f64::INFINITY);
    assert_eq!(table.at(0.0), 1.0);
    assert_eq!((table.at(-9.0), table.at(9.0)), (-1.0, 3.0));
    // at the deviate of 5/6 the largest; half way to it half of the distance
    let end = normal_quantile(5.0 / 6.0) as f32;
    assert!((table.at(end / 2.0) - 2.0).abs() < 1e-3);
}

#[test]
fn shares_are_mid_ranks() {
    let found = shares(&[5.0, f64::NAN, 1.0, 5.0]);
    assert_eq!((found[0], found[2], found[3]), (2.5 / 4.0, 0.25, 2.5 / 4.0));
    assert!(found[1].is_nan());
}

#[test]
fn extremes_come_together_as_often_as_they_should() {
    // uniform margins, so that an innovation is its own probability
    let even: Vec<f64> = (0..2000).map(|i| (f64::from(i) + 0.5) / 2000.0).collect();
    let correlation = Correlation::given(&[1.0, 0.6, 0.6, 1.0], 2);
    // P(V > .95 | U > .95) by scipy 1.17: multivariate_normal(cov).cdf, and its integral over chi2(4)
    for (df, want) in [(4.0, 0.40152662), (f64::INFINITY, 0.31045401)] {
        let copula = Copula::of(&[even.clone(), even.clone()], &correlation, df);
        let mut months = vec![0.0; 2 * 400_000];
        copula.fill(&mut Draw::of(23, 0, 0), &mut months);
        let (mut one, mut both) = (0.0, 0.0);
        for w in months.chunks_exact(2) {
            one += f64::from(u8::from(w[0] > 0.95)) / 400_000.0;
            both += f64::from(u8::from(w[0] > 0.95 && w[1] > 0.95)) / 400_000.0;
        }
        // standard errors: .05 to .0003, the chance to .0035
        assert!((one - 0.05).abs() < 0.0015, "{df}: {one}");
        assert!(
            (both / one - want).abs() < 0.014,
            "{df}: {} {want}",
            both / one
        );
    }
}
