//! The traps of the field's codes: same letters, other country; same number, other state.

use detente_atlas::{Actor, Day, Kind, System, resolve, resolve_in_year};

fn id(system: System, code: &str, on: Option<&str>) -> Option<&'static str> {
    let on: Option<Day> = on.map(|d| d.parse().unwrap());
    resolve(system, code, on).map(Actor::id)
}

#[test]
fn fips_is_not_iso() {
    // code, what FIPS 10-4 means by it, what ISO 3166 alpha-2 means by it
    for (code, fips, iso) in [
        ("AU", Some("AUT"), Some("AUS")),
        ("AS", Some("AUS"), Some("ASM")),
        ("CH", Some("CHN"), Some("CHE")),
        ("SZ", Some("CHE"), Some("SWZ")),
        ("GM", Some("DEU"), Some("GMB")),
        ("GA", Some("GMB"), Some("GAB")),
        ("IS", Some("ISR"), Some("ISL")),
        ("IC", Some("ISL"), None),
        ("GG", Some("GEO"), Some("GGY")),
        ("GE", None, Some("GEO")),
        ("AJ", Some("AZE"), None),
        ("AZ", None, Some("AZE")),
        ("TU", Some("TUR"), None),
        ("TR", None, Some("TUR")),
        ("RS", Some("RUS"), Some("SRB")),
        ("RI", Some("SRB"), None),
        ("RU", None, Some("RUS")),
        ("UP", Some("UKR"), None),
        ("UA", None, Some("UKR")),
        ("SU", Some("SDN"), None),
        ("SD", None, Some("SDN")),
        ("AM", Some("ARM"), Some("ARM")),
        ("AR", Some("ARG"), Some("ARG")),
        ("AG", Some("DZA"), Some("ATG")),
        ("BA", Some("BHR"), Some("BIH")),
        ("BO", Some("BLR"), Some("BOL")),
        ("BY", Some("BDI"), Some("BLR")),
        ("EI", Some("IRL"), None),
        ("EN", Some("EST"), None),
        ("ES", Some("SLV"), Some("ESP")),
        ("SP", Some("ESP"), None),
        ("KN", Some("PRK"), Some("KNA")),
        ("KS", Some("KOR"), None),
        ("LG", Some("LVA"), None),
        ("LH", Some("LTU"), None),
        ("LO", Some("SVK"), None),
        ("MG", Some("MNG"), Some("MDG")),
        ("MA", Some("MDG"), Some("MAR")),
        ("NI", Some("NGA"), Some("NIC")),
        ("NG", Some("NER"), Some("NGA")),
        ("NU", Some("NIC"), Some("NIU")),
        ("PO", Some("PRT"), None),
        ("SN", Some("SGP"), Some("SEN")),
        ("SG", Some("SEN"), Some("SGP")),
        ("TI", Some("TJK"), None),
        ("TX", Some("TKM"), None),
        ("UK", Some("GBR"), None),
        ("VM", Some("VNM"), None),
        ("YM", Some("YEM"), None),
        ("ZA", Some("ZMB"), Some("ZAF")),
        ("SF", Some("ZAF"), None),
        ("KV", Some("XKX"), None),
        ("XK", None, Some("XKX")),
        ("OD", Some("SSD"), None),
        ("NA", None, Some("NAM")),
        ("WA", Some("NAM"), None),
        ("WE", Some("X-WEST-BANK"), None),
        ("GZ", Some("X-GAZA"), None),
    ] {
        let today = Some("2024-01-01");
        assert_eq!(id(System::Fips, code, today), fips, "FIPS {code}");
        assert_eq!(id(System::Iso2, code, today), iso, "ISO {code}");
    }
}

