//! The five tables that every source is read into. The lake stores exactly these columns.
//!
//! Actors are canonical ids as text (ISO 3166-1 alpha-3 for states). `known` is the day on which a row could first
//! be known; an as-of view keeps the rows with `known <= as_of`, so it must never lie before the day a row speaks of.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};

/// The tables of the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// One row an event: who did what to whom on which day.
    Events,
    /// One row a dyad and period, as the source delivers it: counts by quad class or a net score.
    Dyads,
    /// One row a measured value of an actor (or of an actor towards a partner) over a span of days.
    Measures,
    /// One row a vote of a state in a roll call.
    Votes,
    /// One row a report that mentions an event.
    Mentions,
}

impl Table {
    /// All tables.
    pub const ALL: [Table; 5] = [
        Table::Events,
        Table::Dyads,
        Table::Measures,
        Table::Votes,
        Table::Mentions,
    ];

    /// The name used in folders, queries and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Table::Events => "events",
            Table::Dyads => "dyads",
            Table::Measures => "measures",
            Table::Votes => "votes",
            Table::Mentions => "mentions",
        }
    }

    /// The table of that name.
    pub fn from_name(name: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|t| t.name() == name)
    }

    /// The column by which a row belongs to a day: the day itself, or the first day of its span.
    pub fn day_column(self) -> &'static str {
        match self {
            Table::Events | Table::Votes | Table::Mentions => "day",
            Table::Dyads | Table::Measures => "start",
        }
    }

    /// The Arrow schema.
    pub fn schema(self) -> SchemaRef {
        match self {
            Table::Events => events(),
            Table::Dyads => dyads(),
            Table::Measures => measures(),
            Table::Votes => votes(),
            Table::Mentions => mentions(),
        }
    }
}

fn text() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn schema(fields: Vec<Field>) -> SchemaRef {
    Arc::new(Schema::new(fields))
}

/// Events. `code` is a code of the source's own ontology (CAMEO, PLOVER type, UCDP type of violence, ACLED sub-event type), `mode` and
/// `context` are PLOVER's. `quad` is 1 to 4 (verbal cooperation, material cooperation, verbal conflict, material conflict),
/// `goldstein` runs from -10 to 10, `tone` from -100 to 100; `place` is the actor whose territory the event was located in.
/// `mentions`, `sources` and `articles` count the reports of the event, `deaths` is the best estimate between `deaths_low` and `deaths_high`.
/// `story` is the address or number of the report, `event` the source's number of the event.
pub fn events() -> SchemaRef {
    schema(vec![
        Field::new("dataset", text(), false),
        Field::new("day", DataType::Date32, false),
        Field::new("known", DataType::Date32, false),
        Field::new("source", text(), true),
        Field::new("target", text(), true),
        Field::new("source_name", text(), true),
        Field::new("target_name", text(), true),
        Field::new("source_sectors", text(), true),
        Field::new("target_sectors", text(), true),
        Field::new("code", text(), true),
        Field::new("mode", text(), true),
        Field::new("context", text(), true),
        Field::new("quad", DataType::Int8, true),
        Field::new("goldstein", DataType::Float32, true),
        Field::new("place", text(), true),
        Field::new("province", text(), true),
        Field::new("city", text(), true),
        Field::new("lat", DataType::Float32, true),
        Field::new("lon", DataType::Float32, true),
        Field::new("mentions", DataType::Int32, true),
        Field::new("sources", DataType::Int32, true),
        Field::new("articles", DataType::Int32, true),
        Field::new("tone", DataType::Float32, true),
        Field::new("deaths", DataType::Int32, true),
        Field::new("deaths_low", DataType::Int32, true),
        Field::new("deaths_high", DataType::Int32, true),
        Field::new("publisher", text(), true),
        Field::new("story", DataType::Utf8, true),
        Field::new("event", DataType::Utf8, true),
        Field::new("file", text(), false),
        Field::new("row", DataType::Int64, false),
    ])
}

/// Dyad-periods as delivered. `start` and `end` are the first and last day, both inclusive. Counts are events;
/// `goldstein` is the mean per event; `score` a net score summed over the period. What a source lacks is null.
pub fn dyads() -> SchemaRef {
    schema(vec![
        Field::new("dataset", text(), false),
        Field::new("start", DataType::Date32, false),
        Field::new("end", DataType::Date32, false),
        Field::new("known", DataType::Date32, false),
        Field::new("source", text(), false),
        Field::new("target", text(), false),
        Field::new("directed", DataType::Boolean, false),
        Field::new("n", DataType::Float64, true),
        Field::new("verbal_cooperation", DataType::Float64, true),
        Field::new("material_cooperation", DataType::Float64, true),
        Field::new("verbal_conflict", DataType::Float64, true),
        Field::new("material_conflict", DataType::Float64, true),
        Field::new("goldstein", DataType::Float64, true),
        Field::new("score", DataType::Float64, true),
        Field::new("articles", DataType::Float64, true),
        Field::new("file", text(), false),
        Field::new("row", DataType::Int64, false),
    ])
}

/// Measured values. `variable` names what is measured, `key` the thing that it belongs to (a dispute number, a conflict,
/// an organisation, a party), `weight` a weight that the source gives (seats of a party); `start` to `end` inclusive.
pub fn measures() -> SchemaRef {
    schema(vec![
        Field::new("dataset", text(), false),
        Field::new("variable", text(), false),
        Field::new("actor", text(), false),
        Field::new("partner", text(), true),
        Field::new("start", DataType::Date32, false),
        Field::new("end", DataType::Date32, false),
        Field::new("known", DataType::Date32, false),
        Field::new("value", DataType::Float64, true),
        Field::new("weight", DataType::Float64, true),
        Field::new("key", text(), true),
        Field::new("note", text(), true),
        Field::new("file", text(), false),
        Field::new("row", DataType::Int64, false),
    ])
}

/// Votes in the UN General Assembly. `vote` is 1 yes, 2 abstain, 3 no; absences are not rows.
pub fn votes() -> SchemaRef {
    schema(vec![
        Field::new("dataset", text(), false),
        Field::new("day", DataType::Date32, false),
        Field::new("known", DataType::Date32, false),
        Field::new("rcid", DataType::Int64, false),
        Field::new("actor", text(), false),
        Field::new("vote", DataType::Int8, false),
        Field::new("file", text(), false),
        Field::new("row", DataType::Int64, false),
    ])
}

/// Reports of events. `event` is the number of the event in the data set of events, `event_day` the day on which that event was
/// first reported; `kind` is the source's own class of report (GDELT: 1 web, 2 citation, 3 core, 4 DTIC, 5 JSTOR, 6 non-textual),
/// `sentence` the sentence of the report, `confidence` 10 to 100 %, `length` its characters, `tone` -100 to 100.
pub fn mentions() -> SchemaRef {
    schema(vec![
        Field::new("dataset", text(), false),
        Field::new("day", DataType::Date32, false),
        Field::new("known", DataType::Date32, false),
        Field::new("event", DataType::Utf8, false),
        Field::new("event_day", DataType::Date32, false),
        Field::new("kind", DataType::Int8, true),
        Field::new("publisher", text(), true),
        Field::new("story", DataType::Utf8, true),
        Field::new("sentence", DataType::Int32, true),
        Field::new("confidence", DataType::Int8, true),
        Field::new("length", DataType::Int32, true),
        Field::new("tone", DataType::Float32, true),
        Field::new("translation", text(), true),
        Field::new("file", text(), false),
        Field::new("row", DataType::Int64, false),
    ])
}
