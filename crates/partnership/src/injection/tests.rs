use super::*;
use crate::validate::party::name_of;

fn party(text: &str) -> Result<Party, String> {
    if text == "eastern-flank" {
        return expression("EST, LVA", "eastern flank".to_owned());
    }
    expression(text, name_of(text))
}

fn read(text: &str) -> Injection {
    injection(text, &party).unwrap_or_else(|f| panic!("{text}: {}", f.message))
}

#[test]
fn a_text_says_who_what_when_and_how_much() {
    let one = read("RUS->GEO material-conflict 2025-03 x5");
    assert_eq!(
        (one.deed.from.id.as_str(), one.deed.to.id.as_str()),
        ("RUS", "GEO")
    );
    assert_eq!(
        (one.deed.both, one.deed.class),
        (false, Class::MaterialConflict)
    );
    // March 2025 is month 12 x 2025 + 2
    assert_eq!((one.months, one.times), (Some((24_302, 24_302)), 5.0));
    let other =
        read("  NATO minus USA, CAN<->eastern-flank  cooperation   2025-03..2025-06  x0.5 ");
    assert_eq!(other.deed.from.id, "NATO minus USA, CAN");
    assert_eq!(other.deed.to.name, "eastern flank");
    assert_eq!((other.months, other.times), (Some((24_302, 24_305)), 0.5));
    assert!(other.deed.both);
    assert_eq!(read("ARM <-> AZE conflict x0").months, None);
    // a bloc among itself is a relation of its members
    assert!(injection("NATO<->NATO verbal-conflict x2", &party).is_ok());
    for text in [
        "RUS->GEO material-conflict 2025-03 x5",
        "ARM<->AZE conflict x1.5",
    ] {
        assert_eq!(read(text).text(), text);
    }
}

#[test]
fn a_fault_is_marked_where_it_is_and_says_what_would_be_right() {
    for (text, at, message, remedy) in [
        (
            "RUS GEO material-conflict x5",
            "RUS GEO material-conflict x5",
            "no arrow",
            "RUS->GEO",
        ),
        (
            "RUS->GEO material-conflct x5",
            "material-conflct",
            "no class of events",
            "'material-conflict'",
        ),
        (
            "RUS->GEO x5",
            "x5",
            "no class of events",
            "verbal-cooperation",
        ),
        ("RUS->GEO conflict", "", "lacking", "x5"),
        ("RUS->GEO conflict 5", "5", "is no month", "YYYY-MM"),
        (
            "RUS->GEO conflict 2025-13 x5",
            "2025-13",
            "is no month",
            "YYYY-MM",
        ),
        (
            "RUS->GEO conflict 2025-06..2025-03 x5",
            "2025-06..2025-03",
            "is no month",
            "YYYY-MM",
        ),
        ("RUS->GEO conflict x-1", "x-1", "no multiple", "0 to 1000"),
        ("RUS->GEO conflict xNaN", "xNaN", "no multiple", "0 to 1000"),
        ("RUS->GEO conflict five", "five", "no multiple", "x5"),
        (
            "RUS->GEO conflict x5 now",
            "now",
            "behind the end",
            "FROM->TO",
        ),
        ("RUS->GEx conflict x5", "GEx", "GEx", "ISO 3166"),
        ("->GEO conflict x5", "->", "nobody", "FROM->TO"),
        ("RUS->RUS conflict x5", "RUS ", "itself", "different"),
    ] {
        let fault = injection(text, &party).expect_err(text);
        assert_eq!(&text[fault.span.clone()], at, "{text}");
        assert!(fault.message.contains(message), "{text}: {}", fault.message);
        assert!(fault.remedy.contains(remedy), "{text}: {}", fault.remedy);
    }
}

#[test]
fn several_are_read_and_every_fault_is_told() {
    let two = injections(
        "--shock",
        "RUS->GEO conflict x5; ARM<->AZE conflict x2",
        &party,
    );
    assert_eq!(two.unwrap().len(), 2);
    let faults = injections(
        "--shock",
        "RUS->GEO conflct x5; ARM<->AZE conflict 2",
        &party,
    );
    let faults = faults.unwrap_err();
    assert_eq!(faults.len(), 2);
    // columns count from 1
    assert_eq!((faults[0].column, faults[0].width), (10, 7));
    assert_eq!((faults[1].column, faults[1].width), (41, 1));
    assert!(faults[0].to_string().contains("^^^^^^^"));
}

#[test]
fn classes_are_counted_by_themselves_and_by_their_side() {
    let counts = Counts {
        verbal_cooperation: 1.0,
        material_cooperation: 2.0,
        verbal_conflict: 3.0,
        material_conflict: 4.0,
    };
    let weights = Weights::default();
    let weighed: Vec<f64> = Class::ALL
        .iter()
        .map(|c| c.weighed(&counts, &weights))
        .collect();
    // a material event counts 2
    assert_eq!(weighed, [1.0, 4.0, 3.0, 8.0, 5.0, 11.0]);
    assert_eq!(Class::Conflict.of(&counts).n(), 7.0);
    assert!(Class::MaterialConflict.side() == Class::Conflict && !Class::Cooperation.is_conflict());
}
