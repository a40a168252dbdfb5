use super::*;
use detente_relations::random::Random;

#[test]
fn onsets_by_hand() {
    let (yes, no) = (Some(true), Some(false));
    // 1 begins, 2 goes on, 5 comes three months after 2, 9 begins, before 13 nothing is known to be calm
    let bad = [
        no, yes, yes, no, no, yes, no, no, no, yes, None, None, None, yes, no, None,
    ];
    assert_eq!(onsets(&bad), [1, 9]);
    assert_eq!(onsets(&[no, None, None, yes]), [3]);
    assert_eq!(onsets(&[yes, no]), [0usize; 0]);
}

#[test]
fn a_bad_month_is_measured_by_the_months_before_it_alone() {
    // 24 months of 1 to 24: the 90th percentile is 1 + .9 * 23 = 21.7
    let mut worse: Row = (1..=24).map(|v| Some(f64::from(v))).collect();
    worse.extend([Some(21.5), Some(21.9), None, Some(30.0)]);
    let calm = vec![false; worse.len()];
    let judged = bad(&worse, &calm);
    assert!(judged[..24].iter().all(Option::is_none));
    // of 1 to 21, 21.5, 22, 23, 24 it is 21.5 + .6 * .5 = 21.8
    assert_eq!(judged[24..], [Some(false), Some(true), None, Some(true)]);
    let mut torn = calm;
    torn[24] = true;
    assert_eq!(bad(&worse, &torn)[24], Some(true));
    for end in 24..worse.len() {
        assert_eq!(bad(&worse[..end], &torn[..end]), bad(&worse, &torn)[..end]);
    }
}

#[test]
fn changes_and_years_by_hand() {
    let row = [Some(1.0), None, Some(4.0), Some(3.0), Some(9.0), None];
    let want = [None, None, None, Some(2.0), None, None];
    assert_eq!(change(&row), want);
    let mut long: Row = vec![Some(1.0); 5];
    let mean = |v: &[f64]| Some(v.iter().sum::<f64>() / v.len() as f64);
    assert!(over_a_year(&long, mean).iter().all(Option::is_none));
    long.extend([Some(4.0), None]);
    assert_eq!(over_a_year(&long, mean)[5..], [Some(1.5), Some(1.5)]);
    assert_eq!(
        worse_up(Kind::Relation, &[Some(2.0), None]),
        [Some(-2.0), None]
    );
}

/// Relations of noise, with a fall every 20 to 40 months; five and four months before it each is better than ever, two months before it no longer.
fn falling(units: usize, months: usize) -> Vec<Row> {
    let mut random = Random::new(5);
    (0..units)
        .map(|_| {
            let mut row: Vec<f64> = (0..months)
                .map(|_| 0.2 * (0..6).map(|_| random.uniform() - 0.5).sum::<f64>())
                .collect();
            let mut fall = 30 + (30.0 * random.uniform()) as usize;
            while fall < months {
                row[fall - 5] += 1.0;
                row[fall - 4] += 1.0;
                row[fall] -= 3.0;
                fall += 20 + (20.0 * random.uniform()) as usize;
            }
            row.into_iter().map(Some).collect()
        })
        .collect()
}

fn relation() -> Variable {
    Variable {
        id: "relation".to_owned(),
        title: String::new(),
        kind: Kind::Relation,
        weight: -1.0,
        from: 0.0,
        exposure: None,
        known: 0,
    }
}

#[test]
fn many_relations_show_what_one_cannot() {
    let all = falling(60, 140);
    let panel = Panel::new(0, &all).unwrap();
    let found = signs(&[relation()], &all[..1], &panel, 139, 4.0, 1);
    let watch = found.relations.unwrap();
    assert_eq!((watch.units, watch.window), (60, HALF_A_YEAR as usize));
    assert_eq!(
        (watch.months, watch.signs.len()),
        (60 * (140 - LEAST_MONTHS), 4)
    );
    let change = watch
        .signs
        .iter()
        .find(|s| s.watched == Watched::Change)
        .unwrap();
    assert!(change.is_shown(), "{watch:?}");
    let record = change.rule.record.as_ref().unwrap();
    assert!(record.hits.of > 100, "{record:?}");
    // the fall of the change to the worse is seen two months before, or earlier by noise
    assert!(record.lead.unwrap().median >= 2.0);
    let own = found.sides.unwrap();
    assert!(own.onsets < 12 && own.signs.len() == 2);
}

#[test]
fn months_after_the_origin_change_nothing() {
    let all = falling(12, 140);
    let mut changed = all.clone();
    for row in &mut changed {
        row[100..].iter_mut().for_each(|x| *x = Some(-9.0));
    }
    let at = |rows: &[Row], origin: i32| {
        let panel = Panel::new(0, rows).unwrap();
        let own = vec![rows[0][..=origin as usize].to_vec()];
        format!("{:?}", signs(&[relation()], &own, &panel, origin, 4.0, 1))
    };
    assert_eq!(at(&all, 99), at(&changed, 99));
    assert_ne!(at(&all, 101), at(&changed, 101));
}

#[test]
fn a_past_without_an_onset_says_so() {
    let flat: Vec<Row> = vec![vec![Some(0.0); 60]; 3];
    let why = of_relations(&flat, 4.0, 1).unwrap_err();
    assert!(why.contains("no onset in the 108 months"), "{why}");
}
