use super::*;

#[test]
fn surprises_by_hand() {
    // changes of 1 and -1 in turn: mean 0, sd of 12 of them sqrt(12 / 11) = 1.04
    let mut points: Points = (0..13).map(|t| (t, f64::from(t % 2))).collect();
    points.extend([(13, 1.5), (14, 2.4), (16, 9.0), (17, 10.5)]);
    let up = surprises(&points, Worse::Higher, 10, 18);
    // 13 rises by 1.5; 14 by .9; 15 and 16 lack a month before them; 17 by 1.5 against an sd of 14 changes of 1.06
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(up, [None, None, None, yes, no, None, None, yes, None]);
    let down = surprises(&points, Worse::Lower, 10, 18);
    assert_eq!(down, [None, None, None, no, no, None, None, no, None]);
    assert_eq!(surprises(&points, Worse::Higher, 10, 14), up[..5]);
    let flat: Points = (0..20).map(|t| (t, 1.0)).collect();
    assert!(
        surprises(&flat, Worse::Higher, 0, 19)
            .iter()
            .all(Option::is_none)
    );
    assert_eq!(counted(&[up, down], 9)[3..6], [Some(1.0), Some(0.0), None]);
    assert_eq!(counted(&[], 2), [None, None]);
}

fn drawn(branching: &[Vec<f64>], months: usize, seed: u64) -> Vec<Stream> {
    let process = Hawkes::new(&[0.8, 0.1, 0.3], branching, 1.0).unwrap();
    let rows = process.simulate(months, seed).into_iter();
    rows.map(|row| row.into_iter().map(Some).collect())
        .collect()
}

#[test]
fn a_link_is_shown_where_there_is_one_and_calming_it_helps() {
    let counts = drawn(
        &[vec![0.0; 3], vec![0.8, 0.0, 0.0], vec![0.0, 0.0, 0.0]],
        3000,
        4,
    );
    let (tested, shown) = of_counts(&counts, &[0.0, 1.0, 1.0], 2000, 1).unwrap();
    assert_eq!(tested.finding, Finding::Between, "{tested:?}");
    let shown = shown.unwrap();
    let link = shown
        .links
        .iter()
        .find(|l| (l.from, l.to) == (0, 1))
        .unwrap();
    assert!((link.ratio - 0.8).abs() < 0.25, "{link:?}");
    // one in 0 stands for itself and .8 in 1; of the weight beyond itself it reaches .8 of one half
    assert!((shown.sets_off[0].amplification - 1.8).abs() < 0.4);
    assert!((shown.sets_off[0].reach.unwrap() - 0.4).abs() < 0.13);
    assert_eq!(shown.chains[0].streams, [0, 1]);
    assert_eq!(shown.calmed[1].links, [(0, 1)]);
    // the loss is .3 + .1 + .8 * .8 a month, of which the link makes .64
    assert!((shown.calmed[0].loss - 1.04).abs() < 0.25);
    assert!((shown.calmed[0].loss - shown.calmed[1].loss - 0.64).abs() < 0.25);
    assert_eq!(shown.enough, Some(1));
}

#[test]
fn without_excitation_nothing_that_rests_on_it_is_shown() {
    let mut found = 0;
    for seed in 0..8 {
        let counts = drawn(&[vec![0.0; 3], vec![0.0; 3], vec![0.0; 3]], 90, seed);
        let (tested, shown) = of_counts(&counts, &[1.0; 3], 60, 1).unwrap();
        assert_eq!(shown.is_none(), tested.finding == Finding::NotShown);
        found += usize::from(shown.is_some());
    }
    assert!(found <= 2, "{found}");
}