#[test]
fn cameo_has_its_own_spelling() {
    for (code, actor) in [
        ("ROM", "ROU"),
        ("ROU", "ROU"),
        ("MTN", "MNE"),
        ("TMP", "TLS"),
        ("IMY", "IMN"),
        ("WSB", "X-WEST-BANK"),
        ("GZS", "X-GAZA"),
        ("PSE", "PSE"),
        ("HKG", "HKG"),
        ("NAM", "NAM"),
        ("SAF", "R-SAF"),
        ("EUR", "R-EUR"),
        ("CAU", "R-CAU"),
        ("CAS", "R-CAS"),
        ("WST", "R-WST"),
        ("EEU", "R-EEU"),
        ("BLK", "R-BLK"),
        ("AFR", "R-AFR"),
        ("NAT", "NATO"),
        ("EEC", "EU"),
        ("CIS", "CIS"),
        ("SCE", "OSCE"),
        ("UNO", "UN"),
        ("OAU", "AU"),
        ("ASN", "ASEAN"),
    ] {
        assert_eq!(
            id(System::Cameo, code, Some("2010-01-01")),
            Some(actor),
            "CAMEO {code}"
        );
    }
    // ISO and CAMEO disagree on these.
    assert_eq!(id(System::Iso3, "ROM", Some("2010-01-01")), None);
    assert_eq!(id(System::Iso3, "ROM", Some("1995-01-01")), Some("ROU"));
    assert_eq!(id(System::Iso3, "TMP", Some("2010-01-01")), None);
    assert_eq!(id(System::Iso3, "MTN", None), None);
    assert_eq!(id(System::Iso3, "EUR", None), None);
}

#[test]
fn regions_are_no_states() {
    let regions: Vec<Actor> = Actor::all().filter(|a| a.kind() == Kind::Region).collect();
    assert_eq!(
        regions.len(),
        26,
        "the regions of CAMEO.country and Baghdad"
    );
    for region in regions {
        assert!(region.id().starts_with("R-"), "{region}");
        for system in System::all().filter(|s| !matches!(s, System::Cameo | System::IcewsName)) {
            assert_eq!(region.code(system, None), None, "{region} {system:?}");
        }
    }
}

