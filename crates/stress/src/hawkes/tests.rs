use super::*;
use detente_forecast::bootstrap;

fn seen(rows: Vec<Vec<f64>>) -> Vec<Vec<Option<f64>>> {
    let row = |row: Vec<f64>| row.into_iter().map(Some).collect();
    rows.into_iter().map(row).collect()
}

/// Four streams, three of which excite themselves, with two links between them; radius 0.5.
fn four() -> Hawkes {
    let branching = [
        vec![0.5, 0.0, 0.0, 0.0],
        vec![0.4, 0.3, 0.0, 0.0],
        vec![0.0, 0.0, 0.4, 0.0],
        vec![0.0, 0.0, 0.5, 0.0],
    ];
    Hawkes::new(&[2.0, 1.0, 1.5, 1.0], &branching, 2.0).unwrap()
}

fn one_kernel() -> Settings {
    Settings {
        half_lives: vec![2.0],
        ..Settings::default()
    }
}

fn dense(hawkes: &Hawkes) -> Vec<Vec<f64>> {
    let n = hawkes.streams();
    let mut rows = vec![vec![0.0; n]; n];
    for (row, from) in rows.iter_mut().zip(hawkes.branching().rows) {
        from.iter().for_each(|&(j, a)| row[j] = a);
    }
    rows
}

#[test]
fn simulated_streams_have_the_rates_that_follow_from_the_matrix() {
    // m = (I - A)^-1 mu by hand: 2 / 0.5 = 4; (1 + 0.4 * 4) / 0.7 = 26 / 7; 1.5 / 0.6 = 2.5; 1 + 0.5 * 2.5 = 2.25
    let rows = four().simulate(60_000, 5);
    for (row, want) in rows.iter().zip([4.0, 26.0 / 7.0, 2.5, 2.25]) {
        let mean = row.iter().sum::<f64>() / row.len() as f64;
        assert!((mean / want - 1.0).abs() < 0.02, "{mean} {want}");
    }
}

#[test]
fn branching_ratios_come_back_within_a_tenth() {
    let counts = seen(four().simulate(60_000, 11));
    let fit = Hawkes::fit(&counts, &one_kernel()).unwrap();
    let (got, want) = (dense(&fit.hawkes), dense(&four()));
    for i in 0..4 {
        for j in 0..4 {
            let (got, want) = (got[i][j], want[i][j]);
            if want > 0.0 {
                assert!((got / want - 1.0).abs() < 0.1, "{i} {j}: {got} {want}");
            } else {
                assert!(got < 0.03, "{i} {j}: {got}");
            }
        }
    }
    assert!((fit.radius - 0.5).abs() < 0.05, "{}", fit.radius);
    assert!(fit.hawkes.sizes.iter().all(Option::is_none));
}

#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let (mut held, mut all) = (0, 0);
    for seed in 0..60 {
        let counts = seen(four().simulate(600, 100 + seed));
        let fit = Hawkes::fit(&counts, &one_kernel()).unwrap();
        for (from, to, want) in [(0, 0, 0.5), (2, 2, 0.4), (2, 3, 0.5), (1, 1, 0.3)] {
            if let Some(link) = fit.links.iter().find(|l| (l.from, l.to) == (from, to)) {
                let (lo, hi) = link.interval.unwrap();
                held += usize::from(lo <= want && want <= hi);
                all += 1;
            }
        }
    }
    // the links are found nearly always; of 240 intervals of 90 %, 216 with a standard error of 5
    assert!(all > 230, "{all}");
    let share = held as f64 / all as f64;
    assert!((0.83..=0.96).contains(&share), "{share}");
}

#[test]
fn held_out_periods_tell_excitation_from_none() {
    let settings = bootstrap::Settings::default();
    let excited = seen(four().simulate(500, 3));
    let held_out = HeldOut::of(&excited, 350, &one_kernel(), 12, &settings).unwrap();
    assert!(held_out.all > held_out.none && held_out.own > held_out.none);
    assert_eq!(held_out.finding(), Finding::Between);
    assert_eq!(held_out.counts, 600);
    // streams that only excite themselves
    let apart = Hawkes::new(&[2.0, 2.0], &[vec![0.6, 0.0], vec![0.0, 0.6]], 2.0).unwrap();
    let within = HeldOut::of(
        &seen(apart.simulate(500, 3)),
        350,
        &one_kernel(),
        12,
        &settings,
    );
    assert_eq!(within.unwrap().finding(), Finding::Within);
}

#[test]
fn independent_streams_show_no_excitation() {
    let quiet = Hawkes::new(&[3.0; 5], &vec![vec![0.0; 5]; 5], 2.0).unwrap();
    let mut shown = 0;
    for seed in 0..10 {
        let counts = seen(quiet.simulate(400, seed));
        let held_out = HeldOut::of(
            &counts,
            280,
            &Settings::default(),
            12,
            &bootstrap::Settings::default(),
        );
        let finding = held_out.unwrap().finding();
        shown += usize::from(finding != Finding::NotShown);
        if finding == Finding::NotShown {
            assert_eq!(finding.to_string(), "no excitation shown");
        }
    }
    // the lower end of a 90 % interval lies above 0 once in twenty by chance
    assert!(shown <= 1, "{shown}");
}

