//! Names of countries and ICEWS phrases: exact after normalisation, never by a part.

use detente_atlas::{Actor, Kind, System, icews_actor, resolve, resolve_name};
use proptest::prelude::*;

fn id(name: &str) -> Option<&'static str> {
    resolve_name(name).map(Actor::id)
}

#[test]
fn names_that_look_alike_are_kept_apart() {
    for (name, actor) in [
        ("Mali", Some("MLI")),
        ("Somalia", Some("SOM")),
        ("Somaliland", Some("X-SOMALILAND")),
        ("Niger", Some("NER")),
        ("Nigeria", Some("NGA")),
        ("Guinea", Some("GIN")),
        ("Guinea-Bissau", Some("GNB")),
        ("Guinea Bissau", Some("GNB")),
        ("Equatorial Guinea", Some("GNQ")),
        ("Papua New Guinea", Some("PNG")),
        ("Congo", Some("COG")),
        ("Republic of the Congo", Some("COG")),
        ("Congo - Brazzaville", Some("COG")),
        ("Democratic Republic of Congo", Some("COD")),
        ("Democratic Republic of the Congo", Some("COD")),
        ("Congo, Democratic Republic of the", Some("COD")),
        ("Zaire", Some("COD")),
        ("North Korea", Some("PRK")),
        ("South Korea", Some("KOR")),
        ("Republic of Korea", Some("KOR")),
        ("Democratic People's Republic of Korea", Some("PRK")),
        ("Korea", None),
        ("Dominica", Some("DMA")),
        ("Dominican Republic", Some("DOM")),
        ("Georgia", Some("GEO")),
        ("State of Georgia", None),
        ("Georgia, United States", None),
        ("South Georgia", None),
        ("Sudan", Some("SDN")),
        ("South Sudan", Some("SSD")),
        ("Ireland", Some("IRL")),
        ("Iran", Some("IRN")),
        ("Iraq", Some("IRQ")),
        ("Oman", Some("OMN")),
        ("Romania", Some("ROU")),
        ("China", Some("CHN")),
        ("Republic of China", Some("TWN")),
        ("Samoa", Some("WSM")),
        ("American Samoa", Some("ASM")),
        ("Jersey", Some("JEY")),
        ("New Jersey", None),
        ("Mexico", Some("MEX")),
        ("New Mexico", None),
        ("Guam", Some("GUM")),
        ("Macedonia", Some("MKD")),
        ("Yemen", Some("YEM")),
        ("South Yemen", Some("YMD")),
        ("East Germany", Some("DDR")),
        ("West Germany", Some("DEU")),
        ("West Bank", Some("X-WEST-BANK")),
        ("West", Some("R-WST")),
        ("", None),
        ("the", None),
    ] {
        assert_eq!(id(name), actor, "{name}");
    }
}

#[test]
fn spellings_of_one_state() {
    for (actor, names) in [
        ("TUR", vec!["Turkey", "Türkiye", "Turkiye", "TÜRKİYE"]),
        (
            "CIV",
            vec![
                "Côte d'Ivoire",
                "Cote d'Ivoire",
                "Cote D'ivoire",
                "Côte d’Ivoire",
                "Cote dIvoire",
                "Ivory Coast",
            ],
        ),
        ("CZE", vec!["Czechia", "Czech Republic"]),
        (
            "MKD",
            vec![
                "North Macedonia",
                "Macedonia",
                "the former Yugoslav Republic of Macedonia",
                "Macedonia (Former Yugoslav Republic of)",
            ],
        ),
        ("SWZ", vec!["Eswatini", "Swaziland"]),
        ("KGZ", vec!["Kyrgyzstan", "Kyrgyz Republic"]),
        ("MMR", vec!["Myanmar", "Burma"]),
        ("CPV", vec!["Cabo Verde", "Cape Verde"]),
        ("TLS", vec!["Timor-Leste", "East Timor"]),
        ("GMB", vec!["Gambia", "The Gambia", "Gambia, The"]),
        ("BHS", vec!["Bahamas", "Bahamas, The"]),
        (
            "USA",
            vec!["United States", "United States of America", "USA", "U.S."],
        ),
        ("GBR", vec!["United Kingdom", "UK", "Great Britain"]),
        ("RUS", vec!["Russia", "Russian Federation"]),
        (
            "MDA",
            vec!["Moldova", "Moldova, Republic of", "Republic of Moldova"],
        ),
        ("VNM", vec!["Vietnam", "Viet Nam"]),
        ("LAO", vec!["Laos", "Lao People's Democratic Republic"]),
        (
            "PSE",
            vec![
                "Palestine",
                "Palestinian Territory, Occupied",
                "Occupied Palestinian Territory",
            ],
        ),
        (
            "VAT",
            vec!["Holy See", "Vatican City", "Vatican City State (Holy See)"],
        ),
        (
            "BIH",
            vec![
                "Bosnia and Herzegovina",
                "Bosnia-Herzegovina",
                "Bosnia & Herzegovina",
                "Bosnia And Herzegovina",
            ],
        ),
        (
            "X-KARABAKH",
            vec!["Nagorno-Karabakh", "Republic of Artsakh"],
        ),
        ("NATO", vec!["NATO", "North Atlantic Treaty Organization"]),
        ("EU", vec!["European Union", "EU"]),
        (
            "UNSC",
            vec!["UN Security Council", "United Nations Security Council"],
        ),
        ("CSTO", vec!["Collective Security Treaty Organization"]),
        (
            "SCO",
            vec![
                "Shanghai Cooperation Organization",
                "Shanghai Cooperation Organisation",
            ],
        ),
    ] {
        for name in names {
            assert_eq!(id(name), Some(actor), "{name}");
        }
    }
}

