//! The tables with a header, structural data and dyads alike: the same bytes go to every one of their readers.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for dataset in detente_sources::catalogue() {
        let tables = [detente_sources::Table::Events, detente_sources::Table::Mentions];
        if !tables.contains(&dataset.table) {
            detente_fuzz::read(dataset.id, "table.csv", bytes);
        }
    }
});
