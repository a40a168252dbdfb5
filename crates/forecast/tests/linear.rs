//! Regressions against scikit-learn, statsmodels and closed forms. `reference/linear.py` made the reference.

use detente_forecast::linear::{Linear, logistic, logistic_regression, ridge};
use detente_forecast::{Design, Error};
use serde_json::Value;

struct Reference(Value);

impl Reference {
    fn load() -> Self {
        Self(serde_json::from_str(include_str!("reference/linear.json")).unwrap())
    }

    fn list(&self, name: &str) -> Vec<f64> {
        numbers(&self.0[name])
    }

    fn design(&self) -> Design {
        let mut design = Design::new(3);
        for row in self.0["x"].as_array().unwrap() {
            design.push(&numbers(row)).unwrap();
        }
        design
    }

    fn events(&self) -> Vec<bool> {
        self.list("event").iter().map(|&e| e == 1.0).collect()
    }

    fn assert(&self, name: &str, found: &Linear, tolerance: f64) {
        let stored = &self.0[name];
        let all = std::iter::once(found.intercept).chain(found.coefficients.iter().copied());
        let wanted = std::iter::once(stored[0].as_f64().unwrap()).chain(numbers(&stored[1]));
        for (found, wanted) in all.zip(wanted) {
            assert!(
                (found - wanted).abs() <= tolerance * wanted.abs().max(1.0),
                "{name}: {found} {wanted}"
            );
        }
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap())
        .collect()
}

#[test]
fn ridge_is_that_of_scikit_learn() {
    let r = Reference::load();
    let (x, y, w) = (r.design(), r.list("y"), r.list("w"));
    for penalty in [0.5, 20.0] {
        let plain = ridge(&x, &y, None, penalty).unwrap();
        r.assert(&format!("ridge_{penalty:.1}"), &plain.line, 1e-9);
        let weighted = ridge(&x, &y, Some(&w), penalty).unwrap();
        r.assert(
            &format!("ridge_weighted_{penalty:.1}"),
            &weighted.line,
            1e-9,
        );
    }
}

#[test]
fn without_a_penalty_it_is_least_squares() {
    let r = Reference::load();
    let fit = ridge(&r.design(), &r.list("y"), None, 0.0).unwrap();
    r.assert("ols", &fit.line, 1e-9);
    for (found, wanted) in fit.left_out.iter().zip(r.list("ols_left_out")) {
        assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
    }
}

#[test]
fn logistic_regression_is_that_of_scikit_learn_and_statsmodels() {
    let r = Reference::load();
    let (x, y, w) = (r.design(), r.events(), r.list("w"));
    for penalty in [0.5, 20.0] {
        let plain = logistic_regression(&x, &y, None, penalty).unwrap();
        r.assert(&format!("logistic_{penalty:.1}"), &plain, 1e-7);
        let weighted = logistic_regression(&x, &y, Some(&w), penalty).unwrap();
        r.assert(&format!("logistic_weighted_{penalty:.1}"), &weighted, 1e-7);
    }
    r.assert(
        "glm",
        &logistic_regression(&x, &y, None, 0.0).unwrap(),
        1e-7,
    );
}

#[test]
fn a_table_of_two_by_two_has_its_closed_form() {
    // 2 of 8 without the feature, 6 of 8 with it: log odds ln(2/6) and ln(6/2)
    let mut x = Design::new(1);
    let mut y = Vec::new();
    for (feature, yes) in [(0.0, 2), (1.0, 6)] {
        for i in 0..8 {
            x.push(&[feature]).unwrap();
            y.push(i < yes);
        }
    }
    let fit = logistic_regression(&x, &y, None, 0.0).unwrap();
    assert!((fit.intercept + 3f64.ln()).abs() < 1e-9, "{fit:?}");
    assert!((fit.coefficients[0] - 9f64.ln()).abs() < 1e-9, "{fit:?}");
    assert!((logistic(fit.at(&[1.0])) - 0.75).abs() < 1e-9);
}

#[test]
fn what_cannot_be_fitted_is_said() {
    let mut x = Design::new(2);
    for i in 0..6 {
        x.push(&[f64::from(i), 2.0 * f64::from(i)]).unwrap();
    }
    let parted = [false, false, false, true, true, true];
    let mut one = Design::new(1);
    for row in x.iter() {
        one.push(&row[..1]).unwrap();
    }
    assert!(matches!(
        logistic_regression(&one, &parted, None, 0.0),
        Err(Error::NotConverged { .. })
    ));
    assert!(logistic_regression(&one, &parted, None, 1.0).is_ok());
    assert!(matches!(
        logistic_regression(&one, &[true; 6], None, 1.0),
        Err(Error::TooFew { .. })
    ));
    assert!(matches!(
        ridge(&x, &[0.0; 6], None, 0.0),
        Err(Error::TooFew { .. })
    ));
    assert!(matches!(
        ridge(&x, &[0.0; 5], None, 1.0),
        Err(Error::Lengths { .. })
    ));
    assert!(matches!(
        ridge(&x, &[f64::NAN; 6], None, 1.0),
        Err(Error::OutOfRange { .. })
    ));
    assert!(matches!(
        ridge(&x, &[0.0; 6], None, -1.0),
        Err(Error::OutOfRange { .. })
    ));
    assert!(matches!(
        ridge(&Design::new(1), &[], None, 1.0),
        Err(Error::TooFew { .. })
    ));
}

#[test]
fn a_column_that_never_varies_carries_nothing() {
    let (mut x, mut y) = (Design::new(2), Vec::new());
    for i in 0..5 {
        x.push(&[3.0, f64::from(i)]).unwrap();
        y.push(1.0 + 2.0 * f64::from(i));
    }
    let fit = ridge(&x, &y, None, 0.0).unwrap();
    assert_eq!(fit.line.coefficients[0], 0.0);
    assert!((fit.line.at(&[3.0, 10.0]) - 21.0).abs() < 1e-9);
}