#[test]
fn dispersed_counts_are_seen_as_such_and_their_dispersion_is_not_taken_for_links() {
    let mut process = Hawkes::new(&[3.0; 4], &vec![vec![0.0; 4]; 4], 2.0).unwrap();
    process.sizes = vec![Some(0.8); 4];
    let (mut links, mut sizes) = (0, Vec::new());
    for seed in 0..30 {
        let fit = Hawkes::fit(&seen(process.simulate(300, seed)), &one_kernel()).unwrap();
        links += fit.links.iter().filter(|l| l.from != l.to).count();
        sizes.extend(fit.hawkes.sizes);
    }
    // one false link a matrix is asked for
    assert!((10..=55).contains(&links), "{links}");
    assert!(
        sizes
            .iter()
            .all(|size| size.is_some_and(|s| (0.5..1.3).contains(&s)))
    );
}

#[test]
fn missing_periods_change_little_and_are_never_zero() {
    let mut counts = seen(four().simulate(6000, 4));
    let whole = Hawkes::fit(&counts, &one_kernel()).unwrap();
    // a fifth of all periods, in spells of ten
    for (i, stream) in counts.iter_mut().enumerate() {
        for (t, count) in stream.iter_mut().enumerate() {
            if (t / 10 + i) % 5 == 0 {
                *count = None;
            }
        }
    }
    let holes = Hawkes::fit(&counts, &one_kernel()).unwrap();
    let (a, b) = (dense(&whole.hawkes), dense(&holes.hawkes));
    assert!((a[0][0] - b[0][0]).abs() < 0.1, "{} {}", a[0][0], b[0][0]);
    // taken as zeros they would look like long quiet spells, which only excitation explains
    let mut zeros = counts.clone();
    zeros
        .iter_mut()
        .flatten()
        .for_each(|y| *y = Some(y.unwrap_or(0.0)));
    let zeros = dense(&Hawkes::fit(&zeros, &one_kernel()).unwrap().hawkes);
    assert!(zeros[0][0] > b[0][0] + 0.1, "{} {}", zeros[0][0], b[0][0]);
}

#[test]
fn an_exploding_fit_is_shrunk_to_the_limit() {
    // each period half as large again: the ratio is above 1
    let growing: Vec<Option<f64>> = (0..40).map(|t| Some(1.2f64.powi(t).round())).collect();
    let fit = Hawkes::fit(&[growing], &one_kernel()).unwrap();
    assert!(fit.radius > 1.0, "{}", fit.radius);
    assert!((fit.hawkes.branching().radius() - 0.95).abs() < 1e-6);
    assert!((fit.links[0].ratio - 0.95).abs() < 1e-6);
}

#[test]
fn futures_go_on_from_where_the_counts_stand() {
    let process = four();
    let counts = seen(vec![
        vec![4.0, 40.0],
        vec![4.0, 4.0],
        vec![2.0, 2.0],
        vec![2.0, 2.0],
    ]);
    let paths = process.ahead(&counts, 3, 4000, 9).unwrap();
    // level of stream 0: (4 r + 40) / (r + 1) with r = 2^-1/2; its rate is 2 + level / 2
    let keep = 0.5f64.sqrt();
    let want = 2.0 + 0.5 * (4.0 * keep + 40.0) / (keep + 1.0);
    let mean = paths.iter().map(|p| p[0]).sum::<f64>() / 4000.0;
    assert!((mean - want).abs() < 0.25, "{mean} {want}");
    assert_eq!(paths[0].len(), 12);
    assert_eq!(paths, process.ahead(&counts, 3, 4000, 9).unwrap());
    assert!(process.ahead(&counts[..2], 3, 10, 9).is_err());
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let fit = |counts: &Counts| Hawkes::fit(counts, &Settings::default());
    assert!(fit(&[vec![Some(1.0); 23]]).is_err());
    assert!(fit(&[vec![Some(1.0); 30], vec![Some(1.0); 31]]).is_err());
    assert!(fit(&[vec![Some(-1.0); 30]]).is_err());
    for bad in [
        Settings {
            half_lives: vec![],
            ..Settings::default()
        },
        Settings {
            half_lives: vec![0.0],
            ..Settings::default()
        },
        Settings {
            false_links: 0.0,
            ..Settings::default()
        },
        Settings {
            most: 1.0,
            ..Settings::default()
        },
    ] {
        assert!(
            Hawkes::fit(&[vec![Some(1.0); 30]], &bad).is_err(),
            "{bad:?}"
        );
    }
    assert!(Hawkes::new(&[1.0], &[vec![-0.1]], 1.0).is_err());
    assert!(Hawkes::new(&[1.0, 1.0], &[vec![0.1]], 1.0).is_err());
    assert!(Hawkes::new(&[1.0], &[vec![0.1]], 0.0).is_err());
    let short = vec![vec![Some(1.0); 40]];
    let settings = bootstrap::Settings::default();
    assert!(HeldOut::of(&short, 30, &Settings::default(), 6, &settings).is_err());
}

#[test]
fn another_matrix_is_shared_among_the_kernels() {
    let both = |ratios: [f64; 2]| {
        let kernels = ratios.into_iter().enumerate();
        let each = kernels.map(|(kernel, ratio)| Excitation {
            from: 0,
            kernel,
            ratio,
        });
        each.collect::<Vec<_>>()
    };
    let process = Hawkes {
        half_lives: vec![1.0, 6.0],
        background: vec![1.0, 1.0],
        excitations: vec![both([0.1, 0.3]), both([0.2, 0.2])],
        sizes: vec![None, Some(2.0)],
    };
    // the first link halved, the second gone
    let calmed = process.with_branching(&Branching {
        rows: vec![vec![(0, 0.2)], vec![]],
    });
    assert_eq!(calmed.excitations[1], []);
    let ratios: Vec<f64> = calmed.excitations[0].iter().map(|e| e.ratio).collect();
    assert!((ratios[0] - 0.05).abs() < 1e-12 && (ratios[1] - 0.15).abs() < 1e-12);
    assert_eq!(process.with_branching(&process.branching()), process);
}