#[test]
fn dated_codes_follow_the_state() {
    use System::*;
    for (system, code, on, actor) in [
        // Yugoslavia, Serbia and Montenegro, Serbia
        (CowNumber, "345", "1985-01-01", Some("YUG")),
        (CowNumber, "345", "2003-02-03", Some("YUG")),
        (CowNumber, "345", "2003-02-04", Some("SCG")),
        (CowNumber, "345", "2006-06-04", Some("SCG")),
        (CowNumber, "345", "2006-06-05", Some("SRB")),
        (GleditschWard, "345", "1999-01-01", Some("YUG")),
        (GleditschWard, "340", "2010-01-01", Some("SRB")),
        (GleditschWard, "340", "1999-01-01", None),
        (Iso3, "YUG", "1999-01-01", Some("YUG")),
        (Iso3, "YUG", "2010-01-01", None),
        (Iso3, "SCG", "2005-01-01", Some("SCG")),
        (Iso3, "SCG", "2010-01-01", None),
        (Iso3, "SRB", "2010-01-01", Some("SRB")),
        (IsoNumeric, "890", "1990-01-01", Some("YUG")),
        (IsoNumeric, "891", "1995-01-01", Some("YUG")),
        (IsoNumeric, "891", "2005-01-01", Some("SCG")),
        (IsoNumeric, "688", "2010-01-01", Some("SRB")),
        (Iso2, "YU", "1995-01-01", Some("YUG")),
        // ISO CS: Czechoslovakia, then Serbia and Montenegro
        (Iso2, "CS", "1990-01-01", Some("CSK")),
        (Iso2, "CS", "2000-01-01", None),
        (Iso2, "CS", "2005-01-01", Some("SCG")),
        (Iso2, "CS", "2010-01-01", None),
        // Soviet Union and Russia
        (CowNumber, "365", "1991-12-25", Some("SUN")),
        (CowNumber, "365", "1991-12-26", Some("RUS")),
        (GleditschWard, "365", "1985-01-01", Some("SUN")),
        (Cameo, "RUS", "1985-01-01", Some("SUN")),
        (Cameo, "RUS", "1994-05-04", Some("RUS")),
        (Iso3, "SUN", "1985-01-01", Some("SUN")),
        (Iso3, "SUN", "1995-01-01", None),
        (Iso2, "SU", "1985-01-01", Some("SUN")),
        (Iso2, "SU", "1995-01-01", None),
        (Fips, "UR", "1985-01-01", Some("SUN")),
        (Fips, "UR", "1995-01-01", None),
        // Germany
        (CowNumber, "260", "1985-01-01", Some("DEU")),
        (CowNumber, "265", "1985-01-01", Some("DDR")),
        (CowNumber, "265", "1995-01-01", None),
        (CowNumber, "255", "1995-01-01", Some("DEU")),
        (CowNumber, "255", "1985-01-01", None),
        (GleditschWard, "260", "2020-01-01", Some("DEU")),
        (Iso3, "DDR", "1985-01-01", Some("DDR")),
        (Iso3, "DDR", "1995-01-01", None),
        (IsoNumeric, "280", "1985-01-01", Some("DEU")),
        (IsoNumeric, "276", "1995-01-01", Some("DEU")),
        (Fips, "GE", "1985-01-01", Some("DEU")),
        (Fips, "GE", "1995-01-01", None),
        // Czechoslovakia; COW abbreviates it as ISO abbreviates Czechia
        (CowNumber, "315", "1990-01-01", Some("CSK")),
        (CowNumber, "315", "1995-01-01", None),
        (CowNumber, "316", "1995-01-01", Some("CZE")),
        (CowNumber, "317", "1995-01-01", Some("SVK")),
        (CowAbbr, "CZE", "1990-01-01", Some("CSK")),
        (CowAbbr, "CZR", "1995-01-01", Some("CZE")),
        (Iso3, "CZE", "1995-01-01", Some("CZE")),
        (Iso3, "CSK", "1995-01-01", None),
        // Yemen
        (CowNumber, "678", "1985-01-01", Some("YEM")),
        (CowNumber, "679", "1995-01-01", Some("YEM")),
        (CowNumber, "680", "1985-01-01", Some("YMD")),
        (CowNumber, "680", "1995-01-01", None),
        (GleditschWard, "678", "2015-01-01", Some("YEM")),
        (IsoNumeric, "886", "1985-01-01", Some("YEM")),
        (IsoNumeric, "887", "1995-01-01", Some("YEM")),
        // Vietnam
        (CowNumber, "816", "1970-01-01", Some("VNM")),
        (CowNumber, "817", "1970-01-01", Some("H-RVN")),
        (CowNumber, "817", "1980-01-01", None),
        // new codes for the same state
        (Iso3, "ZAR", "1990-01-01", Some("COD")),
        (Iso3, "ZAR", "2000-01-01", None),
        (Iso3, "BUR", "1985-01-01", Some("MMR")),
        (IsoNumeric, "736", "2005-01-01", Some("SDN")),
        (IsoNumeric, "729", "2015-01-01", Some("SDN")),
        // letters that COW and ISO use for different states
        (CowAbbr, "MNG", "2010-01-01", Some("MNE")),
        (Iso3, "MNG", "2010-01-01", Some("MNG")),
        (CowAbbr, "AUS", "2010-01-01", Some("AUT")),
        (Iso3, "AUS", "2010-01-01", Some("AUS")),
        (CowAbbr, "SWZ", "2010-01-01", Some("CHE")),
        (Iso3, "SWZ", "2010-01-01", Some("SWZ")),
        (CowAbbr, "SLV", "2010-01-01", Some("SVN")),
        (Iso3, "SLV", "2010-01-01", Some("SLV")),
        // numbers that COW and Gleditsch-Ward use for different states
        (CowNumber, "970", "2010-01-01", Some("NRU")),
        (GleditschWard, "970", "2010-01-01", Some("KIR")),
        (GleditschWard, "971", "2010-01-01", Some("NRU")),
        (GleditschWard, "396", "2010-01-01", Some("X-ABKHAZIA")),
        (GleditschWard, "397", "2010-01-01", Some("X-SOUTH-OSSETIA")),
        (CowNumber, "347", "2010-01-01", Some("XKX")),
        (Stanag, "FYR", "2015-01-01", Some("MKD")),
        (Stanag, "MKD", "2020-04-01", Some("MKD")),
        (Stanag, "AZE", "2020-04-01", Some("AZE")),
    ] {
        let found = id(system, code, Some(on));
        assert_eq!(found, actor, "{system:?} {code} on {on}");
    }
}

#[test]
fn without_a_date_the_latest_holder_answers() {
    for (system, code, actor) in [
        (System::CowNumber, "345", "SRB"),
        (System::CowNumber, "365", "RUS"),
        (System::CowNumber, "255", "DEU"),
        (System::CowNumber, "260", "DEU"),
        (System::Iso2, "CS", "SCG"),
        (System::Iso3, "SUN", "SUN"),
        (System::IsoNumeric, "031", "AZE"),
        (System::IsoNumeric, "31", "AZE"),
        (System::CowNumber, "002", "USA"),
    ] {
        assert_eq!(id(system, code, None), Some(actor), "{system:?} {code}");
    }
}

