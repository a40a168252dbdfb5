//! Dates in `brief.json`: days as `YYYY-MM-DD`, months as `YYYY-MM`.

use detente_atlas::Day;
use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// A day.
pub(crate) mod day {
    use super::*;
    pub fn serialize<S: Serializer>(day: &Day, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(day)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Day, D::Error> {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

/// A day or nothing.
pub(crate) mod optional_day {
    use super::*;
    pub fn serialize<S: Serializer>(day: &Option<Day>, s: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => s.collect_str(day),
            None => s.serialize_none(),
        }
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Day>, D::Error> {
        Option::<String>::deserialize(d)?
            .map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}

/// A month.
pub(crate) mod month {
    use super::*;
    use detente_atlas::Month;
    pub fn serialize<S: Serializer>(month: &Month, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(month)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Month, D::Error> {
        let text = String::deserialize(d)?;
        let first: Day = format!("{text}-01")
            .parse()
            .map_err(|_| D::Error::custom(format!("'{text}' is not a month: write YYYY-MM")))?;
        Ok(first.month())
    }
}
