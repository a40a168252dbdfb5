use super::*;
use crate::injection::{expression, injection};

fn event(text: &str) -> Injection {
    injection(text, &|name| expression(name, name.to_owned())).unwrap()
}

#[test]
fn a_month_grows_by_the_usual_and_no_count_falls_below_none() {
    let usual = Counts {
        material_conflict: 3.0,
        ..Counts::default()
    };
    let now = Counts {
        material_conflict: 2.0,
        ..Counts::default()
    };
    let more = |times| more_events(&usual, times, &now).unwrap().counts.unwrap();
    // x5: four times 3 more; x0: the 2 that there are less
    assert_eq!(more(5.0).material_conflict, 12.0);
    assert_eq!(more(1.0).n(), 0.0);
    assert_eq!(more(0.0).material_conflict, -2.0);
    assert!(more_events(&Counts::default(), 5.0, &now).is_none());
    let scores = |class, times| more_scores(class, (0.5, 20.0), times, Some((50.0, 4.0)));
    let of = |cell: Option<Cell>| cell.unwrap().scores.unwrap();
    assert_eq!(of(scores(Class::MaterialConflict, 3.0)), (0.0, 20.0));
    assert_eq!(of(scores(Class::Conflict, 0.0)), (0.0, -2.0));
    assert_eq!(of(scores(Class::VerbalCooperation, 0.5)), (-12.5, 0.0));
}

#[test]
fn pairs_are_those_of_the_members_of_the_date_each_once() {
    let month = |year: i32| 12 * year;
    let pairs = |text: &str, year| dyads_of(&event(text).deed, month(year)).len();
    assert_eq!(pairs("RUS->GEO conflict x2", 2010), 1);
    assert_eq!(pairs("RUS<->GEO conflict x2", 2010), 2);
    assert_eq!(pairs("EST, LVA<->EST, LVA, LTU conflict x2", 2010), 6);
    // 16 members in 1998, 28 in 2010
    assert_eq!(pairs("RUS->NATO conflict x2", 1998), 16);
    assert_eq!(pairs("RUS->NATO conflict x2", 2010), 28);
}