#[test]
fn icews_phrases() {
    // phrase, actor, sector, by ICEWS's own country
    for (phrase, actor, sector, by_country) in [
        ("India", Some("IND"), None, false),
        ("Citizen (India)", Some("IND"), Some("Citizen"), false),
        ("Citizen_(India)", Some("IND"), Some("Citizen"), false),
        ("Police (South Korea)", Some("KOR"), Some("Police"), false),
        ("Police_(South_Korea)", Some("KOR"), Some("Police"), false),
        (
            "Foreign Affairs (Bangladesh)",
            Some("BGD"),
            Some("Foreign Affairs"),
            false,
        ),
        ("Government (Sudan)", Some("SDN"), Some("Government"), false),
        (
            "Cabinet / Council of Ministers / Advisors (Niger)",
            Some("NER"),
            Some("Cabinet / Council of Ministers / Advisors"),
            false,
        ),
        (
            "Member of Legislative (Govt) (France)",
            Some("FRA"),
            Some("Member of Legislative (Govt)"),
            false,
        ),
        (
            "Head of Government (Holy See (Vatican City State))",
            Some("VAT"),
            Some("Head of Government"),
            false,
        ),
        ("Palestinian Territory, Occupied", Some("PSE"), None, false),
        ("Citizen (Georgia)", Some("GEO"), Some("Citizen"), false),
        (
            "Georgia (United States)",
            Some("USA"),
            Some("Georgia"),
            false,
        ),
        (
            "Ministry (North Atlantic Treaty Organization)",
            Some("NATO"),
            Some("Ministry"),
            false,
        ),
        ("Citizen (Africa)", Some("R-AFR"), Some("Citizen"), false),
        ("Democratic Republic of Congo", Some("COD"), None, false),
        ("Citizen (Congo)", Some("COG"), Some("Citizen"), false),
        ("Barack Obama", Some("USA"), None, true),
        ("Barack_Obama", Some("USA"), None, true),
        ("Bharatiya Janata", Some("IND"), None, true),
        ("Hezbollah", Some("LBN"), None, true),
        ("Militant (Taliban)", Some("AFG"), Some("Militant"), true),
        ("Ilham Aliyev", Some("AZE"), None, true),
        ("Unspecified Actor", None, None, false),
        ("Citizen (International)", None, Some("Citizen"), false),
        // They speak for the United Nations and for NATO, not for Portugal and Norway.
        ("António Manuel de Oliveira Guterres", None, None, false),
        ("Jens Stoltenberg", None, None, false),
        ("Social Democratic Party", None, None, false),
    ] {
        let found = icews_actor(phrase);
        assert_eq!(found.actor.map(Actor::id), actor, "{phrase}");
        assert_eq!(found.sector.as_deref(), sector, "{phrase}");
        assert_eq!(found.by_country, by_country, "{phrase}");
    }
}

#[test]
fn a_name_belongs_to_its_system() {
    let name = |system, text: &str| resolve(system, text, None).map(Actor::id);
    assert_eq!(name(System::UnName, "Viet Nam"), Some("VNM"));
    assert_eq!(name(System::UnName, "Vietnam"), None);
    assert_eq!(name(System::IcewsName, "Vietnam"), Some("VNM"));
    assert_eq!(name(System::UnName, "Azerbaijan"), Some("AZE"));
    assert_eq!(
        name(System::IcewsName, "Palestinian Territory, Occupied"),
        Some("PSE")
    );
}

#[test]
fn every_state_is_found_by_its_own_name() {
    for actor in Actor::all() {
        // States that were gone before ISO 3166 go by their codes alone: "Korea" or "Hanover" means something else today.
        if !actor.id().starts_with("H-") {
            assert_eq!(resolve_name(actor.name()), Some(actor), "{actor}");
        }
        assert!(!actor.name().is_empty());
        assert!(actor.kind() != Kind::Region || actor.id().starts_with("R-"));
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_reading(text in "\\PC{0,40}") {
        let _ = resolve_name(&text);
        let _ = icews_actor(&text);
    }

    #[test]
    fn a_name_inside_a_longer_word_is_not_found(before in "[a-z]{1,3}", n in 0usize..400, after in "[a-z]{1,3}") {
        let actor = Actor::all().nth(n).unwrap();
        let longer = format!("{before}{}{after}", actor.name());
        // Never the actor that the longer word contains ("Mali" in "Somalia").
        prop_assert_ne!(resolve_name(&longer), Some(actor));
    }
}