#[test]
fn an_actor_has_the_code_of_the_date() {
    let code = |id: &str, system, on: &str| {
        Actor::from_id(id)
            .unwrap()
            .code(system, Some(on.parse().unwrap()))
    };
    assert_eq!(code("DEU", System::CowNumber, "1985-01-01"), Some("260"));
    assert_eq!(code("DEU", System::CowNumber, "1995-01-01"), Some("255"));
    assert_eq!(
        code("DEU", System::GleditschWard, "1995-01-01"),
        Some("260")
    );
    assert_eq!(
        code("SRB", System::GleditschWard, "2010-01-01"),
        Some("340")
    );
    assert_eq!(code("YUG", System::CowNumber, "1995-01-01"), Some("345"));
    assert_eq!(code("AZE", System::Fips, "2020-01-01"), Some("AJ"));
    assert_eq!(code("NAM", System::Iso2, "2020-01-01"), Some("NA"));
    assert_eq!(code("MNE", System::Cameo, "2020-01-01"), Some("MTN"));
    assert_eq!(code("XKX", System::IsoNumeric, "2020-01-01"), None);
    assert_eq!(code("NATO", System::Iso3, "2020-01-01"), None);
    assert_eq!(code("TUR", System::UnName, "2020-01-01"), Some("Türkiye"));
    assert_eq!(code("TUR", System::IcewsName, "2020-01-01"), Some("Turkey"));
}

#[test]
fn states_exist_on_their_days() {
    let exists = |id: &str, on: &str| Actor::from_id(id).unwrap().exists_on(on.parse().unwrap());
    for (actor, on, yes) in [
        ("SUN", "1991-12-25", true),
        ("SUN", "1991-12-26", false),
        ("RUS", "1991-12-25", false),
        ("RUS", "1991-12-26", true),
        ("AZE", "1991-10-17", false),
        ("AZE", "1991-10-18", true),
        ("DDR", "1990-10-02", true),
        ("DDR", "1990-10-03", false),
        ("DEU", "1985-01-01", true),
        ("CSK", "1992-12-31", true),
        ("CSK", "1993-01-01", false),
        ("CZE", "1992-12-31", false),
        ("SVK", "1993-01-01", true),
        ("YUG", "2003-02-03", true),
        ("SCG", "2003-02-04", true),
        ("SRB", "2006-06-04", false),
        ("SRB", "2006-06-05", true),
        ("EST", "1985-01-01", false),
        ("EST", "1930-01-01", true),
        ("SSD", "2011-07-08", false),
        ("SSD", "2011-07-09", true),
        ("GRL", "1985-01-01", true),
        ("CSTO", "2000-01-01", false),
    ] {
        assert_eq!(exists(actor, on), yes, "{actor} on {on}");
    }
}

#[test]
fn yearly_data_ask_by_the_year() {
    let id = |system, code, year| resolve_in_year(system, code, year).map(Actor::id);
    for (system, code, year, actor) in [
        (System::CowNumber, "365", 1990, Some("SUN")),
        (System::CowNumber, "365", 1991, Some("RUS")),
        (System::CowNumber, "345", 2002, Some("YUG")),
        (System::CowNumber, "345", 2003, Some("SCG")),
        (System::CowNumber, "345", 2006, Some("SRB")),
        (System::GleditschWard, "345", 2006, Some("SRB")),
        (System::GleditschWard, "340", 2005, None),
        (System::CowNumber, "315", 1992, Some("CSK")),
        (System::CowNumber, "315", 1993, None),
        (System::CowNumber, "678", 1990, Some("YEM")),
        (System::CowNumber, "679", 1990, Some("YEM")),
        (System::CowNumber, "373", 1991, Some("AZE")),
        (System::Iso3, "YUG", 2003, Some("YUG")),
        (System::UnName, "Viet Nam", 2003, Some("VNM")),
    ] {
        assert_eq!(id(system, code, year), actor, "{system:?} {code} in {year}");
    }
}
