//! Where the columns of GDELT's event tables stand, by the published headers.

/// GDELT 2, September 2016. GDELT 1 lacks the three `ADM2Code` columns, and before April 2013 `SOURCEURL`.
pub(super) const NAMES: [&str; 61] = [
    "GLOBALEVENTID",
    "SQLDATE",
    "MonthYear",
    "Year",
    "FractionDate",
    "Actor1Code",
    "Actor1Name",
    "Actor1CountryCode",
    "Actor1KnownGroupCode",
    "Actor1EthnicCode",
    "Actor1Religion1Code",
    "Actor1Religion2Code",
    "Actor1Type1Code",
    "Actor1Type2Code",
    "Actor1Type3Code",
    "Actor2Code",
    "Actor2Name",
    "Actor2CountryCode",
    "Actor2KnownGroupCode",
    "Actor2EthnicCode",
    "Actor2Religion1Code",
    "Actor2Religion2Code",
    "Actor2Type1Code",
    "Actor2Type2Code",
    "Actor2Type3Code",
    "IsRootEvent",
    "EventCode",
    "EventBaseCode",
    "EventRootCode",
    "QuadClass",
    "GoldsteinScale",
    "NumMentions",
    "NumSources",
    "NumArticles",
    "AvgTone",
    "Actor1Geo_Type",
    "Actor1Geo_FullName",
    "Actor1Geo_CountryCode",
    "Actor1Geo_ADM1Code",
    "Actor1Geo_ADM2Code",
    "Actor1Geo_Lat",
    "Actor1Geo_Long",
    "Actor1Geo_FeatureID",
    "Actor2Geo_Type",
    "Actor2Geo_FullName",
    "Actor2Geo_CountryCode",
    "Actor2Geo_ADM1Code",
    "Actor2Geo_ADM2Code",
    "Actor2Geo_Lat",
    "Actor2Geo_Long",
    "Actor2Geo_FeatureID",
    "ActionGeo_Type",
    "ActionGeo_FullName",
    "ActionGeo_CountryCode",
    "ActionGeo_ADM1Code",
    "ActionGeo_ADM2Code",
    "ActionGeo_Lat",
    "ActionGeo_Long",
    "ActionGeo_FeatureID",
    "DATEADDED",
    "SOURCEURL",
];

/// The columns that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Day,
    Name1,
    Country1,
    Group1,
    Type11,
    Type12,
    Type13,
    Name2,
    Country2,
    Group2,
    Type21,
    Type22,
    Type23,
    Code,
    Root,
    Quad,
    Goldstein,
    Mentions,
    Sources,
    Articles,
    Tone,
    PlaceName,
    PlaceCountry,
    PlaceProvince,
    Lat,
    Lon,
    Added,
    Url,
}

const READ: usize = 29;

/// Each of them: its place in [`NAMES`], and the name that one redistribution gives it (which calls the actor's code a country code
/// and the country code an abbreviation).
const PLACES: [(usize, &str); READ] = [
    (0, "Global_Event_ID"),
    (1, "Day"),
    (6, "Actor_1_Name"),
    (7, "Actor_1_Country_ABBR"),
    (8, "Actor_1_Known_Group_Code"),
    (12, "Actor_1_Role"),
    (13, "Actor_1_Role2"),
    (14, "Actor_1_Role3"),
    (16, "Actor_2_Name"),
    (17, "Actor_2_Country_ABBR"),
    (18, "Actor_2_Know_Group_Code"),
    (22, "Actor_2_Role"),
    (23, "Actor_2_Role2"),
    (24, "Actor_2_Role3"),
    (26, "Event_Code"),
    (28, "Event_Root_Code"),
    (29, "Quad_Class"),
    (30, "Goldstein_Scale"),
    (31, "Num_Mentions"),
    (32, "Num_Sources"),
    (33, "Num_Articles"),
    (34, "AVG_TONE"),
    (52, "ST_PR_CNTRY"),
    (53, "Country"),
    (54, "ADM1Code_Extra"),
    (56, "Lat_Extra"),
    (57, "Long_Extra"),
    (59, "Date_Added"),
    (60, "Source_URL"),
];

/// No such column.
const ABSENT: usize = usize::MAX;

impl Column {
    /// The published name.
    pub(super) fn name(self) -> &'static str {
        NAMES[PLACES[self as usize].0]
    }
}

/// The names of GDELT 1's columns.
pub(super) fn names_1() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().filter(|n| !n.ends_with("ADM2Code"))
}

/// Where the columns stand in a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns([usize; READ]);

impl Columns {
    /// GDELT 2: 61 columns.
    pub(super) fn version_2() -> Columns {
        Columns(PLACES.map(|(at, _)| at))
    }

    /// GDELT 1: 58 columns, or 57 without `SOURCEURL`.
    pub(super) fn version_1(with_url: bool) -> Columns {
        let mut at = PLACES.map(|(at, _)| {
            let name = NAMES[at];
            names_1().position(|n| n == name).unwrap_or(ABSENT)
        });
        if !with_url {
            at[Column::Url as usize] = ABSENT;
        }
        Columns(at)
    }

    /// By a header; `before` columns stand before the first one that it names. The column that is missing is the error.
    pub(super) fn of_header(header: &[String], before: usize) -> Result<Columns, &'static str> {
        let mut places = [ABSENT; READ];
        for (place, (at, other)) in places.iter_mut().zip(PLACES) {
            let name = NAMES[at];
            let found = header
                .iter()
                .position(|h| h.eq_ignore_ascii_case(name) || h == other);
            *place = match found {
                Some(i) => i + before,
                None if at == 60 => ABSENT,
                None => return Err(name),
            };
        }
        Ok(Columns(places))
    }

    pub(super) fn at(&self, column: Column) -> usize {
        self.0[column as usize]
    }
}

/// Whether a header is one of an event table, and whether of GDELT 2.
pub(super) fn is_header(names: &[&str]) -> Option<bool> {
    let has = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    let renamed = has("Global_Event_ID") && has("Actor_1_Country_ABBR");
    if renamed {
        return Some(true);
    }
    (has("GLOBALEVENTID") && has("SQLDATE") && has("EventCode")).then(|| has("ActionGeo_ADM2Code"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_1_lacks_three_columns_and_at_first_the_address() {
        assert_eq!(names_1().count(), 58);
        assert_eq!(Columns::version_1(true).at(Column::Url), 57);
        assert_eq!(Columns::version_1(true).at(Column::Added), 56);
        assert_eq!(Columns::version_1(true).at(Column::PlaceCountry), 51);
        assert_eq!(Columns::version_1(false).at(Column::Url), ABSENT);
        assert_eq!(Columns::version_2().at(Column::Lat), 56);
    }

    #[test]
    fn every_column_carries_its_published_name() {
        let pairs = [
            (Column::Id, "GLOBALEVENTID"),
            (Column::Group1, "Actor1KnownGroupCode"),
            (Column::Country2, "Actor2CountryCode"),
            (Column::Code, "EventCode"),
            (Column::Root, "EventRootCode"),
            (Column::Quad, "QuadClass"),
            (Column::Tone, "AvgTone"),
            (Column::PlaceName, "ActionGeo_FullName"),
            (Column::Lon, "ActionGeo_Long"),
            (Column::Added, "DATEADDED"),
            (Column::Url, "SOURCEURL"),
        ];
        for (column, name) in pairs {
            assert_eq!(column.name(), name);
        }
    }
}
