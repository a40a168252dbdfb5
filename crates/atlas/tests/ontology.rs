//! CAMEO and PLOVER. Expected values: the CAMEO codebook 1.1b3, GDELT's Goldstein table, the Open Event Data
//! Alliance's CAMEO2PLOVER-2021, and the rows of the raw ICEWS files (text, code, intensity).

use detente_atlas::{PloverType, Quad, SanctionAs, cameo, cameo_by_name, cameo_codes};

#[test]
fn the_table_is_whole() {
    assert_eq!(cameo_codes().len(), 313);
    for code in cameo_codes() {
        assert_eq!(cameo(code.code), Some(code));
        assert_eq!(code.quad, Quad::of_root(code.root), "{}", code.code);
        for value in [code.goldstein, code.goldstein_gdelt].into_iter().flatten() {
            assert!((-10.0..=10.0).contains(&value), "{}", code.code);
        }
        assert_eq!(code.plover.is_none(), code.root <= 2, "{}", code.code);
    }
    let roots: std::collections::BTreeSet<u8> = cameo_codes().iter().map(|c| c.root).collect();
    assert_eq!(
        roots.into_iter().collect::<Vec<_>>(),
        (1..=20).collect::<Vec<u8>>()
    );
}

#[test]
fn quad_classes_by_root() {
    use Quad::*;
    // EventRootCode and QuadClass of the GDELT 2 files 20180101000000 and 20180326044500 (3,954 rows; 20 does not occur).
    for (root, quad) in [
        (1, VerbalCooperation),
        (2, VerbalCooperation),
        (3, VerbalCooperation),
        (4, VerbalCooperation),
        (5, VerbalCooperation),
        (6, MaterialCooperation),
        (7, MaterialCooperation),
        (8, MaterialCooperation),
        (9, MaterialCooperation),
        (10, VerbalConflict),
        (11, VerbalConflict),
        (12, VerbalConflict),
        (13, VerbalConflict),
        (14, VerbalConflict),
        (15, MaterialConflict),
        (16, MaterialConflict),
        (17, MaterialConflict),
        (18, MaterialConflict),
        (19, MaterialConflict),
        (20, MaterialConflict),
    ] {
        assert_eq!(Quad::of_root(root), Some(quad));
        assert_eq!(Quad::of_number(quad.number()), Some(quad));
    }
    assert_eq!(
        (
            Quad::of_root(0),
            Quad::of_root(21),
            Quad::of_number(0),
            Quad::of_number(5)
        ),
        (None, None, None, None)
    );
}

#[test]
fn texts_of_raw_icews_rows() {
    // Event Text, CAMEO Code, Intensity as they stand in the files of October 2018 to March 2019.
    for (text, code, intensity) in [
        ("Make statement", "010", 0.0),
        ("Express intent to meet or negotiate", "036", 4.0),
        ("Consult", "040", 1.0),
        ("Make a visit", "042", 1.9),
        ("Host a visit", "043", 2.8),
        ("Criticize or denounce", "111", -2.0),
        ("Accuse", "112", -2.0),
        ("Use conventional military force", "190", -10.0),
        ("fight with small arms and light weapons", "193", -10.0),
        ("Arrest, detain, or charge with legal action", "173", -5.0),
        ("Praise or endorse", "051", 3.4),
        ("Make an appeal or request", "020", 3.0),
        ("Sign formal agreement", "057", 8.0),
        ("Threaten with military force", "138", -7.0),
        ("Deny responsibility", "016", -5.0),
        ("Halt negotiations", "164", -6.5),
        ("Engage in diplomatic cooperation", "050", 3.5),
        ("Provide military aid", "072", 8.3),
    ] {
        let found = cameo_by_name(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            (found.code, found.goldstein),
            (code, Some(intensity)),
            "{text}"
        );
    }
}

#[test]
fn other_texts_of_the_same_codes() {
    for (text, code) in [
        ("Appeal for intelligence", "0214"),
        ("Appeal to yield", "025"),
        ("Mediate", "045"),
        ("Apologize", "055"),
        ("Demand easing of administrative sanctions", "1051"),
        ("Demand release of persons or property", "1053"),
        ("Reject intelligence cooperation", "1214"),
        ("CONSULT", "040"),
        ("THREATEN", "130"),
        ("Express_intent_to_cooperate", "030"),
    ] {
        assert_eq!(cameo_by_name(text).map(|c| c.code), Some(code), "{text}");
    }
    assert_eq!(cameo_by_name("Consult with"), None);
    assert_eq!(cameo("1"), None);
    assert_eq!(cameo("36"), None, "a lost leading zero is not guessed");
}

#[test]
fn where_the_goldstein_tables_differ() {
    let differing: Vec<_> = cameo_codes()
        .iter()
        .filter(|c| c.goldstein != c.goldstein_gdelt)
        .map(|c| (c.code, c.goldstein, c.goldstein_gdelt))
        .collect();
    assert_eq!(
        differing,
        [
            ("016", Some(-5.0), Some(-2.0)),
            ("022", Some(3.4), Some(3.2)),
            ("1213", Some(-4.0), None),
            ("164", Some(-6.5), Some(-7.0)),
            ("165", Some(-7.0), Some(-6.5)),
        ]
    );
    assert_eq!(
        cameo("1214").unwrap().goldstein,
        None,
        "neither table has a value"
    );
}

#[test]
fn plover_types_of_codes() {
    use PloverType::*;
    for (code, plover) in [
        ("010", None),
        ("020", None),
        ("036", Some(Agree)),
        ("042", Some(Consult)),
        ("051", Some(Support)),
        ("061", Some(Cooperate)),
        ("073", Some(Aid)),
        ("080", Some(Concede)),
        ("0812", Some(Concede)),
        ("0813", Some(Retreat)),
        ("0834", Some(Concede)),
        ("0841", Some(Retreat)),
        ("0871", Some(Retreat)),
        ("090", Some(Accuse)),
        ("1012", Some(Request)),
        ("111", Some(Accuse)),
        ("125", Some(Reject)),
        ("138", Some(Threaten)),
        ("141", Some(Protest)),
        ("154", Some(Mobilize)),
        ("161", Some(Sanction)),
        ("163", Some(Coerce)),
        ("1711", Some(Coerce)),
        ("1712", Some(Assault)),
        ("173", Some(Coerce)),
        ("175", Some(Assault)),
        ("183", Some(Assault)),
        ("190", Some(Assault)),
        ("191", Some(Coerce)),
        ("192", Some(Coerce)),
        ("193", Some(Assault)),
        ("204", Some(Assault)),
    ] {
        assert_eq!(cameo(code).unwrap().plover, plover, "{code}");
    }
    assert_eq!(PloverType::ALL.len(), 16);
    for plover in PloverType::ALL {
        assert_eq!(plover.text().parse(), Ok(plover));
        let same =
            plover.quad(SanctionAs::MaterialConflict) == plover.quad(SanctionAs::VerbalConflict);
        assert_eq!(same, plover != Sanction, "{plover}");
    }
    assert!(
        "sanction"
            .parse::<PloverType>()
            .unwrap_err()
            .contains("capitals")
    );
}
